/** Text to HTML that no name can break out of: what is put into a template is escaped, unless it is markup itself. */

import { printable } from "../../printable.js";

/** Markup that is safe. Only `html` makes it. */
export class Markup {
  readonly text: string;

  constructor(text: string) {
    this.text = text;
  }
}

export type Content = Markup | string | number | readonly Content[];

/** Both quotes too, since names are put into attributes. */
const ENTITIES: Readonly<Record<string, string>> = {
  "&": "&amp;",
  "<": "&lt;",
  ">": "&gt;",
  '"': "&quot;",
  "'": "&#39;",
};

/** A template whose values are escaped. Lists are joined. */
export function html(parts: TemplateStringsArray, ...values: readonly Content[]): Markup {
  return new Markup(parts.reduce((text, part, place) => text + textOf(values[place - 1]!) + part));
}

function textOf(content: Content): string {
  if (content instanceof Markup) return content.text;
  if (typeof content === "string") return escapeText(content);
  return typeof content === "number" ? String(content) : content.map(textOf).join("");
}

/** Control characters, which HTML forbids, and marks that turn the direction of text, are written as `\u202e`. */
function escapeText(text: string): string {
  return printable(text).replace(/[&<>"']/g, (character) => ENTITIES[character]!);
}

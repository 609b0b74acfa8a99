/** What the figures of the report leave out, as a list. */

import { SIDES } from "../compare-sets.js";
import type { Summary } from "../summary.js";
import { html, type Markup } from "./markup.js";

const MOST_NAMED = 20;

export function noticeList(summary: Summary): Markup | "" {
  const lines = [...sideLines(summary), ...failureLines(summary)];
  if (summary.classesNotInList.length > 0) {
    lines.push(`Classes that the class list lacks: ${listOf(summary.classesNotInList)}`);
  }
  if (lines.length === 0) return "";
  return html`<ul class="notices">${lines.map((line) => html`<li>${line}</li>`)}</ul>`;
}

function* sideLines(summary: Summary): Generator<string> {
  for (const side of SIDES) {
    const { onlyHere, classesOnlyHere, unlabelled } = summary[side];
    if (onlyHere.length > 0) {
      yield `${count(onlyHere.length, "image")} only in the ${side}, not compared: ${listOf(onlyHere)}`;
    }
    if (classesOnlyHere.length > 0) {
      yield `${count(classesOnlyHere.length, "class", "classes")} only in the ${side}: ${listOf(classesOnlyHere)}`;
    }
    if (unlabelled.pixels > 0) {
      yield `${count(unlabelled.pixels, "pixel")} of the ${side} in ${count(unlabelled.images, "image")} without a label`;
    }
  }
}

function* failureLines({ failures }: Summary): Generator<string> {
  for (const { name, side, code, message } of failures.slice(0, MOST_NAMED)) {
    yield `Not compared: ${name}: ${side === null ? "" : `${side}: `}${code}: ${message}`;
  }
  if (failures.length > MOST_NAMED) {
    yield `${count(failures.length - MOST_NAMED, "more image")} could not be compared`;
  }
}

const numbers = new Intl.NumberFormat("en");

function count(number: number, noun: string, plural = `${noun}s`): string {
  return `${numbers.format(number)} ${number === 1 ? noun : plural}`;
}

function listOf(names: readonly string[]): string {
  const more = names.length > MOST_NAMED ? ` and ${names.length - MOST_NAMED} more` : "";
  return `${names.slice(0, MOST_NAMED).join(", ")}${more}`;
}

/**
 * Keeps the API key out of errors. A server may echo the key in places that a message quotes: a status, a code, the path
 * of a redirect. So each such text and each error is searched for the key before it leaves the client.
 */
import { LabelMapError } from "../errors.js";

export type Redact = (text: string) => string;

/** A function that removes the key from a text, in each spelling that a URL or JSON quotes may give it. */
export function redactor(apiKey: string | undefined): Redact {
  if (apiKey === undefined) return (text) => text;
  const spellings = [
    apiKey,
    encodeURI(apiKey),
    encodeURIComponent(apiKey),
    JSON.stringify(apiKey).slice(1, -1),
  ];
  // The longest first: an encoded key may contain the plain one. The case is ignored: a host's name becomes lower case.
  const patterns = [...new Set(spellings)]
    .sort((a, b) => b.length - a.length)
    .map((spelling) => spelling.replace(/[\\^$.*+?()[\]{}|/-]/g, "\\$&"));
  const pattern = new RegExp(patterns.join("|"), "gi");
  return (text) => text.replace(pattern, "[API key]");
}

/** Removes the key from an error of this library and from its causes. The caller's own errors stay unchanged. */
export function redactError(error: unknown, redact: Redact): void {
  if (!(error instanceof LabelMapError)) return;
  const seen = new Set<unknown>();
  for (let link: unknown = error; link instanceof Error && !seen.has(link); link = link.cause) {
    seen.add(link);
    const fields = link as unknown as Readonly<Record<string, unknown>>;
    for (const name of new Set([...Object.getOwnPropertyNames(link), "message", "stack"])) {
      const value = fields[name];
      if (typeof value !== "string" || name === "name" || name === "code") continue;
      const clean = redact(value);
      // Not assigned: a DOMException has its message from its prototype, where it cannot be set.
      if (clean !== value) Reflect.defineProperty(link, name, { value: clean });
    }
  }
}

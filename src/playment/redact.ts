/**
 * Keeps the API key out of what an error tells. A server may echo the key where a message quotes it: in a status, in
 * a code, in the path of a redirect. So each text and each error is looked through before it leaves the client.
 */
import { LabelMapError } from "../errors.js";

export type Redact = (text: string) => string;

/** A function that takes the key out of a text, in each spelling that a URL or quotes may give it. */
export function redactor(apiKey: string | undefined): Redact {
  if (apiKey === undefined) return (text) => text;
  const spellings = [
    apiKey,
    encodeURI(apiKey),
    encodeURIComponent(apiKey),
    JSON.stringify(apiKey).slice(1, -1),
  ];
  // The longest first: an encoded key can hold the plain one. A host's name comes back in lower case.
  const patterns = [...new Set(spellings)]
    .sort((a, b) => b.length - a.length)
    .map((spelling) => spelling.replace(/[\\^$.*+?()[\]{}|/-]/g, "\\$&"));
  const pattern = new RegExp(patterns.join("|"), "gi");
  return (text) => text.replace(pattern, "[API key]");
}

/** Takes the key out of an error of this library and out of its causes. Errors of the caller's own stay as they are. */
export function redactError(error: unknown, redact: Redact): void {
  if (!(error instanceof LabelMapError)) return;
  const seen = new Set<unknown>();
  for (let link: unknown = error; link instanceof Error && !seen.has(link); link = link.cause) {
    seen.add(link);
    const fields = link as unknown as Record<string, unknown>;
    for (const name of new Set([...Object.getOwnPropertyNames(link), "message", "stack"])) {
      const value = fields[name];
      if (typeof value !== "string" || name === "name" || name === "code") continue;
      const clean = redact(value);
      if (clean !== value) fields[name] = clean;
    }
  }
}

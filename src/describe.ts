/**
 * How a piece of untrusted JSON is named in a message: short, whatever it holds.
 *
 * Nothing here walks into a value, so a cyclic or endlessly nested one costs no stack, and a long string
 * is cut, so that a message stays a line.
 */

const QUOTE_LIMIT = 80;

/** `text` in double quotes with control characters escaped; cut after 80 characters. */
export function quote(text: string): string {
  return JSON.stringify(text.length > QUOTE_LIMIT ? `${text.slice(0, QUOTE_LIMIT)}…` : text);
}

/** What kind of JSON value this is, with its article: "null", "an array", "a number". */
export function kindOf(value: unknown): string {
  if (value === undefined) return "missing";
  if (value === null) return "null";
  if (Array.isArray(value)) return "an array";
  return typeof value === "object" ? "an object" : `a ${typeof value}`;
}

/** Whether this is a JSON object: no array, no null. */
export function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

/** Whether this is a number of pixels: an integer of at least 1. */
export function isSize(value: unknown): value is number {
  return Number.isInteger(value) && (value as number) > 0;
}

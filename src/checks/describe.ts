/**
 * How a piece of untrusted JSON is named in a message: short, whatever it holds.
 *
 * Nothing here walks into a value, so a cyclic or endlessly nested one costs no stack, and a long string
 * is cut, so that a message stays a line.
 */

import { DecodeError } from "../errors.js";

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

/**
 * Finds what is misspelt or misplaced, which would else have no effect and say nothing. `undefined` is as good as left out.
 *
 * @param allowed the keys, with spaces between them.
 * @param where what the object is called in the message.
 * @throws {DecodeError} OPTION_INVALID
 */
export function checkKeys(given: object, allowed: string, where: string): void {
  for (const key of Object.keys(given)) {
    const isAllowed = ` ${allowed} `.includes(` ${key} `) && !key.includes(" ");
    if (isAllowed || (given as Record<string, unknown>)[key] === undefined) continue;
    const names = allowed.replaceAll(" ", ", ");
    throw new DecodeError("OPTION_INVALID", `${where}: there is no ${quote(key)}, but ${names}`);
  }
}

/** Whether this is a number of pixels: an integer of at least 1. */
export function isSize(value: unknown): value is number {
  return Number.isInteger(value) && (value as number) > 0;
}

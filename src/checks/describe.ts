/**
 * How messages name a piece of untrusted JSON: briefly, whatever it contains.
 *
 * Nothing here descends into a value, so a cyclic or deeply nested one cannot overflow the stack. Long strings are cut,
 * so that a message fits one line.
 */

import { DecodeError } from "../errors.js";

const QUOTE_LIMIT = 80;

/** `text` in double quotes with control characters escaped; cut after 80 characters. */
export function quote(text: string): string {
  return JSON.stringify(text.length > QUOTE_LIMIT ? `${text.slice(0, QUOTE_LIMIT)}…` : text);
}

/** The kind of JSON value, with its article: "null", "an array", "a number". */
export function kindOf(value: unknown): string {
  if (value === undefined) return "missing";
  if (value === null) return "null";
  if (Array.isArray(value)) return "an array";
  if (isBinary(value)) return "binary data";
  return typeof value === "object" ? "an object" : `a ${typeof value}`;
}

/** Whether this is a JSON object, so neither an array nor null, nor a file's bytes. */
export function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value) && !isBinary(value);
}

function isBinary(value: unknown): boolean {
  return ArrayBuffer.isView(value) || value instanceof ArrayBuffer;
}

/**
 * Refuses misspelt and misplaced keys, which would otherwise be ignored without a word. A key whose value is `undefined`
 * counts as absent.
 *
 * @param allowed the keys, separated by spaces.
 * @param where the name of the object in the message.
 * @throws {DecodeError} OPTION_INVALID
 */
export function checkKeys(given: object, allowed: string, where: string): void {
  for (const key of Object.keys(given)) {
    const isAllowed = ` ${allowed} `.includes(` ${key} `) && !key.includes(" ");
    if (isAllowed || (given as Record<string, unknown>)[key] === undefined) continue;
    const names = allowed.replaceAll(" ", ", ");
    throw new DecodeError("OPTION_INVALID", `${where}: unknown key ${quote(key)}; the keys are ${names}`);
  }
}

/** Whether this is a number of pixels: an integer of at least 1. */
export function isSize(value: unknown): value is number {
  return Number.isInteger(value) && (value as number) > 0;
}

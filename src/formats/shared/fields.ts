/** Checks of single fields of JSON from other tools. Each error names the format and the path of the field. */
import { isObject, kindOf } from "../../checks/describe.js";
import { FormatError } from "../../errors.js";

export type Fields = Record<string, unknown>;

/**
 * @param path where the value is, for the message
 * @throws {FormatError} FORMAT_INVALID: the value is not an object.
 */
export function objectAt(value: unknown, path: string, format: string): Fields {
  if (isObject(value)) return value;
  throw new FormatError("FORMAT_INVALID", format, `${path}: is ${kindOf(value)}; make it an object.`);
}

/**
 * Returns a copy of the array without holes.
 * @throws {FormatError} FORMAT_INVALID: the value is not an array.
 */
export function arrayAt(value: unknown, path: string, format: string): readonly unknown[] {
  if (Array.isArray(value)) return Array.from(value as readonly unknown[]);
  throw new FormatError("FORMAT_INVALID", format, `${path}: is ${kindOf(value)}; make it an array.`);
}

/**
 * @throws {FormatError} FORMAT_INVALID: the value is not an integer from `min` to `max`.
 */
export function integerAt(value: unknown, path: string, format: string, min = 0, max = 2 ** 31 - 1): number {
  if (Number.isInteger(value) && (value as number) >= min && (value as number) <= max) return value as number;
  const found = typeof value === "number" ? String(value) : kindOf(value);
  const message = `${path}: is ${found}; make it an integer from ${min} to ${max}.`;
  throw new FormatError("FORMAT_INVALID", format, message);
}

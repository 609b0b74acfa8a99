/** Fields of JSON that comes from other tools, checked one by one: an error names the format and the path. */
import { isObject, kindOf } from "../../checks/describe.js";
import { FormatError } from "../../errors.js";

export type Fields = Record<string, unknown>;

/** @throws {FormatError} FORMAT_INVALID */
export function objectAt(value: unknown, path: string, format: string): Fields {
  if (isObject(value)) return value;
  throw new FormatError("FORMAT_INVALID", format, `${path}: is ${kindOf(value)}; make it an object.`);
}

/** @throws {FormatError} FORMAT_INVALID */
export function arrayAt(value: unknown, path: string, format: string): readonly unknown[] {
  if (Array.isArray(value)) return Array.from(value as readonly unknown[]);
  throw new FormatError("FORMAT_INVALID", format, `${path}: is ${kindOf(value)}; make it an array.`);
}

/**
 * An integer from `min` to `max`.
 * @throws {FormatError} FORMAT_INVALID
 */
export function integerAt(value: unknown, path: string, format: string, min = 0, max = 2 ** 31 - 1): number {
  if (Number.isInteger(value) && (value as number) >= min && (value as number) <= max) return value as number;
  const found = typeof value === "number" ? String(value) : kindOf(value);
  const message = `${path}: is ${found}; make it an integer from ${min} to ${max}.`;
  throw new FormatError("FORMAT_INVALID", format, message);
}

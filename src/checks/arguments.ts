/** Checks of what callers pass to the entry points beside the core. Every invalid argument is the same kind of error. */

import { isObject, kindOf } from "./describe.js";
import { invalid } from "./invalid.js";

/**
 * Checks that the options are an object whose flags are true or false, and returns them.
 *
 * @param flags the options that must be true or false.
 * @throws {DecodeError} OPTION_INVALID: not an object, or a flag that is neither true nor false.
 */
export function checkOptions<T>(options: T, ...flags: (keyof T & string)[]): T {
  if (!isObject(options)) throw invalid(`The options are ${kindOf(options)}; give an object.`);
  for (const flag of flags) {
    const value: unknown = options[flag];
    if (value !== undefined && typeof value !== "boolean") throw invalid(`${flag} must be true or false.`);
  }
  return options;
}

/** Whether this is a count: an integer of at least 0. */
export function isCount(value: unknown): value is number {
  return Number.isSafeInteger(value) && (value as number) >= 0;
}

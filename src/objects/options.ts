/** Checks of arguments that the functions of this entry point share; all throw DecodeError OPTION_INVALID. */
import { checkOptions, invalid } from "../arguments.js";

/** @param flags the options that are true or false. */
export function checkFlags<O extends object>(options: O, ...flags: (keyof O & string)[]): void {
  checkOptions(options);
  for (const flag of flags) {
    const value: unknown = options[flag];
    if (value !== undefined && typeof value !== "boolean") throw invalid(`${flag} must be true or false.`);
  }
}

/** A map's value: an integer of 32 bits with a sign. */
export function checkValue(value: unknown, name = "value"): asserts value is number {
  if (typeof value !== "number" || value !== (value | 0)) {
    throw invalid(`${name} must be an integer from -2^31 to 2^31 - 1.`);
  }
}

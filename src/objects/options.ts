/** Checks of arguments that the functions of this entry point share; all throw DecodeError OPTION_INVALID. */
import { invalid } from "../checks/arguments.js";

/** A map's value: an integer of 32 bits with a sign. */
export function checkValue(value: unknown, name = "value"): asserts value is number {
  if (typeof value !== "number" || value !== (value | 0)) {
    throw invalid(`${name} must be an integer from -2^31 to 2^31 - 1.`);
  }
}

/** Argument checks for the functions of `labelmap/objects`. All throw DecodeError OPTION_INVALID. */
import { invalid } from "../checks/invalid.js";

/** Checks a map's value: it must be a signed 32-bit integer. */
export function checkValue(value: unknown, name = "value"): asserts value is number {
  if (typeof value !== "number" || value !== (value | 0)) {
    throw invalid(`${name} must be an integer from -2^31 to 2^31 - 1.`);
  }
}

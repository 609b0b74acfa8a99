/** The most pixels of an array, as `maxPixels` of `LimitOptions` is for PNGs. */

import { invalid } from "../../checks/invalid.js";
import { DEFAULT_LIMITS } from "../../decode/limits.js";
import { FormatError } from "../../errors.js";
import type { DenseMap } from "../../maps/dense-map.js";

/** How large an array may be. */
export interface ArrayLimits {
  /** The most pixels of an array, width × height. Default 2^28. */
  readonly maxPixels?: number;
}

/**
 * @returns the map itself
 * @throws {FormatError} FORMAT_INVALID: the map has more pixels.
 * @throws {DecodeError} OPTION_INVALID
 */
export function checkPixels<M extends DenseMap>(map: M, maxPixels: number = DEFAULT_LIMITS.maxPixels): M {
  if (!(maxPixels > 0)) throw invalid("maxPixels must be a positive number");
  const { width, height } = map;
  if (width * height <= maxPixels) return map;
  const problem = `the array has ${width}×${height} pixels, more than maxPixels ${maxPixels}; allow more`;
  throw new FormatError("FORMAT_INVALID", "NumPy array", `${problem}.`);
}

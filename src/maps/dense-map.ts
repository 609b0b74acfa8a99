/**
 * What all decoded maps have in common: one integer per pixel, row-major. A `LabelMap`, a map of class ids and a
 * model's output all have this form, so a function that needs only the pixels takes any of them.
 */

import { isObject, isSize, kindOf } from "../checks/describe.js";
import { invalid } from "../checks/invalid.js";
import { ValueRangeError } from "../errors.js";

/** The arrays that hold a map's integers. */
export type LabelArray = Int32Array | Uint8Array | Uint16Array;

/**
 * A map of H×W integers, row-major: pixel (x, y) is `data[y * width + x]`, and `data` has `width * height` elements.
 */
export interface DenseMap<A extends LabelArray = LabelArray> {
  readonly width: number;
  readonly height: number;
  readonly data: A;
}

const TAGS: readonly string[] = ["[object Int32Array]", "[object Uint8Array]", "[object Uint16Array]"];

/**
 * Checks a map that a caller passed.
 *
 * @param name what the message calls the map.
 * @throws {DecodeError} OPTION_INVALID: not a map, a width or height that is not a positive integer, `data` of another
 *   type, or `data` of the wrong length.
 */
export function checkDenseMap(map: unknown, name = "the map"): asserts map is DenseMap {
  if (!isObject(map)) throw invalid(`${name} is ${kindOf(map)}; give an object with width, height and data.`);
  const { width, height, data } = map;
  if (data === undefined && "runEnds" in map) {
    throw invalid(`${name} holds runs, not pixels; give what its toDense() returns.`);
  }
  if (!isSize(width) || !isSize(height)) {
    throw invalid(`${name} must have a width and a height that are positive integers.`);
  }
  if (!isLabelArray(data)) {
    throw invalid(`${name}'s data must be an Int32Array, a Uint8Array or a Uint16Array.`);
  }
  const { length } = data;
  if (length !== width * height) {
    throw invalid(wrongLength(`${name}'s data`, length, width, height));
  }
}

/** What a message says of an array that does not have one element per pixel. */
export function wrongLength(name: string, length: number, width: number, height: number): string {
  return `${name} has ${length} elements; ${width}×${height} pixels need ${width * height}.`;
}

/** Goes by the array's tag, since `instanceof` fails for an array from another realm (a frame, a vm context). */
export function isLabelArray(data: unknown): data is LabelArray {
  return TAGS.includes(Object.prototype.toString.call(data));
}

/** @throws {ValueRangeError} VALUE_OUT_OF_RANGE: x or y is outside the map, or not an integer. */
export function checkPixel({ width, height }: Omit<DenseMap, "data">, x: number, y: number): void {
  // `>>> 0` also refuses fractions and everything that is not a number.
  if (x >>> 0 === x && y >>> 0 === y && x < width && y < height) return;
  throw new ValueRangeError(
    "VALUE_OUT_OF_RANGE",
    `There is no pixel (${x}, ${y}): x is an integer from 0 to ${width - 1}, and y from 0 to ${height - 1}.`,
  );
}

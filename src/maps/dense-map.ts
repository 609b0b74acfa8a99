/**
 * What all maps have in common once they are decoded: one integer per pixel, row-major. A `LabelMap`, a map of class
 * ids and a model's output are all this, so that whatever needs no more than the pixels takes any of them.
 */
import { isObject, isSize, kindOf } from "../checks/describe.js";
import { DecodeError } from "../errors.js";

/** The arrays that hold a map's integers. */
export type LabelArray = Int32Array | Uint8Array | Uint16Array;

/** A map of integers: pixel (x, y) is `data[y * width + x]`; `width * height` elements. */
export interface DenseMap<A extends LabelArray = LabelArray> {
  readonly width: number;
  readonly height: number;
  readonly data: A;
}

const TAGS: readonly string[] = ["[object Int32Array]", "[object Uint8Array]", "[object Uint16Array]"];

/**
 * Checks a map that a caller gave.
 *
 * @param name what the map is called in the message.
 * @throws {DecodeError} OPTION_INVALID: no map, sizes that are no positive integers, another array, or one of another
 *   length.
 */
export function checkDenseMap(map: unknown, name = "the map"): asserts map is DenseMap {
  if (!isObject(map)) throw invalid(`${name} is ${kindOf(map)}; give an object with width, height and data.`);
  const { width, height, data } = map;
  if (data === undefined && "runEnds" in map) throw invalid(`${name} is runs; give its pixels, toDense().`);
  if (!isSize(width) || !isSize(height)) {
    throw invalid(`${name} must have a width and a height that are positive integers.`);
  }
  if (!isLabelArray(data)) {
    throw invalid(`${name}'s data must be an Int32Array, a Uint8Array or a Uint16Array.`);
  }
  const { length } = data;
  if (length !== width * height) {
    throw invalid(`${name}'s data has ${length} elements; ${width}×${height} pixels need ${width * height}.`);
  }
}

/** By its tag: an array of another realm is one too. */
export function isLabelArray(data: unknown): data is LabelArray {
  return TAGS.includes(Object.prototype.toString.call(data));
}

function invalid(message: string): DecodeError {
  return new DecodeError("OPTION_INVALID", message);
}

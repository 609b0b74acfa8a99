/** What every geometry function starts with: it checks its arguments, and allocates the empty map that it fills. */

import { checkOptions } from "../checks/arguments.js";
import { isSize } from "../checks/describe.js";
import { invalid } from "../checks/invalid.js";
import { withMemoryFor } from "../checks/memory.js";
import { ValueRangeError } from "../errors.js";
import { contentOf } from "../maps/content.js";
import type { DenseMap, LabelArray } from "../maps/dense-map.js";

const TYPES = {
  "[object Int32Array]": { name: "an Int32Array", type: Int32Array, min: -(2 ** 31), max: 2 ** 31 - 1 },
  "[object Uint8Array]": { name: "a Uint8Array", type: Uint8Array, min: 0, max: 255 },
  "[object Uint16Array]": { name: "a Uint16Array", type: Uint16Array, min: 0, max: 65_535 },
} as const;

/**
 * Goes by the array's tag, like `checkDenseMap`, so that an array from another realm is accepted. A Buffer counts as a
 * Uint8Array.
 */
function typeOf(data: LabelArray) {
  return TYPES[Object.prototype.toString.call(data) as keyof typeof TYPES];
}

/**
 * A map of `height` × `width` zeros, in an array of the same type as `like.data`. If `like` says what its values are
 * (`map`), the new map says so too. So labels that have lost their names are not mistaken for class ids. `withLabels` of
 * `labelmap/maps` gives them their names again.
 *
 * @throws {DecodeError} OUT_OF_MEMORY.
 */
export function newMap<A extends LabelArray>(like: DenseMap<A>, width: number, height: number): DenseMap<A> {
  const data = withMemoryFor(`${width}×${height} pixels`, () => new (typeOf(like.data).type)(width * height));
  return { ...contentAs(like), width, height, data: data as unknown as A };
}

/** The `map` property for a map made from `source`: it says what the values are. Empty if that is not known. */
export function contentAs(source: object): object {
  const map = contentOf(source);
  return map === undefined ? {} : { map };
}

/** @throws {DecodeError} OPTION_INVALID: not an object, or a width or height that is not a positive integer. */
export function checkTargetSize(options: { readonly width: unknown; readonly height: unknown }): void {
  const { width, height } = checkOptions(options);
  if (!isSize(width) || !isSize(height)) {
    throw invalid("width and height must be positive integers: the target size in pixels.");
  }
}

/**
 * @throws {DecodeError} OPTION_INVALID: not an integer.
 * @throws {ValueRangeError} VALUE_OUT_OF_RANGE: the array cannot hold it.
 */
export function checkValue(value: unknown, data: LabelArray): asserts value is number {
  if (!Number.isInteger(value)) {
    throw invalid("value must be an integer: the value for pixels outside the map, such as the void id.");
  }
  const { name, min, max } = typeOf(data);
  if ((value as number) >= min && (value as number) <= max) return;
  throw new ValueRangeError(
    "VALUE_OUT_OF_RANGE",
    `The value ${value} does not fit ${name} (${min} to ${max}).`,
  );
}

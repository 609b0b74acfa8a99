/** What every change of geometry starts with: arguments that can be meant, and the empty map that it fills. */

import { checkOptions, invalid } from "../checks/arguments.js";
import { isSize } from "../checks/describe.js";
import { withMemoryFor } from "../checks/memory.js";
import { ValueRangeError } from "../errors.js";
import { contentOf } from "../maps/content.js";
import type { DenseMap, LabelArray } from "../maps/dense-map.js";

const TYPES = {
  "[object Int32Array]": { name: "an Int32Array", type: Int32Array, min: -(2 ** 31), max: 2 ** 31 - 1 },
  "[object Uint8Array]": { name: "a Uint8Array", type: Uint8Array, min: 0, max: 255 },
  "[object Uint16Array]": { name: "a Uint16Array", type: Uint16Array, min: 0, max: 65_535 },
} as const;

/** By the tag, as `checkDenseMap` does: an array of another realm is one too, and a Buffer is a Uint8Array. */
function typeOf(data: LabelArray) {
  return TYPES[Object.prototype.toString.call(data) as keyof typeof TYPES];
}

/**
 * A map of zeros, with an array of the type of `like`'s. It says what its values are (`map`) if `like` does, so that
 * labels without their names are not taken for class ids.
 *
 * @throws {DecodeError} OUT_OF_MEMORY.
 */
export function newMap<A extends LabelArray>(like: DenseMap<A>, width: number, height: number): DenseMap<A> {
  const data = withMemoryFor(`${width}×${height} pixels`, () => new (typeOf(like.data).type)(width * height));
  return { ...contentAs(like), width, height, data: data as unknown as A };
}

/** The `map` of a map that is made of `source`: what its values are, where that is known. */
export function contentAs(source: object): object {
  const map = contentOf(source);
  return map === undefined ? {} : { map };
}

/** @throws {DecodeError} OPTION_INVALID: no object, or a width or height that is no positive integer. */
export function checkTargetSize(options: { readonly width: unknown; readonly height: unknown }): void {
  const { width, height } = checkOptions(options);
  if (!isSize(width) || !isSize(height)) {
    throw invalid("width and height must be positive integers: the size in pixels to go to.");
  }
}

/**
 * @throws {DecodeError} OPTION_INVALID: no integer.
 * @throws {ValueRangeError} VALUE_OUT_OF_RANGE: the array cannot hold it.
 */
export function checkValue(value: unknown, data: LabelArray): asserts value is number {
  if (!Number.isInteger(value)) {
    throw invalid("value must be an integer: what pixels outside the map get, such as the void id.");
  }
  const { name, min, max } = typeOf(data);
  if ((value as number) >= min && (value as number) <= max) return;
  throw new ValueRangeError(
    "VALUE_OUT_OF_RANGE",
    `The value ${value} does not fit ${name} (${min} to ${max}).`,
  );
}

/**
 * Turns maps into a tensor with one element per pixel, as plain data that the constructors of the tensor libraries
 * take: onnxruntime `new ort.Tensor(t.type, t.data, t.dims)`, transformers.js `new Tensor(t.type, t.data, t.dims)`,
 * TensorFlow.js `tf.tensor(t.data, t.dims, t.type)` (with `"int32"` or `"float32"`). This file needs none of them.
 */

import type { ConstOnly } from "../checks/const-options.js";
import { isObject, kindOf } from "../checks/describe.js";
import { invalid } from "../checks/invalid.js";
import { withMemoryFor } from "../checks/memory.js";
import { ValueRangeError } from "../errors.js";
import type { DenseMap, LabelArray } from "../maps/dense-map.js";
import { type Batch, batchOf, placeOf } from "./batch.js";

/** The array type of each element type. The names are those of onnxruntime. */
export interface TensorArrays {
  uint8: Uint8Array<ArrayBuffer>;
  uint16: Uint16Array<ArrayBuffer>;
  int32: Int32Array<ArrayBuffer>;
  int64: BigInt64Array<ArrayBuffer>;
  float32: Float32Array<ArrayBuffer>;
}
export type TensorType = keyof TensorArrays;

/** A tensor as plain data. The last of `dims` varies fastest in `data`. */
export interface TensorData<T extends TensorType = TensorType> {
  readonly type: T;
  readonly data: TensorArrays[T];
  readonly dims: number[];
}

export interface TensorOptions<T extends TensorType> {
  /** The type of the elements. */
  readonly dtype: T;
  /** Dimensions for the same number of elements, such as `[1, 1, height, width]`. Default `[N, height, width]`. */
  readonly shape?: readonly number[];
}

interface NumericType {
  readonly array: new (length: number) => TensorArrays[TensorType];
  readonly min: number;
  readonly max: number;
}

/** The values that each type holds without loss. float32 has a significand of 24 bits. */
const TYPES: ReadonlyMap<TensorType, NumericType> = new Map<TensorType, NumericType>([
  ["uint8", { array: Uint8Array, min: 0, max: 255 }],
  ["uint16", { array: Uint16Array, min: 0, max: 65_535 }],
  ["int32", { array: Int32Array, min: -(2 ** 31), max: 2 ** 31 - 1 }],
  ["int64", { array: BigInt64Array, min: -(2 ** 31), max: 2 ** 31 - 1 }],
  ["float32", { array: Float32Array, min: -(2 ** 24), max: 2 ** 24 }],
]);

/** Which 32-bit word of a 64-bit integer is the low one: the first on a little-endian machine, otherwise the second. */
const LOW_WORD = new Uint8Array(new Uint16Array([1]).buffer)[0] === 1 ? 0 : 1;

/**
 * A new tensor of N × H × W, row-major, with the maps' values. N is the number of maps, 1 for a single map.
 *
 * @throws {DecodeError} OPTION_INVALID: not a map, an invalid dtype, or a `shape` for another number of elements;
 *   OUT_OF_MEMORY.
 * @throws {LabelMapError} SIZE_MISMATCH: the maps have different sizes.
 * @throws {ValueRangeError} VALUE_OUT_OF_RANGE: a value does not fit the type exactly, such as -1 in `uint8`, or a
 *   value above 2^24 in `float32`.
 */
export function toTensor<const Given extends object>(
  map: DenseMap | readonly DenseMap[],
  options: Given & ConstOnly<Given, TensorOptions<TensorType>>,
): TensorData;
export function toTensor<T extends TensorType>(
  map: DenseMap | readonly DenseMap[],
  options: TensorOptions<T>,
): TensorData<T>;
export function toTensor<T extends TensorType>(
  map: DenseMap | readonly DenseMap[],
  options: TensorOptions<T>,
): TensorData<T> {
  const batch = batchOf(map);
  if (!isObject(options)) throw invalid(`The options are ${kindOf(options)}; give an object with a dtype.`);
  const { dtype, shape } = options as TensorOptions<T>;
  const type = TYPES.get(dtype);
  if (type === undefined) throw invalid(`dtype must be one of ${[...TYPES.keys()].join(", ")}.`);
  const { maps, width, height } = batch;
  const pixels = width * height;
  const dims = dimsOf(shape ?? [maps.length, height, width], maps.length * pixels);
  checkRange(batch, dtype, type);
  const data = withMemoryFor(`${maps.length * pixels} elements`, () => new type.array(maps.length * pixels));
  maps.forEach((each, place) => {
    if (data instanceof BigInt64Array) writeInt64(each.data, data, place * pixels);
    else data.set(each.data, place * pixels);
  });
  return { type: dtype, data: data as TensorArrays[T], dims };
}

function dimsOf(shape: unknown, elements: number): number[] {
  const isShape = Array.isArray(shape) && shape.every((size) => Number.isSafeInteger(size) && size > 0);
  if (isShape && shape.reduce((product, size) => product * size, 1) === elements) return [...shape];
  throw invalid(
    `shape must be an array of positive integers whose product is ${elements}, the number of pixels.`,
  );
}

/** Throws for the first pixel that does not fit. Skips maps whose array type cannot hold a value that does not fit. */
function checkRange(batch: Batch, dtype: TensorType, { min, max }: NumericType): void {
  batch.maps.forEach(({ data }, map) => {
    const bits = data.BYTES_PER_ELEMENT * 8;
    const [lowest, highest] = bits === 32 ? [-(2 ** 31), 2 ** 31 - 1] : [0, 2 ** bits - 1];
    if (lowest >= min && highest <= max) return;
    for (let pixel = 0; pixel < data.length; pixel++) {
      const value = data[pixel]!;
      if (value >= min && value <= max) continue;
      const message = `The value ${value} (${placeOf(batch, map, pixel)}) does not fit ${dtype} (${min} to ${max}).`;
      throw new ValueRangeError("VALUE_OUT_OF_RANGE", message);
    }
  });
}

/**
 * Writes int64 as two 32-bit words, since a BigInt per pixel would cost an allocation each. The low word is the value;
 * every bit of the high word is its sign.
 */
function writeInt64(values: LabelArray, target: BigInt64Array, start: number): void {
  const words = new Int32Array(target.buffer, start * 8, values.length * 2);
  for (let i = 0; i < values.length; i++) {
    const value = values[i]!;
    words[2 * i + LOW_WORD] = value;
    words[2 * i + 1 - LOW_WORD] = value >> 31;
  }
}

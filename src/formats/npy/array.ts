/** What a `.npy` file holds: elements of one of NumPy's types, and a shape. */

import { isObject, kindOf } from "../../checks/describe.js";
import { DecodeError } from "../../errors.js";
import { checkDenseMap } from "../../maps/dense-map.js";

/** The typed arrays that hold a file's elements. Booleans become a `Uint8Array` of 0 and 1. */
export type NpyData =
  | Uint8Array
  | Int8Array
  | Uint16Array
  | Int16Array
  | Uint32Array
  | Int32Array
  | BigUint64Array
  | BigInt64Array
  | Float32Array
  | Float64Array;

/** An array of any shape in row-major order (C order): the last index changes fastest. */
export interface NpyArray {
  readonly data: NpyData;
  /** The length of each dimension. A map has `[height, width]`, a batch of tensors has `[N, C, H, W]`. */
  readonly shape: readonly number[];
}

type NpyConstructor = new (buffer: ArrayBuffer) => NpyData;

/** NumPy's type codes without the byte order. `u1` comes before `b1`, because a `Uint8Array` is written as `u1`. */
export const TYPES: readonly (readonly [code: string, type: NpyConstructor])[] = [
  ["u1", Uint8Array],
  ["b1", Uint8Array],
  ["i1", Int8Array],
  ["u2", Uint16Array],
  ["i2", Int16Array],
  ["u4", Uint32Array],
  ["i4", Int32Array],
  ["u8", BigUint64Array],
  ["i8", BigInt64Array],
  ["f4", Float32Array],
  ["f8", Float64Array],
];

/** Every file starts with `\x93NUMPY`. */
export const MAGIC = [0x93, 0x4e, 0x55, 0x4d, 0x50, 0x59];
/** The most dimensions that every version of NumPy accepts. */
export const MAX_DIMENSIONS = 32;
export const IS_LITTLE_ENDIAN = new Uint8Array(Uint16Array.of(1).buffer)[0] === 1;

/**
 * Checks an array and its shape. A map has the shape `[height, width]`.
 * @throws {DecodeError} OPTION_INVALID
 */
export function checkArray(array: unknown): NpyArray {
  if (isObject(array) && array.shape === undefined) {
    checkDenseMap(array);
    return { data: array.data, shape: [array.height, array.width] };
  }
  if (!isObject(array))
    throw wrong(`the array is ${kindOf(array)}; give a map, or an object with data and shape.`);
  const { data, shape } = array as { data: NpyData; shape: readonly number[] };
  const tag = Object.prototype.toString.call(data);
  if (!TYPES.some(([, type]) => tag === `[object ${type.name}]`)) {
    throw wrong(`data is ${tag}; give a typed array with a type that NumPy has, such as Int32Array.`);
  }
  const isLength = (length: unknown) => Number.isSafeInteger(length) && (length as number) >= 0;
  if (!Array.isArray(shape) || !shape.every(isLength) || shape.length > MAX_DIMENSIONS) {
    throw wrong(`shape must be an array of up to ${MAX_DIMENSIONS} lengths, integers of at least 0.`);
  }
  const count = shape.reduce((product: number, length: number) => product * length, 1);
  if (count !== data.length) {
    throw wrong(`data has ${data.length} elements, but the shape (${shape.join(", ")}) needs ${count}.`);
  }
  return { data, shape };
}

/** Reverses the bytes of each element in place. */
export function swapBytes(bytes: Uint8Array, size: number): void {
  if (size === 1) return;
  for (let at = 0; at < bytes.length; at += size) bytes.subarray(at, at + size).reverse();
}

const wrong = (message: string) => new DecodeError("OPTION_INVALID", message);

/**
 * The types of a tensor's elements, and the bits of a value in each. The GPU never converts a number: it copies bits that
 * were made here. So all types work on every device, also float16 where shaders lack it.
 */

/** The types of a tensor's elements. The names are those of onnxruntime. */
export type ElementType = "int32" | "uint8" | "uint16" | "float32" | "float16";

/** The array of each type on the CPU. A float16 is given as its 16 bits. */
export interface ElementArrays {
  int32: Int32Array<ArrayBuffer>;
  uint8: Uint8Array<ArrayBuffer>;
  uint16: Uint16Array<ArrayBuffer>;
  float32: Float32Array<ArrayBuffer>;
  float16: Uint16Array<ArrayBuffer>;
}

/** The formats of textures of integers with one channel. */
export type TextureFormat = "r8uint" | "r16uint" | "r32uint";

export interface Element {
  readonly bytes: 1 | 2 | 4;
  /** The integers from `min` to `max` are exact. */
  readonly min: number;
  readonly max: number;
  readonly array: new (length: number) => ElementArrays[ElementType];
  /** The bits of an integer from `min` to `max`. */
  bitsOf(value: number): number;
}

const float = new Float32Array(1);
const floatBits = new Uint32Array(float.buffer);
function bitsOfFloat(value: number): number {
  float[0] = value;
  return floatBits[0]!;
}

/** From float32, whose exponent has a bias of 127 and 23 bits behind it, where float16 has 15 and 10. Exact up to ±2048. */
function bitsOfHalf(value: number): number {
  if (value === 0) return 0;
  const bits = bitsOfFloat(value);
  return ((bits >>> 16) & 0x8000) | ((((bits & 0x7fff_ffff) >>> 13) - ((127 - 15) << 10)) & 0x7fff);
}

export const ELEMENTS: Readonly<Record<ElementType, Element>> = {
  int32: {
    ...{ bytes: 4, min: -(2 ** 31), max: 2 ** 31 - 1, array: Int32Array },
    bitsOf: (value) => value >>> 0,
  },
  uint8: { bytes: 1, min: 0, max: 255, array: Uint8Array, bitsOf: (value) => value },
  uint16: { bytes: 2, min: 0, max: 65_535, array: Uint16Array, bitsOf: (value) => value },
  float32: { bytes: 4, min: -(2 ** 24), max: 2 ** 24, array: Float32Array, bitsOf: bitsOfFloat },
  float16: { bytes: 2, min: -(2 ** 11), max: 2 ** 11, array: Uint16Array, bitsOf: bitsOfHalf },
};

/** The type whose bits the texels of a format are. In `r32uint` a negative value is what `bitcast<i32>` gives back. */
export const TEXTURES: Readonly<Record<TextureFormat, ElementType>> = {
  r8uint: "uint8",
  r16uint: "uint16",
  r32uint: "int32",
};

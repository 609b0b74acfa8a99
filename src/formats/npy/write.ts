/**
 * Arrays to NumPy's `.npy` files: a magic string, a header that is a Python dictionary, and the elements.
 *
 *   93 "NUMPY" │ major, minor │ length of the header │ {'descr': '<i4', 'fortran_order': False, 'shape': (2, 3), } │ …
 *
 * The format: NumPy Enhancement Proposal 1, and numpy.lib.format of NumPy 2.3. This file writes version 1.0, in which the
 * length of the header has two bytes. All numbers are little-endian.
 */

import type { DenseMap } from "../../maps/dense-map.js";
import { checkArray, IS_LITTLE_ENDIAN, MAGIC, type NpyArray, swapBytes, TYPES } from "./array.js";

/** The elements start at a multiple of this number of bytes, so that a file can be mapped into memory. */
const ALIGNMENT = 64;

/**
 * The `.npy` file of a map (shape H×W, row-major) or of an array of any shape. `numpy.load` gives the same shape and
 * dtype: an `Int32Array` becomes int32.
 *
 * @throws {DecodeError} OPTION_INVALID: the argument is neither a map nor an array, NumPy lacks the type, or the shape does
 *   not fit the data.
 */
export function encodeNpy(array: DenseMap | NpyArray): Uint8Array<ArrayBuffer> {
  const [header, elements] = npyParts(array);
  const file = new Uint8Array(header.length + elements.length);
  file.set(header);
  file.set(elements, header.length);
  return file;
}

/**
 * The same file in two parts, so that you can write it without copying the elements. On little-endian machines the second
 * part is a view of the array itself.
 *
 * @throws {DecodeError} OPTION_INVALID: as in `encodeNpy`.
 */
export function npyParts(array: DenseMap | NpyArray): [header: Uint8Array, elements: Uint8Array] {
  const { data, shape } = checkArray(array);
  const tag = Object.prototype.toString.call(data);
  const [code] = TYPES.find(([, type]) => tag === `[object ${type.name}]`)!;
  const size = data.BYTES_PER_ELEMENT;
  const dimensions = shape.length === 1 ? `${shape[0]},` : shape.join(", ");
  const description = `{'descr': '${size === 1 ? "|" : "<"}${code}', 'fortran_order': False, 'shape': (${dimensions}), }`;

  const prefixBytes = MAGIC.length + 4;
  const start = Math.ceil((prefixBytes + description.length + 1) / ALIGNMENT) * ALIGNMENT;
  const header = new Uint8Array(start);
  header.set([...MAGIC, 1, 0]);
  new DataView(header.buffer).setUint16(MAGIC.length + 2, start - prefixBytes, true);
  header.set(new TextEncoder().encode(`${description.padEnd(start - prefixBytes - 1)}\n`), prefixBytes);
  const elements = new Uint8Array(data.buffer, data.byteOffset, data.byteLength);
  if (IS_LITTLE_ENDIAN) return [header, elements];
  const swapped = elements.slice();
  swapBytes(swapped, size);
  return [header, swapped];
}

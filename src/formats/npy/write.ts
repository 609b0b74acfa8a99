/**
 * Arrays to NumPy's `.npy` files and back: a magic word, a header that is a Python dictionary, and the plain elements.
 *
 *   93 "NUMPY" │ major, minor │ length of the header │ {'descr': '<i4', 'fortran_order': False, 'shape': (2, 3), } │ …
 *
 * The format: NumPy Enhancement Proposal 1, and numpy.lib.format of NumPy 2.3 (versions 1.0 to 3.0). Version 1.0 is
 * written; the header's length is two bytes in 1.0 and four in 2.0 and 3.0, all little-endian.
 */

import type { DenseMap } from "../../maps/dense-map.js";
import { checkArray, IS_LITTLE_ENDIAN, MAGIC, type NpyArray, swapBytes, TYPES } from "./array.js";

/** The elements start at a multiple of this, so that a file can be mapped to memory. */
const ALIGNMENT = 64;

/**
 * The `.npy` file of a map (shape H×W, row-major) or of an array of any shape; `numpy.load` gives the same dtype.
 *
 * @throws {DecodeError} OPTION_INVALID: neither, an array that NumPy has no type for, or a shape that does not fit it.
 */
export function encodeNpy(array: DenseMap | NpyArray): Uint8Array<ArrayBuffer> {
  const [header, elements] = npyParts(array);
  const file = new Uint8Array(header.length + elements.length);
  file.set(header);
  file.set(elements, header.length);
  return file;
}

/** The same file in its two parts, so that who writes it need not copy the elements, which are the array's own. */
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

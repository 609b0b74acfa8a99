/** NumPy's `.npz` file to the arrays in it, by name. */

import type { NpyArray } from "../npy/array.js";
import { decodeNpy } from "../npy/read.js";
import type { FileInput } from "../shared/bytes.js";
import { readZip } from "./zip.js";

/**
 * The arrays of a `.npz` file by their names, in the file's order; stored or deflated.
 *
 * @param options.maxBytes most bytes of all arrays together, asked before memory is taken. Default 2^30.
 * @throws {FormatError} FORMAT_INVALID: no zip file, damaged (lengths, CRC-32), a name twice, or more than `maxBytes`.
 *   FORMAT_UNSUPPORTED: encrypted, compressed in another way, or entries that are no `.npy`.
 *   What `decodeNpy` throws, for each array.
 * @throws {DecodeError} OPTION_INVALID.
 */
export function decodeNpz(
  file: FileInput,
  options: { readonly maxBytes?: number } = {},
): Map<string, NpyArray> {
  const arrays = new Map<string, NpyArray>();
  for (const { name, bytes } of readZip(file, ".npz", ".npy", options)) {
    arrays.set(name.slice(0, -".npy".length), decodeNpy(bytes));
  }
  return arrays;
}

/** NumPy's `.npz` files to the arrays in them, by name. `zip.ts` reads the zip file. */

import type { NpyArray } from "../npy/array.js";
import { decodeNpy } from "../npy/read.js";
import type { FileInput } from "../shared/bytes.js";
import { readZip } from "./zip.js";

/**
 * The arrays of a `.npz` file by name, in the order of the file. They may be stored or deflated.
 *
 * @param options.maxBytes the most bytes of all arrays together, checked before memory is allocated. Default 2^30.
 * @throws {FormatError} FORMAT_INVALID: the file is no zip file, is damaged (lengths, CRC-32), has a name twice, or has
 *   more than `maxBytes`. FORMAT_UNSUPPORTED: an entry is encrypted, compressed by another method, or no `.npy` file.
 *   Each array may fail as in `decodeNpy`.
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

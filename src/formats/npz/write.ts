/**
 * Several arrays to NumPy's `.npz` file: a zip file of `.npy` files, each named `<name>.npy` (numpy.savez and
 * numpy.savez_compressed of NumPy 2.3). fflate deflates and writes the zip file.
 */
import { type Zippable, zipSync } from "fflate";
import { checkOptions } from "../../checks/arguments.js";
import { isObject, kindOf, quote } from "../../checks/describe.js";
import { DecodeError } from "../../errors.js";
import type { DenseMap } from "../../maps/dense-map.js";
import type { NpyArray } from "../npy/array.js";
import { encodeNpy } from "../npy/write.js";

/** How an `.npz` file is written. */
export interface NpzOptions {
  /** Whether to deflate the arrays, as numpy.savez_compressed does. Maps shrink to a few percent. Default true. */
  readonly compress?: boolean;
}

/** The largest size in a zip file without the 64-bit extension. */
const MAX_BYTES = 2 ** 32 - 1;
const MAX_ENTRIES = 65_535;
const MAX_NAME_BYTES = 65_535;

/**
 * The `.npz` file of maps or arrays, each with a name. `numpy.load(file)[name]` gives each of them. Equal arrays give equal
 * bytes, because the date of every entry is 1980-01-01.
 *
 * @throws {DecodeError} OPTION_INVALID: an array is invalid as in `encodeNpy`, a name is empty, has a NUL or is longer than
 *   64 KiB, there are more than 65,535 arrays, or they have more than 4 GiB.
 */
export function encodeNpz(
  arrays: Readonly<Record<string, DenseMap | NpyArray>> | ReadonlyMap<string, DenseMap | NpyArray>,
  options: NpzOptions = {},
): Uint8Array<ArrayBuffer> {
  if (!isObject(arrays))
    throw wrong(`the arrays are ${kindOf(arrays)}; give an object with a map or array for each name.`);
  checkOptions(options, "compress");
  const { compress = true } = options;
  const files: Zippable = {};
  let total = 0;
  let count = 0;
  for (const [name, array] of arrays instanceof Map ? arrays : Object.entries(arrays)) {
    const nameBytes = typeof name === "string" ? new TextEncoder().encode(`${name}.npy`).length : 0;
    if (typeof name !== "string" || name === "" || name.includes("\0") || nameBytes > MAX_NAME_BYTES) {
      throw wrong(
        `${typeof name === "string" ? quote(name) : kindOf(name)} cannot be the name of an array; give a short text without NUL.`,
      );
    }
    const file = encodeNpy(array);
    total += file.length + 2 * nameBytes + 200;
    if (++count > MAX_ENTRIES || total > MAX_BYTES) {
      throw wrong(
        `a file holds up to ${MAX_ENTRIES} arrays and 4 GiB; start another file at ${quote(name)}.`,
      );
    }
    files[`${name}.npy`] = file;
  }
  // fflate writes the date in local time.
  return zipSync(files, { level: compress ? 6 : 0, mtime: new Date(1980, 0, 1) }) as Uint8Array<ArrayBuffer>;
}

const wrong = (message: string) => new DecodeError("OPTION_INVALID", message);

/**
 * NumPy's `.npy` files to arrays: a magic string, a header that is a Python dictionary, and the elements.
 *
 *   93 "NUMPY" │ major, minor │ length of the header │ {'descr': '<i4', 'fortran_order': False, 'shape': (2, 3), } │ …
 *
 * The format: NumPy Enhancement Proposal 1, and numpy.lib.format of NumPy 2.3 (versions 1.0 to 3.0). The length of the
 * header has two bytes in version 1.0, and four in versions 2.0 and 3.0. All numbers are little-endian.
 */

import { quote } from "../../checks/describe.js";
import { FormatError, ValueRangeError } from "../../errors.js";
import type { DenseMap } from "../../maps/dense-map.js";
import { bytesOf, type FileInput } from "../shared/bytes.js";
import {
  checkArray,
  IS_LITTLE_ENDIAN,
  MAGIC,
  MAX_DIMENSIONS,
  type NpyArray,
  type NpyData,
  swapBytes,
  TYPES,
} from "./array.js";

/** The header of a plain array has about 100 bytes. A header longer than this belongs to something else. */
const MAX_HEADER_BYTES = 65_535;
/**
 * The array of a `.npy` file, in row-major order. It reads booleans, integers of 8 to 64 bits and floats of 32 and 64
 * bits, in either byte order. Arrays of up to two dimensions may be in Fortran order.
 *
 * @throws {FormatError} FORMAT_INVALID: the file is no `.npy` file, is cut off, or has bytes after the elements.
 *   FORMAT_UNSUPPORTED: Python objects, structures, other types, another version, or more than two dimensions in Fortran
 *   order.
 * @throws {DecodeError} OPTION_INVALID: the file is not bytes.
 */
export function decodeNpy(file: FileInput): NpyArray {
  const bytes = bytesOf(file, "the .npy file");
  const { text, start } = readHeader(bytes);
  const { descr, fortranOrder, shape } = parseHeader(text);
  const code = descr.slice(1);
  const type = TYPES.find(([known]) => known === code)?.[1];
  const size = Number(code.slice(1));
  if (type === undefined || !/^(?:\|.1|[<>].\d)$/.test(descr)) {
    const remedy = "save it as an integer type, such as array.astype(numpy.int32)";
    throw unsupported(`the type ${quote(descr)} is not supported; ${remedy}.`);
  }
  const count = shape.reduce((product, length) => product * length, 1);
  const found = bytes.length - start;
  if (found !== count * size) {
    const problem = `the shape (${shape.join(", ")}) of ${quote(descr)} needs ${count * size} bytes after byte ${start}, but there`;
    throw invalid(`${problem} are ${found}.`);
  }
  // A copy is aligned, and does not keep the caller's bytes in memory.
  const elements = bytes.slice(start);
  if (descr.startsWith(">") === IS_LITTLE_ENDIAN) swapBytes(elements, size);
  const data = new type(elements.buffer);
  if (!fortranOrder || shape.length < 2) return { data, shape };
  if (shape.length > 2) {
    throw unsupported(
      "an array in Fortran order may have up to two dimensions; save numpy.ascontiguousarray(array).",
    );
  }
  return { data: transpose(data, shape[1]!, shape[0]!), shape };
}

/**
 * An array of shape H×W as a map. A map holds int32, uint8 or uint16. Other integers become an `Int32Array`, such as
 * int64, which is NumPy's default. If they are class ids, `labelMapFrom` of `labelmap/maps` makes a label map of them.
 *
 * @throws {FormatError} FORMAT_UNSUPPORTED: the array has floats, no elements, or not two dimensions.
 * @throws {ValueRangeError} VALUE_OUT_OF_RANGE: int32 cannot hold a value.
 * @throws {DecodeError} OPTION_INVALID: the argument is not an array.
 */
export function npyToMap(array: NpyArray): DenseMap {
  const { data, shape } = checkArray(array);
  const [height, width] = shape;
  if (shape.length !== 2 || data.length === 0) {
    throw unsupported(
      `the array has the shape (${shape.join(", ")}), but a map has two dimensions of at least 1.`,
    );
  }
  const map = { width: width!, height: height! };
  if (data instanceof Int32Array || data instanceof Uint8Array || data instanceof Uint16Array) {
    return { ...map, data };
  }
  if (data instanceof Float32Array || data instanceof Float64Array) {
    throw unsupported("the array has floats, but a map has integers; save array.astype(numpy.int32).");
  }
  const integers = new Int32Array(data.length);
  for (let index = 0; index < data.length; index++) {
    const value = Number(data[index]);
    integers[index] = value;
    if (integers[index] !== value) {
      throw new ValueRangeError(
        "VALUE_OUT_OF_RANGE",
        `The element ${index} is ${value}, which int32 cannot hold.`,
      );
    }
  }
  return { ...map, data: integers };
}

/** The text of the header, and the byte at which the elements start. */
function readHeader(bytes: Uint8Array): { readonly text: string; readonly start: number } {
  if (!MAGIC.every((byte, index) => bytes[index] === byte)) {
    throw invalid("the file does not start with \\x93NUMPY.");
  }
  const [major, minor] = [bytes[6], bytes[7]];
  if (minor !== 0 || major === undefined || major < 1 || major > 3) {
    if (bytes.length < 8) throw invalid("the file ends within its version.");
    throw unsupported(`version ${major}.${minor} is not supported; 1.0, 2.0 and 3.0 are.`);
  }
  const lengthBytes = major === 1 ? 2 : 4;
  const textStart = 8 + lengthBytes;
  if (bytes.length < textStart) throw invalid("the file ends within the length of its header.");
  const view = new DataView(bytes.buffer, bytes.byteOffset);
  const length = major === 1 ? view.getUint16(8, true) : view.getUint32(8, true);
  if (length > MAX_HEADER_BYTES)
    throw unsupported(`the header has ${length} bytes, but a plain array needs about 100.`);
  const start = textStart + length;
  if (bytes.length < start) throw invalid(`the file ends at byte ${bytes.length}, within its header.`);
  return { text: new TextDecoder().decode(bytes.subarray(textStart, start)), start };
}

/** One entry: a name, and a string, a boolean or a tuple of numbers. Python 2 wrote numbers such as `3L`. */
const ENTRY = /\s*(['"])(\w+)\1\s*:\s*(?:(['"])([^'"\\]*)\3|(True|False)|\(([\d\sL,]*)\))\s*(?:,|(?=\}))/y;
const END = /\s*\}\s*$/y;

function parseHeader(text: string) {
  if (/['"]descr['"]\s*:\s*\[/.test(text))
    throw unsupported("structured arrays are not supported; save one field.");
  const entries = new Map<string, string>();
  let at = text.startsWith("{") ? 1 : text.length;
  for (;;) {
    ENTRY.lastIndex = at;
    const match = ENTRY.exec(text);
    if (match === null) break;
    const [, , key, , string, truth, tuple] = match;
    if (entries.has(key!)) throw invalid(`the header has ${quote(key!)} twice.`);
    entries.set(key!, string ?? truth ?? `(${tuple})`);
    at = ENTRY.lastIndex;
  }
  END.lastIndex = at;
  const [descr, order, shape] = ["descr", "fortran_order", "shape"].map((key) => entries.get(key));
  const isComplete = descr !== undefined && order !== undefined && shape !== undefined && entries.size === 3;
  if (!END.test(text) || !isComplete || !/^(?:True|False)$/.test(order) || !shape.startsWith("(")) {
    throw invalid(`the header is ${quote(text.trim())}, but must have descr, fortran_order and shape.`);
  }
  return { descr, fortranOrder: order === "True", shape: parseShape(shape) };
}

/** `()`, `(3,)`, `(3, 4)` or `(3, 4,)`. */
function parseShape(tuple: string): number[] {
  const items = tuple.slice(1, -1).split(",");
  const last = items.at(-1)!.trim();
  const isTuple = items.length > 1 || last === "";
  if (last === "") items.pop();
  if (!isTuple || items.length > MAX_DIMENSIONS || !items.every((item) => /^\s*\d{1,15}L?\s*$/.test(item))) {
    throw invalid(`the shape ${quote(tuple)} is not a tuple of lengths.`);
  }
  return items.map((item) => Number.parseInt(item, 10));
}

/** Swaps rows and columns: `result[x * height + y]` is `data[y * width + x]`. */
function transpose<A extends NpyData>(data: A, height: number, width: number): A {
  const result = data.slice() as A;
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) result[x * height + y] = data[y * width + x]!;
  }
  return result;
}

const invalid = (message: string) => new FormatError("FORMAT_INVALID", ".npy", message);
const unsupported = (message: string) => new FormatError("FORMAT_UNSUPPORTED", ".npy", message);

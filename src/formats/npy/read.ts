/**
 * Arrays to NumPy's `.npy` files and back: a magic word, a header that is a Python dictionary, and the plain elements.
 *
 *   93 "NUMPY" │ major, minor │ length of the header │ {'descr': '<i4', 'fortran_order': False, 'shape': (2, 3), } │ …
 *
 * The format: NumPy Enhancement Proposal 1, and numpy.lib.format of NumPy 2.3 (versions 1.0 to 3.0). Version 1.0 is
 * written; the header's length is two bytes in 1.0 and four in 2.0 and 3.0, all little-endian.
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

/** The header of a plain array is some 100 bytes; longer than this is none. */
const MAX_HEADER_BYTES = 65_535;
/**
 * The array of a `.npy` file, row-major whatever order the file has (of more than two dimensions only C order is
 * taken). Booleans, integers of 8 to 64 bits, and floats of 32 and 64, of either byte order.
 *
 * @throws {FormatError} FORMAT_INVALID: not of the format, cut off, or with bytes behind the elements.
 *   FORMAT_UNSUPPORTED: Python objects, structures, other types, another version, or more than two dimensions in
 *   Fortran order.
 * @throws {DecodeError} OPTION_INVALID: no bytes.
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
    throw unsupported(`elements of type ${quote(descr)} are not taken; ${remedy}.`);
  }
  const count = shape.reduce((product, length) => product * length, 1);
  const found = bytes.length - start;
  if (found !== count * size) {
    const problem = `the shape (${shape.join(", ")}) of ${quote(descr)} needs ${count * size} bytes after byte ${start}`;
    throw invalid(`${problem}, there are ${found}.`);
  }
  // A copy, so that the elements are aligned and the caller's bytes can go.
  const elements = bytes.slice(start);
  if (descr.startsWith(">") === IS_LITTLE_ENDIAN) swapBytes(elements, size);
  const data = new type(elements.buffer);
  if (!fortranOrder || shape.length < 2) return { data, shape };
  if (shape.length > 2) {
    throw unsupported("Fortran order is taken of up to two dimensions; save numpy.ascontiguousarray(array).");
  }
  return { data: transpose(data, shape[1]!, shape[0]!), shape };
}

/**
 * An array of shape H×W as a map. Arrays that a map cannot have (such as int64, which NumPy makes by default) become
 * an `Int32Array`.
 *
 * @throws {FormatError} FORMAT_UNSUPPORTED: not two dimensions of at least 1, or floats.
 * @throws {ValueRangeError} VALUE_OUT_OF_RANGE: a value that int32 cannot hold.
 * @throws {DecodeError} OPTION_INVALID: no such array.
 */
export function npyToMap(array: NpyArray): DenseMap {
  const { data, shape } = checkArray(array);
  const [height, width] = shape;
  if (shape.length !== 2 || data.length === 0) {
    throw unsupported(`a map has two dimensions and a pixel, not the shape (${shape.join(", ")}).`);
  }
  const map = { width: width!, height: height! };
  if (data instanceof Int32Array || data instanceof Uint8Array || data instanceof Uint16Array) {
    return { ...map, data };
  }
  if (data instanceof Float32Array || data instanceof Float64Array) {
    throw unsupported("a map has integers; save array.astype(numpy.int32).");
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

/** The header's text, and where the elements start. */
function readHeader(bytes: Uint8Array): { readonly text: string; readonly start: number } {
  if (!MAGIC.every((byte, index) => bytes[index] === byte)) {
    throw invalid("the file does not start with \\x93NUMPY.");
  }
  const [major, minor] = [bytes[6], bytes[7]];
  if (minor !== 0 || major === undefined || major < 1 || major > 3) {
    if (bytes.length < 8) throw invalid("the file ends inside its version.");
    throw unsupported(`version ${major}.${minor} is not known; 1.0, 2.0 and 3.0 are.`);
  }
  const lengthBytes = major === 1 ? 2 : 4;
  const textStart = 8 + lengthBytes;
  if (bytes.length < textStart) throw invalid("the file ends inside the length of its header.");
  const view = new DataView(bytes.buffer, bytes.byteOffset);
  const length = major === 1 ? view.getUint16(8, true) : view.getUint32(8, true);
  if (length > MAX_HEADER_BYTES)
    throw unsupported(`the header has ${length} bytes, which no plain array needs.`);
  const start = textStart + length;
  if (bytes.length < start) throw invalid(`the file ends at byte ${bytes.length}, inside its header.`);
  return { text: new TextDecoder().decode(bytes.subarray(textStart, start)), start };
}

/** One entry: a name, and a string, a truth value or a tuple of numbers (in files of Python 2 such as `3L`). */
const ENTRY = /\s*(['"])(\w+)\1\s*:\s*(?:(['"])([^'"\\]*)\3|(True|False)|\(([\d\sL,]*)\))\s*(?:,|(?=\}))/y;
const END = /\s*\}\s*$/y;

function parseHeader(text: string) {
  if (/['"]descr['"]\s*:\s*\[/.test(text))
    throw unsupported("structured arrays are not taken; save one field.");
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
    throw invalid(`the header must have descr, fortran_order and shape, not ${quote(text.trim())}.`);
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
    throw invalid(`the shape ${quote(tuple)} is no tuple of lengths.`);
  }
  return items.map((item) => Number.parseInt(item, 10));
}

/** Rows to columns: `result[x * height + y]` is `data[y * width + x]`. */
function transpose<A extends NpyData>(data: A, height: number, width: number): A {
  const result = data.slice() as A;
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) result[x * height + y] = data[y * width + x]!;
  }
  return result;
}

const invalid = (message: string) => new FormatError("FORMAT_INVALID", ".npy", message);
const unsupported = (message: string) => new FormatError("FORMAT_UNSUPPORTED", ".npy", message);

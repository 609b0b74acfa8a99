/**
 * Arrays to NumPy's `.npy` files and back: a magic word, a header that is a Python dictionary, and the plain elements.
 *
 *   93 "NUMPY" │ major, minor │ length of the header │ {'descr': '<i4', 'fortran_order': False, 'shape': (2, 3), } │ …
 *
 * The format: NumPy Enhancement Proposal 1, and numpy.lib.format of NumPy 2.3 (versions 1.0 to 3.0). Version 1.0 is
 * written; the header's length is two bytes in 1.0 and four in 2.0 and 3.0, all little-endian.
 */

import { isObject, kindOf, quote } from "../../checks/describe.js";
import { DecodeError, FormatError, ValueRangeError } from "../../errors.js";
import { checkDenseMap, type DenseMap } from "../../maps/dense-map.js";
import { bytesOf, type FileInput } from "../shared/bytes.js";

/** The arrays that a file's elements come as; booleans come as `Uint8Array` of 0 and 1. */
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

/** An array of any shape, row-major (C order): the last index runs fastest. */
export interface NpyArray {
  readonly data: NpyData;
  /** The length of each dimension; a map has `[height, width]`, a batch of tensors `[N, C, H, W]`. */
  readonly shape: readonly number[];
}

type NpyConstructor = new (buffer: ArrayBuffer) => NpyData;

/** NumPy's type codes without their byte order. `u1` comes before `b1`: of the two it is the one written. */
const TYPES: readonly (readonly [code: string, type: NpyConstructor])[] = [
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

const MAGIC = [0x93, 0x4e, 0x55, 0x4d, 0x50, 0x59];
/** The elements start at a multiple of this, so that a file can be mapped to memory. */
const ALIGNMENT = 64;
/** As many as every version of NumPy takes. */
const MAX_DIMENSIONS = 32;
/** The header of a plain array is some 100 bytes; longer than this is none. */
const MAX_HEADER_BYTES = 65_535;
const IS_LITTLE_ENDIAN = new Uint8Array(Uint16Array.of(1).buffer)[0] === 1;

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

/** The array with its shape, which must fit. */
function checkArray(array: unknown): NpyArray {
  if (isObject(array) && array.shape === undefined) {
    checkDenseMap(array);
    return { data: array.data, shape: [array.height, array.width] };
  }
  if (!isObject(array)) throw wrong(`the array is ${kindOf(array)}; give a map, or data and shape.`);
  const { data, shape } = array as { data: NpyData; shape: readonly number[] };
  const tag = Object.prototype.toString.call(data);
  if (!TYPES.some(([, type]) => tag === `[object ${type.name}]`)) {
    throw wrong(`data must be an array of a type that NumPy has, not ${tag}.`);
  }
  const isLength = (length: unknown) => Number.isSafeInteger(length) && (length as number) >= 0;
  if (!Array.isArray(shape) || !shape.every(isLength) || shape.length > MAX_DIMENSIONS) {
    throw wrong(`shape must be an array of up to ${MAX_DIMENSIONS} lengths.`);
  }
  const count = shape.reduce((product: number, length: number) => product * length, 1);
  if (count !== data.length) {
    throw wrong(`data has ${data.length} elements; the shape (${shape.join(", ")}) needs ${count}.`);
  }
  return { data, shape };
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

/** Turns the bytes of each element round, in place. */
function swapBytes(bytes: Uint8Array, size: number): void {
  if (size === 1) return;
  for (let at = 0; at < bytes.length; at += size) bytes.subarray(at, at + size).reverse();
}

/** Rows to columns: `result[x * height + y]` is `data[y * width + x]`. */
function transpose<A extends NpyData>(data: A, height: number, width: number): A {
  const result = data.slice() as A;
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) result[x * height + y] = data[y * width + x]!;
  }
  return result;
}

const wrong = (message: string) => new DecodeError("OPTION_INVALID", message);
const invalid = (message: string) => new FormatError("FORMAT_INVALID", ".npy", message);
const unsupported = (message: string) => new FormatError("FORMAT_UNSUPPORTED", ".npy", message);

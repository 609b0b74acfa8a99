/**
 * COCO run-length codes to pixels, areas and boxes.
 *
 * A code is checked as a whole first: its counts must fill its size exactly, so that what follows can rely on it. Masks
 * are filled column by column, as they are counted, and turned into rows at the end.
 */

import { checkOptions, invalid } from "../checks/arguments.js";
import { isObject, isSize, kindOf } from "../checks/describe.js";
import { FormatError, LabelMapError } from "../errors.js";
import type { DenseMap } from "../maps/dense-map.js";
import { checkValue } from "./options.js";
import type { Rle, ValueRle } from "./rle.js";
import { readCounts } from "./rle-string.js";

export interface ReadRleOptions {
  /** Most pixels that are accepted. Default 2^28. */
  readonly maxPixels?: number;
}

export interface RlesToMapOptions extends ReadRleOptions {
  /** What becomes of a pixel that is in several masks: an error, or the last mask's value. Default `"error"`. */
  readonly overlap?: "error" | "last";
}

/**
 * The mask: 1 where a pixel is in it, else 0; row-major, H×W. Takes counts as a string and as numbers.
 *
 * @throws {FormatError} FORMAT_INVALID: no such code, or its counts do not sum up to its size; FORMAT_UNSUPPORTED: more
 *   pixels than `maxPixels`.
 * @throws {DecodeError} OPTION_INVALID.
 */
export function decodeRle(rle: Rle, options: ReadRleOptions = {}): DenseMap<Uint8Array<ArrayBuffer>> {
  const maxPixels = checkReadOptions(options);
  const mask = parseRle(rle);
  checkPixels(mask, maxPixels);
  const columns = new Uint8Array(mask.width * mask.height);
  forEachRun(mask, (start, end) => columns.fill(1, start, end));
  return turn(mask, columns, new Uint8Array(columns.length));
}

/**
 * A map out of masks of one size: each pixel has the value of the mask that it is in, -1 where it is in none. What
 * `encodeAllRles` takes apart.
 *
 * @param rles at least one; values are integers of 32 bits other than -1.
 * @throws {FormatError} as `decodeRle`; and FORMAT_INVALID: a pixel is in two masks, unless `overlap` is `"last"`.
 * @throws {LabelMapError} SIZE_MISMATCH: masks of several sizes.
 * @throws {DecodeError} OPTION_INVALID.
 */
export function rlesToMap(
  rles: readonly ValueRle[],
  options: RlesToMapOptions = {},
): DenseMap<Int32Array<ArrayBuffer>> {
  const maxPixels = checkReadOptions(options);
  const { overlap = "error" } = options;
  if (overlap !== "error" && overlap !== "last") throw invalid('overlap must be "error" or "last".');
  if (!Array.isArray(rles) || rles.length === 0) {
    throw invalid("rles must be an array with at least one mask: an empty one does not say the map's size.");
  }
  const masks = Array.from(rles, (item: unknown, place) => {
    if (!isObject(item)) throw invalid(`rles[${place}] is ${kindOf(item)}; give { value, rle }.`);
    checkValue(item.value, `rles[${place}].value`);
    if (item.value === -1) {
      throw invalid(`rles[${place}].value is -1, which the pixels of no mask have; leave it out.`);
    }
    return { value: item.value, ...parseRle(item.rle, `rles[${place}].rle`) };
  });
  const { width, height } = masks[0]!;
  checkPixels({ width, height }, maxPixels);
  const columns = new Int32Array(width * height).fill(-1);
  masks.forEach((mask, place) => {
    if (mask.width !== width || mask.height !== height) {
      const message = `rles[${place}] has ${mask.width}×${mask.height} pixels and rles[0] ${width}×${height}; give masks of one size.`;
      throw new LabelMapError("SIZE_MISMATCH", message);
    }
    forEachRun(mask, (start, end) => {
      if (overlap === "error") checkIsFree(columns, start, end, height, place);
      columns.fill(mask.value, start, end);
    });
  });
  return turn({ width, height }, columns, new Int32Array(columns.length));
}

/**
 * How many pixels are in the mask, from its counts alone.
 *
 * @throws {FormatError} FORMAT_INVALID.
 */
export function rleArea(rle: Rle): number {
  let area = 0;
  forEachRun(parseRle(rle), (start, end) => {
    area += end - start;
  });
  return area;
}

/**
 * The mask's box in pixels, from its counts alone; `[0, 0, 0, 0]` where the mask is empty, as pycocotools has it.
 *
 * @throws {FormatError} FORMAT_INVALID.
 */
export function rleBox(rle: Rle): [x: number, y: number, width: number, height: number] {
  const mask = parseRle(rle);
  const { width, height } = mask;
  let [left, top, right, bottom] = [width, height, -1, -1];
  forEachRun(mask, (start, end) => {
    const first = Math.floor(start / height);
    const last = Math.floor((end - 1) / height);
    left = Math.min(left, first);
    right = last;
    // A run over the end of a column has that column's last pixel and the next one's first.
    top = first === last ? Math.min(top, start % height) : 0;
    bottom = first === last ? Math.max(bottom, (end - 1) % height) : height - 1;
  });
  return right < 0 ? [0, 0, 0, 0] : [left, top, right - left + 1, bottom - top + 1];
}

/** A code that is known to be one: its counts are integers from 0 and sum up to `width * height`. */
interface Mask {
  readonly width: number;
  readonly height: number;
  readonly counts: readonly number[];
}

function parseRle(rle: unknown, path = "the code"): Mask {
  if (!isObject(rle)) throw malformed(`${path} is ${kindOf(rle)}; give an object with size and counts.`);
  const { size, counts: written } = rle;
  if (!Array.isArray(size) || size.length !== 2 || !size.every(isSize)) {
    throw malformed(`${path}'s size must be [height, width], two positive integers.`);
  }
  const [height, width] = size as [number, number];
  let counts: readonly unknown[];
  if (typeof written === "string") counts = readCounts(written, path);
  else if (Array.isArray(written)) counts = written;
  else throw malformed(`${path}'s counts are ${kindOf(written)}; they must be a string or an array.`);
  let sum = 0;
  for (let i = 0; i < counts.length; i++) {
    const count = counts[i];
    if (!Number.isInteger(count) || (count as number) < 0) {
      const found = typeof count === "number" ? count : kindOf(count);
      throw malformed(`count ${i} of ${path} is ${found}; it must be an integer of at least 0.`);
    }
    sum += count as number;
  }
  if (sum !== width * height) {
    throw malformed(`${path}'s counts sum up to ${sum}; ${width}×${height} pixels are ${width * height}.`);
  }
  return { width, height, counts: counts as readonly number[] };
}

/** Calls back for each run of ones that has pixels, ascending. */
function forEachRun({ counts }: Mask, callback: (start: number, end: number) => void): void {
  let start = 0;
  counts.forEach((count, i) => {
    if (i % 2 === 1 && count > 0) callback(start, start + count);
    start += count;
  });
}

function checkIsFree(columns: Int32Array, start: number, end: number, height: number, place: number): void {
  for (let pixel = start; pixel < end; pixel++) {
    if (columns[pixel] === -1) continue;
    const where = `(${Math.floor(pixel / height)}, ${pixel % height})`;
    throw malformed(
      `the pixel ${where} of rles[${place}] is in an earlier mask as well; pass overlap: "last" to paint over it.`,
    );
  }
}

/** Side of the squares that are turned one by one: both sides of one stay in the cache. */
const BLOCK = 32;

/** Writes columns as rows. */
function turn<A extends Uint8Array | Int32Array>(
  { width, height }: { readonly width: number; readonly height: number },
  columns: A,
  rows: A,
): DenseMap<A> {
  for (let left = 0; left < width; left += BLOCK) {
    const right = Math.min(left + BLOCK, width);
    for (let top = 0; top < height; top += BLOCK) {
      const bottom = Math.min(top + BLOCK, height);
      for (let y = top; y < bottom; y++) {
        for (let x = left; x < right; x++) rows[y * width + x] = columns[x * height + y]!;
      }
    }
  }
  return { width, height, data: rows };
}

function checkReadOptions(options: ReadRleOptions): number {
  checkOptions(options);
  const { maxPixels = 2 ** 28 } = options;
  if (!isSize(maxPixels)) throw invalid("maxPixels must be a positive integer.");
  return maxPixels;
}

function checkPixels({ width, height }: { width: number; height: number }, maxPixels: number): void {
  if (width * height <= maxPixels) return;
  const message = `${width}×${height} pixels are more than the ${maxPixels} that maxPixels allows.`;
  throw new FormatError("FORMAT_UNSUPPORTED", "COCO RLE", message);
}

function malformed(message: string): FormatError {
  return new FormatError("FORMAT_INVALID", "COCO RLE", message);
}

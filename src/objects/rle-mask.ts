/** COCO run-length codes that have been checked, and maps from columns to rows: what the readers of codes share. */
import { isObject, isSize, kindOf } from "../checks/describe.js";
import { FormatError } from "../errors.js";
import type { DenseMap } from "../maps/dense-map.js";
import { readCounts } from "./rle-string.js";

/** A code that has been checked: its counts are integers of at least 0 and add up to `width * height`. */
export interface RleMask {
  readonly width: number;
  readonly height: number;
  readonly counts: readonly number[];
}

/** @throws {FormatError} FORMAT_INVALID: not a run-length code, or its counts do not add up to its size. */
export function parseRle(rle: unknown, path = "the code"): RleMask {
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
    throw malformed(`${path}'s counts add up to ${sum}; ${width}×${height} pixels need ${width * height}.`);
  }
  return { width, height, counts: counts as readonly number[] };
}

/** Calls back for each run of ones that is not empty, ascending. */
export function forEachRun({ counts }: RleMask, callback: (start: number, end: number) => void): void {
  let start = 0;
  counts.forEach((count, i) => {
    if (i % 2 === 1 && count > 0) callback(start, start + count);
    start += count;
  });
}

/** The side of the squares that are transposed one by one, in pixels: source and target of one stay in the cache. */
const BLOCK = 32;

/** Turns columns into rows. */
export function transpose<A extends Uint8Array | Int32Array>(
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

export function malformed(message: string): FormatError {
  return new FormatError("FORMAT_INVALID", "COCO RLE", message);
}

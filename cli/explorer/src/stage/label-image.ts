/**
 * A label map as the stage draws it: runs of equal values, or pixels if runs would not be much smaller. It is plain data,
 * so a worker can send it. These are the words of a map of runs:
 *
 *   word 2 y           where the first run of row y is in the words; equal rows next to each other share their runs
 *   word 2 y + 1       where the last run of row y is
 *   from word 2 H on   the runs: the last column in the upper 16 bits, and the value in the lower 16 bits
 *
 * Values are read by a binary search among the runs of a row. So neither the worker nor the page has a map of H×W pixels.
 */
import type { Size } from "./camera.js";

export type LabelImage = RunImage | PixelImage;

/** H×W. Columns and values fit 16 bits. */
export interface RunImage extends Size {
  readonly words: Uint32Array<ArrayBuffer>;
  /** The values are indexes in a palette of this length. */
  readonly valueCount: 256 | 65_536;
}

/** H×W, row-major. The values are indexes in a palette. */
export interface PixelImage extends Size {
  readonly data: Uint8Array<ArrayBuffer> | Uint16Array<ArrayBuffer>;
}

/** How many colours the palette has: one for each value of the type. */
export function valueCountOf(image: LabelImage): number {
  return "words" in image ? image.valueCount : 2 ** (8 * image.data.BYTES_PER_ELEMENT);
}

export function bufferOf(image: LabelImage): ArrayBuffer {
  return ("words" in image ? image.words : image.data).buffer;
}

/** @param x,y a place inside the image */
export function valueAt(image: LabelImage, x: number, y: number): number {
  if ("words" in image) return image.words[runAt(image, x, y)]! & 0xffff;
  return image.data[y * image.width + x]!;
}

/**
 * Writes the values of a row to `values`, at the same places as their columns, moved by `at`.
 *
 * @param columns ascending; those from `from` to before `end` are inside the image
 */
export function readRow(
  image: LabelImage,
  y: number,
  columns: Int32Array,
  values: Int32Array | Uint32Array,
  { from = 0, end = columns.length, at = 0 } = {},
): void {
  if (from >= end) return;
  if (!("words" in image)) {
    const { data, width } = image;
    const start = y * width;
    for (let place = from; place < end; place++) values[at + place] = data[start + columns[place]!]!;
    return;
  }
  const { words } = image;
  let run = runAt(image, columns[from]!, y);
  for (let place = from; place < end; run++) {
    const last = words[run]! >>> 16;
    const value = words[run]! & 0xffff;
    while (place < end && columns[place]! <= last) values[at + place++] = value;
  }
}

/** The columns that are inside the image: from the first place to before the second. */
export function insideOf(
  columns: Int32Array,
  { width }: Size,
): { readonly from: number; readonly end: number } {
  let from = 0;
  let end = columns.length;
  while (from < end && columns[from]! < 0) from++;
  while (end > from && columns[end - 1]! >= width) end--;
  return { from, end };
}

/** The place of the first run that ends at this column or after it. */
export function runAt({ words }: RunImage, x: number, y: number): number {
  let low = words[2 * y]!;
  let high = words[2 * y + 1]!;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (words[middle]! >>> 16 < x) low = middle + 1;
    else high = middle;
  }
  return low;
}

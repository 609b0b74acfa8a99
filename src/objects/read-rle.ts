/**
 * Turns COCO run-length codes into pixels, areas and boxes.
 *
 * Each code is checked first: its counts must add up to its size, so the rest of the code can rely on it. Masks are
 * filled column by column, the order in which COCO counts, and are transposed to rows at the end.
 */

import { checkOptions } from "../checks/arguments.js";
import { isObject, isSize, kindOf } from "../checks/describe.js";
import { invalid } from "../checks/invalid.js";
import { FormatError, LabelMapError } from "../errors.js";
import type { DenseMap } from "../maps/dense-map.js";
import { checkValue } from "./options.js";
import type { Rle, ValueRle } from "./rle.js";
import { forEachRun, malformed, parseRle, transpose } from "./rle-mask.js";

export interface ReadRleOptions {
  /** The largest number of pixels to accept. Default 2^28. */
  readonly maxPixels?: number;
}

export interface RlesToMapOptions extends ReadRleOptions {
  /** What to do with a pixel that is in several masks: throw an error, or use the last mask. Default `"error"`. */
  readonly overlap?: "error" | "last";
}

/**
 * Decodes a mask to H×W bytes, row-major: 1 if a pixel is in the mask, 0 if not. The counts may be a string or numbers.
 *
 * @throws {FormatError} FORMAT_INVALID: not a run-length code, or its counts do not add up to its size;
 *   FORMAT_UNSUPPORTED: more pixels than `maxPixels`.
 * @throws {DecodeError} OPTION_INVALID: an invalid option.
 */
export function decodeRle(rle: Rle, options: ReadRleOptions = {}): DenseMap<Uint8Array<ArrayBuffer>> {
  const maxPixels = checkReadOptions(options);
  const mask = parseRle(rle);
  checkPixels(mask, maxPixels);
  const columns = new Uint8Array(mask.width * mask.height);
  forEachRun(mask, (start, end) => columns.fill(1, start, end));
  return transpose(mask, columns, new Uint8Array(columns.length));
}

/**
 * Combines masks of the same size into one H×W map, row-major. Each pixel gets the value of the mask that it is in, or
 * -1 if it is in none. This is the inverse of `encodeAllRles`.
 *
 * @param rles at least one mask. Values are signed 32-bit integers other than -1.
 * @throws {FormatError} as `decodeRle`; also FORMAT_INVALID if a pixel is in two masks and `overlap` is not `"last"`.
 * @throws {LabelMapError} SIZE_MISMATCH: the masks have different sizes.
 * @throws {DecodeError} OPTION_INVALID: no masks, an invalid value, or an invalid option.
 */
export function rlesToMap(
  rles: readonly ValueRle[],
  options: RlesToMapOptions = {},
): DenseMap<Int32Array<ArrayBuffer>> {
  const maxPixels = checkReadOptions(options);
  const { overlap = "error" } = options;
  if (overlap !== "error" && overlap !== "last") throw invalid('overlap must be "error" or "last".');
  if (!Array.isArray(rles) || rles.length === 0) {
    throw invalid("rles must be an array of at least one mask, since the masks say how large the map is.");
  }
  const masks = Array.from(rles, (item: unknown, place) => {
    if (!isObject(item)) throw invalid(`rles[${place}] is ${kindOf(item)}; give { value, rle }.`);
    checkValue(item.value, `rles[${place}].value`);
    if (item.value === -1) {
      throw invalid(`rles[${place}].value is -1, which stands for pixels in no mask; leave this mask out.`);
    }
    return { value: item.value, ...parseRle(item.rle, `rles[${place}].rle`) };
  });
  const { width, height } = masks[0]!;
  checkPixels({ width, height }, maxPixels);
  const columns = new Int32Array(width * height).fill(-1);
  masks.forEach((mask, place) => {
    if (mask.width !== width || mask.height !== height) {
      const message = `rles[${place}] is ${mask.width}×${mask.height} pixels, but rles[0] is ${width}×${height}; give masks of the same size.`;
      throw new LabelMapError("SIZE_MISMATCH", message);
    }
    forEachRun(mask, (start, end) => {
      if (overlap === "error") checkIsFree(columns, start, end, height, place);
      columns.fill(mask.value, start, end);
    });
  });
  return transpose({ width, height }, columns, new Int32Array(columns.length));
}

/**
 * The number of pixels in the mask. It is read from the counts; no pixels are decoded.
 *
 * @throws {FormatError} FORMAT_INVALID: not a run-length code, or its counts do not add up to its size.
 */
export function rleArea(rle: Rle): number {
  let area = 0;
  forEachRun(parseRle(rle), (start, end) => {
    area += end - start;
  });
  return area;
}

/**
 * The mask's bounding box in pixels, from the top left corner. It is read from the counts; no pixels are decoded. An
 * empty mask has the box `[0, 0, 0, 0]`, as in pycocotools.
 *
 * @throws {FormatError} FORMAT_INVALID: not a run-length code, or its counts do not add up to its size.
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
    // A run that crosses the end of a column covers the last pixel of that column and the first of the next.
    top = first === last ? Math.min(top, start % height) : 0;
    bottom = first === last ? Math.max(bottom, (end - 1) % height) : height - 1;
  });
  return right < 0 ? [0, 0, 0, 0] : [left, top, right - left + 1, bottom - top + 1];
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

function checkReadOptions(options: ReadRleOptions): number {
  checkOptions(options);
  const { maxPixels = 2 ** 28 } = options;
  if (!isSize(maxPixels)) throw invalid("maxPixels must be a positive integer.");
  return maxPixels;
}

function checkPixels({ width, height }: { width: number; height: number }, maxPixels: number): void {
  if (width * height <= maxPixels) return;
  const message = `${width}×${height} pixels are more than the ${maxPixels} that maxPixels allows; raise maxPixels to decode the mask.`;
  throw new FormatError("FORMAT_UNSUPPORTED", "COCO RLE", message);
}

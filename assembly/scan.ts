/**
 * Pixels to labels. A mask is made of runs, so the work is done per run: one look-up, one count, one box.
 *
 * A pixel continues a run if it equals the pixel before it. Sixteen bytes of pixels are compared at once:
 *
 *   bytes from here        │ R G B A R G B A R G B A R G B A │
 *   bytes one pixel before │ R G B A R G B A R G B A R G B A │   XOR, mask out alpha: all zero = four pixels more
 */
import { beginColors, labelOfUnknown, layOutColorTable, lookUp, NO_COLOR } from "./color-table";
import { Alpha, Unknown } from "./host";
import {
  beginMeasures,
  isCountedByColor,
  layOutClearCounts,
  layOutMeasures,
  measureColor,
  measureRun,
} from "./measure";
import { clearArena, growMemory, takeBlock } from "./memory";
import { rgbaMask, setAlpha } from "./pixel";

/** Pixels scanned at once: 64 Ki pixels are 256 KiB in and 256 KiB out, which fits a second-level cache. */
export const SCAN_PIXELS: u32 = 65536;

/** Pixels of one band: 3 or 4 bytes each when they come, then 4. */
export let pixelsPointer: usize = 0;
/** Labels of one band: int32 each. */
export let labelsPointer: usize = 0;

/** Lays out memory for a legend of `labels` entries. Returns false if the memory cannot grow. */
export function layOutScan(labels: u32): bool {
  clearArena();
  layOutColorTable(labels, 0);
  layOutMeasures(labels);
  pixelsPointer = takeBlock(SCAN_PIXELS * 4);
  labelsPointer = takeBlock(SCAN_PIXELS * 4);
  layOutClearCounts(labels);
  return growMemory();
}

/**
 * Builds the table from the colours at `colorsPointer` and sets all counters to zero, before an image's first band.
 * @param hasAlpha whether pixels are RGBA
 */
export function beginScan(unknownColors: Unknown, alpha: Alpha, hasAlpha: bool): void {
  setAlpha(alpha);
  beginColors(unknownColors, alpha, hasAlpha, NO_COLOR);
  beginMeasures();
}

/** Scans `count` RGBA pixels of an image `width` pixels wide, row-major from the pixel (x, y). See `beginScan` for alpha. */
export function scanRgba(count: u32, x: u32, y: u32, width: u32): void {
  let done: u32 = 0;
  while (done < count) {
    const inRow = min(width - x, count - done);
    scanRow(done, inRow, x, y);
    done += inRow;
    x = 0;
    y++;
  }
}

/** The same for RGB pixels, three bytes each. They become RGBA in place. */
export function scanRgb(count: u32, x: u32, y: u32, width: u32): void {
  const places = i8x16(0, 1, 2, -1, 3, 4, 5, -1, 6, 7, 8, -1, 9, 10, 11, -1);
  // From the end, so that no pixel is overwritten before it is read.
  for (let pixel = <i32>(count - 1) & ~3; pixel >= 0; pixel -= 4) {
    const four = v128.load(pixelsPointer + pixel * 3);
    v128.store(pixelsPointer + (pixel << 2), v128.swizzle(four, places));
  }
  scanRgba(count, x, y, width);
}

/** Scans `count` pixels of one row. `first` is the place of the pixel (x, y) in the band. */
function scanRow(first: u32, count: u32, x: u32, y: u32): void {
  const end = first + count;
  let start = first;
  while (start < end) {
    const word = wordAt(start);
    const runEnd = findRunEnd(start + 1, end, word);
    let label = lookUp(word);
    if (label < 0) label = labelOfUnknown(word);
    fillLabels(start, runEnd, label);
    const left = x + start - first;
    measureRun(label, left, left + runEnd - start, y, 1);
    if (isCountedByColor(label)) measureColor(word, label, runEnd - start);
    start = runEnd;
  }
}

/** The colour word of a pixel of the band. */
function wordAt(index: u32): u32 {
  return load<u32>(pixelsPointer + ((<usize>index) << 2)) & rgbaMask;
}

/** The first pixel from `index` on that does not have the colour `word`, or `end`. The pixel before `index` has it. */
function findRunEnd(index: u32, end: u32, word: u32): u32 {
  const channels = i32x4.splat(rgbaMask);
  // First sixteen pixels per test: most pixels lie in long runs, and the test is the costly part.
  while (index + 16 <= end) {
    const near = v128.or(changesAt(index), changesAt(index + 4));
    const far = v128.or(changesAt(index + 8), changesAt(index + 12));
    if (v128.any_true(v128.and(v128.or(near, far), channels))) break;
    index += 16;
  }
  while (index + 4 <= end && !v128.any_true(v128.and(changesAt(index), channels))) index += 4;
  while (index < end && wordAt(index) === word) index++;
  return index;
}

/** The bits in which each of four RGBA pixels from `index` on differs from the pixel before it. */
function changesAt(index: u32): v128 {
  const pointer = pixelsPointer + ((<usize>index) << 2);
  return v128.xor(v128.load(pointer), v128.load(pointer - 4));
}

function fillLabels(start: u32, end: u32, label: i32): void {
  let pointer = labelsPointer + ((<usize>start) << 2);
  const last = labelsPointer + ((<usize>end) << 2);
  const four = i32x4.splat(label);
  // The last store may write up to 12 bytes beyond the run, into the next run or the padding.
  while (pointer < last) {
    v128.store(pointer, four);
    pointer += 16;
  }
}

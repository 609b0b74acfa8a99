/**
 * From pixels to labels. A mask is made of runs, so the work is done per run: one look-up, one count, one box.
 *
 * A pixel continues a run when it equals the pixel before it, and sixteen bytes of pixels do so at once:
 *
 *   bytes from here        │ R G B A R G B A R G B A R G B A │
 *   bytes one pixel before │ R G B A R G B A R G B A R G B A │   XOR, mask out alpha: all zero = four pixels more
 *
 * The same works for three channels, where sixteen bytes are five pixels and a third of the next.
 */
import { lookUp, UNLABELLED } from "./color-table";
import {
  boxesPointer,
  countsPointer,
  labelCount,
  labelsPointer,
  pixelsPointer,
  UNKNOWN_COLORS_KEPT,
  unknownColorsPointer,
} from "./memory";

/** Pixels whose colour is not in the legend. */
export let unlabelledCount: u32 = 0;
/** Distinct unknown colours kept at `unknownColorsPointer`, at most UNKNOWN_COLORS_KEPT, in the order of the scan. */
export let unknownColorCount: u32 = 0;

/** Sets all counters to zero, before an image's first band. */
export function beginScan(): void {
  unlabelledCount = 0;
  unknownColorCount = 0;
  memory.fill(countsPointer, 0, (<usize>labelCount) << 2);
  for (let label: usize = 0; label < labelCount; label++) {
    const box = boxesPointer + (label << 4);
    store<i32>(box, i32.MAX_VALUE);
    store<i32>(box, i32.MAX_VALUE, 4);
    store<i32>(box, -1, 8);
    store<i32>(box, -1, 12);
  }
}

/** Scans `count` RGBA pixels of an image `width` pixels wide, row-major from the pixel (x, y). Alpha takes no part. */
export function scanRgba(count: u32, x: u32, y: u32, width: u32): void {
  scanBand<u32>(count, x, y, width);
}

/** The same for RGB pixels, three bytes each. */
export function scanRgb(count: u32, x: u32, y: u32, width: u32): void {
  scanBand<u8>(count, x, y, width);
}

/** `Pixel` is u32 for four channels and u8 (a channel at a time) for three: it picks the code while compiling. */
function scanBand<Pixel>(count: u32, x: u32, y: u32, width: u32): void {
  let done: u32 = 0;
  while (done < count) {
    const inRow = min(width - x, count - done);
    scanRow<Pixel>(done, inRow, x, y);
    done += inRow;
    x = 0;
    y++;
  }
}

/** Scans `count` pixels of one row; `first` is the place in the band of the pixel (x, y). */
function scanRow<Pixel>(first: u32, count: u32, x: u32, y: u32): void {
  const end = first + count;
  let start = first;
  while (start < end) {
    const color = colorAt<Pixel>(start);
    const runEnd = findRunEnd<Pixel>(start + 1, end, color);
    const label = lookUp(color);
    fillLabels(start, runEnd, label);
    const left = x + start - first;
    if (label === UNLABELLED) countUnknown(color, runEnd - start);
    else countLabel(label, left, left + runEnd - start - 1, y);
    start = runEnd;
  }
}

/** The colour of a pixel of the band, 0xRRGGBB. */
function colorAt<Pixel>(index: u32): u32 {
  if (sizeof<Pixel>() === 4) {
    // Little-endian 0xAABBGGRR: turned round to 0xRRGGBBAA, and alpha dropped.
    return bswap(load<u32>(pixelsPointer + ((<usize>index) << 2))) >>> 8;
  }
  const pointer = pixelsPointer + <usize>index * 3;
  return ((<u32>load<u8>(pointer)) << 16) | ((<u32>load<u8>(pointer, 1)) << 8) | load<u8>(pointer, 2);
}

/** The first pixel from `index` on that is not `color`, or `end`. The pixel before `index` has `color`. */
function findRunEnd<Pixel>(index: u32, end: u32, color: u32): u32 {
  if (sizeof<Pixel>() === 4) {
    const noAlpha = i32x4.splat(0x00ffffff);
    // Sixteen pixels per test first: of the runs' pixels most lie in long runs, and the test is what costs.
    while (index + 16 <= end) {
      const near = v128.or(changesAt(index), changesAt(index + 4));
      const far = v128.or(changesAt(index + 8), changesAt(index + 12));
      if (v128.any_true(v128.and(v128.or(near, far), noAlpha))) break;
      index += 16;
    }
    while (index + 4 <= end && !v128.any_true(v128.and(changesAt(index), noAlpha))) index += 4;
  } else {
    while (index + 6 <= end) {
      const pointer = pixelsPointer + <usize>index * 3;
      if (v128.any_true(v128.xor(v128.load(pointer), v128.load(pointer - 3)))) break;
      index += 5;
    }
  }
  while (index < end && colorAt<Pixel>(index) === color) index++;
  return index;
}

/** The bits in which four RGBA pixels from `index` on differ, each from the pixel before it. */
function changesAt(index: u32): v128 {
  const pointer = pixelsPointer + ((<usize>index) << 2);
  return v128.xor(v128.load(pointer), v128.load(pointer - 4));
}

function fillLabels(start: u32, end: u32, label: i32): void {
  let pointer = labelsPointer + ((<usize>start) << 2);
  const last = labelsPointer + ((<usize>end) << 2);
  const four = i32x4.splat(label);
  // The last store may run up to 12 bytes past the run: the next run, or the padding, takes those bytes.
  while (pointer < last) {
    v128.store(pointer, four);
    pointer += 16;
  }
}

function countLabel(label: i32, left: i32, right: i32, y: i32): void {
  const counter = countsPointer + ((<usize>label) << 2);
  store<u32>(counter, load<u32>(counter) + (right - left + 1));
  const box = boxesPointer + ((<usize>label) << 4);
  store<i32>(box, min(load<i32>(box), left));
  store<i32>(box, min(load<i32>(box, 4), y), 4);
  store<i32>(box, max(load<i32>(box, 8), right), 8);
  // Rows come in their order, so that this one is the lowest yet.
  store<i32>(box, y, 12);
}

function countUnknown(color: u32, pixels: u32): void {
  unlabelledCount += pixels;
  let entry = unknownColorsPointer;
  const end = unknownColorsPointer + ((<usize>unknownColorCount) << 3);
  while (entry < end && load<u32>(entry) !== color) entry += 8;
  if (entry === end) {
    if (unknownColorCount === UNKNOWN_COLORS_KEPT) return;
    unknownColorCount++;
    store<u32>(entry, color);
    store<u32>(entry, 0, 4);
  }
  store<u32>(entry, load<u32>(entry, 4) + pixels, 4);
}

/**
 * Rows of samples of 16 bits, and of grey with alpha, to rows of the pixels that everything else knows: a grey, RGB or
 * RGBA, with 8-bit samples.
 *
 *   filtered row     │ R r G g B b │ R r G g B b │ …      high and low bytes (PNG specification, 7.1)
 *   repacked row     │ R G B │ R G B │ …                  the picked bytes, filtered as before
 *
 * A filter works on each byte of a pixel by itself (9.2), so bytes can be left out, moved or doubled before the filter is
 * undone. For the same reason, low bytes are all 0, or all copies of the high bytes, if that holds for the filtered bytes.
 */
import { opaque } from "./color-table";
import { takeBlock } from "./memory";
import { addBytes, averageBytes, paethBytes } from "./pixel";
import { Filter } from "./runs";

/** Bytes before a row that may be loaded. */
const MARGIN: usize = 16;

/** Whether low bytes of the checked samples have been seen that are not 0 (bit 0), or no copies of the high ones (bit 1). */
export let lowBytesSeen: u32 = 0;

/** Bytes of a pixel, before and after. */
let fromBytes: u32 = 0;
let toBytes: u32 = 0;
let repacked: usize = 0;
/** Bytes that one step takes and gives: as many whole pixels as 16 bytes hold, before and after. */
let fromStep: usize = 0;
let toStep: usize = 0;
/** For `v128.swizzle`: the picked bytes of one step. And which bytes are high bytes of checked samples, as 16-bit lanes. */
const picks = memory.data(16);
const checkedLanes = memory.data(16);
let checkedSamples: u32 = 0;
/** For each pixel of the row above: both bytes of a 16-bit alpha, and above them the byte that stands for it. Or 0. */
let alphas: usize = 0;

/**
 * Lays out a row of `width` pixels. The caller must do so before it lays out the window: then no record of a repeat there
 * (residuals.ts) looks as if it lay in this row.
 *
 * @param hasWideAlpha whether the last sample of a pixel is an alpha of 16 bits
 */
export function layOutRepack(width: u32, before: u32, after: u32, hasWideAlpha: bool): void {
  fromBytes = before;
  toBytes = after;
  repacked = takeBlock(MARGIN + <usize>width * after) + MARGIN;
  alphas = hasWideAlpha ? takeBlock((<usize>width) << 2) : 0;
}

/**
 * Starts an image.
 *
 * @param picked for each byte of a pixel, from the lowest, its place in the pixel of the file, or 255 if it is 0
 * @param checked how many samples of a pixel have 16 bits and are checked for `lowBytesSeen`
 */
export function beginRepack(picked: u32, checked: u32): void {
  const pixels: u32 = 16 / max(fromBytes, toBytes);
  fromStep = pixels * fromBytes;
  toStep = pixels * toBytes;
  lowBytesSeen = 0;
  memory.fill(picks, 255, 16);
  memory.fill(checkedLanes, 0, 16);
  checkedSamples = checked;
  for (let pixel: u32 = 0; pixel < pixels; pixel++) {
    for (let byte: u32 = 0; byte < toBytes; byte++) {
      const place = (picked >> (byte << 3)) & 255;
      if (place < 255) store<u8>(picks + pixel * toBytes + byte, <u8>(pixel * fromBytes + place));
    }
    for (let sample: u32 = 0; sample < checked; sample++) {
      store<u8>(checkedLanes + pixel * fromBytes + sample * 2, 255);
    }
  }
}

/** Starts an image or a pass, whose row above is 0, `width` pixels wide. */
export function beginRepackedRows(width: u32): void {
  if (alphas !== 0) memory.fill(alphas, 0, (<usize>width) << 2);
}

/** Repacks a filtered row of `bytes` bytes. */
export function repackRow(filter: Filter, row: usize, bytes: usize): usize {
  pickBytes(row, bytes);
  if (checkedSamples > 0) checkLowBytes(row, bytes);
  if (alphas !== 0 && opaque !== 0) repackAlpha(filter, row + fromBytes - 2, row + bytes);
  return repacked;
}

function pickBytes(row: usize, bytes: usize): void {
  const pick = v128.load(picks);
  const end = row + bytes;
  const step = fromStep << 2;
  let to = repacked;
  let from = row;
  while (from < end) {
    // Most rows repeat the row above, so they are 0 over long stretches.
    if (from + step <= end && isZero(from, step)) {
      for (let place: usize = 0; place < toStep << 2; place += 16) v128.store(to + place, i8x16.splat(0));
      from += step;
      to += toStep << 2;
      continue;
    }
    v128.store(to, v128.swizzle(v128.load(from), pick));
    from += fromStep;
    to += toStep;
  }
}

/** Whether up to 64 bytes are 0. */
function isZero(from: usize, bytes: usize): bool {
  let all = v128.load(from);
  for (let place: usize = 16; place < bytes; place += 16)
    all = v128.or(all, v128.load(from + min(place, bytes - 16)));
  return !v128.any_true(all);
}

function checkLowBytes(row: usize, bytes: usize): void {
  const checked = v128.load(checkedLanes);
  const places = i8x16(0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15);
  let notZero = i8x16.splat(0);
  let notCopied = i8x16.splat(0);
  for (let from: usize = 0; from < bytes; from += fromStep) {
    const pixels = v128.load(row + from);
    const low = v128.shr<u16>(pixels, 8);
    const seen = v128.and(checked, v128.lt<u8>(places, i8x16.splat(<i8>min(bytes - from, 16))));
    notZero = v128.or(notZero, v128.and(low, seen));
    notCopied = v128.or(notCopied, v128.and(v128.xor(pixels, low), seen));
  }
  lowBytesSeen |= u32(v128.any_true(notZero)) | (u32(v128.any_true(notCopied)) << 1);
}

/**
 * Replaces the alpha of each pixel by a byte that is 0 if both bytes of the alpha in the file are. To know that, it undoes
 * the filter, and applies it again to the new byte.
 */
function repackAlpha(filter: Filter, from: usize, end: usize): void {
  let left: u32 = 0;
  let upLeft: u32 = 0;
  let above = alphas;
  for (let to = repacked + toBytes - 1; from < end; to += toBytes, from += fromBytes, above += 4) {
    const up = load<u32>(above);
    const residual: u32 = load<u16>(from);
    // Nearly all images are opaque. Then every guess is that alpha, and the byte is 0 already.
    if (residual === 0 && left === up && up === upLeft && filter !== Filter.NONE) continue;
    const guess = predict(filter, left, up, upLeft);
    const bytes = addBytes(guess, residual) & 0xffff;
    const alpha = (bytes | (bytes >>> 8)) & 0xff;
    store<u8>(to, <u8>(alpha - (guess >>> 16)));
    left = bytes | (alpha << 16);
    upLeft = up;
    store<u32>(above, left);
  }
}

function predict(filter: Filter, left: u32, up: u32, upLeft: u32): u32 {
  if (filter === Filter.NONE) return 0;
  if (filter === Filter.SUB) return left;
  if (filter === Filter.UP) return up;
  return filter === Filter.AVERAGE ? averageBytes(left, up) : paethBytes(left, up, upLeft);
}

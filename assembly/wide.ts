/**
 * Rows of 16-bit samples to rows of pixels with up to four bytes, so that everything else handles 8-bit samples only.
 *
 *   filtered row   │ R r G g B b │ R r G g B b │ …      high and low bytes (PNG specification, 7.1)
 *   narrow row     │ R G B │ R G B │ …                  the picked bytes, filtered as before
 *
 * A filter works on each byte of a pixel by itself (9.2), so bytes that nobody needs can be left out before the filter is
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
let wideBytes: u32 = 0;
let narrowBytes: u32 = 0;
let narrowRow: usize = 0;
/** Bytes that one step takes and gives: as many whole pixels as 16 bytes hold, before and after. */
let stepFrom: usize = 0;
let stepTo: usize = 0;
/** For `v128.swizzle`: the picked bytes of one step. And which bytes are high bytes of checked samples, as 16-bit lanes. */
const picks = memory.data(16);
const checkedLanes = memory.data(16);
/** For each pixel of the row above: both bytes of its alpha, and above them the byte that stands for it. */
let alphas: usize = 0;

/** Lays out a row of `width` pixels. */
export function layOutWide(width: u32, samples: u32, pixelBytes: u32): void {
  wideBytes = samples * 2;
  narrowBytes = pixelBytes;
  narrowRow = takeBlock(MARGIN + <usize>width * pixelBytes) + MARGIN;
  alphas = takeBlock(samples % 2 === 0 ? (<usize>width) << 2 : 0);
}

/**
 * Starts an image.
 *
 * @param picked for each byte of the narrow pixel, from the lowest, its place in the wide one, or 255 if it is 0
 * @param checked how many samples of a pixel are checked for `lowBytesSeen`
 */
export function beginWide(picked: u32, checked: u32): void {
  const pixels: u32 = 16 / max(wideBytes, narrowBytes);
  stepFrom = pixels * wideBytes;
  stepTo = pixels * narrowBytes;
  lowBytesSeen = 0;
  memory.fill(picks, 255, 16);
  memory.fill(checkedLanes, 0, 16);
  for (let pixel: u32 = 0; pixel < pixels; pixel++) {
    for (let byte: u32 = 0; byte < narrowBytes; byte++) {
      const place = (picked >> (byte << 3)) & 255;
      if (place < 255) store<u8>(picks + pixel * narrowBytes + byte, <u8>(pixel * wideBytes + place));
    }
    for (let sample: u32 = 0; sample < checked; sample++) {
      store<u8>(checkedLanes + pixel * wideBytes + sample * 2, 255);
    }
  }
}

/** Starts an image or a pass, whose row above is 0, `width` pixels wide. */
export function beginWideRows(width: u32): void {
  if (opaque !== 0) memory.fill(alphas, 0, (<usize>width) << 2);
}

/** The narrow row of a filtered one, `bytes` long. */
export function narrow(filter: Filter, row: usize, bytes: usize): usize {
  const pick = v128.load(picks);
  const checked = v128.load(checkedLanes);
  const places = i8x16(0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15);
  let notZero = i8x16.splat(0);
  let notCopied = i8x16.splat(0);
  let to = narrowRow;
  for (let from: usize = 0; from < bytes; from += stepFrom, to += stepTo) {
    const wide = v128.load(row + from);
    v128.store(to, v128.swizzle(wide, pick));
    const low = v128.shr<u16>(wide, 8);
    const seen = v128.and(checked, v128.lt<u8>(places, i8x16.splat(<i8>min(bytes - from, 16))));
    notZero = v128.or(notZero, v128.and(low, seen));
    notCopied = v128.or(notCopied, v128.and(v128.xor(wide, low), seen));
  }
  lowBytesSeen |= u32(v128.any_true(notZero)) | (u32(v128.any_true(notCopied)) << 1);
  // Without a sample of alpha it is a tRNS that makes words opaque.
  if (opaque !== 0 && wideBytes % 4 === 0) narrowAlpha(filter, row + wideBytes - 2, row + bytes);
  return narrowRow;
}

/**
 * Replaces the last byte of each narrow pixel by one that is 0 if both bytes of its alpha are. To know that, it undoes the
 * filter, and applies it again to the new byte.
 */
function narrowAlpha(filter: Filter, from: usize, end: usize): void {
  let left: u32 = 0;
  let upLeft: u32 = 0;
  let above = alphas;
  for (let to = narrowRow + narrowBytes - 1; from < end; to += narrowBytes, from += wideBytes, above += 4) {
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

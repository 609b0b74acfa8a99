/**
 * A filtered scanline to pixels, for rows that have hardly any runs: noise, gradients, blended edges. The filters are
 * undone in the plain way, byte by byte or 16 bytes at a time, and each pixel is looked up.
 *
 * A row is held either as runs or as pixels. When a row of one form follows a row of the other, the row above is
 * converted.
 */
import {
  firstSlotsOf,
  idLabels,
  idOf,
  isClear,
  labelCount,
  labelOfUnknown,
  lookUp,
  opaque,
  UNLABELLED,
  wordOf,
} from "./color-table";
import { clearSampleLabel, isCountedByColor, measureColor, measureLabels, SEVERAL_LABELS } from "./measure";
import { takeBlock } from "./memory";
import {
  channelsOf,
  colorChannels,
  colorsOfIds,
  Grey,
  hasColors,
  labelsOfIds,
  loadPixel,
  NO_ENTRY,
  pixelBytes,
  rgbaMask,
} from "./pixel";
import { countChanges } from "./residuals";
import { aboveRuns, aboveRunsEnd, appendRun, beginCurrentRuns, Filter, takeCurrentRuns } from "./runs";

/** Zeros before a row, for the neighbours of its first pixel. */
const MARGIN: usize = 16;

let rowBytes: usize = 0;
let pixelSize: u32 = 0;
let above: usize = 0;
let current: usize = 0;

/** For packed samples: the samples of each byte value, one per byte, and room for a row of unpacked samples. */
const unpackedSamples = memory.data(256 * 8);
let samples: usize = 0;
let samplesPerByte: u32 = 1;

/** Lays out rows of `bytes` bytes with pixels of `pixelBytes` bytes, or with packed samples of `bitDepth` bits. */
export function layOutPixelRows(bytes: u32, pixelBytes: u32, bitDepth: u32): void {
  pixelSize = pixelBytes;
  samplesPerByte = 8 / bitDepth;
  if (samplesPerByte > 1) samples = takeBlock(<usize>bytes * samplesPerByte);
  above = takeBlock(<usize>bytes + MARGIN) + MARGIN;
  current = takeBlock(<usize>bytes + MARGIN) + MARGIN;
}

/** Starts an image or a pass with rows of `bytes` bytes. Above the first row lie zeros. */
export function beginPixelRows(bytes: u32): void {
  rowBytes = bytes;
  memory.fill(above - MARGIN, 0, rowBytes + MARGIN);
  memory.fill(current - MARGIN, 0, MARGIN);
  if (samplesPerByte === 1) return;
  const bitDepth = 8 / samplesPerByte;
  for (let byte: u32 = 0; byte < 256; byte++) {
    for (let sample: u32 = 0; sample < samplesPerByte; sample++) {
      // The leftmost pixel is in the high bits (PNG specification, 7.2).
      const value = (byte >> (8 - bitDepth * (sample + 1))) & ((1 << bitDepth) - 1);
      store<u8>(unpackedSamples + ((<usize>byte) << 3) + sample, <u8>value);
    }
  }
}

/**
 * Undoes the filter of the scanline whose filtered bytes are at `row`. The row above must be held as pixels. Four bytes of
 * each pixel are loaded and stored. If it has fewer, the next pixel overwrites the others.
 */
export function unfilterPixels(filter: Filter, row: usize): void {
  if (filter === Filter.NONE) memory.copy(current, row, rowBytes);
  else if (filter === Filter.UP) undoUp(row);
  else if (filter === Filter.SUB) undoSub(row);
  else if (filter === Filter.AVERAGE) undoAverage(row);
  else undoPaeth(row);
}

function undoUp(row: usize): void {
  for (let offset: usize = 0; offset < rowBytes; offset += 16) {
    v128.store(current + offset, v128.add<u8>(v128.load(row + offset), v128.load(above + offset)));
  }
}

function undoSub(row: usize): void {
  const step = pixelSize;
  let left = i8x16.splat(0);
  for (let at: usize = 0; at < rowBytes; at += step) {
    left = v128.add<u8>(left, v128.load_zero<u32>(row + at));
    v128.store_lane<u32>(current + at, left, 0);
  }
}

/** SIMD averages round up, but PNG's round down (9.3). */
function undoAverage(row: usize): void {
  const step = pixelSize;
  const one = i8x16.splat(1);
  let left = i8x16.splat(0);
  for (let at: usize = 0; at < rowBytes; at += step) {
    const b = v128.load_zero<u32>(above + at);
    const rounding = v128.and(v128.xor(left, b), one);
    const average = v128.sub<u8>(v128.avgr<u8>(left, b), rounding);
    left = v128.add<u8>(average, v128.load_zero<u32>(row + at));
    v128.store_lane<u32>(current + at, left, 0);
  }
}

/**
 * Paeth, one pixel at a time, with its channels side by side in 16-bit lanes. With p = left + up - upLeft:
 * |p - left| = |up - upLeft|, |p - up| = |left - upLeft|, |p - upLeft| = |left - upLeft + up - upLeft|.
 */
function undoPaeth(row: usize): void {
  const step = pixelSize;
  let left = i16x8.splat(0);
  let upLeft = i16x8.splat(0);
  for (let at: usize = 0; at < rowBytes; at += step) {
    const b = v128.extend_low<u8>(v128.load_zero<u32>(above + at));
    const fromUp = v128.sub<i16>(b, upLeft);
    const fromLeft = v128.sub<i16>(left, upLeft);
    const toLeft = v128.abs<i16>(fromUp);
    const toUp = v128.abs<i16>(fromLeft);
    const toUpLeft = v128.abs<i16>(v128.add<i16>(fromUp, fromLeft));
    const upOrUpLeft = v128.bitselect(b, upLeft, v128.le<i16>(toUp, toUpLeft));
    const isLeft = v128.le<i16>(toLeft, v128.min<i16>(toUp, toUpLeft));
    const predictor = v128.bitselect(left, upOrUpLeft, isLeft);
    const sum = v128.add<i16>(predictor, v128.extend_low<u8>(v128.load_zero<u32>(row + at)));
    left = v128.and(sum, i16x8.splat(0xff));
    upLeft = b;
    v128.store_lane<u32>(current + at, v128.narrow<u16>(left, left), 0);
  }
}

function wordAt<P>(pixel: usize): u32 {
  return colorChannels<P>(loadPixel<P>(pixel));
}

/** The current pixels become those above. */
function takeCurrentPixels(): void {
  const row = above;
  above = current;
  current = row;
}

/**
 * Writes the labels of the current pixels at `labels`, counts them, and makes them the pixels above. Returns the number
 * of runs, or -1 - index if a palette index has no entry.
 */
export function labelPixelRow<P>(labels: usize, y: i32): i32 {
  takeCurrentPixels();
  return labelPixels<P>(above, above + rowBytes, labels, y);
}

/** The same for current pixels of packed samples, `width` of them. */
export function labelPackedRow(labels: usize, y: i32, width: u32): i32 {
  unpackRow();
  return labelPixels<Grey>(samples, samples + width, labels, y);
}

/** The same, but makes them runs above instead of labels. */
export function runsFromPackedRow(width: u32): void {
  unpackRow();
  runsFromPixels(samples, samples + width);
}

/** Makes the current pixels those above, and unpacks them. */
function unpackRow(): void {
  takeCurrentPixels();
  for (let byte: usize = 0; byte < rowBytes; byte++) {
    const unpacked = load<u64>(unpackedSamples + ((<usize>load<u8>(above + byte)) << 3));
    store<u64>(samples + byte * samplesPerByte, unpacked);
  }
}

function labelPixels<P>(pixels: usize, end: usize, labels: usize, y: i32): i32 {
  const width = <i32>((end - pixels) / pixelBytes<P>());
  if (hasColors<P>()) {
    // Looks up to three pixels too many. Their labels go to the next row or into the padding.
    for (let x: i32 = 0; x < width; x += 4) {
      labelFour<P>(pixels + <usize>x * pixelBytes<P>(), labels + ((<usize>x) << 2));
    }
  } else {
    for (let x: i32 = 0; x < width; x++) {
      // The word of a sample is its id.
      const label = load<i32>(
        labelsOfIds<P>() + ((<usize>wordAt<P>(pixels + <usize>x * pixelBytes<P>())) << 2),
      );
      store<i32>(labels + ((<usize>x) << 2), label);
    }
  }
  const sample = takeUnknownOut<P>(pixels, labels, width);
  if (sample < 0) return sample;
  measureLabels(labels, width, y);
  return <i32>countChanges<P>(pixels, width);
}

/** Looks up four pixels. The first slot is nearly always right for all four. If not, each is looked up separately. */
function labelFour<P>(pixels: usize, labels: usize): void {
  // RGB: three bytes and a zero for each pixel. An index outside of the vector swizzles to zero.
  const words =
    sizeof<P>() === 4
      ? v128.or(v128.and(v128.load(pixels), i32x4.splat(rgbaMask)), i32x4.splat(opaque))
      : v128.swizzle(v128.load(pixels), i8x16(0, 1, 2, -1, 3, 4, 5, -1, 6, 7, 8, -1, 9, 10, 11, -1));
  const slots = firstSlotsOf(words);
  const near = v128.load_lane<u64>(
    <usize>v128.extract_lane<u32>(slots, 1),
    v128.load_zero<u64>(<usize>v128.extract_lane<u32>(slots, 0)),
    1,
  );
  const far = v128.load_lane<u64>(
    <usize>v128.extract_lane<u32>(slots, 3),
    v128.load_zero<u64>(<usize>v128.extract_lane<u32>(slots, 2)),
    1,
  );
  if (v128.all_true<i32>(v128.eq<i32>(v128.shuffle<i32>(near, far, 0, 2, 4, 6), words))) {
    v128.store(labels, v128.shuffle<i32>(near, far, 1, 3, 5, 7));
    return;
  }
  for (let pixel: usize = 0; pixel < 4; pixel++) {
    store<i32>(labels + (pixel << 2), lookUp(wordAt<P>(pixels + pixel * pixelBytes<P>()) | opaque));
  }
}

/**
 * Replaces what stands for unknown colours by their labels, mostly -1, and counts these pixels by colour. It is below
 * zero, or the id of an unknown colour, which is above all labels. Returns 0, or -1 - index if a palette index has no
 * entry.
 */
function takeUnknownOut<P>(pixels: usize, labels: usize, width: i32): i32 {
  // Greys may have to be counted by their colour even if they have a label.
  const mayBeClear = sizeof<P>() === 4 && opaque !== 0 && hasZeroAlpha(pixels, width);
  const mayCount = !hasColors<P>() && isCountedByColor(0);
  const known = i32x4.splat(mayCount && clearSampleLabel === SEVERAL_LABELS ? 0 : labelCount);
  const clearLabels = i32x4.splat(mayCount ? clearSampleLabel : UNLABELLED);
  for (let x: i32 = 0; x < width; x += 4) {
    const four = v128.load(labels + ((<usize>x) << 2));
    let noted = v128.ge<u32>(four, known);
    if (!hasColors<P>()) noted = v128.or(noted, v128.eq<i32>(four, clearLabels));
    if (sizeof<P>() === 4 && mayBeClear) {
      // Pixels that are fully transparent, if `opaque` is not zero.
      const alphas = v128.and(v128.load(pixels + <usize>x * pixelBytes<P>()), i32x4.splat(opaque));
      noted = v128.or(noted, v128.lt<u32>(alphas, i32x4.splat(opaque & 0x01000000)));
    }
    if (!v128.any_true(noted)) continue;
    for (let place = x; place < min(x + 4, width); place++) {
      const at = labels + ((<usize>place) << 2);
      let label = load<i32>(at);
      const word = wordAt<P>(pixels + <usize>place * pixelBytes<P>());
      if (label === NO_ENTRY) return -1 - word;
      if (hasColors<P>()) {
        const clear = sizeof<P>() === 4 && isClear(word);
        if (<u32>label < labelCount && !clear) continue;
        label = label < 0 || clear ? labelOfUnknown(word) : load<i32>(idLabels + ((<usize>label) << 2));
        store<i32>(at, label);
      }
      if (isCountedByColor(label)) measureColor(colorOfWord<P>(word), label, 1);
    }
  }
  return 0;
}

/** Whether one of `width` RGBA pixels, or of up to three behind them, has an alpha of zero. */
function hasZeroAlpha(pixels: usize, width: i32): bool {
  let least = i8x16.splat(-1);
  const end = pixels + ((<usize>width) << 2);
  for (let four = pixels; four < end; four += 16) least = v128.min<u8>(least, v128.load(four));
  return (i8x16.bitmask(i8x16.eq(least, i8x16.splat(0))) & 0x8888) !== 0;
}

/** The colour word by which a pixel's word is counted. */
function colorOfWord<P>(word: u32): u32 {
  return hasColors<P>() ? word : load<u32>(colorsOfIds<P>() + ((<usize>word) << 2));
}

/**
 * Converts the runs above to pixels. Alpha becomes 0 if it is not part of the colour, which does no harm: no other channel
 * depends on it.
 */
export function pixelsFromRuns(width: u32): void {
  let to = above;
  for (let run = aboveRuns; run < aboveRunsEnd; run += 8) {
    const end = above + <usize>min(load<u32>(run, 8), width) * pixelSize;
    const id = load<u32>(run, 4);
    const word = pixelSize === 1 ? id : wordOf(id);
    // Four bytes each, as in `unfilterPixels`.
    for (; to < end; to += pixelSize) store<u32>(to, word);
  }
}

/** Converts the pixels above to runs, which must be few enough. */
export function runsFromPixelsAbove(): void {
  runsFromPixels(above, above + rowBytes);
}

function runsFromPixels(pixels: usize, end: usize): void {
  const channels = channelsOf(pixelSize);
  let next = beginCurrentRuns();
  let left = load<u32>(next - 4);
  let x: u32 = 0;
  for (let pixel = pixels; pixel < end; pixel += pixelSize, x++) {
    const word = load<u32>(pixel) & channels;
    const id = pixelSize === 1 ? word : idOf(word);
    if (id === left) continue;
    next = appendRun(next, x, id);
    left = id;
  }
  takeCurrentRuns(next);
}

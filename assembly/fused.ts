/**
 * The fused decoder: compressed bytes in, bands of labels out, with no image of pixels in between.
 *
 *   input ──inflate──▶ window ──a scanline at a time──▶ runs ──▶ band of labels
 *                      last 32 KiB and        │  ▲        │
 *                      some scanlines         ▼  │        └──▶ counts
 *                                            pixels, if a row has hardly any runs
 *
 * The caller feeds input and takes bands. Between two calls the state is in the module's variables.
 */
import { addBytesOf, adler32, beginAdler32, endScanline, restartScanline } from "./adler32";
import { inputPosition, setInput, unreadInput } from "./bits";
import { check } from "./check";
import {
  beginColors,
  colorWords,
  forgetColorsExcept,
  hasRoomFor,
  idLabels,
  idOf,
  labelCount,
  labelOfUnknown,
  layOutColorTable,
  lookUp,
  NO_COLOR,
  opaque,
  seesTransparency,
  swapRedBlue,
  UNLABELLED,
  unknown,
} from "./color-table";
import { Alpha, Unknown } from "./host";
import { beginInflate, claimedAdler32, inflate } from "./inflate";
import { endOfRuns, keepRow, layOutInterlace, lengthOfPass, mergeRow } from "./interlace";
import {
  beginMeasures,
  layOutClearCounts,
  layOutMeasures,
  SEVERAL_LABELS,
  setClearSampleLabel,
  setCountedIds,
} from "./measure";
import { measureRuns } from "./measure-runs";
import { clearArena, growMemory, inputPointer, takeBlock } from "./memory";
import { beginOutputRows, isWanted, labelRow, layOutOutput } from "./output";
import { beginBand, beginLabelRow, beginRows, isBandFull, putLabels, putRuns } from "./paint";
import { Grey, NO_ENTRY, pixelBytes, Rgb, Rgba, sampleLabels, sampleWords, setAlpha } from "./pixel";
import {
  beginPixelRows,
  labelPackedRow,
  labelPixelRow,
  layOutPixelRows,
  pixelsFromRuns,
  runsFromPackedRow,
  runsFromPixelsAbove,
  unfilterPixels,
} from "./pixel-rows";
import { beginRepack, beginRepackedRows, layOutRepack, lowBytesSeen, repackRow } from "./repack";
import { dropRepeats } from "./repeats";
import {
  aboveRuns,
  aboveRunsEnd,
  beginRuns,
  currentRunsEnd,
  decodeRuns,
  edgeLimit,
  edgeLimitFor,
  Filter,
  layOutRuns,
  makeRoomForColors,
  RunsOutcome,
  takeCurrentRuns,
  unknownColorsFor,
} from "./runs";
import { Status } from "./status";
import { moveOutput, OVERSHOOT, output, WINDOW_BYTES } from "./window";

/**
 * Room for scanlines after the window. A larger room means fewer moves of the window (with 256 KiB an eighth of all bytes
 * are moved), but less of it fits a second-level cache.
 */
const SCANLINE_ROOM: usize = 262144;

/** The row or the palette index that an error refers to. */
export let errorDetail: i32 = 0;

let imageWidth: u32 = 0;
let imageHeight: u32 = 0;
/** The pass that is being decoded, and its size. An image that is not interlaced has one pass, 0. */
let pass: u32 = 0;
let width: u32 = 0;
let height: u32 = 0;
let isInterlaced: bool = false;
/** Whether all rows and the end of the stream are there. Then the rows of an interlaced image are written, from `y` on. */
let isStreamChecked: bool = false;
/** Bytes from one pixel to the next, once rows are repacked. Packed samples count as one byte. */
let pixelSize: u32 = 0;
let bitDepth: u32 = 8;
/** Bits of a pixel in the file. */
let pixelBits: u32 = 8;
let isRepacked: bool = false;
/** Filtered bytes of a scanline, without its filter type. */
let rowBytes: u32 = 0;
let verify: bool = true;

let windowStart: usize = 0;
let windowEnd: usize = 0;
/** The first byte of the next scanline: its filter type. */
let scanline: usize = 0;
let y: u32 = 0;
let isBandTaken: bool = false;
/** Rows that consist of the runs above and are not counted yet: equal rows are counted together. */
let groupTop: u32 = 0;
let groupRows: u32 = 0;
/** Whether the row that was written to the output last consists of the runs above. */
let isLastRowAbove: bool = false;
/** Whether the row above is held as pixels rather than runs, and how many of its pixels differ from the one before. */
let isAbovePixels: bool = false;
let changesAbove: i32 = 0;

/**
 * Lays out memory for an image. Returns false if the memory cannot grow. The caller then writes the legend's colours at
 * `colorsPointer`, the colours of a grey or palette image's samples at `sampleColorsPointer`, and calls `beginFused`.
 *
 * @param samples per pixel; 1 for a palette
 * @param depth bits per sample: 8 or 16; with one sample also 1, 2 or 4
 * @param pixelBytes bytes of a pixel, 1, 3 or 4: as many as samples, unless rows are repacked (repack.ts)
 * @param interlaced whether there are the passes of Adam7
 */
export function layOutFused(
  labels: u32,
  columns: u32,
  rows: u32,
  samples: u32,
  depth: u32,
  pixelBytes: u32,
  interlaced: bool,
): bool {
  imageWidth = columns;
  imageHeight = rows;
  pixelSize = pixelBytes;
  isRepacked = depth === 16 || samples === 2;
  isInterlaced = interlaced;
  bitDepth = min(depth, 8);
  pixelBits = samples * depth;
  setPassSize(columns, rows);

  clearArena();
  const edgeLimit = edgeLimitFor(columns, interlaced);
  layOutColorTable(labels, pixelSize > 1 ? unknownColorsFor(edgeLimit) : 0);
  layOutMeasures(labels);
  layOutRuns(edgeLimit);
  layOutPixelRows(isRepacked ? columns * pixelSize : rowBytes, pixelSize, bitDepth);
  const hasWideAlpha = depth === 16 && samples % 2 === 0;
  if (isRepacked) layOutRepack(columns, pixelBits >> 3, pixelSize, hasWideAlpha);
  layOutOutput(labels, columns, rows);
  const room = max(SCANLINE_ROOM, (<usize>rowBytes + 1) * 2);
  windowStart = takeBlock(WINDOW_BYTES + room + OVERSHOOT);
  windowEnd = windowStart + WINDOW_BYTES + room;
  layOutClearCounts(labels);
  if (interlaced) layOutInterlace(columns);
  return growMemory();
}

function setPassSize(columns: u32, rows: u32): void {
  width = columns;
  height = rows;
  rowBytes = <u32>((<u64>columns * pixelBits + 7) >> 3);
}

/**
 * The caller writes the colours of the 256 samples of a grey or palette image here: 0xRRGGBB or NO_COLOR, with CLEAR if
 * they are fully transparent.
 */
export const sampleColorsPointer = memory.data(256 * 4);
const CLEAR: u32 = 0x01000000;

/**
 * Starts the image.
 *
 * @param verifyChecksum whether to compare the Adler-32
 * @param hasAlpha whether the image has alpha, or a grey or palette image has samples that are fully transparent
 * @param clearColor the one colour of an RGB image that is fully transparent, 0xRRGGBB, or NO_COLOR
 * @param picked if rows are repacked, like `checked`: see `beginRepack`
 */
export function beginFused(
  verifyChecksum: bool,
  unknownColors: Unknown,
  alpha: Alpha,
  hasAlpha: bool,
  clearColor: u32,
  picked: u32,
  checked: u32,
): void {
  verify = verifyChecksum;
  setAlpha(alpha);
  beginColors(unknownColors, alpha, hasAlpha, clearColor);
  // For colours: the ids of those that are not in the legend. The ids of samples say nothing about that.
  const countsColors = unknownColors === Unknown.SNAP || seesTransparency();
  setCountedIds(pixelSize > 1 ? labelCount : 0, countsColors ? u32.MAX_VALUE - labelCount : 0);
  beginOutputRows();
  beginRows();
  beginMeasures();
  beginAdler32();
  beginInflate(windowStart, pixelSize);
  feed(0, false);
  if (isRepacked) beginRepack(picked, checked);
  scanline = windowStart;
  isBandTaken = false;
  isLastRowAbove = false;
  groupTop = 0;
  groupRows = 0;
  isStreamChecked = false;
  if (pixelSize === 1) labelSamples();
  pass = 0;
  y = 0;
  // The passes of an interlaced image come after pass 0, which has no rows then.
  setPassSize(imageWidth, isInterlaced ? 0 : imageHeight);
  beginPass();
}

/** Starts a pass, whose size has been set. */
function beginPass(): void {
  beginPixelRows(isRepacked ? width * pixelSize : rowBytes);
  if (isRepacked) beginRepackedRows(width);
  isAbovePixels = bitDepth < 8;
  changesAbove = 0;
  beginRuns(pixelSize > 1);
}

/** Starts the next pass that has pixels. Returns false if there is none. */
function beginNextPass(): bool {
  while (isInterlaced && pass < 7) {
    pass++;
    setPassSize(lengthOfPass(pass, 0, imageWidth), lengthOfPass(pass, 1, imageHeight));
    if (width === 0 || height === 0) continue;
    y = 0;
    beginPass();
    return true;
  }
  return false;
}

function labelSamples(): void {
  let firstClear: u32 = u32.MAX_VALUE;
  let lastClear: u32 = 0;
  let clearLabel: i32 = UNLABELLED;
  for (let sample: u32 = 0; sample < 256; sample++) {
    const color = load<u32>(sampleColorsPointer + ((<usize>sample) << 2));
    const isClear = color !== NO_COLOR && (color & CLEAR) !== 0;
    const word = swapRedBlue(color) | (isClear ? 0 : opaque);
    let label = color === NO_COLOR ? NO_ENTRY : lookUp(word);
    if (label === UNLABELLED) label = labelOfUnknown(word);
    store<i32>(sampleLabels + ((<usize>sample) << 2), label);
    store<u32>(sampleWords + ((<usize>sample) << 2), word);
    if (isClear) {
      firstClear = min(firstClear, sample);
      lastClear = sample;
      if (label >= 0) clearLabel = clearLabel === UNLABELLED || clearLabel === label ? label : SEVERAL_LABELS;
    }
  }
  // Only the clear samples have to be counted by their colour. Usually that is one, which no pixel has.
  setClearSampleLabel(unknown === Unknown.SNAP ? SEVERAL_LABELS : clearLabel);
  if (unknown === Unknown.SNAP || !seesTransparency()) return;
  setCountedIds(firstClear, lastClear + 1 - firstClear);
}

/**
 * Moves the unread input to the start of the input block and returns its length. The caller writes the next piece behind
 * it and calls `feed`.
 */
export function keepUnreadInput(): u32 {
  const from = unreadInput();
  const length = inputEndPointer > from ? inputEndPointer - from : 0;
  memory.copy(inputPointer, from, length);
  return <u32>length;
}

let inputEndPointer: usize = 0;

/** Takes the `length` bytes of input at `inputPointer`, including those that were kept. */
export function feed(length: u32, isLast: bool): void {
  inputEndPointer = inputPointer + length;
  setInput(inputPointer, inputEndPointer, isLast);
}

/** Bytes of the input block that are used up: the place of an error, or of the stream's end. */
export function usedInput(): i32 {
  return <i32>(min(inputPosition(), inputEndPointer) - inputPointer);
}

/** Decodes the next band. See Status. */
export function decodeBand(): Status {
  if (isBandTaken) {
    beginBand();
    isBandTaken = false;
  }
  while (!isStreamChecked) {
    if (y === height && !beginNextPass()) {
      const status = finishStream();
      if (status !== Status.DONE) return status;
      isStreamChecked = true;
      y = 0;
      break;
    }
    if (output < scanline + rowBytes + 1) {
      const status = inflateTo(rowBytes + 1);
      // Even if the error is behind this scanline: a further call would continue behind the malformed part.
      if (status < 0) return status;
      // The stream may end exactly at the end of the scanline.
      if (output < scanline + rowBytes + 1) return status === Status.DONE ? Status.TOO_SHORT : status;
    }
    const status = decodeRow();
    if (status !== Status.BAND) return status;
    scanline += rowBytes + 1;
    dropRepeats(scanline);
    y++;
    if (isBandFull() && y < height) {
      isBandTaken = true;
      return Status.BAND;
    }
  }
  if (!isInterlaced) return countGroup() ? Status.DONE : Status.BAD_PALETTE_INDEX;
  return writeMergedRows();
}

/** Inflates until `bytes` bytes of the current scanline are there. */
function inflateTo(bytes: u32): Status {
  if (scanline + bytes > windowEnd) {
    // Keep the window and what is already inflated.
    const from = min(scanline, output - min(output - windowStart, WINDOW_BYTES));
    moveOutput(from, windowStart);
    scanline -= from - windowStart;
  }
  return inflate(scanline + bytes);
}

/** All rows are there: the stream must end now, with the right checksum. */
function finishStream(): Status {
  const status = inflateTo(1);
  if (status === Status.BAND) return Status.TOO_LONG;
  if (status !== Status.DONE) return status;
  if (output > scanline) return Status.TOO_LONG;
  if (verify && adler32() !== claimedAdler32) return Status.BAD_ADLER32;
  return isRepacked && lowBytesSeen === 3 ? Status.WIDE_COLORS : Status.DONE;
}

/** Writes and counts rows of an interlaced image, from `y` on, until the band is full. */
function writeMergedRows(): Status {
  while (y < imageHeight) {
    const row = mergeRow(y);
    const end = endOfRuns(row);
    if (pixelSize > 1) {
      if (!hasRoomFor(<u32>((end - row) >> 3))) forgetColorsExcept(row, 0);
      for (let run = row; run < end; run += 8) store<u32>(run, idOf(load<u32>(run, 4)), 4);
    }
    const outcome = measureRuns(row, end, labelsOfIds(), colorsOfIds(), imageWidth, y, 1);
    if (outcome !== 0) {
      errorDetail = -1 - outcome;
      return Status.BAD_PALETTE_INDEX;
    }
    if (isWanted(y)) putRuns(row, end, labelsOfIds(), imageWidth, false);
    y++;
    if (isBandFull() && y < imageHeight) {
      isBandTaken = true;
      return Status.BAND;
    }
  }
  return Status.DONE;
}

function decodeRow(): Status {
  const filter: Filter = load<u8>(scanline);
  if (filter > Filter.PAETH) {
    errorDetail = y;
    return Status.BAD_FILTER_TYPE;
  }
  let row = scanline + 1;
  check(row + rowBytes <= output && output <= windowEnd + OVERSHOOT);
  if (isRepacked) row = repackRow(filter, row, rowBytes);
  // From pixels back to runs only if they would be at most half of `edgeLimit`. Otherwise the form would keep changing.
  const isWorthARunsTry = bitDepth === 8 && (!isAbovePixels || changesAbove * 2 < <i32>edgeLimit);
  if (isWorthARunsTry) {
    const outcome = decodeRowAsRuns(filter, row);
    if (outcome !== RunsOutcome.TOO_MANY) {
      if (isRepacked) {
        // What was added are the bytes of the repacked row.
        restartScanline();
        if (verify) addBytesOf(scanline + 1, rowBytes);
      }
      endScanline(filter, rowBytes);
      if (outcome === RunsOutcome.RUNS) {
        if (!countGroup()) return Status.BAD_PALETTE_INDEX;
        takeCurrentRuns(currentRunsEnd);
        isLastRowAbove = false;
      }
      if (isInterlaced) return keepRowOfPass();
      if (groupRows === 0) groupTop = y;
      groupRows++;
      if (isWanted(y)) {
        putRuns(aboveRuns, aboveRunsEnd, labelsOfIds(), width, isLastRowAbove);
        isLastRowAbove = true;
      }
      return Status.BAND;
    }
    if (!countGroup()) return Status.BAD_PALETTE_INDEX;
  }
  isLastRowAbove = false;
  if (verify) addBytesOf(scanline + 1, rowBytes);
  endScanline(filter, rowBytes);
  const isShown = isWanted(y);
  const labels = isShown ? beginLabelRow(labelRow) : labelRow;
  changesAbove = decodeRowAsPixels(filter, row, labels);
  if (isInterlaced) return keepRowOfPass();
  if (changesAbove < 0) {
    errorDetail = -1 - changesAbove;
    return Status.BAD_PALETTE_INDEX;
  }
  if (isShown) putLabels(labels);
  return Status.BAND;
}

function decodeRowAsRuns(filter: Filter, row: usize): RunsOutcome {
  if (pixelSize === 1) return rowAsRuns<Grey>(filter, row);
  if (pixelSize === 3) return rowAsRuns<Rgb>(filter, row);
  return rowAsRuns<Rgba>(filter, row);
}

/** Converts the row above to the form that is needed. */
function rowAsRuns<P>(filter: Filter, row: usize): RunsOutcome {
  if (isAbovePixels) {
    makeRoomForColors<P>();
    runsFromPixelsAbove();
  }
  const outcome = decodeRuns<P>(filter, row, width);
  isAbovePixels = outcome === RunsOutcome.TOO_MANY;
  if (isAbovePixels) pixelsFromRuns(width);
  return outcome;
}

/** Returns the number of runs, or -1 - index if a palette index has no entry. */
function decodeRowAsPixels(filter: Filter, row: usize, labels: usize): i32 {
  if (pixelSize === 1) return rowAsPixels<Grey>(filter, row, labels);
  if (pixelSize === 3) return rowAsPixels<Rgb>(filter, row, labels);
  return rowAsPixels<Rgba>(filter, row, labels);
}

function rowAsPixels<P>(filter: Filter, row: usize, labels: usize): i32 {
  unfilterPixels(filter, row);
  if (pixelBytes<P>() > 1 || bitDepth === 8) return labelPixelRow<P>(labels, y);
  if (!isInterlaced) return labelPackedRow(labels, y, width);
  runsFromPackedRow(width);
  return 0;
}

function keepRowOfPass(): Status {
  return keepRow(pass, y === 0, pixelSize > 1) ? Status.BAND : Status.OUT_OF_MEMORY;
}

/** The label and the colour word of each id; see pixel.ts. */
function labelsOfIds(): usize {
  return pixelSize > 1 ? idLabels : sampleLabels;
}

function colorsOfIds(): usize {
  return pixelSize > 1 ? colorWords : sampleWords;
}

/** Counts the rows that consist of the runs above. Returns false if they have a palette index without an entry. */
function countGroup(): bool {
  if (groupRows === 0) return true;
  const outcome = measureRuns(
    aboveRuns,
    aboveRunsEnd,
    labelsOfIds(),
    colorsOfIds(),
    width,
    groupTop,
    groupRows,
  );
  groupRows = 0;
  errorDetail = -1 - outcome;
  return outcome === 0;
}

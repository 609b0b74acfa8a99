/**
 * The fused decoder: compressed bytes in, bands of labels out; no image of pixels in between.
 *
 *   input ──inflate──▶ window ──a scanline at a time──▶ runs ──▶ band of labels
 *                      last 32 KiB and        │  ▲        │
 *                      some scanlines         ▼  │        └──▶ counts
 *                                            pixels, where a row has hardly any runs
 *
 * The caller feeds input and takes bands; between two calls everything stands in this module's variables.
 */
import { addBytesOf, adler32, beginAdler32, endScanline } from "./adler32";
import { inputPosition, setInput, unreadInput } from "./bits";
import { check } from "./check";
import {
  beginColors,
  labelCount,
  labelOfUnknown,
  layOutColorTable,
  lookUp,
  NO_COLOR,
  turnRound,
  UNLABELLED,
} from "./color-table";
import { Unknown } from "./host";
import { beginInflate, claimedAdler32, inflate } from "./inflate";
import { beginMeasures, layOutMeasures } from "./measure";
import { clearArena, growMemory, inputPointer, takeBlock } from "./memory";
import { beginOutputRows, isWanted, labelRow, layOutOutput } from "./output";
import { beginBand, isBandFull, labelRowOf, measureRuns, putLabels, putRuns } from "./paint";
import {
  colorsOfIds,
  Grey,
  GreyAlpha,
  labelsOfIds,
  NO_ENTRY,
  Rgb,
  Rgba,
  sampleLabels,
  sampleWords,
  setAlphaCounts,
} from "./pixel";
import {
  beginPixelRows,
  labelPackedRow,
  labelPixelRow,
  layOutPixelRows,
  pixelsFromRuns,
  runsFromPixels,
  unfilterPixels,
} from "./pixel-rows";
import { dropRepeats } from "./repeats";
import {
  aboveRuns,
  aboveRunsEnd,
  beginRuns,
  currentRunsEnd,
  decodeRuns,
  edgeLimit,
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
 * Room for scanlines behind the window. The larger, the more seldom the window is moved, a fifth of the bytes with 128
 * KiB; and the less of it a second-level cache holds.
 */
const SCANLINE_ROOM: usize = 131072;

/** The row, or the palette index, that an error is about. */
export let errorDetail: i32 = 0;

let width: u32 = 0;
let height: u32 = 0;
/** Bytes from a pixel to the next; packed samples count as one. */
let pixelSize: u32 = 0;
let bitDepth: u32 = 8;
/** Filtered bytes of a scanline, without its filter type. */
let rowBytes: u32 = 0;
let verify: bool = true;

let windowStart: usize = 0;
let windowEnd: usize = 0;
/** The first byte, the filter type, of the scanline that comes next. */
let scanline: usize = 0;
let y: u32 = 0;
let isBandTaken: bool = false;
/** The rows that have the runs above, not counted yet: equal rows are counted together. */
let groupTop: u32 = 0;
let groupRows: u32 = 0;
/** Whether the row that was put out last has the runs above. */
let isLastRowAbove: bool = false;
/** Ids from this on may have a label of another colour: see `measureRuns`. */
let countedFrom: u32 = 0;
/** How the row above is held, as pixels or as runs; and how many of its pixels differ from the one before. */
let isAbovePixels: bool = false;
let changesAbove: i32 = 0;

/**
 * Lays out memory for an image. Returns false where it cannot be had. Afterwards the legend's colours are written at
 * `colorsPointer`, those of greys or palette at `sampleColorsPointer`, and `beginFused` is called.
 *
 * @param channels samples per pixel; 1 for a palette
 * @param depth bits per sample: 8, or with one channel also 1, 2, 4
 */
export function layOutFused(labels: u32, imageWidth: u32, imageHeight: u32, channels: u32, depth: u32): bool {
  width = imageWidth;
  height = imageHeight;
  pixelSize = channels;
  bitDepth = depth;
  rowBytes = <u32>((<u64>width * channels * depth + 7) >> 3);

  clearArena();
  layOutColorTable(labels, channels >= 3 ? unknownColorsFor(width) : 0);
  layOutMeasures(labels);
  layOutRuns(width);
  layOutPixelRows(rowBytes, bitDepth);
  layOutOutput(labels, width, height);
  const room = max(SCANLINE_ROOM, (<usize>rowBytes + 1) * 2);
  windowStart = takeBlock(WINDOW_BYTES + room + OVERSHOOT);
  windowEnd = windowStart + WINDOW_BYTES + room;
  return growMemory();
}

/** Where the caller writes the colours of the 256 samples of a grey or palette image, 0xRRGGBB, or NO_COLOR. */
export const sampleColorsPointer = sampleWords;

/**
 * Starts the image.
 *
 * @param verifyChecksum whether the Adler-32 is compared
 * @param alphaCounts whether the alpha of RGBA is part of the colour
 */
export function beginFused(verifyChecksum: bool, unknownColors: Unknown, alphaCounts: bool): void {
  verify = verifyChecksum;
  setAlphaCounts(alphaCounts);
  beginColors(unknownColors);
  // Of colours these are the ones that the legend does not have; samples are not told apart so.
  countedFrom = unknownColors !== Unknown.SNAP ? u32.MAX_VALUE : pixelSize >= 3 ? labelCount : 0;
  beginOutputRows();
  beginBand();
  beginMeasures();
  beginAdler32();
  beginInflate(windowStart, pixelSize);
  feed(0, false);
  beginPixelRows();
  scanline = windowStart;
  y = 0;
  isBandTaken = false;
  isLastRowAbove = false;
  groupTop = 0;
  groupRows = 0;
  isAbovePixels = bitDepth < 8;
  changesAbove = 0;
  if (pixelSize === 1) beginRuns<Grey>();
  else if (pixelSize === 2) beginRuns<GreyAlpha>();
  else if (pixelSize === 3) beginRuns<Rgb>();
  else beginRuns<Rgba>();
  if (pixelSize < 3) labelSamples();
}

function labelSamples(): void {
  for (let sample: usize = 0; sample < 256; sample++) {
    const color = load<u32>(sampleWords + (sample << 2));
    const word = turnRound(color);
    let label = color === NO_COLOR ? NO_ENTRY : lookUp(word);
    if (label === UNLABELLED) label = labelOfUnknown(word);
    store<i32>(sampleLabels + (sample << 2), label);
    store<u32>(sampleWords + (sample << 2), word);
  }
}

/**
 * The bytes of input that are not read yet, moved to the start of the input's block: the caller writes the next piece
 * behind them and calls `feed`.
 */
export function keepUnreadInput(): u32 {
  const from = unreadInput();
  const length = inputEndPointer > from ? inputEndPointer - from : 0;
  memory.copy(inputPointer, from, length);
  return <u32>length;
}

let inputEndPointer: usize = 0;

/** There are `length` bytes of input at `inputPointer`, what was kept included. */
export function feed(length: u32, isLast: bool): void {
  inputEndPointer = inputPointer + length;
  setInput(inputPointer, inputEndPointer, isLast);
}

/** Bytes of the input's block that the decoder is done with: where an error shows, or the stream ends. */
export function usedInput(): i32 {
  return <i32>(min(inputPosition(), inputEndPointer) - inputPointer);
}

/** Decodes the next band. See Status. */
export function decodeBand(): Status {
  if (pixelSize === 1) return decodeRows<Grey>();
  if (pixelSize === 2) return decodeRows<GreyAlpha>();
  if (pixelSize === 3) return decodeRows<Rgb>();
  return decodeRows<Rgba>();
}

function decodeRows<P>(): Status {
  if (isBandTaken) {
    beginBand();
    isBandTaken = false;
  }
  while (y < height) {
    if (output < scanline + rowBytes + 1) {
      const status = inflateTo(rowBytes + 1);
      // An error behind the scanline too: the stream stands behind what is malformed, and would go on from there.
      if (status < 0) return status;
      // The stream may have ended just where the scanline does.
      if (output < scanline + rowBytes + 1) return status === Status.DONE ? Status.TOO_SHORT : status;
    }
    const status = decodeRow<P>();
    if (status !== Status.BAND) return status;
    scanline += rowBytes + 1;
    dropRepeats(scanline);
    y++;
    if (isBandFull() && y < height) {
      isBandTaken = true;
      return Status.BAND;
    }
  }
  return finish<P>();
}

/** Inflates until `bytes` bytes of the scanline at hand are there. */
function inflateTo(bytes: u32): Status {
  if (scanline + bytes > windowEnd) {
    // What is kept: the window, and what is inflated already.
    const from = min(scanline, output - min(output - windowStart, WINDOW_BYTES));
    moveOutput(from, windowStart);
    scanline -= from - windowStart;
  }
  return inflate(scanline + bytes);
}

/** All rows are there: the stream must end now, with the right checksum. */
function finish<P>(): Status {
  const status = inflateTo(1);
  if (status === Status.BAND) return Status.TOO_LONG;
  if (status !== Status.DONE) return status;
  if (output > scanline) return Status.TOO_LONG;
  if (verify && adler32() !== claimedAdler32) return Status.BAD_ADLER32;
  if (!countGroup<P>()) return Status.BAD_PALETTE_INDEX;
  return Status.DONE;
}

function decodeRow<P>(): Status {
  const filter: Filter = load<u8>(scanline);
  if (filter > Filter.PAETH) {
    errorDetail = y;
    return Status.BAD_FILTER_TYPE;
  }
  const row = scanline + 1;
  check(row + rowBytes <= output && output <= windowEnd + OVERSHOOT);
  // From pixels back to runs only where these would be half as many as runs may be, lest the form change all the time.
  const isWorthARunsTry = bitDepth === 8 && (!isAbovePixels || changesAbove * 2 < <i32>edgeLimit);
  if (isWorthARunsTry) {
    if (isAbovePixels) {
      makeRoomForColors<P>();
      runsFromPixels<P>();
      isAbovePixels = false;
    }
    const outcome = decodeRuns<P>(filter, row, width);
    if (outcome !== RunsOutcome.TOO_MANY) {
      endScanline(filter, rowBytes);
      if (outcome === RunsOutcome.RUNS) {
        if (!countGroup<P>()) return Status.BAD_PALETTE_INDEX;
        takeCurrentRuns(currentRunsEnd);
        isLastRowAbove = false;
      }
      if (groupRows === 0) groupTop = y;
      groupRows++;
      if (isWanted(y)) {
        putRuns(aboveRuns, aboveRunsEnd, labelsOfIds<P>(), width, isLastRowAbove);
        isLastRowAbove = true;
      }
      return Status.BAND;
    }
    if (!countGroup<P>()) return Status.BAD_PALETTE_INDEX;
    pixelsFromRuns<P>(width);
    isAbovePixels = true;
  }
  isLastRowAbove = false;
  if (verify) addBytesOf(row, rowBytes);
  endScanline(filter, rowBytes);
  unfilterPixels<P>(filter, row);
  const labels = isWanted(y) ? labelRowOf(labelRow) : labelRow;
  changesAbove = bitDepth < 8 ? labelPackedRow(labels, y, width) : labelPixelRow<P>(labels, y);
  if (changesAbove < 0) {
    errorDetail = -1 - changesAbove;
    return Status.BAD_PALETTE_INDEX;
  }
  if (isWanted(y)) putLabels(labels);
  return Status.BAND;
}

/** Counts the rows that have the runs above. Returns false where one of them has a palette index without an entry. */
function countGroup<P>(): bool {
  if (groupRows === 0) return true;
  const outcome = measureRuns(
    aboveRuns,
    aboveRunsEnd,
    labelsOfIds<P>(),
    colorsOfIds<P>(),
    countedFrom,
    width,
    groupTop,
    groupRows,
  );
  groupRows = 0;
  errorDetail = -1 - outcome;
  return outcome === 0;
}

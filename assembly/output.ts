/**
 * The output of a decode: one to eight targets, all filled in one pass. A dense target has 1, 2 or 4 bytes per pixel, with
 * a value that is looked up for each label. A target of runs lists the runs of each row (src/maps/label-runs.ts shows the
 * form).
 *
 * After a crop or resize the columns of the output are not those of the image. Then a table says, for each pixel of a
 * row, which output column is the first at or after it. The start and end of a run are looked up there, so no row of the
 * full width is written.
 *
 *   columns   1 4 7              the pixel that each output column shows
 *   places    0 0 1 1 1 2 2 2 3  the first output column from each pixel on; a run of the pixels 2 … 5 is column 1
 */
import { check } from "./check";
import { takeBlock } from "./memory";

/** src/decode/targets.ts refuses more. */
const MAX_TARGETS: u32 = 8;
/**
 * For each target, four uint32: bytes of an element (0 for runs), whether it has a table of values, pointer to the
 * values, pointer to its band.
 */
const targets = memory.data(MAX_TARGETS * 16);
export let targetCount: u32 = 0;

/** Pixels in a row of the image, and columns of the output. */
let width: u32 = 0;
export let outputWidth: u32 = 0;
/** The caller writes the pixel of each output column here, uint32 ascending. 0 if the output has all columns. */
export let columnsPointer: usize = 0;
/** For each pixel of a row, the first output column at or after it, uint32. 0 if the output has all columns. */
export let places: usize = 0;
/** The caller writes one byte for each row of the image here: 1 if the output shows it. 0 if the output has all rows. */
export let wantedRowsPointer: usize = 0;
/** Room for the labels of a row of the image, int32, for rows that are not held as runs. */
export let labelRow: usize = 0;

/** The most rows of a band. */
export let rowsAtOnce: u32 = 0;
/** The list of rows. For each band of equal rows two uint32: the number of rows, and the place of its first run. */
export let listedBandsPointer: usize = 0;
/** For each run: uint32 end and int32 label. */
export let runEndsPointer: usize = 0;
export let runLabelsPointer: usize = 0;
/** How many runs there is room for. */
export let runCapacity: u32 = 0;
/** Whether a target lists runs. */
export let listsRuns: bool = false;
/** The targets that have room for all rows, a bit each: the caller has given their place, and uses them there. */
let wholeTargets: u32 = 0;
/** Bytes of all dense targets for a pixel. */
export let pixelBytes: u32 = 0;

/** Bytes of all dense targets that are handed over at once, unless one row has more. They fit a second-level cache. */
const BAND_BYTES: u32 = 262144;
/** Runs that are handed over at once, in addition to those of one row; and rows, if there are only runs. */
const BAND_RUNS: u32 = 16384;
const BAND_RUN_ROWS: u32 = 4096;
/** Runs that are listed before they are painted, in addition to those of one row, if no target lists runs. */
const PAINTED_RUNS: u32 = 2048;
/**
 * A large array of Node starts 16 bytes after a multiple of 64, since glibc's malloc has a header there. The processor
 * copies half as fast again between addresses with the same remainder.
 */
const ALIGNMENT: usize = 64;
const REMAINDER: usize = 16;

/** Starts the description of an output. Next: `addTarget` at least once, perhaps `sampleOutput`, then an engine's layout. */
export function beginOutput(): void {
  targetCount = 0;
  outputWidth = 0;
  listsRuns = false;
  wholeTargets = 0;
}

/**
 * Adds a target of `elementBytes` bytes per pixel; 0 lists runs. With `hasValues` its table is at `valuesOf`.
 *
 * @param place room for all pixels and 64 bytes, above the arena; 0: the caller takes the rows band by band
 */
export function addTarget(elementBytes: u32, hasValues: bool, place: usize): void {
  check(targetCount < MAX_TARGETS);
  const target = targets + ((<usize>targetCount) << 4);
  store<u32>(target, elementBytes);
  store<u32>(target, u32(hasValues), 4);
  store<u32>(target, 0, 8);
  store<u32>(target, <u32>place, 12);
  if (place !== 0) wholeTargets |= 1 << targetCount;
  targetCount++;
}

/** Limits the output to `columns` columns of each row; see `columnsPointer` and `wantedRowsPointer`. */
export function sampleOutput(columns: u32): void {
  outputWidth = columns;
}

/** The caller writes a target's value for each label here, int32. The value for unlabelled pixels comes first. */
export function valuesOf(target: u32): usize {
  return load<u32>(targets + ((<usize>target) << 4), 8);
}

/** The rows of a target's band, `bandRows` of the output's width. */
export function bandOf(target: u32): usize {
  return load<u32>(targets + ((<usize>target) << 4), 12);
}

/** Whether a target has room for all rows. There, each band follows the band before it. */
function isWhole(target: u32): bool {
  return ((wholeTargets >> target) & 1) !== 0;
}

/** Whether any target has room for all rows. */
export function isAnyWhole(): bool {
  return wholeTargets !== 0;
}

/** The next band comes after `rows` rows of this one. */
export function endBandOf(target: u32, rows: u32): void {
  if (!isWhole(target)) return;
  const bytes = <usize>rows * outputWidth * elementBytesOf(target);
  store<usize>(targets + ((<usize>target) << 4), bandOf(target) + bytes, 12);
}

/** Lays out memory for the output of an image with `labels` labels. */
export function layOutOutput(labels: u32, imageWidth: u32, imageHeight: u32): void {
  width = imageWidth;
  const isSampled = outputWidth > 0;
  if (!isSampled) outputWidth = width;
  columnsPointer = isSampled ? takeBlock((<usize>outputWidth) << 2) : 0;
  places = isSampled ? takeBlock((<usize>width + 1) << 2) : 0;
  wantedRowsPointer = isSampled ? takeBlock(imageHeight) : 0;
  pixelBytes = 0;
  for (let target: u32 = 0; target < targetCount; target++) {
    pixelBytes += elementBytesOf(target);
    if (elementBytesOf(target) === 0) listsRuns = true;
  }
  const bandRows = pixelBytes === 0 ? BAND_RUN_ROWS : BAND_BYTES / pixelBytes / outputWidth;
  rowsAtOnce = min(imageHeight, max(1, bandRows));
  labelRow = takeBlock((<usize>width) << 2);
  for (let index: u32 = 0; index < targetCount; index++) {
    const target = targets + ((<usize>index) << 4);
    const elementBytes = load<u32>(target);
    const hasValues = load<u32>(target, 4) !== 0;
    if (hasValues) store<usize>(target, takeBlock((<usize>labels + 1) << 2), 8);
    if (elementBytes === 0 || isWhole(index)) continue;
    const block = takeBlock(<usize>rowsAtOnce * outputWidth * elementBytes + ALIGNMENT * 2);
    store<usize>(target, ((block + ALIGNMENT - 1) & ~(ALIGNMENT - 1)) + REMAINDER, 12);
  }
  runCapacity = (listsRuns ? BAND_RUNS : PAINTED_RUNS) + outputWidth;
  listedBandsPointer = takeBlock((<usize>rowsAtOnce + 1) << 3);
  runEndsPointer = takeBlock((<usize>runCapacity) << 2);
  runLabelsPointer = takeBlock((<usize>runCapacity) << 2);
}

/** Bytes of an element of a target; 0 for runs. */
export function elementBytesOf(target: u32): u32 {
  return load<u32>(targets + ((<usize>target) << 4));
}

/** Fills `places` from the columns that the caller has written. */
export function beginOutputRows(): void {
  if (places === 0) return;
  let column: u32 = 0;
  for (let x: u32 = 0; x <= width; x++) {
    while (column < outputWidth && load<u32>(columnsPointer + ((<usize>column) << 2)) < x) column++;
    store<u32>(places + ((<usize>x) << 2), column);
  }
}

/** Whether the output shows a row of the image. */
export function isWanted(y: u32): bool {
  return wantedRowsPointer === 0 || load<u8>(wantedRowsPointer + y) !== 0;
}

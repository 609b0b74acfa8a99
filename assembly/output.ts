/**
 * What a decode puts out: one to eight targets, all filled in one pass. A dense target has 1, 2 or 4 bytes per pixel, a
 * value that is looked up for each label; a target of runs lists the rows' runs (src/label-runs.ts shows the form).
 *
 * Where the output shows other columns than those of the image, a table says which output column comes first at or behind
 * each pixel; a run's start and end are looked up there, and so no row of the full width is written.
 *
 *   columns   1 4 7              the pixel that each output column shows
 *   places    0 0 1 1 1 2 2 2 3  the first output column from each pixel on; a run of the pixels 2 … 5 is column 1
 */
import { check } from "./check";
import { takeBlock } from "./memory";

/** Targets that one pass fills; src/decode/targets.ts refuses more. */
const MOST_TARGETS: u32 = 8;
/** Per target: uint32 bytes of an element, 0 for runs; whether there are values; pointers to these and to its band. */
const targets = memory.data(MOST_TARGETS * 16);
export let targetCount: u32 = 0;

/** Pixels in a row of the image, and columns of the output. */
let width: u32 = 0;
export let outputWidth: u32 = 0;
/** Where the caller writes the pixel of each output column, uint32 ascending; 0 where they are all pixels. */
export let columnsPointer: usize = 0;
export let places: usize = 0;
/** Where the caller writes a byte for each row of the image: whether it is put out; 0 where all are. */
export let wantedRowsPointer: usize = 0;
/** Room for the labels of a row of the image, int32, where a row is not held as runs. */
export let labelRow: usize = 0;

/** Rows of a band. */
export let rowsAtOnce: u32 = 0;
/** The target of runs. Per band of equal rows, uint32: how many rows, and where its runs start. */
export let listedBandsPointer: usize = 0;
/** Per run: uint32 end and int32 label. */
export let runEndsPointer: usize = 0;
export let runLabelsPointer: usize = 0;
/** Runs that there is room for; 0 where no target wants them. */
export let runCapacity: u32 = 0;

/** Bytes of all dense targets that are handed over at one go, if a row has no more: a second-level cache holds them. */
const BAND_BYTES: u32 = 262144;
/** Runs that are handed over at one go, beside those of one row; and rows, where there are only runs. */
const BAND_RUNS: u32 = 16384;
const BAND_RUN_ROWS: u32 = 4096;

/** Starts the description of an output: `addTarget` once or more, perhaps `sampleOutput`, and an engine's layout. */
export function beginOutput(): void {
  targetCount = 0;
  outputWidth = 0;
  runCapacity = 0;
}

/** A target of `elementBytes` bytes for each pixel; 0 lists runs. With `hasValues` its table is at `valuesOf`. */
export function addTarget(elementBytes: u32, hasValues: bool): void {
  check(targetCount < MOST_TARGETS);
  const target = targets + ((<usize>targetCount) << 4);
  store<u32>(target, elementBytes);
  store<u32>(target, u32(hasValues), 4);
  store<u64>(target, 0, 8);
  targetCount++;
}

/** Only `columns` columns of each row are put out; see `columnsPointer` and `wantedRowsPointer`. */
export function sampleOutput(columns: u32): void {
  outputWidth = columns;
}

/** Where the caller writes a target's value for each label: int32, that of unlabelled pixels first. */
export function valuesOf(target: u32): usize {
  return load<u32>(targets + ((<usize>target) << 4), 8);
}

/** The rows of a target's band, `bandRows` of the output's width. */
export function bandOf(target: u32): usize {
  return load<u32>(targets + ((<usize>target) << 4), 12);
}

/** Takes the memory for the rows of an image of `labels` labels. */
export function layOutOutput(labels: u32, imageWidth: u32, imageHeight: u32): void {
  width = imageWidth;
  const isSampled = outputWidth > 0;
  if (!isSampled) outputWidth = width;
  columnsPointer = isSampled ? takeBlock((<usize>outputWidth) << 2) : 0;
  places = isSampled ? takeBlock((<usize>width + 1) << 2) : 0;
  wantedRowsPointer = isSampled ? takeBlock(imageHeight) : 0;
  let pixelBytes: u32 = 0;
  for (let target: u32 = 0; target < targetCount; target++) pixelBytes += elementBytesOf(target);
  const bandRows = pixelBytes === 0 ? BAND_RUN_ROWS : BAND_BYTES / pixelBytes / outputWidth;
  rowsAtOnce = min(imageHeight, max(1, bandRows));
  labelRow = takeBlock((<usize>width) << 2);
  for (let index: u32 = 0; index < targetCount; index++) {
    const target = targets + ((<usize>index) << 4);
    const elementBytes = load<u32>(target);
    const hasValues = load<u32>(target, 4) !== 0;
    if (hasValues) store<usize>(target, takeBlock((<usize>labels + 1) << 2), 8);
    if (elementBytes > 0) {
      store<usize>(target, takeBlock(<usize>rowsAtOnce * outputWidth * elementBytes), 12);
      continue;
    }
    runCapacity = BAND_RUNS + outputWidth;
    listedBandsPointer = takeBlock((<usize>rowsAtOnce + 1) << 3);
    runEndsPointer = takeBlock((<usize>runCapacity) << 2);
    runLabelsPointer = takeBlock((<usize>runCapacity) << 2);
  }
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

/** Whether a row of the image is put out. */
export function isWanted(y: u32): bool {
  return wantedRowsPointer === 0 || load<u8>(wantedRowsPointer + y) !== 0;
}

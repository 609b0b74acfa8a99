/**
 * A row, held as runs of ids or as labels, to rows of the targets (output.ts) and to the counts. Whatever depends on the
 * label is looked up once per run.
 */
import { check } from "./check";
import { countedIds, firstCounted, measureColor, measureRun } from "./measure";
import {
  bandOf,
  columnsPointer,
  elementBytesOf,
  listedBandsPointer,
  outputWidth,
  places,
  rowsAtOnce,
  runCapacity,
  runEndsPointer,
  runLabelsPointer,
  targetCount,
  valuesOf,
} from "./output";
import { NO_ENTRY } from "./pixel";

/** Rows in the current band. */
export let bandRows: u32 = 0;
/** Bands of equal rows, and runs, in the target of runs. */
export let listedBands: u32 = 0;
export let listedRuns: u32 = 0;

/** Starts a band. The caller has taken the one before. */
export function beginBand(): void {
  bandRows = 0;
  listedBands = 0;
  listedRuns = 0;
}

/** Whether the band must be taken before another row comes. */
export function isBandFull(): bool {
  return bandRows === rowsAtOnce || (runCapacity > 0 && listedRuns + outputWidth > runCapacity);
}

/** Where the next row of a target goes. */
function rowOf(target: u32): usize {
  return bandOf(target) + <usize>bandRows * outputWidth * elementBytesOf(target);
}

/**
 * Writes a row that is held as runs to all targets.
 *
 * @param labelsOfIds the label of each id
 * @param isRepeat whether the row equals the row that was written last
 */
export function putRuns(runs: usize, runsEnd: usize, labelsOfIds: usize, width: u32, isRepeat: bool): void {
  for (let target: u32 = 0; target < targetCount; target++) {
    const elementBytes = elementBytesOf(target);
    const to = rowOf(target);
    const values = valuesOf(target);
    if (elementBytes === 4) paintRuns<i32>(runs, runsEnd, labelsOfIds, values, to, width);
    else if (elementBytes === 1) paintRuns<u8>(runs, runsEnd, labelsOfIds, values, to, width);
    else if (elementBytes === 2) paintRuns<u16>(runs, runsEnd, labelsOfIds, values, to, width);
    else listRuns(runs, runsEnd, labelsOfIds, width, isRepeat);
  }
  bandRows++;
}

/**
 * Writes the values of a row, and up to 63 bytes more. Each run may write beyond its end, since the next run overwrites
 * that. A loop of four stores with an inexact end costs less than the branches of an exact one.
 */
function paintRuns<T>(
  runs: usize,
  runsEnd: usize,
  labelsOfIds: usize,
  values: usize,
  row: usize,
  width: u32,
): void {
  let place = row;
  for (let run = runs; run < runsEnd; run += 8) {
    let value = load<i32>(labelsOfIds + ((<usize>load<u32>(run, 4)) << 2));
    if (values !== 0) value = load<i32>(values + ((<usize>value) << 2), 4);
    let end: usize = min(load<u32>(run, 8), width);
    if (places !== 0) end = load<u32>(places + (end << 2));
    end = row + end * sizeof<T>();
    const four = v128.splat<T>(<T>value);
    while (place < end) {
      v128.store(place, four);
      v128.store(place, four, 16);
      v128.store(place, four, 32);
      v128.store(place, four, 48);
      place += 64;
    }
    place = end;
  }
}

function listRuns(runs: usize, runsEnd: usize, labelsOfIds: usize, width: u32, isRepeat: bool): void {
  if (isRepeat && listedBands > 0) {
    addRowToLastBand();
    return;
  }
  const first = listedRuns;
  for (let run = runs; run < runsEnd; run += 8) {
    const label = load<i32>(labelsOfIds + ((<usize>load<u32>(run, 4)) << 2));
    const end = min(load<u32>(run, 8), width);
    listRun(first, places === 0 ? end : load<u32>(places + ((<usize>end) << 2)), label);
  }
  endListedRow(first);
}

/** Adds a run that ends before `end`. Skips it if it is empty, and extends the last run if that has the same label. */
function listRun(first: u32, end: u32, label: i32): void {
  const last = (<usize>listedRuns - 1) << 2;
  if (end === (listedRuns === first ? 0 : load<u32>(runEndsPointer + last))) return;
  if (listedRuns > first && load<i32>(runLabelsPointer + last) === label) {
    store<u32>(runEndsPointer + last, end);
    return;
  }
  check(listedRuns < runCapacity);
  const next = (<usize>listedRuns) << 2;
  store<u32>(runEndsPointer + next, end);
  store<i32>(runLabelsPointer + next, label);
  listedRuns++;
}

/** Ends a row whose runs start at `first`. If it equals the row before, it joins the band of that row. */
function endListedRow(first: u32): void {
  const count = listedRuns - first;
  if (listedBands > 0) {
    const before = load<u32>(listedBandsPointer + ((<usize>listedBands - 1) << 3), 4);
    const isEqual =
      first - before === count &&
      areEqualWords(runEndsPointer, before, first, count) &&
      areEqualWords(runLabelsPointer, before, first, count);
    if (isEqual) {
      listedRuns = first;
      addRowToLastBand();
      return;
    }
  }
  const band = listedBandsPointer + ((<usize>listedBands) << 3);
  store<u32>(band, 1);
  store<u32>(band, first, 4);
  listedBands++;
}

function areEqualWords(array: usize, a: u32, b: u32, count: u32): bool {
  return memory.compare(array + ((<usize>a) << 2), array + ((<usize>b) << 2), (<usize>count) << 2) === 0;
}

function addRowToLastBand(): void {
  const band = listedBandsPointer + ((<usize>listedBands - 1) << 3);
  store<u32>(band, load<u32>(band) + 1);
}

/** Where to write the labels of a row that is not held as runs: straight into the output if that consists of labels. */
export function labelRowOf(labelRow: usize): usize {
  const isOutput = targetCount === 1 && elementBytesOf(0) === 4 && valuesOf(0) === 0 && places === 0;
  return isOutput ? rowOf(0) : labelRow;
}

/** Writes a row to all targets, from its labels at the address that `labelRowOf` gave. */
export function putLabels(labels: usize): void {
  for (let target: u32 = 0; target < targetCount; target++) {
    const elementBytes = elementBytesOf(target);
    const to = rowOf(target);
    const values = valuesOf(target);
    if (to === labels) continue;
    if (elementBytes === 4) copyLabels<i32>(labels, values, to);
    else if (elementBytes === 1) copyLabels<u8>(labels, values, to);
    else if (elementBytes === 2) copyLabels<u16>(labels, values, to);
    else listLabels(labels);
  }
  bandRows++;
}

/** The pixel that a column of the output shows. */
function pixelOf(column: u32): usize {
  return places === 0 ? column : load<u32>(columnsPointer + ((<usize>column) << 2));
}

function copyLabels<T>(labels: usize, values: usize, row: usize): void {
  for (let column: u32 = 0; column < outputWidth; column++) {
    let value = load<i32>(labels + (pixelOf(column) << 2));
    if (values !== 0) value = load<i32>(values + ((<usize>value) << 2), 4);
    store<T>(row + <usize>column * sizeof<T>(), <T>value);
  }
}

function listLabels(labels: usize): void {
  const first = listedRuns;
  for (let column: u32 = 0; column < outputWidth; column++) {
    listRun(first, column + 1, load<i32>(labels + (pixelOf(column) << 2)));
  }
  endListedRow(first);
}

/**
 * Counts the runs of `rows` equal rows from `top` on. Returns 0, or -1 - index if a palette index has no entry.
 *
 * @param labelsOfIds the label of each id
 * @param colorsOfIds the colour word of each id
 */
export function measureRuns(
  runs: usize,
  runsEnd: usize,
  labelsOfIds: usize,
  colorsOfIds: usize,
  width: u32,
  top: u32,
  rows: u32,
): i32 {
  let isAnyCounted: u32 = 0;
  for (let run = runs; run < runsEnd; run += 8) {
    const start = load<u32>(run);
    const end = min(load<u32>(run, 8), width);
    if (start === end) continue;
    const id = load<u32>(run, 4);
    const label = load<i32>(labelsOfIds + ((<usize>id) << 2));
    isAnyCounted |= isCounted(id, label);
    measureRun(label, start, end, top, rows);
  }
  return isAnyCounted === 0 ? 0 : measureColors(runs, runsEnd, labelsOfIds, colorsOfIds, width, rows);
}

/** Whether the pixels of an id are counted by their colour. It has no branch, since every run asks it. */
function isCounted(id: u32, label: i32): u32 {
  return (<u32>label >>> 31) | u32(id - firstCounted < countedIds);
}

/** The part of `measureRuns` that few rows need, in a loop of its own: a call in the other loop would slow that down. */
function measureColors(
  runs: usize,
  runsEnd: usize,
  labelsOfIds: usize,
  colorsOfIds: usize,
  width: u32,
  rows: u32,
): i32 {
  for (let run = runs; run < runsEnd; run += 8) {
    const start = load<u32>(run);
    const end = min(load<u32>(run, 8), width);
    const id = load<u32>(run, 4);
    const label = load<i32>(labelsOfIds + ((<usize>id) << 2));
    if (start === end || isCounted(id, label) === 0) continue;
    if (label === NO_ENTRY) return -1 - id;
    measureColor(load<u32>(colorsOfIds + ((<usize>id) << 2)), label, (end - start) * rows);
  }
  return 0;
}

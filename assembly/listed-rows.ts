/**
 * Rows of the output as a list of runs, of which equal rows next to each other share one. It is what a target of runs
 * shows, and what rows of the other targets are painted from.
 */
import { check } from "./check";
import {
  columnsPointer,
  listedBandsPointer,
  listsRuns,
  outputWidth,
  places,
  runCapacity,
  runEndsPointer,
  runLabelsPointer,
} from "./output";

/** Bands of equal rows in the list, and their runs. */
export let listedBands: u32 = 0;
export let listedRuns: u32 = 0;

export function clearList(): void {
  listedBands = 0;
  listedRuns = 0;
}

/** The rows of a band. */
export function rowsOfBand(band: u32): u32 {
  return load<u32>(listedBandsPointer + ((<usize>band) << 3));
}

/** The first run of a band; for the number of bands, the number of runs. */
export function firstRunOf(band: u32): u32 {
  return band === listedBands ? listedRuns : load<u32>(listedBandsPointer + ((<usize>band) << 3), 4);
}

/** A row may have a few more runs than pixels, which are empty: one for each edge of the row. */
const EMPTY_RUNS: u32 = 4;

/** Whether another row fits the list, whatever its runs are. */
export function hasRoomForRow(): bool {
  return listedRuns + outputWidth + EMPTY_RUNS <= runCapacity;
}

/**
 * Lists a row that is held as runs of ids.
 *
 * @param labelsOfIds the label of each id
 * @param isRepeat whether the row equals the row that came last
 */
export function listRuns(runs: usize, runsEnd: usize, labelsOfIds: usize, width: u32, isRepeat: bool): void {
  if (isRepeat && listedBands > 0) {
    addRowToLastBand();
    return;
  }
  const first = listedRuns;
  if (!listsRuns && places === 0) {
    // Painting does not mind runs without pixels, or with the label of the run before.
    for (let run = runs, next = (<usize>first) << 2; run < runsEnd; run += 8, next += 4) {
      const label = load<i32>(labelsOfIds + ((<usize>load<u32>(run, 4)) << 2));
      store<u32>(runEndsPointer + next, min(load<u32>(run, 8), width));
      store<i32>(runLabelsPointer + next, label);
    }
    listedRuns += <u32>((runsEnd - runs) >> 3);
    check(listedRuns <= runCapacity);
    addBand(first);
    return;
  }
  for (let run = runs; run < runsEnd; run += 8) {
    const label = load<i32>(labelsOfIds + ((<usize>load<u32>(run, 4)) << 2));
    const end = min(load<u32>(run, 8), width);
    listRun(first, places === 0 ? end : load<u32>(places + ((<usize>end) << 2)), label);
  }
  endListedRow(first);
}

/** Lists a row that is held as labels. */
export function listLabels(labels: usize): void {
  const first = listedRuns;
  for (let column: u32 = 0; column < outputWidth; column++) {
    listRun(first, column + 1, load<i32>(labels + (pixelOf(column) << 2)));
  }
  endListedRow(first);
}

/** The pixel that a column of the output shows. */
export function pixelOf(column: u32): usize {
  return places === 0 ? column : load<u32>(columnsPointer + ((<usize>column) << 2));
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
    let isEqual = first - before === count;
    for (let run: u32 = 0; isEqual && run < count; run++) {
      const place = (<usize>before + run) << 2;
      const other = (<usize>first + run) << 2;
      isEqual =
        load<u32>(runEndsPointer + place) === load<u32>(runEndsPointer + other) &&
        load<i32>(runLabelsPointer + place) === load<i32>(runLabelsPointer + other);
    }
    if (isEqual) {
      listedRuns = first;
      addRowToLastBand();
      return;
    }
  }
  addBand(first);
}

function addBand(first: u32): void {
  const band = listedBandsPointer + ((<usize>listedBands) << 3);
  store<u32>(band, 1);
  store<u32>(band, first, 4);
  listedBands++;
}

function addRowToLastBand(): void {
  const band = listedBandsPointer + ((<usize>listedBands - 1) << 3);
  store<u32>(band, load<u32>(band) + 1);
}

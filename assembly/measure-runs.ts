/** The counts of rows that are held as runs of ids. Whatever depends on the label is looked up once per run. */
import { countedIds, firstCounted, measureColor, measureRun } from "./measure";
import { NO_ENTRY } from "./pixel";

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

/** Runs to the labels of a row, and to the counts. */
import { measureRun, measureUnknown } from "./measure";
import { colorOfWord, labelOfId, NO_ENTRY, wordOfId } from "./pixel";

/**
 * Writes the labels of `width` pixels at `labels`, and up to 60 bytes more: what is beyond a run is written again by
 * the next, and one loop of four stores that ends wherever it may costs less than the branches of an exact one.
 */
export function paintRuns<P>(runs: usize, runsEnd: usize, labels: usize, width: u32): void {
  let place = labels;
  for (let run = runs; run < runsEnd; run += 8) {
    const label = i32x4.splat(labelOfId<P>(load<u32>(run, 4)));
    const end = labels + ((<usize>min(load<u32>(run, 8), width)) << 2);
    while (place < end) {
      v128.store(place, label);
      v128.store(place, label, 16);
      v128.store(place, label, 32);
      v128.store(place, label, 48);
      place += 64;
    }
    place = end;
  }
}

/** Counts the runs of `rows` equal rows from `top` on. Returns 0, or -1 - sample where a palette index has no entry. */
export function measureRuns<P>(runs: usize, runsEnd: usize, width: u32, top: u32, rows: u32): i32 {
  for (let run = runs; run < runsEnd; run += 8) {
    const start = load<u32>(run);
    const end = min(load<u32>(run, 8), width);
    if (start === end) continue;
    const id = load<u32>(run, 4);
    const label = labelOfId<P>(id);
    if (label >= 0) {
      measureRun(label, start, end, top, rows);
    } else {
      if (label === NO_ENTRY) return -1 - id;
      measureUnknown(colorOfWord<P>(wordOfId<P>(id)), (end - start) * rows);
    }
  }
  return 0;
}

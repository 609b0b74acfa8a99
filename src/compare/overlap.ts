/**
 * Counts the pixels that each pair of segments of two maps has in common. The runs of both maps are walked side by
 * side, so the cost is the number of runs, not of pixels.
 *
 *   reference  |---- 0 ----|------ 1 ------|
 *   prediction |--- 0 ---|------- 2 -------|
 *   counted     (0,0)     (0,2) (1,2)           each times the rows that both bands share
 */
import type { SegmentRuns } from "./segments.js";

/** The pixels that two segments share. Segments are identified by their index; -1 is void. */
export interface Overlap {
  readonly reference: number;
  readonly prediction: number;
  readonly pixels: number;
}

/**
 * Up to this many pairs are counted in an array (8 MiB). Beyond that, only pairs that occur are counted, in a `Map`.
 */
const MAX_DENSE_PAIRS = 2 ** 20;

/** All pairs of segments that share a pixel, including void. The maps must have the same size. */
export function overlapsOf(reference: SegmentRuns, prediction: SegmentRuns): Overlap[] {
  // Void is -1, so each side has one value more than it has segments.
  const stride = prediction.segments.length + 1;
  const pairs = (reference.segments.length + 1) * stride;
  const overlaps: Overlap[] = [];
  const report = (pixels: number, pair: number) => {
    if (pixels === 0) return;
    overlaps.push({ reference: Math.floor(pair / stride) - 1, prediction: (pair % stride) - 1, pixels });
  };
  if (pairs <= MAX_DENSE_PAIRS) {
    const counts = new Float64Array(pairs);
    walk(reference, prediction, stride, (pair, pixels) => {
      counts[pair]! += pixels;
    });
    counts.forEach(report);
  } else {
    const counts = new Map<number, number>();
    walk(reference, prediction, stride, (pair, pixels) => {
      counts.set(pair, (counts.get(pair) ?? 0) + pixels);
    });
    counts.forEach(report);
  }
  return overlaps;
}

/** Calls `count` for each piece of a row, or of several equal rows, in which neither map changes. */
function walk(
  a: SegmentRuns,
  b: SegmentRuns,
  stride: number,
  count: (pair: number, pixels: number) => void,
): void {
  const { width, height } = a.runs;
  let bandA = 0;
  let bandB = 0;
  for (let top = 0; top < height; ) {
    const bottom = Math.min(a.runs.bandTops[bandA + 1]!, b.runs.bandTops[bandB + 1]!);
    const rows = bottom - top;
    let runA = a.runs.bandRuns[bandA]!;
    let runB = b.runs.bandRuns[bandB]!;
    for (let start = 0; start < width; ) {
      const endA = a.runs.runEnds[runA]!;
      const endB = b.runs.runEnds[runB]!;
      const end = Math.min(endA, endB);
      count((a.segmentOfRun[runA]! + 1) * stride + b.segmentOfRun[runB]! + 1, (end - start) * rows);
      if (end === endA) runA++;
      if (end === endB) runB++;
      start = end;
    }
    if (bottom === a.runs.bandTops[bandA + 1]) bandA++;
    if (bottom === b.runs.bandTops[bandB + 1]) bandB++;
    top = bottom;
  }
}

/** Counts the pixels that each pair of segments of two maps has in common. The runs of both maps are walked side by side. */
import { walkPairs } from "../maps/walk-pairs.js";
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

/** Calls `count` for each piece in which neither map changes. */
function walk(
  a: SegmentRuns,
  b: SegmentRuns,
  stride: number,
  count: (pair: number, pixels: number) => void,
): void {
  walkPairs(a.runs, b.runs, (runA, runB, left, right, top, bottom) => {
    const pair = (a.segmentOfRun[runA]! + 1) * stride + b.segmentOfRun[runB]! + 1;
    count(pair, (right - left) * (bottom - top));
  });
}

/**
 * Walks the runs of two maps side by side, so the cost is the number of runs, not of pixels.
 *
 *   a       |---- 0 ----|------ 1 ------|
 *   b       |--- 0 ---|------- 2 -------|
 *   pieces   (0,0)     (0,2) (1,2)           each with the rows that both bands share
 */
import type { LabelRuns } from "./label-runs.js";

/**
 * Calls `visit` for each piece of a row, or of several equal rows, in which neither map changes: from top to bottom, and
 * from left to right. The maps must have the same size.
 */
export function walkPairs(
  a: LabelRuns,
  b: LabelRuns,
  visit: (runA: number, runB: number, left: number, right: number, top: number, bottom: number) => void,
): void {
  const { width, height } = a;
  let bandA = 0;
  let bandB = 0;
  for (let top = 0; top < height; ) {
    const bottom = Math.min(a.bandTops[bandA + 1]!, b.bandTops[bandB + 1]!);
    let runA = a.bandRuns[bandA]!;
    let runB = b.bandRuns[bandB]!;
    for (let left = 0; left < width; ) {
      const endA = a.runEnds[runA]!;
      const endB = b.runEnds[runB]!;
      const right = Math.min(endA, endB);
      visit(runA, runB, left, right, top, bottom);
      if (right === endA) runA++;
      if (right === endB) runB++;
      left = right;
    }
    if (bottom === a.bandTops[bandA + 1]) bandA++;
    if (bottom === b.bandTops[bandB + 1]) bandB++;
    top = bottom;
  }
}

/**
 * Turns the runs of a map into column-major order: down the first column, then down the second from its top, and so on.
 * COCO's run-length codes count pixels in this order.
 *
 * In this order a run starts at each pixel whose value differs from the pixel before it. That is the pixel above, or,
 * at the top of a column, the last pixel of the column to the left. Inside a band no pixel differs from the one above.
 * So each pair of neighbouring bands is walked once to find the intervals of columns in which they differ, and a
 * counting sort by column puts these changes into order.
 */
import type { LabelRuns } from "../maps/label-runs.js";
import { rankValues } from "../maps/rank-values.js";

/**
 * Run `i` starts at pixel `starts[i]` and ends just before `starts[i + 1]`. Pixel (x, y) has number `x * height + y`.
 */
export interface ColumnRuns {
  /** One element more than there are runs. The last is `width * height`, which must be below 2^32. */
  readonly starts: Uint32Array;
  /** Each run's value, as its index in `distinct`. Neighbours differ. */
  readonly ranks: Uint32Array;
  /** The values that occur, ascending. */
  readonly distinct: Int32Array;
}

export function columnRuns(runs: LabelRuns): ColumnRuns {
  const { width, height } = runs;
  const { length, lefts, rights, rows, values } = findChanges(runs);
  // The intervals are fewer than the runs that they become, so ranking is cheapest here.
  const { distinct, ranks } = rankValues(values.subarray(0, length));

  // Mark +1 where an interval begins and -1 just behind it. The running sum is the number of changes in each column,
  // and the running sum of those is where each column's changes go.
  const next = new Int32Array(width + 1);
  for (let i = 0; i < length; i++) {
    next[lefts[i]!]!++;
    next[rights[i]!]!--;
  }
  let total = 0;
  for (let x = 0, inColumn = 0; x < width; x++) {
    inColumn += next[x]!;
    next[x] = total;
    total += inColumn;
  }

  const starts = new Uint32Array(total + 1);
  const sorted = new Uint32Array(total);
  for (let i = 0; i < length; i++) {
    const rank = ranks[i]!;
    const right = rights[i]!;
    let x = lefts[i]!;
    for (let pixel = x * height + rows[i]!; x < right; x++, pixel += height) {
      const place = next[x]!++;
      starts[place] = pixel;
      sorted[place] = rank;
    }
  }
  starts[total] = width * height;
  return { starts, ranks: sorted, distinct };
}

/** Intervals of columns, from `lefts` to just before `rights`, in which the pixels of a row change to a new value. */
interface Changes {
  length: number;
  readonly lefts: Uint32Array;
  readonly rights: Uint32Array;
  readonly rows: Uint32Array;
  readonly values: Int32Array;
}

/** Finds all changes: first at the tops of the columns, then row by row, so that they ascend in each column. */
function findChanges(runs: LabelRuns): Changes {
  const { bandTops, bandRuns, runEnds, values } = runs;
  // Two bands of m and n runs have at most m + n - 1 intervals between them, and each band has two neighbours.
  const capacity = 2 * runEnds.length;
  const changes = {
    length: 1,
    lefts: new Uint32Array(capacity),
    rights: new Uint32Array(capacity),
    rows: new Uint32Array(capacity),
    values: new Int32Array(capacity),
  };
  // No pixel comes before the first one, so it always starts a run.
  changes.rights[0] = 1;
  changes.values[0] = values[0]!;
  const bands = bandTops.length - 1;
  compareBands(runs, bandRuns[bands - 1]!, 0, 0, 1, changes);
  for (let band = 1; band < bands; band++) {
    compareBands(runs, bandRuns[band - 1]!, bandRuns[band]!, bandTops[band]!, 0, changes);
  }
  return changes;
}

/**
 * Appends the intervals in which two bands differ. Their runs begin at `above` and `below`; the band above is shifted
 * to the right by `shift` columns, 0 or 1. With a shift, an interval is empty if the band below begins with a run of
 * one pixel.
 */
function compareBands(
  { width, runEnds, values }: LabelRuns,
  above: number,
  below: number,
  row: number,
  shift: number,
  changes: Changes,
): void {
  const { lefts, rights, rows, values: changed } = changes;
  let { length } = changes;
  let x = shift;
  while (x < width) {
    const aboveEnd = runEnds[above]! + shift;
    const belowEnd = runEnds[below]!;
    const end = Math.min(aboveEnd, belowEnd);
    const value = values[below]!;
    if (values[above] !== value) {
      lefts[length] = x;
      rights[length] = end;
      rows[length] = row;
      changed[length++] = value;
    }
    if (aboveEnd === end) above++;
    if (belowEnd === end) below++;
    x = end;
  }
  changes.length = length;
}

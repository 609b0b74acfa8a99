/**
 * The runs of a map in column-major order: down the first column, on at the top of the second, and so on, as COCO's
 * run-length codes count pixels.
 *
 * A run of that order starts at each pixel whose value is not that of the pixel above it; at the top of a column the
 * pixel before is the last of the column to the left. Inside a band no pixel differs from the one above, so each pair
 * of neighbouring bands is walked once for the intervals of columns in which they differ, and a counting sort by column
 * puts what was found into order.
 */
import type { LabelRuns } from "../maps/label-runs.js";
import { rankValues } from "../maps/rank-values.js";

/** Run `i` goes from pixel `starts[i]` to before `starts[i + 1]`; pixel (x, y) is number `x * height + y`. */
export interface ColumnRuns {
  /** One more than there are runs; the last is `width * height`, which must be below 2^32. */
  readonly starts: Uint32Array;
  /** Each run's value, as its place in `distinct`. Neighbours differ. */
  readonly ranks: Uint32Array;
  /** The values that occur, ascending. */
  readonly distinct: Int32Array;
}

export function columnRuns(runs: LabelRuns): ColumnRuns {
  const { width, height } = runs;
  const { length, lefts, rights, rows, values } = findChanges(runs);
  // There are fewer intervals than runs, so that here ranks are had for the least.
  const { distinct, ranks } = rankValues(values.subarray(0, length));

  // +1 where an interval begins and -1 behind it sum up to the changes in each column, and those to where they go.
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

/** An interval of columns, from `lefts` to before `rights`, in which the pixels of a row begin to have a value. */
interface Changes {
  length: number;
  readonly lefts: Uint32Array;
  readonly rights: Uint32Array;
  readonly rows: Uint32Array;
  readonly values: Int32Array;
}

/** All changes, the tops of the columns first and then row by row, so that they ascend in each column. */
function findChanges(runs: LabelRuns): Changes {
  const { bandTops, bandRuns, runEnds, values } = runs;
  // Two bands of m and n runs have at most m + n - 1 intervals between them; each band has two neighbours.
  const capacity = 2 * runEnds.length;
  const changes = {
    length: 1,
    lefts: new Uint32Array(capacity),
    rights: new Uint32Array(capacity),
    rows: new Uint32Array(capacity),
    values: new Int32Array(capacity),
  };
  // The first pixel has none before it.
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
 * Appends where the band whose runs begin at `below` differs from that of `above`, which is shifted to the right by
 * `shift` columns, 0 or 1. An interval may be empty: where a first run of one pixel is shifted past.
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

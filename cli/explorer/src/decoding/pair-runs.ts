/** Lays the runs of two masks of one size over each other: a new map, with a value for each pair of labels. */
import { LabelRuns } from "labelmap";

/** Pixels that have one label in one mask and one in the other: columns `left` to before `right`, and the same for rows. */
export interface Stretch {
  readonly left: number;
  readonly right: number;
  readonly top: number;
  readonly bottom: number;
}

/** @param valueOfPair the value of a pair of labels, -1 for unlabelled; it is called for stretches from top to bottom */
export function pairRuns(
  a: LabelRuns,
  b: LabelRuns,
  valueOfPair: (labelA: number, labelB: number, stretch: Stretch) => number,
): LabelRuns {
  const bands = [...pairedBands(a, b)];
  const most = bands.reduce(
    (sum, { runsA, runsB }) => sum + runsA.end - runsA.start + runsB.end - runsB.start,
    0,
  );
  const runEnds = new Uint32Array(most);
  const values = new Int32Array(most);
  const bandRuns = new Uint32Array(bands.length + 1);
  let count = 0;
  for (const [band, { top, bottom, runsA, runsB }] of bands.entries()) {
    const first = count;
    let [runA, runB] = [runsA.start, runsB.start];
    for (let left = 0; left < a.width; ) {
      const [endA, endB] = [a.runEnds[runA]!, b.runEnds[runB]!];
      const right = Math.min(endA, endB);
      const value = valueOfPair(a.values[runA]!, b.values[runB]!, { left, right, top, bottom });
      // Neighbours may be different pairs with the same value.
      if (count === first || values[count - 1] !== value) values[count++] = value;
      runEnds[count - 1] = right;
      if (endA === right) runA++;
      if (endB === right) runB++;
      left = right;
    }
    bandRuns[band + 1] = count;
  }
  return new LabelRuns({
    width: a.width,
    height: a.height,
    bandTops: Uint32Array.from([...bands.map(({ top }) => top), a.height]),
    bandRuns,
    runEnds: runEnds.subarray(0, count),
    values: values.subarray(0, count),
  });
}

interface Range {
  readonly start: number;
  readonly end: number;
}

interface PairedBand extends Pick<Stretch, "top" | "bottom"> {
  readonly runsA: Range;
  readonly runsB: Range;
}

/** Rows in which both masks are the same as in the row above. */
function* pairedBands(a: LabelRuns, b: LabelRuns): Generator<PairedBand> {
  let [bandA, bandB] = [0, 0];
  for (let top = 0; top < a.height; ) {
    const [endA, endB] = [a.bandTops[bandA + 1]!, b.bandTops[bandB + 1]!];
    const bottom = Math.min(endA, endB);
    yield { top, bottom, runsA: runsOf(a, bandA), runsB: runsOf(b, bandB) };
    if (endA === bottom) bandA++;
    if (endB === bottom) bandB++;
    top = bottom;
  }
}

function runsOf({ bandRuns }: LabelRuns, band: number): Range {
  return { start: bandRuns[band]!, end: bandRuns[band + 1]! };
}

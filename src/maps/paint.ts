/** Writes runs as pixels. */
import type { LabelArray } from "./dense-map.js";
import type { LabelRuns } from "./label-runs.js";

/** Runs of at least this many pixels are written with `fill`. For shorter ones the call costs more than it saves. */
const LONG_RUN = 24;

/**
 * Writes `values[label + 1]` for each label, H×W, row-major.
 *
 * @param into `width * height` elements, of a type that can hold the values.
 */
export function paint(runs: LabelRuns, values: Int32Array, into: LabelArray): void {
  const { width, bandTops, bandRuns, runEnds, values: labels } = runs;
  for (let band = 0; band + 1 < bandTops.length; band++) {
    const top = bandTops[band]! * width;
    const bottom = bandTops[band + 1]! * width;
    let start = top;
    for (let run = bandRuns[band]!; run < bandRuns[band + 1]!; run++) {
      const end = top + runEnds[run]!;
      const value = values[labels[run]! + 1]!;
      if (end - start >= LONG_RUN) into.fill(value, start, end);
      else for (let place = start; place < end; place++) into[place] = value;
      start = end;
    }
    for (let row = top + width; row < bottom; row += width) into.copyWithin(row, top, top + width);
  }
}

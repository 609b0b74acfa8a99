/**
 * What is measured of each value of a map: area, box and centroid. A run adds to all three at once, and a band does so
 * for all its rows.
 */
import { checkOptions } from "../checks/arguments.js";
import type { RunsInput } from "../maps/label-runs.js";
import { rankValues } from "../maps/rank-values.js";
import { runsOf } from "../maps/runs-of.js";

/** The pixels of one value. */
export interface ObjectMeasures {
  readonly value: number;
  /** How many pixels. */
  readonly area: number;
  /** `[x, y, width, height]` in pixels, from the top left corner of the map. */
  readonly bbox: readonly [x: number, y: number, width: number, height: number];
  /**
   * The mean `[x, y]` of the pixels, where the top left pixel is (0, 0): that of scikit-image's `regionprops` (which
   * says row, then column) and of OpenCV's `connectedComponentsWithStats`. Add 0.5 to each where pixels are squares
   * from their `x` to `x + 1`, as in `bbox` and `outlines`.
   */
  readonly centroid: readonly [x: number, y: number];
}

export interface MeasureOptions {
  /** Whether -1, the pixels without a label, is a value like any other. Default false: it is left out. */
  readonly unlabelled?: boolean;
}

/**
 * Area, box and centroid of each value that occurs, ascending by value. Sums are exact in maps up to 2^26 pixels wide
 * and high and of 2^28 pixels.
 *
 * @throws {DecodeError} OPTION_INVALID.
 */
export function measureObjects(map: RunsInput, options: MeasureOptions = {}): ObjectMeasures[] {
  checkOptions(options, "unlabelled");
  const { width, height, bandTops, bandRuns, runEnds, values } = runsOf(map);
  const { distinct, ranks } = rankValues(values);
  const areas = new Float64Array(distinct.length);
  const sumsX = new Float64Array(distinct.length);
  const sumsY = new Float64Array(distinct.length);
  const lefts = new Uint32Array(distinct.length).fill(width);
  const rights = new Uint32Array(distinct.length);
  const tops = new Uint32Array(distinct.length).fill(height);
  const bottoms = new Uint32Array(distinct.length);
  for (let band = 0; band + 1 < bandTops.length; band++) {
    const top = bandTops[band]!;
    const bottom = bandTops[band + 1]!;
    const rows = bottom - top;
    const meanY = (top + bottom - 1) / 2;
    let start = 0;
    for (let run = bandRuns[band]!; run < bandRuns[band + 1]!; run++) {
      const end = runEnds[run]!;
      const rank = ranks[run]!;
      const area = (end - start) * rows;
      areas[rank]! += area;
      sumsX[rank]! += ((start + end - 1) / 2) * area;
      sumsY[rank]! += meanY * area;
      if (start < lefts[rank]!) lefts[rank] = start;
      if (end > rights[rank]!) rights[rank] = end;
      if (top < tops[rank]!) tops[rank] = top;
      bottoms[rank] = bottom;
      start = end;
    }
  }
  const objects: ObjectMeasures[] = [];
  distinct.forEach((value, rank) => {
    if (value === -1 && options.unlabelled !== true) return;
    const [x, y, area] = [lefts[rank]!, tops[rank]!, areas[rank]!];
    objects.push({
      value,
      area,
      bbox: [x, y, rights[rank]! - x, bottoms[rank]! - y],
      centroid: [sumsX[rank]! / area, sumsY[rank]! / area],
    });
  });
  return objects;
}

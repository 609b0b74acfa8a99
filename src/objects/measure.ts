/**
 * Measures each value of a map: area, box and centroid. Each run adds to all three at once, for all rows of its band,
 * so the cost is the number of runs.
 */
import { checkOptions } from "../checks/arguments.js";
import type { RunsInput } from "../maps/label-runs.js";
import { rankValues } from "../maps/rank-values.js";
import { runsOf } from "../maps/runs-of.js";

/** Measures of the pixels that have one value. */
export interface ObjectMeasures {
  readonly value: number;
  /** The number of pixels. */
  readonly area: number;
  /** `[x, y, width, height]` in pixels, from the top left corner of the map. */
  readonly bbox: readonly [x: number, y: number, width: number, height: number];
  /**
   * The mean `[x, y]` of the pixels, with the top left pixel at (0, 0). scikit-image's `regionprops` (which gives row,
   * then column) and OpenCV's `connectedComponentsWithStats` use the same convention. Add 0.5 to both if you treat
   * pixels as squares from `x` to `x + 1`, as `bbox` and `outlines` do.
   */
  readonly centroid: readonly [x: number, y: number];
}

export interface MeasureOptions {
  /** Whether to measure -1, the pixels without a label, like any other value. Default false. */
  readonly unlabelled?: boolean;
}

/**
 * Area, box and centroid of each value that occurs, ascending by value. Sums are exact in maps of up to 2^28 pixels
 * that are at most 2^26 pixels wide and high.
 *
 * @param map runs (the cheapest), or H×W pixels, row-major, as an Int32Array, Uint8Array or Uint16Array.
 * @throws {DecodeError} OPTION_INVALID: not a map, or an invalid option; OUT_OF_MEMORY.
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

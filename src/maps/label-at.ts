/** The label of one pixel, for every form that a map with labels has: pixels, runs, and copies from another thread. */

import { isObject } from "../checks/describe.js";
import { invalid } from "../checks/invalid.js";
import { contentOf } from "./content.js";
import { checkDenseMap, checkPixel, type DenseMap } from "./dense-map.js";
import type { Label } from "./label.js";
import type { LabelRuns } from "./label-runs.js";
import { runsOf } from "./runs-of.js";

/**
 * The label of the pixel (x, y); `null` if the pixel is unlabelled. It does what `LabelMap.labelAt` does, and also takes
 * maps that have no methods: what `decodeMask` returns for a target, and a map that another thread sent.
 *
 * In runs, a binary search finds the band, and another one the run. Runs of another thread are checked at each call, in a
 * time that grows with their number.
 *
 * @param map a `LabelMap`, or what `decodeMask` returns for the target `"label"`, of any dtype, or `"runs"`.
 * @param x the column, an integer from 0 to `width - 1`. For the position of a pointer, use `Math.floor`.
 * @param y the row, an integer from 0 to `height - 1`.
 * @throws {ValueRangeError} VALUE_OUT_OF_RANGE: there is no such pixel.
 * @throws {DecodeError} OPTION_INVALID: the map does not hold the indices of its labels.
 */
export function labelAt(
  map: (DenseMap | LabelRuns) & { readonly labels: readonly Label[] },
  x: number,
  y: number,
): Label | null {
  const labels: unknown = isObject(map) ? map.labels : undefined;
  if (!Array.isArray(labels) || contentOf(map) !== "label") {
    throw invalid(
      'The map does not hold the indices of its labels; give what decodeMask returns without `target`, or for the target "label" or "runs".',
    );
  }
  const value = "runEnds" in map ? valueInRuns(runsOf(map), x, y) : valueInPixels(map, x, y);
  return (labels as readonly Label[])[value] ?? null;
}

function valueInPixels(map: DenseMap, x: number, y: number): number {
  checkDenseMap(map);
  checkPixel(map, x, y);
  const { width, data } = map;
  const value = data[y * width + x]!;
  // In unsigned arrays the type's largest value stands for -1, even if there is a label of that index, which then has no
  // pixels. No int32 is as large.
  return value === 2 ** (8 * data.BYTES_PER_ELEMENT) - 1 ? -1 : value;
}

function valueInRuns(runs: LabelRuns, x: number, y: number): number {
  checkPixel(runs, x, y);
  const { bandTops, bandRuns, runEnds, values } = runs;
  const band = firstAbove(bandTops, y, 0, bandTops.length) - 1;
  return values[firstAbove(runEnds, x, bandRuns[band]!, bandRuns[band + 1]!)]!;
}

/** The index of the first number above `limit` in `numbers[low … high - 1]`, which ascend; `high` if there is none. */
function firstAbove(numbers: Uint32Array, limit: number, low: number, high: number): number {
  while (low < high) {
    const middle = (low + high) >>> 1;
    if (numbers[middle]! > limit) high = middle;
    else low = middle + 1;
  }
  return low;
}

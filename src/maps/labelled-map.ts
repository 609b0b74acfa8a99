/** What a function accepts that needs the labels of a map: pixels or runs whose values are indices of labels. */

import { isObject } from "../checks/describe.js";
import { invalid } from "../checks/invalid.js";
import { checkDenseMap, type DenseMap } from "./dense-map.js";
import type { Label } from "./label.js";
import type { LabelRuns } from "./label-runs.js";
import { runsOf } from "./runs-of.js";

/** A `LabelMap`, or what `decodeMask` returns for the target `"label"` (as int32) or `"runs"`. */
export type LabelledMap = (DenseMap<Int32Array> | LabelRuns) & { readonly labels: readonly Label[] };

/** A labelled map with its pixels. */
export interface LabelledPixels extends DenseMap<Int32Array> {
  readonly labels: readonly Label[];
}

/**
 * The map with its pixels. Runs are written to a new array.
 *
 * Other results of a decode have labels too, but their numbers may be class ids, or objects.
 * @throws {DecodeError} OPTION_INVALID: the map does not hold the indices of its labels; OUT_OF_MEMORY.
 */
export function labelledPixels(map: unknown): LabelledPixels {
  if (isObject(map) && "runEnds" in map) {
    const { labels } = map;
    if (!Array.isArray(labels)) {
      const remedy = 'give what decodeMask returns, without a target or for the target "runs"';
      throw invalid(`the label map consists of runs without labels; ${remedy}.`);
    }
    return { ...runsOf(map as unknown as LabelRuns).toDense(), labels };
  }
  checkDenseMap(map, "the label map");
  const { labels, data, map: view = "label" } = map as Partial<LabelledPixels> & { readonly map?: unknown };
  const isInt32 = Object.prototype.toString.call(data) === "[object Int32Array]";
  if (Array.isArray(labels) && isInt32 && view === "label") return map as LabelledPixels;
  const problem =
    "the label map must have labels, and data must hold the index of each pixel's label as int32";
  throw invalid(`${problem}; give what decodeMask returns without \`target\`, or what a reader returns.`);
}

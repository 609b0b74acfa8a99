/** Pixels that have lost their labels, in a crop or in an array of your own, to a label map again. */

import { isObject, kindOf } from "../checks/describe.js";
import { invalid } from "../checks/invalid.js";
import { withMemoryFor } from "../checks/memory.js";
import type { Issue } from "../errors.js";
import { checkDenseMap, type DenseMap } from "./dense-map.js";
import type { Label, Snapped } from "./label.js";
import type { LabelMap } from "./label-map.js";
import { LabelRuns } from "./label-runs.js";
import { measureLabels } from "./make-label-map.js";
import { runsOf } from "./runs-of.js";

/**
 * A label map of pixels that hold indices of labels. Its counts and boxes are measured, so they fit the pixels. Use it for
 * what `labelmap/geometry` made from a label map: `withLabels(crop(map, box), map)`.
 *
 * @param pixels the index of each pixel's label, H×W, row-major, or as runs. Pixels without a label are -1; in unsigned
 *   arrays they are the type's largest value, as in maps decoded for the target `"label"`. An Int32Array is kept, not
 *   copied.
 * @param source what has the labels: a label map, or what `decodeMask` returns for a target. Its issues are kept.
 * @throws {DecodeError} OPTION_INVALID: not a map, no labels, or a pixel that is not the index of a label; OUT_OF_MEMORY.
 */
export function withLabels(
  pixels: DenseMap | LabelRuns,
  source: {
    readonly labels: readonly Label[];
    readonly issues?: readonly Issue[];
    readonly snapped?: Snapped;
  },
): LabelMap {
  if (!isObject(source) || !Array.isArray(source.labels)) {
    throw invalid(`The source of the labels is ${kindOf(source)}; give a map that has labels.`);
  }
  const { labels, issues = [], snapped } = source;
  const map = toIndices(pixels);
  for (let index = 0; index < map.data.length; index++) {
    const label = map.data[index]!;
    if (label >= -1 && label < labels.length) continue;
    const pixel = `The pixel (${index % map.width}, ${Math.floor(index / map.width)})`;
    throw invalid(`${pixel} is ${label}, but there are only ${labels.length} labels.`);
  }
  return measureLabels(map, labels, snapped === undefined ? { issues } : { issues, snapped });
}

/** The pixels as int32, with -1 for those without a label. */
function toIndices(pixels: DenseMap | LabelRuns): DenseMap<Int32Array> {
  if (pixels instanceof LabelRuns || (isObject(pixels) && "runEnds" in pixels))
    return runsOf(pixels).toDense();
  checkDenseMap(pixels);
  const { width, height, data } = pixels;
  const { BYTES_PER_ELEMENT: bytes } = data;
  if (bytes === 4) return { width, height, data: data as Int32Array };
  const unlabelled = 2 ** (8 * bytes) - 1;
  const indices = withMemoryFor(`${data.length} pixels`, () => Int32Array.from(data));
  for (let index = 0; index < indices.length; index++) {
    if (indices[index] === unlabelled) indices[index] = -1;
  }
  return { width, height, data: indices };
}

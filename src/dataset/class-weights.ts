/** Turns the pixels per class into weights for a loss, so that rare classes count as much as frequent ones. */
import { isCount } from "../checks/arguments.js";
import { isObject, kindOf } from "../checks/describe.js";
import { invalid } from "../checks/invalid.js";
import { ValueRangeError } from "../errors.js";
import type { ClassCount } from "./report-data.js";

export interface ClassWeightOptions {
  /**
   * `inverse`: `total / (n * pixels)`. `total` is the number of pixels of all classes; `n` is the number of classes
   * that have pixels. This is scikit-learn's `compute_class_weight("balanced")`. The mean weight of a pixel is 1.
   *
   * `median`: `median(frequency) / frequency`. A class's frequency is its pixels divided by all pixels of the images
   * that contain it. This is the weighting of Eigen and Fergus (ICCV 2015), as SegNet uses it. The median class has
   * weight 1. For an even number of classes, the median is the mean of the middle two.
   */
  readonly method: "inverse" | "median";
}

/** The array must be long enough for the largest id, so a larger id is taken for a mistake. */
const MAX_ID = 65_535;

/**
 * The weight of each class for a loss.
 *
 * @param counts `classCounts` of a report that was made with a `ClassList`, or your own counts. `inverse` reads only
 *   `id` and `pixels`; `median` also reads `imagePixels`. Pixels that are not in the counts, such as void, do not
 *   affect the sums.
 * @returns float32 weights, `weights[class id]`, up to the largest id. The weight is 0 for classes without pixels, and
 *   for ids that are not a class.
 * @throws {DecodeError} OPTION_INVALID: no counts (the report was made without `classes`), counts that are not integers
 *   of at least 0, a repeated id, or another method.
 * @throws {ValueRangeError} VALUE_OUT_OF_RANGE: an id is above 65,535.
 */
export function classWeights(
  counts: readonly (Pick<ClassCount, "id" | "pixels"> & Partial<Pick<ClassCount, "imagePixels">>)[] | null,
  options: ClassWeightOptions,
): Float32Array<ArrayBuffer> {
  if (!Array.isArray(counts)) {
    throw invalid(
      `The counts are ${kindOf(counts)}; make the report with \`classes\` and give its classCounts.`,
    );
  }
  const { method } = isObject(options) ? options : ({} as Partial<ClassWeightOptions>);
  if (method !== "inverse" && method !== "median") throw invalid('method must be "inverse" or "median".');
  const ids = new Set<number>();
  for (const count of counts as unknown[]) {
    if (!isObject(count)) throw invalid(`A count is ${kindOf(count)}; give { id, pixels, imagePixels }.`);
    const { id, pixels, imagePixels } = count;
    const isCounted =
      isCount(pixels) && (method === "inverse" || (isCount(imagePixels) && imagePixels >= pixels));
    if (!isCount(id) || !isCounted || ids.has(id)) {
      throw invalid(
        `The counts of the class ${id} are invalid. Give each id once, pixels and imagePixels as integers of at least 0, ` +
          "and imagePixels no less than pixels.",
      );
    }
    if (id > MAX_ID) {
      throw new ValueRangeError(
        "VALUE_OUT_OF_RANGE",
        `The class id ${id} is above ${MAX_ID}; use smaller class ids.`,
      );
    }
    ids.add(id);
  }
  const weights = new Float32Array(Math.max(-1, ...ids) + 1);
  const seen = counts.filter(({ pixels }) => pixels > 0);
  const frequencies = seen.map(({ pixels, imagePixels }) =>
    method === "inverse" ? pixels * seen.length : pixels / imagePixels!,
  );
  const balance =
    method === "inverse" ? seen.reduce((sum, { pixels }) => sum + pixels, 0) : median(frequencies);
  seen.forEach(({ id }, place) => {
    weights[id] = balance / frequencies[place]!;
  });
  return weights;
}

function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  const middle = sorted.length / 2;
  return (sorted[Math.ceil(middle) - 1]! + sorted[Math.floor(middle)]!) / 2;
}

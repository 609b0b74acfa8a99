/** Pixels per class to the weights of a loss, so that rare classes count as much as frequent ones. */
import { invalid, isCount } from "../checks/arguments.js";
import { isObject, kindOf } from "../checks/describe.js";
import { ValueRangeError } from "../errors.js";
import type { ClassCount } from "./report-data.js";

export interface ClassWeightOptions {
  /**
   * `inverse`: `total / (n * pixels)`, where `total` is the pixels of all classes and `n` how many classes have a
   * pixel: scikit-learn's `compute_class_weight("balanced")`. The mean weight of a pixel is 1.
   *
   * `median`: `median(frequency) / frequency`, where a class's frequency is its pixels divided by all pixels of the
   * images that it is in: Eigen and Fergus (ICCV 2015), as SegNet uses it. The median class has weight 1; of an even
   * number of classes the median is the mean of the middle two.
   */
  readonly method: "inverse" | "median";
}

/** The array is as long as the largest id needs: a loss's weights are few. */
const MAX_ID = 65_535;

/**
 * The weight of each class for a loss.
 *
 * @param counts `classCounts` of a report that was made with a `ClassList`; or your own, of which `inverse` reads
 *   `id` and `pixels` only, and `median` also `imagePixels`. What is not among them, such as void, has no part in the
 *   sums.
 * @returns `weights[class id]`, up to the largest id; 0 for a class without a pixel and for ids that are no class.
 * @throws {DecodeError} OPTION_INVALID: no counts (the report was made without `classes`), counts that are no numbers
 *   of 0 or more, an id twice, or another method.
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
        `The counts of the class ${id} are not right: each id is there once, pixels and imagePixels are integers, and ` +
          "the images that a class is in have no fewer pixels than the class.",
      );
    }
    if (id > MAX_ID) {
      throw new ValueRangeError(
        "VALUE_OUT_OF_RANGE",
        `The class id ${id} is above ${MAX_ID}; use smaller ids.`,
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

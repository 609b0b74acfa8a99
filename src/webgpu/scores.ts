/** Counts of pixels to scores, by the definitions of `labelmap/compare`. */

import { Confusion, meanScoresOf, pixelScoresOf } from "../compare/confusion.js";
import { ClassError } from "../errors.js";
import type { CheckedMeasure } from "./measure-options.js";
import type { Measurement } from "./measurement.js";

/**
 * @param counts (C + 1) × (C + 2) numbers: a row for each reference class, then for void; a column for each predicted class, then
 *   for void, then for unknown ids. Then an unknown id plus 1; 0 if there is none.
 * @throws {ClassError} CLASS_UNKNOWN: the prediction has an id that the list lacks.
 */
export function measurementOf(
  counts: Uint32Array,
  { classes: { classes }, element, missing, previous }: CheckedMeasure,
): Measurement {
  const count = classes.length;
  const columns = count + 2;
  const confusion = new Confusion(count);
  let hasUnknown = false;
  for (let reference = 0; reference <= count; reference++) {
    const row = counts.subarray(reference * columns, (reference + 1) * columns);
    hasUnknown ||= row[count + 1]! > 0;
    if (reference === count) continue;
    row.forEach((pixels, predicted) => {
      confusion.add(reference, predicted < count ? predicted : undefined, pixels);
    });
  }
  if (missing === "error" && hasUnknown) {
    const id = (counts[(count + 1) * columns]! - 1) | 0;
    // An id of 64 bits counts as -1 if it does not fit 32 bits without a sign.
    const shown = element.bytes < 8 ? id : id === -1 ? "(beyond 32 bits)" : id >>> 0;
    throw unknownClass("The prediction", shown);
  }
  previous?.confusion.forEach((pixels, place) => {
    confusion.matrix[place]! += pixels;
  });
  previous?.unpredicted.forEach((pixels, place) => {
    confusion.unpredicted[place]! += pixels;
  });
  const all = confusion.counts();
  return {
    ...meanScoresOf(all),
    classes: all.map((each, index) => ({
      id: classes[index]!.id,
      name: classes[index]!.name,
      ...pixelScoresOf(each),
    })),
    confusion: confusion.matrix,
    unpredicted: confusion.unpredicted,
  };
}

export function unknownClass(what: string, id: number | string): ClassError {
  const message = `${what} has the class id ${id}, which the class list lacks. Add it, or pass missing: "void".`;
  return new ClassError("CLASS_UNKNOWN", message);
}

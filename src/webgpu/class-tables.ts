/** The tables of a measurement: the class of each rank of the reference, and of each id that a model may predict. */

import { invalid } from "../checks/invalid.js";
import type { CheckedMeasure } from "./measure-options.js";
import { unknownClass } from "./scores.js";
import type { Source } from "./source.js";
import { checkHoldsClassIds, valuesOf } from "./value-table.js";

/** The class id of most pixels is small. A table for larger ones would take megabytes. */
const MOST_IDS = 2 ** 20;

/**
 * For each rank the index of its class, or the number of classes for void.
 *
 * @throws {DecodeError} OPTION_INVALID: the map says that its values are not class ids.
 * @throws {ClassError} CLASS_UNKNOWN: a class or id that has pixels is not in the list.
 */
export function referenceTable(
  source: Source,
  { classes, missing }: CheckedMeasure,
): Uint32Array<ArrayBuffer> {
  checkHoldsClassIds(source);
  const view = source.labels === undefined ? {} : ({ map: "semantic", classes, missing } as const);
  const indexOf = new Map(classes.classes.map(({ id }, index) => [id, index]));
  return Uint32Array.from(valuesOf(source, view, "int32"), (id) => {
    const index = indexOf.get(id);
    const isVoid = source.labels !== undefined || id === classes.voidId || id === classes.ignoreId;
    if (index === undefined && !isVoid && missing === "error") throw unknownClass("The reference", id);
    return index ?? classes.classes.length;
  });
}

/** For each id the index of its class, the number of classes for void, or one more for an id that the list lacks. */
export function predictionTable({
  classes: { classes, voidId, ignoreId },
}: CheckedMeasure): Uint32Array<ArrayBuffer> {
  const most = Math.max(voidId, ignoreId, ...classes.map(({ id }) => id));
  if (most >= MOST_IDS)
    throw invalid(`The class list has the id ${most}; measure takes ids below ${MOST_IDS}.`);
  const table = new Uint32Array(most + 1).fill(classes.length + 1);
  for (const id of [voidId, ignoreId]) table[id] = classes.length;
  classes.forEach(({ id }, index) => {
    table[id] = index;
  });
  return table;
}

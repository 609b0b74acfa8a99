/** Other classes for the labels of a map: rename classes, merge several into one, or leave some out. */

import { isObject, kindOf, quote } from "../checks/describe.js";
import { invalid } from "../checks/invalid.js";
import { withMemoryFor } from "../checks/memory.js";
import type { Issue } from "../errors.js";
import { FreeNumbers } from "./free-numbers.js";
import type { Label } from "./label.js";
import type { LabelMap } from "./label-map.js";
import { type LabelledMap, labelledPixels } from "./labelled-map.js";
import { measureLabels, type Uncounted } from "./make-label-map.js";

/** What a label becomes. What is missing stays as it is. */
export interface LabelChange {
  readonly className?: string;
  readonly classId?: number | string | null;
  readonly isThing?: boolean;
  readonly supercategory?: string | null;
}

/**
 * A map with other classes. The given map stays as it is.
 *
 * Stuff of classes that become one class becomes one label, and so do crowds. Objects stay apart. If some of the labels that
 * become one are things and some are not, the label is a thing, and the map has the issue `kinds-merged`. If two objects of a class
 * would have the same `instanceNumber`, the later one gets the next free number. `instanceId` stays. Labels get new
 * numbers, and their names follow their classes: `truck # 1` may become `vehicle # 2`.
 *
 * ```js
 * const vehicles = relabel(map, ({ className }) => (className === "car" ? { className: "vehicle" } : {}));
 * const withoutSky = relabel(map, ({ className }) => (className === "sky" ? null : {}));
 * ```
 *
 * @param map H×W, row-major. Pixels without a label stay unlabelled.
 * @param change is called once for each label, in their order. `null`: its pixels become unlabelled.
 * @throws {DecodeError} OPTION_INVALID: not a labelled map, or `change` returns something else; OUT_OF_MEMORY.
 */
export function relabel(
  map: LabelledMap & { readonly issues?: readonly Issue[] },
  change: (label: Label) => LabelChange | null,
): LabelMap {
  const { width, height, data, labels } = labelledPixels(map);
  if (typeof change !== "function")
    throw invalid(`change is ${kindOf(change)}; give a function from a label.`);
  const changed: Uncounted[] = [];
  /** The new index of each label, and -1 after them, for pixels without a label. */
  const indices = new Int32Array(labels.length + 1).fill(-1);
  const areaOf = new Map<string, number>();
  const numbers = new Map<string, FreeNumbers>();
  /** The classes of which things and stuff became one label. */
  const mixed = new Set<string>();
  labels.forEach((label, index) => {
    const made = check(change(label), label);
    if (made === null) return;
    const { className = label.className } = made;
    const isObjects = label.instanceId > 0;
    // Stuff and crowds of a class are one label each.
    const key = `${label.isCrowd} ${className}`;
    const known = isObjects ? undefined : areaOf.get(key);
    if (known !== undefined) {
      indices[index] = known;
      const joined = changed[known]!;
      const { isThing = label.isThing } = made;
      if (isThing === joined.isThing) return;
      // Whatever the order of the labels, what is countable in one of them stays countable.
      changed[known] = { ...joined, isThing: true };
      mixed.add(className);
      return;
    }
    indices[index] = changed.length;
    if (!isObjects) areaOf.set(key, changed.length);
    const ofClass = numbers.get(className) ?? new FreeNumbers();
    numbers.set(className, ofClass);
    const number = isObjects ? ofClass.take(label.instanceNumber) : label.instanceNumber;
    const isSame = className === label.className && number === label.instanceNumber;
    changed.push({
      ...label,
      ...made,
      index: changed.length,
      className,
      instanceNumber: number,
      name: isSame ? label.name : isObjects ? `${className} # ${number}` : className,
    });
  });
  const pixels = withMemoryFor(`${data.length} pixels`, () => new Int32Array(data.length));
  for (let place = 0; place < data.length; place++) {
    const index = data[place]!;
    pixels[place] = indices[index < 0 ? labels.length : index]!;
  }
  const issues = [...(map.issues ?? []), ...kindsMerged(mixed)];
  return measureLabels({ width, height, data: pixels }, changed, { issues });
}

const MOST_NAMES = 5;

function kindsMerged(classNames: ReadonlySet<string>): Issue[] {
  if (classNames.size === 0) return [];
  const names = [...classNames].slice(0, MOST_NAMES).map(quote).join(", ");
  const more = classNames.size > MOST_NAMES ? ` and ${classNames.size - MOST_NAMES} more` : "";
  const message = `things and stuff became one label, which is a thing now: ${names}${more}; set isThing yourself if it should be stuff.`;
  return [{ code: "kinds-merged", message }];
}

function check(change: unknown, { name }: Label): LabelChange | null {
  if (change === null || isObject(change)) return change;
  const found = change === undefined ? "nothing" : kindOf(change);
  throw invalid(`change returns ${found} for ${quote(name)}; return an object, or null to leave it out.`);
}

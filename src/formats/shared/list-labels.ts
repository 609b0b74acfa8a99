/** A label map in the words of a class list, for formats that write a label under the name of its class. */

import type { ClassList } from "../../legend/class-list.js";
import { FreeNumbers } from "../../maps/free-numbers.js";
import type { Label } from "../../maps/label.js";
import type { LabelledPixels } from "../../maps/labelled-map.js";
import { classIdsOf, paint } from "./segments.js";

/**
 * The map with the list's own names instead of aliases. Pixels whose class is void, ignored or missing are unlabelled. Stuff
 * of a class is one label, and so is a group of a class. Two objects of a class never have the same number: the second
 * one gets the next free number.
 *
 * @throws {ClassError} CLASS_UNKNOWN: the list lacks a class that has pixels, and `missing` is not `"void"`.
 */
export function inWordsOfList(
  map: LabelledPixels,
  classes: ClassList,
  missing: "error" | "void",
): LabelledPixels {
  const ids = classIdsOf(map, classes, { missing });
  const nameOfId = new Map(classes.classes.map(({ id, name }) => [id, name]));
  const labels: Label[] = [];
  const placeOfKey = new Map<string, number>();
  const table = new Int32Array(map.labels.length + 1).fill(-1);
  const numbers = new Map<number, FreeNumbers>();
  for (const label of map.labels) {
    const id = ids[label.index];
    if (id === undefined) continue;
    const className = nameOfId.get(id) ?? label.className;
    const isObject = label.instanceNumber > 0;
    const key = `${id} ${label.isThing} ${label.isCrowd}`;
    const known = isObject ? undefined : placeOfKey.get(key);
    if (known !== undefined) {
      const joined = labels[known]!;
      const pixelCount = joined.pixelCount + label.pixelCount;
      labels[known] = { ...joined, pixelCount, bbox: union(joined.bbox, label.bbox) };
      table[label.index + 1] = known;
      continue;
    }
    const index = labels.length;
    if (!isObject) placeOfKey.set(key, index);
    const ofClass = numbers.get(id) ?? new FreeNumbers();
    numbers.set(id, ofClass);
    const number = isObject ? ofClass.take(label.instanceNumber) : label.instanceNumber;
    const name = isObject ? `${className} # ${number}` : className;
    labels.push({ ...label, index, className, classId: id, instanceNumber: number, name });
    table[label.index + 1] = index;
  }
  return { width: map.width, height: map.height, data: paint(map.data, table), labels };
}

function union(a: Label["bbox"], b: Label["bbox"]): Label["bbox"] {
  if (a === null || b === null) return a ?? b;
  const [x, y] = [Math.min(a[0], b[0]), Math.min(a[1], b[1])];
  return [x, y, Math.max(a[0] + a[2], b[0] + b[2]) - x, Math.max(a[1] + a[3], b[1] + b[3]) - y];
}

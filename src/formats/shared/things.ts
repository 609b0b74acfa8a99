/** Which classes have objects, as far as a map and a class list say. */

import type { ClassList } from "../../legend/class-list.js";
import type { LabelledPixels } from "../../maps/labelled-map.js";
import { countableClasses, type SegmentOptions } from "./segments.js";

/**
 * The names of the classes that are things: those that the list calls so, and those of which the map has an object or a
 * label that is a thing. A name may occur several times.
 */
export function thingsOf(map: LabelledPixels, classes: ClassList): string[] {
  const isClass = new Set(classes.classes.map(({ id }) => id));
  const ofMap = map.labels.filter(
    ({ className, instanceId, isThing, pixelCount }) =>
      pixelCount > 0 && (instanceId > 0 || isThing) && isClass.has(classes.idOf(className) ?? -1),
  );
  const ofList = classes.classes.filter(({ isThing }) => isThing === true);
  return [...ofMap.map(({ className }) => className), ...ofList.map(({ name }) => name)];
}

/**
 * How to find the names of the thing classes of an image: those that were named; with `"components"`, all classes that can
 * be counted; otherwise those of the image and of the list.
 */
export function thingFinder<Named extends Iterable<string>>(
  classes: ClassList,
  objects: SegmentOptions["objects"],
  named: Named | undefined,
): (map: LabelledPixels) => Named | string[] {
  const fixed = named ?? (objects === "components" ? countableClasses(classes) : undefined);
  return (map) => fixed ?? thingsOf(map, classes);
}

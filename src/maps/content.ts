/**
 * Tells what the values of a map are: labels, class ids, instance numbers or panoptic ids. A map that was decoded for a
 * target says so in its `map` property; a `LabelMap` is recognised by its `labels`.
 */
import { isObject } from "../checks/describe.js";
import type { View } from "./views.js";

/** The names of the views, as in `View["map"]`. */
const CONTENTS: readonly unknown[] = ["label", "semantic", "instance", "panoptic"] satisfies View["map"][];

/**
 * What a map's values are, if the map says so: `undefined` for anything but a decoded map, or a map that
 * `labelmap/geometry` made from one.
 */
export function contentOf(map: unknown): View["map"] | undefined {
  const { map: name, labels }: Partial<Record<string, unknown>> = isObject(map) ? map : {};
  if (CONTENTS.includes(name)) return name as View["map"];
  return Array.isArray(labels) ? "label" : undefined;
}

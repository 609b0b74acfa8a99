/** Tells what the values of a map are: labels, class ids, instance numbers or panoptic ids. */
import { isObject } from "../checks/describe.js";
import type { View } from "./views.js";

/** What each view is called; the names of `View["map"]`. */
const CONTENTS: readonly unknown[] = ["label", "semantic", "instance", "panoptic"] satisfies View["map"][];

/** What a map's values are, where it says so: a decoded map, or one that `labelmap/geometry` made of it. */
export function contentOf(map: unknown): View["map"] | undefined {
  const { map: name, labels }: Partial<Record<string, unknown>> = isObject(map) ? map : {};
  if (CONTENTS.includes(name)) return name as View["map"];
  return Array.isArray(labels) ? "label" : undefined;
}

import type { Issue } from "../../errors.js";
import { LabelMap } from "../../maps/label-map.js";

/** The map with these issues in place of its own. Its arrays are not copied. */
export function replaceIssues(map: LabelMap, issues: readonly Issue[]): LabelMap {
  const { width, height, data, labels, unlabelled, snapped } = map;
  return new LabelMap({ width, height, data, labels, unlabelled, snapped, issues });
}

/** The targets of a loader, of which label maps are the default. */

import type { DenseTarget, Target } from "../decode/targets.js";

/** The target of a `LabelMap`. */
export const LABELS: readonly Target[] = [{ map: "label" }];

export function isDense(target: Target): target is DenseTarget {
  return target.map !== "runs";
}

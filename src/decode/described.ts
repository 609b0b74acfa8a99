/** What a decode says of a mask. */
import type { Issue } from "../errors.js";
import type { Label, Snapped, Unlabelled } from "../maps/label.js";

/** What is known about the mask apart from its pixels. Counts and boxes refer to the whole mask, not to a crop or resize. */
export interface MaskInfo {
  readonly labels: readonly Label[];
  readonly unlabelled: Unlabelled;
  readonly snapped: Snapped;
  /** The first hundred; if there are more, also an issue `more-issues` that counts the others. */
  readonly issues: readonly Issue[];
}

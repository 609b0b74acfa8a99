/** Cityscapes' labels by name and by id, and how many objects of one label its files can number. */

import { type CityscapesLabel, cityscapesLabels } from "../../legend/palettes/cityscapes.js";

/** `instanceIds` hold `id * 1000 + n`, so there is room for 1000 objects before the next label's values begin. */
export const MAX_OBJECTS = 1000;
export const labelOfName: ReadonlyMap<string, CityscapesLabel> = new Map(
  cityscapesLabels.map((label) => [label.name, label]),
);
export const labelOfId: ReadonlyMap<number, CityscapesLabel> = new Map(
  cityscapesLabels.map((label) => [label.id, label]),
);

/**
 * The label with this name. `cargroup` is a group of the label `car`, since Cityscapes has no label `cargroup`. Only labels
 * with instances have groups.
 */
export function findLabel(name: string): {
  readonly label: CityscapesLabel | undefined;
  readonly isGroup: boolean;
} {
  const label = labelOfName.get(name);
  if (label !== undefined || !name.endsWith("group")) return { label, isGroup: false };
  const single = labelOfName.get(name.slice(0, -"group".length));
  return { label: single?.hasInstances ? single : undefined, isGroup: true };
}

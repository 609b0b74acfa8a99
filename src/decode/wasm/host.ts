/**
 * What the module asks of its host: the counterpart of assembly/host.ts, which imports `labelOfColor` from this file by its
 * path. So a runtime that resolves a module's imports itself finds it here, and no package of another name.
 */

/** Returns the label of a colour that is not in the legend, or -1. The word's bytes are R, G, B, A from the lowest. */
export type LabelOfColor = (word: number) => number;

const noLabel: LabelOfColor = () => -1;
let asked = noLabel;

/** Called by the module. */
export function labelOfColor(word: number): number {
  return asked(word >>> 0);
}

/** Runs `work`, during which the module asks `label` for the labels of unknown colours. `label` must not call the module. */
export function askingForLabels<T>(label: LabelOfColor, work: () => T): T {
  asked = label;
  try {
    return work();
  } finally {
    asked = noLabel;
  }
}

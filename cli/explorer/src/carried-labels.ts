/**
 * Which labels stay hidden or isolated when another mask is shown. If all labels of a class are hidden, those of the next
 * mask are hidden too. A class that a mask lacks is remembered, so that it can be followed through a whole data set.
 */
import type { ShownLabel } from "./decoding/protocol.js";

/** Labels of the shown mask, by their indexes, and classes that the shown mask does not have. */
export interface Members {
  readonly indexes: ReadonlySet<number>;
  readonly absent: ReadonlySet<string>;
}

export const NO_MEMBERS: Members = { indexes: new Set(), absent: new Set() };

/** What the list calls a label: its class, or the colour or id that the legend lacks. */
export function shownName({ isUnknown, classId, color, className }: ShownLabel): string {
  if (!isUnknown) return className;
  return typeof classId === "number" ? String(classId) : color;
}

/** The classes of which all labels are members, and those that the mask does not have. */
export function classesOf(labels: readonly ShownLabel[], { indexes, absent }: Members): ReadonlySet<string> {
  const classes = new Set(absent);
  if (indexes.size === 0) return classes;
  const isPartial = new Set<string>();
  for (const label of labels) {
    const name = shownName(label);
    if (!indexes.has(label.index)) isPartial.add(name);
    classes.add(name);
  }
  for (const name of isPartial) if (!absent.has(name)) classes.delete(name);
  return classes;
}

export function membersOf(labels: readonly ShownLabel[], classes: ReadonlySet<string>): Members {
  if (classes.size === 0) return NO_MEMBERS;
  const indexes = new Set<number>();
  const absent = new Set(classes);
  for (const label of labels) {
    const name = shownName(label);
    if (!classes.has(name)) continue;
    indexes.add(label.index);
    absent.delete(name);
  }
  return { indexes, absent };
}

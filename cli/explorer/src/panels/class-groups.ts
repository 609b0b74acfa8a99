/** The listed labels, grouped by class, and what is done to all labels of a class at once. */
import { batch, computed, signal } from "@preact/signals";
import type { ShownLabel } from "../decoding/protocol.js";
import { setting } from "../settings.js";
import { compareNames, flight, hidden, isolated, isolatedTarget, listedLabels, sort } from "../state.js";

export interface ClassGroup {
  readonly className: string;
  /** Those that match the search, in the chosen order. */
  readonly labels: readonly ShownLabel[];
  readonly pixels: number;
}

/** A row of the list: a class, or a label of a class whose labels are listed. */
export type GroupedRow =
  | { readonly kind: "class"; readonly group: ClassGroup }
  | { readonly kind: "label"; readonly group: ClassGroup; readonly label: ShownLabel };

const isBoolean = (value: unknown): value is boolean => typeof value === "boolean";
export const isGrouped = setting("by-class", false, isBoolean);
/** Names of the classes whose labels are listed. They stay so from mask to mask. */
export const expanded = signal<ReadonlySet<string>>(new Set());

export const classGroups = computed<readonly ClassGroup[]>(() => {
  const { key, isDescending } = sort.value;
  const groups = groupsOf(listedLabels.value);
  groups.sort(
    key === "name" ? (a, b) => compareNames(a.className, b.className) : (a, b) => a.pixels - b.pixels,
  );
  return isDescending ? groups.reverse() : groups;
});

export function groupsOf(labels: readonly ShownLabel[]): ClassGroup[] {
  const groups = new Map<string, ShownLabel[]>();
  for (const label of labels) {
    const group = groups.get(label.className);
    if (group === undefined) groups.set(label.className, [label]);
    else group.push(label);
  }
  return Array.from(groups, ([className, members]) => ({
    className,
    labels: members,
    pixels: members.reduce((sum, { pixelCount }) => sum + pixelCount, 0),
  }));
}

export const groupedRows = computed<readonly GroupedRow[]>(() =>
  classGroups.value.flatMap((group): GroupedRow[] => {
    const isOpen = expanded.value.has(group.className);
    const labels = isOpen ? group.labels : [];
    return [{ kind: "class", group }, ...labels.map((label) => ({ kind: "label" as const, group, label }))];
  }),
);

export function setExpanded(className: string, isOpen: boolean): void {
  const next = new Set(expanded.value);
  if (isOpen) next.add(className);
  else next.delete(className);
  expanded.value = next;
}

/** How many labels of the class are hidden. */
export function hiddenOf({ labels }: ClassGroup): "none" | "some" | "all" {
  const count = labels.filter(({ index }) => hidden.value.has(index)).length;
  return count === 0 ? "none" : count === labels.length ? "all" : "some";
}

/** Hides all labels of the class, or shows them all if none is shown. */
export function toggleClassHidden(group: ClassGroup): void {
  const next = new Set(hidden.value);
  const isShown = hiddenOf(group) !== "all";
  for (const { index } of group.labels) {
    if (isShown) next.add(index);
    else next.delete(index);
  }
  hidden.value = next;
}

/**
 * Isolates all labels of the class, and shows those that are hidden. If they are the only isolated ones already, none is.
 *
 * @param isAdded whether other labels stay isolated.
 */
export function isolateClass({ labels }: ClassGroup, isAdded = false): void {
  const areIsolated = labels.every(({ index }) => isolated.value.has(index));
  const next = new Set(isAdded ? isolated.value : []);
  const isUndone = areIsolated && (isAdded || isolated.value.size === labels.length);
  for (const { index } of labels) {
    if (isUndone) next.delete(index);
    else next.add(index);
  }
  batch(() => {
    isolated.value = next;
    if (!isUndone) hidden.value = new Set([...hidden.value].filter((label) => !next.has(label)));
  });
}

export function isClassIsolated({ labels }: ClassGroup): boolean {
  return labels.every(({ index }) => isolated.value.has(index));
}

/** Isolates the class, and flies to it. */
export function findClass(group: ClassGroup): void {
  batch(() => {
    if (!isClassIsolated(group) || isolated.value.size !== group.labels.length) isolateClass(group);
    flight.value = isolatedTarget.value;
  });
}

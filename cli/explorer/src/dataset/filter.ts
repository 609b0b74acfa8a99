/** Which masks of the data set are listed: those with a text in their names, a class, a defect, a share of pixels. */
import { computed, signal } from "@preact/signals";
import type { MaskPair } from "../files/mask-pair.js";
import { sortRows } from "../sortable-table.js";
import { pairs } from "../state.js";
import { type Entry, entryOf, progress, type ThumbnailSortKey } from "./dataset-state.js";

/** `broken` masks, masks with `unknown` colours or ids, or with an issue of this code. */
export type Problem = "broken" | "unknown" | { readonly issue: string };

export interface Filter {
  /** Part of the name. */
  readonly text: string;
  readonly className: string | null;
  readonly problem: Problem | null;
  /** From 0 to 1: of the class, or of unknown colours. */
  readonly leastShare: number;
  readonly mostShare: number;
}

export const NO_FILTER: Filter = { text: "", className: null, problem: null, leastShare: 0, mostShare: 1 };

export const filter = signal<Filter>(NO_FILTER);
export const isFiltered = computed(() => filter.value !== NO_FILTER);

export function changeFilter(change: Partial<Filter>): void {
  const next = { ...filter.value, ...change };
  // A range is about a class or about unknown colours. Without them it has no meaning.
  const { leastShare, mostShare } = hasShare(next) ? next : NO_FILTER;
  const isNone =
    next.text.trim() === "" &&
    next.className === null &&
    next.problem === null &&
    leastShare === 0 &&
    mostShare === 1;
  filter.value = isNone ? NO_FILTER : { ...next, leastShare, mostShare };
}

/** Whether there is a share that a range can be about. */
export function hasShare({ className, problem }: Filter): boolean {
  return className !== null || problem === "unknown";
}

export function isSameProblem(one: Problem | null, other: Problem | null): boolean {
  return JSON.stringify(one) === JSON.stringify(other);
}

/** The share of the mask's pixels that a filter is about; NaN if there is none. */
export function shareOf(entry: Entry, { className, problem }: Filter): number {
  if (entry.kind !== "read") return Number.NaN;
  if (className !== null) return (entry.classes.get(className) ?? 0) / entry.pixels;
  return problem === "unknown" ? entry.unknownShare : Number.NaN;
}

export function matches(filter: Filter, name: string, entry: Entry): boolean {
  const { text, className, problem, leastShare, mostShare } = filter;
  if (!name.toLowerCase().includes(text.trim().toLowerCase())) return false;
  if (className !== null && !(entry.kind === "read" && entry.classes.has(className))) return false;
  if (problem !== null && !hasProblem(entry, problem)) return false;
  if (leastShare === 0 && mostShare === 1) return true;
  const share = shareOf(entry, filter);
  return share >= leastShare && share <= mostShare;
}

function hasProblem(entry: Entry, problem: Problem): boolean {
  if (entry.kind !== "read") return problem === "broken" && entry.kind === "failed";
  if (problem === "broken") return false;
  if (problem === "unknown") return entry.unknownShare > 0 && entry.labelKind === "labels";
  return entry.map.issues.some(({ code }) => code === problem.issue);
}

export const thumbnailSort = signal<{ readonly key: ThumbnailSortKey; readonly isDescending: boolean }>({
  key: "name",
  isDescending: false,
});

export function sortThumbnailsBy(key: ThumbnailSortKey): void {
  thumbnailSort.value = { key, isDescending: key !== "name" };
}

const byName = computed(() => sortRows(pairs.value, ({ name }) => name, false));

/** The masks that match the filter, in the chosen order. */
export const listedPairs = computed<readonly MaskPair[]>(() => {
  const { key, isDescending } = thumbnailSort.value;
  const wanted = filter.value;
  // While masks are read, the list changes with each of them.
  if (key !== "name" || wanted !== NO_FILTER) progress.value;
  const found =
    wanted === NO_FILTER
      ? byName.value
      : byName.value.filter((pair) => matches(wanted, pair.name, entryOf(pair).peek()));
  if (key === "name") return isDescending ? [...found].reverse() : found;
  return sortRows(found, (pair) => sortValue(entryOf(pair).peek(), key, wanted), isDescending);
});

/** A broken mask has no number and comes last. Sorted by defects, it has the most. */
function sortValue(entry: Entry, key: Exclude<ThumbnailSortKey, "name">, wanted: Filter): number {
  if (entry.kind === "failed" && key === "defects") return Number.POSITIVE_INFINITY;
  if (entry.kind !== "read") return Number.NaN;
  const { labels, classes, pixels, unknownShare, defects } = entry;
  return {
    labels,
    classes: classes.size,
    size: pixels,
    "class share": wanted.className === null ? Number.NaN : shareOf(entry, wanted),
    "unknown share": unknownShare,
    defects,
  }[key];
}

/** The order in which one goes from mask to mask: as the data set is sorted and filtered, if it is. */
export const walkedPairs = computed<readonly MaskPair[]>(() => {
  const { key, isDescending } = thumbnailSort.value;
  return isFiltered.value || key !== "name" || isDescending ? listedPairs.value : pairs.value;
});

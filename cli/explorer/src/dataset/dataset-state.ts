/**
 * The state of the data set: a small picture and the counts of each mask, and the library's report on all masks. Each mask
 * has its own signal, so that a newly read mask redraws one picture and not hundreds.
 */
import { batch, computed, type Signal, signal } from "@preact/signals";
import { type ErrorCode, LabelMapError } from "labelmap";
import { type CountedMap, DatasetReport, type DatasetReportJSON } from "labelmap/dataset";
import { issueCount } from "../decoding/issue-count.js";
import type { Thumbnail } from "../decoding/protocol.js";
import type { MaskPair } from "../files/mask-pair.js";
import { sortRows } from "../sortable-table.js";
import { pairs } from "../state.js";

export type Entry =
  | { readonly kind: "waiting" }
  | {
      readonly kind: "read";
      /** What the labels are. */
      readonly labelKind: Thumbnail["kind"];
      /** URL of the picture. */
      readonly url: string;
      /** For a report that is restarted. */
      readonly map: CountedMap;
      /** Number of labels that have pixels. */
      readonly labels: number;
      /** Share of the mask's pixels whose colour is missing from the legend, 0 to 1. */
      readonly unknownShare: number;
      readonly defects: number;
      /** Whether there are more defects, which are not counted. */
      readonly hasMoreDefects: boolean;
    }
  | { readonly kind: "failed"; readonly message: string; readonly code: string | null };

export type ReadEntry = Extract<Entry, { kind: "read" }>;
export type ThumbnailSortKey = "name" | "labels" | "unknown share" | "defects";

export const thumbnailSort = signal<{ readonly key: ThumbnailSortKey; readonly isDescending: boolean }>({
  key: "name",
  isDescending: false,
});

/** The library names up to 16 unknown ids. */
const MOST_NAMED_IDS = 16;

const entries = new Map<MaskPair, Signal<Entry>>();
/** In the order in which they are read, except that masks in view come first. */
const waiting = new Set<MaskPair>();
/** Masks whose reply is still to come. */
const reading = new Set<MaskPair>();
let report = new DatasetReport();

/** How many masks there are, and how many of them were read or have failed. */
export const progress = signal({ done: 0, withoutResult: 0 });
export const reportData = signal<DatasetReportJSON>(report.toJSON());
/** Masks whose pictures are in view. */
let inView: readonly MaskPair[] = [];

export const sortedPairs = computed<readonly MaskPair[]>(() => {
  const { key, isDescending } = thumbnailSort.value;
  if (key === "name") return sortRows(pairs.value, ({ name }) => name, isDescending);
  // While masks are read, the order changes with each of them.
  progress.value;
  return sortRows(pairs.value, (pair) => sortValue(entryOf(pair).peek(), key), isDescending);
});

/** A broken mask has no number and comes last. Sorted by defects, it has the most. */
function sortValue(entry: Entry, key: Exclude<ThumbnailSortKey, "name">): number {
  if (entry.kind === "failed" && key === "defects") return Number.POSITIVE_INFINITY;
  if (entry.kind !== "read") return Number.NaN;
  return { labels: entry.labels, "unknown share": entry.unknownShare, defects: entry.defects }[key];
}

export function sortThumbnailsBy(key: ThumbnailSortKey): void {
  thumbnailSort.value = { key, isDescending: key !== "name" };
}

/** A mask that is not known yet is waiting. */
export function entryOf(pair: MaskPair): Signal<Entry> {
  let entry = entries.get(pair);
  if (entry === undefined) {
    entry = signal<Entry>({ kind: "waiting" });
    entries.set(pair, entry);
  }
  return entry;
}

/** Starts with these masks, and keeps what was read of them already. */
export function takePairs(masks: readonly MaskPair[]): void {
  const isTaken = new Set(masks);
  const gone = [...entries.keys()].filter((pair) => !isTaken.has(pair));
  gone.forEach(forget);
  if (gone.length > 0) countAnew();
  for (const pair of masks) {
    if (entryOf(pair).peek().kind === "waiting" && !reading.has(pair)) waiting.add(pair);
  }
}

function forget(pair: MaskPair): void {
  const entry = entryOf(pair).peek();
  if (entry.kind === "read") URL.revokeObjectURL(entry.url);
  entries.delete(pair);
  waiting.delete(pair);
  reading.delete(pair);
}

/** The report cannot subtract masks, so it starts again. */
function countAnew(): void {
  report = new DatasetReport();
  counts = { done: 0, withoutResult: 0 };
  for (const [pair, entry] of entries) count(pair, entry.peek());
  publish();
}

export function setInView(masks: readonly MaskPair[]): void {
  inView = masks;
}

/** The next mask to read; masks in view come first. It counts as being read until it is added or put back. */
export function nextWaiting(): MaskPair | null {
  const next = inView.find((pair) => waiting.has(pair)) ?? waiting.values().next().value ?? null;
  if (next !== null) {
    waiting.delete(next);
    reading.add(next);
  }
  return next;
}

/** Whether a mask may still be put back. */
export function isReading(): boolean {
  return reading.size > 0;
}

/** The mask will be read later. */
export function putBack(pair: MaskPair): void {
  reading.delete(pair);
  if (isAwaited(pair)) waiting.add(pair);
}

/** False for masks of a previous data set, and for masks that a restarted data set has read twice. */
function isAwaited(pair: MaskPair): boolean {
  return entries.get(pair)?.peek().kind === "waiting";
}

export function addThumbnail(pair: MaskPair, { kind, png, width, height, ...map }: Thumbnail): void {
  if (!isAwaited(pair)) return;
  const url = URL.createObjectURL(new Blob([png], { type: "image/png" }));
  const { labels, unlabelled, issues } = map;
  const isOfIds = unlabelled.ids !== undefined;
  const unknown = unlabelled.ids ?? unlabelled.colors;
  const unknownPixels = unlabelled.colors.reduce((sum, { count }) => sum + count, 0);
  settle(pair, {
    kind: "read",
    labelKind: kind,
    url,
    map,
    labels: labels.filter(({ pixelCount }) => pixelCount > 0).length,
    unknownShare: unlabelled.count / (width * height),
    defects: unknown.length + issueCount(issues),
    // The library names only the first colours. Ids may also say that a pixel is unlabelled.
    hasMoreDefects: isOfIds ? unknown.length === MOST_NAMED_IDS : unknownPixels < unlabelled.count,
  });
}

export function addFailure(pair: MaskPair, message: string, code: string | null): void {
  if (isAwaited(pair)) settle(pair, { kind: "failed", message, code });
}

let counts = progress.peek();

function settle(pair: MaskPair, entry: Entry): void {
  waiting.delete(pair);
  reading.delete(pair);
  entryOf(pair).value = entry;
  count(pair, entry);
  publishSoon();
}

function count({ name }: MaskPair, entry: Entry): void {
  if (entry.kind === "waiting") return;
  let { done, withoutResult } = counts;
  done++;
  if (entry.kind === "failed") {
    const { message, code } = entry;
    report.addFailure(
      name,
      code === null ? new Error(message) : new LabelMapError(code as ErrorCode, message),
    );
  } else if (entry.labelKind !== "labels") {
    // Its colours or numbers are not classes, so the report leaves it out.
    withoutResult++;
  } else {
    report.add(name, entry.map);
  }
  counts = { done, withoutResult };
}

/** How often figures and order are redrawn while masks are read. Each time costs as much as many pictures. */
const PUBLISH_MILLISECONDS = 250;
let publishing: ReturnType<typeof setTimeout> | undefined;

function publishSoon(): void {
  if (counts.done === entries.size) publish();
  else publishing ??= setTimeout(publish, PUBLISH_MILLISECONDS);
}

function publish(): void {
  clearTimeout(publishing);
  publishing = undefined;
  batch(() => {
    progress.value = counts;
    reportData.value = report.toJSON();
  });
}

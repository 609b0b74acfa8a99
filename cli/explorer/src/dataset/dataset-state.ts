/**
 * The state of the data set: a small picture and the counts of each mask, and the library's report on all masks. Each mask
 * has its own signal, so that a newly read mask redraws one picture and not hundreds.
 */
import { batch, type Signal, signal } from "@preact/signals";
import { type ErrorCode, LabelMapError } from "labelmap";
import { type CountedMap, DatasetReport, type DatasetReportJSON } from "labelmap/dataset";
import { addClasses, forgetClasses } from "../coloring.js";
import { issueCount } from "../decoding/issue-count.js";
import { MOST_NAMED_IDS } from "../decoding/most-named-ids.js";
import type { Picture, Thumbnail } from "../decoding/protocol.js";
import type { MaskPair } from "../files/mask-pair.js";

export type Entry =
  | { readonly kind: "waiting" }
  | {
      readonly kind: "read";
      /** What the labels are. */
      readonly labelKind: Thumbnail["kind"];
      readonly encoding: Thumbnail["encoding"];
      readonly picture: Picture;
      /** For a report that is restarted. */
      readonly map: CountedMap;
      /** Size of the mask in pixels. */
      readonly pixels: number;
      /** The pixels of each class that has any. */
      readonly classes: ReadonlyMap<string, number>;
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
export type ThumbnailSortKey =
  | "name"
  | "labels"
  | "classes"
  | "size"
  | "class share"
  | "unknown share"
  | "defects";

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
  entries.delete(pair);
  waiting.delete(pair);
  reading.delete(pair);
}

/** The report cannot subtract masks, so it starts again. */
function countAnew(): void {
  report = new DatasetReport();
  forgetClasses();
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

export function addThumbnail(
  pair: MaskPair,
  { kind, encoding, picture, width, height, ...map }: Thumbnail,
): void {
  if (!isAwaited(pair)) return;
  const { labels, unlabelled, issues } = map;
  const isOfIds = unlabelled.ids !== undefined;
  const unknown = unlabelled.ids ?? unlabelled.colors;
  const unknownPixels = unlabelled.colors.reduce((sum, { count }) => sum + count, 0);
  settle(pair, {
    kind: "read",
    labelKind: kind,
    encoding,
    picture,
    map,
    pixels: width * height,
    classes: classPixels(labels),
    labels: labels.filter(({ pixelCount }) => pixelCount > 0).length,
    unknownShare: unlabelled.count / (width * height),
    defects: unknown.length + issueCount(issues),
    // The library names only the first colours. Ids may also say that a pixel is unlabelled.
    hasMoreDefects: isOfIds ? unknown.length === MOST_NAMED_IDS : unknownPixels < unlabelled.count,
  });
}

function classPixels(labels: CountedMap["labels"]): Map<string, number> {
  const classes = new Map<string, number>();
  for (const { className, pixelCount } of labels) {
    if (pixelCount > 0) classes.set(className, (classes.get(className) ?? 0) + pixelCount);
  }
  return classes;
}

export function addFailure(pair: MaskPair, message: string, code: string | null): void {
  if (isAwaited(pair)) settle(pair, { kind: "failed", message, code });
}

let counts = progress.peek();
/** Masks whose classes have no colours yet. */
let countedSince: Pick<Thumbnail, "kind" | "labels">[] = [];

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
  // Classes without pixels too, as in the legend of a mask that is opened.
  if (entry.kind === "read") {
    countedSince.push({ kind: entry.labelKind, labels: entry.map.labels });
  }
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
    addClasses(countedSince);
    countedSince = [];
    progress.value = counts;
    reportData.value = report.toJSON();
  });
}

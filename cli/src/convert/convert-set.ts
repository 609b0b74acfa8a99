/** Converts a data set: each image is read, filtered, changed and written before the next one is read. */

import { type ClassList, type Issue, type LabelMap, LabelMapError } from "labelmap";
import { partOf } from "labelmap/dataset";
import type { DataSet, FileSink, FileSource, ItemToWrite, SetItem, WrittenSet } from "labelmap/formats";
import { resize, type Sampling } from "labelmap/geometry";
import { withLabels } from "labelmap/maps";
import { type ClassMap, mapClasses, mapClassList } from "./class-map.js";
import { checkFilters, type Filters, filterLabels, imageFilter, isConverted } from "./filters.js";
import { type TargetName, writeTarget } from "./targets.js";

export interface ConvertOptions {
  readonly to: TargetName;
  /** The classes to write, and the filters: what `classesAfter` returns. */
  readonly classes: ClassList;
  readonly filters: Filters;
  readonly classMap?: ClassMap;
  readonly resize?: { readonly width: number; readonly height: number; readonly sampling?: Sampling };
  /** The share of each part. Default: the parts that the set has. */
  readonly shares?: Readonly<Record<string, number>>;
  readonly seed?: number;
  /** Where the photos are, if they are copied; with `resize`, those of `resizedPhotos`. */
  readonly photos?: FileSource;
  /** Options of the format's writer. */
  readonly write: Readonly<Record<string, unknown>>;
  readonly signal: AbortSignal;
  readonly onProgress: (progress: { readonly done: number; readonly failed: number }) => void;
}

/** An image that could not be read. */
export interface Failure {
  readonly name: string;
  readonly code: string;
  readonly message: string;
}

export interface Converted {
  readonly written: WrittenSet;
  /** Labels that had pixels before `--resize`, and have none after it. */
  readonly resizedAway: { readonly labels: number; readonly images: number; readonly first?: string };
  /** Images that a filter left out. */
  readonly filtered: number;
  readonly failures: readonly Failure[];
  /** Pixels that had no label in the source. */
  readonly unlabelled: { readonly pixels: number; readonly images: number };
  /** What was odd about masks: how many images have each issue. */
  readonly issues: Readonly<Record<string, number>>;
  readonly photosLeft: number;
}

/**
 * The classes of the converted set. Some formats read all legends or masks for it.
 *
 * @param changes.classes default: the set's own
 * @throws {UsageError | ClassError}: a filter or the class map names no class
 */
export async function classesAfter(
  set: DataSet,
  changes: { readonly classes?: ClassList; readonly classMap?: ClassMap; readonly filters: Filters },
): Promise<Pick<ConvertOptions, "classes" | "filters">> {
  const { classes: given, classMap, filters } = changes;
  const own = given ?? (await set.classes());
  const classes = classMap === undefined ? own : mapClassList(own, classMap);
  return { classes, filters: checkFilters(filters, classes) };
}

/**
 * @throws what `writeTarget` throws; the signal's reason. An image that cannot be read is one of the
 *   failures.
 */
export async function convertSet(set: DataSet, sink: FileSink, options: ConvertOptions): Promise<Converted> {
  const { classes, filters, classMap, shares, seed, photos, to, signal } = options;
  const passes = imageFilter(filters);
  const failures: Failure[] = [];
  const issues: Record<string, number> = {};
  const unlabelled = { pixels: 0, images: 0 };
  const resizedAway: { labels: number; images: number; first?: string } = { labels: 0, images: 0 };
  let [filtered, done, photosLeft] = [0, 0, 0];

  async function* items(): AsyncGenerator<ItemToWrite> {
    for await (const { item, map: reading } of readAhead(set, passes, () => filtered++)) {
      signal.throwIfAborted();
      const { name, photo } = item;
      const map = await reading;
      if ("error" in map) {
        const { error } = map;
        // An invalid option is no fault of the image.
        if (!(error instanceof LabelMapError) || error.code === "OPTION_INVALID") throw error;
        failures.push({ name, code: error.code, message: error.message });
      } else {
        const changed = change(map, name);
        const problem = changed === null || photo === null ? null : await photoProblem(name, photo);
        if (changed === null) filtered++;
        else if (problem !== null) failures.push(problem);
        else {
          count(map, item.issues);
          if (photo !== null && photos === undefined) photosLeft++;
          const own = seed === undefined ? {} : { seed };
          const split = shares === undefined ? item.split : partOf(name, shares, own);
          yield { name, photo, split, map: changed };
          done++;
        }
      }
      options.onProgress({ done, failed: failures.length });
    }
  }

  /** A photo that cannot be resized is a fault of its image, and is found before the image's mask is written. */
  async function photoProblem(name: string, photo: string): Promise<Failure | null> {
    if (photos === undefined || options.resize === undefined) return null;
    try {
      await photos.read(photo);
      return null;
    } catch (error) {
      if (!(error instanceof LabelMapError)) throw error;
      return { name, code: error.code, message: error.message };
    }
  }

  function change(map: LabelMap, name: string): LabelMap | null {
    const named = classMap === undefined ? map : mapClasses(map, classMap, classes);
    // What the class map itself has made odd.
    for (const { code } of named.issues.slice(map.issues.length)) issues[code] = (issues[code] ?? 0) + 1;
    const kept = filterLabels(named, filters, classes);
    const resized = options.resize === undefined ? kept : withLabels(resize(kept, options.resize), kept);
    const lost = resized.labels.filter(
      ({ pixelCount }, index) => pixelCount === 0 && kept.labels[index]!.pixelCount > 0,
    );
    if (lost.length > 0) {
      resizedAway.labels += lost.length;
      resizedAway.images++;
      resizedAway.first ??= name;
    }
    return isConverted(resized, filters) ? resized : null;
  }

  function count({ issues: ofMap, unlabelled: rest }: LabelMap, ofItem: readonly Issue[]): void {
    for (const code of new Set([...ofMap, ...ofItem].map((issue) => issue.code))) {
      issues[code] = (issues[code] ?? 0) + 1;
    }
    unlabelled.pixels += rest.count;
    if (rest.count > 0) unlabelled.images++;
  }

  const write = { ...options.write, classes, ...(photos !== undefined && { photos }) };
  const written = await writeTarget(to, items(), sink, write);
  return { written, resizedAway, filtered, failures, unlabelled, issues, photosLeft };
}

/** A mask that is read while the one before it is written. */
interface Reading {
  readonly item: SetItem;
  readonly map: Promise<LabelMap | { readonly error: unknown }>;
}

/** The images that pass, in their order. The next one is read while the caller works on this one. */
async function* readAhead(
  set: DataSet,
  passes: (name: string) => boolean,
  onFiltered: () => void,
): AsyncGenerator<Reading> {
  let next: Reading | undefined;
  for await (const item of set) {
    if (!passes(item.name)) {
      onFiltered();
      continue;
    }
    const current = next;
    next = { item, map: item.map().catch((error: unknown) => ({ error })) };
    if (current !== undefined) yield current;
  }
  if (next !== undefined) yield next;
}

/**
 * Turns decoded masks, one after the other, into a report on a dataset: how often each class occurs, and what is
 * inconsistent from image to image. Read it before you train a model.
 *
 * Only sums are kept, and every list has a limit, so memory does not grow with the number of images. Entries beyond a
 * limit are counted in `omitted`.
 */

import { checkOptions } from "../checks/arguments.js";
import { isObject, kindOf } from "../checks/describe.js";
import { invalid } from "../checks/invalid.js";
import { checkSignal } from "../checks/signal.js";
import type { SignalOptions } from "../decode/input-types.js";
import { LabelMapError } from "../errors.js";
import type { ClassList } from "../legend/class-list.js";
import { isClassList } from "../legend/is-class-list.js";
import { parseColor } from "../legend/legend.js";
import type { Label } from "../maps/label.js";
import type { LabelMap } from "../maps/label-map.js";
import { BoundedMap } from "./bounded-map.js";
import type { ClassOccurrence, ColorConflict, DatasetReportJSON } from "./report-data.js";
import { similarNames } from "./similar-names.js";

export interface DatasetReportOptions {
  /** With a list, the report also counts pixels by class id (`classCounts`), and names classes that the list lacks. */
  readonly classes?: ClassList;
}

/** One image of a dataset. */
export interface DatasetEntry {
  /** The name of the image in the report: a file name, a job id. */
  readonly id: string;
  readonly map: CountedMap;
}

/** The part of a decoded map that the report reads: a `LabelMap`, or what `decodeMask` returns for a target. */
export type CountedMap = Pick<LabelMap, "labels" | "unlabelled" | "issues">;

const MAX_CLASSES = 10_000;
/** A legend has up to 65,536 colours. The same limit applies to all legends of a dataset together. */
const MAX_COLORS = 65_536;
const MAX_CLASSES_OF_COLOR = 16;
const MAX_CONFLICTS = 1000;
const MAX_ISSUE_CODES = 100;
const MAX_FAILURES = 100;
const MAX_WORST = 50;

/**
 * The report of a whole dataset. Images are taken one by one, so only one needs to be in memory.
 *
 * @param entries the images, as any iterable or async iterable of `{ id, map }`.
 * @throws {DecodeError} OPTION_INVALID: an invalid option, or an entry that is not `{ id, map }`. Errors that `entries`
 *   throws are passed on. The reason of `signal`, which is asked before each image.
 */
export async function reportDataset(
  entries: Iterable<DatasetEntry> | AsyncIterable<DatasetEntry>,
  options: DatasetReportOptions & SignalOptions = {},
): Promise<DatasetReport> {
  const { signal, ...rest } = checkOptions(options);
  const report = new DatasetReport(rest);
  checkSignal(signal);
  const given = entries as Partial<Iterable<unknown> & AsyncIterable<unknown>> | null | undefined;
  if (typeof (given?.[Symbol.asyncIterator] ?? given?.[Symbol.iterator]) !== "function") {
    throw invalid(`The entries are ${kindOf(entries)}; give an iterable of { id, map }.`);
  }
  for await (const entry of entries) {
    signal?.throwIfAborted();
    if (!isObject(entry)) throw invalid(`An entry is ${kindOf(entry)}; give { id, map }.`);
    report.add(entry.id, entry.map);
  }
  signal?.throwIfAborted();
  return report;
}

/** Adds up label maps. `JSON.stringify(report)` or `report.toJSON()` returns the sums. */
export class DatasetReport {
  readonly #list: ClassList | undefined;
  readonly #counts = new Map<number, { images: number; pixels: number; imagePixels: number }>();
  readonly #classes = new BoundedMap<string, ReturnType<typeof newClass>>(MAX_CLASSES, newClass);
  readonly #colors = new BoundedMap<number, BoundedMap<string, { images: number; firstImage: string }>>(
    MAX_COLORS,
    () => new BoundedMap(MAX_CLASSES_OF_COLOR, () => ({ images: 0, firstImage: "" })),
  );
  readonly #unknownColors = new BoundedMap<string, { pixels: number; images: number }>(MAX_COLORS, () => ({
    pixels: 0,
    images: 0,
  }));
  readonly #issues = new BoundedMap<
    string,
    { count: number; images: number; example: { id: string; message: string } }
  >(MAX_ISSUE_CODES, () => ({
    count: 0,
    images: 0,
    example: { id: "", message: "" },
  }));
  readonly #failures: { id: string; code: string; message: string }[] = [];
  #worst: { id: string; pixels: number; share: number }[] = [];
  #failureCount = 0;
  #images = 0;
  #pixels = 0;
  #emptyLegendEntries = 0;
  #unlabelledPixels = 0;
  #unlabelledImages = 0;

  /** @throws {DecodeError} OPTION_INVALID: `classes` is not a ClassList. */
  constructor(options: DatasetReportOptions = {}) {
    const { classes } = checkOptions(options);
    if (classes !== undefined && !isClassList(classes)) {
      throw invalid(`classes is ${kindOf(classes)}; give a ClassList.`);
    }
    this.#list = classes;
  }

  /**
   * Adds one image. The counts cover the whole mask, even if it was cropped or resized while it was decoded.
   *
   * @param id the name of the image in the report.
   * @throws {DecodeError} OPTION_INVALID: the id is not a string, or the map has no labels.
   */
  add(id: string, map: CountedMap): void {
    if (typeof id !== "string") throw invalid(`The image's id is ${kindOf(id)}; give a string.`);
    if (!Array.isArray(map?.labels) || !isObject(map.unlabelled) || !Array.isArray(map.issues)) {
      throw invalid(`The map of ${id} has no labels; give what decodeMask returns.`);
    }
    const pixels = map.labels.reduce((sum, { pixelCount }) => sum + pixelCount, map.unlabelled.count);
    this.#images++;
    this.#pixels += pixels;
    this.#addClasses(map.labels);
    this.#addCounts(map.labels, pixels);
    this.#addColors(id, map.labels);
    this.#addUnlabelled(id, map, pixels);
    this.#addIssues(id, map);
  }

  /** Adds an image that could not be decoded. It is listed in `failures` and not counted in `images`. */
  addFailure(id: string, error: unknown): void {
    this.#failureCount++;
    if (this.#failures.length === MAX_FAILURES) return;
    const code = error instanceof LabelMapError ? error.code : "OTHER";
    this.#failures.push({ id, code, message: error instanceof Error ? error.message : String(error) });
  }

  /** The report as plain data. You can go on adding images afterwards. */
  toJSON(): DatasetReportJSON {
    const classes = this.#classes
      .entries()
      .map(([className, counts]): ClassOccurrence => ({ className, ...counts }))
      .sort((a, b) => b.pixels - a.pixels || byCodeUnits(a.className, b.className));
    const conflicts = this.#conflicts();
    const list = this.#list;
    return {
      version: 1,
      images: this.#images,
      pixels: this.#pixels,
      classes,
      classCounts:
        list?.classes.map(({ id, name }) => ({
          id,
          name,
          ...(this.#counts.get(id) ?? { images: 0, pixels: 0, imagePixels: 0 }),
        })) ?? null,
      notInClassList:
        list === undefined
          ? null
          : classes
              .filter(({ className, pixels }) => pixels > 0 && list.idOf(className) === undefined)
              .map(({ className }) => className),
      similarNames: similarNames(classes.map(({ className }) => className)),
      colorConflicts: conflicts.slice(0, MAX_CONFLICTS),
      emptyLegendEntries: this.#emptyLegendEntries,
      unlabelled: {
        pixels: this.#unlabelledPixels,
        share: this.#pixels === 0 ? 0 : this.#unlabelledPixels / this.#pixels,
        images: this.#unlabelledImages,
        worst: this.#worst,
        colors: this.#unknownColors
          .entries()
          .map(([color, counts]) => ({ color, ...counts }))
          .sort((a, b) => b.pixels - a.pixels || byCodeUnits(a.color, b.color))
          .slice(0, MAX_WORST),
      },
      issues: this.#issues
        .entries()
        .map(([code, counts]) => ({ code, ...counts }))
        .sort((a, b) => b.count - a.count || byCodeUnits(a.code, b.code)),
      failures: this.#failures.slice(),
      omitted: {
        classes: this.#classes.turnedAway,
        colors: this.#colors.turnedAway,
        colorConflicts: Math.max(0, conflicts.length - MAX_CONFLICTS),
        unlabelledColors: this.#unknownColors.turnedAway,
        issues: this.#issues.turnedAway,
        failures: this.#failureCount - this.#failures.length,
      },
    };
  }

  #addClasses(labels: readonly Label[]): void {
    const seen = new Map<string, { pixels: number; instances: number }>();
    for (const { className, pixelCount, instanceId } of labels) {
      const image = seen.get(className) ?? { pixels: 0, instances: 0 };
      seen.set(className, image);
      image.pixels += pixelCount;
      if (pixelCount === 0) this.#emptyLegendEntries++;
      else if (instanceId > 0) image.instances++;
    }
    for (const [className, { pixels, instances }] of seen) {
      const counts = this.#classes.obtain(className);
      if (counts === undefined) continue;
      counts.legendImages++;
      counts.pixels += pixels;
      counts.instances += instances;
      if (pixels > 0) counts.images++;
    }
  }

  #addCounts(labels: readonly Label[], imagePixels: number): void {
    if (this.#list === undefined) return;
    const pixelsOfId = new Map<number, number>();
    for (const { className, pixelCount } of labels) {
      const id = this.#list.idOf(className);
      if (id !== undefined && pixelCount > 0) pixelsOfId.set(id, (pixelsOfId.get(id) ?? 0) + pixelCount);
    }
    for (const [id, pixels] of pixelsOfId) {
      const counts = this.#counts.get(id) ?? { images: 0, pixels: 0, imagePixels: 0 };
      this.#counts.set(id, counts);
      counts.images++;
      counts.pixels += pixels;
      counts.imagePixels += imagePixels;
    }
  }

  #addColors(id: string, labels: readonly Label[]): void {
    const seen = new Set<number>();
    for (const { color, className, instanceNumber } of labels) {
      const rgb = parseColor(color);
      if (rgb < 0 || instanceNumber > 0 || seen.has(rgb)) continue;
      seen.add(rgb);
      const meaning = this.#colors.obtain(rgb)?.obtain(className);
      if (meaning === undefined) continue;
      if (meaning.images === 0) meaning.firstImage = id;
      meaning.images++;
    }
  }

  #addUnlabelled(id: string, { unlabelled }: CountedMap, imagePixels: number): void {
    const { count, colors } = unlabelled;
    if (count === 0) return;
    this.#unlabelledPixels += count;
    this.#unlabelledImages++;
    this.#worst = [...this.#worst, { id, pixels: count, share: count / imagePixels }]
      .sort((a, b) => b.share - a.share || byCodeUnits(a.id, b.id))
      .slice(0, MAX_WORST);
    for (const { color, count: pixels } of colors) {
      const counts = this.#unknownColors.obtain(color);
      if (counts === undefined) continue;
      counts.pixels += pixels;
      counts.images++;
    }
  }

  #addIssues(id: string, { issues }: CountedMap): void {
    const seen = new Set<string>();
    for (const issue of issues) {
      // A long list ends with the counts of the issues that it leaves out.
      for (const [code, count] of Object.entries(issue.omitted ?? { [issue.code]: 1 })) {
        const counts = this.#issues.obtain(code);
        if (counts === undefined) continue;
        if (counts.count === 0) counts.example = { id, message: issue.message };
        counts.count += count;
        if (!seen.has(code)) counts.images++;
        seen.add(code);
      }
    }
  }

  #conflicts(): ColorConflict[] {
    return this.#colors
      .entries()
      .filter(([, meanings]) => meanings.size > 1)
      .map(([rgb, meanings]) => ({
        color: `#${rgb.toString(16).padStart(6, "0")}`,
        classes: meanings
          .entries()
          .map(([className, meaning]) => ({ className, ...meaning }))
          .sort((a, b) => b.images - a.images || byCodeUnits(a.className, b.className)),
        omittedImages: meanings.turnedAway,
      }))
      .sort((a, b) => imagesOf(b) - imagesOf(a) || byCodeUnits(a.color, b.color));
  }
}

function newClass() {
  return { images: 0, pixels: 0, legendImages: 0, instances: 0 };
}

function imagesOf({ classes }: ColorConflict): number {
  return classes.reduce((sum, { images }) => sum + images, 0);
}

function byCodeUnits(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}

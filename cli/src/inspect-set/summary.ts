/**
 * Label maps, one after the other, to what a data set has: its parts, sizes, classes and objects. Only sums are kept, and
 * every list has a limit, so memory does not grow with the number of images.
 */

import type { ClassList } from "labelmap";
import type { Failure, SeenImage } from "./walk.js";

const MOST_CLASSES = 10_000;
const MOST_SIZES = 10_000;
const MOST_PARTS = 1000;
const MOST_FAILURES = 100;
const MOST_COLOURS = 65_536;
const LISTED_COLOURS = 50;

/** An object, and where it is. */
export interface ObjectSize {
  readonly pixels: number;
  readonly image: string;
}

/** What is known of a class in all images. */
export interface ClassSummary {
  /** `null` if the class list of the set lacks it. */
  readonly id: number | null;
  readonly name: string;
  readonly pixels: number;
  /** The share of all pixels, 0 to 1. */
  readonly share: number;
  /** The number of images in which it has pixels. */
  readonly images: number;
  /** The number of its numbered objects. */
  readonly objects: number;
  readonly smallest: ObjectSize | null;
  readonly largest: ObjectSize | null;
}

export interface SetSummary {
  /** The images that were decoded. */
  readonly images: number;
  readonly pixels: number;
  readonly objects: number;
  /** The images of each part; those without a part are not counted. */
  readonly parts: Readonly<Record<string, number>>;
  /** The images that have a photo. */
  readonly photos: number;
  /** The most frequent first. */
  readonly sizes: readonly { readonly width: number; readonly height: number; readonly images: number }[];
  /** In the order of the class list, then those that it lacks. */
  readonly classes: readonly ClassSummary[];
  readonly unlabelled: {
    readonly pixels: number;
    readonly share: number;
    readonly images: number;
    /** The 50 unknown colours or ids with the most pixels, of the first 16 of each image. */
    readonly values: readonly { readonly value: string; readonly pixels: number; readonly images: number }[];
  };
  readonly failed: number;
  /** The first 100. */
  readonly failures: readonly Failure[];
  /** How often something had no room in the lists above. */
  readonly omitted: number;
}

interface ClassCounts {
  pixels: number;
  images: number;
  objects: number;
  smallest: ObjectSize | null;
  largest: ObjectSize | null;
}

export class SummaryBuilder {
  readonly #classes = new Map<string, ClassCounts>();
  readonly #sizes = new Map<string, number>();
  readonly #parts = new Map<string, number>();
  readonly #unknown = new Map<string, { pixels: number; images: number }>();
  readonly #failures: Failure[] = [];
  #images = 0;
  #pixels = 0;
  #photos = 0;
  #failed = 0;
  #unlabelled = { pixels: 0, images: 0 };
  #omitted = 0;

  add({ item, map, failure }: SeenImage): void {
    if (item.split !== null) this.#count(this.#parts, item.split, MOST_PARTS);
    if (item.photo !== null) this.#photos++;
    if (failure !== null) {
      this.#failed++;
      if (this.#failures.length < MOST_FAILURES) this.#failures.push(failure);
    }
    if (map === null) return;
    const { width, height, labels, unlabelled } = map;
    this.#images++;
    this.#pixels += width * height;
    this.#count(this.#sizes, `${width}×${height}`, MOST_SIZES);
    const seen = new Set<string>();
    for (const { className, instanceId, pixelCount } of labels) {
      if (pixelCount === 0) continue;
      const counts = this.#obtain(this.#classes, className, MOST_CLASSES, newClass);
      if (counts === undefined) continue;
      counts.pixels += pixelCount;
      if (!seen.has(className)) counts.images++;
      seen.add(className);
      if (instanceId === 0) continue;
      counts.objects++;
      const size = { pixels: pixelCount, image: item.name };
      if (counts.smallest === null || pixelCount < counts.smallest.pixels) counts.smallest = size;
      if (counts.largest === null || pixelCount > counts.largest.pixels) counts.largest = size;
    }
    if (unlabelled.count === 0) return;
    this.#unlabelled.pixels += unlabelled.count;
    this.#unlabelled.images++;
    const ids = unlabelled.ids?.map(({ id, count }) => ({ value: String(id), count })) ?? [];
    const colours = unlabelled.colors.map(({ color, count }) => ({ value: color, count }));
    for (const { value, count } of [...ids, ...colours]) {
      const counts = this.#obtain(this.#unknown, value, MOST_COLOURS, () => ({ pixels: 0, images: 0 }));
      if (counts === undefined) continue;
      counts.pixels += count;
      counts.images++;
    }
  }

  /** @param list the classes of the set; null if they are not known */
  build(list: ClassList | null): SetSummary {
    const pixels = this.#pixels;
    const summaryOf = (id: number | null, name: string): ClassSummary => {
      const counts = this.#classes.get(name) ?? newClass();
      return { id, name, ...counts, share: pixels === 0 ? 0 : counts.pixels / pixels };
    };
    const listed = list?.classes.map(({ id, name }) => summaryOf(id, name)) ?? [];
    const names = new Set(listed.map(({ name }) => name));
    const others = [...this.#classes.keys()].filter((name) => !names.has(name)).sort();
    const classes = [...listed, ...others.map((name) => summaryOf(list?.idOf(name) ?? null, name))];
    return {
      images: this.#images,
      pixels,
      objects: classes.reduce((sum, { objects }) => sum + objects, 0),
      parts: Object.fromEntries([...this.#parts].sort()),
      photos: this.#photos,
      sizes: [...this.#sizes]
        .map(([size, images]) => {
          const [width, height] = size.split("×").map(Number);
          return { width: width!, height: height!, images };
        })
        .sort((a, b) => b.images - a.images || b.width * b.height - a.width * a.height),
      classes,
      unlabelled: {
        ...this.#unlabelled,
        share: pixels === 0 ? 0 : this.#unlabelled.pixels / pixels,
        values: [...this.#unknown]
          .map(([value, counts]) => ({ value, ...counts }))
          .sort((a, b) => b.pixels - a.pixels || (a.value < b.value ? -1 : 1))
          .slice(0, LISTED_COLOURS),
      },
      failed: this.#failed,
      failures: this.#failures,
      omitted: this.#omitted,
    };
  }

  #count(counts: Map<string, number>, key: string, most: number): void {
    if (counts.size < most || counts.has(key)) counts.set(key, (counts.get(key) ?? 0) + 1);
    else this.#omitted++;
  }

  #obtain<V>(entries: Map<string, V>, key: string, most: number, make: () => V): V | undefined {
    const known = entries.get(key);
    if (known !== undefined) return known;
    if (entries.size === most) {
      this.#omitted++;
      return undefined;
    }
    const value = make();
    entries.set(key, value);
    return value;
  }
}

function newClass(): ClassCounts {
  return { pixels: 0, images: 0, objects: 0, smallest: null, largest: null };
}

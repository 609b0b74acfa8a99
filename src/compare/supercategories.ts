/**
 * The scores of supercategories: those of the maps in which all classes of a supercategory are one class. A truck that is
 * predicted as a car counts as right. So the IoU of a supercategory is not the mean of its classes' IoU.
 *
 * Pixels come from the confusion matrix of the classes. Segments have to be matched again: an object of one class may match
 * an object of another class of the same supercategory.
 */
import type { ClassEntry } from "../legend/class-list.js";
import { Confusion, type PixelScores, pixelScoresOf } from "./confusion.js";
import { type ClassQuality, PanopticCounts, type SegmentOverlaps } from "./panoptic.js";
import type { Segment } from "./segments.js";

/**
 * The scores of one supercategory. A pixel is right if the classes of its reference and its prediction both belong to it.
 */
export interface SupercategoryScores extends PixelScores, ClassQuality {
  readonly name: string;
  /** The names of its classes, in the order of the class list. */
  readonly classNames: readonly string[];
  /** Whether one of its classes is a thing. */
  readonly isThing: boolean;
}

/** Counts segments by supercategory, and computes the scores. */
export class Supercategories {
  /** The names of the supercategories, in the order of their first classes. */
  readonly #names: readonly string[];
  readonly #classes: readonly ClassEntry[];
  /** Each class's supercategory. A class without one has a number of its own, behind all supercategories. */
  readonly #groupOf: readonly number[];
  readonly #panoptic = new PanopticCounts();

  constructor(classes: readonly ClassEntry[]) {
    this.#classes = classes;
    const names = new Set(classes.flatMap(({ supercategory }) => supercategory ?? []));
    this.#names = [...names];
    this.#groupOf = classes.map(({ supercategory }, index) =>
      supercategory === undefined ? names.size + index : this.#names.indexOf(supercategory),
    );
  }

  /** Counts the segments of an image. All stuff of a supercategory is one segment, and so are all crowds. */
  add({ reference, prediction, overlaps }: SegmentOverlaps): void {
    if (this.#names.length === 0) return;
    const regroup = (segments: readonly Segment[]) => {
      const grouped: Segment[] = [];
      const placeOf = new Map<string, number>();
      const places = segments.map(({ classIndex, instance, isCrowd }) => {
        const group = this.#groupOf[classIndex]!;
        // Numbers are unique within a class only: car 1 and truck 1 are two objects.
        const key = instance > 0 ? `${classIndex} ${instance}` : `${group} ${isCrowd}`;
        let place = placeOf.get(key);
        if (place === undefined) {
          place = grouped.push({ classIndex: group, instance, isCrowd }) - 1;
          placeOf.set(key, place);
        }
        return place;
      });
      return { grouped, places };
    };
    const a = regroup(reference);
    const b = regroup(prediction);
    const pairs = new Map<string, { reference: number; prediction: number; pixels: number }>();
    for (const overlap of overlaps) {
      const r = a.places[overlap.reference] ?? -1;
      const p = b.places[overlap.prediction] ?? -1;
      const pair = pairs.get(`${r} ${p}`);
      if (pair !== undefined) pair.pixels += overlap.pixels;
      else pairs.set(`${r} ${p}`, { reference: r, prediction: p, pixels: overlap.pixels });
    }
    this.#panoptic.add({ reference: a.grouped, prediction: b.grouped, overlaps: [...pairs.values()] });
  }

  /**
   * @param classes the counts by class.
   * @param isThing whether each class is a thing.
   */
  scores(classes: Confusion, isThing: readonly boolean[]): SupercategoryScores[] {
    if (this.#names.length === 0) return [];
    const counts = this.#confusionOf(classes).counts();
    return this.#names.map((name, group): SupercategoryScores => {
      const members = this.#classes.flatMap((entry, index) =>
        this.#groupOf[index] === group ? [{ entry, index }] : [],
      );
      return {
        name,
        classNames: members.map(({ entry }) => entry.name),
        isThing: members.some(({ index }) => isThing[index]),
        ...pixelScoresOf(counts[group]!),
        ...this.#panoptic.qualityOf(group),
      };
    });
  }

  /** The matrix of the supercategories, with all classes that have none as one more. */
  #confusionOf({ matrix, unpredicted }: Confusion): Confusion {
    const others = this.#names.length;
    const merged = new Confusion(others + 1);
    const groups = this.#groupOf.map((group) => Math.min(group, others));
    groups.forEach((reference, row) => {
      groups.forEach((predicted, column) => {
        merged.add(reference, predicted, matrix[row * groups.length + column]!);
      });
      merged.add(reference, undefined, unpredicted[row]!);
    });
    return merged;
  }
}

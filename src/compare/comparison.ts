/**
 * Compares two maps of an image, or of each image of a dataset, and gives the usual scores for segmentation. The
 * prediction is a model's output or a second annotator's mask. It finds the segments of both maps and counts their
 * overlaps, at the cost of the runs; all scores follow from the overlaps.
 */

import { checkOptions } from "../checks/arguments.js";
import { kindOf, quote } from "../checks/describe.js";
import { invalid } from "../checks/invalid.js";
import { ClassError, LabelMapError } from "../errors.js";
import type { ClassList } from "../legend/class-list.js";
import { isClassList } from "../legend/is-class-list.js";
import type { LabelRuns } from "../maps/label-runs.js";
import { runsOf } from "../maps/runs-of.js";
import { Confusion, meanOf, type PixelScores, pixelScoresOf, type SemanticScores } from "./confusion.js";
import { overlapsOf } from "./overlap.js";
import { type ClassQuality, type MeanQuality, meanQuality, PanopticCounts } from "./panoptic.js";
import { type ComparableMap, type SegmentOptions, segmentsOf } from "./segments.js";
import { Supercategories, type SupercategoryScores } from "./supercategories.js";

export interface ComparisonOptions {
  /**
   * The names of the classes that have instances ("things"). All pixels of any other class form one segment. In the
   * reference, pixels of a thing without an instance number are a crowd. Default: pixels are separated by their
   * instance numbers if they have any, and there are no crowds.
   */
  readonly things?: Iterable<string>;
  /**
   * Says that the values of plain arrays and runs are `class id * divisor + instance`, as `map.panoptic` returns them.
   * Default: their values are class ids. Decoded maps of labels do not need it, since they know their instances.
   */
  readonly divisor?: number;
  /** What to do with classes and ids that the list lacks: throw an error, or treat them as void. Default `"error"`. */
  readonly missing?: "error" | "void";
}

/** The scores of one class. A score is NaN if its divisor is 0. */
export interface ClassScores extends PixelScores, ClassQuality {
  readonly id: number;
  readonly name: string;
  /** Whether it is one of `things`. Without `things`: whether an instance of it was seen. */
  readonly isThing: boolean;
}

export interface ComparisonResult extends Omit<SemanticScores, keyof PixelScores> {
  readonly imageCount: number;
  /** In the order of the class list. */
  readonly classes: readonly ClassScores[];
  /**
   * The scores of the supercategories that the class list has, in the order of their first classes. They are the scores
   * that the list of `mergeBySupercategory` would give. Empty if no class has a supercategory.
   */
  readonly supercategories: readonly SupercategoryScores[];
  /** The mean of the supercategories' `iou`, for those that occur in either map. NaN if there are none. */
  readonly meanSupercategoryIoU: number;
  /**
   * Pixel counts, C×C, row-major: one row per reference class, one column per predicted class, in the order of the
   * class list. Void is left out.
   */
  readonly confusion: Float64Array;
  /** For each reference class, the number of pixels whose prediction is void. */
  readonly unpredicted: Float64Array;
  readonly panoptic: {
    readonly all: MeanQuality;
    readonly things: MeanQuality;
    readonly stuff: MeanQuality;
  };
}

/**
 * Compares two maps of one image, like a `Comparison` with a single pair. Use `Comparison` for a dataset, since the
 * scores of a dataset are not the means of its images' scores.
 *
 * @param reference the map that counts as true: a decoded map, or class ids as an H×W map, row-major, or as runs. With
 *   `divisor`, panoptic ids instead of class ids.
 * @param prediction the map to judge, of the same size.
 * @throws {LabelMapError} SIZE_MISMATCH: the two maps have different sizes.
 * @throws {ClassError} CLASS_UNKNOWN: a class or id that has pixels, or a name in `things`, is not in the list.
 * @throws {ValueRangeError} VALUE_OUT_OF_RANGE: a negative value, with `divisor`.
 * @throws {DecodeError} OPTION_INVALID: an invalid option or map, as in `Comparison`; OUT_OF_MEMORY.
 */
export function compare(
  reference: ComparableMap,
  prediction: ComparableMap,
  options: ComparisonOptions & { readonly classes: ClassList },
): ComparisonResult {
  const { classes, ...rest } = checkOptions(options);
  const comparison = new Comparison(classes, rest);
  comparison.add(reference, prediction);
  return comparison.result();
}

/**
 * Compares maps pair by pair and adds up the counts. Memory does not grow with the number of images.
 *
 * Pixels whose reference is void (the class list's `voidId` or `ignoreId`, or unlabelled) are left out. Means are taken
 * over the classes that occur in either map. A class that occurs in neither gets NaN, as in cityscapesScripts, not 0 or
 * 1.
 */
export class Comparison {
  readonly #classes: ClassList;
  readonly #options: SegmentOptions;
  readonly #confusion: Confusion;
  readonly #panoptic: PanopticCounts;
  readonly #supercategories: Supercategories;
  readonly #seenAsThing: Uint8Array;
  #imageCount = 0;

  /**
   * @throws {DecodeError} OPTION_INVALID: an invalid option, or something that is not a class list; OUT_OF_MEMORY: too
   *   many classes for a confusion matrix.
   * @throws {ClassError} CLASS_UNKNOWN: a name in `things` is not in the list.
   */
  constructor(classes: ClassList, options: ComparisonOptions = {}) {
    if (!isClassList(classes)) throw invalid(`classes is ${kindOf(classes)}; give a ClassList.`);
    const { things, divisor, missing = "error" } = checkOptions(options);
    if (divisor !== undefined && (!Number.isInteger(divisor) || divisor < 1)) {
      throw invalid("divisor must be an integer of at least 1.");
    }
    if (missing !== "error" && missing !== "void") throw invalid('missing must be "error" or "void".');
    this.#classes = classes;
    this.#options = {
      classes,
      divisor,
      missing,
      things: things === undefined ? undefined : indicesOf(things, classes),
    };
    this.#confusion = new Confusion(classes.classes.length);
    this.#panoptic = new PanopticCounts(classes.classes.length);
    this.#supercategories = new Supercategories(classes.classes);
    this.#seenAsThing = new Uint8Array(classes.classes.length);
  }

  /**
   * Adds one image. If it throws, nothing of the image has been added.
   *
   * @throws {LabelMapError} SIZE_MISMATCH: the two maps have different sizes.
   * @throws {ClassError} CLASS_UNKNOWN: a class or id that has pixels is not in the list.
   * @throws {ValueRangeError} VALUE_OUT_OF_RANGE: a negative value, with `divisor`.
   * @throws {DecodeError} OPTION_INVALID: not a map, a map of instances alone, a map of labels that has lost their
   *   names (by a crop or resize after decoding), or a panoptic map without `divisor`.
   */
  add(reference: ComparableMap, prediction: ComparableMap): void {
    const runs = { reference: runsOf(reference), prediction: runsOf(prediction) };
    checkOneSize(runs.reference, runs.prediction);
    const a = segmentsOf(reference, runs.reference, this.#options, "The reference");
    const b = segmentsOf(prediction, runs.prediction, this.#options, "The prediction");
    const overlaps = overlapsOf(a, b);
    for (const { reference: r, prediction: p, pixels } of overlaps) {
      if (r < 0) continue;
      this.#confusion.add(a.segments[r]!.classIndex, b.segments[p]?.classIndex, pixels);
    }
    const { things } = this.#options;
    const segments = { reference: a.segments, prediction: b.segments, overlaps };
    this.#panoptic.add(
      segments,
      ({ classIndex, instance }) => instance === 0 && things?.has(classIndex) === true,
    );
    this.#supercategories.add(segments, things);
    for (const { classIndex, instance } of [...a.segments, ...b.segments]) {
      if (instance > 0) this.#seenAsThing[classIndex] = 1;
    }
    this.#imageCount++;
  }

  /** The scores of all images added so far. */
  result(): ComparisonResult {
    const scores = this.#confusion.scores();
    const qualities = this.#panoptic.qualities();
    const { things } = this.#options;
    const classes = this.#classes.classes.map(
      ({ id, name }, index): ClassScores => ({
        id,
        name,
        isThing: things?.has(index) ?? this.#seenAsThing[index] === 1,
        ...pixelScoresOf(scores, index),
        ...qualities[index]!,
      }),
    );
    const isThing = classes.map((each) => each.isThing);
    const supercategories = this.#supercategories.scores(this.#confusion, isThing);
    const { meanIoU, meanAccuracy, pixelAccuracy, frequencyWeightedIoU } = scores;
    return {
      imageCount: this.#imageCount,
      classes,
      supercategories,
      meanSupercategoryIoU: meanOf(supercategories.map(({ iou }) => iou)),
      confusion: this.#confusion.matrix.slice(),
      unpredicted: this.#confusion.unpredicted.slice(),
      meanIoU,
      meanAccuracy,
      pixelAccuracy,
      frequencyWeightedIoU,
      panoptic: {
        all: meanQuality(classes),
        things: meanQuality(classes.filter(({ isThing }) => isThing)),
        stuff: meanQuality(classes.filter(({ isThing }) => !isThing)),
      },
    };
  }
}

function checkOneSize(reference: LabelRuns, prediction: LabelRuns): void {
  const [expected, found] = [reference, prediction].map(({ width, height }) => `${width}×${height}`);
  if (expected === found) return;
  const message = `The reference is ${expected} pixels, the prediction ${found}; compare maps of the same size.`;
  throw new LabelMapError("SIZE_MISMATCH", message);
}

function indicesOf(names: Iterable<string>, classes: ClassList): Set<number> {
  const isList = typeof names !== "string" && typeof names?.[Symbol.iterator] === "function";
  if (!isList) throw invalid(`things is ${kindOf(names)}; give an array of class names.`);
  return new Set(
    Array.from(names, (name) => {
      const id = typeof name === "string" ? classes.idOf(name) : undefined;
      const index = classes.classes.findIndex((entry) => entry.id === id);
      if (index >= 0) return index;
      const found = typeof name === "string" ? quote(name) : kindOf(name);
      const message = `things has ${found}, which is not in the class list; add it there, or remove it from things.`;
      throw new ClassError("CLASS_UNKNOWN", message);
    }),
  );
}

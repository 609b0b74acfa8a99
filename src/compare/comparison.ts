/**
 * Two maps of one image, or of each image of a dataset, to the figures by which segmentation is judged: a model's
 * output or a second annotator's mask against a reference. Segments of both maps are found, their overlaps counted at
 * the cost of the runs, and all figures follow from the overlaps.
 */

import { checkOptions, invalid } from "../checks/arguments.js";
import { kindOf, quote } from "../checks/describe.js";
import { ClassError, LabelMapError } from "../errors.js";
import type { ClassList } from "../legend/class-list.js";
import { isClassList } from "../legend/is-class-list.js";
import type { LabelRuns } from "../maps/label-runs.js";
import { runsOf } from "../maps/runs-of.js";
import { Confusion, type SemanticScores } from "./confusion.js";
import { overlapsOf } from "./overlap.js";
import { type ClassQuality, type MeanQuality, meanQuality, PanopticCounts } from "./panoptic.js";
import { type ComparableMap, type SegmentOptions, segmentsOf } from "./segments.js";

export interface ComparisonOptions {
  /**
   * The names of the classes that have instances ("things"). Of every other class all pixels are one segment, and
   * pixels of a thing without an instance number are a crowd in the reference. Default: what has instance numbers is
   * told apart by them, and there are no crowds.
   */
  readonly things?: Iterable<string>;
  /**
   * Where maps are arrays or runs: their values are `class id * divisor + instance`, as `map.panoptic` gives them.
   * Default: their values are class ids. Decoded maps of labels know their instances.
   */
  readonly divisor?: number;
  /** What becomes of classes and ids that the list lacks: an error, or void. Default `"error"`. */
  readonly missing?: "error" | "void";
}

/** One class's figures; NaN where there is nothing to divide by. */
export interface ClassScores extends ClassQuality {
  readonly id: number;
  readonly name: string;
  /** Whether it is one of `things`, or where these were not given, whether an instance of it was seen. */
  readonly isThing: boolean;
  /** Pixels in the reference. */
  readonly referencePixels: number;
  /** Pixels in the prediction, without those whose reference is void. */
  readonly predictedPixels: number;
  readonly iou: number;
  /** The share of the reference's pixels that are predicted right. */
  readonly accuracy: number;
}

export interface ComparisonResult extends Omit<SemanticScores, "iou" | "accuracy"> {
  readonly imageCount: number;
  /** In the order of the class list. */
  readonly classes: readonly ClassScores[];
  /** Pixels, row-major: a row per class of the reference, a column per class of the prediction, void left out. */
  readonly confusion: Float64Array;
  /** Per class of the reference the pixels whose prediction is void. */
  readonly unpredicted: Float64Array;
  readonly panoptic: {
    readonly all: MeanQuality;
    readonly things: MeanQuality;
    readonly stuff: MeanQuality;
  };
}

/**
 * Compares two maps of one image. Same as a `Comparison` of one pair; for a dataset use that, since the figures of a
 * dataset are not the means of its images' figures.
 *
 * @param reference what is taken as true: a decoded map, or class ids (`divisor` given: panoptic ids) as an H×W map
 *   or runs.
 * @param prediction what is judged.
 * @throws as `Comparison`.
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
 * Compares maps pair by pair and sums up. Memory does not grow with the number of images.
 *
 * Pixels whose reference is void (the class list's `voidId` or `ignoreId`, or unlabelled) are left out. Means are
 * over the classes that occur in either map; a class that occurs in neither is NaN, as in cityscapesScripts, and not
 * 0 or 1.
 */
export class Comparison {
  readonly #classes: ClassList;
  readonly #options: SegmentOptions;
  readonly #confusion: Confusion;
  readonly #panoptic: PanopticCounts;
  readonly #seenAsThing: Uint8Array;
  #imageCount = 0;

  /**
   * @throws {DecodeError} OPTION_INVALID; OUT_OF_MEMORY: the confusion matrix of so many classes.
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
    this.#seenAsThing = new Uint8Array(classes.classes.length);
  }

  /**
   * Adds one image. After an error nothing of it was added.
   *
   * @throws {LabelMapError} SIZE_MISMATCH: the two maps have different sizes.
   * @throws {ClassError} CLASS_UNKNOWN: a class or id that has pixels is not in the list.
   * @throws {ValueRangeError} VALUE_OUT_OF_RANGE: a negative value where a divisor is given.
   * @throws {DecodeError} OPTION_INVALID: no map, a map of instances alone, one of labels that has lost their names (by
   *   a crop or resize), or a panoptic one without `divisor`.
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
    this.#panoptic.add(
      { reference: a.segments, prediction: b.segments, overlaps },
      ({ classIndex, instance }) => instance === 0 && things?.has(classIndex) === true,
    );
    for (const { classIndex, instance } of [...a.segments, ...b.segments]) {
      if (instance > 0) this.#seenAsThing[classIndex] = 1;
    }
    this.#imageCount++;
  }

  /** The figures of all that was added so far. */
  result(): ComparisonResult {
    const { iou, accuracy, ...scores } = this.#confusion.scores();
    const referencePixels = this.#confusion.referencePixels();
    const predictedPixels = this.#confusion.predictedPixels();
    const qualities = this.#panoptic.qualities();
    const { things } = this.#options;
    const classes = this.#classes.classes.map(
      ({ id, name }, index): ClassScores => ({
        id,
        name,
        isThing: things?.has(index) ?? this.#seenAsThing[index] === 1,
        referencePixels: referencePixels[index]!,
        predictedPixels: predictedPixels[index]!,
        iou: iou[index]!,
        accuracy: accuracy[index]!,
        ...qualities[index]!,
      }),
    );
    return {
      imageCount: this.#imageCount,
      classes,
      confusion: this.#confusion.matrix.slice(),
      unpredicted: this.#confusion.unpredicted.slice(),
      ...scores,
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
  const message = `The reference is ${expected} pixels, the prediction ${found}; compare maps of one size.`;
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
      throw new ClassError("CLASS_UNKNOWN", `things has ${found}, which is no class of the class list.`);
    }),
  );
}

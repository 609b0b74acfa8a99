/**
 * Compares two maps of an image, or of each image of a dataset, and gives the usual scores for segmentation. The
 * prediction is a model's output or a second annotator's mask. It finds the segments of both maps and counts their
 * overlaps, at the cost of the runs; all scores follow from the overlaps.
 */

import { checkOptions } from "../checks/arguments.js";
import { checkKeys, isObject, kindOf, quote } from "../checks/describe.js";
import { invalid } from "../checks/invalid.js";
import { ClassError, LabelMapError } from "../errors.js";
import type { ClassList } from "../legend/class-list.js";
import { isClassList } from "../legend/is-class-list.js";
import type { LabelRuns } from "../maps/label-runs.js";
import { runsOf } from "../maps/runs-of.js";
import { boundaryDistance, DEFAULT_DILATION_RATIO, InteriorCounts } from "./boundary.js";
import {
  Confusion,
  type MeanScores,
  meanOf,
  meanScoresOf,
  type PixelCounts,
  type PixelScores,
  pixelScoresOf,
} from "./confusion.js";
import { type Overlap, overlapsOf } from "./overlap.js";
import { type ClassQuality, type MeanQuality, meanQuality, PanopticCounts } from "./panoptic.js";
import { type ComparableMap, type Segment, type SegmentOptions, segmentsOf } from "./segments.js";
import { Supercategories, type SupercategoryScores } from "./supercategories.js";

export interface ComparisonOptions {
  /**
   * The names of the classes that have instances ("things"). All pixels of any other class form one segment. In the
   * reference, pixels of a thing without an instance number are a crowd. Default: pixels are separated by their
   * instance numbers if they have any, and labels with `isCrowd` are crowds.
   */
  readonly things?: Iterable<string>;
  /**
   * Says that the values of plain arrays and runs are `class id * divisor + instance`, as `map.panoptic` returns them.
   * Default: their values are class ids. Decoded maps of labels do not need it, since they know their instances.
   */
  readonly divisor?: number;
  /** What to do with classes and ids that the list lacks: throw an error, or treat them as void. Default `"error"`. */
  readonly missing?: "error" | "void";
  /**
   * Computes Boundary IoU too: the IoU of the pixels near the edges of a class (Cheng et al. 2021). It shows errors along
   * edges, to which the IoU of large objects is nearly blind. Default `false`.
   *
   * `dilationRatio` says how wide the boundaries are, as a share of the image's diagonal. The default 0.02 is that of the
   * paper for COCO. For Cityscapes and LVIS it is 0.005. Supercategories have no Boundary IoU.
   */
  readonly boundary?: boolean | { readonly dilationRatio?: number };
}

/** The scores of one class. A score is NaN if its divisor is 0. */
export interface ClassScores extends PixelScores, ClassQuality {
  readonly id: number;
  readonly name: string;
  /** Whether it is one of `things`. Without `things`: whether an instance or a crowd of it was seen. */
  readonly isThing: boolean;
  /**
   * The IoU of the class's boundaries in both maps, 0 to 1. Only with the option `boundary`.
   *
   * The boundary is measured inside each class: it is what erosion takes from the class's pixels. An edge between a class
   * and void counts, and so does the image's edge, as in the code of the paper. Two objects of a class that touch have no
   * boundary in between. As in all scores of pixels, pixels whose reference is void are left out.
   */
  readonly boundaryIoU?: number;
}

/** The mean panoptic quality. */
export interface PanopticMeans {
  readonly all: MeanQuality;
  readonly things: MeanQuality;
  readonly stuff: MeanQuality;
}

/** The scores of one image. They are those that `compare` gives for it. */
export interface ImageScores extends MeanScores {
  /** The classes that occur in either map of the image, in the order of the class list. */
  readonly classes: readonly ClassScores[];
  /** The mean of `boundaryIoU` over the classes for which it is not NaN. Only with the option `boundary`. */
  readonly meanBoundaryIoU?: number;
  readonly panoptic: PanopticMeans;
}

export interface ComparisonResult extends MeanScores {
  readonly imageCount: number;
  /** In the order of the class list. */
  readonly classes: readonly ClassScores[];
  /** The mean of `boundaryIoU` over the classes for which it is not NaN. Only with the option `boundary`. */
  readonly meanBoundaryIoU?: number;
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
  readonly panoptic: PanopticMeans;
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
  if ((options as unknown) === undefined)
    throw invalid("The options are missing; give { classes }, a ClassList.");
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
  readonly #panoptic = new PanopticCounts();
  readonly #supercategories: Supercategories;
  readonly #seenAsThing = new Set<number>();
  /** `undefined` if boundaries are not asked for. */
  readonly #dilationRatio: number | undefined;
  readonly #interior: InteriorCounts | undefined;
  #imageCount = 0;

  /**
   * @throws {DecodeError} OPTION_INVALID: an invalid option, or something that is not a class list; OUT_OF_MEMORY: too
   *   many classes for a confusion matrix.
   * @throws {ClassError} CLASS_UNKNOWN: a name in `things` is not in the list.
   */
  constructor(classes: ClassList, options: ComparisonOptions = {}) {
    if (!isClassList(classes)) throw invalid(`classes is ${kindOf(classes)}; give a ClassList.`);
    const { things, divisor, missing = "error", boundary = false } = checkOptions(options);
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
    this.#dilationRatio = dilationRatioOf(boundary);
    this.#interior = this.#newInteriorCounts();
    this.#confusion = new Confusion(classes.classes.length);
    this.#supercategories = new Supercategories(classes.classes);
  }

  /**
   * Adds one image. If it throws, nothing of the image has been added.
   *
   * @returns the scores of this image alone, for example to find the worst images.
   * @throws {LabelMapError} SIZE_MISMATCH: the two maps have different sizes.
   * @throws {ClassError} CLASS_UNKNOWN: a class or id that has pixels is not in the list.
   * @throws {ValueRangeError} VALUE_OUT_OF_RANGE: a negative value, with `divisor`.
   * @throws {DecodeError} OPTION_INVALID: not a map, a map of instances alone, a map of labels that has lost their
   *   names (by a crop or resize after decoding), or a panoptic map without `divisor`; OUT_OF_MEMORY.
   */
  add(reference: ComparableMap, prediction: ComparableMap): ImageScores {
    const runs = { reference: runsOf(reference), prediction: runsOf(prediction) };
    checkOneSize(runs.reference, runs.prediction);
    const a = segmentsOf(reference, runs.reference, this.#options, "The reference");
    const b = segmentsOf(prediction, runs.prediction, this.#options, "The prediction");
    const overlaps = overlapsOf(a, b);
    const segments = { reference: a.segments, prediction: b.segments, overlaps };
    const panoptic = new PanopticCounts();
    panoptic.add(segments);
    const interior = this.#newInteriorCounts();
    if (this.#dilationRatio !== undefined) {
      const { width, height } = runs.reference;
      interior?.add(a, b, boundaryDistance(width, height, this.#dilationRatio));
    }
    // The totals change only now, so that a refused image leaves no trace.
    this.#panoptic.addAll(panoptic);
    if (interior !== undefined) this.#interior?.addAll(interior);
    this.#supercategories.add(segments);
    for (const { reference: r, prediction: p, pixels } of overlaps) {
      if (r >= 0) this.#confusion.add(a.segments[r]!.classIndex, b.segments[p]?.classIndex, pixels);
    }
    const all = [...a.segments, ...b.segments];
    const seenAsThing = new Set(all.filter(isThingSegment).map(({ classIndex }) => classIndex));
    for (const classIndex of seenAsThing) this.#seenAsThing.add(classIndex);
    this.#imageCount++;
    const pixels = pixelsByClass(a.segments, b.segments, overlaps);
    return this.#scores(pixels, panoptic, interior, seenAsThing);
  }

  /** The scores of all images added so far. */
  result(): ComparisonResult {
    const pixels = new Map(this.#confusion.counts().entries());
    const scores = this.#scores(pixels, this.#panoptic, this.#interior, this.#seenAsThing);
    const isThing = scores.classes.map((each) => each.isThing);
    const supercategories = this.#supercategories.scores(this.#confusion, isThing);
    return {
      imageCount: this.#imageCount,
      ...scores,
      supercategories,
      meanSupercategoryIoU: meanOf(supercategories.map(({ iou }) => iou)),
      confusion: this.#confusion.matrix.slice(),
      unpredicted: this.#confusion.unpredicted.slice(),
    };
  }

  #newInteriorCounts(): InteriorCounts | undefined {
    return this.#dilationRatio === undefined ? undefined : new InteriorCounts(this.#classes.classes.length);
  }

  /**
   * @param pixels the counts of each class to score, by its index in the class list.
   * @param seenAsThing the classes of which an object was seen.
   */
  #scores(
    pixels: ReadonlyMap<number, PixelCounts>,
    panoptic: PanopticCounts,
    interior: InteriorCounts | undefined,
    seenAsThing: ReadonlySet<number>,
  ): ImageScores {
    const isThing = this.#options.things ?? seenAsThing;
    const classes = [...pixels].map(([index, counts]): ClassScores => {
      const { id, name } = this.#classes.classes[index]!;
      return {
        id,
        name,
        isThing: isThing.has(index),
        ...pixelScoresOf(counts),
        ...(interior && { boundaryIoU: pixelScoresOf(interior.boundaryOf(index, counts)).iou }),
        ...panoptic.qualityOf(index),
      };
    });
    return {
      classes,
      ...meanScoresOf([...pixels.values()]),
      ...(interior && { meanBoundaryIoU: meanOf(classes.map(({ boundaryIoU }) => boundaryIoU!)) }),
      panoptic: {
        all: meanQuality(classes),
        things: meanQuality(classes.filter((each) => each.isThing)),
        stuff: meanQuality(classes.filter((each) => !each.isThing)),
      },
    };
  }
}

/** Whether it is an object, or several that nobody told apart. */
function isThingSegment({ instance, isCrowd }: Segment): boolean {
  return instance > 0 || isCrowd;
}

/** The pixels of each class that occurs in an image, in the order of the class list. */
function pixelsByClass(
  reference: readonly Segment[],
  prediction: readonly Segment[],
  overlaps: readonly Overlap[],
): Map<number, PixelCounts> {
  const indices = new Set([...reference, ...prediction].map(({ classIndex }) => classIndex));
  const counts = new Map(
    [...indices].sort((a, b) => a - b).map((index) => [index, { reference: 0, predicted: 0, right: 0 }]),
  );
  for (const { reference: r, prediction: p, pixels } of overlaps) {
    if (r < 0) continue;
    const expected = reference[r]!.classIndex;
    const found = prediction[p]?.classIndex;
    counts.get(expected)!.reference += pixels;
    if (found !== undefined) counts.get(found)!.predicted += pixels;
    if (expected === found) counts.get(expected)!.right += pixels;
  }
  return counts;
}

/** @returns `undefined` if boundaries are not asked for. */
function dilationRatioOf(boundary: ComparisonOptions["boundary"]): number | undefined {
  if (boundary === false) return undefined;
  if (boundary === true) return DEFAULT_DILATION_RATIO;
  if (!isObject(boundary)) {
    throw invalid(`boundary is ${kindOf(boundary)}; give true, false or { dilationRatio }.`);
  }
  checkKeys(boundary, "dilationRatio", "boundary");
  const { dilationRatio = DEFAULT_DILATION_RATIO } = boundary;
  // Written so that NaN is refused too.
  if (typeof dilationRatio === "number" && dilationRatio > 0 && dilationRatio <= 1) return dilationRatio;
  throw invalid("boundary.dilationRatio must be a number above 0, and at most 1.");
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

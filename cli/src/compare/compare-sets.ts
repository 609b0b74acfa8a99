/** Compares two data sets: one pair of masks at a time, so memory does not grow with their number. */

import { ClassError, type ClassList, type LabelMap, LabelMapError } from "labelmap";
import { Comparison, type ComparisonResult, type ImageScores } from "labelmap/compare";
import type { SetItem } from "labelmap/formats";
import { type ClassMap, mapClasses } from "../convert/class-map.js";
import { inFlags } from "../in-flags.js";
import { ClassColors } from "./class-colors.js";
import type { JoinedClasses } from "./joined-classes.js";
import type { ImagePair } from "./pair-images.js";

export const SIDES = ["truth", "prediction"] as const;
export type Side = (typeof SIDES)[number];

export interface CompareOptions {
  readonly joined: JoinedClasses;
  readonly missing: "error" | "void";
  readonly things?: readonly string[] | undefined;
  readonly boundaryRatio: number;
  /** How many of the worst images are listed. */
  readonly worst: number;
  readonly onProgress: (progress: { readonly done: number; readonly failed: number }) => void;
}

/** An image that could not be compared. */
export interface Failure {
  readonly name: string;
  /** The side whose mask cannot be read; null if the two do not go together. */
  readonly side: Side | null;
  readonly code: string;
  readonly message: string;
}

/** The figures of one image. */
export interface WorstImage {
  readonly pair: ImagePair;
  readonly meanIoU: number;
  readonly pixelAccuracy: number;
  readonly meanBoundaryIoU: number;
  readonly pq: number;
  /** The class with the lowest IoU; of several, the first of the list. */
  readonly lowest: { readonly name: string; readonly iou: number };
}

/** Pixels of a side that have no label. */
export interface UnlabelledPixels {
  readonly pixels: number;
  readonly images: number;
}

export interface Compared {
  readonly result: ComparisonResult;
  readonly failures: readonly Failure[];
  /** The images with the lowest mean IoU, the lowest first. Images in which there is nothing to compare are left out. */
  readonly worst: readonly WorstImage[];
  readonly unlabelled: Readonly<Record<Side, UnlabelledPixels>>;
  /** The colour of each class, `#rrggbb`, in the order of the class list. */
  readonly colors: readonly string[];
}

/**
 * @throws {ClassError} CLASS_UNKNOWN: a class that has pixels is not in the list. The message names the image. An image that
 *   cannot be read or compared for another reason is one of the failures.
 */
export async function compareSets(pairs: readonly ImagePair[], options: CompareOptions): Promise<Compared> {
  const { joined, missing, things, boundaryRatio, onProgress } = options;
  const { classes } = joined;
  const comparison = new Comparison(classes, {
    ...{ missing, boundary: { dilationRatio: boundaryRatio } },
    ...(things !== undefined && { things }),
  });
  const failures: Failure[] = [];
  const worst: WorstImage[] = [];
  const unlabelled = { truth: { pixels: 0, images: 0 }, prediction: { pixels: 0, images: 0 } };
  const colors = new ClassColors(classes);
  let done = 0;
  for (const pair of pairs) {
    try {
      const { truth, prediction } = await readPair(pair, joined);
      const scores = comparison.add(truth, prediction);
      for (const [side, { unlabelled: rest }] of Object.entries({ truth, prediction })) {
        unlabelled[side as Side].pixels += rest.count;
        if (rest.count > 0) unlabelled[side as Side].images++;
      }
      colors.add(truth);
      keepWorst(worst, figuresOf(pair, scores), options.worst);
      done++;
    } catch (error) {
      if (!(error instanceof LabelMapError)) throw error;
      const { side, cause } = error instanceof SideError ? error : { side: null, cause: error };
      // The other images would fail too, and what is missing is a class of the whole set.
      if (cause instanceof ClassError) throw named(cause, pair.name);
      failures.push({ name: pair.name, side, code: cause.code, message: inFlags(cause.message, cause.code) });
    }
    onProgress({ done, failed: failures.length });
  }
  return { result: comparison.result(), failures, worst, unlabelled, colors: colors.result() };
}

/** The two maps of a pair, with the names that the classes have after `--map-classes`. @throws {SideError | LabelMapError} */
export async function readPair(
  { truth, prediction }: ImagePair,
  { classes, mapOf }: Pick<JoinedClasses, "classes" | "mapOf">,
): Promise<Readonly<Record<Side, LabelMap>>> {
  const a = await readSide("truth", truth, mapOf.truth, classes);
  const b = await readSide("prediction", prediction, mapOf.prediction, classes);
  if (a.width !== b.width || a.height !== b.height) {
    const sizes = `the truth has ${a.width}×${a.height} pixels, and the prediction ${b.width}×${b.height}`;
    throw new LabelMapError("SIZE_MISMATCH", `${sizes}; resize the prediction to the size of the truth`);
  }
  return { truth: a, prediction: b };
}

/** What went wrong with the mask of one side. */
class SideError extends LabelMapError {
  readonly side: Side;
  override readonly cause: LabelMapError;

  constructor(side: Side, cause: LabelMapError) {
    super(cause.code, cause.message);
    this.side = side;
    this.cause = cause;
  }
}

async function readSide(side: Side, item: SetItem, names: ClassMap, classes: ClassList): Promise<LabelMap> {
  try {
    const map = await item.map();
    return names.size === 0 ? map : mapClasses(map, names, classes);
  } catch (error) {
    throw error instanceof LabelMapError ? new SideError(side, error) : error;
  }
}

/** The error with the image's name in front. */
function named(error: ClassError, name: string): ClassError {
  error.message = `${name}: ${error.message}`
    .replace(": The reference has", ": the truth has")
    .replace(": The prediction has", ": the prediction has");
  return error;
}

function figuresOf(pair: ImagePair, scores: ImageScores): WorstImage {
  const { meanIoU, pixelAccuracy, meanBoundaryIoU = Number.NaN, panoptic, classes } = scores;
  const lowest = classes
    .filter(({ iou }) => !Number.isNaN(iou))
    .reduce<WorstImage["lowest"]>((least, { name, iou }) => (iou < least.iou ? { name, iou } : least), {
      name: "",
      iou: Number.POSITIVE_INFINITY,
    });
  return { pair, meanIoU, pixelAccuracy, meanBoundaryIoU, pq: panoptic.all.pq, lowest };
}

/** Puts an image at its place in the list, and drops the best one if there are too many. */
function keepWorst(worst: WorstImage[], image: WorstImage, most: number): void {
  if (Number.isNaN(image.meanIoU)) return;
  const place = worst.findIndex(({ meanIoU }) => meanIoU > image.meanIoU);
  worst.splice(place < 0 ? worst.length : place, 0, image);
  if (worst.length > most) worst.pop();
}

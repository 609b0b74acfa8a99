/** All figures of a comparison of two data sets, as `--json` prints them. The text and the page are made from them. */

import type { ClassScores, ComparisonResult } from "labelmap/compare";
import type { Compared, Failure, Side, UnlabelledPixels } from "./compare-sets.js";

/** A score from 0 to 1; null if it is not defined, because its divisor is 0. */
export type Score = number | null;

/** One side of the comparison. */
export interface SideSummary {
  /** The path as it was given. */
  readonly source: string;
  /** The name of the format. */
  readonly format: string;
  /** How many images the side has. */
  readonly images: number;
  /** The names of images that the other side lacks. They are not compared. */
  readonly onlyHere: readonly string[];
  /** The classes that the other side lacks. */
  readonly classesOnlyHere: readonly string[];
  readonly unlabelled: UnlabelledPixels;
}

export interface Quality {
  readonly pq: Score;
  readonly sq: Score;
  readonly rq: Score;
}

/** The scores of one class, or of one supercategory. */
export interface ScoresRow extends Quality {
  readonly name: string;
  readonly isThing: boolean;
  /** Pixels of the class in the truth. */
  readonly truthPixels: number;
  /** Pixels of the class in the prediction, except those that the truth leaves open. */
  readonly predictedPixels: number;
  readonly iou: Score;
  readonly precision: Score;
  readonly recall: Score;
  readonly dice: Score;
  readonly truePositives: number;
  readonly falsePositives: number;
  readonly falseNegatives: number;
}

export interface ClassRow extends ScoresRow {
  readonly id: number;
  readonly boundaryIoU: Score;
}

export interface WorstRow {
  readonly name: string;
  readonly meanIoU: Score;
  readonly pixelAccuracy: Score;
  readonly meanBoundaryIoU: Score;
  readonly pq: Score;
  readonly lowestClass: string;
  readonly lowestIoU: Score;
}

/** What `--json` prints. */
export interface Summary {
  readonly truth: SideSummary;
  readonly prediction: SideSummary;
  /** How many pairs were compared. */
  readonly images: number;
  readonly failures: readonly Failure[];
  /** Classes that `--classes` lacks. */
  readonly classesNotInList: readonly string[];
  readonly by: "class" | "supercategory";
  readonly boundaryRatio: number;
  /** Whether there are objects. Without them, PQ, SQ and RQ treat each class of an image as one segment. */
  readonly hasObjects: boolean;
  /** Means over the classes for which the score is defined. `pixelAccuracy` is the share of all pixels. */
  readonly means: {
    readonly iou: Score;
    readonly precision: Score;
    readonly recall: Score;
    readonly dice: Score;
    readonly boundaryIoU: Score;
    readonly pixelAccuracy: Score;
    readonly frequencyWeightedIoU: Score;
  };
  readonly panoptic: Readonly<Record<"all" | "things" | "stuff", Quality & { readonly classCount: number }>>;
  readonly classes: readonly ClassRow[];
  /** Empty if no class has a supercategory, and with `by: "supercategory"`, since the classes are supercategories then. */
  readonly supercategories: readonly (ScoresRow & { readonly classNames: readonly string[] })[];
  readonly confusion: {
    /** The classes of the rows (truth) and columns (prediction). */
    readonly classes: readonly string[];
    /** Pixel counts, a list for each row. */
    readonly pixels: readonly (readonly number[])[];
    /** For each row, the pixels for which the prediction has no class. */
    readonly unpredicted: readonly number[];
  };
  /** The images with the lowest mean IoU, the lowest first. */
  readonly worst: readonly WorstRow[];
  /** The limit of `--fail-under`, and whether the mean IoU reaches it; null without the flag. */
  readonly failUnder: number | null;
  readonly passed: boolean | null;
}

/** What the figures do not say themselves. */
export interface About {
  readonly truth: Omit<SideSummary, "unlabelled">;
  readonly prediction: Omit<SideSummary, "unlabelled">;
  readonly classesNotInList: readonly string[];
  readonly by: "class" | "supercategory";
  readonly boundaryRatio: number;
  readonly failUnder: number | null;
}

export function summarise({ result, failures, worst, unlabelled }: Compared, about: About): Summary {
  const { by, boundaryRatio, classesNotInList, failUnder } = about;
  const { classes, panoptic, meanIoU, supercategories } = result;
  const side = (name: Side) => ({ ...about[name], unlabelled: unlabelled[name] });
  const meanOf = (values: readonly number[]) => {
    const defined = values.filter((value) => !Number.isNaN(value));
    return score(defined.reduce((sum, value) => sum + value, 0) / defined.length);
  };
  return {
    truth: side("truth"),
    prediction: side("prediction"),
    images: result.imageCount,
    failures,
    classesNotInList,
    by,
    boundaryRatio,
    hasObjects: classes.some(({ isThing }) => isThing),
    means: {
      iou: score(meanIoU),
      precision: meanOf(classes.map(({ precision }) => precision)),
      recall: score(result.meanAccuracy),
      dice: meanOf(classes.map(({ dice }) => dice)),
      boundaryIoU: score(result.meanBoundaryIoU!),
      pixelAccuracy: score(result.pixelAccuracy),
      frequencyWeightedIoU: score(result.frequencyWeightedIoU),
    },
    panoptic: {
      all: qualityOf(panoptic.all),
      things: qualityOf(panoptic.things),
      stuff: qualityOf(panoptic.stuff),
    },
    classes: classes.map((entry) => ({
      id: entry.id,
      ...rowOf(entry),
      boundaryIoU: score(entry.boundaryIoU!),
    })),
    supercategories:
      by === "supercategory"
        ? []
        : supercategories.map((entry) => ({ ...rowOf(entry), classNames: entry.classNames })),
    confusion: confusionOf(result),
    worst: worst.map(({ pair, lowest, ...figures }) => ({
      name: pair.name,
      meanIoU: score(figures.meanIoU),
      pixelAccuracy: score(figures.pixelAccuracy),
      meanBoundaryIoU: score(figures.meanBoundaryIoU),
      pq: score(figures.pq),
      lowestClass: lowest.name,
      lowestIoU: score(lowest.iou),
    })),
    failUnder,
    passed: failUnder === null ? null : meanIoU >= failUnder,
  };
}

/** JSON has no NaN. */
function score(value: number): Score {
  return Number.isNaN(value) ? null : value;
}

type Scores = Omit<ClassScores, "id" | "boundaryIoU">;

function rowOf(entry: Scores): ScoresRow {
  const { name, isThing, truePositives, falsePositives, falseNegatives } = entry;
  return {
    name,
    isThing,
    truthPixels: entry.referencePixels,
    predictedPixels: entry.predictedPixels,
    iou: score(entry.iou),
    precision: score(entry.precision),
    recall: score(entry.accuracy),
    dice: score(entry.dice),
    pq: score(entry.pq),
    sq: score(entry.sq),
    rq: score(entry.rq),
    truePositives,
    falsePositives,
    falseNegatives,
  };
}

function qualityOf({ pq, sq, rq, classCount }: ComparisonResult["panoptic"]["all"]) {
  return { pq: score(pq), sq: score(sq), rq: score(rq), classCount };
}

function confusionOf({ classes, confusion, unpredicted }: ComparisonResult): Summary["confusion"] {
  const count = classes.length;
  return {
    classes: classes.map(({ name }) => name),
    pixels: classes.map((_, row) => [...confusion.subarray(row * count, (row + 1) * count)]),
    unpredicted: [...unpredicted],
  };
}

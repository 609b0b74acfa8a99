/**
 * Computes panoptic quality: how well segments are found (RQ) and how well they are outlined (SQ); PQ = SQ × RQ.
 *
 * The definition is by Kirillov et al., "Panoptic Segmentation" (CVPR 2019), the arithmetic is that of panopticapi's
 * `evaluation.py`. Two segments of the same class match if their IoU is above 0.5, so no segment matches twice. Void
 * pixels of the reference are not part of a union. A predicted segment is not counted as a false positive if more than
 * half of it lies in void, or in a crowd of its class. A crowd is neither found nor missed.
 */
import { meanOf } from "./confusion.js";
import type { Overlap } from "./overlap.js";
import type { Segment } from "./segments.js";

/** The quality of one class, each score from 0 to 1. The scores are NaN if the class is in neither map. */
export interface ClassQuality {
  readonly pq: number;
  readonly sq: number;
  readonly rq: number;
  readonly truePositives: number;
  readonly falsePositives: number;
  readonly falseNegatives: number;
}

/** The mean over the classes that occur in either map. */
export interface MeanQuality {
  readonly pq: number;
  readonly sq: number;
  readonly rq: number;
  /** The number of classes in the mean. */
  readonly classCount: number;
}

/** The segments of both maps of an image, and their overlaps. */
export interface SegmentOverlaps {
  readonly reference: readonly Segment[];
  readonly prediction: readonly Segment[];
  readonly overlaps: readonly Overlap[];
}

/** The counts of one class. */
interface Counts {
  iouSum: number;
  truePositives: number;
  falsePositives: number;
  falseNegatives: number;
}

/** The counts per class, over any number of images. */
export class PanopticCounts {
  readonly #counts = new Map<number, Counts>();

  #of(classIndex: number): Counts {
    let counts = this.#counts.get(classIndex);
    if (counts === undefined) {
      counts = { iouSum: 0, truePositives: 0, falsePositives: 0, falseNegatives: 0 };
      this.#counts.set(classIndex, counts);
    }
    return counts;
  }

  /** Counts the segments of an image. */
  add({ reference, prediction, overlaps }: SegmentOverlaps): void {
    const referenceArea = new Float64Array(reference.length);
    const predictionArea = new Float64Array(prediction.length);
    const inVoid = new Float64Array(prediction.length);
    const inVoidOrCrowd = new Float64Array(prediction.length);
    for (const { reference: r, prediction: p, pixels } of overlaps) {
      if (r >= 0) referenceArea[r]! += pixels;
      if (p < 0) continue;
      predictionArea[p]! += pixels;
      if (r < 0) inVoid[p]! += pixels;
      const isForgiven =
        r < 0 || (reference[r]!.isCrowd && reference[r]!.classIndex === prediction[p]!.classIndex);
      if (isForgiven) inVoidOrCrowd[p]! += pixels;
    }
    const isFound = new Uint8Array(reference.length);
    const isRight = new Uint8Array(prediction.length);
    for (const { reference: r, prediction: p, pixels } of overlaps) {
      if (r < 0 || p < 0 || reference[r]!.isCrowd) continue;
      const { classIndex } = reference[r]!;
      if (classIndex !== prediction[p]!.classIndex) continue;
      const iou = pixels / (referenceArea[r]! + predictionArea[p]! - pixels - inVoid[p]!);
      if (iou <= 0.5) continue;
      isFound[r] = 1;
      isRight[p] = 1;
      const counts = this.#of(classIndex);
      counts.truePositives++;
      counts.iouSum += iou;
    }
    reference.forEach(({ classIndex, isCrowd }, r) => {
      if (isFound[r] === 0 && !isCrowd) this.#of(classIndex).falseNegatives++;
    });
    prediction.forEach(({ classIndex }, p) => {
      if (isRight[p] === 0 && inVoidOrCrowd[p]! / predictionArea[p]! <= 0.5) {
        this.#of(classIndex).falsePositives++;
      }
    });
  }

  /** Adds what other images have counted. */
  addAll(other: PanopticCounts): void {
    for (const [classIndex, counts] of other.#counts) {
      const sum = this.#of(classIndex);
      sum.iouSum += counts.iouSum;
      sum.truePositives += counts.truePositives;
      sum.falsePositives += counts.falsePositives;
      sum.falseNegatives += counts.falseNegatives;
    }
  }

  /** The quality of a class. */
  qualityOf(classIndex: number): ClassQuality {
    const counts = this.#counts.get(classIndex);
    const { iouSum = 0, truePositives = 0, falsePositives = 0, falseNegatives = 0 } = counts ?? {};
    const weight = truePositives + falsePositives / 2 + falseNegatives / 2;
    return {
      pq: iouSum / weight,
      // If there are segments but no match, there is no outline to judge: 0, as in panopticapi.
      sq: truePositives === 0 && weight > 0 ? 0 : iouSum / truePositives,
      rq: truePositives / weight,
      truePositives,
      falsePositives,
      falseNegatives,
    };
  }
}

/** The means over those classes of `qualities` that occur. */
export function meanQuality(qualities: readonly ClassQuality[]): MeanQuality {
  return {
    pq: meanOf(qualities.map(({ pq }) => pq)),
    sq: meanOf(qualities.map(({ sq }) => sq)),
    rq: meanOf(qualities.map(({ rq }) => rq)),
    classCount: qualities.filter(({ pq }) => !Number.isNaN(pq)).length,
  };
}

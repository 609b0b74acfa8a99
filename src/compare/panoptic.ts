/**
 * Computes panoptic quality: how well segments are found (RQ) and how well they are outlined (SQ); PQ = SQ × RQ.
 *
 * The definition is by Kirillov et al., "Panoptic Segmentation" (CVPR 2019), the arithmetic is that of panopticapi's
 * `evaluation.py`. Two segments of the same class match if their IoU is above 0.5, so no segment matches twice. Void
 * pixels of the reference are not part of a union. A predicted segment is not counted as a false positive if more than
 * half of it lies in void, or in a crowd of its class (pixels of a thing class that the reference does not separate
 * into objects).
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

/** The counts per class, over any number of images. */
export class PanopticCounts {
  readonly #iouSum: Float64Array;
  readonly #truePositives: Float64Array;
  readonly #falsePositives: Float64Array;
  readonly #falseNegatives: Float64Array;

  constructor(classCount: number) {
    this.#iouSum = new Float64Array(classCount);
    this.#truePositives = new Float64Array(classCount);
    this.#falsePositives = new Float64Array(classCount);
    this.#falseNegatives = new Float64Array(classCount);
  }

  /** @param isCrowd whether a segment of the reference is a crowd. */
  add({ reference, prediction, overlaps }: SegmentOverlaps, isCrowd: (segment: Segment) => boolean): void {
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
        r < 0 || (isCrowd(reference[r]!) && reference[r]!.classIndex === prediction[p]!.classIndex);
      if (isForgiven) inVoidOrCrowd[p]! += pixels;
    }
    const isFound = new Uint8Array(reference.length);
    const isRight = new Uint8Array(prediction.length);
    for (const { reference: r, prediction: p, pixels } of overlaps) {
      if (r < 0 || p < 0 || isCrowd(reference[r]!)) continue;
      const { classIndex } = reference[r]!;
      if (classIndex !== prediction[p]!.classIndex) continue;
      const iou = pixels / (referenceArea[r]! + predictionArea[p]! - pixels - inVoid[p]!);
      if (iou <= 0.5) continue;
      isFound[r] = 1;
      isRight[p] = 1;
      this.#truePositives[classIndex]! += 1;
      this.#iouSum[classIndex]! += iou;
    }
    reference.forEach((segment, r) => {
      if (isFound[r] === 0 && !isCrowd(segment)) this.#falseNegatives[segment.classIndex]! += 1;
    });
    prediction.forEach(({ classIndex }, p) => {
      if (isRight[p] === 0 && inVoidOrCrowd[p]! / predictionArea[p]! <= 0.5) {
        this.#falsePositives[classIndex]! += 1;
      }
    });
  }

  /** The quality of each class. */
  qualities(): ClassQuality[] {
    return Array.from(this.#iouSum, (iouSum, index) => {
      const truePositives = this.#truePositives[index]!;
      const falsePositives = this.#falsePositives[index]!;
      const falseNegatives = this.#falseNegatives[index]!;
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
    });
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

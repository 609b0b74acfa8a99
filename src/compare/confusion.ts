/**
 * Counts pixels by reference class and predicted class, and computes the scores of semantic segmentation from them.
 *
 * Pixels whose reference is void are left out, as in Cityscapes and Pascal VOC. If the prediction is void but the
 * reference is not, the pixel counts against its reference class and for no other class.
 */
import { withMemoryFor } from "../checks/memory.js";

/** The scores of semantic segmentation, each from 0 to 1. A score is NaN if its divisor is 0. */
export interface SemanticScores {
  /** Per class: its pixels in the reference. */
  readonly referencePixels: readonly number[];
  /** Per class: its pixels in the prediction, except those whose reference is void. */
  readonly predictedPixels: readonly number[];
  /** Per class: true positives / (true positives + false positives + false negatives). NaN if it is in neither map. */
  readonly iou: readonly number[];
  /** Per class: the share of its reference pixels that are predicted correctly. NaN if it is not in the reference. */
  readonly accuracy: readonly number[];
  /** Per class: the share of its predicted pixels that are right. NaN if it is not in the prediction. */
  readonly precision: readonly number[];
  /** Per class: 2 × true positives / (reference pixels + predicted pixels). NaN if it is in neither map. */
  readonly dice: readonly number[];
  /** The mean of `iou` over the classes for which it is not NaN. */
  readonly meanIoU: number;
  /** The mean of `accuracy` over the classes for which it is not NaN. */
  readonly meanAccuracy: number;
  /** The share of all pixels that are predicted correctly. */
  readonly pixelAccuracy: number;
  /** The mean of `iou`, with each class weighted by its reference pixels. */
  readonly frequencyWeightedIoU: number;
}

/** A confusion matrix of `count` classes. It takes `count²` numbers of 8 bytes. */
export class Confusion {
  /** The number of pixels at `matrix[reference * count + predicted]`. */
  readonly matrix: Float64Array;
  /** For each reference class, the number of pixels whose prediction is void. */
  readonly unpredicted: Float64Array;
  readonly #count: number;

  constructor(count: number) {
    this.#count = count;
    this.matrix = withMemoryFor(`${count} × ${count} classes`, () => new Float64Array(count * count));
    this.unpredicted = new Float64Array(count);
  }

  /** @param predicted the index of the predicted class, or `undefined` for void. */
  add(reference: number, predicted: number | undefined, pixels: number): void {
    if (predicted === undefined) this.unpredicted[reference]! += pixels;
    else this.matrix[reference * this.#count + predicted]! += pixels;
  }

  /** For each class, its number of pixels in the reference. */
  #referencePixels(): number[] {
    const count = this.#count;
    return Array.from(this.unpredicted, (unpredicted, reference) =>
      this.matrix
        .subarray(reference * count, (reference + 1) * count)
        .reduce((sum, pixels) => sum + pixels, unpredicted),
    );
  }

  /** For each class, its number of pixels in the prediction, without pixels whose reference is void. */
  #predictedPixels(): number[] {
    const sums = new Array<number>(this.#count).fill(0);
    this.matrix.forEach((pixels, place) => {
      sums[place % this.#count]! += pixels;
    });
    return sums;
  }

  /** The definitions of Long, Shelhamer and Darrell, "Fully Convolutional Networks" (2015), section 5. */
  scores(): SemanticScores {
    const reference = this.#referencePixels();
    const predicted = this.#predictedPixels();
    const right = reference.map((_, index) => this.matrix[index * (this.#count + 1)]!);
    const iou = right.map((pixels, index) => pixels / (reference[index]! + predicted[index]! - pixels));
    const accuracy = right.map((pixels, index) => pixels / reference[index]!);
    const total = sum(reference);
    return {
      referencePixels: reference,
      predictedPixels: predicted,
      iou,
      accuracy,
      precision: right.map((pixels, index) => pixels / predicted[index]!),
      dice: right.map((pixels, index) => (2 * pixels) / (reference[index]! + predicted[index]!)),
      meanIoU: meanOf(iou),
      meanAccuracy: meanOf(accuracy),
      pixelAccuracy: sum(right) / total,
      frequencyWeightedIoU:
        sum(iou.map((value, index) => (reference[index] === 0 ? 0 : value * reference[index]!))) / total,
    };
  }
}

/** The scores of one class's pixels. A score is NaN if its divisor is 0. */
export interface PixelScores {
  /** The class's pixels in the reference. */
  readonly referencePixels: number;
  /** The class's pixels in the prediction, except those whose reference is void. */
  readonly predictedPixels: number;
  /** Intersection over union of the class's pixels, 0 to 1. */
  readonly iou: number;
  /** The share of the class's reference pixels that are predicted correctly, 0 to 1. Also called recall. */
  readonly accuracy: number;
  /** The share of the class's predicted pixels that are right, 0 to 1. */
  readonly precision: number;
  /** The Dice coefficient, or F1 score, of the class's pixels, 0 to 1. */
  readonly dice: number;
}

/** One class's part of the scores. */
export function pixelScoresOf(scores: SemanticScores, index: number): PixelScores {
  return {
    referencePixels: scores.referencePixels[index]!,
    predictedPixels: scores.predictedPixels[index]!,
    iou: scores.iou[index]!,
    accuracy: scores.accuracy[index]!,
    precision: scores.precision[index]!,
    dice: scores.dice[index]!,
  };
}

/** The mean of the values that are not NaN; NaN if there are none. */
export function meanOf(values: readonly number[]): number {
  const defined = values.filter((value) => !Number.isNaN(value));
  return sum(defined) / defined.length;
}

function sum(values: readonly number[]): number {
  return values.reduce((total, value) => total + value, 0);
}

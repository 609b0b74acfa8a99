/**
 * Counts pixels by reference class and predicted class, and computes the scores of semantic segmentation from them.
 *
 * Pixels whose reference is void are left out, as in Cityscapes and Pascal VOC. If the prediction is void but the
 * reference is not, the pixel counts against its reference class and for no other class.
 */
import { withMemoryFor } from "../checks/memory.js";

/** The mean scores of semantic segmentation, each from 0 to 1. A score is NaN if its divisor is 0. */
export interface MeanScores {
  /** The mean of `iou` over the classes for which it is not NaN. */
  readonly meanIoU: number;
  /** The mean of `accuracy` over the classes for which it is not NaN. */
  readonly meanAccuracy: number;
  /** The share of all pixels that are predicted correctly. */
  readonly pixelAccuracy: number;
  /** The mean of `iou`, with each class weighted by its reference pixels. */
  readonly frequencyWeightedIoU: number;
}

/** The pixels of one class. Pixels whose reference is void are left out. */
export interface PixelCounts {
  /** Its pixels in the reference. */
  readonly reference: number;
  /** Its pixels in the prediction. */
  readonly predicted: number;
  /** Its pixels in both maps at once. */
  readonly right: number;
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

  /** The pixels of each class. */
  counts(): PixelCounts[] {
    const count = this.#count;
    const predicted = new Float64Array(count);
    this.matrix.forEach((pixels, place) => {
      predicted[place % count]! += pixels;
    });
    return Array.from(this.unpredicted, (unpredicted, index) => ({
      reference: sum(this.matrix.subarray(index * count, (index + 1) * count)) + unpredicted,
      predicted: predicted[index]!,
      right: this.matrix[index * (count + 1)]!,
    }));
  }
}

/** The scores of one class's pixels. A score is NaN if its divisor is 0. */
export interface PixelScores {
  /** The class's pixels in the reference. */
  readonly referencePixels: number;
  /** The class's pixels in the prediction, except those whose reference is void. */
  readonly predictedPixels: number;
  /** Intersection over union of the class's pixels, 0 to 1: right / (reference + predicted - right). */
  readonly iou: number;
  /** The share of the class's reference pixels that are predicted correctly, 0 to 1. Also called recall. */
  readonly accuracy: number;
  /** The share of the class's predicted pixels that are right, 0 to 1. */
  readonly precision: number;
  /** The Dice coefficient, or F1 score, of the class's pixels, 0 to 1. */
  readonly dice: number;
}

/** The scores of one class, from its counts. */
export function pixelScoresOf({ reference, predicted, right }: PixelCounts): PixelScores {
  return {
    referencePixels: reference,
    predictedPixels: predicted,
    iou: right / (reference + predicted - right),
    accuracy: right / reference,
    precision: right / predicted,
    dice: (2 * right) / (reference + predicted),
  };
}

/**
 * The means over all classes. The definitions are those of Long, Shelhamer and Darrell, "Fully Convolutional Networks"
 * (2015), section 5.
 *
 * @param counts the counts of each class.
 */
export function meanScoresOf(counts: readonly PixelCounts[]): MeanScores {
  const scores = counts.map(pixelScoresOf);
  const total = sum(counts.map(({ reference }) => reference));
  const weighted = scores.map(({ iou, referencePixels }) =>
    referencePixels === 0 ? 0 : iou * referencePixels,
  );
  return {
    meanIoU: meanOf(scores.map(({ iou }) => iou)),
    meanAccuracy: meanOf(scores.map(({ accuracy }) => accuracy)),
    pixelAccuracy: sum(counts.map(({ right }) => right)) / total,
    frequencyWeightedIoU: sum(weighted) / total,
  };
}

/** The mean of the values that are not NaN; NaN if there are none. */
export function meanOf(values: readonly number[]): number {
  const defined = values.filter((value) => !Number.isNaN(value));
  return sum(defined) / defined.length;
}

function sum(values: readonly number[] | Float64Array): number {
  let total = 0;
  for (const value of values) total += value;
  return total;
}

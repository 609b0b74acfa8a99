/**
 * Pixels by reference class and predicted class, and the figures of semantic segmentation that follow from them.
 *
 * Pixels whose reference is void are left out, as Cityscapes and Pascal VOC leave them out. Where the prediction is
 * void but the reference is not, the pixel counts against its reference class and for no other.
 */
import { withMemoryFor } from "../checks/memory.js";

/** The figures of semantic segmentation; NaN where there is nothing to divide by. */
export interface SemanticScores {
  /**
   * Per class: true positives / (true positives + false positives + false negatives); NaN where it is in neither map.
   */
  readonly iou: readonly number[];
  /** Per class: the share of its reference pixels that are predicted right; NaN where it is not in the reference. */
  readonly accuracy: readonly number[];
  /** The mean of `iou` over the classes where it is not NaN. */
  readonly meanIoU: number;
  /** The mean of `accuracy` over the classes where it is not NaN. */
  readonly meanAccuracy: number;
  /** The share of all pixels that are predicted right. */
  readonly pixelAccuracy: number;
  /** The mean of `iou`, each class weighted by its reference pixels. */
  readonly frequencyWeightedIoU: number;
}

/** A confusion matrix of `count` classes: `count²` numbers of 8 bytes. */
export class Confusion {
  /** `matrix[reference * count + predicted]`: pixels. */
  readonly matrix: Float64Array;
  /** Per reference class the pixels whose prediction is void. */
  readonly unpredicted: Float64Array;
  readonly #count: number;

  constructor(count: number) {
    this.#count = count;
    this.matrix = withMemoryFor(`${count} × ${count} classes`, () => new Float64Array(count * count));
    this.unpredicted = new Float64Array(count);
  }

  /** @param predicted the class's place, or `undefined` for void. */
  add(reference: number, predicted: number | undefined, pixels: number): void {
    if (predicted === undefined) this.unpredicted[reference]! += pixels;
    else this.matrix[reference * this.#count + predicted]! += pixels;
  }

  /** Per class the pixels that have it in the reference. */
  referencePixels(): number[] {
    const count = this.#count;
    return Array.from(this.unpredicted, (unpredicted, reference) =>
      this.matrix
        .subarray(reference * count, (reference + 1) * count)
        .reduce((sum, pixels) => sum + pixels, unpredicted),
    );
  }

  /** Per class the pixels that have it in the prediction, without those whose reference is void. */
  predictedPixels(): number[] {
    const sums = new Array<number>(this.#count).fill(0);
    this.matrix.forEach((pixels, place) => {
      sums[place % this.#count]! += pixels;
    });
    return sums;
  }

  /** The definitions of Long, Shelhamer and Darrell, "Fully Convolutional Networks" (2015), section 5. */
  scores(): SemanticScores {
    const reference = this.referencePixels();
    const predicted = this.predictedPixels();
    const right = reference.map((_, index) => this.matrix[index * (this.#count + 1)]!);
    const iou = right.map((pixels, index) => pixels / (reference[index]! + predicted[index]! - pixels));
    const accuracy = right.map((pixels, index) => pixels / reference[index]!);
    const total = sum(reference);
    return {
      iou,
      accuracy,
      meanIoU: meanOf(iou),
      meanAccuracy: meanOf(accuracy),
      pixelAccuracy: sum(right) / total,
      frequencyWeightedIoU:
        sum(iou.map((value, index) => (reference[index] === 0 ? 0 : value * reference[index]!))) / total,
    };
  }
}

/** The mean of what is not NaN; NaN where there is nothing else. */
export function meanOf(values: readonly number[]): number {
  const defined = values.filter((value) => !Number.isNaN(value));
  return sum(defined) / defined.length;
}

function sum(values: readonly number[]): number {
  return values.reduce((total, value) => total + value, 0);
}

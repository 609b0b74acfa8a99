/** How many pixels of finished masks have no label, and which mask has the most of them. */
import type { TaskRecord } from "./record.js";

export interface UnlabelledPixels {
  /** The number of finished masks that have unlabelled pixels. */
  readonly images: number;
  /** The number of unlabelled pixels in all of them. */
  readonly pixels: number;
  /** The share of the pixels of these masks, from 0 to 1; `null` if the size of one is not recorded. */
  readonly share: number | null;
  /** The job with the most of them, of several the first by name; `null` if there is none. */
  readonly worst: string | null;
}

/** Adds up records, in any order. */
export class UnlabelledCount {
  #images = 0;
  #unlabelled = 0;
  #pixels = 0;
  #most = 0;
  #worst: string | null = null;

  /** Failed tasks have no pixels. */
  add({
    job,
    unlabelledPixels = 0,
    pixels = Number.NaN,
  }: Pick<TaskRecord, "job" | "pixels" | "unlabelledPixels">): void {
    if (unlabelledPixels === 0) return;
    this.#images++;
    this.#unlabelled += unlabelledPixels;
    this.#pixels += pixels;
    const isWorse = unlabelledPixels > this.#most || (unlabelledPixels === this.#most && job < this.#worst!);
    if (isWorse) [this.#most, this.#worst] = [unlabelledPixels, job];
  }

  get total(): UnlabelledPixels {
    const share = this.#unlabelled / this.#pixels;
    return {
      images: this.#images,
      pixels: this.#unlabelled,
      share: this.#images === 0 ? 0 : Number.isNaN(share) ? null : share,
      worst: this.#worst,
    };
  }
}

/** The counts and scores of a prediction. */
import type { MeanScores, PixelScores } from "../compare/confusion.js";

/** What `measure` returns. Its numbers are those that `compare` of `labelmap/compare` gives. */
export interface Measurement extends MeanScores {
  /** In the order of the class list. */
  readonly classes: readonly (PixelScores & { readonly id: number; readonly name: string })[];
  /**
   * Pixel counts, C×C, row-major: one row per reference class, one column per predicted class, in the order of the class list.
   * Void is left out.
   */
  readonly confusion: Float64Array;
  /** For each reference class, the number of pixels whose prediction is void. */
  readonly unpredicted: Float64Array;
}

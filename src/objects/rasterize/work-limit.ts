/** A few bytes of JSON can ask for any amount of drawing, so the drawing and painting of one call are limited. */
import { invalid } from "../../checks/invalid.js";

/** Takes a few seconds. The outlines of 100,000 cells that are 50 pixels wide stay below it. */
const MOST_STEPS = 2 ** 25;

/** The shapes of a call may have this many times `maxPixels` in all. So 1,000 shapes may cover a whole image in 4K each. */
const MOST_LAYERS = 64;

/** Counts the work for all shapes of a call. */
export class WorkLimit {
  #steps = 0;
  #pixels = 0;
  readonly #mostPixels: number;

  constructor(maxPixels: number) {
    this.#mostPixels = MOST_LAYERS * maxPixels;
  }

  /**
   * Counts the rows and columns of the image that an outline enters. Call it before the work.
   *
   * @param path the outline, for the message
   * @throws {DecodeError} OPTION_INVALID: all outlines together are too long.
   */
  spend(steps: number, path: string): void {
    this.#steps += steps;
    if (this.#steps <= MOST_STEPS) return;
    throw invalid(
      `${path}: makes the outlines cross more than ${MOST_STEPS} rows and columns of the image; draw fewer shapes, or simplify them.`,
    );
  }

  /**
   * Counts pixels that are to be painted, or turned from columns into rows. Call it before the work.
   *
   * @param path the shape, for the message
   * @throws {DecodeError} OPTION_INVALID: all shapes together have too many pixels.
   */
  spendPixels(pixels: number, path: string): void {
    this.#pixels += pixels;
    if (this.#pixels <= this.#mostPixels) return;
    throw invalid(
      `${path}: makes the shapes have more than ${this.#mostPixels} pixels in all (${MOST_LAYERS} times maxPixels); draw fewer shapes, or raise maxPixels.`,
    );
  }
}

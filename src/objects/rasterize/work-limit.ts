/** A few bytes of JSON can ask for any amount of drawing, so the drawing of one call is limited. */
import { invalid } from "../../checks/invalid.js";

/** Takes a few seconds. The outlines of 100,000 cells that are 50 pixels wide stay below it. */
const MOST_STEPS = 2 ** 25;

/** Counts how often the outlines of all shapes of a call enter a row or column of the image. */
export class WorkLimit {
  #steps = 0;

  /**
   * Call it before the work.
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
}

/**
 * Sets of pixels as runs. Pixels have numbers, along the rows or down the columns of an image, and a run is a range of
 * numbers. `[3, 7, 9, 10]` are the pixels 3 to 6 and the pixel 9.
 */
import { GrowingArray } from "../../maps/growing-array.js";

/** The first pixel of each run and the number just behind its last pixel, ascending. No two runs touch. */
export type PixelRuns = Uint32Array;

/** How the pixels of an image are numbered: along the rows, or down the columns. */
export interface Canvas {
  readonly width: number;
  readonly height: number;
  readonly order: "rows" | "columns";
}

/** Collects ranges of pixels in any order; they may overlap. */
export class RangeCollector {
  readonly #starts = new GrowingArray(Uint32Array);
  readonly #ends = new GrowingArray(Uint32Array);

  /** Adds the pixels from `start` up to, but not including, `end`. */
  add(start: number, end: number): void {
    if (start >= end) return;
    this.#starts.push(start);
    this.#ends.push(end);
  }

  /** The pixels that are in any of the ranges. The collector is empty afterwards. */
  take(): PixelRuns {
    const starts = this.#starts.toArray().sort();
    const ends = this.#ends.toArray().sort();
    this.#starts.length = 0;
    this.#ends.length = 0;
    // Walk along the pixels. The number of ranges around a pixel is how many have started minus how many have ended.
    const runs = new Uint32Array(2 * starts.length);
    let length = 0;
    let started = 0;
    for (let ended = 0; ended < ends.length; ended++) {
      // A range that starts where another one ends continues the run.
      for (; started < starts.length && starts[started]! <= ends[ended]!; started++) {
        if (started === ended) runs[length++] = starts[started]!;
      }
      if (started === ended + 1) runs[length++] = ends[ended]!;
    }
    return runs.slice(0, length);
  }
}

export function countPixels(runs: PixelRuns): number {
  let count = 0;
  for (let i = 0; i < runs.length; i += 2) count += runs[i + 1]! - runs[i]!;
  return count;
}

/** Adds the pixels of `runs` that are not in `holes`. */
export function addWithoutHoles(runs: PixelRuns, holes: PixelRuns, into: RangeCollector): void {
  let hole = 0;
  for (let i = 0; i < runs.length; i += 2) {
    let start = runs[i]!;
    const end = runs[i + 1]!;
    while (hole < holes.length && holes[hole + 1]! <= start) hole += 2;
    // The last hole that is looked at may also reach into the next run, so it is not skipped here.
    for (let next = hole; next < holes.length && holes[next]! < end; next += 2) {
      into.add(start, holes[next]!);
      start = holes[next + 1]!;
    }
    into.add(start, end);
  }
}

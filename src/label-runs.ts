/**
 * A map as runs: what the decoder finds before it writes a single pixel, and what areas, outlines, run-length codes and
 * votes are made from at the cost of the edges instead of the pixels.
 *
 *   rows 0 … 2   7 7 7 7 2 2 2 9      a band: rows that are equal, held once
 *   rows 3 … 3   7 7 2 2 2 2 9 9
 *
 *   bandTops  0 3 4        the first row of each band, and the height
 *   bandRuns  0 3 6        where each band's runs start
 *   runEnds   4 7 8 2 6 8  a run goes from the end of the one before it, or from 0, to before its end
 *   values    7 2 9 7 2 9
 *
 * Neighbours in a band have different values, and each band's last run ends at the width.
 */
import { checkDenseMap, type DenseMap, type LabelArray } from "./dense-map.js";
import { ValueRangeError } from "./errors.js";

/** The parts of a `LabelRuns`. */
export interface LabelRunsInit {
  readonly width: number;
  readonly height: number;
  readonly bandTops: Uint32Array;
  readonly bandRuns: Uint32Array;
  readonly runEnds: Uint32Array;
  readonly values: Int32Array;
}

/** What can be had as runs. */
export type RunsInput = LabelRuns | DenseMap;

/** A map of integers as runs; see the head of this file for the five arrays. */
export class LabelRuns implements LabelRunsInit {
  readonly width: number;
  readonly height: number;
  /** The first row of each band, ascending from 0, and the height at the end: one more than there are bands. */
  readonly bandTops: Uint32Array;
  /** Where each band's runs start in `runEnds` and `values`, and their number at the end. */
  readonly bandRuns: Uint32Array;
  /** The pixel behind each run's last, ascending in a band up to the width. */
  readonly runEnds: Uint32Array;
  /** What each run's pixels have: a label (-1 where unlabelled), or whatever the map holds. */
  readonly values: Int32Array;

  constructor(init: LabelRunsInit) {
    this.width = init.width;
    this.height = init.height;
    this.bandTops = init.bandTops;
    this.bandRuns = init.bandRuns;
    this.runEnds = init.runEnds;
    this.values = init.values;
  }

  /**
   * The pixels, row-major, H×W.
   * @param into where they go: `width * height` elements of a type that every value fits. Default a new Int32Array.
   * @throws {DecodeError} OPTION_INVALID: another array, or one of another length.
   * @throws {ValueRangeError} VALUE_OUT_OF_RANGE: a value does not fit, as -1 (unlabelled) in an unsigned array.
   */
  toDense<A extends LabelArray = Int32Array<ArrayBuffer>>(into?: A): DenseMap<A> {
    const { width, height, bandTops, bandRuns, runEnds, values } = this;
    const data = into ?? (new Int32Array(width * height) as unknown as A);
    checkDenseMap({ width, height, data }, "`into`");
    if (data.BYTES_PER_ELEMENT < 4) {
      const most = 2 ** (8 * data.BYTES_PER_ELEMENT) - 1;
      const unfit = values.find((value) => value < 0 || value > most);
      if (unfit !== undefined) {
        throw new ValueRangeError(
          "VALUE_OUT_OF_RANGE",
          `The value ${unfit} does not fit \`into\` (0 to ${most}).`,
        );
      }
    }
    for (let band = 0; band + 1 < bandTops.length; band++) {
      const top = bandTops[band]! * width;
      const bottom = bandTops[band + 1]! * width;
      let start = 0;
      for (let run = bandRuns[band]!; run < bandRuns[band + 1]!; run++) {
        const end = runEnds[run]!;
        data.fill(values[run]!, top + start, top + end);
        start = end;
      }
      for (let row = top + width; row < bottom; row += width) data.copyWithin(row, top, top + width);
    }
    return { width, height, data };
  }
}

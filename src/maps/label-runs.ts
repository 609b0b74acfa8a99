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

import { isSize } from "../checks/describe.js";
import { withMemoryFor } from "../checks/memory.js";
import { DecodeError, ValueRangeError } from "../errors.js";
import { type DenseMap, isLabelArray, type LabelArray } from "./dense-map.js";

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

  /** @throws {DecodeError} OPTION_INVALID: the arrays are not as the head of this file says. */
  constructor(init: LabelRunsInit) {
    checkRuns(init);
    this.width = init.width;
    this.height = init.height;
    this.bandTops = init.bandTops;
    this.bandRuns = init.bandRuns;
    this.runEnds = init.runEnds;
    this.values = init.values;
  }

  /**
   * The pixels, row-major, H×W.
   *
   * @param into where they go: `width * height` elements. Default a new Int32Array.
   * @throws {DecodeError} OPTION_INVALID: another array; OUTPUT_SIZE: one of another length; OUT_OF_MEMORY.
   * @throws {ValueRangeError} VALUE_OUT_OF_RANGE: `into` cannot hold a value that occurs, such as -1 in a Uint8Array.
   */
  toDense<A extends LabelArray = Int32Array<ArrayBuffer>>(into?: A): DenseMap<A> {
    const { width, height, bandTops, bandRuns, runEnds, values } = this;
    const size = width * height;
    const data = into ?? (withMemoryFor(`${size} pixels`, () => new Int32Array(size)) as unknown as A);
    checkInto(data, this);
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

/** All that works on runs relies on their form: a run too few is a wrong area, and no error. */
function checkRuns({ width, height, bandTops, bandRuns, runEnds, values }: LabelRunsInit): void {
  const areArrays = [bandTops, bandRuns, runEnds].every((array) => array instanceof Uint32Array);
  if (!isSize(width) || !isSize(height) || !areArrays || !(values instanceof Int32Array)) {
    throw invalid("they are a positive width and height, three Uint32Arrays and the values, an Int32Array.");
  }
  const bands = bandTops.length - 1;
  if (bandTops[0] !== 0 || bandTops[bands] !== height || bandRuns.length !== bandTops.length) {
    throw invalid("bandTops goes from 0 to the height, and bandRuns is as long.");
  }
  if (bandRuns[0] !== 0 || bandRuns[bands] !== runEnds.length || values.length !== runEnds.length) {
    throw invalid("bandRuns goes from 0 to the number of runs, each with an end and a value.");
  }
  for (let band = 0; band < bands; band++) {
    if (bandTops[band]! >= bandTops[band + 1]!) throw invalid("bandTops ascends.");
    let start = 0;
    for (let run = bandRuns[band]!; run < bandRuns[band + 1]!; run++) {
      const end = runEnds[run]!;
      // No message with the run's number: for its sake alone the loop would take seven times as long.
      if (end <= start) throw invalid("runEnds ascends in each band.");
      if (start > 0 && values[run] === values[run - 1]) throw invalid("neighbours have different values.");
      start = end;
    }
    if (start !== width) throw invalid("the last run of each band ends at the width.");
  }
}

function checkInto(data: LabelArray, { width, height, values }: LabelRuns): void {
  if (!isLabelArray(data)) {
    throw new DecodeError("OPTION_INVALID", "`into` must be an Int32Array, a Uint8Array or a Uint16Array");
  }
  if (data.length !== width * height) {
    const message = `\`into\` has ${data.length} elements, the map has ${width}×${height} = ${width * height} pixels`;
    throw new DecodeError("OUTPUT_SIZE", message);
  }
  const stored = data.slice(0, 1);
  for (const value of values) {
    stored[0] = value;
    if (stored[0] === value) continue;
    const message = `The value ${value} does not fit \`into\`, a ${data.constructor.name}; give another array.`;
    throw new ValueRangeError("VALUE_OUT_OF_RANGE", message);
  }
}

function invalid(message: string): DecodeError {
  return new DecodeError("OPTION_INVALID", `The runs are not well formed: ${message}`);
}

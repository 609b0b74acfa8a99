/**
 * A map as runs of equal pixels. The decoder finds the runs before it writes a single pixel. Areas, outlines,
 * run-length codes and majority votes are computed from them, so their cost grows with the number of edges, not of
 * pixels.
 *
 *   rows 0 … 2   7 7 7 7 2 2 2 9      a band: equal rows, stored once
 *   rows 3 … 3   7 7 2 2 2 2 9 9
 *
 *   bandTops  0 3 4        the first row of each band, and the height
 *   bandRuns  0 3 6        where each band's runs start
 *   runEnds   4 7 8 2 6 8  the column just behind each run; the run starts where the one before it ends, or at 0
 *   values    7 2 9 7 2 9
 *
 * Neighbours in a band have different values, and each band's last run ends at the width.
 */

import { isSize } from "../checks/describe.js";
import { invalid } from "../checks/invalid.js";
import { withMemoryFor } from "../checks/memory.js";
import { DecodeError, ValueRangeError } from "../errors.js";
import { type DenseMap, isLabelArray, type LabelArray, wrongLength } from "./dense-map.js";

/** The parts of a `LabelRuns`. */
export interface LabelRunsInit {
  readonly width: number;
  readonly height: number;
  readonly bandTops: Uint32Array;
  readonly bandRuns: Uint32Array;
  readonly runEnds: Uint32Array;
  readonly values: Int32Array;
}

/** A map that can be converted to runs: runs or pixels. */
export type RunsInput = LabelRuns | DenseMap;

/** A map of integers as runs; see the head of this file for the five arrays. */
export class LabelRuns implements LabelRunsInit {
  readonly width: number;
  readonly height: number;
  /** The first row of each band, ascending from 0, then the height. It has one element more than there are bands. */
  readonly bandTops: Uint32Array;
  /** Where each band's runs start in `runEnds` and `values`, then the number of runs. As long as `bandTops`. */
  readonly bandRuns: Uint32Array;
  /** The column just behind each run's last pixel. The ends ascend within a band, up to the width. */
  readonly runEnds: Uint32Array;
  /** The value of each run's pixels: a label (-1 if unlabelled), or whatever the map holds. */
  readonly values: Int32Array;

  /** @throws {DecodeError} OPTION_INVALID: the arrays do not have the form that the head of this file describes. */
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
   * @param into the array to write to, `width * height` elements. Default: a new Int32Array.
   * @throws {DecodeError} OPTION_INVALID: `into` has another type; OUTPUT_SIZE: it has another length; OUT_OF_MEMORY.
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

/** The `LabelRuns` of arrays that certainly have its form. The check would take 7 % of the decode that finds the runs. */
export function wellFormedRuns(init: LabelRunsInit): LabelRuns {
  return Object.assign(Object.create(LabelRuns.prototype) as LabelRuns, init);
}

/** Code that works on runs relies on their form: a missing run would give a wrong area, and no error. */
function checkRuns({ width, height, bandTops, bandRuns, runEnds, values }: LabelRunsInit): void {
  const areArrays = [bandTops, bandRuns, runEnds].every((array) => array instanceof Uint32Array);
  if (!isSize(width) || !isSize(height) || !areArrays || !(values instanceof Int32Array)) {
    throw malformed(
      "width and height must be positive integers, bandTops, bandRuns and runEnds Uint32Arrays, and values an Int32Array.",
    );
  }
  const bands = bandTops.length - 1;
  if (bandTops[0] !== 0 || bandTops[bands] !== height || bandRuns.length !== bandTops.length) {
    throw malformed("bandTops must go from 0 to the height, and bandRuns must have the same length.");
  }
  if (bandRuns[0] !== 0 || bandRuns[bands] !== runEnds.length || values.length !== runEnds.length) {
    throw malformed("bandRuns must go from 0 to the number of runs, and each run needs an end and a value.");
  }
  for (let band = 0; band < bands; band++) {
    if (bandTops[band]! >= bandTops[band + 1]!) throw malformed("bandTops must ascend.");
    let start = 0;
    for (let run = bandRuns[band]!; run < bandRuns[band + 1]!; run++) {
      const end = runEnds[run]!;
      // The message does not say which run: that alone would make the loop take seven times as long.
      if (end <= start) throw malformed("runEnds must ascend within each band.");
      if (start > 0 && values[run] === values[run - 1]) {
        throw malformed("neighbouring runs must have different values.");
      }
      start = end;
    }
    if (start !== width) throw malformed("the last run of each band must end at the width.");
  }
}

function checkInto(data: LabelArray, { width, height, values }: LabelRuns): void {
  if (!isLabelArray(data)) {
    throw invalid("`into` must be an Int32Array, a Uint8Array or a Uint16Array.");
  }
  if (data.length !== width * height) {
    throw new DecodeError("OUTPUT_SIZE", wrongLength("`into`", data.length, width, height));
  }
  const stored = data.slice(0, 1);
  for (const value of values) {
    stored[0] = value;
    if (stored[0] === value) continue;
    const message = `The value ${value} does not fit \`into\`, a ${data.constructor.name}; use an Int32Array.`;
    throw new ValueRangeError("VALUE_OUT_OF_RANGE", message);
  }
}

function malformed(message: string): DecodeError {
  return invalid(`The runs are not well formed: ${message}`);
}

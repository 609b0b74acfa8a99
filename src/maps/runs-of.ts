/** Any map as runs, for all that works on runs: each pixel is compared with the one before, each row with the one above. */

import { isObject } from "../checks/describe.js";
import { checkDenseMap, type DenseMap } from "./dense-map.js";
import { LabelRuns, type RunsInput } from "./label-runs.js";
import { RunsBuilder } from "./runs-builder.js";

/**
 * The runs of a map; of runs, themselves. From pixels each is looked at once; `decodeMask` with
 * `target: { map: "runs" }` has them from the decoder for nothing.
 *
 * @throws {DecodeError} OPTION_INVALID: neither runs nor a map; OUT_OF_MEMORY.
 */
export function runsOf(map: RunsInput): LabelRuns {
  if (map instanceof LabelRuns) return map;
  // Runs of another thread, or of another copy of this library, have the form alone.
  if (isObject(map) && "runEnds" in map) return new LabelRuns(map as unknown as LabelRuns);
  checkDenseMap(map);
  return runsOfPixels(map);
}

function runsOfPixels({ width, height, data }: DenseMap): LabelRuns {
  const runs = new RunsBuilder();
  // Narrow arrays go row by row through one of 32 bits: a loop that has seen several types of array takes twice as long.
  const line = data.BYTES_PER_ELEMENT === 4 ? null : new Int32Array(width);
  for (let y = 0; y < height; y++) {
    const pixels = data.subarray(y * width, (y + 1) * width);
    line?.set(pixels);
    addRow(line ?? (pixels as Int32Array), runs);
    runs.endRows(y);
  }
  return runs.build(width, height);
}

/** A run that is this long is likely to go on: from there on four pixels are compared at once. */
const LONG_RUN = 8;

function addRow(pixels: Int32Array, runs: RunsBuilder): void {
  const { length } = pixels;
  let value = pixels[0]!;
  let start = 0;
  for (let x = 1; x < length; x++) {
    if (x - start === LONG_RUN) x = skipFours(pixels, x, value);
    if (x === length) break;
    const next = pixels[x]!;
    if (next === value) continue;
    runs.add(x, value);
    value = next;
    start = x;
  }
  runs.add(length, value);
}

/** The first of four pixels from `x` on that are not all `value`. */
function skipFours(pixels: Int32Array, x: number, value: number): number {
  const last = pixels.length - 4;
  while (
    x <= last &&
    ((pixels[x]! ^ value) |
      (pixels[x + 1]! ^ value) |
      (pixels[x + 2]! ^ value) |
      (pixels[x + 3]! ^ value)) ===
      0
  ) {
    x += 4;
  }
  return x;
}

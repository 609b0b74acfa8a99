/**
 * Turns any map into runs, for the code that works on runs. Each pixel is compared with the one before it, and each row
 * with the one above.
 */

import { isObject } from "../checks/describe.js";
import { checkDenseMap, type DenseMap } from "./dense-map.js";
import { LabelRuns, type RunsInput } from "./label-runs.js";
import { RunsBuilder } from "./runs-builder.js";

/**
 * The runs of a map. Runs are returned as they are; a map of pixels is read once. To get runs at no extra cost, decode
 * with `decodeMask` and `target: { map: "runs" }`.
 *
 * @param map runs, or H×W pixels as an Int32Array, Uint8Array or Uint16Array. Values are kept as they are.
 * @throws {DecodeError} OPTION_INVALID: neither runs nor a map; OUT_OF_MEMORY.
 */
export function runsOf(map: RunsInput): LabelRuns {
  if (map instanceof LabelRuns) return map;
  // Runs from another thread, or from another copy of this library, have the fields but not the class.
  if (isObject(map) && "runEnds" in map) return new LabelRuns(map as unknown as LabelRuns);
  checkDenseMap(map);
  return runsOfPixels(map);
}

function runsOfPixels({ width, height, data }: DenseMap): LabelRuns {
  const runs = new RunsBuilder();
  // Rows of 8 or 16 bits are copied to a row of 32 bits: a loop that sees several array types takes twice as long.
  const line = data.BYTES_PER_ELEMENT === 4 ? null : new Int32Array(width);
  for (let y = 0; y < height; y++) {
    const pixels = data.subarray(y * width, (y + 1) * width);
    line?.set(pixels);
    addRow(line ?? (pixels as Int32Array), runs);
    runs.endRows(y);
  }
  return runs.build(width, height);
}

/** A run of this many pixels is likely to go on, so from there on four pixels are compared at a time. */
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

/** From `x` on, the start of the first group of four pixels that are not all `value`. */
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

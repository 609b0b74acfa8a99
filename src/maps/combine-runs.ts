/** Lays two maps of one size over each other: a new map, with a value for each pair of values. */

import { kindOf } from "../checks/describe.js";
import { invalid } from "../checks/invalid.js";
import { LabelMapError } from "../errors.js";
import type { LabelRuns, RunsInput } from "./label-runs.js";
import { RunsBuilder } from "./runs-builder.js";
import { runsOf } from "./runs-of.js";
import { walkPairs } from "./walk-pairs.js";

/** Pixels that have one value in each of two maps: columns `left` to before `right`, rows `top` to before `bottom`. */
export interface PairedArea {
  readonly left: number;
  readonly right: number;
  readonly top: number;
  readonly bottom: number;
}

/**
 * Lays two maps of the same size over each other. The result has a value for each pair of values, such as where two
 * annotators differ. It takes as long as the maps have runs, so decode with `target: { map: "runs" }`.
 *
 * ```js
 * const differences = combineRuns(first, second, (a, b) => (a === b ? -1 : b)); // the second's label where they differ
 * ```
 *
 * @param a the first map: runs, or H×W pixels
 * @param b the second map, of the same size
 * @param valueOfPair the value of a pair of values, an integer of 32 bits. It is called for areas from top to bottom, and in a
 *   row from left to right.
 * @returns the runs of the new map; `toDense()` gives its pixels
 * @throws {LabelMapError} SIZE_MISMATCH: the maps have different sizes.
 * @throws {DecodeError} OPTION_INVALID: not a map, or `valueOfPair` returns something else; OUT_OF_MEMORY.
 */
export function combineRuns(
  a: RunsInput,
  b: RunsInput,
  valueOfPair: (a: number, b: number, area: PairedArea) => number,
): LabelRuns {
  if (typeof valueOfPair !== "function") {
    throw invalid(`valueOfPair is ${kindOf(valueOfPair)}; give a function from two values.`);
  }
  const [runsA, runsB] = [runsOf(a), runsOf(b)];
  const { width, height } = runsA;
  if (width !== runsB.width || height !== runsB.height) {
    const sizes = `${width}×${height} pixels, the other ${runsB.width}×${runsB.height}`;
    throw new LabelMapError("SIZE_MISMATCH", `one map has ${sizes}; resize or crop them to the same size.`);
  }
  const combined = new RunsBuilder();
  let value = 0;
  walkPairs(runsA, runsB, (runA, runB, left, right, top, bottom) => {
    const next = valueOfPair(runsA.values[runA]!, runsB.values[runB]!, { left, right, top, bottom });
    if (typeof next !== "number" || (next | 0) !== next) {
      throw invalid(`valueOfPair returns ${describe(next)}; return an integer of 32 bits.`);
    }
    // Neighbours may be different pairs with the same value.
    if (left > 0 && next !== value) combined.add(left, value);
    value = next;
    if (right < width) return;
    combined.add(width, value);
    combined.endRows(top);
  });
  return combined.build(width, height);
}

function describe(value: unknown): string {
  return value === undefined ? "nothing" : typeof value === "number" ? String(value) : kindOf(value);
}

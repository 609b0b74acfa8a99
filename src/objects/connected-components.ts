/**
 * Splits a map into its connected components: groups of touching pixels that have the same value.
 *
 * Runs of the same value that touch in two neighbouring bands are joined into one set (union-find). A set is identified
 * by its first run, so the components come out numbered in the order of their first pixels.
 */

import { checkOptions } from "../checks/arguments.js";
import { invalid } from "../checks/invalid.js";
import type { LabelRuns, RunsInput } from "../maps/label-runs.js";
import { replaceValues } from "../maps/replace-values.js";
import { runsOf } from "../maps/runs-of.js";
import { measureObjects, type ObjectMeasures } from "./measure.js";
import { checkValue } from "./options.js";
import { findFirst, makeSets, unite } from "./union-find.js";

export interface ComponentsOptions {
  /**
   * 8: pixels that touch only at a corner are connected. 4: they are not. Default 8, as in OpenCV and scikit-image.
   */
  readonly connectivity?: 4 | 8;
  /** The values whose pixels form components. Default: all values except -1. */
  readonly values?: Iterable<number>;
}

export interface Components {
  /** H×W: each pixel's component, as its index in `components`, or -1 if the pixel's value is left out. */
  readonly map: LabelRuns;
  /** In the order of their first pixels, row by row. `value` is the pixels' value in the map that you passed. */
  readonly components: readonly ObjectMeasures[];
}

/**
 * The connected components of all values, or of those in `values`.
 *
 * @param map runs (the cheapest), or H×W pixels, row-major, as an Int32Array, Uint8Array or Uint16Array.
 * @throws {DecodeError} OPTION_INVALID: not a map, or an invalid option; OUT_OF_MEMORY.
 */
export function connectedComponents(map: RunsInput, options: ComponentsOptions = {}): Components {
  checkOptions(options);
  const { connectivity = 8 } = options;
  if (connectivity !== 4 && connectivity !== 8) throw invalid("connectivity must be 4 or 8.");
  const isWanted = wantedValues(options.values);
  const runs = runsOf(map);
  const parents = uniteRuns(runs, connectivity === 8);

  // A set's first run comes before its others, so the set has its number by the time they need it.
  const numbers = new Int32Array(parents.length);
  const values: number[] = [];
  for (let run = 0; run < parents.length; run++) {
    const first = findFirst(parents, run);
    const value = runs.values[run]!;
    if (first < run) numbers[run] = numbers[first]!;
    else numbers[run] = isWanted(value) ? values.push(value) - 1 : -1;
  }
  const components = replaceValues(runs, numbers);
  return {
    map: components,
    components: measureObjects(components).map((measures) => ({
      ...measures,
      value: values[measures.value]!,
    })),
  };
}

function wantedValues(values: Iterable<number> | undefined): (value: number) => boolean {
  if (values === undefined) return (value) => value !== -1;
  if (typeof values === "string" || typeof values?.[Symbol.iterator] !== "function") {
    throw invalid("values must be an array of the map's values.");
  }
  const wanted = new Set(values);
  for (const value of wanted) checkValue(value, "each of values");
  return (value) => wanted.has(value);
}

/** For each run its parent: itself, or a run of its set with a smaller number. Parents lead to the set's first run. */
function uniteRuns({ width, bandRuns, runEnds, values }: LabelRuns, joinsCorners: boolean): Uint32Array {
  const parents = makeSets(values.length);
  for (let band = 1; band + 1 < bandRuns.length; band++) {
    let above = bandRuns[band - 1]!;
    let below = bandRuns[band]!;
    for (let x = 0; x < width; ) {
      if (values[above] === values[below]) unite(parents, above, below);
      const aboveEnd = runEnds[above]!;
      const belowEnd = runEnds[below]!;
      x = Math.min(aboveEnd, belowEnd);
      // Runs can touch at a corner alone only if both end at this column. Otherwise they share a side as well.
      if (joinsCorners && aboveEnd === belowEnd && x < width) {
        if (values[above] === values[below + 1]) unite(parents, above, below + 1);
        if (values[above + 1] === values[below]) unite(parents, above + 1, below);
      }
      if (aboveEnd === x) above++;
      if (belowEnd === x) below++;
    }
  }
  return parents;
}

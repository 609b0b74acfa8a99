/**
 * A map to its connected components: pixels of one value that hang together.
 *
 * Runs that touch in two neighbouring bands and have one value are united (union-find). A set is known by its first run,
 * so that the sets come out numbered in the order of their first pixels.
 */

import { checkOptions, invalid } from "../checks/arguments.js";
import type { LabelRuns, RunsInput } from "../maps/label-runs.js";
import { runsOf } from "../maps/runs-of.js";
import { measureObjects, type ObjectMeasures } from "./measure.js";
import { checkValue } from "./options.js";
import { replaceValues } from "./replace-values.js";
import { findFirst, makeSets, unite } from "./union-find.js";

export interface ComponentsOptions {
  /** Whether pixels that meet at a corner only (8) hang together or not (4). Default 8, as in OpenCV and scikit-image. */
  readonly connectivity?: 4 | 8;
  /** The values whose pixels make components. Default all but -1. */
  readonly values?: Iterable<number>;
}

export interface Components {
  /** Each pixel's component, its place in `components`; -1 where the pixel's value is left out. */
  readonly map: LabelRuns;
  /** In the order of their first pixels, row by row. `value` is what the pixels have in the map that was given. */
  readonly components: readonly ObjectMeasures[];
}

/**
 * The connected components of all values or some.
 *
 * @throws {DecodeError} OPTION_INVALID.
 */
export function connectedComponents(map: RunsInput, options: ComponentsOptions = {}): Components {
  checkOptions(options);
  const { connectivity = 8 } = options;
  if (connectivity !== 4 && connectivity !== 8) throw invalid("connectivity must be 4 or 8.");
  const isWanted = wantedValues(options.values);
  const runs = runsOf(map);
  const parents = uniteRuns(runs, connectivity === 8);

  // A set's first run comes before its other ones, so that its number is there when they ask for it.
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

/** For each run one of its set with a smaller number or its own, which leads to the set's first run; see `findFirst`. */
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
      // Four runs meet at a corner only where both end; elsewhere what meets there shares a side as well.
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

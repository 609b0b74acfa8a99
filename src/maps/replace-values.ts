/**
 * Gives the runs of a map new values. Neighbouring runs that get the same value become one run, and bands that become
 * equal become one band.
 */
import type { LabelRuns } from "./label-runs.js";
import { RunsBuilder } from "./runs-builder.js";

/** @param replacements the new value of each run. */
export function replaceValues(runs: LabelRuns, replacements: Int32Array): LabelRuns {
  const { width, height, bandTops, bandRuns, runEnds } = runs;
  const replaced = new RunsBuilder();
  for (let band = 0; band + 1 < bandTops.length; band++) {
    const end = bandRuns[band + 1]!;
    for (let run = bandRuns[band]!; run < end; run++) {
      const isLast = run + 1 === end || replacements[run + 1] !== replacements[run];
      if (isLast) replaced.add(runEnds[run]!, replacements[run]!);
    }
    replaced.endRows(bandTops[band]!);
  }
  return replaced.build(width, height);
}

/** The same areas with other values: neighbours that get the same one become one run, bands that become equal one band. */
import { LabelRuns } from "../label-runs.js";

/** @param replacements one per run. */
export function replaceValues(runs: LabelRuns, replacements: Int32Array): LabelRuns {
  const bands = runs.bandTops.length - 1;
  const bandTops = new Uint32Array(bands + 1);
  const bandRuns = new Uint32Array(bands + 1);
  const runEnds = new Uint32Array(replacements.length);
  const values = new Int32Array(replacements.length);
  let bandCount = 0;
  let runCount = 0;
  for (let band = 0; band < bands; band++) {
    const first = runCount;
    for (let run = runs.bandRuns[band]!; run < runs.bandRuns[band + 1]!; run++) {
      const continues = runCount > first && values[runCount - 1] === replacements[run];
      const place = continues ? runCount - 1 : runCount++;
      runEnds[place] = runs.runEnds[run]!;
      values[place] = replacements[run]!;
    }
    if (bandCount > 0 && areEqual(runEnds, values, bandRuns[bandCount - 1]!, first, runCount)) {
      runCount = first;
    } else {
      bandTops[bandCount] = runs.bandTops[band]!;
      bandRuns[bandCount++] = first;
    }
  }
  bandTops[bandCount] = runs.height;
  bandRuns[bandCount] = runCount;
  return new LabelRuns({
    width: runs.width,
    height: runs.height,
    bandTops: bandTops.slice(0, bandCount + 1),
    bandRuns: bandRuns.slice(0, bandCount + 1),
    runEnds: runEnds.slice(0, runCount),
    values: values.slice(0, runCount),
  });
}

/** Whether the band from `above` to before `first` has the runs of that from `first` to before `end`. */
function areEqual(
  runEnds: Uint32Array,
  values: Int32Array,
  above: number,
  first: number,
  end: number,
): boolean {
  if (first - above !== end - first) return false;
  for (let run = first; run < end; run++, above++) {
    if (runEnds[run] !== runEnds[above] || values[run] !== values[above]) return false;
  }
  return true;
}

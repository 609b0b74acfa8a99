/** Which band of the mask each row of the output shows, and which column each of its columns. */

import { samplePixels } from "../geometry/area.js";
import type { LabelRuns } from "../maps/label-runs.js";
import type { CheckedOptions } from "./paint-options.js";

export interface OutputArea {
  readonly width: number;
  readonly height: number;
  /** For each row of the output the index of its band in the mask. */
  readonly bands: Uint32Array;
  /** For each column of the output its column in the mask. Ascending, or descending if it is flipped. */
  readonly columns: Uint32Array;
  /** Whether neighbouring columns of the output are neighbours in the mask, so that two numbers say it all. */
  readonly isWholeColumns: boolean;
}

/** @throws {DecodeError} OPTION_INVALID: the crop is not inside the mask. */
export function outputAreaOf(
  runs: LabelRuns,
  { area, flip }: Pick<CheckedOptions, "area" | "flip">,
): OutputArea {
  const { columns, rows } = samplePixels(runs, area);
  const bands = bandsOf(rows, runs.bandTops);
  if (flip === "vertical" || flip === "both") bands.reverse();
  if (flip === "horizontal" || flip === "both") columns.reverse();
  return {
    ...{ width: columns.length, height: rows.length, bands, columns },
    isWholeColumns: area.resize === undefined,
  };
}

/** @param rows ascending. */
function bandsOf(rows: Uint32Array, bandTops: Uint32Array): Uint32Array {
  const bands = new Uint32Array(rows.length);
  let band = 0;
  for (let y = 0; y < rows.length; y++) {
    while (bandTops[band + 1]! <= rows[y]!) band++;
    bands[y] = band;
  }
  return bands;
}

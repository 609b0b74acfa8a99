/**
 * Rows of long runs, which the module lists instead of painting them (assembly/paint.ts). A call of `fill` for each run
 * costs less than painting the rows in the module and copying all their pixels.
 */
import type { LabelArray } from "../../maps/dense-map.js";
import { address } from "../wasm/address.js";
import type { ModuleExports } from "../wasm/module.js";

/** The module's list, see assembly/listed-rows.ts. */
export interface ListedRows {
  readonly module: ModuleExports;
  readonly bands: Uint32Array;
  readonly runEnds: Uint32Array;
  readonly runLabels: Int32Array;
}

/** To be called once the memory does not grow any more. */
export function viewList(module: ModuleExports): ListedRows {
  const { buffer } = module.memory;
  return {
    module,
    bands: new Uint32Array(buffer, address(module.listedBandsPointer.value)),
    runEnds: new Uint32Array(buffer, address(module.runEndsPointer.value)),
    runLabels: new Int32Array(buffer, address(module.runLabelsPointer.value)),
  };
}

/**
 * @param values the value of each label, after that of unlabelled pixels; `null`: the labels themselves
 * @param top the first row of the output that is filled
 * @param tops where each row of the list starts to be in the output, and the row after the last; `null`: each is there once
 */
export function fillRows(
  into: LabelArray,
  values: Int32Array | null,
  width: number,
  top: number,
  tops: readonly number[] | null,
  { module, bands, runEnds, runLabels }: ListedRows,
): void {
  const bandCount = module.listedBands.value;
  let listed = 0;
  let row = top;
  // Pixels with the same value, also from the end of one row to the start of the next.
  let start = top * width;
  let value: number | undefined;
  let end = start;
  for (let band = 0; band < bandCount; band++) {
    listed += bands[band * 2]!;
    const first = bands[band * 2 + 1]!;
    const last = band + 1 < bandCount ? bands[band * 2 + 3]! : module.listedRuns.value;
    // Equal rows of the image are next to each other in the output too.
    for (const rowsEnd = tops === null ? top + listed : tops[listed]!; row < rowsEnd; row++) {
      const rowStart = row * width;
      for (let run = first; run < last; run++) {
        const label = runLabels[run]!;
        const next = values === null ? label : values[label + 1]!;
        if (next !== value) {
          if (value !== undefined) into.fill(value, start, end);
          start = end;
          value = next;
        }
        end = rowStart + runEnds[run]!;
      }
    }
  }
  into.fill(value!, start, end);
}

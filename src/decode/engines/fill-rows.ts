/**
 * Rows of long runs, which the module lists instead of painting them (assembly/paint.ts). A call of `fill` for each run
 * costs less than painting the rows in the module and copying all their pixels.
 */
import type { LabelArray } from "../../maps/dense-map.js";
import { address } from "../wasm/address.js";
import type { ModuleExports } from "../wasm/module.js";

/**
 * Fills the rows of the module's list (assembly/listed-rows.ts).
 *
 * @param values the value of each label, after that of unlabelled pixels; `null`: the labels themselves
 * @param start the first pixel of the rows
 */
export function fillRows(
  into: LabelArray,
  values: Int32Array | null,
  start: number,
  width: number,
  module: ModuleExports,
): void {
  const { buffer } = module.memory;
  const bands = new Uint32Array(buffer, address(module.listedBandsPointer.value));
  const runEnds = new Uint32Array(buffer, address(module.runEndsPointer.value));
  const runLabels = new Int32Array(buffer, address(module.runLabelsPointer.value));
  const bandCount = module.listedBands.value;
  let rowStart = start;
  // Pixels with the same value, also from the end of one row to the start of the next.
  let from = start;
  let to = start;
  let value = 0;
  for (let band = 0; band < bandCount; band++) {
    const first = bands[band * 2 + 1]!;
    const last = band + 1 < bandCount ? bands[band * 2 + 3]! : module.listedRuns.value;
    for (let rows = bands[band * 2]!; rows > 0; rows--) {
      for (let run = first; run < last; run++) {
        const label = runLabels[run]!;
        const next = values === null ? label : values[label + 1]!;
        if (next !== value) {
          into.fill(value, from, to);
          from = to;
          value = next;
        }
        to = rowStart + runEnds[run]!;
      }
      rowStart += width;
    }
  }
  into.fill(value, from, to);
}

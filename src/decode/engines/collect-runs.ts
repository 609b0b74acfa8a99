/** The runs of an image, which the module lists band by band. */
import { type LabelRuns, wellFormedRuns } from "../../maps/label-runs.js";
import { address } from "../wasm/address.js";
import type { ModuleExports } from "../wasm/module.js";

/** Collects the runs of all bands. */
export function collectRuns(module: ModuleExports) {
  const allTops: number[] = [];
  const firstRuns: number[] = [];
  const allEnds: Uint32Array[] = [];
  const allValues: Int32Array[] = [];
  let runs = 0;
  let height = 0;
  let lastEnds = new Uint32Array(0);
  let lastValues = new Int32Array(0);

  return {
    /** @param rowsBefore rows of the output before a row of the module's band */
    take(rowsBefore: (row: number) => number): void {
      const count = module.listedRuns.value;
      if (count === 0) return;
      const { buffer } = module.memory;
      const ends = new Uint32Array(buffer, address(module.runEndsPointer.value), count).slice();
      const values = new Int32Array(buffer, address(module.runLabelsPointer.value), count).slice();
      const bands = new Uint32Array(
        buffer,
        address(module.listedBandsPointer.value),
        module.listedBands.value * 2,
      );
      const bandCount = bands.length / 2;
      let row = 0;
      let skippedRuns = 0;
      for (let band = 0; band < bandCount; band++) {
        const start = bands[band * 2 + 1]!;
        const end = band + 1 < bandCount ? bands[band * 2 + 3]! : count;
        // The module joins equal rows only within a band. Here the last rows of a band are joined with the next band's first.
        const isBandBefore =
          band === 0 &&
          areEqual(lastEnds, ends.subarray(start, end)) &&
          areEqual(lastValues, values.subarray(start, end));
        if (isBandBefore) skippedRuns = end;
        else {
          allTops.push(height + rowsBefore(row));
          firstRuns.push(runs + start - skippedRuns);
        }
        row += bands[band * 2]!;
        if (band + 1 === bandCount) {
          lastEnds = ends.subarray(start, end);
          lastValues = values.subarray(start, end);
        }
      }
      allEnds.push(ends.subarray(skippedRuns));
      allValues.push(values.subarray(skippedRuns));
      runs += count - skippedRuns;
      height += rowsBefore(row);
    },

    toRuns(width: number): LabelRuns {
      return wellFormedRuns({
        width,
        height,
        bandTops: Uint32Array.from([...allTops, height]),
        bandRuns: Uint32Array.from([...firstRuns, runs]),
        runEnds: join(allEnds, new Uint32Array(runs)),
        values: join(allValues, new Int32Array(runs)),
      });
    },
  };
}

function areEqual(a: Int32Array | Uint32Array, b: Int32Array | Uint32Array): boolean {
  return a.length === b.length && a.every((value, index) => value === b[index]);
}

function join<A extends Int32Array | Uint32Array>(parts: readonly A[], into: A): A {
  let start = 0;
  for (const part of parts) {
    into.set(part, start);
    start += part.length;
  }
  return into;
}

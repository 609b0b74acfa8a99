/**
 * Where an engine puts what it has decoded: arrays of labels or other values, and lists of runs, all filled in one pass.
 * They show the whole image, or the rows and columns that a crop and a resize select.
 *
 * The module hands out bands of rows (assembly/output.ts). Here they are copied to their places.
 */
import type { SampledPixels } from "../../geometry/area.js";
import type { LabelArray } from "../../maps/dense-map.js";
import { LabelRuns } from "../../maps/label-runs.js";
import type { ModuleExports } from "../wasm/module.js";

/** An array with one element per pixel of the output, row-major. */
export interface DenseOutput {
  readonly into: LabelArray;
  /** The value of each label, preceded by the value of unlabelled pixels. `null`: the label itself, -1 if unlabelled. */
  readonly values: Int32Array | null;
}

/** Receives the runs once they are found. */
export interface RunsOutput {
  found: LabelRuns | null;
}

export interface Output {
  readonly width: number;
  readonly height: number;
  readonly dense: readonly DenseOutput[];
  /** Receives the runs; `null` if no target needs them. */
  readonly runs: RunsOutput | null;
  /** `null`: all pixels. */
  readonly sampled: SampledPixels | null;
}

/** Describes the output to the module. Call it before an engine's layout. */
export function describeOutput(output: Output, module: ModuleExports): void {
  module.beginOutput();
  for (const { into, values } of output.dense) module.addTarget(into.BYTES_PER_ELEMENT, values !== null);
  if (output.runs !== null) module.addTarget(0, false);
  if (output.sampled !== null) module.sampleOutput(output.width);
}

/** Takes band after band out of the module. */
export interface OutputTaker {
  takeBand(): void;
  /** To be called once all bands are taken. */
  finish(): void;
}

/** To be called after an engine's layout and before the image starts. */
export function takeOutput(output: Output, imageHeight: number, module: ModuleExports): OutputTaker {
  const { width, dense, sampled } = output;
  const runs = output.runs === null ? null : collectRuns(module);
  let bands: readonly LabelArray[] | null = null;
  /** How many rows of the output are filled. */
  let filled = 0;

  const { buffer } = module.memory;
  dense.forEach(({ values }, target) => {
    if (values !== null) new Int32Array(buffer, address(module.valuesOf(target)), values.length).set(values);
  });
  if (sampled !== null) {
    const { columns, rows } = sampled;
    new Uint32Array(buffer, address(module.columnsPointer.value), columns.length).set(columns);
    const isWanted = new Uint8Array(buffer, address(module.wantedRowsPointer.value), imageHeight).fill(0);
    for (const row of rows) isWanted[row] = 1;
  }

  return {
    takeBand() {
      // The memory may grow before the first band is full, but not after that.
      bands ??= dense.map(({ into }, target) => {
        // Not by its own constructor: a subclass such as Node's Buffer may take other arguments.
        const type = { 1: Uint8Array, 2: Uint16Array, 4: Int32Array }[into.BYTES_PER_ELEMENT]!;
        return new type(module.memory.buffer, address(module.bandOf(target)));
      });
      const rows = module.bandRows.value;
      const { length } = dense;
      if (sampled === null) {
        for (let target = 0; target < length; target++) {
          const band = bands[target]!.subarray(0, rows * width);
          dense[target]!.into.set(band, filled * width);
        }
        runs?.take((row) => row);
        filled += rows;
        return;
      }
      // Each row of the image comes once, and is in the output at least once.
      const tops = new Uint32Array(rows + 1);
      for (let row = 0; row < rows; row++) {
        tops[row] = filled;
        const source = sampled.rows[filled];
        while (sampled.rows[filled] === source) filled++;
      }
      tops[rows] = filled;
      for (let target = 0; target < length; target++) {
        const { into } = dense[target]!;
        for (let row = 0; row < rows; row++) {
          const values = bands[target]!.subarray(row * width, (row + 1) * width);
          for (let top = tops[row]!; top < tops[row + 1]!; top++) into.set(values, top * width);
        }
      }
      runs?.take((row) => tops[row]! - tops[0]!);
    },
    finish() {
      if (output.runs !== null) output.runs.found = runs!.toRuns(width);
    },
  };
}

/** Collects the runs of all bands. */
function collectRuns(module: ModuleExports) {
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
      return new LabelRuns({
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

/** The module returns pointers as signed numbers, but the output of very wide rows can lie above 2 GiB. */
function address(pointer: number): number {
  return pointer >>> 0;
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

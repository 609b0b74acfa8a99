/**
 * Where an engine puts what it has decoded: arrays of labels or other values, and lists of runs, all filled in one pass.
 * They show the whole image, or the rows and columns that a crop and a resize select.
 *
 * The module hands out bands of rows (assembly/output.ts). Here they are copied to their places.
 */
import type { SampledPixels } from "../../geometry/area.js";
import type { LabelArray } from "../../maps/dense-map.js";
import type { LabelRuns } from "../../maps/label-runs.js";
import { address } from "../wasm/address.js";
import type { ModuleExports } from "../wasm/module.js";
import type { collectRuns } from "./collect-runs.js";
import { fillRows, type ListedRows, viewList } from "./fill-rows.js";

/** An array with one element per pixel of the output, row-major. */
export interface DenseOutput {
  readonly into: LabelArray;
  /** The value of each label, preceded by the value of unlabelled pixels. `null`: the label itself, -1 if unlabelled. */
  readonly values: Int32Array | null;
}

/** Receives the runs once they are found. */
export interface RunsOutput {
  readonly collect: typeof collectRuns;
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
  module.beginOutput(false);
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
  const runs = output.runs?.collect(module);
  const arrays = dense.map(({ into }) => plainArray(into, into.buffer, into.byteOffset, into.length));
  let bands: readonly LabelArray[] | undefined;
  let list: ListedRows | undefined;
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

  /** Where each row of the band starts to be in the output, and where the next band starts. */
  const findTops = (rows: number): number[] => {
    const tops = [filled];
    for (let row = 0; row < rows; row++) {
      const source = sampled?.rows[filled++];
      // Each row of the image comes once, and is in the output at least once.
      while (sampled?.rows[filled] === source) filled++;
      tops.push(filled);
    }
    return tops;
  };

  return {
    takeBand() {
      const isListed = module.endBand();
      const rows = module.bandRows.value;
      const top = filled;
      const tops = sampled === null ? null : findTops(rows);
      if (tops === null) filled += rows;
      runs?.take((row) => (tops === null ? row : tops[row]! - top));
      // The memory may grow before the first band is full, but not after that.
      if (isListed) {
        list ??= viewList(module);
        for (let target = 0; target < dense.length; target++) {
          fillRows(arrays[target]!, dense[target]!.values, width, top, tops, list);
        }
        return;
      }
      bands ??= dense.map(({ into }, target) =>
        plainArray(into, module.memory.buffer, address(module.bandOf(target))),
      );
      for (let target = 0; target < dense.length; target++) {
        const band = bands[target]!;
        const into = arrays[target]!;
        if (tops === null) {
          into.set(band.subarray(0, rows * width), top * width);
          continue;
        }
        for (let row = 0; row < rows; row++) {
          const values = band.subarray(row * width, (row + 1) * width);
          for (let to = tops[row]!; to < tops[row + 1]!; to++) into.set(values, to * width);
        }
      }
    },
    finish() {
      if (output.runs !== null) output.runs.found = runs!.toRuns(width);
    },
  };
}

/** Not by the array's own constructor: a subclass such as Node's Buffer may take other arguments, and fill otherwise. */
function plainArray(like: LabelArray, buffer: ArrayBufferLike, offset: number, length?: number): LabelArray {
  const type = { 1: Uint8Array, 2: Uint16Array, 4: Int32Array }[like.BYTES_PER_ELEMENT]!;
  return new type(buffer as ArrayBuffer, offset, length);
}

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
import { fillRows } from "./fill-rows.js";

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
  module.beginOutput();
  for (const { into, values } of output.dense) {
    module.addTarget(into.BYTES_PER_ELEMENT, values !== null, placeIn(module, into, output));
  }
  if (output.runs !== null) module.addTarget(0, false, 0);
  if (output.sampled !== null) module.sampleOutput(output.width);
}

/** The address of an array in the module's memory, which is filled where it is; 0 for others. */
function placeIn({ memory }: ModuleExports, into: LabelArray, { sampled }: Output): number {
  return sampled === null && into.buffer === memory.buffer ? into.byteOffset : 0;
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
  const takeTops = ({ rows: sources }: SampledPixels, rows: number): Uint32Array => {
    const tops = new Uint32Array(rows + 1);
    for (let row = 0; row < rows; row++) {
      tops[row] = filled;
      // Each row of the image comes once, and is in the output at least once.
      const source = sources[filled];
      while (sources[filled] === source) filled++;
    }
    tops[rows] = filled;
    return tops;
  };

  return {
    takeBand() {
      const isListed = module.endBand();
      const rows = module.bandRows.value;
      const start = filled * width;
      const tops = sampled && takeTops(sampled, rows);
      if (tops === null) filled += rows;
      // The memory may grow before the first band is full, but not after that.
      bands ??= dense.map(({ into }, target) =>
        plainArray(into, module.memory.buffer, address(module.bandOf(target))),
      );
      for (let target = 0; target < dense.length; target++) {
        const into = arrays[target]!;
        const band = bands[target]!;
        if (placeIn(module, into, output) > 0) continue;
        if (isListed) fillRows(into, dense[target]!.values, start, width, module);
        else if (tops === null) into.set(band.subarray(0, rows * width), start);
        else copyRows(band, into, width, tops);
      }
      runs?.take((row) => (tops === null ? row : tops[row]! - tops[0]!));
    },
    finish() {
      if (output.runs !== null) output.runs.found = runs!.toRuns(width);
    },
  };
}

/** Copies each row of a band to all of its places. */
function copyRows(band: LabelArray, into: LabelArray, width: number, tops: Uint32Array): void {
  for (let row = 0; row + 1 < tops.length; row++) {
    const values = band.subarray(row * width, (row + 1) * width);
    for (let top = tops[row]!; top < tops[row + 1]!; top++) into.set(values, top * width);
  }
}

/** Not by the array's own constructor: a subclass such as Node's Buffer may take other arguments, and fill differently. */
function plainArray(like: LabelArray, buffer: ArrayBufferLike, offset: number, length?: number): LabelArray {
  const type = { 1: Uint8Array, 2: Uint16Array, 4: Int32Array }[like.BYTES_PER_ELEMENT]!;
  return new type(buffer as ArrayBuffer, offset, length);
}

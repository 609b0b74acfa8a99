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

/** Takes band after band out of the module. Create it after an engine's layout and before the image starts. */
export class OutputTaker {
  readonly #output: Output;
  readonly #module: ModuleExports;
  #bands: readonly LabelArray[] | null = null;
  readonly #runs: RunsCollector | null;
  /** How many rows of the output are filled. */
  #filled = 0;

  constructor(output: Output, imageHeight: number, module: ModuleExports) {
    this.#output = output;
    this.#module = module;
    this.#runs = output.runs === null ? null : new RunsCollector();
    const { buffer } = module.memory;
    const { dense, sampled } = output;
    dense.forEach(({ values }, target) => {
      if (values !== null)
        new Int32Array(buffer, address(module.valuesOf(target)), values.length).set(values);
    });
    if (sampled !== null) {
      const { columns, rows } = sampled;
      new Uint32Array(buffer, address(module.columnsPointer.value), columns.length).set(columns);
      const isWanted = new Uint8Array(buffer, address(module.wantedRowsPointer.value), imageHeight).fill(0);
      for (const row of rows) isWanted[row] = 1;
    }
  }

  takeBand(): void {
    const { width, dense, sampled } = this.#output;
    // The memory may grow before the first band is full, but not after that.
    this.#bands ??= dense.map(({ into }, target) => {
      // Not by its own constructor: a subclass such as Node's Buffer may take other arguments.
      const type = { 1: Uint8Array, 2: Uint16Array, 4: Int32Array }[into.BYTES_PER_ELEMENT]!;
      return new type(this.#module.memory.buffer, address(this.#module.bandOf(target)));
    });
    const rows = this.#module.bandRows.value;
    const { length } = dense;
    if (sampled === null) {
      for (let target = 0; target < length; target++) {
        const band = this.#bands[target]!.subarray(0, rows * width);
        dense[target]!.into.set(band, this.#filled * width);
      }
      this.#runs?.take(this.#module, (row) => row);
      this.#filled += rows;
      return;
    }
    // Each row of the image comes once, and is in the output at least once.
    const tops = new Uint32Array(rows + 1);
    for (let row = 0; row < rows; row++) {
      tops[row] = this.#filled;
      const source = sampled.rows[this.#filled];
      while (sampled.rows[this.#filled] === source) this.#filled++;
    }
    tops[rows] = this.#filled;
    for (let target = 0; target < length; target++) {
      const { into } = dense[target]!;
      for (let row = 0; row < rows; row++) {
        const values = this.#bands[target]!.subarray(row * width, (row + 1) * width);
        for (let top = tops[row]!; top < tops[row + 1]!; top++) into.set(values, top * width);
      }
    }
    this.#runs?.take(this.#module, (row) => tops[row]! - tops[0]!);
  }

  /** To be called once all bands are taken. */
  finish(): void {
    const { runs, width } = this.#output;
    if (runs !== null) runs.found = this.#runs!.toRuns(width);
  }
}

/** Collects the runs of all bands. */
class RunsCollector {
  readonly #tops: number[] = [];
  readonly #firstRuns: number[] = [];
  readonly #ends: Uint32Array[] = [];
  readonly #values: Int32Array[] = [];
  #runs = 0;
  #height = 0;
  #lastEnds = new Uint32Array(0);
  #lastValues = new Int32Array(0);

  /** @param rowsBefore rows of the output before a row of the module's band */
  take(module: ModuleExports, rowsBefore: (row: number) => number): void {
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
        areEqual(this.#lastEnds, ends.subarray(start, end)) &&
        areEqual(this.#lastValues, values.subarray(start, end));
      if (isBandBefore) skippedRuns = end;
      else {
        this.#tops.push(this.#height + rowsBefore(row));
        this.#firstRuns.push(this.#runs + start - skippedRuns);
      }
      row += bands[band * 2]!;
      if (band + 1 === bandCount) {
        this.#lastEnds = ends.subarray(start, end);
        this.#lastValues = values.subarray(start, end);
      }
    }
    this.#ends.push(ends.subarray(skippedRuns));
    this.#values.push(values.subarray(skippedRuns));
    this.#runs += count - skippedRuns;
    this.#height += rowsBefore(row);
  }

  toRuns(width: number): LabelRuns {
    return new LabelRuns({
      width,
      height: this.#height,
      bandTops: Uint32Array.from([...this.#tops, this.#height]),
      bandRuns: Uint32Array.from([...this.#firstRuns, this.#runs]),
      runEnds: join(this.#ends, new Uint32Array(this.#runs)),
      values: join(this.#values, new Int32Array(this.#runs)),
    });
  }
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

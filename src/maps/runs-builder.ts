/** Builds a `LabelRuns` from runs added row by row. A row that equals the band above it becomes part of that band. */
import { GrowingArray } from "./growing-array.js";
import { LabelRuns } from "./label-runs.js";

export class RunsBuilder {
  readonly #bandTops = new GrowingArray(Uint32Array);
  readonly #bandRuns = new GrowingArray(Uint32Array);
  readonly #runEnds = new GrowingArray(Uint32Array);
  readonly #values = new GrowingArray(Int32Array);
  /** Where the runs of the current rows start. */
  #first = 0;

  /** Adds a run to the current rows. It ends just before column `end`; its value must differ from the run before it. */
  add(end: number, value: number): void {
    this.#runEnds.push(end);
    this.#values.push(value);
  }

  /** Ends the current rows, which begin at row `top`. Their runs must reach up to the map's width. */
  endRows(top: number): void {
    if (this.#equalsBandAbove()) {
      this.#runEnds.length = this.#first;
      this.#values.length = this.#first;
    } else {
      this.#bandTops.push(top);
      this.#bandRuns.push(this.#first);
      this.#first = this.#runEnds.length;
    }
  }

  /** Returns the map of all rows. */
  build(width: number, height: number): LabelRuns {
    this.#bandTops.push(height);
    this.#bandRuns.push(this.#first);
    return new LabelRuns({
      width,
      height,
      bandTops: this.#bandTops.toArray(),
      bandRuns: this.#bandRuns.toArray(),
      runEnds: this.#runEnds.toArray(),
      values: this.#values.toArray(),
    });
  }

  #equalsBandAbove(): boolean {
    const bands = this.#bandRuns.length;
    if (bands === 0) return false;
    const { array: ends, length } = this.#runEnds;
    const { array: values } = this.#values;
    let above = this.#bandRuns.array[bands - 1]!;
    if (this.#first - above !== length - this.#first) return false;
    for (let run = this.#first; run < length; run++, above++) {
      if (ends[run] !== ends[above] || values[run] !== values[above]) return false;
    }
    return true;
  }
}

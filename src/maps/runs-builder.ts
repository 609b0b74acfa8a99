/** Runs one after the other, row by row, to a `LabelRuns`: a row that is equal to the band above becomes part of it. */
import { GrowingArray } from "./growing-array.js";
import { LabelRuns } from "./label-runs.js";

export class RunsBuilder {
  readonly #bandTops = new GrowingArray(Uint32Array);
  readonly #bandRuns = new GrowingArray(Uint32Array);
  readonly #runEnds = new GrowingArray(Uint32Array);
  readonly #values = new GrowingArray(Int32Array);
  /** Where the runs of the rows that are being added start. */
  #first = 0;

  /** Adds a run to the rows at hand: it reaches to before column `end`, and its value is not that of the run before. */
  add(end: number, value: number): void {
    this.#runEnds.push(end);
    this.#values.push(value);
  }

  /** Ends the rows at hand, which begin at `top`: the runs that were added last, up to the map's width. */
  endRows(top: number): void {
    if (this.#isBandAbove()) {
      this.#runEnds.length = this.#first;
      this.#values.length = this.#first;
    } else {
      this.#bandTops.push(top);
      this.#bandRuns.push(this.#first);
      this.#first = this.#runEnds.length;
    }
  }

  /** The map of all rows. */
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

  #isBandAbove(): boolean {
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

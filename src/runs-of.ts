/** Any map as runs, for all that works on runs: each pixel is compared with the one before and the one above. */
import { checkDenseMap, type LabelArray } from "./dense-map.js";
import { isObject } from "./describe.js";
import { LabelRuns, type RunsInput } from "./label-runs.js";

/**
 * The runs of a map; of runs, themselves. From pixels each is looked at once; `decodeMask` with
 * `target: { map: "runs" }` has them from the decoder for nothing.
 *
 * @throws {DecodeError} OPTION_INVALID: neither runs nor a map.
 */
export function runsOf(map: RunsInput): LabelRuns {
  if (isRuns(map)) return map;
  checkDenseMap(map);
  const { width, height, data } = map;
  const bandTops = new List(Uint32Array);
  const bandRuns = new List(Uint32Array);
  const runEnds = new List(Uint32Array);
  const values = new List(Int32Array);
  for (let y = 0; y < height; y++) {
    const row = y * width;
    if (y > 0 && areEqualRows(data, row - width, row, width)) continue;
    bandTops.push(y);
    bandRuns.push(runEnds.length);
    let value = data[row]!;
    for (let x = 1; x < width; x++) {
      if (data[row + x] === value) continue;
      runEnds.push(x);
      values.push(value);
      value = data[row + x]!;
    }
    runEnds.push(width);
    values.push(value);
  }
  bandTops.push(height);
  bandRuns.push(runEnds.length);
  return new LabelRuns({
    width,
    height,
    bandTops: bandTops.toArray(),
    bandRuns: bandRuns.toArray(),
    runEnds: runEnds.toArray(),
    values: values.toArray(),
  });
}

function isRuns(map: unknown): map is LabelRuns {
  return isObject(map) && map.runEnds instanceof Uint32Array && map.values instanceof Int32Array;
}

function areEqualRows(data: LabelArray, above: number, row: number, width: number): boolean {
  for (let x = 0; x < width; x++) if (data[above + x] !== data[row + x]) return false;
  return true;
}

/** A typed array that grows. */
export class List<A extends Int32Array | Uint32Array> {
  length = 0;
  #array: A;
  readonly #type: new (
    length: number,
  ) => A;

  constructor(type: new (length: number) => A) {
    this.#type = type;
    this.#array = new type(1024);
  }

  push(value: number): void {
    if (this.length === this.#array.length) this.#grow(this.length * 2);
    this.#array[this.length++] = value;
  }

  /** What was pushed, in an array of just that length. */
  toArray(): A {
    return this.#array.slice(0, this.length) as A;
  }

  #grow(capacity: number): void {
    const larger = new this.#type(capacity);
    larger.set(this.#array);
    this.#array = larger;
  }
}

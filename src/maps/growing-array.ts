/**
 * A typed array that grows as numbers are pushed. Its capacity doubles when it is full, so n pushes copy fewer than 2n
 * numbers.
 */
import { withMemoryFor } from "../checks/memory.js";

export class GrowingArray<A extends Int32Array | Uint32Array> {
  /** How many numbers it holds. Set it to a smaller number to drop the last ones. */
  length = 0;
  /** The numbers, with spare room behind them. A push may replace this array. */
  array: A;
  readonly #type: new (
    length: number,
  ) => A;

  constructor(type: new (length: number) => A) {
    this.#type = type;
    this.array = new type(1024);
  }

  /** @throws {DecodeError} OUT_OF_MEMORY. */
  push(value: number): void {
    if (this.length === this.array.length) this.#grow(this.length * 2);
    this.array[this.length++] = value;
  }

  /** A copy of the numbers, in an array of exactly that length. */
  toArray(): A {
    return this.array.slice(0, this.length) as A;
  }

  #grow(capacity: number): void {
    const larger = withMemoryFor(`${capacity} numbers`, () => new this.#type(capacity));
    larger.set(this.array);
    this.array = larger;
  }
}

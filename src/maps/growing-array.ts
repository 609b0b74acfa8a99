/** A typed array that grows as numbers are pushed: it doubles, so that n numbers are copied fewer than 2n times. */
import { withMemoryFor } from "../checks/memory.js";

export class GrowingArray<A extends Int32Array | Uint32Array> {
  /** How many numbers are in it. May be set to a smaller one, which takes the last numbers away. */
  length = 0;
  /** The numbers, with room behind them; another array after a push. */
  array: A;
  readonly #type: new (
    length: number,
  ) => A;

  constructor(type: new (length: number) => A) {
    this.#type = type;
    this.array = new type(1024);
  }

  /** @throws {DecodeError} OUT_OF_MEMORY */
  push(value: number): void {
    if (this.length === this.array.length) this.#grow(this.length * 2);
    this.array[this.length++] = value;
  }

  /** What was pushed, in an array of just that length. */
  toArray(): A {
    return this.array.slice(0, this.length) as A;
  }

  #grow(capacity: number): void {
    const larger = withMemoryFor(`${capacity} numbers`, () => new this.#type(capacity));
    larger.set(this.array);
    this.array = larger;
  }
}

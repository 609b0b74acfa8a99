/**
 * Arrays that are used again. A fresh array of a large map costs more than its decode: the system hands its pages over
 * one by one.
 */
import type { Dtype, LabelArray } from "labelmap";

/** While some tasks of a thread wait for the disk, another decodes: with 4 a tenth faster than with 2 (bench/dataset.mjs). */
export const TASKS_PER_THREAD = 4;
const TYPES = { int32: Int32Array, uint16: Uint16Array, uint8: Uint8Array } as const;

export class ArrayPool {
  readonly #free: ArrayBuffer[] = [];

  /** An array of any content. */
  take(dtype: Dtype, length: number): LabelArray {
    const type = TYPES[dtype];
    const place = this.#free.findIndex(({ byteLength }) => byteLength >= length * type.BYTES_PER_ELEMENT);
    const [buffer] = place < 0 ? [] : this.#free.splice(place, 1);
    return buffer === undefined ? new type(length) : new type(buffer, 0, length);
  }

  /** Takes an array of `take` back; it must not be used any more. No more are kept than a thread has tasks, the largest ones. */
  give({ buffer }: LabelArray): void {
    this.#free.push(buffer as ArrayBuffer);
    this.#free.sort((a, b) => a.byteLength - b.byteLength);
    if (this.#free.length > TASKS_PER_THREAD) this.#free.shift();
  }
}

/**
 * Reuses arrays. Allocating the array of a large map takes longer than decoding it, because the system provides its
 * memory page by page.
 */
import type { Dtype, LabelArray } from "labelmap";

/** While some tasks of a thread wait for the disk, another decodes. 4 is a tenth faster than 2 (bench/dataset.mjs). */
export const TASKS_PER_THREAD = 4;
const TYPES = { int32: Int32Array, uint16: Uint16Array, uint8: Uint8Array } as const;

export class ArrayPool {
  readonly #free: ArrayBuffer[] = [];

  /** An array whose content is undefined. */
  take(dtype: Dtype, length: number): LabelArray {
    const type = TYPES[dtype];
    const place = this.#free.findIndex(({ byteLength }) => byteLength >= length * type.BYTES_PER_ELEMENT);
    const [buffer] = place < 0 ? [] : this.#free.splice(place, 1);
    return buffer === undefined ? new type(length) : new type(buffer, 0, length);
  }

  /**
   * Returns an array from `take`, which must not be used any more. The pool keeps the largest arrays, one for each task
   * of a thread.
   */
  give({ buffer }: LabelArray): void {
    this.#free.push(buffer as ArrayBuffer);
    this.#free.sort((a, b) => a.byteLength - b.byteLength);
    if (this.#free.length > TASKS_PER_THREAD) this.#free.shift();
  }
}

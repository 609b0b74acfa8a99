/**
 * Reuses arrays. Allocating the array of a large map takes longer than decoding it, because the system provides its
 * memory page by page.
 */
import type { Dtype, LabelArray } from "labelmap";

/** While some tasks of a thread wait for the disk, another decodes. 4 is a tenth faster than 2 (bench/dataset.mjs). */
export const TASKS_PER_THREAD = 4;
/** The room in front of each array. The header of a map's `.npy` file fits in, so that the file is one piece of memory. */
export const HEADER_BYTES = 128;
const TYPES = { int32: Int32Array, uint16: Uint16Array, uint8: Uint8Array } as const;

export class ArrayPool {
  readonly #allocate: (bytes: number) => ArrayBuffer;
  readonly #free: ArrayBuffer[] = [];

  /** @param allocate gives memory of so many bytes. Default: usual memory. */
  constructor(allocate = (bytes: number) => new ArrayBuffer(bytes)) {
    this.#allocate = allocate;
  }

  /** An array whose content is undefined, with `HEADER_BYTES` in front of it. */
  take(dtype: Dtype, length: number): LabelArray {
    const type = TYPES[dtype];
    const bytes = HEADER_BYTES + length * type.BYTES_PER_ELEMENT;
    const place = this.#free.findIndex(({ byteLength }) => byteLength >= bytes);
    const [buffer = this.#allocate(bytes)] = place < 0 ? [] : this.#free.splice(place, 1);
    return new type(buffer, HEADER_BYTES, length);
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

/** The header and an array from `take` as one piece. As they are if the header does not fit in front of the array. */
export function inOnePiece(
  parts: readonly [header: Uint8Array, elements: Uint8Array],
): readonly Uint8Array[] {
  const [header, { buffer, byteOffset, length }] = parts;
  if (byteOffset !== HEADER_BYTES || header.length !== HEADER_BYTES) return parts;
  const file = new Uint8Array(buffer, 0, HEADER_BYTES + length);
  file.set(header);
  return [file];
}

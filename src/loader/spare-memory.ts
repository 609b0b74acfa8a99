/**
 * The memory of maps that the caller has finished with, for the next maps. A fresh large array takes longer than a decode,
 * because the system provides its memory page by page.
 *
 * Before memory is used again, the caller's arrays lose it. So an array that the caller still holds is empty, and never
 * shows the labels of another mask.
 */

/** Takes the memory away from all arrays that show it. They have no elements afterwards. */
export function detach(buffer: ArrayBuffer): ArrayBuffer {
  const { transfer } = buffer as { transfer?: () => ArrayBuffer };
  return typeof transfer === "function"
    ? transfer.call(buffer)
    : structuredClone(buffer, { transfer: [buffer] });
}

export class SpareMemory {
  readonly #free: ArrayBuffer[] = [];
  readonly #mostMaps: number;
  #largest = 0;

  /** @param mostMaps how many of the largest maps may be kept. */
  constructor(mostMaps: number) {
    this.#mostMaps = mostMaps;
  }

  /** @param buffers memory that nothing shows any more. The oldest is given up if it is too much. */
  give(buffers: readonly ArrayBuffer[]): void {
    for (const buffer of buffers) {
      if (buffer.byteLength === 0) continue;
      this.#free.push(buffer);
      this.#largest = Math.max(this.#largest, buffer.byteLength);
    }
    const bytes = () => this.#free.reduce((sum, { byteLength }) => sum + byteLength, 0);
    while (bytes() > this.#mostMaps * this.#largest) this.#free.shift();
  }

  /**
   * Takes memory for a map's arrays, if there is some of exactly their sizes. Larger memory would show old labels behind the
   * end of a map.
   *
   * @param sizes in bytes; `null`: they are not known yet. Then it is the memory that was used last, `count` pieces of it.
   */
  take(sizes: readonly number[] | null, count: number): ArrayBuffer[] {
    if (sizes === null) return this.#free.splice(Math.max(0, this.#free.length - count));
    return sizes.flatMap((size) => {
      const place = this.#free.map(({ byteLength }) => byteLength).lastIndexOf(size);
      return place < 0 ? [] : this.#free.splice(place, 1);
    });
  }

  clear(): void {
    this.#free.length = 0;
  }
}

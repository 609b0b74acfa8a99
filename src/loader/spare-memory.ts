/**
 * The memory of maps that the caller has finished with, for the next maps. A fresh large array takes longer than a decode,
 * because the system provides its memory page by page.
 *
 * Before memory is used again, the caller's arrays lose it. So an array that the caller still holds is empty, and never
 * shows the labels of another mask.
 */

/** A larger map is forgotten after so many others, for each map that may be kept. */
const RECENT_PER_MAP = 8;

export class SpareMemory {
  readonly #free: ArrayBuffer[] = [];
  readonly #mostMaps: number;
  /** The sizes in bytes of the maps that were handed out last. */
  readonly #recent: number[] = [];

  /** @param mostMaps how many maps may be kept, each as large as the largest of the last ones. */
  constructor(mostMaps: number) {
    this.#mostMaps = mostMaps;
  }

  /** @param buffers the memory of maps that the caller has had. The oldest memory is given up if it is too much. */
  give(buffers: readonly ArrayBuffer[]): void {
    for (const { byteLength } of buffers) if (byteLength > 0) this.#recent.push(byteLength);
    this.#recent.splice(0, this.#recent.length - RECENT_PER_MAP * this.#mostMaps);
    this.giveBack(buffers);
  }

  /**
   * @param buffers memory that was not used. It says nothing about the size of the next maps, so one large mask does not keep
   *   its memory forever.
   */
  giveBack(buffers: readonly ArrayBuffer[]): void {
    this.#free.push(...buffers.filter(({ byteLength }) => byteLength > 0));
    const most = this.#mostMaps * Math.max(0, ...this.#recent);
    const bytes = () => this.#free.reduce((sum, { byteLength }) => sum + byteLength, 0);
    while (bytes() > most) this.#free.shift();
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

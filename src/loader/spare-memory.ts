/**
 * Memory that is used again: that of maps that the caller has finished with, and that in which the bytes of PNGs go to
 * workers. Fresh memory is expensive. The system provides it page by page, which takes longer than a decode for a large map,
 * and engines collect garbage before they allocate beside large arrays.
 *
 * Memory may be larger than what lies in it, so that masks of many sizes find some. Before the memory of a map is used again,
 * the caller's arrays lose it. So an array that the caller still holds is empty, and never shows the labels of another mask.
 */

/** Memory is too large when it has more than so many times the bytes that were needed lately. */
const MOST_EXCESS = 2;
/** A large need is forgotten after so many others at the latest, for each piece that may be kept. */
const RECENT_PER_PIECE = 8;

export class SpareMemory {
  /** In ascending order of size. */
  readonly #free: ArrayBuffer[] = [];
  readonly #most: number;
  readonly #room: () => number;
  /** The most bytes that one of the last users needed, and one of those before them. */
  #mostNeeded = 0;
  #mostNeededBefore = 0;
  #notes = 0;
  #isClosed = false;

  /**
   * @param most how many pieces may be kept.
   * @param room how many pieces may be kept at the moment.
   */
  constructor(most: number, room: () => number = () => most) {
    this.#most = most;
    this.#room = room;
  }

  get isEmpty(): boolean {
    return this.#free.length === 0;
  }

  /** Takes memory that nobody uses any more. The smallest memory is given up if it is too much. */
  give(buffers: readonly ArrayBuffer[]): void {
    for (const buffer of buffers) {
      if (buffer.byteLength === 0) continue;
      const place = this.#free.findIndex(({ byteLength }) => byteLength >= buffer.byteLength);
      this.#free.splice(place < 0 ? this.#free.length : place, 0, buffer);
    }
    this.trim();
  }

  /** Notes how many bytes were needed: memory that is far larger than the last needs is given up. */
  note(bytes: number): void {
    if (++this.#notes > (RECENT_PER_PIECE * this.#most) / 2) {
      this.#notes = 1;
      this.#mostNeededBefore = this.#mostNeeded;
      this.#mostNeeded = 0;
    }
    this.#mostNeeded = Math.max(this.#mostNeeded, bytes);
  }

  /** Gives up memory that is too much, or too large. */
  trim(): void {
    const largest = MOST_EXCESS * Math.max(this.#mostNeeded, this.#mostNeededBefore);
    while (this.#free.length > 0 && this.#free.at(-1)!.byteLength > largest) this.#free.pop();
    const room = this.#isClosed ? 0 : Math.max(0, Math.min(this.#most, this.#room()));
    this.#free.splice(0, this.#free.length - room);
  }

  /**
   * Takes memory for arrays: for each the smallest that is large enough, if there is one.
   *
   * @param sizes in bytes; `null`: they are not known yet. Then it is the largest memory, `count` pieces of it.
   */
  take(sizes: readonly number[] | null, count: number): ArrayBuffer[] {
    if (sizes === null) return this.#free.splice(Math.max(0, this.#free.length - count));
    return sizes.flatMap((size) => takeFitting(this.#free, size) ?? []);
  }

  /** Gives up all memory, also what comes later. */
  close(): void {
    this.#isClosed = true;
    this.trim();
  }
}

/** Takes the smallest memory that is large enough out of a list. */
export function takeFitting(memory: ArrayBuffer[], bytes: number): ArrayBuffer | undefined {
  let best = -1;
  memory.forEach(({ byteLength }, place) => {
    if (byteLength >= bytes && (best < 0 || byteLength < memory[best]!.byteLength)) best = place;
  });
  return best < 0 ? undefined : memory.splice(best, 1)[0];
}

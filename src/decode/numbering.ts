/** Numbers the different pixels of a mask whose colours are ids. */
import { DecodeError } from "../errors.js";

/** Numbers ids in the order in which they turn up. */
export class Numbering {
  readonly #places = new Map<number, number>();
  readonly #maxIds: number;
  readonly #remedy: string;

  /** @param remedy what the error for too many ids asks. */
  constructor(maxIds: number, remedy: string) {
    this.#maxIds = maxIds;
    this.#remedy = remedy;
  }

  placeOf(id: number): number {
    const known = this.#places.get(id);
    if (known !== undefined) return known;
    const place = this.#places.size;
    if (place === this.#maxIds) {
      throw new DecodeError("IDS_TOO_MANY", `the mask has more than ${place} distinct ids; ${this.#remedy}`);
    }
    this.#places.set(id, place);
    return place;
  }

  get count(): number {
    return this.#places.size;
  }

  ids(): Uint32Array<ArrayBuffer> {
    return Uint32Array.from(this.#places.keys());
  }
}

/** A `Map` that takes only so many keys, and counts what it turned away: for sums over data of unknown variety. */
export class BoundedMap<K, V> {
  /** How many times a key that had no room was asked for. */
  turnedAway = 0;
  readonly #entries = new Map<K, V>();
  readonly #capacity: number;
  readonly #create: () => V;

  /** @param create the value of a new key. */
  constructor(capacity: number, create: () => V) {
    this.#capacity = capacity;
    this.#create = create;
  }

  get size(): number {
    return this.#entries.size;
  }

  /** The key's value, a new one at its first time; `undefined` where there is no room for it. */
  obtain(key: K): V | undefined {
    const present = this.#entries.get(key);
    if (present !== undefined) return present;
    if (this.#entries.size === this.#capacity) {
      this.turnedAway++;
      return undefined;
    }
    const value = this.#create();
    this.#entries.set(key, value);
    return value;
  }

  /** All pairs, in the order in which their keys came. */
  entries(): [K, V][] {
    return [...this.#entries];
  }
}

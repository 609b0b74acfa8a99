/**
 * A `Map` that holds a limited number of keys and counts the requests that it turned away. It keeps sums over data with
 * an unknown number of keys.
 */
export class BoundedMap<K, V> {
  /** How many times `obtain` was called for a key that had no room. */
  turnedAway = 0;
  readonly #entries = new Map<K, V>();
  readonly #capacity: number;
  readonly #create: () => V;

  /**
   * @param capacity the largest number of keys.
   * @param create makes the value of a new key.
   */
  constructor(capacity: number, create: () => V) {
    this.#capacity = capacity;
    this.#create = create;
  }

  get size(): number {
    return this.#entries.size;
  }

  /** The key's value, which is created on the first call; `undefined` if there is no room for a new key. */
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

  /** All pairs, in the order in which their keys were added. */
  entries(): [K, V][] {
    return [...this.#entries];
  }
}

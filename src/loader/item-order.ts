/**
 * The order in which items are loaded: first a shard of them, then shuffled through a buffer, then all again. TensorFlow's
 * guide for `tf.data` and WebDataset recommend this order: shards never overlap, and a round ends before the next begins.
 */

import { invalid } from "../checks/invalid.js";
import { type ItemSource, iterate, type MaskItem } from "./items.js";
import { randomFrom } from "./random.js";

export interface ItemOrder {
  /** The items whose place, modulo `count`, is `index`. `null`: all. */
  readonly shard: readonly [index: number, count: number] | null;
  /** The seed of the order; `null`: the order of the source. */
  readonly seed: number | null;
  readonly shuffleBuffer: number;
  /** How many rounds; perhaps Infinity. */
  readonly rounds: number;
}

/** An item with its round, and its place in the source, counted from 0 in each round. */
export interface NumberedItem<I extends MaskItem = MaskItem> {
  readonly item: I;
  readonly round: number;
  readonly index: number;
}

/** @throws {DecodeError} OPTION_INVALID: the source can be iterated only once, but is asked for more rounds. */
export async function* inOrder<I extends MaskItem>(
  source: ItemSource<I>,
  { shard, seed, shuffleBuffer, rounds }: ItemOrder,
): AsyncGenerator<NumberedItem<I>, void, undefined> {
  for (let round = 0; round < rounds; round++) {
    const shuffle =
      seed === null ? null : new ShuffleBuffer<NumberedItem<I>>(shuffleBuffer, roundSeed(seed, round));
    let pulled = 0;
    let given = 0;
    for await (const item of iterate(source)) {
      const numbered = { item, round, index: pulled++ };
      if (shard !== null && numbered.index % shard[1] !== shard[0]) continue;
      given++;
      if (shuffle === null) yield numbered;
      else if (!shuffle.isFull) shuffle.add(numbered);
      else yield shuffle.exchange(numbered);
    }
    if (shuffle !== null) yield* shuffle.drain();
    if (round > 0 && pulled === 0) {
      throw invalid(
        "`repeat` needs items that can be iterated again; give an array, or the generator function instead of a generator.",
      );
    }
    // Without items, endless rounds would never end.
    if (given === 0) return;
  }
}

/** The items in groups of `count`, of which the last may be smaller. */
export async function* inGroups<T>(
  items: AsyncIterable<T>,
  count: number,
): AsyncGenerator<readonly T[], void, undefined> {
  let group: T[] = [];
  for await (const item of items) {
    group.push(item);
    if (group.length < count) continue;
    yield group;
    group = [];
  }
  if (group.length > 0) yield group;
}

/** Each round has another order. 0x9e3779b9 is 2^32 divided by the golden ratio, which spreads the seeds. */
function roundSeed(seed: number, round: number): number {
  return seed ^ Math.imul(round, 0x9e3779b9);
}

/**
 * As in `tf.data`: once the buffer is full, a random item leaves it for each one that comes. A buffer as large as the source
 * gives every order the same chance.
 */
class ShuffleBuffer<T> {
  readonly #items: T[] = [];
  readonly #size: number;
  readonly #random: () => number;

  constructor(size: number, seed: number) {
    this.#size = size;
    this.#random = randomFrom(seed);
  }

  get isFull(): boolean {
    return this.#items.length >= this.#size;
  }

  add(item: T): void {
    this.#items.push(item);
  }

  exchange(item: T): T {
    const place = this.#place();
    const taken = this.#items[place]!;
    this.#items[place] = item;
    return taken;
  }

  *drain(): Generator<T, void, undefined> {
    while (this.#items.length > 0) {
      const last = this.#items.pop()!;
      yield this.#items.length === 0 ? last : this.#leave(last);
    }
  }

  /** Takes a random item out of those that are left and `last`. */
  #leave(last: T): T {
    const place = Math.floor(this.#random() * (this.#items.length + 1));
    if (place === this.#items.length) return last;
    const taken = this.#items[place]!;
    this.#items[place] = last;
    return taken;
  }

  #place(): number {
    return Math.floor(this.#random() * this.#items.length);
  }
}

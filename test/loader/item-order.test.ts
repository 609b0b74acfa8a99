/** Shards, shuffling and rounds: which items come, and in which order. */
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { type ItemOrder, inGroups, inOrder } from "../../src/loader/item-order.js";
import type { ItemSource } from "../../src/loader/items.js";

const items = (count: number) =>
  Array.from({ length: count }, (_, index) => ({ name: `${index}`, png: new Uint8Array(0) }));
const PLAIN: ItemOrder = { shard: null, seed: null, shuffleBuffer: 1000, rounds: 1 };

async function namesOf(source: ItemSource, order: Partial<ItemOrder>): Promise<number[]> {
  const names: number[] = [];
  for await (const { item, index } of inOrder(source, { ...PLAIN, ...order })) {
    expect(item.name).toBe(`${index}`);
    names.push(index);
  }
  return names;
}

const ascending = (list: readonly number[]) => list.toSorted((a, b) => a - b);
const upTo = (count: number) => Array.from({ length: count }, (_, index) => index);

describe("items", () => {
  it("keep their order, round after round", async () => {
    expect(await namesOf(items(3), { rounds: 2 })).toEqual([0, 1, 2, 0, 1, 2]);
  });

  it("come from arrays, iterables, asynchronous iterables and functions", async () => {
    const list = items(3);
    async function* generator() {
      yield* list;
    }
    const sources: ItemSource[] = [list, new Set(list), generator(), generator, () => list];
    for (const source of sources) expect(await namesOf(source, {})).toEqual([0, 1, 2]);
    expect(await namesOf(generator, { rounds: 2 })).toEqual([0, 1, 2, 0, 1, 2]);
  });

  it("are shared out by shards, each to exactly one", async () => {
    await fc.assert(
      fc.asyncProperty(fc.nat(40), fc.integer({ min: 1, max: 7 }), async (count, shards) => {
        const parts = await Promise.all(
          upTo(shards).map((shard) => namesOf(items(count), { shard: [shard, shards], seed: 3 })),
        );
        expect(ascending(parts.flat())).toEqual(upTo(count));
        parts.forEach((part, shard) => {
          expect(part.every((index) => index % shards === shard)).toBe(true);
        });
      }),
    );
  });

  it("are shuffled by the seed: each comes once in a round, and the rounds differ", async () => {
    const order = { seed: 7, rounds: 3 };
    const names = await namesOf(items(50), order);
    const rounds = [names.slice(0, 50), names.slice(50, 100), names.slice(100)];
    for (const round of rounds) expect(ascending(round)).toEqual(upTo(50));
    expect(new Set([upTo(50), ...rounds].map(String)).size).toBe(4);
    expect(await namesOf(items(50), order)).toEqual(names);
    expect(await namesOf(items(50), { ...order, seed: 8 })).not.toEqual(names);
  });

  it("leave a shuffle buffer only after it is full, as in tf.data", async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.nat(60),
        fc.integer({ min: 1, max: 20 }),
        fc.integer(),
        async (count, size, seed) => {
          const names = await namesOf(items(count), { seed, shuffleBuffer: size });
          expect(ascending(names)).toEqual(upTo(count));
          // The item that leaves as number n can be one of the first n + size only.
          names.forEach((index, place) => {
            expect(index).toBeLessThanOrEqual(place + size);
          });
        },
      ),
    );
  });

  it("of a full shuffle buffer have the same chance to leave it first", async () => {
    const leaving = new Array(4).fill(0);
    for (let seed = 0; seed < 1200; seed++) {
      leaving[(await namesOf(items(30), { seed, shuffleBuffer: 4 }))[0]!]++;
    }
    // 300 each are expected, with a standard deviation of 15.
    for (const count of leaving) expect(Math.abs(count - 300)).toBeLessThan(90);
  });

  it("come first equally often if the buffer holds all of them", async () => {
    const firsts = new Array(5).fill(0);
    for (let seed = 0; seed < 2000; seed++) firsts[(await namesOf(items(5), { seed }))[0]!]++;
    // 400 each are expected, with a standard deviation of 18.
    for (const count of firsts) expect(Math.abs(count - 400)).toBeLessThan(100);
  });

  it("end if there are none, however many rounds were asked for", async () => {
    const rounds = Number.POSITIVE_INFINITY;
    expect(await namesOf([], { rounds })).toEqual([]);
    expect(await namesOf(items(2), { rounds, shard: [3, 4] })).toEqual([]);
  });

  it("must be iterable again for a second round", async () => {
    function* generator() {
      yield* items(2);
    }
    await expect(namesOf(generator(), { rounds: 2 })).rejects.toMatchObject({
      code: "OPTION_INVALID",
      message: expect.stringContaining("the generator function instead of a generator"),
    });
  });

  it("are grouped, the last group with what is left", async () => {
    const groups: (readonly number[])[] = [];
    async function* numbers() {
      yield* [1, 2, 3, 4, 5];
    }
    for await (const group of inGroups(numbers(), 2)) groups.push(group);
    expect(groups).toEqual([[1, 2], [3, 4], [5]]);
  });
});

/** How much memory the loader keeps for the next maps. */
import { describe, expect, it } from "vitest";
import { SpareMemory } from "../../src/loader/spare-memory.js";

const buffers = (...sizes: number[]) => sizes.map((size) => new ArrayBuffer(size));

/** The sizes of everything that is kept. */
function drain(spare: SpareMemory): number[] {
  return spare.take(null, 1000).map(({ byteLength }) => byteLength);
}

describe("the spare memory", () => {
  it("is at most so many of the largest maps, and the oldest goes first", () => {
    const spare = new SpareMemory(2);
    spare.give(buffers(10, 30));
    spare.give(buffers(0, 20, 20));
    expect(drain(spare)).toEqual([20, 20]);
    spare.give(buffers(30, 30, 30));
    expect(drain(spare)).toEqual([30, 30]);
  });

  it("forgets a large map after many small ones", () => {
    const spare = new SpareMemory(1);
    spare.give(buffers(1000));
    for (let count = 0; count < 40; count++) spare.give(buffers(10));
    expect(drain(spare)).toEqual([10]);
  });

  it("does not grow by memory that no map was handed out with", () => {
    const spare = new SpareMemory(2);
    spare.giveBack(buffers(1000));
    expect(drain(spare)).toEqual([]);
    spare.give(buffers(10));
    spare.giveBack(buffers(1000));
    spare.give(buffers(10));
    expect(drain(spare)).toEqual([10]);
  });

  it("has memory of exactly the sizes that are asked for", () => {
    const spare = new SpareMemory(4);
    spare.give(buffers(10, 20, 10));
    expect(spare.take([20, 30], 2).map(({ byteLength }) => byteLength)).toEqual([20]);
    expect(drain(spare)).toEqual([10, 10]);
  });
});

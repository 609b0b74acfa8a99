/** How much memory the loader keeps for the next maps, and which map gets which. */
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { SpareMemory } from "../../src/loader/spare-memory.js";

const buffers = (...sizes: number[]) => sizes.map((size) => new ArrayBuffer(size));
const sizesOf = (memory: readonly ArrayBuffer[]) => memory.map(({ byteLength }) => byteLength);

/** Memory after maps of these sizes. */
function memoryAfter(most: number, needed: readonly number[], room?: () => number): SpareMemory {
  const spare = new SpareMemory(most, room);
  for (const bytes of needed) spare.note(bytes);
  return spare;
}

/** The sizes of everything that is kept. */
const drain = (spare: SpareMemory) => sizesOf(spare.take(null, 1000));

describe("the spare memory", () => {
  it("is at most so many pieces, and the smallest is given up first", () => {
    const spare = memoryAfter(2, [30]);
    spare.give(buffers(20, 0, 30, 10));
    expect(drain(spare)).toEqual([20, 30]);
  });

  it("is no more than there is room for", () => {
    let room = 3;
    const spare = memoryAfter(3, [30], () => room);
    spare.give(buffers(20, 30, 10));
    room = 1;
    spare.trim();
    expect(drain(spare)).toEqual([30]);
    room = 0;
    spare.give(buffers(30));
    expect(spare.isEmpty).toBe(true);
  });

  it("is the smallest that is large enough", () => {
    const spare = memoryAfter(5, [40]);
    spare.give(buffers(10, 40, 20, 30));
    expect(sizesOf(spare.take([15, 40, 50], 3))).toEqual([20, 40]);
    expect(drain(spare)).toEqual([10, 30]);
  });

  it("is the largest if the size is not known yet", () => {
    const spare = memoryAfter(5, [40]);
    spare.give(buffers(10, 40, 20));
    expect(sizesOf(spare.take(null, 2))).toEqual([20, 40]);
  });

  it("forgets a large map after many small ones", () => {
    const spare = memoryAfter(1, [1000]);
    spare.give(buffers(1000));
    for (let count = 0; count < 8; count++) spare.note(10);
    spare.give(buffers(10));
    expect(drain(spare)).toEqual([10]);
  });

  it("knows the largest of the last needs, however many pieces may be kept", () => {
    const spare = new SpareMemory(20_000);
    for (let count = 0; count < 150_000; count++) spare.note(count % 2 === 0 ? 10 : 1);
    spare.give(buffers(10, 21));
    expect(drain(spare)).toEqual([10]);
  });

  it("is given up once it is closed, also what comes back later", () => {
    const spare = memoryAfter(3, [30]);
    spare.give(buffers(30));
    spare.close();
    expect(spare.isEmpty).toBe(true);
    spare.give(buffers(30));
    expect(spare.isEmpty).toBe(true);
  });

  it("holds for any sizes: never too small, never more than fits, nothing twice", () => {
    const anySize = fc.integer({ min: 1, max: 50 });
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: 4 }),
        fc.array(anySize),
        fc.array(anySize),
        (most, given, asked) => {
          const spare = memoryAfter(most, [50]);
          const memory = buffers(...given);
          spare.give(memory);
          const left = new Set(memory);
          let taken = 0;
          for (const size of asked) {
            for (const piece of spare.take([size], 1)) {
              expect(piece.byteLength).toBeGreaterThanOrEqual(size);
              expect(left.delete(piece)).toBe(true);
              taken++;
            }
          }
          expect(taken).toBeLessThanOrEqual(Math.min(most, given.length));
        },
      ),
    );
  });
});

/** The memory that waits for later maps. What becomes of the maps themselves is in decode/release.test.ts. */
import { expect, it } from "vitest";
import { allocate, recycle } from "../../src/maps/allocate.js";
import "../../src/maps/unzeroed-memory.js";

const MEBIBYTE = 2 ** 20;

/** How many of the next arrays of these sizes are not fresh. */
function countRecycled(sizes: readonly number[]): number {
  const fresh = new Set<ArrayBufferLike>();
  const { allocUnsafeSlow } = Buffer;
  Buffer.allocUnsafeSlow = (size) => {
    const made = allocUnsafeSlow(size);
    fresh.add(made.buffer);
    return made;
  };
  try {
    return sizes.filter((size) => !fresh.has(allocate("uint8", size * MEBIBYTE).buffer)).length;
  } finally {
    Buffer.allocUnsafeSlow = allocUnsafeSlow;
  }
}

it("is at most 128 MiB, of the arrays that were recycled last", () => {
  const recycleAll = (...sizes: number[]) => {
    const arrays = sizes.map((size) => allocate("uint8", size * MEBIBYTE));
    for (const array of arrays) recycle(array);
    expect(arrays.every(({ length }) => length === 0)).toBe(true);
  };
  recycleAll(60, 50, 50);
  expect(countRecycled([60])).toBe(0);
  expect(countRecycled([50, 50, 50])).toBe(2);
  recycleAll(128);
  expect(countRecycled([128])).toBe(1);
  recycleAll(129);
  expect(countRecycled([129])).toBe(0);
});

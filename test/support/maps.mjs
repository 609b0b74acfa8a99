/** Makes integer maps of all shapes and kinds from fast-check's seeds, to test functions that take any map. */
import fc from "fast-check";
import { dice, mulberry32 } from "./random.mjs";

const VALUES = [-1, 0, 1, 2, 254, 70_000, 2 ** 31 - 1, -(2 ** 31)];

/** @typedef {{ width: number, height: number, data: Int32Array }} AnyMap */

/** Maps of up to `side`×`side` pixels. A fifth of them are one pixel wide, and a fifth one pixel high. */
export const anyMap = (side = 24) =>
  fc
    .record({
      width: fc.oneof({ arbitrary: fc.integer({ min: 1, max: side }), weight: 4 }, fc.constant(1)),
      height: fc.oneof({ arbitrary: fc.integer({ min: 1, max: side }), weight: 4 }, fc.constant(1)),
      kind: fc.constantFrom(...Object.keys(KINDS)),
      seed: fc.integer(),
    })
    .map(({ width, height, kind, seed }) => makeMap(width, height, kind, seed));

/** @returns {AnyMap} */
export function makeMap(width, height, kind, seed = 1) {
  const data = new Int32Array(width * height);
  KINDS[kind]({ width, height, data }, dice(mulberry32(seed)));
  return { width, height, data };
}

const KINDS = {
  one({ data }, { pick }) {
    data.fill(pick(VALUES));
  },
  checkerboard({ width, data }, { pick }) {
    const pair = [pick(VALUES), pick(VALUES)];
    data.forEach((_, i) => {
      data[i] = pair[((i % width) + Math.floor(i / width)) % 2];
    });
  },
  noise({ data }, { below, pick }) {
    const values = Array.from({ length: 2 + below(3) }, () => pick(VALUES));
    data.forEach((_, i) => {
      data[i] = pick(values);
    });
  },
  /** Overlapping boxes, which make long runs, equal rows and holes. */
  boxes({ width, height, data }, { below, pick }) {
    data.fill(pick(VALUES));
    for (let box = below(12); box > 0; box--) {
      const [value, left, top] = [pick(VALUES), below(width), below(height)];
      const [right, bottom] = [left + 1 + below(width - left), top + 1 + below(height - top)];
      for (let y = top; y < bottom; y++) data.fill(value, y * width + left, y * width + right);
    }
  },
};

/** The distinct values, ascending, without -1. */
export function valuesOf({ data }) {
  return [...new Set(data)].filter((value) => value !== -1).sort((a, b) => a - b);
}

/** Two maps over each other: the value of each pair, against the pixels one by one. */
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { LabelRuns } from "../../src/index.js";
import { combineRuns } from "../../src/maps/index.js";
import { runsOf } from "../../src/objects/index.js";

const KINDS = [Int32Array, Uint8Array, Uint16Array];

/** Pixels of few values, in which runs and equal rows are common. */
const pixels = (width: number, height: number) =>
  fc
    .tuple(
      fc.array(fc.array(fc.integer({ min: 0, max: 3 }), { minLength: 1, maxLength: width }), {
        minLength: 1,
        maxLength: height,
      }),
      fc.constantFrom(...KINDS),
    )
    .map(([rows, Kind]) => {
      const valueAt = (x: number, y: number) => {
        const row = rows[Math.floor((y * rows.length) / height)]!;
        return row[Math.floor((x * row.length) / width)]!;
      };
      const all = Array.from({ length: width * height }, (_, at) =>
        valueAt(at % width, Math.floor(at / width)),
      );
      const data = Kind === Int32Array ? Int32Array.from(all, (value) => value - 1) : new Kind(all);
      return { width, height, data };
    });
const twoMaps = fc
  .tuple(fc.integer({ min: 1, max: 40 }), fc.integer({ min: 1, max: 12 }))
  .chain(([width, height]) => fc.tuple(pixels(width, height), pixels(width, height)));

describe("combineRuns", () => {
  it("has a value for each pair, of runs or pixels, and tells each area once, from top to bottom", () => {
    fc.assert(
      fc.property(
        twoMaps,
        fc.integer({ min: 1, max: 16 }),
        fc.boolean(),
        fc.boolean(),
        ([a, b], modulus, ...areRuns) => {
          const valueOfPair = (valueA: number, valueB: number) => ((valueA * 4 + valueB + 5) % modulus) - 1;
          const seen = new Int32Array(a.data.length).fill(-9);
          let last = -1;
          const combined = combineRuns(
            areRuns[0] ? runsOf(a) : a,
            areRuns[1] ? runsOf(b) : b,
            (valueA, valueB, area) => {
              const { left, right, top, bottom } = area;
              expect(top * a.width + left).toBeGreaterThan(last);
              last = top * a.width + left;
              for (let y = top; y < bottom; y++) {
                for (let x = left; x < right; x++) {
                  expect(seen[y * a.width + x]).toBe(-9);
                  seen[y * a.width + x] = valueOfPair(valueA, valueB);
                }
              }
              return valueOfPair(valueA, valueB);
            },
          );
          const expected = Int32Array.from(a.data, (value, at) => valueOfPair(value, b.data[at]!));
          expect(combined.toDense().data).toEqual(expected);
          expect(seen).toEqual(expected);
          // Nothing is stored twice.
          expect(combined).toEqual(runsOf(combined.toDense()));
        },
      ),
    );
  });

  const map = { width: 2, height: 2, data: Int32Array.of(0, 1, 2, 3) };
  const first = (a: number) => a;
  it.each([
    [null, map, first, "OPTION_INVALID", "the map is null"],
    [map, [1, 2], first, "OPTION_INVALID", "the map is an array"],
    [map, map, undefined, "OPTION_INVALID", "valueOfPair is missing; give a function from two values."],
    [
      map,
      map,
      () => undefined,
      "OPTION_INVALID",
      "valueOfPair returns nothing; return an integer of 32 bits.",
    ],
    [map, map, () => 0.5, "OPTION_INVALID", "valueOfPair returns 0.5; return an integer"],
    [map, map, () => 2 ** 31, "OPTION_INVALID", "valueOfPair returns 2147483648; return an integer"],
    [map, map, () => 1n, "OPTION_INVALID", "valueOfPair returns a"],
    [map, map, () => "1", "OPTION_INVALID", "valueOfPair returns a string; return an integer"],
    [map, { ...map, width: 4, height: 1 }, first, "SIZE_MISMATCH", "one map has 2×2 pixels, the other 4×1"],
  ])("refuses %o and %o with %o: %s", (a, b, valueOfPair, code, message) => {
    expect(() =>
      combineRuns(a as unknown as LabelRuns, b as unknown as LabelRuns, valueOfPair as typeof first),
    ).toThrow(expect.objectContaining({ code, message: expect.stringContaining(message) }));
  });
});

/** Runs that a caller makes are checked, runs of another thread are runs, and pixels go only into an array that fits. */
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { flip } from "../../src/geometry/index.js";
import type { DenseMap, LabelArray } from "../../src/maps/dense-map.js";
import { LabelRuns, type LabelRunsInit, wellFormedRuns } from "../../src/maps/label-runs.js";
import { measureObjects, runsOf } from "../../src/objects/index.js";
import { anyMap } from "../support/maps.mjs";

const code = (name: string) => expect.objectContaining({ code: name });

/** Two bands: 7 7 2 twice, and 9 9 9. */
const good: LabelRunsInit = {
  width: 3,
  height: 3,
  bandTops: Uint32Array.of(0, 2, 3),
  bandRuns: Uint32Array.of(0, 2, 3),
  runEnds: Uint32Array.of(2, 3, 3),
  values: Int32Array.of(7, 2, 9),
};

describe("label runs", () => {
  it.each<[string, Partial<Record<keyof LabelRunsInit, unknown>>]>([
    ["no width", { width: 0 }],
    [
      "a width of 0",
      {
        width: 0,
        height: 1,
        bandTops: Uint32Array.of(0, 1),
        bandRuns: Uint32Array.of(0, 0),
        runEnds: new Uint32Array(0),
        values: new Int32Array(0),
      },
    ],
    [
      "a height of 0",
      {
        height: 0,
        bandTops: Uint32Array.of(0),
        bandRuns: Uint32Array.of(0),
        runEnds: new Uint32Array(0),
        values: new Int32Array(0),
      },
    ],
    ["another width", { width: 4 }],
    ["another height", { height: 4 }],
    ["plain arrays", { runEnds: [2, 3, 3] }],
    ["values of another type", { values: Uint32Array.of(7, 2, 9) }],
    ["a value too few", { values: Int32Array.of(7, 2) }],
    ["tops that do not ascend", { bandTops: Uint32Array.of(0, 0, 3), height: 3 }],
    ["tops that do not start at 0", { bandTops: Uint32Array.of(1, 2, 3) }],
    ["more tops than bands", { bandTops: Uint32Array.of(0, 1, 2, 3) }],
    ["a run too many", { bandRuns: Uint32Array.of(0, 2, 4) }],
    ["a run before the first band", { bandRuns: Uint32Array.of(1, 2, 3) }],
    [
      "a run behind the last band",
      { runEnds: Uint32Array.of(2, 3, 3, 3), values: Int32Array.of(7, 2, 9, 9) },
    ],
    ["a start too many", { bandRuns: Uint32Array.of(0, 2, 3, 3) }],
    ["an empty band", { bandRuns: Uint32Array.of(0, 3, 3) }],
    ["ends that do not ascend", { runEnds: Uint32Array.of(3, 3, 3) }],
    ["a last run before the width", { runEnds: Uint32Array.of(1, 2, 3) }],
    ["neighbours of one value", { values: Int32Array.of(7, 7, 9) }],
  ])("with %s are refused", (_, wrong) => {
    expect(() => new LabelRuns({ ...good, ...wrong } as LabelRunsInit)).toThrow(code("OPTION_INVALID"));
    expect(() => measureObjects({ ...good, ...wrong } as LabelRuns)).toThrow(code("OPTION_INVALID"));
  });

  it("are the same with and without the check", () => {
    expect(wellFormedRuns(good)).toStrictEqual(new LabelRuns(good));
    expect(runsOf(wellFormedRuns(good))).toBeInstanceOf(LabelRuns);
  });

  it("are accepted when they come from another thread", () => {
    const runs = new LabelRuns(good);
    expect(measureObjects(structuredClone(runs))).toEqual(measureObjects(runs));
    expect(runsOf(runs)).toBe(runs);
    expect(runsOf(structuredClone(runs)).toDense().data).toEqual(Int32Array.of(7, 7, 2, 7, 7, 2, 9, 9, 9));
  });

  it("are refused by a function that takes only pixels, with a hint to toDense()", () => {
    const message = expect.stringContaining("toDense()");
    expect(() => flip(new LabelRuns(good) as never, "horizontal")).toThrow(
      expect.objectContaining({ code: "OPTION_INVALID", message }),
    );
  });

  it("write their pixels only to an array that can hold them all", () => {
    const runs = new LabelRuns(good);
    expect(runs.toDense(new Uint8Array(9)).data).toEqual(Uint8Array.of(7, 7, 2, 7, 7, 2, 9, 9, 9));
    for (const length of [8, 10])
      expect(() => runs.toDense(new Uint8Array(length))).toThrow(code("OUTPUT_SIZE"));
    for (const value of [-1, 256, 70_000]) {
      const large = new LabelRuns({ ...good, values: Int32Array.of(7, value, 9) });
      const into = new Uint8Array(9).fill(5);
      expect(() => large.toDense(into)).toThrow(code("VALUE_OUT_OF_RANGE"));
      expect(into, "as it was").toEqual(new Uint8Array(9).fill(5));
      expect(large.toDense().data[2]).toBe(value);
    }
    expect(() => runs.toDense(new Float32Array(9) as never)).toThrow(code("OPTION_INVALID"));
  });
});

describe("runsOf", () => {
  it("turns any array into runs that give its pixels back, with each row stored once and no run too many", () => {
    fc.assert(
      fc.property(anyMap(), fc.constantFrom(Int32Array, Uint8Array, Uint16Array), (map, type) => {
        const { width, height, data }: DenseMap<LabelArray> = { ...map, data: type.from(map.data) };
        const runs = runsOf({ width, height, data });
        expect(runs.toDense(new type(data.length))).toEqual({ width, height, data });
        const row = (y: number) => data.subarray(y * width, (y + 1) * width).join();
        const tops = Array.from({ length: height }, (_, y) => y).filter(
          (y) => y === 0 || row(y) !== row(y - 1),
        );
        expect([...runs.bandTops]).toEqual([...tops, height]);
      }),
      { numRuns: 500 },
    );
  });
});

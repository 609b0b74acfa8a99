/**
 * Rows of long runs are filled in the caller's array from a list of the runs; other rows are painted in the module and
 * copied. A mask may have both, in any order, and every kind of target must get the labels that were drawn.
 */
import { afterEach, beforeAll, describe, expect, it, vi } from "vitest";
import { ClassList, decodeMaskSync, init } from "../../src/all.js";
import { zeroCopyArray } from "../../src/decode/register/zero-copy.js";
import { getModule } from "../../src/decode/wasm/module.js";
import { expectEqual } from "../support/equal-arrays.js";
import { legend, longRunMask } from "../support/long-run-masks.mjs";

const seed = Number(process.env.LABELMAP_SEED ?? Date.now() % 1_000_000);
const classes = ClassList.fromNames(["class 3", "class 0", "class 5", "class 1", "class 2", "class 4"], {
  void: ["class 6"],
  voidId: 200,
});
const CLASS_IDS = [1, 3, 4, 0, 5, 2, 200];

beforeAll(() => init());
afterEach(() => vi.restoreAllMocks());

/** The target `instance` takes the numbers of the legend's names: those of the labels here, and 0 for other pixels. */
const numberOf = (label: number) => Math.max(label, 0);
const classOf = (label: number) => (label < 0 ? 200 : CLASS_IDS[label % 7]!);

describe("rows of long runs", () => {
  it(`have the labels that were drawn, filled or painted, seed ${seed} (LABELMAP_SEED)`, () => {
    const endBand = vi.spyOn(getModule(), "endBand");
    for (let round = 0; round < 60; round++) {
      const { png, labels } = longRunMask(seed + round, { busy: round % 3 === 0 ? 0 : 0.1 });
      const message = `seed ${seed + round}`;
      expectEqual(decodeMaskSync(png, { legend }).data, labels, message);
      const buffer = Buffer.alloc(labels.length + 8, 77).subarray(3, -5);
      const [ids, instances, runs, own] = decodeMaskSync(
        png,
        { legend },
        {
          target: [
            { map: "semantic", classes, dtype: "uint8", into: buffer as Uint8Array<ArrayBuffer> },
            { map: "instance", dtype: "uint16" },
            { map: "runs" },
            { map: "label" },
          ],
        },
      );
      expectEqual(Uint8Array.from(ids.data), Uint8Array.from(labels, classOf), message);
      expect([...new Uint8Array(buffer.buffer, buffer.byteOffset - 3, 3)]).toEqual([77, 77, 77]);
      expectEqual(instances.data, Uint16Array.from(labels, numberOf), message);
      expectEqual(runs.toDense().data, labels, message);
      expectEqual(own.data, labels, message);
    }
    const outcomes = endBand.mock.results.map(({ value }) => Boolean(value));
    // Of some seeds it is more than 100, of others less than 40.
    expect(outcomes.filter(Boolean).length).toBeGreaterThan(10);
    expect(outcomes.filter((isListed) => !isListed).length).toBeGreaterThan(10);
  });

  it(`are cropped and resized, seed ${seed} (LABELMAP_SEED)`, () => {
    for (let round = 0; round < 20; round++) {
      const { png, labels, width, height } = longRunMask(seed + round);
      const crop = {
        x: width >> 2,
        y: height >> 2,
        width: width - (width >> 1),
        height: height - (height >> 1),
      };
      const { data } = decodeMaskSync(png, { legend }, { crop });
      const expected = Int32Array.from(data, (_, pixel) => {
        const [x, y] = [pixel % crop.width, Math.floor(pixel / crop.width)];
        return labels[(y + crop.y) * width + x + crop.x]!;
      });
      expectEqual(data, expected, `seed ${seed + round}`);
    }
  });
});

describe("an array in the decoder's memory", () => {
  it(`has the labels that were drawn, mask after mask, seed ${seed} (LABELMAP_SEED)`, async () => {
    const endBand = vi.spyOn(getModule(), "endBand");
    const room = await zeroCopyArray(4000 * 90);
    for (let round = 0; round < 40; round++) {
      const { png, labels } = longRunMask(seed + round);
      const into = room.subarray(0, labels.length);
      const calls = endBand.mock.calls.length;
      const map = decodeMaskSync(png, { legend }, { into });
      expect(map.data).toBe(into);
      expectEqual(into.slice(), labels, `seed ${seed + round}`);
      // Its instance of the module has decoded, and not that of other decodes; except for interlaced masks.
      expect(endBand.mock.calls.length === calls).toBe(png[28] === 0);
    }
  });

  it("may be one of several targets, of any type", async () => {
    const { png, labels } = longRunMask(5);
    const ids = await zeroCopyArray(labels.length, "uint8");
    const numbers = await zeroCopyArray(labels.length, "uint16");
    const target = [
      { map: "semantic", classes, dtype: "uint8", into: ids },
      { map: "label" },
      { map: "instance", dtype: "uint16", into: numbers },
    ] as const;
    const maps = decodeMaskSync(png, { legend }, { target });
    expectEqual(ids.slice(), Uint8Array.from(labels, classOf), "semantic");
    expectEqual(maps[1].data, labels, "label");
    expectEqual(numbers.slice(), Uint16Array.from(labels, numberOf), "instance");
  });

  it("is not written beyond its end, and holds void after an error", async () => {
    const { png, labels } = longRunMask(8);
    const room = (await zeroCopyArray(labels.length + 100)).fill(123);
    const into = room.subarray(0, labels.length);
    decodeMaskSync(png, { legend }, { into });
    expect([...room.subarray(labels.length)].every((value) => value === 123)).toBe(true);
    const damaged = png.slice();
    damaged[damaged.length - 40]! ^= 255;
    expect(() => decodeMaskSync(damaged, { legend }, { into, verify: false })).toThrow();
    expect(into.every((label) => label === -1)).toBe(true);
    expectEqual(decodeMaskSync(png, { legend }, { into }).data.slice(), labels, "after an error");
  });

  it("may be split for several maps, of one decode or of several", async () => {
    const [one, two] = [longRunMask(11), longRunMask(12)];
    const { length } = one.labels;
    const room = await zeroCopyArray(length * 2 + two.labels.length);
    const parts = [room.subarray(0, length), room.subarray(length, length * 2), room.subarray(length * 2)];
    decodeMaskSync(two.png, { legend }, { into: parts[2]! });
    const target = [
      { map: "label", into: parts[0]! },
      { map: "label", into: parts[1]! },
    ] as const;
    decodeMaskSync(one.png, { legend }, { target });
    for (const [place, { labels }] of [one, one, two].entries()) {
      expectEqual(parts[place]!.slice(), labels, `part ${place}`);
    }
  });

  it.each([0, 32_768, 393_216])(
    "may be misused from byte %d of its buffer on: labels stay right",
    async (from) => {
      const { png, labels } = longRunMask(13);
      const room = await zeroCopyArray(labels.length);
      const into = new Int32Array(room.buffer, from, labels.length);
      expectEqual(decodeMaskSync(png, { legend }, { into }).data, labels, "of the decoder's memory");
      expectEqual(decodeMaskSync(png, { legend }, { into: room }).data, labels, "of the array");
    },
  );

  it("may be misused to the end of its buffer", async () => {
    const { png, labels } = longRunMask(13);
    const { buffer } = await zeroCopyArray(labels.length);
    const into = new Int32Array(buffer, buffer.byteLength - labels.length * 4);
    expectEqual(decodeMaskSync(png, { legend }, { into }).data, labels, "labels");
  });

  it.each([
    { of: "a wide mask", width: 20_000, height: 2, colors: 3 },
    { of: "a large legend", width: 200, height: 30, colors: 6000 },
  ])("receives a copy of $of", async ({ width, height, colors }) => {
    const { encodePng } = await import("../support/encode-png.mjs");
    const labels = Int32Array.from({ length: width * height }, (_, pixel) => pixel % colors);
    const samples = Uint8Array.from({ length: labels.length * 3 }, (_, byte) => {
      return (labels[Math.floor(byte / 3)]! >> (16 - (byte % 3) * 8)) & 255;
    });
    const png = encodePng({ width, height, colourType: 2, bitDepth: 8, samples });
    const many = Object.fromEntries(
      Array.from({ length: colors }, (_, color) => [`#${color.toString(16).padStart(6, "0")}`, `c${color}`]),
    );
    const into = await zeroCopyArray(labels.length);
    expectEqual(decodeMaskSync(png, { legend: many }, { into }).data.slice(), labels, "labels");
  });

  it("refuses lengths and types that there are not", async () => {
    for (const length of [0, -1, 1.5, Number.NaN, "7"]) {
      await expect(zeroCopyArray(length as number)).rejects.toMatchObject({ code: "OPTION_INVALID" });
    }
    await expect(zeroCopyArray(5, "float32" as "int32")).rejects.toMatchObject({ code: "OPTION_INVALID" });
    await expect(zeroCopyArray(2 ** 30)).rejects.toMatchObject({ code: "OUT_OF_MEMORY" });
  });
});

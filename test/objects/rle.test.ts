/**
 * COCO run-length codes against three others: pycocotools itself (fixtures/rle, which make.py wrote), the published
 * convention done pixel by pixel here, and codes that the COCO project has published.
 */
import { createHash } from "node:crypto";
import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import fc from "fast-check";
import { beforeAll, describe, expect, it } from "vitest";
import { decodeMask, init, type LabelMap } from "../../src/index.js";
import {
  decodeRle,
  encodeAllRles,
  encodeRle,
  type Rle,
  rleArea,
  rleBox,
  rlesToMap,
  runsOf,
} from "../../src/objects/index.js";
import { loadCorpus } from "../support/corpus.mjs";
import { anyMap, makeMap, valuesOf } from "../support/maps.mjs";

interface Measured {
  counts: string;
  size: [number, number];
  area: number;
  bbox: number[];
}
const pycocotools: {
  published: Measured[];
  small: (Measured & { rows: string[] })[];
  fixtures: { file: string; label: number; sha256: string; area: number; bbox: number[] }[];
} = JSON.parse(
  readFileSync(fileURLToPath(new URL("../fixtures/rle/pycocotools.json", import.meta.url)), "utf8"),
);

type Map = { width: number; height: number; data: ArrayLike<number> };

/** maskApi.c's `rleEncode`: down the columns, pixel by pixel. */
function countSlowly({ width, height, data }: Map, value: number): number[] {
  const counts = [0];
  for (let x = 0; x < width; x++) {
    for (let y = 0; y < height; y++) {
      const isIn = data[y * width + x] === value ? 1 : 0;
      if (isIn !== (counts.length - 1) % 2) counts.push(0);
      counts[counts.length - 1]!++;
    }
  }
  return counts;
}

/** maskApi.c's `rleToString`, in big integers, so that no word size plays a part. */
function writeSlowly(counts: number[]): string {
  let text = "";
  counts.forEach((count, i) => {
    let rest = BigInt(count);
    if (i > 2) rest -= BigInt(counts[i - 2]!);
    for (let more = true; more; ) {
      const group = Number(BigInt.asUintN(5, rest));
      rest >>= 5n;
      more = group & 16 ? rest !== -1n : rest !== 0n;
      text += String.fromCharCode(48 + group + (more ? 32 : 0));
    }
  });
  return text;
}

const formatError = (code: string, message: string | RegExp = "") =>
  expect.objectContaining({
    name: "FormatError",
    format: "COCO RLE",
    code,
    message: expect.stringMatching(message),
  });
const optionInvalid = expect.objectContaining({ name: "DecodeError", code: "OPTION_INVALID" });

describe("pycocotools", () => {
  it.each(pycocotools.small)("writes the mask $size as $counts, like this library", (expected) => {
    const { rows, size, counts, area, bbox } = expected;
    const data = Uint8Array.from(rows.join(""), Number);
    const map = { width: size[1], height: size[0], data };
    const rle = encodeRle(map, 1);
    expect(rle).toEqual({ size, counts });
    expect(decodeRle(rle)).toEqual(map);
    expect(rleArea(rle)).toBe(area);
    expect(rleBox(rle)).toEqual(bbox);
  });

  it.each(pycocotools.published)(
    "reads the published $counts like this library",
    ({ size, counts, area, bbox }) => {
      const rle = { size, counts };
      expect(rleArea(rle)).toBe(area);
      expect(rleBox(rle)).toEqual(bbox);
      const mask = decodeRle(rle);
      expect(mask.data.reduce((sum, pixel) => sum + pixel, 0)).toBe(area);
      expect(encodeRle(mask, 1)).toEqual(rle);
    },
  );

  it.each([...new Set(pycocotools.fixtures.map(({ file }) => file))])(
    "gives the labels of %s the same codes as this library",
    async (file) => {
      const map = await decodeCorpus(file);
      const found = encodeAllRles(map).map(({ value, rle }) => ({
        file,
        label: value,
        sha256: createHash("sha256").update(rle.counts).digest("hex"),
        area: rleArea(rle),
        bbox: rleBox(rle),
      }));
      expect(found).toEqual(pycocotools.fixtures.filter((fixture) => fixture.file === file));
    },
  );
});

describe("codes of any map", () => {
  it("equal codes that are counted and written pixel by pixel", () => {
    fc.assert(
      fc.property(anyMap(), (map) => {
        const size = [map.height, map.width];
        const expected = valuesOf(map).map((value) => ({ value, counts: countSlowly(map, value) }));
        expect(encodeAllRles(map, { compressed: false })).toEqual(
          expected.map(({ value, counts }) => ({ value, rle: { size, counts } })),
        );
        const strings = expected.map(({ value, counts }) => ({
          value,
          rle: { size, counts: writeSlowly(counts) },
        }));
        expect(encodeAllRles(map)).toEqual(strings);
        expect(encodeAllRles(runsOf(map))).toEqual(strings);
        for (const { value, rle } of strings) expect(encodeRle(map, value)).toEqual(rle);
      }),
      { numRuns: 300 },
    );
  });

  it.each([
    [1, 5000],
    [5000, 1],
    [8192, 40],
    [3, 70_000],
  ])("are right at %i×%i", (width, height) => {
    for (const kind of ["noise", "boxes", "one"]) {
      const map = makeMap(width, height, kind, 7);
      for (const { value, rle } of encodeAllRles(map, { unlabelled: true })) {
        const counts = countSlowly(map, value);
        expect(rle.counts).toBe(writeSlowly(counts));
        expect(encodeRle(map, value, { compressed: false }).counts).toEqual(counts);
      }
    }
  });

  it("decode to the map again", () => {
    fc.assert(
      fc.property(anyMap(40), fc.boolean(), (map, compressed) => {
        const rles = encodeAllRles(map, { compressed });
        if (rles.length > 0) expect(rlesToMap(rles)).toEqual(map);
        for (const { value, rle } of rles) {
          const mask = decodeRle(rle);
          expect(mask).toEqual({
            ...map,
            data: Uint8Array.from(map.data, (other) => Number(other === value)),
          });
          const { left, top, right, bottom, area } = boxOf(mask);
          expect(rleBox(rle)).toEqual([left, top, right - left + 1, bottom - top + 1]);
          expect(rleArea(rle)).toBe(area);
        }
      }),
      { numRuns: 200 },
    );
  });

  it("leave out -1 by default, and are empty for a value that does not occur", () => {
    const map = { width: 2, height: 2, data: Int32Array.of(-1, 5, -1, -1) };
    expect(encodeAllRles(map).map(({ value }) => value)).toEqual([5]);
    expect(encodeAllRles(map, { unlabelled: true }).map(({ value }) => value)).toEqual([-1, 5]);
    expect(encodeRle(map, -1, { compressed: false })).toEqual({ size: [2, 2], counts: [0, 2, 1, 1] });
    expect(encodeRle(map, 6, { compressed: false })).toEqual({ size: [2, 2], counts: [4] });
    expect(encodeRle(map, 6)).toEqual({ size: [2, 2], counts: "4" });
    expect(rleBox(encodeRle(map, 6))).toEqual([0, 0, 0, 0]);
  });

  it("can be strings up to the largest counts", () => {
    const runs = runsOf({ width: 1, height: 1, data: new Uint8Array(1) });
    const tall = Object.assign(Object.create(runs), {
      height: 2 ** 31 - 1,
      bandTops: Uint32Array.of(0, 2 ** 31 - 1),
    });
    expect(encodeRle(tall, 0)).toEqual({ size: [2 ** 31 - 1, 1], counts: writeSlowly([0, 2 ** 31 - 1]) });
    expect(rleArea(encodeRle(tall, 0))).toBe(2 ** 31 - 1);
    // The differences from one count to the one two before go from one end to the other.
    const size: [number, number] = [2 ** 30 + 3, 1];
    const counts = [0, 1, 0, 2 ** 30, 1, 1];
    expect(rleArea({ size, counts: writeSlowly(counts) })).toBe(2 ** 30 + 2);
    const larger = Object.assign(Object.create(runs), {
      height: 2 ** 31,
      bandTops: Uint32Array.of(0, 2 ** 31),
    });
    expect(() => encodeRle(larger, 0)).toThrow(formatError("FORMAT_UNSUPPORTED"));
  });
});

describe("an invalid code", () => {
  const size = [2, 3];
  it.each([
    ["null", null, /is null/],
    ["an array", [6], /is an array/],
    ["a missing size", { counts: "6" }, /size/],
    ["a size of three", { size: [2, 3, 1], counts: "6" }, /size/],
    ["a size of 0", { size: [0, 3], counts: "0" }, /size/],
    ["a size of fractions", { size: [1.5, 4], counts: "6" }, /size/],
    ["a size of text", { size: ["2", "3"], counts: "6" }, /size/],
    ["no counts", { size }, /missing/],
    ["counts of another kind", { size, counts: { 0: 6 } }, /an object/],
    ["counts that are too few", { size, counts: [2, 3] }, /add up to 5; 3×2 pixels need 6/],
    ["counts that are too many", { size, counts: "7" }, /add up to 7/],
    ["no count at all", { size, counts: "" }, /add up to 0/],
    ["a count below 0", { size, counts: [7, -1] }, /count 1 .* -1/],
    ["a written count below 0", { size, counts: "8N" }, /count 1 .* -2/],
    ["a fraction", { size, counts: [5.5, 0.5] }, /count 0 .* 5.5/],
    ["a count that is not a number", { size, counts: [6, "0"] }, /count 1 .* a string/],
    ["a hole in the array", { size, counts: Object.assign(Array(3), { 0: 6, 2: 0 }) }, /count 1 .* missing/],
    ["NaN", { size, counts: [Number.NaN, 6] }, /count 0 .* NaN/],
    ["a character below 0", { size, counts: "6/" }, /character 1 .*"\/"/],
    ["a character above o", { size, counts: "p" }, /character 0 .*"p"/],
    ["a character beyond Latin", { size, counts: "6\u{1F600}" }, /character 1/],
    ["an end in the middle of a number", { size, counts: "1P" }, /character 1/],
    ["an endless number", { size, counts: "P".repeat(100) }, /too long/],
  ])("is refused with its reason: %s", (_, rle, message) => {
    for (const read of [decodeRle, rleArea, rleBox]) {
      expect(() => read(rle as Rle)).toThrow(formatError("FORMAT_INVALID", message));
    }
    expect(() => rlesToMap([{ value: 1, rle: rle as Rle }])).toThrow(
      formatError("FORMAT_INVALID", /rles\[0\]/),
    );
  });

  it("never causes any other error, whatever its string", () => {
    fc.assert(
      fc.property(fc.string({ unit: "binary-ascii" }), (counts) => {
        try {
          decodeRle({ size: [4, 4], counts });
        } catch (error) {
          expect(error).toEqual(formatError("FORMAT_INVALID"));
        }
      }),
    );
  });

  it("allocates no memory for a size above the limit", () => {
    const rle = { size: [40_000, 40_000], counts: [1_600_000_000] } as const;
    expect(() => decodeRle(rle)).toThrow(formatError("FORMAT_UNSUPPORTED", /maxPixels/));
    expect(() => rlesToMap([{ value: 1, rle }])).toThrow(formatError("FORMAT_UNSUPPORTED"));
    const small = { size: [2, 2], counts: "4" } as const;
    expect(() => decodeRle(small, { maxPixels: 3 })).toThrow(formatError("FORMAT_UNSUPPORTED"));
    expect(decodeRle(small, { maxPixels: 4 }).data).toEqual(new Uint8Array(4));
  });

  it("is not one with counts of 0 in between, as in merged polygons", () => {
    expect([...decodeRle({ size: [2, 2], counts: [1, 1, 0, 1, 1, 0] }).data]).toEqual([0, 1, 1, 0]);
    expect(rleBox({ size: [2, 2], counts: [3, 0, 1] })).toEqual([0, 0, 0, 0]);
  });
});

describe("masks combined into one map", () => {
  const left = { size: [1, 3], counts: [0, 2, 1] } as const;
  const right = { size: [1, 3], counts: [1, 2] } as const;

  it("must not overlap, unless the overlap option is `last`", () => {
    const rles = [
      { value: 7, rle: left },
      { value: 8, rle: right },
    ];
    expect(() => rlesToMap(rles)).toThrow(formatError("FORMAT_INVALID", /\(1, 0\) of rles\[1\]/));
    expect([...rlesToMap(rles, { overlap: "last" }).data]).toEqual([7, 8, 8]);
    expect([...rlesToMap(rles.toReversed(), { overlap: "last" }).data]).toEqual([7, 7, 8]);
  });

  it("must have the same size", () => {
    const rles = [
      { value: 7, rle: left },
      { value: 8, rle: { size: [3, 1], counts: "3" } as const },
    ];
    expect(() => rlesToMap(rles)).toThrow(expect.objectContaining({ code: "SIZE_MISMATCH" }));
  });

  it("leave -1 in pixels without a mask", () => {
    expect([...rlesToMap([{ value: 7, rle: right }]).data]).toEqual([-1, 7, 7]);
  });
});

describe("an invalid call", () => {
  const map = makeMap(3, 2, "noise");
  it.each<[string, () => unknown]>([
    ["no map", () => encodeRle(null as never, 1)],
    ["a map without pixels", () => encodeAllRles({ width: 2, height: 2, data: new Uint8Array(3) })],
    ["a value that is text", () => encodeRle(map, "1" as never)],
    ["a value that is missing", () => encodeRle(map, undefined as never)],
    ["a value that is a fraction", () => encodeRle(map, 0.5)],
    ["a value beyond 32 bits", () => encodeRle(map, 2 ** 31)],
    ["NaN", () => encodeRle(map, Number.NaN)],
    ["null as options", () => encodeAllRles(map, null as never)],
    ["compressed as text", () => encodeRle(map, 1, { compressed: "no" as never })],
    ["unlabelled as a number", () => encodeAllRles(map, { unlabelled: 1 as never })],
    ["maxPixels of 0", () => decodeRle({ size: [1, 1], counts: "1" }, { maxPixels: 0 })],
    ["no masks", () => rlesToMap([])],
    ["masks that are not an array", () => rlesToMap({} as never)],
    ["a mask that is null", () => rlesToMap([null as never])],
    ["a mask without a value", () => rlesToMap([{ rle: { size: [1, 1], counts: "1" } } as never])],
    ["a mask of -1", () => rlesToMap([{ value: -1, rle: { size: [1, 1], counts: "1" } }])],
    ["another overlap", () => rlesToMap([], { overlap: "first" as never })],
  ])("with %s throws OPTION_INVALID", (_, call) => {
    expect(call).toThrow(optionInvalid);
  });
});

beforeAll(() => init());

async function decodeCorpus(name: string): Promise<LabelMap> {
  const { png, result } = loadCorpus().find((mask) => mask.name === name)!;
  return decodeMask(png, result);
}

function boxOf({ width, data }: { width: number; data: Uint8Array }) {
  const xs: number[] = [];
  const ys: number[] = [];
  data.forEach((pixel, i) => {
    if (pixel === 0) return;
    xs.push(i % width);
    ys.push(Math.floor(i / width));
  });
  const [left, right, top, bottom] = [Math.min(...xs), Math.max(...xs), Math.min(...ys), Math.max(...ys)];
  return { left, right, top, bottom, area: xs.length };
}

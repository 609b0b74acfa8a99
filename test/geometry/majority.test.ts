/** Resizing by majority equals a slow reference that knows pixels alone, keeps lines connected and loses no value. */
import fc from "fast-check";
import { beforeAll, describe, expect, it } from "vitest";
import { type MajorityOptions, resize, resizeByMajority } from "../../src/geometry/index.js";
import { decodeMask, type LabelMap } from "../../src/index.js";
import type { DenseMap } from "../../src/maps/dense-map.js";
import { runsOf } from "../../src/maps/runs-of.js";
import { loadCorpus } from "../support/corpus.mjs";
import { dice, mulberry32 } from "../support/random.mjs";

/** The three steps of the documentation, with every source pixel cut by every box. */
function reference(
  map: DenseMap,
  { width, height, thinShare = 1 / 8, voidId = -1 }: MajorityOptions,
): number[] {
  const pixels = new Map<number, number>();
  for (const value of map.data) pixels.set(value, (pixels.get(value) ?? 0) + 1);
  const isRarer = (a: number, b: number) =>
    pixels.get(a)! < pixels.get(b)! || (pixels.get(a) === pixels.get(b) && a < b);

  /** How much of a source pixel is in a box along one axis, in parts of which a box has `source`. */
  const overlap = (source: number, target: number, pixel: number, box: number) =>
    Math.max(0, Math.min((pixel + 1) * target, (box + 1) * source) - Math.max(pixel * target, box * source));
  const shares: Map<number, number>[] = [];
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) {
      const share = new Map<number, number>();
      for (let row = 0; row < map.height; row++) {
        for (let column = 0; column < map.width; column++) {
          const area = overlap(map.width, width, column, x) * overlap(map.height, height, row, y);
          const value = map.data[row * map.width + column]!;
          if (area > 0) share.set(value, (share.get(value) ?? 0) + area);
        }
      }
      shares.push(share);
    }
  }

  const centres = resize(map, { width, height }).data;
  const winners = shares.map((share, box) => {
    const most = Math.max(...share.values());
    const tied = [...share.keys()].filter((value) => share.get(value) === most);
    return tied.includes(centres[box]!) ? centres[box]! : tied.reduce((a, b) => (isRarer(a, b) ? a : b));
  });

  const shareAt = (x: number, y: number, value: number) =>
    x < 0 || y < 0 || x >= width || y >= height ? 0 : (shares[y * width + x]!.get(value) ?? 0);
  const hasWon = (x: number, y: number, value: number) =>
    x >= 0 && y >= 0 && x < width && y < height && winners[y * width + x] === value;
  const result = winners.map((winner, box) => {
    const [x, y] = [box % width, Math.floor(box / width)];
    const lines = [...shares[box]!].filter(([value, share]) => {
      if (value === voidId || !isRarer(value, winner)) return false;
      if (share < thinShare * map.width * map.height) return false;
      const isRidge = (dx: number, dy: number) =>
        share > shareAt(x - dx, y - dy, value) && share >= shareAt(x + dx, y + dy, value);
      // An end: nothing on one side, and on the other the value has won a box and one beside it.
      const isOutline = (dx: number, dy: number) =>
        shareAt(x - dx, y - dy, value) < thinShare * map.width * map.height &&
        hasWon(x + dx, y + dy, value) &&
        (hasWon(x + dx + dy, y + dy + dx, value) || hasWon(x + dx - dy, y + dy - dx, value));
      const acrossRow = isRidge(1, 0) && !isOutline(0, 1) && !isOutline(0, -1);
      const acrossColumn = isRidge(0, 1) && !isOutline(1, 0) && !isOutline(-1, 0);
      return acrossRow || acrossColumn;
    });
    return lines.reduce((best, [value]) => (isRarer(value, best) ? value : best), winner);
  });

  const held = (value: number) => result.filter((other) => other === value).length;
  const lost = [...pixels.keys()].filter((value) => value !== voidId && held(value) === 0);
  for (const value of lost.sort((a, b) => (isRarer(a, b) ? -1 : 1))) {
    const boxes = [...result.keys()]
      .filter((box) => shares[box]!.has(value) && (held(result[box]!) > 1 || result[box] === voidId))
      .sort((a, b) => shares[b]!.get(value)! - shares[a]!.get(value)! || a - b);
    if (boxes.length > 0) result[boxes[0]!] = value;
  }
  return result;
}

/** Maps of few or many values, of areas or of noise. */
const anyMap = fc
  .record({
    width: fc.integer({ min: 1, max: 14 }),
    height: fc.integer({ min: 1, max: 14 }),
    values: fc.integer({ min: 1, max: 12 }),
    keep: fc.constantFrom(0, 0.6, 0.9),
    seed: fc.nat(),
  })
  .map(({ width, height, values, keep, seed }): DenseMap<Int32Array> => {
    const { below, chance } = dice(mulberry32(seed));
    const data = new Int32Array(width * height);
    for (let i = 0; i < data.length; i++) {
      const before = chance(0.5) ? i - 1 : i - width;
      data[i] = before >= 0 && chance(keep) ? data[before]! : below(values) - 1;
    }
    return { width, height, data };
  });
const size = fc.integer({ min: 1, max: 16 });

describe("resizeByMajority", () => {
  it("equals the reference, up and down, from pixels and from runs", () => {
    const share = fc.constantFrom(undefined, 1 / 16, 0.25, 0.5, 1);
    fc.assert(
      fc.property(
        anyMap,
        size,
        size,
        share,
        fc.integer({ min: -1, max: 3 }),
        (map, width, height, thinShare, voidId) => {
          const options = { width, height, voidId, ...(thinShare === undefined ? {} : { thinShare }) };
          const resized = resizeByMajority(map, options);
          expect([resized.width, resized.height]).toEqual([width, height]);
          expect(resized.data).toBeInstanceOf(Int32Array);
          expect([...resized.data]).toEqual(reference(map, options));
          expect(resizeByMajority(runsOf(map), options)).toEqual(resized);
        },
      ),
      { numRuns: 1500 },
    );
  });

  it("equals nearest-exact if pixels are multiplied", () => {
    const factor = fc.integer({ min: 1, max: 5 });
    fc.assert(
      fc.property(anyMap, factor, factor, (map, across, down) => {
        const target = { width: map.width * across, height: map.height * down };
        expect(resizeByMajority(map, target)).toEqual(resize(map, target));
      }),
    );
  });

  it("keeps every value, unless each of its boxes holds another value's only pixel", () => {
    fc.assert(
      fc.property(anyMap, size, size, (map, width, height) => {
        const { data } = resizeByMajority(map, { width, height });
        for (const value of new Set(map.data)) {
          if (value === -1 || data.includes(value)) continue;
          map.data.forEach((other, pixel) => {
            if (other !== value) return;
            const [x, y] = [pixel % map.width, Math.floor(pixel / map.width)];
            const holder =
              data[Math.floor((y * height) / map.height) * width + Math.floor((x * width) / map.width)]!;
            expect(holder).not.toBe(-1);
            expect(data.filter((held) => held === holder).length).toBe(1);
          });
        }
      }),
      { numRuns: 1000 },
    );
  });

  // Each box has the same 16,384 values, so that none is more than to its left: to look each up there took 32 seconds.
  it("stays fast if all boxes have many values, whatever thinShare is", () => {
    const size = 1024;
    const data = Int32Array.from(
      { length: size * size },
      (_, i) => (Math.floor(i / size) % 128) * 128 + (i % 128),
    );
    const options = { width: 8, height: 8, thinShare: 1e-9 };
    expect(new Set(resizeByMajority({ width: size, height: size, data }, options).data).size).toBe(64);
  }, 5000);

  it("counts unlabelled pixels in the majority, but does not keep them for being rare", () => {
    const row = (...values: number[]) => ({ width: values.length, height: 1, data: Int32Array.from(values) });
    const four = { width: 2, height: 1 };
    expect([...resizeByMajority(row(-1, -1, -1, 7, 5, 5, 5, 5), { ...four, thinShare: 1 }).data]).toEqual([
      7, 5,
    ]);
    expect([...resizeByMajority(row(-1, -1, -1, 5, 5, 5, 5, 5), four).data]).toEqual([-1, 5]);
    expect([...resizeByMajority(row(-1, 5, 5, 5, 5, 5, 5, 5), four).data]).toEqual([5, 5]);
    expect([...resizeByMajority(row(9, 5, 5, 5, 5, 5, 5, 5), four).data]).toEqual([9, 5]);
    expect([...resizeByMajority(row(9, 5, 5, 5, 5, 5, 5, 5), { ...four, voidId: 9 }).data]).toEqual([5, 5]);
  });
});

describe("a pole of 2 pixels that becomes 7.5 times smaller", () => {
  const LENGTH = 900;
  const TARGET = { width: 120, height: 120 };

  /** A straight line through the middle at an angle, as the pixels whose centre it covers. */
  function drawPole(degrees: number, thickness: number): DenseMap<Uint8Array> {
    const data = new Uint8Array(LENGTH * LENGTH);
    const [cos, sin] = [Math.cos((degrees * Math.PI) / 180), Math.sin((degrees * Math.PI) / 180)];
    const [centreX, centreY] = [449.3 + degrees / 7, 451.9 - degrees / 11];
    for (let y = 0; y < LENGTH; y++) {
      for (let x = 0; x < LENGTH; x++) {
        const along = (x + 0.5 - centreX) * cos + (y + 0.5 - centreY) * sin;
        const across = (y + 0.5 - centreY) * cos - (x + 0.5 - centreX) * sin;
        if (Math.abs(along) < 380 && across >= -thickness / 2 && across < thickness / 2)
          data[y * LENGTH + x] = 1;
      }
    }
    return { width: LENGTH, height: LENGTH, data };
  }

  /** How many parts the ones have, where diagonal neighbours are connected. */
  function countParts({ width, data }: DenseMap): number {
    const left = new Set([...data.keys()].filter((pixel) => data[pixel] === 1));
    let parts = 0;
    for (const first of left) {
      parts++;
      left.delete(first);
      for (const stack = [first]; stack.length > 0; ) {
        const pixel = stack.pop()!;
        for (const step of [-width - 1, -width, 1 - width, -1, 1, width - 1, width, width + 1]) {
          if (left.delete(pixel + step)) stack.push(pixel + step);
        }
      }
    }
    return parts;
  }

  const angles = Array.from({ length: 25 }, (_, place) => place * 7.3 - 88);

  it("stays in one part and about one pixel wide at every angle; nearest neighbour leaves dots", () => {
    let dotted = 0;
    for (const degrees of angles) {
      const pole = drawPole(degrees, 2);
      const resized = resizeByMajority(pole, TARGET);
      expect([degrees, countParts(resized)]).toEqual([degrees, 1]);
      const ones = resized.data.filter((value) => value === 1).length;
      const steps =
        (760 / 7.5) * Math.max(...[Math.cos, Math.sin].map((f) => Math.abs(f((degrees * Math.PI) / 180))));
      expect(ones / steps).toBeGreaterThan(0.95);
      expect(ones / steps).toBeLessThan(1.6);
      if (countParts(resize(pole, TARGET)) > 1) dotted++;
    }
    expect(dotted).toBeGreaterThan(20);
  });

  it("needs a thinShare of 1/8: with 1/4 it is dotted at most angles", () => {
    const dotted = angles.filter(
      (degrees) => countParts(resizeByMajority(drawPole(degrees, 2), { ...TARGET, thinShare: 0.25 })) > 1,
    );
    expect(dotted.length).toBeGreaterThan(12);
  });
});

describe("on the fixtures", () => {
  const maps: LabelMap[] = [];
  beforeAll(async () => {
    for (const { name, png, result } of loadCorpus()) {
      if (/^(street-1080p|instances-1080p|brush-720p)/.test(name)) maps.push(await decodeMask(png, result));
    }
  });

  it("keeps every label, and the areas of labels that are not small", () => {
    expect(maps.length).toBe(3);
    for (const map of maps) {
      const target = { width: 512, height: 512 };
      const { data } = resizeByMajority(map, target);
      const pixels = new Map<number, number>();
      for (const value of data) pixels.set(value, (pixels.get(value) ?? 0) + 1);
      const scale = (512 * 512) / (map.width * map.height);
      for (const { index, pixelCount } of map.labels) {
        if (pixelCount === 0) continue;
        const expected = pixelCount * scale;
        expect(pixels.get(index) ?? 0).toBeGreaterThan(0);
        if (expected >= 200) expect(Math.abs((pixels.get(index) ?? 0) / expected - 1)).toBeLessThan(0.1);
      }
    }
  });
});

describe("an invalid call of resizeByMajority", () => {
  const map = { width: 2, height: 1, data: Int32Array.of(1, 2) };
  const invalid = expect.objectContaining({ name: "DecodeError", code: "OPTION_INVALID" });
  it.each([
    undefined,
    { width: 1 },
    { width: 0, height: 1 },
    { width: 1, height: 1, thinShare: 0 },
    { width: 1, height: 1, thinShare: 1.1 },
    { width: 1, height: 1, thinShare: Number.NaN },
    { width: 1, height: 1, thinShare: "0.5" },
    { width: 1, height: 1, voidId: 0.5 },
    { width: 1, height: 1, voidId: null },
  ])("with the options %o throws OPTION_INVALID", (options) => {
    expect(() => resizeByMajority(map, options as MajorityOptions)).toThrow(invalid);
  });

  it("without a map, or with a target too large for memory, throws a typed error", () => {
    expect(() => resizeByMajority(undefined as never, { width: 1, height: 1 })).toThrow(invalid);
    expect(() => resizeByMajority(map, { width: 2 ** 40, height: 1 })).toThrow(
      expect.objectContaining({ code: "OUT_OF_MEMORY" }),
    );
  });
});

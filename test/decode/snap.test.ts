/** Snapping: a colour that the legend lacks becomes the nearest that it has, as a search through all of them finds it. */
import fc from "fast-check";
import { beforeAll, describe, expect, it, vi } from "vitest";
import { type DecodeOptions, decodeMask, decodeMaskSync, init, labelPixels } from "../../src/all.js";
import { ColorTable, NearestOnLine } from "../../src/decode/color-table.js";
import { ColorTree } from "../../src/decode/color-tree.js";
import { nearestLabel } from "../../src/decode/snap.js";
import { loadCorpus } from "../support/corpus.mjs";
import { encodePng } from "../support/encode-png.mjs";
import { nastyMask } from "../support/nasty-masks.mjs";
import { decodePixels } from "../support/reference.mjs";

const seed = Number(process.env.LABELMAP_SEED ?? Date.now() % 1_000_000);
beforeAll(() => init());

type Rgb = readonly number[];

/** The first of the nearest colours, or -1. */
function nearestOf(pixel: Rgb, legend: readonly (Rgb | null)[], maxDistance: number): number {
  let nearest = -1;
  let least = Number.POSITIVE_INFINITY;
  legend.forEach((color, label) => {
    if (color === null) return;
    const square = color.reduce((sum, value, channel) => sum + (value - pixel[channel]!) ** 2, 0);
    if (square < least && square <= maxDistance ** 2) {
      nearest = label;
      least = square;
    }
  });
  return nearest;
}

function colorsOf(legend: Record<string, string>): (Rgb | null)[] {
  return Object.keys(legend).map((key) =>
    /^#[0-9a-f]{6}$/i.test(key)
      ? [1, 3, 5].map((start) => Number.parseInt(key.slice(start, start + 2), 16))
      : null,
  );
}

it("finds the same colour as a search through all colours", () => {
  const rgb = fc.integer({ min: 0, max: 0xffffff });
  // Colours of few levels, so that many are equally near.
  const coarse = rgb.map((color) => color & 0xc0c0c0);
  const color = fc.oneof(rgb, coarse, fc.constant(-1));
  const channels = (value: number) => [value >> 16, (value >> 8) & 255, value & 255];
  fc.assert(
    fc.property(
      fc.array(color, { minLength: 1, maxLength: 60 }),
      fc.oneof(rgb, coarse),
      fc.integer({ min: 1, max: 442 }),
      (colors, pixel, maxDistance) => {
        const legend = colors.map((value) => (value < 0 ? null : channels(value)));
        const nearest = nearestLabel(Int32Array.from(colors), { maxDistance });
        // Half of the times with a tree, which is built once several colours have been asked for.
        if (pixel % 2 === 0) for (let other = 0; other < 10; other++) nearest(other);
        expect(nearest(pixel)).toBe(nearestOf(channels(pixel), legend, maxDistance));
        expect(nearest(pixel), "remembered").toBe(nearestOf(channels(pixel), legend, maxDistance));
        const other = pixel ^ 0x00_03_00;
        expect(nearest(other), "another").toBe(nearestOf(channels(other), legend, maxDistance));
      },
    ),
    { numRuns: 3000, seed },
  );
});

it("builds no tree for a clean mask, which needs none", () => {
  const colors = Int32Array.from({ length: 50_000 }, (_, label) => (label + 1) * 331);
  const sort = vi.spyOn(Int32Array.prototype, "sort");
  const nearest = nearestLabel(colors, { maxDistance: 1 });
  expect([nearest(0), sort.mock.calls.length]).toEqual([-1, 0]);
  for (let color = 1; color < 10; color++) nearest(color);
  expect([nearest(332), sort.mock.calls.length > 0], "of many colours").toEqual([0, true]);
  sort.mockRestore();
});

it("uses the first of several equally near colours", () => {
  const level = fc.constantFrom(0, 2, 4);
  const color = fc.tuple(level, level, level);
  fc.assert(
    fc.property(fc.array(color, { minLength: 2, maxLength: 12 }), color, (legend, pixel) => {
      const rgb = ([red, green, blue]: Rgb) => (red! << 16) | (green! << 8) | blue!;
      const middle = pixel.map((value) => value + 1);
      const nearest = nearestLabel(Int32Array.from(legend, rgb), { maxDistance: 9 });
      for (let other = 0; other < 10; other++) nearest(other);
      expect(nearest(0xffffff), "too far from all").toBe(-1);
      expect(nearest(rgb(middle))).toBe(nearestOf(middle, legend, 9));
    }),
    { numRuns: 3000, seed },
  );
});

/** `count` colours that `at` gives, and the rest of the legend in another order than that of their values. */
function legendOf(count: number, at: (index: number) => number): Int32Array {
  // An odd factor visits every index once if the count is a power of 2.
  return Int32Array.from({ length: count }, (_, index) => at(Math.imul(index, 40_503) & (count - 1)));
}

const scattered = (index: number) => Math.imul(index + 1, 0x9e37_79b1) >>> 8;
const rgbOf = (red: number, green: number, blue: number) => (red << 16) | (green << 8) | blue;
const channelsOf = (rgb: number) => [rgb >> 16, (rgb >> 8) & 255, rgb & 255];

/** Colours between 118 and 119 from the middle grey. */
function sphere(): Int32Array {
  const levels = Array.from({ length: 256 }, (_, level) => level);
  const isOnSphere = (rgb: number) =>
    Math.floor(Math.hypot(...channelsOf(rgb).map((level) => level - 128))) === 118;
  const colors = levels.flatMap((red) =>
    levels.flatMap((green) => levels.map((blue) => rgbOf(red, green, blue)).filter(isOnSphere)),
  );
  return legendOf(2 ** 16, (index) => colors[index * 2]!);
}

/** Legends that are hard for one way of searching or another. */
const hardLegends: readonly [name: string, colors: Int32Array][] = [
  ["in the plane of no red", legendOf(2 ** 16, (index) => index)],
  ["in the plane of full green", legendOf(2 ** 16, (index) => rgbOf(index >> 8, 255, index & 255))],
  ["in the plane of one blue", legendOf(2 ** 16, (index) => (index << 8) | 77)],
  ["in a tilted plane", legendOf(2 ** 16, (index) => rgbOf(index >> 8, index >> 8, index & 255))],
  ["on a line of greys", legendOf(2 ** 8, (index) => index * 0x01_01_01)],
  ["on an edge", legendOf(2 ** 8, (index) => index)],
  ["on a sphere", sphere()],
  [
    "on a coarse grid",
    legendOf(2 ** 9, (index) => rgbOf((index >> 6) * 36, ((index >> 3) & 7) * 36, (index & 7) * 36)),
  ],
  ["everywhere", legendOf(2 ** 16, scattered)],
  [
    "with duplicates and defects",
    legendOf(2 ** 12, (index) => (index % 5 === 0 ? -1 : scattered(index % 300))),
  ],
  ["of one colour many times", legendOf(2 ** 10, () => 0x12_34_56)],
  ["of one colour", Int32Array.of(-1, 0xab_cd_ef)],
  ["without a colour", Int32Array.of(-1, -1)],
];

describe("a legend", () => {
  // In the middle of the sphere, in and far from the planes, and anywhere.
  const asked = [0, 0xffffff, 0x808080, 0xff0000, 0xff8040, 0x7f8081, 0x0000ff, 0x800080].concat(
    Array.from({ length: 12 }, (_, index) => scattered(seed + index)),
  );

  it.each(hardLegends)("%s has the same nearest colours in the tree and in the table", (_, all) => {
    // The first few thousand lie as the whole legend does, and the slow search takes less time.
    const colors = all.subarray(0, 4000);
    const legend = Array.from(colors, (rgb) => (rgb < 0 ? null : channelsOf(rgb)));
    const tree = new ColorTree(colors);
    const table = new ColorTable(colors);
    for (const maxDistance of [442, 30]) {
      const expected = asked.map((rgb) => nearestOf(channelsOf(rgb), legend, maxDistance));
      const found = (of: ColorTree | ColorTable) => asked.map((rgb) => of.findNearest(rgb, maxDistance ** 2));
      expect(found(tree), `tree, up to ${maxDistance}, seed ${seed}`).toEqual(expected);
      expect(found(table), `table, up to ${maxDistance}, seed ${seed}`).toEqual(expected);
    }
  });

  it.each([0, 1, 2, 8, 9, 16, 17, 40, 300])(
    "of %i colours has the same nearest colours in the tree, which looks at few of many",
    (count) => {
      // Every other colour is of few levels, so that several are equally near, and some occur twice.
      const colorAt = (index: number) => scattered(index) & (index % 2 === 0 ? 0xffffff : 0xc0c0c0);
      const colors = Int32Array.from({ length: count + 2 }, (_, index) => (index < 2 ? -1 : colorAt(index)));
      const legend = Array.from(colors, (rgb) => (rgb < 0 ? null : channelsOf(rgb)));
      const tree = new ColorTree(colors);
      for (let index = 0; index < 200; index++) {
        const rgb = index < 100 ? scattered(1000 + index) : colorAt(index);
        const maxDistance = [442, 100, 20][index % 3]!;
        const found = tree.findNearest(rgb, maxDistance ** 2);
        expect(found, `${rgb}`).toBe(nearestOf(channelsOf(rgb), legend, maxDistance));
      }
      // A search through all colours would look at each of them 200 times.
      if (count <= 8) expect(tree.work).toBe(200 * count);
      else expect(tree.work).toBeGreaterThan(200);
      if (count === 300) expect(tree.work).toBeLessThan((200 * count) / 3);
    },
  );

  it.each(hardLegends.filter(([name]) => name.includes("plane")))(
    "%s needs few distances per colour",
    (_, colors) => {
      const tree = new ColorTree(colors);
      for (let index = 0; index < 1000; index++) tree.findNearest(scattered(index), 442 ** 2);
      expect(tree.work / 1000).toBeLessThan(500);
    },
  );

  it("has a nearest colour exactly as far as allowed, and none farther", () => {
    const colors = Int32Array.of(-1, 0x000000, 0xff0000);
    for (const search of [new ColorTree(colors), new ColorTable(colors)]) {
      const found = [8.9, 9, 9.1].map((maxSquare) => search.findNearest(0x000003, maxSquare));
      expect(found, search.constructor.name).toEqual([-1, 1, 1]);
    }
  });

  it("that is hard for the tree is looked up in a table, which every later colour shares", () => {
    const colors = hardLegends.find(([name]) => name === "on a sphere")![1];
    const inTree = vi.spyOn(ColorTree.prototype, "findNearest");
    const nearest = nearestLabel(colors, { maxDistance: 442 });
    for (let index = 0; index < 4096; index++) {
      nearest(rgbOf(120 + (index & 15), 120 + ((index >> 4) & 15), 120 + (index >> 8)));
    }
    const calls = inTree.mock.calls.length;
    inTree.mockRestore();
    expect(calls).toBeGreaterThan(0);
    expect(calls).toBeLessThan(4000);
  });

  it("is built once, and left for the table once it has done as much work as is allowed", () => {
    const inTree = vi.spyOn(ColorTree.prototype, "findNearest");
    const nearest = nearestLabel(Int32Array.of(0x000000, 0x0000ff), { maxDistance: 442 }, 20);
    const labels = Array.from({ length: 100 }, (_, blue) => nearest(blue + 78));
    const calls = inTree.mock.calls.length;
    inTree.mockRestore();
    expect(labels).toEqual(Array.from({ length: 100 }, (_, blue) => (blue + 78 < 128 ? 0 : 1)));
    // A search compares one or two colours.
    expect(calls).toBeGreaterThan(9);
    expect(calls).toBeLessThan(30);
  });
});

it("finds the nearest of candidates on a line; the smallest label of equally near ones", () => {
  const candidate = fc.record({
    place: fc.integer({ min: 0, max: 255 }),
    square: fc.oneof(
      fc.integer({ min: 0, max: 2 * 255 ** 2 }),
      fc.integer({ min: 0, max: 40 }),
      fc.constant(0),
    ),
    label: fc.integer({ min: 0, max: 65_535 }),
  });
  const options = { minLength: 1, maxLength: 256, selector: ({ place }: { place: number }) => place };
  fc.assert(
    fc.property(fc.uniqueArray(candidate, options), (candidates) => {
      const line = new NearestOnLine();
      line.add(3, 0, 7);
      line.clear();
      for (const { place, square, label } of candidates.toSorted((a, b) => a.place - b.place)) {
        line.add(place, square, label);
      }
      const found = new Uint16Array(1 + 256 * 2);
      line.write(found, 1, 2);
      const expected = Array.from({ length: 256 }, (_, at) => {
        const squares = candidates.map(({ place, square }) => (place - at) ** 2 + square);
        const least = Math.min(...squares);
        return Math.min(
          ...candidates.filter((_, index) => squares[index] === least).map(({ label }) => label),
        );
      });
      expect(expected.map((_, at) => found[1 + at * 2])).toEqual(expected);
    }),
    { numRuns: 300, seed },
  );
});

describe(`masks with blended colours, seed ${seed} (LABELMAP_SEED)`, () => {
  it("get the nearest labels, with counts, on both engines and from pixels", () => {
    let snappedMasks = 0;
    for (let index = 0; index < 1500; index++) {
      const { png, legend, description } = nastyMask((seed * 31 + index) >>> 0);
      const maxDistance = [3, 40, 442][index % 3]!;
      const message = `seed ${seed}, mask ${index}: ${description}, distance ${maxDistance}`;
      const colors = colorsOf(legend);
      const { width, height, pixels: words } = decodePixels(png);
      const pixels = Array.from(words, (word): Rgb => [word >> 16, (word >> 8) & 255, word & 255]);
      const labels = pixels.map((pixel) => nearestOf(pixel, colors, maxDistance));
      const snapped = new Map<string, { count: number; label: number }>();
      pixels.forEach((pixel, place) => {
        const label = labels[place]!;
        if (label < 0 || colors[label]!.every((value, channel) => value === pixel[channel])) return;
        const name = `#${pixel.map((value) => value.toString(16).padStart(2, "0")).join("")}`;
        snapped.set(name, { count: (snapped.get(name)?.count ?? 0) + 1, label });
      });
      const options: DecodeOptions = { snap: { maxDistance }, engine: index % 5 === 0 ? "upng" : "fused" };
      const rgb = Uint8Array.from(pixels.flat());
      for (const map of [
        decodeMaskSync(png, legend, options),
        labelPixels({ data: rgb, width, height, channels: 3 }, legend, { snap: { maxDistance } }),
      ]) {
        expect([...map.data], message).toEqual(labels);
        expect(map.snapped.count, message).toBe(
          [...snapped.values()].reduce((sum, { count }) => sum + count, 0),
        );
        expect(map.snapped.colors, message).toEqual(
          [...snapped].slice(0, 16).map(([color, { count, label }]) => ({ color, count, label })),
        );
        const counts = map.labels.map(
          ({ index: label }) => labels.filter((each: number) => each === label).length,
        );
        expect(
          map.labels.map(({ pixelCount }) => pixelCount),
          message,
        ).toEqual(counts);
        expect(map.unlabelled.count, message).toBe(labels.filter((label: number) => label < 0).length);
      }
      if (snapped.size > 0) snappedMasks++;
    }
    expect(snappedMasks).toBeGreaterThan(300);
  });
});

it("changes nothing in a clean mask, and nothing without the option", async () => {
  for (const { png, result, expected } of loadCorpus().filter(({ expected }) => expected.unlabelled === 0)) {
    if (expected.width * expected.height > 3e6) continue;
    const plain = await decodeMask(png, result);
    const snapped = await decodeMask(png, result, { snap: { maxDistance: 442 } });
    expect(Buffer.from(snapped.data.buffer).equals(Buffer.from(plain.data.buffer))).toBe(true);
    expect(snapped.snapped).toEqual({ count: 0, colors: [] });
  }
});

it.each([[true], [{}], [{ maxDistance: 0 }], [{ maxDistance: Number.NaN }], [{ maxDistance: "9" }]])(
  "refuses the option snap: %j",
  async (snap) => {
    const png = encodePng({ width: 1, height: 1, colourType: 0, bitDepth: 8, samples: [1], filter: 0 });
    await expect(
      decodeMask(png, { "#000000": "black" }, { snap } as unknown as DecodeOptions),
    ).rejects.toMatchObject({
      code: "OPTION_INVALID",
      message: expect.stringContaining("maxDistance"),
    });
  },
);

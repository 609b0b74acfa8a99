/**
 * Measures against sums over pixels, components against a flood fill and against OpenCV.
 */
import { createRequire } from "node:module";
import fc from "fast-check";
import { beforeAll, describe, expect, it } from "vitest";
import { decodeMask, init } from "../../src/index.js";
import type { RunsInput } from "../../src/maps/label-runs.js";
import { LabelRuns } from "../../src/maps/label-runs.js";
import { connectedComponents, measureObjects, type ObjectMeasures, runsOf } from "../../src/objects/index.js";
import { loadCorpus } from "../support/corpus.mjs";
import { type AnyMap, anyMap, makeMap, valuesOf } from "../support/maps.mjs";

beforeAll(() => init());

// Not imported: the module has a `then` that hands on the module itself, so that whoever awaits it waits for ever.
const cv: typeof import("@techstark/opencv-js") = createRequire(import.meta.url)("@techstark/opencv-js");

const optionInvalid = expect.objectContaining({ name: "DecodeError", code: "OPTION_INVALID" });

/** Area, box and centroid of a list of pixels, one by one. */
function measureSlowly(value: number, pixels: number[], width: number): ObjectMeasures {
  let [left, top, right, bottom] = [Infinity, Infinity, -1, -1];
  let [sumX, sumY] = [0, 0];
  for (const pixel of pixels) {
    const x = pixel % width;
    const y = Math.floor(pixel / width);
    left = Math.min(left, x);
    right = Math.max(right, x);
    top = Math.min(top, y);
    bottom = Math.max(bottom, y);
    sumX += x;
    sumY += y;
  }
  const area = pixels.length;
  return {
    value,
    area,
    bbox: [left, top, right - left + 1, bottom - top + 1],
    centroid: [sumX / area, sumY / area],
  };
}

const pixelsOf = ({ data }: { data: ArrayLike<number> }, value: number) =>
  Array.from(data, (other, pixel) => (other === value ? pixel : -1)).filter((pixel) => pixel >= 0);

describe("measures", () => {
  it("equal sums over the pixels", () => {
    fc.assert(
      fc.property(anyMap(40), (map) => {
        const expected = valuesOf(map).map((value) => measureSlowly(value, pixelsOf(map, value), map.width));
        expect(measureObjects(map)).toEqual(expected);
        expect(measureObjects(runsOf(map))).toEqual(expected);
      }),
      { numRuns: 300 },
    );
  });

  it("leave out -1 by default", () => {
    const map = { width: 4, height: 1, data: Int32Array.of(-1, 3, 3, -1) };
    const object = { value: 3, area: 2, bbox: [1, 0, 2, 1], centroid: [1.5, 0] };
    expect(measureObjects(map)).toEqual([object]);
    const unlabelled = { value: -1, area: 2, bbox: [0, 0, 4, 1], centroid: [1.5, 0] };
    expect(measureObjects(map, { unlabelled: true })).toEqual([unlabelled, object]);
  });

  it("are exact for 2^28 pixels", () => {
    const [width, height] = [2 ** 14, 2 ** 14];
    const runs = new LabelRuns({
      width,
      height,
      bandTops: Uint32Array.of(0, 1, height),
      bandRuns: Uint32Array.of(0, 2, 3),
      runEnds: Uint32Array.of(1, width, width),
      values: Int32Array.of(9, 4, 4),
    });
    const area = 2 ** 28 - 1;
    const sum = (2 ** 28 * (2 ** 14 - 1)) / 2;
    expect(measureObjects(runs)).toEqual([
      { value: 4, area, bbox: [0, 0, width, height], centroid: [sum / area, sum / area] },
      { value: 9, area: 1, bbox: [0, 0, 1, 1], centroid: [0, 0] },
    ]);
  });

  it("equal the decoder's measures for every mask of the corpus", async () => {
    for (const { png, result } of loadCorpus()) {
      const map = await decodeMask(png, result);
      const expected = map.labels
        .filter(({ pixelCount }) => pixelCount > 0)
        .map(({ index, pixelCount, bbox }) => ({ value: index, area: pixelCount, bbox }));
      expect(measureObjects(map).map(({ value, area, bbox }) => ({ value, area, bbox }))).toEqual(expected);
    }
  });
});

/** Components by flood fill, numbered in scan order. */
function fillSlowly(
  { width, height, data }: { width: number; height: number; data: ArrayLike<number> },
  connectivity: 4 | 8,
  isWanted = (value: number) => value !== -1,
) {
  const numbers = new Int32Array(width * height).fill(-1);
  const components: ObjectMeasures[] = [];
  for (let first = 0; first < numbers.length; first++) {
    const value = data[first]!;
    if (numbers[first] !== -1 || !isWanted(value)) continue;
    const number = components.length;
    const pixels = [first];
    numbers[first] = number;
    for (const pixel of pixels) {
      const x = pixel % width;
      const y = Math.floor(pixel / width);
      for (let dy = -1; dy <= 1; dy++) {
        for (let dx = -1; dx <= 1; dx++) {
          if (connectivity === 4 && dx !== 0 && dy !== 0) continue;
          if (x + dx < 0 || x + dx >= width || y + dy < 0 || y + dy >= height) continue;
          const neighbour = pixel + dy * width + dx;
          if (numbers[neighbour] !== -1 || data[neighbour] !== value) continue;
          numbers[neighbour] = number;
          pixels.push(neighbour);
        }
      }
    }
    components.push(measureSlowly(value, pixels, width));
  }
  return { numbers, components };
}

/** The numbers of the map, once it is sure that its runs are as runs must be. */
function numbersOf(runs: LabelRuns): Int32Array {
  const dense = runs.toDense();
  expect(runs).toEqual(runsOf(dense));
  return dense.data;
}

/** Compared as bytes: element by element takes seconds. */
const bytesOf = ({ buffer }: Int32Array) => Buffer.from(buffer);

describe("connected components", () => {
  it.each([4, 8] as const)("equal a flood fill (%i neighbours)", (connectivity) => {
    fc.assert(
      fc.property(anyMap(40), (map) => {
        const expected = fillSlowly(map, connectivity);
        const { map: found, components } = connectedComponents(map, { connectivity });
        expect(numbersOf(found)).toEqual(expected.numbers);
        expect(components).toEqual(expected.components);
      }),
      { numRuns: 300 },
    );
  });

  it("can be limited to some values, including -1", () => {
    fc.assert(
      fc.property(anyMap(), fc.uniqueArray(fc.constantFrom<number>(-1, 0, 1, 2, 254, 99)), (map, values) => {
        const expected = fillSlowly(map, 8, (value) => values.includes(value));
        const { map: found, components } = connectedComponents(map, { values });
        expect(numbersOf(found)).toEqual(expected.numbers);
        expect(components).toEqual(expected.components);
      }),
    );
  });

  it("join at corners by default", () => {
    const data = Uint8Array.from({ length: 36 }, (_, i) => (i + Math.floor(i / 6)) % 2);
    const map = { width: 6, height: 6, data };
    expect(connectedComponents(map).components.length).toBe(2);
    expect(connectedComponents(map, { connectivity: 4 }).components.length).toBe(36);
  });

  it("of the corpus equal a flood fill", async () => {
    for (const { png, result } of loadCorpus().filter(({ expected }) => expected.width < 700)) {
      const map = await decodeMask(png, result);
      for (const connectivity of [4, 8] as const) {
        const { map: found, components } = connectedComponents(map, { connectivity });
        const expected = fillSlowly(map, connectivity);
        expect(Buffer.compare(bytesOf(numbersOf(found)), bytesOf(expected.numbers))).toBe(0);
        expect(components).toEqual(expected.components);
      }
    }
  });

  it("handle a comb and a spiral of many rows", () => {
    const [width, height] = [4001, 400];
    const comb = Uint8Array.from({ length: width * height }, (_, i) =>
      i >= width * (height - 1) || (i % width) % 2 === 0 ? 1 : 0,
    );
    const { components } = connectedComponents({ width, height, data: comb }, { values: [1] });
    expect(components.map(({ area }) => area)).toEqual([2001 * 399 + 4001]);
  });

  it.each([4, 8] as const)(
    "equal OpenCV's connectedComponentsWithStats (%i neighbours)",
    async (connectivity) => {
      await openCv();
      for (const kind of ["noise", "boxes", "checkerboard"]) {
        for (let seed = 1; seed <= 5; seed++) {
          const map = makeMap(50, 37, kind, seed);
          for (const value of valuesOf(map)) {
            const found = connectedComponents(map, { connectivity, values: [value] });
            expect(byPosition(found.components)).toEqual(
              byPosition(componentsByOpenCv(map, value, connectivity)),
            );
          }
        }
      }
    },
  );
});

/** OpenCV numbers components in another order. */
function byPosition(components: readonly ObjectMeasures[]) {
  const rounded = components.map(({ area, bbox, centroid }) =>
    [...bbox, area, ...centroid.map((mean) => mean.toFixed(9))].join(),
  );
  return rounded.sort();
}

function componentsByOpenCv(map: AnyMap, value: number, connectivity: 4 | 8): ObjectMeasures[] {
  const mats = Array.from({ length: 3 }, () => new cv.Mat());
  const [labels, stats, centroids] = [mats[0]!, mats[1]!, mats[2]!];
  const image = new cv.Mat(map.height, map.width, cv.CV_8UC1);
  image.data.set(map.data.map((other) => Number(other === value)));
  const count = cv.connectedComponentsWithStats(image, labels, stats, centroids, connectivity, cv.CV_32S);
  const components: ObjectMeasures[] = [];
  // 0 is the background.
  for (let number = 1; number < count; number++) {
    const [x, y, width, height, area] = Array.from({ length: 5 }, (_, i) => stats.intAt(number, i)) as [
      number,
      number,
      number,
      number,
      number,
    ];
    const centroid: [number, number] = [centroids.doubleAt(number, 0), centroids.doubleAt(number, 1)];
    components.push({ value, area, bbox: [x, y, width, height], centroid });
  }
  for (const mat of [image, ...mats]) mat.delete();
  return components;
}

/** Its module says that it is ready by nothing but its functions being there. */
async function openCv(): Promise<void> {
  while (cv.Mat === undefined) await new Promise((resolve) => setTimeout(resolve, 20));
}

describe("an invalid call", () => {
  const map = makeMap(3, 2, "noise");
  it.each<[string, () => unknown]>([
    ["no map", () => measureObjects(undefined as never)],
    [
      "a map of floats",
      () => connectedComponents({ ...map, data: new Float32Array(6) } as never as RunsInput),
    ],
    ["null as options", () => measureObjects(map, null as never)],
    ["unlabelled as text", () => measureObjects(map, { unlabelled: "yes" as never })],
    ["6 neighbours", () => connectedComponents(map, { connectivity: 6 as never })],
    ["4 as text", () => connectedComponents(map, { connectivity: "4" as never })],
    ["one value instead of a list", () => connectedComponents(map, { values: 1 as never })],
    ["values as text", () => connectedComponents(map, { values: "12" as never })],
    ["a value that is a fraction", () => connectedComponents(map, { values: [0.5] })],
    ["a value that is text", () => connectedComponents(map, { values: ["1"] as never })],
    ["values that are null", () => connectedComponents(map, { values: null as never })],
  ])("with %s throws OPTION_INVALID", (_, call) => {
    expect(call).toThrow(optionInvalid);
  });
});

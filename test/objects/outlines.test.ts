/**
 * Outlines: filling them gives back the pixels, and they are as short and as ordered as the documentation says.
 */
import fc from "fast-check";
import { beforeAll, describe, expect, it } from "vitest";
import { decodeMask, init } from "../../src/index.js";
import {
  allOutlines,
  connectedComponents,
  outlines,
  type Polygon,
  type Ring,
  runsOf,
} from "../../src/objects/index.js";
import { simplifyRing } from "../../src/objects/simplify-ring.js";
import { loadCorpus } from "../support/corpus.mjs";
import { anyMap, makeMap, valuesOf } from "../support/maps.mjs";

beforeAll(() => init());

type Size = { width: number; height: number };

/** By the even-odd rule, 1 where a pixel is in the rings. */
const fill = (size: Size, rings: readonly Ring[]) => Uint8Array.from(fillAll(size, [{ value: 1, rings }]));

/**
 * Each pixel's value by the even-odd rule, 0 where it is in no ring: a vertical piece toggles all pixels to its right.
 * Of a pixel in the rings of two values both show.
 */
function fillAll(
  { width, height }: Size,
  areas: readonly { value: number; rings: readonly Ring[] }[],
): Int32Array {
  const toggles = new Int32Array((width + 1) * height);
  for (const { value, rings } of areas) {
    for (const [x, y, nextX, nextY] of rings.flatMap((ring) => [...pieces(ring)])) {
      if (x !== nextX) continue;
      for (let row = Math.min(y, nextY); row < Math.max(y, nextY); row++)
        toggles[row * (width + 1) + x]! ^= value;
    }
  }
  const pixels = new Int32Array(width * height);
  for (let y = 0; y < height; y++) {
    let inside = 0;
    for (let x = 0; x < width; x++) {
      inside ^= toggles[y * (width + 1) + x]!;
      pixels[y * width + x] = inside;
    }
  }
  return pixels;
}

function* pieces(ring: Ring): Generator<[x: number, y: number, nextX: number, nextY: number]> {
  for (let i = 0; i < ring.length; i += 2) {
    const next = (i + 2) % ring.length;
    yield [ring[i]!, ring[i + 1]!, ring[next]!, ring[next + 1]!];
  }
}

/** The shoelace formula: positive where the ring is clockwise as seen, with y downwards. */
function areaOf(ring: Ring): number {
  let sum = 0;
  for (const [x, y, nextX, nextY] of pieces(ring)) sum += x * nextY - nextX * y;
  return sum / 2;
}

const ringsOf = (polygons: readonly Polygon[]) => polygons.flatMap(({ outer, holes }) => [outer, ...holes]);
const isIn = (map: { data: ArrayLike<number> }, value: number) =>
  Uint8Array.from(map.data, (other) => Number(other === value));

describe("outlines", () => {
  it("of any map, when filled, give back the pixels area by area", () => {
    fc.assert(
      fc.property(anyMap(30), (map) => {
        const all = allOutlines(map);
        expect(all.map(({ value }) => value)).toEqual(valuesOf(map));
        for (const { value, polygons } of all) {
          expect(fill(map, ringsOf(polygons))).toEqual(isIn(map, value));
          expect(outlines(runsOf(map), value)).toEqual(polygons);
          // Each polygon is one component, and in the same order.
          const components = connectedComponents(map, { connectivity: 4, values: [value] });
          const numbers = components.map.toDense();
          expect(polygons.length).toBe(components.components.length);
          const areas = polygons.map((polygon, number) => ({ value: number + 1, rings: ringsOf([polygon]) }));
          expect(fillAll(map, areas)).toEqual(numbers.data.map((number) => number + 1));
        }
      }),
      { numRuns: 300 },
    );
  });

  it("turn at each point, and go clockwise around areas and counter-clockwise around holes", () => {
    fc.assert(
      fc.property(anyMap(30), (map) => {
        for (const { value, polygons } of allOutlines(map)) {
          for (const ring of ringsOf(polygons)) {
            expect(ring.length % 4).toBe(0);
            const isHorizontal = [...pieces(ring)].map(([x, y, nextX, nextY]) => {
              expect((x === nextX) !== (y === nextY)).toBe(true);
              return y === nextY;
            });
            isHorizontal.forEach((is, i) => {
              expect(is).not.toBe(isHorizontal[(i + 1) % isHorizontal.length]);
            });
          }
          let area = 0;
          for (const { outer, holes } of polygons) {
            expect(areaOf(outer)).toBeGreaterThan(0);
            for (const hole of holes) expect(areaOf(hole)).toBeLessThan(0);
            area += [outer, ...holes].reduce((sum, ring) => sum + areaOf(ring), 0);
          }
          expect(area).toBe(isIn(map, value).reduce((sum, pixel) => sum + pixel, 0));
        }
      }),
    );
  });

  it("equal outlines drawn by hand", () => {
    const rows = ["11100", "10101", "11110"];
    const map = { width: 5, height: 3, data: Uint8Array.from(rows.join(""), Number) };
    expect(outlines(map, 1)).toEqual([
      { outer: [0, 0, 3, 0, 3, 2, 4, 2, 4, 3, 0, 3], holes: [[1, 1, 1, 2, 2, 2, 2, 1]] },
      { outer: [4, 1, 5, 1, 5, 2, 4, 2], holes: [] },
    ]);
    expect(outlines(map, 7)).toEqual([]);
  });

  it("separate pixels that touch only at a corner, and join holes that do", () => {
    const apart = { width: 2, height: 2, data: Uint8Array.of(1, 0, 0, 1) };
    expect(outlines(apart, 1).map(({ outer }) => outer)).toEqual([
      [0, 0, 1, 0, 1, 1, 0, 1],
      [1, 1, 2, 1, 2, 2, 1, 2],
    ]);
    const rows = ["1111", "1011", "1101", "1111"];
    const map = { width: 4, height: 4, data: Uint8Array.from(rows.join(""), Number) };
    const [{ holes } = { holes: [] }] = outlines(map, 1);
    expect(holes).toEqual([[1, 1, 1, 2, 2, 2, 2, 3, 3, 3, 3, 2, 2, 2, 2, 1]]);
  });

  it("leave out -1 by default", () => {
    const map = { width: 2, height: 1, data: Int32Array.of(-1, 4) };
    expect(allOutlines(map).map(({ value }) => value)).toEqual([4]);
    expect(allOutlines(map, { unlabelled: true }).map(({ value }) => value)).toEqual([-1, 4]);
    expect(outlines(map, -1)).toEqual([{ outer: [0, 0, 1, 0, 1, 1, 0, 1], holes: [] }]);
  });

  it("of every mask of the corpus, when filled, give back its pixels", async () => {
    for (const { png, result } of loadCorpus()) {
      const map = await decodeMask(png, result);
      const areas = allOutlines(map).map(({ value, polygons }) => ({
        value: value + 1,
        rings: ringsOf(polygons),
      }));
      const expected = map.data.map((value) => value + 1);
      expect(Buffer.compare(bytesOf(fillAll(map, areas)), bytesOf(expected))).toBe(0);
    }
  });

  it("have hundreds of thousands of corners without trouble, simplified or not", () => {
    const map = makeMap(1000, 600, "noise", 5);
    const [value] = valuesOf(map);
    const exact = outlines(map, value!);
    expect(Buffer.compare(fill(map, ringsOf(exact)), isIn(map, value!))).toBe(0);
    expect(outlines(map, value!, { simplify: 2 }).length).toBe(exact.length);
  });
});

describe("simplified outlines", () => {
  it("keep at least three points of the exact outline, and remove none that is farther than the tolerance", () => {
    const tolerances = fc.constantFrom(0.5, 1, 2.5, 100);
    fc.assert(
      fc.property(anyMap(30), tolerances, (map, simplify) => {
        for (const value of valuesOf(map)) {
          const exact = ringsOf(outlines(map, value));
          const rings = ringsOf(outlines(map, value, { simplify }));
          expect(rings.length).toBe(exact.length);
          for (const [i, ring] of rings.entries()) {
            expect(areaOf(ring)).not.toBe(0);
            checkSimplified(ring, exact[i]!, simplify);
          }
        }
      }),
    );
  });

  it("do the same for a ring of arbitrary points", () => {
    const coordinate = fc.integer({ min: 0, max: 12 });
    const points = fc.uniqueArray(fc.tuple(coordinate, coordinate), { minLength: 3, selector: String });
    fc.assert(
      fc.property(points, fc.constantFrom(1, 2, 4), (corners, tolerance) => {
        const [[x, y], [otherX, otherY]] = corners as [[number, number], [number, number]];
        fc.pre(corners.some((corner) => (otherX - x) * (corner[1] - y) !== (otherY - y) * (corner[0] - x)));
        checkSimplified(simplifyRing(corners.flat(), tolerance), corners.flat(), tolerance);
      }),
      { numRuns: 1000 },
    );
  });

  it("turn a staircase into a straight line", () => {
    const size = 20;
    const data = Uint8Array.from({ length: size * size }, (_, i) => Number(i % size <= Math.floor(i / size)));
    const [polygon] = outlines({ width: size, height: size, data }, 1, { simplify: 1 });
    expect(polygon!.outer.length / 2).toBeLessThanOrEqual(5);
  });

  it("stay fast for a comb, whose teeth are all equally far", () => {
    const width = 200_001;
    const data = Uint8Array.from({ length: 2 * width }, (_, i) => Number(i >= width || i % 2 === 0));
    const [polygon] = outlines({ width, height: 2, data }, 1, { simplify: 0.5 });
    expect(polygon!.outer.length / 2).toBeGreaterThan(width);
  }, 10_000);

  it("equal the exact ones with a tolerance of 0", () => {
    const map = makeMap(30, 30, "boxes", 9);
    for (const value of valuesOf(map)) {
      expect(outlines(map, value, { simplify: 0 })).toEqual(outlines(map, value));
    }
  });
});

/** Finds the ring's points in the exact one, in order, and measures what lies between. */
function checkSimplified(ring: Ring, exact: Ring, tolerance: number): void {
  expect(ring.length).toBeGreaterThanOrEqual(6);
  expect(ring.slice(0, 2)).toEqual(exact.slice(0, 2));
  const points = toPoints(exact);
  let at = 0;
  const kept = toPoints(ring);
  kept.forEach((start, i) => {
    const end = kept[(i + 1) % kept.length]!;
    for (at++; at < points.length; at++) {
      const point = points[at]!;
      if (i + 1 < kept.length && point.x === end.x && point.y === end.y) break;
      expect(distance(point, start, end)).toBeLessThanOrEqual(tolerance + 1e-9);
    }
  });
  expect(at).toBe(points.length);
}

const toPoints = (ring: Ring) =>
  Array.from({ length: ring.length / 2 }, (_, i) => ({ x: ring[2 * i]!, y: ring[2 * i + 1]! }));
type Point = { x: number; y: number };

/** From a point to a segment, by the nearest of its points. */
function distance(point: Point, start: Point, end: Point): number {
  const [alongX, alongY] = [end.x - start.x, end.y - start.y];
  const share = ((point.x - start.x) * alongX + (point.y - start.y) * alongY) / (alongX ** 2 + alongY ** 2);
  const nearest = Math.min(1, Math.max(0, share));
  return Math.hypot(point.x - start.x - nearest * alongX, point.y - start.y - nearest * alongY);
}

const bytesOf = ({ buffer }: Int32Array) => Buffer.from(buffer);

describe("an invalid call", () => {
  const map = makeMap(3, 2, "noise");
  it.each<[string, () => unknown]>([
    ["no map", () => outlines(undefined as never, 1)],
    ["a value that is missing", () => outlines(map, undefined as never)],
    ["null as options", () => allOutlines(map, null as never)],
    ["a tolerance below 0", () => outlines(map, 1, { simplify: -1 })],
    ["an infinite tolerance", () => outlines(map, 1, { simplify: Infinity })],
    ["a tolerance that is text", () => outlines(map, 1, { simplify: "2" as never })],
    ["simplify as true", () => allOutlines(map, { simplify: true as never })],
    ["unlabelled as text", () => allOutlines(map, { unlabelled: "yes" as never })],
  ])("with %s throws OPTION_INVALID", (_, call) => {
    expect(call).toThrow(expect.objectContaining({ name: "DecodeError", code: "OPTION_INVALID" }));
  });
});

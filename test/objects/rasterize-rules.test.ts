/** `rasterize` against pycocotools (fixtures/rasterize, which make.py wrote) and against OpenCV, pixel for pixel. */
import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { encodeRle, rasterize } from "../../src/objects/index.js";
import { loadOpenCvFillPoly } from "../support/opencv.mjs";
import { dice, mulberry32 } from "../support/random.mjs";

const pycocotools: { size: [number, number]; polygons: number[][]; counts: string }[] = JSON.parse(
  readFileSync(new URL("../fixtures/rasterize/pycocotools.json", import.meta.url), "utf8"),
);

/** Small images and polygons of every kind: crossing themselves, outside, of one point, of several rings, far away. */
function randomPolygons(random: () => number) {
  const { below, chance, pick } = dice(random);
  const [width, height] = pick([
    [1 + below(40), 1 + below(40)],
    [1 + below(3), 50],
    [50, 1 + below(3)],
  ]);
  const margin = pick([0, 2, Math.max(width, height), 1000]);
  const coordinate = (side: number) => below(side + 2 * margin) - margin;
  const makeRing = () =>
    Array.from({ length: 1 + below(9) }, () => [coordinate(width), coordinate(height)]).flat();
  const rings = Array.from({ length: chance(0.3) ? 1 + below(4) : 1 }, makeRing);
  return { width, height, rings };
}

describe("rasterize by the rule coco", () => {
  it("draws the masks that pycocotools draws", () => {
    let drawn = 0;
    for (const { size, polygons, counts } of pycocotools) {
      const [height, width] = size;
      const map = rasterize([{ className: "a", polygons }], { width, height });
      expect(encodeRle(map, 0), JSON.stringify(polygons)).toEqual({ size, counts });
      if (map.labels[0]!.pixelCount > 0) drawn++;
    }
    expect(pycocotools.length).toBe(630);
    expect(drawn).toBe(422);
  });

  it("takes the rings of COCO and of LabelMe", () => {
    const size = { width: 9, height: 9 };
    const flat = rasterize([{ className: "a", polygons: [[1, 1, 7, 2, 3.5, 8]] }], size);
    const points = [
      [1, 1],
      [7, 2],
      [3.5, 8],
    ] as const;
    expect(rasterize([{ className: "a", polygons: [points] }], size)).toEqual(flat);
    expect(flat.labels[0]!.pixelCount).toBeGreaterThan(15);
  });
});

describe("rasterize by the rule opencv", async () => {
  const fillPoly = await loadOpenCvFillPoly();

  it("draws the pixels that fillPoly draws, of 2,000 random polygons", () => {
    const random = mulberry32(16);
    let drawn = 0;
    for (let index = 0; index < 2000; index++) {
      const { width, height, rings } = randomPolygons(random);
      const map = rasterize([{ className: "a", polygons: rings }], { width, height, rule: "opencv" });
      const expected = fillPoly(width, height, [{ rings, value: 1 }]);
      expect(
        map.data.every((label, pixel) => label === expected[pixel]! - 1),
        `${width}×${height} ${JSON.stringify(rings)}`,
      ).toBe(true);
      if (map.labels[0]!.pixelCount > 0) drawn++;
    }
    expect(drawn).toBeGreaterThan(1500);
  });

  it("paints shapes one over the other and cuts out holes, as calls of fillPoly do", () => {
    const random = mulberry32(17);
    const { below } = dice(random);
    for (let index = 0; index < 200; index++) {
      const { width, height } = randomPolygons(random);
      const makeRing = () =>
        Array.from({ length: 3 + below(4) }, () => [below(width + 4) - 2, below(height + 4) - 2]).flat();
      const outers = Array.from({ length: 1 + below(3) }, makeRing);
      const holes = [makeRing(), makeRing()];
      const top = makeRing();
      const map = rasterize(
        [
          { className: "a", polygons: outers },
          { className: "b", polygons: [{ outer: outers[0]!, holes }, top] },
        ],
        { width, height, rule: "opencv" },
      );
      const first = fillPoly(width, height, [{ rings: outers, value: 1 }]);
      const second = fillPoly(width, height, [
        { rings: [outers[0]!], value: 1 },
        ...holes.map((hole) => ({ rings: [hole], value: 0 })),
        { rings: [top], value: 1 },
      ]);
      const expected = Array.from(first, (pixel, place) => (second[place] ? 1 : pixel - 1));
      expect([...map.data], JSON.stringify({ outers, holes, top })).toEqual(expected);
    }
  });

  it("cuts fractions off, or rounds them, as NumPy does", () => {
    // numpy.int32([…]) and numpy.rint([…]) of the coordinates.
    const given = [1.9, 0.5, 6.5, 1.5, 7.5, 6.51, -0.9, 5.49];
    const [truncated, rounded] = [
      [1, 0, 6, 1, 7, 6, 0, 5],
      [2, 0, 6, 2, 8, 7, -1, 5],
    ];
    const draw = (options: object) =>
      Array.from(
        rasterize([{ className: "a", polygons: [given] }], {
          width: 9,
          height: 9,
          rule: "opencv",
          ...options,
        }).data,
        (label) => label + 1,
      );
    const expected = (ring: number[]) => [...fillPoly(9, 9, [{ rings: [ring], value: 1 }])];
    expect(draw({})).toEqual(expected(truncated!));
    expect(draw({ fractions: "truncate" })).toEqual(expected(truncated!));
    expect(draw({ fractions: "round" })).toEqual(expected(rounded!));
    expect(expected(truncated!)).not.toEqual(expected(rounded!));
  });

  it("adds up the slope of a long edge as fillPoly does, which is a pixel off at its end", () => {
    const [width, height] = [8, 2 ** 17];
    const last = height - 1;
    for (const ring of [
      [7, 0, 0, last, 7, last],
      [0, 0, 7, last, 0, last],
    ]) {
      const map = rasterize([{ className: "a", polygons: [ring] }], { width, height, rule: "opencv" });
      const expected = fillPoly(width, height, [{ rings: [ring], value: 1 }]);
      expect(
        map.data.every((label, pixel) => label === expected[pixel]! - 1),
        `${ring}`,
      ).toBe(true);
    }
  });

  it("draws the coordinates farthest away as fillPoly does", () => {
    const far = 2 ** 25;
    for (const ring of [
      [-far, -far, far, -far + 7, 5, far, -3, 12],
      [far, 3, -far, 4, 2, 2],
      [-far, 10, far, 13, far, far],
      [0, -far, 19, far, 19, 0],
    ]) {
      const map = rasterize([{ className: "a", polygons: [ring] }], {
        width: 20,
        height: 20,
        rule: "opencv",
      });
      const expected = fillPoly(20, 20, [{ rings: [ring], value: 1 }]);
      expect(
        Array.from(map.data, (label) => label + 1),
        `${ring}`,
      ).toEqual([...expected]);
    }
  });
});

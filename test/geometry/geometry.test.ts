/** Maps cut, padded, mirrored and tiled equal what one writes down pixel by pixel, and refuse what cannot be meant. */
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import {
  type CropBox,
  crop,
  flip,
  type PadOptions,
  pad,
  type TileOptions,
  tile,
  untile,
} from "../../src/geometry/index.js";
import type { DenseMap, LabelArray } from "../../src/maps/dense-map.js";

const TYPES = [Int32Array, Uint8Array, Uint16Array];

/** Maps whose pixels all differ (in 8 bits as far as they can), so that a pixel at the wrong place shows. */
const anyMap = fc
  .record({
    width: fc.integer({ min: 1, max: 12 }),
    height: fc.integer({ min: 1, max: 12 }),
    type: fc.constantFrom(...TYPES),
  })
  .map(
    ({ width, height, type }): DenseMap => ({
      width,
      height,
      data: new type(width * height).map((_, i) => i + 1),
    }),
  );

/** A map from a function of the place. */
function draw(like: DenseMap, width: number, height: number, pixelAt: (x: number, y: number) => number) {
  const data = new (like.data.constructor as typeof Uint8Array)(width * height) as LabelArray;
  for (let y = 0; y < height; y++) for (let x = 0; x < width; x++) data[y * width + x] = pixelAt(x, y);
  return { width, height, data };
}

const at = ({ width, data }: DenseMap, x: number, y: number) => data[y * width + x]!;
const invalid = expect.objectContaining({ name: "DecodeError", code: "OPTION_INVALID" });
const outOfRange = expect.objectContaining({ name: "ValueRangeError", code: "VALUE_OUT_OF_RANGE" });
const map: DenseMap = { width: 3, height: 2, data: Uint8Array.of(1, 2, 3, 4, 5, 6) };

describe("crop", () => {
  it("returns the pixels of any box inside the map", () => {
    fc.assert(
      fc.property(anyMap, fc.infiniteStream(fc.nat()), (map, numbers) => {
        const next = (limit: number) => numbers.next().value! % limit;
        const [x, y] = [next(map.width), next(map.height)];
        const [width, height] = [1 + next(map.width - x), 1 + next(map.height - y)];
        const part = crop(map, { x, y, width, height });
        expect(part).toEqual(draw(map, width, height, (column, row) => at(map, x + column, y + row)));
        part.data.fill(0);
        expect(map.data.includes(0)).toBe(map.data instanceof Uint8Array && map.data.length > 255);
      }),
    );
  });

  it.each([
    undefined,
    null,
    { x: 0, y: 0, width: 4, height: 1 },
    { x: 0, y: 1, width: 1, height: 2 },
    { x: -1, y: 0, width: 1, height: 1 },
    { x: 0.5, y: 0, width: 1, height: 1 },
    { x: 0, y: 0, width: 0, height: 1 },
    { x: "0", y: 0, width: 1, height: 1 },
  ])("refuses the box %o", (box) => {
    expect(() => crop(map, box as CropBox)).toThrow(invalid);
  });
});

describe("pad", () => {
  const side = fc.integer({ min: 0, max: 4 });
  it("puts the value on all four sides and is undone by crop", () => {
    fc.assert(
      fc.property(anyMap, side, side, side, side, (map, top, right, bottom, left) => {
        const padded = pad(map, { top, right, bottom, left, value: 0 });
        const [width, height] = [left + map.width + right, top + map.height + bottom];
        const isInside = (x: number, y: number) =>
          x >= left && x < left + map.width && y >= top && y < top + map.height;
        expect(padded).toEqual(
          draw(map, width, height, (x, y) => (isInside(x, y) ? at(map, x - left, y - top) : 0)),
        );
        expect(crop(padded, { x: left, y: top, width: map.width, height: map.height })).toEqual(map);
      }),
    );
  });

  it("leaves the other sides as they are", () => {
    expect([...pad(map, { right: 1, value: 9 }).data]).toEqual([1, 2, 3, 9, 4, 5, 6, 9]);
  });

  it("refuses a value that the array cannot hold, and a missing value", () => {
    expect(() => pad(map, { top: 1, value: -1 })).toThrow(outOfRange);
    expect(() => pad(map, { top: 1, value: 256 })).toThrow(outOfRange);
    expect([...pad({ width: 1, height: 1, data: Int32Array.of(3) }, { left: 1, value: -1 }).data]).toEqual([
      -1, 3,
    ]);
    for (const options of [
      undefined,
      {},
      { top: 1 },
      { top: -1, value: 0 },
      { left: 0.5, value: 0 },
      { value: "0" },
    ]) {
      expect(() => pad(map, options as PadOptions)).toThrow(invalid);
    }
  });
});

describe("flip", () => {
  it("mirrors across either axis and is its own inverse", () => {
    fc.assert(
      fc.property(anyMap, (map) => {
        const { width, height } = map;
        const across = flip(map, "horizontal");
        const down = flip(map, "vertical");
        expect(across).toEqual(draw(map, width, height, (x, y) => at(map, width - 1 - x, y)));
        expect(down).toEqual(draw(map, width, height, (x, y) => at(map, x, height - 1 - y)));
        expect(flip(across, "horizontal")).toEqual(map);
        expect(flip(down, "vertical")).toEqual(map);
      }),
    );
  });

  it("refuses another direction", () => {
    for (const direction of [undefined, "both", 1])
      expect(() => flip(map, direction as never)).toThrow(invalid);
  });
});

describe("tile", () => {
  const anyTiling = fc
    .record({ width: fc.integer({ min: 1, max: 14 }), height: fc.integer({ min: 1, max: 14 }) })
    .chain(({ width, height }) =>
      fc
        .integer({ min: 0, max: Math.min(width, height) - 1 })
        .map((overlap) => ({ width, height, overlap, value: 0 })),
    );

  it("cuts tiles of one size that cover the map, share the overlap, and can be put together again", () => {
    fc.assert(
      fc.property(anyMap, anyTiling, (map, options) => {
        const tiles = [...tile(map, options)];
        const { width, height, overlap } = options;
        for (const { x, y, ...part } of tiles) {
          const isInside = (column: number, row: number) => x + column < map.width && y + row < map.height;
          expect(part).toEqual(
            draw(map, width, height, (column, row) =>
              isInside(column, row) ? at(map, x + column, y + row) : 0,
            ),
          );
          // Only a map that is smaller than a tile is padded.
          expect(x === 0 || x + width <= map.width).toBe(true);
          expect(y === 0 || y + height <= map.height).toBe(true);
        }
        const places = tiles.map(({ x, y }) => y * map.width + x);
        expect(places).toEqual([...new Set(places)].sort((a, b) => a - b));
        const columns = [...new Set(tiles.map(({ x }) => x))];
        columns.slice(1).forEach((x, place) => {
          const shared = columns[place]! + width - x;
          expect(place + 2 < columns.length ? shared === overlap : shared >= overlap).toBe(true);
        });
        expect(columns.length).toBe(
          map.width <= width ? 1 : Math.ceil((map.width - overlap) / (width - overlap)),
        );
        expect(untile(tiles, map)).toEqual(map);
      }),
    );
  });

  it("shifts the last tile inwards", () => {
    const wide: DenseMap = { width: 5, height: 1, data: Int32Array.of(1, 2, 3, 4, 5) };
    const tiles = [...tile(wide, { width: 2, height: 1 })];
    expect(tiles.map(({ x, data }) => [x, ...data])).toEqual([
      [0, 1, 2],
      [2, 3, 4],
      [3, 4, 5],
    ]);
  });

  it("throws at the call, not at the first tile", () => {
    for (const options of [
      undefined,
      { width: 2 },
      { width: 2, height: 2, overlap: 2 },
      { width: 2, height: 2, overlap: -1 },
      { width: 2, height: 2, overlap: 0.5 },
      { width: 4, height: 1 },
      { width: 1, height: 3 },
      { width: 4, height: 1, value: 0.5 },
    ]) {
      expect(() => tile(map, options as TileOptions)).toThrow(invalid);
    }
    expect(() => tile(map, { width: 4, height: 1, value: 256 })).toThrow(outOfRange);
  });
});

describe("untile", () => {
  const tiles = [...tile(map, { width: 2, height: 1 })];

  it("uses the later of two overlapping tiles", () => {
    const changed = tiles.map((part, place) => ({ ...part, data: part.data.map(() => place) }));
    expect([...untile(changed, map).data]).toEqual([0, 1, 1, 2, 3, 3]);
  });

  it("refuses tiles that leave a pixel out or differ in type, and anything that is not tiles", () => {
    expect(() => untile(tiles.slice(0, -1), map)).toThrow(
      expect.objectContaining({ code: "OPTION_INVALID", message: expect.stringContaining("2,1") }),
    );
    const other = { ...tiles[0]!, data: Int32Array.of(1, 2) };
    for (const wrong of [
      [],
      undefined,
      [...tiles, other],
      [{ ...tiles[0], x: -1 }],
      [{ ...tiles[0], data: [1, 2] }],
      [null],
    ]) {
      expect(() => untile(wrong as never, map)).toThrow(invalid);
    }
    expect(() => untile(tiles, { width: 3 } as never)).toThrow(invalid);
  });
});

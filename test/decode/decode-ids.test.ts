/**
 * Masks whose colours are numbers: every pixel's id equals R + 256 G + 256² B (+ 256³ A) of the pixels that the slow
 * reference, or sharp, finds; for any number of ids, on both engines.
 */
import "../../src/decode/register/upng.js";
import sharp from "sharp";
import { describe, expect, it } from "vitest";
import { type DecodeIdsOptions, decodeIds, type IdMap } from "../../src/decode/decode-ids.js";
import { loadCorpus } from "../support/corpus.mjs";
import { encodePng } from "../support/encode-png.mjs";
import { nastyMask } from "../support/nasty-masks.mjs";
import { dice, mulberry32 } from "../support/random.mjs";
import { decodePixels } from "../support/reference.mjs";

const seed = Number(process.env.LABELMAP_SEED ?? Date.now() % 1_000_000);
const GREYS = [0, 4];

/** Colour type and bit depth, as IHDR has them. */
const kindOf = (png: Uint8Array) => ({ bitDepth: png[24]!, colourType: png[25]! });

/** The ids by the slow reference, row-major. */
function idsOf(png: Uint8Array): Float64Array {
  const { bitDepth, colourType } = kindOf(png);
  const levels = 2 ** bitDepth - 1;
  return Float64Array.from(decodePixels(png).pixels, (color: number) => {
    const [red, green, blue] = [color >> 16, (color >> 8) & 255, color & 255];
    return GREYS.includes(colourType) ? (red * levels) / 255 : red + 256 * green + 65_536 * blue;
  });
}

/** The map is these ids, and what it says of each is so. */
function expectIds(map: IdMap, expected: Float64Array, message: string) {
  const found = Float64Array.from(map.data, (place) => map.ids[place]!);
  const differs = found.findIndex((id, pixel) => id !== expected[pixel]);
  expect(differs, `${message}: the first pixel that differs`).toBe(-1);
  expect(found.length, message).toBe(expected.length);
  expect(new Set(map.ids).size, `${message}: each id once`).toBe(map.ids.length);
  const boxes = new Map<
    number,
    { count: number; left: number; top: number; right: number; bottom: number }
  >();
  expected.forEach((id, pixel) => {
    const [x, y] = [pixel % map.width, Math.floor(pixel / map.width)];
    const box = boxes.get(id) ?? { count: 0, left: x, top: y, right: x, bottom: y };
    boxes.set(id, {
      count: box.count + 1,
      left: Math.min(box.left, x),
      top: Math.min(box.top, y),
      right: Math.max(box.right, x),
      bottom: Math.max(box.bottom, y),
    });
  });
  expect(
    new Map(map.segments.map(({ id, pixelCount, bbox }) => [id, [pixelCount, ...bbox]])),
    message,
  ).toEqual(
    new Map(
      [...boxes].map(([id, { count, left, top, right, bottom }]) => [
        id,
        [count, left, top, right - left + 1, bottom - top + 1],
      ]),
    ),
  );
  expect(map.segments.map(({ id }) => id)).toEqual([...map.ids]);
}

describe("ids of colours", () => {
  it.each(
    loadCorpus().filter(
      ({ png, expected }) => kindOf(png).bitDepth <= 8 && expected.width * expected.height < 1e6,
    ),
  )("equal the pixels of $name on both engines", async ({ name, png }) => {
    const expected = idsOf(png);
    for (const engine of ["auto", "upng"] as const) {
      expectIds(await decodeIds(png, { engine }), expected, `${name}, ${engine}`);
    }
  });

  it(`equal the pixels of random masks, seed ${seed} (LABELMAP_SEED)`, async () => {
    for (let index = 0; index < 1000; index++) {
      const { png, description } = nastyMask((seed * 7919 + index) >>> 0);
      // 16-bit greys are read in full: see sixteen-bits.test.ts.
      if (png[24] === 16 && png[25]! % 4 === 0) continue;
      const engine = index % 7 === 0 ? "upng" : "fused";
      const message = `seed ${seed}, mask ${index}: ${description}`;
      expectIds(await decodeIds(png, { engine }), idsOf(png), message);
    }
  });
});

describe(`alpha as the highest byte, seed ${seed} (LABELMAP_SEED)`, () => {
  /** Few ids in runs, white and opaque (all bits set) among them; or noise of every id. */
  function makePixels(count: number, isNoise: boolean, below: (limit: number) => number): Uint8Array {
    const palette = Array.from({ length: 9 }, () => below(2 ** 32));
    palette.push(0xffffffff, 0x00ffffff, 0, 0xff000000);
    const words = new Uint32Array(count);
    for (let pixel = 0; pixel < count; ) {
      const length = isNoise ? 1 : 1 + below(30);
      words.fill(isNoise ? below(2 ** 32) : palette[below(palette.length)]!, pixel, pixel + length);
      pixel += length;
    }
    return new Uint8Array(words.buffer);
  }

  it.each([
    ["runs", false, false],
    ["noise with 30,000 ids", true, false],
    ["interlaced runs", false, true],
  ])("is part of the id only with the option: %s", async (_, isNoise, interlace) => {
    for (let round = 0; round < (isNoise ? 2 : 40); round++) {
      const { below } = dice(mulberry32(seed + round));
      const width = isNoise ? 300 : 1 + below(200);
      const height = isNoise ? 100 : 1 + below(20);
      const samples = makePixels(width * height, isNoise, below);
      const filter = round % 2 === 0 ? "adaptive" : "random";
      const rng = mulberry32(round);
      const png = encodePng({ width, height, colourType: 6, bitDepth: 8, samples, filter, interlace, rng });
      const { data } = await sharp(png).raw().toBuffer({ resolveWithObject: true });
      const words = new Uint32Array(Uint8Array.from(data).buffer);
      const ids = (options: DecodeIdsOptions) => decodeIds(png, options);
      expectIds(await ids({ alpha: true }), Float64Array.from(words), `seed ${seed}, round ${round}`);
      expectIds(
        await ids({}),
        Float64Array.from(words, (word) => word & 0xffffff),
        `without, round ${round}`,
      );
    }
  });

  it("separates colours that differ only in alpha, in rows without runs", async () => {
    const { below } = dice(mulberry32(seed));
    const [width, height] = [1000, 12];
    const words = new Uint32Array(width * height);
    for (let y = 0; y < height; y++) {
      // Rows with few edges put the colours into the table; in the others each pixel is looked up.
      for (let x = 0; x < width; ) {
        const length = y % 4 < 2 ? 50 : 1;
        words.fill((below(3) << 30) | below(5), y * width + x, y * width + Math.min(x + length, width));
        x += length;
      }
    }
    const samples = new Uint8Array(words.buffer);
    const png = encodePng({ width, height, colourType: 6, bitDepth: 8, samples, filter: 0 });
    expectIds(await decodeIds(png, { alpha: true }), Float64Array.from(words), `seed ${seed}`);
  });

  it.each([
    ["three channels", 2, [1, 2, 3, 255, 255, 255], [0x030201, 0xffffff]],
    ["grey", 0, [7, 9], [7, 9]],
    ["grey and alpha", 4, [7, 0, 9, 255], [7, 9]],
    ["a palette", 3, [1, 0], [0x030201, 0xffffff]],
  ] as const)("is not part of the id in files with %s", async (_, colourType, samples, ids) => {
    const palette = Uint8Array.of(255, 255, 255, 1, 2, 3);
    const png = encodePng({
      ...{ width: 2, height: 1, colourType, bitDepth: 8, samples, filter: 0 },
      ...(colourType === 3 ? { palette } : {}),
    });
    for (const engine of ["fused", "upng"] as const) {
      const map = await decodeIds(png, { alpha: true, engine });
      expect(
        Array.from(map.data, (place) => map.ids[place]),
        engine,
      ).toEqual(ids);
    }
  });
});

it("measures more ids than the decoder does, whose rows differ in width", async () => {
  const [width, cells, bands] = [640, 128, 9];
  // Each id has five columns: of its cell, these belong to it in five rows, the others to no id.
  const rows = ["..#..", ".##..", "#####", "..##.", ".###."];
  const samples = new Uint8Array(width * bands * rows.length * 3);
  for (let pixel = 0; pixel < samples.length / 3; pixel++) {
    const [x, y] = [pixel % width, Math.floor(pixel / width)];
    const cell = Math.floor(y / rows.length) * cells + Math.floor(x / 5);
    const id = rows[y % rows.length]![x % 5] === "#" ? cell + 1 : 0;
    samples.set([id & 0xff, id >> 8, 0], pixel * 3);
  }
  const height = bands * rows.length;
  const png = encodePng({ width, height, colourType: 2, bitDepth: 8, samples, filter: 0 });
  const map = await decodeIds(png);
  expect(map.ids.length).toBe(cells * bands + 1);
  expectIds(map, idsOf(png), "1,153 ids");
});

it("handles more ids than the decoder measures itself, each with its pixels and box", async () => {
  const [width, height] = [512, 40];
  const samples = new Uint8Array(width * height * 3);
  // Every colour in a run of four, and in two rows.
  for (let pixel = 0; pixel < width * height; pixel++) {
    const id = Math.floor(pixel / width / 2) * 128 + Math.floor((pixel % width) / 4);
    samples.set([id & 0xff, id >> 8, 7], pixel * 3);
  }
  const png = encodePng({ width, height, colourType: 2, bitDepth: 8, samples, filter: "adaptive" });
  const map = await decodeIds(png);
  expect(map.ids.length).toBe(2560);
  expectIds(map, idsOf(png), "2,560 ids");
});

it("accepts as many ids as the limit, but not one more", async () => {
  const samples = Uint8Array.from({ length: 300 * 3 }, (_, index) =>
    index % 3 === 0 ? index / 3 : index / 768,
  );
  const png = encodePng({ width: 300, height: 1, colourType: 2, bitDepth: 8, samples, filter: 0 });
  const count = new Set(idsOf(png)).size;
  expect((await decodeIds(png, { maxIds: count })).ids.length).toBe(count);
  await expect(decodeIds(png, { maxIds: count - 1 })).rejects.toMatchObject({
    code: "IDS_TOO_MANY",
    message: expect.stringContaining("maxIds"),
  });
  // The module is as good as before.
  expectIds(await decodeIds(png), idsOf(png), "afterwards");
});

it.each([
  [null],
  [{ alpha: "yes" }],
  [{ engine: "gpu" }],
  [{ maxPixels: 0 }],
  [{ into: new Int32Array(1) }],
  [{ maxIds: 2 ** 24 + 1 }],
])("refuses the options %j", async (options) => {
  const png = encodePng({ width: 1, height: 1, colourType: 0, bitDepth: 8, samples: [1], filter: 0 });
  await expect(decodeIds(png, options as unknown as DecodeIdsOptions)).rejects.toMatchObject({
    code: "OPTION_INVALID",
  });
});

it("accepts as many ids as there are colours, and names an unknown option", async () => {
  const png = encodePng({ width: 1, height: 1, colourType: 0, bitDepth: 8, samples: [1], filter: 0 });
  expect([...(await decodeIds(png, { maxIds: 2 ** 24 })).ids]).toEqual([1]);
  const call = decodeIds(png, { maxIDs: 5 } as unknown as DecodeIdsOptions);
  await expect(call).rejects.toThrow('the options: unknown key "maxIDs"');
});

it("returns no map for a corrupt file", async () => {
  const { png } = loadCorpus().find(({ name }) => name === "brush-720p-rgba-alpha")!;
  const cut = png.slice();
  cut.fill(0xa5, cut.length - 400, cut.length - 300);
  await expect(decodeIds(cut, { verify: false })).rejects.toMatchObject({ name: "PngError" });
});

/**
 * Fully transparent pixels: `transparent` decides whether they have labels, both engines agree with the plain reference,
 * and labels that hold such pixels are reported.
 */
import { readFileSync } from "node:fs";
import { beforeAll, describe, expect, it } from "vitest";
import {
  type DecodeOptions,
  decodeMask,
  decodeMaskSync,
  init,
  type LabelMap,
  labelPixels,
} from "../../src/all.js";
import { encodePng } from "../support/encode-png.mjs";
import { dice, mulberry32 } from "../support/random.mjs";
import { decodeReference } from "../support/reference.mjs";

beforeAll(() => init());

const ENGINES = ["fused", "upng"] as const;
type Image = Parameters<typeof encodePng>[0];
const legend = { "#000000": "asphalt", "#ff0000": "car", "#ffffff": "sky", "#555555": "wall" };
const countsOf = ({ labels, unlabelled }: LabelMap) => [
  ...labels.map(({ pixelCount }) => pixelCount),
  unlabelled.count,
];
const issue = (message: RegExp) => ({
  code: "transparent-pixels",
  message: expect.stringMatching(message),
});

describe.each(ENGINES)("the vendor's own unlabelled, (0, 0, 0, 0), with %s", (engine) => {
  const read = (name: string) => readFileSync(new URL(`../fixtures/public/${name}`, import.meta.url));
  const png = read("transparent-unlabelled.png");
  const result = read("transparent-unlabelled.json").toString();

  it("is unlabelled if you say so", async () => {
    const map = await decodeMask(png, result, { engine, transparent: "unlabelled" });
    expect(countsOf(map)).toEqual([12, 5, 7]);
    expect(map.unlabelled.colors).toEqual([
      { color: "#000000", count: 6 },
      { color: "#ff0000", count: 1 },
    ]);
    expect(map.issues).toEqual([]);
  });

  it("otherwise has a label by colour, which is reported", async () => {
    for (const options of [{}, { transparent: "ignore-alpha" }] as const) {
      const map = await decodeMask(png, result, { engine, ...options });
      expect(countsOf(map)).toEqual([18, 6, 0]);
      expect(map.issues).toEqual([
        issue(
          /^7 fully.*6 of the 18 pixels of #000000 "asphalt", 1 of the 6 pixels of #ff0000 "car".*transparent: "unlabelled"/,
        ),
      ]);
    }
  });
});

describe.each(ENGINES)("what is fully transparent, with %s", (engine) => {
  const cases: [name: string, image: Image, ignored: number[], unlabelled: number[]][] = [
    [
      "alpha 0, but not 1",
      {
        width: 3,
        height: 1,
        colourType: 6,
        bitDepth: 8,
        samples: [0, 0, 0, 0, 0, 0, 0, 1, 0, 0, 0, 255],
      },
      [3, 0, 0, 0, 0],
      [2, 0, 0, 0, 1],
    ],
    [
      "white, which is the largest word",
      {
        width: 3,
        height: 1,
        colourType: 6,
        bitDepth: 8,
        samples: [255, 255, 255, 0, 255, 255, 255, 255, 255, 255, 255, 254],
      },
      [0, 0, 3, 0, 0],
      [0, 0, 2, 0, 1],
    ],
    [
      "grey with alpha 0",
      { width: 3, height: 1, colourType: 4, bitDepth: 8, samples: [255, 0, 255, 9, 85, 255] },
      [0, 0, 2, 1, 0],
      [0, 0, 1, 1, 1],
    ],
    [
      "a palette's entry with alpha 0, beside one of the same colour",
      {
        width: 4,
        height: 1,
        colourType: 3,
        bitDepth: 2,
        samples: [0, 1, 2, 3],
        palette: Uint8Array.of(255, 0, 0, 0, 0, 0, 255, 0, 0, 255, 255, 255),
        transparency: Uint8Array.of(0, 1),
      },
      [1, 2, 1, 0, 0],
      [1, 1, 1, 0, 1],
    ],
    [
      "a grey that tRNS names",
      {
        width: 3,
        height: 1,
        colourType: 0,
        bitDepth: 2,
        samples: [1, 0, 1],
        transparency: Uint8Array.of(0, 1),
      },
      [1, 0, 0, 2, 0],
      [1, 0, 0, 0, 2],
    ],
    [
      "a colour that tRNS names",
      {
        width: 3,
        height: 1,
        colourType: 2,
        bitDepth: 8,
        samples: [255, 0, 0, 0, 0, 0, 255, 0, 0],
        transparency: Uint8Array.of(0, 255, 0, 0, 0, 0),
      },
      [1, 2, 0, 0, 0],
      [1, 0, 0, 0, 2],
    ],
  ];
  it.each(cases)("%s", (_, image, ignored, unlabelled) => {
    const png = encodePng(image);
    expect(countsOf(decodeMaskSync(png, legend, { engine, transparent: "unlabelled" }))).toEqual(unlabelled);
    const map = decodeMaskSync(png, legend, { engine });
    expect(countsOf(map)).toEqual(ignored);
    const missing = unlabelled.at(-1)! - ignored.at(-1)!;
    expect(map.issues).toEqual([issue(new RegExp(`^${missing} fully transparent`))]);
  });

  it("not a colour that no pixel has, nor one without a label", () => {
    const samples = [255, 0, 0, 1, 2, 3];
    for (const transparency of [Uint8Array.of(0, 1, 0, 2, 0, 3), Uint8Array.of(0, 9, 0, 9, 0, 9)]) {
      const png = encodePng({ width: 2, height: 1, colourType: 2, bitDepth: 8, samples, transparency });
      for (const transparent of ["unlabelled", "ignore-alpha"] as const) {
        const map = decodeMaskSync(png, legend, { engine, transparent });
        expect(countsOf(map)).toEqual([0, 1, 0, 0, 1]);
        expect(map.issues).toEqual([]);
      }
    }
  });

  it("nothing, with a tRNS that does not fit the image", () => {
    const image = { width: 2, height: 1, colourType: 2, bitDepth: 8, samples: [255, 0, 0, 0, 0, 0] } as const;
    const palette = Uint8Array.of(0, 0, 0, 255, 255, 255);
    for (const png of [
      encodePng({ ...image, transparency: Uint8Array.of(0, 255) }),
      encodePng({ ...image, transparency: new Uint8Array(7) }),
      encodePng({
        ...image,
        colourType: 3,
        bitDepth: 1,
        samples: [0, 1],
        palette,
        transparency: new Uint8Array(3),
      }),
      encodePng({
        ...image,
        colourType: 3,
        bitDepth: 1,
        samples: [0, 1],
        palette,
        transparency: new Uint8Array(0),
      }),
      encodePng({ ...image, colourType: 4, samples: [0, 9, 255, 9], transparency: new Uint8Array(2) }),
    ]) {
      const map = decodeMaskSync(png, legend, { engine, transparent: "unlabelled" });
      expect(map.unlabelled.count).toBe(0);
      expect(map.issues).toEqual([expect.objectContaining({ code: "png-chunk-invalid" })]);
      expect(() => decodeMaskSync(png, legend, { engine, strict: true })).toThrow(
        expect.objectContaining({ code: "PNG_CHUNK_INVALID" }),
      );
    }
  });

  it("is not snapped, and is counted apart from what is", () => {
    const samples = [254, 0, 0, 0, 254, 0, 0, 255, 255, 0, 0, 0, 255, 0, 0, 255];
    const png = encodePng({ width: 4, height: 1, colourType: 6, bitDepth: 8, samples });
    const snap = { maxDistance: 9 };
    const opaque = decodeMaskSync(png, legend, { engine, snap, transparent: "unlabelled" });
    expect([countsOf(opaque), opaque.snapped.count]).toEqual([[0, 2, 0, 0, 2], 1]);
    const all = decodeMaskSync(png, legend, { engine, snap });
    expect([countsOf(all), all.snapped]).toEqual([
      [0, 4, 0, 0, 0],
      { count: 2, colors: [{ color: "#fe0000", count: 2, label: 1 }] },
    ]);
    expect(all.issues).toEqual([issue(/^2 fully.*2 of the 4 pixels of #ff0000/)]);
  });
});

describe("both engines and the plain reference", () => {
  const CHANNELS = { 0: 1, 2: 3, 3: 1, 4: 2, 6: 4 };
  const kinds = [
    ...([1, 2, 4, 8] as const).flatMap((bitDepth) =>
      ([0, 3] as const).map((colourType) => ({ colourType, bitDepth })),
    ),
    ...([2, 4, 6] as const).flatMap((colourType) =>
      ([8, 16] as const).map((bitDepth) => ({ colourType, bitDepth })),
    ),
    { colourType: 0, bitDepth: 16 } as const,
  ];

  it.each(kinds)("colour type $colourType, $bitDepth bits", ({ colourType, bitDepth }) => {
    for (let seed = 1; seed <= 30; seed++) {
      const random = mulberry32(seed);
      const { below, chance, pick } = dice(random);
      const [width, height] = [1 + below(300), 1 + below(12)];
      const top = 2 ** Math.min(bitDepth, 8) - 1;
      const widening = bitDepth === 16 ? 257 : 1;
      const length = pick([1, 5, 60]);
      let pixel: number[] = [];
      const samples = Array.from({ length: width * height }, () => {
        if (pixel.length === 0 || below(length) === 0) {
          const colors = Array.from({ length: CHANNELS[colourType] }, () => pick([0, top, top & 85]));
          // Alpha of 16 bits may be anything.
          pixel = colors.map((sample) => sample * widening);
          if (colourType >= 4) pixel[pixel.length - 1] = pick([0, 0, 1, 254, 255, 2 ** bitDepth - 1]);
        }
        return pixel;
      }).flat();
      const entries = 2 ** Math.min(bitDepth, 8);
      const palette = Uint8Array.from({ length: entries * 3 }, () => pick([0, 85, 255]));
      const wanted = pick([0, top, top & 85]) * widening;
      const transparency = { 0: [wanted], 2: [wanted, wanted, 0], 3: [], 4: [], 6: [] }[colourType].flatMap(
        (sample) => [sample >> 8, sample & 255],
      );
      const image: Image = { width, height, colourType, bitDepth, samples, palette, rng: random };
      image.filter = pick([0, 1, 2, 3, 4, "random"] as const);
      image.interlace = chance(0.2);
      if (colourType === 3)
        image.transparency = Uint8Array.from({ length: entries }, () => pick([0, 1, 255]));
      else if (colourType < 4) image.transparency = Uint8Array.from(transparency);
      const png = encodePng(image);
      for (const engine of ENGINES) {
        for (const transparent of ["unlabelled", "ignore-alpha"] as const) {
          const message = `seed ${seed}, ${engine}, ${transparent}`;
          const expected = decodeReference(png, legend, { transparent });
          const map = decodeMaskSync(png, legend, { engine, transparent });
          expect(
            Buffer.compare(Buffer.from(map.data.buffer), Buffer.from(expected.data.buffer)),
            message,
          ).toBe(0);
          expect(map.unlabelled.colors, message).toEqual(expected.unknown.slice(0, 16));
          expect(
            map.labels.map(({ bbox }) => bbox),
            message,
          ).toEqual(map.labels.map(({ index }) => expected.boxes[index] ?? null));
          const clear = [...expected.clearCounts.values()].reduce((sum, count) => sum + count, 0);
          const found = map.issues.map(({ message: text }) => Number.parseInt(text, 10));
          expect(found, message).toEqual(clear > 0 ? [clear] : []);
          const runs = decodeMaskSync(png, legend, { engine, transparent, target: { map: "runs" } });
          expect(
            Buffer.compare(Buffer.from(runs.toDense().data.buffer), Buffer.from(expected.data.buffer)),
          ).toBe(0);
        }
      }
    }
  });
});

describe("labelPixels", () => {
  const data = Uint8Array.of(255, 0, 0, 0, 255, 0, 0, 255, 255, 0, 0, 1);

  it("takes alpha from RGBA", () => {
    const image = { data, width: 3, height: 1 };
    expect([...labelPixels(image, legend, { transparent: "unlabelled" }).data]).toEqual([-1, 1, 1]);
    const map = labelPixels(image, legend);
    expect([...map.data]).toEqual([1, 1, 1]);
    expect(map.issues).toEqual([issue(/^1 fully transparent pixel got/)]);
  });

  it("has none in RGB", () => {
    const image = { data: data.subarray(0, 9), width: 3, height: 1, channels: 3 } as const;
    for (const transparent of ["unlabelled", "ignore-alpha"] as const) {
      expect(labelPixels(image, { "#ff0000": "car" }, { transparent }).issues).toEqual([]);
    }
  });
});

it("refuses other values of the option", () => {
  const png = encodePng({ width: 1, height: 1, colourType: 2, bitDepth: 8, samples: [0, 0, 0] });
  for (const transparent of [true, "ignore", 'unlabelled" or "ignore-alpha', null]) {
    expect(() => decodeMaskSync(png, legend, { transparent } as unknown as DecodeOptions)).toThrow(
      expect.objectContaining({
        code: "OPTION_INVALID",
        message: expect.stringContaining('transparent must be "ignore-alpha" or "unlabelled", not'),
      }),
    );
  }
});

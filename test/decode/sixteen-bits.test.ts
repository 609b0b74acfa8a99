/**
 * Samples of 16 bits: colours only if each is a widened 8-bit sample, numbers in full, and never the high byte alone. All
 * functions that read PNGs say the same about a file.
 */
import { readFileSync } from "node:fs";
import { beforeAll, describe, expect, it } from "vitest";
import { decodeMask, decodeMaskSync, init } from "../../src/all.js";
import { decodeIds } from "../../src/decode/decode-ids.js";
import { runEngine } from "../../src/decode/engines/run.js";
import { decodeRgba } from "../../src/decode/png/index.js";
import { readPng } from "../../src/decode/read-png.js";
import { decodeLabelPng } from "../../src/formats/index.js";
import { encodePng } from "../support/encode-png.mjs";
import { dice, mulberry32 } from "../support/random.mjs";

beforeAll(() => init());

const CHANNELS = { 0: 1, 2: 3, 4: 2, 6: 4 };
type Wide = { colourType: keyof typeof CHANNELS; samples: readonly number[]; interlace?: boolean };
const wide = ({ colourType, samples, interlace = false }: Wide) => {
  const width = samples.length / CHANNELS[colourType];
  return encodePng({ width, height: 1, colourType, bitDepth: 16, samples, interlace, filter: 1 });
};
const fixture = (name: string) => readFileSync(new URL(`../fixtures/public/${name}`, import.meta.url));
const SEED = Number(process.env.LABELMAP_SEED ?? Date.now() % 1_000_000);
const wideColors = { code: "PNG_16_BIT_COLORS", name: "PngError", offset: 24 };
const counts = (segments: readonly { id: number; pixelCount: number }[]) =>
  Object.fromEntries(segments.map(({ id, pixelCount }) => [id, pixelCount]));

describe("widened samples of 8 bits are colours", () => {
  const legend = { "#ff0000": "car", "#010203": "road", "#fefefe": "sky", "#000000": "void" };
  const cases: [name: string, image: Wide, labels: number[]][] = [
    ["low bytes of 0", { colourType: 2, samples: [0xff00, 0, 0, 0x100, 0x200, 0x300] }, [0, 1]],
    ["low bytes like the high ones", { colourType: 2, samples: [0xffff, 0, 0, 0x101, 0x202, 0x303] }, [0, 1]],
    ["grey, low bytes of 0", { colourType: 0, samples: [0xfe00, 0, 0xfe00] }, [2, 3, 2]],
    ["grey, low bytes like the high ones", { colourType: 0, samples: [0xfefe, 0, 0xfefe] }, [2, 3, 2]],
    ["grey with any alpha", { colourType: 4, samples: [0xfe00, 0xffff, 0, 0x1234, 0xfe00, 1] }, [2, 3, 2]],
    [
      "RGBA with any alpha",
      { colourType: 6, samples: [0xff00, 0, 0, 0xffff, 0x100, 0x200, 0x300, 0x1234] },
      [0, 1],
    ],
    ["interlaced", { colourType: 2, samples: [0xffff, 0, 0, 0x101, 0x202, 0x303], interlace: true }, [0, 1]],
  ];
  it.each(cases)("%s", async (_, image, labels) => {
    const map = await decodeMask(wide(image), legend);
    expect([...map.data]).toEqual(labels);
    expect(map.issues).toEqual([]);
  });

  it("for decodeIds too, whose ids are those of the same mask with 8 bits", async () => {
    for (const factor of [256, 257]) {
      const bytes = [1, 2, 3, 1, 2, 3, 9, 0, 0];
      const samples = bytes.map((byte) => byte * factor);
      const { segments } = await decodeIds(wide({ colourType: 2, samples }));
      expect(counts(segments)).toEqual({ 197121: 2, 9: 1 });
      const rgba = wide({ colourType: 6, samples: [1, 2, 3, 4, 1, 2, 3, 4].map((byte) => byte * factor) });
      expect(counts((await decodeIds(rgba, { alpha: true })).segments)).toEqual({ 67305985: 2 });
    }
  });
});

describe("other samples of 16 bits are no colours", () => {
  const cases: [name: string, image: Wide][] = [
    ["ids in grey", { colourType: 0, samples: [26001, 26002, 7] }],
    ["ids below 256 in grey", { colourType: 0, samples: [0, 1, 2] }],
    ["ids in grey with alpha", { colourType: 4, samples: [26001, 0xffff, 7, 0xffff] }],
    ["ids in one channel of RGB", { colourType: 2, samples: [3, 0, 0, 8, 1, 0] }],
    ["ids in RGBA", { colourType: 6, samples: [3, 0, 0, 0xffff] }],
    ["one sample that is not widened", { colourType: 2, samples: [0xff00, 0, 0, 0, 0, 1] }],
    ["both ways of widening in one file", { colourType: 2, samples: [0xff00, 0, 0, 0xffff, 0, 0] }],
    ["a low byte in the last pass", { colourType: 0, samples: [0, 0x100, 0x101], interlace: true }],
  ];
  it.each(cases)("%s: an error that names the remedy", async (_, image) => {
    const png = wide(image);
    const remedy = expect.stringMatching(/`encoding: "(grey|synthia)"`.*8 bits per sample/);
    for (const target of [{ map: "label" }, { map: "runs" }] as const) {
      await expect(decodeMask(png, { "#000000": "void" }, { target })).rejects.toMatchObject({
        ...wideColors,
        message: remedy,
      });
    }
    if (CHANNELS[image.colourType] > 2) await expect(decodeIds(png)).rejects.toMatchObject(wideColors);
    // Pixels for the eye are not labels, but it is said that they are not exact.
    expect((await decodeRgba(png)).issues).toEqual([expect.objectContaining({ code: "png-16-bit-colors" })]);
  });

  it("also if only the alpha of an id is not widened", async () => {
    const png = wide({ colourType: 6, samples: [0x100, 0, 0, 0x101] });
    expect(counts((await decodeIds(png)).segments)).toEqual({ 1: 1 });
    await expect(decodeIds(png, { alpha: true })).rejects.toMatchObject(wideColors);
  });

  it("a mask of SYNTHIA's kind is refused with its colour legend, and read with its encoding", async () => {
    const legend = fixture("rgb-16-bit-ids.json").toString();
    await expect(decodeMask(fixture("rgb-16-bit-ids.png"), legend)).rejects.toMatchObject({
      ...wideColors,
      message: expect.stringContaining('"synthia"'),
    });
    const { labels } = await decodeMask(fixture("rgb-16-bit-ids.png"), null, { encoding: "synthia" });
    expect(labels.map(({ name, pixelCount }) => [name, pixelCount])).toEqual([
      ["3", 12],
      ["8", 6],
      ["10 # 1", 6],
    ]);
  });
});

describe("grey samples of 16 bits are numbers", () => {
  it("equal the samples in random masks, on both engines", async () => {
    for (let round = 0; round < 300; round++) {
      const random = mulberry32(SEED + round);
      const { below, chance, pick } = dice(random);
      const [width, height] = [1 + below(90), 1 + below(12)];
      const hasAlpha = chance(0.5);
      const ids = Array.from({ length: 1 + below(6) }, () => below(65_536));
      let last = 0;
      const values = Array.from({ length: width * height }, () => {
        last = chance(0.8) ? last : pick(ids);
        return last;
      });
      const png = encodePng({
        ...{ width, height, colourType: hasAlpha ? 4 : 0, bitDepth: 16, rng: random },
        samples: hasAlpha ? values.flatMap((value) => [value, pick([65_535, below(65_536)])]) : values,
        interlace: chance(0.4),
        filter: pick([0, 1, 2, 3, 4, "random", "adaptive"]),
      });
      for (const engine of ["fused", "upng"] as const) {
        const { data, ids: found } = await decodeIds(png, { engine });
        const message = `LABELMAP_SEED=${SEED + round} ${engine} ${width}×${height}`;
        expect(
          Array.from(data, (place) => found[place]!),
          message,
        ).toEqual(values);
      }
    }
  });

  const cases: [name: string, samples: readonly number[]][] = [
    ["object numbers of Cityscapes", [26001, 26002, 7, 26001]],
    ["the largest", [65535, 65534, 0, 256]],
    ["multiples of 256", [256, 512, 0, 256]],
    ["multiples of 257", [257, 514, 0, 257]],
  ];
  it.each(cases)("%s: decodeIds and decodeLabelPng agree", async (_, samples) => {
    for (const interlace of [false, true]) {
      const png = wide({ colourType: 0, samples, interlace });
      expect([...(await decodeLabelPng(png)).data]).toEqual(samples);
      const { data, ids } = await decodeIds(png);
      expect([...data].map((place) => ids[place])).toEqual(samples);
    }
  });

  it("with alpha: decodeIds leaves it out", async () => {
    const { data, ids } = await decodeIds(wide({ colourType: 4, samples: [26001, 5, 26002, 0, 7, 0xffff] }));
    expect([...data].map((place) => ids[place])).toEqual([26001, 26002, 7]);
  });

  it("class ids of a file of others", async () => {
    const { segments } = await decodeIds(fixture("grey-16-bit-ids.png"));
    expect(counts(segments)).toEqual({ 1: 12, 2: 6, 3: 6 });
    const { data } = await decodeLabelPng(fixture("grey-16-bit-ids.png"));
    expect([1, 2, 3].map((id) => data.filter((value) => value === id).length)).toEqual([12, 6, 6]);
  });
});

describe.each(["fused", "upng"] as const)("a tRNS of 16 bits, with %s", (engine) => {
  const legend = { "#000000": "void", "#010101": "road", "#020202": "car" };
  const cases: [name: string, samples: number[], transparency: number, clear: number][] = [
    ["low bytes of 0, as in the image", [0x100, 0x200, 0x100], 0x100, 2],
    ["copies, as in the image", [0x101, 0x202, 0x101], 0x101, 2],
    ["low bytes of 0, but the image has copies", [0x101, 0x202, 0x101], 0x100, 0],
    ["copies, but the image has low bytes of 0", [0x100, 0x200, 0x100], 0x101, 0],
    ["neither", [0x100, 0x200, 0x100], 0x102, 0],
    ["0", [0, 0, 0x202], 0, 2],
    ["a low byte only", [0, 0, 0x200], 1, 0],
  ];
  it.each(cases)("%s", (_, greys, transparency, clear) => {
    const bytes = [transparency >> 8, transparency & 255];
    for (const interlace of [false, true]) {
      for (const colourType of [0, 2] as const) {
        const samples = colourType === 0 ? greys : greys.flatMap((grey) => [grey, grey, grey]);
        const png = encodePng({
          width: 3,
          height: 1,
          colourType,
          bitDepth: 16,
          samples,
          interlace,
          transparency: Uint8Array.from(colourType === 0 ? bytes : [...bytes, ...bytes, ...bytes]),
        });
        const map = decodeMaskSync(png, legend, { engine, transparent: "unlabelled" });
        expect(map.unlabelled.count).toBe(clear);
        expect([...map.data]).toEqual(
          greys.map((grey) => (clear > 0 && grey === transparency ? -1 : grey >> 8)),
        );
      }
    }
  });
});

describe.each(["fused", "upng"] as const)(
  "16-bit samples as the halves of a colour word, with %s",
  (engine) => {
    const cases: [colourType: keyof typeof CHANNELS, halves: number[]][] = [
      [0, [0]],
      [4, [0]],
      [4, [1, 0]],
      [2, [0, 1]],
      [2, [2]],
      [6, [3, 1]],
      [6, [1, 2]],
    ];
    it.each(cases)("colour type %i, channels %j", (colourType, halves) => {
      for (let seed = 1; seed <= 40; seed++) {
        const { below, chance, pick } = dice(mulberry32(seed));
        const [width, height] = [1 + below(pick([9, 300])), 1 + below(9)];
        const length = pick([1, 3, 40]);
        let pixel: number[] = [];
        const samples = Array.from({ length: width * height }, () => {
          if (pixel.length === 0 || below(length) === 0) {
            pixel = Array.from({ length: CHANNELS[colourType] }, () => pick([0, 1, 255, 256, below(65536)]));
          }
          return pixel;
        }).flat();
        const filter = pick([0, 1, 2, 3, 4, "random"] as const);
        const rng = mulberry32(seed);
        const image = {
          width,
          height,
          colourType,
          bitDepth: 16,
          samples,
          filter,
          rng,
          interlace: engine === "upng" && chance(0.3),
        };
        const bytes = encodePng(image);
        const words: number[] = [];
        const into = new Int32Array(width * height);
        runEngine(engine, {
          bytes,
          container: readPng(bytes, { maxPixels: 1e6, maxBytes: 1e6, verify: true, strict: true }),
          colors: new Int32Array(0),
          unknown: {
            kind: "NUMBER",
            labelOf: (word) => (words.includes(word) ? words.indexOf(word) : words.push(word) - 1),
            alpha: "CHANNEL",
          },
          halves,
          output: { width, height, dense: [{ into, values: null }], runs: null, sampled: null },
          verify: true,
        });
        const wanted = Array.from(into, (_, place) => {
          const [low, high] = halves.map((channel) => samples[place * CHANNELS[colourType] + channel]!);
          return low! + (high ?? 0) * 65536;
        });
        expect(
          Array.from(into, (label) => words[label]),
          `seed ${seed}`,
        ).toEqual(wanted);
      }
    });
  },
);

it.each(["fused", "upng"] as const)(
  "colours with low bytes of their own are an error of the engine %s",
  (engine) => {
    const png = wide({ colourType: 2, samples: [0x0102, 0x0304, 0x0506] });
    expect(() => decodeMaskSync(png, { "#010305": "road" }, { engine })).toThrow(
      expect.objectContaining(wideColors),
    );
  },
);

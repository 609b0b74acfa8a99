/**
 * The proof that the fused engine is right: its labels equal those of the independent decoder, of the engine upng and
 * of the plain reference, for every mask of the corpus, for each of them encoded in dozens of other ways, and for
 * 20,000 random small images that are made to go wrong.
 */
import { createHash } from "node:crypto";
import { beforeAll, describe, expect, it, vi } from "vitest";
import { type DecodeOptions, decodeMaskSync, init, type LabelMap } from "../../src/all.js";
import { loadCorpus, type MaskCase } from "../support/corpus.mjs";
import { encodePng } from "../support/encode-png.mjs";
import { hugeMask } from "../support/huge-mask.mjs";
import { nastyMask } from "../support/nasty-masks.mjs";
import { dice, mulberry32 } from "../support/random.mjs";
import { readScanlines, recodePng, writeScanlines, writeStream } from "../support/recode-png.mjs";
import { decodeReference } from "../support/reference.mjs";

const seed = Number(process.env.LABELMAP_SEED ?? Date.now() % 1_000_000);
const NASTY_MASKS = 20_000;

const corpus: MaskCase[] = loadCorpus();
const isInterlaced = ({ png }: MaskCase) => png[28] === 1;
const pixelsOf = ({ expected }: MaskCase) => expected.width * expected.height;

const sha256 = (data: Int32Array) =>
  createHash("sha256")
    .update(new Uint8Array(data.buffer, data.byteOffset, data.byteLength))
    .digest("hex");
/** All that a label map says, but the labels themselves. */
const summaryOf = ({ width, height, labels, unlabelled, issues }: LabelMap) =>
  JSON.stringify({ width, height, labels, unlabelled, issues });

beforeAll(() => init());

describe("the corpus", () => {
  it.each(corpus)("$name: fused and upng both give the manifest's labels", (mask) => {
    const fused = decodeMaskSync(mask.png, mask.result, { engine: "fused" });
    const upng = decodeMaskSync(mask.png, mask.result, { engine: "upng" });
    expect(sha256(fused.data)).toBe(mask.expected.sha256);
    expect(sha256(upng.data)).toBe(mask.expected.sha256);
    expect(summaryOf(fused)).toBe(summaryOf(upng));
  });
});

type Recoding = NonNullable<Parameters<typeof recodePng>[1]>;
const recodingRandom = mulberry32(seed);

const FILTERS: Recoding[] = ([0, 1, 2, 3, 4, "random", "adaptive"] as const).map((filter) => ({ filter }));
const LEVELS: Recoding[] = Array.from({ length: 10 }, (_, level) => ({ zlib: { level } }));
// zlib's numbers: filtered, Huffman codes only, run lengths, fixed codes.
const STRATEGIES: Recoding[] = [1, 2, 3, 4].map((strategy) => ({ zlib: { strategy } }));
const WINDOWS: Recoding[] = [9, 10, 11, 12, 13, 14, 15].map((windowBits) => ({ zlib: { windowBits } }));
const CUTS: Recoding[] = [
  { idatSize: 1 },
  { idatSize: 7 },
  { idatSize: 8192 },
  {},
  { idatSize: 8192, emptyIdats: true },
  { idatSize: 7, emptyIdats: true },
];

/**
 * Up to a megapixel every recoding is tried, each with another filter. Larger masks would take minutes: each filter
 * is tried on them, every time with another level, strategy, window and cut of the IDATs. IDATs of one byte, which make
 * a large file twelve times as large, are left to the smaller masks.
 */
function recodingsOf(mask: MaskCase, place: number): Recoding[] {
  const filters = FILTERS.map(({ filter }) => filter!);
  if (pixelsOf(mask) < 1e6) {
    return [...FILTERS, ...[...LEVELS, ...STRATEGIES, ...WINDOWS, ...CUTS].map(withFilter)];
  }
  return FILTERS.map((recoding, index) => ({
    ...recoding,
    ...CUTS.slice(1)[(index + place) % 5],
    zlib: {
      ...WINDOWS[index]?.zlib,
      ...(index % 2 ? STRATEGIES[(index >> 1) % 4]?.zlib : {}),
      // Level 0, 8 and 9 on the smaller masks only: their streams are large, or slow to make.
      level: 1 + ((index + place) % 7),
    },
  }));

  function withFilter(recoding: Recoding, index: number): Recoding {
    return { filter: filters[index % filters.length]!, ...recoding };
  }
}

describe(`the corpus encoded again, with seed ${seed} (LABELMAP_SEED)`, () => {
  // The two 4K street scenes hold the same pixels: one of them is enough.
  const masks = corpus.filter((mask) => !isInterlaced(mask) && mask.name !== "street-4k-rgba-none");
  it.each(masks.map((mask, place) => ({ ...mask, place })))("$name", ({ place, ...mask }) => {
    const scanlines = readScanlines(mask.png);
    const into = new Int32Array(pixelsOf(mask));
    for (const recoding of recodingsOf(mask, place)) {
      const png = writeScanlines(scanlines, { ...recoding, rng: recodingRandom });
      const message = `LABELMAP_SEED=${seed}, ${JSON.stringify(recoding)}`;
      const map = decodeOrSay(png, mask.result.legend, { engine: "fused", into }, message);
      expect(sha256(map.data), message).toBe(mask.expected.sha256);
    }
  });
});

describe(`random masks with seed ${seed} (LABELMAP_SEED)`, () => {
  it(`${NASTY_MASKS} small ones: fused, upng and the plain reference agree in everything`, () => {
    for (let index = 0; index < NASTY_MASKS; index++) {
      const { png, legend, description } = nastyMask((seed * 100_003 + index) >>> 0);
      const message = `LABELMAP_SEED=${seed}, mask ${index}: ${description}`;
      const reference = decodeReference(png, legend);
      const fused = decodeOrSay(png, legend, { engine: "fused" }, message);
      const upng = decodeOrSay(png, legend, { engine: "upng" }, message);
      expectReference(fused, reference, message);
      expectSame(upng.data, reference.data, reference.width, `${message}, upng`);
      const [summary, summaryOfUpng] = [summaryOf(fused), summaryOf(upng)];
      if (summary !== summaryOfUpng) expect(summary, message).toBe(summaryOfUpng);
    }
  });
});

function decodeOrSay(
  png: Uint8Array,
  legend: Record<string, string>,
  options: DecodeOptions,
  message: string,
): LabelMap {
  try {
    return decodeMaskSync(png, legend, options);
  } catch (cause) {
    throw new Error(`${message}, ${options.engine}: ${(cause as Error).message}`, { cause });
  }
}

type Reference = ReturnType<typeof decodeReference>;

/** Labels, boxes, counts and unknown colours. vitest's own comparison of arrays is too slow for so many. */
function expectReference(map: LabelMap, reference: Reference, message: string): void {
  expectSame(map.data, reference.data, reference.width, message);
  const counts = new Array<number>(map.labels.length).fill(0);
  let unlabelled = 0;
  for (const label of reference.data) {
    if (label < 0) unlabelled++;
    else counts[label]!++;
  }
  const got = {
    boxes: map.labels.map(({ bbox }) => bbox),
    counts: map.labels.map(({ pixelCount }) => pixelCount),
    unlabelled: map.unlabelled,
  };
  const wanted = {
    boxes: map.labels.map(({ index }) => reference.boxes[index] ?? null),
    counts,
    unlabelled: { count: unlabelled, colors: reference.unknown.slice(0, 16) },
  };
  const [gotText, wantedText] = [JSON.stringify(got), JSON.stringify(wanted)];
  if (gotText !== wantedText) expect(gotText, message).toBe(wantedText);
}

function expectSame(got: Int32Array, wanted: Int32Array, width: number, message: string): void {
  for (let index = 0; index < wanted.length; index++) {
    if (got[index] === wanted[index]) continue;
    const place = `at x ${index % width}, y ${Math.floor(index / width)}`;
    throw new Error(`${message}: label ${got[index]} instead of ${wanted[index]} ${place}`);
  }
  expect(got.length, message).toBe(wanted.length);
}

describe("input in pieces", () => {
  const { below, pick } = dice(mulberry32(seed));
  const [width, height] = [311, 203];
  const noise = {
    width,
    height,
    colourType: 6 as const,
    bitDepth: 8,
    filter: "random" as const,
    rng: mulberry32(seed),
    samples: Uint8Array.from({ length: width * height * 4 }, () => below(256)),
  };
  const legend = Object.fromEntries(
    Array.from({ length: 40 }, (_, index) => {
      const place = index * 997 * 4;
      const color = Buffer.from(noise.samples.subarray(place, place + 3)).toString("hex");
      return [`#${color}`, `class ${index}`];
    }),
  );
  // Four pieces of 64 KiB of noise; stored, with codes of its own and with fixed ones.
  const encodings = [{ level: 0 }, { level: 6 }, { level: 6, strategy: 4 }, { level: 9, strategy: 2 }];

  it.each(encodings)("streams larger than the module's input, cut anywhere: %o", (zlib) => {
    const png = encodePng({ ...noise, zlib });
    expect(png.length).toBeGreaterThan(3 * 65536);
    const reference = decodeReference(png, legend);
    const scanlines = readScanlines(png);
    const cuts: Recoding[] = [
      {},
      { idatSize: 1 },
      { idatSize: 65535 },
      { idatSize: 65536, emptyIdats: true },
      { idatSize: 65537 },
      ...Array.from({ length: 12 }, () => ({ idatSize: () => 1 + below(pick([3, 700, 65536, 140_000])) })),
    ];
    for (const cut of cuts) {
      const recoded = writeScanlines(scanlines, { filter: "random", rng: noise.rng, zlib, ...cut });
      const map = decodeMaskSync(recoded, legend, { engine: "fused" });
      expectReference(map, reference, `LABELMAP_SEED=${seed}, IDATs of ${cut.idatSize}`);
    }
  });
});

describe("the array for the labels", () => {
  const legend = { "#000000": "black" };
  const image = { width: 40, height: 30, colourType: 0 as const, bitDepth: 8, samples: new Uint8Array(1200) };
  const png = encodePng(image);
  const decodeInto = (bytes: Uint8Array, options: DecodeOptions = {}) => {
    const into = new Int32Array(1200).fill(7);
    let code = "none";
    try {
      decodeMaskSync(bytes, legend, { engine: "fused", ...options, into });
    } catch (error) {
      ({ code } = error as { code: string });
    }
    return { into, code };
  };
  const withLastByteOfStreamChanged = (bytes: Uint8Array) => {
    const idats = recodePng(bytes, { zlib: { level: 6 } });
    // The file ends in the IDAT's last byte and CRC, and IEND.
    const stream = Buffer.from(idats.subarray(41, idats.length - 16));
    stream[stream.length - 1]! ^= 1;
    return writeStream(idats.subarray(0, 33), stream);
  };

  it("is all -1 after an error in the pixels, however late it is found", () => {
    const wrongFilter = recodePng(png, { filter: (y: number) => (y === 29 ? 5 : 0) as 0 });
    for (const [bytes, code] of [
      [wrongFilter, "PNG_FILTER_TYPE"],
      [withLastByteOfStreamChanged(png), "PNG_ADLER32"],
    ] as const) {
      const outcome = decodeInto(bytes);
      expect(outcome.code).toBe(code);
      expect(outcome.into.every((label) => label === -1)).toBe(true);
    }
  });

  it("is unchanged after an error in the container", () => {
    const wrongCrc = png.slice();
    wrongCrc[29]! ^= 1;
    for (const [bytes, code] of [
      [png.subarray(0, png.length - 3), "PNG_TRUNCATED"],
      [wrongCrc, "PNG_CRC"],
    ] as const) {
      const outcome = decodeInto(bytes);
      expect(outcome.code).toBe(code);
      expect(outcome.into.every((label) => label === 7)).toBe(true);
    }
  });

  it("is filled with verify: false, whatever the Adler-32 says", () => {
    const outcome = decodeInto(withLastByteOfStreamChanged(png), { verify: false });
    expect(outcome.code).toBe("none");
    expect(outcome.into.every((label) => label === 0)).toBe(true);
  });
});

describe("memory", () => {
  const MIB = 2 ** 20;
  /** A fresh copy of the library, whose module no other test has made larger. */
  async function freshLibrary() {
    vi.resetModules();
    const library = await import("../../src/all.js");
    const { getModule } = await import("../../src/decode/wasm/module.js");
    await library.init();
    return { ...library, moduleBytes: () => getModule().memory.buffer.byteLength };
  }

  it("is released after a very wide image", async () => {
    const { decodeMaskSync, moduleBytes } = await freshLibrary();
    const [width, height] = [300_000, 2];
    const samples = Uint8Array.from({ length: width * height * 4 }, (_, index) => (index >> 6) & 255);
    const png = encodePng({
      width,
      height,
      colourType: 6,
      bitDepth: 8,
      samples,
      filter: 4,
      zlib: { level: 1 },
    });
    const map = decodeMaskSync(png, { "#010101": "one" }, { engine: "fused" });
    expect(moduleBytes()).toBeLessThanOrEqual(8 * MIB);
    expect(map.labels[0]?.pixelCount).toBe(
      samples.filter((value, index) => index % 4 === 0 && value === 1).length,
    );
    // And the module in its place works.
    expect(decodeMaskSync(png, { "#010101": "one" }, { engine: "fused" }).data).toEqual(map.data);
    expect(moduleBytes()).toBeLessThanOrEqual(8 * MIB);
  });

  it("stays under 2 MiB for rows of 16,384 RGBA pixels, few or many, of runs or noise", async () => {
    const { decodeMaskSync, moduleBytes } = await freshLibrary();
    const width = 16_384;
    const legend = Object.fromEntries(
      Array.from({ length: 300 }, (_, index) => [
        `#${(index * 7).toString(16).padStart(6, "0")}`,
        `class ${index}`,
      ]),
    );
    const { below } = dice(mulberry32(seed));
    for (const height of [1, 3, 70]) {
      for (const share of [0.001, 0.2, 1]) {
        const samples = new Uint8Array(width * height * 4);
        let value = 0;
        for (let index = 0; index < samples.length; index++) {
          if (index % 4 === 0 && below(1000) < share * 1000) value = below(256);
          samples[index] = value;
        }
        const png = encodePng({
          width,
          height,
          colourType: 6,
          bitDepth: 8,
          samples,
          filter: "random",
          rng: mulberry32(seed),
          zlib: { level: 1 },
        });
        decodeMaskSync(png, legend, { engine: "fused" });
        expect(moduleBytes()).toBeLessThan(2 * MIB);
      }
    }
  });

  it("is not exceeded by stored blocks, which are longer than the room for scanlines", async () => {
    const { below } = dice(mulberry32(seed));
    for (const width of [50, 170, 311, 500, 700, 1000, 1500, 2500, 4000, 6000, 9000, 13_000]) {
      const { decodeMaskSync } = await freshLibrary();
      const height = Math.ceil(100_000 / width);
      const samples = Uint8Array.from({ length: width * height * 4 }, () => below(256));
      const image = { width, height, colourType: 6 as const, bitDepth: 8, samples, zlib: { level: 0 } };
      const map = decodeMaskSync(encodePng(image), { "#000000": "black" }, { engine: "fused" });
      expect(map.unlabelled.count + map.labels[0]!.pixelCount).toBe(width * height);
    }
  });

  it("an 8192×8192 mask decodes, with the right labels", () => {
    const { png, legend, rowLabels } = hugeMask(8192, 64);
    const map = decodeMaskSync(png, legend, { engine: "fused" });
    expect([map.width, map.height, map.data.length]).toEqual([8192, 8192, 2 ** 26]);
    for (let y = 0; y < 8192; y++) {
      const row = map.data.subarray(y * 8192, (y + 1) * 8192);
      const wanted = rowLabels[y % 64] as Int32Array;
      const isSame = Buffer.from(row.buffer, row.byteOffset, row.byteLength).equals(
        new Uint8Array(wanted.buffer),
      );
      if (!isSame) expect(row, `row ${y}`).toEqual(wanted);
    }
    const counts = new Array<number>(map.labels.length).fill(0);
    for (const row of rowLabels) for (const label of row) counts[label]! += 8192 / 64;
    expect(map.labels.map(({ pixelCount }) => pixelCount)).toEqual(counts);
  });
});

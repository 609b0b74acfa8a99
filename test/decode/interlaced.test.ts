/**
 * Interlaced PNGs and samples of 16 bits in the fused engine: every kind of pixel in sizes that leave passes empty or cut
 * them, all outputs, and damaged files. The other engine and the plain reference must agree.
 */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { deflateSync, inflateSync } from "node:zlib";
import { beforeAll, describe, expect, it, vi } from "vitest";
import { compileModule } from "../../scripts/asc.mjs";
import { type DecodeOptions, decodeMask, decodeMaskSync, init, PngError } from "../../src/all.js";
import { encodePng } from "../support/encode-png.mjs";
import { expectEqual } from "../support/equal-arrays.js";
import { dice, mulberry32 } from "../support/random.mjs";
import { writeStream } from "../support/recode-png.mjs";
import { decodeReference } from "../support/reference.mjs";

beforeAll(() => init());

const seed = Number(process.env.LABELMAP_SEED ?? Date.now() % 1_000_000);
const CHANNELS = { 0: 1, 2: 3, 3: 1, 4: 2, 6: 4 } as const;
const KINDS = [
  ...([1, 2, 4, 8] as const).flatMap((bitDepth) => [
    { colourType: 0, bitDepth } as const,
    { colourType: 3, bitDepth } as const,
  ]),
  { colourType: 2, bitDepth: 8 } as const,
  { colourType: 4, bitDepth: 8 } as const,
  { colourType: 6, bitDepth: 8 } as const,
  ...([0, 2, 4, 6] as const).map((colourType) => ({ colourType, bitDepth: 16 }) as const),
];
type Kind = (typeof KINDS)[number];
/** All of them leave passes empty, or give them widths and heights that are no multiples of anything. */
const SIZES = [
  ...Array.from({ length: 9 }, (_, index) => [1, index + 1] as const),
  ...Array.from({ length: 9 }, (_, index) => [index + 1, 1] as const),
  ...([2, 3, 4, 5, 6, 7, 8, 9] as const).map((side) => [side, side] as const),
  ...([
    [5, 3],
    [3, 5],
    [16, 8],
    [17, 9],
    [100, 11],
    [257, 6],
    [64, 33],
  ] as const),
];
const LEGEND = { "#000000": "a", "#ff0000": "b", "#555555": "c", "#ffffff": "d", "#0055ff": "e" };

function draw({ colourType, bitDepth }: Kind, [width, height]: readonly [number, number], index: number) {
  const random = mulberry32(seed * 1000 + index);
  const { below, pick } = dice(random);
  const levels = 2 ** Math.min(bitDepth, 8);
  const widening = bitDepth === 16 ? pick([256, 257]) : 1;
  const length = pick([1, 2, 8, 50]);
  let pixel: number[] = [];
  const samples = Array.from({ length: width * height }, () => {
    if (pixel.length === 0 || below(length) === 0) {
      pixel = Array.from({ length: CHANNELS[colourType] }, () => {
        if (colourType === 3) return below(Math.min(levels, 5));
        return pick([0, levels - 1, 85 & (levels - 1)]) * widening;
      });
    }
    return pixel;
  }).flat();
  return encodePng({
    width,
    height,
    colourType,
    bitDepth,
    samples,
    palette: Uint8Array.of(0, 0, 0, 255, 0, 0, 85, 85, 85, 255, 255, 255, 1, 2, 3).subarray(0, 3 * levels),
    interlace: bitDepth < 16 || index % 2 === 0,
    filter: pick([0, 1, 2, 3, 4, "random"] as const),
    rng: random,
    zlib: { level: below(10) },
  });
}

describe(`images with seed ${seed} (LABELMAP_SEED)`, () => {
  it.each(KINDS)("colour type $colourType, $bitDepth bits: labels, boxes, colours", (kind) => {
    SIZES.forEach((size, index) => {
      const png = draw(kind, size, index);
      const message = `LABELMAP_SEED=${seed}, ${size.join("×")}`;
      const map = decodeMaskSync(png, LEGEND, { engine: "fused" });
      const expected = decodeReference(png, LEGEND);
      expectEqual(map.data, expected.data, message);
      const boxes = map.labels.map(({ index: label }) => expected.boxes[label] ?? null);
      expect(
        map.labels.map(({ bbox }) => bbox),
        message,
      ).toEqual(boxes);
      expect(map.unlabelled.colors, message).toEqual(expected.unknown.slice(0, 16));
      const other = decodeMaskSync(png, LEGEND, { engine: "upng" });
      expect([map.labels, map.issues], message).toEqual([other.labels, other.issues]);
    });
  });

  it.each(KINDS)(
    "colour type $colourType, $bitDepth bits: runs, crop, resize, several maps, snapped",
    (kind) => {
      SIZES.forEach(([width, height], index) => {
        const { below, pick } = dice(mulberry32(seed + index));
        const png = draw(kind, [width, height], index);
        const x = below(width);
        const y = below(height);
        const crop = { x, y, width: 1 + below(width - x), height: 1 + below(height - y) };
        const resize = { width: 1 + below(2 * width), height: 1 + below(2 * height) };
        const snap = { maxDistance: 300 };
        const choices: Pick<DecodeOptions, "crop" | "resize" | "snap">[] = [
          {},
          { crop },
          { resize },
          { snap },
          { crop, resize, snap },
        ];
        const options: (typeof choices)[number] = pick(choices);
        const [fused, upng] = (["fused", "upng"] as const).map((engine) => {
          const [runs, labels, instances] = decodeMaskSync(png, LEGEND, {
            ...options,
            target: [{ map: "runs" }, { map: "label", dtype: "uint8" }, { map: "instance", dtype: "uint16" }],
            engine,
          });
          return {
            runs: runs.toDense().data,
            labels: labels.data,
            instances: instances.data,
            info: runs.labels,
          };
        });
        expect(fused, `LABELMAP_SEED=${seed}, ${width}×${height}`).toEqual(upng);
      });
    },
  );
});

it("images with more colours than the table holds", () => {
  const { below } = dice(mulberry32(seed));
  for (const [width, height] of [
    [1, 900],
    [9, 200],
    [40, 90],
  ] as const) {
    const samples = Uint8Array.from({ length: width * height * 3 }, () => below(256));
    const png = encodePng({ width, height, colourType: 2, bitDepth: 8, samples, interlace: true, filter: 1 });
    const legend = { [`#${Buffer.from(samples.subarray(0, 3)).toString("hex")}`]: "first" };
    const expected = decodeReference(png, legend);
    const map = decodeMaskSync(png, legend, { engine: "fused" });
    expectEqual(map.data, expected.data, `LABELMAP_SEED=${seed}, ${width}×${height}`);
    expect(map.unlabelled.colors).toEqual(expected.unknown.slice(0, 16));
    expect(map.labels.map(({ bbox }) => bbox)).toEqual(expected.boxes);
  }
});

describe("damaged files", () => {
  /** The head up to the first IDAT, and the stream, of a file with one IDAT. */
  const partsOf = (png: Uint8Array) => {
    const start = Buffer.from(png).indexOf("IDAT") - 4;
    const length = Buffer.from(png).readUInt32BE(start);
    return { head: png.subarray(0, start), stream: png.slice(start + 8, start + 8 + length) };
  };
  const outcomeOf = (png: Uint8Array, engine: "fused" | "upng") => {
    try {
      return [...decodeMaskSync(png, LEGEND, { engine }).data].join();
    } catch (error) {
      expect(error).toBeInstanceOf(PngError);
      return (error as PngError).code;
    }
  };
  const kinds = KINDS.filter(
    ({ colourType, bitDepth }) => bitDepth !== 4 && (colourType !== 3 || bitDepth < 8),
  );

  it.each(kinds)("colour type $colourType, $bitDepth bits: a stream that ends anywhere", (kind) => {
    for (const index of [0, 1]) {
      const { head, stream } = partsOf(draw(kind, [13, 11], index));
      for (let length = 1; length < stream.length; length++) {
        const png = writeStream(head, stream.subarray(0, length));
        const [fused, upng] = [outcomeOf(png, "fused"), outcomeOf(png, "upng")];
        expect(fused, `${length} bytes`).toBe(upng);
        // A very short stream cannot hold the image: that is found before it is inflated.
        expect(fused, `${length} bytes`).toMatch(/^PNG_DATA(_LENGTH)?$/);
      }
    }
  });

  it.each(kinds)("colour type $colourType, $bitDepth bits: a bit that is wrong", (kind) => {
    let errors = 0;
    for (const index of [0, 1]) {
      const { head, stream } = partsOf(draw(kind, [9, 7], index));
      for (let bit = 0; bit < stream.length * 8; bit++) {
        const damaged = stream.slice();
        damaged[bit >> 3]! ^= 1 << (bit & 7);
        const png = writeStream(head, damaged);
        const [fused, upng] = [outcomeOf(png, "fused"), outcomeOf(png, "upng")];
        // Such a file mostly has several defects, and the engines check in a different order.
        const codes = /^PNG_(DATA|DATA_LENGTH|ADLER32|FILTER_TYPE|PALETTE_INDEX|16_BIT_COLORS)$/;
        const message = `LABELMAP_SEED=${seed}, index ${index}, bit ${bit}, upng ${upng}`;
        if (upng.startsWith("PNG_")) expect(fused, message).toMatch(codes);
        else expect(fused, message).toBe(upng);
        if (fused.startsWith("PNG_")) errors++;
      }
    }
    expect(errors).toBeGreaterThan(100);
  });

  it("a filter type above 4 and a palette index without an entry, in any row", () => {
    const kind = { colourType: 3, bitDepth: 8 } as const;
    const size = [9, 7] as const;
    const { head, stream } = partsOf(draw(kind, size, 0));
    // Each scanline of the seven passes.
    const widths = [2, 1, 3, 2, 2, 5, 5, 4, 4, 4, 4, 9, 9, 9];
    const lines = inflateSync(stream);
    expect(lines.length).toBe(widths.reduce((sum, width) => sum + width + 1, 0));
    let start = 0;
    for (const width of widths) {
      for (const [bytes, code] of [
        [[5], "PNG_FILTER_TYPE"],
        [[0, ...new Array(width - 1).fill(0), 200], "PNG_PALETTE_INDEX"],
      ] as const) {
        const damaged = Uint8Array.from(lines);
        damaged.set(bytes, start);
        // So that the rows below do not depend on it.
        for (let row = 0, at = 0; row < widths.length; at += 1 + widths[row]!, row++) {
          if (at > start) damaged.fill(0, at, at + 1 + widths[row]!);
        }
        const png = writeStream(head, deflateSync(damaged));
        expect([outcomeOf(png, "fused"), outcomeOf(png, "upng")], `byte ${start}`).toEqual([code, code]);
      }
      start += 1 + width;
    }
  });

  it("too few and too many bytes after the last pass", () => {
    const { head, stream } = partsOf(draw({ colourType: 2, bitDepth: 8 }, [9, 7], 0));
    const lines = inflateSync(stream);
    for (const [bytes, code] of [
      [lines.subarray(0, -1), "PNG_DATA_LENGTH"],
      [lines.subarray(0, 1), "PNG_DATA_LENGTH"],
      [Buffer.concat([lines, Buffer.alloc(1)]), "PNG_DATA_LENGTH"],
    ] as const) {
      const png = writeStream(head, deflateSync(bytes));
      expect([outcomeOf(png, "fused"), outcomeOf(png, "upng")]).toEqual([code, code]);
    }
  });
});

it("says OUT_OF_MEMORY if the rows of the passes do not fit the module's memory", async () => {
  const root = fileURLToPath(new URL("../..", import.meta.url));
  const path = join(root, "build/labelmap.small.wasm");
  compileModule("release", ["--maximumMemory", "64", "--outFile", path]);
  vi.resetModules();
  const fresh = await import("../../src/all.js");
  await fresh.init({ wasm: readFileSync(path) });
  const { below } = dice(mulberry32(seed));
  const noise = (side: number) => {
    const samples = Uint8Array.from({ length: side * side }, () => below(256));
    return encodePng({ width: side, height: side, colourType: 0, bitDepth: 8, samples, interlace: true });
  };
  const legend = { "#000000": "black" };
  await expect(fresh.decodeMask(noise(900), legend)).rejects.toMatchObject({ code: "OUT_OF_MEMORY" });
  // The next decode starts afresh.
  const png = noise(300);
  expect((await fresh.decodeMask(png, legend)).data).toEqual((await decodeMask(png, legend)).data);
}, 60_000);

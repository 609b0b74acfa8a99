/** What follows from a PNG's header: samples, bytes and passes, as the specification's tables say. */
import { describe, expect, it } from "vitest";
import {
  ColorType,
  filteredBytes,
  isClearSample,
  type PngHeader,
  passesOf,
  samplesPerPixel,
  scanlineBytes,
} from "../../src/decode/png/container.js";

const headerOf = (given: Partial<PngHeader>): PngHeader => ({
  ...{ width: 1, height: 1, bitDepth: 8, colorType: ColorType.grey, interlaced: false },
  ...given,
});

describe("a header", () => {
  it.each([
    ["grey", 8, 1, 5],
    ["rgb", 16, 3, 30],
    ["palette", 2, 1, 2],
    ["greyAlpha", 8, 2, 10],
    ["rgba", 8, 4, 20],
  ] as const)(
    "of %s with %i bits has %i samples per pixel, and %i bytes for 5 pixels",
    (name, bitDepth, samples, bytes) => {
      const header = headerOf({ colorType: ColorType[name], bitDepth });
      expect(samplesPerPixel(header)).toBe(samples);
      expect(scanlineBytes(header, 5)).toBe(bytes);
    },
  );

  it("without interlace has one pass, the whole image", () => {
    expect(passesOf(headerOf({ width: 3, height: 2 }))).toEqual([
      { width: 3, height: 2, left: 0, top: 0, stepX: 1, stepY: 1 },
    ]);
    expect(filteredBytes(headerOf({ width: 3, height: 2 }))).toBe(2 * (1 + 3));
  });

  it("with interlace has the passes of Adam7 that have a pixel", () => {
    const sizes = (width: number, height: number) =>
      passesOf(headerOf({ width, height, interlaced: true })).map((pass) => [pass.width, pass.height]);
    expect(sizes(8, 8)).toEqual([
      ...[
        [1, 1],
        [1, 1],
        [2, 1],
        [2, 2],
        [4, 2],
        [4, 4],
        [8, 4],
      ],
    ]);
    expect(sizes(1, 1)).toEqual([[1, 1]]);
    // Wide and flat, or high and narrow: some passes lack rows, others columns.
    expect(sizes(5, 1)).toEqual([
      [1, 1],
      [1, 1],
      [1, 1],
      [2, 1],
    ]);
    expect(sizes(1, 5)).toEqual([
      [1, 1],
      [1, 1],
      [1, 1],
      [1, 2],
    ]);
    expect(passesOf(headerOf({ width: 5, height: 5, interlaced: true }))[4]).toEqual({
      ...{ width: 3, height: 1, left: 0, top: 2, stepX: 2, stepY: 4 },
    });
    // A filter type for each row of a pass.
    expect(filteredBytes(headerOf({ width: 8, height: 8, interlaced: true }))).toBe(64 + 15);
    expect(filteredBytes(headerOf({ width: 1, height: 5, interlaced: true }))).toBe(5 + 5);
  });
});

describe("a sample is transparent", () => {
  const containerOf = (header: PngHeader, transparency: Uint8Array | null) => ({
    header,
    transparency,
    palette: null,
    idats: [],
    issues: [],
  });

  it("never, without a tRNS chunk", () => {
    expect(isClearSample(containerOf(headerOf({}), null), 0)).toBe(false);
    expect(isClearSample(containerOf(headerOf({ colorType: ColorType.palette }), null), 0)).toBe(false);
  });

  it("if the palette's alpha is 0 there", () => {
    const container = containerOf(headerOf({ colorType: ColorType.palette }), Uint8Array.of(0, 255, 0));
    expect([0, 1, 2, 3].map((index) => isClearSample(container, index))).toEqual([true, false, true, false]);
  });

  it("if it is the grey of the chunk, of which only the sample's bits count", () => {
    const container = containerOf(headerOf({ bitDepth: 4 }), Uint8Array.of(0x12, 0x35));
    expect([5, 4, 0x35].map((sample) => isClearSample(container, sample))).toEqual([true, false, false]);
  });
});

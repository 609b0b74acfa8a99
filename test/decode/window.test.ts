/**
 * What is kept when the window of inflated bytes moves: a repeat of zeros that begins in one row and ends in the next
 * must still end there. The row's other runs would else be taken for zeros.
 */
import { beforeAll, expect, it } from "vitest";
import { decodeMaskSync, init } from "../../src/all.js";
import { decodeIds } from "../../src/decode/decode-ids.js";
import { encodePng } from "../support/encode-png.mjs";

beforeAll(() => init());

const KINDS = [
  { colourType: 0, channels: 1, width: 400 },
  { colourType: 0, channels: 1, width: 1000 },
  { colourType: 4, channels: 2, width: 300 },
  { colourType: 2, channels: 3, width: 200 },
  { colourType: 6, channels: 4, width: 150 },
] as const;

it.each(KINDS)("keeps the ends of repeats: %o", async ({ colourType, channels, width }) => {
  // The window moves every 128 KiB: here some ten times.
  const height = Math.ceil(1_500_000 / (width * channels));
  const samples = new Uint8Array(width * height * channels);
  // Zeros that reach from the end of each row over the filter type, which is 0, to the start of the next.
  const start = Math.ceil(80 / channels);
  const greys = Array.from({ length: height }, (_, y) => 1 + (y % 3));
  greys.forEach((grey, y) => {
    for (let x = start; x < start + 40; x++)
      samples.fill(grey, (y * width + x) * channels, (y * width + x + 1) * channels);
  });
  const png = encodePng({ width, height, colourType, bitDepth: 8, samples, filter: 0, zlib: { level: 9 } });
  const { data, ids } = await decodeIds(png);
  const isWrong = (_: number, pixel: number) => {
    const [x, y] = [pixel % width, Math.floor(pixel / width)];
    const grey = x >= start && x < start + 40 ? greys[y]! : 0;
    return ids[data[pixel]!] !== (channels < 3 ? grey : grey * 0x010101);
  };
  expect(data.findIndex(isWrong), "the first pixel that differs").toBe(-1);
});

it.each([1, 2, 4, 8])("says which palette index has no entry, in rows of pixels of %i bits", (bitDepth) => {
  // Each pixel differs from the one before, so that the rows are not held as runs.
  const [width, height] = [400, 3];
  const entries = 2 ** bitDepth - 1;
  const samples = Uint8Array.from({ length: width * height }, (_, index) =>
    entries === 1 ? 0 : index % entries,
  );
  samples[width + 7] = entries;
  const palette = Uint8Array.from({ length: entries * 3 }, (_, index) => index);
  const png = encodePng({ width, height, colourType: 3, bitDepth, samples, palette, filter: 0 });
  expect(() => decodeMaskSync(png, { "#000102": "first" }, { engine: "fused" })).toThrow(
    expect.objectContaining({
      code: "PNG_PALETTE_INDEX",
      message: expect.stringContaining(`palette index ${entries};`),
    }),
  );
});

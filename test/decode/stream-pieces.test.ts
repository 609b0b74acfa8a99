/**
 * Small files that arrive in pieces, end early or are damaged in each part of the container: the outcome is that of the
 * whole file. stream.test.ts does the same with large and random files.
 */
import { beforeAll, describe, expect, it } from "vitest";
import { decodeMask, decodeMaskSync, init } from "../../src/all.js";
import { chunk, encodePng } from "../support/encode-png.mjs";
import { outcome } from "../support/outcome.js";

beforeAll(() => init());

const samples = [0, 1, 1, 0, 2, 2];
const size = { width: 3, height: 2 };
const rgb = {
  ...size,
  colourType: 2,
  bitDepth: 8,
  samples: samples.flatMap((sample) => [sample, sample, sample]),
} as const;
const palette = Uint8Array.of(0, 0, 0, 1, 1, 1, 2, 2, 2);
const indexed = { ...size, colourType: 3, bitDepth: 2, samples, palette } as const;
const wide = {
  ...size,
  colourType: 0,
  bitDepth: 16,
  samples: samples.map((sample) => sample * 257),
} as const;
const legend = { "#000000": "black", "#010101": "almost", "#020202": "dark" };

const FILES: Record<string, Uint8Array> = {
  RGB: encodePng(rgb),
  "a palette image with tRNS": encodePng({ ...indexed, transparency: Uint8Array.of(255, 0) }),
  "several IDATs": encodePng({ ...indexed, idatSize: 4 }),
  "samples of 16 bits": encodePng(wide),
  // The decode of these needs the whole file.
  "samples of 16 bits with tRNS": encodePng({ ...wide, transparency: Uint8Array.of(1, 1) }),
  "samples of 16 bits with a tRNS that equals none": encodePng({
    ...wide,
    transparency: Uint8Array.of(1, 0),
  }),
};

function streamOf(bytes: Uint8Array, pieceBytes: number): ReadableStream<Uint8Array> {
  return new ReadableStream({
    start(controller) {
      for (let start = 0; start < bytes.length; start += pieceBytes) {
        controller.enqueue(bytes.slice(start, start + pieceBytes));
      }
      controller.close();
    },
  });
}

/** Decodes the bytes as a whole, and as a stream of pieces. */
async function outcomesOf(bytes: Uint8Array, pieceBytes: readonly number[], more = {}) {
  const options = { transparent: "unlabelled", ...more } as const;
  const whole = await outcome(() => decodeMaskSync(bytes, legend, options));
  const arrived = pieceBytes.map((count) =>
    outcome(() => decodeMask(streamOf(bytes, count), legend, options)),
  );
  return { whole, arrived: await Promise.all(arrived) };
}

describe("a file that arrives in pieces", () => {
  it.each(Object.entries(FILES))("has the labels of the whole file: %s", async (_, bytes) => {
    const { whole, arrived } = await outcomesOf(bytes, [1, 2, 3, 4, 11, 33, 63, 64, 65, bytes.length]);
    expect(whole).toHaveProperty("data");
    for (const each of arrived) expect(each).toEqual(whole);
  });

  it.each(Object.entries(FILES))("may end at any byte, with the error of that file: %s", async (_, bytes) => {
    for (let end = 0; end < bytes.length; end++) {
      const { whole, arrived } = await outcomesOf(bytes.slice(0, end), [1000]);
      expect(whole).toHaveProperty("code", "PNG_TRUNCATED");
      expect(arrived, `the first ${end} bytes`).toEqual([whole]);
    }
  });
});

/** The parts of the palette image. */
const file: Uint8Array = encodePng(indexed);
const [signature, ihdr, plte] = [file.slice(0, 8), file.slice(8, 33), file.slice(33, 54)];
const [idat, iend] = [file.slice(54, -12), file.slice(-12)];
const text: Uint8Array = chunk("tEXt", new Uint8Array(20));
const emptyIdat: Uint8Array = chunk("IDAT", new Uint8Array(0));

/** The chunk with another byte. @param place counts from the end if it is negative. */
function changed(part: Uint8Array, place: number, byte: number): Uint8Array {
  return part.with((place + part.length) % part.length, byte);
}

describe("a damaged file that arrives in pieces", () => {
  const DAMAGED: Record<string, readonly Uint8Array[]> = {
    "a wrong CRC of an IDAT": [ihdr, plte, changed(idat, -1, 0xee), iend],
    "a wrong CRC of a text": [ihdr, plte, changed(text, -1, 0xee), idat, iend],
    "no IHDR": [plte, idat, iend],
    "an IDAT first": [idat, ihdr, plte, iend],
    "no palette before the IDAT": [ihdr, idat, plte, iend],
    "no IDAT": [ihdr, plte, iend],
    "a chunk between two IDATs": [ihdr, plte, idat, text, emptyIdat, iend],
    "an empty IDAT before the pixels": [ihdr, plte, emptyIdat, idat, iend],
    "an empty IDAT behind the pixels": [ihdr, plte, idat, emptyIdat, iend],
    "nothing but an empty IDAT": [ihdr, plte, emptyIdat, iend],
    "bytes behind the pixels": [ihdr, plte, idat, chunk("IDAT", new Uint8Array(9)), iend],
    "bytes behind IEND": [ihdr, plte, idat, iend, new Uint8Array(99)],
    "an IDAT with a length that no chunk can have": [ihdr, plte, changed(idat, 0, 0x80), iend],
    "an IDAT that is longer than the file": [ihdr, plte, changed(idat, 2, 1), iend],
    "a text with a length that no chunk can have": [ihdr, plte, changed(text, 0, 0x80), idat, iend],
    "a type that is not four letters": [ihdr, plte, changed(text, 4, 0x31), idat, iend],
    "pixels that are no zlib stream": [ihdr, plte, changed(idat, 8, 0), iend],
    "no IEND": [ihdr, plte, idat],
  };

  it.each(Object.entries(DAMAGED))("has the outcome of the whole file: %s", async (_, parts) => {
    const bytes = Uint8Array.from(Buffer.concat([signature, ...parts]));
    for (const more of [{}, { verify: false }, { strict: true }]) {
      const { whole, arrived } = await outcomesOf(bytes, [1, 11, 1000], more);
      for (const each of arrived) expect(each).toEqual(whole);
    }
  });

  it("has the outcome of the whole file if it is no PNG", async () => {
    const { whole, arrived } = await outcomesOf(
      Uint8Array.from(Buffer.from("GIF89a".padEnd(100))),
      [1, 1000],
    );
    expect(whole).toHaveProperty("code", "PNG_SIGNATURE");
    for (const each of arrived) expect(each).toEqual(whole);
  });

  it.each([
    ["a type that is not four letters", changed(changed(text, 4, 0x31), 2, 1)],
    ["a length that no chunk can have", changed(text, 0, 0x80)],
  ])("is read no further than to %s", async (_, wrong) => {
    let pulled = 0;
    const stream = new ReadableStream<Uint8Array>({
      pull(controller) {
        if (pulled === 100) return controller.close();
        const first = Buffer.concat([signature, ihdr, plte, wrong.subarray(0, 12)]);
        controller.enqueue(pulled++ === 0 ? Uint8Array.from(first) : new Uint8Array(1));
      },
    });
    await expect(decodeMask(stream, legend)).rejects.toMatchObject({ code: "PNG_CHUNK_INVALID" });
    expect(pulled).toBeLessThan(10);
  });
});

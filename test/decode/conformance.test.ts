/**
 * Public and made-up conformance files, against sharp (libvips with libpng): both engines give the same pixels, and
 * corrupt files fail with a typed error.
 *
 * A part of PngSuite, the collection that decoders are tested with, comes with the package `pngsuite-images` (an old
 * pngjs, whose tests had them). Where the variable LABELMAP_PNGSUITE names a folder with the whole collection, all of
 * it is tested. What the part lacks is made here: every colour type and bit depth, sizes from 1 to 40, zlib levels,
 * odd IDATs, ancillary chunks, and PngSuite's kinds of corrupt files.
 */
import { readdirSync, readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { deflateSync } from "node:zlib";
import sharp from "sharp";
import { beforeAll, describe, expect, it } from "vitest";
import { decodeMaskSync, init, LabelMapError } from "../../src/all.js";
import { chunk, encodePng } from "../support/encode-png.mjs";
import { mulberry32 } from "../support/random.mjs";
import { decodePixels } from "../support/reference.mjs";

const PACKAGE = dirname(fileURLToPath(import.meta.resolve("pngsuite-images/package.json")));
const folders = [join(PACKAGE, "examples/test/img"), ...(process.env.LABELMAP_PNGSUITE?.split("\n") ?? [])];
const suite = folders.flatMap((folder) =>
  readdirSync(folder)
    .filter((file) => file.endsWith(".png"))
    .map((file) => ({ file, png: new Uint8Array(readFileSync(join(folder, file))) })),
);
// PngSuite's name of a file begins with x where it is corrupt.
const corrupt = suite.filter(({ file }) => file.startsWith("x"));
const valid = suite.filter(({ file }) => !file.startsWith("x"));

beforeAll(() => init());

/** 0xRRGGBB of each pixel, as sharp has them; of 16-bit samples the high byte. */
async function sharpColors(png: Uint8Array): Promise<{ width: number; height: number; colors: number[] }> {
  const pipeline = sharp(png).removeAlpha().toColourspace("srgb").raw();
  const { data, info } = await pipeline.toBuffer({ resolveWithObject: true });
  const at = (pixel: number, channel: number) => data[pixel * info.channels + channel] as number;
  const colors = Array.from({ length: info.width * info.height }, (_, pixel) =>
    info.channels < 3 ? at(pixel, 0) * 0x010101 : (at(pixel, 0) << 16) | (at(pixel, 1) << 8) | at(pixel, 2),
  );
  return { width: info.width, height: info.height, colors };
}

const takenByFused = (png: Uint8Array) => (png[24] as number) <= 8 && png[28] === 0;
const hex = (color: number) => `#${color.toString(16).padStart(6, "0")}`;

function isWidened(png: Uint8Array): boolean {
  try {
    decodePixels(png);
    return true;
  } catch (error) {
    expect(error).toMatchObject({ message: "16-bit colours" });
    return false;
  }
}

/** Labels say which colour a pixel has, if the legend holds all of them; one colour is left out, and must be found. */
async function expectSharpsPixels(png: Uint8Array, message: string): Promise<void> {
  if (png[24] === 16 && !isWidened(png)) {
    expect(() => decodeMaskSync(png, { "#000000": "black" }), message).toThrow(
      expect.objectContaining({ name: "PngError", code: "PNG_16_BIT_COLORS" }),
    );
    return;
  }
  const expected = await sharpColors(png);
  const distinct = [...new Set(expected.colors)];
  const known = distinct.length > 1 ? distinct.slice(1) : [0x123456];
  const legend = Object.fromEntries(known.map((color, index) => [hex(color), `class ${index}`]));
  const labels = new Map(known.map((color, index) => [color, index]));
  const wanted = Int32Array.from(expected.colors, (color) => labels.get(color) ?? -1);
  for (const engine of takenByFused(png) ? (["fused", "upng"] as const) : (["upng"] as const)) {
    const map = decodeMaskSync(png, legend, { engine });
    expect([map.width, map.height], message).toEqual([expected.width, expected.height]);
    const isSame = Buffer.from(map.data.buffer, map.data.byteOffset, map.data.byteLength).equals(
      new Uint8Array(wanted.buffer),
    );
    if (!isSame) expect([...map.data], `${message}, ${engine}`).toEqual([...wanted]);
    expect(map.unlabelled.colors, `${message}, ${engine}`).toEqual([
      { color: hex(distinct[0] as number), count: map.unlabelled.count },
    ]);
  }
}

function expectTypedError(png: Uint8Array, message: string): void {
  for (const engine of ["auto", "upng"] as const) {
    let error: unknown = null;
    try {
      decodeMaskSync(png, { "#000000": "black" }, { engine });
    } catch (thrown) {
      error = thrown;
    }
    expect(error, `${message}, ${engine}`).toBeInstanceOf(LabelMapError);
    expect((error as LabelMapError).code, message).toMatch(/^PNG_/);
  }
}

describe("PngSuite", () => {
  it("has at least 20 valid files", () => expect(valid.length).toBeGreaterThanOrEqual(20));
  it.each(valid)("$file: both engines have sharp's pixels", ({ file, png }) => expectSharpsPixels(png, file));
  // The part that the package ships has none; those that are made here are below.
  if (corrupt.length > 0) {
    it("corrupt files fail with a typed error", () => {
      for (const { file, png } of corrupt) expectTypedError(png, file);
    });
  }
});

const DEPTHS = { 0: [1, 2, 4, 8, 16], 2: [8, 16], 3: [1, 2, 4, 8], 4: [8, 16], 6: [8, 16] };
const CHANNELS = { 0: 1, 2: 3, 3: 1, 4: 2, 6: 4 };
const kinds = ([0, 2, 3, 4, 6] as const).flatMap((colourType) =>
  DEPTHS[colourType].flatMap((bitDepth) =>
    [false, true].map((interlace) => ({ colourType, bitDepth, interlace })),
  ),
);
type Kind = (typeof kinds)[number];
type Image = Parameters<typeof encodePng>[0];

/** A picture of bands, a gradient and a little noise, in up to 16 colours of its own palette. */
function drawImage(kind: Kind, width: number, height: number): Image {
  const random = mulberry32(width * 1000 + height * 10 + kind.bitDepth + kind.colourType);
  const { colourType, bitDepth } = kind;
  const levels = 2 ** Math.min(bitDepth, 8);
  // Of 16 bits, only widened samples of 8 bits are colours.
  const widening = bitDepth < 16 ? 1 : width % 2 === 0 ? 256 : 257;
  const entries = Math.min(levels, 16);
  const palette = Uint8Array.from({ length: entries * 3 }, () => Math.floor(random() * 256));
  const samples: number[] = [];
  for (let index = 0; index < width * height * CHANNELS[colourType]; index++) {
    const [x, y] = [Math.floor(index / CHANNELS[colourType]) % width, Math.floor(index / width)];
    const value =
      random() < 0.1 ? Math.floor(random() * levels) : ((x >> 3) + (y >> 4)) * Math.ceil(levels / 8);
    samples.push(colourType === 3 ? value % entries : (value % levels) * widening);
  }
  return { ...kind, width, height, samples, palette };
}

describe("files with PngSuite's features", () => {
  it.each(kinds)(
    "colour type $colourType, $bitDepth bits, interlaced $interlace: sizes 1 to 40",
    async (kind) => {
      for (const size of [1, 2, 3, 4, 5, 6, 7, 8, 9, 32, 33, 34, 35, 36, 37, 38, 39, 40]) {
        const filter = ([0, 1, 2, 3, 4, "adaptive"] as const)[size % 6]!;
        await expectSharpsPixels(encodePng({ ...drawImage(kind, size, size), filter }), `${size}×${size}`);
        await expectSharpsPixels(
          encodePng({ ...drawImage(kind, size, 41 - size), filter: "random", rng: mulberry32(size) }),
          `${size}×${41 - size}`,
        );
      }
    },
  );

  it.each(kinds.filter(({ interlace }) => !interlace))(
    "colour type $colourType, $bitDepth bits: filters, zlib levels and IDATs",
    async (kind) => {
      const image = drawImage(kind, 33, 31);
      for (const filter of [0, 1, 2, 3, 4] as const) {
        await expectSharpsPixels(encodePng({ ...image, filter }), `filter ${filter}`);
      }
      for (const level of [0, 3, 6, 9]) {
        await expectSharpsPixels(encodePng({ ...image, filter: 2, zlib: { level } }), `level ${level}`);
      }
      for (const idatSize of [1, 2, 40, 300]) {
        await expectSharpsPixels(encodePng({ ...image, filter: 4, idatSize }), `IDATs of ${idatSize}`);
      }
    },
  );

  const ancillary: Record<string, Uint8Array> = {
    gAMA: Uint8Array.of(0, 0, 136, 184),
    cHRM: Uint8Array.from(
      [31270, 32900, 64000, 33000, 30000, 60000, 15000, 6000].flatMap((value) => [
        0,
        0,
        value >> 8,
        value & 255,
      ]),
    ),
    pHYs: Uint8Array.of(0, 0, 0, 4, 0, 0, 0, 1, 0),
    tIME: Uint8Array.of(7, 208, 1, 1, 12, 34, 56),
    tEXt: Buffer.from("Title\0PngSuite", "latin1"),
    zTXt: Buffer.concat([Buffer.from("Title\0\0", "latin1"), deflateSync("PngSuite")]),
    iTXt: Buffer.from("Title\0\0\0en\0Title\0PngSuite", "utf8"),
    vpAg: Uint8Array.of(1, 2, 3, 4, 5, 6, 7, 8, 9),
  };
  it.each(kinds)(
    "colour type $colourType, $bitDepth bits, interlaced $interlace: ancillary chunks",
    async (kind) => {
      const png = encodePng({ ...drawImage(kind, 32, 32), filter: "adaptive", idatSize: 100 });
      for (const [type, content] of Object.entries({ ...ancillary, ...colorChunks(kind) })) {
        // Behind PLTE, and text also behind the IDATs.
        await expectSharpsPixels(insertBefore(png, "IDAT", chunk(type, content)), type);
        if (/^(tEXt|zTXt|iTXt|tIME)$/.test(type))
          await expectSharpsPixels(insertBefore(png, "IEND", chunk(type, content)), type);
      }
    },
  );

  /** Chunks whose content depends on the kind: background, significant bits, transparency. */
  function colorChunks({ colourType, bitDepth }: Kind): Record<string, Uint8Array> {
    const isColor = colourType === 2 || colourType === 6;
    const channels = colourType === 3 ? 3 : CHANNELS[colourType];
    return {
      bKGD: new Uint8Array(colourType === 3 ? 1 : isColor ? 6 : 2),
      sBIT: new Uint8Array(channels).fill(Math.min(bitDepth, 8)),
      ...(colourType === 0 ? { tRNS: new Uint8Array(2) } : {}),
      ...(colourType === 2 ? { tRNS: new Uint8Array(6) } : {}),
      ...(colourType === 3 ? { tRNS: Uint8Array.of(0, 128) } : {}),
      // A palette that is only a suggestion.
      ...(isColor ? { PLTE: Uint8Array.from({ length: 30 }, (_, index) => index * 8) } : {}),
    };
  }
});

describe("files with PngSuite's kinds of corruption", () => {
  const kind = { colourType: 2 as const, bitDepth: 8, interlace: false };
  const png = encodePng(drawImage(kind, 32, 32));
  const withHeader = (place: number, value: number) => {
    const header = Buffer.from(png.subarray(16, 29));
    header[place] = value;
    return new Uint8Array(Buffer.concat([png.subarray(0, 8), chunk("IHDR", header), png.subarray(33)]));
  };
  const withByte = (offset: number, change: (byte: number) => number) => {
    const bytes = png.slice();
    bytes[offset] = change(bytes[offset] as number);
    return bytes;
  };
  const idat = png.length - 12 - (new DataView(png.buffer).getUint32(33) + 12);
  const cases: [string, Uint8Array][] = [
    ...[1, 5, 7, 9].map((type): [string, Uint8Array] => [`colour type ${type}`, withHeader(9, type)]),
    ...[0, 3, 99].map((depth): [string, Uint8Array] => [`bit depth ${depth}`, withHeader(8, depth)]),
    ...[0, 1, 4, 5, 7].map((place): [string, Uint8Array] => [
      `signature byte ${place} changed`,
      withByte(place, (byte) => byte ^ 0x20),
    ]),
    ["line ends without CR", new Uint8Array(Buffer.from(png).filter((byte) => byte !== 13))],
    [
      "line ends with a second CR",
      new Uint8Array(Buffer.from([...png].flatMap((byte) => (byte === 10 ? [13, 10] : [byte])))),
    ],
    ["IHDR's CRC wrong", withByte(29, (byte) => byte ^ 1)],
    ["IDAT's CRC wrong", withByte(png.length - 13, (byte) => byte ^ 1)],
    ["IDAT missing", new Uint8Array(Buffer.concat([png.subarray(0, idat), png.subarray(png.length - 12)]))],
    ["IEND missing", png.slice(0, png.length - 12)],
    ["compressed pixels cut", insertBefore(withoutLastIdat(png), "IEND", new Uint8Array(0))],
  ];
  it.each(cases)("%s: a typed error", (name, bytes) => expectTypedError(bytes, name));

  function withoutLastIdat(bytes: Uint8Array): Uint8Array {
    const stream = bytes.subarray(41, bytes.length - 16);
    const cut = chunk("IDAT", stream.subarray(0, stream.length >> 1));
    return new Uint8Array(Buffer.concat([bytes.subarray(0, 33), cut, bytes.subarray(bytes.length - 12)]));
  }
});

/** The file with `inserted` before its first chunk of that type. */
function insertBefore(png: Uint8Array, type: string, inserted: Uint8Array): Uint8Array {
  const view = new DataView(png.buffer, png.byteOffset);
  let offset = 8;
  while (Buffer.from(png.subarray(offset + 4, offset + 8)).toString("latin1") !== type) {
    offset += 12 + view.getUint32(offset);
  }
  return new Uint8Array(Buffer.concat([png.subarray(0, offset), inserted, png.subarray(offset)]));
}

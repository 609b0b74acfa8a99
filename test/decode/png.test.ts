/**
 * The guard around the PNG: each way in which a file can lie has its own code and byte offset, and every legal
 * kind of file decodes to what the plain reference gives.
 */
import { readFileSync } from "node:fs";
import { crc32, deflateRawSync, deflateSync, gzipSync } from "node:zlib";
import { beforeAll, describe, expect, it } from "vitest";
import { type DecodeOptions, decodeMask, decodeMaskSync, init, PngError } from "../../src/all.js";
import { decodeIds } from "../../src/decode/decode-ids.js";
import { decodeRgba, readPngHeader } from "../../src/decode/png/index.js";
import { decodeLabelPng } from "../../src/formats/index.js";
import { encodePng } from "../support/encode-png.mjs";
import { decodeReference } from "../support/reference.mjs";

beforeAll(() => init());

const legend = { "#ff0000": "red", "#000000": "black", "#ffffff": "white", "#555555": "grey" };

/** A chunk with a right length and CRC. */
function chunk(type: string, content: Uint8Array = new Uint8Array(0)): Uint8Array {
  const bytes = new Uint8Array(12 + content.length);
  const view = new DataView(bytes.buffer);
  view.setUint32(0, content.length);
  bytes.set(new TextEncoder().encode(type), 4);
  bytes.set(content, 8);
  view.setUint32(8 + content.length, crc32(bytes.subarray(4, 8 + content.length)));
  return bytes;
}

interface Header {
  width?: number;
  height?: number;
  bitDepth?: number;
  colorType?: number;
  compression?: number;
  filter?: number;
  interlace?: number;
}

function ihdr({
  width = 2,
  height = 2,
  bitDepth = 8,
  colorType = 2,
  compression = 0,
  filter = 0,
  interlace = 0,
}: Header = {}): Uint8Array {
  const content = new Uint8Array(13);
  const view = new DataView(content.buffer);
  view.setUint32(0, width);
  view.setUint32(4, height);
  content.set([bitDepth, colorType, compression, filter, interlace], 8);
  return chunk("IHDR", content);
}

const SIGNATURE = Uint8Array.of(0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a);
/** Two rows of two RGB pixels, filter None: red, black, white, red. */
const SCANLINES = Uint8Array.of(0, 255, 0, 0, 0, 0, 0, 0, 255, 255, 255, 255, 0, 0);
const STREAM = new Uint8Array(deflateSync(SCANLINES));
const IDAT = chunk("IDAT", STREAM);
const IEND = chunk("IEND");
const PLTE = chunk("PLTE", Uint8Array.of(255, 0, 0, 0, 0, 0));
const file = (...chunks: Uint8Array[]) => new Uint8Array(Buffer.concat([SIGNATURE, ...chunks]));

const decode = (png: Uint8Array, options: DecodeOptions = {}) => [
  ...decodeMaskSync(png, legend, options).data,
];
function failure(png: Uint8Array, options: DecodeOptions = {}): PngError {
  try {
    decode(png, options);
  } catch (error) {
    expect(error).toBeInstanceOf(PngError);
    return error as PngError;
  }
  throw new Error("it decoded");
}

describe("a valid file", () => {
  it("decodes", () => {
    expect(decode(file(ihdr(), IDAT, IEND))).toEqual([0, 1, 2, 0]);
  });

  it("may cut its pixels into IDATs anywhere, empty ones included", () => {
    const pieces = [...STREAM].map((byte) => chunk("IDAT", Uint8Array.of(byte)));
    const empty = chunk("IDAT");
    expect(
      decode(file(ihdr(), empty, ...pieces.slice(0, 3), empty, ...pieces.slice(3), empty, IEND)),
    ).toEqual([0, 1, 2, 0]);
  });

  it("may have unknown chunks, a palette as a hint, and transparency", () => {
    const extras = [chunk("tEXt", new Uint8Array(40)), PLTE, chunk("tRNS", new Uint8Array(6)), chunk("zzZz")];
    expect(decode(file(ihdr(), ...extras, IDAT, chunk("tIME", new Uint8Array(7)), IEND))).toEqual([
      0, 1, 2, 0,
    ]);
  });

  it("may be as large as the limits allow, and no larger", () => {
    const png = file(ihdr(), IDAT, IEND);
    const limits = { maxBytes: png.length, maxPixels: 4 };
    expect([...decodeMaskSync(png, legend, limits).data]).toEqual([0, 1, 2, 0]);
    expect(failure(png, { ...limits, maxBytes: png.length - 1 })).toMatchObject({
      ...{ code: "PNG_TOO_LARGE", offset: 0 },
      message: expect.stringContaining(`the file has more bytes than maxBytes ${png.length - 1}`),
    });
    expect(failure(png, { ...limits, maxPixels: 3 })).toMatchObject({
      ...{ code: "PNG_TOO_LARGE", offset: 16 },
      message: expect.stringContaining("2×2 pixels are more than maxPixels 3"),
    });
  });

  it("may not have more pixels than can be counted, whatever the limits allow", () => {
    const png = file(ihdr({ width: 65_536, height: 65_536 }), IDAT, IEND);
    for (const maxPixels of [2 ** 40, Number.POSITIVE_INFINITY]) {
      expect(failure(png, { maxPixels })).toMatchObject({
        ...{ code: "PNG_TOO_LARGE", offset: 16 },
        message: expect.stringContaining("65536×65536 pixels are more than maxPixels 4294967295"),
      });
    }
  });

  it("may have chunks with each letter in their types", () => {
    const png = file(ihdr(), chunk("aAzZ"), chunk("zZaA"), IDAT, IEND);
    expect(decodeMaskSync(png, legend).issues).toEqual([]);
  });

  it("may have a palette of one entry", () => {
    const one = chunk("PLTE", Uint8Array.of(255, 0, 0));
    const hint = decodeMaskSync(file(ihdr(), one, IDAT, IEND), legend);
    expect([[...hint.data], hint.issues]).toEqual([[0, 1, 2, 0], []]);
    for (const bitDepth of [1, 8]) {
      const pixels = chunk("IDAT", new Uint8Array(deflateSync(new Uint8Array(4))));
      const map = decodeMaskSync(file(ihdr({ colorType: 3, bitDepth, width: 1 }), one, pixels, IEND), legend);
      expect([[...map.data], map.issues]).toEqual([[0, 0], []]);
    }
  });

  it("may hold as many bytes as DEFLATE can expand its stream to, and no more", async () => {
    const claiming = (width: number) =>
      file(ihdr({ colorType: 0, width, height: 1 }), chunk("IDAT", new Uint8Array(2)), IEND);
    // A row has its filter type, too.
    expect(await readPngHeader(claiming(2 * 1032 - 1))).toMatchObject({ width: 2063 });
    await expect(readPngHeader(claiming(2 * 1032))).rejects.toMatchObject({
      code: "PNG_DATA_LENGTH",
      offset: 41,
    });
  });

  it("may have bytes after IEND, which are reported", () => {
    const junk = new Uint8Array(5);
    expect(decodeMaskSync(file(ihdr(), IDAT, IEND, junk), legend).issues).toEqual([
      expect.objectContaining({ code: "png-trailing-bytes" }),
    ]);
  });

  it.each(["fused", "upng"] as const)(
    "may have bytes after its compressed pixels, with the engine %s",
    (engine) => {
      const junk = chunk("IDAT", new Uint8Array(5));
      const longer = chunk("IDAT", new Uint8Array([...STREAM, 1, 2]));
      // The signature, IHDR, and the length and type of the first IDAT.
      const end = 8 + 25 + 8 + STREAM.length;
      for (const [idats, count, offset] of [
        [[longer], 2, end],
        [[longer, junk], 7, end],
        [[IDAT, junk], 5, end + 12],
        [[IDAT, chunk("IDAT", new Uint8Array(0)), junk, junk], 10, end + 24],
      ] as const) {
        const map = decodeMaskSync(file(ihdr(), ...idats, IEND), legend, { engine });
        const message = `${count} bytes after the end of the compressed pixels (at byte ${offset}) were ignored`;
        expect(map.issues).toEqual([{ code: "png-trailing-data", message }]);
        expect([...map.data]).toEqual([0, 1, 2, 0]);
      }
    },
  );

  it.each(["fused", "upng"] as const)("may have them after more pixels than %s takes at once", (engine) => {
    const image = {
      width: 200,
      height: 200,
      colourType: 2,
      bitDepth: 8,
      samples: new Uint8Array(120_000),
    } as const;
    const large: Uint8Array = encodePng({ ...image, zlib: { level: 0 } });
    const end = large.length - 12;
    const png = Buffer.concat([
      large.subarray(0, end),
      chunk("IDAT", new Uint8Array(9)),
      large.subarray(end),
    ]);
    expect(decodeMaskSync(png, { "#000000": "black" }, { engine }).issues).toEqual([
      {
        code: "png-trailing-data",
        message: `9 bytes after the end of the compressed pixels (at byte ${end + 8}) were ignored`,
      },
    ]);
  });
});

/** The chunk with another CRC. */
function withWrongCrc(bytes: Uint8Array): Uint8Array {
  const wrong = bytes.slice();
  wrong[bytes.length - 1]! ^= 1;
  return wrong;
}

describe("a file that libpng reads with a warning", () => {
  const grey = ihdr({ colorType: 0 });
  const greyRows = chunk("IDAT", new Uint8Array(deflateSync(Uint8Array.of(0, 0, 255, 0, 85, 0))));
  const packed = chunk("IDAT", new Uint8Array(deflateSync(Uint8Array.of(0, 0b01_000000, 0, 0b10_000000))));
  const oneBit = chunk("IDAT", new Uint8Array(deflateSync(Uint8Array.of(0, 0b01_000000, 0, 0b10_000000))));
  const greys = [1, 2, 3, 1];
  const time = chunk("tIME", new Uint8Array(7));
  /** Colours of indices 0 to 3: red, black, white, grey. */
  const four = Uint8Array.of(255, 0, 0, 0, 0, 0, 255, 255, 255, 85, 85, 85);
  const cases: [name: string, png: Uint8Array, code: string, labels: number[]][] = [
    ["has tIME with a wrong CRC", file(ihdr(), withWrongCrc(time), IDAT, IEND), "png-crc", [0, 1, 2, 0]],
    [
      "has a text with a wrong CRC after its pixels",
      file(ihdr(), IDAT, withWrongCrc(chunk("tEXt", new Uint8Array(9))), IEND),
      "png-crc",
      [0, 1, 2, 0],
    ],
    [
      "has an unknown ancillary chunk with a wrong CRC",
      file(ihdr(), withWrongCrc(chunk("zzZz")), IDAT, IEND),
      "png-crc",
      [0, 1, 2, 0],
    ],
    ["has a PLTE though it is grey", file(grey, PLTE, greyRows, IEND), "png-chunk-order", greys],
    [
      "has a PLTE though it is grey with alpha",
      file(
        ihdr({ colorType: 4, width: 1 }),
        PLTE,
        chunk("IDAT", new Uint8Array(deflateSync(Uint8Array.of(0, 0, 255, 0, 255, 255)))),
        IEND,
      ),
      "png-chunk-order",
      [1, 2],
    ],
    [
      "is packed grey with a PLTE of other colours",
      file(ihdr({ colorType: 0, bitDepth: 1 }), PLTE, oneBit, IEND),
      "png-chunk-order",
      [1, 2, 2, 1],
    ],
    [
      "has more PLTE entries than 1-bit indices",
      file(ihdr({ colorType: 3, bitDepth: 1 }), chunk("PLTE", four), packed, IEND),
      "png-chunk-invalid",
      [0, 1, 1, 0],
    ],
    [
      "has 256 PLTE entries for 2-bit indices",
      file(
        ihdr({ colorType: 3, bitDepth: 2 }),
        chunk(
          "PLTE",
          Uint8Array.from({ length: 768 }, (_, place) => four[place] ?? 7),
        ),
        chunk("IDAT", new Uint8Array(deflateSync(Uint8Array.of(0, 0b00_01_0000, 0, 0b10_11_0000)))),
        IEND,
      ),
      "png-chunk-invalid",
      [0, 1, 2, 3],
    ],
    [
      "is RGB with a PLTE of 4 bytes",
      file(ihdr(), chunk("PLTE", new Uint8Array(4)), IDAT, IEND),
      "png-chunk-invalid",
      [0, 1, 2, 0],
    ],
    [
      "is RGB with a PLTE of 257 entries",
      file(ihdr(), chunk("PLTE", new Uint8Array(257 * 3)), IDAT, IEND),
      "png-chunk-invalid",
      [0, 1, 2, 0],
    ],
    ["has PLTE after IDAT", file(ihdr(), IDAT, PLTE, IEND), "png-chunk-order", [0, 1, 2, 0]],
    [
      "has an IEND with content",
      file(ihdr(), IDAT, chunk("IEND", new Uint8Array(1))),
      "png-chunk-invalid",
      [0, 1, 2, 0],
    ],
  ];

  it.each(cases)("%s: is read with an issue, and refused with strict", (_, png, code, labels) => {
    for (const engine of ["fused", "upng"] as const) {
      const map = decodeMaskSync(png, legend, { engine });
      expect([...map.data], engine).toEqual(labels);
      expect(map.issues).toEqual([{ code, message: expect.stringMatching(/at byte \d+/) }]);
      const error = failure(png, { engine, strict: true });
      expect(error.code).toBe(code.toUpperCase().replaceAll("-", "_"));
      expect(error.message).toBe(map.issues[0]!.message);
    }
  });

  it("has no transparency from a tRNS after its pixels, from a second one, or from one with a wrong CRC", () => {
    const red = chunk("tRNS", Uint8Array.of(0, 255, 0, 0, 0, 0));
    const white = chunk("tRNS", Uint8Array.of(0, 255, 0, 255, 0, 255));
    const cases: [png: Uint8Array, labels: number[], code: string][] = [
      [file(ihdr(), IDAT, red, IEND), [0, 1, 2, 0], "png-chunk-invalid"],
      [file(ihdr(), red, white, IDAT, IEND), [-1, 1, 2, -1], "png-chunk-invalid"],
      [file(ihdr(), withWrongCrc(red), IDAT, IEND), [0, 1, 2, 0], "png-crc"],
    ];
    for (const engine of ["fused", "upng"] as const) {
      for (const [png, labels, code] of cases) {
        const map = decodeMaskSync(png, legend, { engine, transparent: "unlabelled" });
        expect([...map.data]).toEqual(labels);
        expect(map.issues.map((issue) => issue.code)).toEqual([code]);
      }
    }
  });

  it("says so in every function that reads PNGs", async () => {
    const png = file(grey, PLTE, withWrongCrc(time), greyRows, IEND);
    const codes = ["png-chunk-order", "png-crc"];
    for (const decodePng of [decodeIds, decodeLabelPng, decodeRgba]) {
      const { issues } = await decodePng(png);
      expect(
        issues.map(({ code }) => code),
        decodePng.name,
      ).toEqual(codes);
      await expect(decodePng(png, { strict: true })).rejects.toMatchObject({ code: "PNG_CHUNK_ORDER" });
    }
  });

  it("is not checked for CRCs with verify: false", () => {
    const png = file(ihdr(), withWrongCrc(time), IDAT, IEND);
    expect(decodeMaskSync(png, legend, { verify: false, strict: true }).issues).toEqual([]);
  });

  it("may be the file of others: tIME with a wrong CRC", () => {
    const colors = { "#ff0000": "red", "#00ff00": "green", "#0000ff": "blue" };
    const png = readFileSync(new URL("../fixtures/public/time-wrong-crc.png", import.meta.url));
    const map = decodeMaskSync(png, colors);
    expect(map.labels.map(({ pixelCount }) => pixelCount)).toEqual([12, 6, 6]);
    expect(map.issues).toEqual([expect.objectContaining({ code: "png-crc" })]);
  });
});

describe("a file that is not a PNG", () => {
  const bytes = (text: string) => Uint8Array.from(text, (character) => character.charCodeAt(0));

  it.each([
    [
      "version https://git-lfs.github.com/spec/v1\noid sha256:4d7a\nsize 12345\n",
      "a Git LFS pointer",
      /git lfs pull/,
    ],
    ["\x89PNG\n\x1a\n\0\0\0\rIHDR", "a PNG that was damaged as text", /binary mode.*\.gitattributes/],
    ["\x89PNG\r\r\n\x1a\r\n\0\0\0", "a PNG that was damaged as text", /binary mode/],
    ["\x89PNG\n\n\x1a\n", "a PNG that was damaged as text", /binary mode/],
    ["\tPNG\r\n\x1a\n", "a PNG that was damaged as text", /binary mode/],
    ["\xef\xbf\xbdPNG\r\n\x1a\n", "a PNG that was damaged as text", /binary mode/],
    ["\xc2\x89PNG\r\n\x1a\n", "a PNG that was damaged as text", /binary mode/],
    ["\xff\xd8\xff\xe0\0\x10JFIF", "a JPEG", /export the mask as a PNG.*do not convert/],
    ["GIF89a", "a GIF", /export the mask as a PNG, which keeps colours exact/],
    ["RIFF\x0a\0\0\0WEBPVP8L", "a WebP", /do not convert/],
    ["II*\0\x08\0\0\0", "a TIFF", /export the mask as a PNG/],
    ["MM\0*\0\0\0\x08", "a TIFF", /export the mask as a PNG/],
    ["MM\0+\0\x08\0\0", "a TIFF", /export the mask as a PNG/],
    ["BM\x46\0\0\0\0\0\0\0\x36\0", "a BMP", /export the mask as a PNG/],
    ["\0\0\0\x1cftypavif", "an AVIF or HEIC", /do not convert/],
    ["P6\n2 2\n255\n", "a PBM, PGM or PPM", /export the mask as a PNG/],
    ["%PDF-1.7", "a PDF", /export the mask as a PNG/],
    ["\x93NUMPY\x01\0", "a NumPy array", /decodeNpy/],
    ["PK\x03\x04\x14\0", "a zip archive", /unpack it/],
    ["PK\x05\x06\0\0", "a zip archive", /unpack it/],
    ["\x1f\x8b\x08\0", "a gzip file", /unpack it/],
    ["\r\n <!doctype html>", "text: an HTML page", /open the mask's URL in a browser/],
    ["<HTML><head>", "text: an HTML page", /open the mask's URL/],
    ["\xef\xbb\xbf<Error>", "text: XML", /server's error message/],
    ['{"message":"Forbidden"}', "text: JSON", /server's error message.*second argument/],
    ["\xef\xbb\xbf [1]", "text: JSON", /server's error message/],
    ["Not Found", "text", /server's error message/],
    ["\0\0\0\x1cftypavis", "an AVIF or HEIC", /do not convert/],
    ["\0\0\0\x1cftypheic", "an AVIF or HEIC", /do not convert/],
    ["\0\0\0\x1cftypheix", "an AVIF or HEIC", /do not convert/],
    ["\0\0\0\x1cftypmif1", "an AVIF or HEIC", /do not convert/],
    ["\0\0\0\x1cftypmp42", "not a PNG", /export the mask as a PNG/],
    [" <svg>", "text: XML", /server's error message/],
    ["see P6 below", "text;", /server's error message/],
    ["error: <html>", "text;", /server's error message/],
    ["a<b", "text;", /server's error message/],
    ["error: {}", "text;", /server's error message/],
    ["RIFF\x0a\0\0\0WAVE", "not a PNG", /export the mask as a PNG/],
    ["BMW\x01\x02\x03\x04\x05\x06\x07\x08", "not a PNG", /export the mask as a PNG/],
    ["PK\x01\x02", "not a PNG", /export the mask as a PNG/],
  ])("is recognised by its first bytes: %j", async (text, kind, remedy) => {
    for (const decode of [
      () => decodeMask(bytes(text), { "#000000": "a" }),
      () => decodeIds(bytes(text)),
      () => decodeLabelPng(bytes(text)),
      () => readPngHeader(bytes(text)),
    ]) {
      await expect(decode()).rejects.toMatchObject({
        code: "PNG_SIGNATURE",
        message: expect.stringMatching(
          new RegExp(`^the bytes are ${kind}.*must be a PNG: .*${remedy.source}`),
        ),
      });
    }
  });

  it.each([
    ["a string", "mask.png"],
    ["an object", { path: "mask.png" }],
    ["null", null],
  ])("is refused if it is %s, with advice on what to do", async (kind, given) => {
    await expect(decodeMask(given as never, { "#000000": "a" })).rejects.toMatchObject({
      code: "OPTION_INVALID",
      message: expect.stringMatching(
        new RegExp(`is ${kind}; give its bytes, a Blob, a Response.*new URL.*fromFile`),
      ),
    });
  });
});

describe("an invalid file", () => {
  const cut = (bytes: number) => file(ihdr(), IDAT, IEND).subarray(0, bytes);
  const badCrc = file(ihdr(), IDAT, IEND);
  badCrc[8 + 25 + 9]! ^= 1;
  const badPlte = withWrongCrc(PLTE);
  const badAdler = STREAM.slice();
  badAdler[STREAM.length - 1]! ^= 1;
  const gzip = new Uint8Array(gzipSync(SCANLINES));
  const raw = new Uint8Array(deflateRawSync(SCANLINES));
  const badBlock = STREAM.slice();
  badBlock[2]! |= 6; // Block type 3, which RFC 1951 reserves.
  const stream = (bytes: Uint8Array) => chunk("IDAT", new Uint8Array(deflateSync(bytes)));
  const tooShort = stream(SCANLINES.subarray(0, 7));
  const tooLong = stream(new Uint8Array([...SCANLINES, 0]));

  const cases: [name: string, png: Uint8Array, code: string, offset: number][] = [
    ["is empty", new Uint8Array(0), "PNG_TRUNCATED", 0],
    ["ends in the signature", cut(5), "PNG_TRUNCATED", 5],
    ["is no PNG", new TextEncoder().encode("<!doctype html>"), "PNG_SIGNATURE", 0],
    ["ends after the signature", cut(8), "PNG_TRUNCATED", 8],
    ["ends in a chunk's frame", cut(15), "PNG_TRUNCATED", 8],
    ["ends in a chunk", cut(8 + 25 + 14), "PNG_TRUNCATED", 33],
    ["ends before IEND", cut(8 + 25 + IDAT.length), "PNG_TRUNCATED", 33 + IDAT.length],
    ["starts with another chunk", file(IDAT, IEND), "PNG_CHUNK_ORDER", 8],
    ["has two IHDRs", file(ihdr(), ihdr(), IDAT, IEND), "PNG_CHUNK_ORDER", 33],
    ["has no IDAT", file(ihdr(), IEND), "PNG_CHUNK_ORDER", 33],
    [
      "has a chunk between IDATs",
      file(ihdr(), IDAT, chunk("tEXt"), IDAT, IEND),
      "PNG_CHUNK_ORDER",
      45 + IDAT.length,
    ],
    ["has two PLTEs", file(ihdr(), PLTE, PLTE, IDAT, IEND), "PNG_CHUNK_ORDER", 33 + PLTE.length],
    ["has no PLTE though it needs one", file(ihdr({ colorType: 3 }), IDAT, IEND), "PNG_CHUNK_ORDER", 33],
    [
      "is a palette image with a PLTE of 4 bytes",
      file(ihdr({ colorType: 3 }), chunk("PLTE", new Uint8Array(4)), IDAT, IEND),
      "PNG_CHUNK_INVALID",
      41,
    ],
    [
      "is a palette image with 257 entries",
      file(ihdr({ colorType: 3 }), chunk("PLTE", new Uint8Array(257 * 3)), IDAT, IEND),
      "PNG_CHUNK_INVALID",
      41,
    ],
    [
      "is a palette image with an empty PLTE",
      file(ihdr({ colorType: 3 }), chunk("PLTE"), IDAT, IEND),
      "PNG_CHUNK_INVALID",
      41,
    ],
    ["has a PLTE with a wrong CRC", file(ihdr(), badPlte, IDAT, IEND), "PNG_CRC", 33 + PLTE.length - 4],
    [
      "has a critical chunk that nobody knows",
      file(ihdr(), chunk("ABCD"), IDAT, IEND),
      "PNG_CHUNK_INVALID",
      33,
    ],
    ["has a type that is no letters", file(ihdr(), chunk("a1b2"), IDAT, IEND), "PNG_CHUNK_INVALID", 37],
    ["has a wrong CRC", badCrc, "PNG_CRC", 33 + IDAT.length - 4],
    ["has a type with @", file(ihdr(), chunk("a@bc"), IDAT, IEND), "PNG_CHUNK_INVALID", 37],
    ["has a type with [", file(ihdr(), chunk("ab[c"), IDAT, IEND), "PNG_CHUNK_INVALID", 37],
    ["has a type with `", file(ihdr(), chunk("abc`"), IDAT, IEND), "PNG_CHUNK_INVALID", 37],
    ["has a type with {", file(ihdr(), chunk("{abc"), IDAT, IEND), "PNG_CHUNK_INVALID", 37],
    [
      "has a critical chunk with the last letter",
      file(ihdr(), chunk("Zabc"), IDAT, IEND),
      "PNG_CHUNK_INVALID",
      33,
    ],
    ["has an IHDR of 12 bytes", file(chunk("IHDR", new Uint8Array(12)), IDAT, IEND), "PNG_HEADER", 16],
    [
      "has an IHDR of 14 bytes",
      file(chunk("IHDR", Uint8Array.of(...ihdr().subarray(8, 21), 0)), IDAT, IEND),
      "PNG_HEADER",
      16,
    ],
    [
      "is 2^31 - 1 high, which is allowed, but too much",
      file(ihdr({ height: 2 ** 31 - 1 }), IDAT, IEND),
      "PNG_TOO_LARGE",
      16,
    ],
    [
      "has a chunk of 2^31 - 1 bytes, which is allowed, but cut off",
      file(ihdr(), Uint8Array.of(0x7f, 0xff, 0xff, 0xff, ...IDAT.subarray(4)), IEND),
      "PNG_TRUNCATED",
      33,
    ],
    ["is 0 wide", file(ihdr({ width: 0 }), IDAT, IEND), "PNG_HEADER", 16],
    ["is 2^31 high", file(ihdr({ height: 2 ** 31 }), IDAT, IEND), "PNG_HEADER", 16],
    ["has colour type 5", file(ihdr({ colorType: 5 }), IDAT, IEND), "PNG_HEADER", 25],
    ["has bit depth 4 in RGB", file(ihdr({ bitDepth: 4 }), IDAT, IEND), "PNG_HEADER", 24],
    ["has compression method 1", file(ihdr({ compression: 1 }), IDAT, IEND), "PNG_HEADER", 26],
    ["has filter method 1", file(ihdr({ filter: 1 }), IDAT, IEND), "PNG_HEADER", 27],
    ["has interlace method 2", file(ihdr({ interlace: 2 }), IDAT, IEND), "PNG_HEADER", 28],
    [
      "is larger than the limit",
      file(ihdr({ width: 2 ** 20, height: 2 ** 20 }), IDAT, IEND),
      "PNG_TOO_LARGE",
      16,
    ],
    ["lies about its size", file(ihdr({ width: 9999, height: 9999 }), IDAT, IEND), "PNG_DATA_LENGTH", 41],
    [
      "has a chunk of more than 2^31 - 1 bytes",
      file(ihdr(), Uint8Array.of(0x80, 0, 0, 0, ...IDAT.subarray(4)), IEND),
      "PNG_CHUNK_INVALID",
      33,
    ],
    ["holds gzip instead of zlib", file(ihdr(), chunk("IDAT", gzip), IEND), "PNG_DATA", 43],
    ["holds DEFLATE without zlib's frame", file(ihdr(), chunk("IDAT", raw), IEND), "PNG_DATA", 43],
    ["has a reserved block type", file(ihdr(), chunk("IDAT", badBlock), IEND), "PNG_DATA", 44],
    ["has a wrong zlib header", file(ihdr(), chunk("IDAT", new Uint8Array(20)), IEND), "PNG_DATA", 43],
    ["has a wrong Adler-32", file(ihdr(), chunk("IDAT", badAdler), IEND), "PNG_ADLER32", 41 + STREAM.length],
    [
      "has half of its pixels' stream",
      file(ihdr(), chunk("IDAT", STREAM.subarray(0, 6)), IEND),
      "PNG_DATA",
      47,
    ],
    ["has a scanline too few", file(ihdr(), tooShort, IEND), "PNG_DATA_LENGTH", 33 + tooShort.length - 4],
    ["has a byte too many", file(ihdr(), tooLong, IEND), "PNG_DATA_LENGTH", 33 + tooLong.length - 4],
    ["has filter type 5", file(ihdr(), stream(SCANLINES.with(7, 5)), IEND), "PNG_FILTER_TYPE", 41],
    [
      "has a palette index without an entry",
      file(ihdr({ colorType: 3 }), PLTE, stream(Uint8Array.of(0, 0, 1, 0, 1, 2)), IEND),
      "PNG_PALETTE_INDEX",
      33 + PLTE.length + 8,
    ],
    [
      "has a 2-bit palette index without an entry",
      file(
        ihdr({ colorType: 3, bitDepth: 2, width: 3, height: 1 }),
        PLTE,
        stream(Uint8Array.of(0, 0b00_01_11_00)),
        IEND,
      ),
      "PNG_PALETTE_INDEX",
      33 + PLTE.length + 8,
    ],
  ];
  it.each(cases)("%s: a typed error with the offset", (_, png, code, offset) => {
    const error = failure(png);
    expect(error.code, error.message).toBe(code);
    // Engines may differ in how far into a zlib stream they have read when they see that it is wrong.
    if (/PNG_(DATA|ADLER32|FILTER|PALETTE)/.test(code)) {
      expect(error.offset).toBeGreaterThanOrEqual(41);
      expect(error.offset).toBeLessThanOrEqual(png.length);
    } else {
      expect(error.offset).toBe(offset);
    }
    expect(error.message).toContain(`byte ${error.offset}`);
    expect(failure(png, { engine: "upng" })).toMatchObject({ code, offset });
  });

  it("may claim a false size, which is noticed before memory is allocated", () => {
    const png = file(ihdr({ width: 9999, height: 9999 }), IDAT, IEND);
    expect(failure(png).message).toContain(`${STREAM.length} compressed bytes cannot hold`);
  });

  it("that ends too early is told where", () => {
    expect(failure(cut(8 + 25 + IDAT.length)).message).toContain("the file ends before IEND");
    expect(failure(cut(8 + 25 + 11)).message).toContain("the file ends inside a chunk's frame");
    expect(failure(cut(8 + 25 + 14)).message).toContain(
      `IDAT claims ${STREAM.length} bytes, ${IDAT.length - 14} more than the file has`,
    );
  });

  it("has no CRC checks with verify: false", () => {
    const wrong = file(ihdr(), IDAT, IEND);
    wrong[8 + 25 + 8 + STREAM.length]! ^= 1;
    expect(failure(wrong).code).toBe("PNG_CRC");
    expect([...decodeMaskSync(wrong, legend, { verify: false }).data]).toEqual([0, 1, 2, 0]);
  });
});

describe("every kind of file", () => {
  const depths = { 0: [1, 2, 4, 8, 16], 2: [8, 16], 3: [1, 2, 4, 8], 4: [8, 16], 6: [8, 16] };
  const channels = { 0: 1, 2: 3, 3: 1, 4: 2, 6: 4 };
  const kinds = ([0, 2, 3, 4, 6] as const).flatMap((colourType) =>
    depths[colourType].flatMap((bitDepth) =>
      [false, true].map((interlace) => ({ colourType, bitDepth, interlace })),
    ),
  );

  it.each(kinds)("colour type $colourType, bit depth $bitDepth, interlaced $interlace", (kind) => {
    const { colourType, bitDepth } = kind;
    let state = bitDepth * 8 + colourType;
    const random = () => {
      state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
      return state / 2 ** 32;
    };
    const palette = Uint8Array.from({ length: 3 * 2 ** Math.min(bitDepth, 8) }, () =>
      random() < 0.5 ? 0 : 255,
    );
    // Every width and height up to beyond two Adam7 blocks: the narrow ones have passes without a pixel.
    for (let width = 1; width <= 18; width++) {
      for (const height of [1, 2, 3, 5, 9]) {
        const levels = 2 ** Math.min(bitDepth, 8);
        // Of 16 bits, only widened samples of 8 bits are colours.
        const widening = bitDepth < 16 ? 1 : width % 2 === 0 ? 256 : 257;
        const samples = Array.from({ length: width * height * channels[colourType] }, () =>
          colourType === 3 || random() < 0.2
            ? Math.floor(random() * levels)
            : random() < 0.5
              ? 0
              : levels - 1,
        ).map((sample) => sample * widening);
        const png = encodePng({ ...kind, width, height, samples, palette, filter: "random", rng: random });
        const expected = decodeReference(png, legend);
        const map = decodeMaskSync(png, legend);
        expect([...map.data], `${width}×${height}`).toEqual([...expected.data]);
        expect(map.unlabelled.count).toBe(expected.data.filter((label) => label < 0).length);
      }
    }
  });
});

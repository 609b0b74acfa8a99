/** What is said about files that cannot be decoded: the code, the byte, and the words that tell one fault from another. */
import { readFileSync } from "node:fs";
import { crc32, deflateSync } from "node:zlib";
import { beforeAll, describe, expect, it } from "vitest";
import { withMemory } from "../../src/decode/engines/with-memory.js";
import { headerError, statusError, transparencyIssue } from "../../src/decode/faults.js";
import { readPng } from "../../src/decode/read-png.js";
import { DEFAULT_LIMITS, init } from "../../src/index.js";
import type { Label } from "../../src/maps/label.js";
import { chunk } from "../support/encode-png.mjs";

describe("a fault of the container", () => {
  beforeAll(() => init());

  const SIGNATURE = Uint8Array.of(0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a);
  const ihdr = (width: number, height: number, colourType: number, bitDepth = 8) => {
    const content = new Uint8Array([0, 0, 0, width, 0, 0, 0, height, bitDepth, colourType, 0, 0, 0]);
    return chunk("IHDR", content);
  };
  const idat = chunk("IDAT", deflateSync(new Uint8Array(8)));
  const end = chunk("IEND", new Uint8Array(0));
  const palette = (bytes: number) => chunk("PLTE", new Uint8Array(bytes));
  const rgb = ihdr(2, 1, 2);
  const { length } = idat;
  /** A chunk that claims to be longer than it is. */
  const claiming = (claimed: number) => {
    const bytes = Buffer.from(idat);
    bytes.writeUInt32BE(claimed, 0);
    return bytes;
  };
  /** Where the chunk after IHDR starts. */
  const second = SIGNATURE.length + rgb.length;
  const third = second + length;

  it.each<[parts: Uint8Array[], code: string, offset: number, words: string, limits?: object]>([
    [[rgb, idat, end], "PNG_TOO_LARGE", 0, "the file has more bytes than maxBytes 9", { maxBytes: 9 }],
    [[idat], "PNG_CHUNK_ORDER", 8, "the first chunk is IDAT, not IHDR"],
    [[rgb, rgb], "PNG_CHUNK_ORDER", second, "a second IHDR"],
    [[rgb, palette(3), palette(3)], "PNG_CHUNK_ORDER", second + 15, "a second PLTE"],
    [[rgb, idat, palette(3)], "PNG_CHUNK_ORDER", third, "PLTE comes after IDAT"],
    [[rgb, idat, chunk("tEXt", []), idat], "PNG_CHUNK_ORDER", third + 12, "tEXt comes between two IDATs"],
    [[ihdr(2, 1, 3), idat], "PNG_CHUNK_ORDER", second, "a palette image has no PLTE before IDAT"],
    [[rgb, chunk("tRNS", [1])], "PNG_CHUNK_INVALID", second, "tRNS does not fit the image, and is ignored"],
    [[rgb, idat, chunk("IEND", [1])], "PNG_CHUNK_INVALID", third, "IEND is not empty"],
    [[rgb, end], "PNG_CHUNK_ORDER", second, "there is no IDAT before IEND"],
    [
      [rgb, chunk("ABCD", [])],
      "PNG_CHUNK_INVALID",
      second,
      "ABCD is an unknown critical chunk, so the image",
    ],
    [[rgb, idat], "PNG_TRUNCATED", third, "the file ends before IEND"],
    [[rgb, Buffer.alloc(11)], "PNG_TRUNCATED", second, "the file ends inside a chunk's frame"],
    [[rgb, chunk("AB1D", [])], "PNG_CHUNK_INVALID", second + 4, "a chunk's type is not four letters"],
    [
      [rgb, claiming(2 ** 31)],
      "PNG_CHUNK_INVALID",
      second,
      "IDAT claims 2147483648 bytes, more than 2^31 - 1",
    ],
    [
      [rgb, claiming(length - 7)],
      "PNG_TRUNCATED",
      second,
      `IDAT claims ${length - 7} bytes, 5 more than the`,
    ],
    [[ihdr(4, 5, 2)], "PNG_TOO_LARGE", 16, "4×5 pixels are more than maxPixels 19", { maxPixels: 19 }],
    [[ihdr(2, 1, 0), palette(3)], "PNG_CHUNK_ORDER", second + 8, "a grey image must not have a PLTE"],
    [
      [ihdr(2, 1, 3, 2), palette(4)],
      "PNG_CHUNK_INVALID",
      second + 8,
      "PLTE has 4 bytes; it must have a multiple of 3, from 3 to 12",
    ],
    [
      [ihdr(200, 200, 2), idat, end],
      "PNG_DATA_LENGTH",
      second + 8,
      `${length - 12} compressed bytes cannot hold the 120200 bytes of 200×200 pixels`,
    ],
  ])("%#", (parts, code, offset, words, limits = {}) => {
    const file = new Uint8Array(Buffer.concat([SIGNATURE, ...parts]));
    const read = () => readPng(file, { ...DEFAULT_LIMITS, verify: true, strict: true, ...limits });
    expect(read).toThrow(expect.objectContaining({ name: "PngError", code, offset }));
    expect(read).toThrow(words);
    expect(read).toThrow(` (at byte ${offset})`);
  });

  it("is each byte of a chunk's type that is not a letter", () => {
    for (let byte = 0; byte < 256; byte++) {
      const isLetter = /[a-zA-Z]/.test(Buffer.of(byte).toString("latin1"));
      for (let place = 4; place < 8; place++) {
        const odd = Buffer.from(chunk("abCd", []));
        odd[place] = byte;
        // At this place a type's case says that its chunk is critical: that is another fault.
        if (place === 4 && isLetter) continue;
        const file = new Uint8Array(Buffer.concat([SIGNATURE, rgb, odd, idat, end]));
        const read = () => readPng(file, { ...DEFAULT_LIMITS, verify: false, strict: true });
        if (isLetter) expect(read).not.toThrow();
        else expect(read).toThrow("a chunk's type is not four letters");
      }
    }
  });

  it("of a checksum shows both in eight digits", () => {
    // Only its CRC is wrong: 0 instead of what zlib computes.
    const broken = Buffer.from(rgb).fill(0, rgb.length - 4);
    const file = new Uint8Array(Buffer.concat([SIGNATURE, broken, idat, end]));
    const computed = crc32(rgb.subarray(4, -4)).toString(16).padStart(8, "0");
    expect(() => readPng(file, { ...DEFAULT_LIMITS, verify: true, strict: false })).toThrow(
      expect.objectContaining({
        ...{ code: "PNG_CRC", offset: 29 },
        message: `IHDR: its CRC-32 is 0x${computed}, but the file says 0x00000000 (at byte 29)`,
      }),
    );
  });
});

describe("a fault of the header", () => {
  const header = (size: [number, number], rest: number[]) => {
    const content = new Uint8Array(8 + rest.length);
    const view = new DataView(content.buffer);
    view.setUint32(0, size[0]);
    view.setUint32(4, size[1]);
    content.set(rest, 8);
    return content;
  };
  const most = 2 ** 31 - 1;
  it.each([
    [[1, 1], [8, 2, 0, 0], 0, "IHDR has 12 bytes instead of 13"],
    [[0, 7], [8, 2, 0, 0, 0], 0, "the size 0×7 is not allowed"],
    [[7, 2 ** 31], [8, 2, 0, 0, 0], 0, "the size 7×2147483648 is not allowed"],
    [[most, most], [8, 5, 0, 0, 0], 9, "colour type 5 does not exist"],
    [[1, 1], [4, 2, 0, 0, 0], 8, "colour type 2 does not allow bit depth 4"],
    [[1, 1], [8, 2, 3, 4, 5], 10, "compression method 3 does not exist"],
    [[1, 1], [8, 2, 0, 4, 5], 11, "filter method 4 does not exist"],
    [[1, 1], [8, 2, 0, 0, 2], 12, "interlace method 2 does not exist"],
  ] as [[number, number], number[], number, string][])("%j and %j", (size, rest, place, words) => {
    const error = headerError(header(size, rest), 16);
    expect(error).toMatchObject({ name: "PngError", code: "PNG_HEADER", offset: 16 + place });
    expect(error.message).toContain(words);
  });
});

const HEADER = { width: 1, height: 1, bitDepth: 8, colorType: 0, interlaced: false } as const;

/** The numbers that the module returns. */
const STATUS = new Map(
  Array.from(
    readFileSync(new URL("../../assembly/status.ts", import.meta.url), "utf8").matchAll(/(\w+) = (-?\d+)/g),
    ([, name, value]) => [name!, Number(value)] as const,
  ),
);

describe("a status of the module", () => {
  it.each([
    ["BAD_ZLIB_HEADER", "PNG_DATA", "malformed: they do not start with a zlib header"],
    ["PRESET_DICTIONARY", "PNG_DATA", "malformed: they need a preset dictionary"],
    ["BAD_ADLER32", "PNG_ADLER32", "the Adler-32 checksum"],
    ["TRUNCATED", "PNG_DATA", "malformed: they end too early"],
    ["BAD_BLOCK_TYPE", "PNG_DATA", "malformed: a block has type 3"],
    ["BAD_STORED_LENGTH", "PNG_DATA", "malformed: a stored block's length"],
    ["TOO_MANY_CODES", "PNG_DATA", "malformed: a block has more literal or distance codes"],
    ["BAD_CODE_LENGTH_CODE", "PNG_DATA", "malformed: a block's code-length code"],
    ["BAD_CODE_LENGTH_REPEAT", "PNG_DATA", "malformed: a code length is repeated"],
    ["NO_END_OF_BLOCK_CODE", "PNG_DATA", "malformed: a block has no code for its end"],
    ["BAD_LITERAL_CODE", "PNG_DATA", "malformed: a block's literal code"],
    ["BAD_DISTANCE_CODE", "PNG_DATA", "malformed: a block's distance code"],
    ["BAD_SYMBOL", "PNG_DATA", "malformed: a code has no meaning"],
    ["DISTANCE_TOO_FAR", "PNG_DATA", "malformed: a match reaches back before the first byte"],
    ["TOO_SHORT", "PNG_DATA_LENGTH", "inflate to fewer bytes"],
    ["TOO_LONG", "PNG_DATA_LENGTH", "inflate to more bytes"],
    ["BAD_FILTER_TYPE", "PNG_FILTER_TYPE", "scanline 5 has a filter type above 4; filter types are 0 to 4"],
    ["BAD_PALETTE_INDEX", "PNG_PALETTE_INDEX", "a pixel has palette index 5; PLTE has no such entry"],
  ])("%s is %s", (name, code, words) => {
    const error = statusError(STATUS.get(name)!, 5, 77, HEADER);
    expect(error).toMatchObject({ name: "PngError", code, offset: 77 });
    expect(error.message).toContain(words);
  });

  it("that is no fault of the file is a fault of the library", () => {
    const error = statusError(STATUS.get("NEEDS_INPUT")!, 0, 0, HEADER);
    expect(error).toMatchObject({ name: "DecodeError", code: "INTERNAL" });
  });
});

describe("the issue about transparent pixels", () => {
  const label = (index: number) =>
    ({ index, color: `#00000${index}`, name: `class ${index}`, pixelCount: index + 1 }) as Label;
  const told = (counts: number[]) => {
    const { code, message } = transparencyIssue(
      counts.map((_, index) => label(index)),
      counts,
    );
    expect(code).toBe("transparent-pixels");
    expect(message).toContain('transparent: "unlabelled"');
    return message;
  };

  it("names each label that has some, up to three", () => {
    expect(told([1])).toContain(
      '1 fully transparent pixel got a label by colour: 1 of the 1 pixel of #000000 "class 0"; if',
    );
    expect(told([0, 1, 0, 3, 5])).toContain(
      '9 fully transparent pixels got a label by colour: 1 of the 2 pixels of #000001 "class 1", 3 of the 4 pixels of #000003 "class 3", 5 of the 5 pixels of #000004 "class 4"; if',
    );
  });

  it("counts the other labels", () => {
    expect(told([1, 1, 1, 1])).toContain('of #000002 "class 2", those of 1 other label; if');
    const message = told([1, 1, 1, 1, 0, 1]);
    expect(message).toContain("those of 2 other labels; if");
    expect(message).not.toContain("class 3");
  });
});

it("a trap of the module asks for a report, and a failed allocation says for which size; both keep the cause", () => {
  const failing = (cause: Error) => () =>
    withMemory(7, 5, () => {
      throw cause;
    });
  const trap = new WebAssembly.RuntimeError("unreachable");
  expect(failing(trap)).toThrow(
    expect.objectContaining({ name: "DecodeError", code: "INTERNAL", cause: trap }),
  );
  const allocation = new RangeError("Array buffer allocation failed");
  expect(failing(allocation)).toThrow(
    expect.objectContaining({
      ...{ name: "DecodeError", code: "OUT_OF_MEMORY", cause: allocation },
      message: "cannot allocate memory for 7×5 pixels",
    }),
  );
});

/** What is said about files that cannot be decoded: the code, the byte, and the words that tell one fault from another. */
import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { containerError, headerError, statusError, transparencyIssue } from "../../src/decode/faults.js";
import type { Label } from "../../src/maps/label.js";

describe("a fault of the container", () => {
  it.each([
    ["largeFile", [8], "PNG_TOO_LARGE", "the file has more bytes than maxBytes 8"],
    ["noHeader", ["IDAT"], "PNG_CHUNK_ORDER", "the first chunk is IDAT, not IHDR"],
    ["second", ["PLTE"], "PNG_CHUNK_ORDER", "a second PLTE"],
    ["latePalette", [], "PNG_CHUNK_ORDER", "PLTE comes after IDAT"],
    ["between", ["tEXt"], "PNG_CHUNK_ORDER", "tEXt comes between two IDATs"],
    ["noPalette", [], "PNG_CHUNK_ORDER", "no PLTE before IDAT"],
    ["alpha", [], "PNG_CHUNK_INVALID", "tRNS does not fit"],
    ["end", [], "PNG_CHUNK_INVALID", "IEND is not empty"],
    ["noPixels", [], "PNG_CHUNK_ORDER", "no IDAT before IEND"],
    ["unknown", ["ABCD"], "PNG_CHUNK_INVALID", "ABCD is an unknown critical chunk"],
    ["noEnd", [], "PNG_TRUNCATED", "ends before IEND"],
    ["cutFrame", [], "PNG_TRUNCATED", "inside a chunk's frame"],
    ["noType", [], "PNG_CHUNK_INVALID", "type is not four letters"],
    [
      "largeChunk",
      ["IDAT", 2 ** 31],
      "PNG_CHUNK_INVALID",
      "IDAT claims 2147483648 bytes, more than 2^31 - 1",
    ],
    ["cutChunk", ["IDAT", 9, 5], "PNG_TRUNCATED", "IDAT claims 9 bytes, 5 more than"],
    ["crc", ["IDAT", 0xabc, 2 ** 31], "PNG_CRC", "CRC-32 is 0x00000abc, but the file says 0x80000000"],
    ["largeImage", [4, 5, 19], "PNG_TOO_LARGE", "4×5 pixels are more than maxPixels 19"],
    ["greyPalette", [], "PNG_CHUNK_ORDER", "a grey image must not have a PLTE"],
    [
      "paletteLength",
      [4, 12],
      "PNG_CHUNK_INVALID",
      "PLTE has 4 bytes; it must have a multiple of 3, from 3 to 12",
    ],
    [
      "expansion",
      [9, 99, 2, 3],
      "PNG_DATA_LENGTH",
      "9 compressed bytes cannot hold the 99 bytes of 2×3 pixels",
    ],
  ] as const)("%s", (name, details, code, words) => {
    const error = containerError(name, 77, details);
    expect(error).toMatchObject({ name: "PngError", code, offset: 77 });
    expect(error.message).toContain(words);
    expect(error.message).toMatch(/ \(at byte 77\)$/);
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
      Uint32Array.from(counts),
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

/** `writePng`: each byte of the file is what the PNG specification asks for, and the plain reference reads it. */
import { crc32, inflateSync } from "node:zlib";
import { describe, expect, it } from "vitest";
import { ColorType, readPngHeader, writePng } from "../../src/decode/png/index.js";
import { decodePixels } from "../support/reference.mjs";

/** The chunks of a file, whose lengths and CRCs must be right. */
function chunksOf(file: Uint8Array): { type: string; content: Uint8Array }[] {
  expect([...file.subarray(0, 8)]).toEqual([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a]);
  const view = new DataView(file.buffer, file.byteOffset, file.byteLength);
  const chunks: { type: string; content: Uint8Array }[] = [];
  for (let offset = 8; offset < file.length; ) {
    const length = view.getUint32(offset);
    expect(offset + 12 + length).toBeLessThanOrEqual(file.length);
    const type = String.fromCharCode(...file.subarray(offset + 4, offset + 8));
    expect(view.getUint32(offset + 8 + length), type).toBe(
      crc32(file.subarray(offset + 4, offset + 8 + length)),
    );
    chunks.push({ type, content: file.subarray(offset + 8, offset + 8 + length) });
    offset += 12 + length;
  }
  return chunks;
}

const random = (count: number) =>
  Uint8Array.from({ length: count }, (_, index) => Math.imul(index + 1, 0x9e37_79b1) >>> 24);

describe("a written PNG", () => {
  const kinds = [
    { colorType: ColorType.grey, bitDepth: 1, width: 11, rowBytes: 2 },
    { colorType: ColorType.grey, bitDepth: 8, width: 5, rowBytes: 5 },
    { colorType: ColorType.grey, bitDepth: 16, width: 5, rowBytes: 10 },
    { colorType: ColorType.rgb, bitDepth: 8, width: 3, rowBytes: 9 },
    { colorType: ColorType.rgba, bitDepth: 8, width: 3, rowBytes: 12 },
    { colorType: ColorType.palette, bitDepth: 4, width: 3, rowBytes: 2, palette: random(48) },
  ];

  it.each(kinds)("has the chunks and rows of colour type $colorType, $bitDepth bits", async (kind) => {
    const { rowBytes, palette, ...header } = kind;
    for (const height of [1, 4]) {
      const rows = random(height * rowBytes);
      const file = writePng({ ...header, height }, rows, palette);
      const chunks = chunksOf(file);
      expect(chunks.map(({ type }) => type)).toEqual([
        ...(palette === undefined ? ["IHDR"] : ["IHDR", "PLTE"]),
        ...["IDAT", "IEND"],
      ]);
      const size = [0, 0, 0, header.width, 0, 0, 0, height];
      expect([...chunks[0]!.content]).toEqual([...size, header.bitDepth, header.colorType, 0, 0, 0]);
      if (palette !== undefined) expect(chunks[1]!.content).toEqual(palette);
      expect(chunks.at(-1)!.content).toHaveLength(0);
      // The filter Up: each byte less the one above it (PNG specification, 9.2).
      const expected = Array.from({ length: height }, (_, y) => {
        const row = rows.subarray(y * rowBytes, (y + 1) * rowBytes);
        return [2, ...row.map((byte, index) => (y === 0 ? byte : byte - rows[(y - 1) * rowBytes + index]!))];
      });
      expect([...inflateSync(chunks.at(-2)!.content)]).toEqual(expected.flat());
      expect(await readPngHeader(file)).toEqual({ ...header, height, interlaced: false });
    }
  });

  it("is read by the plain reference, with the same pixels", () => {
    const rows = random(3 * 4 * 5);
    const { width, height, pixels } = decodePixels(
      writePng({ width: 4, height: 5, bitDepth: 8, colorType: ColorType.rgb }, rows),
    );
    const words = Array.from({ length: 20 }, (_, pixel) => {
      const [red, green, blue] = rows.subarray(pixel * 3) as unknown as [number, number, number];
      return (red << 16) | (green << 8) | blue;
    });
    expect([width, height, [...pixels]]).toEqual([4, 5, words]);
  });

  it("has the size of its rows, even if more bytes are given", () => {
    const header = { width: 4, height: 2, bitDepth: 8, colorType: ColorType.grey } as const;
    const rows = random(20);
    expect(writePng(header, rows)).toEqual(writePng(header, rows.slice(0, 8)));
  });

  it("is deflated with runs of one byte only, which takes less time", () => {
    // In pairs of bytes a full search would find one long match.
    const pairs = Uint8Array.from({ length: 4000 }, (_, index) => index & 1);
    const header = { width: 4000, height: 1, bitDepth: 8, colorType: ColorType.grey } as const;
    const dense = writePng(header, pairs);
    const runs = writePng(header, new Uint8Array(4000));
    expect(dense.length).toBeGreaterThan(4000 / 8);
    expect(runs.length).toBeLessThan(100);
  });
});

/**
 * Rows are passed in blocks of 64 bytes, of RGB 48, as long as all their pixels are the same. Whatever differs in a
 * block is found: any one byte, for any byte that it may be taken for, and a part that is shifted.
 */
import { beforeAll, describe, expect, it } from "vitest";
import { decodeIds } from "../../src/decode/decode-ids.js";
import { init } from "../../src/index.js";
import { encodePng } from "../support/encode-png.mjs";

const PIXEL = [10, 20, 30, 40];
const KINDS = [
  { name: "grey", colourType: 0, channels: 1 },
  { name: "grey and alpha", colourType: 4, channels: 2 },
  { name: "RGB", colourType: 2, channels: 3 },
  { name: "RGBA", colourType: 6, channels: 4 },
] as const;

beforeAll(() => init());

describe.each(KINDS)("a row of $name", ({ colourType, channels }) => {
  const blockBytes = channels === 3 ? 48 : 64;
  const width = (4 * blockBytes) / channels + 5;
  const pixel = PIXEL.slice(0, channels);
  const plain = () => Uint8Array.from({ length: width * channels }, (_, index) => pixel[index % channels]!);

  /** The ids of rows that the encoder does not filter and does not compress, so that no repeat is noted. */
  async function expectRows(rows: readonly Uint8Array[]) {
    const height = rows.length;
    const samples = new Uint8Array(height * width * channels);
    rows.forEach((row, y) => {
      samples.set(row, y * width * channels);
    });
    const image = { width, height, colourType, bitDepth: 8, samples, filter: 0 as const };
    const png = encodePng({ ...image, zlib: { level: 0 } });
    const { data, ids } = await decodeIds(png, { alpha: channels === 4 });
    const expected = Array.from({ length: width * height }, (_, index) => {
      const at = index * channels;
      if (channels < 3) return samples[at]!;
      const rgb = samples[at]! + samples[at + 1]! * 256 + samples[at + 2]! * 65_536;
      return channels === 3 ? rgb : rgb + samples[at + 3]! * 2 ** 24;
    });
    const place = expected.findIndex((id, index) => ids[data[index]!] !== id);
    const row = Math.floor(place / width);
    expect(place, `pixel ${place % width} of row ${row} is not ${expected[place]}`).toBe(-1);
  }

  it("shows each byte that differs, in the third block as in the first and the last", async () => {
    const rows = [0, 2, 3].flatMap((block) =>
      Array.from({ length: blockBytes }, (_, index) => block * blockBytes + index).flatMap((place) =>
        // Another channel's value, so that a pattern that is off by a byte would take it for its own; and none.
        [...pixel, 0].map((value) => {
          const row = plain();
          row[place] = value;
          return row;
        }),
      ),
    );
    await expectRows(rows);
  });

  it("shows a part of a block whose pixels are shifted", async () => {
    const rows: Uint8Array[] = [];
    for (let start = 0; start < blockBytes; start += 16) {
      for (let shift = 1; shift < channels; shift++) {
        const row = plain();
        for (let index = 0; index < 16; index++)
          row[2 * blockBytes + start + index] = pixel[(index + shift) % channels]!;
        rows.push(row);
      }
      const row = plain();
      for (let index = 0; index < 16; index++) row[2 * blockBytes + start + index] = pixel[index % channels]!;
      rows.push(row);
    }
    await expectRows(rows);
  });

  it("shows a channel that is another's throughout, in the first pixel and behind the first 16 bytes", async () => {
    const rows = pixel.flatMap((_, channel) =>
      [...pixel, 0].map((value) => {
        const row = plain();
        for (let index = 0; index < blockBytes; index++) {
          if (index % channels !== channel || (index >= channels && index < 16)) continue;
          row[2 * blockBytes + index] = value;
        }
        return row;
      }),
    );
    await expectRows(rows);
  });

  it("shows a block that would be the same with pixels of another size", async () => {
    const rows = [1, 2, 3, 4].map((size) => {
      const row = plain();
      for (let index = 0; index < blockBytes; index++) {
        row[2 * blockBytes + index] = pixel[((index % 16) % size) % channels]!;
      }
      return row;
    });
    await expectRows(rows);
  });
});

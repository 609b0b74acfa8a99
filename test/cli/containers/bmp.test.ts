/** BMPs of every kind become PNGs with the same indices and palette, or the same colours. */
import { decode as readPng } from "fast-png";
import { decodeMask, FormatError, init } from "labelmap";
import { beforeAll, describe, expect, it } from "vitest";
import { toPng } from "../../../cli/src/containers/index.js";
import { type BmpOptions, writeBmp } from "../../support/write-bmp.js";

beforeAll(() => init());

const PALETTE = [
  [0, 0, 0],
  [255, 0, 0],
  [0, 255, 0],
  [1, 2, 3],
] as const;

const convert = async (options: BmpOptions) => {
  const result = await toPng(writeBmp(options), "mask.bmp");
  expect(result.issues).toEqual([]);
  return result.png;
};
/** The palette index of each pixel, by the decoder of the library. */
const indicesOf = async (png: Uint8Array) => {
  const map = await decodeMask(png, { 0: "0", 1: "1", 2: "2", 3: "3" }, { encoding: "palette-index" });
  return [...map.data].map((label) => Number(map.labels[label]?.className));
};
const failure = (options: BmpOptions) =>
  toPng(writeBmp(options), "masks/a.bmp").then(
    () => expect.fail("it did not fail"),
    (error: unknown) => {
      expect(error).toBeInstanceOf(FormatError);
      expect((error as Error).message).toMatch(/^masks\/a\.bmp: /);
      return error as FormatError;
    },
  );

const eight: BmpOptions = {
  width: 3,
  height: 2,
  bits: 8,
  palette: PALETTE,
  // The lower row comes first, and rows are filled up to four bytes.
  stored: Uint8Array.of(3, 2, 1, 99, 0, 1, 2, 99),
};

describe("toPng of a BMP with a palette", () => {
  it("keeps indices and colours, from the lower row to the upper one", async () => {
    const png = await convert(eight);
    expect(await indicesOf(png)).toEqual([0, 1, 2, 3, 2, 1]);
    expect(readPng(png).palette).toEqual(PALETTE.map((colour) => [...colour]));
  });

  it("reads rows from the upper one if the height is negative", async () => {
    expect(await indicesOf(await convert({ ...eight, height: -2 }))).toEqual([3, 2, 1, 0, 1, 2]);
  });

  it("reads 1, 2 and 4 bits", async () => {
    const [one, two, four] = [
      Uint8Array.of(0b01000000),
      Uint8Array.of(0b01_11_10_00),
      Uint8Array.of(0x13, 0x20),
    ];
    const row = (bytes: Uint8Array) => Uint8Array.from([...bytes, ...Array(4 - bytes.length).fill(0)]);
    const common = { width: 3, height: 1 };
    expect(
      await indicesOf(await convert({ ...common, bits: 1, palette: PALETTE.slice(0, 2), stored: row(one) })),
    ).toEqual([0, 1, 0]);
    expect(
      await indicesOf(await convert({ ...common, bits: 2, palette: PALETTE, stored: row(two) })),
    ).toEqual([1, 3, 2]);
    expect(
      await indicesOf(await convert({ ...common, bits: 4, palette: PALETTE, stored: row(four) })),
    ).toEqual([1, 3, 2]);
  });

  it("reads the palette of three bytes per colour that OS/2 has", async () => {
    // OS/2 has no number of colours, so all 256 are there.
    const palette = Array.from({ length: 256 }, (_, index) => [index, 255 - index, 7] as const);
    const png = await convert({ ...eight, headerBytes: 12, palette });
    expect(await indicesOf(png)).toEqual([0, 1, 2, 3, 2, 1]);
    expect(readPng(png).palette?.[2]).toEqual([2, 253, 7]);
  });

  it("reads run-length codes of 8 bits: runs, single pixels, ends of rows", async () => {
    const stored = Uint8Array.of(2, 3, 1, 1, 0, 0, 0, 3, 0, 1, 2, 0, 0, 1);
    expect(await indicesOf(await convert({ ...eight, compression: 1, stored }))).toEqual([0, 1, 2, 3, 3, 1]);
  });

  it("reads run-length codes of 4 bits, which hold two indices", async () => {
    const stored = Uint8Array.of(3, 0x12, 0, 0, 0, 3, 0x01, 0x20, 0, 0, 0, 1);
    expect(await indicesOf(await convert({ ...eight, bits: 4, compression: 2, stored }))).toEqual([
      0, 1, 2, 1, 2, 1,
    ]);
  });
});

describe("toPng of a grey BMP", () => {
  const greys = (count: number) =>
    Array.from(
      { length: count },
      (_, entry) => Array(3).fill((entry * 255) / (count - 1)) as [number, number, number],
    );

  it("gives grey samples, since all shades are in their order", async () => {
    const png = await convert({ ...eight, palette: greys(256) });
    expect(readPng(png)).toMatchObject({ channels: 1, depth: 8, data: Uint8Array.of(0, 1, 2, 3, 2, 1) });
    expect(readPng(png).palette).toBeUndefined();
  });

  it("keeps 4 bits, whether they are run-length codes or not", async () => {
    const ids = async (options: BmpOptions) => {
      const map = await decodeMask(await convert(options), { 1: "1", 12: "12" }, { encoding: "grey" });
      return [...map.data].map((label) => map.labels[label]?.className ?? "0");
    };
    const four = { ...eight, height: 1, bits: 4, palette: greys(16) };
    expect(await ids({ ...four, stored: Uint8Array.of(0x1c, 0x10, 0, 0) })).toEqual(["1", "12", "1"]);
    expect(await ids({ ...four, compression: 2, stored: Uint8Array.of(3, 0x1c, 0, 1) })).toEqual([
      "1",
      "12",
      "1",
    ]);
  });

  it("keeps the palette if a shade is missing or in another place", async () => {
    const swapped = greys(256);
    [swapped[4], swapped[5]] = [swapped[5]!, swapped[4]!];
    for (const palette of [swapped, greys(256).slice(0, 255)]) {
      expect(readPng(await convert({ ...eight, palette })).palette).toHaveLength(palette.length);
    }
  });
});

describe("toPng of a BMP of colours", () => {
  const colours = async (options: BmpOptions) => {
    const { channels, data } = readPng(await convert(options));
    return [channels, ...data];
  };

  it("reads 24 and 32 bits as blue, green, red, and ignores the fourth byte", async () => {
    const stored = Uint8Array.of(1, 2, 3, 4, 5, 6, 0, 0);
    expect(await colours({ width: 2, height: 1, bits: 24, stored })).toEqual([3, 3, 2, 1, 6, 5, 4]);
    expect(await colours({ width: 2, height: 1, bits: 32, stored })).toEqual([3, 3, 2, 1, 0, 6, 5]);
  });

  it("reads 16 bits as 5 of each colour, or by the masks", async () => {
    const pixels = new Uint8Array(Uint16Array.of(0b0_11111_00000_10000, 0b0_00000_11111_00001).buffer);
    const common = { width: 2, height: 1, bits: 16, stored: pixels };
    // 16 of 31 is 131.6 of 255, and 1 of 31 is 8.2.
    expect(await colours(common)).toEqual([3, 255, 0, 132, 0, 255, 8]);
    const masks = [0xf800, 0x07e0, 0x001f];
    const stored = new Uint8Array(Uint16Array.of(0xf800, 0x07e0).buffer);
    expect(await colours({ ...common, compression: 3, masks, stored })).toEqual([3, 255, 0, 0, 0, 255, 0]);
  });

  it("reads alpha if there is a mask for it", async () => {
    const stored = Uint8Array.of(10, 20, 30, 40);
    const masks = [0xff, 0xff00, 0xff0000, 0xff000000];
    expect(
      await colours({ width: 1, height: 1, bits: 32, compression: 3, headerBytes: 124, masks, stored }),
    ).toEqual([4, 10, 20, 30, 40]);
  });
});

describe("toPng of a broken BMP", () => {
  it("says where it ends too early", async () => {
    const bytes = writeBmp(eight);
    for (let length = 18; length < bytes.length; length++) {
      const error = await toPng(bytes.subarray(0, length), "a.bmp").then(
        () => expect.fail(`${length} bytes did not fail`),
        (reason: unknown) => reason,
      );
      expect(error, `${length}`).toBeInstanceOf(FormatError);
      expect(error).toMatchObject({ code: "FORMAT_INVALID" });
      expect((error as Error).message).toMatch(/^a\.bmp: /);
    }
  });

  it("refuses run-length codes that end early, leave pixels out, skip pixels or lead out of the picture", async () => {
    const codes = (...stored: number[]) =>
      failure({ ...eight, compression: 1, stored: Uint8Array.from(stored) });
    expect((await codes(3, 1, 0, 0, 3, 1)).message).toContain("cut short");
    expect((await codes(3, 1, 0, 0, 0, 1)).message).toContain("cut short");
    expect((await codes(3, 1, 0, 0, 0, 9, 1)).message).toContain("cut short");
    expect((await codes(3, 1, 0, 0, 2, 1, 0, 0)).message).toContain(
      "row 1 of the run-length codes has 2 pixels",
    );
    expect((await codes(4, 1, 0, 1)).message).toContain("lead out of row 0");
    expect((await codes(3, 1, 0, 0, 3, 1, 0, 0, 1, 1)).message).toContain("lead out of row 2");
    expect(await codes(0, 2, 1, 1)).toMatchObject({ code: "FORMAT_UNSUPPORTED" });
  });

  it("allocates no more than the codes can fill", async () => {
    const error = await failure({
      ...eight,
      width: 16000,
      height: 16000,
      compression: 1,
      stored: Uint8Array.of(0, 1),
    });
    expect(error).toMatchObject({ code: "FORMAT_INVALID" });
    expect(error.message).toContain("fill at most 255 of 16000 × 16000 pixels");
  });

  it("refuses sizes, palettes and masks that cannot be", async () => {
    expect((await failure({ ...eight, width: 0 })).message).toContain("0 × 2");
    expect((await failure({ ...eight, width: -3 })).message).toContain("-3 × 2");
    expect((await failure({ ...eight, width: 40000, height: 40000 })).message).toContain("at most 268435456");
    const many = Array.from({ length: 3 }, () => [0, 0, 0] as const);
    expect((await failure({ ...eight, bits: 1, palette: many })).message).toContain(
      "3 colours, more than the 2",
    );
    const split = { width: 1, height: 1, bits: 32, compression: 3, stored: new Uint8Array(4) };
    expect((await failure({ ...split, masks: [0xff00ff, 0xff00, 0xff000000] })).message).toContain(
      "side by side",
    );
    expect((await failure({ ...split, masks: [0, 0xff00, 0xff] })).message).toContain("channel 0");
    const deep = await failure({ ...split, masks: [0x3ff00000, 0xffc00, 0x3ff] });
    expect(deep).toMatchObject({ code: "FORMAT_UNSUPPORTED" });
    expect(await failure({ ...eight, bits: 7 })).toMatchObject({ code: "FORMAT_UNSUPPORTED" });
    expect(await failure({ ...eight, compression: 4 })).toMatchObject({ code: "FORMAT_UNSUPPORTED" });
  });
});

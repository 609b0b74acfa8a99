/** Masks in TIFF, WebP, GIF and JPEG become PNGs with the same samples. Files are written here byte by byte, or by sharp. */
import { decode as readPng } from "fast-png";
import { decodeMask, FormatError, init } from "labelmap";
import sharp from "sharp";
import { beforeAll, describe, expect, it } from "vitest";
import { toPng } from "../../../cli/src/containers/index.js";
import { readWebpChunks } from "../../../cli/src/containers/webp-chunks.js";
import { encodePng } from "../../support/encode-png.mjs";
import { writeTiff } from "../../support/write-tiff.js";

beforeAll(() => init());

const WIDTH = 5;
const HEIGHT = 3;
const PIXELS = WIDTH * HEIGHT;

/** Samples that tell every mistake apart: no two are equal, and they are not in order. */
const samples = (count: number, most: number) =>
  Array.from({ length: count }, (_, index) => Math.floor(((index * 7 + 3) % count) * (most / (count - 1))));

const stored16 = (values: readonly number[], isLittle: boolean) => {
  const bytes = Buffer.alloc(values.length * 2);
  for (const [index, value] of values.entries()) {
    if (isLittle) bytes.writeUInt16LE(value, index * 2);
    else bytes.writeUInt16BE(value, index * 2);
  }
  return new Uint8Array(bytes);
};

const page = (values: readonly number[], channels: number, tags: Record<number, readonly number[]> = {}) => ({
  width: WIDTH,
  height: HEIGHT,
  bits: 8 as const,
  channels,
  pixels: Uint8Array.from(values),
  tags,
});

const grey = page(samples(PIXELS, 255), 1);

const codesOf = ({ issues }: { issues: readonly { code: string }[] }) => issues.map(({ code }) => code);
const failure = (promise: Promise<unknown>) =>
  promise.then(
    () => expect.fail("it did not fail"),
    (error: unknown) => error as FormatError,
  );

describe("toPng of a TIFF", () => {
  for (const [name, isLittle, isBig] of [
    ["little-endian", true, false],
    ["big-endian", false, false],
    ["BigTIFF", true, true],
  ] as const) {
    it(`keeps all 16 bits of ids (${name})`, async () => {
      const ids = samples(PIXELS, 65535);
      const tiff = writeTiff(
        [{ width: WIDTH, height: HEIGHT, bits: 16, pixels: stored16(ids, isLittle) }],
        isLittle,
        isBig,
      );
      const { png, issues } = await toPng(tiff, "ids.tif");
      const { depth, channels, data } = readPng(png);
      expect({ depth, channels, data: [...data] }).toEqual({ depth: 16, channels: 1, data: ids });
      expect(issues).toEqual([]);
    });
  }

  it("gives ids that decodeMask finds", async () => {
    const ids = [0, 300, 65535, 300, 0, 300, 300, 300, 0, 0, 65535, 65535, 0, 0, 0];
    const tiff = writeTiff([{ width: WIDTH, height: HEIGHT, bits: 16, pixels: stored16(ids, true) }]);
    const { png } = await toPng(tiff, "ids.tif");
    const map = await decodeMask(png, { 300: "road", 65535: "sky" }, { encoding: "grey" });
    expect(
      Object.fromEntries(map.labels.map(({ className, pixelCount }) => [className, pixelCount])),
    ).toEqual({
      road: 5,
      sky: 3,
    });
  });

  it("keeps grey, grey with alpha, RGB and RGBA of 8 and 16 bits", async () => {
    for (const channels of [1, 2, 3, 4]) {
      for (const bits of [8, 16] as const) {
        const values = samples(PIXELS * channels, 2 ** bits - 1);
        const pixels = bits === 8 ? Uint8Array.from(values) : stored16(values, true);
        const tiff = writeTiff([{ width: WIDTH, height: HEIGHT, bits, channels, pixels }]);
        const { png, issues } = await toPng(tiff, "mask.tiff");
        const found = readPng(png);
        expect([found.depth, found.channels, [...found.data]], `${channels} × ${bits} bits`).toEqual([
          bits,
          channels,
          values,
        ]);
        expect(issues).toEqual([]);
      }
    }
  });

  it("keeps ids of 1 and 4 bits as they are, with bytes that a row does not fill", async () => {
    const bit = [1, 0, 0, 1, 1, 0, 1, 0, 1, 0, 1, 1, 1, 0, 0];
    const one = await toPng(
      writeTiff([
        { width: WIDTH, height: HEIGHT, bits: 1, pixels: Uint8Array.of(0b10011000, 0b01010000, 0b11100000) },
      ]),
      "one.tif",
    );
    const map = await decodeMask(one.png, { 1: "object" }, { encoding: "grey" });
    expect([...map.data].map((label) => label + 1)).toEqual(bit);
    const four = await toPng(
      writeTiff([{ width: 3, height: 1, bits: 4, pixels: Uint8Array.of(0x3f, 0x70) }]),
      "four.tif",
    );
    const ids = await decodeMask(four.png, { 3: "a", 15: "b", 7: "c" }, { encoding: "grey" });
    expect([...ids.data].map((label) => ids.labels[label]?.className)).toEqual(["a", "b", "c"]);
  });

  it("reads a palette as colours, and says so", async () => {
    const indices = samples(PIXELS, 7);
    const colours = Array.from({ length: 256 }, (_, entry) =>
      [entry * 5, 255 - entry, entry * 91].map((v) => v & 255),
    );
    // All reds, then all greens, then all blues, with 16 bits each.
    const map = [0, 1, 2].flatMap((channel) => colours.map((colour) => colour[channel]! * 257));
    const tiff = writeTiff([page(indices, 1, { 262: [3], 320: map })]);
    const result = await toPng(tiff, "palette.tif");
    expect([...readPng(result.png).data]).toEqual(indices.flatMap((index) => colours[index]!));
    expect(codesOf(result)).toEqual(["palette-lost"]);
  });

  it("inverts samples whose 0 is white, and says so", async () => {
    const result = await toPng(writeTiff([page(samples(PIXELS, 255), 1, { 262: [0] })]), "white.tif");
    expect([...readPng(result.png).data]).toEqual(samples(PIXELS, 255).map((value) => 255 - value));
    expect(codesOf(result)).toEqual(["samples-inverted"]);
  });

  it("reports further pages and an orientation, and applies neither", async () => {
    const result = await toPng(writeTiff([page(grey.pixels as never, 1, { 274: [6] }), grey]), "pages.tif");
    const { width, height, data } = readPng(result.png);
    expect([width, height, [...data]]).toEqual([WIDTH, HEIGHT, [...grey.pixels]]);
    expect(codesOf(result)).toEqual(["frames-dropped", "orientation-ignored"]);
    expect(result.issues[0]?.message).toContain("2 pages");
    expect(result.issues[1]?.message).toContain("6");
  });

  it("reports colours that were multiplied with alpha", async () => {
    const pixels = [100, 50, 0, 128, 10, 20, 30, 255];
    const tiff = writeTiff([
      { width: 2, height: 1, bits: 8, channels: 4, pixels: Uint8Array.from(pixels), tags: { 338: [1] } },
    ]);
    const result = await toPng(tiff, "alpha.tif");
    expect(codesOf(result)).toEqual(["alpha-divided"]);
    // 100 / (128 / 255) = 199.2 and 50 / (128 / 255) = 99.6, rounded down.
    expect([...readPng(result.png).data]).toEqual([199, 99, 0, 128, 10, 20, 30, 255]);
  });

  it("refuses samples that a PNG cannot have", async () => {
    const wide = writeTiff([
      { width: 2, height: 1, bits: 32, pixels: new Uint8Array(8), tags: { 339: [3] } },
    ]);
    const float = await failure(toPng(wide, "masks/height.tif"));
    expect(float).toMatchObject({ code: "FORMAT_UNSUPPORTED" });
    expect(float.message).toMatch(/^masks\/height\.tif: .*float of 32 bits/);
    const cmyk = await failure(
      toPng(writeTiff([page(samples(PIXELS * 4, 255), 4, { 262: [5], 338: [0] })]), "c.tif"),
    );
    expect(cmyk).toMatchObject({ code: "FORMAT_UNSUPPORTED" });
    const bands = await failure(
      toPng(writeTiff([page(samples(PIXELS * 5, 255), 5, { 262: [1] })]), "five.tif"),
    );
    expect(bands).toMatchObject({ code: "FORMAT_UNSUPPORTED" });
    expect(bands.message).toContain("5 samples");
  });
});

/** Colours of a mask, and of nothing that sRGB and Display P3 have in common. */
const rgb = samples(PIXELS * 3, 255);
const raw = { raw: { width: WIDTH, height: HEIGHT, channels: 3 as const } };
const picture = () => sharp(Uint8Array.from(rgb), raw);

describe("toPng of a WebP", () => {
  it("keeps the colours of a lossless one", async () => {
    const { png, issues } = await toPng(await picture().webp({ lossless: true }).toBuffer(), "mask.webp");
    expect([...readPng(png).data]).toEqual(rgb);
    expect(issues).toEqual([]);
  });

  it("keeps the colours of transparent pixels", async () => {
    const rgba = samples(PIXELS * 4, 255).map((value, index) => (index % 8 === 3 ? 0 : value));
    const webp = await sharp(Uint8Array.from(rgba), { raw: { ...raw.raw, channels: 4 } })
      .webp({ lossless: true, exact: true })
      .toBuffer();
    expect([...readPng((await toPng(webp, "mask.webp")).png).data]).toEqual(rgba);
  });

  it("ignores a colour profile", async () => {
    const { data: pixels } = await picture().withIccProfile("p3").png().toBuffer({ resolveWithObject: true });
    const webp = await picture().withIccProfile("p3").webp({ lossless: true }).toBuffer();
    // What the file holds: sharp has converted the colours to the profile.
    const held = [...readPng(new Uint8Array(pixels)).data];
    expect(held).not.toEqual(rgb);
    expect([...readPng((await toPng(webp, "mask.webp")).png).data]).toEqual(held);
  });

  it("refuses a lossy one unless it is accepted, and then says so", async () => {
    const webp = await picture().webp({ quality: 90 }).toBuffer();
    const error = await failure(toPng(webp, "masks/a.webp"));
    expect(error).toBeInstanceOf(FormatError);
    expect(error).toMatchObject({ code: "FORMAT_UNSUPPORTED" });
    expect(error.message).toMatch(/^masks\/a\.webp: it is a WebP with lossy compression.*snap/);
    expect(codesOf(await toPng(webp, "masks/a.webp", { lossy: "accept" }))).toEqual(["lossy"]);
  });

  it("finds the pixels of an animation in its frames, and reads the first", async () => {
    const two = sharp(Uint8Array.from([...rgb, ...rgb.map((value) => 255 - value)]), {
      raw: { width: WIDTH, height: HEIGHT * 2, channels: 3, pageHeight: HEIGHT },
    });
    const lossless = await two.clone().webp({ lossless: true }).toBuffer();
    const result = await toPng(lossless, "mask.webp");
    expect(codesOf(result)).toEqual(["frames-dropped"]);
    expect(readPng(result.png).height).toBe(HEIGHT);
    const lossy = await two.clone().webp({ quality: 50 }).toBuffer();
    expect(await failure(toPng(lossy, "mask.webp"))).toMatchObject({ code: "FORMAT_UNSUPPORTED" });
  });
});

describe("the chunks of a WebP", () => {
  const chunk = (kind: string, length: number) =>
    Buffer.concat([Buffer.from(kind), Buffer.of(length, 0, 0, 0), Buffer.alloc(length + (length % 2))]);
  const webp = (...chunks: Buffer[]) =>
    new Uint8Array(Buffer.concat([Buffer.from("RIFF\0\0\0\0WEBP"), ...chunks]));

  it("are found after one of an odd length", () => {
    const lossy = webp(chunk("VP8X", 10), chunk("ICCP", 3), chunk("VP8 ", 4));
    expect(readWebpChunks(lossy)).toEqual({ isLossy: true, isLossless: false });
    const lossless = webp(chunk("VP8X", 10), chunk("ICCP", 5), chunk("VP8L", 4));
    expect(readWebpChunks(lossless)).toEqual({ isLossy: false, isLossless: true });
  });

  it("are none in a file that ends early", () => {
    expect(readWebpChunks(webp().subarray(0, 10))).toEqual({ isLossy: false, isLossless: false });
    expect(readWebpChunks(webp(chunk("VP8 ", 4)).subarray(0, 18))).toEqual({
      isLossy: false,
      isLossless: false,
    });
  });
});

describe("toPng of a GIF", () => {
  it("gives the colours of the first frame, and says that there are more", async () => {
    const gif = await sharp(Uint8Array.from([...rgb, ...rgb]), {
      raw: { width: WIDTH, height: HEIGHT * 2, channels: 3, pageHeight: HEIGHT },
    })
      .gif({ dither: 0, keepDuplicateFrames: true, delay: [100, 100] } as never)
      .toBuffer();
    const expected = await sharp(gif).removeAlpha().raw().toBuffer();
    const result = await toPng(gif, "mask.gif");
    const { data, height } = readPng(result.png);
    expect(height).toBe(HEIGHT);
    expect([...data].filter((_, index) => data.length === PIXELS * 3 || index % 4 !== 3)).toEqual([
      ...expected,
    ]);
    expect(codesOf(result)).toEqual(["palette-lost", "frames-dropped"]);
  });
});

describe("toPng of a JPEG", () => {
  it("refuses it unless it is accepted, and then says so", async () => {
    const jpeg = await picture().jpeg({ quality: 100, chromaSubsampling: "4:4:4" }).toBuffer();
    expect(await failure(toPng(jpeg, "a.jpg"))).toMatchObject({ code: "FORMAT_UNSUPPORTED" });
    const result = await toPng(jpeg, "a.jpg", { lossy: "accept" });
    expect(codesOf(result)).toEqual(["lossy"]);
    expect(readPng(result.png)).toMatchObject({ width: WIDTH, height: HEIGHT, channels: 3, depth: 8 });
  });

  it("sees the JPEG in a TIFF", async () => {
    const tiff = await picture().tiff({ compression: "jpeg" }).toBuffer();
    expect(await failure(toPng(tiff, "a.tif"))).toMatchObject({ code: "FORMAT_UNSUPPORTED" });
    expect(codesOf(await toPng(tiff, "a.tif", { lossy: "accept" }))).toEqual(["lossy"]);
  });
});

describe("toPng", () => {
  it("gives a PNG back as it is", async () => {
    const png = encodePng({ width: 1, height: 1, colourType: 0, bitDepth: 8, samples: [7] });
    expect((await toPng(png, "a.png")).png).toBe(png);
    // decodeMask reports its defects.
    const cut = png.subarray(0, 20);
    expect((await toPng(cut, "a.png")).png).toBe(cut);
  });

  it("goes by the bytes, not by the name, and says so if they differ", async () => {
    const result = await toPng(writeTiff([grey]), "masks/a.png");
    expect([...readPng(result.png).data]).toEqual([...grey.pixels]);
    expect(codesOf(result)).toEqual(["ending-differs"]);
    expect(result.issues[0]?.message).toContain("masks/a.png");
    const jpeg = await picture().jpeg().toBuffer();
    expect(await failure(toPng(jpeg, "masks/a.png"))).toMatchObject({ code: "FORMAT_UNSUPPORTED" });
    expect(codesOf(await toPng(writeTiff([grey]), "masks/a"))).toEqual([]);
  });

  it("refuses what is in no container, with its first bytes", async () => {
    const text = await failure(toPng(new TextEncoder().encode("BMW is a car, not a picture"), "notes.bmp"));
    expect(text).toMatchObject({ code: "FORMAT_UNSUPPORTED" });
    expect(text.message).toMatch(/^notes\.bmp: it begins with 42 4d 57/);
    expect((await failure(toPng(new Uint8Array(0), "empty.tif"))).message).toMatch(
      /^empty\.tif: the file is empty/,
    );
  });

  it("names the file if it is cut short, wherever that is", async () => {
    const files = {
      "a.tif": writeTiff([grey]),
      "lzw.tif": new Uint8Array(await picture().tiff({ compression: "lzw" }).toBuffer()),
      "a.webp": new Uint8Array(await picture().webp({ lossless: true }).toBuffer()),
      "a.gif": new Uint8Array(await picture().gif().toBuffer()),
      "a.jpg": new Uint8Array(await picture().jpeg().toBuffer()),
    };
    for (const [name, bytes] of Object.entries(files)) {
      for (const share of [0.3, 0.6, 0.9]) {
        const cut = bytes.subarray(0, Math.max(18, Math.floor(bytes.length * share)));
        const error = await failure(toPng(cut, name, { lossy: "accept" }));
        expect(error, `${name} ${share}`).toBeInstanceOf(FormatError);
        expect(error).toMatchObject({ code: "FORMAT_INVALID" });
        expect(error.message.startsWith(`${name}: `), error.message).toBe(true);
        expect(error.message).not.toContain("\n");
      }
    }
  });

  it("refuses more pixels than are allowed before it decodes them", async () => {
    const wide = await sharp({ create: { width: 300, height: 200, channels: 3, background: "#000" } })
      .webp({ lossless: true })
      .toBuffer();
    const error = await failure(toPng(wide, "a.webp", { maxPixels: 59_999 }));
    expect(error).toMatchObject({ code: "FORMAT_UNSUPPORTED" });
    expect(error.message).toMatch(/^a\.webp: it has 300 × 200 pixels/);
    expect(readPng((await toPng(wide, "a.webp", { maxPixels: 60_000 })).png).width).toBe(300);
    // A few bytes that promise 2^32 pixels.
    const bomb = writeTiff([{ ...grey, width: 65535, height: 65535 }]);
    expect(await failure(toPng(bomb, "bomb.tif"))).toMatchObject({ code: "FORMAT_UNSUPPORTED" });
  });
});

/** Label PNGs: Pillow and sharp read the map's own numbers from what we write, and we from what they write. */
import fc from "fast-check";
import sharp from "sharp";
import { describe, expect, it } from "vitest";
import { decodeLabelPng, encodeLabelPng, encodePalettePng } from "../../src/formats/index.js";
import { vocColorMap } from "../../src/legend/index.js";
import { anyMap, drawMap } from "../support/dense-maps.js";
import { encodePng } from "../support/encode-png.mjs";
import { expectPythonInCi, itWithPython, runPython } from "../support/python.js";
import { dice, mulberry32 } from "../support/random.mjs";

expectPythonInCi();
const outOfRange = (text: string) =>
  expect.objectContaining({ code: "VALUE_OUT_OF_RANGE", message: expect.stringContaining(text) });
const wrongCall = expect.objectContaining({ name: "DecodeError", code: "OPTION_INVALID" });

const eight = drawMap(new Uint8Array(37 * 23), 37, 255, 1);
const sixteen = drawMap(new Uint16Array(41 * 19), 41, 65535, 2);

describe("a map through a PNG", () => {
  it("comes back as it went: grey of 8 and 16 bits, palette", async () => {
    await fc.assert(
      fc.asyncProperty(anyMap(255), anyMap(65535), async (small, large) => {
        expect(await decodeLabelPng(encodeLabelPng(small))).toEqual({
          ...small,
          data: Uint8Array.from(small.data),
          issues: [],
        });
        expect(await decodeLabelPng(encodePalettePng(small))).toEqual({
          ...small,
          data: Uint8Array.from(small.data),
          issues: [],
        });
        const depth = { bitDepth: 16 } as const;
        expect(await decodeLabelPng(encodeLabelPng(large, depth))).toEqual({
          ...large,
          data: Uint16Array.from(large.data),
          issues: [],
        });
      }),
      { numRuns: 60 },
    );
  });

  it("has 8 bits or 16 by the array's type, and of int32 by what is in it", () => {
    const depthOf = (png: Uint8Array) => png[24];
    expect(depthOf(encodeLabelPng({ width: 1, height: 1, data: Uint8Array.of(1) }))).toBe(8);
    expect(depthOf(encodeLabelPng({ width: 1, height: 1, data: Uint16Array.of(1) }))).toBe(16);
    expect(depthOf(encodeLabelPng({ width: 1, height: 1, data: Int32Array.of(255) }))).toBe(8);
    expect(depthOf(encodeLabelPng({ width: 1, height: 1, data: Int32Array.of(256) }))).toBe(16);
  });

  itWithPython("is read by Pillow as the same numbers, in modes L, I;16 and P", () => {
    const palette = ["#010203", "#ff0000", "#abcdef"];
    const three = { width: 3, height: 1, data: Uint8Array.of(2, 0, 1) };
    const files = {
      "grey8.png": encodeLabelPng(eight),
      "grey16.png": encodeLabelPng(sixteen),
      "voc.png": encodePalettePng(eight),
      "three.png": encodePalettePng(three, { palette }),
    };
    const script = `
def read(name):
    image = Image.open(name); image.load()
    return {"mode": image.mode, "size": image.size, "values": np.array(image).astype(int).ravel().tolist(), "palette": image.getpalette()}
print(json.dumps({name: read(name) for name in ${JSON.stringify(Object.keys(files))}}))
`;
    const { printed } = runPython(script, files);
    const size = ({ width, height }: { width: number; height: number }) => [width, height];
    expect(printed["grey8.png"]).toMatchObject({ mode: "L", size: size(eight), values: [...eight.data] });
    // Pillow 9 to 12: "I;16" and "I" both hold the samples.
    expect(printed["grey16.png"]).toMatchObject({ size: size(sixteen), values: [...sixteen.data] });
    expect(printed["grey16.png"].mode).toMatch(/^I/);
    expect(printed["voc.png"]).toMatchObject({ mode: "P", size: size(eight), values: [...eight.data] });
    expect(printed["voc.png"].palette.slice(0, 9)).toEqual([0, 0, 0, 128, 0, 0, 0, 128, 0]);
    expect(printed["voc.png"].palette.slice(-3)).toEqual([224, 224, 192]);
    expect(printed["three.png"]).toMatchObject({ mode: "P", size: [3, 1], values: [2, 0, 1] });
    expect(printed["three.png"].palette.slice(0, 9)).toEqual([1, 2, 3, 255, 0, 0, 171, 205, 239]);
  });

  it("is read by sharp as the same numbers", async () => {
    const grey8 = await sharp(encodeLabelPng(eight)).extractChannel(0).raw().toBuffer();
    expect([...grey8]).toEqual([...eight.data]);
    const grey16 = await sharp(encodeLabelPng(sixteen))
      .toColourspace("grey16")
      .raw({ depth: "ushort" })
      .toBuffer();
    expect([...new Uint16Array(grey16.buffer, grey16.byteOffset, sixteen.data.length)]).toEqual([
      ...sixteen.data,
    ]);
    const colours = await sharp(encodePalettePng(eight)).removeAlpha().raw().toBuffer();
    const palette = vocColorMap;
    const expected = [...eight.data].flatMap((id) => [...Buffer.from(palette[id]!.slice(1), "hex")]);
    expect([...colours]).toEqual(expected);
  });
});

describe("decodeLabelPng", () => {
  it("equals the samples for every depth, filter and interlacing", async () => {
    const random = mulberry32(6);
    const { below } = dice(random);
    for (const colourType of [0, 3] as const) {
      for (const bitDepth of colourType === 0 ? [1, 2, 4, 8, 16] : [1, 2, 4, 8]) {
        for (const interlace of [false, true]) {
          for (const filter of [0, 1, 2, 3, 4, "random"] as const) {
            const [width, height] = [1 + below(20), 1 + below(20)];
            const samples = Array.from({ length: width * height }, () => below(2 ** bitDepth));
            const palette = new Uint8Array(3 * 2 ** Math.min(bitDepth, 8)).map(() => below(256));
            const png = encodePng({
              width,
              height,
              colourType,
              bitDepth,
              interlace,
              filter,
              samples,
              palette,
              rng: random,
            });
            const map = await decodeLabelPng(png, { by: "index" });
            expect({ ...map, data: [...map.data] }).toEqual({
              width,
              height,
              data: samples,
              issues: [],
            });
            expect(map.data).toBeInstanceOf(bitDepth === 16 ? Uint16Array : Uint8Array);
          }
        }
      }
    }
  });

  itWithPython(
    "equals the numbers that Pillow wrote: L, I;16, P with a short palette, 1-bit, PNGs of NumPy",
    async () => {
      const script = `
a = (np.arange(20 * 15).reshape(15, 20) * 7 % 256).astype("u1")
Image.fromarray(a).save("l.png")
Image.fromarray(a.astype("u2") * 257).save("i16.png")
p = Image.fromarray(a % 3, mode="P"); p.putpalette([0, 0, 0, 255, 0, 0, 0, 255, 0]); p.save("p.png")
v = Image.fromarray(np.where(a % 3 == 2, 255, a % 3).astype("u1"), mode="P"); v.putpalette([0, 0, 0, 255, 0, 0]); v.save("void.png", bits=8)
Image.fromarray(a % 2 == 1).save("one.png")
print(json.dumps({"l": a.ravel().tolist(), "i16": (a.astype(int) * 257).ravel().tolist(), "p": (a % 3).ravel().tolist(),
  "void": np.where(a % 3 == 2, 255, a % 3).ravel().tolist(), "one": (a % 2).ravel().tolist()}))
`;
      const names = ["l", "i16", "p", "void", "one"];
      const { printed, files } = runPython(
        script,
        {},
        names.map((name) => `${name}.png`),
      );
      for (const name of names) {
        const map = await decodeLabelPng(files[`${name}.png`]!, { by: "index" });
        expect([map.width, map.height, [...map.data]], name).toEqual([20, 15, printed[name]]);
      }
    },
  );

  it("refuses colours and alpha, and names what takes them", async () => {
    for (const colourType of [2, 4, 6] as const) {
      const png = encodePng({ width: 1, height: 1, colourType, bitDepth: 8, samples: [1, 2, 3, 4] });
      await expect(decodeLabelPng(png)).rejects.toThrow(
        expect.objectContaining({
          code: "FORMAT_UNSUPPORTED",
          message: expect.stringMatching(/decodeMask.*decodeIds/),
        }),
      );
    }
  });

  describe("of a palette", () => {
    const colours = ["#123456", "#ff0000", "#00ff00", "#0000ff"];
    /** A row of these indices, with this palette. */
    const row = (indices: number[], palette: readonly string[]) =>
      encodePalettePng({ width: indices.length, height: 1, data: Uint8Array.from(indices) }, { palette });
    const read = async (png: Uint8Array, options = {}) => [...(await decodeLabelPng(png, options)).data];
    const refused = (png: Uint8Array, message: RegExp, options = {}) =>
      expect(decodeLabelPng(png, options)).rejects.toThrow(
        expect.objectContaining({ code: "FORMAT_INVALID", message: expect.stringMatching(message) }),
      );

    it("in the expected order is read by index, and in another order by colour", async () => {
      const [voc0, voc1, voc2] = vocColorMap as string[];
      expect(await read(row([0, 1, 2], [voc0!, voc1!, voc2!]))).toEqual([0, 1, 2]);
      expect(await read(row([0, 1, 2], [voc2!, voc0!, voc1!]))).toEqual([2, 0, 1]);
      expect(await read(row([2, 1, 0, 1], [voc2!, "#e0e0c0", voc1!]))).toEqual([1, 255, 2, 255]);
      const palette = colours;
      expect(await read(row([3, 0], colours), { palette })).toEqual([3, 0]);
      expect(await read(row([3, 0], colours.toReversed()), { palette })).toEqual([0, 3]);
      // Colours that no pixel has say nothing.
      expect(await read(row([1, 0], [voc0!, voc1!, "#ffffff"]))).toEqual([1, 0]);
    });

    it("of greys is read as the grey image that it shows, unless it could be Pascal VOC too", async () => {
      expect(await read(row([0, 1, 2], ["#000000", "#010101", "#020202"]))).toEqual([0, 1, 2]);
      expect(await read(row([0, 1, 2], ["#070707", "#000000", "#ffffff"]))).toEqual([7, 0, 255]);
      await refused(row([0, 1], ["#000000", "#808080"]), /#808080 is 7 in .*VOC and 128 in shades/);
      expect(await read(row([0, 1], ["#000000", "#808080"]), { palette: vocColorMap })).toEqual([0, 7]);
    });

    it("of other colours is an error that says what to give, and by index it is read", async () => {
      const png = row([1, 0, 3], colours);
      await refused(png, /at the index 0, the colour #123456 is not one of Pascal VOC's; give .*by: "index"/);
      await refused(png, /#ff0000 is not one of the expected/, { palette: ["#123456", "#0000ff"] });
      expect(await read(png, { by: "index" })).toEqual([1, 0, 3]);
      const twice = ["#ff0000", "#00ff00", "#ff0000"];
      expect(await read(row([0, 1, 2], twice), { palette: twice })).toEqual([0, 1, 2]);
      await refused(row([0, 1], ["#00ff00", "#ff0000"]), /#ff0000 is that of several numbers/, {
        palette: twice,
      });
    });

    it("that ends before an index is read by index in order, and refused in another order", async () => {
      const short = (palette: number[]) =>
        encodePng({
          width: 3,
          height: 1,
          colourType: 3,
          bitDepth: 8,
          samples: [0, 1, 255],
          palette: Uint8Array.from(palette),
        });
      expect(await read(short([0, 0, 0, 128, 0, 0]))).toEqual([0, 1, 255]);
      await refused(short([128, 0, 0, 0, 0, 0]), /no colour for the index 255/);
    });

    it("and its copy in RGB are the same, as is an opaque copy in RGBA", async () => {
      const palette = colours;
      const picture = sharp(row([2, 0, 3, 1], colours));
      const rgb = await picture.clone().toColourspace("srgb").png({ palette: false }).toBuffer();
      expect(rgb[25]).toBe(2);
      expect(await read(rgb, { palette })).toEqual([2, 0, 3, 1]);
      const rgba = await picture.clone().ensureAlpha().png({ palette: false }).toBuffer();
      expect(rgba[25]).toBe(6);
      expect(await read(rgba, { palette })).toEqual([2, 0, 3, 1]);
      await refused(rgb, /#0000ff is not one of the expected/, { palette: colours.slice(0, 3) });
      const clear = await picture.clone().ensureAlpha(0.5).png({ palette: false }).toBuffer();
      await expect(decodeLabelPng(clear, { palette })).rejects.toThrow(
        expect.objectContaining({ code: "FORMAT_UNSUPPORTED", message: expect.stringMatching(/not opaque/) }),
      );
      await expect(decodeLabelPng(rgb)).rejects.toThrow(/as `palette`/);
      await expect(decodeLabelPng(rgb, { by: "index" })).rejects.toThrow(/the PNG is RGB/);
    });

    it("is asked for in a way that has an effect", async () => {
      const png = row([0], ["#000000"]);
      for (const options of [
        { by: "colour" },
        { by: "index", palette: colours },
        { palette: [] },
        { pallete: colours },
      ]) {
        await expect(decodeLabelPng(png, options as never)).rejects.toThrow(wrongCall);
      }
    });
  });

  it("passes on what is wrong with a file", async () => {
    const png = encodeLabelPng(eight);
    for (const length of [0, 7, 30, png.length - 1]) {
      await expect(decodeLabelPng(png.subarray(0, length))).rejects.toThrow(
        expect.objectContaining({ name: "PngError" }),
      );
    }
    for (let at = 0; at < png.length; at++) {
      const damaged = png.slice();
      damaged[at]! ^= 0x55;
      await expect(decodeLabelPng(damaged), `byte ${at}`).rejects.toThrow(
        expect.objectContaining({ name: "PngError" }),
      );
    }
    await expect(decodeLabelPng(png, { maxPixels: 100 })).rejects.toThrow(
      expect.objectContaining({ code: "PNG_TOO_LARGE" }),
    );
    await expect(decodeLabelPng(png, { maxBytes: 100 })).rejects.toThrow(
      expect.objectContaining({ code: "PNG_TOO_LARGE" }),
    );
    const odd = encodePng({
      width: 1,
      height: 1,
      colourType: 0,
      bitDepth: 8,
      samples: [1],
      filter: () => 5 as never,
    });
    await expect(decodeLabelPng(odd)).rejects.toThrow(expect.objectContaining({ code: "PNG_FILTER_TYPE" }));
    await expect(decodeLabelPng("mask.png" as never)).rejects.toThrow(wrongCall);
    await expect(decodeLabelPng(png, null as never)).rejects.toThrow(wrongCall);
  });
});

describe("a value that a PNG cannot hold", () => {
  const pixels = (...values: number[]) => ({ width: 2, height: 2, data: Int32Array.from(values) });
  it("is an error that names the pixel and the value", () => {
    expect(() => encodeLabelPng(pixels(0, 0, 0, -1))).toThrow(outOfRange("(1, 1) is -1"));
    expect(() => encodeLabelPng(pixels(0, 0, 65536, 0))).toThrow(outOfRange("(0, 1) is 65536"));
    expect(() => encodeLabelPng(pixels(0, 256, 0, 0), { bitDepth: 8 })).toThrow(outOfRange("(1, 0) is 256"));
    expect(() => encodePalettePng(pixels(0, 256, 0, 0))).toThrow(outOfRange("(1, 0) is 256"));
    expect(() => encodePalettePng(pixels(0, 2, 0, 0), { palette: ["#000000", "#ffffff"] })).toThrow(
      outOfRange("is 2"),
    );
  });

  it("is one thing, a call that cannot be meant another", () => {
    expect(() => encodeLabelPng(pixels(0, 0, 0, 0), { bitDepth: 4 as never })).toThrow(wrongCall);
    expect(() => encodeLabelPng(pixels(0))).toThrow(wrongCall);
    expect(() => encodeLabelPng(null as never)).toThrow(wrongCall);
    expect(() => encodeLabelPng(pixels(0, 0, 0, 0), null as never)).toThrow(wrongCall);
    for (const palette of [[], ["red"], [5], Array(257).fill("#000000"), "#000000", new Array(3)]) {
      expect(() => encodePalettePng(pixels(0, 0, 0, 0), { palette: palette as never })).toThrow(wrongCall);
    }
  });
});

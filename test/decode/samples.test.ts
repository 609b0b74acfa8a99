/** Which samples an encoding takes of which PNG, one small mask for each rule. encodings.test.ts compares whole masks. */
import { describe, expect, it } from "vitest";
import { decodeMask, type LabelMap } from "../../src/all.js";
import { ENCODINGS, type EncodingInput } from "../../src/decode/register/ids.js";
import { chunk, encodePng } from "../support/encode-png.mjs";

/** A mask of a single row. */
function rowOf(
  kind: { readonly colourType: 0 | 2 | 3 | 4 | 6; readonly bitDepth?: 8 | 16 },
  pixels: readonly (readonly number[])[],
  chunks: { readonly palette?: Uint8Array; readonly transparency?: Uint8Array } = {},
): Uint8Array {
  return encodePng({
    ...{ width: pixels.length, height: 1, bitDepth: 8, samples: pixels.flat(), ...kind, ...chunks },
  });
}
const classesOf = ({ data, labels }: Pick<LabelMap, "data" | "labels">) =>
  Array.from(data, (label) => labels[label]?.classId ?? -1);
const mismatch = (message: RegExp) => ({
  code: "ENCODING_MISMATCH",
  message: expect.stringMatching(message),
});

describe("the kinds of PNG", () => {
  const palette = Uint8Array.of(9, 9, 9);
  const masks = {
    "grey with alpha": rowOf({ colourType: 4 }, [[7, 255]]),
    RGB: rowOf({ colourType: 2 }, [[7, 7, 7]]),
    palette: rowOf({ colourType: 3 }, [[0]], { palette }),
  };

  it.each([
    ["rgb-id", "grey with alpha", /needs colours, but the PNG is grey with alpha; use "grey"$/],
    [
      "palette-index",
      "grey with alpha",
      /needs a palette image, but the PNG is grey with alpha; use "grey"$/,
    ],
    ["palette-index", "RGB", /needs a palette image, but the PNG is RGB$/],
    ["rgba-id", "palette", /needs RGBA, but the PNG is a palette image$/],
  ] as const)("%s is refused for a mask that is %s", async (encoding, mask, message) => {
    await expect(decodeMask(masks[mask], null, { encoding })).rejects.toMatchObject(mismatch(message));
  });

  it("colours as ids are also those of a palette", async () => {
    const colors = Uint8Array.of(1, 2, 0, 200, 0, 0);
    const mask = rowOf({ colourType: 3 }, [[1], [0], [1]], { palette: colors });
    for (const engine of ["fused", "upng"] as const) {
      const map = await decodeMask(mask, null, { encoding: "rgb-id", engine });
      expect(classesOf(map)).toEqual([200, 1 + 2 * 256, 200]);
    }
  });
});

describe("samples of 16 bits", () => {
  it("of two channels are one number, the first below", async () => {
    const mask = rowOf({ colourType: 2, bitDepth: 16 }, [
      [1, 300, 9],
      [0xffff, 0, 9],
    ]);
    for (const engine of ["fused", "upng"] as const) {
      const map = await decodeMask(mask, null, { encoding: { channels: "rg" }, engine });
      expect(classesOf(map)).toEqual([1 + 300 * 65_536, 0xffff]);
    }
  });

  it("of three channels are ids of 8 bits, if they are widened ones", async () => {
    for (const engine of ["fused", "upng"] as const) {
      const options = { encoding: "rgb-id", engine } as const;
      const widened = rowOf({ colourType: 2, bitDepth: 16 }, [[0x0101, 0x0202, 0x0303]]);
      expect(classesOf(await decodeMask(widened, null, options))).toEqual([0x030201]);
      const others = rowOf({ colourType: 2, bitDepth: 16 }, [[0x0101, 0x0203, 0x0303]]);
      await expect(decodeMask(others, null, options)).rejects.toMatchObject({ code: "PNG_16_BIT_COLORS" });
    }
  });

  it("of one channel of RGB do not say which colour is transparent", async () => {
    const transparency = Uint8Array.of(0, 7, 0, 8, 0, 9);
    const mask = rowOf({ colourType: 2, bitDepth: 16 }, [[7, 1, 1]], { transparency });
    const encoding = { channels: "r" };
    expect(classesOf(await decodeMask(mask, null, { encoding }))).toEqual([7]);
    const clear = decodeMask(mask, null, { encoding, transparent: "unlabelled" });
    await expect(clear).rejects.toMatchObject(
      mismatch(/cannot tell which pixels of 16 bits are transparent/),
    );
  });
});

describe("the indices of a palette", () => {
  const paletteOf = (...colors: readonly string[]) => Uint8Array.from(Buffer.from(colors.join(""), "hex"));
  const decode = (palette: Uint8Array, encoding: EncodingInput = "palette-index") =>
    decodeMask(rowOf({ colourType: 3 }, [[0], [1], [1]], { palette }), null, { encoding });

  it("have the palette's colours", async () => {
    const { labels } = await decode(paletteOf("0a0b0c", "ff8000"));
    expect(labels.map(({ classId, color }) => [classId, color])).toEqual([
      [0, "#0a0b0c"],
      [1, "#ff8000"],
    ]);
  });

  it("alone have its colours, and not the samples of an RGB image with a palette", async () => {
    const file = rowOf({ colourType: 2 }, [[1, 0, 0]]);
    const plte = chunk("PLTE", Uint8Array.of(1, 2, 3, 4, 5, 6));
    const suggested = Uint8Array.from(Buffer.concat([file.slice(0, 33), plte, file.slice(33)]));
    const [plain, map] = await Promise.all(
      [file, suggested].map((mask) => decodeMask(mask, null, { encoding: "rgb-id" })),
    );
    expect(map!.labels).toEqual(plain!.labels);
  });

  it("are no classes if the palette is Pascal VOC's in another order", async () => {
    // Its colours 0, 1 and 15 are #000000, #800000 and #c08080.
    expect(classesOf(await decode(paletteOf("000000", "800000")))).toEqual([0, 1, 1]);
    const sorted = decode(paletteOf("000000", "c08080"));
    await expect(sorted).rejects.toMatchObject(
      mismatch(/in another order: #c08080 is at 1; decode its colours with the legend "pascal-voc"$/),
    );
    // A palette that has only some of its colours is another one, and an encoding of your own says what it means.
    expect(classesOf(await decode(paletteOf("c08080", "123456")))).toEqual([0, 1, 1]);
    expect(classesOf(await decode(paletteOf("000000", "c08080"), { channels: "index" }))).toEqual([0, 1, 1]);
  });
});

it("objects of a class are in the order of their numbers, wherever they are in the mask", async () => {
  const mask = rowOf({ colourType: 0, bitDepth: 16 }, [[26_003], [26_001], [26_004], [26_000], [26_002]]);
  const { labels } = await decodeMask(mask, { 26: "car" }, { encoding: "cityscapes-instance" });
  const numbers = labels
    .filter(({ pixelCount }) => pixelCount > 0)
    .map(({ instanceNumber }) => instanceNumber);
  expect(numbers).toEqual([1, 2, 3, 4, 5]);
});

it("a mask of ids goes to runs before a dense map", async () => {
  const mask = rowOf({ colourType: 0 }, [[3], [3], [5]]);
  const target = [{ map: "runs" }, { map: "label", dtype: "uint8" }] as const;
  const [runs, dense] = await decodeMask(mask, null, { encoding: "grey", target });
  expect([...dense.data]).toEqual([0, 0, 1]);
  expect([...runs.toDense().data]).toEqual([0, 0, 1]);
});

it.each(["classBits", "instanceBits"] as const)("wrong %s are an error that names them", async (name) => {
  for (const bits of [[8, 25], [8], [0, 8, 1], 8, {}]) {
    const encoding = { channels: "grey", classBits: [0, 8], [name]: bits } as unknown as EncodingInput;
    await expect(decodeMask(rowOf({ colourType: 0 }, [[0]]), null, { encoding })).rejects.toMatchObject({
      code: "OPTION_INVALID",
      message: expect.stringContaining(`${name} must be [lowest, count]`),
    });
  }
});

it("each encoding says what a pixel is, where that is written, and which objects there are", () => {
  for (const { name, pixel, source, objects } of ENCODINGS) {
    expect(
      [name, pixel, source].every((text) => text.length > 3),
      name,
    ).toBe(true);
    expect(["none", "number", "all", "from 0"], name).toContain(objects);
  }
});

/** Damaged files in other containers than PNG: an error with a code and the file's name, or pixels. Never a hang or another error. */
import { LabelMapError } from "labelmap";
import sharp from "sharp";
import { describe, expect, it } from "vitest";
import { toPng } from "../../../cli/src/containers/index.js";
import { pngSource } from "../../../cli/src/containers/png-source.js";
import { decodeLabelPng, filesInMemory } from "../../../src/formats/index.js";
import { damageBytes } from "../../support/damage.js";
import { mulberry32 } from "../../support/random.mjs";
import { writeBmp } from "../../support/write-bmp.js";
import { writeTiff } from "../../support/write-tiff.js";

const SEED = Number(process.env.FUZZ_SEED ?? 20261130);
const ROUNDS = Number(process.env.FUZZ_ROUNDS ?? 250);
const [width, height] = [16, 9];
const pixels = Uint8Array.from({ length: width * height }, (_, place) => (place * 7) % 5);
const grey = () => sharp(Buffer.from(pixels), { raw: { width, height, channels: 1 } });
const page = { width, height, bits: 8, pixels } as const;

const FILES: readonly [name: string, make: () => Uint8Array | Promise<Uint8Array>][] = [
  ["plain.tif", () => writeTiff([page])],
  ["big.tif", () => writeTiff([page], false, true)],
  ["packed.tif", () => grey().tiff({ compression: "lzw" }).toBuffer()],
  ["deflated.tif", () => grey().tiff({ compression: "deflate" }).toBuffer()],
  [
    "a.bmp",
    () =>
      writeBmp({
        width,
        height,
        bits: 8,
        stored: pixels,
        palette: [
          [1, 2, 3],
          [4, 5, 6],
          [7, 8, 9],
          [10, 11, 12],
          [13, 14, 15],
        ],
      }),
  ],
  ["a.webp", () => grey().webp({ lossless: true }).toBuffer()],
  ["a.gif", () => grey().gif().toBuffer()],
];

describe("a damaged mask", () => {
  it.each(FILES)("in %s is an error with a code and its name, or has pixels", async (name, make) => {
    const good = await make();
    await toPng(good, name);
    const random = mulberry32(SEED);
    let refused = 0;
    for (let round = 0; round < ROUNDS; round++) {
      const damaged = damageBytes(good, random);
      const where = `seed ${SEED}, round ${round}: ${Buffer.from(damaged).toString("base64").slice(0, 900)}`;
      try {
        const { png } = await toPng(damaged, name, { maxPixels: 2 ** 20 });
        expect(png.length, where).toBeGreaterThan(0);
      } catch (error) {
        refused++;
        if (!(error instanceof LabelMapError) || error.code === "INTERNAL")
          throw new Error(where, { cause: error });
        expect(error.message, where).toContain(name);
      }
    }
    expect(refused).toBeGreaterThan(ROUNDS / 10);
  });

  it("is named by the source of a data set, which reads the others", async () => {
    const good = writeTiff([page]);
    const source = pngSource(filesInMemory({ "a.tif": good, "b.tif": good.slice(0, 40) }));
    expect((await decodeLabelPng(await source.read("a.png"))).data).toEqual(pixels);
    await expect(source.read("b.png")).rejects.toThrow("b.tif");
  });
});

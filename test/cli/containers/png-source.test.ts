/** A folder of masks in other containers is read as if they were PNGs. */
import { init } from "labelmap";
import { filesInMemory, readSet } from "labelmap/formats";
import { beforeAll, describe, expect, it } from "vitest";
import { pngSource } from "../../../cli/src/containers/index.js";
import { writeBmp } from "../../support/write-bmp.js";
import { writeTiff } from "../../support/write-tiff.js";

beforeAll(() => init());

const tiff = (...pixels: number[]) =>
  writeTiff([{ width: pixels.length, height: 1, bits: 8, pixels: Uint8Array.from(pixels) }]);
const bmp = writeBmp({ width: 1, height: 1, bits: 24, stored: Uint8Array.of(0, 0, 255, 0) });

describe("pngSource", () => {
  it("gives masks in TIFF and BMP to the reader of a folder of masks", async () => {
    const source = pngSource(
      filesInMemory({
        "legend.json": '{"legend": {"#ff0000": "car", "#070707": "road"}}',
        "a.tif": tiff(7, 0, 7),
        "sub/b.bmp": bmp,
        "sub/b.jpg": Uint8Array.of(0xff, 0xd8, 0xff),
      }),
    );
    expect(await source.list()).toEqual(["a.png", "legend.json", "sub/b.jpg", "sub/b.png"]);
    const set = await readSet(source, { format: "mask-folder" });
    const found: Record<string, unknown> = {};
    for await (const { name, photo, map } of set) {
      const { labels } = await map();
      found[name] = [
        photo,
        Object.fromEntries(labels.map(({ className, pixelCount }) => [className, pixelCount])),
      ];
    }
    expect(found).toEqual({ a: [null, { car: 0, road: 2 }], "sub/b": ["sub/b.jpg", { car: 1, road: 0 }] });
  });

  it("reports what is odd about a file, by its own path, and fails with it", async () => {
    const issues: string[] = [];
    const source = pngSource(filesInMemory({ "a.bmp": tiff(1), "b.gif": "GIF89a" }), {
      onIssue: (path, { code }) => issues.push(`${path} ${code}`),
    });
    expect([...(await source.read("a.png", 4))]).toEqual([0x89, 0x50, 0x4e, 0x47]);
    expect(issues).toEqual(["a.bmp ending-differs"]);
    await expect(source.read("b.png")).rejects.toThrow(/^b\.gif: /);
    await expect(source.read("c.png")).rejects.toMatchObject({ code: "SOURCE_MISSING" });
  });

  it("leaves a photo as it is if a PNG is the mask", async () => {
    const source = pngSource(filesInMemory({ "a.png": "mask", "a.webp": "photo", "a.jpg": "other" }));
    expect(await source.list()).toEqual(["a.jpg", "a.png", "a.webp"]);
    expect(new TextDecoder().decode(await source.read("a.webp"))).toBe("photo");
    expect(new TextDecoder().decode(await source.read("a.png", 2))).toBe("ma");
  });

  it("does not choose between two masks of one name", async () => {
    const source = pngSource(filesInMemory({ "a.tif": tiff(1), "a.bmp": bmp }));
    await expect(source.list()).rejects.toMatchObject({
      code: "FORMAT_INVALID",
      message: expect.stringContaining('"a.tif" and "a.bmp" may both be the mask "a.png"'),
    });
  });

  it("takes JPEGs for masks only if you say so", async () => {
    const files = filesInMemory({ "a.jpg": Uint8Array.of(0xff, 0xd8, 0xff) });
    expect(await pngSource(files).list()).toEqual(["a.jpg"]);
    expect(await pngSource(files, { kinds: ["jpeg"] }).list()).toEqual(["a.png"]);
  });
});

/** The sizes of photos from their first bytes, as Pillow sees them, and as a photo that Exif turns is shown. */
import { beforeAll, describe, expect, it } from "vitest";
import { filesInMemory } from "../../src/formats/index.js";
import { readImageSize, sizeOf } from "../../src/formats/shared/image-size.js";
import { init } from "../../src/index.js";
import { expectPythonInCi, itWithPython, runPython } from "../support/python.js";

expectPythonInCi();
beforeAll(() => init());

const KINDS = [
  "a.png",
  "a.jpg",
  "progressive.jpg",
  "lossy.webp",
  "lossless.webp",
  "alpha.webp",
  "a.gif",
  "a.bmp",
];

describe("the size of a photo", () => {
  itWithPython("is what Pillow says, for each kind and odd sizes", () => {
    const sizes = [
      [1, 1],
      [300, 7],
      [13, 1025],
    ];
    const names = sizes.flatMap(([width, height]) => KINDS.map((kind) => `${width}-${height}-${kind}`));
    const script = `
sizes = ${JSON.stringify(sizes)}
for w, h in sizes:
    rgb = Image.fromarray(np.random.RandomState(w).randint(0, 255, (h, w, 3), dtype=np.uint8))
    path = lambda name: f"{w}-{h}-{name}"
    rgb.save(path("a.png")); rgb.save(path("a.jpg"), quality=95); rgb.save(path("progressive.jpg"), progressive=True)
    rgb.save(path("lossy.webp")); rgb.save(path("lossless.webp"), lossless=True)
    rgb.convert("P").save(path("a.gif")); rgb.save(path("a.bmp"))
    rgba = rgb.convert("RGBA"); rgba.putalpha(128); rgba.save(path("alpha.webp"))
print(json.dumps({name: Image.open(name).size for name in ${JSON.stringify(names)}}))`;
    const { printed, files } = runPython(script, {}, names);
    expect(names).toHaveLength(24);
    for (const name of names) {
      const [width, height] = printed[name];
      const [askedWidth, askedHeight] = name.split("-").map(Number);
      expect([width, height]).toEqual([askedWidth, askedHeight]);
      expect(sizeOf(files[name]!), name).toEqual({ width, height });
      // A few first bytes are enough for all but JPEG.
      if (!name.endsWith(".jpg"))
        expect(sizeOf(files[name]!.subarray(0, 30)), name).toEqual({ width, height });
    }
  });

  itWithPython("is that of the photo as it is shown, if Exif turns it, in either byte order", () => {
    const names = [...Array(9).keys()].flatMap((orientation) => [
      `${orientation}-big.jpg`,
      `${orientation}-little.jpg`,
    ]);
    const script = `
import struct
shown = {}
from PIL import ImageOps
for orientation in range(9):
    for name, mark, order in [("big", b"MM", ">"), ("little", b"II", "<")]:
        entries = struct.pack(order + "HHIHH", 0x010f, 3, 1, 9, 0) + struct.pack(order + "HHIHH", 0x0112, 3, 1, orientation, 0)
        tiff = mark + struct.pack(order + "HI", 42, 8) + struct.pack(order + "H", 2) + entries + struct.pack(order + "I", 0)
        path = f"{orientation}-{name}.jpg"
        Image.new("RGB", (30, 20)).save(path, exif=b"Exif\\0\\0" + tiff)
        shown[path] = ImageOps.exif_transpose(Image.open(path)).size
print(json.dumps(shown))`;
    const { printed, files } = runPython(script, {}, names);
    const turned = names.filter((name) => printed[name][0] === 20);
    expect(turned).toHaveLength(8);
    for (const name of names) {
      expect(sizeOf(files[name]!), name).toEqual({ width: printed[name][0], height: printed[name][1] });
    }
  });

  itWithPython("is found behind profiles and previews that are longer than the first bytes", async () => {
    const script = `
Image.new("RGB", (40, 30)).save("long.jpg", icc_profile=bytes(200000))
print("{}")`;
    const { files } = runPython(script, {}, ["long.jpg"]);
    expect(sizeOf(files["long.jpg"]!.subarray(0, 65_536))).toBeNull();
    const source = filesInMemory(files);
    expect(await readImageSize(source, "long.jpg")).toEqual({ width: 40, height: 30 });
  });

  it("is unknown for other files, and for heads that are cut off, without an end or a crash", async () => {
    const heads: Record<string, number[]> = {
      empty: [],
      text: [...new TextEncoder().encode("a text, and not a photo at all, however long it may be")],
      "short png": [0x89, 0x50, 0x4e, 0x47, 13, 10, 26, 10, 0, 0],
      "short webp": [...new TextEncoder().encode("RIFF1234WEBPVP8X")],
      "webp of another kind": [...new TextEncoder().encode(`RIFF1234WEBPVP9 ${"x".repeat(40)}`)],
      "jpeg without a frame": [0xff, 0xd8, 0xff, 0xd9],
      "jpeg that ends inside a marker": [0xff, 0xd8, 0xff],
      "jpeg of fill bytes": [0xff, 0xd8, ...Array(100).fill(0xff)],
      "jpeg with a length of 0": [0xff, 0xd8, 0xff, 0xe0, 0, 0, 0, 0, 0, 0],
      "jpeg whose Exif points outside": [
        ...[0xff, 0xd8, 0xff, 0xe1, 0, 16, 0x45, 0x78, 0x69, 0x66, 0, 0],
        ...[0x4d, 0x4d, 0, 42, 0x7f, 0xff, 0xff, 0xff],
      ],
      "png of no pixels": [
        0x89,
        0x50,
        0x4e,
        0x47,
        13,
        10,
        26,
        10,
        0,
        0,
        0,
        13,
        73,
        72,
        68,
        82,
        ...Array(9).fill(0),
      ],
    };
    const source = filesInMemory(
      Object.entries(heads).map(([name, bytes]) => [name, Uint8Array.from(bytes)] as const),
    );
    for (const name of Object.keys(heads)) {
      await expect(readImageSize(source, name), name).rejects.toMatchObject({
        code: "FORMAT_UNSUPPORTED",
        message: expect.stringMatching(/^.+: its size cannot be read; save it as JPEG, PNG/),
      });
    }
    // Restart markers and TEM have no length.
    const frame = [0xff, 0xd8, 0xff, 0xd0, 0xff, 0x01, 0xff, 0xff, 0xc1, 0, 9, 8, 0, 3, 0, 5, 1];
    expect(sizeOf(Uint8Array.from(frame))).toEqual({ width: 5, height: 3 });
    const core = [0x42, 0x4d, ...Array(12).fill(0), 12, 0, 0, 0, 7, 0, 9, 0];
    expect(sizeOf(Uint8Array.from(core))).toEqual({ width: 7, height: 9 });
  });
});

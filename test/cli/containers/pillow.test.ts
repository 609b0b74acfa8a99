/** Pillow writes a mask in every container and reads the PNG that comes out: all pixels are the same. */
import { describe, expect } from "vitest";
import { toPng } from "../../../cli/src/containers/index.js";
import { expectPythonInCi, itWithPython, runPython } from "../../support/python.js";

expectPythonInCi();

const DRAW = `
rng = np.random.default_rng(17)
shape = (37, 53)
# Blocks, as masks have them, with a few single pixels.
def blocks(most, dtype, *channels):
    small = rng.integers(0, most, (5, 7, *channels), dtype=dtype)
    large = small.repeat(8, 0).repeat(8, 1)[:shape[0], :shape[1]].copy()
    large[::11, ::5] = rng.integers(0, most, large[::11, ::5].shape, dtype=dtype)
    return large
grey, ids, rgb, rgba = blocks(256, np.uint8), blocks(65536, np.uint16), blocks(256, np.uint8, 3), blocks(256, np.uint8, 4)
indices = blocks(16, np.uint8)
palette = Image.fromarray(indices); palette.putpalette([(i * 7 + c * 50) % 256 for i in range(256) for c in range(3)])
bits = Image.fromarray(grey > 127)
`;

/** The program that saves the mask, and what is odd about it. */
const CASES: readonly (readonly [file: string, save: string, issues?: readonly string[]])[] = [
  ["grey.tif", `Image.fromarray(grey).save(name)`],
  ["ids.tif", `Image.fromarray(ids).save(name)`],
  ["ids-lzw.tif", `Image.fromarray(ids).save(name, compression="tiff_lzw")`],
  ["ids-deflate.tif", `Image.fromarray(ids).save(name, compression="tiff_adobe_deflate")`],
  ["rgb.tif", `Image.fromarray(rgb).save(name, compression="packbits")`],
  ["rgba.tif", `Image.fromarray(rgba).save(name)`],
  ["bits.tif", `bits.save(name)`],
  ["bits-group4.tif", `bits.save(name, compression="group4")`],
  ["palette.tif", `palette.save(name)`, ["palette-lost"]],
  ["grey.bmp", `Image.fromarray(grey).save(name)`],
  ["rgb.bmp", `Image.fromarray(rgb).save(name)`],
  ["rgba.bmp", `Image.fromarray(rgba).save(name)`],
  ["palette.bmp", `palette.save(name)`],
  ["bits.bmp", `bits.save(name)`],
  ["rgb.webp", `Image.fromarray(rgb).save(name, lossless=True)`],
  ["rgba.webp", `Image.fromarray(rgba).save(name, lossless=True, exact=True)`],
  ["palette.gif", `palette.save(name)`, ["palette-lost"]],
];

describe("toPng", () => {
  for (const [file, save, issues = []] of CASES) {
    itWithPython(`gives Pillow the pixels of ${file}`, async () => {
      const script = `${DRAW}\nname = ${JSON.stringify(file)}\n${save}\nprint(json.dumps(Image.open(name).mode))`;
      const written = runPython(script, {}, [file]);
      const { png, issues: found } = await toPng(written.files[file]!, file);
      expect(found.map(({ code }) => code)).toEqual(issues);
      const { printed } = runPython(
        `
one, two = Image.open(${JSON.stringify(file)}), Image.open("out.png")
# A palette may become colours. All else is compared as it is, 16 bits too.
if "P" in (one.mode, two.mode): one, two = [image.convert("RGB") for image in (one, two)]
print(json.dumps({"modes": [Image.open(name).mode for name in (${JSON.stringify(file)}, "out.png")], "differ": int((np.array(one) != np.array(two)).sum()), "shape": np.array(two).shape[:2]}))`,
        { [file]: written.files[file]!, "out.png": png },
      );
      expect(printed).toMatchObject({ differ: 0, shape: [37, 53] });
      const [before, after] = printed.modes;
      // Pillow calls 16 bits of a TIFF "I;16", and those of a PNG "I" before its version 11.
      if (before === "I;16") expect(["I;16", "I"]).toContain(after);
      else if (!file.startsWith("palette")) expect(after).toBe(before);
      // Indices stay indices where the container allows it.
      if (file === "palette.bmp") expect(after).toBe("P");
    });
  }
});

/** PNGs of ids: Pillow reads the map's own ids from what we write, by the arithmetic of panopticapi. */
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { decodeIds } from "../../src/decode/decode-ids.js";
import { encodeIds } from "../../src/formats/index.js";
import { anyMap, drawMap } from "../support/dense-maps.js";
import { expectPythonInCi, itWithPython, runPython } from "../support/python.js";
import { dice, mulberry32 } from "../support/random.mjs";

expectPythonInCi();
const ids = drawMap(new Int32Array(33 * 29), 33, 2 ** 24 - 1, 3);

describe("a map of ids through a PNG", () => {
  it("comes back as it went", async () => {
    await fc.assert(
      fc.asyncProperty(anyMap(2 ** 24 - 1), async (map) => {
        const found = await decodeIds(encodeIds(map));
        expect([...found.data].map((place) => found.ids[place])).toEqual([...map.data]);
      }),
      { numRuns: 60 },
    );
  });

  itWithPython("is read by Pillow as the same numbers, in mode RGB", () => {
    const files = {
      "ids.png": encodeIds(ids),
      "column.png": encodeIds({ ...ids, width: 1, height: ids.data.length }),
    };
    const script = `
def read(name):
    image = Image.open(name); image.load()
    return {"mode": image.mode, "size": image.size, "values": np.array(image).astype(int).ravel().tolist()}
print(json.dumps({name: read(name) for name in ${JSON.stringify(Object.keys(files))}}))
`;
    const { printed } = runPython(script, files);
    const rgb = [...ids.data].flatMap((id) => [id % 256, Math.floor(id / 256) % 256, Math.floor(id / 65536)]);
    expect(printed["ids.png"]).toMatchObject({ mode: "RGB", size: [ids.width, ids.height], values: rgb });
    expect(printed["column.png"]).toMatchObject({ mode: "RGB", size: [1, ids.data.length], values: rgb });
  });

  it("of one noisy column is whole, though it does not deflate", async () => {
    const column = drawMap(new Int32Array(40_000), 1, 2 ** 24 - 1, 4);
    const noise = dice(mulberry32(5));
    column.data.forEach((_, index) => {
      column.data[index] = noise.below(2 ** 24);
    });
    const found = await decodeIds(encodeIds(column));
    expect(found.data.map((place) => found.ids[place]!)).toEqual(column.data);
  });

  itWithPython("is read by Pillow as the same numbers with alpha 255, in mode RGBA", () => {
    const script = `
image = Image.open("ids.png"); image.load()
print(json.dumps({"mode": image.mode, "values": np.array(image).astype(int).ravel().tolist()}))
`;
    const { printed } = runPython(script, { "ids.png": encodeIds(ids, { alpha: true }) });
    expect(printed.mode).toBe("RGBA");
    // As segments.ai reads them: four bytes of a little-endian integer, of which alpha is the highest.
    expect(printed.values).toEqual([...ids.data].flatMap((id) => [id & 255, (id >> 8) & 255, id >> 16, 255]));
  });

  it("comes back as it went with alpha too, whatever the ids", async () => {
    for (const data of [[0], [1], [2 ** 24 - 1], [0, 65_536, 256, 1]]) {
      const map = { width: data.length, height: 1, data: Int32Array.from(data) };
      const png = encodeIds(map, { alpha: true });
      expect(png[25], "colour type").toBe(6);
      const found = await decodeIds(png);
      expect([...found.data].map((place) => found.ids[place])).toEqual(data);
      expect(encodeIds(map)[25], "colour type").toBe(2);
    }
    for (const wrong of [{ alpha: 1 }, { alpha: "rgba" }, null]) {
      expect(() => encodeIds(ids, wrong as never)).toThrow(
        expect.objectContaining({ code: "OPTION_INVALID" }),
      );
    }
  });

  it("cannot have an id beyond three bytes: the error names the pixel and the id", () => {
    const pixels = (...values: number[]) => ({ width: 2, height: 2, data: Int32Array.from(values) });
    const outOfRange = (text: string) =>
      expect.objectContaining({ code: "VALUE_OUT_OF_RANGE", message: expect.stringContaining(text) });
    expect(() => encodeIds(pixels(0, 0, 0, 2 ** 24))).toThrow(outOfRange("(1, 1) is 16777216"));
    expect(() => encodeIds(pixels(-1, 0, 0, 0))).toThrow(outOfRange("(0, 0) is -1"));
  });
});

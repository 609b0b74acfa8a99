/** Pascal VOC: Pillow reads the class ids and object numbers from the palette PNGs, and the void border is where it must be. */
import { readFileSync } from "node:fs";
import sharp from "sharp";
import { beforeAll, describe, expect, it } from "vitest";
import {
  decodeLabelPng,
  decodeVoc,
  encodeLabelPng,
  encodePalettePng,
  encodeVoc,
  type VocReadOptions,
} from "../../src/formats/index.js";
import { ClassList, init, type LabelMap } from "../../src/index.js";
import { parseLabelmapTxt, vocColorMap } from "../../src/legend/index.js";
import { expectPythonInCi, itWithPython, runPython } from "../support/python.js";
import {
  drawAllLabels,
  drawScene,
  loadStreet,
  SCENE_LABELS,
  sceneClasses,
  streetClasses,
} from "../support/scenes.js";

expectPythonInCi();
let street: LabelMap;
beforeAll(async () => {
  await init();
  street = await loadStreet();
});
const wrongCall = expect.objectContaining({ name: "DecodeError", code: "OPTION_INVALID" });
const outOfRange = (text: string) =>
  expect.objectContaining({ code: "VALUE_OUT_OF_RANGE", message: expect.stringContaining(text) });

describe("Pascal VOC", () => {
  itWithPython("PNGs are read by Pillow: mode P, VOC's colours, ids and numbers as they are", () => {
    const { segmentationClass, segmentationObject } = encodeVoc(street, streetClasses);
    const script = `
found = {}
for name in ["class", "object"]:
    image = Image.open(name + ".png")
    found[name] = {"mode": image.mode, "size": image.size, "values": np.array(image).ravel().tolist(), "colour": image.getpalette()[45:48]}
print(json.dumps(found))
`;
    const { printed } = runPython(script, {
      "class.png": segmentationClass,
      "object.png": segmentationObject,
    });
    const common = { mode: "P", size: [street.width, street.height], colour: [192, 128, 128] };
    expect(printed.class).toEqual({ ...common, values: [...street.semantic(streetClasses)] });
    const instance = street.instance();
    const objects = street.semantic(streetClasses).map((id, index) => (id === 255 ? 255 : instance[index]!));
    expect(printed.object).toMatchObject({ mode: "P", size: common.size });
    expect(printed.object.values.join()).toBe([...objects].join());
  });

  it("comes back as classes and objects, for random maps", async () => {
    for (let seed = 0; seed < 60; seed++) {
      const map = drawScene(seed);
      const maps = await decodeVoc(encodeVoc(map, sceneClasses));
      const labels = [...map.data].map((label) => SCENE_LABELS[label]);
      expect([maps.width, maps.height]).toEqual([map.width, map.height]);
      expect([...maps.semantic()]).toEqual(labels.map((label) => label?.classId ?? 255));
      expect([...maps.instance()]).toEqual([...map.instance()]);
    }
  });

  it("has void on both sides of each boundary where a border is asked for", async () => {
    for (let seed = 0; seed < 60; seed++) {
      const map = drawScene(seed);
      const { width, height } = map;
      const border = [1, 2, 3, 7, 40][seed % 5]!;
      const plain = encodeVoc(map, sceneClasses);
      const classes = (await decodeLabelPng(plain.segmentationClass)).data;
      const objects = (await decodeLabelPng(plain.segmentationObject)).data;
      const bordered = encodeVoc(map, sceneClasses, { border });
      const expected = { classes: [...classes], objects: [...objects] };
      for (let y = 0; y < height; y++) {
        for (let x = 0; x < width; x++) {
          const kinds = new Set<string>();
          for (let v = Math.max(0, y - border); v <= Math.min(height - 1, y + border); v++) {
            for (let u = Math.max(0, x - border); u <= Math.min(width - 1, x + border); u++) {
              kinds.add(`${classes[v * width + u]} ${objects[v * width + u]}`);
            }
          }
          if (kinds.size === 1) continue;
          expected.classes[y * width + x] = 255;
          expected.objects[y * width + x] = 255;
        }
      }
      expect([...(await decodeLabelPng(bordered.segmentationClass)).data], `seed ${seed}`).toEqual(
        expected.classes,
      );
      expect([...(await decodeLabelPng(bordered.segmentationObject)).data], `seed ${seed}`).toEqual(
        expected.objects,
      );
    }
  });

  it("of other tools is read: void in one file alone, no object", async () => {
    const png = (...values: number[]) =>
      encodePalettePng({ width: values.length, height: 1, data: Uint8Array.from(values) });
    const maps = await decodeVoc({
      segmentationClass: png(0, 15, 255, 15, 1),
      segmentationObject: png(0, 1, 1, 255, 2),
    });
    expect([...maps.semantic()]).toEqual([0, 15, 255, 15, 1]);
    expect([...maps.instance()]).toEqual([0, 1, 0, 0, 2]);
    const refused = (message: RegExp, ...objects: number[]) =>
      expect(
        decodeVoc({ segmentationClass: png(0, 15, 1), segmentationObject: png(...objects) }),
      ).rejects.toThrow(message);
    await refused(/object 1 is in the background at the pixel \(0, 0\)/, 1, 0, 0);
    await refused(/object 3 is of two classes, 15 and 1, at the pixel \(2, 0\)/, 0, 3, 3);
    await refused(/segmentationObject has 2×1/, 0, 3);
    const sixteen = encodeLabelPng({ width: 1, height: 1, data: Uint16Array.of(1) });
    await expect(decodeVoc({ segmentationClass: png(1), segmentationObject: sixteen })).rejects.toThrow(
      expect.objectContaining({ code: "FORMAT_UNSUPPORTED" }),
    );
    await expect(decodeVoc(null as never)).rejects.toThrow(wrongCall);
    const files = { segmentationClass: png(0, 15), segmentationObject: png(0, 1) };
    await expect(decodeVoc(files, { maxPixels: 1 })).rejects.toThrow(
      expect.objectContaining({ code: "PNG_TOO_LARGE" }),
    );
  });

  it("labels have VOC's names and colours, or those of one's own classes", async () => {
    const files = {
      segmentationClass: encodePalettePng({
        width: 6,
        height: 1,
        data: Uint8Array.of(0, 15, 15, 255, 30, 15),
      }),
      segmentationObject: encodePalettePng({
        width: 6,
        height: 1,
        data: Uint8Array.of(0, 7, 255, 255, 3, 2),
      }),
    };
    const map = await decodeVoc(files);
    expect([...map.data]).toEqual([0, 3, 1, -1, 4, 2]);
    const told = (read: LabelMap) =>
      read.labels.map((label) => [label.name, label.instanceId, label.instanceNumber, label.isThing]);
    expect(told(map)).toEqual([
      ["background", 0, 0, false],
      ["person", 0, 0, true],
      ["person # 2", 2, 2, true],
      ["person # 7", 7, 7, true],
      ["30 # 3", 3, 3, true],
    ]);
    expect(map.labels.map(({ className, classId }) => [className, classId]).slice(3)).toEqual([
      ["person", 15],
      ["30", 30],
    ]);
    expect(map.labels.every(({ isCrowd }) => !isCrowd)).toBe(true);
    expect(map.labels.slice(0, 2).map(({ color }) => color)).toEqual(["#000000", "#c08080"]);
    expect(map.unlabelled.count).toBe(1);

    const classes = ClassList.fromNames(["void area", "tree"], { firstId: 14 });
    Object.assign(classes.classes[1]!, { isThing: false, supercategory: "plant" });
    const own = await decodeVoc(files, { classes });
    expect(told(own)).toEqual([
      ["0", 0, 0, false],
      ["tree", 0, 0, false],
      ["tree # 2", 2, 2, true],
      ["tree # 7", 7, 7, true],
      ["30 # 3", 3, 3, true],
    ]);
    expect(own.labels[1]!.supercategory).toBe("plant");
    const palette = [...vocColorMap].map((color) => color.toUpperCase());
    const byPalette = await decodeVoc(files, { palette });
    expect(byPalette.labels.slice(0, 2)).toMatchObject([
      { name: "0", color: "#000000", isThing: false },
      // Class 15 has an object in this image, so it is a thing.
      { name: "15", color: "#c08080", isThing: true },
    ]);
    await expect(decodeVoc(files, { classes: ["tree"] as never })).rejects.toThrow(wrongCall);
  });

  describe("masks that other tools have saved again", () => {
    const fixture = (name: string) => readFileSync(new URL(`../fixtures/formats/${name}`, import.meta.url));
    const counts = async (
      segmentationClass: Uint8Array,
      options: VocReadOptions = {},
      width = 12,
      height = 8,
    ) => {
      const none = encodeLabelPng({ width, height, data: new Uint8Array(width * height) });
      const semantic = (await decodeVoc({ segmentationClass, segmentationObject: none }, options)).semantic();
      const found: Record<number, number> = {};
      for (const id of semantic) found[id] = (found[id] ?? 0) + 1;
      return found;
    };
    const expected = { 0: 57, 1: 12, 2: 15, 255: 12 };

    it("have the same classes, whatever the order of the palette", async () => {
      const original = fixture("voc.png");
      expect(await counts(original)).toEqual(expected);
      const resaved = fixture("voc-resaved-by-sharp.png");
      expect(await counts(resaved)).toEqual(expected);
      // This is what was wrong: the indices of sharp's palette are its own.
      expect(await counts(resaved, { by: "index" })).not.toEqual(expected);
      expect(await counts(original, { by: "index" })).toEqual(expected);
      const again = await sharp(original).png({ palette: true, colours: 8 }).toBuffer();
      expect(await counts(again)).toEqual(expected);
    });

    it("have the same classes in RGB and RGBA, and objects are read by colour too", async () => {
      const rgb = await sharp(fixture("voc.png")).removeAlpha().png({ palette: false }).toBuffer();
      expect([rgb[25], await counts(rgb)]).toEqual([2, expected]);
      const rgba = await sharp(fixture("voc.png")).ensureAlpha().png({ palette: false }).toBuffer();
      expect([rgba[25], await counts(rgba)]).toEqual([6, expected]);
      const png = (palette: readonly string[], ...values: number[]) =>
        encodePalettePng({ width: values.length, height: 1, data: Uint8Array.from(values) }, { palette });
      const map = await decodeVoc({
        segmentationClass: png(vocColorMap, 0, 15, 15),
        segmentationObject: png(["#008000", "#000000", "#800000"], 1, 0, 2),
      });
      expect([[...map.semantic()], [...map.instance()]]).toEqual([
        [0, 15, 15],
        [0, 2, 1],
      ]);
    });

    it("with CVAT's own colours need these colours, in the order of the ids", async () => {
      const colours = [...parseLabelmapTxt(fixture("cvat-labelmap.txt").toString()).keys()];
      const [cat, background, dog] = colours as [string, string, string];
      const mask = fixture("cvat.png");
      const size = [mask.readUInt32BE(16), mask.readUInt32BE(20)] as const;
      const palette = [background, cat, dog];
      expect(await counts(mask, { palette }, ...size)).toEqual({ 0: 33, 1: 6, 2: 9 });
      const bordered = encodePalettePng(
        { width: 3, height: 1, data: Uint8Array.of(0, 1, 2) },
        { palette: ["#e0e0c0", dog, background] },
      );
      expect(await counts(bordered, { palette }, 3, 1)).toEqual({ 0: 1, 2: 1, 255: 1 });
      await expect(counts(mask, {}, ...size)).rejects.toThrow(
        expect.objectContaining({
          code: "FORMAT_INVALID",
          message: expect.stringMatching(/#(307020|b07020) is not one of the expected/),
        }),
      );
    });

    it("of other colours are refused, and so is an option that says nothing", async () => {
      const odd = encodePalettePng({ width: 1, height: 1, data: Uint8Array.of(0) }, { palette: ["#ffffff"] });
      await expect(counts(odd, {}, 1, 1)).rejects.toThrow(/#ffffff is not .*by: "index"/);
      expect(await counts(odd, { by: "index" }, 1, 1)).toEqual({ 0: 1 });
      for (const options of [{ by: "name" }, { by: "index", palette: ["#ffffff"] }, { bi: "index" }]) {
        await expect(counts(odd, options as never, 1, 1)).rejects.toThrow(wrongCall);
      }
    });
  });

  it("refuses what its numbers have no room for", () => {
    const map = drawAllLabels();
    const names = ["car", "truck", "road", "sky", "lane", "ego", "dirt"];
    expect(() => encodeVoc(map, ClassList.fromNames(names))).toThrow(outOfRange("firstId: 1"));
    const high = ClassList.fromNames(names, { firstId: 255, voidId: 0, ignoreId: 0 });
    expect(() => encodeVoc(map, high)).toThrow(outOfRange("class id 255"));
    const many = {
      ...map,
      labels: map.labels.map((label) => ({ ...label, instanceId: label.index === 1 ? 255 : 0 })),
    };
    expect(() => encodeVoc(many as never, sceneClasses)).toThrow(outOfRange("object number 255"));
    expect(() => encodeVoc(map, ClassList.fromNames(["car"]))).toThrow(
      expect.objectContaining({ code: "CLASS_UNKNOWN" }),
    );
    for (const border of [-1, 0.5, "1"]) {
      expect(() => encodeVoc(map, sceneClasses, { border: border as never })).toThrow(wrongCall);
    }
    expect(() => encodeVoc(map, sceneClasses, null as never)).toThrow(wrongCall);
  });
});

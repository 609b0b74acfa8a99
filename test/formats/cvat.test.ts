/** CVAT's "Segmentation mask": colours of labelmap.txt, numbers of objects, and what CVAT's importer would see. */
import { beforeAll, describe, expect, it } from "vitest";
import {
  decodeCvat,
  encodeCvat,
  encodeIds,
  filesInMemory,
  memorySink,
  readSet,
  writeSet,
} from "../../src/formats/index.js";
import { ClassList, init } from "../../src/index.js";
import { drawAllLabels, drawScene, inOrder, SCENE_LABELS, sceneClasses } from "../support/scenes.js";

beforeAll(() => init());

/** A row of pixels in these colours, `rrggbb`. */
function row(...colours: string[]): Uint8Array {
  const ids = colours.map((colour) => Number.parseInt(colour.match(/../g)!.reverse().join(""), 16));
  return encodeIds({ width: ids.length, height: 1, data: Int32Array.from(ids) });
}

/** As CVAT 2 writes it: the background first, then the project's labels in colours of their own. */
const LABELMAP = "# label:color_rgb:parts:actions\nbackground:0,0,0::\ncar:250,50,83::\nroad:51,221,255::\n";
const file = {
  segmentationClass: row("000000", "fa3253", "fa3253", "33ddff", "33ddff"),
  segmentationObject: row("000000", "800000", "008000", "808000", "808000"),
};

describe("CVAT's segmentation mask", () => {
  it("is read with the classes of labelmap.txt and the objects' numbers", async () => {
    const map = await decodeCvat(file, { labelmap: LABELMAP });
    expect([...map.semantic()]).toEqual([0, 1, 1, 2, 2]);
    expect([...map.instance()]).toEqual([0, 1, 2, 3, 3]);
    expect(map.labels.map(({ name }) => name)).toEqual(["background", "car # 1", "car # 2", "road # 3"]);
    const known = await decodeCvat(file, { labelmap: LABELMAP, things: ["car"] });
    expect([...known.semantic()]).toEqual([0, 1, 1, 2, 2]);
    expect([...known.instance()]).toEqual([0, 1, 2, 0, 0]);
    expect(known.labels.map(({ name, isThing }) => `${name} ${isThing}`)).toEqual([
      ...["background false", "car # 1 true", "car # 2 true", "road false"],
    ]);
  });

  it("has the background first, wherever labelmap.txt has it, or without it", async () => {
    const last = "car:250,50,83::\nroad:51,221,255::\nbackground:0,0,0::\n";
    expect([...(await decodeCvat(file, { labelmap: last })).semantic()]).toEqual([0, 1, 1, 2, 2]);
    const none = "car:250,50,83::\nroad:51,221,255::\n";
    expect((await decodeCvat(file, { labelmap: none })).labels[0]!.className).toBe("background");
  });

  it("refuses a colour that labelmap.txt lacks, also one of Pascal VOC's", async () => {
    const invalid = (text: string) =>
      expect.objectContaining({ code: "FORMAT_INVALID", message: expect.stringContaining(text) });
    const without = "background:0,0,0::\ncar:250,50,83::\n";
    await expect(decodeCvat(file, { labelmap: without })).rejects.toEqual(invalid("#33ddff"));
    const voc = { segmentationClass: row("000000", "800000", "008000") };
    const labelmap = "background:0,0,0::\nplane:128,0,0::\n";
    await expect(decodeCvat(voc, { labelmap })).rejects.toEqual(
      invalid("the colour #008000 is not in labelmap.txt"),
    );
    await expect(decodeCvat(file, {} as never)).rejects.toMatchObject({ code: "OPTION_INVALID" });
    await expect(decodeCvat(file, { labelmap: LABELMAP, things: ["bus"] })).rejects.toMatchObject({
      code: "CLASS_UNKNOWN",
    });
    const many = Array.from({ length: 256 }, (_, place) => `c${place}:9,${place},1::\n`).join("");
    await expect(decodeCvat(file, { labelmap: many })).rejects.toMatchObject({ code: "FORMAT_UNSUPPORTED" });
  });

  it("numbers every label that has a class, since CVAT reads no others", async () => {
    const map = drawAllLabels();
    const { labelmap, ...files } = encodeCvat(map, sceneClasses);
    expect(labelmap).toBe(
      "# label:color_rgb:parts:actions\nbackground:0,0,0::\nroad:128,0,0::\nsky:0,128,0::\ncar:128,128,0::\ntruck:0,0,128::\n",
    );
    const read = await decodeCvat(files, { labelmap });
    const pairs = (values: Int32Array) => [...values].filter((_, index) => index % 2 === 0);
    expect(pairs(read.semantic())).toEqual([3, 3, 4, 1, 2, 3, 1, 0, 0, 0]);
    expect(pairs(read.instance())).toEqual([1, 2, 3, 4, 5, 6, 7, 0, 0, 0]);
    const own = encodeCvat(map, sceneClasses, { numberStuff: false });
    expect(pairs((await decodeCvat(own, { labelmap })).instance())).toEqual([1, 2, 3, 0, 0, 0, 0, 0, 0, 0]);
  });

  it("comes back as it was with the names of the things, for random maps", async () => {
    for (let seed = 0; seed < 40; seed++) {
      const map = drawScene(seed);
      const { labelmap, ...files } = encodeCvat(map, sceneClasses, { numberStuff: false });
      const read = await decodeCvat(files, { labelmap, things: ["car", "truck"] });
      const lines = new Map([
        [7, 1],
        [11, 2],
        [26, 3],
        [27, 4],
      ]);
      const labels = [...map.data].map((label) => SCENE_LABELS[label]);
      expect([...read.semantic()]).toEqual(labels.map((label) => lines.get(label?.classId ?? -1) ?? 0));
      expect(inOrder(read.instance())).toEqual(inOrder(labels.map((label) => label?.object ?? 0)));
    }
  });

  it("refuses what its colours cannot number", () => {
    const outOfRange = expect.objectContaining({ code: "VALUE_OUT_OF_RANGE" });
    const names = Array.from({ length: 255 }, (_, place) => `c${place}`);
    const many = ClassList.fromNames(["car", "road", "truck", "sky", "lane", "ego", "dirt", ...names], {
      ...{ voidId: 999, ignoreId: 999 },
    });
    expect(() => encodeCvat(drawScene(1), many)).toThrow(outOfRange);
    const map = drawAllLabels();
    const far = map.labels.map((label) => (label.index === 0 ? { ...label, instanceId: 254 } : label));
    expect(() => encodeCvat({ ...map, labels: far }, sceneClasses)).toThrow("numberStuff: false");
    expect(() => encodeCvat({ ...map, labels: far }, sceneClasses, { numberStuff: false })).not.toThrow();
  });

  it("is a set with a list of names, and without a labelmap.txt it is none", async () => {
    const sink = memorySink();
    const items = ["a b", "c/d"].map((name, seed) => ({ name, map: drawScene(seed) }));
    await writeSet(items, sink, { format: "cvat", classes: sceneClasses });
    const text = (path: string) => new TextDecoder().decode(sink.files.get(path));
    expect(text("ImageSets/Segmentation/default.txt")).toBe('"a b"\nc/d\n');
    expect([...sink.files.keys()].at(-1)).toBe("labelmap.txt");
    const set = await readSet(filesInMemory(sink.files), { format: "cvat" });
    const found: unknown[] = [];
    for await (const { name, split } of set) found.push([name, split]);
    expect(found).toEqual([
      ["a b", null],
      ["c/d", null],
    ]);
    const rest = [...sink.files].filter(([path]) => path !== "labelmap.txt");
    await expect(readSet(filesInMemory(rest), { format: "cvat" })).rejects.toThrow("read the set as voc");
  });
});

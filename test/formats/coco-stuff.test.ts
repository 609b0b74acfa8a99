/** COCO-Stuff: the numbers and names of its own labels.txt, and both of its forms as sets. */
import { beforeAll, describe, expect, it } from "vitest";
import {
  decodeCocoStuff,
  encodeIds,
  encodeLabelPng,
  encodePalettePng,
  filesInMemory,
  readSet,
  recognise,
} from "../../src/formats/index.js";
import { init } from "../../src/index.js";
import { itemsOf } from "../support/set-drawing.js";

beforeAll(() => init());

const format = "coco-stuff";
const row = (...values: number[]) => ({ width: values.length, height: 1, data: Uint8Array.from(values) });
const grey = (...values: number[]) => encodeLabelPng(row(...values));
const caught = (code: string, text: string) =>
  expect.objectContaining({ code, message: expect.stringContaining(text) });

describe("a PNG of COCO-Stuff", () => {
  it("has the category ids of COCO: one more than its pixels", async () => {
    const map = await decodeCocoStuff(grey(0, 2, 90, 91, 181, 255, 2));
    expect([...map.semantic()]).toEqual([1, 3, 91, 92, 182, 255, 3]);
    const named = map.labels.map(({ className, classId, isThing }) => [className, classId, isThing]);
    // nightrome/cocostuff, labels.txt.
    expect(named).toEqual([
      ["person", 1, true],
      ["car", 3, true],
      ["hair brush", 91, true],
      ["banner", 92, false],
      ["wood", 182, false],
    ]);
    expect(map.unlabelled.count).toBe(1);
    expect([...map.instance()]).toEqual([0, 0, 0, 0, 0, 0, 0]);
  });

  it("may be a palette, whose indices count, and nothing but a PNG of one channel", async () => {
    const palette = encodePalettePng(row(0, 148, 255));
    expect([...(await decodeCocoStuff(palette)).semantic()]).toEqual([1, 149, 255]);
    await expect(decodeCocoStuff(encodeIds(row(1)))).rejects.toMatchObject({ code: "FORMAT_UNSUPPORTED" });
    await expect(decodeCocoStuff(grey(0, 182, 182))).rejects.toEqual(
      caught("FORMAT_INVALID", "2 pixels are 182, but the classes are 0 to 181, and 255 is unlabelled"),
    );
    await expect(decodeCocoStuff(grey(1), { things: [] } as never)).rejects.toEqual(
      caught("OPTION_INVALID", "unknown key"),
    );
  });
});

const stuff = {
  images: [
    { id: 1, width: 2, height: 2, file_name: "000000000001.jpg" },
    { id: 2, width: 1, height: 1, file_name: "000000000002.jpg" },
  ],
  annotations: [
    {
      id: 7,
      image_id: 1,
      category_id: 149,
      iscrowd: 0,
      bbox: [0, 0, 1, 2],
      segmentation: { size: [2, 2], counts: [0, 2, 2] },
    },
    {
      id: 8,
      image_id: 1,
      category_id: 157,
      iscrowd: 1,
      bbox: [1, 0, 1, 1],
      segmentation: { size: [2, 2], counts: [2, 1, 1] },
    },
  ],
  categories: [
    { id: 149, name: "road", supercategory: "ground" },
    { id: 157, name: "sky-other", supercategory: "sky" },
  ],
};
const maps = {
  "stuffthingmaps/train2017/000000000009.png": grey(1),
  "stuffthingmaps/val2017/000000000001.png": grey(148, 255),
  "images/val2017/000000000001.jpg": "photo",
};

describe("a set of COCO-Stuff", () => {
  it("of PNGs has parts, photos and all 182 classes", async () => {
    const set = await readSet(filesInMemory(maps), { format });
    const items = await itemsOf(set);
    expect(items.map(({ name, split, photo }) => [name, split, photo])).toEqual([
      ["000000000001", "val2017", "images/val2017/000000000001.jpg"],
      ["000000000009", "train2017", null],
    ]);
    expect([...(await items[0]!.map()).semantic()]).toEqual([149, 255]);
    const { classes, voidId } = await set.classes();
    expect([classes.length, classes[0]!.name, classes[181]!.name, voidId]).toEqual([
      182,
      "person",
      "wood",
      255,
    ]);
    expect(new Set(classes.map(({ name }) => name)).size).toBe(182);
    expect((await readSet(filesInMemory(maps), { format, split: "val2017" })).count).toBe(1);
    const damaged = { ...maps, "stuffthingmaps/val2017/000000000001.png": grey(200) };
    const [broken] = await itemsOf(await readSet(filesInMemory(damaged), { format }));
    await expect(broken!.map()).rejects.toEqual(
      caught("FORMAT_INVALID", "stuffthingmaps/val2017/000000000001.png: "),
    );
  });

  it("of pixelmaps has the category ids as they are, and all things as other", async () => {
    const palette = (...values: number[]) => encodePalettePng(row(...values));
    const pixelmaps = {
      "annotations/stuff_val2017_pixelmaps/000000000001.png": palette(0, 92, 182, 183),
      "annotations/stuff_train2017_pixelmaps/000000000009.png": palette(1, 0),
      "images/val2017/000000000001.jpg": "photo",
    };
    const set = await readSet(filesInMemory(pixelmaps));
    const items = await itemsOf(set);
    expect(items.map(({ name, split, photo }) => [name, split, photo])).toEqual([
      ["000000000001", "val2017", "images/val2017/000000000001.jpg"],
      ["000000000009", "train2017", null],
    ]);
    const map = await items[0]!.map();
    expect([...map.semantic()]).toEqual([255, 92, 182, 183]);
    expect(map.labels.map(({ className }) => className)).toEqual(["banner", "wood", "other"]);
    const { classes } = await set.classes();
    expect([classes.length, classes.at(-1)!.name]).toEqual([183, "other"]);
    expect(set.reason).toBe("COCO-Stuff: stuff_SPLIT_pixelmaps/ (2 PNGs).");
    expect((await readSet(filesInMemory(pixelmaps), { format, split: "val2017" })).count).toBe(1);
    await expect(decodeCocoStuff(palette(184), { form: "pixelmaps" })).rejects.toEqual(
      caught("FORMAT_INVALID", "1 pixel is 184, but the classes are 1 to 183, and 0 is unlabelled"),
    );
    await expect(decodeCocoStuff(palette(1), { form: "maps" as "pixelmaps" })).rejects.toEqual(
      caught("OPTION_INVALID", 'form must be "stuffthingmaps" or "pixelmaps"'),
    );
    // The other PNGs are better, since they have things too.
    const both = await readSet(filesInMemory({ ...maps, ...pixelmaps }), { format });
    expect([both.reason, both.issues.map(({ code }) => code)]).toEqual([
      "COCO-Stuff: stuffthingmaps/ (2 PNGs).",
      ["file-not-read"],
    ]);
    const chosen = await readSet(filesInMemory({ ...maps, ...pixelmaps }), { format, from: "pixelmaps" });
    expect([...(await (await itemsOf(chosen))[1]!.map()).semantic()]).toEqual([1, 255]);
  });

  it("of JSON has areas without objects, and images without any", async () => {
    const files = { "annotations/stuff_val2017.json": JSON.stringify(stuff), "val2017/000000000001.jpg": "" };
    const set = await readSet(filesInMemory(files), { format });
    const items = await itemsOf(set);
    const map = await items[0]!.map();
    expect(items[0]!.photo).toBe("val2017/000000000001.jpg");
    expect([...map.semantic()]).toEqual([149, 157, 149, 255]);
    expect([...map.instance()]).toEqual([0, 0, 0, 0]);
    expect(
      map.labels.map(({ isThing, isCrowd, supercategory }) => [isThing, isCrowd, supercategory]),
    ).toEqual([
      [false, false, "ground"],
      [false, false, "sky"],
    ]);
    expect((await items[1]!.map()).labels).toEqual([]);
    expect((await set.classes()).classes.map(({ isThing }) => isThing)).toEqual([false, false]);
    expect(set.reason).toBe("COCO-Stuff: annotations/stuff_val2017.json (2 images).");
  });

  it("of both is read from the PNGs, says what is not read, and takes the other by option", async () => {
    const files = { ...maps, "annotations/stuff_val2017.json": JSON.stringify(stuff) };
    const set = await readSet(filesInMemory(files), { format });
    expect(set.count).toBe(2);
    expect(set.issues).toEqual([
      {
        code: "file-not-read",
        path: "annotations/stuff_val2017.json",
        message:
          'annotations/stuff_val2017.json: is not read, since the PNGs of stuffthingmaps/ have its areas too; pass from: "json" to read it.',
      },
    ]);
    const json = await readSet(filesInMemory(files), { format, from: "json" });
    expect((await itemsOf(json)).map(({ name }) => name)).toEqual(["000000000001", "000000000002"]);
    await expect(readSet(filesInMemory(files), { format, from: "both" as "png" })).rejects.toEqual(
      caught("OPTION_INVALID", "from must be"),
    );
  });

  it("is recognised by its folder and by the name of its JSON, and names what is wrong", async () => {
    const found = async (files: Parameters<typeof filesInMemory>[0]) =>
      (await recognise(filesInMemory(files)))
        .filter(({ confidence }) => confidence === "certain")
        .map((each) => each.format.name);
    expect(await found(maps)).toEqual([format]);
    expect(await found({ "stuff_val2017.json": JSON.stringify(stuff) })).toEqual([format]);
    // The same PNGs in another folder, and PNGs in colours in this one.
    expect(await found({ "masks/1.png": grey(1) })).toEqual([]);
    expect(await found({ "stuffthingmaps/val/1.png": encodeIds(row(1)) })).toEqual([]);
    await expect(readSet(filesInMemory({ "stuff_a.json": "{}" }), { format })).rejects.toEqual(
      caught("FORMAT_INVALID", "stuff_a.json: has no images and annotations"),
    );
    await expect(readSet(filesInMemory({ "a.png": "" }), { format })).rejects.toEqual(
      caught("FORMAT_INVALID", "expected stuffthingmaps/SPLIT/NAME.png"),
    );
  });
});

/** Folders of LabelMe and projects of Supervisely: the layouts of their tools, and what is malformed. */
import { beforeAll, describe, expect, it } from "vitest";
import {
  encodeLabelMe,
  encodeSupervisely,
  filesInMemory,
  readSet,
  recognise,
  superviselyMeta,
} from "../../src/formats/index.js";
import { ClassList, init, type LabelMap, labelPixels } from "../../src/index.js";
import { itemsOf, textOf, written } from "../support/set-drawing.js";

beforeAll(() => init());

type Files = Record<string, string | Uint8Array>;
const caught = (code: string, text: string) =>
  expect.objectContaining({ code, message: expect.stringContaining(text) });
const classes = ClassList.fromJSON({
  classes: [
    { id: 1, name: "car", aliases: ["auto"], isThing: true },
    { id: 2, name: "road", aliases: ["lane"] },
    { id: 3, name: "bus" },
  ],
  void: ["ego"],
});

/** A row of pixels by the names of their labels; `.` is unlabelled. */
function drawRow(...names: string[]): LabelMap {
  const kinds = [...new Set(names)].filter((name) => name !== ".");
  const legend = Object.fromEntries(kinds.map((name, place) => [`#0000${String(place + 10)}`, name]));
  const blue = (name: string) => Number.parseInt(String(kinds.indexOf(name) + 10), 16);
  const data = Uint8Array.from(names.flatMap((name) => [0, 0, name === "." ? 255 : blue(name)]));
  return labelPixels({ data, width: names.length, height: 1, channels: 3 }, legend);
}
const row = () => drawRow("car # 1", "car # 2", "road", ".", "lane", "bus # 1");
const labelMe = (map = row()) => JSON.stringify(encodeLabelMe(map, { imagePath: "a.jpg" }).file);
const annotation = (map = row()) => JSON.stringify(encodeSupervisely(map).annotation);

describe("a folder of LabelMe", () => {
  const format = "labelme";
  const read = (files: Files, options: object = {}) => readSet(filesInMemory(files), { format, ...options });

  it("has an image for each JSON file, in any folder, with the photo of its name", async () => {
    const files = {
      "set/a.json": labelMe(),
      "set/a.JPG": "photo",
      "set/deep/b.json": labelMe(drawRow("road", "van")),
      "set/deep/photo of b.jpg": "photo",
    };
    const set = await read(files);
    const items = await itemsOf(set);
    expect(items.map(({ name, photo, split }) => [name, photo, split])).toEqual([
      ["a", "set/a.JPG", null],
      ["deep/b", null, null],
    ]);
    expect([...(await items[0]!.map()).instance()]).toEqual([1, 2, 3, 0, 4, 5]);
    const [stuff] = await itemsOf(await read(files, { things: ["car"] }));
    expect([...(await stuff!.map()).instance()]).toEqual([1, 2, 0, 0, 0, 0]);
    // Without labels.txt, all files are read for the classes.
    const names = (await set.classes()).classes.map(({ id, name }) => `${id} ${name}`);
    expect(names).toEqual(["1 bus", "2 car", "3 lane", "4 road", "5 van"]);
    expect(set.reason).toBe("LabelMe: 2 JSON files.");
  });

  it("has the classes of labels.txt, with the numbers of labelme2voc.py", async () => {
    const classesOf = async (text: string, path = "labels.txt") =>
      (await (await read({ "x/a.json": labelMe(), [path]: text })).classes()).classes.map(
        ({ id, name }) => `${id} ${name}`,
      );
    expect(await classesOf("__ignore__\n_background_\ncar\nroad\n")).toEqual(["1 car", "2 road"]);
    expect(await classesOf("car\r\nroad\r\n\r\n", "x/labels.txt")).toEqual(["0 car", "1 road"]);
    // A file below the images is not theirs.
    expect(await classesOf("car\n", "x/y/labels.txt")).toEqual(["1 bus", "2 car", "3 lane", "4 road"]);
    await expect(classesOf("car\ncar\n")).rejects.toEqual(
      caught("FORMAT_INVALID", "labels.txt: has a name twice"),
    );
    expect((await (await read({ "a.json": '{"shapes":[]}' })).classes()).classes).toEqual([]);
  });

  it("lists a class called background, so that its shapes have a class when they are read", async () => {
    const list = ClassList.fromNames(["background", "car", "_background_"]);
    const map = drawRow("background", "car", "background");
    const { files, source } = await written([{ name: "a", map }], { format, classes: list });
    expect(textOf(files.get("labels.txt")!)).toBe("__ignore__\n_background_\nbackground\ncar\n");
    const set = await readSet(source, { format });
    const [item] = await itemsOf(set);
    const back = await item!.map();
    const nameOf = new Map((await set.classes()).classes.map(({ id, name }) => [id, name]));
    const names = Array.from(back.semantic(await set.classes()), (id) => nameOf.get(id));
    expect(names).toEqual(["background", "car", "background"]);
  });

  it("is written with the list's own names, and with every loss in words", async () => {
    const map = drawRow("car # 1", "lane", "road", "ego", "car", "car # 1", ".");
    const { files, source, issues } = await written([{ name: "d/a", map }], { format, classes });
    expect([...files.keys()]).toEqual(["d/a.json", "labels.txt"]);
    expect(textOf(files.get("labels.txt")!)).toBe("__ignore__\n_background_\ncar\nroad\nbus\n");
    expect(issues.map(({ code }) => code).sort()).toEqual(["stuff-is-object", "void-class-dropped"]);
    const { shapes, imagePath } = JSON.parse(textOf(files.get("d/a.json")!));
    expect(imagePath).toBe("a.jpg");
    const found = shapes.map(({ label, group_id: group }: Record<string, unknown>) => [label, group]);
    expect(found).toEqual([
      ["car", 1],
      ["car", 1],
      ["road", null],
      ["car", null],
    ]);
    const [item] = await itemsOf(await readSet(source, { format, things: ["car"] }));
    const back = await item!.map();
    expect([...back.semantic(classes)]).toEqual([1, 2, 2, 255, 1, 1, 255]);
    expect([...back.instance()]).toEqual([1, 0, 0, 0, 2, 1, 0]);
  });

  it("keeps two objects apart that have the same number under two names of a class", async () => {
    const map = drawRow("car # 2", "auto # 2", "auto # 3", "car # 1");
    const { source } = await written([{ name: "a", map }], { format, classes });
    const [item] = await itemsOf(await readSet(source, { format }));
    const { labels, data } = await item!.map();
    expect(new Set(data).size).toBe(4);
    expect(labels.map(({ name }) => name).sort()).toEqual(["car # 1", "car # 2", "car # 3", "car # 4"]);
  });

  it("fills holes as polygons and counts them, and keeps them as masks", async () => {
    const data = Uint8Array.from([1, 1, 1, 1, 9, 1, 1, 1, 1].flatMap((blue) => [0, 0, blue]));
    const map = labelPixels({ data, width: 3, height: 3, channels: 3 }, { "#000001": "car # 1" });
    for (const [shapes, pixels, codes] of [
      ["polygons", 9, ["hole-filled"]],
      ["masks", 8, []],
    ] as const) {
      const { source, issues } = await written([{ name: "a", map }], { format, classes, shapes });
      expect(issues.map(({ code, message }) => [code, message.slice(0, 7)])).toEqual(
        codes.map((code) => [code, "1 unlab"]),
      );
      const [item] = await itemsOf(await readSet(source, { format }));
      expect((await item!.map()).labels[0]!.pixelCount).toBe(pixels);
    }
  });

  it("names the file and the key of what is malformed, and is told from its look-alikes", async () => {
    const wrong: [string, string][] = [
      ["{", "b.json: is not JSON"],
      ["[]", "b.json: is no file of LabelMe: it has no shapes"],
      ['{"shapes":[]}', "b.json: LabelMe: imageWidth: is missing"],
      ['{"shapes":[{}],"imageWidth":1,"imageHeight":1}', "b.json: LabelMe: shapes[0].label: is missing"],
    ];
    for (const [text, message] of wrong) {
      const [a, b] = await itemsOf(await read({ "a.json": labelMe(), "b.json": text }));
      await a!.map();
      await expect(b!.map(), message).rejects.toEqual(caught("FORMAT_INVALID", message));
    }
    await expect(read({ "a.txt": "" })).rejects.toEqual(caught("FORMAT_INVALID", "expected NAME.json"));
    await expect(read({ "a.json": labelMe() }, { split: "train" })).rejects.toEqual(
      caught("OPTION_INVALID", 'unknown key "split"'),
    );
    const certain = async (files: Files) =>
      (await recognise(filesInMemory(files)))
        .filter(({ confidence }) => confidence === "certain")
        .map((each) => each.format.name);
    expect(await certain({ "a.json": labelMe(), "a.jpg": "" })).toEqual(["labelme"]);
    // Cityscapes' polygons, and a legend beside a mask.
    const objects = [{ label: "road", polygon: [[0, 0]] }];
    expect(await certain({ "a.json": JSON.stringify({ imgHeight: 1, imgWidth: 1, objects }) })).not.toContain(
      "labelme",
    );
    expect(await certain({ "a.json": '{"legend":{"#ff0000":"car"}}', "a.png": "" })).toEqual([]);
  });
});

describe("a project of Supervisely", () => {
  const format = "supervisely";
  const read = (files: Files, options: object = {}) => readSet(filesInMemory(files), { format, ...options });
  const meta = JSON.stringify(superviselyMeta(ClassList.fromNames(["car", "road", "lane", "bus"])));

  it("has the data sets of the project as parts, also inner ones, with their photos", async () => {
    const files = {
      "project/meta.json": meta,
      "project/ds0/ann/a.jpg.json": annotation(),
      "project/ds0/img/a.jpg": "photo",
      "project/train/ann/b.json": annotation(),
      "project/train/datasets/inner/ann/c.d.png.json": annotation(),
      "project/train/datasets/inner/img/c.d.png": "photo",
      "project/obj_class_to_machine_color.json": "{}",
    };
    const set = await read(files);
    const items = await itemsOf(set);
    expect(items.map(({ name, split, photo }) => [name, split, photo])).toEqual([
      ["a", null, "project/ds0/img/a.jpg"],
      ["b", "train", null],
      ["inner/c.d", "train", "project/train/datasets/inner/img/c.d.png"],
    ]);
    const map = await items[0]!.map();
    expect([...map.semantic()]).toEqual([1, 1, 2, 255, 3, 4]);
    expect((await set.classes()).classes.map(({ id, name }) => `${id} ${name}`)).toEqual([
      "1 car",
      "2 road",
      "3 lane",
      "4 bus",
    ]);
    expect(set.reason).toBe("Supervisely: project/meta.json, 3 files in ann/.");
    expect((await read(files, { split: "train" })).count).toBe(2);
    // A data set alone, without its project.
    const alone = await read({ "ann/a.jpg.json": annotation(), "img/a.jpg": "" });
    expect((await itemsOf(alone)).map(({ name, split, photo }) => [name, split, photo])).toEqual([
      ["a", null, "img/a.jpg"],
    ]);
    expect(alone.issues).toMatchObject([{ code: "meta-missing" }]);
    expect((await alone.classes()).classes.map(({ name }) => name)).toEqual(["bus", "car", "lane", "road"]);
  });

  it("has the ids of meta.json, if each class has one", async () => {
    const withIds = (ids: readonly unknown[]) => {
      const json = JSON.parse(meta);
      json.classes.forEach((each: Record<string, unknown>, place: number) => {
        each.id = ids[place];
      });
      return JSON.stringify(json);
    };
    const idsOf = async (ids: readonly unknown[]) => {
      const set = await read({ "meta.json": withIds(ids), "ds0/ann/a.json": annotation() });
      const [item] = await itemsOf(set);
      const ofMap = [...(await item!.map()).semantic()];
      return [(await set.classes()).classes.map(({ id }) => id), ofMap];
    };
    expect(await idsOf([900, 7, 8, 11])).toEqual([
      [900, 7, 8, 11],
      [900, 900, 7, 255, 8, 11],
    ]);
    for (const ids of [
      [1, 1, 2, 3],
      [5, "x", 6, 7],
      [1, 2, 3, -1],
    ]) {
      expect((await idsOf(ids))[0]).toEqual([1, 2, 3, 4]);
    }
  });

  it("is written as bitmaps or polygons with the list's own names, and with every loss in words", async () => {
    const map = drawRow("car # 1", "lane", "road", "ego", "car", "car # 1", ".");
    for (const geometry of ["bitmap", "polygon"] as const) {
      const { files, source, issues } = await written([{ name: "d/a", map, split: "val" }], {
        format,
        classes,
        geometry,
      });
      expect([...files.keys()]).toEqual(["val/datasets/d/ann/a.jpg.json", "meta.json"]);
      expect(issues.map(({ code }) => code).sort()).toEqual(["stuff-is-object", "void-class-dropped"]);
      const json = JSON.parse(textOf(files.get("meta.json")!));
      expect(json.classes.map(({ title, shape }: Record<string, string>) => `${title} ${shape}`)).toEqual(
        ["car", "road", "bus"].map((title) => `${title} ${geometry}`),
      );
      const [item] = await itemsOf(await readSet(source, { format, things: ["car"] }));
      expect([item!.name, item!.split]).toEqual(["d/a", "val"]);
      const back = await item!.map();
      expect([...back.semantic(classes)]).toEqual([1, 2, 2, 255, 1, 1, 255]);
      expect([...back.instance()]).toEqual([1, 0, 0, 0, 2, 1, 0]);
    }
  });

  it("names the file and the key of what is malformed, and is told from its look-alikes", async () => {
    const wrong: [string, string][] = [
      ["{", "ds0/ann/b.json: is not JSON"],
      ["[]", "ds0/ann/b.json: is no annotation of Supervisely"],
      ['{"objects":[]}', "ds0/ann/b.json: Supervisely: size: is missing"],
      [annotation(drawRow("van")), 'objects[0].classTitle: meta.json has no class "van"'],
    ];
    const files = { "meta.json": meta, "ds0/ann/a.json": annotation() };
    for (const [text, message] of wrong) {
      const [a, b] = await itemsOf(await read({ ...files, "ds0/ann/b.json": text }));
      await a!.map();
      await expect(b!.map(), message).rejects.toEqual(caught("FORMAT_INVALID", message));
    }
    const metas: [string, string][] = [
      ["{}", "meta.json: classes: is missing"],
      ['{"classes":[{"shape":"any"}]}', "meta.json: classes[0].title: give the name"],
      ["[]", "meta.json: the file: is an array"],
    ];
    for (const [text, message] of metas) {
      await expect(read({ ...files, "meta.json": text }), message).rejects.toEqual(
        caught("FORMAT_INVALID", message),
      );
    }
    const two = {
      "a/meta.json": meta,
      "a/ds0/ann/a.json": annotation(),
      "b/meta.json": meta,
      "b/ds0/ann/b.json": annotation(),
    };
    await expect(read(two)).rejects.toEqual(
      caught("OPTION_INVALID", 'there are 2 projects in the folder: "a/meta.json", "b/meta.json"'),
    );
    await expect(read({ "a.json": annotation() })).rejects.toEqual(
      caught("FORMAT_INVALID", "expected meta.json, DATASET/ann/IMAGE.jpg.json"),
    );
    const found = await recognise(
      filesInMemory({ "meta.json": '{"classes":[],"tags":[]}', "ann/a.jpg.json": '{"text":1}' }),
    );
    expect(found.map((each) => each.format.name)).not.toContain("supervisely");
  });
});

/** Folders of masks: a legend for each or one for all, subfolders, suffixes, photos, and what is missing. */
import { beforeAll, describe, expect, it } from "vitest";
import {
  encodeColourMask,
  encodeIds,
  encodeLabelPng,
  type FileContent,
  filesInMemory,
  type MaskFolderReadOptions,
  memorySink,
  readMaskFolder,
  writeSet,
} from "../../src/formats/index.js";
import { decodeMask, init } from "../../src/index.js";
import { drawAllLabels, drawScene, inOrder, sceneClasses } from "../support/scenes.js";

beforeAll(() => init());

/** Two pixels: red and blue. */
const png = encodeIds({ width: 2, height: 1, data: Int32Array.of(0x0000ff, 0xff0000) });
const legend = '{"#ff0000":"car # 1","#0000ff":"road"}';

async function read(files: Record<string, FileContent>, options: MaskFolderReadOptions = {}) {
  const set = await readMaskFolder(filesInMemory(files), options);
  const items: Record<string, unknown> = {};
  for await (const { name, photo, map } of set) {
    const names = await map().then(
      ({ labels }) => labels.map((label) => label.name).join(),
      (error: Error) => error.message,
    );
    items[name] = photo === null ? names : [names, photo];
  }
  return { set, items };
}

describe("a colour mask", () => {
  it("comes back label by label, for random maps", async () => {
    for (let seed = 0; seed < 40; seed++) {
      const map = drawScene(seed);
      const mask = encodeColourMask(map);
      const back = await decodeMask(mask.png, mask.legend);
      expect([...back.data]).toEqual([...map.data]);
      expect(back.labels.map(({ name }) => name)).toEqual(map.labels.map(({ name }) => name));
    }
  });

  it("gives labels other colours if theirs are none, or not their own, and leaves black to unlabelled pixels", async () => {
    const map = drawAllLabels();
    const colours = ["#fdffd34", "#800000", "#800000", "#000000"];
    const labels = map.labels.map((label, place) => ({ ...label, color: colours[place] ?? label.color }));
    const mask = encodeColourMask({ ...map, labels });
    expect(new Set(Object.keys(mask.legend)).size).toBe(labels.length);
    expect(
      Object.entries(mask.legend)
        .slice(0, 4)
        .map(([key]) => key),
    ).toEqual([...["#808000", "#800000", "#000080", "#000000"]]);
    const back = await decodeMask(mask.png, mask.legend);
    expect([...back.data]).toEqual([...map.data]);
    expect(back.unlabelled.count).toBe(2);
    expect(encodeColourMask(map).legend["#000001"]).toBe("car # 1");
  });

  it("refuses more labels than a legend takes", () => {
    const map = drawAllLabels();
    const labels = Array.from({ length: 65_537 }, (_, index) => ({ ...map.labels[0]!, index }));
    expect(() => encodeColourMask({ ...map, labels })).toThrow("65537 labels");
  });
});

describe("a folder of masks", () => {
  it("is read with one legend for all, in any form, in the folder or in one above", async () => {
    const forms: Record<string, string> = {
      "labelmap.txt": "car # 1:255,0,0::\nroad:0,0,255::\n",
      "class_dict.csv": "name,r,g,b\ncar # 1,255,0,0\nroad,0,0,255\n",
      "legend.json": '{"car # 1":[255,0,0],"road":[0,0,255]}',
      "label_colors.txt": "255 0 0 car # 1\n0 0 255 road\n",
    };
    for (const [file, text] of Object.entries(forms)) {
      const { items } = await read({ "x/a.png": png, "x/y/b.png": png, [`x/${file}`]: text });
      expect(items, file).toEqual({ "x/a": "car # 1,road", "x/y/b": "car # 1,road" });
    }
    const two = await read({
      ...{ "a.png": png, "x/b.png": png, "legend.json": legend },
      "x/labelmap.txt": "bus:255,0,0::\nsky:0,0,255::\n",
    });
    expect(two.items).toEqual({ a: "car # 1,road", "x/b": "bus,sky" });
  });

  it("is read with a legend or result beside each mask, which comes before one for all", async () => {
    const { items, set } = await read({
      ...{ "a.png": png, "b.png": png, "legend.json": legend },
      "b.json": '{"legend":{"#ff0000":"bus","#0000ff":"sky"}}',
    });
    expect(items).toEqual({ a: "car # 1,road", b: "bus,sky" });
    expect(set.reason).toBe("Masks with legends: 2 masks, and 2 legends, such as legend.json.");
    const apart = await read({ "masks/a.png": png, "results/a.json": legend });
    expect(apart.items).toEqual({ a: "car # 1,road" });
  });

  it("takes a legend from the options: a path, a text, an object, a palette", async () => {
    const files = { "a.png": png, "other/colours.json": legend };
    for (const given of ["other/colours.json", legend, JSON.parse(legend)]) {
      expect((await read(files, { legend: given })).items).toEqual({ a: "car # 1,road" });
    }
    const grey = encodeLabelPng({ width: 2, height: 1, data: Uint8Array.of(7, 15) });
    const voc = await read({ "a.png": grey }, { legend: "pascal-voc", encoding: "grey" }).catch(String);
    expect(voc).toMatchObject({ items: { a: expect.stringContaining("car") } });
  });

  it("tells masks from photos by a suffix or a folder, and pairs them", async () => {
    const suffix = await read(
      {
        "a_mask.png": png,
        "a.png": "photo",
        "x/b_mask.png": png,
        "x/b.jpg": "",
        "a.json": legend,
        "legend.json": legend,
      },
      { suffix: "_mask" },
    );
    expect(suffix.items).toEqual({ a: ["car # 1,road", "a.png"], "x/b": ["car # 1,road", "x/b.jpg"] });
    const own = await read({ "a_mask.png": png, "a_mask.json": legend, "a.png": "" }, { suffix: "_mask" });
    expect(own.items).toEqual({ a: ["car # 1,road", "a.png"] });
    const folder = await read(
      {
        "masks/a.png": png,
        "masks/x/b.png": png,
        "images/a.png": "",
        "images/b.jpg": "",
        "legend.json": legend,
      },
      { masks: "masks" },
    );
    expect(folder.items).toEqual({
      ...{ a: ["car # 1,road", "images/a.png"], "x/b": ["car # 1,road", "images/b.jpg"] },
    });
  });

  it("names a mask without a legend, and fails if none has one or a folder has two", async () => {
    const { set, items } = await read({ "a.png": png, "b.png": png, "a.json": legend });
    expect(set.issues).toEqual([
      { code: "legend-missing", message: "1 mask has no legend, first b.png.", path: "b.png" },
    ]);
    expect(items.b).toContain("b.png has no legend");
    await expect(read({ "a.png": png })).rejects.toMatchObject({ code: "SOURCE_MISSING" });
    await expect(read({ "a.png": png, "legend.json": legend, "labelmap.txt": "" })).rejects.toThrow(
      '"labelmap.txt" and "legend.json" may both be the legend',
    );
    await expect(read({ "legend.json": legend })).rejects.toThrow("no mask is found");
    await expect(read({ "a.png": png }, { into: new Int32Array(2) } as never)).rejects.toMatchObject({
      code: "OPTION_INVALID",
    });
  });

  it("names the file of a damaged legend, when its mask is asked for", async () => {
    const { items } = await read({ "a.png": png, "a.json": "{", "b.png": png, "b.json": legend });
    expect(items.a).toMatch(/^a\.(png|json): /);
    expect(items.b).toBe("car # 1,road");
  });

  it("has the classes of all legends, with their own ids if all have one", async () => {
    const classes = async (files: Record<string, FileContent>) => (await read(files)).set.classes();
    const named = await classes({
      "a.png": png,
      "a.json": legend,
      "b.png": png,
      "b.json": '{"#010101":"background"}',
    });
    expect(named.classes).toEqual([
      { id: 0, name: "background" },
      { id: 1, name: "car", isThing: true },
      { id: 2, name: "road" },
    ]);
    const ids = await classes({
      "a.png": png,
      "legend.json": JSON.stringify([
        { id: 7, name: "car", color: "#ff0000", isthing: 1 },
        { id: 3, name: "road", color: "#0000ff" },
      ]),
    });
    expect(ids.classes.map(({ id, name }) => [id, name])).toEqual([
      [7, "car"],
      [3, "road"],
    ]);
  });

  it("is written with one legend of the classes, which says that objects are lost", async () => {
    const sink = memorySink();
    const items = [0, 1, 2].map((seed) => ({ name: `x/${seed}`, map: drawScene(seed) }));
    const options = { format: "mask-folder", legend: "shared", classes: sceneClasses } as const;
    const { issues } = await writeSet(items, sink, options);
    const objects = items.flatMap(({ map }) =>
      map.labels.filter(({ instanceId, pixelCount }) => instanceId > 0 && pixelCount > 0),
    );
    expect(issues.find(({ code }) => code === "objects-merged")?.message).toMatch(
      new RegExp(`^${objects.length} objects in `),
    );
    expect([...sink.files.keys()]).toEqual(["x/0.png", "x/1.png", "x/2.png", "legend.json"]);
    let place = 0;
    for await (const { map } of await readMaskFolder(filesInMemory(sink.files))) {
      const [found, expected] = [await map(), items[place++]!.map];
      const ids = expected.semantic(sceneClasses).map((id) => (id === 254 ? 255 : id));
      expect([...found.semantic(sceneClasses)]).toEqual([...ids]);
      expect(inOrder(found.instance()).every((number) => number === 0)).toBe(true);
    }
    const strange = { ...options, legend: "both" as "shared" };
    await expect(writeSet(items, sink, strange)).rejects.toMatchObject({ code: "OPTION_INVALID" });
  });

  it("does not write a photo over its mask", async () => {
    const sink = memorySink();
    const photos = filesInMemory({ "p/a.png": "photo" });
    await writeSet([{ name: "a", map: drawScene(1), photo: "p/a.png" }], sink, {
      format: "mask-folder",
      photos,
    });
    expect([...sink.files.keys()]).toEqual(["a.png", "a.json", "a_image.png"]);
    const { items } = await read(Object.fromEntries(sink.files));
    expect(items.a).toEqual([expect.any(String), "a_image.png"]);
  });
});

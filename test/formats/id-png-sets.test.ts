/** Folders of PNGs of class ids with one class list, grey, with a palette or in colours, and folders of `segments_info`. */
import { beforeAll, describe, expect, it } from "vitest";
import {
  type DataSet,
  decodeLabelPng,
  decodeNpy,
  encodeColourMask,
  encodeIds,
  encodeLabelPng,
  encodeNpy,
  encodePalettePng,
  encodeSegmentsInfo,
  filesInMemory,
  memorySink,
  readSet,
  recognise,
  type SetFormat,
  writeSet,
} from "../../src/formats/index.js";
import { ClassList, init, type LabelMap } from "../../src/index.js";
import { expectPythonInCi, itWithPython, runPython } from "../support/python.js";
import { drawScene } from "../support/scenes.js";
import { drawSet, factsOf, itemsOf, judge, textOf, things, written } from "../support/set-drawing.js";

expectPythonInCi();
beforeAll(() => init());

const caught = (code: string, text: string) =>
  expect.objectContaining({ code, message: expect.stringContaining(text) });
const row = (...values: number[]) => ({ width: values.length, height: 1, data: Uint8Array.from(values) });
const roadAndCar = ClassList.fromNames(["road", "car"], { firstId: 1 });
const list = JSON.stringify(roadAndCar);

/** The names of the labels of each map's pixels; a dot for unlabelled ones. */
async function namesIn(set: DataSet): Promise<string[][]> {
  const maps = await Promise.all((await itemsOf(set)).map(({ map }) => map()));
  return maps.map(({ data, labels }) => [...data].map((label) => labels[label]?.name ?? "."));
}

/** The formats whose sets can be read from the files, the surest first. */
async function candidates(files: Parameters<typeof filesInMemory>[0], contents = true) {
  const found = await recognise(filesInMemory(files), { contents });
  return found
    .filter(({ lacks }) => lacks === undefined)
    .map(({ format, confidence }) => `${format.name} ${confidence}`);
}

describe("a folder of PNGs of class ids", () => {
  const writers = {
    grey: { format: "label-png" },
    palette: { format: "label-png", pixels: "palette" },
    colours: { format: "id-png" },
    alpha: { format: "id-png", alpha: true },
  } as const;

  it("has the classes, the photos and the class list, and the loss of the objects is in words", async () => {
    const { items, photos } = drawSet();
    for (const [kind, options] of Object.entries(writers)) {
      const { source, files, issues } = await written(items, { ...options, classes: judge, photos });
      const set = await readSet(source, { format: options.format });
      expect([set.format.name, set.count]).toEqual([options.format, 7]);
      for (const { name, map, photo, split } of await itemsOf(set)) {
        const drawn = factsOf(items.find((item) => item.name === name)!.map as LabelMap);
        expect(factsOf(await map()), `${kind} ${name}`).toEqual({
          ...drawn,
          objects: drawn.objects.map(() => 0),
        });
        expect([photo, split]).toEqual([`${name}.bmp`, null]);
      }
      expect((await set.classes()).toJSON()).toEqual(judge.toJSON());
      expect(JSON.parse(textOf(files.get("classes.json")!))).toEqual(judge.toJSON());
      const objects = items.flatMap(({ map }) =>
        (map as LabelMap).labels.filter(({ instanceId, pixelCount }) => instanceId > 0 && pixelCount > 0),
      ).length;
      const lost = issues.filter(({ code }) => code !== "void-class-dropped");
      expect(lost.map(({ code, message }) => [code, Number.parseInt(message, 10)])).toEqual([
        ["number-not-written", objects],
      ]);
      expect(await candidates(files), kind).toEqual([`${options.format} likely`]);
      // By their names alone, they may be a folder of masks with a legend.
      expect(await candidates(files, false), kind).toContain("mask-folder likely");
    }
  });

  itWithPython("is what Pillow reads, in the mode and the size that was asked for", async () => {
    const map = drawScene(4);
    const wide = ClassList.fromJSON({ ...judge.toJSON(), voidId: 65_535, ignoreId: 65_535 });
    for (const [name, options, classes, mode] of [
      ["grey", writers.grey, judge, "L"],
      ["wide", writers.grey, wide, "I"],
      ["palette", writers.palette, judge, "P"],
      ["colours", writers.colours, judge, "RGB"],
      ["alpha", writers.alpha, judge, "RGBA"],
    ] as const) {
      const { files } = await written([{ name: "a", map }], { ...options, classes });
      const script = `
from PIL import Image
image = Image.open("a.png")
pixels = np.array(image)
ids = pixels.astype(np.int64)
if ids.ndim == 3:
    ids = ids[:, :, 0] + 256 * ids[:, :, 1] + 65536 * ids[:, :, 2]
# The mode of 16 bits is "I" or "I;16", by the version.
print(json.dumps({"mode": image.mode.split(";")[0], "shape": list(ids.shape), "values": ids.ravel().tolist()}))`;
      const { printed } = runPython(script, { "a.png": files.get("a.png")! });
      expect(printed, name).toEqual({
        mode,
        shape: [map.height, map.width],
        values: [...map.semantic(classes)],
      });
    }
  });

  it("keeps ids of 24 bits in colours, which grey PNGs refuse", async () => {
    const classes = ClassList.fromJSON({ classes: [{ id: 2 ** 24 - 2, name: "far" }], voidId: 70_000 });
    const files = {
      "a.png": encodeIds({ width: 3, height: 1, data: Int32Array.of(70_000, 2 ** 24 - 2, 70_000) }),
      "classes.json": JSON.stringify(classes),
    };
    const set = await readSet(filesInMemory(files), { format: "id-png" });
    expect(await namesIn(set)).toEqual([[".", "far", "."]]);
    const sink = memorySink();
    await writeSet(set, sink, { format: "id-png" });
    expect(sink.files.get("a.png")).toEqual(files["a.png"]);
    await expect(writeSet(set, memorySink(), { format: "label-png" })).rejects.toMatchObject({
      code: "VALUE_OUT_OF_RANGE",
    });
  });

  it("takes PNGs by suffix and folder, and other PNGs as photos", async () => {
    const ids = encodeLabelPng(row(1, 2, 255));
    const photo = encodeIds(row(9, 9, 9));
    const files = {
      "masks/a_mask.png": ids,
      "masks/a.png": photo,
      "masks/deep/b_mask.png": ids,
      "images/b.png": photo,
      "masks/classes.json": list,
    };
    const set = await readSet(filesInMemory(files), { format: "label-png", suffix: "_mask", masks: "masks" });
    const items = await itemsOf(set);
    expect(items.map(({ name, photo: path }) => [name, path])).toEqual([
      ["a", "masks/a.png"],
      ["deep/b", "images/b.png"],
    ]);
    expect(await namesIn(set)).toEqual([
      ["road", "car", "."],
      ["road", "car", "."],
    ]);
    // A PNG photo is written under a name that is no mask's.
    const sink = memorySink();
    const photos = filesInMemory(files);
    for (const format of ["label-png", "id-png"] as const) {
      const target = memorySink();
      await writeSet(set, target, { format, photos });
      expect([...target.files.keys()].sort()).toEqual([
        "a.png",
        "a_image.png",
        "classes.json",
        "deep/b.png",
        "deep/b_image.png",
      ]);
      const back = await readSet(filesInMemory(target.files), { format });
      expect((await itemsOf(back)).map(({ photo: path }) => path)).toEqual([
        "a_image.png",
        "deep/b_image.png",
      ]);
    }
    expect(sink.files.size).toBe(0);
  });

  it("has the defects of its PNG as issues of the map, and so has a PNG of segment ids", async () => {
    const extra = (png: Uint8Array) => Uint8Array.from([...png, 1, 2, 3]);
    const files = {
      "grey/a.png": extra(encodeLabelPng(row(1, 2))),
      "colours/a.png": extra(encodeIds(row(1, 2))),
      "segments/a.png": extra(encodeIds(row(1, 0))),
      "segments/a.json": JSON.stringify([{ id: 1, label_id: 1, was_fused: true }]),
      "classes.json": list,
    };
    for (const [format, folder] of [
      ["label-png", "grey"],
      ["id-png", "colours"],
      ["segments-info", "segments"],
    ] as const) {
      const own = Object.entries(files).filter(
        ([path]) => path.startsWith(folder) || path === "classes.json",
      );
      const [item] = await itemsOf(await readSet(filesInMemory(own), { format }));
      const { issues } = await item!.map();
      expect(issues, format).toHaveLength(1);
      expect(issues[0]!.message, format).toContain("3 bytes");
    }
  });

  it("reads a palette in another order by its colours, or as it is with by: index", async () => {
    const classes = ClassList.fromNames(["a", "b"], { firstId: 0 });
    const palette = ["#000000", "#ff0000"];
    const swapped = encodePalettePng(row(1, 0), { palette: ["#ff0000", "#000000"] });
    const source = filesInMemory({ "x.png": swapped, "classes.json": JSON.stringify(classes) });
    expect(await namesIn(await readSet(source, { format: "label-png", palette }))).toEqual([["a", "b"]]);
    expect(await namesIn(await readSet(source, { format: "label-png", by: "index" }))).toEqual([["b", "a"]]);
    const [item] = await itemsOf(await readSet(source, { format: "label-png" }));
    await expect(item!.map()).rejects.toEqual(caught("FORMAT_INVALID", "x.png: label PNG: the palette"));
    const sink = memorySink();
    await writeSet(await readSet(source, { format: "label-png", palette }), sink, {
      ...{ format: "label-png", pixels: "palette", palette: [...palette, ...Array(254).fill("#010203")] },
    });
    expect((await decodeLabelPng(sink.files.get("x.png")!, { by: "index" })).data).toEqual(
      Uint8Array.of(0, 1),
    );
  });

  it("names the file of what is missing or malformed, and refuses options that do not go together", async () => {
    const first = async (
      files: Record<string, string | Uint8Array>,
      format: "label-png" | "id-png",
      more = {},
    ) => {
      const [item] = await itemsOf(await readSet(filesInMemory(files), { format, ...more }));
      return item!.map();
    };
    const grey = encodeLabelPng(row(1, 9));
    const colours = encodeIds(row(1, 9));
    for (const [format, png] of [
      ["label-png", grey],
      ["id-png", colours],
    ] as const) {
      await expect(first({ "a.png": png }, format)).rejects.toEqual(
        caught("FORMAT_INVALID", "a.png: there is no classes.json"),
      );
      await expect(first({ "a.png": png, "classes.json": list }, format)).rejects.toEqual(
        caught("CLASS_UNKNOWN", "a.png: "),
      );
      await expect(first({ "a.png": png, "classes.json": "{" }, format)).rejects.toEqual(
        caught("CLASS_LIST_INVALID", "classes.json: "),
      );
      await expect(first({ "a.png": png, "classes.json": list }, format, { maxPixels: 1 })).rejects.toEqual(
        caught("PNG_TOO_LARGE", "a.png: "),
      );
      await expect(first({ "a.txt": "" }, format)).rejects.toEqual(
        caught("FORMAT_INVALID", "expected NAME.png"),
      );
    }
    await expect(first({ "a.png": colours, "classes.json": list }, "label-png")).rejects.toEqual(
      caught("FORMAT_UNSUPPORTED", "a.png: label PNG: the PNG is RGB"),
    );
    const writing = (options: object) =>
      writeSet([], memorySink(), { classes: roadAndCar, ...options } as never);
    await expect(writing({ format: "label-png", pixels: "rgb" })).rejects.toEqual(
      caught("OPTION_INVALID", 'pixels must be "grey" or "palette"'),
    );
    await expect(writing({ format: "label-png", palette: ["#000000"] })).rejects.toEqual(
      caught("OPTION_INVALID", "palette applies only to pixels"),
    );
    await expect(writing({ format: "id-png", alpha: 1 })).rejects.toEqual(
      caught("OPTION_INVALID", "alpha must be true or false"),
    );
  });

  it("is told from masks with a legend, from photos, and from the files of other formats", async () => {
    const grey = encodeLabelPng(row(1, 2));
    const colours = encodeIds(row(1, 2));
    const legend = JSON.stringify({ classes: [{ id: 1, name: "road", color: "#ff0000" }] });
    // A list with colours is a legend, and PNGs without a list are no data set.
    expect(await candidates({ "a.png": grey, "classes.json": legend })).toEqual(["mask-folder likely"]);
    expect(await candidates({ "a.png": colours })).toEqual([]);
    expect(await candidates({ "a.png": grey })).toEqual([]);
    // A list in another folder does not name the ids, but one above does.
    expect(await candidates({ "a/a.png": grey, "b/classes.json": list })).toEqual([]);
    expect(await candidates({ "a/b/a.png": grey, "a/classes.json": list })).toEqual(["label-png likely"]);
    // Coloured PNGs beside grey ones may be photos.
    expect(await candidates({ "a.png": grey, "b.png": colours, "classes.json": list })).toEqual([
      "label-png likely",
      "id-png possible",
    ]);
    expect(
      await candidates({ "a.npy": encodeNpy(row(1)), "a_image.png": colours, "classes.json": list }),
    ).toEqual(["npy certain"]);
    const [found] = await recognise(filesInMemory({ "a.png": grey, "classes.json": list }));
    expect(found!.reason).toBe('"a.png" is a grey PNG of 8 bits, and classes.json has classes.');
    const [single] = await recognise(filesInMemory({ "a.png": grey }));
    expect(single).toMatchObject({ confidence: "likely", lacks: "classes.json" });
    // The files of the vendor's form stay what they are.
    const { png, legend: ofMask } = encodeColourMask(drawScene(1));
    expect(
      await candidates({ "a.png": png, "a.json": JSON.stringify({ legend: ofMask }), "classes.json": list }),
    ).toContain("mask-folder likely");
  });
});

describe("a folder of segments_info", () => {
  const format = "segments-info";

  it("has the classes and the objects, with photos, as arrays and as PNGs", async () => {
    const { items, photos } = drawSet();
    for (const maps of ["npy", "png"]) {
      const { source, files, issues } = await written(items, { format, classes: judge, photos, maps });
      const set = await readSet(source);
      expect([set.format.name, set.count]).toEqual([format, 7]);
      for (const { name, map, photo } of await itemsOf(set)) {
        const drawn = items.find((item) => item.name === name)!.map as LabelMap;
        expect(factsOf(await map()), `${maps} ${name}`).toEqual(factsOf(drawn));
        expect(photo).toBe(`${name}.bmp`);
      }
      expect((await set.classes()).toJSON()).toEqual(judge.toJSON());
      // "car" without a number is a group if a car of the image has a number.
      const groups = items.filter(({ map }) => {
        const cars = (map as LabelMap).labels.filter(
          ({ className, pixelCount }) => className === "car" && pixelCount > 0,
        );
        return cars.some(({ name }) => name === "car") && cars.some(({ instanceId }) => instanceId > 0);
      }).length;
      const lost = issues.filter(({ code }) => code !== "void-class-dropped");
      expect(groups).toBeGreaterThan(0);
      expect(lost.map(({ code, message }) => [code, Number.parseInt(message, 10)])).toEqual([
        ["crowd-is-stuff", groups],
      ]);
      expect((await candidates(files))[0]).toBe("segments-info certain");
      expect(files.has(`${items[0]!.name}.${maps}`)).toBe(true);
    }
  });

  itWithPython("has the ids that transformers would have: each segment's id, and 0 for void", async () => {
    const map = drawScene(5);
    const script = `
with open("a.json") as file:
    info = json.load(file)["segments_info"]
ids = np.load("a.npy")
semantic = np.full(ids.shape, 255)
for segment in info:
    semantic[ids == segment["id"]] = segment["label_id"]
print(json.dumps({"dtype": str(ids.dtype), "ids": sorted(np.unique(ids).tolist()), "semantic": semantic.ravel().tolist(), "objects": sum(not segment["was_fused"] for segment in info)}))`;
    const { files } = await written([{ name: "a", map }], { format, classes: judge });
    const { printed } = runPython(script, { "a.json": files.get("a.json")!, "a.npy": files.get("a.npy")! });
    const { segments_info: info } = encodeSegmentsInfo(map, judge, { things, objects: "numbered" });
    expect(printed).toEqual({
      dtype: "int32",
      ids: [0, ...info.map(({ id }) => id)],
      // The segments say nothing of classes to ignore.
      semantic: [...map.semantic(judge)].map((id) => (id === judge.ignoreId ? judge.voidId : id)),
      objects: map.labels.filter(({ instanceId, pixelCount }) => instanceId > 0 && pixelCount > 0).length,
    });
  });

  it("calls classes by their ids without a list, and reads lists without an object around them", async () => {
    const info = [
      { id: 1, label_id: 7, was_fused: true },
      { id: 2, label_id: 3, was_fused: false },
    ];
    const files = {
      "deep/a.json": JSON.stringify(info),
      "deep/a.npy": encodeNpy({ width: 4, height: 1, data: Int32Array.of(1, 2, -1, 0) }),
      "b.json": JSON.stringify({ segments_info: [{ id: 70_000, category_id: 3, iscrowd: 1 }] }),
      "b.png": encodeIds({ width: 1, height: 1, data: Int32Array.of(70_000) }),
      "notes.json": "[]",
      "deep/a.jpg": "photo",
    };
    const set = await readSet(filesInMemory(files), { format });
    const items = await itemsOf(set);
    expect(items.map(({ name, photo }) => [name, photo])).toEqual([
      ["b", null],
      ["deep/a", "deep/a.jpg"],
    ]);
    expect(await namesIn(set)).toEqual([["3"], ["7", "3 # 1", ".", "."]]);
    expect((await items[0]!.map()).labels[0]).toMatchObject({ isCrowd: true, classId: 3 });
    expect((await set.classes()).classes).toEqual([
      { id: 3, name: "3", isThing: true },
      { id: 7, name: "7", isThing: false },
    ]);
    expect(set.issues).toEqual([
      expect.objectContaining({
        code: "mask-missing",
        message: expect.stringContaining('first "notes.json"'),
      }),
    ]);
    const classes = ClassList.fromJSON({
      classes: [
        { id: 3, name: "car" },
        { id: 7, name: "road" },
      ],
    });
    expect(await namesIn(await readSet(filesInMemory(files), { format, classes }))).toEqual([
      ["car"],
      ["road", "car # 1", ".", "."],
    ]);
  });

  it("names the file of what is missing or malformed", async () => {
    const array = encodeNpy({ width: 2, height: 1, data: Int32Array.of(1, 2) });
    const first = async (files: Record<string, string | Uint8Array>, more = {}) => {
      const [item] = await itemsOf(await readSet(filesInMemory(files), { format, ...more }));
      return item!.map();
    };
    const one = JSON.stringify([{ id: 1, label_id: 3, was_fused: true }]);
    await expect(first({ "a.json": one, "a.npy": array })).rejects.toEqual(
      caught("FORMAT_INVALID", "the map has the segment 2, but segments_info does not"),
    );
    await expect(first({ "a.json": "{", "a.npy": array })).rejects.toEqual(
      caught("FORMAT_INVALID", "a.json: is not JSON"),
    );
    await expect(first({ "a.json": "{}", "a.npy": array })).rejects.toEqual(
      caught("FORMAT_INVALID", "a.json"),
    );
    await expect(first({ "a.json": one, "a.npy": "text" })).rejects.toEqual(
      caught("FORMAT_INVALID", "a.npy"),
    );
    await expect(first({ "a.json": one, "a.npy": array }, { maxPixels: 1 })).rejects.toEqual(
      caught("FORMAT_INVALID", "more than maxPixels 1"),
    );
    await expect(first({ "a.json": one })).rejects.toEqual(caught("FORMAT_INVALID", "expected NAME.json"));
    await expect(
      writeSet([], memorySink(), { format, classes: judge, maps: "tif" } as never),
    ).rejects.toEqual(caught("OPTION_INVALID", 'maps must be "npy" or "png"'));
    const found = await recognise(filesInMemory({ "a.json": one }));
    expect(found.map(({ format: { name }, lacks }) => [name, lacks])).toEqual([
      ["segments-info", "a map of the segment ids, such as NAME.npy,"],
    ]);
  });
});

describe("arrays of class ids", () => {
  it("have at most maxPixels pixels, and stay sure beside a JSON file that lists no segments", async () => {
    const array = encodeNpy(row(1, 2));
    const files = { "a.npy": array, "classes.json": list, "a.json": '{"legend": {}}' };
    expect(await candidates(files)).toEqual(["npy certain"]);
    const [item] = await itemsOf(
      await readSet(filesInMemory(files), { format: "npy" as SetFormat, maxPixels: 1 }),
    );
    await expect(item!.map()).rejects.toEqual(
      caught("FORMAT_INVALID", "a.npy: NumPy array: the array has 2×1 pixels"),
    );
    await expect(
      readSet(filesInMemory(files), { format: "npy", maxPixels: 2 }).then(namesIn),
    ).resolves.toEqual([["road", "car"]]);
    expect(decodeNpy(array).shape).toEqual([1, 2]);
  });
});

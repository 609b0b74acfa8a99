/** COCO panoptic: what panopticapi's own arithmetic finds in it is what was there. */
import { readFileSync } from "node:fs";
import { beforeAll, describe, expect, it } from "vitest";
import { ClassList, decodeMask, init, LabelMap } from "../../src/all.js";
import { decodeIds } from "../../src/decode/decode-ids.js";
import {
  cocoPanopticDataset,
  decodeCocoPanoptic,
  encodeCocoPanoptic,
  encodeIds,
  thingClasses,
} from "../../src/formats/index.js";
import { runsOf } from "../../src/maps/runs-of.js";
import { loadCorpus } from "../support/corpus.mjs";
import { expectPythonInCi, itWithPython, runPython } from "../support/python.js";
import {
  drawAllLabels,
  drawScene,
  expectedMaps,
  inOrder,
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
const streetResult = loadCorpus().find(({ name }) => name === "street-500-rgb-interlaced")!.result;
const names = { imageId: 7, fileName: "street.png" };
const things = ["car", "truck"];
const categories = [
  { id: 7, isthing: 0 },
  { id: 11, isthing: 0 },
  { id: 26, isthing: 1 },
  { id: 27, isthing: 1 },
] as const;
const invalid = expect.objectContaining({ name: "FormatError", code: "FORMAT_INVALID" });
const wrongCall = expect.objectContaining({ name: "DecodeError", code: "OPTION_INVALID" });
const unknownClass = (name: string) =>
  expect.objectContaining({ code: "CLASS_UNKNOWN", message: expect.stringContaining(`"${name}"`) });

describe("COCO panoptic", () => {
  it("comes back as classes and objects, for random maps", async () => {
    for (let seed = 0; seed < 150; seed++) {
      const map = drawScene(seed);
      const { png, annotation } = encodeCocoPanoptic(map, sceneClasses, { ...names, things });
      const read = await decodeCocoPanoptic(png, annotation, { categories });
      expect([read.width, read.height]).toEqual([map.width, map.height]);
      const maps = { semantic: [...read.semantic()], instance: inOrder(read.instance()) };
      expect(maps, `seed ${seed}`).toEqual(expectedMaps(map));
      const found = (await decodeIds(png)).segments.filter(({ id }) => id !== 0);
      const measured = found.map(({ id, pixelCount, bbox }) => ({ id, area: pixelCount, bbox: [...bbox] }));
      const claimed = annotation.segments_info.map(({ id, area, bbox }) => ({ id, area, bbox: [...bbox] }));
      expect(measured.sort((a, b) => a.id - b.id)).toEqual(claimed);
      // Crowds and stuff of one class are one segment each.
      const shared = annotation.segments_info.filter(({ id }) => SCENE_LABELS[id - 1]!.object === 0);
      expect(new Set(shared.map(({ category_id }) => category_id)).size).toBe(shared.length);
      for (const { category_id, iscrowd, id } of annotation.segments_info) {
        expect(iscrowd).toBe(category_id === 26 && SCENE_LABELS[id - 1]!.object === 0 ? 1 : 0);
      }
    }
  });

  itWithPython("has the ids, areas and boxes that NumPy counts in the PNG as panopticapi loads it", () => {
    const { png, annotation } = encodeCocoPanoptic(street, streetClasses, names);
    const classes = streetClasses;
    const dataset = cocoPanopticDataset({
      images: [{ id: 7, width: street.width, height: street.height, file_name: "street.jpg" }],
      annotations: [annotation],
      classes,
      things: thingClasses([streetResult]),
    });
    const script = `
dataset = json.load(open("dataset.json"))
annotation = dataset["annotations"][0]
categories = {c["id"]: c for c in dataset["categories"]}
rgb = np.array(Image.open(annotation["file_name"]), dtype=np.uint32)
assert rgb.ndim == 3 and rgb.shape[2] == 3, rgb.shape
ids = rgb[:, :, 0] + 256 * rgb[:, :, 1] + 256 * 256 * rgb[:, :, 2]
semantic = np.full(ids.shape, 255)
problems = []
known = set()
for s in annotation["segments_info"]:
    mask = ids == s["id"]
    ys, xs = np.nonzero(mask)
    box = [int(xs.min()), int(ys.min()), int(xs.max() - xs.min() + 1), int(ys.max() - ys.min() + 1)]
    if mask.sum() != s["area"] or box != s["bbox"] or s["category_id"] not in categories: problems.append(s)
    known.add(s["id"]); semantic[mask] = s["category_id"]
problems += [int(i) for i in np.unique(ids) if i != 0 and i not in known]
things = [c["name"] for c in dataset["categories"] if c["isthing"]]
colours = [tuple(c["color"]) for c in dataset["categories"]]
print(json.dumps({"problems": problems, "segments": len(known), "semantic": semantic.ravel().tolist(), "things": things,
  "image": [i["id"] for i in dataset["images"]] == [annotation["image_id"]], "distinct": len(set(colours)), "black": (0, 0, 0) in colours}))
`;
    const { printed } = runPython(script, { "street.png": png, "dataset.json": JSON.stringify(dataset) });
    const labels = street.labels.filter(({ pixelCount }) => pixelCount > 0);
    const objects = labels.filter(({ instanceId }) => instanceId > 0).length;
    const stuff = new Set(
      labels.filter(({ instanceId }) => instanceId === 0).map(({ className }) => className),
    ).size;
    expect(printed).toEqual({
      problems: [],
      segments: objects + stuff,
      semantic: [...street.semantic(streetClasses)],
      things: ["building", "car", "pedestrian", "traffic sign"],
      image: true,
      distinct: classes.classes.length,
      black: false,
    });
  });

  itWithPython("of panopticapi's form is read: any colours, fields left out", async () => {
    const script = `
ids = np.array([[0, 8345037, 8345037], [65536, 255, 255]], dtype=np.uint32)
rgb = np.stack([ids % 256, ids // 256 % 256, ids // 65536], axis=2).astype(np.uint8)
Image.fromarray(rgb).save("ids.png")
print("0")
`;
    const { files } = runPython(script, {}, ["ids.png"]);
    const segments_info = [
      { id: 8345037, category_id: 51, iscrowd: 0 as const },
      { id: 65536, category_id: 3, iscrowd: 1 as const },
      { id: 255, category_id: 51, area: 2 },
    ] as never;
    const map = await decodeCocoPanoptic(files["ids.png"]!, { segments_info });
    expect([...map.semantic(undefined, { voidId: 9 })]).toEqual([9, 51, 51, 3, 51, 51]);
    expect([...map.instance()]).toEqual([0, 1, 1, 0, 2, 2]);
  });

  it("counts a class's objects one by one only where it is a thing", () => {
    const map = drawAllLabels();
    const { annotation } = encodeCocoPanoptic(map, sceneClasses, { ...names, things: [] });
    const cars = map.labels.filter(({ className }) => className === "car");
    const area = cars.reduce((sum, { pixelCount }) => sum + pixelCount, 0);
    const found = annotation.segments_info.filter(({ category_id }) => category_id === 26);
    expect(found).toEqual([expect.objectContaining({ area, iscrowd: 0 })]);
    const byDefault = encodeCocoPanoptic(map, sceneClasses, names);
    expect(byDefault).toEqual(encodeCocoPanoptic(map, sceneClasses, { ...names, things }));
  });

  it("is refused where PNG and JSON do not belong together", async () => {
    const png = encodeIds({ width: 2, height: 1, data: Int32Array.of(1, 2) });
    const one = { id: 1, category_id: 7, area: 1, bbox: [0, 0, 1, 1] as const, iscrowd: 0 as const };
    const two = { ...one, id: 2 };
    await expect(decodeCocoPanoptic(png, { segments_info: [one, two] })).resolves.toBeTruthy();
    await expect(decodeCocoPanoptic(png, { segments_info: [one, two] }, { maxPixels: 1 })).rejects.toThrow(
      expect.objectContaining({ code: "PNG_TOO_LARGE" }),
    );
    for (const [segments_info, message] of [
      [[one], "the map has the segment 2"],
      [[one, one, two], "segments_info[1].id: 1 is also the id of another segment"],
      [[one, two, { ...one, id: 0 }], "0, which is void"],
      [[one, { ...two, category_id: -1 }], "segments_info[1].category_id: is -1"],
      [[one, { ...two, category_id: 8 }], "segments_info[1].category_id: categories has no id 8"],
      [[one, { ...two, iscrowd: 2 }], "segments_info[1].iscrowd"],
      [[one, { ...two, area: "1" }], "segments_info[1].area: is a string"],
      [[one, null], "segments_info[1]: is null"],
      [undefined, "segments_info: is missing"],
    ] as const) {
      const rejected = expect(
        decodeCocoPanoptic(png, { segments_info } as never, { categories }),
        message,
      ).rejects;
      await rejected.toThrow(
        expect.objectContaining({ code: "FORMAT_INVALID", message: expect.stringContaining(message) }),
      );
    }
  });

  it("of a resized data set is read with an issue for each kind of defect, and strictly refused", async () => {
    const png = readFileSync(new URL("../fixtures/formats/panoptic-resized.png", import.meta.url));
    const text = readFileSync(new URL("../fixtures/formats/panoptic-resized.json", import.meta.url), "utf8");
    const { annotation, categories, categories_with_booleans } = JSON.parse(text);
    const count = (map: Int32Array, value: number) => map.filter((found) => found === value).length;
    for (const things of [categories, categories_with_booleans]) {
      const maps = await decodeCocoPanoptic(png, annotation, { categories: things });
      expect([1, 2, 255].map((id) => count(maps.semantic(), id))).toEqual([12, 8, 4]);
      // The car is the only object; the one that vanished has no number.
      expect([0, 1].map((number) => count(maps.instance(), number))).toEqual([16, 8]);
      const codes = maps.issues.map(({ code }) => code);
      const expected = ["coco-area-stale", "coco-segment-empty"];
      expect(codes).toEqual(things === categories ? expected : ["coco-boolean", ...expected]);
      const strict = decodeCocoPanoptic(png, annotation, { categories: things, strict: true });
      await expect(strict).rejects.toThrow(invalid);
    }
    const { issues } = await decodeCocoPanoptic(png, annotation, { categories: categories_with_booleans });
    expect(issues.map(({ message }) => message)).toEqual([
      "categories[0].isthing: is false instead of 0. 1 more are like it.",
      "segments_info[0].area: the segment 5 has the area 48, but 12 pixels in the map. 1 more are like it.",
      "segments_info has the segment 7, but the map does not.",
    ]);
  });

  it.each([
    [{ iscrowd: true }, {}, "coco-boolean", [1, 0]],
    [{ iscrowd: false }, {}, "coco-boolean", [1, 2]],
    [{}, { isthing: true }, "coco-boolean", [1, 2]],
    [{}, { isthing: false }, "coco-boolean", [0, 0]],
    [{}, { isthing: undefined }, "coco-isthing-missing", [1, 2]],
    [{}, { isthing: null }, "coco-isthing-missing", [1, 2]],
    [{ area: 0.5 }, {}, "coco-area-stale", [1, 2]],
    [{ area: 0 }, {}, "coco-area-stale", [1, 2]],
  ])(
    "with %j in a segment and %j in a category is read, and %s is reported",
    async (segment, category, code, objects) => {
      const png = encodeIds({ width: 2, height: 1, data: Int32Array.of(1, 2) });
      const segments_info = [
        { id: 1, category_id: 4, iscrowd: 0 },
        { id: 2, category_id: 4, iscrowd: 0, ...segment },
      ] as never;
      const options = { categories: [{ id: 4, isthing: 1, ...category }] as never };
      const map = await decodeCocoPanoptic(png, { segments_info }, options);
      expect([...map.instance()]).toEqual(objects);
      expect(map.issues.map((issue) => issue.code)).toEqual([code]);
      const strict = decodeCocoPanoptic(png, { segments_info }, { ...options, strict: true });
      await expect(strict).rejects.toThrow(invalid);
    },
  );

  it("as its format says has no issue, and is read strictly", async () => {
    const { png, annotation } = encodeCocoPanoptic(drawAllLabels(), sceneClasses, { ...names, things });
    const { issues } = await decodeCocoPanoptic(png, annotation, { categories, strict: true });
    expect(issues).toEqual([]);
    const wrong = decodeCocoPanoptic(png, annotation, { strict: 1 as never });
    await expect(wrong).rejects.toThrow(wrongCall);
  });

  it("has labels with the names and groups of the categories, or with ids as names", async () => {
    const png = encodeIds({ width: 4, height: 1, data: Int32Array.of(5, 9, 7, 0) });
    const segments_info = [
      { id: 9, category_id: 26, iscrowd: 1 },
      { id: 5, category_id: 26, iscrowd: 0 },
      { id: 7, category_id: 3, iscrowd: 1 },
    ] as never;
    const named = [
      { id: 26, name: "car", supercategory: "vehicle", isthing: 1 },
      { id: 3, name: "", supercategory: "", isthing: 0 },
    ] as const;
    const map = await decodeCocoPanoptic(png, { segments_info }, { categories: named });
    expect(map).toBeInstanceOf(LabelMap);
    expect([...map.data]).toEqual([1, 0, 2, -1]);
    expect(map.unlabelled.count).toBe(1);
    const car = { className: "car", classId: 26, isThing: true, supercategory: "vehicle", pixelCount: 1 };
    expect(map.labels).toMatchObject([
      { ...car, name: "car", instanceId: 0, isCrowd: true, sourceId: 9, bbox: [1, 0, 1, 1] },
      { ...car, name: "car # 1", instanceId: 1, instanceNumber: 1, isCrowd: false, sourceId: 5 },
      // A crowd of stuff is stuff.
      { name: "3", classId: 3, isThing: false, isCrowd: false, supercategory: null, sourceId: 7 },
    ]);
    // A class without a number has its own colour, even if its objects are listed first.
    const reversed = [...(segments_info as object[])].reverse() as never;
    const other = await decodeCocoPanoptic(png, { segments_info: reversed }, { categories: named });
    const colorOf = ({ labels }: LabelMap) => labels.find(({ name }) => name === "car")!.color;
    expect(colorOf(other)).toBe(colorOf(map));
    const unnamed = await decodeCocoPanoptic(png, { segments_info });
    expect(unnamed.labels.map(({ name, isThing, isCrowd }) => [name, isThing, isCrowd])).toEqual([
      ["26", true, true],
      ["26 # 1", true, false],
      ["3", true, true],
    ]);
    for (const [name, isRight] of [
      ["car", true],
      ["truck", false],
    ] as const) {
      const categories = [...named, { id: 26, name, isthing: 1 }] as const;
      const read = decodeCocoPanoptic(png, { segments_info }, { categories });
      if (isRight) expect((await read).labels).toHaveLength(3);
      else await expect(read).rejects.toThrow('categories[2]: "truck" has the id 26, which is already "car"');
    }
    for (const wrong of [{ name: 5 }, { supercategory: {} }]) {
      const categories = [named[1], { ...named[0], ...wrong }] as never;
      const [field] = Object.keys(wrong);
      await expect(decodeCocoPanoptic(png, { segments_info }, { categories })).rejects.toThrow(
        expect.objectContaining({
          code: "FORMAT_INVALID",
          message: expect.stringContaining(`categories[1].${field}: is a`),
        }),
      );
    }
  });

  it("tells the defects of the PNG too", async () => {
    const png = encodeIds({ width: 1, height: 1, data: Int32Array.of(0) });
    const trailing = Buffer.concat([png, Buffer.from("rest")]);
    const { issues } = await decodeIds(trailing);
    expect(issues.length).toBe(1);
    expect((await decodeCocoPanoptic(trailing, { segments_info: [] })).issues).toEqual(issues);
  });

  it("data set names the annotation that does not fit", () => {
    const { annotation } = encodeCocoPanoptic(drawAllLabels(), sceneClasses, names);
    const image = { id: 7, width: 1, height: 1, file_name: "a.jpg" };
    const make = (changes: object) =>
      cocoPanopticDataset({
        images: [image],
        annotations: [annotation],
        classes: sceneClasses,
        things,
        ...changes,
      });
    expect(make({}).categories.map(({ id, isthing }) => ({ id, isthing }))).toEqual(categories);
    expect(make({}).categories.map(({ supercategory }) => supercategory)).toEqual([
      "road",
      "sky",
      "car",
      "truck",
    ]);
    const grouped = ClassList.fromJSON(sceneClasses.toJSON());
    Object.assign(grouped.classes[2]!, { supercategory: "vehicle" });
    expect(make({ classes: grouped }).categories[2]).toMatchObject({ name: "car", supercategory: "vehicle" });
    expect(() => make({ images: [] })).toThrow(invalid);
    expect(() => make({ images: [image, image] })).toThrow(invalid);
    expect(() => make({ annotations: [annotation, annotation] })).toThrow(invalid);
    expect(() => make({ classes: ClassList.fromNames(["car", "truck"]) })).toThrow(invalid);
    expect(() => make({ things: ["bus"] })).toThrow(unknownClass("bus"));
    expect(() => make({ things: undefined })).toThrow(wrongCall);
    expect(() => make({ images: [{ ...image, id: 0.5 }] })).toThrow(invalid);
  });

  it("is not made of classes that the list lacks, or of what is no label map", () => {
    const map = drawAllLabels();
    const roads = ClassList.fromNames(["road", "lane"]);
    expect(() => encodeCocoPanoptic(map, roads, names)).toThrow(unknownClass("car"));
    const { annotation } = encodeCocoPanoptic(map, roads, { ...names, missing: "void" });
    expect(annotation.segments_info.every(({ category_id }) => category_id < 2)).toBe(true);
    expect(() => encodeCocoPanoptic(map, sceneClasses, { ...names, things: ["bus"] })).toThrow(
      unknownClass("bus"),
    );
    expect(() => encodeCocoPanoptic({ ...names } as never, sceneClasses, names)).toThrow(wrongCall);
    expect(() => encodeCocoPanoptic(map, {} as never, names)).toThrow(wrongCall);
    expect(() => encodeCocoPanoptic(map, sceneClasses, undefined as never)).toThrow(wrongCall);
    expect(() => encodeCocoPanoptic(map, sceneClasses, { imageId: 1.5, fileName: "a" })).toThrow(wrongCall);
    expect(() => encodeCocoPanoptic(map, sceneClasses, { ...names, things: "car" })).toThrow(wrongCall);
  });
});

describe("a crop of a mask", () => {
  it("has the areas and boxes of its own pixels, not the whole mask's", async () => {
    const { png, result } = loadCorpus().find(({ name }) => name === "street-500-rgb-interlaced")!;
    const map = await decodeMask(png, result, { crop: { x: 100, y: 90, width: 120, height: 100 } });
    const { png: ids, annotation } = encodeCocoPanoptic(map, streetClasses, names);
    await expect(decodeCocoPanoptic(ids, annotation)).resolves.toMatchObject({ width: 120, height: 100 });
    const found = (await decodeIds(ids)).segments;
    for (const { id, area, bbox } of annotation.segments_info) {
      expect(found).toContainEqual({ id, pixelCount: area, bbox });
    }
    expect(annotation.segments_info.length).toBeGreaterThan(5);
  });
});

it("says of a misspelt option which there are, and of runs what to give instead", async () => {
  const classes = ClassList.fromNames(["car"]);
  const wrong = decodeCocoPanoptic(new Uint8Array(8), { segments_info: [] }, { viodId: 3 } as object);
  await expect(wrong).rejects.toMatchObject({
    code: "OPTION_INVALID",
    message: expect.stringMatching(/"viodId"; the keys are categories, strict/),
  });
  const runs = runsOf(street) as unknown as LabelMap;
  expect(() => encodeCocoPanoptic(runs, classes, { ...names, things })).toThrow(
    expect.objectContaining({
      message: expect.stringMatching(/consists of runs without labels; give what decodeMask returns/),
    }),
  );
});

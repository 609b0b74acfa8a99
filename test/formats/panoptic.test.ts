/** COCO panoptic and segments_info: what panopticapi's and transformers' own arithmetic finds in them is what was there. */
import { beforeAll, describe, expect, it } from "vitest";
import { decodeIds } from "../../src/decode/decode-ids.js";
import {
  cocoPanopticDataset,
  decodeCocoInstances,
  decodeCocoPanoptic,
  decodeSegmentsInfo,
  encodeCityscapes,
  encodeCocoInstances,
  encodeCocoPanoptic,
  encodeIds,
  encodeSegmentsInfo,
  encodeVoc,
  encodeYolo,
  thingClasses,
} from "../../src/formats/index.js";
import { ClassList, decodeMask, init, type LabelMap } from "../../src/index.js";
import { runsOf } from "../../src/maps/runs-of.js";
import { loadCorpus } from "../support/corpus.mjs";
import { expectPythonInCi, itWithPython, runPython } from "../support/python.js";
import {
  drawAllLabels,
  drawScene,
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

/** Pixel by pixel: class id or 255, and object number or 0. */
function expectedMaps(map: LabelMap) {
  const labels = [...map.data].map((label) => SCENE_LABELS[label]);
  return {
    semantic: labels.map((label) => label?.classId ?? 255),
    instance: inOrder(labels.map((label) => label?.object ?? 0)),
  };
}

describe("COCO panoptic", () => {
  it("comes back as classes and objects, for random maps", async () => {
    for (let seed = 0; seed < 150; seed++) {
      const map = drawScene(seed);
      const { png, annotation } = encodeCocoPanoptic(map, sceneClasses, { ...names, things });
      const { width, height, semantic, instance } = await decodeCocoPanoptic(png, annotation, { categories });
      expect([width, height]).toEqual([map.width, map.height]);
      expect({ semantic: [...semantic], instance: inOrder(instance) }, `seed ${seed}`).toEqual(
        expectedMaps(map),
      );
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
    const objects = labels.filter(({ instance }) => instance > 0).length;
    const stuff = new Set(labels.filter(({ instance }) => instance === 0).map(({ className }) => className))
      .size;
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
    const maps = await decodeCocoPanoptic(files["ids.png"]!, { segments_info }, { voidId: 9 });
    expect([...maps.semantic]).toEqual([9, 51, 51, 3, 51, 51]);
    expect([...maps.instance]).toEqual([0, 1, 1, 0, 2, 2]);
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
      [[one, two, { ...one, id: 3 }], "segments_info has the segment 3"],
      [[one, { ...two, area: 2 }], "the segment 2 has the area 2, but 1 pixels"],
      [[one, one, two], "segments_info[1].id: 1 is there twice"],
      [[one, two, { ...one, id: 0 }], "0, which is void"],
      [[one, { ...two, category_id: -1 }], "segments_info[1].category_id: is -1"],
      [[one, { ...two, category_id: 8 }], "segments_info[1].category_id: 8 is in no category"],
      [[one, { ...two, iscrowd: 2 }], "segments_info[1].iscrowd"],
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

describe("the things of a data set", () => {
  it("are the classes that have an instance in any of the results, sorted", () => {
    const results = [
      { legend: { "#000001": "van # 2", "#000002": "road" }, url: "https://a.example/1.png" },
      {
        legend: { "#000001": "road", "#000002": "car # 1", "#000003": "bus" },
        url: "https://a.example/2.png",
      },
    ];
    expect(thingClasses(results)).toEqual(["car", "van"]);
    expect(thingClasses(new Set(results.slice(0, 1)))).toEqual(["van"]);
    expect(thingClasses([])).toEqual([]);
    for (const wrong of [null, 5, {}]) expect(() => thingClasses(wrong as never)).toThrow(wrongCall);
    expect(() => thingClasses(results, { classBy: "colour" as never })).toThrow(wrongCall);
    expect(() => thingClasses(["car"] as never)).toThrow(expect.objectContaining({ name: "ResultError" }));
  });
});

describe("the class id of void pixels", () => {
  it("is refused where a segment has it too, or where it is none", async () => {
    const segmentation = { width: 2, height: 1, data: Int32Array.of(0, 1) };
    const decode = (categoryId: number, voidId?: number) => [
      () =>
        decodeSegmentsInfo(
          { segmentation, segments_info: [{ id: 1, label_id: categoryId }] },
          { voidId: voidId! },
        ),
      () =>
        decodeCocoPanoptic(
          encodeIds(segmentation),
          { segments_info: [{ id: 1, category_id: categoryId } as never] },
          { voidId: voidId! },
        ),
      () =>
        decodeCocoInstances([{ category_id: categoryId, segmentation: { size: [1, 2], counts: [1, 1] } }], {
          ...{ width: 2, height: 1 },
          voidId: voidId!,
        }),
    ];
    for (const call of decode(255, 254)) {
      expect((await call()).semantic).toEqual(Int32Array.of(254, 255));
    }
    for (const [categoryId, voidId] of [
      [255, undefined],
      [9, 9],
      [1, -1],
      [1, 2 ** 31],
      [1, "255" as never],
    ] as const) {
      for (const call of decode(categoryId, voidId)) {
        await expect((async () => call())(), `${categoryId}, ${voidId}`).rejects.toThrow(wrongCall);
      }
    }
  });
});

describe("what is no label map", () => {
  it("is refused by every format: a decode's target, a label that labels lack", async () => {
    const { png } = loadCorpus().find(({ name }) => name === "street-500-rgb-interlaced")!;
    const classes = streetClasses;
    const targets = await decodeMask(png, streetResult, {
      target: [
        { map: "semantic", classes },
        { map: "label", dtype: "uint8" },
        { map: "instance" },
        { map: "label" },
      ],
    });
    const encoders: ((map: never) => unknown)[] = [
      (map) => encodeCocoPanoptic(map, classes, names),
      (map) => encodeCocoInstances(map, classes, { imageId: 1 }),
      (map) => encodeSegmentsInfo(map, classes),
      (map) => encodeVoc(map, classes),
      (map) => encodeYolo(map, classes),
      (map) => encodeCityscapes(map, { labels: new Map(classes.classes.map(({ name }) => [name, "road"])) }),
    ];
    const beyond = { ...street, data: street.data.map((label) => (label === 0 ? 255 : label)) };
    const bytes = { ...street, data: Uint8Array.from(street.data, (label) => Math.max(label, 0)) };
    for (const encode of encoders) {
      for (const wrong of [targets[0], targets[1], targets[2], beyond, bytes]) {
        expect(() => encode(wrong as never), String(encode)).toThrow(wrongCall);
      }
      expect(encode(targets[3] as never)).toEqual(encode(street as never));
    }
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

describe("segments_info", () => {
  it("comes back as classes and objects, for random maps; ids count from 1 and void is 0", () => {
    for (let seed = 0; seed < 150; seed++) {
      const map = drawScene(seed);
      const result = encodeSegmentsInfo(map, sceneClasses, { things });
      expect(result.segments_info.map(({ id }) => id)).toEqual(
        result.segments_info.map((_, place) => place + 1),
      );
      const { semantic, instance } = decodeSegmentsInfo(result);
      const expected = expectedMaps(map);
      expect([...semantic], `seed ${seed}`).toEqual(expected.semantic);
      expect(inOrder(instance), `seed ${seed}`).toEqual(expected.instance);
      const isVoid = [...result.segmentation.data].map((id) => id === 0);
      expect(isVoid).toEqual(expected.semantic.map((id) => id === 255));
    }
  });

  it("of transformers is read: void 0 or -1, fused segments listed once per region", () => {
    const segmentation = { width: 4, height: 1, data: Int32Array.of(-1, 1, 2, 0) };
    const segments_info = [
      { id: 1, label_id: 17, was_fused: false, score: 0.98 },
      { id: 2, label_id: 93, was_fused: true, score: 0.91 },
      { id: 2, label_id: 93, was_fused: true, score: 0.87 },
    ];
    const maps = decodeSegmentsInfo({ segmentation, segments_info }, { voidId: 0 });
    expect([...maps.semantic]).toEqual([0, 17, 93, 0]);
    expect([...maps.instance]).toEqual([0, 1, 0, 0]);
    const otherClass = [...segments_info.slice(0, 2), { ...segments_info[2]!, label_id: 94 }];
    expect(() => decodeSegmentsInfo({ segmentation, segments_info: otherClass })).toThrow(/two classes/);
    const twice = [segments_info[0]!, ...segments_info];
    expect(() => decodeSegmentsInfo({ segmentation, segments_info: twice })).toThrow(/there twice/);
  });

  it("of an instance result is read, where a later mask has covered all of an earlier one", () => {
    // As post_process_instance_segmentation paints them: ids from 0, -1 where no mask is.
    const segmentation = { width: 3, height: 1, data: Int32Array.of(-1, 1, 2) };
    const segments_info = [0, 1, 2].map((id) => ({ id, label_id: 17 + id, was_fused: false, score: 0.9 }));
    const { semantic, instance } = decodeSegmentsInfo({ segmentation, segments_info });
    expect([...semantic]).toEqual([255, 18, 19]);
    expect([...instance]).toEqual([0, 1, 2]);
  });

  it("of a data set is read: category_id, crowds, an id 0 that is listed", () => {
    const segmentation = { width: 3, height: 1, data: Uint8Array.of(0, 1, 2) };
    const segments_info = [
      { id: 0, category_id: 4 },
      { id: 1, category_id: 5, iscrowd: 1 },
      { id: 2, category_id: 4, iscrowd: 0 },
    ];
    const maps = decodeSegmentsInfo({ segmentation, segments_info });
    expect([...maps.semantic]).toEqual([4, 5, 4]);
    expect([...maps.instance]).toEqual([1, 0, 2]);
  });

  it("is refused where map and list do not belong together", () => {
    const segmentation = { width: 2, height: 1, data: Int32Array.of(1, 5) };
    const one = { id: 1, label_id: 0 };
    for (const segments_info of [
      [one],
      [one, { id: 5 }],
      [one, { id: 5, label_id: 0.5 }],
      [one, { id: 6, label_id: 0 }],
      null,
    ]) {
      expect(() => decodeSegmentsInfo({ segmentation, segments_info } as never)).toThrow(invalid);
    }
    expect(() => decodeSegmentsInfo({ segments_info: [one] } as never)).toThrow(wrongCall);
    expect(() => decodeSegmentsInfo(null as never)).toThrow(invalid);
  });
});

it("says of a misspelt option which there are, and of runs what to give instead", async () => {
  const classes = ClassList.fromNames(["car"]);
  const wrong = decodeCocoPanoptic(new Uint8Array(8), { segments_info: [] }, { viodId: 3 } as object);
  await expect(wrong).rejects.toMatchObject({
    code: "OPTION_INVALID",
    message: expect.stringMatching(/"viodId"; the keys are categories, voidId/),
  });
  const runs = runsOf(street) as unknown as LabelMap;
  expect(() => encodeCocoPanoptic(runs, classes, { ...names, things })).toThrow(
    expect.objectContaining({ message: expect.stringMatching(/is runs; give what decodeMask returns/) }),
  );
});

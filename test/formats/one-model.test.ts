/**
 * One model: the same scene as a plain array, as a COCO panoptic file and as a vendor's result makes equal label maps, equal
 * files in every format and no difference in `compare`. What loses nothing comes back as it went.
 */
import fc from "fast-check";
import { beforeAll, describe, expect, it } from "vitest";
import { ClassList, decodeMask, init, type Label, type LabelMap } from "../../src/all.js";
import { compare } from "../../src/compare/index.js";
import { DatasetReport } from "../../src/dataset/index.js";
import { decodeIds } from "../../src/decode/decode-ids.js";
import { writePng } from "../../src/decode/png/writer.js";
import {
  cocoInstancesDataset,
  cocoPanopticDataset,
  decodeCityscapes,
  decodeCocoInstances,
  decodeCocoPanoptic,
  decodeLabelPng,
  decodeNpy,
  decodeSegmentsInfo,
  decodeVoc,
  encodeCityscapes,
  encodeCocoInstances,
  encodeCocoPanoptic,
  encodeIds,
  encodeLabelPng,
  encodeNpy,
  encodeNpz,
  encodePalettePng,
  encodeSegmentsInfo,
  encodeVoc,
  encodeYolo,
  npyToMap,
  type SegmentOptions,
} from "../../src/formats/index.js";
import { cityscapesLabels } from "../../src/legend/index.js";
import { type LabelledMap, labelMapFrom } from "../../src/maps/index.js";
import { oneHot } from "../../src/tensors/index.js";
import { drawAllLabels, drawScene, SCENE_LABELS, sceneClasses } from "../support/scenes.js";

beforeAll(() => init());

const things = ["car", "truck"];
/** The labels of a scene in the order of the class list, then of the numbers: what each pixel of `SCENE_LABELS` is. */
const ORDER = [
  { name: "road", classId: 7, number: 0, of: [3, 6] },
  { name: "sky", classId: 11, number: 0, of: [4] },
  { name: "car", classId: 26, number: 0, of: [5] },
  { name: "car # 1", classId: 26, number: 1, of: [0] },
  { name: "car # 2", classId: 26, number: 2, of: [1] },
  { name: "truck # 1", classId: 27, number: 1, of: [2] },
];
const categories = [
  { id: 27, name: "truck", supercategory: "vehicle", isthing: 1 },
  { id: 26, name: "car", supercategory: "vehicle", isthing: 1 },
  { id: 7, name: "road", supercategory: "ground", isthing: 0 },
  { id: 11, name: "sky", supercategory: "sky", isthing: 0 },
] as const;

/** A drawn scene as three sources have it. Each is written by hand, not by the encoders under test. */
async function readScene(scene: LabelMap) {
  const { width, height } = scene;
  const pixels = [...scene.data].map((label) => ORDER.find(({ of }) => of.includes(label)));

  const ids = Uint8Array.from(pixels, (label) => label?.classId ?? 255);
  // Ignored pixels have their own id in an array.
  scene.data.forEach((label, at) => {
    if (label === 8) ids[at] = 254;
  });
  const instances = Uint16Array.from(pixels, (label) => label?.number ?? 0);
  const array = labelMapFrom(ids, { classes: sceneClasses, width, height, instances, things });

  const present = ORDER.filter((label) => pixels.includes(label));
  const segmentIds = new Map(present.map((label, place) => [label, 70_000 - 311 * place]));
  const rgb = new Uint8Array(width * height * 3);
  pixels.forEach((label, at) => {
    const id = label === undefined ? 0 : segmentIds.get(label)!;
    rgb.set([id & 255, (id >> 8) & 255, id >> 16], at * 3);
  });
  const segments_info = present.map((label) => ({
    id: segmentIds.get(label)!,
    category_id: label.classId,
    area: pixels.filter((other) => other === label).length,
    bbox: [0, 0, 1, 1] as const,
    iscrowd: label.name === "car" ? (1 as const) : (0 as const),
  }));
  const png = writePng({ width, height, bitDepth: 8, colorType: 2 }, rgb);
  const coco = await decodeCocoPanoptic(png, { segments_info }, { categories });

  // Void and ignored labels are in the vendor's legend, and some colours are not.
  const legend = Object.fromEntries([
    ...present.map(({ name }, place) => [`#0a0${place}00`, name] as const),
    ["#0b0000", "ego"] as const,
    ["#0c0000", "dirt"] as const,
  ]);
  pixels.forEach((label, at) => {
    const place = present.indexOf(label!);
    const [ego, dirt] = [scene.data[at] === 7, scene.data[at] === 8];
    rgb.set(place >= 0 ? [10, place, 0] : ego ? [11, 0, 0] : dirt ? [12, 0, 0] : [99, 99, 99], at * 3);
  });
  const mask = writePng({ width, height, bitDepth: 8, colorType: 2 }, rgb);
  const vendor = await decodeMask(mask, { legend });
  const runs = await decodeMask(mask, { legend }, { target: { map: "runs" } });
  return { array, coco, vendor, runs, pixels };
}

/** What every writer makes of a map. */
function exportsOf(map: LabelledMap, options: SegmentOptions) {
  const names = { imageId: 1, fileName: "a.png" };
  return {
    panoptic: encodeCocoPanoptic(map, sceneClasses, { ...names, ...options }),
    rle: encodeCocoInstances(map, sceneClasses, { ...names, ...options }),
    polygons: encodeCocoInstances(map, sceneClasses, { ...names, ...options, segmentation: "polygons" }),
    segments: encodeSegmentsInfo(map, sceneClasses, options),
    yolo: encodeYolo(map, sceneClasses, options),
    yoloStuff: encodeYolo(map, sceneClasses, { ...options, stuff: true }),
    voc: encodeVoc(map, sceneClasses),
    vocBorder: encodeVoc(map, sceneClasses, { border: 1 }),
    cityscapes: encodeCityscapes(map, { missing: "void" }),
  };
}

/** What the writers of plain maps make of a map's views. */
function viewsOf(map: LabelMap) {
  const { width, height } = map;
  const size = { width, height };
  const semantic = { ...size, data: map.semantic(sceneClasses) };
  const instance = { ...size, data: map.instance() };
  const panoptic = { ...size, data: map.panoptic(sceneClasses) };
  return {
    semantic,
    instance,
    panoptic,
    npy: encodeNpy(semantic),
    npz: encodeNpz({ semantic, instance }),
    grey: encodeLabelPng(semantic),
    palette: encodePalettePng(instance),
    ids: encodeIds(panoptic),
    tensor: oneHot(semantic, { classes: sceneClasses }),
  };
}

describe("the same scene, read from an array, COCO panoptic and a vendor's result", () => {
  const SEEDS = [...Array(24).keys()];
  let crowds = 0;
  let voids = 0;

  it("makes equal maps, equal files in every format, and no difference in compare", async () => {
    for (const scene of [drawAllLabels(), ...SEEDS.map(drawScene)]) {
      const { array, coco, vendor, runs, pixels } = await readScene(scene);
      const objects = ORDER.filter((label) => label.number > 0 && pixels.includes(label));
      const views = viewsOf(array);
      expect([...views.semantic.data]).toEqual(pixels.map((label) => label?.classId ?? 255));
      expect([...views.instance.data]).toEqual(pixels.map((label) => objects.indexOf(label!) + 1));
      expect(coco.data).toEqual(array.data);
      expect(viewsOf(coco)).toEqual(views);
      expect(coco.semantic()).toEqual(array.semantic());

      // The vendor's label "dirt" keeps the ignored id; the array's ignored pixels are unlabelled.
      const isDirt = vendor.labels.find(({ name }) => name === "dirt")!.pixelCount > 0;
      const ofVendor = viewsOf(vendor);
      expect(ofVendor.instance).toEqual(views.instance);
      if (!isDirt) expect(ofVendor).toEqual(views);

      const hasCars = objects.some(({ classId }) => classId === 26);
      const isTold = hasCars || !coco.labels.some(({ isCrowd }) => isCrowd);
      const choices: SegmentOptions[] = [
        { things, objects: "numbered" },
        { things, objects: "components" },
      ];
      // A vendor cannot say that a label is a crowd, except by the numbers of its class.
      if (isTold) choices.push({}, { things });
      for (const options of choices) {
        const hasGroups = options.objects !== "components";
        const files = exportsOf(array, options);
        expect(exportsOf(coco, options)).toEqual(files);
        if (hasGroups) expect(exportsOf(vendor, options)).toEqual(files);
        expect(exportsOf(runs, options)).toEqual(exportsOf(vendor, options));
      }

      for (const [reference, prediction] of [
        [coco, array],
        [vendor, array],
        [array, vendor],
        [runs, coco],
      ] as const) {
        const scores = compare(reference, prediction, { classes: sceneClasses, things });
        const isOne = (score: number) => score === 1 || Number.isNaN(score);
        expect(scores.classes.every(({ iou }) => isOne(iou))).toBe(true);
        expect([scores.pixelAccuracy, scores.panoptic.all.pq].every(isOne)).toBe(true);
        const found = scores.classes.filter(({ iou }) => iou === 1).map(({ id }) => id);
        expect(found).toEqual([...new Set(array.labels.map(({ classId }) => classId))]);
      }

      const counts = [array, coco, vendor, runs].map((map) => {
        const report = new DatasetReport({ classes: sceneClasses });
        report.add("a", map);
        const { classCounts, pixels: all } = report.toJSON();
        return { classCounts, all };
      });
      for (const other of counts) expect(other).toEqual(counts[0]);
      crowds += coco.labels.filter(({ isCrowd }) => isCrowd).length;
      voids += coco.unlabelled.count;
    }
    expect(crowds).toBeGreaterThan(10);
    expect(voids).toBeGreaterThan(100);
  });

  it("has labels of one form, whatever the source", async () => {
    const { array, coco, vendor } = await readScene(drawAllLabels());
    const told = ({ name, className, instanceId, instanceNumber, pixelCount, bbox }: Label) => ({
      name,
      className,
      instanceId,
      instanceNumber,
      pixelCount,
      bbox,
    });
    expect(coco.labels.map(told)).toEqual(array.labels.map(told));
    expect(vendor.labels.slice(0, 6).map(told)).toEqual(array.labels.map(told));
    const ofSource = ({ classId, isThing, isCrowd, color }: Label) => ({ classId, isThing, isCrowd, color });
    expect(coco.labels.map(ofSource)).toEqual(array.labels.map(ofSource));
    expect(coco.labels.map(({ isThing, isCrowd }) => [isThing, isCrowd])).toEqual([
      [false, false],
      [false, false],
      [true, true],
      [true, false],
      [true, false],
      [true, false],
    ]);
    expect(coco.labels.map(({ sourceId }) => sourceId)).toEqual([70000, 69689, 69378, 69067, 68756, 68445]);
    expect(coco.labels.map(({ supercategory }) => supercategory)).toEqual([
      "ground",
      "sky",
      ...Array(4).fill("vehicle"),
    ]);
  });

  it("has no colour that stands for two classes in the report of many images", async () => {
    const report = new DatasetReport({ classes: sceneClasses });
    for (const seed of SEEDS) {
      const { array, coco } = await readScene(drawScene(seed));
      report.add(`${seed} array`, array);
      report.add(`${seed} coco`, coco);
    }
    expect(report.toJSON().colorConflicts).toEqual([]);
  });
});

/** Random pixels of a few classes and objects; -1 is unlabelled. Numbers of a class have no gap. */
const anyMap = (
  classIds: readonly number[],
  thingIds: readonly number[],
  classes: ClassList,
  crowds: boolean,
) =>
  fc
    .record({
      width: fc.integer({ min: 1, max: 9 }),
      height: fc.integer({ min: 1, max: 9 }),
      seeds: fc.array(fc.tuple(fc.constantFrom(...classIds), fc.integer({ min: crowds ? 0 : 1, max: 3 })), {
        minLength: 81,
        maxLength: 81,
      }),
    })
    .map(({ width, height, seeds }) => {
      const pixels = seeds.slice(0, width * height);
      const numbers = new Map<number, number[]>();
      for (const [id, number] of pixels) {
        if (number > 0) numbers.set(id, [...new Set([...(numbers.get(id) ?? []), number])].sort());
      }
      const numberOf = ([id, number]: readonly [number, number]) =>
        thingIds.includes(id) && number > 0 ? numbers.get(id)!.indexOf(number) + 1 : 0;
      return labelMapFrom(
        Int32Array.from(pixels, ([id]) => id),
        {
          classes,
          width,
          height,
          instances: Int32Array.from(pixels, numberOf),
          things: classes.classes.filter(({ id }) => thingIds.includes(id)).map(({ name }) => name),
        },
      );
    });

describe("what loses nothing comes back as it went", () => {
  const classes = ClassList.fromJSON(sceneClasses.toJSON());
  for (const entry of classes.classes) {
    Object.assign(entry, { supercategory: `group of ${entry.name}`, isThing: entry.id > 20 });
  }
  /** Everything but the ids that the file gave. */
  const without = (map: LabelMap, ...fields: (keyof Label)[]) => ({
    ...map,
    labels: map.labels.map((label) => ({
      ...label,
      ...Object.fromEntries(["sourceId", ...fields].map((field) => [field, null])),
    })),
  });
  const all = anyMap([7, 11, 26, 27, -1], [26, 27], classes, true);
  const noCrowds = anyMap([7, 11, 26, 27, -1], [26, 27], classes, false);
  const onlyThings = anyMap([26, 27, -1], [26, 27], classes, true);

  it("COCO panoptic", async () => {
    await fc.assert(
      fc.asyncProperty(all, async (map) => {
        const { png, annotation, issues } = encodeCocoPanoptic(map, classes, {
          imageId: 1,
          fileName: "a.png",
        });
        const { categories } = cocoPanopticDataset({
          images: [{ id: 1, width: 1, height: 1, file_name: "" }],
          annotations: [annotation],
          classes,
          things,
        });
        const read = await decodeCocoPanoptic(png, annotation, { categories, strict: true });
        expect(issues).toEqual([]);
        expect(without(read)).toEqual(without(map));
      }),
    );
  });

  it("COCO instances, of things alone", () => {
    fc.assert(
      fc.property(onlyThings, fc.constantFrom("rle", "polygons"), (map, segmentation) => {
        const { annotations } = encodeCocoInstances(map, classes, { imageId: 1, segmentation, firstId: 9 });
        const { categories } = cocoInstancesDataset({
          images: [{ id: 1, width: 1, height: 1, file_name: "" }],
          annotations,
          classes,
        });
        const { width, height } = map;
        const read = decodeCocoInstances(annotations, { width, height, categories });
        expect(without(read)).toEqual(without(map));
        expect(read.labels.map(({ sourceId }) => sourceId)).toEqual(
          read.labels.map(({ index }) => index + 9),
        );
      }),
    );
  });

  it("segments_info, which has no crowds", () => {
    fc.assert(
      fc.property(noCrowds, (map) => {
        expect(without(decodeSegmentsInfo(encodeSegmentsInfo(map, classes), { classes }))).toEqual(
          without(map),
        );
      }),
    );
  });

  it("Pascal VOC, which has no crowds and numbers objects in the image", async () => {
    await fc.assert(
      fc.asyncProperty(noCrowds, async (map) => {
        const read = await decodeVoc(encodeVoc(map, classes), { classes });
        const numbers = ["color", "name", "instanceNumber"] as const;
        expect(without(read, ...numbers)).toEqual(without(map, ...numbers));
        expect(read.labels.map(({ instanceNumber }) => instanceNumber)).toEqual(
          map.labels.map(({ instanceId }) => instanceId),
        );
      }),
    );
  });

  it("Cityscapes, where each pixel has a label", async () => {
    const labels = cityscapesLabels.filter(({ id }) => id >= 0);
    const list = ClassList.fromJSON({ classes: labels.map(({ id, name }) => ({ id, name })) });
    for (const [place, { category, hasInstances }] of labels.entries()) {
      Object.assign(list.classes[place]!, { supercategory: category, isThing: hasInstances });
    }
    await fc.assert(
      fc.asyncProperty(anyMap([0, 7, 17, 18, 24, 26, 33], [24, 26, 33], list, true), async (map) => {
        const { labelIds, instanceIds } = encodeCityscapes(map);
        expect(without(await decodeCityscapes({ labelIds, instanceIds }), "color")).toEqual(
          without(map, "color"),
        );
      }),
    );
  });

  it(".npy, PNGs of 16 bits and PNGs of ids, which hold panoptic ids", async () => {
    await fc.assert(
      fc.asyncProperty(all, async (map) => {
        const { width, height } = map;
        const data = map.panoptic(classes, { divisor: 100, dtype: "uint16" });
        const panoptic = { width, height, data };
        const read = { classes, divisor: 100 };
        const numbers = ["name", "instanceNumber"] as const;
        const expected = without(map, ...numbers);
        const expectSame = (found: LabelMap) => expect(without(found, ...numbers)).toEqual(expected);
        expectSame(labelMapFrom(npyToMap(decodeNpy(encodeNpy(panoptic))), read));
        expectSame(labelMapFrom(await decodeLabelPng(encodeLabelPng(panoptic)), read));
        const { data: places, ids } = await decodeIds(encodeIds(panoptic));
        const values = Int32Array.from(places, (place) => ids[place]!);
        expectSame(labelMapFrom(values, { ...read, width, height }));
      }),
    );
  });

  it("a mask in the map's own colours, with its names as the legend", async () => {
    await fc.assert(
      fc.asyncProperty(all, async (map) => {
        const { width, height } = map;
        const png = writePng({ width, height, bitDepth: 8, colorType: 6 }, new Uint8Array(map.toRGBA()));
        const legend = Object.fromEntries(map.labels.map(({ color, name }) => [color, name]));
        fc.pre(map.labels.length > 0);
        const read = await decodeMask(png, { legend });
        expect(read.data).toEqual(map.data);
        expect(read.unlabelled.count).toBe(map.unlabelled.count);
        // The vendor's result does not say these.
        const unsaid = ["classId", "supercategory", "isThing", "isCrowd"] as const;
        const { labels } = without(read, ...unsaid);
        expect(labels).toEqual(without(map, ...unsaid).labels);
      }),
    );
  });
});

it("SCENE_LABELS and the order here say the same", () => {
  for (const { classId, number, of } of ORDER) {
    for (const label of of) {
      expect(SCENE_LABELS[label]!.classId).toBe(classId);
      expect(SCENE_LABELS[label]!.object > 0).toBe(number > 0);
    }
  }
});

/** Sets of COCO instances: the masks of pycocotools, overlaps in either order, and the layouts of other tools. */

import { execFileSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { beforeAll, describe, expect, it } from "vitest";
import { findPythonWith } from "../../scripts/python.mjs";
import { createFolder } from "../../src/dataset/node.js";
import {
  decodeCocoInstances,
  filesInMemory,
  memorySink,
  readSet,
  recognise,
  writeSet,
} from "../../src/formats/index.js";
import { ClassList, init, type LabelMap } from "../../src/index.js";
import { drawScene, sceneClasses } from "../support/scenes.js";
import { itemsOf, textOf, things } from "../support/set-drawing.js";

beforeAll(() => init());

const fixture = JSON.parse(
  readFileSync(new URL("../fixtures/coco-instances/pycocotools.json", import.meta.url), "utf8"),
);
const format = "coco-instances";
const caught = (code: string, text: string) =>
  expect.objectContaining({ code, message: expect.stringContaining(text) });
const set = (dataset: object, path = "annotations/instances_val2017.json", options: object = {}) =>
  readSet(filesInMemory({ [path]: JSON.stringify(dataset) }), { format, ...options });
const sourceIds = (map: LabelMap) =>
  [...map.data].map((label) => (label < 0 ? 0 : map.labels[label]!.sourceId));

const box = (x: number, y: number, width: number, height: number) => [
  [x, y, x + width, y, x + width, y + height, x, y + height],
];
const image = { id: 1, width: 4, height: 3, file_name: "a.jpg" };
const annotation = {
  id: 5,
  image_id: 1,
  category_id: 3,
  iscrowd: 0,
  bbox: [0, 0, 2, 2],
  segmentation: box(0, 0, 2, 2),
};
const dataset = { images: [image], annotations: [annotation], categories: [{ id: 3, name: "car" }] };

describe("a set of COCO instances", () => {
  it("has the pixels that pycocotools and NumPy find, whichever object is on top", async () => {
    for (const overlap of ["smaller", "last"] as const) {
      const read = await set(fixture.dataset, undefined, overlap === "last" ? { overlap } : {});
      expect(read.count).toBe(4);
      for (const { name, map, split } of await itemsOf(read)) {
        const expected = fixture.expected[String(Number(name))];
        const found = await map();
        expect(sourceIds(found), `${name} ${overlap}`).toEqual(expected[overlap]);
        const issue = found.issues.find(({ code }) => code === "masks-overlap");
        const count = expected.overlapping;
        const winner = overlap === "smaller" ? "smallest object" : "last mask";
        const message = `${count} pixels are in several masks; the ${winner} gets them.`;
        expect(issue?.message).toBe(count === 0 ? undefined : message);
        expect(split).toBe("val2017");
        for (const label of found.labels) {
          const own = fixture.dataset.annotations.find(({ id }: { id: number }) => id === label.sourceId);
          expect([label.classId, label.isCrowd]).toEqual([own.category_id, own.iscrowd === 1]);
          const category = fixture.dataset.categories.find(
            ({ id }: { id: number }) => id === own.category_id,
          );
          expect([label.className, label.supercategory]).toEqual([category.name, category.supercategory]);
        }
      }
    }
    const strict = await itemsOf(await set(fixture.dataset, undefined, { overlap: "error" }));
    await strict[3]!.map();
    await expect(strict[0]!.map()).rejects.toEqual(
      caught("FORMAT_INVALID", "annotations/instances_val2017.json: COCO instances: annotations["),
    );
  });

  it("reports objects that others cover, and masks without pixels", async () => {
    const annotations = [
      { ...annotation, segmentation: box(0, 0, 2, 2) },
      { ...annotation, id: 6, segmentation: { size: [3, 4], counts: [12] } },
      { ...annotation, id: 7, segmentation: box(0, 0, 2, 2) },
    ];
    const [item] = await itemsOf(await set({ ...dataset, annotations }));
    const { issues, labels } = await item!.map();
    expect(issues.map(({ code, path }) => [code, path])).toEqual([
      ["masks-overlap", undefined],
      ["shape-covered", "annotations[0].segmentation"],
      ["shape-empty", "annotations[1].segmentation"],
    ]);
    expect(labels.map(({ pixelCount }) => pixelCount)).toEqual([0, 0, 4]);
    const all = { width: 4, height: 3, overlap: "first" as "last" };
    expect(() => decodeCocoInstances(annotations as never, all)).toThrow(
      /overlap must be "error", "smaller" or "last"/,
    );
  });

  it("finds photos and parts in the layouts of COCO, CVAT and Roboflow", async () => {
    const json = JSON.stringify(dataset);
    const layouts: [files: Record<string, string>, split: string | null, photo: string | null][] = [
      [{ "annotations/instances_val2017.json": json, "val2017/a.jpg": "" }, "val2017", "val2017/a.jpg"],
      [{ "annotations/instances_default.json": json, "images/a.jpg": "" }, null, "images/a.jpg"],
      [
        { "annotations/instances_b.json": json, "images/b/a.jpg": "", "images/c/a.jpg": "" },
        "b",
        "images/b/a.jpg",
      ],
      [
        { "valid/_annotations.coco.json": json, "valid/a.jpg": "", "train/a.jpg": "" },
        "valid",
        "valid/a.jpg",
      ],
      [{ "_annotations.coco.json": json }, null, null],
      [{ "result.json": json, "deep/er/a.jpg": "" }, null, "deep/er/a.jpg"],
      // Two files of the name: neither is sure.
      [{ "result.json": json, "deep/a.jpg": "", "er/a.jpg": "" }, null, null],
    ];
    for (const [files, split, photo] of layouts) {
      const [item] = await itemsOf(await readSet(filesInMemory(files), { format }));
      expect([item!.name, item!.split, item!.photo], JSON.stringify(Object.keys(files))).toEqual([
        "a",
        split,
        photo,
      ]);
      expect([...(await item!.map()).semantic()].filter((id) => id === 3)).toHaveLength(4);
    }
    const parts = {
      "annotations/instances_a.json": json,
      "annotations/instances_b.json": json.replace("a.jpg", "b.jpg"),
    };
    const all = await readSet(filesInMemory(parts), { format });
    expect(all.reason).toBe(
      "COCO instances: annotations/instances_a.json, annotations/instances_b.json (2 images).",
    );
    expect((await readSet(filesInMemory(parts), { format, split: "b" })).count).toBe(1);
  });

  it("has images without annotations, and says which annotations have no image", async () => {
    const orphan = { ...annotation, image_id: 9 };
    const read = await set({ ...dataset, annotations: [orphan, orphan] });
    const [item] = await itemsOf(read);
    expect((await item!.map()).unlabelled.count).toBe(12);
    expect(read.issues).toEqual([
      {
        code: "image-missing",
        path: "annotations/instances_val2017.json",
        message:
          "annotations/instances_val2017.json: 2 annotations are of images that are not in images, first annotations[0].",
      },
    ]);
    expect((await set(dataset)).issues).toEqual([]);
    // A part may have no annotations at all.
    expect((await set({ ...dataset, annotations: [] })).count).toBe(1);
  });

  it("names the file and the key of what is malformed", async () => {
    const path = "annotations/instances_val2017.json";
    const wrong: [object, string][] = [
      [{ ...dataset, images: [{ ...image, file_name: 5 }] }, "images[0].file_name: is a number"],
      [{ ...dataset, images: [{ ...image, file_name: "../a.jpg" }] }, 'the file_name "../a.jpg" may leave'],
      [{ ...dataset, images: [null] }, "images[0]: is null"],
      [{ ...dataset, images: [image, { ...image, file_name: "b.jpg" }] }, 'images[1].id: "1" is also the id'],
      [{ ...dataset, annotations: [annotation, null] }, "annotations[1]: is null"],
      [{ ...dataset, categories: [{ name: "car" }] }, "categories[0].id: is missing"],
      [
        { ...dataset, annotations: [{ ...annotation, segmentation: undefined }] },
        "no annotation has a segmentation",
      ],
    ];
    for (const [json, text] of wrong) {
      await expect(set(json), text).rejects.toEqual(caught("FORMAT_INVALID", `${path}: ${text}`));
    }
    const inMap: [object, string, string][] = [
      [{ ...dataset, images: [{ ...image, width: 0 }] }, "FORMAT_INVALID", "images[0].width: is 0"],
      [
        { ...dataset, annotations: [{ ...annotation, category_id: 4 }] },
        "FORMAT_INVALID",
        "annotations[0].category_id: categories has no id 4",
      ],
      [
        {
          ...dataset,
          annotations: [
            { ...annotation, image_id: 2 },
            { ...annotation, segmentation: [[1, 2]] },
          ],
        },
        "FORMAT_INVALID",
        "annotations[1].segmentation[0]: is no polygon",
      ],
      [
        { ...dataset, annotations: [{ ...annotation, segmentation: { size: [3, 4], counts: "zzz" } }] },
        "FORMAT_INVALID",
        "annotations[0].segmentation",
      ],
      [
        { ...dataset, annotations: [{ ...annotation, segmentation: { size: [4, 4], counts: [16] } }] },
        "SIZE_MISMATCH",
        "annotations[0].segmentation has 4×4 pixels",
      ],
    ];
    for (const [json, code, text] of inMap) {
      const [item] = await itemsOf(await set(json));
      await expect(item!.map(), text).rejects.toEqual(caught(code, text));
      await expect(item!.map(), text).rejects.toEqual(caught(code, `${path}`));
    }
    await expect(readSet(filesInMemory({ [path]: "{" }), { format })).rejects.toEqual(
      caught("FORMAT_INVALID", `${path}: is not JSON`),
    );
    await expect(readSet(filesInMemory({ "a.json": "{}" }), { format })).rejects.toEqual(
      caught("FORMAT_INVALID", "expected annotations/instances_SPLIT.json"),
    );
    await expect(set(dataset, undefined, { overlap: "first" })).rejects.toEqual(
      caught("OPTION_INVALID", "overlap must be"),
    );
    const [item] = await itemsOf(await set(dataset, undefined, { maxPixels: 11 }));
    await expect(item!.map()).rejects.toEqual(caught("FORMAT_UNSUPPORTED", "maxPixels allows 11"));
  });

  it("is written with crowds in numbers, polygons by option, and ids that do not depend on other images", async () => {
    const write = async (names: readonly string[], options: object = {}) => {
      const sink = memorySink();
      const items = names.map((name) => ({ name, map: drawScene(Number(name.at(-1))) }));
      await writeSet(items, sink, { format, classes: sceneClasses, ...options });
      return JSON.parse(textOf(sink.files.get("annotations/instances_train.json")!));
    };
    type Annotation = {
      id: number;
      image_id: number;
      iscrowd: number;
      segmentation: { counts: unknown } | unknown[];
    };
    const few = await write(["b1", "0012"]);
    const more = await write(["a0", "b1", "b3", "0012"]);
    const idsOf = ({ images }: { images: { id: number; file_name: string }[] }) =>
      Object.fromEntries(images.map(({ id, file_name: name }) => [name, id]));
    expect(idsOf(more)).toMatchObject(idsOf(few));
    expect(idsOf(few)["0012.jpg"]).toBe(12);
    const kinds = ({ annotations }: { annotations: Annotation[] }) =>
      annotations.map(({ iscrowd, segmentation: mask }) =>
        [iscrowd, Array.isArray(mask) ? "polygons" : Array.isArray(mask.counts) ? "numbers" : "string"].join(
          " ",
        ),
      );
    expect(new Set(kinds(more))).toEqual(new Set(["0 string", "1 numbers"]));
    const many = [...Array(10).keys()].map((seed) => `b${seed}`);
    const polygons = await write(many, { segmentation: "polygons", crowds: "compressed" });
    expect(new Set(kinds(polygons))).toEqual(new Set(["0 polygons", "1 string"]));
    const numbers = more.annotations.map(({ id }: Annotation) => id);
    expect(numbers).toEqual(numbers.map((_: number, place: number) => place + 1));
    await expect(write(["a0"], { crowds: "numbers" })).rejects.toEqual(
      caught("OPTION_INVALID", "crowds must be"),
    );
  });

  it("calls an area a crowd if its class is a thing in another image, whatever their order", async () => {
    const classes = ClassList.fromNames(["car", "road"], { firstId: 1 });
    const numbered = drawScene(3);
    const label = (name: string, instanceNumber: number) => ({
      ...numbered.labels[0]!,
      ...{ index: 0, name, className: name.split(" #")[0]!, instanceNumber, instanceId: instanceNumber },
      ...{ isThing: instanceNumber > 0, isCrowd: false, pixelCount: 2 },
    });
    const mapOf = (name: string, number: number) =>
      ({
        width: 2,
        height: 1,
        data: new Int32Array(2),
        labels: [label(name, number)],
      }) as unknown as LabelMap;
    const items = [
      { name: "one", map: mapOf("car # 1", 1) },
      { name: "group", map: mapOf("car", 0) },
      { name: "stuff", map: mapOf("road", 0) },
    ];
    for (const order of [items, [...items].reverse()]) {
      const sink = memorySink();
      const { issues } = await writeSet(order, sink, { format, classes });
      const json = JSON.parse(textOf(sink.files.get("annotations/instances_train.json")!));
      const nameOf = new Map(
        json.images.map(({ id, file_name }: { id: number; file_name: string }) => [id, file_name]),
      );
      const found = json.annotations.map((each: { image_id: number; iscrowd: number }) => [
        nameOf.get(each.image_id),
        each.iscrowd,
      ]);
      expect(Object.fromEntries(found)).toEqual({ "one.jpg": 0, "group.jpg": 1 });
      expect(issues).toEqual([
        {
          code: "stuff-not-written",
          message: expect.stringMatching(/^2 pixels in 1 image, first in "stuff": /),
        },
      ]);
    }
  });

  it("is recognised by its content, and its look-alikes are not", async () => {
    const found = async (path: string, json: object) =>
      (await recognise(filesInMemory({ [path]: JSON.stringify(json) }))).map(
        (each) => `${each.format.name} ${each.confidence}`,
      );
    expect(await found("any.json", dataset)).toEqual(["coco-instances certain"]);
    const boxes = { ...dataset, annotations: [{ ...annotation, segmentation: [] }] };
    expect(await found("instances_val.json", boxes)).toEqual([]);
    expect(await found("stuff_val2017.json", { ...dataset, annotations: [annotation] })).toEqual([
      "coco-stuff certain",
      "coco-instances possible",
    ]);
  });
});

const python = findPythonWith("pycocotools", "numpy");

/** pycocotools is not in Debian, so CI may not have it. `coco-instances/pycocotools.json` has been made with it. */
describe("pycocotools", () => {
  it.skipIf(python === undefined)("loads a set that was written, and finds the same masks", async () => {
    const folder = mkdtempSync(join(tmpdir(), "labelmap-coco-"));
    try {
      const items = [...Array(6).keys()].map((seed) => ({ name: `image ${seed}`, map: drawScene(seed) }));
      for (const segmentation of ["rle", "polygons"] as const) {
        const options = { format, classes: sceneClasses, things, segmentation } as const;
        await writeSet(items, await createFolder(join(folder, segmentation)), options);
        const script = `
import json
from pycocotools.coco import COCO
from pycocotools import mask
coco = COCO("annotations/instances_train.json")
found = {}
for image in coco.loadImgs(coco.getImgIds()):
    ids = [0] * (image["width"] * image["height"])
    for a in coco.loadAnns(coco.getAnnIds(imgIds=image["id"])):
        rle = coco.annToRLE(a)
        assert mask.area(rle) == a["area"] and mask.toBbox(rle).tolist() == a["bbox"]
        for pixel, value in enumerate(coco.annToMask(a).ravel().tolist()):
            if value: assert ids[pixel] == 0; ids[pixel] = a["category_id"]
    found[image["file_name"]] = ids
print("found " + json.dumps(found))`;
        const printed = execFileSync(python!, ["-c", script], {
          cwd: join(folder, segmentation),
          encoding: "utf8",
        });
        const expected = items.map(({ name, map }) => [
          `${name}.jpg`,
          [...map.semantic(sceneClasses)].map((id) => (id === 26 || id === 27 ? id : 0)),
        ]);
        expect(JSON.parse(/found (.*)/.exec(printed)![1]!)).toEqual(Object.fromEntries(expected));
      }
    } finally {
      rmSync(folder, { recursive: true });
    }
  });
});

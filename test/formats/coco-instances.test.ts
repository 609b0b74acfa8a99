/** COCO instances: masks are the objects' own pixels, by pycocotools' arithmetic, and come back as they went. */
import { readFileSync } from "node:fs";
import { beforeAll, describe, expect, it } from "vitest";
import { rleOfPolygons } from "../../src/formats/coco-instances/polygon-rle.js";
import { cocoInstancesDataset, decodeCocoInstances, encodeCocoInstances } from "../../src/formats/index.js";
import { ClassList, init, type LabelMap } from "../../src/index.js";
import { decodeRle } from "../../src/objects/read-rle.js";
import { encodeRle } from "../../src/objects/rle.js";
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
const things = ["car", "truck"];
const invalid = expect.objectContaining({ name: "FormatError", code: "FORMAT_INVALID" });
const wrongCall = expect.objectContaining({ name: "DecodeError", code: "OPTION_INVALID" });

/** How often a number is rounded meanwhile: once for each point of an outline, and for each coordinate. */
function countRoundings(action: () => void): number {
  const { trunc } = Math;
  let count = 0;
  Math.trunc = (number) => {
    count++;
    return trunc(number);
  };
  try {
    action();
  } finally {
    Math.trunc = trunc;
  }
  return count;
}

describe("COCO instances", () => {
  it.each(["rle", "polygons"] as const)("come back as objects with their classes, as %s", (segmentation) => {
    let polygons = 0;
    for (let seed = 0; seed < 200; seed++) {
      const map = drawScene(seed);
      const { annotations } = encodeCocoInstances(map, sceneClasses, {
        imageId: 1,
        things,
        segmentation,
        firstId: 5,
      });
      expect(annotations.map(({ id }) => id)).toEqual(annotations.map((_, place) => place + 5));
      polygons += annotations.filter((annotation) => Array.isArray(annotation.segmentation)).length;
      expect(annotations.some(({ iscrowd, segmentation: mask }) => iscrowd && Array.isArray(mask))).toBe(
        false,
      );
      const { width, height } = map;
      const maps = decodeCocoInstances(JSON.parse(JSON.stringify(annotations)), { width, height });
      const labels = [...map.data].map((label) => SCENE_LABELS[label]);
      const isThing = (classId?: number) => classId === 26 || classId === 27;
      expect([...maps.semantic()], `seed ${seed}`).toEqual(
        labels.map((label) => (isThing(label?.classId) ? label!.classId : 255)),
      );
      expect(inOrder(maps.instance())).toEqual(inOrder(labels.map((label) => label?.object ?? 0)));
      expect(annotations.filter(({ iscrowd }) => iscrowd).length).toBe(map.labels[5]!.pixelCount > 0 ? 1 : 0);
    }
    expect(polygons > 0).toBe(segmentation === "polygons");
  });

  itWithPython("have the masks, areas and boxes that NumPy finds by COCO's arithmetic", () => {
    const { annotations } = encodeCocoInstances(street, streetClasses, { imageId: 7 });
    const dataset = cocoInstancesDataset({
      images: [{ id: 7, width: street.width, height: street.height, file_name: "street.jpg" }],
      annotations,
      classes: streetClasses,
    });
    // The string: five bits a character from 48 on, 32 for "more", 16 for a sign; from the fourth count on the
    // difference to the one two before.
    const script = `
def counts_of(string):
    counts, at = [], 0
    while at < len(string):
        value, shift, more = 0, 0, True
        while more:
            byte = ord(string[at]) - 48
            value |= (byte & 31) << shift
            more = byte & 32 != 0
            at += 1; shift += 5
            if not more and byte & 16: value |= -1 << shift
        if len(counts) > 2: value += counts[-2]
        counts.append(value)
    return counts
dataset = json.load(open("dataset.json"))
found = []
for a in dataset["annotations"]:
    h, w = a["segmentation"]["size"]
    counts = counts_of(a["segmentation"]["counts"])
    mask = np.repeat(np.arange(len(counts)) % 2, counts).reshape((h, w), order="F")
    ys, xs = np.nonzero(mask)
    box = [int(xs.min()), int(ys.min()), int(xs.max() - xs.min() + 1), int(ys.max() - ys.min() + 1)]
    found.append({"fits": bool(mask.sum() == a["area"] and box == a["bbox"]), "category": a["category_id"],
      "sha": hashlib.sha256(mask.astype("u1").tobytes()).hexdigest(), "pixels": np.flatnonzero(mask)[:5].tolist(), "id": a["id"]})
masks = np.load("instance.npy")
shas = [hashlib.sha256((masks == n).astype("u1").tobytes()).hexdigest() for n in np.unique(masks) if n > 0]
print(json.dumps({"found": found, "shas": shas, "categories": dataset["categories"]}))
`;
    const instance = street.instance();
    const npy = Buffer.concat([
      Buffer.from("\x93NUMPY\x01\0\x76\0", "latin1"),
      Buffer.from(
        `{'descr': '<i4', 'fortran_order': False, 'shape': (${street.height}, ${street.width})}`.padEnd(117) +
          "\n",
      ),
      Buffer.from(instance.buffer),
    ]);
    const { printed } = runPython(script, { "dataset.json": JSON.stringify(dataset), "instance.npy": npy });
    expect(printed.found.length).toBeGreaterThan(20);
    expect(printed.found.every(({ fits }: { fits: boolean }) => fits)).toBe(true);
    expect(printed.found.map(({ sha }: { sha: string }) => sha)).toEqual(printed.shas);
    expect(printed.categories).toContainEqual({ id: 7, name: "car", supercategory: "car" });
    const car = street.labels.find(({ name }) => name === "car # 1")!;
    const ofCar = annotations.find(
      ({ bbox, area }) => area === car.pixelCount && bbox.join() === car.bbox!.join(),
    );
    expect(ofCar!.category_id).toBe(7);
  });

  it("of polygons are the masks that pycocotools makes", () => {
    const cases = JSON.parse(
      readFileSync(new URL("../fixtures/coco-polygons.json", import.meta.url), "utf8"),
    );
    for (const { size, polygons, counts, area } of cases) {
      const [height, width] = size;
      const mask = decodeRle(rleOfPolygons(polygons, width, height, "polygons"));
      expect(encodeRle(mask, 1)).toEqual({ size, counts });
      expect(mask.data.reduce((sum, pixel) => sum + pixel, 0)).toBe(area);
      if (area === 0) continue;
      const map = decodeCocoInstances([{ category_id: 3, segmentation: polygons }], { width, height });
      expect([...map.semantic()]).toEqual([...mask.data].map((pixel) => (pixel ? 3 : 255)));
    }
    expect(cases.length).toBe(40);
  });

  it("keep an object with a hole a run-length code, since a polygon would fill it", () => {
    const map = drawAllLabels();
    const ring = { ...map, width: 3, height: 3, data: Int32Array.of(0, 0, 0, 0, -1, 0, 0, 0, 0) };
    ring.labels = map.labels.map((label, index) => ({
      ...label,
      pixelCount: index ? 0 : 8,
      bbox: index ? null : [0, 0, 3, 3],
    }));
    const {
      annotations: [annotation],
    } = encodeCocoInstances(ring as never, sceneClasses, {
      imageId: 1,
      segmentation: "polygons",
    });
    expect(annotation).toMatchObject({ segmentation: { size: [3, 3] }, area: 8, category_id: 26 });
  });

  it("that overlap are an error, or the last one's where that is wanted", () => {
    const size = { width: 3, height: 1 };
    const annotations = [
      { category_id: 1, segmentation: [[0, 0, 2, 0, 2, 1, 0, 1]] },
      { category_id: 2, segmentation: { size: [1, 3] as const, counts: [1, 2] } },
    ];
    expect(() => decodeCocoInstances(annotations, size)).toThrow(invalid);
    const map = decodeCocoInstances(annotations, { ...size, overlap: "last" });
    expect([...map.semantic(undefined, { voidId: 0 })]).toEqual([1, 2, 2]);
    expect([...map.instance()]).toEqual([1, 2, 2]);
    expect([...decodeCocoInstances([], size).semantic()]).toEqual([255, 255, 255]);
  });

  it("are refused where they are malformed, without end or of another size", () => {
    const size = { width: 4, height: 4 };
    const good = { category_id: 1, segmentation: [[0, 0, 2, 0, 2, 1]] };
    for (const annotations of [
      null,
      [null],
      [{ ...good, category_id: "1" }],
      [{ ...good, segmentation: [[0, 0, 1, 1]] }],
      [{ ...good, segmentation: [[0, 0, 1, 1, 2, 2, 3]] }],
      [{ ...good, segmentation: [[0, 0, 1, 1, 2, "2"]] }],
      [{ ...good, segmentation: [[0, 0, 1, 1, 2, Number.NaN]] }],
      [{ ...good, segmentation: { size: [4, 4], counts: [1] } }],
      [{ ...good, segmentation: null }],
      [{ ...good, iscrowd: 3 }],
      [
        { ...good, image_id: 1 },
        { ...good, image_id: 2 },
      ],
    ]) {
      expect(() => decodeCocoInstances(annotations as never, size), JSON.stringify(annotations)).toThrow(
        invalid,
      );
    }
    const endless = [{ ...good, segmentation: [[0, 0, 1e12, 0, 1e12, 1]] }];
    expect(() => decodeCocoInstances(endless, size)).toThrow(
      expect.objectContaining({ code: "FORMAT_UNSUPPORTED" }),
    );
    // The outlines are drawn up to a bound of 2^25 / 5 pixels, of one object or of many together. Each ring has a million.
    const ring = [0, 0, 5e5, 0, 5e5, 1];
    const inOne = (rings: number) => [{ ...good, segmentation: Array(rings).fill(ring) }];
    const inMany = (rings: number) => Array(rings).fill({ ...good, segmentation: [ring] });
    for (const annotationsOf of [inOne, inMany]) {
      expect(() => decodeCocoInstances(annotationsOf(6), { ...size, overlap: "last" })).not.toThrow();
      // A kilobyte must not cost minutes: the work depends on the columns of the image, and not on the length.
      const points = countRoundings(() =>
        expect(() => decodeCocoInstances(annotationsOf(200), size)).toThrow(
          expect.objectContaining({ code: "FORMAT_UNSUPPORTED" }),
        ),
      );
      expect(points).toBeLessThan(2 ** 10);
    }
    expect(() => decodeCocoInstances(inOne(7), size)).toThrow(/longer than 6710886 pixels/);
    // Masks are counted before they are painted: a few bytes can cover a large image.
    const whole = { ...good, segmentation: { size: [8192, 8192], counts: [0, 2 ** 26] } };
    expect(() =>
      decodeCocoInstances(Array(65).fill(whole), { width: 8192, height: 8192, overlap: "last" }),
    ).toThrow(
      expect.objectContaining({
        code: "FORMAT_UNSUPPORTED",
        message: expect.stringContaining("annotations[64].segmentation: makes the masks of the image larger"),
      }),
    );
    for (const huge of [
      { width: 2 ** 20, height: 2 ** 20 },
      { width: 2 ** 15, height: 2 ** 15 },
    ]) {
      expect(() => decodeCocoInstances([], huge)).toThrow(
        expect.objectContaining({
          code: "FORMAT_UNSUPPORTED",
          message: expect.stringContaining("maxPixels"),
        }),
      );
    }
    expect(() => decodeCocoInstances([], { ...size, maxPixels: 15 })).toThrow(/maxPixels/);
    const mismatch = (place: number) =>
      expect.objectContaining({
        code: "SIZE_MISMATCH",
        message: expect.stringContaining(`annotations[${place}].segmentation has`),
      });
    for (const segmentation of [
      { size: [4, 5], counts: [20] },
      { size: [2, 2], counts: [4] },
    ]) {
      expect(() => decodeCocoInstances([{ ...good, segmentation }] as never, size)).toThrow(mismatch(0));
      expect(() => decodeCocoInstances([good, { ...good, segmentation }] as never, size)).toThrow(
        mismatch(1),
      );
    }
    expect(() => decodeCocoInstances([good], { width: 0, height: 4 })).toThrow(wrongCall);
  });

  it("have labels with the names and groups of the categories, and the annotations' ids", () => {
    const size = { width: 4, height: 1 };
    const mask = (...counts: number[]) => ({ size: [1, 4], counts }) as const;
    const annotations = [
      { id: 31, category_id: 3, segmentation: mask(0, 1, 3) },
      { id: "a", category_id: 2, segmentation: mask(1, 1, 2), iscrowd: 1 },
      { category_id: 3, segmentation: mask(3, 1) },
      { id: null, category_id: 3, segmentation: mask(3, 1) },
    ] as never;
    const named = [{ id: 2, name: "dog", supercategory: "animal" }, { id: 3 }];
    const map = decodeCocoInstances(annotations, { ...size, overlap: "last", categories: named });
    expect([...map.data]).toEqual([0, 1, -1, 3]);
    expect(map.labels).toMatchObject([
      {
        name: "3 # 1",
        className: "3",
        classId: 3,
        instanceId: 1,
        isThing: true,
        isCrowd: false,
        sourceId: 31,
      },
      { name: "dog", instanceId: 0, isThing: true, isCrowd: true, supercategory: "animal", sourceId: "a" },
      { name: "3 # 2", instanceId: 2, instanceNumber: 2, pixelCount: 0, bbox: null, sourceId: null },
      { name: "3 # 3", instanceId: 3, pixelCount: 1, bbox: [3, 0, 1, 1], sourceId: null },
    ]);
    expect([...map.instance()]).toEqual([1, 0, 0, 3]);
    expect(() =>
      decodeCocoInstances(annotations, { ...size, overlap: "last", categories: [{ id: 3 }] }),
    ).toThrow(/annotations\[1\].category_id: categories has no id 2/);
    const twice = (name: string) => [
      { id: 2, name: "cat" },
      { id: 2, name },
    ];
    expect(() => decodeCocoInstances([], { ...size, categories: twice("cat") })).not.toThrow();
    expect(() => decodeCocoInstances([], { ...size, categories: twice("dog") })).toThrow(
      'categories[1]: "dog" has the id 2, which is already "cat"; give each class its own id.',
    );
    for (const categories of [{}, [null], [{ id: 2, name: 5 }], [{ name: "dog" }], twice("dog")]) {
      expect(() => decodeCocoInstances([], { ...size, categories } as never)).toThrow(invalid);
    }
  });

  it("of several images share one file with distinct ids", () => {
    const image = { width: 1, height: 1, file_name: "a.jpg" };
    const images = [
      { ...image, id: 1 },
      { ...image, id: 2 },
    ];
    const { annotations: first } = encodeCocoInstances(drawAllLabels(), sceneClasses, { imageId: 1 });
    const { annotations: second } = encodeCocoInstances(drawAllLabels(), sceneClasses, {
      imageId: 2,
      firstId: first.length + 1,
    });
    const classes = sceneClasses;
    const make = (changes: object) =>
      cocoInstancesDataset({ images, annotations: [...first, ...second], classes, ...changes });
    expect(make({}).annotations.length).toBe(first.length + second.length);
    expect(() => make({ annotations: [...first, ...first] })).toThrow(invalid);
    expect(() => make({ images: images.slice(1) })).toThrow(invalid);
    expect(() => make({ classes: ClassList.fromNames(["x"]) })).toThrow(invalid);
    expect(() => encodeCocoInstances(drawAllLabels(), sceneClasses, { imageId: 1, firstId: 0 })).toThrow(
      wrongCall,
    );
    const other = { imageId: 1, segmentation: "mask" as never };
    expect(() => encodeCocoInstances(drawAllLabels(), sceneClasses, other)).toThrow(wrongCall);
  });
});

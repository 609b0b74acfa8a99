/**
 * Each encoding against the arithmetic that its data set publishes, computed with NumPy from the same file, which Pillow
 * reads. Pillow does not read RGB of 16 bits, so these samples are given to NumPy as they are.
 */
import { describe, expect, it } from "vitest";
import { ClassList, decodeMask, type Label, type LabelMap } from "../../src/all.js";
import { decodeIds, type EncodingInput } from "../../src/decode/register/ids.js";
import { decodeCityscapes } from "../../src/formats/index.js";
import { encodePng } from "../support/encode-png.mjs";
import { expectPythonInCi, itWithPython, runPython } from "../support/python.js";
import { dice, mulberry32 } from "../support/random.mjs";

expectPythonInCi();

const WIDTH = 37;
const HEIGHT = 23;

type Kind = { readonly colourType: 0 | 2 | 3 | 6; readonly bitDepth: 1 | 2 | 4 | 8 | 16 };
const GREY_16: Kind = { colourType: 0, bitDepth: 16 };
const GREY_8: Kind = { colourType: 0, bitDepth: 8 };
const RGB: Kind = { colourType: 2, bitDepth: 8 };
const RGBA: Kind = { colourType: 6, bitDepth: 8 };

/** A mask of random blobs of these pixels. Each pixel is the samples of one colour. */
function maskOf(kind: Kind, pixels: readonly (readonly number[])[], seed = 5) {
  const random = mulberry32(seed);
  const { below } = dice(random);
  const places = new Uint16Array(WIDTH * HEIGHT);
  for (let blob = 0; blob < 60; blob++) {
    const [x, y, width, height, place] = [
      below(WIDTH),
      below(HEIGHT),
      1 + below(9),
      1 + below(7),
      below(pixels.length),
    ];
    for (let row = y; row < Math.min(HEIGHT, y + height); row++) {
      places.fill(place, row * WIDTH + x, row * WIDTH + Math.min(WIDTH, x + width));
    }
  }
  const samples = [...places].flatMap((place) => [...pixels[place]!]);
  const palette = Uint8Array.from({ length: 3 * 200 }, (_, index) => (index * 37) & 255);
  return encodePng({
    width: WIDTH,
    height: HEIGHT,
    ...kind,
    samples,
    palette,
    filter: "random",
    rng: random,
  });
}

/** The class id and the object of each pixel, -1 and 0 where nobody labelled it. */
function valuesOf({ data, labels }: Pick<LabelMap, "data" | "labels">) {
  return {
    classes: Array.from(data, (label) => (label < 0 ? -1 : (labels[label]!.classId as number))),
    objects: Array.from(data, (label) => (label < 0 ? 0 : labels[label]!.instanceNumber)),
  };
}

/** NumPy's answer. The script sets `classes` and `objects`, both H×W. */
function numpy(png: Uint8Array, script: string): { classes: number[]; objects: number[] } {
  return runPython(
    `a = np.array(Image.open("mask.png")).astype(np.int64)\nobjects = np.zeros(a.shape[:2], int)\n${script}\nprint(json.dumps({"classes": classes.ravel().tolist(), "objects": objects.ravel().tolist()}))`,
    { "mask.png": png },
  ).printed;
}

/** Classes and objects. The high byte of B says which it is. */
const SYNTHIA_16 = [
  [0, 0, 0],
  [8, 1, 51 * 256],
  [8, 300, 102 * 256],
  [300, 0, 153 * 256],
  [15, 65_535, 204 * 256],
];

const CASES: Record<string, { mask: Uint8Array; script: string }> = {
  "palette-index": {
    mask: maskOf({ colourType: 3, bitDepth: 8 }, [[0], [1], [7], [199]]),
    script: "classes = a",
  },
  grey: { mask: maskOf(GREY_8, [[0], [1], [26], [255]]), script: "classes = a" },
  "grey of 16 bits": { mask: maskOf(GREY_16, [[0], [1], [256], [65535], [4660]]), script: "classes = a" },
  "grey of 4 bits": {
    mask: maskOf({ colourType: 0, bitDepth: 4 }, [[0], [1], [9], [15]]),
    // Pillow scales 4 bits to 8.
    script: "classes = a // 17",
  },
  "rgb-id": {
    mask: maskOf(RGB, [
      [0, 0, 0],
      [1, 0, 0],
      [0, 1, 0],
      [3, 2, 1],
      [255, 255, 255],
    ]),
    script: "classes = a[..., 0] + 256 * a[..., 1] + 256**2 * a[..., 2]\nclasses[classes == 0] = -1",
  },
  "rgba-id": {
    mask: maskOf(RGBA, [
      [0, 0, 0, 0],
      [1, 0, 0, 0],
      [1, 0, 0, 255],
      [3, 2, 1, 128],
    ]),
    script: "classes = a.dot([1, 256, 256**2, 256**3])\nclasses[classes == 0] = -1",
  },
  "segments-ai": {
    mask: maskOf(RGBA, [
      [0, 0, 0, 255],
      [1, 0, 0, 255],
      [1, 2, 0, 255],
      [9, 2, 1, 255],
    ]),
    script: [
      "b = np.array(Image.open('mask.png'))",
      "b[:, :, 3] = 0",
      "classes = b.view(np.uint32).squeeze(2).astype(int)",
      "classes[classes == 0] = -1",
    ].join("\n"),
  },
  "cityscapes-instance": {
    mask: maskOf(GREY_16, [[7], [26_000], [26_001], [26_002], [24_000], [33_012], [0]]),
    script:
      "has = a >= 1000\nclasses = np.where(has, a // 1000, a)\nobjects = np.where(has, a % 1000 + 1, 0)",
  },
  kitti: {
    mask: maskOf(GREY_16, [[7 * 256], [26 * 256 + 1], [26 * 256 + 2], [24 * 256 + 255], [0]]),
    script: "classes = a // 256\nobjects = a % 256",
  },
  "vistas-instance": {
    mask: maskOf(GREY_16, [[13 * 256], [55 * 256], [55 * 256 + 1], [55 * 256 + 9], [65 * 256]]),
    script: "classes = a // 256\nobjects = np.where(classes == 55, a % 256 + 1, 0)",
  },
  mots: {
    mask: maskOf(GREY_16, [[0], [1000], [1005], [2001], [10_000]]),
    script: [
      "void = (a == 0) | (a == 10000)",
      "classes = np.where(void, -1, a // 1000)",
      "objects = np.where(void, 0, a % 1000 + 1)",
    ].join("\n"),
  },
  ade20k: {
    mask: maskOf(RGB, [
      [0, 0, 0],
      [10, 5, 0],
      [13, 5, 0],
      [10, 5, 77],
      [120, 255, 200],
      [9, 3, 1],
    ]),
    script: [
      "classes = (a[..., 0] / 10).astype(np.int32) * 256 + a[..., 1]",
      "objects = np.where(classes == 0, 0, a[..., 2])",
      "classes[classes == 0] = -1",
    ].join("\n"),
  },
  "bdd100k-bitmask": {
    mask: maskOf(RGBA, [
      [0, 0, 0, 0],
      [3, 0, 0, 1],
      [3, 8, 1, 44],
      [1, 2, 0, 9],
      [1, 5, 255, 255],
    ]),
    script: [
      "classes = np.where(a[..., 0] == 0, -1, a[..., 0])",
      "objects = np.where(a[..., 0] == 0, 0, (a[..., 2] << 8) + a[..., 3])",
    ].join("\n"),
  },
  synthia: {
    mask: maskOf(RGB, [
      [0, 0, 0],
      [8, 1, 0],
      [8, 200, 0],
      [3, 0, 0],
    ]),
    script: "classes = np.where(a[..., 0] == 0, -1, a[..., 0])\nobjects = a[..., 1]",
  },
  "synthia of 16 bits": {
    mask: maskOf({ colourType: 2, bitDepth: 16 }, SYNTHIA_16),
    // Pillow reads only the high bytes of RGB. The one of B says which samples NumPy gets.
    script: `s = np.array(${JSON.stringify(SYNTHIA_16)})
index = np.array(Image.open("mask.png").convert("RGB"))[..., 2] // 51
classes = np.where(s[index][..., 0] == 0, -1, s[index][..., 0])
objects = np.where(classes < 0, 0, s[index][..., 1])`,
  },
  carla: {
    mask: maskOf(RGB, [
      [0, 0, 0],
      [14, 1, 0],
      [14, 1, 1],
      [1, 0, 0],
      [12, 255, 255],
    ]),
    script: [
      "classes = np.where(a[..., 0] == 0, -1, a[..., 0])",
      "objects = np.where(a[..., 0] == 0, 0, a[..., 1] + 256 * a[..., 2])",
    ].join("\n"),
  },
};

describe("an encoding", () => {
  for (const [title, { mask, script }] of Object.entries(CASES)) {
    const encoding = title.split(" ")[0] as "grey";
    itWithPython(`${title} has the classes and objects of NumPy`, async () => {
      const expected = numpy(mask, script);
      for (const engine of ["auto", "upng"] as const) {
        const map = await decodeMask(mask, null, { encoding, engine });
        const { classes, objects } = valuesOf(map);
        expect(classes).toEqual(expected.classes);
        expect(objects).toEqual(expected.objects);
        for (const label of map.labels) checkLabel(map, label.index);
      }
    });
  }

  it("is refused with the names of all if there is no such encoding", async () => {
    const wrong = decodeMask(CASES.grey!.mask, null, { encoding: "gray" as never });
    await expect(wrong).rejects.toMatchObject({
      code: "OPTION_INVALID",
      message: expect.stringContaining("palette-index, grey, rgb-id"),
    });
  });

  it("goes with targets, crop and resize, as the views of the whole map", async () => {
    const { mask } = CASES.ade20k!;
    const encoding = "ade20k";
    const map = await decodeMask(mask, null, { encoding });
    const names = [...new Set(map.labels.map(({ className }) => className))];
    const classes = ClassList.fromNames(names);
    for (const engine of ["auto", "upng"] as const) {
      const [label, small, semantic, panoptic, instance, runs] = await decodeMask(mask, null, {
        encoding,
        engine,
        target: [
          { map: "label" },
          { map: "label", dtype: "uint8" },
          { map: "semantic", classes, dtype: "uint8" },
          { map: "panoptic", classes },
          { map: "instance", dtype: "uint16" },
          { map: "runs" },
        ],
      });
      expect(label.data).toEqual(map.data);
      expect([...small.data]).toEqual(Array.from(map.data, (value) => (value < 0 ? 255 : value)));
      expect(semantic.data).toEqual(map.semantic(classes, { dtype: "uint8" }));
      expect(panoptic.data).toEqual(map.panoptic(classes));
      expect(instance.data).toEqual(map.instance({ dtype: "uint16" }));
      expect(runs.toDense().data).toEqual(map.data);
      expect([label.labels, runs.labels, label.unlabelled]).toEqual([map.labels, map.labels, map.unlabelled]);

      const crop = { x: 5, y: 3, width: 20, height: 11 };
      const part = await decodeMask(mask, null, { encoding, engine, crop, target: { map: "label" } });
      const cropped = Array.from({ length: 20 * 11 }, (_, place) => {
        return map.data[(3 + Math.floor(place / 20)) * WIDTH + 5 + (place % 20)];
      });
      expect([...part.data]).toEqual(cropped);
      expect(part.labels).toEqual(map.labels);
      const resized = await decodeMask(mask, null, { encoding, engine, resize: { width: 74, height: 46 } });
      expect([resized.data[0], resized.data[2 * 74 * 10 + 2 * 30]]).toEqual([
        map.data[0],
        map.data[10 * WIDTH + 30],
      ]);
    }
  });

  it("has any number of ids up to 65,536 with black, and counts them all", async () => {
    const side = 256;
    const maskOfIds = (first: number) => {
      const samples = Array.from({ length: side * side }, (_, place) => {
        const id = first + place;
        return [id & 255, (id >> 8) & 255, id >> 16];
      });
      return encodePng({ width: side, height: side, ...RGB, samples: samples.flat() });
    };
    const map = await decodeMask(maskOfIds(0), null, { encoding: "rgb-id" });
    expect([map.labels.length, map.unlabelled.count, map.data[0]]).toEqual([65_535, 1, -1]);
    const isRight = ({ pixelCount, sourceId }: Label, label: number) =>
      pixelCount === 1 && sourceId === label + 1 && map.data[label + 1] === label;
    expect(map.labels.every(isRight)).toBe(true);
    const wrong = decodeMask(maskOfIds(1), null, { encoding: "rgb-id" });
    await expect(wrong).rejects.toMatchObject({
      code: "IDS_TOO_MANY",
      message: expect.stringMatching(/black counts as one, even if no pixel is black; .*`decodeIds`/),
    });
    const { ids } = await decodeIds(maskOfIds(1));
    expect(ids.length).toBe(65_536);
  });

  it("takes the names of a legend, in its order, with a label for each class", async () => {
    const { mask } = CASES.ade20k!;
    const legend = { 100: "sky", 261: "road", "3327": "tower", 4: "unseen", 3: "kerb" };
    const map = await decodeMask(mask, legend, { encoding: "ade20k" });
    const plain = await decodeMask(mask, null, { encoding: "ade20k" });
    expect(map.labels.map(({ name, classId, pixelCount }) => [name, classId, pixelCount > 0])).toEqual([
      ["kerb # 1", 3, true],
      ["unseen", 4, false],
      ["sky", 100, false],
      ["road", 261, true],
      ["road # 77", 261, true],
      ["tower # 200", 3327, true],
    ]);
    expect(map.unlabelled).toEqual({ count: plain.unlabelled.count, colors: [], ids: [] });
    expect(valuesOf(map)).toEqual(valuesOf(plain));
  });

  it("leaves ids that the legend lacks unlabelled, and lists them", async () => {
    const { mask } = CASES.grey!;
    const counts = new Map<number, number>();
    for (const id of valuesOf(await decodeMask(mask, null, { encoding: "grey" })).classes) {
      counts.set(id, (counts.get(id) ?? 0) + 1);
    }
    const { labels, unlabelled, data } = await decodeMask(mask, '{ "26": "car" }', { encoding: "grey" });
    expect(labels.map(({ name, pixelCount }) => [name, pixelCount])).toEqual([["car", counts.get(26)]]);
    expect(unlabelled.count).toBe(data.length - counts.get(26)!);
    expect(new Map(unlabelled.ids!.map(({ id, count }) => [id, count]))).toEqual(
      new Map([...counts].filter(([id]) => id !== 26)),
    );
  });

  it("makes one label of a class that the legend calls stuff, and objects of things that count from 0", async () => {
    const categories = [
      { id: 13, name: "road", isthing: 0 },
      { id: 55, name: "car", isthing: 1, supercategory: "vehicle" },
      { id: 65, name: "bus", isthing: 1 },
    ];
    const options = { encoding: "vistas-instance" } as const;
    const { labels } = await decodeMask(CASES["vistas-instance"]!.mask, { categories }, options);
    expect(
      labels.map(({ name, isThing, instanceId, supercategory, sourceId }) => {
        return [name, isThing, instanceId, supercategory, sourceId];
      }),
    ).toEqual([
      ["road", false, 0, null, 13 * 256],
      ["car # 1", true, 1, "vehicle", 55 * 256],
      ["car # 2", true, 2, "vehicle", 55 * 256 + 1],
      ["car # 10", true, 3, "vehicle", 55 * 256 + 9],
      ["bus # 1", true, 4, null, 65 * 256],
    ]);
    const stuff = [{ id: 55, name: "car", isthing: 0 }];
    const merged = await decodeMask(CASES["vistas-instance"]!.mask, { categories: stuff }, options);
    expect(merged.labels.map(({ name, sourceId }) => [name, sourceId])).toEqual([["car", 55 * 256]]);
  });

  it("knows groups of objects that nobody told apart, as the reader of Cityscapes does", async () => {
    const samples = [26, 26_000, 26_001, 7];
    const png = encodePng({ width: 4, height: 1, ...GREY_16, samples });
    const factsOf = ({ labels }: LabelMap) =>
      labels
        .filter(({ pixelCount }) => pixelCount > 0)
        .map(({ color, index, ...label }) => label)
        .sort((a, b) => Number(a.sourceId) - Number(b.sourceId));
    const map = await decodeMask(png, null, { encoding: "cityscapes-instance" });
    expect(factsOf(map)).toEqual(factsOf(await decodeCityscapes({ instanceIds: png })));
    expect(factsOf(map).map(({ name, isThing, isCrowd }) => [name, isThing, isCrowd])).toEqual([
      ["road", false, false],
      ["car", true, true],
      ["car # 1", true, false],
      ["car # 2", true, false],
    ]);
    // A legend that does not say which classes are things: those that have numbers are.
    const plain = await decodeMask(png, { 7: "road", 26: "car" }, { encoding: "cityscapes-instance" });
    expect(factsOf(plain).map(({ isThing, isCrowd }) => [isThing, isCrowd])).toEqual([
      [false, false],
      [true, true],
      [true, false],
      [true, false],
    ]);
  });

  it("has the legend's colours for stuff, and others for objects, none twice", async () => {
    const { labels } = await decodeMask(CASES["cityscapes-instance"]!.mask, null, {
      encoding: "cityscapes-instance",
    });
    expect(labels.find(({ name }) => name === "road")!.color).toBe("#804080");
    expect(new Set(labels.map(({ color }) => color)).size).toBe(labels.length);
  });

  it("is needed by a legend of ids, and needs a legend with ids", async () => {
    await expect(decodeMask(CASES.grey!.mask, { 7: "road", 26: "car" })).rejects.toMatchObject({
      code: "LEGEND_INVALID",
      message: expect.stringContaining("encoding"),
    });
    const wrong = decodeMask(CASES.grey!.mask, { "#070707": "road" }, { encoding: "grey" });
    await expect(wrong).rejects.toMatchObject({
      code: "LEGEND_INVALID",
      message: expect.stringContaining("ids"),
    });
  });

  it("of the caller's own is a divisor, or bits", async () => {
    const grey = CASES["grey of 16 bits"]!.mask;
    const numbers = valuesOf(await decodeMask(grey, null, { encoding: "grey" })).classes;
    const divided = await decodeMask(grey, null, { encoding: { channels: "grey", divisor: 100 } });
    expect(valuesOf(divided)).toEqual({
      classes: numbers.map((number) => Math.floor(number / 100)),
      objects: numbers.map((number) => number % 100),
    });
    const encoding = { channels: "grey", classBits: [12, 4], instanceBits: [0, 12] } as const;
    const bits = await decodeMask(grey, null, { encoding });
    expect(valuesOf(bits)).toEqual({
      classes: numbers.map((number) => number >> 12),
      objects: numbers.map((number) => number & 4095),
    });
    const carla = { channels: "rgb", classBits: [0, 8], instanceBits: [8, 16], unlabelled: [0] } as const;
    const own = await decodeMask(CASES.carla!.mask, null, { encoding: carla });
    expect(valuesOf(own)).toEqual(valuesOf(await decodeMask(CASES.carla!.mask, null, { encoding: "carla" })));
  });

  it.each([
    ["unknown keys", { channels: "grey", divider: 2 }],
    ["no channels", {}],
    ["a channel twice", { channels: "rr" }],
    ["a strange channel", { channels: "rgx" }],
    ["a divisor of 0", { channels: "grey", divisor: 0 }],
    ["a divisor with bits", { channels: "grey", divisor: 2, classBits: [0, 8] }],
    ["object bits alone", { channels: "grey", instanceBits: [0, 8] }],
    ["33 bits", { channels: "rgba", classBits: [1, 32] }],
    ["no bits", { channels: "grey", classBits: [0, 0] }],
    ["odd unlabelled classes", { channels: "grey", unlabelled: [-1] }],
  ])("of the caller's own is refused with %s", async (_title, encoding) => {
    const wrong = decodeMask(CASES.grey!.mask, null, { encoding: encoding as never });
    await expect(wrong).rejects.toMatchObject({ code: "OPTION_INVALID" });
  });

  it("of grey reads RGB that is grey, and nothing else", async () => {
    const samples = [7, 7, 7, 255, 255, 255];
    const png = encodePng({ width: 2, height: 1, ...RGB, samples });
    const map = await decodeMask(png, null, { encoding: "grey" });
    expect(valuesOf(map).classes).toEqual([7, 255]);
    const coloured = encodePng({ width: 2, height: 1, ...RGB, samples: [7, 7, 7, 7, 8, 7] });
    await expect(decodeMask(coloured, null, { encoding: "grey" })).rejects.toMatchObject({
      code: "ENCODING_MISMATCH",
      message: expect.stringContaining("rgb(7, 8, 7)"),
    });
  });

  it.each([
    ["palette-index", "grey", '"grey"'],
    ["grey", "palette-index", '"palette-index"'],
    ["rgb-id", "grey", '"grey"'],
    ["bdd100k-bitmask", "rgb-id", "needs RGBA, but the PNG is RGB"],
    ["kitti", "palette-index", "needs grey samples"],
  ] as const)("%s is refused for the mask of %s, with what to do", async (encoding, of, message) => {
    const into = new Int32Array(WIDTH * HEIGHT).fill(9);
    await expect(decodeMask(CASES[of]!.mask, null, { encoding, into })).rejects.toMatchObject({
      code: "ENCODING_MISMATCH",
      message: expect.stringContaining(message),
    });
    expect(into.every((value) => value === -1)).toBe(true);
  });

  it("cannot be snapped", async () => {
    const options = { encoding: "grey", snap: { maxDistance: 3 } } as const;
    await expect(decodeMask(CASES.grey!.mask, null, options)).rejects.toMatchObject({
      code: "OPTION_INVALID",
    });
  });

  it("leaves pixels that tRNS makes transparent unlabelled, if they are to be", async () => {
    const samples = [1, 2, 2, 3];
    const transparency = Uint8Array.of(0, 2);
    const png = encodePng({ width: 4, height: 1, ...GREY_8, samples, transparency });
    const ignored = await decodeMask(png, null, { encoding: "grey" });
    expect(valuesOf(ignored).classes).toEqual([1, 2, 2, 3]);
    const clear = await decodeMask(png, null, { encoding: "grey", transparent: "unlabelled" });
    expect([valuesOf(clear).classes, clear.unlabelled.count]).toEqual([[1, -1, -1, 3], 2]);
  });

  it.each(["fused", "upng"] as const)(
    "leaves transparent pixels of 16 bits unlabelled with %s, if they are to be",
    async (engine) => {
      const classesOf = async (
        kind: { readonly colourType: 0 | 2 | 4 | 6; readonly transparency?: Uint8Array },
        samples: readonly number[],
        encoding: EncodingInput,
      ) => {
        const png = encodePng({ width: 4, height: 1, bitDepth: 16, ...kind, samples });
        const map = await decodeMask(png, null, { encoding, engine, transparent: "unlabelled" });
        expect(map.unlabelled.count).toBe(valuesOf(map).classes.filter((id) => id < 0).length);
        return valuesOf(map).classes;
      };
      const clear300 = { colourType: 0, transparency: Uint8Array.of(1, 44) } as const;
      expect(await classesOf(clear300, [7, 300, 26_002, 300], "grey")).toEqual([7, -1, 26_002, -1]);
      const alphas = [7, 0, 7, 1, 300, 65_535, 0, 0];
      expect(await classesOf({ colourType: 4 }, alphas, "grey")).toEqual([-1, 7, 300, -1]);
      const rgba = [7, 9, 9, 0, 7, 9, 9, 1, 300, 9, 9, 256, 0, 9, 9, 0];
      expect(await classesOf({ colourType: 6 }, rgba, { channels: "r" })).toEqual([-1, 7, 300, -1]);
      // Alpha that is part of the number says nothing else.
      expect(await classesOf({ colourType: 6 }, rgba, { channels: "a" })).toEqual([0, 1, 256, 0]);
      expect(await classesOf({ colourType: 2 }, SYNTHIA_16.slice(1).flat(), "synthia")).toEqual([
        8, 8, 300, 15,
      ]);
      await expect(classesOf({ colourType: 6 }, rgba, "synthia")).rejects.toMatchObject({
        code: "ENCODING_MISMATCH",
        message: expect.stringContaining('leave out transparent: "unlabelled"'),
      });
      const clearColor = { colourType: 2, transparency: Uint8Array.of(0, 8, 1, 44, 102, 0) } as const;
      await expect(classesOf(clearColor, SYNTHIA_16.slice(1).flat(), "synthia")).rejects.toMatchObject({
        code: "ENCODING_MISMATCH",
      });
    },
  );

  it.each(["kitti", "vistas-instance", "mots"] as const)(
    "of %s takes no numbers of 8 bits, which would all be objects of class 0",
    async (encoding) => {
      const maskOfTwo = (samples: number[]) => encodePng({ width: 2, height: 1, ...GREY_8, samples });
      await expect(decodeMask(maskOfTwo([7, 26]), null, { encoding })).rejects.toMatchObject({
        code: "ENCODING_MISMATCH",
        message: expect.stringContaining("needs samples of 16 bits, but those of the PNG have 8"),
      });
      // A tool that makes files smaller may have saved an empty mask with 8 bits.
      const { labels } = await decodeMask(maskOfTwo([0, 0]), null, { encoding });
      expect(labels.filter(({ pixelCount }) => pixelCount > 0).map(({ classId }) => classId)).toEqual(
        encoding === "mots" ? [] : [0],
      );
    },
  );

  it.each([null, "", 0, false])("is refused if it is %j", async (encoding) => {
    const call = decodeMask(CASES.grey!.mask, null, { encoding: encoding as unknown as "grey" });
    await expect(call).rejects.toMatchObject({ code: "OPTION_INVALID" });
  });

  it("takes legends whose keys are ids in each form", async () => {
    const png = encodePng({ width: 3, height: 1, ...GREY_8, samples: [0, 100, 7] });
    const legends: Record<string, object> = {
      cube: { 0: { class: "BACKGROUND" }, 100: { class: "cube" } },
      colours: { 0: [128, 64, 128], 100: [0, 0, 142] },
      hex: { 0: "#804080", 100: "#00008e" },
      wrapped: { legend: { 0: "road", 100: "car" } },
    };
    const found = Object.entries(legends).map(async ([name, legend]) => {
      const maps = [legend, JSON.stringify(legend)].map((each) =>
        decodeMask(png, each, { encoding: "grey" }),
      );
      const [map, other] = await Promise.all(maps);
      expect(other!.labels).toEqual(map!.labels);
      return [name, map!.labels.map((label) => [label.name, label.classId, label.color].join(" "))];
    });
    expect(Object.fromEntries(await Promise.all(found))).toEqual({
      cube: ["BACKGROUND 0 #800000", "cube 100 #008000"],
      colours: ["0 0 #804080", "100 100 #00008e"],
      hex: ["0 0 #804080", "100 100 #00008e"],
      wrapped: ["road 0 #800000", "car 100 #008000"],
    });
  });

  it("says what is in BDD100K's attributes, and that a crowd is no object", async () => {
    const png = encodePng({
      width: 3,
      height: 1,
      ...RGBA,
      samples: [1, 8 + 4, 0, 5, 1, 2, 0, 6, 2, 1, 0, 7],
    });
    const { labels } = await decodeMask(png, null, { encoding: "bdd100k-bitmask" });
    expect(
      labels.map(({ name, isCrowd, instanceId, isThing, attributes }) => [
        name,
        isCrowd,
        instanceId,
        isThing,
        attributes,
      ]),
    ).toEqual([
      ["1 # 5", false, 1, true, ["occluded", "truncated"]],
      ["1 # 6", true, 0, true, ["crowd"]],
      ["2 # 7", false, 2, true, ["ignored"]],
    ]);
  });
});

/** The counts and the box of a label, counted again. */
function checkLabel({ data, width, labels }: LabelMap, index: number): void {
  const places = [...data.keys()].filter((place) => data[place] === index);
  const xs = places.map((place) => place % width);
  const ys = places.map((place) => Math.floor(place / width));
  const [left, top] = [Math.min(...xs), Math.min(...ys)];
  expect(labels[index]).toMatchObject({
    index,
    pixelCount: places.length,
    bbox: places.length === 0 ? null : [left, top, Math.max(...xs) - left + 1, Math.max(...ys) - top + 1],
  });
}

/**
 * Each encoding against the arithmetic that its data set publishes, computed with NumPy from the same file, which Pillow
 * reads. Pillow does not read RGB of 16 bits, so these samples are given to NumPy as they are.
 */
import { describe, expect, it } from "vitest";
import { decodeMask, type LabelMap } from "../../src/index.js";
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
    const [x, y, width, height, place] = [below(WIDTH), below(HEIGHT), 1 + below(9), 1 + below(7), below(pixels.length)];
    for (let row = y; row < Math.min(HEIGHT, y + height); row++) {
      places.fill(place, row * WIDTH + x, row * WIDTH + Math.min(WIDTH, x + width));
    }
  }
  const samples = [...places].flatMap((place) => [...pixels[place]!]);
  const palette = Uint8Array.from({ length: 3 * 200 }, (_, index) => (index * 37) & 255);
  return encodePng({ width: WIDTH, height: HEIGHT, ...kind, samples, palette, filter: "random", rng: random });
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
    mask: maskOf(RGB, [[0, 0, 0], [1, 0, 0], [0, 1, 0], [3, 2, 1], [255, 255, 255]]),
    script: "classes = a[..., 0] + 256 * a[..., 1] + 256**2 * a[..., 2]\nclasses[classes == 0] = -1",
  },
  "rgba-id": {
    mask: maskOf(RGBA, [[0, 0, 0, 0], [1, 0, 0, 0], [1, 0, 0, 255], [3, 2, 1, 128]]),
    script: "classes = a.dot([1, 256, 256**2, 256**3])\nclasses[classes == 0] = -1",
  },
  "segments-ai": {
    mask: maskOf(RGBA, [[0, 0, 0, 255], [1, 0, 0, 255], [1, 2, 0, 255], [9, 2, 1, 255]]),
    script: [
      "b = np.array(Image.open('mask.png'))",
      "b[:, :, 3] = 0",
      "classes = b.view(np.uint32).squeeze(2).astype(int)",
      "classes[classes == 0] = -1",
    ].join("\n"),
  },
  "cityscapes-instance": {
    mask: maskOf(GREY_16, [[7], [26_000], [26_001], [26_002], [24_000], [33_012], [0]]),
    script: "has = a >= 1000\nclasses = np.where(has, a // 1000, a)\nobjects = np.where(has, a % 1000 + 1, 0)",
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
    mask: maskOf(RGB, [[0, 0, 0], [10, 5, 0], [13, 5, 0], [10, 5, 77], [120, 255, 200], [9, 3, 1]]),
    script: [
      "classes = (a[..., 0] / 10).astype(np.int32) * 256 + a[..., 1]",
      "objects = np.where(classes == 0, 0, a[..., 2])",
      "classes[classes == 0] = -1",
    ].join("\n"),
  },
  "bdd100k-bitmask": {
    mask: maskOf(RGBA, [[0, 0, 0, 0], [3, 0, 0, 1], [3, 8, 1, 44], [1, 2, 0, 9], [1, 5, 255, 255]]),
    script: [
      "classes = np.where(a[..., 0] == 0, -1, a[..., 0])",
      "objects = np.where(a[..., 0] == 0, 0, (a[..., 2] << 8) + a[..., 3])",
    ].join("\n"),
  },
  synthia: {
    mask: maskOf(RGB, [[0, 0, 0], [8, 1, 0], [8, 200, 0], [3, 0, 0]]),
    script: "classes = np.where(a[..., 0] == 0, -1, a[..., 0])\nobjects = a[..., 1]",
  },
  carla: {
    mask: maskOf(RGB, [[0, 0, 0], [14, 1, 0], [14, 1, 1], [1, 0, 0], [12, 255, 255]]),
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

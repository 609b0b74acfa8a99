/** Makes label maps for tests of formats: decoded fixtures, and small random maps. */
import { ClassList, decodeMask, type LabelMap, labelPixels } from "../../src/index.js";
import { loadCorpus } from "./corpus.mjs";
import { dice, mulberry32 } from "./random.mjs";

/** The street scene of 500×281 pixels with 41 labels: stuff, cars, pedestrians, signs. */
export function loadStreet(): Promise<LabelMap> {
  const { png, result } = loadCorpus().find(({ name }) => name === "street-500-rgb-interlaced")!;
  return decodeMask(png, result);
}

export const streetClasses = ClassList.fromNames(
  [
    "sky",
    "building",
    "vegetation",
    "trunk",
    "sidewalk",
    "lane marking",
    "car",
    "pedestrian",
    "pole",
    "traffic sign",
    "road",
  ],
  { firstId: 1 },
);

const LEGEND = {
  "#000001": "car # 1",
  "#000002": "car # 2",
  "#000003": "truck # 1",
  "#000004": "road",
  "#000005": "sky",
  "#000006": "car",
  "#000007": "lane",
  "#000008": "ego",
  "#000009": "dirt",
};

/** `car`, with two objects and a group; `truck`; stuff, with two names for one class; void and ignored names. */
export const sceneClasses = ClassList.fromJSON({
  classes: [
    { id: 7, name: "road", aliases: ["lane"] },
    { id: 11, name: "sky" },
    { id: 26, name: "car" },
    { id: 27, name: "truck" },
  ],
  voidId: 255,
  ignoreId: 254,
  void: ["ego"],
  ignore: ["dirt"],
});

/** The expected class id (undefined: void) and object number (0: none) of each label of a scene, written by hand. */
export const SCENE_LABELS = [
  { classId: 26, object: 1 },
  { classId: 26, object: 2 },
  { classId: 27, object: 3 },
  { classId: 7, object: 0 },
  { classId: 11, object: 0 },
  { classId: 26, object: 0 },
  { classId: 7, object: 0 },
  { classId: undefined, object: 0 },
  { classId: undefined, object: 0 },
];

/** A map of random rectangles on unlabelled ground, different for each seed. `await init()` first. */
export function drawScene(seed: number): LabelMap {
  const { below } = dice(mulberry32(seed));
  const [width, height] = [1 + below(24), 1 + below(24)];
  const data = new Uint8Array(width * height * 3);
  for (let rectangle = 0; rectangle < 14; rectangle++) {
    const [left, top, blue] = [below(width), below(height), below(11)];
    const [right, bottom] = [left + 1 + below(width - left), top + 1 + below(height - top)];
    for (let y = top; y < bottom; y++) {
      for (let x = left; x < right; x++) data[(y * width + x) * 3 + 2] = blue;
    }
  }
  return labelPixels({ data, width, height, channels: 3 }, LEGEND);
}

/** What a panoptic format must give back of a scene, pixel by pixel: class id or 255, and object number or 0. */
export function expectedMaps(map: LabelMap) {
  const labels = [...map.data].map((label) => SCENE_LABELS[label]);
  return {
    semantic: labels.map((label) => label?.classId ?? 255),
    instance: inOrder(labels.map((label) => label?.object ?? 0)),
  };
}

/** One row: two pixels of each label, then two unlabelled ones. */
export function drawAllLabels(): LabelMap {
  const blues = [1, 2, 3, 4, 5, 6, 7, 8, 9, 99];
  const data = Uint8Array.from(blues.flatMap((blue) => [0, 0, blue, 0, 0, blue]));
  return labelPixels({ data, width: blues.length * 2, height: 1, channels: 3 }, LEGEND);
}

/**
 * Renumbers values as 1, 2, 3 … in the order in which they occur; 0 stays. Two maps have the same areas if the results
 * are equal.
 */
export function inOrder(numbers: ArrayLike<number>): number[] {
  const places = new Map([[0, 0]]);
  return Array.from(numbers, (number) => {
    const place = places.get(number) ?? places.size;
    places.set(number, place);
    return place;
  });
}

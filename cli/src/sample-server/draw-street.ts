/**
 * Draws a street scene from random numbers: a label map with its legend, like the annotated images of a dataset.
 *
 * First it chooses the things in the scene. Each gets a random colour and a random place in the legend, because these
 * differ from image to image in real data. Then everything is painted from back to front, directly as labels.
 */
import type { Random } from "./random.js";

export interface Street {
  readonly width: number;
  readonly height: number;
  /** Row-major, height × width: each pixel's place in the legend, or -1 if its colour is not in the legend. */
  readonly labels: Int32Array;
  /** The colour of each label, 0xRRGGBB. All are different. */
  readonly colors: readonly number[];
  readonly unlabelledColor: number;
  /** In the vendor's form, but without `url`. Some results have `instances`. */
  readonly result: StreetResult;
}

export interface StreetResult {
  readonly legend: Readonly<Record<string, string>>;
  readonly instances?: readonly object[];
}

/** The classes whose areas are not numbered, each with its class id. */
const STUFF = {
  sky: "0b0c2f3e-6d5e-4d0c-9a39-6f1f4b1e0a01",
  building: "0b0c2f3e-6d5e-4d0c-9a39-6f1f4b1e0a02",
  vegetation: "0b0c2f3e-6d5e-4d0c-9a39-6f1f4b1e0a03",
  sidewalk: "0b0c2f3e-6d5e-4d0c-9a39-6f1f4b1e0a04",
  road: "0b0c2f3e-6d5e-4d0c-9a39-6f1f4b1e0a05",
  "lane marking": "0b0c2f3e-6d5e-4d0c-9a39-6f1f4b1e0a06",
  pole: "0b0c2f3e-6d5e-4d0c-9a39-6f1f4b1e0a07",
  "traffic sign": "0b0c2f3e-6d5e-4d0c-9a39-6f1f4b1e0a08",
} as const;

/** The classes with countable objects. Each object has its own label if the result has instances. */
const THINGS = {
  car: "0b0c2f3e-6d5e-4d0c-9a39-6f1f4b1e0a09",
  truck: "0b0c2f3e-6d5e-4d0c-9a39-6f1f4b1e0a0a",
  pedestrian: "0b0c2f3e-6d5e-4d0c-9a39-6f1f4b1e0a0b",
} as const;

/** As a share of the height. */
const HORIZON = 0.45;

type StuffName = keyof typeof STUFF;
type ThingName = keyof typeof THINGS;

interface Thing {
  readonly name: ThingName;
  /** From 1 within its class. */
  readonly index: number;
}

/** Draws a street. Its legend has 10 to 11 labels, or 10 to 30 with instances. */
export function drawStreet(random: Random, width: number, height: number): Street {
  const hasInstances = random.chance(0.6);
  const things = listThings(random);
  const values = random.shuffle([
    ...new Set([...Object.keys(STUFF), ...things.map((thing) => legendValue(thing, hasInstances))]),
  ]);
  const [unlabelledColor, ...colors] = differentColors(random, values.length + 1) as [number, ...number[]];
  const canvas = new Canvas(width, height);
  const stuff = (name: StuffName) => values.indexOf(name);
  paintBackground(canvas, random, stuff);
  for (const { thing, bottom } of placeThings(random, things)) {
    paintThing(canvas, random, thing.name, bottom, values.indexOf(legendValue(thing, hasInstances)));
  }
  // The bonnet of the camera's own car, which some annotators leave unlabelled.
  if (random.chance(0.3)) canvas.ellipse(0.5, 1.05, 0.45, 0.15, -1);

  const keys = colors.map((color) => `#${color.toString(16).padStart(6, "0")}`);
  const legend = Object.fromEntries(keys.map((key, label) => [key, values[label]!]));
  const instances = values.map((value, label) => describeInstance(random, keys[label]!, value));
  return {
    width,
    height,
    labels: canvas.labels,
    colors,
    unlabelledColor,
    result: hasInstances ? { legend, instances } : { legend },
  };
}

function listThings(random: Random): Thing[] {
  const numbered = (name: ThingName, count: number) =>
    Array.from({ length: count }, (_, place): Thing => ({ name, index: place + 1 }));
  return [
    ...numbered("car", 1 + random.below(10)),
    ...numbered("truck", random.below(3)),
    ...numbered("pedestrian", 1 + random.below(10)),
  ];
}

function legendValue({ name, index }: Thing, hasInstances: boolean): string {
  return hasInstances ? `${name} # ${index}` : name;
}

function differentColors(random: Random, count: number): number[] {
  const colors = new Set<number>();
  while (colors.size < count) colors.add(random.below(2 ** 24));
  return [...colors];
}

function describeInstance(random: Random, color: string, value: string): object {
  const [name = "", number = "0"] = value.split(" # ");
  const _id = Array.from({ length: 24 }, () => random.below(16).toString(16)).join("");
  const class_id = { ...STUFF, ...THINGS }[name as StuffName | ThingName];
  return { _id, color, index: Number(number), value, class_id, attributes: [] };
}

/**
 * Paints everything except the things. The road starts at the horizon and fills nearly the whole width at the bottom.
 */
function paintBackground(canvas: Canvas, random: Random, stuff: (name: StuffName) => number): void {
  canvas.rectangle(0, 0, 1, HORIZON, stuff("sky"));
  canvas.rectangle(0, HORIZON, 1, 1, stuff("sidewalk"));
  for (let left = random.between(-0.1, 0); left < 1; ) {
    const right = left + random.between(0.08, 0.3);
    // Buildings are lower in the middle, where the street leads away.
    const nearMiddle = Math.max(0, 1 - Math.abs((left + right) / 2 - 0.5) * 4);
    const top = HORIZON - random.between(0.1, 0.4) * (1 - 0.7 * nearMiddle);
    if (random.chance(0.8)) canvas.rectangle(left, top, right, HORIZON + 0.03, stuff("building"));
    left = right;
  }
  for (let tree = random.below(6); tree >= 0; tree--) {
    const radius = random.between(0.03, 0.1);
    canvas.ellipse(random.between(0, 1), HORIZON - radius, radius * 0.7, radius, stuff("vegetation"));
  }
  const vanishing = random.between(0.4, 0.6);
  canvas.trapezoid(HORIZON, vanishing - 0.03, vanishing + 0.03, 1, 0.02, 0.98, stuff("road"));
  for (let dash = 0; dash < 5; dash++) {
    // Do not use Math.pow: its last digit differs between engines.
    const top = HORIZON + (1 - HORIZON) * (dash / 5) * Math.sqrt(dash / 5);
    const bottom = top + 0.04 * (dash + 1);
    const widthAt = (y: number) => 0.02 * ((y - HORIZON) / (1 - HORIZON)) + 0.002;
    const middleAt = (y: number) => vanishing + (0.5 - vanishing) * ((y - HORIZON) / (1 - HORIZON));
    canvas.trapezoid(
      top,
      middleAt(top) - widthAt(top),
      middleAt(top) + widthAt(top),
      bottom,
      middleAt(bottom) - widthAt(bottom),
      middleAt(bottom) + widthAt(bottom),
      stuff("lane marking"),
    );
  }
  for (let pole = random.below(4); pole >= 0; pole--) {
    const x = random.between(0.02, 0.98);
    const top = random.between(0.1, 0.35);
    canvas.rectangle(x - 0.004, top, x + 0.004, HORIZON + random.between(0.03, 0.2), stuff("pole"));
    canvas.ellipse(x, top, 0.015, 0.03, stuff("traffic sign"));
  }
}

/** Chooses where each thing stands, sorted from the farthest to the nearest. */
function placeThings(random: Random, things: readonly Thing[]) {
  return things
    .map((thing) => ({ thing, bottom: random.between(HORIZON + 0.06, 1) }))
    .sort((a, b) => a.bottom - b.bottom);
}

function paintThing(canvas: Canvas, random: Random, name: ThingName, bottom: number, label: number): void {
  const x = random.between(0.02, 0.98);
  // Nearer things are larger.
  const size = 0.08 + 0.35 * ((bottom - HORIZON) / (1 - HORIZON));
  if (name === "pedestrian") {
    canvas.ellipse(x, bottom - size * 0.9, size * 0.05, size * 0.09, label);
    canvas.trapezoid(
      bottom - size * 0.82,
      x - size * 0.08,
      x + size * 0.08,
      bottom - size * 0.35,
      x - size * 0.07,
      x + size * 0.07,
      label,
    );
    canvas.rectangle(x - size * 0.07, bottom - size * 0.4, x - size * 0.02, bottom, label);
    canvas.rectangle(x + size * 0.02, bottom - size * 0.4, x + size * 0.07, bottom, label);
    return;
  }
  const tall = name === "truck" ? size * 1.1 : size * 0.5;
  const half = size * 0.4;
  canvas.rectangle(x - half, bottom - tall * 0.6, x + half, bottom - tall * 0.12, label);
  canvas.trapezoid(
    bottom - tall,
    x - half * 0.6,
    x + half * 0.6,
    bottom - tall * 0.6,
    x - half,
    x + half,
    label,
  );
  for (const wheel of [-0.6, 0.6]) {
    canvas.ellipse(x + half * wheel, bottom - tall * 0.15, half * 0.22, tall * 0.15, label);
  }
}

/**
 * Coordinates are shares of the width and height. Parts outside are cut off. A pixel is in a shape if its centre is.
 */
class Canvas {
  readonly labels: Int32Array;
  readonly #width: number;
  readonly #height: number;

  constructor(width: number, height: number) {
    this.#width = width;
    this.#height = height;
    this.labels = new Int32Array(width * height).fill(-1);
  }

  rectangle(left: number, top: number, right: number, bottom: number, label: number): void {
    this.#rows(top, bottom, label, () => [left, right]);
  }

  /** A trapezoid with horizontal sides at `top` and `bottom`. */
  trapezoid(
    top: number,
    topLeft: number,
    topRight: number,
    bottom: number,
    bottomLeft: number,
    bottomRight: number,
    label: number,
  ): void {
    this.#rows(top, bottom, label, (y) => {
      const share = (y - top) / (bottom - top);
      return [topLeft + (bottomLeft - topLeft) * share, topRight + (bottomRight - topRight) * share];
    });
  }

  ellipse(x: number, y: number, radiusX: number, radiusY: number, label: number): void {
    this.#rows(y - radiusY, y + radiusY, label, (row) => {
      const away = (row - y) / radiusY;
      const half = radiusX * Math.sqrt(Math.max(0, 1 - away * away));
      return [x - half, x + half];
    });
  }

  #rows(top: number, bottom: number, label: number, sidesAt: (y: number) => [number, number]): void {
    const [width, height] = [this.#width, this.#height];
    const first = Math.max(0, Math.ceil(top * height - 0.5));
    const end = Math.min(height, Math.ceil(bottom * height - 0.5));
    for (let row = first; row < end; row++) {
      const [left, right] = sidesAt((row + 0.5) / height);
      const from = Math.max(0, Math.ceil(left * width - 0.5));
      const to = Math.min(width, Math.ceil(right * width - 0.5));
      if (from < to) this.labels.fill(label, row * width + from, row * width + to);
    }
  }
}

/**
 * Random numbers to a street scene: a label map with its legend, as a dataset's images are annotated.
 *
 * First it is decided what is there, and each thing gets a colour and a place in the legend, both at random, as they
 * differ from image to image; then all is painted from back to front, straight as labels.
 */
import type { Random } from "./random.js";

export interface Street {
  readonly width: number;
  readonly height: number;
  /** Row-major, height × width; the place in the legend, or -1 where a pixel's colour is not in it. */
  readonly labels: Int32Array;
  /** 0xRRGGBB of each label, all different. */
  readonly colors: readonly number[];
  readonly unlabelledColor: number;
  /** In the vendor's form, but without `url`; some have `instances`. */
  readonly result: StreetResult;
}

export interface StreetResult {
  readonly legend: Readonly<Record<string, string>>;
  readonly instances?: readonly object[];
}

/** What is one thing with no number, and its class's id. */
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

/** What there can be many of, each with a label of its own where the result knows instances. */
const THINGS = {
  car: "0b0c2f3e-6d5e-4d0c-9a39-6f1f4b1e0a09",
  truck: "0b0c2f3e-6d5e-4d0c-9a39-6f1f4b1e0a0a",
  pedestrian: "0b0c2f3e-6d5e-4d0c-9a39-6f1f4b1e0a0b",
} as const;

/** In shares of the height. */
const HORIZON = 0.45;

type StuffName = keyof typeof STUFF;
type ThingName = keyof typeof THINGS;

interface Thing {
  readonly name: ThingName;
  /** From 1 within its class. */
  readonly index: number;
}

/** A legend of 10 to 11 labels, or, with instances, of 10 to 30. */
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
  // The bonnet of the car that the camera is in, which some annotators leave out.
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

/** All but the things. The road runs from the horizon to nearly the whole width below. */
function paintBackground(canvas: Canvas, random: Random, stuff: (name: StuffName) => number): void {
  canvas.rectangle(0, 0, 1, HORIZON, stuff("sky"));
  canvas.rectangle(0, HORIZON, 1, 1, stuff("sidewalk"));
  for (let left = random.between(-0.1, 0); left < 1; ) {
    const right = left + random.between(0.08, 0.3);
    // Lower where the street leads away.
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
    // Not by Math.pow, whose last digit differs between engines.
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

/** Where each thing stands, from the farthest to the nearest. */
function placeThings(random: Random, things: readonly Thing[]) {
  return things
    .map((thing) => ({ thing, bottom: random.between(HORIZON + 0.06, 1) }))
    .sort((a, b) => a.bottom - b.bottom);
}

function paintThing(canvas: Canvas, random: Random, name: ThingName, bottom: number, label: number): void {
  const x = random.between(0.02, 0.98);
  // The nearer, the larger.
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

/** Shapes in shares of the width and height; what lies outside is cut. A pixel is in a shape if its centre is. */
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

  /** With level sides at `top` and `bottom`. */
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

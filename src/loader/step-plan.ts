/**
 * What the steps do to one mask. Along each axis, crops, flips and resizes together choose one source pixel for each pixel of
 * the result. So several of them are one pass over the pixels, and the decoder need not even make what a crop leaves out.
 *
 * Random numbers depend on the seed, the round, the item's place in the source and the step's place. So they do not depend on
 * which worker decodes the item, or when.
 */

import { invalid } from "../checks/invalid.js";
import { sourcePlaces } from "../geometry/sampling.js";
import { randomFrom } from "./random.js";
import type { CallStep, RemapStep, Step } from "./steps.js";

export interface Size {
  readonly width: number;
  readonly height: number;
}

/** Which item this is. */
export interface ItemPlace {
  /** Counted from 0. */
  readonly round: number;
  /** Its place in the source. */
  readonly index: number;
}

/**
 * Which part of the mask a map shows. To change its photo in the same way, first crop it, then flip it, then resize it to the
 * map's size.
 */
export interface MapGeometry {
  /** The size of the mask in its file. */
  readonly source: { readonly width: number; readonly height: number };
  /** In pixels of the mask. After a resize and another crop, these need not be integers. */
  readonly crop: { readonly x: number; readonly y: number; readonly width: number; readonly height: number };
  readonly flip: { readonly horizontal: boolean; readonly vertical: boolean };
  /** The size of the map. */
  readonly width: number;
  readonly height: number;
}

/** The rows and columns that the steps between two function calls choose. */
export interface Gather {
  readonly columns: Uint32Array;
  readonly rows: Uint32Array;
}

/** A change of values, with the seed of its step's random numbers: for each target they are the same. */
export interface Change {
  readonly step: RemapStep | CallStep;
  readonly seed: number;
}

export interface StepPlan {
  readonly geometry: MapGeometry;
  /** In their order. Neighbouring steps of geometry are one. */
  readonly parts: readonly (Gather | Change)[];
}

/** What the steps make of a size. @param size `null`: it is not known. */
export function sizeAfter(steps: readonly Step[], size: Size | null): Size | null {
  return steps.reduce<Size | null>(
    (before, step) => ("width" in step ? { width: step.width, height: step.height } : before),
    size,
  );
}

/**
 * @param source the size of the mask in its file.
 * @param shown the part of it that the decoder's `crop` shows, and the size that its `resize` makes of it.
 * @throws {DecodeError} OPTION_INVALID: a crop is not inside the map.
 */
export function planSteps(
  steps: readonly Step[],
  source: Size,
  shown: { readonly x: number; readonly y: number; readonly width: number; readonly height: number } & {
    readonly resized: Size;
  },
  { round, index }: ItemPlace,
  seed: number,
): StepPlan {
  const parts: (Gather | Change)[] = [];
  const across = new Axis(shown.x, shown.width, shown.resized.width);
  const down = new Axis(shown.y, shown.height, shown.resized.height);
  const flush = () => {
    if (!across.isChanged && !down.isChanged) return;
    parts.push({ columns: across.take(), rows: down.take() });
  };
  steps.forEach((step, place) => {
    const seedOfStep = mix(seed, round, index, place);
    const random = randomFrom(seedOfStep);
    if (step.step === "crop" || step.step === "randomCrop") {
      const { width, height } = step;
      if (width > across.length || height > down.length) throw outside(step, across, down);
      const [x, y] =
        step.step === "crop"
          ? [step.x ?? (across.length - width) >> 1, step.y ?? (down.length - height) >> 1]
          : [below(random, across.length - width + 1), below(random, down.length - height + 1)];
      if (x + width > across.length || y + height > down.length) throw outside(step, across, down);
      across.crop(x, width);
      down.crop(y, height);
    } else if (step.step === "resize") {
      const { width, height, sampling = "nearest-exact" } = step;
      across.sample(sourcePlaces(across.length, width, sampling));
      down.sample(sourcePlaces(down.length, height, sampling));
    } else if (step.step === "flip" || step.step === "randomFlip") {
      if (step.step === "randomFlip" && random() >= (step.probability ?? 0.5)) return;
      (step.direction === "vertical" ? down : across).flip();
    } else {
      // A function may look at neighbouring pixels, so it gets them in their new places.
      flush();
      parts.push({ step, seed: seedOfStep });
    }
  });
  flush();
  const geometry: MapGeometry = {
    source: { width: source.width, height: source.height },
    crop: { x: across.start, y: down.start, width: across.extent, height: down.extent },
    flip: { horizontal: across.isFlipped, vertical: down.isFlipped },
    width: across.length,
    height: down.length,
  };
  return { geometry, parts };
}

/** The columns or the rows of a map, while steps change them. */
class Axis {
  /** Where the part that is shown starts in the mask, in pixels. */
  start: number;
  /** How many pixels of the mask it takes. */
  extent: number;
  /** How many pixels of the map show it. */
  length: number;
  isFlipped = false;
  /** The place in the map before these steps of each pixel; `null`: its own. */
  #changed: Uint32Array | null = null;

  constructor(start: number, extent: number, length: number) {
    this.start = start;
    this.extent = extent;
    this.length = length;
  }

  get isChanged(): boolean {
    return this.#changed !== null;
  }

  get #places(): Uint32Array {
    return this.#changed ?? countUp(this.length);
  }

  crop(from: number, length: number): void {
    const scale = this.extent / this.length;
    this.start += (this.isFlipped ? this.length - from - length : from) * scale;
    this.extent = length * scale;
    this.#change(this.#places.slice(from, from + length));
  }

  sample(places: Uint32Array): void {
    const before = this.#places;
    this.#change(places.map((place) => before[place]!));
  }

  flip(): void {
    this.isFlipped = !this.isFlipped;
    this.#change(this.#places.slice().reverse());
  }

  /** The places, after which the next steps begin. */
  take(): Uint32Array {
    const places = this.#places;
    this.#changed = null;
    return places;
  }

  #change(places: Uint32Array): void {
    this.#changed = places;
    this.length = places.length;
  }
}

function countUp(length: number): Uint32Array {
  const places = new Uint32Array(length);
  for (let place = 0; place < length; place++) places[place] = place;
  return places;
}

function below(random: () => number, end: number): number {
  return Math.floor(random() * end);
}

function outside(
  step: Size & { readonly x?: number | undefined; readonly y?: number | undefined },
  across: Axis,
  down: Axis,
) {
  const place =
    step.x === undefined && step.y === undefined
      ? ""
      : ` at ${step.x ?? "the middle"}, ${step.y ?? "the middle"}`;
  const sizes = `the crop of ${step.width}×${step.height} pixels${place} is not inside the map of ${across.length}×${down.length} pixels`;
  return invalid(`${sizes}; give a smaller crop, or a step \`resize\` before it.`);
}

/** One seed of several numbers. Each round is the mixing of mulberry32, so that near numbers give far seeds. */
function mix(...numbers: readonly number[]): number {
  return numbers.reduce((state, number) => randomFrom(state ^ Math.imul(number, 0x9e3779b9))() * 2 ** 32, 0);
}

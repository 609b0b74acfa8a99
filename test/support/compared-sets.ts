/** Draws a truth and a prediction as folders of masks, for tests of `labelmap compare`. */
import { mkdirSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { encodePng } from "./encode-png.mjs";
import { dice, drawRectangles, mulberry32 } from "./random.mjs";

/** A pixel is class id × DIVISOR + object; the class VOID is in no legend. */
export const DIVISOR = 1000;
export const VOID = 255;
export const CLASSES = { road: 7, sky: 11, car: 26, truck: 27 } as const;
const NAMES = new Map<number, string>(Object.entries(CLASSES).map(([name, id]) => [id, name]));
const THINGS: readonly number[] = [CLASSES.car, CLASSES.truck];

/** Panoptic ids, row-major, H×W. */
export interface DrawnPair {
  readonly name: string;
  readonly width: number;
  readonly height: number;
  readonly truth: Int32Array;
  readonly prediction: Int32Array;
}

/** Random rectangles. The prediction has the same ones, but for a part of the pixels and of the objects. */
export function drawPairs(seed: number, count: number): DrawnPair[] {
  const random = mulberry32(seed);
  const { below, chance, pick } = dice(random);
  const segment = () => {
    if (chance(0.1)) return VOID * DIVISOR;
    const id = pick([...NAMES.keys()]);
    return id * DIVISOR + (THINGS.includes(id) ? 1 + below(3) : 0);
  };
  return Array.from({ length: count }, (_, index) => {
    const [width, height] = [20 + below(30), 20 + below(30)];
    const truth = drawRectangles(random, width, height, segment);
    const other = drawRectangles(random, width, height, segment);
    const share = 0.15 * index;
    const prediction = truth.map((value, place) => (place / truth.length < share ? other[place]! : value));
    return { name: `image-${index}`, width, height, truth, prediction };
  });
}

/** Writes files into a folder, with the folders that they need. */
export function writeFiles(folder: string, files: Readonly<Record<string, string | Uint8Array>>): void {
  for (const [path, content] of Object.entries(files)) {
    mkdirSync(dirname(join(folder, path)), { recursive: true });
    writeFileSync(join(folder, path), content);
  }
}

/** `car # 2` for 26002. */
export function nameOf(value: number, names: ReadonlyMap<number, string> = NAMES): string {
  const [id, object] = [Math.floor(value / DIVISOR), value % DIVISOR];
  return `${names.get(id)}${object > 0 ? ` # ${object}` : ""}`;
}

/** A mask in colours, with a legend that has them. Void is black, which is in no legend. */
export function coloured(
  { width, height }: { readonly width: number; readonly height: number },
  values: ArrayLike<number>,
  names?: ReadonlyMap<number, string>,
): { readonly png: Uint8Array; readonly json: string } {
  const legend: Record<string, string> = {};
  const samples = Array.from(values).flatMap((value) => {
    if (Math.floor(value / DIVISOR) === VOID) return [0, 0, 0];
    // Every value has a colour of its own, the same in all images.
    const color = [Math.floor(value / DIVISOR), value % DIVISOR, 100];
    legend[`#${color.map((channel) => channel.toString(16).padStart(2, "0")).join("")}`] = nameOf(
      value,
      names,
    );
    return color;
  });
  return {
    png: encodePng({ width, height, colourType: 2, bitDepth: 8, samples }),
    json: JSON.stringify({ legend }),
  };
}

/** A grey mask of class ids. */
export function grey(
  { width, height }: { readonly width: number; readonly height: number },
  ids: ArrayLike<number>,
): Uint8Array {
  return encodePng({ width, height, colourType: 0, bitDepth: 8, samples: ids });
}

/** The class ids of panoptic ids. */
export function classIds(values: Int32Array): Int32Array {
  return values.map((value) => Math.floor(value / DIVISOR));
}

/** `truth/NAME.png` and `.json`, and the same in `model/`. */
export function writePairs(folder: string, pairs: readonly DrawnPair[]): void {
  for (const pair of pairs) {
    const [a, b] = [coloured(pair, pair.truth), coloured(pair, pair.prediction)];
    writeFiles(folder, {
      [`truth/${pair.name}.png`]: a.png,
      [`truth/${pair.name}.json`]: a.json,
      [`model/${pair.name}.png`]: b.png,
      [`model/${pair.name}.json`]: b.json,
    });
  }
}

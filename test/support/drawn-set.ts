/** Draws small data sets for tests, and damages them. All masks of a set differ, and each has all classes. */
import { mkdirSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { encodePng } from "./encode-png.mjs";
import { dice, mulberry32 } from "./random.mjs";

export const RED = [255, 0, 0] as const;
export const GREEN = [0, 255, 0] as const;
export const BLUE = [0, 0, 255] as const;
export const BLACK = [0, 0, 0] as const;
export type Colour = readonly [number, number, number];

export const LEGEND = { "#ff0000": "car", "#00ff00": "tree", "#0000ff": "road" };

/** The place of each pixel's colour, row-major. */
export interface Drawn {
  readonly width: number;
  readonly height: number;
  readonly places: Uint8Array;
}

/** Road, with a tree and a car at places that depend on the seed. */
export function drawScene(seed: number, width = 24, height = 16): Drawn {
  const { below } = dice(mulberry32(seed + 1));
  const places = new Uint8Array(width * height).fill(2);
  const fill = (place: number, left: number, top: number, size: number) => {
    for (let y = top; y < top + size; y++) places.fill(place, y * width + left, y * width + left + size);
  };
  fill(1, below(4), below(height - 6), 6);
  fill(0, 12 + below(6), below(height - 6), 5);
  return { width, height, places };
}

/** A PNG of 8-bit RGB. */
export function rgbPng({ width, height, places }: Drawn, colours: readonly Colour[] = [RED, GREEN, BLUE]) {
  const samples = Uint8Array.from(Array.from(places, (place) => colours[place]!).flat());
  return encodePng({ width, height, colourType: 2, bitDepth: 8, samples });
}

/** A PNG whose samples are the places, or numbers of the places. */
export function greyPng({ width, height, places }: Drawn, numbers: readonly number[] = [0, 1, 2]) {
  const samples = Uint8Array.from(places, (place) => numbers[place]!);
  return encodePng({ width, height, colourType: 0, bitDepth: 8, samples });
}

/** A palette PNG: the index of each place, and the colours of all indices. */
export function palettePng(
  { width, height, places }: Drawn,
  indices: readonly number[],
  palette: readonly Colour[],
) {
  const samples = Uint8Array.from(places, (place) => indices[place]!);
  return encodePng({
    width,
    height,
    colourType: 3,
    bitDepth: 8,
    samples,
    palette: Uint8Array.from(palette.flat()),
  });
}

export function put(folder: string, path: string, content: Uint8Array | string): void {
  mkdirSync(dirname(join(folder, path)), { recursive: true });
  writeFileSync(join(folder, path), content);
}

/** `in/m0.png` and so on, with one legend for all. */
export function putMasks(folder: string, count = 4, legend: object = LEGEND): void {
  put(folder, "in/legend.json", JSON.stringify(legend));
  for (let seed = 0; seed < count; seed++) put(folder, `in/m${seed}.png`, rgbPng(drawScene(seed)));
}

/** Pictures as RGB pixels, and a mask with its photo for tests of what is drawn from them. Everything is read by sharp. */
import sharp from "sharp";
import { mulberry32 } from "./random.mjs";

export interface Pixels {
  readonly width: number;
  readonly height: number;
  /** H×W×3, row-major. */
  readonly data: Uint8Array;
}

/** Decodes a picture. Transparent pixels are not expected. */
export async function pixelsOf(file: Uint8Array | string): Promise<Pixels> {
  const { data, info } = await sharp(file).removeAlpha().raw().toBuffer({ resolveWithObject: true });
  return { width: info.width, height: info.height, data: new Uint8Array(data) };
}

export function colorAt({ width, data }: Pixels, x: number, y: number): number {
  const place = (y * width + x) * 3;
  return (data[place]! << 16) | (data[place + 1]! << 8) | data[place + 2]!;
}

/** How many pixels of `a` differ from those of `b`, and the box around them. */
export function differenceOf(a: Pixels, b: Pixels) {
  const box = { left: Infinity, top: Infinity, right: -1, bottom: -1, count: 0 };
  for (let y = 0; y < Math.min(a.height, b.height); y++) {
    for (let x = 0; x < Math.min(a.width, b.width); x++) {
      if (colorAt(a, x, y) === colorAt(b, x, y)) continue;
      box.left = Math.min(box.left, x);
      box.top = Math.min(box.top, y);
      box.right = Math.max(box.right, x);
      box.bottom = Math.max(box.bottom, y);
      box.count++;
    }
  }
  return box;
}

/** A label of the drawn mask: a rectangle over those before it. */
export interface Area {
  readonly name: string;
  readonly color: number;
  readonly box: readonly [x: number, y: number, width: number, height: number];
}

export const [WIDTH, HEIGHT] = [420, 240];
export const AREAS: readonly Area[] = [
  { name: "sky", color: 0x2040f0, box: [0, 0, WIDTH, HEIGHT] },
  { name: "road", color: 0x804080, box: [0, 120, WIDTH, 120] },
  { name: "car # 1", color: 0xf02010, box: [40, 90, 150, 80] },
  { name: "car # 2", color: 0x10e040, box: [260, 130, 120, 60] },
  // There is no room for a name.
  { name: "car # 3", color: 0xe0e010, box: [210, 150, 16, 12] },
];
/** Not in the legend. */
export const UNKNOWN = { color: 0x123456, box: [5, 200, 12, 9] } as const;

/** The place of the area that each pixel belongs to; -1 for the pixels that are not in the legend. H×W, row-major. */
export const PLACES = (() => {
  const places = new Int32Array(WIDTH * HEIGHT);
  for (const [place, { box }] of [...AREAS, UNKNOWN].entries()) {
    const [x, y, width, height] = box;
    for (let row = y; row < y + height; row++) {
      places.fill(place < AREAS.length ? place : -1, row * WIDTH + x, row * WIDTH + x + width);
    }
  }
  return places;
})();

export const LEGEND = Object.fromEntries(
  AREAS.map(({ name, color }) => [`#${color.toString(16).padStart(6, "0")}`, name]),
);

function rgb(colorOf: (place: number) => number) {
  const data = new Uint8Array(WIDTH * HEIGHT * 3);
  for (const place of PLACES.keys()) {
    const color = colorOf(place);
    data.set([color >> 16, (color >> 8) & 255, color & 255], place * 3);
  }
  return sharp(data, { raw: { width: WIDTH, height: HEIGHT, channels: 3 } });
}

export function drawMask(): Promise<Buffer> {
  return rgb((place) => AREAS[PLACES[place]!]?.color ?? UNKNOWN.color)
    .png()
    .toBuffer();
}

/** Noise: each pixel of the picture can come from one pixel of the photo only. */
export function drawPhoto() {
  const random = mulberry32(7);
  return rgb(() => Math.floor(random() * 2 ** 24));
}

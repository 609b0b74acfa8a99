/**
 * The labels in colour, over the photo where there is one, with lines between them. Both sides of a border are drawn in
 * their own colour, dark without a photo and full on one, so that a line shows which label it belongs to.
 */
import type { LabelMap } from "labelmap";
import { parseColor } from "labelmap/legend";
import { type Canvas, setPixel } from "./canvas.js";

export interface PaintOptions {
  /** Of the map's size, or `null`. */
  readonly photo: Canvas | null;
  /** How much the labels cover the photo: 0 not at all, 1 wholly. Without a photo they always do. */
  readonly opacity: number;
}

/** Of the brightness of the label itself. */
const LINE_BRIGHTNESS = 0.35;
/** Two greys for pixels without a label where there is no photo: stripes are no label's colour. */
const STRIPES = [0x9a9a9a, 0xbebebe] as const;

/**
 * Paints `map` on the top left corner of `canvas`, which is at least as large. A channel of a pixel is
 * `photo + (label - photo) * opacity`, rounded; without a label it is the photo's.
 */
export function paintLabels(canvas: Canvas, map: LabelMap, { photo, opacity }: PaintOptions): void {
  const { width, height, data } = map;
  const fills = map.labels.map(({ color }) => Math.max(0, parseColor(color)));
  const lines = photo === null ? fills.map((color) => mix(0, color, LINE_BRIGHTNESS)) : fills;
  const thickness = lineThickness(map);
  for (let y = 0, pixel = 0; y < height; y++) {
    for (let x = 0; x < width; x++, pixel++) {
      const label = data[pixel]!;
      const below = photo === null ? stripe(x, y, thickness * 4) : colorAt(photo, pixel);
      setPixel(
        canvas,
        x,
        y,
        label < 0
          ? below
          : isBorder(map, x, y, thickness)
            ? lines[label]!
            : mix(below, fills[label]!, photo === null ? 1 : opacity),
      );
    }
  }
}

/** Half of the whole line's; the larger the picture, the smaller it is shown. */
export function lineThickness({ width, height }: { width: number; height: number }): number {
  return Math.max(1, Math.round(Math.max(width, height) / 2000));
}

/** The colour of an unlabelled pixel where there is no photo. @param period of the stripes, in pixels */
export function stripe(x: number, y: number, period: number): number {
  return STRIPES[(Math.floor((x + y) / period) % 2) as 0 | 1];
}

/** Whether another label, or none, begins within `thickness` pixels to a side. */
function isBorder({ width, height, data }: LabelMap, x: number, y: number, thickness: number): boolean {
  const pixel = y * width + x;
  const label = data[pixel];
  for (let step = 1; step <= thickness; step++) {
    if (x >= step && data[pixel - step] !== label) return true;
    if (x + step < width && data[pixel + step] !== label) return true;
    if (y >= step && data[pixel - step * width] !== label) return true;
    if (y + step < height && data[pixel + step * width] !== label) return true;
  }
  return false;
}

function colorAt({ data }: Canvas, pixel: number): number {
  return (data[pixel * 3]! << 16) | (data[pixel * 3 + 1]! << 8) | data[pixel * 3 + 2]!;
}

/** `from` at 0, `to` at 1, each channel by itself. */
function mix(from: number, to: number, share: number): number {
  const channel = (shift: number) => {
    const start = (from >> shift) & 255;
    return Math.round(start + (((to >> shift) & 255) - start) * share) << shift;
  };
  return channel(16) | channel(8) | channel(0);
}

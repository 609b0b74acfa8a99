/**
 * Paints the labels in colour, over the photo if there is one, with lines between them. Each side of a border has the
 * colour of its own label, so that a line shows which label it belongs to. The lines are dark without a photo, and in full
 * colour over a photo.
 */
import type { LabelMap } from "labelmap";
import { parseColor } from "labelmap/legend";
import { type Canvas, setPixel } from "./canvas.js";

export interface PaintOptions {
  /** A photo of the map's size, or `null`. */
  readonly photo: Canvas | null;
  /**
   * How strongly the labels cover the photo, from 0 (invisible) to 1 (opaque). Without a photo they are always opaque.
   */
  readonly opacity: number;
}

/** The brightness of a line, as a share of the label's brightness. */
const LINE_BRIGHTNESS = 0.35;
/** The greys of unlabelled pixels if there is no photo. Stripes cannot be mistaken for the colour of a label. */
const STRIPES = [0x9a9a9a, 0xbebebe] as const;

/**
 * Paints `map` into the top left corner of `canvas`, which must be at least as large. Each channel of a pixel is
 * `photo + (label - photo) * opacity`, rounded. An unlabelled pixel shows the photo.
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

/** Half the thickness of a line, in pixels. It grows with the picture, because large pictures are shown smaller. */
export function lineThickness({ width, height }: { width: number; height: number }): number {
  return Math.max(1, Math.round(Math.max(width, height) / 2000));
}

/** The colour of an unlabelled pixel if there is no photo. @param period the width of a stripe, in pixels */
export function stripe(x: number, y: number, period: number): number {
  return STRIPES[(Math.floor((x + y) / period) % 2) as 0 | 1];
}

/** Whether a different label, or an unlabelled pixel, is within `thickness` pixels on any side. */
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

/** Mixes two colours channel by channel: share 0 gives `from`, and 1 gives `to`. */
function mix(from: number, to: number, share: number): number {
  const channel = (shift: number) => {
    const start = (from >> shift) & 255;
    return Math.round(start + (((to >> shift) & 255) - start) * share) << shift;
  };
  return channel(16) | channel(8) | channel(0);
}

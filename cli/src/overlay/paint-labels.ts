/**
 * Paints labels over a photo, or alone, with lines between them. Each side of a border has the colour of its own label, so
 * that a line shows which label it belongs to.
 */
import type { LabelMap } from "labelmap";
import { type Canvas, makeCanvas, setPixel } from "./canvas.js";

export interface PaintOptions {
  /** A photo of the map's size, or `null`. */
  readonly photo: Canvas | null;
  /** The colour of each label, 0xRRGGBB. */
  readonly colors: readonly number[];
  /**
   * How strongly the labels cover the photo, from 0 (invisible) to 1 (opaque). Without a photo they are always opaque.
   */
  readonly opacity: number;
  /** Whether to paint only the lines. */
  readonly isOutline: boolean;
  /** The thickness of each side of a line, in pixels of the map. */
  readonly thickness: number;
}

/** Labels are only read. */
export type Pixels = Pick<LabelMap, "width" | "height" | "data">;

/** The brightness of a line between areas without a photo, as a share of the label's brightness. */
const LINE_BRIGHTNESS = 0.62;
/** The ground of lines without a photo. */
export const GROUND = 0x16181d;
/** The greys of unlabelled pixels if there is no photo. Stripes cannot be mistaken for the colour of a label. */
const STRIPES = [0x9a9a9a, 0xbebebe] as const;

/**
 * Inside a label, each channel of a pixel is `photo + (label - photo) * opacity`, rounded. An unlabelled pixel shows the
 * photo, or stripes if there is none.
 *
 * @returns a picture of the map's size. @throws {DecodeError} OUT_OF_MEMORY
 */
export function paintLabels(map: Pixels, options: PaintOptions): Canvas {
  const { photo, colors, isOutline, thickness } = options;
  const { width, height, data } = map;
  const opacity = isOutline ? 0 : photo === null ? 1 : options.opacity;
  const lines = photo === null && !isOutline ? colors.map((color) => mix(0, color, LINE_BRIGHTNESS)) : colors;
  const canvas = makeCanvas(width, height);
  for (let y = 0, pixel = 0; y < height; y++) {
    for (let x = 0; x < width; x++, pixel++) {
      const label = data[pixel]!;
      const isBare = photo === null && isOutline && label >= 0;
      const below = isBare ? GROUND : photo === null ? stripe(x, y, thickness * 4) : colorAt(photo, pixel);
      const color =
        label < 0
          ? below
          : isBorder(map, x, y, thickness)
            ? lines[label]!
            : mix(below, colors[label]!, opacity);
      setPixel(canvas, x, y, color);
    }
  }
  return canvas;
}

/** The colour of an unlabelled pixel if there is no photo. @param period the width of a stripe, in pixels */
export function stripe(x: number, y: number, period: number): number {
  return STRIPES[(Math.floor((x + y) / period) % 2) as 0 | 1];
}

/** Whether a different label, or an unlabelled pixel, is within `thickness` pixels on any side. */
function isBorder({ width, height, data }: Pixels, x: number, y: number, thickness: number): boolean {
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

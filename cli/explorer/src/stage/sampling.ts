/**
 * Which of the image's pixels a screen's pixel shows, in whole numbers, which come out alike on every processor: a place is
 * `base + ((first + pixel * pixelStep + tap * tapStep) >> shift)`. Counted from `base`, at the screen's corner, it needs few
 * bits before the point and leaves many behind it, however large the image is.
 */
import { type Camera, type Size, toImage } from "./camera.js";
import type { DrawOptions } from "./renderer.js";

export interface Sampling {
  readonly taps: 1 | 2 | 4;
  readonly shift: number;
  readonly pixelStep: number;
  readonly tapStep: number;
  readonly x: Axis;
  readonly y: Axis;
  /** Whether there are lines between the image's pixels. */
  readonly hasGrid: boolean;
}
export interface Axis {
  readonly base: number;
  /** The first tap of the first pixel, and the middle of that pixel. */
  readonly first: number;
  readonly middle: number;
}

/** A bit less than an int32 has, for the outline looks a little beyond the screen. */
const BITS = 30;
/** From this scale on the image's pixels are large enough for lines between them. */
const GRID_SCALE = 12;

export function sample(camera: Camera, screen: Size, { taps }: Pick<DrawOptions, "taps">): Sampling {
  const used = camera.scale >= 1 ? 1 : taps;
  const shown = Math.max(screen.width, screen.height) / camera.scale;
  const shift = Math.max(0, Math.min(BITS, BITS - Math.ceil(Math.log2(shown + 1))));
  const tapStep = Math.round(2 ** shift / (camera.scale * used));
  const pixelStep = tapStep * used;
  const corner = toImage(camera, screen, { x: 0, y: 0 });
  const axis = (start: number): Axis => {
    const base = Math.floor(start);
    const offset = Math.round((start - base) * 2 ** shift);
    return { base, first: offset + (tapStep >> 1), middle: offset + (pixelStep >> 1) };
  };
  return {
    taps: used,
    shift,
    pixelStep,
    tapStep,
    x: axis(corner.x),
    y: axis(corner.y),
    hasGrid: camera.scale >= GRID_SCALE,
  };
}

/** As many taps as are of use at rest: about one for each pixel that is shown, and no more than 16 in all. */
export function tapsAtRest(scale: number): 1 | 2 | 4 {
  if (scale >= 1) return 1;
  return scale >= 0.5 ? 2 : 4;
}

/**
 * Which image pixels a screen pixel shows, in integers, which give the same result on every processor. A place is
 * `base + ((first + pixel * pixelStep + tap * tapStep) >> shift)`. Counted from `base`, at the corner of the screen, it
 * needs few bits before the binary point and leaves many after it, however large the image is.
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
  /** Whether lines are drawn between the image's pixels. */
  readonly hasGrid: boolean;
}
export interface Axis {
  readonly base: number;
  /** The first tap of the first pixel, and the middle of that pixel. */
  readonly first: number;
  readonly middle: number;
}

/** Fewer than an int32 has, because the outline looks a little beyond the screen. */
const BITS = 30;
/** From this scale on, the image's pixels are large enough for lines between them. */
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

/** The useful number of taps at rest: about one for each shown image pixel, and 16 in all at most. */
export function tapsAtRest(scale: number): 1 | 2 | 4 {
  if (scale >= 1) return 1;
  return scale >= 0.5 ? 2 : 4;
}

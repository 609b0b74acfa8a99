/**
 * What two pixels of a mask measure. A pixel is a unit square: pixel (x, y) covers x to x + 1 and y to y + 1, and its centre is
 * at (x + 0.5, y + 0.5). Two conventions follow, and differ by one pixel:
 *
 * - A **distance** goes from the centre of one pixel to the centre of the other. So it is 0 for the same pixel, and 1 for
 *   neighbours.
 * - A **box** goes from edge to edge and contains both pixels, like `Label.bbox`. So it is 1 × 1 for the same pixel, and
 *   2 × 1 for neighbours.
 *
 * x counts columns to the right and y rows downwards, both from 0.
 */
import type { Box, Point } from "../stage/camera.js";

export interface Distance {
  /** To the right, in pixels; whole numbers. */
  readonly dx: number;
  /** Downwards. */
  readonly dy: number;
  /** In a straight line, in pixels. */
  readonly length: number;
  /**
   * In degrees, more than -180 and at most 180, counter-clockwise as seen on the screen: 0 is to the right, 90 upwards. `null`
   * for the same pixel.
   */
  readonly angle: number | null;
}

/** @param from column and row of a pixel */
export function distanceBetween(from: Point, to: Point): Distance {
  const [dx, dy] = [to.x - from.x, to.y - from.y];
  const length = Math.hypot(dx, dy);
  // 0 - dy is never -0, which would make half a turn -180°.
  return { dx, dy, length, angle: length === 0 ? null : (Math.atan2(0 - dy, dx) * 180) / Math.PI };
}

/** The smallest box that contains both pixels, in whichever order they are. */
export function boxBetween(a: Point, b: Point): Box {
  return {
    x: Math.min(a.x, b.x),
    y: Math.min(a.y, b.y),
    width: Math.abs(a.x - b.x) + 1,
    height: Math.abs(a.y - b.y) + 1,
  };
}

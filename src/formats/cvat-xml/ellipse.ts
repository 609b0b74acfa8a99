/**
 * The pixels of an ellipse: those whose centres are in it. CVAT's exports round the centre and the radii to whole pixels, and
 * draw with `cv2.ellipse` (datumaro's masks of ellipses in cvat/apps/dataset_manager), so they differ at the edge.
 */

import type { Rle } from "../../objects/rle.js";

export interface Ellipse {
  /** The centre in pixels from the image's top left corner; so is `y`. */
  readonly x: number;
  readonly y: number;
  readonly radiusX: number;
  readonly radiusY: number;
  /** In degrees, clockwise. */
  readonly rotation: number;
}

/** The run-length code of an ellipse, down the columns. It is empty if a radius is not positive. */
export function ellipseRle(
  { x, y, radiusX, radiusY, rotation }: Ellipse,
  { width, height }: { readonly width: number; readonly height: number },
): Rle<number[]> {
  const counts: number[] = [];
  let reached = 0;
  if (radiusX > 0 && radiusY > 0) {
    const [cos, sin] = [Math.cos((rotation * Math.PI) / 180), Math.sin((rotation * Math.PI) / 180)];
    // A point (dx, dy) from the centre is in the ellipse if a dy² + 2 b dx dy + c dx² ≤ 1.
    const a = (sin / radiusX) ** 2 + (cos / radiusY) ** 2;
    const b = cos * sin * (1 / radiusX ** 2 - 1 / radiusY ** 2);
    const c = (cos / radiusX) ** 2 + (sin / radiusY) ** 2;
    const reach = Math.hypot(radiusX * cos, radiusY * sin);
    const first = Math.max(0, Math.ceil(x - reach - 0.5));
    const last = Math.min(width - 1, Math.floor(x + reach - 0.5));
    for (let column = first; column <= last; column++) {
      const dx = column + 0.5 - x;
      const middle = y - (b * dx) / a;
      const half = Math.sqrt(Math.max(0, (b * dx) ** 2 - a * (c * dx * dx - 1))) / a;
      const top = Math.max(0, Math.ceil(middle - half - 0.5));
      const bottom = Math.min(height - 1, Math.floor(middle + half - 0.5));
      // Nor if a radius is so small that its square is 0.
      if (!(top <= bottom)) continue;
      counts.push(column * height + top - reached, bottom - top + 1);
      reached = column * height + bottom + 1;
    }
  }
  counts.push(width * height - reached);
  return { size: [height, width], counts };
}

/** Looks up which places of the image the plain canvas shows, and their values. */
import type { Size } from "./camera.js";
import { insideOf, type LabelImage, readRow } from "./label-image.js";
import type { Axis, Sampling } from "./sampling.js";

/** The part of the screen that is drawn: the first row, and the one after the last. */
interface ScreenPart {
  readonly image: LabelImage;
  readonly sampling: Sampling;
  readonly screen: Size;
  readonly top: number;
  readonly bottom: number;
}

export interface ValuesAround {
  /** The value at the middle of each screen pixel, row-major; -1 outside the image. */
  readonly values: Int32Array;
  /** Values in a row. */
  readonly stride: number;
  /** The image's column and row for each column and row of `values`. */
  readonly columns: Int32Array;
  readonly rows: Int32Array;
}

/** The values of a part of the screen and of `margin` pixels on each side of it. */
export function valuesAround(
  { image, sampling, screen, top, bottom }: ScreenPart,
  margin: number,
): ValuesAround {
  const middles: Sampling = { ...sampling, taps: 1 };
  const middleOf = (axis: Axis): Axis => ({ ...axis, first: axis.middle });
  const columns = places(middleOf(sampling.x), middles, screen.width + 2 * margin, -margin);
  const rows = places(middleOf(sampling.y), middles, bottom - top + 2 * margin, top - margin);
  const stride = columns.length;
  const values = new Int32Array(stride * rows.length).fill(-1);
  const inside = insideOf(columns, image);
  for (let row = 0; row < rows.length; row++) {
    const y = rows[row]!;
    if (y >= 0 && y < image.height) readRow(image, y, columns, values, { ...inside, at: row * stride });
  }
  return { values, stride, columns, rows };
}

/** The image's columns (or rows) for all taps of `count` pixels, from `start` on. */
export function places(
  { base, first }: Axis,
  { taps, shift, pixelStep, tapStep }: Sampling,
  count: number,
  start: number,
): Int32Array {
  const found = new Int32Array(count * taps);
  for (let pixel = 0, at = 0; pixel < count; pixel++) {
    for (let tap = 0; tap < taps; tap++, at++) {
      found[at] = base + ((first + (start + pixel) * pixelStep + tap * tapStep) >> shift);
    }
  }
  return found;
}

/** The two pixels that are measured. A mask of the same size has the same pixels, so they stay from mask to mask. */
import { signal } from "@preact/signals";
import type { Point, Size } from "../stage/camera.js";

interface Ends {
  /** Of the image. */
  readonly size: Size;
  readonly from: Point;
  /** `null` until it is clicked. */
  readonly to: Point | null;
}

const ends = signal<Ends | null>(null);

/** The list of what is in the box is at the top if the box is at the bottom, so that it does not cover it. */
export const isListAtTop = signal(false);

/** The first click begins, the second ends, the third begins again. */
export function takePoint({ width, height }: Size, { x, y }: Point): void {
  const last = endsOn({ width, height });
  const isNext = last !== null && last.to === null;
  ends.value = isNext ? { ...last, to: { x, y } } : { size: { width, height }, from: { x, y }, to: null };
}

export function forgetEnds(): void {
  ends.value = null;
}

/** The pixels that are measured on an image of this size. Until the second is clicked, it is the one under the pointer. */
export function shownEnds(
  size: Size,
  pointed: Point | null,
): { readonly from: Point; readonly to: Point; readonly isWhole: boolean } | null {
  const found = endsOn(size);
  if (found === null) return null;
  return { from: found.from, to: found.to ?? pointed ?? found.from, isWhole: found.to !== null };
}

function endsOn({ width, height }: Size): Ends | null {
  const found = ends.value;
  return found?.size.width === width && found.size.height === height ? found : null;
}

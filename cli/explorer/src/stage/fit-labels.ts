/**
 * Where labels can be seen. All of them are shown where a part of them is then large enough for that; of what is thinner,
 * as a line across the whole mask or its pixels scattered over it, the thickest part is shown, and it large enough.
 */
import { type Box, type Camera, clamp, fitBox, LEAST_SEEN, type Size } from "./camera.js";
import type { LabelImage } from "./renderer.js";

/** What is flown to. */
export interface Target {
  /** Around all of it. */
  readonly box: Box;
  /** Which of the image's values it is. */
  readonly values: readonly number[];
}

/** Screen pixels of a thin part: a line within the two of its white outline. */
const THIN_SEEN = 6;

export function fitLabels(target: Target, image: LabelImage, screen: Size): Camera {
  const whole = fitBox(target.box, image, screen);
  const enough = Math.ceil(LEAST_SEEN / whole.scale);
  // A pixel is enough.
  if (enough <= 1) return whole;
  const { x, y, side } = largestSquare(target, image, enough);
  if (side >= enough || side === 0) return whole;
  return clamp({ scale: THIN_SEEN / side, x: x + side / 2, y: y + side / 2 }, image, screen);
}

interface Square {
  readonly x: number;
  readonly y: number;
  readonly side: number;
}

/** Of those that have nothing but the values, the one nearest to the box's middle; the first one whose side is `enough`. */
function largestSquare({ box, values }: Target, { data, width }: LabelImage, enough: number): Square {
  const isSought = new Uint8Array(2 ** (8 * data.BYTES_PER_ELEMENT));
  for (const value of values) isSought[value] = 1;
  let found: Square = { x: 0, y: 0, side: 0 };
  let nearest = Number.POSITIVE_INFINITY;
  // The side of the largest square that ends at a pixel, of each column's last pixel: one more than the least of the three
  // around it.
  const sides = new Uint32Array(box.width + 1);
  for (let row = 0; row < box.height; row++) {
    const start = (box.y + row) * width + box.x - 1;
    let aboveBefore = 0;
    for (let column = 1; column <= box.width; column++) {
      const above = sides[column]!;
      if (isSought[data[start + column]!] === 0) {
        sides[column] = 0;
      } else {
        const side = 1 + Math.min(above, aboveBefore, sides[column - 1]!);
        sides[column] = side;
        if (side >= found.side) {
          const [x, y] = [column - side, row + 1 - side];
          const off = Math.abs(2 * x + side - box.width) + Math.abs(2 * y + side - box.height);
          if (side > found.side || off < nearest) {
            found = { x: box.x + x, y: box.y + y, side };
            nearest = off;
            if (side === enough) return found;
          }
        }
      }
      aboveBefore = above;
    }
  }
  return found;
}

/**
 * Finds a camera that makes labels visible. It shows all of them if some part of them is then large enough to see. If they
 * are too thin, such as a line across the mask or scattered pixels, it shows their thickest part, large enough to see.
 */
import { type Box, type Camera, clamp, fitBox, LEAST_SEEN, type Size } from "./camera.js";
import { type LabelImage, readRow, valueCountOf } from "./label-image.js";

/** What a flight goes to. */
export interface Target {
  /** The box around all of it. */
  readonly box: Box;
  /** The values of its pixels. */
  readonly values: readonly number[];
}

/** Screen pixels of a thin part: a line between the two lines of its white outline. */
const THIN_SEEN = 6;

export function fitLabels(target: Target, image: LabelImage, screen: Size): Camera {
  const whole = fitBox(target.box, image, screen);
  const enough = Math.ceil(LEAST_SEEN / whole.scale);
  // A single pixel is large enough.
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

/** The largest square of these values, nearest to the middle of the box; or the first one whose side is `enough`. */
function largestSquare({ box, values }: Target, image: LabelImage, enough: number): Square {
  const isSought = new Uint8Array(valueCountOf(image));
  for (const value of values) isSought[value] = 1;
  let found: Square = { x: 0, y: 0, side: 0 };
  let nearest = Number.POSITIVE_INFINITY;
  // For the last pixel seen of each column, the side of the largest square that ends there: one more than the least of its
  // three neighbours.
  const sides = new Uint32Array(box.width + 1);
  const columns = Int32Array.from({ length: box.width }, (_, column) => box.x + column);
  const rowValues = new Int32Array(box.width);
  for (let row = 0; row < box.height; row++) {
    readRow(image, box.y + row, columns, rowValues);
    let aboveBefore = 0;
    for (let column = 1; column <= box.width; column++) {
      const above = sides[column]!;
      if (isSought[rowValues[column - 1]!] === 0) {
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

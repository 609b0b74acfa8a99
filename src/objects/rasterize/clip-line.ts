/**
 * Clips a line to an image as OpenCV's `clipLine` does (modules/imgproc/src/drawing.cpp): in whole pixels, first at the
 * top and bottom, then at the sides. Each end is moved along the line that the move before left over, and divisions are
 * rounded towards 0, so a clipped line may differ by a pixel from the part of the line that is inside.
 */

/** A line from one pixel to another. */
export interface Line {
  startX: number;
  startY: number;
  endX: number;
  endY: number;
}

/**
 * Moves the ends of a line to the image's border if they are outside. Of a line that misses the image, the ends may have
 * been moved too.
 *
 * @returns whether the line is in the image
 */
export function clipLine(line: Line, width: number, height: number): boolean {
  let start = sidesOf(line.startX, line.startY, width, height);
  let end = sidesOf(line.endX, line.endY, width, height);
  if ((start & end) !== 0 || (start | end) === 0) return (start | end) === 0;
  if (start & (ABOVE | BELOW)) {
    moveStart(line, start & ABOVE ? 0 : height - 1);
    start = sidesOf(line.startX, line.startY, width, height);
  }
  if (end & (ABOVE | BELOW)) {
    moveEnd(line, end & ABOVE ? 0 : height - 1);
    end = sidesOf(line.endX, line.endY, width, height);
  }
  if ((start & end) !== 0) return false;
  const turned = turn(line);
  if (start) moveStart(turned, start & LEFT ? 0 : width - 1);
  if (end) moveEnd(turned, end & LEFT ? 0 : width - 1);
  Object.assign(line, turn(turned));
  return true;
}

const LEFT = 1;
const RIGHT = 2;
const ABOVE = 4;
const BELOW = 8;

/** The sides of the image that the pixel is beyond. */
function sidesOf(x: number, y: number, width: number, height: number): number {
  return (x < 0 ? LEFT : 0) | (x >= width ? RIGHT : 0) | (y < 0 ? ABOVE : 0) | (y >= height ? BELOW : 0);
}

function moveStart(line: Line, y: number): void {
  line.startX += Math.trunc(((y - line.startY) * (line.endX - line.startX)) / (line.endY - line.startY));
  line.startY = y;
}

function moveEnd(line: Line, y: number): void {
  line.endX += Math.trunc(((y - line.endY) * (line.endX - line.startX)) / (line.endY - line.startY));
  line.endY = y;
}

/** Swaps x and y. */
function turn({ startX, startY, endX, endY }: Line): Line {
  return { startX: startY, startY: startX, endX: endY, endY: endX };
}

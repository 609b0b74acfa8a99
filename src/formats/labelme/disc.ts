/**
 * The pixels of a circle as a ring. Pillow draws the ellipse that fits a box of whole pixels, whose borders are cut off
 * like points (`ImageDraw.ellipse`). Here a row has the pixels whose centres are inside that ellipse. At some rows Pillow's
 * border differs by a pixel.
 */

/**
 * @param x the centre in pixels; so is y
 * @returns a ring through the centres of the outermost pixels, along the axes; none if no pixel is in the image
 */
export function discRing(
  x: number,
  y: number,
  radius: number,
  image: { readonly width: number; readonly height: number },
): number[][] {
  const [left, right] = [Math.trunc(x - radius), Math.trunc(x + radius)];
  const [top, bottom] = [Math.trunc(y - radius), Math.trunc(y + radius)];
  const [middleX, middleY] = [(left + right) / 2, (top + bottom) / 2];
  const [halfWidth, halfHeight] = [(right - left + 1) / 2, (bottom - top + 1) / 2];
  const leftSide: number[] = [];
  const rightSide: number[] = [];
  let [lastLeft, lastRight] = [0, 0];
  for (let row = Math.max(top, 0); row <= Math.min(bottom, image.height - 1); row++) {
    const half = halfWidth * Math.sqrt(1 - ((row - middleY) / halfHeight) ** 2);
    // Columns outside the image would only cost time. The ring may run along its border, one pixel outside.
    const first = clamp(Math.ceil(middleX - half), image.width);
    const last = clamp(Math.floor(middleX + half), image.width);
    if (rightSide.length > 0) {
      // Two rows are joined along the axes, inside the longer one.
      const isWider = last >= lastRight;
      rightSide.push(...(isWider ? [lastRight, row] : [last, row - 1]));
      leftSide.push(...(first <= lastLeft ? [lastLeft, row] : [first, row - 1]));
    }
    rightSide.push(last, row);
    leftSide.push(first, row);
    [lastLeft, lastRight] = [first, last];
  }
  if (rightSide.length === 0) return [];
  for (let at = leftSide.length - 2; at >= 0; at -= 2) rightSide.push(leftSide[at]!, leftSide[at + 1]!);
  return [rightSide];
}

const clamp = (column: number, width: number) => Math.min(Math.max(column, -1), width);

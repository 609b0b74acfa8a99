/** Outlines along the edges of pixels, and the same outlines through the centres of the outermost pixels. */
import type { Ring } from "../../objects/outlines.js";

/**
 * Moves a ring from the edges of its pixels to their centres. Each corner moves by half a pixel along both axes, to the
 * right of the line, which is where the pixels are. A strip of one pixel becomes a line, and one pixel a point.
 */
export function throughCentres(ring: Ring): number[] {
  const { length } = ring;
  return ring.map((coordinate, at) => {
    const isX = at % 2 === 0;
    const other = isX ? at + 1 : at - 1;
    // The line turns at each corner: one of its two sides there runs along the other axis.
    const arriving = ring[other]! - ring[(other + length - 2) % length]!;
    const leaving = ring[(other + 2) % length]! - ring[other]!;
    const along = Math.sign(arriving || leaving);
    return coordinate + (isX ? -along : along) / 2;
  });
}

/** The number of pixels in a ring along the edges of pixels: the shoelace formula. */
export function ringArea(ring: Ring): number {
  let twice = 0;
  for (let at = 0; at < ring.length; at += 2) {
    const next = (at + 2) % ring.length;
    twice += ring[at]! * ring[next + 1]! - ring[next]! * ring[at + 1]!;
  }
  return Math.abs(twice) / 2;
}

/** Calls back for each run of pixels inside a ring along the edges of pixels. */
export function forEachRowInside(
  ring: Ring,
  callback: (y: number, left: number, right: number) => void,
): void {
  const crossings = new Map<number, number[]>();
  for (let at = 0; at < ring.length; at += 2) {
    const next = (at + 2) % ring.length;
    const [startY, endY] = [ring[at + 1]!, ring[next + 1]!];
    for (let y = Math.min(startY, endY); y < Math.max(startY, endY); y++) {
      if (!crossings.has(y)) crossings.set(y, []);
      crossings.get(y)!.push(ring[at]!);
    }
  }
  for (const [y, columns] of crossings) {
    columns.sort((a, b) => a - b);
    for (let i = 0; i + 1 < columns.length; i += 2) callback(y, columns[i]!, columns[i + 1]!);
  }
}

/**
 * The outlines of a hole through the centres of its own outermost pixels. Filled with their edges, they are the hole's
 * pixels. A hole whose areas touch only at corners becomes several rings.
 *
 * @param hole a ring of `outlines`: counter-clockwise, so the hole's pixels are to the left of the line
 */
export function holeThroughCentres(hole: Ring): number[][] {
  const reversed: number[] = [];
  for (let at = hole.length - 2; at >= 0; at -= 2) reversed.push(hole[at]!, hole[at + 1]!);
  return splitAtCorners(reversed).map(throughCentres);
}

/**
 * Cuts a ring into rings that visit no corner twice. The ring does not cross itself, so a loop between two visits is not
 * visited again after it was cut off.
 */
function splitAtCorners(ring: Ring): Ring[] {
  const rings: Ring[] = [];
  const path: number[] = [];
  const placeOf = new Map<string, number>();
  for (let at = 0; at < ring.length; at += 2) {
    const key = `${ring[at]},${ring[at + 1]}`;
    const place = placeOf.get(key);
    if (place !== undefined) rings.push(path.splice(place));
    placeOf.set(key, path.length);
    path.push(ring[at]!, ring[at + 1]!);
  }
  return [...rings, path];
}

/** `[[x1, y1], [x2, y2], …]`, with the last point repeated until there are three, which many readers need. */
export function toPoints(ring: Ring): [x: number, y: number][] {
  const points: [number, number][] = [];
  for (let at = 0; at < ring.length; at += 2) points.push([ring[at]!, ring[at + 1]!]);
  while (points.length < 3) points.push([...points.at(-1)!]);
  return points;
}

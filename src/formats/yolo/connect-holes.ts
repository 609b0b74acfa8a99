/**
 * An area with holes to one outline. From the left end of a hole, a line goes to the left, through pixels of the area, until
 * it reaches the outline or another hole. There the outline turns off, goes along the line, around the hole and back.
 *
 *   ┌───────────────┐
 *   │ # # # # # # # │      All lines run through the centres of pixels of the area. If a reader fills the polygon by the
 *   │ #─#─┐ . . # # │      even-odd rule and draws its edge, the hole stays empty, and the line there and back has no area
 *   │ # # └─────# # │      of its own.
 *   └───────────────┘
 *
 * The hole at which a line ends begins further left than the hole at which it starts. So the lines form a tree, and all
 * holes are connected.
 */

import type { Ring } from "../../objects/outlines.js";
import { throughCentres } from "../shared/pixel-rings.js";

/** A side of a pixel that is a part of a ring: the ring, and the edge from a point to the next one. */
interface Side {
  readonly x: number;
  readonly ring: number;
  readonly edge: number;
}

/** Where a line meets a ring. The ring arrives there, and departs from there after the way along the line. */
interface Junction {
  readonly y: number;
  readonly arrive: number;
  readonly depart: number;
}

/**
 * @param outer the outline along the edges of pixels
 * @param holes at least one, along the edges of pixels, as `outlines` gives them
 * @returns one ring through the centres of the outermost pixels
 */
export function connectHoles(outer: Ring, holes: readonly Ring[]): number[] {
  const rings = [outer, ...holes];
  const rows = sidesByRow(rings);
  const points: number[] = [];
  const next: number[] = [];
  const addPoint = (x: number, y: number) => {
    points.push(x, y);
    return points.length / 2 - 1;
  };
  /** By ring and edge. */
  const junctions = rings.map(() => new Map<number, Junction[]>());
  const join = (ring: number, edge: number, x: number, y: number): Junction => {
    const junction = { y, arrive: addPoint(x, y), depart: addPoint(x, y) };
    const known = junctions[ring]!.get(edge);
    if (known === undefined) junctions[ring]!.set(edge, [junction]);
    else known.push(junction);
    return junction;
  };
  for (let ring = 1; ring < rings.length; ring++) {
    const { x, row, edge } = leftmostSide(rings[ring]!);
    const target = sideBefore(rows.get(row)!, x);
    const here = join(ring, edge, x - 0.5, row + 0.5);
    const there = join(target.ring, target.edge, target.x + 0.5, row + 0.5);
    next[there.arrive] = here.depart;
    next[here.arrive] = there.depart;
  }
  let first = 0;
  rings.forEach((ring, number) => {
    const start = linkRing(throughCentres(ring), junctions[number]!, next, addPoint);
    if (number === 0) first = start;
  });
  return walk(first, next, points);
}

/** The vertical sides in each row of pixels, from left to right. */
function sidesByRow(rings: readonly Ring[]): Map<number, Side[]> {
  const rows = new Map<number, Side[]>();
  rings.forEach((points, ring) => {
    for (let at = 0; at < points.length; at += 2) {
      const end = (at + 2) % points.length;
      const [startY, endY] = [points[at + 1]!, points[end + 1]!];
      for (let row = Math.min(startY, endY); row < Math.max(startY, endY); row++) {
        const side = { x: points[at]!, ring, edge: at / 2 };
        const known = rows.get(row);
        if (known === undefined) rows.set(row, [side]);
        else known.push(side);
      }
    }
  });
  for (const sides of rows.values()) sides.sort((a, b) => a.x - b.x);
  return rows;
}

/** A vertical side of a hole with no pixel of the hole to the left of it, in any row. */
function leftmostSide(ring: Ring): { x: number; row: number; edge: number } {
  let best = { x: Number.POSITIVE_INFINITY, row: 0, edge: 0 };
  for (let at = 0; at < ring.length; at += 2) {
    const end = (at + 2) % ring.length;
    const [x, startY, endY] = [ring[at]!, ring[at + 1]!, ring[end + 1]!];
    if (startY !== endY && x < best.x) best = { x, row: Math.min(startY, endY), edge: at / 2 };
  }
  return best;
}

/** The last side of a row to the left of a column. There is one: the outline is around the hole. */
function sideBefore(sides: readonly Side[], x: number): Side {
  let [low, high] = [0, sides.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    if (sides[middle]!.x < x) low = middle + 1;
    else high = middle;
  }
  return sides[low - 1]!;
}

/** Links the points of a ring, with its junctions, in a circle. @returns its first point */
function linkRing(
  ring: readonly number[],
  junctions: ReadonlyMap<number, Junction[]>,
  next: number[],
  addPoint: (x: number, y: number) => number,
): number {
  const count = ring.length / 2;
  const first = addPoint(ring[0]!, ring[1]!);
  let last = first;
  for (let edge = 0; edge < count; edge++) {
    const isLast = edge + 1 === count;
    const endY = ring[isLast ? 1 : edge * 2 + 3]!;
    const way = Math.sign(endY - ring[edge * 2 + 1]!);
    const onEdge = [...(junctions.get(edge) ?? [])].sort((a, b) => (a.y - b.y) * way);
    for (const { arrive, depart } of onEdge) {
      next[last] = arrive;
      last = depart;
    }
    const end = isLast ? first : addPoint(ring[edge * 2 + 2]!, ring[edge * 2 + 3]!);
    next[last] = end;
    last = end;
  }
  return first;
}

/** The points from the first one on until it comes again. Of equal points in a row, one is kept. */
function walk(first: number, next: readonly number[], points: readonly number[]): number[] {
  const ring: number[] = [];
  let point = first;
  do {
    const [x, y] = [points[point * 2]!, points[point * 2 + 1]!];
    if (ring.at(-2) !== x || ring.at(-1) !== y) ring.push(x, y);
    point = next[point]!;
  } while (point !== first);
  return ring;
}

/**
 * Removes points from a ring (D. Douglas and T. Peucker, 1973). Between two points that stay, the point farthest from
 * the line through them stays too if it is farther than the tolerance. The same rule is then applied to both halves.
 *
 * A ring has no ends to start from. It starts with its first point, the point farthest from that, and the point
 * farthest from the line through these two. The third point keeps the area above zero, whatever the tolerance.
 */

/**
 * @param ring `[x1, y1, …]`, at least three points that are not on one line.
 * @param tolerance in pixels, at least 0.
 */
export function simplifyRing(ring: number[], tolerance: number): number[] {
  const count = ring.length / 2;
  const stays = new Uint8Array(count);
  const opposite = farthest(0, count, (point) => squaredDistance(ring, 0, point)).point;
  const third = farthest(0, count, (point) => squaredDistanceToLine(ring, 0, opposite, point)).point;
  const anchors = [0, Math.min(opposite, third), Math.max(opposite, third), count];
  const parts: number[] = [];
  for (let i = 0; i < 3; i++) {
    stays[anchors[i]!] = 1;
    parts.push(anchors[i]!, anchors[i + 1]!);
  }
  // A stack instead of recursion: a ring may have millions of points.
  while (parts.length > 0) {
    const end = parts.pop()!;
    const start = parts.pop()!;
    const found = farthest(start + 1, end, (point) =>
      squaredDistanceToSegment(ring, start, end % count, point),
    );
    if (found.distance <= tolerance * tolerance) continue;
    stays[found.point] = 1;
    parts.push(start, found.point, found.point, end);
  }
  return ring.filter((_, i) => stays[i >> 1] === 1);
}

/**
 * The point from `start` to just before `end` with the greatest distance. If several are equally far, it takes one near
 * the middle. (The teeth of a comb are all equally far: splitting them off one by one would cost the square of their
 * number.)
 */
function farthest(start: number, end: number, distanceOf: (point: number) => number) {
  const middle = (start + end) / 2;
  let point = start;
  let distance = -1;
  for (let candidate = start; candidate < end; candidate++) {
    const found = distanceOf(candidate);
    if (found > distance || (found === distance && candidate <= middle)) {
      point = candidate;
      distance = found;
    }
  }
  return { point, distance };
}

function squaredDistance(ring: number[], from: number, to: number): number {
  return (ring[2 * to]! - ring[2 * from]!) ** 2 + (ring[2 * to + 1]! - ring[2 * from + 1]!) ** 2;
}

function squaredDistanceToLine(ring: number[], from: number, to: number, point: number): number {
  const [x, y] = [ring[2 * from]!, ring[2 * from + 1]!];
  const [alongX, alongY] = [ring[2 * to]! - x, ring[2 * to + 1]! - y];
  const cross = alongX * (ring[2 * point + 1]! - y) - alongY * (ring[2 * point]! - x);
  return cross ** 2 / (alongX ** 2 + alongY ** 2);
}

/** The distance to the line if the point lies beside the segment, otherwise to the nearer end. */
function squaredDistanceToSegment(ring: number[], from: number, to: number, point: number): number {
  const length = squaredDistance(ring, from, to);
  const toFrom = squaredDistance(ring, from, point);
  const toTo = squaredDistance(ring, to, point);
  if (toFrom >= toTo + length) return toTo;
  if (toTo >= toFrom + length) return toFrom;
  return squaredDistanceToLine(ring, from, to, point);
}

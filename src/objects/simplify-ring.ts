/**
 * A ring with fewer points: between two that stay, the one farthest from the line through them stays as well if it is
 * farther than the tolerance, and so on between those (D. Douglas and T. Peucker, 1973).
 *
 * A ring has no ends to start from. Its first point and the one farthest from it are taken, and, so that an area is left
 * whatever the tolerance, the one farthest from the line through these.
 */

/** @param ring `[x1, y1, …]`, at least three points that are not on one line. */
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
  // A stack, not recursion: a ring may have millions of points.
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
 * The point from `start` to before `end` for which the distance is greatest. Of several that near the middle: the teeth of
 * a comb are all as far, and parted one by one they would cost the square of their number.
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

/** As to the line where the point lies beside the segment, else as to the nearer end. */
function squaredDistanceToSegment(ring: number[], from: number, to: number, point: number): number {
  const length = squaredDistance(ring, from, to);
  const toFrom = squaredDistance(ring, from, point);
  const toTo = squaredDistance(ring, to, point);
  if (toFrom >= toTo + length) return toTo;
  if (toTo >= toFrom + length) return toFrom;
  return squaredDistanceToLine(ring, from, to, point);
}

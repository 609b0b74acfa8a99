/**
 * Distances from a point to shapes, after Inigo Quilez ("distance functions", iquilezles.org): negative inside. Lengths are
 * in metres; x is to the right, y up, z away from the camera.
 */

export const clamp = (value, least = 0, most = 1) => Math.min(most, Math.max(least, value));
export const mix = (a, b, share) => a + (b - a) * share;
export const smoothstep = (from, to, value) => {
  const t = clamp((value - from) / (to - from));
  return t * t * (3 - 2 * t);
};

/** The smaller of two distances, with a rounded transition of width `k`. */
export function smoothMin(a, b, k) {
  const h = Math.max(k - Math.abs(a - b), 0) / k;
  return Math.min(a, b) - (h * h * k) / 4;
}

export const smoothMax = (a, b, k) => -smoothMin(-a, -b, k);

/** A box around the origin with these half sides, its edges rounded by `radius`. */
export function roundBox(x, y, z, halfX, halfY, halfZ, radius) {
  const [a, b, c] = [
    Math.abs(x) - halfX + radius,
    Math.abs(y) - halfY + radius,
    Math.abs(z) - halfZ + radius,
  ];
  const outside = Math.hypot(Math.max(a, 0), Math.max(b, 0), Math.max(c, 0));
  return outside + Math.min(Math.max(a, b, c), 0) - radius;
}

/** A line from (ax, ay, az) to (bx, by, bz) with round ends. The radius changes from `ra` to `rb`. */
export function capsule(x, y, z, ax, ay, az, bx, by, bz, ra, rb = ra) {
  const [px, py, pz] = [x - ax, y - ay, z - az];
  const [dx, dy, dz] = [bx - ax, by - ay, bz - az];
  const along = clamp((px * dx + py * dy + pz * dz) / (dx * dx + dy * dy + dz * dz));
  return Math.hypot(px - dx * along, py - dy * along, pz - dz * along) - mix(ra, rb, along);
}

/** A wheel: its axis is x. */
export function wheel(x, y, z, radius, halfWidth) {
  const a = Math.hypot(y, z) - radius;
  const b = Math.abs(x) - halfWidth;
  return Math.hypot(Math.max(a, 0), Math.max(b, 0)) + Math.min(Math.max(a, b), 0);
}

/** A number from 0 to 1 for each point of a grid. */
export function hash(x, y = 0, z = 0) {
  let h = Math.imul(x | 0, 0x27d4eb2d) ^ Math.imul(y | 0, 0x165667b1) ^ Math.imul(z | 0, 0x9e3779b1);
  h = Math.imul(h ^ (h >>> 15), 0x85ebca6b);
  h = Math.imul(h ^ (h >>> 13), 0xc2b2ae35);
  return ((h ^ (h >>> 16)) >>> 0) / 2 ** 32;
}

/** Smooth noise from 0 to 1. */
export function noise(x, y, z = 0) {
  const [ix, iy, iz] = [Math.floor(x), Math.floor(y), Math.floor(z)];
  const [fx, fy, fz] = [x - ix, y - iy, z - iz].map((f) => f * f * (3 - 2 * f));
  const edge = (j, k) => mix(hash(ix, iy + j, iz + k), hash(ix + 1, iy + j, iz + k), fx);
  return mix(mix(edge(0, 0), edge(1, 0), fy), mix(edge(0, 1), edge(1, 1), fy), fz);
}

/** Noise in several sizes, 0 to 1. */
export function layeredNoise(x, y, z, layers) {
  let [sum, weight, total] = [0, 0.5, 0];
  for (let layer = 0; layer < layers; layer++) {
    sum += weight * noise(x, y, z);
    total += weight;
    [x, y, z, weight] = [x * 2.03 + 17, y * 2.03 + 31, z * 2.03 + 47, weight / 2];
  }
  return sum / total;
}

/**
 * Finds which source pixel each target pixel takes, along one axis. That is all of nearest-neighbour resizing, since
 * columns and rows are chosen independently.
 *
 * All samplings except `"nearest"` follow the same convention: a pixel is an area, and the target pixel takes the
 * source pixel in which its centre lies, `floor((x + 0.5) * source / target)`. The tools that follow it round
 * differently on the way, so they disagree if a centre lies on (or very near) the border between two pixels. For 6,000
 * random pairs of lengths up to 4,096, exact arithmetic differs from OpenCV in 2,013 pairs, from Pillow in 915, and
 * from PyTorch's `nearest-exact` in 112. The difference is always one source pixel (test/geometry/resize.test.ts counts
 * them).
 */

/**
 * The source pixel that a target pixel takes.
 *
 * - `"nearest-exact"`: the pixel under the target pixel's centre, computed with exact integers. If the centre is on a
 *   border, the pixel right of it or below it.
 * - `"opencv-exact"`: byte for byte the result of `INTER_NEAREST_EXACT` in OpenCV 4.12, in steps of 1/65536 pixel.
 * - `"pillow"`: byte for byte the result of `NEAREST` in Pillow 9.4, which adds up doubles.
 * - `"pytorch"`: byte for byte the result of `nearest-exact` in PyTorch 1.13 on a CPU, in float32.
 * - `"nearest"`: the older convention, `floor(x * source / target)`, which takes the pixel under the corner instead of
 *   the centre. Byte for byte the result of `INTER_NEAREST` in OpenCV 4.12, in doubles.
 */
export type Sampling = "nearest-exact" | "opencv-exact" | "pillow" | "pytorch" | "nearest";

/** The names of all samplings. */
export const SAMPLINGS: readonly Sampling[] = [
  "nearest-exact",
  "opencv-exact",
  "pillow",
  "pytorch",
  "nearest",
];

/**
 * For each position in the target, the position in the source that it takes: `targetLength` numbers, ascending, each
 * from 0 to `sourceLength - 1`.
 *
 * @param sourceLength pixels along this axis, at least 1. Neither this nor `sampling` is checked.
 */
export function sourcePlaces(sourceLength: number, targetLength: number, sampling: Sampling): Uint32Array {
  const places = new Uint32Array(targetLength);
  if (sampling === "nearest-exact") fillExact(places, sourceLength);
  else if (sampling === "opencv-exact") fillOpenCvExact(places, sourceLength);
  else if (sampling === "pytorch") fillPytorch(places, sourceLength);
  else if (sampling === "pillow") fillPillow(places, sourceLength);
  else fillNearest(places, sourceLength);
  return places;
}

/** `floor((2x + 1) * source / (2 * target))`, by quotient and remainder, since the product may be above 2^53. */
function fillExact(places: Uint32Array, source: number): void {
  const target = places.length;
  const step = Math.floor(source / target);
  const stepRemainder = (2 * source) % (2 * target);
  let place = Math.floor(source / (2 * target));
  let remainder = source % (2 * target);
  for (let x = 0; x < target; x++) {
    places[x] = place;
    place += step;
    remainder += stepRemainder;
    if (remainder >= 2 * target) {
      remainder -= 2 * target;
      place++;
    }
  }
}

/**
 * The arithmetic of `resizeNN_bitexact` in OpenCV 4's imgproc/resize.cpp: the step is in 65536ths of a pixel, rounded
 * to the nearest, and the start is a little lower for odd sources. OpenCV overflows for sources above 32,767 pixels,
 * and reads before the row if one pixel becomes more than 65,536. In these cases this function stays within the row.
 */
function fillOpenCvExact(places: Uint32Array, source: number): void {
  const target = places.length;
  const step = Math.floor((source * 65_536 + Math.floor(target / 2)) / target);
  const start = Math.floor(step / 2) - (source % 2);
  for (let x = 0; x < target; x++) {
    places[x] = Math.max(0, Math.min(Math.floor((step * x + start) / 65_536), source - 1));
  }
}

/**
 * The arithmetic of `ImagingScaleAffine` in Pillow's Geometry.c, which adds the scale up; rounding errors add up too.
 */
function fillPillow(places: Uint32Array, source: number): void {
  const scale = source / places.length;
  let position = scale * 0.5;
  for (let x = 0; x < places.length; x++) {
    places[x] = Math.min(Math.floor(position), source - 1);
    position += scale;
  }
}

/** The arithmetic of `nearest_neighbor_exact_compute_source_index` in PyTorch's UpSample.h: float32 at every step. */
function fillPytorch(places: Uint32Array, source: number): void {
  const scale = Math.fround(source / places.length);
  for (let x = 0; x < places.length; x++) {
    places[x] = Math.min(Math.floor(Math.fround(Math.fround(x + 0.5) * scale)), source - 1);
  }
}

/** The arithmetic of `resizeNN` in OpenCV 4's imgproc/resize.cpp, which divides twice. */
function fillNearest(places: Uint32Array, source: number): void {
  const scale = 1 / (places.length / source);
  for (let x = 0; x < places.length; x++) places[x] = Math.min(Math.floor(x * scale), source - 1);
}

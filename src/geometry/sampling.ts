/**
 * Which source pixel each target pixel takes, along one axis: the whole of nearest-neighbour resizing, since columns and
 * rows are chosen apart.
 *
 * All but `"nearest"` follow one convention: a pixel is an area, and the target takes the source pixel in which its
 * centre lies, `floor((x + 0.5) * source / target)`. The tools that follow it round differently on the way, so where a
 * centre lies on (or very near) the border between two pixels they do not agree with one another. Of 6,000 random pairs
 * of lengths up to 4,096, exact arithmetic and OpenCV give other places in 2,013 pairs, Pillow in 915, and PyTorch's
 * `nearest-exact` in 112; always by one source pixel (test/geometry-resize.test.ts counts them).
 */

/**
 * - `"nearest-exact"`: the convention in exact integers; a centre on a border takes the pixel right of or below it.
 * - `"opencv-exact"`: byte for byte what `INTER_NEAREST_EXACT` of OpenCV 4.12 gives: steps of 1/65536 pixel.
 * - `"pillow"`: byte for byte what `NEAREST` of Pillow 9.4 gives: a sum of doubles.
 * - `"pytorch"`: byte for byte what `nearest-exact` of PyTorch 1.13 gives on a CPU: float32.
 * - `"nearest"`: the older convention, `floor(x * source / target)`, which takes the corner instead of the centre; byte
 *   for byte what `INTER_NEAREST` of OpenCV 4.12 gives: doubles.
 */
export type Sampling = "nearest-exact" | "opencv-exact" | "pillow" | "pytorch" | "nearest";

export const SAMPLINGS: readonly Sampling[] = [
  "nearest-exact",
  "opencv-exact",
  "pillow",
  "pytorch",
  "nearest",
];

/**
 * For each place in the target the place in the source that it takes: `targetLength` numbers, ascending, each from 0 to
 * `sourceLength - 1`.
 *
 * @param sourceLength pixels along this axis, at least 1; not checked, as `sampling` is not.
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

/** `floor((2x + 1) * source / (2 * target))`, by quotient and remainder: the product may be above 2^53. */
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
 * The arithmetic of `resizeNN_bitexact` in OpenCV 4's imgproc/resize.cpp: a step in 65536ths of a pixel, rounded to the
 * nearest, and a start that is a little lower for odd sources. OpenCV overflows for sources above 32,767, and reads
 * before the row when one pixel becomes more than 65,536; these stay in the row.
 */
function fillOpenCvExact(places: Uint32Array, source: number): void {
  const target = places.length;
  const step = Math.floor((source * 65_536 + Math.floor(target / 2)) / target);
  const start = Math.floor(step / 2) - (source % 2);
  for (let x = 0; x < target; x++) {
    places[x] = Math.max(0, Math.min(Math.floor((step * x + start) / 65_536), source - 1));
  }
}

/** The arithmetic of `ImagingScaleAffine` in Pillow's Geometry.c, which adds the scale up; rounding errors add up too. */
function fillPillow(places: Uint32Array, source: number): void {
  const scale = source / places.length;
  let position = scale * 0.5;
  for (let x = 0; x < places.length; x++) {
    places[x] = Math.min(Math.floor(position), source - 1);
    position += scale;
  }
}

/** The arithmetic of `nearest_neighbor_exact_compute_source_index` in PyTorch's UpSample.h: float32 all along. */
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

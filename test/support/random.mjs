/** Makes random numbers from a seed, so that a failure can be repeated. */

/** Tommy Ettinger's mulberry32: numbers from 0 to 1, from a seed of 32 bits. */
export function mulberry32(seed) {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

/**
 * @param {() => number} random 0 to 1
 * @returns `below(limit)`: an integer from 0 to limit - 1; `chance(share)`: true with that probability; `pick(list)`:
 *   an element of the list
 */
export function dice(random) {
  const below = (limit) => Math.floor(random() * limit);
  return { below, chance: (share) => random() < share, pick: (list) => list[below(list.length)] };
}

/**
 * Rectangles of random values on a background, so that a map has bands, runs and objects of all sizes.
 *
 * @param {() => number} random 0 to 1
 * @param {() => number} value the value of the background, and of each rectangle
 * @returns {Int32Array<ArrayBuffer>} row-major, height * width
 */
export function drawRectangles(random, width, height, value) {
  const { below } = dice(random);
  const data = new Int32Array(width * height).fill(value());
  for (let count = below(9); count > 0; count--) {
    const [left, top, fill] = [below(width), below(height), value()];
    const right = left + 1 + below(width - left);
    const bottom = top + 1 + below(height - top);
    for (let y = top; y < bottom; y++) data.fill(fill, y * width + left, y * width + right);
  }
  return data;
}

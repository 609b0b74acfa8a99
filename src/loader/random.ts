/** Random numbers from a seed, so that a shuffled order can be repeated. */

/** Tommy Ettinger's mulberry32: numbers from 0 up to, but not including, 1. @param seed its lowest 32 bits count. */
export function randomFrom(seed: number): () => number {
  let state = seed | 0;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

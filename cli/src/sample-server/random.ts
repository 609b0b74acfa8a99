/** Random numbers from a seed, so that a generated job is the same on every machine and at every time. */

export interface Random {
  /** An integer from 0 to limit - 1. */
  below(limit: number): number;
  /** A number from `least` up to `most`, excluding `most`. */
  between(least: number, most: number): number;
  /** True with this probability, from 0 to 1. */
  chance(share: number): boolean;
  pick<T>(list: readonly T[]): T;
  /** A copy in random order. */
  shuffle<T>(list: readonly T[]): T[];
}

/**
 * Numbers from Tommy Ettinger's mulberry32. Each `stream` of a `seed` is a separate sequence. Both numbers have 32
 * bits.
 */
export function randomFrom(seed: number, stream: number): Random {
  // Odd multipliers spread neighbouring seeds and streams, such as 1, 2, 3 …, over all 2^32 states.
  let state = (Math.imul(seed + 1, 0x9e3779b1) ^ Math.imul(stream + 1, 0x85ebca6b)) >>> 0;
  const next = () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
  const below = (limit: number) => Math.floor(next() * limit);
  return {
    below,
    between: (least, most) => least + next() * (most - least),
    chance: (share) => next() < share,
    pick: (list) => list[below(list.length)]!,
    shuffle: (list) => {
      const copy = [...list];
      for (let place = copy.length - 1; place > 0; place--) {
        const other = below(place + 1);
        [copy[place], copy[other]] = [copy[other]!, copy[place]!];
      }
      return copy;
    },
  };
}

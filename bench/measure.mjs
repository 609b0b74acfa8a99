/**
 * Medians of contenders that take turns. One round runs each once, so that a noisy moment of the machine hits all of
 * them and the ratios stay true; the first rounds, in which engines still compile, are not counted.
 */
const WARM_UP_ROUNDS = 3;

/** @returns milliseconds by name, the median over `rounds` */
export async function medians(contenders, rounds) {
  const times = Object.fromEntries(Object.keys(contenders).map((name) => [name, []]));
  for (let round = -WARM_UP_ROUNDS; round < rounds; round++) {
    for (const [name, run] of Object.entries(contenders)) {
      const start = performance.now();
      await run();
      if (round >= 0) times[name].push(performance.now() - start);
    }
  }
  return Object.fromEntries(Object.entries(times).map(([name, list]) => [name, median(list)]));
}

function median(list) {
  const sorted = list.toSorted((a, b) => a - b);
  const middle = sorted.length >> 1;
  return sorted.length % 2 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
}

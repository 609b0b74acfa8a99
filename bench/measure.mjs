/**
 * Medians of contenders that take turns. In each round each contender has a turn: a warm-up, so that caches and branch
 * predictors are its own, and then its timed runs. A noisy moment of the machine so hits all of them, and the ratios
 * stay true.
 */

/** Runs in a turn; slow contenders, whose runs are long enough to be steady, have one. */
const TURN_RUNS = 3;
const SLOW_MILLISECONDS = 50;
/** Slow contenders take part in no more rounds than this. */
const MOST_SLOW_ROUNDS = 5;
/**
 * Quick contenders have more runs in a turn, so that it takes at least this long, and half as many warm-ups: a contender
 * that takes fresh memory at each run must come to the state in which it gets back what it has dropped.
 */
const TURN_MILLISECONDS = 60;
/** Before the first round each contender runs this long, and at least twice: engines compile what runs often. */
const WARM_UP_MILLISECONDS = 150;

/** A contender of this process: `run` does the work once, the result is dropped. */
export function inProcess(run) {
  return async (runs) => {
    globalThis.gc?.(); // What others have left must not be collected in this one's time.
    const times = [];
    for (let index = 0; index < runs; index++) {
      const start = performance.now();
      await run();
      times.push(performance.now() - start);
    }
    return times;
  };
}

/**
 * @param {Record<string, (runs: number) => Promise<number[]>>} contenders each runs so many times and gives the
 *   milliseconds of each run
 * @returns {Promise<Record<string, number>>} milliseconds by name, the median over all timed runs
 */
export async function medians(contenders, rounds) {
  const turns = [];
  for (const [name, time] of Object.entries(contenders)) turns.push(await planTurns(name, time, rounds));
  for (let round = 0; round < rounds; round++) {
    for (const turn of turns) {
      if (round >= turn.rounds) continue;
      const times = await turn.time(turn.warmUps + turn.runs);
      turn.times.push(...times.slice(turn.warmUps));
    }
  }
  return Object.fromEntries(turns.map(({ name, times }) => [name, median(times)]));
}

async function planTurns(name, time, rounds) {
  const first = await time(2);
  const estimate = Math.min(...first);
  const rest = Math.ceil((WARM_UP_MILLISECONDS - first[0] - first[1]) / estimate);
  // The least, since memory that a process takes for the first time can make its first runs many times as long.
  const typical = Math.min(estimate, ...(rest > 0 ? await time(Math.min(rest, 2000)) : []));
  if (typical >= SLOW_MILLISECONDS) {
    return { name, time, times: [], warmUps: 1, runs: 1, rounds: Math.min(rounds, MOST_SLOW_ROUNDS) };
  }
  const runs = Math.max(TURN_RUNS, Math.ceil(TURN_MILLISECONDS / typical));
  return { name, time, times: [], warmUps: Math.ceil(runs / 2), runs, rounds };
}

export function median(list) {
  const sorted = list.toSorted((a, b) => a - b);
  const middle = sorted.length >> 1;
  return sorted.length % 2 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
}

export const geometricMean = (list) =>
  Math.exp(list.reduce((sum, value) => sum + Math.log(value), 0) / list.length);
/** Three digits: more would be noise. */
export const round = (value) => Number(value.toPrecision(3));

/**
 * Medians of contenders that take turns. In each round each contender has a turn: a warm-up, which fills caches and branch
 * predictors for it, and then its timed runs. So a noisy moment of the machine affects all of them, and the ratios remain
 * correct.
 */

/** Runs in a turn. Slow contenders have one, since their runs are long enough to be steady. */
const TURN_RUNS = 3;
const SLOW_MILLISECONDS = 50;
/** Slow contenders take part in at most this many rounds. */
const MAX_SLOW_ROUNDS = 5;
/**
 * Fast contenders have so many runs in a turn that it takes at least this long, and half as many warm-ups. A contender
 * that allocates in each run must first reach the state in which it gets freed memory again.
 */
const TURN_MILLISECONDS = 60;
/** Before the first round each contender runs this long, and at least twice, since engines compile code that runs often. */
const WARM_UP_MILLISECONDS = 150;

/** A contender of this process: `run` does the work once, the result is dropped. */
export function inProcess(run) {
  return async (runs) => {
    globalThis.gc?.(); // The garbage of others must not be collected during this contender's time.
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
 * @param {Record<string, (runs: number) => Promise<number[]>>} contenders each runs `runs` times and returns the
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
  // The minimum, since the first use of memory can make the first runs of a process many times as long.
  const typical = Math.min(estimate, ...(rest > 0 ? await time(Math.min(rest, 2000)) : []));
  if (typical >= SLOW_MILLISECONDS) {
    return { name, time, times: [], warmUps: 1, runs: 1, rounds: Math.min(rounds, MAX_SLOW_ROUNDS) };
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

/**
 * Times of contenders that take turns. In each round each contender has a turn: a warm-up, which fills caches and branch
 * predictors for it, and then its timed runs. So a noisy moment of the machine affects all of them, and the ratios remain
 * correct.
 *
 * @typedef {{ wall: number[], user: number, system: number }} Turn milliseconds: wall time of each run, and the CPU time
 *   of all runs together in the program (`user`) and in the operating system (`system`), of all threads of the process.
 *   One run's CPU time is not known, since the system counts in steps of some milliseconds
 * @typedef {(warmUps: number, runs: number) => Promise<Turn>} Contender
 * @typedef {{ min: number, median: number, max: number, user: number, system: number }} Times milliseconds of a run: the
 *   spread of the wall time over all runs, and the median over all turns of a run's mean CPU time
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
const TURN_MILLISECONDS = 40;
/** Before the first round each contender runs this long, and at least twice, since engines compile code that runs often. */
const WARM_UP_MILLISECONDS = 200;
const MAX_WARM_UPS = 20_000;

/**
 * A contender of this process: `run` does the work once, the result is dropped.
 * @returns {Contender}
 */
export function inProcess(run) {
  return async (warmUps, runs) => {
    globalThis.gc?.(); // The garbage of others must not be collected during this contender's time.
    return timeRuns(run, warmUps, runs);
  };
}

/** @returns {Promise<Turn>} */
export async function timeRuns(run, warmUps, runs) {
  for (let index = 0; index < warmUps; index++) await run();
  const wall = [];
  const before = process.cpuUsage();
  for (let index = 0; index < runs; index++) {
    const start = performance.now();
    await run();
    wall.push(performance.now() - start);
  }
  const { user, system } = process.cpuUsage(before);
  return { wall, user: user / 1000, system: system / 1000 };
}

/**
 * @param {Record<string, Contender>} contenders
 * @returns {Promise<Record<string, Times>>} by name, over all timed runs
 */
export async function measure(contenders, rounds) {
  const plans = [];
  for (const [name, time] of Object.entries(contenders)) plans.push(await planTurns(name, time, rounds));
  for (let round = 0; round < rounds; round++) {
    for (const plan of plans) {
      if (round < plan.rounds) plan.turns.push(await plan.time(plan.warmUps, plan.runs));
    }
  }
  return Object.fromEntries(plans.map(({ name, turns }) => [name, timesOf(turns)]));
}

/** The medians of `measure` alone. */
export async function medians(contenders, rounds) {
  const times = await measure(contenders, rounds);
  return Object.fromEntries(Object.entries(times).map(([name, { median: value }]) => [name, value]));
}

async function planTurns(name, time, rounds) {
  const { wall: first } = await time(0, 2);
  const estimate = Math.min(...first);
  const rest = Math.ceil((WARM_UP_MILLISECONDS - first[0] - first[1]) / estimate);
  // The minimum, since the first use of memory can make the first runs of a process many times as long.
  const more = rest > 0 ? (await time(0, Math.min(rest, MAX_WARM_UPS))).wall : [];
  const typical = more.reduce((least, value) => Math.min(least, value), estimate);
  const plan = { name, time, turns: [] };
  if (typical >= SLOW_MILLISECONDS) {
    return { ...plan, warmUps: 1, runs: 1, rounds: Math.min(rounds, MAX_SLOW_ROUNDS) };
  }
  const runs = Math.max(TURN_RUNS, Math.ceil(TURN_MILLISECONDS / typical));
  return { ...plan, warmUps: Math.ceil(runs / 2), runs, rounds };
}

function timesOf(turns) {
  const wall = turns.flatMap((turn) => turn.wall).sort((a, b) => a - b);
  const perRun = (key) => median(turns.map((turn) => turn[key] / turn.wall.length));
  return {
    min: wall[0],
    median: median(wall),
    max: wall.at(-1),
    user: perRun("user"),
    system: perRun("system"),
  };
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
/** Each number of an object with three digits. */
export const roundAll = (numbers) =>
  Object.fromEntries(Object.entries(numbers).map(([key, value]) => [key, round(value)]));

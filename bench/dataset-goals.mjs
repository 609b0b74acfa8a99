/** The goals of whole data sets on the command line, and how far the results of `bench/dataset.mjs throughput` reach them. */
import { round } from "./measure.mjs";

const LEAST_TIMES_PYTHON = { full: 14, "512×512": 28 };
const LEAST_BUSY = 0.9;
const MOST_SECONDS = 0.6;

/**
 * @param {{ sizes: object, short_run?: { masks: number, seconds: number } }} throughput
 * @returns {{ title: string, limit: string, value: number, met: boolean }[]}
 */
export function reachedDatasetGoals({ sizes, short_run: short }) {
  return [
    ...Object.entries(sizes).flatMap(([size, { labelmap, times_python: times }]) => [
      atLeast(`data set, ${size}: Python ÷ labelmap`, LEAST_TIMES_PYTHON[size], times),
      atLeast(
        `data set, ${size}: share of the time that the cores are busy`,
        LEAST_BUSY,
        labelmap.cores_busy,
      ),
    ]),
    ...(short === undefined
      ? []
      : [atMost(`${short.masks} masks from start to exit, s`, MOST_SECONDS, short.seconds)]),
  ];
}

const atLeast = (title, limit, value) => ({
  ...{ title, limit: `≥ ${limit}`, value: round(value), met: value >= limit },
});
const atMost = (title, limit, value) => ({
  ...{ title, limit: `≤ ${limit}`, value: round(value), met: value <= limit },
});

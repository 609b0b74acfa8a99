/** The goals of the decoder and the loader, and how far the results of a run reach them. */
import { FILL, LIBDEFLATE, OWN, RELEASED, REUSED, RUNS, SHARP, ZERO_COPY } from "./contenders.mjs";
import { LOADER, LOADER_SMALL, ONE_THREAD, SHARP_THREADS } from "./loader-goals.mjs";
import { round } from "./measure.mjs";
import { realMean } from "./summary.mjs";

/** Ways without fresh memory: the best of them counts, and the table says which one it was. */
const RECYCLED = [ZERO_COPY, REUSED, RELEASED];
const REAL = "real";
const ALONE = "libdeflate alone";

const byLibdeflate = (limit, mask, title, names = RECYCLED) => ({
  title: `${title} ÷ ${ALONE}`,
  atMost: limit,
  mask,
  names,
  of: (times, name, key) => times.steady[name][key] / times.steady[LIBDEFLATE]?.[key],
});

const GOALS = [
  byLibdeflate(1.15, REAL, "real 4K masks"),
  {
    title: "real 4K masks ÷ (runs + 1.3 × fill)",
    atMost: 1,
    mask: REAL,
    names: RECYCLED,
    of: ({ steady }, name, key) => steady[name][key] / (steady[RUNS][key] + 1.3 * steady[FILL][key]),
  },
  byLibdeflate(1.6, "street-4k-adaptive", "street 4K, adaptive filters"),
  byLibdeflate(1.8, "street-4k-none", "street 4K, no filter"),
  byLibdeflate(2.9, "instances-1080p-adaptive", "200 instances 1080p"),
  byLibdeflate(2.4, "worst-1080p-none", "worst case 1080p, no filter"),
  byLibdeflate(2.4, "worst-1080p-adaptive", "worst case 1080p, adaptive filters"),
  byLibdeflate(1, "street-4k-adaptive", "street 4K, adaptive filters, to runs", [RUNS]),
  byLibdeflate(0.55, REAL, "real 4K masks, to runs", [RUNS]),
  {
    title: `256×256: ${SHARP} ÷ own array`,
    atLeast: 20,
    mask: "street-256-adaptive",
    names: [OWN],
    of: ({ allocating }, name, key) => allocating[SHARP][key] / allocating[name][key],
  },
  {
    title: "one call, 1×1 mask, own array, µs",
    atMost: 8,
    mask: "tiny",
    names: [OWN],
    of: ({ allocating }, name, key) => allocating[name][key] * 1000,
  },
];

const LOADER_GOALS = [
  ["loader ÷ one thread", "atLeast", 1.8, (rates) => rates[LOADER] / rates[ONE_THREAD]],
  [
    "loader ÷ sharp + Map scan in as many threads",
    "atLeast",
    40,
    (rates) => rates[LOADER] / rates[SHARP_THREADS],
  ],
  ["loader, uint8 at 512×512, masks a second", "atLeast", 600, (rates) => rates[LOADER_SMALL]],
];

/**
 * @typedef {{ title: string, limit: string, median: number | null, least: number | null, cpu: number | null, way: string,
 *   met: boolean | null }} Reached
 *   `median`: by the medians of the wall time, which decide; `least`: by each contender's least time; `cpu`: by the CPU
 *   time in the program, which other programs hardly disturb. `null` if it was not measured
 * @param {{ decode: object[], loader: object }} results
 * @returns {Reached[]}
 */
export function reachedGoals({ decode, loader }) {
  return [
    ...GOALS.map((goal) => reach(goal, decode)),
    ...LOADER_GOALS.map((goal) => reachByLoader(goal, loader)),
    {
      title: "memory of maps ÷ (prefetch + workers) maps",
      limit: "≤ 1.1",
      median: loader.memory,
      least: null,
      cpu: null,
      way: `prefetch ${loader.prefetch}, ${loader.workers} workers`,
      met: loader.memory <= 1.1,
    },
  ];
}

function reach(goal, decode) {
  const times = goal.mask === REAL ? realMean(decode) : decode.find(({ mask }) => mask === goal.mask);
  const values = (key) =>
    times === undefined
      ? []
      : goal.names
          .map((name) => ({ name, value: goal.of(times, name, key) }))
          .filter(({ value }) => Number.isFinite(value))
          .sort((a, b) => a.value - b.value);
  // Of several ways the least counts, and there is only one where more is better.
  const [best] = values("median");
  const [least, cpu] = ["min", "user"].map((key) => values(key)[0]?.value);
  return describe(goal, { median: best?.value, least, cpu }, best?.name ?? "not measured");
}

function reachByLoader([title, kind, limit, of], { rates, masks }) {
  const pick = (key) => Object.fromEntries(Object.entries(rates).map(([name, rate]) => [name, rate[key]]));
  return describe({ title, [kind]: limit }, { median: of(pick("median")), least: of(pick("max")) }, masks);
}

function describe({ title, atMost, atLeast }, { median, least, cpu }, way) {
  const limit = atMost === undefined ? `≥ ${atLeast}` : `≤ ${atMost}`;
  if (median === undefined) return { title, limit, median: null, least: null, cpu: null, way, met: null };
  const met = atMost === undefined ? median >= atLeast : median <= atMost;
  return {
    ...{ title, limit, median: round(median), least: round(least) },
    ...{ cpu: cpu === undefined ? null : round(cpu), way, met },
  };
}

/** `met`, `missed`, or that it was not measured, as for real masks without a corpus. */
export const verdict = ({ met }) => (met === null ? "not measured" : met ? "met" : "missed");

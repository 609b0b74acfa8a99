/** What `npm run bench` says about its goals. */
import { describe, expect, it } from "vitest";
import { LIBDEFLATE, OWN, RELEASED, REUSED, RUNS, SHARP, ZERO_COPY } from "../../bench/contenders.mjs";
import { reachedDatasetGoals } from "../../bench/dataset-goals.mjs";
import { reachedGoals, verdict } from "../../bench/goals.mjs";
import { LOADER, LOADER_SMALL, ONE_THREAD, SHARP_THREADS } from "../../bench/loader-goals.mjs";
import { measure, medians } from "../../bench/measure.mjs";
import { TRIED, triedForMissed } from "../../bench/tried.mjs";

const times = (median: number, min = median) => ({ min, median, max: median, user: median, system: 0 });
const rate = (median: number) => ({ min: median, median, max: median });
const loader = {
  masks: "2 real masks of 4K",
  workers: 2,
  prefetch: 4,
  turns: 1,
  rates: {
    [ONE_THREAD]: rate(100),
    [LOADER]: rate(179),
    [SHARP_THREADS]: rate(4),
    [LOADER_SMALL]: rate(600),
  },
  memory: 1.2,
};
const street = {
  mask: "street-4k-adaptive",
  title: "street",
  isReal: false,
  steady: {
    [ZERO_COPY]: times(5, 3),
    [REUSED]: times(4),
    [RELEASED]: times(6),
    [RUNS]: times(1),
    [LIBDEFLATE]: times(2),
  },
  allocating: { [OWN]: times(7), [SHARP]: times(70) },
  leftOut: {},
};

const verdicts = (goals: ReturnType<typeof reachedGoals>) =>
  Object.fromEntries(goals.map((goal) => [goal.title, verdict(goal)]));

describe("goals", () => {
  it("are met by the best way's median, however small another one's least time is", () => {
    const goals = reachedGoals({ decode: [street], loader });
    const [goal] = goals.filter(({ title }) => title.startsWith("street 4K, adaptive filters ÷"));
    expect(goal).toMatchObject({ median: 2, least: 1.5, way: REUSED, met: false });
    expect(verdicts(goals)["street 4K, adaptive filters, to runs ÷ libdeflate alone"]).toBe("met");
  });

  it("are not measured without the mask, or without libdeflate", () => {
    const { [LIBDEFLATE]: _, ...without } = street.steady;
    const found = verdicts(reachedGoals({ decode: [{ ...street, steady: without }], loader }));
    expect(found["street 4K, adaptive filters ÷ libdeflate alone"]).toBe("not measured");
    expect(found["real 4K masks ÷ libdeflate alone"]).toBe("not measured");
  });

  it("of the loader are rates, and what maps take in memory", () => {
    expect(verdicts(reachedGoals({ decode: [street], loader }))).toMatchObject({
      "loader ÷ one thread": "missed",
      "loader ÷ sharp + Map scan in as many threads": "met",
      "loader, uint8 at 512×512, masks a second": "met",
      "memory of maps ÷ (prefetch + workers) maps": "missed",
    });
  });
});

describe("what was tried", () => {
  it("is told of missed goals only, with at least three attempts each", () => {
    const goals = reachedGoals({ decode: [], loader }).map(({ title }) => ({ title, met: false }));
    for (const { title, tried } of triedForMissed(goals)) {
      expect(tried.length, title).toBeGreaterThanOrEqual(3);
    }
    expect(triedForMissed(goals.map((goal) => ({ ...goal, met: true })))).toEqual([]);
  });

  it("belongs to goals that exist", () => {
    const goals = [...reachedGoals({ decode: [], loader }), ...reachedDatasetGoals(dataSet(0))];
    const titles = goals.map(({ title }) => title);
    expect(titles).toEqual(expect.arrayContaining([...TRIED.keys()]));
  });
});

/** Results of a data set that are so much better than its goals. */
const dataSet = (better: number) => ({
  sizes: {
    full: { labelmap: { cores_busy: 0.9 + better }, times_python: 14 + better },
    "512×512": { labelmap: { cores_busy: 0.9 + better }, times_python: 28 + better },
  },
  short_run: { masks: 20, seconds: 0.6 - better },
});

describe("the goals of a data set", () => {
  it("are met at their limits, and not below", () => {
    expect(reachedDatasetGoals(dataSet(0)).map(({ met }) => met)).toEqual(Array(5).fill(true));
    expect(reachedDatasetGoals(dataSet(-0.01)).map(({ met }) => met)).toEqual(Array(5).fill(false));
  });

  it("of a short run are left out if there was none", () => {
    const { short_run: _, ...older } = dataSet(0);
    expect(reachedDatasetGoals(older)).toHaveLength(4);
  });
});

describe("measure", () => {
  /** A contender whose runs take `wall` milliseconds one after the other, and then again from the first. */
  const contender = (wall: number[]) => async (_warmUps: number, runs: number) => ({
    wall: Array.from({ length: runs }, (_, run) => wall[run % wall.length] as number),
    user: 2 * runs,
    system: runs,
  });

  it("states the spread of the wall time, and a run's CPU time", async () => {
    const { some } = await measure({ some: contender([30, 10, 20, 40]) }, 3);
    expect(some).toEqual({ min: 10, median: 25, max: 40, user: 2, system: 1 });
  });

  it("lets no contender out, fast or slow", async () => {
    expect(await medians({ fast: contender([20]), slow: contender([200]) }, 2)).toEqual({
      fast: 20,
      slow: 200,
    });
  });
});

/**
 * `npm run bench`: how long a mask takes with our decoder, with what a user would otherwise use, and with libraries that
 * only inflate the same bytes: wall time and CPU time, in a loop that reuses memory and in one that allocates. Each
 * contender's labels are compared with the expected ones before it is timed. It prints each of our goals beside what was
 * reached, and writes build/bench/results.json.
 *
 * `npm run bench:full` adds the slower peers and where our time goes. It writes bench/results.json, and draws the charts.
 *
 * BENCH_ROUNDS: rounds in which all take turns (5, full: 11); LABELMAP_CORPUS: a folder of real masks to measure as well.
 */
import { readFileSync, writeFileSync } from "node:fs";
import { cpus, loadavg } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { init } from "labelmap";
import { drawCharts } from "./chart.mjs";
import { BUILD } from "./children.mjs";
import { ALLOCATING, LOOPS, OWN, PACKAGES, REUSED, STEADY } from "./contenders.mjs";
import { makeCorpus, makeTinyMask } from "./corpus.mjs";
import { prepareContenders } from "./decode.mjs";
import { measureDetails } from "./details.mjs";
import { reachedGoals, verdict } from "./goals.mjs";
import { measureLoader } from "./loader-goals.mjs";
import { describeMachine, describeRun, realMean } from "./summary.mjs";
import { triedForMissed } from "./tried.mjs";

const FULL = process.argv.includes("--full");
const ROUNDS = Number(process.env.BENCH_ROUNDS ?? (FULL ? 11 : 5));
const LOADER_TURNS = Math.min(ROUNDS, FULL ? 5 : 2);
const ROOT = fileURLToPath(new URL("..", import.meta.url));
const RESULTS = FULL ? join(ROOT, "bench/results.json") : join(BUILD, "results.json");
/** The goals are about real masks of 4K: strips that are only as wide are left out. */
const REAL_HEIGHT = 2160;
/** A call on one pixel is measured for our two usual ways only. */
const TINY_CONTENDERS = { [STEADY]: [REUSED], [ALLOCATING]: [OWN] };

if (globalThis.gc === undefined)
  console.warn("Without --expose-gc others' garbage counts: use `npm run bench`.\n");
const start = performance.now();
const load = { before: loadNow() };
await init();
const { benchMask, versions, leftOut } = prepareContenders(FULL, ROUNDS);
const corpus = (await makeCorpus(FULL)).filter(({ isReal, height }) => !isReal || height >= REAL_HEIGHT);

const decode = [];
for (const mask of corpus) {
  decode.push(await benchMask(mask));
  printMask(decode.at(-1));
}
const mean = realMean(decode);
if (mean) printMask(mean);
decode.push(await benchMask(await makeTinyMask(), TINY_CONTENDERS));
printMask(decode.at(-1));
const loader = measureLoader(corpus, LOADER_TURNS);
console.log(`\nMasks per second: ${loader.masks}, ${loader.turns} turns`);
console.table(loader.rates);
const details = FULL ? await measureDetails(corpus, ROUNDS) : {};
load.after = loadNow();

const results = {
  machine: {
    cpu: cpus()[0]?.model ?? "unknown",
    cores: cpus().length,
    node: process.version,
    platform: `${process.platform} ${process.arch}`,
  },
  date: new Date().toISOString().slice(0, 10),
  load,
  rounds: ROUNDS,
  versions: { ...versionsOf(PACKAGES), ...versions },
  leftOut,
  decode,
  loader,
  ...details,
};
writeFileSync(RESULTS, `${JSON.stringify(results, null, 2)}\n`);
if (FULL) drawCharts(results);
printGoals(results);

function loadNow() {
  return Number(loadavg()[0].toFixed(2));
}

function versionsOf(names) {
  const version = (name) =>
    JSON.parse(readFileSync(join(ROOT, "node_modules", name, "package.json"), "utf8")).version;
  return Object.fromEntries(names.map((name) => [name, version(name)]));
}

function printMask({ title, width, height, labels, bytes, leftOut: cannot, ...measured }) {
  console.log(`\n${title}${width ? `: ${width}×${height}, ${labels} labels, ${bytes} bytes` : ""}`);
  console.table(
    LOOPS.flatMap((loop) =>
      Object.entries(measured[loop]).map(([contender, { min, median, max, user, system }]) => ({
        loop,
        contender,
        "wall ms, median": median,
        min,
        max,
        "CPU ms, user": user,
        "CPU ms, system": system,
      })),
    ),
  );
  for (const [contender, reason] of Object.entries(cannot)) console.log(`${contender}: ${reason}`);
}

function printGoals(found) {
  for (const [contender, reason] of Object.entries(leftOut)) console.log(`${contender}: ${reason}`);
  console.log(
    "\nThe goals, by medians of the wall time; beside them by least times and by CPU time, which other programs disturb less",
  );
  const goals = reachedGoals(found);
  console.table(
    goals.map(({ title, limit, median, least, cpu, way, met }) => ({
      title,
      goal: limit,
      reached: median,
      "by least times": least,
      "by CPU time": cpu,
      "": verdict({ met }),
      with: way,
    })),
  );
  for (const { title, tried } of triedForMissed(goals)) {
    console.log(`\nTried for “${title}”:`);
    for (const attempt of tried) console.log(`- ${attempt}`);
  }
  if (mean === undefined)
    console.log(
      "There were no real masks: set LABELMAP_CORPUS to a folder of masks with a manifest.json, as test/fixtures/masks has.",
    );
  const seconds = Math.round((performance.now() - start) / 1000);
  console.log(`\n${describeMachine(found.machine)}; ${describeRun(found)}; ${seconds} s.`);
  console.log(
    FULL ? "Written: bench/results.json, docs/bench.svg, docs/bench-growth.svg" : `Written: ${RESULTS}`,
  );
}

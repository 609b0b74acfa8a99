/**
 * `npm run bench:training`: what training needs from a mask, compared with Pillow and NumPy in one run: label and semantic
 * maps, maps resized to 512×512, RLE of all labels. Each contender is a separate process. Its output is compared with the
 * expected bytes before it is timed. All take turns, and medians are taken. Writes bench/results-training.json and draws
 * docs/bench-training.svg.
 *
 * BENCH_ROUNDS: rounds in which all take turns (11); LABELMAP_CORPUS: a folder of real masks to measure as well.
 */
import { writeFileSync } from "node:fs";
import { cpus } from "node:os";
import { fileURLToPath } from "node:url";
import { decodeMaskSync, init } from "labelmap";
import { findPythonWith } from "../scripts/python.mjs";
import { drawTrainingChart } from "./chart.mjs";
import { startContender } from "./children.mjs";
import { makeCorpus } from "./corpus.mjs";
import { medians, round } from "./measure.mjs";
import { describeMachine } from "./summary.mjs";
import { classNames, expectedOutputs } from "./training-expected.mjs";
import { goalsOf, isReached, keyOf, OURS, PYTHON } from "./training-jobs.mjs";

const ROUNDS = Number(process.env.BENCH_ROUNDS ?? 11);
const DRAWN = ["street-4k-adaptive", "street-4k-none", "instances-1080p-adaptive"];
/** Class ids must fit uint8, and 255 is void. */
const MAX_CLASSES = 255;
const CONTENDER = fileURLToPath(new URL("training-contender.mjs", import.meta.url));
const TRAINING = fileURLToPath(new URL("native/training.py", import.meta.url));

await init();
const versions = {};
const { contenders, leftOut } = findContenders();
const masks = [];
for (const mask of await makeCorpus()) {
  if (!mask.isReal && !DRAWN.includes(mask.name)) continue;
  const classCount = classNames(mask).length;
  if (classCount > MAX_CLASSES) {
    console.log(`${mask.title}: left out, its ${classCount} classes do not fit uint8\n`);
    continue;
  }
  masks.push(await benchMask(mask));
  print(masks.at(-1));
}

const machine = {
  cpu: cpus()[0]?.model ?? "unknown",
  cores: cpus().length,
  node: process.version,
  platform: `${process.platform} ${process.arch}`,
};
const date = new Date().toISOString().slice(0, 10);
const results = { machine, date, rounds: ROUNDS, versions, leftOut, masks };
writeFileSync(new URL("results-training.json", import.meta.url), `${JSON.stringify(results, null, 2)}\n`);
drawTrainingChart(results);
for (const [contender, reason] of Object.entries(leftOut)) console.log(`${contender}: ${reason}`);
console.log(`\n${describeMachine(machine)}; medians of ${ROUNDS} rounds in which all take turns.`);
console.log("Written: bench/results-training.json, docs/bench-training.svg");

/** Job, contender and command line of everything that can run here, and the others with the reason. */
function findContenders() {
  const found = [];
  const missing = {};
  for (const [job, names] of Object.entries(OURS)) {
    for (const contender of names) {
      found.push({ job, contender, command: [process.execPath, CONTENDER, job, contender] });
    }
    for (const [contender, [argument, ...modules]] of Object.entries(PYTHON[job] ?? {})) {
      const python = findPythonWith("numpy", ...modules);
      if (python) found.push({ job, contender, command: [python, "-B", TRAINING, argument] });
      else missing[contender] = "not installed";
    }
  }
  return { contenders: found, leftOut: missing };
}

/** The milliseconds of each job and contender. */
async function benchMask(mask) {
  const { name, title, width, height, png, colors, isReal } = mask;
  const expected = expectedOutputs(mask, labelsOf(mask));
  const children = [];
  for (const { job, contender, command } of contenders) {
    const child = await startContender(command, mask);
    if (!child.bytes || !expected[job].equals(child.bytes)) {
      throw new Error(`${title}, ${keyOf(job, contender)}: the result is wrong`);
    }
    if (child.version !== "ready") versions[contender] = child.version;
    children.push([keyOf(job, contender), child]);
  }
  const milliseconds = await medians(
    Object.fromEntries(children.map(([key, child]) => [key, child.time])),
    ROUNDS,
  );
  for (const [, child] of children) child.close();
  const ms = Object.fromEntries(Object.entries(milliseconds).map(([key, value]) => [key, round(value)]));
  return { mask: name, title, width, height, labels: colors.length, bytes: png.length, isReal, ms };
}

/** The labels as drawn; for a real mask our own labels, once their checksum is right. */
function labelsOf({ title, png, legend, expected, isRight }) {
  if (expected) return expected;
  const { data } = decodeMaskSync(png, legend);
  if (!isRight(data)) throw new Error(`${title}: our own labels are wrong`);
  return data;
}

function print({ title, width, height, labels, bytes, ms }) {
  console.log(`\n${title}: ${width}×${height}, ${labels} labels, ${bytes} bytes`);
  console.table(Object.entries(ms).map(([contender, time]) => ({ contender, ms: time })));
  console.table(
    goalsOf(ms).map(({ claim, own, reused, ...goal }) => ({
      claim,
      goal: goal.atMost === undefined ? `at least ${goal.atLeast}` : `at most ${goal.atMost}`,
      own,
      reused,
      reached: `${isReached(goal, own)} / ${isReached(goal, reused)}`,
    })),
  );
}

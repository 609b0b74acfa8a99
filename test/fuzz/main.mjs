import { createHash } from "node:crypto";
import { mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import * as library from "../../dist/all.js";
import { getModule } from "../../dist/decode/wasm/module.js";
import { compileModule } from "../../scripts/asc.mjs";
import { dice, mulberry32 } from "../support/random.mjs";
import { COUNTERS_START, instrument, MEMORY_BASE } from "./instrument.mjs";
import { makeSeed, mutate } from "./mutate.mjs";
import { judge } from "./oracle.mjs";

const SECONDS = Number(process.env.FUZZ_SECONDS ?? 60);
const SEED = Number(process.env.FUZZ_SEED ?? Date.now() % 1_000_000);
const SEEDS = 200;
const MOST_FINDINGS = 10;
/** An input is decoded in milliseconds; one that takes longer than this is a finding. */
const MOST_MILLISECONDS = 5000;
/** The repository keeps no larger files. */
const MOST_KEPT_BYTES = 2000;

const root = join(dirname(fileURLToPath(import.meta.url)), "../..");
const corpusFolder = join(root, "test/fuzz/corpus");
const findingsFolder = join(root, "out/fuzz");

const random = mulberry32(SEED);
const { below, chance, pick } = dice(random);
const counterCount = await loadInstrumented();

/** Features seen so far, and the smallest input that showed each. */
const reached = new Map();
/** Inputs that showed something new, and those of them that decode. The latter lead to the deeper code. */
const pool = [];
const sound = [];
const outcomes = new Map();
const findings = [];
let runs = 0;

console.log(
  `fuzzing for ${SECONDS} s with seed ${SEED} (FUZZ_SEED); ${counterCount} branch outcomes in the module`,
);
for (const file of readdirSync(corpusFolder))
  tryInput(new Uint8Array(readFileSync(join(corpusFolder, file))));
for (let count = 0; count < SEEDS && findings.length < MOST_FINDINGS; count++) tryInput(makeSeed(random));
const end = performance.now() + SECONDS * 1000;
while (performance.now() < end && findings.length < MOST_FINDINGS) {
  const parents = chance(0.7) ? sound : pool;
  // Later inputs were harder to reach, so they are picked more often.
  const place = Math.max(below(parents.length), below(parents.length));
  tryInput(mutate(parents[place], pick(pool), random));
}
report();

/** Builds the module with room for the counters, and makes the library use it. */
async function loadInstrumented() {
  const path = join(root, "build/labelmap.fuzz.wasm");
  compileModule("checked", ["--memoryBase", `${MEMORY_BASE}`, "--outFile", path]);
  const { wasm, counters } = instrument(new Uint8Array(readFileSync(path)));
  await library.init({ wasm });
  return counters;
}

function tryInput(png) {
  runs++;
  const before = getModule();
  new Uint8Array(before.memory.buffer, COUNTERS_START, counterCount).fill(0);
  const start = performance.now();
  const { outcome, finding } = judge(library, png);
  const milliseconds = performance.now() - start;
  outcomes.set(outcome, (outcomes.get(outcome) ?? 0) + 1);
  if (finding !== null) keepFinding(png, finding);
  else if (milliseconds > MOST_MILLISECONDS) keepFinding(png, `decoding took ${milliseconds} ms`);

  let isNew = note(outcome, png);
  const counters = new Uint8Array(getModule().memory.buffer, COUNTERS_START, counterCount);
  for (let place = 0; place < counterCount; place++) {
    // Counts are compared as powers of two: a loop that runs twice as long is new, one that runs once more is not.
    if (counters[place] > 0) isNew = note(place * 8 + (31 - Math.clz32(counters[place])), png) || isNew;
  }
  if (isNew) pool.push(png);
  if (isNew && outcome === "labels") sound.push(png);
}

function note(feature, png) {
  const smallest = reached.get(feature);
  if (smallest === undefined || png.length < smallest.length) reached.set(feature, png);
  return smallest === undefined;
}

function keepFinding(png, finding) {
  mkdirSync(findingsFolder, { recursive: true });
  const path = join(findingsFolder, `${nameOf(png)}.png`);
  writeFileSync(path, png);
  findings.push(path);
  console.log(`FINDING (seed ${SEED}, run ${runs}): ${finding}\n  ${path}`);
}

function nameOf(png) {
  return createHash("sha256").update(png).digest("hex").slice(0, 16);
}

function report() {
  const taken = new Set([...reached.keys()].filter(Number.isInteger).map((feature) => feature >> 3));
  for (const [outcome, count] of [...outcomes].sort(([, one], [, other]) => other - one)) {
    console.log(`${String(count).padStart(8)}  ${outcome.slice(0, 100)}`);
  }
  console.log(
    `${runs} inputs, ${taken.size} of ${counterCount} branch outcomes, ${pool.length} inputs with something new`,
  );
  if (process.env.FUZZ_KEEP && findings.length === 0) writeCorpus();
  console.log(`${findings.length} findings`);
  process.exitCode = findings.length > 0 ? 1 : 0;
}

/** Writes the inputs that together show all features. Whether a branch was taken counts, but not how often. */
function writeCorpus() {
  const smallest = new Map();
  for (const [feature, png] of reached) {
    const key = Number.isInteger(feature) ? feature >> 3 : feature;
    const known = smallest.get(key);
    if (png.length <= MOST_KEPT_BYTES && (known === undefined || png.length < known.length))
      smallest.set(key, png);
  }
  rmSync(corpusFolder, { recursive: true, force: true });
  mkdirSync(corpusFolder, { recursive: true });
  const kept = new Set(smallest.values());
  for (const png of kept) writeFileSync(join(corpusFolder, `${nameOf(png)}.png`), png);
  console.log(`${kept.size} inputs are kept in ${corpusFolder}`);
}

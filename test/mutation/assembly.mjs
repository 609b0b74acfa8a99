/**
 * Changes assembly/ one place at a time and asks whether anything notices.
 *
 *   mutant ──compile──▶ module ──the same bytes as unchanged?──▶ no change at all
 *                          └──▶ quick judge ──▶ the tests of decode/ ──▶ survivor, or equivalent by the table
 *
 * The quick judge (judge.mjs) finds most mutants in a second or two. The tests take a minute or more, and see only what
 * it lets pass.
 */
import { spawn } from "node:child_process";
import { mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { serialize } from "node:v8";
import asc from "assemblyscript/asc";
import { dice, mulberry32 } from "../support/random.mjs";
import { makeCases, outcomeOf } from "./cases.mjs";
import { isInTable, readTable } from "./equivalents.mjs";
import { applyMutant, describeMutant } from "./mutants.mjs";
import { allMutants, readSources } from "./sources.mjs";

const ROOT = fileURLToPath(new URL("../..", import.meta.url));
const OUT = join(ROOT, "out/mutation");
/** Several may run at a time. */
const CASES_FILE = join(OUT, `cases-${process.pid}.bin`);
const MUTANT_FILE = join(OUT, `mutant-${process.pid}.wasm`);
/** Less than the release has: that would take longer, and finds hardly more mutants that change nothing. */
const OPTIMISATION = ["-O1", "--noAssert"];
/** The module hangs if the judge takes so many times as long as with the unchanged one, and at least so long. */
const TIMES_AS_LONG = 10;
const LEAST_MILLISECONDS = 60_000;
const TESTS_MILLISECONDS = 1_800_000;
/** The survivors of the last run, for `--again`. */
const SURVIVORS_FILE = join(OUT, "survivors.json");
/** In this order: those that find most of what the judge has missed come first. */
const TESTS = [
  ["blocks", "fused-inflate", "targets", "decode", "decode-ids", "snap", "conformance", "png", "fuzz-corpus"],
  ["sixteen-bits", "interlaced", "window", "transparent", "encodings"],
  ["fused", "mutation", "checked"],
];

/**
 * @param {{ places: string[], sample: number | null, seed: number, quick: boolean, again: boolean }} options
 *   `places`: names of files, or `fused.ts:288`; `sample`: null for all mutants; `quick`: leave the tests out;
 *   `again`: only those that survived the last run
 * @returns {Promise<number>} how many mutants have survived
 */
export async function mutateAssembly({ places, sample, seed, quick, again }) {
  mkdirSync(OUT, { recursive: true });
  const sources = readSources();
  const unchanged = await compile(sources);
  if (unchanged === null) throw new Error("assembly/ does not compile");
  await writeCases(unchanged);
  const start = performance.now();
  const verdict = await runJudge(unchanged, TESTS_MILLISECONDS);
  const judgeMilliseconds = Math.max(LEAST_MILLISECONDS, (performance.now() - start) * TIMES_AS_LONG);
  if (verdict !== null) throw new Error(`the judge rejects the unchanged module: ${verdict}`);

  const mutants = again
    ? lastSurvivors(allMutants(sources))
    : choose(allMutants(sources), places, sample, seed);
  const found = { same: 0, invalid: 0, equivalent: 0, killed: 0, survived: 0 };
  const survivors = [];
  for (const [index, mutant] of mutants.entries()) {
    const text = sources.get(mutant.file);
    const { result, by } = await trial(mutant, { sources, unchanged, quick, judgeMilliseconds });
    found[result]++;
    const line = describeMutant(mutant, text);
    if (result === "survived") survivors.push({ ...mutant, line });
    console.log(`${index + 1}/${mutants.length} ${result}${by ? ` (${by})` : ""}: ${line}`);
  }
  for (const file of [CASES_FILE, MUTANT_FILE]) rmSync(file, { force: true });
  writeFileSync(SURVIVORS_FILE, JSON.stringify(survivors));
  report(found, survivors);
  return survivors.length;
}

function choose(mutants, places, sample, seed) {
  const isChosen = ({ file, line }) =>
    places.length === 0 || places.some((place) => `${file}:${line}:`.includes(`/${place}:`));
  const chosen = mutants.filter(isChosen);
  if (chosen.length === 0) throw new Error(`no mutants in ${places.join(", ")}: name files of assembly/`);
  if (sample === null || sample >= chosen.length) {
    console.log(`all ${chosen.length} mutants`);
    return chosen;
  }
  console.log(`${sample} of ${chosen.length} mutants, with seed ${seed} (--seed)`);
  const { below } = dice(mulberry32(seed));
  for (let place = 0; place < sample; place++) {
    const other = place + below(chosen.length - place);
    [chosen[place], chosen[other]] = [chosen[other], chosen[place]];
  }
  return chosen.slice(0, sample).sort((one, other) => mutants.indexOf(one) - mutants.indexOf(other));
}

/** By place: if a file has changed since, those that are still there. */
function lastSurvivors(mutants) {
  const keyOf = ({ file, start, end, to }) => `${file} ${start} ${end} ${to}`;
  const keys = new Set(JSON.parse(readFileSync(SURVIVORS_FILE, "utf8")).map(keyOf));
  return mutants.filter((mutant) => keys.has(keyOf(mutant)));
}

/** The module's bytes, or null where the compiler refuses the source. */
async function compile(sources) {
  const config = JSON.parse(readFileSync(join(ROOT, "asconfig.json"), "utf8")).options;
  const settings = Object.entries(config).flatMap(([name, value]) => [`--${name}`, `${value}`]);
  let module = null;
  const nowhere = { write: () => true };
  const { error } = await asc.main(
    ["assembly/index.ts", ...settings, ...OPTIMISATION, "--outFile", "module.wasm"],
    {
      readFile: (name) => sources.get(name) ?? null,
      writeFile: (_name, contents) => {
        module = contents;
      },
      listFiles: () => [],
      stdout: nowhere,
      stderr: nowhere,
    },
  );
  return error ? null : module;
}

/** Asks the unchanged module for all that the reference does not say. */
async function writeCases(unchanged) {
  const { decodeMaskSync, init } = await import("../../dist/all.js");
  const { decodeIds } = await import("../../dist/decode/decode-ids.js");
  await init({ wasm: unchanged });
  const cases = makeCases();
  for (const each of cases) each.expected ??= await outcomeOf({ decodeMaskSync, decodeIds }, each);
  writeFileSync(CASES_FILE, serialize(cases));
}

async function trial(mutant, { sources, unchanged, quick, judgeMilliseconds }) {
  const { file } = mutant;
  const module = await compile(new Map(sources).set(file, applyMutant(sources.get(file), mutant)));
  if (module === null) return { result: "invalid" };
  if (Buffer.from(module).equals(unchanged)) return { result: "same" };
  if (isInTable(readTable(), mutant, sources.get(file))) return { result: "equivalent" };
  const verdict = await runJudge(module, judgeMilliseconds);
  if (verdict !== null) return { result: "killed", by: verdict };
  if (quick) return { result: "survived" };
  await expectTestsPass(unchanged);
  writeFileSync(MUTANT_FILE, module);
  for (const names of TESTS) {
    const failure = await runTests(names);
    if (failure !== null) return { result: "killed", by: failure };
  }
  return { result: "survived" };
}

async function runJudge(module, milliseconds) {
  writeFileSync(MUTANT_FILE, module);
  const args = [join(ROOT, "test/mutation/judge.mjs"), CASES_FILE, MUTANT_FILE];
  const { code, output } = await run(args, milliseconds);
  return code === 0 ? null : code === null ? "it hangs" : output.trim().split("\n")[0].slice(0, 100);
}

let areTestsTried = false;

/** A test that fails with the unchanged module would seem to kill every mutant. */
async function expectTestsPass(unchanged) {
  if (areTestsTried) return;
  areTestsTried = true;
  writeFileSync(MUTANT_FILE, unchanged);
  for (const names of TESTS) {
    const failure = await runTests(names);
    if (failure !== null) throw new Error(`with the unchanged module a test fails: ${failure}`);
  }
}

/** Runs test files with the module that the judge had last. Returns the first failure. */
async function runTests(names) {
  const vitest = join(ROOT, "node_modules/vitest/vitest.mjs");
  const config = join(ROOT, "test/mutation/vitest.assembly.config.ts");
  const files = names.map((name) => `test/decode/${name}.test.ts`);
  const { code, output } = await run(
    [vitest, "run", "--config", config, "--bail", "1", ...files],
    TESTS_MILLISECONDS,
    { LABELMAP_MUTANT: MUTANT_FILE, LABELMAP_SEED: "1", NO_COLOR: "1" },
  );
  if (code === 0) return null;
  return code === null ? "tests hang" : (/FAIL\s+(.*)/.exec(output)?.[1] ?? output.slice(-200));
}

/** Runs Node; `code` is null if it had to be stopped, with all that it has started. */
function run(args, milliseconds, env = {}) {
  return new Promise((resolve, reject) => {
    const child = spawn(process.execPath, args, {
      cwd: ROOT,
      env: { ...process.env, ...env },
      detached: true,
      stdio: ["ignore", "pipe", "pipe"],
    });
    let output = "";
    let isStopped = false;
    for (const stream of [child.stdout, child.stderr]) {
      stream.on("data", (bytes) => {
        output += bytes;
      });
    }
    const clock = setTimeout(() => {
      isStopped = true;
      process.kill(-child.pid, "SIGKILL");
    }, milliseconds);
    child.on("error", reject);
    child.on("close", (code) => {
      clearTimeout(clock);
      resolve({ code: isStopped ? null : (code ?? 1), output });
    });
  });
}

function report({ same, invalid, equivalent, killed, survived }, survivors) {
  const judged = killed + survived;
  const score = judged === 0 ? "none" : `${((killed / judged) * 100).toFixed(1)} %`;
  console.log(`\n${killed} killed, ${survived} survived: score ${score}`);
  console.log(
    `not counted: ${same} the same module, ${equivalent} equivalent by the table, ${invalid} invalid`,
  );
  for (const { line } of survivors) console.log(`survived: ${line}`);
}

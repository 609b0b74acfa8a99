/**
 * Changes a room of src/ one place at a time, by Stryker, and judges its report: a mutant that the table of equivalents
 * names does not count.
 */
import { spawnSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { isInTable, readTable } from "./equivalents.mjs";
import { isSampled } from "./sample.mjs";
import { listSlowTests } from "./slow-tests.mjs";

const ROOT = fileURLToPath(new URL("../..", import.meta.url));
/** In percent: how many of the mutants that count a room's tests must find. */
const LEAST_SCORE = 85;

/**
 * @param {string} room
 * @param {{ mutate?: string | undefined, concurrency?: string | undefined }} options options of Stryker
 * @param {{ tests?: string, skip?: string, within?: number, share?: string, seed?: string }} choice which of the room's
 *   tests judge: the files' names, separated by commas; a pattern of the names of tests that do not; and the most
 *   milliseconds that a test takes. Without them, all. And the share of the mutants that are tried, 0 to 1, with the
 *   seed that says which
 * @returns {boolean} whether Stryker ran to its end and the score is high enough
 */
export function mutateRoom(room, options, { tests, skip, within, share, seed }) {
  const stryker = fileURLToPath(import.meta.resolve("@stryker-mutator/core/package.json"));
  const sample = {
    ...(share === undefined ? {} : { MUTATED_SHARE: share }),
    ...(seed === undefined ? {} : { MUTATED_SEED: seed }),
  };
  const choice = {
    MUTATED_ROOM: room,
    // The seed is part of some tests' names, and by its name a worker finds a test again.
    LABELMAP_SEED: process.env.LABELMAP_SEED ?? "1",
    ...(tests === undefined ? {} : { MUTATED_TESTS: tests }),
    ...(skip === undefined ? {} : { MUTATED_SKIP: skip }),
  };
  const slow = within === undefined ? {} : { MUTATED_SLOW: listSlowTests(room, within, choice) };
  const { status } = spawnSync(
    process.execPath,
    [
      stryker.replace("package.json", "bin/stryker.js"),
      "run",
      "test/mutation/stryker.config.mjs",
      ...Object.entries(options).flatMap(([name, value]) =>
        value === undefined ? [] : [`--${name}`, value],
      ),
    ],
    {
      cwd: ROOT,
      stdio: "inherit",
      env: { ...process.env, ...choice, ...slow, ...sample },
    },
  );
  if (status !== 0) return false;
  const report = JSON.parse(readFileSync(join(ROOT, `out/mutation/${room}.json`), "utf8"));
  const { lines, score } = judgeReport(report, readTable(), sample);
  for (const line of lines) console.log(line);
  return score === null || score >= LEAST_SCORE;
}

/**
 * The score of each file and of the room, and the survivors.
 *
 * @param {{ files: Record<string, { source: string, mutants: object[] }> }} report Stryker's, in JSON
 * @param {import("./equivalents.mjs").Entry[]} table
 * @param {Parameters<typeof isSampled>[1]} sample which mutants count
 * @returns {{ lines: string[], score: number | null }} in percent; null if no mutant counts
 */
export function judgeReport({ files }, table, sample = {}) {
  const rows = [];
  const survivors = [];
  const room = { killed: 0, timeout: 0, survived: 0, uncovered: 0, equivalent: 0 };
  for (const [file, { source, mutants }] of Object.entries(files)) {
    const found = { killed: 0, timeout: 0, survived: 0, uncovered: 0, equivalent: 0 };
    for (const each of mutants.filter(({ id }) => isSampled(id, sample))) {
      const mutant = mutantOf(file, source, each);
      const result = resultOf(each.status);
      if (result === null) continue;
      const isAlive = result === "survived" || result === "uncovered";
      const counted = isAlive && isInTable(table, mutant, source) ? "equivalent" : result;
      found[counted]++;
      if (isAlive && counted !== "equivalent") {
        const [from, to] = [mutant.from, mutant.to].map((text) => text.replace(/\s+/g, " "));
        survivors.push(`${counted}: ${file}:${mutant.line} ${from} → ${to}`);
      }
    }
    for (const name of Object.keys(room)) room[name] += found[name];
    rows.push(describe(file, found));
  }
  return { lines: [...survivors, "", ...rows, describe("all", room)], score: scoreOf(room) };
}

/** A mutant of Stryker's report in the form that the table knows. */
function mutantOf(file, source, { location, replacement }) {
  const { start, end } = location;
  const lines = source.split("\n").slice(start.line - 1, end.line);
  lines[lines.length - 1] = lines.at(-1).slice(0, end.column - 1);
  lines[0] = lines[0].slice(start.column - 1);
  return { file, line: start.line, from: lines.join("\n"), to: replacement ?? "" };
}

function resultOf(status) {
  return (
    { Killed: "killed", Timeout: "timeout", Survived: "survived", NoCoverage: "uncovered" }[status] ?? null
  );
}

function scoreOf({ killed, timeout, survived, uncovered }) {
  const judged = killed + timeout + survived + uncovered;
  return judged === 0 ? null : ((killed + timeout) / judged) * 100;
}

function describe(name, found) {
  const { killed, timeout, survived, uncovered, equivalent } = found;
  const score = scoreOf(found);
  const share = score === null ? "no score" : `${score.toFixed(1)} %`;
  return `${name}: ${share}: ${killed} killed, ${timeout} hang, ${survived} survived, ${uncovered} not reached by a test; not counted: ${equivalent} equivalent`;
}

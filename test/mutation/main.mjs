/**
 * `npm run mutate`: changes the source one place at a time, and lists the changes that no test notices.
 *
 *   npm run mutate -- legend maps                     rooms of src/, by Stryker
 *   npm run mutate -- decode --mutate src/decode/faults.ts --tests png,transparent
 *   npm run mutate -- decode --within 100            without the tests that take more than 100 ms
 *   npm run mutate -- maps --skip "is quick for"     without the tests whose names match
 *   npm run mutate -- decode --share 0.1 --seed 7    a random tenth of the mutants: an estimate of the score
 *   npm run mutate -- assembly --sample 50 --seed 7   so many mutants of assembly/
 *   npm run mutate -- assembly fused.ts:288           all mutants of a file, or of a line
 *   npm run mutate -- assembly --all
 *   npm run mutate -- assembly --again                those that survived the last time
 *
 * Without a name: all of the rooms, then a sample of assembly/. Ends with 1 if a room's score is below 85 %, or if a
 * mutant of assembly/ survives. Mutants in equivalents.json do not count.
 */
import { parseArgs } from "node:util";
import { mutateAssembly } from "./assembly.mjs";
import { mutateRoom } from "./rooms.mjs";

const ROOMS = ["legend", "maps", "decode", "playment"];
const SAMPLE = 40;

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    sample: { type: "string" },
    seed: { type: "string" },
    /** For Stryker: the share of the mutants that are tried, 0 to 1. The tests run once whatever the share is. */
    share: { type: "string" },
    all: { type: "boolean", default: false },
    quick: { type: "boolean", default: false },
    again: { type: "boolean", default: false },
    /** For Stryker: files or lines instead of the whole room, `src/legend/result.ts:10-40`. */
    mutate: { type: "string" },
    /** For Stryker: the names of the room's tests that judge, without `.test.ts`, separated by commas. Default: all. */
    tests: { type: "string" },
    /**
     * For Stryker: in milliseconds, how long a test may take; slower ones do not judge. All tests are measured first,
     * once. A run is then much shorter, and finds a few survivors more: give their lines to all tests, with `--mutate`.
     */
    within: { type: "string" },
    /** For Stryker: a pattern of the names of tests that do not judge. */
    skip: { type: "string" },
    /** For Stryker: how many mutants are tried at a time. */
    concurrency: { type: "string" },
  },
});

const isAssembly = positionals.includes("assembly");
const places = positionals.filter((name) => name.endsWith(".ts") || /\.ts:\d+$/.test(name));
const rooms = positionals.length === 0 ? ROOMS : positionals.filter((name) => ROOMS.includes(name));
const others = positionals.filter(
  (name) => name !== "assembly" && !ROOMS.includes(name) && !(isAssembly && places.includes(name)),
);
if (others.length > 0) {
  console.error(`unknown: ${others.join(", ")}. Name ${ROOMS.join(", ")} or assembly [FILE.ts[:LINE]].`);
  process.exit(2);
}

let isGood = true;
const { mutate, concurrency, tests, skip, share, seed } = values;
if (share !== undefined && !(Number(share) > 0 && Number(share) <= 1)) {
  console.error(`--share must be a number above 0, up to 1, not ${share}.`);
  process.exit(2);
}
const within = values.within === undefined ? undefined : Number(values.within);
if (within !== undefined && !(within > 0)) {
  console.error(`--within must be a number of milliseconds above 0, not ${values.within}.`);
  process.exit(2);
}
for (const room of rooms) {
  isGood = mutateRoom(room, { mutate, concurrency }, { tests, skip, within, share, seed }) && isGood;
}
if (isAssembly || positionals.length === 0) {
  const survivors = await mutateAssembly({
    places,
    sample: sampleSize(),
    seed: Number(values.seed ?? Date.now() % 1_000_000),
    quick: values.quick,
    again: values.again,
  });
  isGood = survivors === 0 && isGood;
}
process.exitCode = isGood ? 0 : 1;

function sampleSize() {
  if (values.all || (places.length > 0 && values.sample === undefined)) return null;
  const size = Number(values.sample ?? SAMPLE);
  if (!Number.isInteger(size) || size < 1) {
    console.error(`--sample must be a number of mutants from 1 on, not ${values.sample}.`);
    process.exit(2);
  }
  return size;
}

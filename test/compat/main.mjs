/**
 * `npm run test:compat`: builds the projects of matrix.mjs from the packed library and runs them.
 *
 *     npm run test:compat                      all; then writes results.json and the tables made of it
 *     npm run test:compat -- vite7 jest30      some; prints what came out and writes nothing
 *     npm run test:compat -- --quick           those that the gate runs
 *
 * The build must be up to date. The projects are in a temporary folder, whose name is printed. If one fails, its output is
 * there in output.txt.
 */
import { join } from "node:path";
import { MATRIX, QUICK } from "./matrix.mjs";
import { PROJECTS, packLibrary } from "./project.mjs";
import { writeReport } from "./report.mjs";
import { runEntry } from "./run-entry.mjs";

const AT_ONCE = 2;

const names = process.argv.slice(2);
const wanted = names.includes("--quick") ? QUICK : names;
const unknown = wanted.filter((name) => !MATRIX.some((entry) => entry.name === name));
if (unknown.length > 0) {
  console.error(
    `no entry is called ${unknown.join(", ")}; there are ${MATRIX.map(({ name }) => name).join(", ")}`,
  );
  process.exit(2);
}
const entries = wanted.length === 0 ? MATRIX : MATRIX.filter(({ name }) => wanted.includes(name));

console.log(`${entries.length} projects in ${PROJECTS}`);
const tarballs = packLibrary();
const outcomes = new Array(entries.length);
let next = 0;
await Promise.all(
  Array.from({ length: AT_ONCE }, async () => {
    while (next < entries.length) {
      const index = next++;
      const outcome = await runEntry(entries[index], tarballs);
      outcomes[index] = outcome;
      print(outcome);
    }
  }),
);
const failed = outcomes.filter(({ failure, oversize }) => failure !== undefined || oversize !== undefined);
console.log(`${outcomes.length - failed.length} of ${outcomes.length} environments pass`);
if (wanted.length === 0) writeReport(outcomes, new Date());
process.exitCode = failed.length > 0 ? 1 : 0;

function print({ name, title, core, failure, oversize }) {
  const size =
    core === undefined ? "" : `; core ${core.minified} bytes, gzip ${core.gzip}, files ${core.files}`;
  console.log(failure === undefined ? `works  ${title}${size}` : `FAILS  ${title}${size}`);
  if (oversize !== undefined) console.log(`FAILS  ${oversize}`);
  if (failure !== undefined)
    console.log(`       ${failure}\n       see ${join(PROJECTS, name, "output.txt")}`);
}

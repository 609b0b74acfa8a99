/**
 * `npm run bench:dataset`: whole datasets through the real command, with the vendor in a separate process.
 *
 *   node bench/dataset.mjs soak 20000       jobs of which 5 % are faulty: outcome, requests, memory over time
 *   node bench/dataset.mjs kills 2000       killed 20 times and resumed: the same as undisturbed
 *   node bench/dataset.mjs throughput 200   masks a second, beside Python's Pillow and NumPy
 *
 * Without arguments it runs all three. Results go to bench/results-dataset.json. A failed check ends the program.
 */
import { readFileSync, writeFileSync } from "node:fs";
import { cpus } from "node:os";
import { reachedDatasetGoals } from "./dataset-goals.mjs";
import { kills } from "./dataset-kills.mjs";
import { soak } from "./dataset-soak.mjs";
import { throughput } from "./dataset-throughput.mjs";
import { triedForMissed } from "./tried.mjs";

const PARTS = { soak: [soak, 20_000], kills: [kills, 2000], throughput: [throughput, 200] };
const RESULTS = new URL("results-dataset.json", import.meta.url);

const [chosen, size] = process.argv.slice(2);
for (const [name, [run, usual]] of Object.entries(PARTS)) {
  if (chosen !== undefined && chosen !== name) continue;
  console.log(`== ${name}`);
  const measured = await run(Number(size ?? usual));
  const machine = `${cpus()[0].model.trim()}, ${cpus().length} cores, Node ${process.versions.node}`;
  const results = {
    ...read(),
    [name]: { date: new Date().toISOString().slice(0, 10), machine, ...measured },
  };
  writeFileSync(RESULTS, `${JSON.stringify(results, null, 2)}\n`);
  const { samples, ...shown } = measured;
  console.log(JSON.stringify(shown, null, 2));
  if (name === "throughput") printGoals(measured);
}
process.exit(0);

function printGoals(measured) {
  const goals = reachedDatasetGoals(measured);
  for (const { title, limit, value, met } of goals)
    console.log(`${met ? "met   " : "missed"} ${title}: ${value} (${limit})`);
  for (const { title, tried } of triedForMissed(goals))
    console.log(`${title}:\n${tried.map((attempt) => `- ${attempt}\n`).join("")}`);
}

function read() {
  try {
    return JSON.parse(readFileSync(RESULTS, "utf8"));
  } catch {
    return {};
  }
}

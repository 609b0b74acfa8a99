/**
 * `npm start`: a tour in two minutes, with no key and no network. Each step runs the `labelmap` command and prints it
 * first, so you can type what you see. In a terminal it ends with `labelmap view`, which runs until Ctrl-C.
 */
import { spawnSync } from "node:child_process";
import { mkdirSync, rmSync } from "node:fs";
import { fileURLToPath } from "node:url";

const ROOT = fileURLToPath(new URL("../..", import.meta.url));
const SAMPLE = "test/fixtures/masks/street-1080p-rgb-upng";
/** Node 20 may hang when a program has ended. Such a step is killed and run once more. */
const MOST_MILLISECONDS = 60_000;

const STEPS = [
  ["A picture of a mask.", ["overlay", `${SAMPLE}.png`, `${SAMPLE}.json`, "-o", "out/street-overlay.png"]],
  ["Its labels for NumPy.", ["decode", `${SAMPLE}.png`, "--out", "out"]],
  [
    "A whole data set: 60 jobs from a vendor on this machine, to class ids of 512×512.",
    [
      ...["sample-server", "--count", "60", "--size", "960x540", "--list", "out/jobs.txt", "--"],
      ...["labelmap", "fetch", "--project", "sample-project", "--jobs", "out/jobs.txt"],
      ...["--out", "out/dataset", "--map", "semantic", "--resize", "512x512"],
    ],
  ],
  ["What is in it?", ["classes", "out/dataset"]],
  ["Is each file as it was written?", ["verify", "out/dataset"]],
  ["All of it on one sheet.", ["overlay", "out/dataset/sources", "-o", "out/sheet.png", "--quiet"]],
];
const VIEW = ["view", "out/dataset"];

const OUT = new URL("../../out", import.meta.url);
mkdirSync(OUT, { recursive: true });
// What an earlier tour made. Other files in out/ stay.
for (const name of [
  "street-overlay.png",
  "sheet.png",
  "npy",
  "dataset",
  "jobs.txt",
  "manifest.jsonl",
  "options",
  ".labelmap",
]) {
  rmSync(new URL(`../../out/${name}`, import.meta.url), { recursive: true, force: true });
}
for (const [purpose, args] of STEPS) {
  announce(purpose, args);
  const status = run(args) ?? run(args);
  if (status !== 0) process.exit(status ?? 1);
}
console.log(`
out/npy/street-1080p-rgb-upng.npy         numpy.load(...): int32, shape (height, width)
out/dataset/npy/*.npy                     uint8 class ids; out/dataset/classes.json says which class an id is
out/dataset/manifest.jsonl                what was made of what, with hashes

Next: npx labelmap-cli --help, and the same with your own jobs: docs/datasets.md.

Look at out/street-overlay.png and out/sheet.png, and at the data set in your browser:`);
// Scripts do not press Ctrl-C.
if (process.stdin.isTTY && process.stdout.isTTY && !process.env.CI) {
  announce("An address on this machine: open it.", VIEW);
  process.exit(run(VIEW, { timeout: 0 }) ?? 0);
}
console.log(`\n$ labelmap ${VIEW.join(" ")}`);

function announce(purpose, args) {
  console.log(`\n# ${purpose}\n$ labelmap ${args.join(" ")}\n`);
}

/** @returns the exit code, or null if the step was killed */
function run(args, { timeout = MOST_MILLISECONDS } = {}) {
  const options = { cwd: ROOT, stdio: "inherit", timeout, killSignal: "SIGKILL" };
  return spawnSync(process.execPath, ["cli/dist/main.js", ...args], options).status;
}

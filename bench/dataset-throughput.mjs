/** Masks per second from disk to class ids on disk, on all cores: the command, and Python with Pillow and NumPy. */
import { spawnSync } from "node:child_process";
import { cpSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { availableParallelism, tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { ClassList } from "labelmap";
import { findPythonWith } from "../scripts/python.mjs";
import { COMMAND, check } from "./dataset-vendor.mjs";

const MASKS = fileURLToPath(new URL("../test/fixtures/masks/", import.meta.url));
const SCRIPT = fileURLToPath(new URL("native/dataset.py", import.meta.url));
const NAMES = [
  "street-1080p-rgb-upng",
  "street-4k-rgba-adaptive",
  "street-4k-rgba-none",
  "instances-1080p-rgba-adaptive",
  "brush-720p-rgba-alpha",
];
const ROUNDS = Number(process.env.BENCH_ROUNDS ?? 3);
const SIZES = { full: undefined, "512×512": 512 };

export async function throughput(copies) {
  const python = findPythonWith("numpy", "PIL");
  check(python !== undefined, "no Python with NumPy and Pillow found");
  const folder = mkdtempSync(join(tmpdir(), "labelmap-throughput-"));
  const masks = join(folder, "masks");
  mkdirSync(masks);
  const results = NAMES.map((name) => JSON.parse(readFileSync(`${MASKS}${name}.json`, "utf8")));
  const classes = join(folder, "classes.json");
  writeFileSync(classes, JSON.stringify(ClassList.fromResults(results)));
  for (let copy = 0; copy < copies; copy++) {
    for (const name of NAMES) {
      for (const ending of ["png", "json"])
        cpSync(`${MASKS}${name}.${ending}`, join(masks, `${name}-${copy}.${ending}`));
    }
  }
  const count = copies * NAMES.length;
  const sizes = {};
  for (const [size, side] of Object.entries(SIZES)) {
    const [ours, theirs] = [join(folder, "ours"), join(folder, "theirs")];
    const rounds = { labelmap: [], python: [] };
    for (let round = 0; round < ROUNDS; round++) {
      for (const out of [ours, theirs]) rmSync(out, { recursive: true, force: true });
      const flags = ["--map", "semantic", "--classes", classes, "--quiet"];
      if (side !== undefined) flags.push("--resize", `${side}x${side}`, "--sampling", "pillow");
      rounds.labelmap.push(timed(process.execPath, [COMMAND, "decode", masks, "--out", ours, ...flags]));
      rounds.python.push(timed(python, [SCRIPT, masks, classes, theirs, String(side ?? 0)]));
      compare(join(ours, "npy"), theirs, count);
    }
    const [a, b] = [median(rounds.labelmap), median(rounds.python)];
    sizes[size] = {
      labelmap: {
        masks_per_second: count / a.seconds,
        cores_busy: a.cpuSeconds / a.seconds / availableParallelism(),
      },
      python: {
        masks_per_second: count / b.seconds,
        cores_busy: b.cpuSeconds / b.seconds / availableParallelism(),
      },
      times_python: b.seconds / a.seconds,
    };
  }
  rmSync(folder, { recursive: true });
  return { masks: count, threads: availableParallelism(), sizes };
}

/** Wall and processor time of a whole process with its children, start-up included. */
function timed(file, args) {
  const before = childSeconds();
  const start = performance.now();
  const { status, stderr } = spawnSync(file, args, { stdio: ["ignore", "ignore", "pipe"] });
  check(status === 0, `${args[0]}: ${stderr}`);
  return { seconds: (performance.now() - start) / 1000, cpuSeconds: childSeconds() - before };
}

/** The time of all finished children: fields 16 and 17 of /proc/self/stat, in hundredths of a second (Linux, proc(5)). */
function childSeconds() {
  const fields = readFileSync("/proc/self/stat", "utf8").split(") ")[1].split(" ");
  return (Number(fields[13]) + Number(fields[14])) / 100;
}

function compare(ours, theirs, count) {
  const files = readdirSync(theirs);
  check(files.length === count, `Python wrote ${files.length} files instead of ${count}`);
  for (const file of files) {
    const [a, b] = [ours, theirs].map((folder) => readFileSync(join(folder, file)));
    // The headers may have different padding.
    const [x, y] = [a, b].map((bytes) => bytes.subarray(10 + bytes.readUInt16LE(8)));
    check(x.equals(y), `${file}: the class ids differ`);
  }
}

const median = (rounds) => rounds.toSorted((a, b) => a.seconds - b.seconds)[rounds.length >> 1];

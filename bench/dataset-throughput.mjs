/** Masks per second from disk to class ids on disk, on all cores: the command, and Python with Pillow and NumPy. */
import { execFileSync, spawnSync } from "node:child_process";
import { cpSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { availableParallelism, loadavg, tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { ClassList } from "labelmap";
import { findPythonWith } from "../scripts/python.mjs";
import { COMMAND, check } from "./dataset-vendor.mjs";

const MASKS = fileURLToPath(new URL("../test/fixtures/masks/", import.meta.url));
const SCRIPT = fileURLToPath(new URL("native/dataset.py", import.meta.url));
const FLOOR = fileURLToPath(new URL("dataset-floor.mjs", import.meta.url));
const NAMES = [
  "street-1080p-rgb-upng",
  "street-4k-rgba-adaptive",
  "street-4k-rgba-none",
  "instances-1080p-rgba-adaptive",
  "brush-720p-rgba-alpha",
];
const ROUNDS = Number(process.env.BENCH_ROUNDS ?? 3);
/**
 * The small files come first: ext4 takes up to twice as long to make a file for minutes after thousands of others were
 * deleted, because it does not use their numbers again at once. The large ones are deleted after each round.
 */
const SIZES = { "512×512": 512, full: null };
const SHORT_RUN = 20;
const SHORT_ROUNDS = 5;

export async function throughput(copies) {
  const python = findPythonWith("numpy", "PIL");
  check(python !== undefined, "no Python with NumPy and Pillow found");
  const [load] = loadavg();
  const folder = mkdtempSync(join(tmpdir(), "labelmap-throughput-"));
  const masks = join(folder, "masks");
  mkdirSync(masks);
  const results = NAMES.map((name) => JSON.parse(readFileSync(`${MASKS}${name}.json`, "utf8")));
  const classes = join(folder, "classes.json");
  writeFileSync(classes, JSON.stringify(ClassList.fromResults(results)));
  fill(masks, copies);
  const count = copies * NAMES.length;
  const decode = (out, side, of = masks) => {
    const resized = side === null ? [] : ["--resize", `${side}x${side}`, "--sampling", "pillow"];
    const flags = ["--map", "semantic", "--classes", classes, "--quiet", ...resized];
    return timed(process.execPath, [COMMAND, "decode", of, "--out", out, ...flags]);
  };
  const sizes = {};
  for (const [size, side] of Object.entries(SIZES)) {
    const rounds = { labelmap: [], python: [] };
    for (let round = 0; round < ROUNDS; round++) {
      const [ours, theirs] = ["ours", "theirs"].map((name) => join(folder, `${name}-${size}-${round}`));
      rounds.labelmap.push(decode(ours, side));
      rounds.python.push(timed(python, [SCRIPT, masks, classes, theirs, String(side ?? 0)]));
      compare(join(ours, "npy"), theirs, count);
      if (side === null) for (const out of [ours, theirs]) rmSync(out, { recursive: true });
    }
    const [a, b] = [median(rounds.labelmap), median(rounds.python)];
    sizes[size] = {
      labelmap: ratesOf(a, count),
      python: ratesOf(b, count),
      times_python: b.seconds / a.seconds,
    };
  }
  const few = join(folder, "few");
  mkdirSync(few);
  fill(few, SHORT_RUN / NAMES.length);
  const short = Array.from({ length: SHORT_ROUNDS }, (_, round) =>
    decode(join(folder, `few-${round}`), null, few),
  );
  const floor = measureFloor(folder, masks, classes);
  rmSync(folder, { recursive: true });
  return {
    masks: count,
    threads: availableParallelism(),
    rounds: ROUNDS,
    load,
    sizes,
    short_run: { masks: SHORT_RUN, seconds: median(short).seconds },
    floor,
  };
}

/** The masks with their legends, each so many times. */
function fill(masks, copies) {
  for (let copy = 0; copy < copies; copy++) {
    for (const name of NAMES) {
      for (const ending of ["png", "json"])
        cpSync(`${MASKS}${name}.${ending}`, join(masks, `${name}-${copy}.${ending}`));
    }
  }
}

const ratesOf = ({ seconds, cpuSeconds }, count) => ({
  masks_per_second: count / seconds,
  cores_busy: cpuSeconds / seconds / availableParallelism(),
  cpu_milliseconds_per_mask: (cpuSeconds * 1000) / count,
});

function measureFloor(folder, masks, classes) {
  const about = { masks: NAMES.map((name) => join(masks, `${name}-0.png`)), classes, sizes: SIZES };
  const file = join(folder, "floor.json");
  writeFileSync(file, JSON.stringify(about));
  return JSON.parse(execFileSync(process.execPath, [FLOOR, file], { encoding: "utf8" }));
}

/** Wall and processor time of a whole process with its children, start-up included. */
function timed(file, args) {
  // Whatever wrote before leaves nothing to write.
  spawnSync("sync");
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

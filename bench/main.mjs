/**
 * `npm run bench`: our decoder compared, in one run and by ratios of medians, with what a user would otherwise use, and
 * with zlib inflating the same bytes. Each contender's labels are compared with the expected ones before it is timed. One
 * that is wrong or cannot read a mask is reported and not timed. Writes bench/results.json and draws the charts.
 *
 * BENCH_ROUNDS: rounds in which all take turns (11); LABELMAP_CORPUS: a folder of real masks to measure as well.
 */
import { execFileSync } from "node:child_process";
import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { cpus } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { decodeMaskSync, init, labelPixels, parseResult } from "labelmap";
import { compileModule } from "../scripts/asc.mjs";
import { drawCharts } from "./chart.mjs";
import { commandsOf, findNativePeers, startContender } from "./children.mjs";
import { makeCorpus } from "./corpus.mjs";
import { measureGrowth } from "./growth.mjs";
import { inProcess, medians, round } from "./measure.mjs";
import { peers } from "./peers.mjs";
import { scanWithMap, scanWords } from "./scan.js";
import { describeMachine, OWN, REUSED, ratiosOf, realMean, ZLIB, ZLIB_FASTEST } from "./summary.mjs";

const ROUNDS = Number(process.env.BENCH_ROUNDS ?? 11);
const ROOT = fileURLToPath(new URL("..", import.meta.url));
const BUILD = join(ROOT, "build/bench");
const RESULTS = new URL("results.json", import.meta.url);

if (globalThis.gc === undefined)
  console.warn("Without --expose-gc others' garbage counts: use `npm run bench`.\n");
await init();
mkdirSync(BUILD, { recursive: true });
const native = findNativePeers();
const javascript = commandsOf([OWN, REUSED, ...Object.keys(peers), ZLIB, ZLIB_FASTEST]);
const versions = versionsOf(["upng-js", "fast-png", "pngjs", "sharp", "@jsquash/png"]);
const corpus = await makeCorpus();

const decode = [];
for (const mask of corpus) {
  decode.push(await benchMask(mask));
  printMask(decode.at(-1));
}
printRatios(decode);
const checks = [];
for (const mask of corpus) checks.push(await benchChecks(mask));
print(
  "Pixels per second beside the machine's own fill of as many labels, and what the checksums cost",
  checks,
);
const scan = [];
for (const mask of corpus.filter(({ pixels }) => pixels)) scan.push(await benchScan(mask));
print("The scan alone: RGBA pixels in memory to labels", scan);
const profile = profileDecodes();
printProfile(profile);
const growth = await measureGrowth(Math.min(ROUNDS, 5));
printGrowth(growth);

const results = {
  machine: {
    cpu: cpus()[0]?.model ?? "unknown",
    cores: cpus().length,
    node: process.version,
    platform: `${process.platform} ${process.arch}`,
  },
  date: new Date().toISOString().slice(0, 10),
  rounds: ROUNDS,
  versions,
  decode,
  checks,
  scan,
  profile,
  growth,
};
writeFileSync(RESULTS, `${JSON.stringify(results, null, 2)}\n`);
drawCharts(results);
console.log(`\n${describeMachine(results.machine)}; medians of ${ROUNDS} rounds in which all take turns.`);
console.log("Written: bench/results.json, docs/bench.svg, docs/bench-growth.svg");

/** The milliseconds of each contender for one mask, and the contenders that were left out, with the reason. */
async function benchMask(mask) {
  const { name, title, width, height, png, colors, isRight, isReal } = mask;
  const contenders = {};
  const leftOut = { ...native.leftOut };
  const children = [];
  for (const [contender, command] of Object.entries({ ...javascript, ...native.commands })) {
    const child = await startContender(command, mask);
    children.push(child);
    if (contender in native.commands) versions[contender] = child.version;
    const needsLabels = contender !== ZLIB && contender !== ZLIB_FASTEST;
    if (child.version === "cannot") leftOut[contender] = "cannot";
    else if (needsLabels && !isRight(child.labels)) leftOut[contender] = "wrong";
    else contenders[contender] = child.time;
  }
  if (!contenders[OWN] || !contenders[REUSED]) throw new Error(`${title}: our own labels are wrong`);
  const milliseconds = await medians(contenders, ROUNDS);
  for (const child of children) child.close();
  const ms = Object.fromEntries(
    Object.entries(milliseconds).map(([contender, value]) => [contender, round(value)]),
  );
  return { mask: name, title, width, height, labels: colors.length, bytes: png.length, isReal, ms, leftOut };
}

/** Our own time, with and without checksums, compared with the least time in which labels can be written; output reused. */
async function benchChecks({ title, width, height, png, legend }) {
  const result = parseResult({ legend, url: "" });
  const into = new Int32Array(width * height);
  const milliseconds = await medians(
    {
      fill: inProcess(() => into.fill(7)),
      verified: inProcess(() => decodeMaskSync(png, result, { into })),
      unverified: inProcess(() => decodeMaskSync(png, result, { into, verify: false })),
    },
    ROUNDS,
  );
  const pixelsPerSecond = (time) => Math.round((width * height) / 1e3 / time);
  return {
    mask: title,
    "MP/s": pixelsPerSecond(milliseconds.verified),
    "fill MP/s": pixelsPerSecond(milliseconds.fill),
    "× fill": round(milliseconds.verified / milliseconds.fill),
    ms: round(milliseconds.verified),
    "ms, verify: false": round(milliseconds.unverified),
    "checksums %": Number((100 * (1 - milliseconds.unverified / milliseconds.verified)).toFixed(1)),
  };
}

/** RGBA pixels in memory to labels, compared with loops in JavaScript. */
async function benchScan({ title, width, height, pixels: data, legend, colors }) {
  const result = parseResult({ legend, url: "" });
  const into = new Int32Array(width * height);
  const milliseconds = await medians(
    {
      own: inProcess(() => labelPixels({ data, width, height }, result)),
      reused: inProcess(() => labelPixels({ data, width, height }, result, { into })),
      map: inProcess(() => scanWithMap(data, 4, colors)),
      careful: inProcess(() => scanWords(data, colors)),
    },
    ROUNDS,
  );
  return {
    mask: title,
    "own ms": round(milliseconds.own),
    "reused ms": round(milliseconds.reused),
    "Map scan ms": round(milliseconds.map),
    "careful scan ms": round(milliseconds.careful),
    "Map / own": round(milliseconds.map / milliseconds.own),
    "Map / reused": round(milliseconds.map / milliseconds.reused),
  };
}

/** The sampled shares of each mask's decode, from a build of the same sources that keeps function names. */
function profileDecodes() {
  const wasm = join(BUILD, "labelmap.named.wasm");
  compileModule("release", ["--debug", "--outFile", wasm], "ignore");
  return corpus.map(({ title, png, legend }) => {
    const files = [join(BUILD, "profiled.png"), join(BUILD, "profiled.json")];
    writeFileSync(files[0], png);
    writeFileSync(files[1], JSON.stringify(legend));
    const script = fileURLToPath(new URL("profile.mjs", import.meta.url));
    const output = execFileSync(process.execPath, [script, ...files, wasm], { encoding: "utf8" });
    return { mask: title, ...JSON.parse(output) };
  });
}

function versionsOf(names) {
  const version = (name) =>
    JSON.parse(readFileSync(join(ROOT, "node_modules", name, "package.json"), "utf8")).version;
  return Object.fromEntries(names.map((name) => [name, version(name)]));
}

function print(title, rows) {
  console.log(`\n${title}`);
  console.table(rows);
}

function printMask({ title, width, height, labels, bytes, ms, leftOut }) {
  const rows = Object.entries(ms).map(([contender, time]) => ({
    contender,
    ms: time,
    "× own": round(time / ms[OWN]),
    "× reused": round(time / ms[REUSED]),
  }));
  print(`${title}: ${width}×${height}, ${labels} labels, ${bytes} bytes`, rows);
  for (const [contender, reason] of Object.entries(leftOut)) console.log(`${contender}: ${reason}`);
}

/** Our time as a multiple of zlib's, and how many times as fast as sharp we are: for each mask, and the mean of the real ones. */
function printRatios(masks) {
  const rows = [...masks, realMean(masks)]
    .filter(Boolean)
    .map(({ title, ms }) => ({ mask: title, ...ratiosOf(ms) }));
  print(
    "PNG bytes to labels: our time as a multiple of zlib's inflating the same IDAT; sharp's as one of ours",
    rows,
  );
}

function printProfile(masks) {
  const parts = [...new Set(masks.flatMap((mask) => mask.parts.map(({ name }) => name)))];
  const rows = masks.map(({ mask, milliseconds, parts: found }) => ({
    mask,
    "ms a decode": round(milliseconds),
    ...Object.fromEntries(
      parts.map((part) => {
        const { share = 0 } = found.find(({ name }) => name === part) ?? {};
        return [part, `${(share * 100).toFixed(1)} %`];
      }),
    ),
  }));
  print(
    "Where the time goes, output reused (sampled each 100 µs; inlined functions count as their callers)",
    rows,
  );
}

function printGrowth({ width, height, squares, ragged, sizes }) {
  const rowsOf = (points) => points.map(({ ms, ...point }) => ({ ...point, ...ms }));
  print(`Cost against edges, ${width}×${height}: squares of any colours`, rowsOf(squares));
  print(`Cost against edges, ${width}×${height}: edges anywhere in each row`, rowsOf(ragged));
  print("Cost against size, with 1000 edges", rowsOf(sizes));
}

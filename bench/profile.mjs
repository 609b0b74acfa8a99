/**
 * Where the time of a decode goes, by sampling: `node bench/profile.mjs mask.png legend.json build/named.wasm` decodes
 * the mask repeatedly under V8's profiler and prints the shares as JSON. It is a separate process because it loads a
 * module that contains function names but otherwise the same code.
 *
 * An inlined function counts for the function that contains it, whichever file it was written in. So painting and counting
 * of runs, which are inlined into decodeRow, have one entry.
 */
import { readFileSync } from "node:fs";
import { Session } from "node:inspector/promises";
import { decodeMaskSync, init, parseResult } from "labelmap";

const SAMPLE_MICROSECONDS = 100;
const WARM_UP_RUNS = 30;
const PROFILE_MILLISECONDS = 2000;

/** The parts of a decode, and the files of assembly/ that contain their functions. */
const PARTS = {
  "inflate (DEFLATE)":
    /^assembly\/(inflate|bits|block-codes|symbols|window|repeats|huffman)\/|^assembly\/fused\/inflateTo/,
  "rows: unfilter and look-up": /^assembly\/(runs|pixel-rows|pixel|color-table)\//,
  "rows: paint and count": /^assembly\/(fused|paint|measure)\//,
  "checksums (CRC-32, Adler-32)": /^assembly\/(crc32|adler32)\//,
};
const OTHER_WASM = "other WebAssembly";
const COPY = "output: copy to the caller's array";
const JAVASCRIPT = "JavaScript";

const [pngPath, legendPath, wasmPath] = process.argv.slice(2);
const png = readFileSync(pngPath);
const result = parseResult({ legend: JSON.parse(readFileSync(legendPath, "utf8")), url: "" });
await init({ wasm: readFileSync(wasmPath) });

const { width, height } = decodeMaskSync(png, result);
const into = new Int32Array(width * height);
const decode = () => decodeMaskSync(png, result, { into });
for (let run = 0; run < WARM_UP_RUNS; run++) decode();

const session = new Session();
session.connect();
await session.post("Profiler.enable");
await session.post("Profiler.setSamplingInterval", { interval: SAMPLE_MICROSECONDS });
await session.post("Profiler.start");
const start = performance.now();
let runs = 0;
for (; performance.now() - start < PROFILE_MILLISECONDS; runs++) decode();
const milliseconds = (performance.now() - start) / runs;
const { profile } = await session.post("Profiler.stop");

const nodes = new Map(profile.nodes.map((node) => [node.id, node]));
const samples = {};
const functions = {};
let total = 0;
profile.samples.forEach((id) => {
  const { functionName } = nodes.get(id).callFrame;
  if (functionName === "(idle)") return;
  const part = partOf(nodes.get(id).callFrame);
  samples[part] = (samples[part] ?? 0) + 1;
  functions[functionName] = (functions[functionName] ?? 0) + 1;
  total++;
});
const shares = (counts) =>
  Object.entries(counts)
    .sort(([, a], [, b]) => b - a)
    .map(([name, count]) => ({ name, share: count / total }));
console.log(
  JSON.stringify({
    milliseconds,
    samples: total,
    parts: shares(samples),
    functions: shares(functions).filter(({ share }) => share >= 0.005),
  }),
);

function partOf({ functionName, url }) {
  const part = Object.keys(PARTS).find((name) => PARTS[name].test(functionName));
  if (part) return part;
  if (url.startsWith("wasm:") || functionName.startsWith("assembly/") || functionName.startsWith("~lib/")) {
    return OTHER_WASM;
  }
  // The native function that copies has no frame of its own, so its time counts for its caller.
  return functionName === "decodeFused" || functionName === "set" ? COPY : JAVASCRIPT;
}

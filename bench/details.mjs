/** What `npm run bench:full` measures besides: the cost of checksums, the scan alone, shares by sampling, growth. */
import { execFileSync } from "node:child_process";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { decodeMaskSync, labelPixels, parseResult } from "labelmap";
import { compileModule } from "../scripts/asc.mjs";
import { BUILD } from "./children.mjs";
import { measureGrowth } from "./growth.mjs";
import { inProcess, medians, round } from "./measure.mjs";
import { scanWithMap, scanWords } from "./scan.js";

const GROWTH_ROUNDS = 5;

/** Measures and prints. */
export async function measureDetails(corpus, rounds) {
  const checks = [];
  for (const mask of corpus) checks.push(await benchChecks(mask, rounds));
  print(
    "Pixels per second beside the machine's own fill of as many labels, and what the checksums cost",
    checks,
  );
  const scan = [];
  for (const mask of corpus.filter(({ pixels }) => pixels)) scan.push(await benchScan(mask, rounds));
  print("The scan alone: RGBA pixels in memory to labels", scan);
  const profile = profileDecodes(corpus);
  printProfile(profile);
  const growth = await measureGrowth(Math.min(rounds, GROWTH_ROUNDS));
  printGrowth(growth);
  return { checks, scan, profile, growth };
}

/** Our own time, with and without checksums, compared with the least time in which labels can be written; output reused. */
async function benchChecks({ title, width, height, png, legend }, rounds) {
  const result = parseResult({ legend, url: "" });
  const into = new Int32Array(width * height);
  const milliseconds = await medians(
    {
      fill: inProcess(() => into.fill(7)),
      verified: inProcess(() => decodeMaskSync(png, result, { into })),
      unverified: inProcess(() => decodeMaskSync(png, result, { into, verify: false })),
    },
    rounds,
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
async function benchScan({ title, width, height, pixels: data, legend, colors }, rounds) {
  const result = parseResult({ legend, url: "" });
  const into = new Int32Array(width * height);
  const milliseconds = await medians(
    {
      own: inProcess(() => labelPixels({ data, width, height }, result)),
      reused: inProcess(() => labelPixels({ data, width, height }, result, { into })),
      map: inProcess(() => scanWithMap(data, 4, colors)),
      careful: inProcess(() => scanWords(data, colors)),
    },
    rounds,
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
function profileDecodes(corpus) {
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

function print(title, rows) {
  console.log(`\n${title}`);
  console.table(rows);
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

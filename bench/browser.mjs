/**
 * `npm run bench:browser`: the built package in headless Chromium, compared with the browser's own two ways to decode.
 * Labels are compared first. Here a contender whose labels are wrong is still timed, and the number of wrong pixels is
 * recorded beside its time. Writes bench/results-browser.json.
 */
import { mkdirSync, writeFileSync } from "node:fs";
import { cpus } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { chromium } from "playwright-core";
import { findChromium } from "../scripts/chromium.mjs";
import { serveStatic } from "../test/browser/static-server.mjs";
import { OWN, REUSED } from "./contenders.mjs";
import { makeBrowserCorpus } from "./corpus.mjs";
import { medians, round } from "./measure.mjs";

const ROUNDS = Number(process.env.BENCH_ROUNDS ?? 11);
const folder = (path) => fileURLToPath(new URL(path, import.meta.url));
const MASKS = folder("../build/bench/browser");
/** Gives the page's clock a resolution of 5 µs instead of 100 µs. */
const ISOLATED = {
  "cross-origin-opener-policy": "same-origin",
  "cross-origin-embedder-policy": "require-corp",
};

const executablePath = findChromium();
if (executablePath === undefined) throw new Error("Chromium not found; set CHROMIUM_PATH");
const { timed, varyingAlpha } = await makeBrowserCorpus();
mkdirSync(MASKS, { recursive: true });
for (const { name, png, legend, colors, width, height, expected } of [...timed, varyingAlpha]) {
  writeFileSync(join(MASKS, `${name}.png`), png);
  writeFileSync(join(MASKS, `${name}.json`), JSON.stringify({ legend, colors, width, height }));
  writeFileSync(join(MASKS, `${name}.labels`), expected);
}

const server = await serveStatic(
  { "/dist": folder("../dist"), "/bench": folder("."), "/masks": MASKS },
  ISOLATED,
);
const browser = await chromium.launch({
  executablePath,
  args: ["--no-sandbox", "--disable-gpu", "--js-flags=--expose-gc"],
});
try {
  const page = await browser.newPage();
  await page.goto(`${server.origin}/bench/page/index.html`);
  await page.waitForFunction("typeof window.load === 'function'");
  const decode = [];
  for (const mask of timed) decode.push(await benchMask(page, mask));
  const alpha = await countWrong(page, varyingAlpha);
  const results = {
    machine: {
      cpu: cpus()[0]?.model ?? "unknown",
      cores: cpus().length,
      browser: `Chromium ${browser.version()}`,
      platform: `${process.platform} ${process.arch}`,
    },
    date: new Date().toISOString().slice(0, 10),
    rounds: ROUNDS,
    decode,
    alpha,
  };
  print(results);
  writeFileSync(new URL("results-browser.json", import.meta.url), `${JSON.stringify(results, null, 2)}\n`);
} finally {
  await browser.close();
  await server.close();
}

async function benchMask(page, mask) {
  const { title, wrong, pixels } = await countWrong(page, mask);
  if (wrong[OWN] + wrong[REUSED] > 0) throw new Error(`${title}: our own labels are wrong`);
  const contenders = Object.fromEntries(
    Object.keys(wrong).map((name) => [
      name,
      async (warmUps, runs) => {
        const times = await page.evaluate(([n, r]) => window.time(n, r), [name, warmUps + runs]);
        return { wall: times.slice(warmUps), user: 0, system: 0 };
      },
    ]),
  );
  const milliseconds = await medians(contenders, ROUNDS);
  const ms = Object.fromEntries(Object.entries(milliseconds).map(([name, value]) => [name, round(value)]));
  return { mask: mask.name, title, bytes: mask.png.length, pixels, wrong, ms };
}

/** Loads a mask, and counts the pixels with a wrong label for each contender. */
async function countWrong(page, { name, title, expected }) {
  const contenders = await page.evaluate((mask) => window.load(mask), name);
  const wrong = {};
  for (const contender of contenders) {
    wrong[contender] = await page.evaluate((of) => window.countWrong(of), contender);
  }
  return { mask: name, title, pixels: expected.length, wrong };
}

function print({ machine, rounds, decode, alpha }) {
  for (const { title, ms, wrong } of decode) {
    console.log(`\n${title}`);
    console.table(
      Object.entries(ms).map(([contender, time]) => ({
        contender,
        ms: time,
        "× own": round(time / ms[OWN]),
        "× reused": round(time / ms[REUSED]),
        "wrong pixels": wrong[contender],
      })),
    );
  }
  console.log(`\n${alpha.title}: pixels of ${alpha.pixels} that get a wrong label`);
  console.table(
    Object.entries(alpha.wrong).map(([contender, pixels]) => ({ contender, "wrong pixels": pixels })),
  );
  const { cpu, cores, browser: name, platform } = machine;
  console.log(`${cpu}, ${cores} cores, ${name}, headless, ${platform}; medians of ${rounds} rounds.`);
  console.log("Written: bench/results-browser.json");
}

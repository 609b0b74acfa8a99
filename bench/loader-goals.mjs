/** The loader in the steady state, for the goals of `npm run bench`: each part is a process of its own, in turns. */
import { execFileSync } from "node:child_process";
import { writeFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { BUILD } from "./children.mjs";
import { PREFETCH, WORKERS } from "./loader-rates.mjs";
import { median, round } from "./measure.mjs";
import { classNames } from "./training-expected.mjs";

const SCRIPT = fileURLToPath(new URL("loader-rates.mjs", import.meta.url));
/** Class ids must fit uint8, from 0, and 255 is void. */
const MAX_CLASSES = 255;

export const ONE_THREAD = "one thread, one array";
export const LOADER = `labelmap/loader, ${WORKERS} workers`;
export const SHARP_THREADS = `sharp + Map scan, ${WORKERS} threads`;
export const LOADER_SMALL = `labelmap/loader, ${WORKERS} workers, uint8 class ids at 512×512`;
/** The argument of loader-rates.mjs. */
const PARTS = {
  [ONE_THREAD]: "one thread",
  [LOADER]: "loader",
  [SHARP_THREADS]: "sharp",
  [LOADER_SMALL]: "loader, 512×512",
};

/**
 * @param {object[]} corpus the real masks of 4K, or the drawn streets if there are none
 * @returns `rates`: masks per second of each turn's contender (min, median, max); `memory`: the most that maps took, as a
 *   multiple of `prefetch + workers` of them
 */
export function measureLoader(corpus, turns) {
  const real = corpus.filter(({ isReal }) => isReal);
  const masks = real.length > 0 ? real : corpus.filter(({ name }) => name.startsWith("street-4k"));
  const files = {
    whole: write("loader-masks", masks),
    small: write("loader-small", masks.filter(hasFewClasses)),
  };
  const run = (part, file) =>
    JSON.parse(execFileSync(process.execPath, [SCRIPT, file, part], { encoding: "utf8" }));
  const found = Object.fromEntries(Object.keys(PARTS).map((name) => [name, []]));
  for (let turn = 0; turn < turns; turn++) {
    for (const [name, part] of Object.entries(PARTS)) {
      found[name].push(run(part, name === LOADER_SMALL ? files.small : files.whole));
    }
  }
  const spread = (list) => ({
    min: round(Math.min(...list)),
    median: round(median(list)),
    max: round(Math.max(...list)),
  });
  return {
    masks: real.length > 0 ? `${masks.length} real masks of 4K` : `${masks.length} drawn streets of 4K`,
    workers: WORKERS,
    prefetch: PREFETCH,
    turns,
    rates: Object.fromEntries(Object.entries(found).map(([name, list]) => [name, spread(list)])),
    memory: round(run("memory", files.whole)),
  };
}

const hasFewClasses = (mask) => classNames(mask).length <= MAX_CLASSES;

function write(name, masks) {
  const file = `${BUILD}${name}.json`;
  const plain = masks.map(({ png, legend, width, height }) => ({
    png: png.toString("base64"),
    legend,
    width,
    height,
  }));
  writeFileSync(file, JSON.stringify(plain));
  return file;
}

/**
 * How fast and how big `labelmap/loader` is in the steady state, for the goals of `npm run bench`: `node
 * bench/loader-rates.mjs masks.json part` prints one figure as JSON. Each part is a process of its own, so that no part
 * finds memory that another one has used.
 *
 * masks.json holds `[{ png, legend, width, height }]`, `png` in base64.
 */
import { readFileSync } from "node:fs";
import { setTimeout } from "node:timers/promises";
import { parentPort, Worker, workerData } from "node:worker_threads";
import { ClassList, decodeMaskSync, init } from "labelmap";
import { loadMasks } from "labelmap/loader";

export const WORKERS = 2;
export const PREFETCH = 4;
const SIZE = { width: 512, height: 512 };
/** Before the clock starts: workers are started, code is compiled, memory is there. */
const WARM_UP_MILLISECONDS = 700;
const MILLISECONDS = 2000;
const STEP_MILLISECONDS = 30;

if (workerData?.scanned) await scanInThread(workerData.scanned);
else if (process.argv[1] === import.meta.filename) {
  const [file, part] = process.argv.slice(2);
  const masks = JSON.parse(readFileSync(file, "utf8")).map(({ png, legend, width, height }) => ({
    png: new Uint8Array(Buffer.from(png, "base64")),
    result: { legend },
    width,
    height,
  }));
  await init();
  console.log(JSON.stringify(await measure(masks, part)));
}

function measure(masks, part) {
  switch (part) {
    case "one thread":
      return loop(masks);
    case "loader":
      return load(masks, {});
    case "sharp":
      return scanInThreads(masks);
    case "loader, 512×512": {
      const classes = ClassList.fromResults(masks.map(({ result }) => result));
      return load(masks, { target: { map: "semantic", classes, dtype: "uint8" }, resize: SIZE });
    }
    case "memory":
      return memoryOf(masks);
    default:
      throw new Error(`there is no part ${part}`);
  }
}

/** Masks per second of a loop on this thread, into one array. */
function loop(masks) {
  const into = new Int32Array(mostPixels(masks));
  let index = 0;
  return rateOf(() => {
    const { png, result, width, height } = masks[index++ % masks.length];
    decodeMaskSync(png, result, { into: into.subarray(0, width * height) });
  });
}

/** Masks per second of `step`, which does one. */
async function rateOf(step) {
  await repeat(step, WARM_UP_MILLISECONDS);
  return repeat(step, MILLISECONDS);
}

function mostPixels(masks) {
  return Math.max(...masks.map(({ width, height }) => width * height));
}

async function repeat(step, milliseconds) {
  const start = performance.now();
  let done = 0;
  for (; performance.now() - start < milliseconds; done++) await step();
  return (done * 1000) / (performance.now() - start);
}

/** Maps per second that arrive at the loop's body, which calls `look`. */
async function load(masks, options, look = () => {}) {
  const all = { workers: WORKERS, prefetch: PREFETCH, ...options };
  const maps = loadMasks(endlessly(masks), all)[Symbol.asyncIterator]();
  const rate = await rateOf(async () => {
    const { value } = await maps.next();
    if (value.map.data?.length === 0) throw new Error("an empty map");
    await look();
  });
  await maps.return();
  return rate;
}

function* endlessly(masks) {
  for (let index = 0; ; index++) {
    const { png, result } = masks[index % masks.length];
    yield { name: `mask ${index}`, png, result };
  }
}

/** The same masks through sharp and the scan with a `Map`, in as many threads as the loader has workers. */
async function scanInThreads(masks) {
  const threads = Array.from(
    { length: WORKERS },
    () => new Worker(new URL(import.meta.url), { workerData: { scanned: masks } }),
  );
  const rates = await Promise.all(
    threads.map(
      (thread) => new Promise((resolve, reject) => thread.once("message", resolve).once("error", reject)),
    ),
  );
  await Promise.all(threads.map((thread) => thread.terminate()));
  return rates.reduce((sum, rate) => sum + rate);
}

async function scanInThread(masks) {
  const { default: sharp } = await import("sharp");
  const { peers } = await import("./peers.mjs");
  sharp.concurrency(1);
  const colors = masks.map(({ result }) =>
    Object.keys(result.legend).map((key) => Number.parseInt(key.slice(1), 16)),
  );
  const labels = new Int32Array(mostPixels(masks));
  let index = 0;
  const rate = await rateOf(() => {
    const at = index++ % masks.length;
    const { png, width, height } = masks[at];
    return peers["sharp + Map scan"](Buffer.from(png), colors[at], labels.subarray(0, width * height));
  });
  parentPort.postMessage(rate);
}

/**
 * The most memory that maps take, as a multiple of `prefetch + workers` of the largest ones. The loader first decodes all to runs,
 * which are small. How much more memory the process has afterwards, looked at with each map, is what maps of pixels take.
 */
async function memoryOf(masks) {
  let peak = 0;
  /** As slow as a training step, so that maps that are ready wait. */
  const look = async () => {
    await setTimeout(STEP_MILLISECONDS);
    peak = Math.max(peak, process.memoryUsage.rss());
  };
  await load(masks, { target: { map: "runs" } }, look);
  const before = peak;
  await load(masks, {}, look);
  return (peak - before) / (mostPixels(masks) * 4 * (PREFETCH + WORKERS));
}

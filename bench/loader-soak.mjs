/**
 * `npm run soak`: 20,000 masks through `labelmap/loader` in Node, and 5,000 in Chromium, in many short loops. Workers are killed
 * at random, and loops are left at random. The hash of each map must be that of the labels that were drawn, and memory must
 * not grow: the median of the last third of the readings is at most a tenth, and 20 MiB, above that of the second third.
 *
 * SOAK_NODE and SOAK_CHROMIUM change the numbers of masks; 0 leaves a part out. SOAK_SEED repeats the loops of a run.
 */
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { Worker } from "node:worker_threads";
import { loadMasks } from "labelmap/loader";
import { findChromium } from "../scripts/chromium.mjs";
import { serveStatic } from "../test/browser/static-server.mjs";
import { mulberry32 } from "../test/support/random.mjs";
import { drawMasks } from "./soak/masks.mjs";
import { Readings } from "./soak/readings.mjs";
import { runSessions } from "./soak/sessions.js";

const NODE_MASKS = Number(process.env.SOAK_NODE ?? 20_000);
const CHROMIUM_MASKS = Number(process.env.SOAK_CHROMIUM ?? 5000);
const SEED = Number(process.env.SOAK_SEED ?? Date.now() % 2 ** 31);

const masks = drawMasks();
console.log(`seed ${SEED}`);
if (NODE_MASKS > 0) await soakNode();
if (CHROMIUM_MASKS > 0) await soakChromium();

async function soakNode() {
  const random = mulberry32(SEED);
  const living = new Set();
  // Three in a row that die while they start would be none that can be started.
  const ready = new Set();
  let killed = 0;
  const worker = () => {
    const thread = new Worker(new URL("../dist/loader/loader-worker.js", import.meta.url));
    living.add(thread);
    thread.once("message", () => ready.add(thread));
    thread.on("exit", () => {
      living.delete(thread);
      ready.delete(thread);
    });
    return thread;
  };
  const killing = setInterval(() => {
    const [thread] = ready;
    if (thread === undefined || Math.random() > 0.3) return;
    killed++;
    void thread.terminate();
  }, 150);
  const readings = new Readings("Node", NODE_MASKS, () => {
    const { rss, heapUsed, arrayBuffers } = process.memoryUsage();
    return { resident: rss, heap: heapUsed, arrays: arrayBuffers };
  });
  const look = (done) => readings.take(done.maps);
  const done = await runSessions({ loadMasks, masks, count: NODE_MASKS, random, worker, look });
  clearInterval(killing);
  readings.finish({ ...done, killed, workersLeft: living.size });
}

async function soakChromium() {
  const { chromium } = await import("playwright-core");
  const executablePath = findChromium();
  if (executablePath === undefined) {
    console.log("no Chromium is found; set CHROMIUM_PATH");
    return;
  }
  const folder = mkdtempSync(join(tmpdir(), "labelmap-soak-"));
  const items = masks.map(({ png, ...mask }, index) => {
    writeFileSync(join(folder, `${index}.png`), png);
    return { ...mask, path: `/masks/${index}.png` };
  });
  writeFileSync(join(folder, "items.json"), JSON.stringify(items));
  writeFileSync(
    join(folder, "index.html"),
    '<!doctype html><script type="module" src="/soak/page.js"></script>',
  );
  const server = await serveStatic({
    "/masks": folder,
    "/soak": fileURLToPath(new URL("soak", import.meta.url)),
    "/dist": fileURLToPath(new URL("../dist", import.meta.url)),
  });
  const browser = await chromium.launch({
    executablePath,
    args: ["--no-sandbox", "--disable-gpu", "--enable-precise-memory-info"],
  });
  try {
    const page = await browser.newPage();
    const session = await browser.newBrowserCDPSession();
    const readings = new Readings("Chromium", CHROMIUM_MASKS, async () => {
      const { processInfo } = await session.send("SystemInfo.getProcessInfo");
      const renderers = processInfo.filter(({ type }) => type === "renderer").map(({ id }) => residentOf(id));
      const heap = await page.evaluate("performance.memory.usedJSHeapSize");
      return { resident: Math.max(...renderers), heap };
    });
    await page.exposeFunction("report", (done) => readings.take(done.maps));
    await page.goto(`${server.origin}/masks/index.html`);
    await page.waitForFunction("globalThis.isReady === true");
    const done = await page.evaluate(`soak(${CHROMIUM_MASKS}, ${SEED})`);
    for (let wait = 0; page.workers().length > 0 && wait < 50; wait++) await page.waitForTimeout(100);
    readings.finish({ ...done, workersLeft: page.workers().length });
  } finally {
    await browser.close();
    await server.close();
    rmSync(folder, { recursive: true });
  }
}

/** The resident memory of a process in bytes, on Linux; NaN elsewhere. */
function residentOf(id) {
  try {
    const [, kibibytes] = /^VmRSS:\s+(\d+) kB/m.exec(readFileSync(`/proc/${id}/status`, "utf8"));
    return kibibytes * 1024;
  } catch {
    return Number.NaN;
  }
}

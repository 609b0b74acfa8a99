/**
 * `npm run bench:webgpu`: serves a page that measures labelmap/webgpu on this machine, and opens it in the browser of the
 * machine. The page shows rows for docs/webgpu.md. `npm run bench:webgpu -- --software` uses a headless Chromium with a software
 * adapter and prints the rows: good to count what is uploaded, but no measure of a graphics card.
 *
 * The masks are those of LABELMAP_CORPUS that are at least 3,840 pixels wide, or else the repository's.
 */
import { spawn } from "node:child_process";
import { copyFileSync, mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { chromium } from "playwright-core";
import { findChromium } from "../scripts/chromium.mjs";
import { serveStatic } from "../test/browser/static-server.mjs";
import { FIXTURES, loadCorpus } from "../test/support/corpus.mjs";

/** Gives the page's clock a resolution of 5 µs instead of 100 µs. */
const ISOLATED = {
  "cross-origin-opener-policy": "same-origin",
  "cross-origin-embedder-policy": "require-corp",
};
const OPENERS = { darwin: ["open"], win32: ["cmd", "/c", "start"] };
const folder = (path) => fileURLToPath(new URL(path, import.meta.url));
const MASKS = folder("../build/bench/webgpu");

const wide = loadCorpus().filter(({ expected }) => expected.width >= 3840);
const real = wide.filter((mask) => mask.folder !== FIXTURES);
const masks = real.length > 0 ? real : wide;
mkdirSync(MASKS, { recursive: true });
for (const { name, folder: from } of masks) {
  for (const type of ["png", "json"])
    copyFileSync(join(from, `${name}.${type}`), join(MASKS, `${name}.${type}`));
}
writeFileSync(join(MASKS, "names.json"), JSON.stringify(masks.map(({ name }) => name)));

const server = await serveStatic(
  { "/dist": folder("../dist"), "/bench": folder("."), "/masks": MASKS },
  ISOLATED,
);
const address = `${server.origin}/bench/page/webgpu.html`;
if (process.argv.includes("--software")) await measureHeadless();
else {
  const [command, ...args] = OPENERS[process.platform] ?? ["xdg-open"];
  spawn(command, [...args, address], { stdio: "ignore" }).on("error", () => {});
  console.log(`Open ${address} in a browser with WebGPU. Ctrl+C ends the server.`);
}

async function measureHeadless() {
  const args = ["--no-sandbox", "--enable-unsafe-webgpu", "--use-webgpu-adapter=swiftshader"];
  const browser = await chromium.launch({ executablePath: findChromium(), args });
  try {
    const page = await browser.newPage();
    page.on("pageerror", (error) => console.error(error));
    page.on("console", (message) => console.error(message.text()));
    await page.goto(address);
    await page.waitForFunction("window.ended === true", null, { timeout: 600_000 });
    console.log(await page.locator("#rows").textContent());
  } finally {
    await browser.close();
    await server.close();
  }
}

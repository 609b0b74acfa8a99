/**
 * `npm run docs:loop`: records cli/docs/explorer-loop.webp, a loop of about seven seconds of the built explorer: a folder is dropped,
 * a class is chosen, a mask is opened, an unknown colour is found, and two masks are compared.
 *
 * Each frame is a screenshot that is taken when the page is at rest, so a slow machine records the same loop as a quick
 * one. The pointer and the folder that it drags are drawn into the page.
 */
import { writeFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { chromium } from "playwright-core";
import sharp from "sharp";
import { findChromium } from "../scripts/chromium.mjs";
import { serveStatic } from "../test/browser/static-server.mjs";
import { driveFiles } from "./scene/drive.mjs";

const path = (name) => fileURLToPath(new URL(name, import.meta.url));
const OUTPUT = path("../cli/docs/explorer-loop.webp");
const SIZE = { width: 1040, height: 650 };
const FRAME_MILLISECONDS = 65;
const MOST_BYTES = 1.5e6;

/** Each frame of the loop, and how long it is shown. */
const frames = [];

/** Shows the page for so many frames. */
async function hold(page, count) {
  const image = await page.screenshot({ animations: "disabled" });
  frames.push({ image, delay: count * FRAME_MILLISECONDS });
}

/** Draws what the page itself cannot show: the pointer, and the folder that it holds. */
const POINTER = `<div id="recorded-pointer" style="position:fixed;left:0;top:0;z-index:9999;pointer-events:none">
  <svg width="96" height="80" viewBox="0 0 96 80" style="overflow:visible">
    <g id="recorded-folder"><path d="M14 20h20l6 7h30a4 4 0 0 1 4 4v31a4 4 0 0 1-4 4H14a4 4 0 0 1-4-4V24a4 4 0 0 1 4-4z" fill="#4f8df5"/>
    <path d="M10 35h64v27a4 4 0 0 1-4 4H14a4 4 0 0 1-4-4z" fill="#7eb0ff"/>
    <text x="42" y="55" font-size="11" font-family="sans-serif" fill="#0c2148" text-anchor="middle">masks</text></g>
    <path d="M0 0v20l5-4.6 3.6 8 4-1.8-3.6-7.8h7z" fill="#fff" stroke="#111" stroke-width="1.4"/>
  </svg></div>`;

let at = { x: 60, y: SIZE.height - 40 };

async function drawPointer(page, { hasFolder = false } = {}) {
  await page.evaluate(
    ({ html, x, y, hasFolder: isHeld }) => {
      if (document.querySelector("#recorded-pointer") === null) {
        document.body.append(document.createRange().createContextualFragment(html));
      }
      const pointer = document.querySelector("#recorded-pointer");
      pointer.style.transform = `translate(${x}px, ${y}px)`;
      pointer.querySelector("#recorded-folder").style.display = isHeld ? "" : "none";
    },
    { html: POINTER, ...at, hasFolder },
  );
}

/** Moves the pointer, slowly at both ends. */
async function glide(page, to, count, options = {}) {
  const from = at;
  for (let step = 1; step <= count; step++) {
    const t = step / count;
    const share = t * t * (3 - 2 * t);
    at = { x: from.x + (to.x - from.x) * share, y: from.y + (to.y - from.y) * share };
    await page.mouse.move(at.x, at.y);
    await drawPointer(page, options);
    await hold(page, 1);
  }
}

async function middleOf(locator) {
  await locator.scrollIntoViewIfNeeded();
  const { x, y, width, height } = await locator.boundingBox();
  return { x: x + width / 2, y: y + height / 2 };
}

/** Moves to an element, and clicks it. */
async function click(page, locator, frameCount = 5) {
  await glide(page, await middleOf(locator), frameCount);
  await locator.click();
  await drawPointer(page);
}

/** The page draws a last time when it is at rest. */
const settle = (page) => page.waitForTimeout(700);

async function record(page) {
  const files = await driveFiles();
  const stage = { x: SIZE.width * 0.4, y: SIZE.height * 0.55 };
  await page.getByRole("button", { name: "Open a sample" }).waitFor();
  await drawPointer(page, { hasFolder: true });
  await hold(page, 3);
  await glide(page, stage, 7, { hasFolder: true });
  await page
    .getByLabel("Open files…")
    .last()
    .setInputFiles(
      files.map(({ name, content }) => ({ name, mimeType: "application/octet-stream", buffer: content })),
    );
  const dataset = page.getByRole("navigation", { name: "Views" }).getByRole("button", { name: "Data set" });
  await dataset.waitFor();
  if ((await dataset.getAttribute("aria-current")) === null) await dataset.click();
  await page.getByRole("progressbar").waitFor({ state: "detached" });
  await settle(page);
  await drawPointer(page);
  await hold(page, 6);
  const coloring = page.getByLabel("Colour by");
  await glide(page, await middleOf(coloring), 4);
  await coloring.selectOption("class");
  await settle(page);
  await hold(page, 6);

  // The masks with pedestrians.
  await click(page, page.getByRole("button", { name: "pedestrian", exact: true }).first());
  await settle(page);
  await hold(page, 7);
  const masks = page.getByRole("listbox", { name: "Masks" });
  await click(page, masks.getByTitle("street", { exact: true }));
  await page.getByRole("heading", { level: 1, name: "street", exact: true }).waitFor();
  await settle(page);
  await hold(page, 7);

  // To single pixels.
  const canvas = await page.locator("canvas").first().boundingBox();
  await glide(page, { x: canvas.x + canvas.width * 0.55, y: canvas.y + canvas.height * 0.52 }, 4);
  for (let step = 0; step < 8; step++) {
    await page.mouse.wheel(0, -260);
    await page.waitForTimeout(250);
    await hold(page, 1);
  }
  await settle(page);
  await hold(page, 6);

  // The colour that the legend lacks.
  await click(page, page.getByRole("tab", { name: "Defects" }));
  await page.waitForTimeout(300);
  await hold(page, 3);
  await click(page, page.getByRole("button", { name: /^Find / }).first(), 4);
  await settle(page);
  await hold(page, 9);

  await click(page, page.getByRole("navigation", { name: "Views" }).getByRole("button", { name: "Compare" }));
  await page.getByLabel("Other mask").selectOption("street-again");
  await page.getByRole("grid").waitFor();
  await settle(page);
  await hold(page, 14);
}

const server = await serveStatic({ "/explorer": path("../cli/dist/explorer") });
const browser = await chromium.launch({
  executablePath: findChromium(),
  args: ["--no-sandbox", "--disable-gpu"],
});
try {
  // The pointer needs styles of its own, which the page's policy forbids.
  const context = await browser.newContext({ viewport: SIZE, colorScheme: "dark", bypassCSP: true });
  const page = await context.newPage();
  page.setDefaultTimeout(60_000);
  await page.goto(`${server.origin}/explorer/index.html`);
  await record(page);
} finally {
  await browser.close();
  await server.close();
}
await encode();

/** The best quality with which the loop is small enough. */
async function encode() {
  for (let quality = 80; quality >= 20; quality -= 15) {
    const loop = await sharp(
      frames.map(({ image }) => image),
      { join: { animated: true } },
    )
      .webp({ quality, effort: 5, loop: 0, delay: frames.map(({ delay }) => delay), minSize: true })
      .toBuffer();
    if (loop.length > MOST_BYTES) continue;
    writeFileSync(OUTPUT, loop);
    const seconds = frames.reduce((sum, { delay }) => sum + delay, 0) / 1000;
    console.log(`${OUTPUT}: ${frames.length} frames, ${seconds} s, ${loop.length} bytes, quality ${quality}`);
    return;
  }
  throw new Error(`the loop has more than ${MOST_BYTES} bytes`);
}

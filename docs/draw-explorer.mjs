/** The pictures of the explorer: what a browser shows of the built page. `npm run docs:pictures` makes them. */
import { writeFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { chromium } from "playwright-core";
import sharp from "sharp";
import { findChromium } from "../scripts/chromium.mjs";
import { serveStatic } from "../test/browser/static-server.mjs";

const path = (name) => fileURLToPath(new URL(name, import.meta.url));
/** Until the stage is at rest, and has been for a while. */
const REST_MILLISECONDS = 3000;

const server = await serveStatic({ "/explorer": path("../dist/explorer") });
const browser = await chromium.launch({
  executablePath: findChromium(),
  args: ["--no-sandbox", "--disable-gpu"],
});

async function picture(name, colorScheme, work, viewport = { width: 1280, height: 800 }) {
  const page = await browser.newPage({ viewport, colorScheme });
  await page.goto(`${server.origin}/explorer/index.html`);
  await work(page);
  await page.waitForTimeout(REST_MILLISECONDS);
  // 256 colours are enough for it, and a quarter of the bytes.
  const file = await sharp(await page.screenshot())
    .png({ palette: true, effort: 10 })
    .toBuffer();
  writeFileSync(path(`explorer-${name}.png`), file);
  await page.close();
}

async function openMask(page, name) {
  const files = ["png", "json"].map((ending) => path(`../test/fixtures/masks/${name}.${ending}`));
  await page.getByLabel("Open files…").last().setInputFiles(files);
  await page.getByRole("heading", { level: 1, name }).waitFor();
}

try {
  await picture("empty", "light", (page) => page.getByRole("button", { name: "Open a sample" }).waitFor());
  await picture("labels", "light", async (page) => {
    await openMask(page, "street-1080p-rgb-upng");
    await page.mouse.move(420, 590);
  });
  await picture("defects", "dark", async (page) => {
    await openMask(page, "brush-720p-rgba-alpha");
    await page.getByRole("tab", { name: "Defects" }).click();
    await page
      .getByRole("button", { name: /^Find / })
      .first()
      .click();
  });
  await picture("export", "dark", async (page) => {
    await openMask(page, "street-1080p-rgb-upng");
    await page.getByRole("tab", { name: "Export" }).click();
    await page.getByRole("radio").nth(4).check();
  });
} finally {
  await browser.close();
  await server.close();
}

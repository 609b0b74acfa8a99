/** The pictures of cli/docs/explorer.md: what a browser shows of the built page. `npm run docs:pictures` makes them. */
import { readdirSync, readFileSync, writeFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { chromium } from "playwright-core";
import sharp from "sharp";
import { findChromium } from "../scripts/chromium.mjs";
import { serveStatic } from "../test/browser/static-server.mjs";

const path = (name) => fileURLToPath(new URL(name, import.meta.url));
/** Until the stage is at rest, and has been for a while. */
const REST_MILLISECONDS = 3000;

const server = await serveStatic({ "/explorer": path("../cli/dist/explorer") });
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
  writeFileSync(path(`../cli/docs/explorer-${name}.png`), file);
  await page.close();
}

async function openMask(page, name) {
  const files = ["png", "json"].map((ending) => path(`../test/fixtures/masks/${name}.${ending}`));
  await page.getByLabel("Open files…").last().setInputFiles(files);
  await page.getByRole("heading", { level: 1, name }).waitFor();
}

async function openSample(page) {
  await page.getByRole("button", { name: "Open a sample" }).click();
  await page.getByRole("heading", { level: 1, name: "street" }).waitFor();
}

async function openAll(page) {
  const folder = path("../test/fixtures/masks/");
  const names = readdirSync(folder).filter((name) => /\.(png|json)$/.test(name) && name !== "manifest.json");
  const cut = readFileSync(`${folder}street-4k-rgba-none.png`).subarray(0, 5000);
  const broken = { name: "street-cut-off.png", mimeType: "image/png", buffer: cut };
  const masks = names.map((name) => ({
    name,
    mimeType: "application/octet-stream",
    buffer: readFileSync(`${folder}${name}`),
  }));
  await page
    .getByLabel("Open files…")
    .last()
    .setInputFiles([...masks, broken]);
  await page.locator(".card").first().waitFor();
}

try {
  await picture("empty", "light", (page) => page.getByRole("button", { name: "Open a sample" }).waitFor());
  await picture("labels", "light", async (page) => {
    await openSample(page);
    await page.getByLabel("Mask over photo").fill("0.45");
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
  const exportWork = async (page) => {
    await openMask(page, "street-1080p-rgb-upng");
    await page.getByRole("searchbox").fill("building");
    await page.getByRole("button", { name: "Hide matches" }).click();
    await page.getByRole("tab", { name: "Export" }).click();
    await page.getByRole("radio").nth(1).check();
  };
  // As high as the panel, whose end is the program.
  await picture("export", "dark", exportWork, { width: 1280, height: 1180 });
  await picture("compare", "light", async (page) => {
    await openSample(page);
    await page.getByRole("button", { name: "Compare" }).click();
    await page.getByRole("grid").waitFor();
    await page.mouse.move(390, 530);
  });
  await picture("measure", "light", async (page) => {
    await openSample(page);
    await page.getByLabel("Colour by").selectOption("class");
    await page.locator(".stage").focus();
    await page.keyboard.press("l");
    await page.keyboard.press("m");
    await page.mouse.click(300, 420);
    await page.mouse.click(560, 530);
    await page.mouse.move(640, 640);
  });
  await picture("dataset", "dark", async (page) => {
    await openAll(page);
    await page.getByLabel("Colour by").selectOption("class");
    await page.getByRole("progressbar").waitFor({ state: "detached" });
  });
} finally {
  await browser.close();
  await server.close();
}

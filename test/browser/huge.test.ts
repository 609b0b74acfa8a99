/** The largest mask that is promised, 8192×8192 (268 MB of labels), in a real browser. */
import { createHash } from "node:crypto";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { chromium } from "playwright-core";
import { expect, it } from "vitest";
import { findChromium } from "../../scripts/chromium.mjs";
import { hugeMask } from "../support/huge-mask.mjs";
import { serveStatic } from "./static-server.mjs";

const SIZE = 8192;
const PERIOD = 64;
const PAGE = `<!doctype html><title>8192×8192</title><script type="module">
  import { decodeMask } from "/dist/browser/labelmap.js";
  window.decode = async () => {
    const png = await (await fetch("/masks/huge.png")).arrayBuffer();
    const legend = await (await fetch("/masks/huge.json")).json();
    const { data } = await decodeMask(png, legend);
    const digest = new Uint8Array(await crypto.subtle.digest("SHA-256", data));
    return Array.from(digest, (byte) => byte.toString(16).padStart(2, "0")).join("");
  };
</script>`;

const executablePath = findChromium();
if (executablePath === undefined && process.env.CI) {
  it("has a Chromium to run in", () => expect.fail("no Chromium is found; set CHROMIUM_PATH"));
}

it.skipIf(executablePath === undefined)("decodes an 8192×8192 mask in Chromium", async () => {
  const { png, legend, rowLabels } = hugeMask(SIZE, PERIOD);
  const expected = createHash("sha256");
  for (let y = 0; y < SIZE; y++) expected.update(rowLabels[y % PERIOD]!);

  const masks = mkdtempSync(join(tmpdir(), "labelmap-huge-"));
  writeFileSync(join(masks, "huge.png"), png);
  writeFileSync(join(masks, "huge.json"), JSON.stringify(legend));
  const dist = fileURLToPath(new URL("../../dist", import.meta.url));
  const server = await serveStatic({ "/dist": dist, "/masks": masks });
  const browser = await chromium.launch({
    executablePath: executablePath!,
    args: ["--no-sandbox", "--disable-gpu"],
  });
  try {
    const page = await browser.newPage();
    await page.route(`${server.origin}/`, (route) => route.fulfill({ contentType: "text/html", body: PAGE }));
    await page.goto(`${server.origin}/`);
    await page.waitForFunction("window.decode !== undefined");
    expect(await page.evaluate("decode()")).toBe(expected.digest("hex"));
  } finally {
    await browser.close();
    await server.close();
    rmSync(masks, { recursive: true, force: true });
  }
});

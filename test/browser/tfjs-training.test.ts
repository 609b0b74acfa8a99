/** examples/tfjs-training as it is, built with Vite, in a real browser: the loss of the model falls. */
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { chromium } from "playwright-core";
import { build } from "vite";
import { expect } from "vitest";
import { findChromium } from "../../scripts/chromium.mjs";
import { itInChromium } from "./bare-page.js";
import { serveStatic } from "./static-server.mjs";

const EXAMPLE = fileURLToPath(new URL("../../examples/tfjs-training", import.meta.url));

itInChromium("examples/tfjs-training trains a model whose loss falls, over 200 masks", async () => {
  const outDir = mkdtempSync(join(tmpdir(), "labelmap-tfjs-training-"));
  await build({
    root: EXAMPLE,
    base: "./",
    logLevel: "error",
    build: { outDir, emptyOutDir: true, target: "es2022" },
    worker: { format: "es" },
  });
  const server = await serveStatic({ "/app": outDir });
  const browser = await chromium.launch({
    executablePath: findChromium()!,
    args: ["--no-sandbox", "--disable-gpu"],
  });
  try {
    const page = await browser.newPage();
    const failure = new Promise<never>((_, reject) => page.on("pageerror", reject));
    await page.goto(`${server.origin}/app/index.html`);
    const done = page.waitForFunction("document.querySelector('#losses').textContent.includes('done')");
    await Promise.race([done, failure]);
    const lines = (await page.locator("#losses").textContent())!.split("\n");
    const losses = lines.slice(0, -1).map((line) => Number(/: loss (\d+\.\d+)$/.exec(line)?.[1]));
    expect(losses.length).toBe(25);
    expect(lines[24]).toMatch(/^200 masks/);
    const mean = (values: number[]) => values.reduce((sum, value) => sum + value, 0) / values.length;
    console.log(`the loss falls from ${losses[0]} to ${losses.at(-1)}`);
    expect(mean(losses.slice(-5))).toBeLessThan(mean(losses.slice(0, 3)) / 2);
    // The four weights, and two moments of Adam for each, with its two counters: nothing per batch.
    expect(Number(/(\d+) tensors left/.exec(lines.at(-1)!)![1])).toBeLessThan(20);
    expect(await page.locator("#progress").evaluate((bar) => (bar as HTMLProgressElement).position)).toBe(1);
    // The loop has ended, so its workers have.
    await expect.poll(() => page.workers().length).toBe(0);
  } finally {
    await browser.close();
    await server.close();
    rmSync(outDir, { recursive: true });
  }
});

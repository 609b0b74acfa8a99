/** examples/tfjs as it is, built with Vite, in a real browser: TensorFlow.js counts what sharp counted. */
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { chromium } from "playwright-core";
import { build } from "vite";
import { expect } from "vitest";
import { findChromium } from "../../scripts/chromium.mjs";
import { loadCorpus } from "../support/corpus.mjs";
import { itInChromium } from "./bare-page.js";
import { serveStatic } from "./static-server.mjs";

const EXAMPLE = fileURLToPath(new URL("../../examples/tfjs", import.meta.url));

itInChromium("examples/tfjs shows how many pixels each class has", async () => {
  const outDir = mkdtempSync(join(tmpdir(), "labelmap-tfjs-"));
  await build({ root: EXAMPLE, base: "./", logLevel: "error", build: { outDir, emptyOutDir: true } });
  const server = await serveStatic({ "/app": outDir });
  const browser = await chromium.launch({
    executablePath: findChromium()!,
    args: ["--no-sandbox", "--disable-gpu"],
  });
  try {
    const page = await browser.newPage();
    const failure = new Promise<never>((_, reject) => page.on("pageerror", reject));
    await page.goto(`${server.origin}/app/index.html`);
    const counts = page.locator("#counts:not(:empty)");
    const shown = await Promise.race([counts.textContent(), failure]);

    expect(await page.locator("h1").textContent()).toBe("Pixels per class, summed by TensorFlow.js");

    const { result, expected } = loadCorpus().find(({ name }) => name === "instances-640-palette-upng")!;
    const pixels = new Map<string, number>();
    Object.values(result.legend).forEach((value, label) => {
      const name = value.replace(/ # \d+$/, "");
      pixels.set(name, (pixels.get(name) ?? 0) + (expected.counts![label] ?? 0));
    });
    expect(shown!.split("\n")).toEqual([...pixels].sort().map(([name, count]) => `${name} ${count}`));
  } finally {
    await browser.close();
    await server.close();
    rmSync(outDir, { recursive: true });
  }
});

/** An example of examples/ as it is, built with Vite and opened in a real browser. */
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { chromium, type Page } from "playwright-core";
import { build, type InlineConfig } from "vite";
import { findChromium } from "../../scripts/chromium.mjs";
import { serveStatic } from "./static-server.mjs";

/**
 * @param name of the example's folder
 * @param config of Vite, beside what the test needs
 * @param work gets the page, and a promise that is rejected with the first error of the page
 * @param extra the page's file, and arguments of Chromium in the place of `--disable-gpu`
 */
export async function inBuiltExample(
  name: string,
  config: InlineConfig,
  work: (page: Page, failure: Promise<never>) => Promise<void>,
  extra: { readonly file?: string; readonly args?: readonly string[] } = {},
): Promise<void> {
  const root = fileURLToPath(new URL(`../../examples/${name}`, import.meta.url));
  const outDir = mkdtempSync(join(tmpdir(), `labelmap-${name}-`));
  await build({
    ...config,
    root,
    base: "./",
    logLevel: "error",
    build: { ...config.build, outDir, emptyOutDir: true },
  });
  const server = await serveStatic({ "/app": outDir });
  const browser = await chromium.launch({
    executablePath: findChromium()!,
    args: ["--no-sandbox", ...(extra.args ?? ["--disable-gpu"])],
  });
  try {
    const page = await browser.newPage();
    const failure = new Promise<never>((_, reject) => page.on("pageerror", reject));
    await page.goto(`${server.origin}/app/${extra.file ?? "index.html"}`);
    await work(page, failure);
  } finally {
    await browser.close();
    await server.close();
    rmSync(outDir, { recursive: true });
  }
}

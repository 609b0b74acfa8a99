/**
 * `labelmap/webgpu` in a real browser, with a software adapter where there is no graphics card: every output has the bytes
 * that the CPU makes. One page runs many cases, since a start of the browser takes longer than most of them.
 */
import { fileURLToPath } from "node:url";
import type { Page } from "playwright-core";
import { expect } from "vitest";
import { FIXTURES, loadCorpus } from "../support/corpus.mjs";
import { inBarePage, itInChromium } from "./bare-page.js";

const here = (path: string) => fileURLToPath(new URL(path, import.meta.url));

const inGpuPage = (work: (page: Page) => Promise<void>) =>
  inBarePage(
    FIXTURES,
    'import * as page from "/browser/webgpu-page.mjs"; Object.assign(window, page);',
    work,
    {
      mounts: { "/browser": here("."), "/support": here("../support") },
      args: ["--enable-unsafe-webgpu", "--use-webgpu-adapter=swiftshader"],
    },
  );

itInChromium("paints 2,000 random run lists as the CPU does", () =>
  inGpuPage(async (page) => {
    expect(await page.evaluate("checkRandomRuns(1, 2000)")).toEqual([]);
  }),
);

itInChromium("paints all masks of the corpus as the CPU does", () =>
  inGpuPage(async (page) => {
    const names = loadCorpus()
      .filter(({ folder }) => folder === FIXTURES)
      .map(({ name }) => name);
    expect(await page.evaluate(`checkCorpus(${JSON.stringify(names)})`)).toEqual([]);
  }),
);

itInChromium("paints one pixel, odd widths, wide rows, and runs that do not fit 16 bits", () =>
  inGpuPage(async (page) => {
    const sizes = [
      ...[1, 2, 3, 5, 7, 13, 255, 257, 1023].flatMap((width) =>
        [1, 2, 3, 7].map((height) => [width, height, 200]),
      ),
      [16_384, 9, 200],
      [65_536, 2, 60_000],
      [65_537, 3, 200],
      [70_001, 2, 2 ** 31],
      [1000, 200, 2 ** 31],
    ];
    expect(await page.evaluate(`checkSizes(${JSON.stringify(sizes)})`)).toEqual([]);
  }),
);

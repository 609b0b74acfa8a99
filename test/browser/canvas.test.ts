/**
 * Why a page should not read a mask through a canvas: it stores colours multiplied by alpha, and where alpha varies the
 * legend's colours do not come back.
 */
import type { Page } from "playwright-core";
import { expect } from "vitest";
import { FIXTURES, loadCorpus } from "../support/corpus.mjs";
import { inBarePage, itInChromium } from "./bare-page.js";

const MASK = "brush-720p-rgba-alpha";
const { expected } = loadCorpus().find(({ folder, name }) => folder === FIXTURES && name === MASK)!;

/** The library as a page without a bundler has it. */
const SCRIPT = `
  import * as labelmap from "/dist/browser/labelmap.js";
  window.labelmap = labelmap;`;

/** What the test finds out in the page. */
interface Found {
  /** SHA-256 of our labels, in hex. */
  sha256: string;
  legendColors: number;
  /** Pixels that are labelled and not fully transparent, and of these the ones whose colour the canvas changed. */
  looked: number;
  changed: number;
  /** Distinct colours that the canvas gives. */
  canvasColors: number;
}

itInChromium(
  "decodes a mask whose alpha varies, where a canvas changes its colours even if asked not to premultiply",
  () =>
    inBarePage(FIXTURES, SCRIPT, async (page) => {
      const found = await decodeBothWays(page);
      expect(found.sha256).toBe(expected.sha256);
      expect(found.looked).toBeGreaterThan(100_000);
      expect(found.changed).toBeGreaterThan(found.looked / 2);
      expect(found.canvasColors).toBeGreaterThan(found.legendColors);
    }),
);

function decodeBothWays(page: Page): Promise<Found> {
  return page.evaluate(async (name) => {
    const png = await (await fetch(`/masks/${name}.png`)).arrayBuffer();
    const result = await (await fetch(`/masks/${name}.json`)).json();

    const { labelmap } = window as unknown as { labelmap: typeof import("../../src/index.js") };
    const map = await labelmap.decodeMask(png, result);
    const labels = map.data as Int32Array<ArrayBuffer>;
    const digest = new Uint8Array(await crypto.subtle.digest("SHA-256", labels));
    const sha256 = Array.from(digest, (byte) => byte.toString(16).padStart(2, "0")).join("");

    const asTheyAre = { premultiplyAlpha: "none", colorSpaceConversion: "none" } as const;
    const bitmap = await createImageBitmap(new Blob([png], { type: "image/png" }), asTheyAre);
    const context = new OffscreenCanvas(bitmap.width, bitmap.height).getContext("2d")!;
    context.drawImage(bitmap, 0, 0);
    const { data } = context.getImageData(0, 0, bitmap.width, bitmap.height);

    const legend = map.labels.map(({ color }) => color.toLowerCase());
    const colors = new Set<string>();
    let looked = 0;
    let changed = 0;
    map.data.forEach((label, index) => {
      const [red, green, blue, alpha] = data.subarray(index * 4, index * 4 + 4) as unknown as number[];
      const color = `#${((red! << 16) | (green! << 8) | blue!).toString(16).padStart(6, "0")}`;
      colors.add(color);
      if (label < 0 || alpha === 0) return;
      looked++;
      if (color !== legend[label]) changed++;
    });
    return { sha256, legendColors: legend.length, looked, changed, canvasColors: colors.size };
  }, MASK);
}

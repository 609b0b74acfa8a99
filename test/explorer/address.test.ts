/** The page's address keeps what is shown: over a reload, with Back and Forward, for a colleague, and from mask to mask. */
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { findChromium } from "../../scripts/chromium.mjs";
import { encodePng } from "../support/encode-png.mjs";
import {
  type DroppedFile,
  drop,
  type Explorer,
  framesPass,
  nameInText,
  shown,
  stagePixels,
  startExplorer,
  textFile,
  withPage,
} from "./explorer-page.js";

const LEGEND = { "#d02020": "car # 1", "#20d020": "car # 2", "#2020d0": "sky", "#d0d020": "road" };
/** Without a car. */
const EMPTY = { "#2020d0": "sky", "#d0d020": "road" };
const MASKS = { first: LEGEND, second: LEGEND, third: EMPTY, fourth: LEGEND };
const QUERY = "?files=listed/files.json";

/**
 * Twelve labels of the classes `prefix 0` to `prefix 11`. The rows of the list are in the order of pixels, which `step`
 * changes.
 */
function ordered(name: string, prefix: string, step: number): readonly DroppedFile[] {
  const legend: Record<string, string> = {};
  const rows: number[] = [];
  for (let label = 0; label < 12; label++) {
    const color = 0x101010 * (label + 1);
    legend[`#${color.toString(16).padStart(6, "0")}`] = `${prefix} ${label}`;
    rows.push(...Array(((label * step) % 13) + 1).fill(color));
  }
  const samples = Uint8Array.from(rows.flatMap((color) => [color >> 16, (color >> 8) & 255, color & 255]));
  const bytes = encodePng({ width: 1, height: rows.length, colourType: 2, bitDepth: 8, samples, filter: 0 });
  return [{ name: `${name}.png`, bytes }, textFile(`${name}.json`, JSON.stringify({ legend }))];
}

/** 8×8 pixels in stripes, one for each label. */
function stripes(legend: Readonly<Record<string, string>>): Uint8Array {
  const colors = Object.keys(legend).map((color) => Number.parseInt(color.slice(1), 16));
  const samples = new Uint8Array(8 * 8 * 3);
  for (let at = 0; at < 64; at++) {
    const color = colors[Math.floor(((at % 8) * colors.length) / 8)]!;
    samples.set([color >> 16, (color >> 8) & 255, color & 255], at * 3);
  }
  return encodePng({ width: 8, height: 8, colourType: 2, bitDepth: 8, samples, filter: 0 });
}

describe.skipIf(findChromium() === undefined)("the page's address", () => {
  let explorer: Explorer;
  let folder: string;
  beforeAll(async () => {
    folder = mkdtempSync(join(tmpdir(), "labelmap-address-"));
    for (const [name, legend] of Object.entries(MASKS)) {
      writeFileSync(join(folder, `${name}.png`), stripes(legend));
      writeFileSync(join(folder, `${name}.json`), JSON.stringify({ legend }));
    }
    const masks = Object.keys(MASKS).map((name) => ({
      name,
      mask: `${name}.png`,
      result: `${name}.json`,
      image: null,
    }));
    writeFileSync(join(folder, "files.json"), JSON.stringify({ masks }));
    explorer = await startExplorer({ "/explorer/listed": folder });
  });
  afterAll(async () => {
    await explorer?.close();
    rmSync(folder, { recursive: true, force: true });
  });

  const withMasks = (work: (page: Page) => Promise<void>, query = QUERY) =>
    withPage(
      explorer,
      async (page) => {
        await page.getByRole("heading", { level: 1 }).waitFor();
        await work(page);
      },
      { query },
    );
  const hiddenNames = (page: Page) =>
    page
      .locator("tr.is-hidden")
      .evaluateAll((rows) => rows.map((row) => row.getAttribute("title")!.slice(1, -1)).sort());
  const isolatedNames = (page: Page) =>
    page
      .locator('tr[aria-selected="true"]')
      .evaluateAll((rows) => rows.map((row) => row.getAttribute("title")!.slice(1, -1)).sort());
  const next = async (page: Page, name: string) => {
    await page.getByRole("button", { name: "Next mask" }).click();
    await shown(page, name);
  };
  const hash = (page: Page) => new URL(page.url()).hash;

  it("brings back mask, hidden and isolated labels, search and zoom after a reload", () =>
    withMasks(async (page) => {
      await shown(page, "first");
      await next(page, "second");
      await page.getByRole("checkbox", { name: "Show sky" }).uncheck();
      await page.locator(`tr[title="${nameInText("car # 1")}"]`).click();
      await page.locator(".stage").focus();
      for (let step = 0; step < 3; step++) await page.keyboard.press("+");
      await page.keyboard.press("ArrowRight");
      await page.getByRole("searchbox").fill("c");
      await expect.poll(() => hash(page)).toMatch(/search=c/);
      await expect.poll(() => hash(page)).toMatch(/at=/);
      const zoom = await page.getByLabel("Zoom level").textContent();
      const before = await stagePixels(page);
      const address = page.url();
      await page.reload();
      await shown(page, "second");
      await expect.poll(() => page.getByRole("searchbox").inputValue()).toBe("c");
      expect(await isolatedNames(page)).toEqual(["car # 1"]);
      await expect.poll(() => page.getByLabel("Zoom level").textContent()).toBe(zoom);
      expect((await stagePixels(page)) === before).toBe(true);
      await page.getByRole("searchbox").fill("");
      expect(await hiddenNames(page)).toEqual(["sky"]);

      // A colleague who opens it sees the same.
      const other = await explorer.browser.newPage({ viewport: { width: 1280, height: 800 } });
      await other.goto(address);
      await shown(other, "second");
      await expect.poll(() => isolatedNames(other)).toEqual(["car # 1"]);
      expect((await stagePixels(other)) === before).toBe(true);
      await other.close();
    }));

  it("goes back and forward through masks and views, each as it was left", () =>
    withMasks(async (page) => {
      await shown(page, "first");
      await page.getByRole("checkbox", { name: "Show road" }).uncheck();
      await next(page, "second");
      await page.getByRole("button", { name: "Show all" }).click();
      await page.getByRole("button", { name: "Data set" }).click();
      await page.locator(".cards").waitFor();
      await page.goBack();
      await shown(page, "second");
      expect(await hiddenNames(page)).toEqual([]);
      await page.goBack();
      await shown(page, "first");
      await expect.poll(() => hiddenNames(page)).toEqual(["road"]);
      await page.goForward();
      await shown(page, "second");
      await expect.poll(() => hiddenNames(page)).toEqual([]);
      await page.goForward();
      await page.locator(".cards").waitFor();
    }));

  it("keeps hidden and isolated classes from mask to mask, even past a mask that lacks them", () =>
    withMasks(async (page) => {
      await shown(page, "first");
      for (const name of ["Show car # 1", "Show car # 2"]) {
        await page.getByRole("checkbox", { name, exact: true }).uncheck();
      }
      await page.getByRole("row", { name: "sky" }).click();
      await next(page, "second");
      expect(await hiddenNames(page)).toEqual(["car # 1", "car # 2"]);
      expect(await isolatedNames(page)).toEqual(["sky"]);
      await next(page, "third");
      expect(await hiddenNames(page)).toEqual([]);
      await next(page, "fourth");
      expect(await hiddenNames(page)).toEqual(["car # 1", "car # 2"]);
      await page.getByRole("button", { name: "Show all" }).click();
      await page.getByRole("button", { name: "Previous mask" }).click();
      await shown(page, "third");
      await page.getByRole("button", { name: "Previous mask" }).click();
      await shown(page, "second");
      expect([await hiddenNames(page), await isolatedNames(page)]).toEqual([[], []]);
    }));

  it("does not strike out the names of labels that are shown, after all were hidden", () =>
    withPage(explorer, async (page) => {
      await drop(page, ...ordered("a", "thing", 1), ...ordered("b", "other", 5));
      await shown(page, "a");
      const struck = () =>
        page
          .locator(".label-grid tbody tr")
          .evaluateAll((rows) =>
            rows.map((row) => [
              (row.querySelector("input") as HTMLInputElement).checked,
              getComputedStyle(row.querySelector(".name")!).textDecorationLine,
              getComputedStyle(row.querySelector(".cell-pixels")!).textDecorationLine,
            ]),
          );
      await page.getByRole("button", { name: "Hide all" }).click();
      expect(await struck()).toEqual(Array(12).fill([false, "line-through", "line-through"]));
      // Its classes are others, so none of them is hidden, and all rows move.
      await next(page, "b");
      await framesPass(page, 5);
      expect(await struck()).toEqual(Array(12).fill([true, "none", "none"]));
    }));

  it("opens the first mask if the address names a mask that is not there", () =>
    withMasks(async (page) => {
      await shown(page, "first");
      await expect.poll(() => hash(page)).toBe("#mask=first");
    }, `${QUERY}#mask=gone&view=compare&hide-class=sky`));

  it("keeps the colours of the page and the opacity for the next start", () =>
    withMasks(async (page) => {
      await page.getByLabel("Page colours").selectOption("dark");
      expect(await page.evaluate(() => document.documentElement.dataset.theme)).toBe("dark");
      await page.goto(page.url().replace(/\?.*/, ""));
      await page.getByRole("button", { name: "Open a sample" }).waitFor();
      expect(await page.evaluate(() => document.documentElement.dataset.theme)).toBe("dark");
      await page.evaluate(() => localStorage.setItem("labelmap-settings", `{"theme":"pink","opacity":7}`));
      await page.reload();
      await page.getByRole("button", { name: "Open a sample" }).click();
      await shown(page, "street");
      expect(await page.evaluate(() => document.documentElement.dataset.theme)).toBeUndefined();
      expect(await page.getByLabel("Mask over photo").inputValue()).toBe("0.7");
    }));
});

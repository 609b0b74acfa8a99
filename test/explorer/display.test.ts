/** How the built page draws a mask: filled or as outlines, over a photo that is brighter or darker, near and from afar. */
import type { Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { findChromium } from "../../scripts/chromium.mjs";
import {
  type Explorer,
  expectNoFaults,
  shown,
  stagePixels,
  startExplorer,
  withPage,
} from "./explorer-page.js";

describe.skipIf(findChromium() === undefined)("the explorer's display", () => {
  let explorer: Explorer;
  beforeAll(async () => {
    explorer = await startExplorer();
  });
  afterAll(() => explorer?.close());

  const withSample = (work: (page: Page) => Promise<void>) =>
    withPage(explorer, async (page) => {
      await page.getByRole("button", { name: "Open a sample" }).click();
      await shown(page, "street");
      await work(page);
    });

  it("draws outlines of any width and a brighter photo, and keeps the choices for the next start", () =>
    withSample(async (page) => {
      const filled = await stagePixels(page);
      expect(await page.getByLabel("Outline width").isVisible()).toBe(false);
      await page.getByRole("button", { name: "Display" }).press("Enter");
      await page.getByLabel("Outlines only").check();
      const thin = await stagePixels(page);
      await page.getByLabel("Outline width").fill("5");
      const thick = await stagePixels(page);
      await page.getByLabel("Photo brightness").press("End");
      const bright = await stagePixels(page);
      expect(new Set([filled, thin, thick, bright]).size).toBe(4);
      await expectNoFaults(page);

      await page.reload();
      await page.getByRole("button", { name: "Open a sample" }).click();
      await shown(page, "street");
      expect(await page.getByLabel("Outlines only").isChecked()).toBe(true);
      expect(await page.getByLabel("Outline width").inputValue()).toBe("5");
      expect(await page.getByLabel("Photo brightness").inputValue()).toBe("2");
      // A key does the same as the box.
      await page.keyboard.press("o");
      expect(await page.getByLabel("Outlines only").isChecked()).toBe(false);
    }));
});

/** How the built page draws a mask: filled or as outlines, over a photo that is brighter or darker, near and from afar. */
import type { Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { findChromium } from "../../scripts/chromium.mjs";
import { encodePng } from "../support/encode-png.mjs";
import {
  drop,
  dropFixture,
  type Explorer,
  expectNoFaults,
  shown,
  stagePixels,
  startExplorer,
  textFile,
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

  it("writes on large pixels what they are, and nothing on hidden ones", () =>
    withPage(explorer, async (page) => {
      await page.evaluate(() => {
        const { fillText } = CanvasRenderingContext2D.prototype;
        let isDrawing = false;
        CanvasRenderingContext2D.prototype.fillText = function (text: string, x: number, y: number) {
          // Only those of the last drawing are kept.
          if (!isDrawing) window.texts = [];
          isDrawing = true;
          queueMicrotask(() => {
            isDrawing = false;
          });
          const { width, height } = this.canvas;
          // A row of four pixels fills 96 % of the stage's width.
          const side = (0.96 * width) / 4;
          const column = Math.floor((x - 0.02 * width) / side);
          const row = Math.floor((y - height / 2) / side + 1);
          window.texts.push(`${column},${row} ${text}`);
          fillText.call(this, text, x, y);
        };
      });
      const textsAfter = async (change: () => Promise<unknown>) => {
        await change();
        await stagePixels(page);
        return (await page.evaluate(() => [...new Set(window.texts)])).toSorted();
      };
      const pixels = { width: 4, height: 2, bitDepth: 8, filter: 0 } as const;
      const numbers = Uint8Array.of(7, 7, 0, 255, 9, 9, 9, 123);
      const grey = encodePng({ ...pixels, colourType: 0, samples: numbers });
      const greys = async () => {
        await drop(page, { name: "grey.png", bytes: grey });
        await shown(page, "grey");
      };
      expect(await textsAfter(greys)).toEqual(
        [...numbers].map((number, at) => `${at % 4},${at >> 2} ${number}`).toSorted(),
      );
      expect(await textsAfter(() => page.getByLabel("Show 9", { exact: true }).uncheck())).toEqual(
        [...numbers]
          .map((number, at) => `${at % 4},${at >> 2} ${number}`)
          .filter((text) => !text.endsWith(" 9"))
          .toSorted(),
      );

      const samples = Uint8Array.from([0, 1, 0, 1, 2, 2, 2, 2].flatMap((label) => [200, label, 0]));
      const colors = encodePng({ ...pixels, colourType: 2, samples });
      const legend = { "#c80000": "car # 1", "#c80100": "car # 2", "#c80200": "a very long name ".repeat(9) };
      const url = "https://example.com/mask.png";
      const named = async () => {
        await drop(
          page,
          { name: "two.png", bytes: colors },
          textFile("two.json", JSON.stringify({ legend, url })),
        );
        await shown(page, "two");
      };
      const texts = await textsAfter(named);
      expect(texts.filter((text) => text.startsWith("1,0"))).toEqual(["1,0 2", "1,0 car"]);
      expect(texts.filter((text) => text.startsWith("3,1"))).toEqual([
        expect.stringMatching(/^3,1 a very long name.*…$/),
      ]);
    }));

  it("writes on pixels only if they are large enough to read it", () =>
    withSample(async (page) => {
      await page.locator(".stage").focus();
      await page.keyboard.press("1");
      await stagePixels(page);
      expect(await page.locator(".pixel-values").count()).toBe(0);
      // 1.5 to the power of 9 is less than 40, and of 10 more.
      for (let press = 0; press < 9; press++) await page.keyboard.press("+");
      await stagePixels(page);
      expect(await page.locator(".pixel-values").count()).toBe(0);
      await page.keyboard.press("+");
      await page.locator(".pixel-values").waitFor();
    }));

  it("has a small map that shows and moves the visible part, if it is zoomed in and there is room", () =>
    withPage(explorer, async (page) => {
      // 1920×1080.
      await dropFixture(page, "street-1080p-rgb-upng");
      const map = page.locator(".minimap");
      const middle = () =>
        page.evaluate(
          () => new URLSearchParams(location.hash.slice(1)).get("at")?.split(",").map(Number) ?? [],
        );
      expect(await map.count()).toBe(0);
      await page.locator(".stage").focus();
      await page.keyboard.press("1");
      // The flight is over.
      await stagePixels(page);
      await page.keyboard.press("+");
      await map.waitFor();
      const { x, y, width, height } = (await map.boundingBox())!;
      expect(width / height).toBeCloseTo(1920 / 1080, 1);
      await page.mouse.move(x + width / 4, y + height / 4);
      await page.mouse.down();
      await expect.poll(middle).toEqual([expect.closeTo(480, -1.6), expect.closeTo(270, -1.6), 1.5]);
      await page.mouse.move(x + (width * 3) / 4, y + height / 2);
      await page.mouse.up();
      await expect.poll(middle).toEqual([expect.closeTo(1440, -1.6), expect.closeTo(540, -1.6), 1.5]);
      const frame = (await map.locator("span").boundingBox())!;
      expect(frame.x + frame.width / 2).toBeCloseTo(x + (width * 3) / 4, -0.5);
      expect(frame.width / width).toBeCloseTo(
        (await page.locator(".stage").boundingBox())!.width / 1.5 / 1920,
        1,
      );
      // After the button is up, the pointer moves nothing.
      await page.mouse.move(x + 10, y + 10);
      expect(await middle()).toEqual([expect.closeTo(1440, -1.6), expect.closeTo(540, -1.6), 1.5]);
      // The wheel zooms there as it does on the image beside it.
      await page.mouse.wheel(0, -400);
      await expect.poll(async () => (await middle())[2]).toBeGreaterThan(1.6);
      await expectNoFaults(page);
      await page.setViewportSize({ width: 390, height: 844 });
      expect(await map.isVisible()).toBe(false);
    }));
});

declare global {
  interface Window {
    /** Column and row of each text that was written, and the text. */
    texts: string[];
  }
}

/** Both masks of a comparison on one stage: beside a divider, and in turn. The pictures of single masks say what is right. */
import type { Page } from "playwright-core";
import sharp from "sharp";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { findChromium } from "../../scripts/chromium.mjs";
import {
  type Explorer,
  expectNoFaults,
  framesPass,
  shown,
  startExplorer,
  withPage,
} from "./explorer-page.js";

/** The divider's thumb and the names on both sides of it cover some of the stage. */
const THUMB = 16;
const NAMES_HEIGHT = 44;

interface Picture {
  readonly width: number;
  readonly height: number;
  readonly data: Buffer;
}

describe.skipIf(findChromium() === undefined)("the explorer's comparison of two masks on one stage", () => {
  let explorer: Explorer;
  beforeAll(async () => {
    explorer = await startExplorer();
  });
  afterAll(() => explorer?.close());

  const withComparison = (work: (page: Page) => Promise<void>, options = {}) =>
    withPage(
      explorer,
      async (page) => {
        await page.getByRole("button", { name: "Open a sample" }).click();
        await shown(page, "street");
        await page.getByRole("button", { name: "Compare" }).click();
        await page.locator(".matrix").waitFor();
        await work(page);
      },
      options,
    );

  it("shows the reference left of the divider and the other mask right of it, wherever it is", () =>
    withComparison(async (page) => {
      const divider = page.getByRole("slider", { name: /^Divider/ });
      const expectHalves = async (share: number) => {
        const swiped = await picture(page);
        await choose(page, "Reference");
        const reference = await picture(page);
        await choose(page, "Other");
        const other = await picture(page);
        await choose(page, "Swipe");
        const middle = Math.round(swiped.width * share);
        expect(differences(reference, other, 0, reference.width)).toBeGreaterThan(1000);
        expect(differences(swiped, reference, 0, middle - THUMB), "left").toBe(0);
        expect(differences(swiped, other, middle + THUMB, swiped.width), "right").toBe(0);
      };
      await choose(page, "Swipe");
      await expectHalves(0.5);
      const box = (await page.locator(".stage").boundingBox())!;
      // The divider is dragged from its middle; where the pointer is elsewhere, it moves the image.
      await page.mouse.move(box.x + box.width / 2, box.y + 300);
      await page.mouse.down();
      await page.mouse.move(box.x + box.width / 4, box.y + 300, { steps: 4 });
      await page.mouse.up();
      expect(await divider.inputValue().then(Number)).toBeCloseTo(25, 0);
      await expectHalves(0.25);
      await divider.focus();
      await page.keyboard.press("ArrowRight");
      expect(await divider.inputValue().then(Number)).toBeCloseTo(27, 0);
      await page.keyboard.press("Home");
      expect(await divider.inputValue()).toBe("0");
      await expectHalves(0);
    }));

  it("moves both halves together, and keeps what is isolated", () =>
    withComparison(async (page) => {
      await choose(page, "Swipe");
      const box = (await page.locator(".stage").boundingBox())!;
      await page.mouse.move(box.x + box.width * 0.8, box.y + 300);
      await page.mouse.wheel(0, -500);
      await page.mouse.down();
      await page.mouse.move(box.x + box.width * 0.7, box.y + 350, { steps: 5 });
      await page.mouse.up();
      await page.mouse.click(box.x + box.width * 0.8, box.y + 400);
      await page.locator(".matrix [aria-selected=true]").waitFor();
      const swiped = await picture(page);
      await choose(page, "Other");
      const other = await picture(page);
      const middle = Math.round(swiped.width / 2);
      expect(differences(swiped, other, middle + THUMB, swiped.width)).toBe(0);
      // In another window, too.
      await page.setViewportSize({ width: 1100, height: 900 });
      const larger = await picture(page);
      await choose(page, "Swipe");
      await page.setViewportSize({ width: 1280, height: 800 });
      await page.setViewportSize({ width: 1100, height: 900 });
      const again = await picture(page);
      expect(again.width).toBe(larger.width);
      expect(differences(again, larger, Math.round(again.width / 2) + THUMB, again.width)).toBe(0);
    }));

  it("shows the masks in turn, at most three times a second, until it is paused", () =>
    withComparison(async (page) => {
      await page.clock.install();
      await choose(page, "Blink");
      const changes = await page.evaluateHandle(() => {
        const seen: string[] = [];
        const name = document.querySelector(".blink p")!;
        new MutationObserver(() => seen.push(name.textContent!)).observe(name, {
          characterData: true,
          childList: true,
          subtree: true,
        });
        return seen;
      });
      await page.clock.runFor(3000);
      const seen = await changes.jsonValue();
      expect(seen.length).toBeGreaterThanOrEqual(4);
      expect(seen.length).toBeLessThanOrEqual(9);
      expect(seen.every((name, turn) => turn === 0 || name !== seen[turn - 1])).toBe(true);
      await page.getByRole("button", { name: "Pause" }).click();
      await page.clock.runFor(1000);
      const paused = (await changes.jsonValue()).length;
      await page.clock.runFor(3000);
      expect((await changes.jsonValue()).length).toBe(paused);
    }));

  it("waits for a key if less motion is asked for", () =>
    withComparison(
      async (page) => {
        await choose(page, "Reference");
        const reference = await picture(page);
        await choose(page, "Other");
        const other = await picture(page);
        await choose(page, "Blink");
        const name = page.locator(".blink p");
        expect(await page.getByRole("button", { name: "Pause" }).count()).toBe(0);
        const pictures = { Reference: reference, Other: other };
        const first = (await name.textContent()) as keyof typeof pictures;
        await framesPass(page, 20, 1500);
        expect(await name.textContent()).toBe(first);
        await page.getByRole("button", { name: "Switch" }).focus();
        await page.keyboard.press("Enter");
        const second = first === "Other" ? "Reference" : "Other";
        expect(await name.textContent()).toBe(second);
        const shownNow = await picture(page);
        expect(differences(shownNow, pictures[second], 0, shownNow.width)).toBe(0);
        expect(differences(shownNow, pictures[first], 0, shownNow.width)).toBeGreaterThan(1000);
      },
      { reducedMotion: "reduce" },
    ));

  it("has no faults for axe, light and dark, in a wide window and a narrow one", () =>
    withComparison(async (page) => {
      for (const [width, colorScheme] of [
        [1280, "light"],
        [390, "dark"],
      ] as const) {
        await page.setViewportSize({ width, height: 800 });
        await page.emulateMedia({ colorScheme });
        for (const name of ["Swipe", "Blink"]) {
          await choose(page, name);
          await expectNoFaults(page);
          const tooWide = await page.evaluate(() => {
            const { scrollWidth, clientWidth } = document.documentElement;
            return scrollWidth - clientWidth;
          });
          expect(tooWide).toBe(0);
        }
      }
    }));
});

async function choose(page: Page, name: string): Promise<void> {
  await page.getByRole("group", { name: "Shown on the stage" }).getByText(name, { exact: true }).click();
}

/** The stage with all that is over it, once it is at rest. */
async function picture(page: Page): Promise<Picture> {
  await page.mouse.move(1270, 20);
  let seen = "";
  await expect
    .poll(async () => {
      const before = seen;
      await framesPass(page, 15, 250);
      // The small map shows one mask, whichever half it lies on.
      await page.evaluate(() => {
        for (const map of document.querySelectorAll<HTMLElement>(".minimap")) map.style.visibility = "hidden";
      });
      seen = (await page.locator(".stage").screenshot()).toString("base64");
      return seen === before;
    })
    .toBe(true);
  const raw = sharp(Buffer.from(seen, "base64")).removeAlpha().raw();
  const { data, info } = await raw.toBuffer({ resolveWithObject: true });
  return { data, width: info.width, height: info.height };
}

/** Pixels that differ, from one column to another, below the names. */
function differences(a: Picture, b: Picture, from: number, to: number): number {
  let count = 0;
  for (let y = NAMES_HEIGHT; y < a.height; y++) {
    for (let x = Math.max(0, from); x < to; x++) {
      const at = (y * a.width + x) * 3;
      if (!a.data.subarray(at, at + 3).equals(b.data.subarray(at, at + 3))) count++;
    }
  }
  return count;
}

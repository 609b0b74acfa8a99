/** What the explorer shows before its script is there, and from how few bytes. How long it takes is printed. */
import { loadavg } from "node:os";
import type { Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { findChromium } from "../../scripts/chromium.mjs";
import { type Explorer, launchChromium, shown, startExplorer, withPage } from "./explorer-page.js";

const RUNS = 3;
/** Of the page and its style sheet, not compressed. */
const MOST_BYTES = 36 * 1024;

describe.skipIf(findChromium() === undefined)("the explorer's first paint", () => {
  let explorer: Explorer;
  beforeAll(async () => {
    explorer = await startExplorer();
  });
  afterAll(() => explorer?.close());

  it("comes before the script, from the page and its style sheet alone", async () => {
    const page = await explorer.browser.newPage();
    try {
      let release = () => {};
      const held = new Promise<void>((resolve) => {
        release = resolve;
      });
      await page.route("**/*.js", async (route) => {
        await held;
        await route.continue();
      });
      await page.goto(`${explorer.origin}/explorer/index.html`, { waitUntil: "commit" });
      expect(await firstPaint(page)).toBeGreaterThan(0);
      expect(await page.getByRole("heading", { name: "Drop a mask to look at it" }).isVisible()).toBe(true);
      const loaded = await page.evaluate(() =>
        [...performance.getEntriesByType("navigation"), ...performance.getEntriesByType("resource")]
          .map((entry) => entry as PerformanceResourceTiming)
          .filter(({ responseEnd }) => responseEnd > 0)
          .map(({ name, decodedBodySize }) => ({ ending: name.split(".").at(-1)!, bytes: decodedBodySize })),
      );
      expect(loaded.map(({ ending }) => ending).toSorted()).toEqual(["css", "html"]);
      const bytes = loaded.reduce((sum, file) => sum + file.bytes, 0);
      console.log(`explorer: ${(bytes / 1024).toFixed(1)} KiB before the first paint, not compressed`);
      expect(bytes).toBeGreaterThan(1024);
      expect(bytes).toBeLessThan(MOST_BYTES);
      release();
      // The script has run by then, and the button does something.
      await page.waitForLoadState("load");
      await page.getByRole("button", { name: "Open a sample" }).click();
      await shown(page, "street");
    } finally {
      await page.close();
    }
  });

  it("is followed by a page that can be used as soon as it is loaded, in a fresh browser", async () => {
    const runs: { painted: number; usable: number }[] = [];
    for (let run = 0; run < RUNS; run++) {
      const browser = await launchChromium();
      try {
        await withPage({ ...explorer, browser }, async (page) => {
          await page.waitForLoadState("load");
          const painted = await firstPaint(page);
          // Scripts that are modules have run by then, and the page listens to its user.
          const ready = await page.evaluate(
            () => performance.getEntriesByType("navigation")[0]!.toJSON().domContentLoadedEventEnd as number,
          );
          runs.push({ painted, usable: Math.max(painted, ready) });
          await page.evaluate(() => document.querySelector<HTMLElement>(".empty .primary")!.click());
          await shown(page, "street");
        });
      } finally {
        await browser.close();
      }
    }
    const painted = median(runs.map((run) => run.painted));
    const usable = median(runs.map((run) => run.usable));
    console.log(
      `explorer, median of ${RUNS} fresh browsers: first contentful paint after ${painted.toFixed(0)} ms, ` +
        `usable after ${usable.toFixed(0)} ms (load ${loadavg()[0]!.toFixed(1)})`,
    );
  });

  it("does not need the script", () =>
    withPage(
      explorer,
      async (page) => {
        await page.getByRole("heading", { name: "Drop a mask to look at it" }).waitFor();
        expect(await page.getByRole("button", { name: "Open a sample" }).isVisible()).toBe(true);
      },
      { javaScriptEnabled: false },
    ));

  it("shows the same as the script", async () => {
    const views: string[] = [];
    for (const javaScriptEnabled of [false, true]) {
      await withPage(
        explorer,
        async (page) => {
          await page.waitForLoadState("networkidle");
          views.push(await page.locator("body").ariaSnapshot());
          expect(await page.locator("#app > *").count()).toBe(1);
        },
        { javaScriptEnabled },
      );
    }
    expect(views[1]).toBe(views[0]);
  });
});

/** Milliseconds from the navigation to the first contentful paint, once it has come. */
function firstPaint(page: Page): Promise<number> {
  return page.evaluate(
    () =>
      new Promise<number>((resolve) => {
        const observer = new PerformanceObserver((list) => {
          const [entry] = list.getEntriesByName("first-contentful-paint");
          if (entry) resolve(entry.startTime);
        });
        observer.observe({ type: "paint", buffered: true });
      }),
  );
}

function median(numbers: readonly number[]): number {
  return numbers.toSorted((a, b) => a - b)[numbers.length >> 1]!;
}

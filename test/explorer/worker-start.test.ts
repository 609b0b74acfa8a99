/** The explorer's worker if the browser fails to load it, as Chromium was seen to do on a busy machine. */
import type { Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { findChromium } from "../../scripts/chromium.mjs";
import { alertText, dropFixture, type Explorer, errorsOf, startExplorer, withPage } from "./explorer-page.js";

const STREET = "street-500-rgb-interlaced";

/** What goes wrong the first times. */
const FAILURES: Readonly<Record<string, (page: Page, times: number) => Promise<unknown>>> = {
  "the server does not answer": (page, times) => {
    let failed = 0;
    return page.route(/decode-worker/, (route) => (failed++ < times ? route.abort() : route.continue()));
  },
  "the script cannot be loaded from memory": (page, times) =>
    page.addInitScript((times) => {
      const { Worker } = window;
      let failed = 0;
      window.Worker = class extends Worker {
        constructor(url: string | URL, options?: WorkerOptions) {
          const gone = URL.createObjectURL(new Blob());
          URL.revokeObjectURL(gone);
          super(failed++ < times ? gone : url, options);
        }
      };
    }, times),
};

describe.skipIf(findChromium() === undefined)("the explorer's worker", () => {
  let explorer: Explorer;
  beforeAll(async () => {
    explorer = await startExplorer();
  });
  afterAll(() => explorer?.close());

  describe.each(Object.keys(FAILURES))("%s", (kind) => {
    const withFailures = (times: number, work: (page: Page) => Promise<void>) =>
      withPage(explorer, async (page) => {
        await FAILURES[kind]!(page, times);
        await page.reload();
        await work(page);
      });

    it("once: the worker is started again, and nobody notices", () =>
      withFailures(1, async (page) => {
        await dropFixture(page, STREET);
        expect(await errorsOf(page).count()).toBe(0);
      }));

    it("twice: an error says so, and the next mask is shown", () =>
      withFailures(2, async (page) => {
        expect(await alertText(page)).toContain(
          "The page's worker could not be loaded. Reload the page. WORKER_FAILED",
        );
        await dropFixture(page, STREET);
      }));
  });
});

/** The built explorer in a real Firefox: what it shows in each of its views, and that nothing goes wrong that it does not tell of. */
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { findChromium } from "../../scripts/chromium.mjs";
import { findFirefox } from "../../scripts/firefox.mjs";
import { compare } from "../../src/compare/index.js";
import { ClassList, decodeMask, type LabelMap } from "../../src/index.js";
import { type Firefox, launchFirefox } from "../support/firefox.js";
import { annotateAgain } from "../support/second-annotator.mjs";
import { type Explorer, fixtureFiles, startExplorer } from "./explorer-page.js";

const SAMPLE = "street-1080p-rgb-upng";

if (findFirefox() === undefined && process.env.CI) {
  it("has a Firefox to run in", () => expect.fail("no Firefox is found; set FIREFOX_PATH"));
}

describe.skipIf(findFirefox() === undefined || findChromium() === undefined)(
  "the explorer in Firefox",
  () => {
    let folder: string;
    let explorer: Explorer;
    let firefox: Firefox;
    let map: LabelMap;
    let again: LabelMap;
    beforeAll(async () => {
      folder = mkdtempSync(join(tmpdir(), "labelmap-firefox-"));
      const { png, json } = fixtureFiles(SAMPLE);
      map = await decodeMask(png.bytes, new TextDecoder().decode(json.bytes));
      const second = annotateAgain(map, { shift: [3, 2], values: { "car # 5": "truck # 1" } });
      again = await decodeMask(second.png, second.json);
      writeFileSync(join(folder, "second.png"), second.png);
      writeFileSync(join(folder, "second.json"), second.json);
      const masks = [
        { name: "first", mask: `../masks/${SAMPLE}.png`, result: `../masks/${SAMPLE}.json` },
        { name: "second", mask: "second.png", result: "second.json" },
      ];
      writeFileSync(join(folder, "files.json"), JSON.stringify({ masks }));
      explorer = await startExplorer({ "/explorer/lists": folder });
      firefox = await launchFirefox(findFirefox()!);
    });
    afterAll(async () => {
      await firefox?.close();
      await explorer?.close();
      rmSync(folder, { recursive: true, force: true });
    });

    it("opens its sample, and tells of and isolates what is under the pointer", async () => {
      await firefox.open(`${explorer.origin}/explorer/index.html`);
      await click("Open a sample");
      await see("tbody tr");
      // Until it is drawn.
      const opened = await firefox.evaluate(async () => {
        await new Promise((resolve) => setTimeout(resolve, 1000));
        const row = document.querySelector("tbody tr")!;
        const box = document.querySelector(".stage canvas")!.getBoundingClientRect();
        return {
          heading: document.querySelector("h1")!.textContent,
          rows: document.querySelector("[role=grid]")!.getAttribute("aria-rowcount"),
          largest: [row.querySelector(".name")!.textContent, row.querySelector(".cell-pixels")!.textContent],
          middle: { x: Math.round(box.x + box.width / 2), y: Math.round(box.y + box.height / 2) },
        };
      });
      const [largest] = map.labels.toSorted((a, b) => b.pixelCount - a.pixelCount);
      expect(opened).toMatchObject({
        heading: "street",
        rows: String(map.labels.length + 1),
        largest: [largest!.className, largest!.pixelCount.toLocaleString("en")],
      });

      const move = { type: "pointerMove", ...opened.middle, duration: 0 };
      const press = [
        { type: "pointerDown", button: 0 },
        { type: "pointerUp", button: 0 },
      ];
      await firefox.command("WebDriver:PerformActions", {
        actions: [{ type: "pointer", id: "mouse", actions: [move, ...press] }],
      });
      const [told, isolated] = [await see(".label-card h2"), await see('tr[aria-selected="true"] .name')];
      const inTheMiddle = map.labels[map.data[(map.height >> 1) * map.width + (map.width >> 1)]!]!;
      expect([told, isolated]).toEqual([inTheMiddle.value, inTheMiddle.className]);
      await expectNoErrors();
    });

    it("compares two masks, and shows all of them", async () => {
      await firefox.open(`${explorer.origin}/explorer/index.html?files=lists/files.json`);
      await see("tbody tr");
      await click("Compare");
      const names = [...new Set([...map.labels, ...again.labels].map(({ className }) => className))];
      const { meanIoU } = compare(map, again, { classes: ClassList.fromNames(names) });
      expect(await see(".tiles dd")).toBe(`${(100 * meanIoU).toFixed(2)} %`);
      await click("Data set");
      for (const place of [0, 1]) await see(`.card-read[data-place="${place}"] img`);
      await expectNoErrors();
    });

    async function click(name: string): Promise<void> {
      await firefox.evaluate((name) => {
        const buttons = [...document.querySelectorAll("button")];
        buttons.find(({ textContent }) => textContent === name)!.click();
      }, name);
    }

    /** Waits for an element; its text. */
    function see(selector: string): Promise<string> {
      return firefox.evaluate(async (selector) => {
        for (const end = performance.now() + 30_000; ; ) {
          const found = document.querySelector(selector);
          if (found !== null) return found.textContent!;
          if (performance.now() > end) throw new Error(`${selector}: ${document.body.textContent}`);
          await new Promise((resolve) => setTimeout(resolve, 100));
        }
      }, selector);
    }

    /** In the browser's own console are uncaught errors and what the content security policy forbids. */
    async function expectNoErrors(): Promise<void> {
      expect(await see("[role=alert]")).toBe("");
      await firefox.command("Marionette:SetContext", { value: "chrome" });
      const errors = await firefox.evaluate((origin) => {
        const { Services, Ci } = globalThis as unknown as FirefoxItself;
        return (
          Services.console
            .getMessageArray()
            .filter(
              (message) => message instanceof Ci.nsIScriptError && message.sourceName.startsWith(origin),
            )
            // A warning is no error: that there is no WebGL is one.
            .filter(({ flags }) => (flags & 1) === 0)
            .map(({ errorMessage }) => errorMessage)
        );
      }, explorer.origin);
      await firefox.command("Marionette:SetContext", { value: "content" });
      expect(errors).toEqual([]);
    }
  },
);

/** What scripts of the browser itself see. */
interface FirefoxItself {
  readonly Services: {
    readonly console: {
      getMessageArray(): {
        readonly sourceName: string;
        readonly errorMessage: string;
        readonly flags: number;
      }[];
    };
  };
  readonly Ci: { readonly nsIScriptError: new () => { readonly sourceName: string } };
}

/** The built explorer in a real Firefox: what it shows of its sample, and that nothing goes wrong that it does not tell of. */
import { expect, it } from "vitest";
import { findChromium } from "../../scripts/chromium.mjs";
import { decodeMask } from "../../src/index.js";
import { findFirefox, launchFirefox } from "../support/firefox.js";
import { fixtureFiles, startExplorer } from "./explorer-page.js";

const SAMPLE = "street-1080p-rgb-upng";
const firefoxPath = findFirefox();
if (firefoxPath === undefined) {
  console.log("No Firefox is found (set FIREFOX_PATH): that the explorer works in it is not tested.");
}

it.skipIf(firefoxPath === undefined || findChromium() === undefined)(
  "opens its sample in Firefox",
  async () => {
    const explorer = await startExplorer();
    const firefox = await launchFirefox(firefoxPath!);
    try {
      await firefox.open(`${explorer.origin}/explorer/index.html`);
      const opened = await firefox.evaluate(async () => {
        const buttons = [...document.querySelectorAll("button")];
        buttons.find(({ textContent }) => textContent === "Open a sample")!.click();
        const end = performance.now() + 30_000;
        while (!document.querySelector("tbody tr")) {
          if (performance.now() > end) throw new Error(document.body.textContent!);
          await new Promise((resolve) => setTimeout(resolve, 100));
        }
        // Until it is drawn.
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
      const { png, json } = fixtureFiles(SAMPLE);
      const { labels } = await decodeMask(png.bytes, new TextDecoder().decode(json.bytes));
      const [largest] = labels.toSorted((a, b) => b.pixelCount - a.pixelCount);
      expect(opened).toMatchObject({
        heading: "street",
        rows: String(labels.length + 1),
        largest: [largest!.className, largest!.pixelCount.toLocaleString("en")],
      });

      const move = { type: "pointerMove", ...opened.middle, duration: 0 };
      await firefox.command("WebDriver:PerformActions", {
        actions: [{ type: "pointer", id: "mouse", actions: [move] }],
      });
      const told = await firefox.evaluate(async () => {
        await new Promise((resolve) => setTimeout(resolve, 500));
        return {
          label: document.querySelector(".label-card h2")?.textContent ?? "",
          notice: document.querySelector("[role=alert]")!.textContent,
        };
      });
      expect(told.notice).toBe("");
      expect(labels.map(({ value }) => value)).toContain(told.label);

      // The browser's own console: uncaught errors and what the content security policy forbids are in it.
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
      expect(errors).toEqual([]);
    } finally {
      await firefox.close();
      await explorer.close();
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

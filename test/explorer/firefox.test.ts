/** The built explorer in a real Firefox: what it shows in each view, without errors that it does not report. */
import { cpSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { findFirefox } from "../../scripts/firefox.mjs";
import { ClassList, decodeMask, type LabelMap } from "../../src/all.js";
import { compare } from "../../src/compare/index.js";
import { FIXTURES } from "../support/corpus.mjs";
import { annotateAgain } from "../support/second-annotator.mjs";
import { binaryFile, fixtureFiles, sampleFile, text, WRONG_FILES } from "./explorer-page.js";
import { FirefoxPage } from "./firefox-page.js";
import { expectExports, readExportedMask } from "./saved-files.js";

const SAMPLE = "street-1080p-rgb-upng";
/** A sixth of its pixels have colours missing from its legend. */
const STREET = "street-500-rgb-interlaced";

if (findFirefox() === undefined && process.env.CI) {
  it("has a Firefox to run in", () => expect.fail("no Firefox is found; set FIREFOX_PATH"));
}

describe.skipIf(findFirefox() === undefined)("the explorer in Firefox", () => {
  let folder: string;
  let page: FirefoxPage;
  let map: LabelMap;
  let again: LabelMap;
  beforeAll(async () => {
    folder = mkdtempSync(join(tmpdir(), "labelmap-firefox-"));
    const { png, json } = fixtureFiles(SAMPLE);
    map = await decodeMask(png.bytes, text(json.bytes));
    const second = annotateAgain(map, { shift: [3, 2], names: { "car # 5": "truck # 1" } });
    again = await decodeMask(second.png, second.json);
    writeFileSync(join(folder, "second.png"), second.png);
    writeFileSync(join(folder, "second.json"), second.json);
    const masks = [
      { name: "first", mask: `../masks/${SAMPLE}.png`, result: `../masks/${SAMPLE}.json` },
      { name: "second", mask: "second.png", result: "second.json" },
    ];
    writeFileSync(join(folder, "files.json"), JSON.stringify({ masks }));
    page = await FirefoxPage.start({ "/explorer/lists": folder }, folder);
  });
  afterAll(async () => {
    await page?.close();
    rmSync(folder, { recursive: true, force: true });
  });

  it("opens its sample, and describes and isolates the label under the pointer", async () => {
    await page.open();
    await page.click("Open a sample");
    await page.shown("street");
    const sample = await decodeMask(sampleFile("street.png"), text(sampleFile("street.json")));
    await expectLabels(sample);
    const onRoad = await page.firefox.evaluate(async () => {
      const canvas = document.querySelector<HTMLCanvasElement>(".stage canvas")!;
      const context = new OffscreenCanvas(1, 1).getContext("2d", { willReadFrequently: true })!;
      const colorAt = (x: number, y: number) => {
        context.drawImage(canvas, -x, -y);
        return context.getImageData(0, 0, 1, 1).data.join();
      };
      // Once the mask is drawn, its middle differs from the margin around it.
      for (const end = performance.now() + 60_000; ; ) {
        if (colorAt(canvas.width >> 1, canvas.height >> 1) !== colorAt(1, 1)) break;
        if (performance.now() > end) throw new Error("The mask is not drawn.");
        await new Promise(requestAnimationFrame);
      }
      const box = canvas.getBoundingClientRect();
      // Below the zebra crossing.
      const y = box.y + box.height / 2 + box.width * 0.12;
      return { x: Math.round(box.x + box.width / 2), y: Math.round(y) };
    });

    const move = { type: "pointerMove", ...onRoad, duration: 0 };
    const press = [
      { type: "pointerDown", button: 0 },
      { type: "pointerUp", button: 0 },
    ];
    await page.firefox.command("WebDriver:PerformActions", {
      actions: [{ type: "pointer", id: "mouse", actions: [move, ...press] }],
    });
    const [told, isolated] = [
      await page.see(".label-card h2"),
      await page.see('tr[aria-selected="true"] .name'),
    ];
    expect([told, isolated]).toEqual(["road", "road"]);
    await page.expectNoErrors();
  });

  it("compares two masks, and shows pictures of all masks", async () => {
    await page.open("?files=lists/files.json");
    await page.see("tbody tr");
    await page.click("Compare");
    const names = [...new Set([...map.labels, ...again.labels].map(({ className }) => className))];
    const { meanIoU } = compare(map, again, { classes: ClassList.fromNames(names) });
    expect(await page.see(".tiles dd")).toBe(`${(100 * meanIoU).toFixed(2)} %`);
    await page.click("Data set");
    for (const place of [0, 1]) await page.see(`.card-read[data-place="${place}"] img`);
    await page.expectNoErrors();
  });

  it("opens a dropped mask and its result", async () => {
    await openWith(SAMPLE);
    await expectLabels(map);
    await page.expectNoErrors();
  });

  it("opens chosen files, and a chosen folder with the folders in it", async () => {
    await page.open();
    await page.chooseFiles(...["png", "json"].map((ending) => join(FIXTURES, `${SAMPLE}.${ending}`)));
    await page.shown(SAMPLE);
    await expectLabels(map);

    const chosen = join(folder, "chosen");
    mkdirSync(join(chosen, "inner"), { recursive: true });
    writeFileSync(join(chosen, "notes.txt"), "");
    for (const ending of ["png", "json"]) {
      cpSync(join(folder, `second.${ending}`), join(chosen, "inner", `street.${ending}`));
    }
    await page.chooseFolder(chosen);
    await page.shown("street");
    await expectLabels(again);
    await page.expectNoErrors();
  });

  it("says what is wrong with a dropped file, and keeps showing the previous mask", async () => {
    await openWith(SAMPLE);
    for (const [name, content, message] of WRONG_FILES) {
      await page.drop(binaryFile(name, content));
      expect((await page.see("[role=alert] .notice p")).trim()).toMatch(message);
      await page.shown(SAMPLE);
      await expectLabels(map);
      await page.click({ selector: '[aria-label="Close the message"]' });
    }
    await page.expectNoErrors();
  });

  it("saves a whole mask, or only what is shown", async () => {
    await openWith(STREET);
    const street = await readExportedMask(STREET);
    await page.click("Export");
    await expectExports(page, street, () => true);

    await page.click({ selector: "#tab-labels" });
    await page.click({ selector: '[aria-label="Show sky"]' });
    await page.click("Export");
    const sky = street.map.labels.findIndex(({ name }) => name === "sky");
    await expectExports(page, street, (label) => label !== sky, ["npy-panoptic", "coco-rle"]);
    await page.expectNoErrors();
  });

  /** Checks the list of labels: their number, and the largest label. */
  async function expectLabels({ labels }: LabelMap): Promise<void> {
    await page.see("tbody tr");
    const listed = await page.firefox.evaluate(() => {
      const row = document.querySelector("tbody tr")!;
      return [
        document.querySelector("[role=grid]")!.getAttribute("aria-rowcount"),
        row.querySelector(".name")!.textContent,
        row.querySelector(".cell-pixels")!.textContent,
      ];
    });
    const [largest] = labels.toSorted((a, b) => b.pixelCount - a.pixelCount);
    const { className, pixelCount } = largest!;
    expect(listed).toEqual([String(labels.length + 1), className, pixelCount.toLocaleString("en")]);
  }

  /** Opens the page and drops a fixture on it. */
  async function openWith(name: string): Promise<void> {
    await page.open();
    const { png, json } = fixtureFiles(name);
    await page.drop(png, json);
    await page.shown(name);
  }
});

/** A class has one colour: on both sides of a comparison, and in all lists of classes. The library says which. */
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import type { Locator, Page } from "playwright-core";
import sharp from "sharp";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { findChromium } from "../../scripts/chromium.mjs";
import { type Coloring, classColors } from "../../src/legend/index.js";
import { encodePng } from "../support/encode-png.mjs";
import {
  drop,
  dropPaths,
  type Explorer,
  expectNoFaults,
  shown,
  stagePixels,
  startExplorer,
  textFile,
  withPage,
} from "./explorer-page.js";

/** Two cars of different colours, and a class that only the other mask has. */
const LEGENDS = {
  truth: { "#d02020": "car # 1", "#20d020": "car # 2", "#2020d0": "sky", "#d0d020": "road" },
  model: { "#d02020": "car # 1", "#20d020": "truck # 1", "#2020d0": "sky", "#d0d020": "road" },
};
const CLASSES = ["car", "road", "sky", "truck"];
/** The mask's colour of the first label of each class, from the reference if the class is there. */
const MASK_COLORS = new Map([
  ["car", "#d02020"],
  ["road", "#d0d020"],
  ["sky", "#2020d0"],
  ["truck", "#20d020"],
]);
const MAGENTA = "#e6007e";
const CLASS_COLORS = classColors([...CLASSES, "unknown colour", "unknown id"], {
  colors: { "unknown colour": MAGENTA, "unknown id": MAGENTA },
});
const WHOLE: readonly Coloring[] = ["class", "instance", "distinct"];

/** Four stripes of 100 pixels, one for each label. */
const STRIPES = encodePng({
  width: 400,
  height: 300,
  colourType: 2,
  bitDepth: 8,
  samples: Uint8Array.from({ length: 400 * 300 * 3 }, (_, at) => {
    const color = Object.keys(LEGENDS.truth)[Math.floor((Math.floor(at / 3) % 400) / 100)]!;
    return Number.parseInt(color.slice(1 + 2 * (at % 3), 3 + 2 * (at % 3)), 16);
  }),
});
const SIDES = ["truth", "model"] as const;
const json = (side: (typeof SIDES)[number]) => JSON.stringify({ legend: LEGENDS[side] });

describe.skipIf(findChromium() === undefined)("the explorer's colours of classes", () => {
  let explorer: Explorer;
  let folder: string;
  beforeAll(async () => {
    folder = mkdtempSync(join(tmpdir(), "labelmap-class-colors-"));
    for (const side of SIDES) {
      for (const name of ["a", "b"]) {
        const path = join(folder, side, name);
        mkdirSync(dirname(path), { recursive: true });
        writeFileSync(`${path}.png`, STRIPES);
        writeFileSync(`${path}.json`, json(side));
      }
    }
    explorer = await startExplorer();
  });
  afterAll(async () => {
    await explorer?.close();
    rmSync(folder, { recursive: true, force: true });
  });

  const withComparison = (work: (page: Page) => Promise<void>, options = {}) =>
    withPage(
      explorer,
      async (page) => {
        const files = SIDES.map((side) => [
          { name: `${side}.png`, bytes: STRIPES },
          textFile(`${side}.json`, json(side)),
        ]);
        await drop(page, ...files.flat());
        await shown(page, "model");
        await page.getByRole("button", { name: "Compare" }).click();
        await page.getByLabel("Other mask").selectOption({ label: "model" });
        await page.getByLabel("Reference mask").selectOption({ label: "truth" });
        await page.locator(".matrix").waitFor();
        await work(page);
      },
      options,
    );

  it("are the same on both sides of a comparison and in its lists, whatever the colours say", () =>
    withComparison(async (page) => {
      const show = (name: string) =>
        page.getByRole("group", { name: "Shown on the stage" }).getByText(name, { exact: true }).click();
      const expectColors = async (colors: ReadonlyMap<string, string>, by: string) => {
        const all = CLASSES.map((name) => colors.get(name));
        const rows = page.getByRole("table", { name: "Agreement by class" }).locator("tbody tr");
        await expect.poll(() => byName(rows), { message: by }).toEqual(Object.fromEntries(colors));
        expect(await swatches(page.locator(".matrix tbody")), by).toEqual(all);
        expect(await swatches(page.locator(".matrix thead")), by).toEqual(all);
        const [car, sky, road, truck] = ["car", "sky", "road", "truck"].map((name) => colors.get(name));
        await show("Reference");
        expect(await stripesOf(page), by).toEqual([car, car, sky, road]);
        await show("Other");
        expect(await stripesOf(page), by).toEqual([car, truck, sky, road]);
        const stage = (await page.locator(".stage").boundingBox())!;
        await page.mouse.move(stage.x + 0.35 * stage.width, stage.y + stage.height / 2);
        await page.locator(".label-card h2").getByText("Different").waitFor();
        expect(await swatches(page.locator(".label-card")), by).toEqual([car, truck]);
      };
      await expectColors(MASK_COLORS, "mask");
      for (const by of WHOLE) {
        await page.getByLabel("Colour by").selectOption(by);
        await expectColors(new Map(CLASSES.map((name) => [name, CLASS_COLORS.get(name)!])), by);
      }
      // The colour that the user gives to a class.
      await page.getByRole("button", { name: "Mask", exact: true }).click();
      await page.getByLabel("Colour by").selectOption("class");
      await page.getByRole("button", { name: "By class" }).click();
      await page.getByLabel("Colour of sky").fill("#ffcc00");
      await page.getByRole("button", { name: "Compare" }).click();
      await show("Reference");
      expect((await stripesOf(page))[2]).toBe("#ffcc00");
    }));

  it.each(["light", "dark"] as const)("have a swatch in each list of classes, %s", (colorScheme) =>
    withPage(
      explorer,
      async (page) => {
        await dropPaths(page, ...SIDES.map((side) => join(folder, side)));
        const ofSet = page
          .getByRole("table", { name: "Pixels and images of each class" })
          .locator("tbody tr");
        await expect.poll(() => byName(ofSet)).toEqual(Object.fromEntries(MASK_COLORS));
        await page.getByLabel("Colour by").selectOption("class");
        const expected = Object.fromEntries(CLASSES.map((name) => [name, CLASS_COLORS.get(name)]));
        await expect.poll(() => byName(ofSet)).toEqual(expected);
        await expectNoFaults(page);

        await page.getByRole("button", { name: "Evaluate" }).click();
        await page.getByRole("button", { name: "Compare 2 pairs" }).click();
        await page.getByText("2 of 2 pairs compared").waitFor();
        const evaluated = page.getByRole("table", { name: "Agreement by class" }).locator("tbody tr");
        expect(await byName(evaluated)).toEqual(expected);
        const lowest = page.locator("td.cell-lowest").first();
        const [name] = await lowest.locator("bdi").allTextContents();
        expect(await swatches(lowest)).toEqual([CLASS_COLORS.get(name!)]);
        await expectNoFaults(page);

        await page.getByRole("button", { name: "Mask", exact: true }).click();
        await page.getByRole("tab", { name: "Export" }).click();
        await page.getByText("Classes · .npy").click();
        const listed = page.getByRole("region", { name: "Class ids" });
        expect(await listed.locator("bdi").allTextContents()).toEqual([
          "0 car",
          "1 road",
          "2 sky",
          "3 truck",
        ]);
        expect(await swatches(listed)).toEqual(CLASSES.map((one) => CLASS_COLORS.get(one)));
        await expectNoFaults(page);
      },
      { colorScheme },
    ),
  );

  it("steps through the differences by N, zooms and fits in a comparison as in a mask", () =>
    withComparison(async (page) => {
      const selected = page.locator('.matrix td[aria-selected="true"]');
      const message = () => page.locator("[role=status] .notice", { hasText: "Difference" }).textContent();
      await page.keyboard.press("n");
      await selected.waitFor();
      expect(clean(await selected.getAttribute("title"))).toMatch(/^car → truck:/);
      expect(clean(await message())).toContain("Difference 1 of 1: car → truck, 30,000 pixels.");
      await page.keyboard.press("Escape");
      expect(await selected.count()).toBe(0);
      await page.keyboard.press("Shift+N");
      expect(clean(await selected.getAttribute("title"))).toMatch(/^car → truck:/);

      const level = page.getByLabel("Zoom level");
      const zoom = async () => {
        // The flight is over.
        await stagePixels(page);
        return level.textContent();
      };
      await page.getByRole("button", { name: /^Fit/ }).click();
      const whole = await zoom();
      await page.getByRole("button", { name: /^1:1/ }).click();
      expect(await zoom()).toBe("100 %");
      await page.getByRole("button", { name: "Zoom in" }).click();
      expect(await zoom()).toBe("150 %");
      await page.locator(".stage").focus();
      await page.keyboard.press("0");
      expect(await zoom()).toBe(whole);
      await page.keyboard.press("1");
      expect(await zoom()).toBe("100 %");
    }));

  it("goes through several differences, the largest first, and says so if there is none", () =>
    withPage(explorer, async (page) => {
      // Differences of 1, 3 and 2 rows of eight pixels, and two rows that are the same.
      const rows = (places: readonly number[]) => ({
        bytes: encodePng({
          width: 8,
          height: places.length,
          colourType: 0,
          bitDepth: 8,
          samples: Uint8Array.from(places.flatMap((place) => Array(8).fill(place))),
        }),
      });
      await drop(
        page,
        { name: "a.png", ...rows([1, 2, 2, 2, 3, 3, 4, 4]) },
        { name: "b.png", ...rows([2, 3, 3, 3, 1, 1, 4, 4]) },
      );
      await shown(page, "a");
      await page.getByRole("button", { name: "Compare" }).click();
      await page.locator(".matrix").waitFor();
      const selected = page.locator('.matrix td[aria-selected="true"]');
      const seen: string[] = [];
      for (const key of ["n", "n", "n", "n", "Shift+N", "Shift+N"]) {
        await page.keyboard.press(key);
        seen.push(clean(await selected.getAttribute("title")).split(":")[0]!);
      }
      expect(seen).toEqual(["2 → 3", "3 → 1", "1 → 2", "2 → 3", "1 → 2", "3 → 1"]);
      await page.getByLabel("Other mask").selectOption({ label: "b" });
      await drop(page, { name: "a2.png", ...rows([1, 2, 2, 2, 3, 3, 4, 4]) });
      await expect.poll(() => selected.count()).toBe(0);
      await page.locator(".matrix").waitFor();
      await page.keyboard.press("n");
      await page.getByText("The two masks have the same classes everywhere.").waitFor();
    }));
});

function clean(text: string | null): string {
  return text!.replace(/[\u2068\u2069]/g, "").trim();
}

/** The colours of all swatches, in their order. */
function swatches(part: Locator): Promise<string[]> {
  return part.locator(".swatch").evaluateAll((all) =>
    all.map((swatch) => {
      const channels = (swatch as HTMLElement).style.backgroundColor.match(/\d+/g)!.map(Number);
      return `#${channels.map((channel) => channel.toString(16).padStart(2, "0")).join("")}`;
    }),
  );
}

/** The colour of each row's swatch, by the name in it. */
async function byName(rows: Locator): Promise<Record<string, string>> {
  const names = await rows.locator("th bdi").allTextContents();
  const colors = await swatches(rows.locator("th"));
  return Object.fromEntries(names.map((name, place) => [name, colors[place]!]));
}

/** The colours of the stage in the middle of its four stripes. */
async function stripesOf(page: Page): Promise<string[]> {
  await stagePixels(page);
  const picture = await page.locator(".stage > canvas").screenshot();
  const { data, info } = await sharp(picture).removeAlpha().raw().toBuffer({ resolveWithObject: true });
  const { width, height } = info;
  const scale = 0.96 * Math.min(width / 400, height / 300);
  return [50, 150, 250, 350].map((x) => {
    const column = Math.floor(width / 2 + (x - 200) * scale);
    const at = 3 * ((height >> 1) * width + column);
    return `#${data.subarray(at, at + 3).toString("hex")}`;
  });
}

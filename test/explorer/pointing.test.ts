/** What points at a label: the pointer on the image and in the list, keys, and the strip that describes it. */
import type { Locator, Page } from "playwright-core";
import sharp from "sharp";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { findChromium } from "../../scripts/chromium.mjs";
import { encodePng } from "../support/encode-png.mjs";
import {
  type DroppedFile,
  drop,
  type Explorer,
  expectNoFaults,
  framesPass,
  shown,
  stagePixels,
  startExplorer,
  textFile,
  withPage,
} from "./explorer-page.js";

const LEGEND = { "#d02020": "car", "#20d020": "tree", "#2020d0": "sky", "#d0d020": "road" };
const COLORS = [...Object.keys(LEGEND), "#101010", "#202020"];

/** 120×80 pixels in six stripes, the last two of colours that the legend lacks: 20 and 10 rows high. */
function mask(name: string, width = 120, height = 80): readonly [DroppedFile, DroppedFile] {
  const samples = new Uint8Array(width * height * 3);
  for (let y = 0, at = 0; y < height; y++) {
    for (let x = 0; x < width; x++, at += 3) {
      const share = y / height;
      const place =
        share < 0.2 ? 0 : share < 0.35 ? 1 : share < 0.5 ? 2 : share < 0.62 ? 3 : share < 0.9 ? 4 : 5;
      const color = Number.parseInt(COLORS[place]!.slice(1), 16);
      samples.set([color >> 16, (color >> 8) & 255, color & 255], at);
    }
  }
  const bytes = encodePng({ width, height, colourType: 2, bitDepth: 8, samples, filter: 0 });
  return [{ name: `${name}.png`, bytes }, textFile(`${name}.json`, JSON.stringify({ legend: LEGEND }))];
}

describe.skipIf(findChromium() === undefined)("pointing in the explorer", () => {
  let explorer: Explorer;
  beforeAll(async () => {
    explorer = await startExplorer();
  });
  afterAll(() => explorer?.close());

  const withMask = (work: (page: Page) => Promise<void>, options = {}) =>
    withPage(
      explorer,
      async (page) => {
        await drop(page, ...mask("a"));
        await shown(page, "a");
        await work(page);
      },
      options,
    );
  const selected = (page: Page) =>
    page
      .locator('tr[aria-selected="true"]')
      .evaluateAll((rows) => rows.map((row) => row.getAttribute("title")!.slice(1, -1)).sort());
  const named = (page: Page, name: string) => page.locator(`tr[title="\u2068${name}\u2069"]`);
  /** A point of the mask on the screen, while the whole mask is shown. */
  const at = async (page: Page, x: number, y: number) => {
    const { width, height } = (await page.locator("canvas").boundingBox())!;
    const scale = 0.96 * Math.min(width / 120, height / 80);
    return { x: width / 2 + (x - 60) * scale, y: height / 2 + (y - 40) * scale };
  };

  it.each([
    ["a desktop", { viewport: { width: 1280, height: 800 } }],
    ["a phone", { viewport: { width: 390, height: 844 }, hasTouch: true, isMobile: true }],
  ])("describes a label beside the image, and finds it in the middle, on %s", (_, options) =>
    withMask(async (page) => {
      await page.getByRole("button", { name: "Find road" }).click();
      await page.locator(".label-card h2").getByText("road").waitFor();
      const [card, canvas, controls] = await Promise.all(
        [".label-card", "canvas", ".zoom-controls"].map((part) => boxOf(page.locator(part))),
      );
      expect(card!.y).toBeGreaterThanOrEqual(canvas!.y + canvas!.height);
      // Buttons on the image take a corner only.
      expect(controls!.height).toBeLessThan(50);
      await framesPass(page, 40, 1800);
      const { top, bottom } = await rowsOfColor(page, [0xd0, 0xd0, 0x20]);
      const height = canvas!.height * (await page.evaluate(() => devicePixelRatio));
      expect(Math.abs((top + bottom) / 2 - height / 2)).toBeLessThan(4);
    }, options),
  );

  it("adds a label that is clicked with Shift or Ctrl on the image", () =>
    withMask(async (page) => {
      const canvas = page.locator("canvas");
      await canvas.click({ position: await at(page, 60, 5) });
      expect(await selected(page)).toEqual(["car"]);
      await canvas.click({ position: await at(page, 60, 20), modifiers: ["Shift"] });
      expect(await selected(page)).toEqual(["car", "tree"]);
      await canvas.click({ position: await at(page, 60, 35), modifiers: ["Control"] });
      expect(await selected(page)).toEqual(["car", "sky", "tree"]);
      await canvas.click({ position: await at(page, 60, 5), modifiers: ["Shift"] });
      expect(await selected(page)).toEqual(["sky", "tree"]);
    }));

  it("adds all rows up to one that is clicked with Shift, and selects no text", () =>
    withMask(async (page) => {
      await named(page, "car").click();
      await named(page, "road").click({ modifiers: ["Control"] });
      expect(await selected(page)).toEqual(["car", "road"]);
      await page.keyboard.press("Escape");
      // By pixels: #101010, car, tree and sky, road, #202020.
      await named(page, "#101010").click();
      await named(page, "road").click({ modifiers: ["Shift"] });
      expect(await selected(page)).toEqual(["#101010", "car", "road", "sky", "tree"]);
      expect(await page.evaluate(() => getSelection()!.toString())).toBe("");
    }));

  it("outlines and describes the label whose row is under the pointer", () =>
    withMask(async (page) => {
      const before = await stagePixels(page);
      await named(page, "tree").hover();
      await page.locator(".label-card h2").getByText("tree").waitFor();
      await framesPass(page, 15, 300);
      const outlined = (await page.locator("canvas").screenshot()).toString("base64");
      expect(outlined).not.toBe(before);
      expect(await stagePixels(page)).toBe(before);
    }));

  it("copies colour, box and coordinates", () =>
    withMask(
      async (page) => {
        const copied = () => page.evaluate(() => navigator.clipboard.readText());
        await page.locator("canvas").click({ position: await at(page, 60.5, 20.5) });
        await page.mouse.move(1000, 20);
        await page.getByRole("button", { name: "#20d020" }).click();
        await expect.poll(copied).toBe("#20d020");
        await page.locator(".label-card").getByRole("button", { name: "0, 16 · 120 × 12" }).click();
        await expect.poll(copied).toBe("0, 16, 120, 12");
        await page.locator(".position").getByRole("button", { name: "x 60, y 20" }).click();
        await expect.poll(copied).toBe("60, 20");
      },
      { permissions: ["clipboard-read", "clipboard-write"] },
    ));

  it("shows the zoom, and zooms by buttons", () =>
    withMask(async (page) => {
      const level = () => page.getByLabel("Zoom level").textContent();
      const { width, height } = (await page.locator("canvas").boundingBox())!;
      const fitted = `${Math.round(96 * Math.min(width / 120, height / 80))} %`;
      await expect.poll(level).toBe(fitted);
      await page.getByRole("button", { name: "1:1" }).click();
      await expect.poll(level).toBe("100 %");
      await page.getByRole("button", { name: "Zoom in" }).click();
      await expect.poll(level).toBe("150 %");
      await page.getByRole("button", { name: "Zoom out" }).click();
      await expect.poll(level).toBe("100 %");
      await page.getByRole("button", { name: "Fit" }).click();
      await expect.poll(level).toBe(fitted);
    }));

  it("goes from mask to mask by J and K, and from defect to defect by N, but not while one types", () =>
    withMask(async (page) => {
      await drop(page, ...mask("b"));
      await shown(page, "b");
      await page.keyboard.press("k");
      await shown(page, "a");
      await page.keyboard.press("j");
      await shown(page, "b");
      const described = page.locator(".label-card h2");
      for (const color of ["#101010", "#202020", "#101010"]) {
        await page.keyboard.press("n");
        await described.getByText(color).waitFor();
      }
      await page.keyboard.press("Shift+N");
      await described.getByText("#202020").waitFor();
      await page.keyboard.press("Escape");
      await page.getByRole("searchbox").fill("");
      await page.keyboard.type("jkn?");
      await shown(page, "b");
      expect(await page.getByRole("searchbox").inputValue()).toBe("jkn?");
      expect(await selected(page)).toEqual([]);
      // Nothing to hide.
      expect(await page.getByRole("button", { name: "Hide matches" }).isDisabled()).toBe(true);
    }));

  it.each(["light", "dark"] as const)("lists the keys by the question mark, in %s colours", (colorScheme) =>
    withMask(
      async (page) => {
        const dialog = page.getByRole("dialog", { name: "Keys" });
        expect(await dialog.isVisible()).toBe(false);
        await page.keyboard.press("?");
        await dialog.getByText("next mask").waitFor();
        await expectNoFaults(page);
        await page.keyboard.press("Escape");
        await dialog.waitFor({ state: "hidden" });
        await page.getByRole("button", { name: "Keys" }).click();
        await dialog.getByRole("button", { name: "Close" }).click();
        await dialog.waitFor({ state: "hidden" });
      },
      { colorScheme },
    ),
  );

  it("points at nothing once the focus leaves the image", () =>
    withMask(async (page) => {
      await page.locator(".stage").focus();
      await page.keyboard.press("0");
      await page.locator(".stage-middle").waitFor();
      await page.getByRole("searchbox").focus();
      await page.locator(".stage-middle").waitFor({ state: "detached" });
      await page.locator(".stage-hint").waitFor();
    }));

  it("shows hidden labels as a checkerboard in two colours", () =>
    withMask(async (page) => {
      await page.getByRole("checkbox", { name: "Show car" }).uncheck();
      await page.mouse.move(1000, 20);
      await framesPass(page, 15, 300);
      const { x, y } = await at(page, 60, 8);
      const { data, info } = await sharp(await page.locator("canvas").screenshot())
        .extract({ left: Math.round(x) - 24, top: Math.round(y) - 24, width: 48, height: 48 })
        .raw()
        .toBuffer({ resolveWithObject: true });
      const counts = new Map<number, number>();
      for (let pixel = 0; pixel < data.length; pixel += info.channels) {
        const color = data.readUIntBE(pixel, 3);
        counts.set(color, (counts.get(color) ?? 0) + 1);
      }
      expect([...counts.keys()].sort()).toEqual([0xc8cbcf, 0xe4e7eb]);
      for (const count of counts.values()) expect(count).toBe((48 * 48) / 2);
    }));

  it("saves and copies the picture that is shown, at any scale", () =>
    withMask(
      async (page) => {
        await page.getByRole("checkbox", { name: "Show sky" }).uncheck();
        await page.getByRole("tab", { name: "Export" }).click();
        await page.getByLabel("Scale").fill("2.5");
        await page.getByText("300 × 200 pixels").waitFor();
        const download = page.waitForEvent("download");
        await page.getByRole("button", { name: "Save picture" }).click();
        const saved = await download;
        expect(saved.suggestedFilename()).toBe("a.picture.png");
        const picture = sharp(await saved.path());
        expect(await picture.metadata()).toMatchObject({ width: 300, height: 200, format: "png" });
        const data = await picture.removeAlpha().raw().toBuffer();
        const colorAt = (x: number, y: number) => data.readUIntBE((y * 300 + x) * 3, 3);
        expect(colorAt(150, 12)).toBe(0xd02020);
        expect(colorAt(150, 50)).toBe(0x20d020);
        expect([0xc8cbcf, 0xe4e7eb]).toContain(colorAt(150, 85));
        await page.getByRole("button", { name: "Copy picture" }).click();
        await page.getByText("Copied a picture of 300 × 200 pixels.").waitFor();
        const types = await page.evaluate(async () => (await navigator.clipboard.read())[0]!.types);
        expect(types).toContain("image/png");
        await page.getByLabel("Scale").fill("500");
        expect(await page.getByRole("button", { name: "Save picture" }).isDisabled()).toBe(true);
      },
      { permissions: ["clipboard-read", "clipboard-write"] },
    ));
});

async function boxOf(part: Locator) {
  return (await part.boundingBox())!;
}

/** The first and last row of the canvas with this colour, in the pixels of the screen. */
async function rowsOfColor(page: Page, color: readonly number[]): Promise<{ top: number; bottom: number }> {
  const { data, info } = await sharp(await page.locator("canvas").screenshot())
    .raw()
    .toBuffer({ resolveWithObject: true });
  const rows: number[] = [];
  for (let y = 0; y < info.height; y++) {
    const at = (y * info.width + (info.width >> 1)) * info.channels;
    if (color.every((channel, place) => data[at + place] === channel)) rows.push(y);
  }
  return { top: rows[0]!, bottom: rows.at(-1)! + 1 };
}

/** The legend on the image: its rows against the library's counts, its place, the address, and saved pictures. */
import { readFileSync } from "node:fs";
import type { BrowserContextOptions, Page } from "playwright-core";
import sharp from "sharp";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { findChromium } from "../../scripts/chromium.mjs";
import { decodeMask, type LabelMap } from "../../src/all.js";
import { classColors, distinctColor } from "../../src/legend/index.js";
import { encodePng } from "../support/encode-png.mjs";
import {
  drop,
  dropFixture,
  type Explorer,
  expectNoFaults,
  fixtureFiles,
  shown,
  stagePixels,
  startExplorer,
  text,
  textFile,
  withPage,
} from "./explorer-page.js";

/** 1920 × 1080, 43 labels with pixels, no unknown colours. */
const STREET = "street-1080p-rgb-upng";
const MOST_ROWS = 14;

describe.skipIf(findChromium() === undefined)("the explorer's legend on the image", () => {
  let explorer: Explorer;
  let map: LabelMap;
  beforeAll(async () => {
    explorer = await startExplorer();
    const { png, json } = fixtureFiles(STREET);
    map = await decodeMask(png.bytes, text(json.bytes));
  });
  afterAll(() => explorer?.close());

  const withStreet = (work: (page: Page) => Promise<void>, options: BrowserContextOptions = {}) =>
    withPage(
      explorer,
      async (page) => {
        await dropFixture(page, STREET);
        await work(page);
      },
      options,
    );

  it("lists labels or classes, as the colours say, with their shares, and leaves out what is not shown", () =>
    withStreet(async (page) => {
      expect(await legend(page).count()).toBe(0);
      await page.keyboard.press("l");
      const expectRows = async (expected: readonly Row[], by: string) => {
        const most = expected.slice(0, MOST_ROWS);
        await expect.poll(() => rowsOf(page), { message: by }).toEqual(most);
        const rest = expected.length - most.length;
        const lines = await legend(page).locator("> p").allTextContents();
        expect(lines, by).toEqual([...(rest > 0 ? [`… and ${rest} more`] : []), "Share of the mask"]);
      };
      const labels = (color: (index: number) => string) =>
        rowsFrom(map.labels.map(({ name, index, pixelCount }) => [name, color(index), pixelCount] as const));
      const colors = classColors(map.labels.map(({ className }) => className));
      const classes = rowsFrom(
        map.labels.map(
          ({ className, pixelCount }) => [className, colors.get(className)!, pixelCount] as const,
        ),
      );
      await expectRows(
        labels((index) => map.labels[index]!.color),
        "mask",
      );
      await page.getByLabel("Colour by").selectOption("distinct");
      await expectRows(labels(distinctColor), "distinct");
      await page.getByLabel("Colour by").selectOption("class");
      await expectRows(classes, "class");
      await page.getByLabel("Colour by").selectOption("instance");
      await expectRows(classes, "instance");

      await page.getByRole("checkbox", { name: "Show sky" }).uncheck();
      await expectRows(
        classes.filter(([name]) => name !== "sky"),
        "hidden",
      );
      await page.getByRole("row", { name: "vegetation" }).click();
      await expectRows(
        classes.filter(([name]) => name === "vegetation"),
        "isolated",
      );
      await page.keyboard.press("l");
      expect(await legend(page).count()).toBe(0);
    }));

  it("counts only the part that is in view", () =>
    withStreet(async (page) => {
      await page.keyboard.press("l");
      await page.locator(".stage").focus();
      await page.keyboard.press("1");
      await stagePixels(page);
      for (const key of ["+", "+", "ArrowRight", "ArrowDown", "ArrowDown"]) await page.keyboard.press(key);
      await legend(page).getByText("Share of this part").waitFor();
      await stagePixels(page);
      const { width, height } = (await page.locator(".stage").boundingBox())!;
      const expected = () => {
        const at = new URLSearchParams(new URL(page.url()).hash.slice(1)).get("at")!;
        const [cx, cy, scale] = at.split(",").map(Number) as [number, number, number];
        const seen: (readonly [string, string, number])[] = [];
        for (let y = 0; y < map.height; y++)
          for (let x = 0; x < map.width; x++) {
            // A pixel is a square of side 1. Any part of it is enough.
            const isSeen =
              x + 1 > cx - width / 2 / scale &&
              x < cx + width / 2 / scale &&
              y + 1 > cy - height / 2 / scale &&
              y < cy + height / 2 / scale;
            if (!isSeen) continue;
            const { name, color } = map.labels[map.data[y * map.width + x]!]!;
            seen.push([name, color, 1]);
          }
        expect(seen.length).toBeLessThan((map.width * map.height) / 4);
        return rowsFrom(seen, seen.length).slice(0, MOST_ROWS);
      };
      // The address is written a moment later.
      await expect
        .poll(async () => JSON.stringify(await rowsOf(page)) === JSON.stringify(expected()))
        .toBe(true);
      await page.keyboard.press("0");
      await legend(page).getByText("Share of the mask").waitFor();
    }));

  it("is switched under Display, is in the address, and stays for the next start", () =>
    withPage(explorer, async (page) => {
      const open = async () => {
        await page.getByRole("button", { name: "Open a sample" }).click();
        await shown(page, "street");
      };
      await open();
      await page.getByRole("button", { name: "Display" }).click();
      await page.getByLabel("Legend on the image").check();
      await legend(page).waitFor();
      await expect.poll(() => page.url()).toMatch(/[#&]legend=on/);
      await page.reload();
      await open();
      await legend(page).waitFor();
      // Somebody who gets an address sees what its sender saw.
      const address = page.url();
      await page.goto("about:blank");
      await page.goto(address.replace("&legend=on", ""));
      await open();
      await stagePixels(page);
      expect(await legend(page).count()).toBe(0);
      await page.goto("about:blank");
      await page.goto(address);
      await open();
      await legend(page).waitFor();
      // Without an address, the last choice counts.
      await page.goto("about:blank");
      await page.goto(address.split("#")[0]!);
      await open();
      await legend(page).waitFor();
      await page.keyboard.press("?");
      await page.getByRole("dialog").getByText("legend on the image").waitFor();
    }));

  it("lets the pointer through, fades under it, and makes room for the list of a measured box", () =>
    withStreet(async (page) => {
      await page.keyboard.press("l");
      const { x, y, width, height } = (await legend(page).boundingBox())!;
      const isFaded = () =>
        legend(page).evaluate((element) => Number(getComputedStyle(element).opacity) < 0.3);
      expect(await isFaded()).toBe(false);
      await page.mouse.move(x + width / 2, y + 20);
      await expect.poll(isFaded).toBe(true);
      const under = await page.evaluate(
        ([left, top]) => document.elementFromPoint(left!, top!)!.tagName,
        [x + width / 2, y + 20],
      );
      expect(under).toBe("CANVAS");
      const name = await page.locator(".label-card h2").textContent();
      await page.mouse.click(x + width / 2, y + 20);
      const isolated = () => {
        const entries = new URLSearchParams(new URL(page.url()).hash.slice(1));
        return entries.get("only") ?? entries.get("only-class");
      };
      // An only label of its class is isolated as the class.
      await expect.poll(() => name!.startsWith(isolated() ?? "nothing")).toBe(true);
      await page.keyboard.press("Escape");
      await page.mouse.move(x + width + 60, y + height / 2);
      await expect.poll(isFaded).toBe(false);
      await page.keyboard.press("Shift+M");
      await expect.poll(() => legend(page).count()).toBe(0);
      await page.keyboard.press("m");
      await expect.poll(() => legend(page).count()).toBe(1);
    }));

  it("is saved beside the picture, unless that is unticked", () =>
    withStreet(async (page) => {
      await page.getByLabel("Colour by").selectOption("class");
      await page.getByRole("tab", { name: "Export" }).click();
      await page.getByRole("spinbutton", { name: "Scale" }).fill("0.5");
      expect(await page.getByLabel("With the legend").count()).toBe(0);
      const plain = await savedPicture(page);
      expect([plain.width, plain.height]).toEqual([map.width / 2, map.height / 2]);
      await page.keyboard.press("Tab");
      await page.locator(".stage").focus();
      await page.keyboard.press("l");
      await page.getByText("960 × 540 pixels, and the legend beside them").waitFor();
      const full = await savedPicture(page);
      expect(full.height).toBe(plain.height);
      expect(full.width).toBeGreaterThan(plain.width + 100);
      let different = 0;
      for (let row = 0; row < plain.height; row++) {
        const [a, b] = [plain, full].map(({ data, width }) =>
          data.subarray(row * width * 3, (row * width + plain.width) * 3),
        );
        if (!a!.equals(b!)) different++;
      }
      expect(different).toBe(0);
      // From top to bottom, the colours of the swatches are those of the classes, the largest first.
      const colors = classColors(map.labels.map(({ className }) => className));
      const classes = rowsFrom(
        map.labels.map(
          ({ className, pixelCount }) => [className, colors.get(className)!, pixelCount] as const,
        ),
      );
      const column = Array.from({ length: full.height }, (_, row) => {
        const at = 3 * (row * full.width + plain.width + 16);
        return `#${full.data.subarray(at, at + 3).toString("hex")}`;
      });
      const seen = column.filter((color, row) => color !== column[row - 1] && color !== "#ffffff");
      expect(seen.slice(0, classes.length)).toEqual(classes.map(([, color]) => color));
      await page.getByLabel("With the legend").uncheck();
      const again = await savedPicture(page);
      expect(again.data.equals(plain.data)).toBe(true);
    }));

  it("of a tiny mask is higher than the mask, and has all its labels", () =>
    withPage(explorer, async (page) => {
      const samples = Uint8Array.from({ length: 6 * 2 * 3 }, (_, at) =>
        at % 3 === 0 ? 40 * (Math.floor(at / 3) % 6) : 0,
      );
      const bytes = encodePng({ width: 6, height: 2, colourType: 2, bitDepth: 8, samples });
      await drop(page, { name: "tiny.png", bytes }, textFile("none.txt", ""));
      await shown(page, "tiny");
      await page.keyboard.press("l");
      await legend(page).waitFor();
      await page.getByRole("tab", { name: "Export" }).click();
      const picture = await savedPicture(page);
      expect(picture.height).toBeGreaterThan(100);
      const colors = new Set<string>();
      for (let at = 0; at < picture.data.length; at += 3) {
        const place = (at / 3) % picture.width;
        if (place >= 6) colors.add(picture.data.subarray(at, at + 3).toString("hex"));
      }
      for (const red of [0, 40, 80, 120, 160, 200])
        expect(colors).toContain(`${red.toString(16).padStart(2, "0")}0000`);
    }));

  it.each([
    ["light", 1280],
    ["dark", 1280],
    ["light", 390],
    ["dark", 390],
  ] as const)(
    "has no faults for axe, and leaves most of the stage free, %s, %i pixels wide",
    (colorScheme, width) =>
      withStreet(
        async (page) => {
          await page.keyboard.press("l");
          await legend(page).waitFor();
          await expectNoFaults(page);
          const expectFree = async () => {
            const stage = (await page.locator(".stage").boundingBox())!;
            const own = (await legend(page).boundingBox())!;
            expect((own.width * own.height) / (stage.width * stage.height)).toBeLessThan(0.25);
            expect(own.x).toBeGreaterThanOrEqual(stage.x);
            expect(own.y + own.height).toBeLessThanOrEqual(stage.y + stage.height);
            for (const other of await page.locator(".zoom-controls .button, .minimap:visible").all()) {
              const box = (await other.boundingBox())!;
              const isApart =
                own.x + own.width <= box.x ||
                box.x + box.width <= own.x ||
                own.y + own.height <= box.y ||
                box.y + box.height <= own.y;
              expect(isApart).toBe(true);
            }
          };
          await expectFree();
          await page.locator(".stage").focus();
          for (const key of ["1", "+", "+"]) await page.keyboard.press(key);
          await legend(page).getByText("Share of this part").waitFor();
          await expectFree();
          await expectNoFaults(page);
        },
        { colorScheme, viewport: { width, height: width === 390 ? 844 : 800 } },
      ),
  );
});

type Row = readonly [name: string, color: string, share: string];

/** Rows of the same name are one. The largest comes first. */
function rowsFrom(
  parts: readonly (readonly [name: string, color: string, pixels: number])[],
  whole = 1920 * 1080,
): Row[] {
  const rows = new Map<string, { color: string; pixels: number }>();
  for (const [name, color, pixels] of parts) {
    if (pixels > 0) rows.set(name, { color, pixels: (rows.get(name)?.pixels ?? 0) + pixels });
  }
  return [...rows]
    .sort(([, a], [, b]) => b.pixels - a.pixels)
    .map(([name, { color, pixels }]) => {
      const percent = (100 * pixels) / whole;
      const share = percent < 0.01 ? "< 0.01 %" : pixels === whole ? "100.00 %" : `${percent.toFixed(2)} %`;
      return [name, color, share];
    });
}

function legend(page: Page) {
  return page.getByRole("region", { name: "Legend" });
}

function rowsOf(page: Page): Promise<Row[]> {
  return legend(page)
    .locator("li")
    .evaluateAll((rows) =>
      rows.map((row) => {
        const channels = row
          .querySelector<HTMLElement>(".swatch")!
          .style.backgroundColor.match(/\d+/g)!
          .map(Number);
        const color = `#${channels.map((channel) => channel.toString(16).padStart(2, "0")).join("")}`;
        return [row.querySelector("bdi")!.textContent!, color, row.lastElementChild!.textContent!] as const;
      }),
    );
}

async function savedPicture(page: Page) {
  const download = page.waitForEvent("download");
  await page.getByRole("button", { name: "Save picture" }).click();
  const png = readFileSync(await (await download).path());
  const { data, info } = await sharp(png).removeAlpha().raw().toBuffer({ resolveWithObject: true });
  return { data, width: info.width, height: info.height };
}

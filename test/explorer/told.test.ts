/** What the page says about masks, in figures, in names and to keyboard users. The masks are drawn here, pixel by pixel. */
import type { Page } from "playwright-core";
import sharp from "sharp";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { findChromium } from "../../scripts/chromium.mjs";
import { encodePng } from "../support/encode-png.mjs";
import {
  cellTitle,
  type DroppedFile,
  drop,
  type Explorer,
  infosOf,
  shown,
  stagePixels,
  startExplorer,
  textFile,
  withPage,
} from "./explorer-page.js";

const RED = 0xd02020;
const GREEN = 0x20a040;
const BLUE = 0x2040d0;

describe.skipIf(findChromium() === undefined)("what the explorer says about masks", () => {
  let explorer: Explorer;
  beforeAll(async () => {
    explorer = await startExplorer();
  });
  afterAll(() => explorer?.close());

  const withMask = (files: readonly DroppedFile[], work: (page: Page) => Promise<void>, options = {}) =>
    withPage(
      explorer,
      async (page) => {
        await drop(page, ...files);
        await shown(page, files[0]!.name.replace(/\.\w+$/, ""));
        await work(page);
      },
      options,
    );

  it("lists in its timings only what was measured", () =>
    withMask([mask("one", 1, 1, () => RED)], async (page) => {
      await stagePixels(page);
      await page.getByRole("tab", { name: "Timings" }).click();
      const facts = await page.locator("#tab-panel tr").allTextContents();
      const told = (name: string) => facts.find((fact) => fact.startsWith(name));
      // This browser has no graphics processor, so there is no texture.
      expect(facts.join()).not.toMatch(/texture|Infinity|\b0 megapixels/);
      expect(told("Time to the first frame")).toMatch(/ ms$/);
      // At this scale, no finer drawing is needed.
      expect(told("Draw at rest")).toMatch(/none yet$/);
      expect(told("Draw while moving")).toBeDefined();
      expect(told("Decode and measure")).toContain("the colours are listed first");

      const json = textFile("one.json", JSON.stringify({ legend: { "#d02020": "ä".repeat(100) } }));
      await drop(
        page,
        mask("one", 1, 1, () => RED),
        json,
      );
      await page.getByText(`${json.bytes.length} B`, { exact: true }).waitFor();
    }));

  it("counts labels with pixels everywhere, and unknown colours separately", () =>
    withMask(
      [
        mask("three", 3, 1, (x) => [RED, GREEN, BLUE][x]!),
        result("three", { [RED]: "car # 1", [GREEN]: "sky", 3: "never" }),
      ],
      async (page) => {
        await page.getByText("2 labels with pixels, 1 colour missing from the legend.").waitFor();
        await page.getByText("3 × 1 · 2 labels with pixels · 2 classes").waitFor();
        expect(await page.getByRole("tab", { name: "Labels" }).textContent()).toBe("Labels 2");
        expect(await page.getByRole("application").getAttribute("aria-label")).toContain(
          "2 labels with pixels",
        );
        await page.getByRole("button", { name: "Data set" }).click();
        await page.locator(".card-facts").getByText("2 labels · 33.33 % unknown").waitFor();
        expect(await infosOf(page).count()).toBe(0);
      },
    ));

  it("never rounds a part up to 100 %, nor presents an incomplete list of colours as complete", () =>
    withMask(
      [
        mask("part", 200, 200, (x, y) => (x + y === 0 ? GREEN : RED)),
        result("part", { [RED]: "road", [GREEN]: "sky" }),
        mask("whole", 9, 9, (x, y) => x + 9 * y + 1),
        result("whole", { [RED]: "road" }),
      ],
      async (page) => {
        expect(await page.getByRole("row", { name: "road" }).locator(".cell-share").textContent()).toBe(
          "> 99.99 %",
        );
        await page.getByRole("button", { name: "Data set" }).click();
        await page.locator(".badge").getByText("16+ defects").waitFor();
      },
    ));

  it("reads out the label in the middle to keyboard users, once", () =>
    withMask(
      [
        mask("two", 40, 40, (x) => (x < 30 ? RED : GREEN)),
        result("two", { [RED]: "car # 1", [GREEN]: "sky" }),
      ],
      async (page) => {
        const live = page.locator(".stage [aria-live=polite]");
        const canvas = (await page.locator("canvas").boundingBox())!;
        await page.mouse.move(canvas.x + canvas.width / 2, canvas.y + canvas.height / 2);
        expect(await live.textContent()).toBe("");
        await page.getByRole("application").focus();
        await page.keyboard.press("+");
        await expect.poll(() => live.textContent()).toBe("car # 1, class car");
        await page.evaluate(() => {
          const changes: string[] = [];
          Object.assign(window, { changes });
          const region = document.querySelector(".stage [aria-live=polite]")!;
          new MutationObserver(() => changes.push(region.textContent!)).observe(region, {
            subtree: true,
            childList: true,
            characterData: true,
          });
        });
        for (let press = 0; press < 6; press++) await page.keyboard.press("ArrowRight");
        await expect.poll(() => live.textContent()).toBe("sky, class sky");
        expect(await page.evaluate(() => (window as unknown as { changes: string[] }).changes)).toEqual([
          "sky, class sky",
        ]);
      },
    ));

  it("describes the pixel under a resting pointer when another mask is opened", () =>
    withMask(
      [mask("a", 20, 20, () => RED), mask("b", 20, 20, () => RED), result("b", { [RED]: "car # 1" })],
      async (page) => {
        const canvas = (await page.locator("canvas").boundingBox())!;
        await page.mouse.move(canvas.x + canvas.width / 2, canvas.y + canvas.height / 2);
        await page.locator(".label-card h2").getByText("#d02020").waitFor();
        await page.evaluate(() => document.querySelector<HTMLElement>('[aria-label="Next mask"]')!.click());
        await shown(page, "b");
        await page.locator(".label-card h2").getByText("car # 1").waitFor();
      },
    ));

  it("keeps a name of any length inside its card, and its direction from affecting other text", () =>
    withMask(
      [mask("long", 9, 9, () => RED), result("long", { [RED]: `${"unbroken".repeat(1200)} # 1` })],
      async (page) => {
        const canvas = (await page.locator("canvas").boundingBox())!;
        await page.mouse.move(canvas.x + canvas.width / 2, canvas.y + canvas.height / 2);
        const card = page.locator(".label-card");
        await card.waitFor();
        const overflow = await card.evaluate((element) => [
          element.scrollWidth - element.clientWidth,
          element.getBoundingClientRect().top >= element.parentElement!.getBoundingClientRect().top,
          // The end is cut, with an ellipsis.
          ...[...element.querySelectorAll("bdi")].map(
            (name) =>
              getComputedStyle(name).textOverflow === "ellipsis" &&
              name.getBoundingClientRect().right <= element.getBoundingClientRect().right,
          ),
        ]);
        expect(overflow).toEqual([0, true, true, true]);
        expect(await page.locator(".name").evaluate((name) => getComputedStyle(name).unicodeBidi)).toBe(
          "isolate",
        );
      },
    ));

  it("keeps the row that keys act on in the document, and starts at the top for another mask", () => {
    const many = (name: string) => {
      const legend: Record<number, string> = {};
      for (let color = 1; color <= 400; color++) legend[color] = `thing # ${color}`;
      return [mask(name, 20, 20, (x, y) => x + 20 * y + 1), result(name, legend)];
    };
    return withMask([...many("a"), ...many("b")], async (page) => {
      const grid = page.getByRole("grid", { name: "Labels" });
      const active = () =>
        grid.evaluate((element) => {
          const row = document.getElementById(element.getAttribute("aria-activedescendant")!);
          return Number(row?.getAttribute("aria-rowindex"));
        });
      await grid.focus();
      for (let press = 0; press < 3; press++) await page.keyboard.press("ArrowDown");
      expect(await active()).toBe(5);
      await page.locator(".label-scroller").evaluate((element) => element.scrollTo(0, 6000));
      await page.locator('tr[aria-rowindex="215"]').waitFor();
      expect(await active()).toBe(5);
      await page.getByRole("button", { name: "Next mask" }).click();
      await shown(page, "b");
      expect(await active()).toBe(2);
      await page.locator('tr[aria-rowindex="3"]').waitFor();
    });
  });

  it("closes the photo of a mask that is no longer shown", () =>
    withMask(
      [
        mask("a", 9, 9, () => RED),
        { ...mask("a", 9, 9, () => BLUE), name: "a_image.png" },
        mask("b", 9, 9, () => RED),
      ],
      async (page) => {
        await page.evaluate(() => {
          const { close } = ImageBitmap.prototype;
          const counted = { closedPhotos: 0 };
          Object.assign(window, counted);
          ImageBitmap.prototype.close = function (this: ImageBitmap) {
            (window as unknown as typeof counted).closedPhotos++;
            close.call(this);
          };
        });
        const closed = () =>
          page.evaluate(() => (window as unknown as { closedPhotos: number }).closedPhotos);
        await page.getByRole("button", { name: "Next mask" }).click();
        await shown(page, "b");
        await expect.poll(closed).toBe(1);
        await page.getByRole("button", { name: "Previous mask" }).click();
        await page.getByRole("slider", { name: "Mask over photo" }).waitFor();
        expect(await closed()).toBe(1);
      },
    ));

  it("sorts labels by their shown names", () =>
    withMask(
      [
        mask("sorted", 3, 1, (x) => [RED, GREEN, BLUE][x]!),
        result("sorted", { [RED]: "car # 10", [GREEN]: "car", [BLUE]: "car # 9" }),
      ],
      async (page) => {
        await page.getByRole("button", { name: "Label", exact: true }).click();
        const numbers = await page.locator("td.cell-instance").allTextContents();
        expect(numbers).toEqual(["", "9", "10"]);
      },
    ));

  it("keeps the focus when a mask is opened from the data set", () =>
    withMask([mask("a", 9, 9, () => RED), mask("b", 9, 9, () => GREEN)], async (page) => {
      await page.getByRole("button", { name: "Data set" }).click();
      await page.getByRole("listbox").focus();
      await page.keyboard.press("ArrowRight");
      await page.keyboard.press("Enter");
      await shown(page, "b");
      await expect.poll(() => page.evaluate(() => document.activeElement!.className)).toBe("stage");
    }));

  it.each([
    ["a row of a large mask", 4000, 600, (_: number, y: number) => y === 301],
    ["a stretch of a mask one pixel wide", 1, 20_000, (_: number, y: number) => y >= 9000 && y < 14_000],
    [
      "a few pixels far from each other",
      1355,
      557,
      (x: number, y: number) => (x * 7919 + y * 104_729) % 997 === 0,
    ],
  ] as const)("shows %s by its button, and again by its key", (_, width, height, isSought) =>
    withMask(
      [
        mask("thin", width, height, (x, y) => (isSought(x, y) ? BLUE : RED)),
        result("thin", { [RED]: "road", [BLUE]: "car" }),
      ],
      async (page) => {
        await page.getByRole("button", { name: "Find car" }).click();
        await stagePixels(page);
        const found = await countOnStage(page, BLUE);
        expect(found).toBeGreaterThan(100);
        await page.getByRole("application").focus();
        await page.keyboard.press("0");
        await stagePixels(page);
        expect(await countOnStage(page, BLUE)).toBeLessThan(found / 2);
        await page.keyboard.press("f");
        await stagePixels(page);
        // Minus the circle in the middle, with which keyboard users point.
        expect(await countOnStage(page, BLUE)).toBeGreaterThan(found * 0.9);
      },
      { reducedMotion: "reduce" },
    ),
  );

  it("flies to all isolated labels by F in either case, and not again when the user comes back to the mask", () =>
    withMask(
      [
        mask("far", 900, 900, (x, y) => {
          if (x >= 100 && x < 110 && y >= 100 && y < 110) return GREEN;
          return x >= 140 && x < 150 && y >= 160 && y < 170 ? BLUE : RED;
        }),
        result("far", { [RED]: "road", [GREEN]: "sky", [BLUE]: "car" }),
      ],
      async (page) => {
        const position = page.locator(".label-card .position");
        const grid = page.getByRole("grid", { name: "Labels" });
        await page.getByRole("row", { name: "sky" }).locator(".name").click();
        await page
          .getByRole("row", { name: "car" })
          .locator(".name")
          .click({ modifiers: ["Shift"] });
        await page.getByRole("application").focus();
        await page.keyboard.press("F");
        await position.getByText("x 125, y 135").waitFor();
        expect(await page.locator('tr[aria-selected="true"]').count()).toBe(2);

        await page.getByRole("row", { name: "sky" }).locator(".name").click();
        await grid.focus();
        await page.keyboard.press("F");
        const seen = (await page.locator("canvas").boundingBox())!;
        await page.mouse.move(seen.x + seen.width / 2 + 1, seen.y + seen.height / 2 + 1);
        await position.getByText("x 105, y 105").waitFor();
        await page.getByRole("application").focus();
        await page.keyboard.press("0");
        await position.getByText("x 450, y 450").waitFor();
        await page.getByRole("button", { name: "Data set" }).click();
        await page.getByRole("button", { name: "Mask", exact: true }).click();
        await position.getByText("isolated").waitFor();
        await stagePixels(page);
        const canvas = (await page.locator("canvas").boundingBox())!;
        await page.mouse.move(canvas.x + canvas.width / 2 + 1, canvas.y + canvas.height / 2 + 1);
        await position.getByText(/^x 45\d, y 45\d$/).waitFor();
      },
    ));

  it("finds the few pixels in which two masks differ, without covering them", () =>
    withMask(
      [
        mask("a", 900, 900, () => RED),
        result("a", { [RED]: "car" }),
        mask("b", 900, 900, (x, y) => (y === 450 && x >= 100 && x < 103 ? GREEN : RED)),
        result("b", { [RED]: "car", [GREEN]: "sky" }),
      ],
      async (page) => {
        await page.getByRole("button", { name: "Compare" }).click();
        const matrix = page.getByRole("grid", { name: "Confusion matrix" });
        await matrix.waitFor();
        await page.locator(`td[title="${cellTitle("car", "sky")} 3 px, < 0.01 % of the row"]`).click();
        const isolated = await stagePixels(page);
        await page.locator(".active-cell").getByRole("button", { name: "Find" }).click();
        await expect.poll(() => stagePixels(page)).not.toBe(isolated);
        const middle = await page.locator("canvas").evaluate((canvas) => {
          const { left, top, width, height } = canvas.getBoundingClientRect();
          return [left + width / 2, top + height / 2] as const;
        });
        await page.mouse.move(...middle);
        await page.locator(".label-card .position").getByText("x 101, y 450").waitFor();
        const [choice, stage] = await Promise.all(
          [".shown-choice", ".stage"].map((name) => page.locator(name).boundingBox()),
        );
        expect(choice!.y + choice!.height).toBeLessThanOrEqual(stage!.y);
      },
    ));

  it.each([400, 700])("has room for the stage and for the lists on a page %i pixels wide", (width) =>
    withMask(
      [mask("narrow", 20, 20, () => RED), result("narrow", { [RED]: "car # 1" })],
      async (page) => {
        const stage = (await page.locator(".stage").boundingBox())!;
        expect(stage.width).toBe(width);
        expect(stage.height).toBeGreaterThan(200);
        for (const view of ["Data set", "Compare"]) {
          await page.getByRole("button", { name: view }).click();
          const side = page.getByRole("complementary");
          const { scrollWidth, clientWidth } = await side.evaluate((element) => element);
          expect(scrollWidth).toBe(clientWidth);
          expect((await side.boundingBox())!.width).toBe(width);
        }
      },
      { viewport: { width, height: 800 } },
    ),
  );
});

/** Number of pixels on the stage in a label's own colour. */
async function countOnStage(page: Page, color: number): Promise<number> {
  const { x, y, width, height } = (await page.locator("canvas").boundingBox())!;
  // Right of the card, which has a swatch of the same colour.
  const clip = { x: x + 0.4 * width, y, width: 0.6 * width, height };
  const shot = await page.screenshot({ clip });
  const data = await sharp(shot).removeAlpha().raw().toBuffer();
  let count = 0;
  for (let at = 0; at < data.length; at += 3) {
    if (((data[at]! << 16) | (data[at + 1]! << 8) | data[at + 2]!) === color) count++;
  }
  return count;
}

/** An RGB mask. The colours are 0xRRGGBB. */
function mask(
  name: string,
  width: number,
  height: number,
  colorAt: (x: number, y: number) => number,
): DroppedFile {
  const samples = new Uint8Array(width * height * 3);
  for (let y = 0, at = 0; y < height; y++) {
    for (let x = 0; x < width; x++, at += 3) {
      const color = colorAt(x, y);
      samples.set([color >> 16, color >> 8, color], at);
    }
  }
  return { name: `${name}.png`, bytes: encodePng({ width, height, colourType: 2, bitDepth: 8, samples }) };
}

function result(name: string, values: Readonly<Record<number, string>>): DroppedFile {
  const legend = Object.fromEntries(
    Object.entries(values).map(([color, value]) => [
      `#${Number(color).toString(16).padStart(6, "0")}`,
      value,
    ]),
  );
  return textFile(`${name}.json`, JSON.stringify({ legend }));
}

/** The layout in windows of any size, and that nothing is cut off: measured on the built page. */
import type { BrowserContextOptions, Locator, Page } from "playwright-core";
import sharp from "sharp";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { findChromium } from "../../scripts/chromium.mjs";
import { encodePng } from "../support/encode-png.mjs";
import {
  allRead,
  type DroppedFile,
  drop,
  type Explorer,
  expectNoFaults,
  fixtureFiles,
  shown,
  startExplorer,
  textFile,
  withPage,
} from "./explorer-page.js";

type Size = readonly [width: number, height: number];
/** 1024 × 700 and 1280 × 800 pixels, at a zoom of 200 %. */
const ZOOMED: readonly Size[] = [
  [512, 350],
  [640, 400],
];
const ROOMY: readonly Size[] = [
  [1280, 800],
  [1024, 700],
  [390, 800],
];

describe.skipIf(findChromium() === undefined)("the explorer's layout", () => {
  let explorer: Explorer;
  beforeAll(async () => {
    explorer = await startExplorer();
  });
  afterAll(() => explorer?.close());

  const withSample = (work: (page: Page) => Promise<void>, options: BrowserContextOptions = {}) =>
    withPage(
      explorer,
      async (page) => {
        await page.getByRole("button", { name: "Open a sample" }).click();
        await shown(page, "street");
        await work(page);
      },
      options,
    );

  it("does not cut off any figures of a data set", () =>
    withSample(async (page) => {
      await page.getByRole("button", { name: "Data set" }).click();
      await page.locator(".sortable tbody tr").nth(11).waitFor();
      await inWindows(page, [...ROOMY, ...ZOOMED], async (size) => {
        const cells = page.locator(".sortable :is(th, td)").filter({ visible: true });
        expect(await cells.count(), size).toBeGreaterThan(12 * 4);
        const cut = await cells.evaluateAll((all) =>
          all
            .filter((cell) => {
              const { right } = cell.closest(".tab-panel")!.getBoundingClientRect();
              const isCut = cell.scrollWidth > cell.clientWidth && !cell.matches(".cell-class");
              return isCut || cell.getBoundingClientRect().right > right;
            })
            .map((cell) => cell.textContent),
        );
        expect(cut, size).toEqual([]);
        await expectNoSidewaysScroll(page);
      });
    }));

  it("stays usable when the page is zoomed", () =>
    withSample(async (page) => {
      await inWindows(page, [...ZOOMED, [900, 350]], async () => {
        await page.getByRole("button", { name: "Mask", exact: true }).click();
        await page.getByRole("tab", { name: /^Labels/ }).click();
        const more = page.getByRole("button", { name: "More" });
        const hasMenu = await more.isVisible();
        if (hasMenu) await more.click();
        await expectReachable(page.locator(".toolbar .button").last(), 24);
        if (hasMenu) await page.keyboard.press("Escape");
        await expectReachable(page.locator(".stage"), 200);
        await page.locator(".stage").hover();
        await expectWithin(page.locator(".label-card"), page.locator(".stage-area"));
        await expectReachable(page.locator(".label-scroller"), 120);
        await page.getByRole("tab", { name: "Export" }).click();
        await expectReachable(page.locator(".tab-panel"), 200);
        await expectReachable(page.getByRole("button", { name: "Save file" }), 24);
        await page.getByRole("button", { name: "Compare" }).click();
        await page.locator(".matrix").waitFor();
        await expectReachable(page.locator(".stage"), 160);
        await expectReachable(page.locator(".tab-panel"), 200);
        await page.getByRole("button", { name: "Data set" }).click();
        await page.locator(".sortable").waitFor();
        await expectReachable(page.locator(".card-scroller"), 178);
        await expectReachable(page.locator(".tab-panel"), 200);
        await expectNoSidewaysScroll(page);
      });
      await page.getByRole("button", { name: "Mask", exact: true }).click();
      await inWindows(page, ZOOMED.slice(0, 1), async () => {
        await page.getByRole("button", { name: "More" }).click();
        await expectReachable(page.getByLabel("Page colours"), 24);
        await page.keyboard.press("Escape");
        expect(await page.getByLabel("Page colours").isVisible()).toBe(false);
      });
    }));

  it("shows the names of labels in full, and does not scroll if there is room", () =>
    withSample(async (page) => {
      await inWindows(page, [...ROOMY, [800, 700]], async (size) => {
        const names = page.locator("tbody .cell-name");
        expect(await names.count(), size).toBeGreaterThan(10);
        const cut = await names.evaluateAll((all) =>
          all.filter((cell) => cell.scrollWidth > cell.clientWidth).map((cell) => cell.textContent),
        );
        expect(cut, size).toEqual([]);
      });
      await inWindows(page, ROOMY, async (size) => {
        const heights = await page.evaluate(() => {
          const { scrollHeight, clientHeight } = document.documentElement;
          return [scrollHeight, clientHeight];
        });
        expect(heights[0], size).toBe(heights[1]);
      });
    }));

  it("shows in full that a colour is not in the legend", () =>
    withPage(explorer, async (page) => {
      const bytes = encodePng({
        width: 2,
        height: 1,
        colourType: 2,
        bitDepth: 8,
        samples: Uint8Array.of(200, 0, 0, 221, 221, 221),
        filter: 0,
      });
      const legend = { "#c80000": "car # 1" };
      const url = "https://example.com/mask.png";
      await drop(page, { name: "two.png", bytes }, textFile("two.json", JSON.stringify({ legend, url })));
      await shown(page, "two");
      await inWindows(page, ROOMY, async (size) => {
        const row = page.getByRole("row", { name: "not in legend" });
        const seen = await row.evaluate((element) => {
          const [name, number] = [".cell-name", ".cell-instance"].map((cell) => element.querySelector(cell)!);
          const badge = name!.querySelector(".badge")!.getBoundingClientRect();
          return {
            // Overflow is visible up to the number's cell, which is empty.
            isCut: getComputedStyle(name!).overflow !== "visible" && name!.scrollWidth > name!.clientWidth,
            right: badge.right,
            end: number!.getBoundingClientRect().right,
            number: number!.textContent,
          };
        });
        expect([seen.isCut, seen.number], size).toEqual([false, ""]);
        expect(seen.right, size).toBeLessThanOrEqual(seen.end);
      });
    }));

  const PHONE = { viewport: { width: 390, height: 844 }, hasTouch: true, isMobile: true };

  it("has one row of tools on a phone, and all it does is large enough for fingers", () =>
    withSample(async (page) => {
      const toolbar = (await page.locator(".toolbar").boundingBox())!;
      expect(toolbar.height).toBeLessThan(56);
      expect(await tooSmall(page)).toEqual([]);
      await page
        .getByRole("button", { name: /^Find / })
        .nth(3)
        .click();
      await page.locator(".label-card").waitFor();
      expect(await tooSmall(page)).toEqual([]);
      await page.getByRole("button", { name: "More" }).click();
      await page.getByRole("button", { name: "Open folder…" }).waitFor();
      expect(await tooSmall(page)).toEqual([]);
      await expectNoFaults(page);
      await page.keyboard.press("Escape");
      for (const tab of ["Defects", "Edit", "Export", "Timings"]) {
        await page.getByRole("tab", { name: tab }).click();
        expect(await tooSmall(page), tab).toEqual([]);
      }
      await expectNoSidewaysScroll(page);
    }, PHONE));

  /** Two folders of three masks, whose names and classes are as long as usual. */
  const folders = () => {
    const { png, json } = fixtureFiles("street-500-rgb-interlaced");
    return ["truth", "model"].flatMap((folder) =>
      ["a", "b", "c"].flatMap((name) => [
        { name: `${folder}/street-${name}.png`, bytes: png.bytes },
        { name: `${folder}/street-${name}.json`, bytes: json.bytes },
      ]),
    );
  };

  it("shows four pictures of a data set at once on a phone, filtered or not, and nothing of them is cut off", () =>
    withPage(
      explorer,
      async (page) => {
        await openListed(page, folders());
        await allRead(page);
        const whole = () =>
          page.locator(".card-scroller").evaluate((scroller) => {
            const view = scroller.getBoundingClientRect();
            return [...scroller.querySelectorAll(".card")].filter((card) => {
              const { top, bottom, left, right } = card.getBoundingClientRect();
              const isInside = top >= view.top && bottom <= view.bottom && left >= 0 && right <= innerWidth;
              const texts = [...card.querySelectorAll(".card-name, .card-facts")];
              return isInside && texts.every(({ scrollWidth, clientWidth }) => scrollWidth <= clientWidth);
            }).length;
          });
        expect(await whole()).toBeGreaterThanOrEqual(4);
        expect(await tooSmall(page)).toEqual([]);
        await page.locator(".class-button").getByText("sky", { exact: true }).click();
        await page.getByText("6 of 6 masks").waitFor();
        expect(await whole()).toBeGreaterThanOrEqual(4);
        expect(await tooSmall(page)).toEqual([]);
        await expectNoSidewaysScroll(page);
        // Keys go by columns and rows.
        const list = page.getByRole("listbox", { name: "Masks" });
        await list.focus();
        await page.keyboard.press("ArrowDown");
        expect(await list.getAttribute("aria-activedescendant")).toBe("mask-2");
        await page.keyboard.press("End");
        const [last, scroller] = [page.locator("#mask-5"), page.locator(".card-scroller")];
        await expectWithin(last, scroller);
      },
      PHONE,
    ));

  it("has all views and the next mask in the one row of tools on a phone", () =>
    withPage(
      explorer,
      async (page) => {
        await openListed(page, folders());
        await page.locator(".card").first().click();
        await page.getByRole("heading", { level: 1, name: "model/street-a" }).waitFor();
        await page.getByRole("button", { name: "Evaluate" }).waitFor();
        const parts = page
          .locator(".toolbar :is(button, select), .shown-choice label")
          .filter({ visible: true });
        const expectInRow = async (size: string) => {
          const boxes = await parts.evaluateAll((all) =>
            all.map((part) => {
              const { left, right } = part.getBoundingClientRect();
              return { left, right, isCut: part.scrollWidth > part.clientWidth + 1 };
            }),
          );
          expect(boxes.length, size).toBeGreaterThanOrEqual(7);
          const { width } = page.viewportSize()!;
          for (const [place, { left, right, isCut }] of boxes.entries()) {
            // The choice of what is compared is a row of its own.
            const before = boxes[place - 1]?.right ?? 0;
            expect(left >= before || left < 20, size).toBe(true);
            expect([right <= width, isCut], size).toEqual([true, false]);
          }
        };
        const phones: readonly Size[] = [
          [390, 844],
          [360, 740],
        ];
        await inWindows(page, phones, expectInRow);
        await page.getByRole("button", { name: "Compare" }).click();
        await page.locator(".matrix").waitFor();
        await inWindows(page, phones, expectInRow);
      },
      PHONE,
    ));

  it("gives the image all of the width on a tablet that is held upright", () =>
    withSample(async (page) => {
      const upright: readonly Size[] = [
        [768, 1024],
        [834, 1194],
      ];
      const shareOfWidth = async () =>
        (await page.locator(".stage").boundingBox())!.width / page.viewportSize()!.width;
      await inWindows(page, upright, async (size) => {
        expect(await shareOfWidth(), size).toBe(1);
        await expectNoSidewaysScroll(page);
      });
      await inWindows(page, [[1024, 768]], async () => expect(await shareOfWidth()).toBeLessThan(0.7));
    }));

  it("tells in full on a phone about an unknown colour", () =>
    withPage(
      explorer,
      async (page) => {
        const { png, json } = fixtureFiles("brush-720p-rgba-alpha");
        await drop(page, png, json);
        await shown(page, "brush-720p-rgba-alpha");
        await page.getByRole("tab", { name: /^Defects/ }).click();
        await page
          .getByRole("button", { name: /^Find / })
          .first()
          .click();
        await page.locator(".label-card").waitFor();
        const strip = page.locator(".label-card");
        for (const part of await strip.locator("h2, dt, dd, button").all()) await expectWithin(part, strip);
      },
      PHONE,
    ));

  it("tells in full on a phone what is being opened", () =>
    withPage(
      explorer,
      async (page) => {
        let release = () => {};
        const held = new Promise<void>((resolve) => {
          release = resolve;
        });
        await page.route("**/sample/street-again.png", async (route) => {
          await held;
          await route.continue();
        });
        await page.getByRole("button", { name: "Open a sample" }).click();
        await shown(page, "street");
        await page.getByRole("button", { name: "Next mask" }).click();
        const status = page.locator(".status");
        await status.getByText("Opening street-again …").waitFor();
        const isCut = await status.evaluate(
          (element) =>
            element.scrollWidth > element.clientWidth || element.scrollHeight > element.clientHeight,
        );
        expect(isCut).toBe(false);
        const { x, width } = (await status.boundingBox())!;
        expect([x >= 0, x + width <= 390]).toEqual([true, true]);
        release();
        await shown(page, "street-again");
      },
      PHONE,
    ));

  const HELP = ".list-keys, .list-keys-inline, .active-cell .quiet";
  it("shows help on keys in readable lines if there is a mouse, and none on a touch screen", async () => {
    const helpHeights = async (options: BrowserContextOptions) => {
      const heights: (number | undefined)[] = [];
      await withSample(
        async (page) => {
          const measure = async () => heights.push((await page.locator(HELP).boundingBox())?.height);
          await measure();
          await page.getByRole("button", { name: "Compare" }).click();
          await page.locator(".matrix").waitFor();
          await measure();
          await page.getByRole("button", { name: "Data set" }).click();
          await page.locator(".sortable").waitFor();
          await measure();
        },
        { viewport: { width: 390, height: 800 }, ...options },
      );
      return heights;
    };
    expect(await helpHeights({ hasTouch: true, isMobile: true })).toEqual([undefined, undefined, undefined]);
    for (const height of await helpHeights({})) {
      expect(height).toBeGreaterThan(10);
      expect(height).toBeLessThan(60);
    }
  });

  it.each(["light", "dark"] as const)(
    "keeps the mask's colours if the system has its own colours, %s",
    (colorScheme) =>
      withSample(
        async (page) => {
          const swatch = page.locator("tbody .swatch").first();
          const color = await swatch.evaluate((element) => (element as HTMLElement).style.backgroundColor);
          expect(await middleOf(swatch)).toBe(color);
          await page.getByRole("button", { name: "Compare" }).click();
          await page.locator(".matrix").waitFor();
          const steps = page.locator(".scale [class*=heat-]");
          const seen = await Promise.all([0, 8].map((step) => cornerOf(page, steps.nth(step))));
          expect(new Set(seen).size).toBe(2);
          // Nearly all of the building's row is correct.
          expect(await cornerOf(page, page.locator(".matrix .heat-9").first())).toBe(seen[1]);
        },
        { forcedColors: "active", colorScheme },
      ),
  );
});

/** Drops masks that are first shown together. */
async function openListed(page: Page, files: readonly DroppedFile[]): Promise<void> {
  await drop(page, ...files);
  await page.getByRole("listbox", { name: "Masks" }).waitFor();
}

/** What a finger may miss. */
function tooSmall(page: Page): Promise<string[]> {
  const targets =
    "button, select, [role=tab], .tick, .choices label, input:not([type=checkbox], [type=file], [type=radio])";
  return page.locator(targets).evaluateAll((all) =>
    all
      .filter((target) => !target.closest(".visually-hidden, .matrix"))
      .map((target) => ({ target, box: target.getBoundingClientRect() }))
      // Headings of columns and names of classes may be as narrow as their texts.
      .filter(({ target, box }) => {
        const side = target.closest("th") === null ? Math.min(box.width, box.height) : box.height;
        return box.width > 0 && side < 32;
      })
      .map(({ target, box }) => `${target.outerHTML.slice(0, 90)}: ${box.width} × ${box.height}`),
  );
}

/** Changes the window's size, and waits until the page has drawn it. */
async function inWindows(page: Page, sizes: readonly Size[], work: (size: string) => Promise<void>) {
  for (const [width, height] of sizes) {
    await page.setViewportSize({ width, height });
    await page.evaluate(async () => {
      for (let frame = 0; frame < 3; frame++) await new Promise(requestAnimationFrame);
    });
    await work(`${width} × ${height}`);
  }
}

async function expectReachable(part: Locator, leastHeight: number): Promise<void> {
  await part.scrollIntoViewIfNeeded();
  const { y, height } = (await part.boundingBox())!;
  expect(height).toBeGreaterThanOrEqual(leastHeight);
  const window = part.page().viewportSize()!.height;
  const seen = Math.min(y + height, window) - Math.max(y, 0);
  expect(seen).toBeGreaterThanOrEqual(leastHeight);
}

async function expectWithin(part: Locator, whole: Locator): Promise<void> {
  const [inner, outer] = [(await part.boundingBox())!, (await whole.boundingBox())!];
  expect(inner.y).toBeGreaterThanOrEqual(outer.y);
  expect(inner.y + inner.height).toBeLessThanOrEqual(outer.y + outer.height);
}

async function expectNoSidewaysScroll(page: Page): Promise<void> {
  const { scrollWidth, clientWidth } = await page.evaluate(() => document.documentElement);
  expect(scrollWidth).toBe(clientWidth);
}

/** The colour on the screen in its middle. */
async function middleOf(part: Locator): Promise<string> {
  const { data, info } = await pixelsOf(await part.screenshot());
  return colorAt(data, info.channels * (info.width * (info.height >> 1) + (info.width >> 1)));
}

/** The colour on the screen near its upper left corner, beside its text. */
async function cornerOf(page: Page, part: Locator): Promise<string> {
  await part.scrollIntoViewIfNeeded();
  const { x, y } = (await part.boundingBox())!;
  const clip = { x: Math.ceil(x) + 2, y: Math.ceil(y) + 2, width: 1, height: 1 };
  return colorAt((await pixelsOf(await page.screenshot({ clip }))).data, 0);
}

function pixelsOf(picture: Buffer) {
  return sharp(picture).raw().toBuffer({ resolveWithObject: true });
}

function colorAt(pixels: Buffer, at: number): string {
  return `rgb(${[...pixels.subarray(at, at + 3)].join(", ")})`;
}

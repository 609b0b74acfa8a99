/** Two folders compared on the built page: all figures are checked against the library in Node, over the same files. */
import { cpSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { BrowserContextOptions, Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { findChromium } from "../../scripts/chromium.mjs";
import { ClassList, decodeMask, type LabelMap } from "../../src/all.js";
import { Comparison, type ComparisonResult, type ImageScores } from "../../src/compare/index.js";
import { encodePng } from "../support/encode-png.mjs";
import { annotateAgain } from "../support/second-annotator.mjs";
import {
  dropPaths,
  type Explorer,
  expectNoFaults,
  fixtureFiles,
  startExplorer,
  text,
  withPage,
} from "./explorer-page.js";

/** 500×333, 41 labels with objects. */
const STREET = "street-500-rgb-interlaced";
/** What the model has made of each image. The images that are worse are not the first by name. */
const CHANGES: Readonly<Record<string, Parameters<typeof annotateAgain>[1]>> = {
  "a/good": { shift: [1, 0] },
  "a/hole": { hole: [20, 30, 250, 200] },
  "a/shifted": { shift: [14, 9] },
  "b/lorries": { shift: [2, 1], names: { "car # 5": "lorry # 1", "car # 6": "lorry # 2", sidewalk: "road" } },
  "b/same": { hole: [400, 20, 60, 40] },
};
const IMAGES = Object.keys(CHANGES);
/** More than are compared before the table is first drawn, and no more than it draws. */
const COPIES = 150;

/** Stops the evaluation as soon as a pair is listed. A click from outside the page may come when all are compared. */
function stopAtFirstPair(page: Page): Promise<void> {
  return page.evaluate(() => {
    const observer = new MutationObserver(() => {
      if (document.querySelector(".evaluated tbody tr") === null) return;
      observer.disconnect();
      const buttons = [...document.querySelectorAll("button")];
      buttons.find(({ textContent }) => textContent === "Stop")!.click();
    });
    observer.observe(document.body, { subtree: true, childList: true });
  });
}

describe.skipIf(findChromium() === undefined)("the explorer's evaluation of a set", () => {
  let explorer: Explorer;
  let folder: string;
  let expected: { readonly set: ComparisonResult; readonly images: ReadonlyMap<string, ImageScores> };

  beforeAll(async () => {
    folder = mkdtempSync(join(tmpdir(), "labelmap-evaluate-"));
    const street = fixtureFiles(STREET);
    const map = await decodeMask(street.png.bytes, text(street.json.bytes));
    const maps = new Map<string, readonly [LabelMap, LabelMap]>();
    for (const [name, change] of Object.entries(CHANGES)) {
      const truth = annotateAgain(map, { hole: [400, 20, 60, 40] });
      const model = annotateAgain(map, change);
      save(name, "truth", truth.png, truth.json);
      // Without a legend, the truth's is used.
      save(name, "model", model.png, name === "a/shifted" ? null : model.json);
      maps.set(name, [
        await decodeMask(truth.png, truth.json),
        await decodeMask(model.png, name === "a/shifted" ? truth.json : model.json),
      ]);
    }
    const truth = annotateAgain(map, {});
    const small = encodePng({
      ...{ width: 2, height: 1, colourType: 2, bitDepth: 8 },
      samples: new Uint8Array(6),
    });
    save("size", "truth", truth.png, truth.json);
    save("size", "model", small, truth.json);
    save("broken", "truth", truth.png, truth.json);
    save("broken", "model", truth.png.subarray(0, 200), truth.json);
    save("lonely", "truth", truth.png, truth.json);
    const many = join(folder, "many");
    for (let copy = 0; copy < COPIES; copy++) {
      for (const side of ["truth", "model"]) {
        for (const ending of ["png", "json"]) {
          const target = join(many, side, `${copy}.${ending}`);
          cpSync(join(folder, side, `a/good.${ending}`), target, { recursive: true });
        }
      }
    }
    expected = scoresOf(maps);
    explorer = await startExplorer();
  });
  afterAll(async () => {
    await explorer?.close();
    rmSync(folder, { recursive: true, force: true });
  });

  function save(name: string, side: "truth" | "model", png: Uint8Array, json: string | null): void {
    const path = join(folder, side, name);
    mkdirSync(join(path, ".."), { recursive: true });
    writeFileSync(`${path}.png`, png);
    if (json !== null) writeFileSync(`${path}.json`, json);
  }

  const withFolders = (
    work: (page: Page) => Promise<void>,
    paths = ["truth", "model"],
    options: BrowserContextOptions = {},
  ) =>
    withPage(
      explorer,
      async (page) => {
        await dropPaths(page, ...paths.map((path) => join(folder, path)));
        await page.getByRole("button", { name: "Evaluate" }).click();
        await work(page);
      },
      options,
    );

  it("has the figures that the library has over the same files, the worst first", () =>
    withFolders(async (page) => {
      // The truth is the reference, although its name is the last.
      expect(await page.getByLabel("Reference folder").inputValue()).toBe("truth");
      expect(await page.getByLabel("Other folder").inputValue()).toBe("model");
      await page.getByText("1 mask only in truth: \u2068lonely\u2069").waitFor();
      const found = page.getByRole("list", { name: "Pairs that were found" });
      expect((await found.getByRole("listitem").allTextContents()).sort()).toEqual(
        [...IMAGES, "broken", "size"].sort(),
      );
      await compareAll(page, 7);
      await page.getByText("5 of 7 pairs compared, 2 errors.").waitFor();
      expect(await found.count()).toBe(0);

      const { set, images } = expected;
      const tiles = page.getByRole("region", { name: "Figures" }).locator("dd");
      expect(await tiles.allTextContents()).toEqual(
        [set.meanIoU, set.panoptic.all.pq, set.meanBoundaryIoU!, set.pixelAccuracy].map(percent),
      );
      const classes = set.classes.map(({ name, iou, boundaryIoU, pq, referencePixels }) => [
        ...[name, percent(iou), percent(boundaryIoU!), percent(pq)],
        referencePixels.toLocaleString("en"),
      ]);
      const classRows = await rowsOf(page, "Agreement by class");
      expect(byName(classRows)).toEqual(byName(classes));
      expect(classRows.map(([, iou]) => Number.parseFloat(iou!))).toEqual(ascending(classRows));

      const pairRows = await rowsOf(page, "Agreement by pair");
      const worstFirst = [...images].sort(([, a], [, b]) => a.meanIoU - b.meanIoU);
      expect(worstFirst[0]![0]).not.toBe(IMAGES[0]);
      expect(pairRows.map((row) => row.slice(0, 4))).toEqual(
        worstFirst.map(([name, { meanIoU, meanBoundaryIoU, panoptic }]) => [
          ...[name, percent(meanIoU), percent(meanBoundaryIoU!), percent(panoptic.all.pq)],
        ]),
      );
      const lowestOf = ({ classes: all }: ImageScores) =>
        Math.min(...all.map(({ iou }) => (Number.isNaN(iou) ? 1 : iou)));
      for (const [place, [, scores]] of worstFirst.entries()) {
        const name = pairRows[place]![4]!;
        const lowest = scores.classes.find((entry) => entry.name === name);
        expect(lowest?.iou ?? 1, name).toBe(lowestOf(scores));
      }
    }));

  it("sorts the pairs by any column, and opens a pair, and goes back", () =>
    withFolders(async (page) => {
      await compareAll(page, 7);
      await page.getByText("5 of 7 pairs compared").waitFor();
      const pairs = page.getByRole("table", { name: "Agreement by pair" });
      await pairs.getByRole("button", { name: "Image" }).click();
      expect((await rowsOf(page, "Agreement by pair")).map(([name]) => name)).toEqual([...IMAGES].sort());
      await pairs.getByRole("button", { name: "b/lorries" }).click();
      await page.locator(".matrix").waitFor();
      const chosen = (name: string) => page.getByLabel(name).evaluate(selectedText);
      expect(await chosen("Reference mask")).toBe("truth/b/lorries");
      expect(await chosen("Other mask")).toBe("model/b/lorries");
      const iou = page.locator(".tiles > div", { hasText: "Mean IoU" }).locator("dd");
      expect(await iou.textContent()).toBe(percent(expected.images.get("b/lorries")!.meanIoU));
      await page.goBack();
      await pairs.waitFor();
      expect(await pairs.locator("tbody tr").count()).toBe(5);
    }));

  it("lists what cannot be compared", () =>
    withFolders(async (page) => {
      await compareAll(page, 7);
      await page.getByText("2 errors").waitFor();
      const failures = await page.locator(".failures li").allTextContents();
      expect(failures).toHaveLength(2);
      expect(failures[0]).toMatch(/^broken.*model\/broken.*[A-Z]+_[A-Z]+$/s);
      expect(failures[1]).toMatch(/^size.*500×333 pixels, but .*2×1.*SIZE_MISMATCH$/s);
    }));

  it("changes the sides, and then needs another run", () =>
    withFolders(async (page) => {
      await compareAll(page, 7);
      await page.getByText("5 of 7 pairs compared").waitFor();
      await page.getByRole("button", { name: "Swap reference and other" }).click();
      expect(await page.getByLabel("Reference folder").inputValue()).toBe("model");
      expect(await page.getByRole("table").count()).toBe(0);
      await page.reload();
      // The files are gone, but the folders are those of the address.
      expect(page.url()).toContain("view=evaluate&reference=model&other=truth");
    }));

  it("can be stopped, keeps what is known, and goes on while a mask is opened", () =>
    withFolders(
      async (page) => {
        await stopAtFirstPair(page);
        await compareAll(page, COPIES);
        const status = page.locator(".evaluate-action [role=status]");
        await expect
          .poll(() => status.textContent())
          .toMatch(new RegExp(`^\\d+ of ${COPIES} pairs compared, 0 errors\\.$`));
        const done = Number.parseInt((await status.textContent())!, 10);
        expect(done).toBeGreaterThan(0);
        expect(done).toBeLessThan(COPIES);
        expect(await page.locator(".evaluated tbody tr").count()).toBe(done);

        await compareAll(page, COPIES);
        await page.getByRole("button", { name: "Mask", exact: true }).click();
        await page.getByRole("button", { name: "Next mask" }).click();
        await page.getByRole("button", { name: "Evaluate" }).click();
        await page.getByText(`${COPIES} of ${COPIES} pairs compared, 0 errors.`).waitFor();
        expect(await page.locator(".evaluated tbody tr").count()).toBe(COPIES);
      },
      ["many"],
    ));

  it("is not offered without two folders that hold the same names", () =>
    withPage(explorer, async (page) => {
      await dropPaths(page, join(folder, "truth"));
      await page.getByRole("button", { name: "Data set" }).waitFor();
      expect(await page.getByRole("button", { name: "Evaluate" }).count()).toBe(0);
      await dropPaths(page, join(folder, "model"));
      await page.getByRole("button", { name: "Evaluate" }).waitFor();
    }));

  it.each(["light", "dark"] as const)(
    "has no faults for axe, %s, and does not scroll sideways in windows of any width",
    (colorScheme) =>
      withFolders(
        async (page) => {
          await expectNoFaults(page);
          await compareAll(page, 7);
          await page.getByText("5 of 7 pairs compared").waitFor();
          for (const width of [1920, 1280, 1024, 800, 390]) {
            await page.setViewportSize({ width, height: 800 });
            await expectNoFaults(page);
            const tooWide = await page.evaluate(() =>
              [document.documentElement, ...document.querySelectorAll(".tab-panel")]
                .filter(({ scrollWidth, clientWidth }) => scrollWidth > clientWidth)
                .map((element) => `${element.className} ${element.scrollWidth}`),
            );
            expect(tooWide, `${width}`).toEqual([]);
          }
          // In the narrow window, the last, the figures are below all pairs, and scroll with them.
          const [lastPair, side] = await page.evaluate(() =>
            [".evaluated tbody tr:last-child", ".side"].map((selector) =>
              document.querySelector(selector)!.getBoundingClientRect(),
            ),
          );
          expect(side!.top).toBeGreaterThanOrEqual(lastPair!.bottom);
          const pixels = page.getByRole("table", { name: "Agreement by class" }).locator("tbody tr").last();
          await pixels.scrollIntoViewIfNeeded();
          expect(await pixels.evaluate(isOnTop)).toBe(true);
        },
        ["truth", "model"],
        { colorScheme },
      ),
  );
});

function scoresOf(maps: ReadonlyMap<string, readonly [LabelMap, LabelMap]>) {
  const used = [...maps.values()]
    .flat()
    .flatMap(({ labels }) => labels.filter((label) => label.pixelCount > 0));
  const names = [...new Set(used.map(({ className }) => className))].sort();
  const comparison = new Comparison(ClassList.fromNames(names), { boundary: true });
  const images = new Map([...maps].map(([name, [truth, model]]) => [name, comparison.add(truth, model)]));
  return { set: comparison.result(), images };
}

async function compareAll(page: Page, count: number): Promise<void> {
  await page.getByRole("button", { name: `Compare ${count} pairs` }).click();
}

function rowsOf(page: Page, table: string): Promise<string[][]> {
  return page
    .getByRole("table", { name: table })
    .locator("tbody tr")
    .evaluateAll((rows) => rows.map((row) => [...row.children].map((cell) => cell.textContent!)));
}

function byName(rows: readonly (readonly string[])[]): readonly (readonly string[])[] {
  return [...rows].sort(([a], [b]) => (a! < b! ? -1 : 1));
}

function ascending(rows: readonly (readonly string[])[]): number[] {
  return rows.map(([, iou]) => Number.parseFloat(iou!)).sort((a, b) => a - b);
}

/** Runs in the page: whether nothing covers its middle. */
function isOnTop(element: SVGElement | HTMLElement): boolean {
  const { x, y, width, height } = element.getBoundingClientRect();
  return element.contains(document.elementFromPoint(x + width / 2, y + height / 2));
}

/** Runs in the page. */
function selectedText(select: SVGElement | HTMLElement): string {
  return (select as HTMLSelectElement).selectedOptions[0]!.text;
}

function percent(value: number): string {
  if (Number.isNaN(value)) return "–";
  const share = 100 * value;
  if (share > 0 && share < 0.01) return "< 0.01 %";
  return value < 1 && share >= 99.995 ? "> 99.99 %" : `${share.toFixed(2)} %`;
}

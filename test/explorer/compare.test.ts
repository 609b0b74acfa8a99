/** Two masks compared on the built page: the figures are checked against the library in Node and a count of all pixels. */
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Page } from "playwright-core";
import sharp from "sharp";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { findChromium } from "../../scripts/chromium.mjs";
import { ClassList, decodeMask, type LabelMap } from "../../src/all.js";
import { type ComparisonResult, compare } from "../../src/compare/index.js";
import { encodePng } from "../support/encode-png.mjs";
import { annotateAgain } from "../support/second-annotator.mjs";
import {
  cellTitle,
  type DroppedFile,
  drop,
  type Explorer,
  errorsOf,
  expectNoFaults,
  fixtureFiles,
  nameInText,
  shown,
  stagePixels,
  startExplorer,
  text,
  textFile,
  withPage,
} from "./explorer-page.js";

/** 500×333, 41 labels; a sixth of its pixels have colours missing from its legend. */
const STREET = "street-500-rgb-interlaced";
const WIDTH = 500;
const HEIGHT = 333;
const HOLE = [400, 20, 60, 40] as const;
const SECOND = {
  shift: [3, 2] as const,
  names: {
    "car # 5": "truck # 1",
    "car # 6": "truck # 2",
    sidewalk: "road",
    "pedestrian # 3": "cyclist # 1",
  },
  hole: [20, 30, 50, 40] as const,
};
const FORMAT = new Intl.NumberFormat("en");

interface Annotation {
  readonly files: readonly [png: DroppedFile, json: DroppedFile];
  readonly map: LabelMap;
}

describe.skipIf(findChromium() === undefined)("the explorer's comparison", () => {
  let explorer: Explorer;
  let first: Annotation;
  let second: Annotation;
  beforeAll(async () => {
    explorer = await startExplorer();
    const { png, json } = fixtureFiles(STREET);
    const map = await decodeMask(png.bytes, text(json.bytes));
    first = await annotation("first", annotateAgain(map, { hole: HOLE }));
    second = await annotation("second", annotateAgain(map, SECOND));
  });
  afterAll(() => explorer?.close());

  const withComparison = (work: (page: Page) => Promise<void>, options = {}) =>
    withPage(
      explorer,
      async (page) => {
        await drop(page, ...first.files, ...second.files);
        await shown(page, "first");
        await page.getByRole("button", { name: "Compare" }).click();
        await matrix(page).waitFor();
        await work(page);
      },
      options,
    );

  it("has the same matrix as a slow count of the pixels", () =>
    withComparison(async (page) => {
      const counted = countPairs(first.map, second.map);
      expect(counted.get("car → truck")).toBeGreaterThan(100);
      expect(counted.get("sky → none")).toBeGreaterThan(100);
      expect(await pairsOf(page)).toEqual(counted);
    }));

  it("shows the share of the row in each cell, or the number of pixels", () =>
    withComparison(async (page) => {
      const scores = scoresOf(first.map, second.map);
      const building = scores.classes.findIndex(({ name }) => name === "building");
      const pixels = scores.confusion[building * scores.classes.length + building]!;
      const cell = page.locator(`td[title^="${cellTitle("building", "building")}"]`);
      expect(await cell.textContent()).toBe(
        ((100 * pixels) / scores.classes[building]!.referencePixels).toFixed(1),
      );
      await page.getByRole("group", { name: "Cells show" }).getByText("Pixels").click();
      expect(await cell.textContent()).toBe(
        new Intl.NumberFormat("en", { notation: "compact", maximumSignificantDigits: 2 }).format(pixels),
      );
    }));

  it("has the library's figures for all classes and for each class", () =>
    withComparison(async (page) => {
      const scores = scoresOf(first.map, second.map);
      const { meanIoU, pixelAccuracy, meanAccuracy, panoptic } = scores;
      expect(await page.locator(".tiles dd").allTextContents()).toEqual(
        [meanIoU, pixelAccuracy, meanAccuracy].map(percent),
      );
      const qualities = await page.locator(".qualities tbody tr").allTextContents();
      expect(qualities).toEqual(
        (["all", "things", "stuff"] as const).map((name) => {
          const { pq, sq, rq, classCount } = panoptic[name];
          return `${name}${percent(pq)}${percent(sq)}${percent(rq)}${classCount}`;
        }),
      );
      expect(panoptic.things.classCount).toBeGreaterThan(2);

      const rows = await classRows(page);
      expect(rows.toSorted(byName)).toEqual(
        scores.classes.map(({ name, iou, accuracy, pq, referencePixels }) => [
          name,
          percent(iou),
          percent(accuracy),
          percent(pq),
          FORMAT.format(referencePixels),
        ]),
      );
      // Counted here, because the library's result could be wrong in the same way on both sides.
      expect(rows.find(([name]) => name === "car")![1]).toBe(percent(slowIoU("car", first.map, second.map)));
    }));

  it("sorts the classes by any column, with classes without a figure last", () =>
    withComparison(async (page) => {
      const accuracies = async () => (await classRows(page)).map((row) => row[2]!);
      const scores = scoresOf(first.map, second.map);
      const known = scores.classes.map(({ accuracy }) => accuracy).filter((value) => !Number.isNaN(value));
      const unknown = scores.classes.length - known.length;
      expect(unknown).toBe(3);
      const ascending = known.toSorted((a, b) => a - b).map(percent);
      await page.getByRole("button", { name: "Accuracy" }).click();
      expect(await accuracies()).toEqual([...ascending.toReversed(), "–", "–", "–"]);
      await page.getByRole("button", { name: "Accuracy" }).click();
      expect(await accuracies()).toEqual([...ascending, "–", "–", "–"]);
      expect(await page.getByRole("columnheader", { name: "Accuracy" }).getAttribute("aria-sort")).toBe(
        "ascending",
      );
    }));

  it("draws equal pixels almost grey, different ones red, and pixels without a reference in a third colour", () =>
    withComparison(async (page) => {
      await stagePixels(page);
      const { labels } = first.map;
      const sky = labels.find(({ name }) => name === "sky")!.color;
      const at = await stageColors(page, { same: [250, 5], hole: [430, 40], different: [40, 45] });
      expect(classAt(second.map, 40, 45)).toBe("none");
      expect(at.different).toEqual([0xe5, 0x32, 0x2d]);
      expect(at.hole).toEqual([0x3f, 0x7f, 0xd9]);
      const [r, g, b] = [1, 3, 5].map((from) => Number.parseInt(sky.slice(from, from + 2), 16));
      const grey = 0.2126 * r! + 0.7152 * g! + 0.0722 * b!;
      const dimmed = [r!, g!, b!].map((value, channel) => {
        const ground = [228, 231, 235][channel]!;
        const almostGrey = Math.round(grey + (value - grey) / 4);
        return Math.round(ground + ((almostGrey - ground) * 88) / 255);
      });
      expect(at.same).toEqual(dimmed);

      await page.getByRole("group", { name: "Shown on the stage" }).getByText("Other").click();
      await stagePixels(page);
      expect((await stageColors(page, { same: [250, 5] })).same).toEqual([r, g, b]);
    }));

  it("moves through the matrix by keys, isolates the pixels of a cell on the stage, and shows all again", () =>
    withComparison(async (page) => {
      const whole = await stagePixels(page);
      await matrix(page).focus();
      await page.keyboard.press("Control+Home");
      const active = () => page.locator(".active-cell").textContent();
      const names = scoresOf(first.map, second.map).classes.map(({ name }) => name);
      expect(await active()).toContain(`${names[0]} → ${names[0]}:`);
      const [car, truck] = [names.indexOf("car"), names.indexOf("truck")];
      for (let press = 0; press < car; press++) await page.keyboard.press("ArrowDown");
      for (let press = 0; press < truck; press++) await page.keyboard.press("ArrowRight");
      const pixels = countPairs(first.map, second.map).get("car → truck")!;
      expect(await active()).toContain(`car → truck: ${FORMAT.format(pixels)} px`);
      await page.keyboard.press("Enter");
      const selected = page.locator('td[aria-selected="true"]');
      expect(await selected.getAttribute("title")).toContain(cellTitle("car", "truck"));
      await page.locator(".label-card").getByText(FORMAT.format(pixels), { exact: true }).waitFor();
      await stagePixels(page);

      const isolated = placeOf(first.map, second.map, "car", "truck");
      const rest = placeOf(first.map, second.map, "sidewalk", "road");
      const at = await stageColors(page, { isolated, rest });
      expect(at.isolated).toEqual([0xe5, 0x32, 0x2d]);
      expect(at.rest![0]! - at.rest![2]!).toBeLessThan(40);

      await page.keyboard.press("Escape");
      expect(await selected.count()).toBe(0);
      expect(await stagePixels(page)).toBe(whole);
    }));

  it("isolates a clicked pair of classes, in the matrix and on the stage", () =>
    withComparison(async (page) => {
      const selected = page.locator('td[aria-selected="true"]');
      await page.locator(`td[title^="${cellTitle("building", "building")}"]`).click();
      expect(await selected.getAttribute("title")).toContain(cellTitle("building", "building"));
      const [x, y] = await stagePoint(page, placeOf(first.map, second.map, "sidewalk", "road"));
      await page.mouse.move(x, y);
      await page.locator(".label-card h2").getByText("Different").waitFor();
      await page.mouse.click(x, y);
      expect(await selected.getAttribute("title")).toContain(cellTitle("sidewalk", "road"));
      // A pair without pixels has nothing to isolate.
      await page.locator(`td[title="${cellTitle("sidewalk", "sky")} no pixels"]`).click();
      expect(await selected.count()).toBe(0);
    }));

  it("has cells that a finger can hit, and isolates the one that is tapped", () =>
    withComparison(
      async (page) => {
        const cell = page.locator(`td[title^="${cellTitle("building", "building")}"]`);
        const { width, height } = (await cell.boundingBox())!;
        expect(Math.min(width, height)).toBeGreaterThanOrEqual(34);
        await cell.tap();
        expect(await cell.getAttribute("aria-selected")).toBe("true");
      },
      { viewport: { width: 390, height: 844 }, hasTouch: true, isMobile: true },
    ));

  it("puts the reference before the other class, whatever the direction of their names", () =>
    withPage(explorer, async (page) => {
      const files = ["א (1)", "ד (2)"].flatMap((name, place) => [
        { name: `${place}.png`, bytes: colorsMask(1, 0) },
        textFile(`${place}.json`, JSON.stringify({ legend: { "#000001": name } })),
      ]);
      await drop(page, ...files);
      await shown(page, "0");
      await page.getByRole("button", { name: "Compare" }).click();
      await matrix(page).focus();
      await page.keyboard.press("Control+Home");
      await page.keyboard.press("ArrowRight");
      const line = page.locator(".active-cell");
      await line.getByText("→ ד (2): 16 px, 100.00 % of the row").waitFor();
      const edges = await line.evaluate((element) => {
        const [from, to] = element.querySelectorAll("bdi");
        const figures = document.createRange();
        figures.setStartAfter(to!);
        figures.setEndBefore(element.querySelector("span")!);
        const boxes = [from!, to!, figures].map((part) => part.getBoundingClientRect());
        return boxes.flatMap(({ left, right }) => [left, right]);
      });
      expect(edges).toEqual(edges.toSorted((a, b) => a - b));
      const title = `${cellTitle("א (1)", "ד (2)")} 16 px, 100.00 % of the row`;
      await page.locator(`td[title="${title}"]`).waitFor();
      expect(await page.locator(".matrix th bdi").count()).toBe(4);
      await page.locator(`.cell-class bdi[title="${nameInText("ד (2)")}"]`).waitFor();
      await page
        .getByRole("status")
        .getByText(`${nameInText("1")} compared with ${nameInText("0")}: 0.00 %`)
        .waitFor();
    }));

  it("finds a cell of a single row of pixels by F in either case, and leaves Ctrl+F to the browser", () =>
    withPage(explorer, async (page) => {
      const row = (name: string, color: number) => {
        const samples = new Uint8Array(3000 * 90 * 3).fill(1);
        samples.fill(color, 3000 * 3 * 45, 3000 * 3 * 46);
        return {
          name: `${name}.png`,
          bytes: encodePng({ width: 3000, height: 90, colourType: 2, bitDepth: 8, samples }),
        };
      };
      await drop(page, row("a", 1), row("b", 2));
      await shown(page, "a");
      await page.getByRole("button", { name: "Compare" }).click();
      await matrix(page).focus();
      await page.keyboard.press("Control+Home");
      await page.keyboard.press("ArrowRight");
      const whole = await stagePixels(page);
      await matrix(page).evaluate((grid) => {
        window.addEventListener("keydown", (event) => {
          document.title = `${event.key} ${event.defaultPrevented}`;
        });
        grid.dispatchEvent(
          new KeyboardEvent("keydown", { key: "f", ctrlKey: true, bubbles: true, cancelable: true }),
        );
      });
      expect(await page.title()).toBe("f false");
      expect(await stagePixels(page)).toBe(whole);
      await page.keyboard.press("F");
      await stagePixels(page);
      const { data, info } = await sharp(await page.locator("canvas").screenshot())
        .removeAlpha()
        .raw()
        .toBuffer({ resolveWithObject: true });
      const column = Array.from({ length: info.height }, (_, y) => [
        ...data.subarray((y * info.width + 500) * 3, (y * info.width + 500) * 3 + 3),
      ]);
      // Six, minus the two of the outline.
      expect(column.filter((color) => `${color}` === "229,50,45").length).toBe(4);
    }));

  it("swaps reference and other", () =>
    withComparison(async (page) => {
      await page.getByRole("button", { name: "Swap reference and other" }).click();
      const swapped = countPairs(second.map, first.map);
      await expect.poll(() => pairsOf(page)).toEqual(swapped);
      expect(await page.locator(".tiles dd").allTextContents()).toContain(
        percent(scoresOf(second.map, first.map).pixelAccuracy),
      );
      expect(await page.getByLabel("Reference mask").locator("option:checked").textContent()).toBe("second");
    }));

  it("compares with a dropped mask, and reads a mask without a result with the result of the other", () =>
    withPage(explorer, async (page) => {
      await drop(page, ...first.files);
      await shown(page, "first");
      await page.getByRole("button", { name: "Compare" }).click();
      await page.getByText("Drop a second mask of the same image").waitFor();
      const [png, json] = second.files;
      const same = { ...json, name: "first.json" };
      await drop(page, { ...png, name: "first.png" });
      await matrix(page).waitFor();
      const note = page.getByText(
        "first (2) has no result: its colours are read with the result of the other mask.",
      );
      expect(await note.locator("bdi").textContent()).toBe("first (2)");
      const map = await decodeMask(png.bytes, text(first.files[1].bytes));
      expect(await pairsOf(page)).toEqual(countPairs(first.map, map));

      await drop(page, { ...png, name: "first.png" }, same);
      await expect.poll(() => pairsOf(page)).toEqual(countPairs(first.map, second.map));
    }));

  it("takes each colour as a class if neither mask has a result", () =>
    withPage(explorer, async (page) => {
      await dropStripes(page);
      await page.getByRole("button", { name: "Compare" }).click();
      await matrix(page).waitFor();
      await page.getByText("There is no result, so each colour or number is a class.").waitFor();
      expect(await pairsOf(page)).toEqual(
        new Map([
          ["#000001 → #000002", 16],
          ["#000002 → #000003", 16],
          ["#000003 → #000001", 16],
        ]),
      );
    }));

  it("says that there are too many colours to compare", () =>
    withPage(explorer, async (page) => {
      const bytes = colorsMask(300, 0);
      await drop(page, { name: "a.png", bytes }, { name: "b.png", bytes });
      await shown(page, "a");
      await page.getByRole("button", { name: "Compare" }).click();
      expect(await failure(page)).toMatch(
        /have 300 classes; this page compares up to 255\..*TOO_MANY_CLASSES/,
      );
    }));

  it("starts again with a mask that was opened since", () =>
    withPage(explorer, async (page) => {
      await dropStripes(page);
      await page.getByRole("button", { name: "Compare" }).click();
      await matrix(page).waitFor();
      await page.getByRole("button", { name: "Mask", exact: true }).click();
      await drop(page, { name: "c.png", bytes: colorsMask(3, 0) });
      await shown(page, "c");
      await page.getByRole("button", { name: "Compare" }).click();
      // Neither of the other masks is named as the same image, so the page asks, and does not guess.
      await page.getByText("Choose a second mask of the same image").waitFor();
      expect(await errorsOf(page).count()).toBe(0);
      await page.getByLabel("Other mask").selectOption({ label: "b" });
      await matrix(page).waitFor();
    }));

  it("begins with the mask of the same name in another folder, and asks if there is none", () => {
    const folder = mkdtempSync(join(tmpdir(), "labelmap-pairs-"));
    for (const [path, height] of [
      ["truth/job-1", 4],
      ["truth/job-2", 5],
      ["model/job-1", 4],
      ["model/job-2", 5],
      ["model/job-3", 6],
    ] as const) {
      mkdirSync(join(folder, path, ".."), { recursive: true });
      writeFileSync(join(folder, `${path}.png`), colorsMask(3, 0, height));
    }
    return withPage(explorer, async (page) => {
      await page.getByLabel("Open folder…").last().setInputFiles(folder);
      await page.getByRole("button", { name: "Mask", exact: true }).click();
      const masks = page.getByRole("combobox", { name: "Mask", exact: true });
      // So many masks are first shown together.
      await page.getByRole("button", { name: "Mask", exact: true }).click();
      await masks.waitFor();
      const names = await masks.locator("option").allTextContents();
      const pathOf = (ending: string) => names.find((name) => name.endsWith(ending))!;
      for (const [from, to] of [
        ["truth/job-2", "model/job-2"],
        ["model/job-1", "truth/job-1"],
      ] as const) {
        await page.getByRole("button", { name: "Mask", exact: true }).click();
        await masks.selectOption(pathOf(from));
        await shown(page, pathOf(from));
        await page.getByRole("button", { name: "Compare" }).click();
        await matrix(page).waitFor();
        const chosen = page.getByLabel("Other mask").locator("option:checked");
        expect(await chosen.textContent()).toBe(pathOf(to));
      }
      await page.getByRole("button", { name: "Mask", exact: true }).click();
      await masks.selectOption(pathOf("model/job-3"));
      await shown(page, pathOf("model/job-3"));
      await page.getByRole("button", { name: "Compare" }).click();
      await page.getByRole("status").getByText("Choose a second mask of the same image").waitFor();
      expect(await page.getByRole("alert").filter({ hasText: "SIZE" }).count()).toBe(0);
    }).finally(() => rmSync(folder, { recursive: true, force: true }));
  });

  it("gives a dropped result to the mask of the same name, and goes on comparing", () =>
    withPage(explorer, async (page) => {
      await dropStripes(page);
      await page.getByRole("button", { name: "Compare" }).click();
      await matrix(page).waitFor();
      const legend = { "#000001": "one", "#000002": "two", "#000003": "three" };
      await drop(page, textFile("b.json", JSON.stringify({ legend })));
      // The reference uses this result, too.
      await expect
        .poll(() => pairsOf(page))
        .toEqual(
          new Map([
            ["one → two", 16],
            ["three → one", 16],
            ["two → three", 16],
          ]),
        );
      await page
        .getByText("a has no result: its colours are read with the result of the other mask.")
        .waitFor();
      await drop(page, textFile("c.json", JSON.stringify({ legend })));
      await errorsOf(page).getByText("c.json").waitFor();
    }));

  it("says that masks have different sizes, and goes on with others", () =>
    withComparison(async (page) => {
      const { png, json } = fixtureFiles("brush-511-grey");
      await drop(page, png, json);
      expect(await failure(page)).toBe(
        `Cannot compare: ${nameInText("first")} has 500×333 pixels, but ${nameInText("brush-511-grey")} has 511×300.` +
          "Choose two masks of the same image. SIZE_MISMATCH",
      );
      expect(await matrix(page).count()).toBe(0);
      await page.getByLabel("Other mask").selectOption({ label: "second" });
      await matrix(page).waitFor();
      expect(await pairsOf(page)).toEqual(countPairs(first.map, second.map));
    }));

  it("names the mask that is broken", () =>
    withComparison(async (page) => {
      const [png, json] = second.files;
      const cut = { name: "cut.png", bytes: png.bytes.subarray(0, 1000) };
      await drop(page, cut, { ...json, name: "cut.json" });
      expect(await failure(page)).toMatch(
        /^Cannot compare: \u2068cut\u2069: .*damaged or cut off.*PNG_TRUNCATED$/,
      );
    }));

  it.each(["light", "dark"] as const)(
    "has no accessibility faults that axe finds, in %s colours",
    (colorScheme) =>
      withComparison(
        async (page) => {
          await expectNoFaults(page);
          await page.locator(`td[title^="${cellTitle("building", "building")}"]`).click();
          await page.getByRole("group", { name: "Cells show" }).getByText("Pixels").click();
          await matrix(page).focus();
          await expectNoFaults(page);
          const { png } = fixtureFiles("brush-511-grey");
          await drop(page, png);
          await failure(page);
          await expectNoFaults(page);
        },
        { colorScheme },
      ),
  );
});

async function annotation(
  name: string,
  { png, json }: { png: Uint8Array; json: string },
): Promise<Annotation> {
  return {
    files: [{ name: `${name}.png`, bytes: png }, textFile(`${name}.json`, json)],
    map: await decodeMask(png, json),
  };
}

/** Stripes of `count` colours, four pixels each. `shift` chooses the first colour. */
function colorsMask(count: number, shift: number, height = 4): Uint8Array {
  const pixels = count * 4 * height;
  const samples = new Uint8Array(pixels * 3);
  for (let pixel = 0; pixel < pixels; pixel++) {
    const color = (((pixel >> 2) + shift) % count) + 1;
    samples.set([0, color >> 8, color], pixel * 3);
  }
  return encodePng({ width: count * 4, height, colourType: 2, bitDepth: 8, samples });
}

/** `a` and `b`, without results, in which all pixels differ. */
async function dropStripes(page: Page): Promise<void> {
  await drop(page, { name: "a.png", bytes: colorsMask(3, 0) }, { name: "b.png", bytes: colorsMask(3, 1) });
  await shown(page, "a");
}

function matrix(page: Page) {
  return page.getByRole("grid", { name: "Confusion matrix" });
}

function classAt({ data, width, labels }: LabelMap, x: number, y: number): string {
  return labels[data[y * width + x]!]?.className ?? "none";
}

/** Pixels by the names of their classes, without pixels that have no class in the reference. */
function countPairs(reference: LabelMap, other: LabelMap): Map<string, number> {
  const pairs = new Map<string, number>();
  for (let y = 0; y < reference.height; y++) {
    for (let x = 0; x < reference.width; x++) {
      const name = classAt(reference, x, y);
      if (name === "none") continue;
      const pair = `${name} → ${classAt(other, x, y)}`;
      pairs.set(pair, (pairs.get(pair) ?? 0) + 1);
    }
  }
  return new Map([...pairs].sort());
}

function slowIoU(name: string, reference: LabelMap, other: LabelMap): number {
  const counts = { both: 0, either: 0 };
  for (let y = 0; y < reference.height; y++) {
    for (let x = 0; x < reference.width; x++) {
      const names = [classAt(reference, x, y), classAt(other, x, y)];
      if (names[0] === "none" || !names.includes(name)) continue;
      counts.either++;
      if (names[0] === names[1]) counts.both++;
    }
  }
  return counts.both / counts.either;
}

/** A pixel inside a region of this pair, not at its edge. */
function placeOf(reference: LabelMap, other: LabelMap, row: string, column: string): [number, number] {
  for (let y = 2; y < reference.height - 2; y++) {
    for (let x = 2; x < reference.width - 2; x++) {
      const around = [-2, -1, 0, 1, 2].flatMap((dy) => [-2, 0, 2].map((dx) => [x + dx, y + dy] as const));
      const isInside = around.every(
        ([px, py]) => classAt(reference, px, py) === row && classAt(other, px, py) === column,
      );
      if (isInside) return [x, y];
    }
  }
  throw new Error(`no pixel has ${row} and ${column}`);
}

function scoresOf(reference: LabelMap, other: LabelMap): ComparisonResult {
  const used = [...reference.labels, ...other.labels].filter(({ pixelCount }) => pixelCount > 0);
  const names = [...new Set(used.map(({ className }) => className))].sort();
  return compare(reference, other, { classes: ClassList.fromNames(names) });
}

function percent(value: number): string {
  if (Number.isNaN(value)) return "–";
  return value > 0 && value < 0.0001 ? "< 0.01 %" : `${(100 * value).toFixed(2)} %`;
}

/** The cells that have pixels. */
async function pairsOf(page: Page): Promise<Map<string, number>> {
  const titles = await page
    .locator("td[data-r]")
    .evaluateAll((cells) => cells.map((cell) => (cell as HTMLElement).title.replace(/[\u2068\u2069]/g, "")));
  const found = titles.filter((title) => !title.endsWith("no pixels"));
  return new Map(
    found
      .map((title) => /^(.*): ([\d,]+) px, /.exec(title)!)
      .map(([, names, pixels]): [string, number] => [names!, Number(pixels!.replaceAll(",", ""))])
      .sort(),
  );
}

async function classRows(page: Page): Promise<string[][]> {
  return page
    .getByRole("table", { name: "Agreement by class" })
    .locator("tbody tr")
    .evaluateAll((rows) => rows.map((row) => [...row.children].map((cell) => cell.textContent!)));
}

function byName(a: readonly string[], b: readonly string[]): number {
  return a[0]! < b[0]! ? -1 : 1;
}

async function failure(page: Page): Promise<string> {
  await page.locator(".stage-failure").waitFor();
  return (await page.locator(".stage-failure").textContent())!.trim();
}

/** Where a pixel of the mask is on the page: the stage shows all of it with a margin. */
async function stagePoint(page: Page, [x, y]: readonly [number, number]): Promise<[number, number]> {
  const box = (await page.locator("canvas").boundingBox())!;
  const scale = 0.96 * Math.min(box.width / WIDTH, box.height / HEIGHT);
  return [
    box.x + box.width / 2 + (x + 0.5 - WIDTH / 2) * scale,
    box.y + box.height / 2 + (y + 0.5 - HEIGHT / 2) * scale,
  ];
}

/** The colours on the screen at these pixels of the mask. */
async function stageColors<Name extends string>(
  page: Page,
  places: Record<Name, readonly [number, number]>,
): Promise<Partial<Record<Name, number[]>>> {
  const { data, info } = await sharp(await page.screenshot())
    .removeAlpha()
    .raw()
    .toBuffer({ resolveWithObject: true });
  const colors: Partial<Record<Name, number[]>> = {};
  for (const name of Object.keys(places) as Name[]) {
    const [x, y] = await stagePoint(page, places[name]);
    const at = (Math.floor(y) * info.width + Math.floor(x)) * 3;
    colors[name] = [...data.subarray(at, at + 3)];
  }
  return colors;
}

/** Files that the built page saves: against what the shown code makes, and against the library's maps pixel by pixel. */
import { cpSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import type { Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { findChromium } from "../../scripts/chromium.mjs";
import type { DenseMap, LabelArray } from "../../src/dense-map.js";
import { decodeLabelPng, decodeNpy, npyToMap } from "../../src/export/index.js";
import { ClassList, decodeMask, type LabelMap } from "../../src/index.js";
import { decodeRle, type Rle } from "../../src/objects/index.js";
import { FIXTURES } from "../support/corpus.mjs";
import { runNode } from "../support/run-node.js";
import {
  alertText,
  type DroppedFile,
  drop,
  dropFixture,
  type Explorer,
  fixtureFiles,
  shown,
  startExplorer,
  text,
  textFile,
  withPage,
} from "./explorer-page.js";

const ROOT = fileURLToPath(new URL("../..", import.meta.url));
/** A sixth of it has colours that its legend lacks. */
const STREET = "street-500-rgb-interlaced";
const FILES = [`${STREET}.png`, `${STREET}.json`];
/** Its legend has all of its colours. */
const OBJECTS = "instances-640-palette-upng";
const KINDS = ["npy-label", "npy-semantic", "npy-panoptic", "png-semantic", "coco-rle"] as const;

describe.skipIf(findChromium() === undefined)("the explorer's export", () => {
  let explorer: Explorer;
  let map: LabelMap;
  let classes: ClassList;
  beforeAll(async () => {
    explorer = await startExplorer();
    const { png, json } = fixtureFiles(STREET);
    map = await decodeMask(png.bytes, text(json.bytes));
    classes = ClassList.fromResults([JSON.parse(text(json.bytes))]);
  });
  afterAll(() => explorer?.close());

  /** All files, each as the library has its map where `isKept`, and unlabelled elsewhere. */
  async function expectExports(
    page: Page,
    isKept: (label: number) => boolean,
    kinds: readonly (typeof KINDS)[number][] = KINDS,
  ): Promise<void> {
    const partOf = (data: ArrayLike<number>, unlabelled: number) =>
      Int32Array.from(data, (value, pixel) => (isKept(map.data[pixel]!) ? value : unlabelled));
    const semantic = partOf(map.semantic(classes), 255);
    const expected = {
      "npy-label": partOf(map.data, -1),
      "npy-semantic": semantic,
      "npy-panoptic": partOf(map.panoptic(classes), 255_000),
      "png-semantic": semantic,
    };
    for (const kind of kinds) {
      const saved = await expectSameAsCode(page, kind, FILES);
      if (kind === "coco-rle") {
        const rles: SavedRle[] = JSON.parse(saved.toString());
        expectRles(rles, map, isKept);
        const painted = paintRles(
          map,
          rles.map(({ label, segmentation }) => [label, segmentation]),
        );
        expectSame(painted, expected["npy-label"], kind);
      } else {
        const { data } = kind === "png-semantic" ? await decodeLabelPng(saved) : npyToMap(decodeNpy(saved));
        expectSame(data, expected[kind], kind);
      }
    }
  }

  it("saves all of a mask, where all is shown", () =>
    withPage(explorer, async (page) => {
      await dropFixture(page, STREET);
      await openExport(page);
      await page
        .getByText("All labels are shown, and are in the file; colours that the legend lacks")
        .waitFor();
      await expectExports(page, () => true);
    }));

  it("saves only what is shown, and all where that is asked for", () =>
    withPage(explorer, async (page) => {
      await dropFixture(page, STREET);
      const labelsOf = (className: string) =>
        map.labels.filter((label) => label.className === className).map(({ index }) => index);
      const [[sky], cars] = [labelsOf("sky"), labelsOf("car")];

      await page.getByRole("checkbox", { name: "Show sky" }).uncheck();
      await page.getByRole("searchbox").fill("car #");
      await page.getByRole("button", { name: "Hide found" }).click();
      await page.getByRole("searchbox").fill("");
      await openExport(page);
      const used = map.labels.filter(({ pixelCount }) => pixelCount > 0).length;
      await page.getByText(`Only what is shown: ${used - 1 - cars.length} of ${used} labels.`).waitFor();
      await expectExports(page, (label) => label !== sky && !cars.includes(label));
      await page.getByRole("checkbox", { name: "Only what is shown" }).uncheck();
      const whole = decodeNpy(await expectSameAsCode(page, "npy-label", FILES));
      expectSame(npyToMap(whole).data, map.data, "all");
      await page.getByRole("checkbox", { name: "Only what is shown" }).check();

      // What is hidden is shown where it is isolated.
      await page.getByRole("tab", { name: "Labels" }).click();
      const [vegetation] = labelsOf("vegetation");
      await page.getByRole("row", { name: "vegetation" }).click();
      await page.getByRole("row", { name: "sky" }).click({ modifiers: ["Shift"] });
      await openExport(page);
      await page.getByText(`Only what is shown: 2 of ${used} labels.`).waitFor();
      await expectExports(page, (label) => label === vegetation || label === sky, [
        "npy-panoptic",
        "coco-rle",
      ]);

      await page.getByRole("tab", { name: "Defects" }).click();
      await page
        .getByRole("button", { name: /^Find / })
        .first()
        .click();
      await openExport(page);
      await page.getByText("No label of the legend is shown, so there is nothing to save.").waitFor();
      expect(await page.getByRole("button", { name: "Save file" }).isDisabled()).toBe(true);
    }));

  it("saves what was shown when it was asked for, though another mask is opened meanwhile", () =>
    withPage(explorer, async (page) => {
      const large = fixtureFiles("street-4k-rgba-adaptive");
      const expected = await decodeMask(large.png.bytes, text(large.json.bytes));
      const sky = expected.labels.findIndex(({ value }) => value === "sky");
      const { png, json } = fixtureFiles(STREET);
      await drop(page, large.png, large.json, { ...png, name: "x.png" }, { ...json, name: "x.json" });
      await shown(page, "street-4k-rgba-adaptive");
      await page.getByRole("checkbox", { name: "Show sky" }).uncheck();
      await openExport(page);
      const downloading = page.waitForEvent("download");
      await page.evaluate(() => {
        const press = (text: string) =>
          [...document.querySelectorAll("button")]
            .find(({ textContent, ariaLabel }) => [textContent, ariaLabel].includes(text))!
            .click();
        press("Save file");
        press("Next mask");
      });
      await shown(page, "x");
      const download = await downloading;
      expect(download.suggestedFilename()).toBe("street-4k-rgba-adaptive.labels.npy");
      const { data } = npyToMap(decodeNpy(readFileSync(await download.path())));
      expectSame(
        data,
        expected.data.map((label) => (label === sky ? -1 : label)),
        "interrupted",
      );
    }));

  it("saves of a mask without a result the colours as numbers, those that are shown", () =>
    withPage(explorer, async (page) => {
      const { png, json } = fixtureFiles(OBJECTS);
      const objects = await decodeMask(png.bytes, text(json.bytes));
      expect(objects.unlabelled.count).toBe(0);
      await drop(page, png);
      await shown(page, OBJECTS);
      const ids = objects.labels.map(({ color }) => {
        const [red, green, blue] = [1, 3, 5].map((at) => Number.parseInt(color.slice(at, at + 2), 16));
        return red! + 256 * green! + 65_536 * blue!;
      });
      const { index: chosen, color } = objects.labels.find(({ pixelCount }) => pixelCount > 0)!;
      const expectIds = async (isKept: (label: number) => boolean) => {
        await openExport(page);
        const saved = npyToMap(decodeNpy(await expectSameAsCode(page, "npy-label", [`${OBJECTS}.png`])));
        const expected = objects.data.map((label) => (isKept(label) ? ids[label]! : -1));
        expectSame(saved.data, expected, "ids");
        const file = await expectSameAsCode(page, "coco-rle", [`${OBJECTS}.png`]);
        const rles: { value: number; rle: Rle }[] = JSON.parse(file.toString());
        const painted = paintRles(
          objects,
          rles.map(({ value, rle }) => [value, rle]),
        );
        expectSame(painted, expected, "ids as codes");
        await page.getByRole("tab", { name: "Labels" }).click();
      };
      await expectIds(() => true);
      await page.getByRole("row", { name: color }).click();
      await expectIds((label) => label === chosen);
      await page.getByRole("button", { name: "Show all" }).click();
      await page.getByRole("checkbox", { name: `Show ${color}` }).uncheck();
      await expectIds((label) => label !== chosen);
    }));

  it("saves with a class list of the user's, and says which class it lacks", () =>
    withPage(explorer, async (page) => {
      await dropFixture(page, STREET);
      await openExport(page);
      await page.getByRole("radio").nth(1).check();
      const choose = (list: string) =>
        page
          .getByLabel("Class list", { exact: true })
          .setInputFiles({ name: "classes.json", mimeType: "application/json", buffer: Buffer.from(list) });
      await choose("{}");
      expect(await alertText(page)).toMatch(/^classes\.json: classes: .*CLASS_LIST_INVALID/s);
      await choose(`{ "classes": [{ "id": 300, "name": "car" }] }`);
      await page.getByText("classes.json: 1 class, void 255.").waitFor();
      await page.getByRole("button", { name: "Save file" }).click();
      await expect.poll(() => alertText(page)).toMatch(/lacks .*"sky".*CLASS_UNKNOWN/s);

      const list = { classes: classes.classes.map(({ id, name }) => ({ id: id + 300, name })) };
      await choose(JSON.stringify(list));
      const file = { name: "classes.json", bytes: new TextEncoder().encode(JSON.stringify(list)) };
      const saved = decodeNpy(await expectSameAsCode(page, "npy-semantic", [...FILES, file]));
      expect(saved.data).toBeInstanceOf(Uint16Array);
      expectSame(npyToMap(saved).data, map.semantic(ClassList.fromJSON(list)), "given classes");

      const few = { classes: [{ id: 300, name: "car" }], voidId: 301, ignoreId: 301 };
      await choose(JSON.stringify(few));
      await page.getByText("classes.json: 1 class, void 301.").waitFor();
      await page.getByRole("checkbox", { name: "Classes that the list lacks are void" }).check();
      const given = [
        ...FILES,
        { name: "classes.json", bytes: new TextEncoder().encode(JSON.stringify(few)) },
      ];
      const semantic = map.semantic(ClassList.fromJSON(few), { missing: "void" });
      const isCar = (pixel: number) => map.labels[map.data[pixel]!]?.className === "car";
      expect(semantic.every((id, pixel) => id === (isCar(pixel) ? 300 : 301))).toBe(true);
      const withVoid = decodeNpy(await expectSameAsCode(page, "npy-semantic", given));
      expectSame(npyToMap(withVoid).data, semantic, "void");
      const panoptic = decodeNpy(await expectSameAsCode(page, "npy-panoptic", given));
      const expected = map.panoptic(ClassList.fromJSON(few), { missing: "void" });
      expectSame(npyToMap(panoptic).data, expected, "panoptic void");

      const hidden = map.labels.find(({ className, pixelCount }) => className === "car" && pixelCount > 0)!;
      await page.getByRole("tab", { name: "Labels" }).click();
      await page.getByRole("searchbox").fill(hidden.value);
      await page.getByRole("button", { name: "Hide found" }).click();
      await openExport(page);
      const partial = decodeNpy(await expectSameAsCode(page, "npy-semantic", given));
      const shownIds = semantic.map((id, pixel) => (map.data[pixel] === hidden.index ? 301 : id));
      expectSame(npyToMap(partial).data, shownIds, "shown, void");
      const partialPanoptic = decodeNpy(await expectSameAsCode(page, "npy-panoptic", given));
      const shownPanoptic = expected.map((id, pixel) => (map.data[pixel] === hidden.index ? 301_000 : id));
      expectSame(npyToMap(partialPanoptic).data, shownPanoptic, "shown, panoptic void");
    }));

  it("shows code that runs for any name, and for a result with a byte order mark and many classes", () =>
    withPage(explorer, async (page) => {
      const name = `it's "odd" $\{name} \\u0041`;
      const { png, json } = fixtureFiles(OBJECTS);
      const result = JSON.parse(text(json.bytes));
      // More than a byte can hold.
      for (let index = 0; index < 300; index++)
        result.legend[`#${(0xfe0000 + index).toString(16)}`] = `class ${index}`;
      const files = [
        { name: `${name}.png`, bytes: png.bytes },
        textFile(`${name}.json`, `\ufeff${JSON.stringify(result)}`),
      ];
      await drop(page, ...files);
      await shown(page, name);
      await openExport(page);
      for (const kind of ["npy-label", "npy-semantic"]) {
        expect((await expectSameAsCode(page, kind, files)).length).toBeGreaterThan(1000);
      }
    }));
});

async function openExport(page: Page): Promise<void> {
  await page.getByRole("tab", { name: "Export" }).click();
}

/** Saves, and runs the shown code in a folder that has the files, inside the package, whose name it imports. */
async function expectSameAsCode(
  page: Page,
  kind: string,
  files: readonly (string | DroppedFile)[],
): Promise<Buffer> {
  await page.locator(`input[value="${kind}"]`).check();
  const code = await page.locator("pre").textContent();
  const downloading = page.waitForEvent("download");
  await page.getByRole("button", { name: "Save file" }).click();
  const download = await downloading;
  const saved = readFileSync(await download.path());

  mkdirSync(join(ROOT, "build"), { recursive: true });
  const folder = mkdtempSync(join(ROOT, "build/export-"));
  try {
    for (const file of files) {
      if (typeof file === "string") cpSync(join(FIXTURES, file), join(folder, file));
      else writeFileSync(join(folder, file.name), file.bytes);
    }
    writeFileSync(join(folder, "main.mjs"), code!);
    runNode(["main.mjs"], { cwd: folder });
    const given = ["main.mjs", ...files.map((file) => (typeof file === "string" ? file : file.name))];
    const [written] = readdirSync(folder).filter((name) => !given.includes(name));
    // The browser replaces what not every system takes.
    expect(download.suggestedFilename()).toBe(written!.replace(/["\\]/g, "_"));
    expect(saved.equals(readFileSync(join(folder, written!))), kind).toBe(true);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
  return saved;
}

/** The first pixel that differs: a difference of millions of pixels would be written out for minutes. */
function expectSame(data: LabelArray, expected: LabelArray, what: string): void {
  expect(data.length, what).toBe(expected.length);
  const pixel = data.findIndex((value, place) => value !== expected[place]);
  expect([pixel, data[pixel]], what).toEqual([-1, undefined]);
}

interface SavedRle {
  readonly label: number;
  readonly area: number;
  readonly color: string;
  readonly segmentation: Rle;
}

function expectRles(rles: readonly SavedRle[], map: LabelMap, isKept: (label: number) => boolean): void {
  const expected = map.labels.filter(({ index, pixelCount }) => pixelCount > 0 && isKept(index));
  expect(rles.map(({ label, area, color }) => [label, area, color])).toEqual(
    expected.map(({ index, pixelCount, color }) => [index, pixelCount, color]),
  );
}

/** The map whose pixels the codes have, -1 where none has them. */
function paintRles(
  { data: { length } }: DenseMap,
  rles: readonly (readonly [value: number, rle: Rle])[],
): Int32Array {
  const map = new Int32Array(length).fill(-1);
  for (const [value, rle] of rles) {
    const { data } = decodeRle(rle);
    for (let pixel = 0; pixel < map.length; pixel++) {
      if (data[pixel] === 0) continue;
      if (map[pixel] !== -1) expect.fail(`pixel ${pixel} has two codes`);
      map[pixel] = value;
    }
  }
  return map;
}

/** Files that the built page saves: they are compared with the files that the shown code writes and with the library's maps. */
import { readFileSync } from "node:fs";
import type { Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { findChromium } from "../../scripts/chromium.mjs";
import { ClassList, decodeMask } from "../../src/all.js";
import { decodeNpy, npyToMap } from "../../src/formats/index.js";
import type { LabelArray } from "../../src/maps/dense-map.js";
import type { Rle } from "../../src/objects/index.js";
import { encodePng } from "../support/encode-png.mjs";
import {
  alertText,
  drop,
  dropFixture,
  type Explorer,
  fixtureFiles,
  nameInText,
  shown,
  startExplorer,
  text,
  textFile,
  withPage,
} from "./explorer-page.js";
import {
  type ExportedMask,
  expectExports,
  expectSame,
  paintRles,
  readExportedMask,
  type SavedFile,
  type SavedKind,
  saveAll,
} from "./saved-files.js";

/** A sixth of its pixels have colours missing from its legend. */
const STREET = "street-500-rgb-interlaced";
/** Its legend has all of its colours. */
const OBJECTS = "instances-640-palette-upng";

describe.skipIf(findChromium() === undefined)("the explorer's export", () => {
  let explorer: Explorer;
  let street: ExportedMask;
  beforeAll(async () => {
    explorer = await startExplorer();
    street = await readExportedMask(STREET);
  });
  afterAll(() => explorer?.close());

  function expectStreet(
    page: Page,
    isKept: (label: number) => boolean,
    kinds?: readonly SavedKind[],
  ): Promise<void> {
    return expectExports(saverOf(page), street, isKept, kinds);
  }

  it("saves the whole mask if all labels are shown", () =>
    withPage(explorer, async (page) => {
      await dropFixture(page, STREET);
      await openExport(page);
      await page
        .getByText("All labels are shown and will be saved. Colours missing from the legend")
        .waitFor();
      await expectStreet(page, () => true);
    }));

  it("saves only what is shown, or everything on request", () =>
    withPage(explorer, async (page) => {
      const { map, files } = street;
      await dropFixture(page, STREET);
      const labelsOf = (className: string) =>
        map.labels.filter((label) => label.className === className).map(({ index }) => index);
      const [[sky], cars] = [labelsOf("sky"), labelsOf("car")];

      await page.getByRole("checkbox", { name: "Show sky" }).uncheck();
      await page.getByRole("searchbox").fill("car #");
      await page.getByRole("button", { name: "Hide matches" }).click();
      await page.getByRole("searchbox").fill("");
      await openExport(page);
      const used = map.labels.filter(({ pixelCount }) => pixelCount > 0).length;
      await page.getByText(`Only what is shown: ${used - 1 - cars.length} of ${used} labels.`).waitFor();
      await expectStreet(page, (label) => label !== sky && !cars.includes(label));
      await page.getByRole("checkbox", { name: "Only what is shown" }).uncheck();
      const [whole] = await saveAll(saverOf(page), ["npy-label"], files);
      expectSame(npyToMap(decodeNpy(whole!)).data, map.data, "all");
      await page.getByRole("checkbox", { name: "Only what is shown" }).check();

      // A hidden label is shown when it is isolated.
      await page.getByRole("tab", { name: "Labels" }).click();
      const [vegetation] = labelsOf("vegetation");
      await page.getByRole("row", { name: "vegetation" }).click();
      await page.getByRole("row", { name: "sky" }).click({ modifiers: ["Shift"] });
      await openExport(page);
      await page.getByText(`Only what is shown: 2 of ${used} labels.`).waitFor();
      await expectStreet(page, (label) => label === vegetation || label === sky, [
        "npy-panoptic",
        "coco-rle",
      ]);

      await page.getByRole("tab", { name: "Defects" }).click();
      await page
        .getByRole("button", { name: /^Find / })
        .first()
        .click();
      await openExport(page);
      await page.getByText("No label from the legend is shown, so there is nothing to save.").waitFor();
      expect(await page.getByRole("button", { name: "Save file" }).isDisabled()).toBe(true);
    }));

  it("saves what was shown at the click, even if another mask is opened in the meantime", () =>
    withPage(explorer, async (page) => {
      const large = fixtureFiles("street-4k-rgba-adaptive");
      const expected = await decodeMask(large.png.bytes, text(large.json.bytes));
      const sky = expected.labels.findIndex(({ name }) => name === "sky");
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

  it.each([
    ["colours", "tiny-64-rgb-16-bit", "colors"],
    ["numbers", OBJECTS, "palette-index"],
  ] as const)("saves the shown %s of a mask without a result as numbers", (_, name, encoding) =>
    withPage(explorer, async (page) => {
      const { png, json } = fixtureFiles(name);
      const map = await decodeMask(
        png.bytes,
        encoding === "colors" ? text(json.bytes) : null,
        encoding === "colors" ? {} : { encoding },
      );
      expect(map.unlabelled.count).toBe(0);
      await drop(page, png);
      await shown(page, name);
      const ids = map.labels.map(({ color, classId }) => {
        if (encoding !== "colors") return Number(classId);
        const [red, green, blue] = [1, 3, 5].map((at) => Number.parseInt(color.slice(at, at + 2), 16));
        return red! + 256 * green! + 65_536 * blue!;
      });
      const { index: chosen, color } = map.labels.find(({ pixelCount }) => pixelCount > 0)!;
      const row = encoding === "colors" ? color : String(ids[chosen]);
      const expectIds = async (isKept: (label: number) => boolean) => {
        await openExport(page);
        const kinds = ["npy-label", "coco-rle"];
        const [npy, file] = await saveAll(saverOf(page), kinds, [`${name}.png`]);
        const expected = map.data.map((label) => (isKept(label) ? ids[label]! : -1));
        expectSame(npyToMap(decodeNpy(npy!)).data, expected, "ids");
        const rles: { value: number; rle: Rle }[] = JSON.parse(file!.toString());
        const painted = paintRles(
          map,
          rles.map(({ value, rle }) => [value, rle]),
        );
        expectSame(painted, expected, "ids as codes");
        await page.getByRole("tab", { name: "Labels" }).click();
      };
      await expectIds(() => true);
      await page.locator(`tr[title="${nameInText(row)}"]`).click();
      await expectIds((label) => label === chosen);
      await page.getByRole("button", { name: "Show all" }).click();
      await page.getByRole("checkbox", { name: `Show ${row}`, exact: true }).uncheck();
      await expectIds((label) => label !== chosen);
    }),
  );

  it("saves the classes of a legend in another form, and of ids", () =>
    withPage(explorer, async (page) => {
      const bytes = encodePng({
        width: 4,
        height: 1,
        colourType: 0,
        bitDepth: 8,
        samples: [7, 7, 100, 0],
      });
      const png = { name: "ids.png", bytes };
      const legend = textFile("ids.csv", "id,name,r,g,b\n7,road,128,64,128\n100,car,0,0,142\n");
      await drop(page, png, legend);
      await shown(page, "ids");
      await openExport(page);
      const kinds = ["npy-label", "npy-semantic", "npy-panoptic", "png-semantic", "coco-rle"];
      const saved = await saveAll(saverOf(page), kinds, [png, legend]);
      const dataOf = (npy: Buffer) => [...npyToMap(decodeNpy(npy)).data];
      expect(dataOf(saved[0]!)).toEqual([0, 0, 1, -1]);
      // The classes in the order of their names.
      expect(dataOf(saved[1]!)).toEqual([1, 1, 0, 255]);
      expect(dataOf(saved[2]!)).toEqual([1000, 1000, 0, 255_000]);
      expect(JSON.parse(String(saved[4])).map(({ name }: { name: string }) => name)).toEqual(["road", "car"]);
    }));

  it("saves with the user's class list, and says which class is missing from it", () =>
    withPage(explorer, async (page) => {
      const { map, classes, files } = street;
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
      await expect.poll(() => alertText(page)).toMatch(/no class id for .*"sky".*CLASS_UNKNOWN/s);

      const list = { classes: classes.classes.map(({ id, name }) => ({ id: id + 300, name })) };
      await choose(JSON.stringify(list));
      const file = { name: "classes.json", bytes: new TextEncoder().encode(JSON.stringify(list)) };
      const [npy] = await saveAll(saverOf(page), ["npy-semantic"], [...files, file]);
      const saved = decodeNpy(npy!);
      expect(saved.data).toBeInstanceOf(Uint16Array);
      expectSame(npyToMap(saved).data, map.semantic(ClassList.fromJSON(list)), "given classes");

      const few = { classes: [{ id: 300, name: "car" }], voidId: 301, ignoreId: 301 };
      await choose(JSON.stringify(few));
      await page.getByText("classes.json: 1 class, void 301.").waitFor();
      await page
        .getByRole("checkbox", { name: "Save classes that are missing from the list as void" })
        .check();
      const given = [
        ...files,
        { name: "classes.json", bytes: new TextEncoder().encode(JSON.stringify(few)) },
      ];
      const semantic = map.semantic(ClassList.fromJSON(few), { missing: "void" });
      const isCar = (pixel: number) => map.labels[map.data[pixel]!]?.className === "car";
      expect(semantic.every((id, pixel) => id === (isCar(pixel) ? 300 : 301))).toBe(true);
      const panoptic = map.panoptic(ClassList.fromJSON(few), { missing: "void" });
      const expectBoth = async (expected: readonly [LabelArray, LabelArray], what: string) => {
        const both = await saveAll(saverOf(page), ["npy-semantic", "npy-panoptic"], given);
        for (const [place, file] of both.entries()) {
          expectSame(npyToMap(decodeNpy(file)).data, expected[place]!, `${what} ${place}`);
        }
      };
      await expectBoth([semantic, panoptic], "void");

      const hidden = map.labels.find(({ className, pixelCount }) => className === "car" && pixelCount > 0)!;
      await page.getByRole("tab", { name: "Labels" }).click();
      await page.getByRole("searchbox").fill(hidden.name);
      await page.getByRole("button", { name: "Hide matches" }).click();
      await openExport(page);
      const without = (data: LabelArray, voidValue: number) =>
        Int32Array.from(data, (id, pixel) => (map.data[pixel] === hidden.index ? voidValue : id));
      await expectBoth([without(semantic, 301), without(panoptic, 301_000)], "shown, void");
    }));

  it("shows code that runs with any file name, a byte order mark and many classes", () =>
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
      for (const file of await saveAll(saverOf(page), ["npy-label", "npy-semantic"], files)) {
        expect(file.length).toBeGreaterThan(1000);
      }
    }));
});

async function openExport(page: Page): Promise<void> {
  await page.getByRole("tab", { name: "Export" }).click();
}

function saverOf(page: Page): { save(kind: string): Promise<SavedFile> } {
  return {
    save: async (kind) => {
      await page.locator(`input[value="${kind}"]`).check();
      const code = (await page.locator("pre").textContent())!;
      const downloading = page.waitForEvent("download");
      await page.getByRole("button", { name: "Save file" }).click();
      const download = await downloading;
      return { name: download.suggestedFilename(), bytes: readFileSync(await download.path()), code };
    },
  };
}

/**
 * The editor of legends on the built page. What it saves is read by the library in Node: the labels of the saved legend are
 * those that the page shows.
 */
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { findChromium } from "../../scripts/chromium.mjs";
import { decodeMask, type LabelMap } from "../../src/all.js";
import { readLegend } from "../../src/legend/index.js";
import { encodePng } from "../support/encode-png.mjs";
import { choose, edit, giveName, labelRows, openEdit, save } from "./edit-page.js";
import {
  drop,
  dropFixture,
  type Explorer,
  expectNoFaults,
  fixtureFiles,
  rowTexts,
  shown,
  startExplorer,
  text,
  textFile,
  withPage,
} from "./explorer-page.js";

const DEFECTIVE = "brush-720p-rgba-alpha";
const UNKNOWN = "#f01cf8";

describe.skipIf(findChromium() === undefined)("editing a legend", () => {
  let explorer: Explorer;
  beforeAll(async () => {
    explorer = await startExplorer();
  });
  afterAll(() => explorer?.close());

  it("names an unknown colour, renames, merges, undoes and redoes, and saves a result that decodes the same", () =>
    withPage(explorer, async (page) => {
      const { png, json } = fixtureFiles(DEFECTIVE);
      const before = await decodeMask(png.bytes, text(json.bytes));
      await dropFixture(page, DEFECTIVE);
      const rowsBefore = await labelRows(page);
      expect(rowsBefore).toEqual(rowsOf(before, [UNKNOWN]));

      await page.getByRole("tab", { name: "Defects" }).click();
      await page.getByRole("button", { name: `Name ${UNKNOWN}` }).click();
      await giveName(page, "Add to legend", "needle");
      await page.getByRole("tab", { name: "Defects 2" }).waitFor();
      expect(await labelRows(page)).toContainEqual(["needle", "", "27,005"]);

      await choose(page, "vessel");
      await edit(page);
      await giveName(page, "Rename", "vessel # 4");
      expect(await labelRows(page)).toContainEqual(["vessel", "4", expect.anything()]);

      // Merged labels have the same name.
      await choose(page, "needle");
      await edit(page);
      await giveName(page, "Merge", "vessel # 4");
      const merged = await labelRows(page);
      expect(merged.filter(([name, number]) => name === "vessel" && number === "4").length).toBe(2);
      await page.getByRole("tab", { name: "Defects 2" }).waitFor();

      const saved = await save(page, "Result · .json");
      expect(saved.name).toBe(`${DEFECTIVE}.json`);
      const map = await decodeMask(png.bytes, readLegend(saved.text));
      expect(rowsOf(map)).toEqual(merged);
      const was = JSON.parse(text(json.bytes));
      const is = JSON.parse(saved.text);
      // All else is as it was.
      expect({ ...is, legend: null, instances: null }).toEqual({
        ...was,
        legend: null,
        instances: null,
      });
      expect(
        Object.entries(is.legend)
          .slice(0, -1)
          .map(([key]) => key),
      ).toEqual(Object.keys(was.legend));

      await openEdit(page);
      for (const title of ["Merge", "Rename", "Name"]) {
        await page.locator(".last-edit", { hasText: title }).waitFor();
        await page.getByRole("button", { name: "Undo" }).click();
      }
      await page.getByRole("button", { name: "Undo", disabled: true }).waitFor();
      expect(await labelRows(page)).toEqual(rowsBefore);
      await page.keyboard.press("Control+Shift+Z");
      await page.keyboard.press("Control+Shift+Z");
      await page.keyboard.press("Control+y");
      await expect.poll(() => labelRows(page)).toEqual(merged);
    }));

  it("is used with the keyboard alone", () =>
    withPage(explorer, async (page) => {
      await dropFixture(page, DEFECTIVE);
      await page.getByRole("searchbox").fill(UNKNOWN);
      await page.locator("[role=grid]").focus();
      await page.keyboard.press("Enter");
      await page.keyboard.press("e");
      await page.locator("#edit-name:focus").waitFor();
      await page.keyboard.type("needle");
      await page.keyboard.press("Enter");
      await page.locator("#edit-undo:focus").waitFor();
      await page.getByRole("tab", { name: "Labels 8" }).waitFor();
      await page.keyboard.press("Control+z");
      await page.getByRole("tab", { name: "Labels 7" }).waitFor();
      await page.getByText("not in legend").first().waitFor();
      // In the field, the keys undo what was typed.
      await page.locator("#edit-name").fill("x");
      await page.keyboard.press("Control+Shift+Z");
      await page.getByRole("tab", { name: "Labels 7" }).waitFor();
      await page.locator("#tab-edit").focus();
      await page.keyboard.press("Control+Shift+Z");
      await page.getByRole("tab", { name: "Labels 8" }).waitFor();
    }));

  it.each([
    ["no legend", null],
    ["a labelmap.txt", "# label:color_rgb:parts:actions\nroad:255,0,0::\n"],
    ["a table with class ids", "id,name,r,g,b\n26,road,255,0,0\n"],
  ])("saves labelmap.txt and a legend of a mask with %s", (_, legend) =>
    withPage(explorer, async (page) => {
      const samples = Uint8Array.of(255, 0, 0, 0, 0, 255, 0, 0, 255, 0, 255, 0);
      const png = {
        name: "tiny.png",
        bytes: encodePng({ width: 4, height: 1, colourType: 2, bitDepth: 8, samples }),
      };
      await drop(
        page,
        png,
        ...(legend === null ? [] : [textFile(legend.startsWith("#") ? "tiny.txt" : "tiny.csv", legend)]),
      );
      await shown(page, "tiny");
      if (legend === null) {
        await choose(page, "#ff0000");
        await edit(page);
        await giveName(page, "Add to legend", "road");
      }
      await choose(page, "#0000ff");
      await edit(page);
      await giveName(page, "Add to legend", "sky # 2");
      await choose(page, "#00ff00");
      await edit(page);
      await giveName(page, "Add to this label", "road");
      const rows = await labelRows(page);
      expect(rows).toEqual([
        ["sky", "2", "2"],
        ["road", "", "1"],
        ["road", "", "1"],
      ]);
      for (const button of ["labelmap.txt", "Result · .json"]) {
        const saved = await save(page, button);
        expect(saved.name).toBe(button === "labelmap.txt" ? button : "tiny.json");
        const { legend: read } = readLegend(saved.text, { name: saved.name });
        if (button === "labelmap.txt") expect(read.form).toBe("CVAT labelmap.txt");
        const map = await decodeMask(png.bytes, readLegend(saved.text));
        expect(rowsOf(map)).toEqual(rows);
        const ids = read.entries.map(({ id }) => id);
        const isTable = legend?.startsWith("id") === true && button !== "labelmap.txt";
        expect(ids).toEqual(isTable ? [26, undefined, 26] : [undefined, undefined, undefined]);
        // Dropped beside the mask, it shows the same.
        await withPage(explorer, async (other) => {
          await drop(other, png, textFile(saved.name, saved.text));
          await shown(other, "tiny");
          expect((await rowTexts(other)).sort()).toEqual([...rows].sort());
        });
      }
      // The file with class ids keeps them; labelmap.txt alone would have lost them.
      await expect.poll(() => page.getByText("edited", { exact: true }).count()).toBe(0);
    }),
  );

  it("suggests the nearest labels of blended colours, and adds one, a group, or all within a distance", () =>
    withPage(explorer, async (page) => {
      // 320 colours near red and blue, and a green that is near nothing.
      const colors = Array.from({ length: 320 }, (_, place) =>
        place % 2 === 0 ? [255 - (place >> 2), place & 3, 0] : [0, place & 3, 255 - (place >> 3)],
      );
      const samples = Uint8Array.from([...colors, [0, 255, 0], [255, 0, 0], [0, 0, 255]].flat());
      const bytes = encodePng({ width: 323, height: 1, colourType: 2, bitDepth: 8, samples });
      const legend = { "#ff0000": "road", "#0000ff": "sky" };
      await drop(page, { name: "blend.png", bytes }, textFile("blend.json", JSON.stringify({ legend })));
      await shown(page, "blend");
      /** Pixels of both labels in the saved legend, whose labels the page counts, too. */
      const pixelsOf = async () => {
        const map = await decodeMask(bytes, readLegend((await save(page, "Result · .json")).text));
        const used = map.labels.filter(({ pixelCount }) => pixelCount > 0);
        await page.getByRole("tab", { name: `Labels ${used.length}`, exact: true }).waitFor();
        return ["road", "sky"].map((name) =>
          used.filter((label) => label.name === name).reduce((sum, { pixelCount }) => sum + pixelCount, 0),
        );
      };
      const snapped = async (maxDistance: number) => {
        const { labels } = await decodeMask(bytes, legend, { snap: { maxDistance } });
        return labels.map(({ pixelCount }) => pixelCount);
      };
      await openEdit(page);
      const table = page.locator(".suggestion-table tbody tr");
      expect(await table.count()).toBe(2);
      await page.getByRole("spinbutton").fill("20");
      await page.getByRole("button", { name: /^Add \d+ colours$/ }).click();
      await page.locator(".last-edit", { hasText: "to their nearest labels" }).waitFor();
      expect(await pixelsOf()).toEqual(await snapped(20));
      // Colours near the added ones are no nearer to a label than before.
      await page.getByRole("button", { name: "Add 0 colours", disabled: true }).waitFor();
      await page.getByRole("button", { name: "Undo" }).click();
      await page.getByRole("button", { name: "Undo", disabled: true }).waitFor();

      // One colour of a group, and then all of the group.
      await table.filter({ hasText: "road" }).getByRole("button").first().click();
      const [first] = await table.locator("code").allTextContents();
      await page.getByRole("button", { name: `Add ${first} to road`, exact: true }).click();
      await page.locator(".last-edit", { hasText: `Add ${first}` }).waitFor();
      // The mask has two pixels of #ff0000.
      expect(await pixelsOf()).toEqual([3, 1]);
      await page.getByRole("button", { name: /^Add \d+ colours to sky$/ }).click();
      await page.locator(".last-edit", { hasText: "sky" }).waitFor();
      expect(await pixelsOf()).toEqual([3, (await snapped(442))[1]]);
      await expectNoFaults(page);
    }));

  it("shows a class in another colour, or corrects the colour that the legend has", () =>
    withPage(explorer, async (page) => {
      const samples = Uint8Array.of(255, 0, 0, 0, 0, 255);
      const bytes = encodePng({ width: 2, height: 1, colourType: 2, bitDepth: 8, samples });
      const legend = { "#ff0000": "road", "#0000fe": "sky" };
      await drop(page, { name: "two.png", bytes }, textFile("two.json", JSON.stringify({ legend })));
      await shown(page, "two");
      await choose(page, "road");
      await edit(page);
      const swatch = page.locator(".edit-chosen .swatch");
      const colorOf = () => swatch.evaluate((one) => (one as HTMLElement).style.backgroundColor);
      await page.getByLabel("Colour in which road is shown").fill("#123456");
      await expect.poll(colorOf).toBe("rgb(18, 52, 86)");
      await page.locator(".edit-chosen", { hasText: "#ff0000" }).waitFor();
      // It is no edit of the legend, so there is nothing to save.
      expect(await page.getByText("edited", { exact: true }).count()).toBe(0);
      await page.getByRole("button", { name: "Undo" }).click();
      await expect.poll(colorOf).not.toBe("rgb(18, 52, 86)");

      await choose(page, "sky");
      await edit(page);
      await page.locator("summary").click();
      await page.getByLabel("In the mask").fill("#ff0000");
      await page.getByText("#ff0000 is the colour of").waitFor();
      expect(await page.getByRole("button", { name: "Correct" }).isDisabled()).toBe(true);
      await page.getByLabel("In the mask").fill("0000FF");
      await page.getByRole("button", { name: "Correct" }).click();
      await page.getByText("edited", { exact: true }).waitFor();
      expect((await labelRows(page)).sort()).toEqual([
        ["road", "", "1"],
        ["sky", "", "1"],
      ]);
      const saved = JSON.parse((await save(page, "Result · .json")).text);
      expect(saved).toEqual({ legend: { "#ff0000": "road", "#0000ff": "sky" } });
    }));

  it("merges several isolated labels at once", () =>
    withPage(explorer, async (page) => {
      await dropFixture(page, DEFECTIVE);
      const rows = page.locator("tbody tr");
      await rows.nth(0).click();
      await rows.nth(1).click({ modifiers: ["Control"] });
      await rows.nth(2).click({ modifiers: ["Control"] });
      await page.keyboard.press("e");
      await giveName(page, "Merge 3 labels", "all of them");
      const merged = await labelRows(page);
      expect(merged.slice(0, 3).map(([name]) => name)).toEqual(Array(3).fill("all of them"));
    }));

  it("keeps unsaved edits while the page is open, marks them, and asks before the page is left", () =>
    withPage(explorer, async (page) => {
      const { png, json } = fixtureFiles(DEFECTIVE);
      const other = { name: "other.png", bytes: png.bytes };
      await drop(page, png, json, other, { name: "other.json", bytes: json.bytes });
      await shown(page, DEFECTIVE);
      const mark = page.getByText("edited", { exact: true });
      await choose(page, UNKNOWN);
      await edit(page);
      await giveName(page, "Add to legend", "needle");
      await mark.waitFor();
      await page
        .getByRole("button", { name: "Next mask" })
        .or(page.getByRole("button", { name: "Previous mask" }))
        .and(page.locator(":enabled"))
        .first()
        .click();
      await shown(page, "other");
      expect(await mark.count()).toBe(0);

      // The comparison is made with the edited legend.
      await page.getByRole("button", { name: "Compare" }).click();
      await page.locator(".matrix").getByText("needle").first().waitFor();
      // So is the report on all masks.
      await page.getByRole("button", { name: "Data set" }).click();
      await page.locator(".sortable").getByText("needle").first().waitFor();
      await page.getByRole("button", { name: "Mask", exact: true }).click();
      await page.keyboard.press("k");
      await shown(page, DEFECTIVE);
      await mark.waitFor();
      expect(await labelRows(page)).toContainEqual(["needle", "", "27,005"]);

      const asked: string[] = [];
      page.on("dialog", (dialog) => {
        asked.push(dialog.type());
        return dialog.dismiss();
      });
      await page.close({ runBeforeUnload: true });
      await expect.poll(() => asked).toEqual(["beforeunload"]);
      await save(page, "Result · .json");
      await expect.poll(() => mark.count()).toBe(0);
      await page.keyboard.press("Escape");

      // Other files take the place of the edited ones. That is said.
      await choose(page, "needle");
      await edit(page);
      await giveName(page, "Rename", "pin");
      await mark.waitFor();
      await drop(page, png, json);
      await page.getByText("unsaved edits of").waitFor();
      await expect.poll(() => mark.count()).toBe(0);
      await expect.poll(() => labelRows(page)).toContainEqual([UNKNOWN, "", "27,005"]);
      // Nothing is unsaved now, so the page is left without a question.
      await page.reload();
      expect(asked).toEqual(["beforeunload"]);
    }));

  it.each(["light", "dark"] as const)("has no faults that axe finds, %s", (colorScheme) =>
    withPage(
      explorer,
      async (page) => {
        await dropFixture(page, DEFECTIVE);
        await choose(page, UNKNOWN);
        await edit(page);
        await expectNoFaults(page);
        await giveName(page, "Add to legend", "needle");
        await page.locator("summary").click();
        await expectNoFaults(page);
      },
      { colorScheme },
    ),
  );
});

/** The rows that the page shows for a map, the most pixels first. */
function rowsOf({ labels, unlabelled }: LabelMap, unknown: readonly string[] = []): string[][] {
  const rows = labels.map(({ className, instanceNumber, pixelCount }) => ({
    row: [className, instanceNumber === 0 ? "" : String(instanceNumber), pixelCount.toLocaleString("en")],
    pixelCount,
  }));
  const missing = unlabelled.colors
    .filter(({ color }) => unknown.includes(color))
    .map(({ color, count }) => ({ row: [color, "", count.toLocaleString("en")], pixelCount: count }));
  // The page turns the ascending order around, so of equally large labels the last comes first.
  return [...rows, ...missing]
    .sort((a, b) => a.pixelCount - b.pixelCount)
    .reverse()
    .map(({ row }) => row);
}

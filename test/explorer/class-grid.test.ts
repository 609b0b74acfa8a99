/** The list of labels grouped by class, on the built page: against the library's counts, and by mouse and keys. */
import type { Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { findChromium } from "../../scripts/chromium.mjs";
import { decodeMask, type LabelMap } from "../../src/all.js";
import { dropFixture, type Explorer, fixtureFiles, startExplorer, text, withPage } from "./explorer-page.js";

const STREET = "street-1080p-rgb-upng";

describe.skipIf(findChromium() === undefined)("the explorer's labels by class", () => {
  let explorer: Explorer;
  let labels: LabelMap["labels"];
  beforeAll(async () => {
    explorer = await startExplorer();
    const { png, json } = fixtureFiles(STREET);
    labels = (await decodeMask(png.bytes, text(json.bytes))).labels;
  });
  afterAll(() => explorer?.close());

  const withStreet = (work: (page: Page) => Promise<void>) =>
    withPage(
      explorer,
      async (page) => {
        await dropFixture(page, STREET);
        await page.getByRole("button", { name: "By class" }).click();
        await page.getByRole("treegrid", { name: "Labels by class" }).waitFor();
        await work(page);
      },
      // All rows are in view, and so in the document.
      { viewport: { width: 1280, height: 1800 } },
    );
  const count = (className: string) => labels.filter((label) => label.className === className).length;

  it("has a row for each class with the library's counts, the largest first, and opens it to its labels", () =>
    withStreet(async (page) => {
      const sums = new Map<string, number>();
      for (const { className, pixelCount } of labels) {
        sums.set(className, (sums.get(className) ?? 0) + pixelCount);
      }
      const expected = [...sums].sort(([, a], [, b]) => b - a);
      expect(await rows(page)).toEqual(
        expected.map(([name, pixels]) => [
          name,
          count(name) > 1 ? `×${count(name)}` : "",
          pixels.toLocaleString("en"),
        ]),
      );
      await page.getByRole("button", { name: "Open car", exact: true }).click();
      expect((await rows(page)).filter(([name]) => name === "car")).toHaveLength(1 + count("car"));
      await page.getByRole("button", { name: "Close car", exact: true }).click();
      expect(await rows(page)).toHaveLength(expected.length);
      await page.getByRole("button", { name: "Class", exact: true }).click();
      const names = (await rows(page)).map(([name]) => name!);
      expect(names).toEqual(names.toSorted(new Intl.Collator("en", { numeric: true }).compare));
    }));

  it("hides and isolates all labels of a class with one click", () =>
    withStreet(async (page) => {
      await page.getByRole("checkbox", { name: "Show all of car" }).click();
      await page.getByRole("row", { name: /^.*pedestrian/ }).click();
      await page.getByRole("button", { name: "By class" }).click();
      const shown = labels.filter(({ pixelCount }) => pixelCount > 0).length;
      await expect.poll(() => page.locator("tbody tr").count()).toBeGreaterThanOrEqual(shown);
      const states = await page.locator("tbody tr").evaluateAll((all) =>
        all.map((row) => ({
          name: row.querySelector(".name")!.textContent,
          isShown: row.querySelector<HTMLInputElement>("input")!.checked,
          isIsolated: row.getAttribute("aria-selected") === "true",
        })),
      );
      expect(states.filter(({ isShown }) => !isShown).map(({ name }) => name)).toEqual(
        Array(count("car")).fill("car"),
      );
      expect(states.filter(({ isIsolated }) => isIsolated).map(({ name }) => name)).toEqual(
        Array(count("pedestrian")).fill("pedestrian"),
      );
    }));

  it("tells that some labels of a class are hidden, and shows all of an isolated class", () =>
    withStreet(async (page) => {
      const box = page.getByRole("checkbox", { name: "Show all of car" });
      await page.getByRole("button", { name: "Open car", exact: true }).click();
      await page.getByRole("checkbox", { name: "Show car # 9" }).click();
      expect(await box.evaluate((input: HTMLInputElement) => input.indeterminate)).toBe(true);
      // Some of them are shown, so that all are hidden next.
      await box.click();
      expect(await box.isChecked()).toBe(false);
      const car = page.locator(".class-row", { hasText: "car×" });
      await car.locator(".name").click();
      expect(await box.isChecked()).toBe(true);
      expect(await car.getAttribute("aria-selected")).toBe("true");
      await car.locator(".name").click();
      expect(await car.getAttribute("aria-selected")).toBe("false");
    }));

  it("is used by keys, and stays as it is from mask to mask and when the page is opened again", () =>
    withStreet(async (page) => {
      const grid = page.getByRole("treegrid", { name: "Labels by class" });
      await grid.focus();
      const active = async () =>
        (await page.locator(`#${await grid.getAttribute("aria-activedescendant")} .name`).textContent())!;
      await page.keyboard.press("Home");
      for (let step = 0; (await active()) !== "car"; step++) {
        expect(step).toBeLessThan(20);
        await page.keyboard.press("ArrowDown");
      }
      await page.keyboard.press("ArrowRight");
      const car = page.locator(".class-row", { hasText: "car×" });
      expect(await car.getAttribute("aria-expanded")).toBe("true");
      await page.keyboard.press("ArrowDown");
      await page.keyboard.press("ArrowDown");
      expect(await grid.getAttribute("aria-activedescendant")).toMatch(/^label-/);
      await page.keyboard.press(" ");
      expect(await page.locator("tbody tr:not(.class-row) input:not(:checked)").count()).toBe(1);
      await page.keyboard.press("ArrowLeft");
      expect(await car.getAttribute("aria-expanded")).toBe("false");
      expect(await active()).toBe("car");
      await page.keyboard.press("Enter");
      expect(await car.getAttribute("aria-selected")).toBe("true");
      await page.keyboard.press(" ");
      expect(await page.getByRole("checkbox", { name: "Show all of car" }).isChecked()).toBe(false);
      await page.reload();
      await dropFixture(page, STREET);
      await grid.waitFor();
    }));
});

/** Name, number of labels and pixels of each row. */
function rows(page: Page): Promise<string[][]> {
  return page
    .locator("tbody tr")
    .evaluateAll((all) =>
      all.map((row) =>
        [".name", ".class-size", ".cell-pixels"].map((cell) => row.querySelector(cell)?.textContent ?? ""),
      ),
    );
}

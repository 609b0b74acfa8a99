/** A walk through the views of the built page by keyboard alone: no test of this file uses a pointer. */
import { readFileSync } from "node:fs";
import type { Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { findChromium } from "../../scripts/chromium.mjs";
import { decodeMask } from "../../src/all.js";
import { decodeLabelPng } from "../../src/formats/index.js";
import {
  drop,
  dropSet,
  type Explorer,
  fixtureFiles,
  startExplorer,
  text,
  textFile,
  withPage,
} from "./explorer-page.js";

const STREET = "street-500-rgb-interlaced";
const NAMES = ["brush-511-grey", STREET, "tiny-64-rgb-16-bit"];

describe.skipIf(findChromium() === undefined)("the explorer by keyboard alone", () => {
  let explorer: Explorer;
  beforeAll(async () => {
    explorer = await startExplorer();
  });
  afterAll(() => explorer?.close());

  it("filters, sorts, opens, colours, hides, isolates, finds, goes on, and exports", () =>
    withPage(
      explorer,
      async (page) => {
        const { png, json } = fixtureFiles(STREET);
        const map = await decodeMask(png.bytes, text(json.bytes));
        await dropSet(page, ...NAMES.map(fixtureFiles).flatMap(({ png, json }) => [png, json]));

        // The data set: the masks with a class, the largest share first.
        await tabTo(page, "pedestrian");
        await page.keyboard.press("Enter");
        await page.getByText("1 of 3 masks").waitFor();
        await tabTo(page, "Show all");
        await page.keyboard.press("Enter");
        await tabTo(page, "sky");
        await page.keyboard.press("Enter");
        await page.getByText("of 3 masks").waitFor();
        await tabTo(page, "Sort by");
        await page.keyboard.type("class share");
        await tabTo(page, "Masks");
        await page.keyboard.press("ArrowRight");
        await page.keyboard.press("ArrowLeft");
        await page.keyboard.press("Enter");
        await page.getByRole("heading", { level: 1, name: STREET }).waitFor();

        // The labels: by class, one hidden, one isolated and found.
        await tabTo(page, "Colour by");
        await page.keyboard.type("class");
        await tabTo(page, "By class");
        await page.keyboard.press("Enter");
        await tabTo(page, "Labels by class");
        const grid = page.getByRole("treegrid", { name: "Labels by class" });
        const goTo = async (name: string) => {
          const active = `#${await grid.getAttribute("aria-activedescendant")} .name`;
          for (let press = 0; (await page.locator(active).textContent()) !== name; press++) {
            expect(press).toBeLessThan(30);
            await page.keyboard.press("ArrowDown");
            const next = `#${await grid.getAttribute("aria-activedescendant")} .name`;
            if ((await page.locator(next).textContent()) === name) return;
          }
        };
        await page.keyboard.press("Home");
        await goTo("sky");
        await page.keyboard.press(" ");
        expect(await page.getByLabel("Show all of sky").isChecked()).toBe(false);
        await page.keyboard.press("Home");
        await goTo("car");
        await page.keyboard.press("Enter");
        expect(await page.locator("[aria-selected=true] .name").allTextContents()).toEqual(["car"]);
        const camera = () => page.evaluate(() => new URLSearchParams(location.hash.slice(1)).get("at"));
        await page.keyboard.press("f");
        await expect.poll(camera).not.toBeNull();

        // The image.
        await tabTo(page, /stage/);
        await page.keyboard.press("0");
        await expect.poll(camera).toBeNull();
        await page.keyboard.press("+");
        await page.keyboard.press("ArrowLeft");
        await expect.poll(camera).not.toBeNull();
        await page.keyboard.press("Escape");
        expect(await page.locator("[aria-selected=true] .name").count()).toBe(0);
        // What is in its middle can be copied.
        await page.keyboard.press("1");
        await expect.poll(camera).toMatch(/,1$/);
        const position = await page.locator(".label-card .position").textContent();
        await tabTo(page, position!.trim());
        await page.keyboard.press("Enter");
        const [x, y] = position!.match(/\d+/g)!;
        await expect.poll(() => page.evaluate(() => navigator.clipboard.readText())).toBe(`${x}, ${y}`);
        await tabTo(page, "Colour by");
        await page.getByText("Point at the mask to inspect it.").waitFor();

        // The display, and the next mask.
        await tabTo(page, "Display");
        await page.keyboard.press("Enter");
        await tabTo(page, "Outlines only");
        await page.keyboard.press(" ");
        expect(await page.getByLabel("Outlines only").isChecked()).toBe(true);
        await page.keyboard.press("j");
        await page.getByRole("heading", { level: 1, name: STREET }).waitFor({ state: "detached" });
        await page.keyboard.press("k");
        await page.getByRole("heading", { level: 1, name: STREET }).waitFor();

        // The export: without the hidden sky.
        await tabTo(page, /^Labels/);
        for (let press = 0; press < 3; press++) await page.keyboard.press("ArrowRight");
        await page.getByRole("tab", { name: "Export", selected: true }).waitFor();
        await tabTo(page, /^Labels · \.npy/);
        for (let press = 0; press < 3; press++) await page.keyboard.press("ArrowDown");
        await tabTo(page, "Save file");
        const downloading = page.waitForEvent("download");
        await page.keyboard.press("Enter");
        const saved = readFileSync(await (await downloading).path());
        const { data } = await decodeLabelPng(saved);
        const sky = map.labels.findIndex(({ className }) => className === "sky");
        const place = map.data.indexOf(sky);
        expect(place).toBeGreaterThanOrEqual(0);
        expect(data[place]).toBe(255);
      },
      { permissions: ["clipboard-read", "clipboard-write"] },
    ));

  it("compares two masks, evaluates two folders, lists the keys, and closes messages", () =>
    withPage(explorer, async (page) => {
      const { png, json } = fixtureFiles(STREET);
      const files = ["truth", "model"].flatMap((folder) =>
        ["a", "b"].flatMap((name) => [
          { name: `${folder}/${name}.png`, bytes: png.bytes },
          { name: `${folder}/${name}.json`, bytes: json.bytes },
        ]),
      );
      await drop(page, ...files);
      await page.getByRole("listbox", { name: "Masks" }).waitFor();
      await tabTo(page, "Evaluate");
      await page.keyboard.press("Enter");
      await tabTo(page, "Compare 2 pairs");
      await page.keyboard.press("Enter");
      await page.getByText("2 of 2 pairs compared").waitFor();
      await tabTo(page, "a");
      await page.keyboard.press("Enter");
      await page.locator(".matrix").waitFor();
      expect(await page.getByLabel("Reference mask").inputValue()).not.toBe("");

      await tabTo(page, "Difference");
      for (let press = 0; press < 3; press++) await page.keyboard.press("ArrowRight");
      await tabTo(page, /^Divider/);
      await page.keyboard.press("Home");
      await page.keyboard.press("ArrowRight");
      expect(await page.getByRole("slider", { name: /^Divider/ }).inputValue()).toBe("2");
      await tabTo(page, "Swipe");
      await page.keyboard.press("ArrowRight");
      await tabTo(page, "Pause");
      await page.keyboard.press("Enter");
      const shownNow = await page.locator(".blink p").textContent();
      await tabTo(page, "Switch");
      await page.keyboard.press("Enter");
      await expect.poll(() => page.locator(".blink p").textContent()).not.toBe(shownNow);

      await page.keyboard.press("?");
      await page.getByRole("dialog", { name: "Keys" }).waitFor();
      await page.keyboard.press("Escape");
      await page.getByRole("dialog", { name: "Keys" }).waitFor({ state: "hidden" });

      await drop(page, textFile("notes.txt", "hello"));
      await page.locator("[role=alert] .notice").waitFor();
      await tabTo(page, "Close the message");
      await page.keyboard.press("Enter");
      await expect.poll(() => page.locator("[role=alert] .notice").count()).toBe(0);
    }));
});

/** Presses Tab until what has the focus has this name, or a name that matches. */
async function tabTo(page: Page, name: string | RegExp): Promise<void> {
  const seen: string[] = [];
  for (let press = 0; press < 90; press++) {
    await page.keyboard.press("Tab");
    const focused = await page.evaluate(() => {
      const element = document.activeElement!;
      const label = (element as HTMLInputElement).labels?.[0];
      const text =
        label?.querySelector("span, strong")?.textContent ?? label?.textContent ?? element.textContent;
      return element.className === "stage"
        ? "stage"
        : (element.getAttribute("aria-label") ?? text ?? "").trim();
    });
    if (typeof name === "string" ? focused === name : name.test(focused)) return;
    seen.push(focused.slice(0, 30));
  }
  expect.fail(`Tab does not reach ${name}: ${seen.join(" | ")}`);
}

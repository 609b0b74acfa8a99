/** The views of several masks, the editor of legends, the address and live reload: on the built page in a real Firefox. */
import { cpSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { findFirefox } from "../../scripts/firefox.mjs";
import { ClassList, decodeMask, type LabelMap } from "../../src/all.js";
import { Comparison } from "../../src/compare/index.js";
import { labelColors, readLegend } from "../../src/legend/index.js";
import { encodePng } from "../support/encode-png.mjs";
import { annotateAgain } from "../support/second-annotator.mjs";
import { spawnCli, until } from "../support/spawn-cli.js";
import { fixtureFiles, text } from "./explorer-page.js";
import { FirefoxPage, type Picture } from "./firefox-page.js";

const STREET = "street-500-rgb-interlaced";
/** Has a colour that its legend lacks. */
const DEFECTIVE = "brush-720p-rgba-alpha";
const NAMES = ["brush-511-grey", DEFECTIVE, "objects-203-palette-2-bit-interlaced", STREET];
const CHANGES = {
  a: { shift: [1, 0] },
  b: { shift: [14, 9] },
  c: { shift: [2, 1], names: { sidewalk: "road" } },
} as const;

describe.skipIf(findFirefox() === undefined)("the explorer's views in Firefox", () => {
  let folder: string;
  let page: FirefoxPage;
  const maps = new Map<string, LabelMap>();
  let scores: Comparison;

  beforeAll(async () => {
    folder = mkdtempSync(join(tmpdir(), "labelmap-firefox-views-"));
    for (const name of NAMES) {
      const { png, json } = fixtureFiles(name);
      maps.set(name, await decodeMask(png.bytes, text(json.bytes)));
    }
    const entry = (path: string) => ({ name: path, mask: `${path}.png`, result: `${path}.json` });
    const street = maps.get(STREET)!;
    const pairs: (readonly [LabelMap, LabelMap])[] = [];
    for (const [name, change] of Object.entries(CHANGES)) {
      const [truth, model] = [annotateAgain(street, {}), annotateAgain(street, change)];
      for (const [side, { png, json }] of Object.entries({ truth, model })) {
        mkdirSync(join(folder, side), { recursive: true });
        writeFileSync(join(folder, side, `${name}.png`), png);
        writeFileSync(join(folder, side, `${name}.json`), json);
      }
      pairs.push([await decodeMask(truth.png, truth.json), await decodeMask(model.png, model.json)]);
    }
    const all = pairs.flat().flatMap(({ labels }) => labels.filter(({ pixelCount }) => pixelCount > 0));
    const classes = ClassList.fromNames([...new Set(all.map(({ className }) => className))].sort());
    scores = new Comparison(classes, { boundary: true });
    for (const pair of pairs) scores.add(...pair);
    const lists = {
      masks: NAMES.map((name) => ({ ...entry(`../masks/${name}`), name })),
      folders: ["truth", "model"].flatMap((side) =>
        Object.keys(CHANGES).map((name) => entry(`${side}/${name}`)),
      ),
      two: ["truth/b", "model/b"].map(entry),
    };
    for (const [name, masks] of Object.entries(lists)) {
      writeFileSync(join(folder, `${name}.json`), JSON.stringify({ masks }));
    }
    page = await FirefoxPage.start({ "/explorer/lists": folder }, folder);
  });
  afterAll(async () => {
    await page?.close();
    rmSync(folder, { recursive: true, force: true });
  });

  it("starts with all masks, filters and sorts them, and goes from one to the next within the filter", async () => {
    await page.open("?files=lists/masks.json");
    await read(NAMES.length);
    const share = (name: string) => {
      const { labels, data } = maps.get(name)!;
      const own = labels.filter(({ className }) => className === "sky");
      return own.reduce((sum, { pixelCount }) => sum + pixelCount, 0) / data.length;
    };
    const bySky = NAMES.filter((name) => share(name) > 0).sort((a, b) => share(b) - share(a));
    expect(bySky.length).toBeGreaterThan(1);
    expect(bySky.length).toBeLessThan(NAMES.length);
    await page.click("sky");
    await page.choose(".thumbnail-sort select", "class share");
    await expect.poll(() => page.texts(".card-name")).toEqual(bySky);
    await page.click({ selector: ".card" });
    await page.shown(bySky[0]!);
    await page.click({ selector: '[aria-label="Next mask"]' });
    await page.shown(bySky[1]!);
    await page.expectNoErrors();
  });

  it("colours by class, and hides and isolates all labels of a class", async () => {
    await openStreet();
    await page.choose(".color-by select", "class");
    const { labels } = maps.get(STREET)!;
    const classNames = new Set(labels.map(({ className }) => className));
    const colors = labelColors(labels, { by: "class", classNames });
    const largest = [...labels].sort((a, b) => b.pixelCount - a.pixelCount).slice(0, 10);
    const swatches = () =>
      page.firefox.evaluate(() =>
        // What is not in the legend has a badge.
        [...document.querySelectorAll("tbody tr:not(:has(.badge))")].slice(0, 10).map((row) => {
          const { backgroundColor } = row.querySelector<HTMLElement>(".swatch")!.style;
          const channels = backgroundColor.match(/\d+/g)!.map(Number);
          return `#${channels.map((channel) => channel.toString(16).padStart(2, "0")).join("")}`;
        }),
      );
    await expect.poll(swatches).toEqual(largest.map(({ index }) => colors[index]));

    await page.click("By class");
    await page.click({ selector: '[aria-label="Show all of car"]' });
    await page.click({ selector: '.class-row[title*="pedestrian"] .name' });
    const states = (which: string) =>
      page.firefox.evaluate(
        (which) =>
          [...document.querySelectorAll("tbody tr")]
            .filter((row) =>
              which === "hidden"
                ? !row.querySelector("input")!.checked
                : row.getAttribute("aria-selected") === "true",
            )
            .map((row) => row.querySelector(".name")!.textContent),
        which,
      );
    await expect.poll(() => states("hidden")).toEqual(["car"]);
    await expect.poll(() => states("isolated")).toEqual(["pedestrian"]);
    await page.click("By class");
    await page.type('[aria-label="Search labels"]', "car");
    const cars = labels.filter(({ className, pixelCount }) => className === "car" && pixelCount > 0);
    await expect.poll(async () => (await states("hidden")).length).toBe(cars.length);
    await page.expectNoErrors();
  });

  it("evaluates two folders with the library's figures, and opens the worst pair", async () => {
    await page.open("?files=lists/folders.json");
    await read(6);
    await page.click("Evaluate");
    await page.click("Compare 3 pairs");
    await expect.poll(() => page.texts("[aria-label=Figures] dd")).toHaveLength(4);
    await expect
      .poll(() => page.texts(".evaluate-action [role=status]"))
      .toEqual(["3 of 3 pairs compared, 0 errors."]);
    const { meanIoU, panoptic, meanBoundaryIoU, pixelAccuracy } = scores.result();
    expect(await page.texts("[aria-label=Figures] dd")).toEqual(
      [meanIoU, panoptic.all.pq, meanBoundaryIoU!, pixelAccuracy].map(
        (value) => `${(100 * value).toFixed(2)} %`,
      ),
    );
    expect((await page.texts("[aria-label='Agreement by pair'] tbody th"))[0]).toBe("b");
    await page.click("b");
    await page.see(".matrix");
    expect(await chosen("Other mask")).toBe("model/b");
    await page.expectNoErrors();
  });

  it("compares with a divider and in turn", async () => {
    await page.open("?files=lists/two.json");
    await page.see("tbody tr");
    await page.click("Compare");
    await page.see(".matrix");
    const show = (name: string) =>
      page.click({ selector: `.shown-choice label:nth-of-type(${VIEWS.indexOf(name) + 1})` });
    const pictures: Record<string, Picture> = {};
    for (const name of ["Reference", "Other"]) {
      await show(name);
      pictures[name] = await page.picture(".stage");
    }
    const { Reference: reference, Other: other } = pictures as { Reference: Picture; Other: Picture };
    expect(differences(reference, other, 0, reference.width)).toBeGreaterThan(1000);
    await show("Swipe");
    const box = await page.firefox.evaluate(() => {
      const { x, y, width, height } = document.querySelector(".stage")!.getBoundingClientRect();
      return { x, y, width, height };
    });
    const middle = { x: Math.round(box.x + box.width / 2), y: Math.round(box.y + box.height / 2) };
    await page.drag(middle, { ...middle, x: Math.round(box.x + box.width / 4) });
    const divider = Number(
      await page.firefox.evaluate(() => document.querySelector<HTMLInputElement>(".swipe input")!.value),
    );
    expect(divider).toBeCloseTo(25, 0);
    const swiped = await page.picture(".stage");
    const at = Math.round((swiped.width * divider) / 100);
    expect(differences(swiped, reference, 0, at - THUMB), "left").toBe(0);
    expect(differences(swiped, other, at + THUMB, swiped.width), "right").toBe(0);

    await show("Blink");
    await page.click("Pause");
    const seen: string[] = [];
    for (let turn = 0; turn < 2; turn++) {
      const name = await page.see(".blink p");
      seen.push(name);
      expect(differences(await page.picture(".stage"), pictures[name]!, 0, reference.width), name).toBe(0);
      await page.click("Switch");
    }
    expect(seen.sort()).toEqual(["Other", "Reference"]);
    await page.expectNoErrors();
  });

  it("names an unknown colour, takes that back and does it again, and saves a result", async () => {
    const { png, json } = fixtureFiles(DEFECTIVE);
    await page.open();
    await page.drop(png, json);
    await page.shown(DEFECTIVE);
    const count = () => page.see("#tab-labels .count").then(Number);
    const before = await count();
    await page.click({ selector: "#tab-defects" });
    await page.click({ selector: '[aria-label^="Name #"]' });
    await page.type("#edit-name", "needle");
    await page.click("Add to legend");
    await expect.poll(() => page.texts(".last-edit")).toEqual([expect.stringContaining("needle")]);
    await page.click("Undo");
    await expect.poll(() => page.texts(".last-edit")).toEqual([""]);
    expect(await page.see(".edit-chosen")).toContain("not in legend");
    await page.click("Redo");
    await expect.poll(() => page.texts(".last-edit")).toEqual([expect.stringContaining("needle")]);
    await page.click("Result · .json");
    const { name, bytes } = await page.saved();
    expect(name).toBe(`${DEFECTIVE}.json`);
    const map = await decodeMask(png.bytes, readLegend(text(bytes)));
    expect(map.labels.find((label) => label.name === "needle")?.pixelCount).toBe(27_005);
    expect(await count()).toBe(before + 1);
    await page.expectNoErrors();
  });

  it("shows the same after a reload: mask, hidden labels, search and part of the image", async () => {
    await page.open("?files=lists/masks.json");
    await read(NAMES.length);
    await page.click({ selector: `.card[title="${STREET}"]` });
    await page.shown(STREET);
    await page.click({ selector: '[aria-label="Show sky"]' });
    const address = () => page.firefox.evaluate(() => decodeURIComponent(location.hash));
    await page.type(".stage", "1");
    await expect.poll(address).toMatch(/at=[^&]*,1&/);
    await page.type(".stage", "++");
    await expect.poll(address).toMatch(/at=[^&]*,2\.25&/);
    // The stage has the focus no more, so that it has no frame. Nor is the pointer on a row, which would outline its label.
    await page.click({ selector: '[aria-label="Search labels"]' });
    await page.type('[aria-label="Search labels"]', "s");
    await expect.poll(address).toMatch(/search=s/);
    const before = await address();
    const shown = await page.picture(".stage > canvas");
    await page.firefox.command("WebDriver:Refresh");
    await page.shown(STREET);
    const isShown = () =>
      page.firefox.evaluate(
        () => document.querySelector<HTMLInputElement>('[aria-label="Show sky"]')?.checked,
      );
    await expect.poll(isShown).toBe(false);
    expect(
      await page.firefox.evaluate(
        () => document.querySelector<HTMLInputElement>('[aria-label="Search labels"]')!.value,
      ),
    ).toBe("s");
    expect(await address()).toBe(before);
    expect(differences(await page.picture(".stage > canvas"), shown, 0, shown.width)).toBe(0);
    await page.expectNoErrors();
  });

  it("shows files of `labelmap view` as they are when they change", async () => {
    const watched = join(folder, "watched");
    mkdirSync(watched);
    const legend = { "#c80000": "car # 1", "#00c800": "tree" };
    const write = (redColumns: number) => writeFileSync(join(watched, "a.png"), columns(redColumns));
    write(10);
    writeFileSync(join(watched, "a.json"), JSON.stringify({ legend, url: "https://example.com/a.png" }));
    const { printed } = spawnCli(["view", watched]);
    await until(() => printed.stdout.endsWith("\n"), "the address is printed");
    const url = printed.stdout.trim();
    await page.firefox.open(url);
    await page.shown("a");
    await expect
      .poll(() => page.texts(".cell-pixels").then((cells) => cells.slice(1)))
      .toEqual(["900", "300"]);
    await page.click({ selector: '[aria-label="Show tree"]' });
    write(20);
    cpSync(join(watched, "a.png"), join(watched, "b.png"));
    await expect.poll(() => page.texts("td.cell-pixels")).toEqual(["600", "600"]);
    await expect.poll(() => page.texts(".mask-picker option")).toEqual(["a", "b"]);
    const boxes = () =>
      page.firefox.evaluate(
        () => document.querySelector<HTMLInputElement>('[aria-label="Show tree"]')!.checked,
      );
    expect(await boxes()).toBe(false);
    await page.expectNoErrors(new URL(url).origin);
  });

  /** Waits until all masks are read. */
  async function read(count: number): Promise<void> {
    await expect.poll(() => page.texts(".card-read")).toHaveLength(count);
    await expect.poll(() => page.texts(".card-waiting, .dataset-progress progress")).toEqual([]);
  }

  async function openStreet(): Promise<void> {
    await page.open();
    const { png, json } = fixtureFiles(STREET);
    await page.drop(png, json);
    await page.shown(STREET);
  }

  function chosen(label: string): Promise<string> {
    return page.firefox.evaluate(
      (label) =>
        document.querySelector<HTMLSelectElement>(`[aria-label="${label}"]`)!.selectedOptions[0]!.text,
      label,
    );
  }
});

const VIEWS = ["Difference", "Reference", "Other", "Swipe", "Blink"];
/** Pixels around the divider that it covers, and rows at the top that hold the names of both halves. */
const THUMB = 16;
const NAMES_HEIGHT = 60;

/** Pixels that differ, from one column to another, below the names. */
function differences(a: Picture, b: Picture, from: number, to: number): number {
  let count = 0;
  for (let y = NAMES_HEIGHT; y < a.height; y++) {
    for (let x = Math.max(0, from); x < to; x++) {
      const at = (y * a.width + x) * 3;
      if (!a.data.subarray(at, at + 3).equals(b.data.subarray(at, at + 3))) count++;
    }
  }
  return count;
}

/** A PNG of 40×30 pixels whose left columns are red, and all others green. */
function columns(red: number): Uint8Array {
  const [width, height] = [40, 30];
  const colors = [...Array(width).keys()].flatMap((x) => (x < red ? [200, 0, 0] : [0, 200, 0]));
  const samples = Uint8Array.from(Array(height).fill(colors).flat());
  return encodePng({ width, height, colourType: 2, bitDepth: 8, samples, filter: 0 });
}

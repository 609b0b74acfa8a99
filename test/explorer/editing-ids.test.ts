/**
 * The editor on masks of ids: what it saves is read by the library in Node and by the command, and gives every pixel the name
 * that was given to its id.
 */
import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { findChromium } from "../../scripts/chromium.mjs";
import { decodeMask } from "../../src/all.js";
import type { EncodingName } from "../../src/decode/register/ids.js";
import { decodeNpy, npyToMap } from "../../src/formats/index.js";
import { encodePng } from "../support/encode-png.mjs";
import { makeFolder, runCli } from "../support/run-cli.js";
import { choose, edit, giveName, labelRows, openEdit, save } from "./edit-page.js";
import {
  type DroppedFile,
  drop,
  type Explorer,
  expectNoFaults,
  shown,
  startExplorer,
  textFile,
  withPage,
} from "./explorer-page.js";

const [WIDTH, HEIGHT] = [24, 20];

/** Each id has a number of pixels of its own, so that rows are told apart by it. */
function idsOf(ids: readonly number[]): number[] {
  const pixels = ids.flatMap((id, place) => Array<number>(place + 1).fill(id));
  return Array.from({ length: WIDTH * HEIGHT }, (_, at) => pixels[at] ?? ids.at(-1)!);
}

const mask = { width: WIDTH, height: HEIGHT, filter: 0 } as const;
const greyPng = (ids: readonly number[], bitDepth: number) =>
  encodePng({ ...mask, colourType: 0, bitDepth, samples: ids });
const palettePng = (ids: readonly number[]) =>
  encodePng({
    ...mask,
    colourType: 3,
    bitDepth: 8,
    samples: ids,
    palette: Uint8Array.from({ length: 256 * 3 }, (_, at) => (at * 37) & 255),
  });
const rgbPng = (ids: readonly number[]) =>
  encodePng({
    ...mask,
    colourType: 2,
    bitDepth: 8,
    samples: ids.flatMap((id) => [id & 255, (id >> 8) & 255, id >> 16]),
  });

describe.skipIf(findChromium() === undefined)("editing a legend of ids", () => {
  const lists = makeFolder();
  let explorer: Explorer;
  beforeAll(async () => {
    explorer = await startExplorer({ "/explorer/lists": lists });
  });
  afterAll(() => explorer?.close());

  /** Opens a mask as `labelmap view` does that was told the encoding. */
  function serve(name: string, png: Uint8Array, legend: string | null, encoding: EncodingName): string {
    writeFileSync(join(lists, `${name}.png`), png);
    if (legend !== null) writeFileSync(join(lists, `${name}.json`), legend);
    const entry = { name, mask: `${name}.png`, result: legend === null ? null : `${name}.json`, encoding };
    writeFileSync(join(lists, `${name}-list.json`), JSON.stringify({ masks: [entry] }));
    return `?files=lists/${name}-list.json`;
  }

  /** Every pixel has the class and the number of the name of its id; null where there is none. */
  async function expectNames(
    png: Uint8Array,
    ids: readonly number[],
    saved: string,
    encoding: EncodingName,
    names: Readonly<Record<number, string>>,
    isNatural = true,
  ): Promise<void> {
    const wanted = ids.map((id) => names[id] ?? null);
    const map = await decodeMask(png, saved, { encoding });
    expect(Array.from(map.data, (label) => map.labels[label]?.name ?? null)).toEqual(wanted);
    // The command, in a process of its own. It knows the encoding of grey and palette images by itself.
    const folder = makeFolder();
    writeFileSync(join(folder, "a.png"), png);
    writeFileSync(join(folder, "saved.json"), saved);
    const flags = isNatural ? [] : ["--encoding", encoding];
    const args = ["decode", "a.png", "--legend", "saved.json", "--map", "label", ...flags];
    const { code, stderr } = runCli([...args, "--out", "out", "-q"], { cwd: folder });
    expect([code, stderr]).toEqual([0, ""]);
    const { data } = npyToMap(decodeNpy(readFileSync(join(folder, "out/npy/a.npy"))));
    const entries = JSON.parse(saved) as { name: string }[];
    expect(Array.from(data, (label) => entries[label]?.name ?? null)).toEqual(wanted);
  }

  const saveLegend = (page: Page) => save(page, "Legend of ids · .json");

  it("names, renames, merges, undoes and redoes, and saves a legend that gives every pixel its name", () =>
    withPage(explorer, async (page) => {
      const ids = idsOf([7, 9, 200, 201, 0]);
      const png = greyPng(ids, 8);
      await drop(
        page,
        { name: "ids.png", bytes: png },
        textFile("ids.csv", "id,name\n7,road\n9,car # 1\n0,sky\n"),
      );
      await shown(page, "ids");
      const before = await labelRows(page);
      expect(before.map(([name]) => name)).toEqual(expect.arrayContaining(["200", "201", "road"]));

      await page.getByRole("tab", { name: /^Defects/ }).click();
      await page.getByRole("button", { name: "Name 200" }).click();
      await giveName(page, "Add to legend", "car # 2");
      await choose(page, "road");
      await edit(page);
      await giveName(page, "Rename", "street");
      await choose(page, "201");
      await edit(page);
      await giveName(page, "Add to this label", "street");
      const after = await labelRows(page);
      expect(after.filter(([name]) => name === "street")).toHaveLength(2);

      const saved = await saveLegend(page);
      expect(saved.name).toBe("ids.json");
      await page.getByText("labelmap decode --encoding grey").waitFor();
      const names = { 7: "street", 9: "car # 1", 0: "sky", 200: "car # 2", 201: "street" };
      await expectNames(png, ids, saved.text, "grey", names);
      expect(JSON.parse(saved.text).map(({ id }: { id: number }) => id)).toEqual([7, 9, 0, 200, 201]);

      await openEdit(page);
      for (const title of ["Name 201", "Rename", "Name 200"]) {
        await page.locator(".last-edit", { hasText: title }).waitFor();
        await page.getByRole("button", { name: "Undo" }).click();
      }
      await page.getByRole("button", { name: "Undo", disabled: true }).waitFor();
      expect(await labelRows(page)).toEqual(before);
      for (let press = 0; press < 3; press++) await page.keyboard.press("Control+Shift+Z");
      await expect.poll(() => labelRows(page)).toEqual(after);
    }));

  it("merges several ids at once, and shows a class in another colour", () =>
    withPage(explorer, async (page) => {
      const ids = idsOf([1, 2, 3]);
      const png = palettePng(ids);
      await page.goto(
        `${explorer.origin}/explorer/index.html${serve("palette", png, '{"1":"road","2":"car","3":"bus"}', "palette-index")}`,
      );
      await shown(page, "palette");
      await choose(page, "car");
      await page.locator("tbody tr", { hasText: "bus" }).click({ modifiers: ["Control"] });
      await openEdit(page);
      await giveName(page, "Merge 2 labels", "vehicle");
      await choose(page, "road");
      await edit(page);
      expect(await page.getByText("The legend has the wrong colour").isVisible()).toBe(false);
      expect(await page.getByRole("button", { name: "labelmap.txt" }).count()).toBe(0);
      await page.getByLabel("Colour in which road is shown").fill("#12ab34");
      await page.locator(".last-edit", { hasText: "#12ab34" }).waitFor();
      await expect
        .poll(() => page.locator(".edit-chosen .swatch").getAttribute("style"))
        .toMatch(/#12ab34|rgb\(18, 171, 52\)/);
      const saved = await saveLegend(page);
      await expectNames(png, ids, saved.text, "palette-index", { 1: "road", 2: "vehicle", 3: "vehicle" });
    }));

  it("lists all ids of a mask of 16 bits without a legend, however many are without a name", () =>
    withPage(explorer, async (page) => {
      const all = Array.from({ length: 30 }, (_, place) => place * 1009);
      const ids = idsOf(all);
      const png = greyPng(ids, 16);
      await drop(page, { name: "many.png", bytes: png });
      await shown(page, "many");
      const numbers = (await labelRows(page)).map(([name]) => name).toSorted();
      await choose(page, String(29 * 1009));
      await edit(page);
      await giveName(page, "Add to legend", "wall");
      const named = (await labelRows(page)).map(([name]) => name);
      expect(named.toSorted()).toEqual(
        [...numbers.filter((name) => name !== String(29 * 1009)), "wall"].toSorted(),
      );
      await choose(page, String(3 * 1009));
      await edit(page);
      await giveName(page, "Add to legend", "door");
      const saved = await saveLegend(page);
      await expectNames(png, ids, saved.text, "grey", { [29 * 1009]: "wall", [3 * 1009]: "door" });
    }));

  it("keeps colours, groups and what is a thing, and ids of 24 bits", () =>
    withPage(explorer, async (page) => {
      const ids = idsOf([0, 65_537, 300, 70_000]);
      const png = rgbPng(ids);
      const legend = [
        { id: 65_537, name: "person", color: [1, 2, 3], isthing: 1, supercategory: "human" },
        { id: 300, name: "wall", color: [200, 200, 200], isthing: 0 },
      ];
      await page.goto(
        `${explorer.origin}/explorer/index.html${serve("wide", png, JSON.stringify(legend), "rgb-id")}`,
      );
      await shown(page, "wide");
      await choose(page, "70000");
      await edit(page);
      await giveName(page, "Add to this label", "person");
      const saved = await saveLegend(page);
      expect(JSON.parse(saved.text)).toEqual([
        { id: 65_537, name: "person", color: "#010203", isthing: 1, supercategory: "human" },
        { id: 300, name: "wall", color: "#c8c8c8", isthing: 0 },
        { id: 70_000, name: "person", isthing: 1, supercategory: "human" },
      ]);
      const names = { 65537: "person", 300: "wall", 70000: "person" };
      await expectNames(png, ids, saved.text, "rgb-id", names, false);
    }));

  it("says that numbers of classes and objects in one cannot be edited", () =>
    withPage(explorer, async (page) => {
      const png = greyPng(idsOf([7, 26_001]), 16);
      await page.goto(
        `${explorer.origin}/explorer/index.html${serve("objects", png, null, "cityscapes-instance")}`,
      );
      await shown(page, "objects");
      await openEdit(page);
      await page.getByText("Each number of this mask is a class and an object in one.").waitFor();
    }));

  it.each([
    ["light", 1280],
    ["dark", 390],
  ] as const)("has no faults that axe finds, %s and %i pixels wide", (colorScheme, width) =>
    withPage(
      explorer,
      async (page) => {
        const bytes = greyPng(idsOf([7, 9, 200, 201, 0]), 8);
        const legend: DroppedFile = textFile("ids.csv", "id,name\n7,road\n9,car # 1\n0,sky\n");
        await drop(page, { name: "ids.png", bytes }, legend);
        await shown(page, "ids");
        await choose(page, "200");
        await edit(page);
        await expectNoFaults(page);
        await giveName(page, "Add to legend", "car # 2");
        await expectNoFaults(page);
        const folder = process.env.EXPLORER_SCREENSHOTS;
        if (folder !== undefined) {
          mkdirSync(folder, { recursive: true });
          await page.screenshot({ path: join(folder, `edit-ids-${colorScheme}-${width}.png`) });
        }
      },
      { colorScheme, viewport: { width, height: 800 } },
    ),
  );
});

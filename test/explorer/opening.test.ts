/** Which masks are opened if some of the dropped files are broken, and what the page says about it. */
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { findChromium } from "../../scripts/chromium.mjs";
import { encodePng } from "../support/encode-png.mjs";
import {
  alertText,
  type DroppedFile,
  drop,
  type Explorer,
  errorsOf,
  fixtureFiles,
  infosOf,
  nameInText,
  rowTexts,
  shown,
  startExplorer,
  textFile,
  withPage,
} from "./explorer-page.js";

const NOISE = fixtureFiles("noise-160-rgba");
const GREY = fixtureFiles("brush-511-grey");
const png = (name: string): DroppedFile => ({ name: `${name}.png`, bytes: NOISE.png.bytes });
const json = (name: string): DroppedFile => ({ name: `${name}.json`, bytes: NOISE.json.bytes });
const brokenPng = (name: string) => ({ name: `${name}.png`, bytes: NOISE.png.bytes.subarray(0, 500) });
const brokenJson = (name: string) => textFile(`${name}.json`, "{");

describe.skipIf(findChromium() === undefined)("opening in the explorer", () => {
  let explorer: Explorer;
  let served: string;
  beforeAll(async () => {
    served = mkdtempSync(join(tmpdir(), "labelmap-served-"));
    for (const folder of ["first", "second"]) {
      mkdirSync(join(served, folder));
      for (const { name, bytes } of [png("a"), json("a")]) writeFileSync(join(served, folder, name), bytes);
    }
    mkdirSync(join(served, "encoded"));
    const image = (name: string, image: object, samples: readonly number[]) =>
      writeFileSync(
        join(served, "encoded", name),
        encodePng({ width: 3, height: 1, colourType: 0, bitDepth: 16, samples, ...image } as never),
      );
    image("kitti.png", {}, [6657, 6657, 6658]);
    image("voc.png", { colourType: 2, bitDepth: 8 }, [128, 0, 0, 128, 0, 0, 0, 128, 0]);
    image("hundreds.png", { bitDepth: 8 }, [100, 200, 200]);
    const masks = [
      { name: "kitti", mask: "kitti.png", result: null, encoding: "kitti" },
      { name: "voc", mask: "voc.png", result: null, legend: "pascal-voc" },
      { name: "hundreds", mask: "hundreds.png", result: "hundreds.json", form: "ids to names" },
    ];
    writeFileSync(join(served, "encoded/files.json"), JSON.stringify({ masks }));
    writeFileSync(join(served, "encoded/hundreds.json"), JSON.stringify({ 100: "car", 200: "road" }));
    explorer = await startExplorer({ "/explorer/served": served });
  });
  afterAll(async () => {
    await explorer?.close();
    rmSync(served, { recursive: true, force: true });
  });

  it("reports a broken file and ignored files at the same time", () =>
    withPage(explorer, async (page) => {
      await drop(page, brokenPng("a"), png("b"), json("b"), json("other"));
      await shown(page, "b");
      expect(await alertText(page)).toMatch(/^a\.png: .*PNG_TRUNCATED/s);
      await infosOf(page).getByText("1 file ignored").waitFor();
      await drop(page, png("c"), json("c"), textFile("c.jpg", "no photo"), json("other"));
      await shown(page, "c");
      expect(await alertText(page)).toMatch(/^c\.jpg: .*PHOTO_INVALID/s);
      await drop(page, png("d"), json("d"), json("other"));
      await shown(page, "d");
      await page.getByText("1 file ignored: it belongs to no mask.").waitFor();
    }));

  it("says which mask is missing if a photo is dropped alone", () =>
    withPage(explorer, async (page) => {
      await drop(page, png("street_image"));
      expect(await alertText(page)).toMatch(/^street_image\.png is named as the photo of street\.png/);
    }));

  it("goes on to the next mask that is not broken, in both directions, and names the broken one", () =>
    withPage(explorer, async (page) => {
      await drop(
        page,
        png("a"),
        json("a"),
        brokenPng("b"),
        brokenPng("c"),
        png("d"),
        json("d"),
        brokenPng("e"),
      );
      await shown(page, "a");
      await page.getByRole("button", { name: "Next mask" }).click();
      await shown(page, "d");
      expect(await alertText(page)).toMatch(/^b\.png: .*PNG_TRUNCATED/s);
      await page.getByRole("button", { name: "Close the message" }).click();
      await page.getByRole("button", { name: "Previous mask" }).click();
      await shown(page, "a");
      expect(await alertText(page)).toMatch(/^c\.png: .*PNG_TRUNCATED/s);
      await maskPicker(page).selectOption("d");
      await shown(page, "d");
      await page.getByRole("button", { name: "Next mask" }).click();
      expect(await alertText(page)).toMatch(/^e\.png: .*PNG_TRUNCATED/s);
      await shown(page, "d");
      expect(await maskPicker(page).inputValue()).toBe("3");
    }));

  it("keeps its masks if all dropped masks are broken", () =>
    withPage(explorer, async (page) => {
      await drop(page, png("a"), json("a"), png("b"), json("b"));
      await shown(page, "a");
      await drop(page, brokenPng("c"), brokenPng("d"));
      expect(await alertText(page)).toMatch(/^c\.png: /);
      await shown(page, "a");
      expect(await maskPicker(page).inputValue()).toBe("0");
      expect(await maskPicker(page).locator("option").allTextContents()).toEqual(["a", "b"]);
    }));

  it("adds dropped masks to those that are open, and replaces those of the same name", () =>
    withPage(explorer, async (page) => {
      const all = Array.from({ length: 24 }, (_, number) => `mask-${number + 1}`);
      await drop(page, ...all.flatMap((name) => [png(name), json(name)]));
      await shown(page, "mask-1");
      await drop(page, png("new"), json("new"));
      await shown(page, "new");
      const names = () => maskPicker(page).locator("option").allTextContents();
      expect(await names()).toEqual([...all, "new"]);
      await page.getByText("1 mask added. 25 masks open.").waitFor();
      await page.getByRole("button", { name: "Previous mask" }).click();
      await shown(page, "mask-24");

      await drop(page, png("mask-3"), png("newer"));
      await page.getByText("1 mask added. 1 mask replaced").waitFor();
      expect(await names()).toEqual([...all, "new", "newer"]);
      await maskPicker(page).selectOption("mask-3");
      await page.getByText("no result", { exact: false }).waitFor();

      await page.getByRole("button", { name: "Data set" }).click();
      await drop(page, png("last"), json("last"));
      await page.getByText("1 mask added. 27 masks open.").waitFor();
      await page.locator(".cards").waitFor();
    }));

  it("uses the good results that are dropped together with a broken one", () =>
    withPage(explorer, async (page) => {
      await drop(page, png("a"), png("b"), png("c"));
      await shown(page, "a");
      await drop(page, brokenJson("a"), json("b"), json("c"));
      expect(await alertText(page)).toMatch(/^a\.json: .*RESULT_INVALID/s);
      await page.getByText("no result", { exact: false }).waitFor();
      for (const name of ["b", "c"]) {
        await page.getByRole("button", { name: "Next mask" }).click();
        await shown(page, name);
        await page.locator("p.quiet", { hasText: "64 classes" }).waitFor();
      }
    }));

  const COLORS = readFileSync(new URL("../fixtures/legends/three-colours.png", import.meta.url));
  const NAMED = [
    ["car", "", "12"],
    ["road", "", "6"],
    ["sky", "", "6"],
  ];

  it.each([
    ["labelmap.txt", "# label:color_rgb:parts:actions\ncar:255,0,0::\nroad:0,255,0::\nsky:0,0,255::\n"],
    ["class_dict.csv", "name,r,g,b\ncar,255,0,0\nroad,0,255,0\nsky,0,0,255\n"],
    ["streets.gpl", "GIMP Palette\n#\n255 0 0 car\n0 255 0 road\n0 0 255 sky\n"],
    [
      "meta.json",
      JSON.stringify({
        classes: [
          { title: "car", color: "#FF0000" },
          { title: "road", color: "#00FF00" },
          { title: "sky", color: "#0000FF" },
        ],
      }),
    ],
  ])("names the labels of all masks with %s, dropped with them or afterwards", (file, content) =>
    withPage(explorer, async (page) => {
      const mask = (name: string) => ({ name: `${name}.png`, bytes: COLORS });
      await drop(page, mask("a"), mask("b"), textFile(file, content));
      await shown(page, "a");
      expect((await rowTexts(page)).sort()).toEqual(NAMED);
      await page.getByRole("button", { name: "Next mask" }).click();
      await shown(page, "b");
      expect((await rowTexts(page)).sort()).toEqual(NAMED);
      expect(await infosOf(page).getByText("ignored").count()).toBe(0);

      await drop(page, mask("c"), mask("d"));
      await shown(page, "c");
      await page.getByText("no result", { exact: false }).waitFor();
      await drop(page, textFile(file, content));
      await page.locator(`tr[title="${nameInText("car")}"]`).waitFor();
      await page.getByRole("button", { name: "Next mask" }).click();
      await shown(page, "d");
      expect((await rowTexts(page)).sort()).toEqual(NAMED);
    }),
  );

  it("shows ids as numbers, those that the legend lacks too, and finds a class by its id", () =>
    withPage(explorer, async (page) => {
      const samples = [7, 7, 26, 300, 300, 300];
      const bytes = encodePng({ width: 6, height: 1, colourType: 0, bitDepth: 16, samples });
      await drop(page, { name: "ids.png", bytes }, textFile("ids.csv", "id,name\n7,road\n26,car\n"));
      await shown(page, "ids");
      expect((await cellTexts(page)).sort()).toEqual(["26car", "300not in legend", "7road"]);
      await page.getByText("read as grey").waitFor();
      await page.getByRole("searchbox").fill("26");
      expect(await cellTexts(page)).toEqual(["26car"]);
      await page.getByRole("tab", { name: "Defects" }).click();
      await page.getByRole("heading", { name: "Ids missing from the legend" }).waitFor();
    }));

  it("names the legend, its form and the line if a legend is malformed", () =>
    withPage(explorer, async (page) => {
      const table = textFile("a.csv", "name,r,g,b\ncar,255,0,0\nroad,300,0,0\n");
      await drop(page, { name: "a.png", bytes: COLORS }, table);
      expect(await alertText(page)).toMatch(/^a\.csv \(class table\): line 3: .*300.*FORMAT_INVALID/s);
    }));

  it("opens a listed mask with a palette, an encoding and a form", () =>
    withPage(
      explorer,
      async (page) => {
        await shown(page, "kitti");
        expect((await rowTexts(page)).filter(([name]) => name === "car")).toEqual([
          ["car", "1", "2"],
          ["car", "2", "1"],
        ]);
        await page.getByRole("button", { name: "Next mask" }).click();
        await shown(page, "voc");
        expect((await rowTexts(page)).filter(([, , pixels]) => pixels !== "0")).toEqual([
          ["aeroplane", "", "2"],
          ["bicycle", "", "1"],
        ]);
        await page.getByRole("button", { name: "Next mask" }).click();
        await shown(page, "hundreds");
        expect((await rowTexts(page)).sort()).toEqual([
          ["car", "", "1"],
          ["road", "", "2"],
        ]);
      },
      { query: "?files=served/encoded/files.json" },
    ));

  it.each(["Compare", "Data set"])(
    "keeps a mask whose result is broken, and accepts a good result later, in %s",
    (name) =>
      withPage(explorer, async (page) => {
        await drop(page, png("a"), png("b"));
        await shown(page, "a");
        await page.getByRole("button", { name }).click();
        await drop(page, brokenJson("a"));
        expect(await alertText(page)).toMatch(/^a\.json: .*RESULT_INVALID/s);
        await drop(page, json("a"));
        await expect.poll(() => errorsOf(page).count()).toBe(0);
        await drop(page, json("b"));
        await page.getByText("1 mask updated with the dropped files.").waitFor();
        await page.getByRole("button", { name: "Mask", exact: true }).click();
        await page.locator("p.quiet", { hasText: "64 classes" }).waitFor();
        expect(await maskPicker(page).inputValue()).toBe("0");
        await page.getByRole("button", { name: "Next mask" }).click();
        await shown(page, "b");
        await page.locator("p.quiet", { hasText: "64 classes" }).waitFor();
      }),
  );

  it("keeps the message about opened files when a comparison ends after it, and reads out each once", () =>
    withPage(explorer, async (page) => {
      await drop(page, png("a"), json("a"), png("b"));
      await shown(page, "a");
      await page.getByRole("button", { name: "Compare" }).click();
      await infosOf(page).getByText("compared with").waitFor();
      const readOut = await recordMessages(page);
      await drop(page, json("b"));
      const updated = "1 mask updated with the dropped files.";
      const compared =
        /^\u2068b\u2069 compared with \u2068a\u2069: 100.00 % of pixels are correct, 64 classes\.$/;
      // The first comparison's message goes when the second comparison starts, so this is the second one's.
      await expect.poll(readOut).toEqual([updated, expect.stringMatching(compared)]);
      const texts = await infosOf(page).locator("p").allTextContents();
      expect(texts.map((text) => text.trim())).toEqual([updated, expect.stringMatching(compared)]);
      // As an atomic region it would be read out as a whole.
      expect(await page.locator(".notices > [role=status]").getAttribute("aria-atomic")).toBe("false");

      await drop(page, textFile("notes.txt", "hello"));
      await errorsOf(page).getByText("notes.txt").waitFor();
      expect(await infosOf(page).count()).toBe(1);
      await infosOf(page).getByRole("button", { name: "Close the message" }).click();
      expect(await infosOf(page).count()).toBe(0);
      await errorsOf(page).getByRole("button", { name: "Close the message" }).click();
      expect(await errorsOf(page).count()).toBe(0);
    }));

  it("opens two files of the same name, each with its own result", () =>
    withPage(explorer, async (page) => {
      const grey = [
        { ...GREY.png, name: "a.png" },
        { ...GREY.json, name: "a.json" },
      ];
      await drop(page, png("a"), json("a"), ...grey);
      await page.getByText("511 × 300 · ").waitFor();
      expect(await maskPicker(page).locator("option").allTextContents()).toEqual(["(2)/a", "a"]);
      await page.getByRole("button", { name: "Next mask" }).click();
      await page.getByText("160 × 120 · 64 labels").waitFor();
      expect(await errorsOf(page).count()).toBe(0);
    }));

  it("names served files by their paths in the folder that contains them all", async () => {
    const masks = ["first", "second"].map((folder) => ({
      name: `${folder}/a`,
      mask: `${folder}/a.png`,
      result: `${folder}/a.json`,
      image: null,
    }));
    writeFileSync(join(served, "files.json"), JSON.stringify({ masks }));
    const work = async (page: Page) => {
      await page.getByRole("button", { name: "Next mask" }).click();
      await shown(page, "second/a");
      await page.getByRole("tab", { name: "Export" }).click();
      const code = await page.locator("pre").textContent();
      expect(code).toContain(`readFile("second/a.png")`);
      expect(code).toContain(`readFile("second/a.json", "utf8")`);
    };
    await withPage(explorer, work, { query: "?files=served/files.json" });
  });

  it("names a file that has changed since it was dropped when it is saved", () =>
    withPage(explorer, async (page) => {
      const folder = mkdtempSync(join(tmpdir(), "labelmap-changed-"));
      try {
        writeFileSync(join(folder, "a.png"), NOISE.png.bytes);
        await page.getByLabel("Open files…").last().setInputFiles(join(folder, "a.png"));
        await shown(page, "a");
        writeFileSync(join(folder, "a.png"), "changed");
        await page.getByRole("tab", { name: "Export" }).click();
        await page.getByRole("button", { name: "Save file" }).click();
        expect(await alertText(page)).toMatch(/^a\.png: the file cannot be read, or it has changed/);
      } finally {
        rmSync(folder, { recursive: true });
      }
    }));

  it("stays in the view that the user chose while a mask was opened", () =>
    withPage(explorer, async (page) => {
      await drop(page, png("a"), json("a"), png("b"), json("b"));
      await shown(page, "a");
      await page.evaluate(() => {
        const press = (name: string) =>
          [...document.querySelectorAll("button")]
            .find(({ textContent, ariaLabel }) => [textContent, ariaLabel].includes(name))!
            .click();
        press("Next mask");
        press("Data set");
      });
      await page.getByText(/^b: 160 × 120 pixels/).waitFor();
      expect(await page.getByRole("button", { name: "Data set" }).getAttribute("aria-current")).toBe("page");
    }));
});

/** The texts of the messages that were added since, in the order in which a screen reader reads them out. */
async function recordMessages(page: Page): Promise<() => Promise<string[]>> {
  const added = await page.evaluateHandle(() => {
    const texts: string[] = [];
    const observer = new MutationObserver((changes) => {
      for (const { addedNodes } of changes) {
        for (const node of addedNodes) texts.push((node as Element).querySelector("p")!.textContent!.trim());
      }
    });
    for (const region of document.querySelectorAll(".notices > *"))
      observer.observe(region, { childList: true });
    return texts;
  });
  return () => added.evaluate((texts) => texts);
}

function maskPicker(page: Page) {
  return page.getByRole("combobox", { name: "Mask", exact: true });
}

/** The names in the list, with their ids and marks. */
function cellTexts(page: Page): Promise<string[]> {
  return page.locator("tbody tr .cell-name").allTextContents();
}

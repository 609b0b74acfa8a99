/** The built explorer in a real Chromium, as users see it. What it shows is checked against the library in Node. */
import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import type { Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { findChromium } from "../../scripts/chromium.mjs";
import { decodeMask, type LabelMap } from "../../src/all.js";
import { FIXTURES } from "../support/corpus.mjs";
import { blocksOf } from "../support/docs-blocks.js";
import { encodePng } from "../support/encode-png.mjs";
import { mulberry32 } from "../support/random.mjs";
import {
  alertText,
  BUILT,
  binaryFile,
  cellTitle,
  drop,
  dropFixture,
  dropPaths,
  type Explorer,
  errorsOf,
  expectNoFaults,
  fixtureFiles,
  nameInText,
  rowTexts,
  sampleFile,
  shown,
  stagePixels,
  startExplorer,
  text,
  textAppears,
  textFile,
  WRONG_FILES,
  withPage,
} from "./explorer-page.js";

const STREET = "street-1080p-rgb-upng";
/** Has colours missing from its legend, and a legend key that is not a colour. */
const DEFECTIVE = "brush-720p-rgba-alpha";

if (findChromium() === undefined && process.env.CI) {
  it("has a Chromium to run in", () => expect.fail("no Chromium is found; set CHROMIUM_PATH"));
}

describe.skipIf(findChromium() === undefined)("the explorer", () => {
  /** A folder with a mask and the list in the documentation. */
  let listed: string;
  let explorer: Explorer;
  beforeAll(async () => {
    listed = mkdtempSync(join(tmpdir(), "labelmap-listed-"));
    for (const ending of ["png", "json"])
      cpSync(join(FIXTURES, `${STREET}.${ending}`), join(listed, `street.${ending}`));
    const { code } = blocksOf("cli/docs/explorer.md").find(({ words }) => words === "json")!;
    writeFileSync(join(listed, "files.json"), code);
    explorer = await startExplorer({ "/explorer/listed": listed });
  });
  afterAll(async () => {
    await explorer?.close();
    rmSync(listed, { recursive: true, force: true });
  });

  // The editor of legends takes 6 KiB of it, and outlines, pixel values, the small map and live reload 3.
  // Later come the evaluation, 3.1 KiB, the export of a data set, 6.4, a third of which is fflate's writer of zip files, and
  // measuring and the legend on the image, 4.
  it("has less than 170 KiB of JavaScript with gzip, including the worker", () => {
    const bytes = explorer.gzipBytes("at the start");
    const later = explorer.gzipBytes("later");
    const kibibytes = (count: number) => `${(count / 1024).toFixed(1)} KiB`;
    console.log(
      `explorer: ${kibibytes(bytes)} of JavaScript, gzip, and ${kibibytes(later)} when it is needed`,
    );
    expect(bytes).toBeLessThan(170 * 1024);
    expect(later).toBeLessThan(14 * 1024);
  });

  it("has a sample of at most 400 KB, since each copy of the page has it", () => {
    const files = [
      "files.json",
      "street.png",
      "street.json",
      "street.jpg",
      "street-again.png",
      "street-again.json",
    ];
    const bytes = files.reduce((sum, name) => sum + sampleFile(name).length, 0);
    expect(bytes).toBeLessThanOrEqual(400_000);
  });

  it("opens its sample", () =>
    withPage(explorer, async (page) => {
      await page.getByRole("button", { name: "Open a sample" }).click();
      await shown(page, "street");
      const map = await decodeMask(sampleFile("street.png"), text(sampleFile("street.json")));
      expect(await rowCount(page)).toBe(map.labels.length);
      await page.getByRole("slider", { name: "Mask over photo" }).waitFor();
      // It has the masks of two annotators, so that there is something to compare.
      await page.getByRole("button", { name: "Compare" }).click();
      await page.locator(`td[title^="${cellTitle("car", "truck")}"]`).waitFor();
      expect(await page.getByLabel("Other mask").inputValue()).toBe("1");
    }));

  it("lists the labels of a dropped mask with the library's counts", () =>
    withPage(explorer, async (page) => {
      await dropFixture(page, STREET);
      const { labels } = await decodeFixture(STREET);
      const largest = [...labels].sort((a, b) => b.pixelCount - a.pixelCount).slice(0, 10);
      expect((await rowTexts(page)).slice(0, 10)).toEqual(
        largest.map(({ className, instanceNumber, pixelCount }) => [
          className,
          instanceNumber === 0 ? "" : String(instanceNumber),
          pixelCount.toLocaleString("en"),
        ]),
      );
      await page.getByRole("button", { name: "Label", exact: true }).click();
      expect((await rowTexts(page))[0]).toEqual(["building", "1", "59,413"]);
      await page.getByText("43 labels with pixels.").waitFor();
    }));

  it("describes the pixel under the pointer as the library does", () =>
    withPage(explorer, async (page) => {
      await dropFixture(page, STREET);
      const { data, width, labels } = await decodeFixture(STREET);
      const canvas = (await page.locator("canvas").boundingBox())!;
      const read = new Set<string>();
      for (let step = 1; step < 20; step++) {
        await page.mouse.move(
          canvas.x + (canvas.width * step) / 20,
          canvas.y + (canvas.height * (20 + step)) / 60,
        );
        const position = await page.locator(".label-card .position").textContent();
        const [x, y] = position!.match(/\d+/g)!.map(Number) as [number, number];
        const label = labels[data[y * width + x]!]!;
        const card = page.locator(".label-card");
        expect(await card.locator("h2").textContent()).toBe(label.name);
        const facts = (await card.locator("dd").allTextContents()).map((text) => text.trim());
        const [left, top, ...size] = label.bbox!;
        expect(facts).toEqual([
          label.className,
          ...(label.instanceNumber === 0 ? [] : [String(label.instanceNumber)]),
          label.color,
          expect.stringContaining(`${label.pixelCount.toLocaleString("en")} px`),
          `${left}, ${top} · ${size[0]} × ${size[1]}`,
        ]);
        read.add(label.name);
      }
      expect(read.size).toBeGreaterThan(4);
    }));

  it("isolates a clicked label, on the stage and in the list, and shows all again", () =>
    withPage(explorer, async (page) => {
      await dropFixture(page, STREET);
      const whole = await stagePixels(page);
      await page.locator("canvas").click({ position: { x: 300, y: 400 } });
      const value = (await page.locator(".label-card h2").textContent())!;
      const selected = page.locator('tr[aria-selected="true"]');
      expect(await selected.getAttribute("title")).toBe(nameInText(value));
      expect(await stagePixels(page)).not.toBe(whole);

      await page.getByRole("row", { name: "sky" }).click();
      expect(await selected.getAttribute("title")).toBe(nameInText("sky"));
      await page.getByRole("row", { name: "road" }).click({ modifiers: ["Shift"] });
      expect(await selected.count()).toBe(2);
      await page.getByRole("button", { name: "Show all" }).click();
      expect(await selected.count()).toBe(0);
    }));

  it("finds labels by name, class and colour", () =>
    withPage(explorer, async (page) => {
      await dropFixture(page, STREET);
      const search = page.getByRole("searchbox", { name: "Search labels" });
      await search.fill("car #");
      expect(await rowCount(page)).toBe(9);
      await search.fill("CAR # 7");
      expect(await rowTexts(page)).toEqual([["car", "7", "20,895"]]);
      await search.fill("#49c442");
      expect((await rowTexts(page)).map(([name]) => name)).toEqual(["sky"]);
      await search.fill("tractor");
      await page.getByText("No label matches “tractor”.").waitFor();
    }));

  it("hides single labels, and all labels that match a search", () =>
    withPage(explorer, async (page) => {
      await dropFixture(page, STREET);
      const whole = await stagePixels(page);
      await page.getByRole("checkbox", { name: "Show sky" }).uncheck();
      const withoutSky = await stagePixels(page);
      expect(withoutSky).not.toBe(whole);
      await page.getByRole("searchbox").fill("car #");
      await page.getByRole("button", { name: "Hide matches" }).click();
      expect(await page.locator("tr.is-hidden").count()).toBe(9);
      await page.getByRole("searchbox").fill("");
      expect(await stagePixels(page)).not.toBe(withoutSky);
      await page.getByRole("button", { name: "Show all" }).click();
      expect(await page.locator("tr.is-hidden").count()).toBe(0);
      expect(await stagePixels(page)).toBe(whole);
    }));

  it("lists the colours missing from the legend with their pixels, and finds them on the image", () =>
    withPage(explorer, async (page) => {
      await dropFixture(page, DEFECTIVE);
      const { unlabelled } = await decodeFixture(DEFECTIVE);
      await page.getByRole("tab", { name: "Defects" }).click();
      const table = page.locator(".unknown-colors tbody tr");
      const found = await table.evaluateAll((rows) =>
        rows.map((row) => ({
          color: row.querySelector("code")!.textContent,
          count: Number(row.querySelector("td")!.textContent!.replaceAll(",", "")),
        })),
      );
      const byColor = (a: { color: string | null }, b: { color: string | null }) =>
        a.color! < b.color! ? -1 : 1;
      expect(found.toSorted(byColor)).toEqual(unlabelled.colors.toSorted(byColor));
      expect(found.reduce((sum, { count }) => sum + count, 0)).toBe(unlabelled.count);

      const whole = await stagePixels(page);
      await page.getByRole("button", { name: `Find ${found[0]!.color}` }).click();
      expect(await page.locator(".label-card h2").textContent()).toBe(found[0]!.color);
      await page.getByText("unknown colour", { exact: true }).waitFor();
      await expect.poll(() => stagePixels(page)).not.toBe(whole);
    }));

  it("lists problems of the legend in the library's words", () =>
    withPage(explorer, async (page) => {
      await dropFixture(page, DEFECTIVE);
      const { issues } = await decodeFixture(DEFECTIVE);
      await page.getByRole("tab", { name: "Defects" }).click();
      const listed = await page.locator(".issues li > p:first-child").allTextContents();
      expect(listed).toEqual(issues.map(({ message }) => message));
      expect(listed.join()).toContain("#fdffd34");
    }));

  it("lists the first hundred problems of the legend, and counts all of them", () =>
    withPage(explorer, async (page) => {
      const { png, json } = fixtureFiles(STREET);
      const badKeys = Array.from({ length: 130 }, (_, index) => [`#${index}-`, "bad"]);
      const { legend } = JSON.parse(new TextDecoder().decode(json.bytes));
      const defective = { legend: { ...Object.fromEntries(badKeys), ...legend } };
      const { issues } = await decodeMask(png.bytes, defective);
      await drop(page, png, textFile(json.name, JSON.stringify(defective)));
      await shown(page, STREET);
      const tab = page.getByRole("tab", { name: "Defects" });
      await tab.click();
      const listed = await page.locator(".issues li > p:first-child").allTextContents();
      expect(listed).toEqual(issues.map(({ message }) => message));
      expect([listed.length, listed[100]]).toEqual([101, expect.stringContaining("30 × legend-key-invalid")]);
      expect(await tab.textContent()).toContain("130");
    }));

  it.each([
    ["brush-511-grey", "grey"],
    ["objects-101-grey-1-bit", "grey"],
    ["objects-203-palette-2-bit-interlaced", "palette-index"],
    ["tiny-64-rgb-16-bit", "colors"],
  ] as const)("takes each number or colour of %s as a label if there is no result", (name, encoding) =>
    withPage(explorer, async (page) => {
      await drop(page, fixtureFiles(name).png);
      await shown(page, name);
      const { labels } = await decodeFixture(name);
      const used = labels.filter(({ pixelCount }) => pixelCount > 0);
      const { png } = fixtureFiles(name);
      const numbers =
        encoding === "colors"
          ? used.map(({ color, pixelCount }) => [color, pixelCount] as const)
          : (await decodeMask(png.bytes, null, { encoding })).labels.map(
              ({ classId, pixelCount }) => [String(classId), pixelCount] as const,
            );
      expect(numbers.length).toBe(used.length);
      const byName = (a: readonly unknown[], b: readonly unknown[]) => (String(a) < String(b) ? -1 : 1);
      const expected = numbers.map(([shownName, pixels]) => [shownName, "", pixels.toLocaleString("en")]);
      expect((await rowTexts(page)).sort(byName)).toEqual(expected.sort(byName));

      await drop(page, fixtureFiles(name).json);
      await page.locator(`tr[title="${nameInText(used[0]!.name)}"]`).waitFor();
    }),
  );

  it("decodes 16-bit samples that are widened, with a result and without one, and says why it cannot read others", () =>
    withPage(explorer, async (page) => {
      await dropFixture(page, "tiny-64-rgb-16-bit");
      expect(await rowCount(page)).toBe(6);
      await page.reload();
      await drop(page, fixtureFiles("tiny-64-rgb-16-bit").png);
      await shown(page, "tiny-64-rgb-16-bit");
      const dropIds = async (name: string) => {
        await page.reload();
        const bytes = readFileSync(new URL(`../fixtures/public/${name}.png`, import.meta.url));
        await drop(page, { name: `${name}.png`, bytes });
      };
      await dropIds("rgb-16-bit-ids");
      expect(await alertText(page)).toMatch(
        /^rgb-16-bit-ids\.png: .*16 bits.*8 bits per sample.*PNG_16_BIT_COLORS/s,
      );
      await dropIds("grey-16-bit-ids");
      await shown(page, "grey-16-bit-ids");
      expect((await rowTexts(page)).sort()).toEqual([
        ["1", "", "12"],
        ["2", "", "6"],
        ["3", "", "6"],
      ]);
    }));

  it("keeps thousands of labels out of the document", () =>
    withPage(explorer, async (page) => {
      const legend: Record<string, string> = JSON.parse(text(fixtureFiles(STREET).json.bytes)).legend;
      for (let color = 1; color <= 20_000; color++) {
        legend[`#${color.toString(16).padStart(6, "0")}`] ??= `thing # ${color}`;
      }
      const { png, json } = fixtureFiles(STREET);
      await drop(page, png, textFile(json.name, JSON.stringify({ legend })));
      await shown(page, STREET);
      expect(await rowCount(page)).toBeGreaterThan(20_000);
      await page.getByRole("grid").focus();
      await page.keyboard.press("End");
      await page.locator("tr.is-active").waitFor();
      const rows = await page.locator("tbody tr").count();
      expect(rows).toBeGreaterThan(10);
      expect(rows).toBeLessThan(60);
      const last = await page.locator("tr.is-active").getAttribute("aria-rowindex");
      expect(Number(last)).toBe((await rowCount(page)) + 1);
    }));

  it.each(WRONG_FILES)(
    "says what is wrong with %s, and keeps showing the previous mask",
    (name, content, expected) =>
      withPage(explorer, async (page) => {
        await dropFixture(page, STREET);
        await drop(page, binaryFile(name, content));
        expect(await alertText(page)).toMatch(expected);
        await shown(page, STREET);
        expect(await rowCount(page)).toBe(43);
        await page.getByRole("button", { name: "Close the message" }).click();
        expect(await page.getByRole("alert").textContent()).toBe("");
      }),
  );

  it.each([
    ["{", /^street\.json: is not JSON\. The parser stopped at line 1, column 2\..*RESULT_INVALID/s],
    [`{ "legend": {} }`, /^street\.json: legend: is empty.*LEGEND_INVALID/s],
    [`{ "data": true }`, /^street\.json: legend: is missing.*RESULT_INVALID/s],
  ])("names the result if it is broken: %s", (json, expected) =>
    withPage(explorer, async (page) => {
      await dropFixture(page, DEFECTIVE);
      await drop(page, { ...fixtureFiles(STREET).png, name: "street.png" }, textFile("street.json", json));
      expect(await alertText(page)).toMatch(expected);
      await shown(page, DEFECTIVE);
    }),
  );

  it("shows the mask over a photo that is dropped with it", () =>
    withPage(explorer, async (page) => {
      const { png, json } = fixtureFiles(STREET);
      await drop(page, png, json, { name: `${STREET}_image.png`, bytes: fixtureFiles(DEFECTIVE).png.bytes });
      await shown(page, STREET);
      const slider = page.getByRole("slider", { name: "Mask over photo" });
      const before = await stagePixels(page);
      await slider.focus();
      await page.keyboard.press("Home");
      await page.getByText("0 %", { exact: true }).waitFor();
      await expect.poll(() => stagePixels(page)).not.toBe(before);
    }));

  it("shows a mask whose photo is broken or has a different shape, and says so", () =>
    withPage(explorer, async (page) => {
      const { png, json } = fixtureFiles("tiny-64-rgb-16-bit");
      await drop(page, png, json, textFile("tiny-64-rgb-16-bit.jpg", "no photo"));
      await shown(page, "tiny-64-rgb-16-bit");
      expect(await alertText(page)).toMatch(
        /^tiny-64-rgb-16-bit\.jpg: .*shown without it.*JPEG.*PHOTO_INVALID$/,
      );
      const { bytes } = fixtureFiles("brush-511-grey").png;
      await drop(page, png, json, { name: "tiny-64-rgb-16-bit_image.png", bytes });
      await page.getByRole("slider", { name: "Mask over photo" }).waitFor();
      await page.getByRole("tab", { name: "Defects" }).click();
      await page.getByText("511 × 300 pixels and the mask 64 × 64. Their shapes differ").waitFor();
    }));

  it("opens a folder, and goes from mask to mask", () =>
    withPage(explorer, async (page) => {
      await page.getByLabel("Open folder…").last().setInputFiles(FIXTURES);
      await shown(page, "brush-511-grey");
      const masks = page.getByRole("combobox", { name: "Mask", exact: true });
      expect(await masks.locator("option").count()).toBe(12);
      await page.getByRole("button", { name: "Next mask" }).click();
      await shown(page, DEFECTIVE);
      await masks.selectOption("noise-160-rgba");
      await shown(page, "noise-160-rgba");
      expect(await rowCount(page)).toBe(64);
    }));

  it("opens a dropped folder with the folders in it", () =>
    withPage(explorer, async (page) => {
      const folder = mkdtempSync(join(tmpdir(), "labelmap-drop-"));
      try {
        mkdirSync(join(folder, "inner"));
        for (const [name, path] of [
          [STREET, "street"],
          [DEFECTIVE, "inner/brush"],
        ] as const) {
          const { png, json } = fixtureFiles(name);
          writeFileSync(join(folder, `${path}.png`), png.bytes);
          writeFileSync(join(folder, `${path}.json`), json.bytes);
        }
        // More than the hundred entries that the browser lists at once.
        for (let note = 0; note < 120; note++) writeFileSync(join(folder, `note-${note}.txt`), "");
        await dropPaths(page, folder);
        const masks = page.getByRole("combobox", { name: "Mask", exact: true });
        await masks.waitFor();
        const names = (await masks.locator("option").allTextContents()).sort();
        expect(names.map((name) => name.split("/").at(-1))).toEqual(["brush", "street"]);
        for (const [name, labels] of [
          [names[1]!, 43],
          [
            names[0]!,
            (await decodeFixture(DEFECTIVE)).labels.filter(({ pixelCount }) => pixelCount > 0).length,
          ],
        ] as const) {
          await masks.selectOption(name);
          await shown(page, name);
          await page.getByText(`${labels} labels`).first().waitFor();
        }
      } finally {
        rmSync(folder, { recursive: true, force: true });
      }
    }));

  it("copies the code that it shows", () =>
    withPage(
      explorer,
      async (page) => {
        await dropFixture(page, STREET);
        await page.getByRole("tab", { name: "Export" }).click();
        const code = (await page.locator("pre").textContent())!;
        await page.getByRole("button", { name: "Copy", exact: true }).click();
        await page.getByText(`Copied ${code.split("\n").length} lines of code.`).waitFor();
        expect(await page.evaluate(() => navigator.clipboard.readText())).toBe(code);
      },
      { permissions: ["clipboard-read", "clipboard-write"] },
    ));

  it("says what to do if it is not allowed to copy", () =>
    withPage(explorer, async (page) => {
      await dropFixture(page, STREET);
      await page.getByRole("tab", { name: "Export" }).click();
      await page.evaluate(() => {
        // As if the user had refused the permission.
        navigator.clipboard.writeText = () => Promise.reject(new DOMException("", "NotAllowedError"));
      });
      await page.getByRole("button", { name: "Copy", exact: true }).click();
      expect(await alertText(page)).toMatch(/does not allow this page to copy.*Select the code/s);
    }));

  it("shows the masks that its server lists", () =>
    withPage(
      explorer,
      async (page) => {
        await shown(page, "street");
        await page.getByRole("tab", { name: "Timings" }).click();
        await page.getByText("Download all files").waitFor();
      },
      { query: "?files=listed/files.json" },
    ));

  it.each([
    ["nothing.json", /^nothing\.json: the server answered 404/],
    ["masks/tiny-64-rgb-16-bit.json", /^tiny-64-rgb-16-bit\.json: the array "masks" is missing/],
    ["https://example.com/files.json", /^files\.json: this file is on another server, example\.com/],
  ])("says what is wrong with the list %s", (list, expected) =>
    withPage(explorer, async (page) => expect(await alertText(page)).toMatch(expected), {
      query: `?files=${list}`,
    }),
  );

  it("works without its server once it is loaded", () =>
    withPage(explorer, async (page) => {
      await page.waitForLoadState("networkidle");
      await page.context().setOffline(true);
      await dropFixture(page, "street-500-rgb-interlaced");
      await page.getByRole("tab", { name: "Defects" }).click();
      await page.getByRole("tab", { name: "Export" }).click();
      const download = page.waitForEvent("download");
      await page.getByRole("button", { name: "Save file" }).click();
      expect((await download).suggestedFilename()).toBe("street-500-rgb-interlaced.labels.npy");
    }));

  it("ends its work for a newer mask again and again, even without its server", () =>
    withPage(explorer, async (page) => {
      await page.waitForLoadState("networkidle");
      await page.context().setOffline(true);
      let workers = 0;
      page.on("worker", () => workers++);
      // A large mask of noise takes far longer than the next drop.
      const size = { width: 4000, height: 4000 };
      const random = mulberry32(7);
      const samples = Uint8Array.from({ length: size.width * size.height }, () => random() * 4);
      const png = encodePng({ ...size, colourType: 0, bitDepth: 2, samples });
      const legend = { "#000000": "ground", "#555555": "wall", "#aaaaaa": "roof", "#ffffff": "sky" };
      const slow = [{ name: "slow.png", bytes: png }, textFile("slow.json", JSON.stringify({ legend }))];
      const names = ["noise-160-rgba", "street-500-rgb-interlaced", "tiny-64-rgb-16-bit"];
      // A drop that comes after the mask is decoded ends nothing, so there are more drops than workers that must end.
      for (let drops = 0; drops < 30 && workers < 2; drops++) {
        const name = names[drops % names.length]!;
        const opening = textAppears(page, "Opening slow");
        await drop(page, ...slow);
        await opening;
        await dropFixture(page, name);
      }
      expect(workers).toBeGreaterThanOrEqual(2);
      expect(await errorsOf(page).count()).toBe(0);
    }));

  it("keeps the mask that was dropped last, even if an earlier list arrives later", () =>
    withPage(explorer, async (page) => {
      let release = () => {};
      const held = new Promise<void>((resolve) => {
        release = resolve;
      });
      await page.route("**/sample/street.png", async (route) => {
        await held;
        await route.continue();
      });
      await page.goto(`${page.url()}?files=sample/files.json`);
      await page.getByText("Opening street …").waitFor();
      await dropFixture(page, "noise-160-rgba");
      const answered = page.waitForResponse("**/sample/street.png");
      release();
      await (await answered).finished();
      await page.getByRole("button", { name: "Compare" }).click();
      expect(await page.getByLabel("Reference mask").locator("option").allTextContents()).toEqual([
        "noise-160-rgba",
      ]);
    }));

  it("gives a result that is dropped alone to the mask of the same name, and shows that mask", () =>
    withPage(explorer, async (page) => {
      const [first, second] = [fixtureFiles("noise-160-rgba"), fixtureFiles("street-500-rgb-interlaced")];
      await drop(page, first.png, second.png);
      await shown(page, "noise-160-rgba");
      await drop(page, second.json);
      await shown(page, "street-500-rgb-interlaced");
      await page.getByRole("row", { name: "sky" }).waitFor();
      await drop(page, { ...first.json, name: "other.json" });
      expect(await alertText(page)).toMatch(/^other\.json belongs to no open mask.*matching names/s);
    }));

  it("shows the first mask that is not broken, and says which one is", () =>
    withPage(explorer, async (page) => {
      const { png, json } = fixtureFiles("street-500-rgb-interlaced");
      await drop(page, { name: "a-cut.png", bytes: png.bytes.subarray(0, 500) }, png, json);
      await shown(page, "street-500-rgb-interlaced");
      expect(await alertText(page)).toMatch(/^a-cut\.png: .*PNG_TRUNCATED/s);
      expect(await page.getByRole("combobox", { name: "Mask", exact: true }).locator("option").count()).toBe(
        2,
      );
    }));

  it("says that it needs a server if it is opened from a disk, and only then", async () => {
    const text = "This page needs a server";
    await withPage(explorer, async (page) => expect(await page.getByText(text).isVisible()).toBe(false));
    const page = await explorer.browser.newPage();
    await page.goto(pathToFileURL(join(BUILT, "index.html")).href);
    await page.getByText(text).waitFor();
    await page.close();
  });

  it("can be used by keyboard alone", () =>
    withPage(explorer, async (page) => {
      const tabTo = async (name: RegExp) => {
        for (let press = 0; press < 30; press++) {
          await page.keyboard.press("Tab");
          const focused = await page.evaluate(() => {
            const element = document.activeElement!;
            return element.getAttribute("aria-label") ?? element.textContent;
          });
          if (name.test(focused ?? "")) return;
        }
        expect.fail(`Tab does not reach ${name}`);
      };
      await tabTo(/^Open a sample$/);
      await page.keyboard.press("Enter");
      await shown(page, "street");
      await expect.poll(() => page.evaluate(() => document.activeElement!.className)).toBe("stage");
      await tabTo(/^Labels \d+$/);
      await tabTo(/^Search labels$/);
      await page.keyboard.type("pedestrian # 1");
      await tabTo(/^Labels$/);
      await page.keyboard.press("ArrowDown");
      const active = await page.locator("tr.is-active").getAttribute("title");
      await page.keyboard.press("Enter");
      expect(await page.locator('tr[aria-selected="true"]').getAttribute("title")).toBe(active);
      await page.keyboard.press(" ");
      expect(await page.locator("tr.is-hidden").getAttribute("title")).toBe(active);
      await page.keyboard.press("Escape");
      expect(await page.locator('tr[aria-selected="true"]').count()).toBe(0);
      expect(await page.locator("tr.is-hidden").getAttribute("title")).toBe(active);
      await page.getByRole("tab", { name: "Labels" }).focus();
      for (const tab of ["Defects", "Edit", "Export"]) {
        await page.keyboard.press("ArrowRight");
        await page.getByRole("tab", { name: tab, selected: true }).waitFor();
      }
      await tabTo(/^Save file$/);
    }));

  describe.each(["light", "dark"] as const)("in %s colours", (colorScheme) => {
    it("has no accessibility faults that axe finds", () =>
      withPage(
        explorer,
        async (page) => {
          await page.getByRole("heading", { name: "Drop a mask to look at it" }).waitFor();
          await expectNoFaults(page);
          await dropFixture(page, DEFECTIVE);
          for (const tab of ["Labels", "Defects", "Export", "Timings"]) {
            await page.getByRole("tab", { name: tab }).click();
            await expectNoFaults(page);
          }
          await page.getByRole("tab", { name: "Labels" }).click();
          await page.getByRole("row", { name: "skin" }).click();
          await page.getByRole("checkbox", { name: "Show hair" }).uncheck();
          await page.getByRole("tab", { name: "Export" }).click();
          await page.getByRole("radio").nth(1).check();
          await page.getByRole("checkbox", { name: "Only what is shown" }).waitFor();
          await drop(page, textFile("notes.txt", "hello"));
          await alertText(page);
          await expectNoFaults(page);
        },
        { colorScheme },
      ));
  });

  it("remembers the chosen page colours", () =>
    withPage(
      explorer,
      async (page) => {
        const ground = () => page.evaluate(() => getComputedStyle(document.documentElement).backgroundColor);
        const light = await ground();
        await page.getByRole("combobox", { name: "Page colours" }).selectOption("dark");
        expect(await ground()).not.toBe(light);
        await page.reload();
        await page.getByRole("heading", { level: 1 }).waitFor();
        expect(await ground()).not.toBe(light);
        await page.getByRole("combobox", { name: "Page colours" }).selectOption("system");
        expect(await ground()).toBe(light);
      },
      { colorScheme: "light" },
    ));
});

function decodeFixture(name: string): Promise<LabelMap> {
  const { png, json } = fixtureFiles(name);
  return decodeMask(png.bytes, text(json.bytes));
}

async function rowCount(page: Page): Promise<number> {
  return Number(await page.getByRole("grid").getAttribute("aria-rowcount")) - 1;
}

/** All masks on the built page: the report is checked against the library in Node and a count of all pixels. */
import type { Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { findChromium } from "../../scripts/chromium.mjs";
import { decodeMask, type LabelMap } from "../../src/all.js";
import { type DatasetReportJSON, reportDataset } from "../../src/dataset/index.js";
import { encodePng } from "../support/encode-png.mjs";
import {
  allRead,
  type DroppedFile,
  drop,
  type Explorer,
  errorsOf,
  expectNoFaults,
  fixtureFiles,
  framesPass,
  shown,
  startExplorer,
  text,
  textFile,
  withPage,
} from "./explorer-page.js";

/** In the order of their names. The second has colours missing from its legend, and a legend key that is not a colour. */
const NAMES = [
  "brush-511-grey",
  "brush-720p-rgba-alpha",
  "instances-640-palette-upng",
  "objects-203-palette-2-bit-interlaced",
  "street-500-rgb-interlaced",
  "tiny-64-rgb-16-bit",
];
const FORMAT = new Intl.NumberFormat("en");

interface NamedMap {
  readonly id: string;
  readonly map: LabelMap;
}

describe.skipIf(findChromium() === undefined)("the explorer's data set", () => {
  let explorer: Explorer;
  let maps: NamedMap[];
  beforeAll(async () => {
    explorer = await startExplorer();
    maps = await Promise.all(
      NAMES.map(async (id) => {
        const { png, json } = fixtureFiles(id);
        return { id, map: await decodeMask(png.bytes, text(json.bytes)) };
      }),
    );
  });
  afterAll(() => explorer?.close());

  const withDataset = (
    work: (page: Page) => Promise<void>,
    more: readonly DroppedFile[] = [],
    options = {},
  ) =>
    withPage(
      explorer,
      async (page) => {
        await drop(page, ...NAMES.map(fixtureFiles).flatMap(({ png, json }) => [png, json]), ...more);
        await shown(page, NAMES[0]!);
        await openDataset(page);
        await allRead(page);
        await work(page);
      },
      options,
    );

  it("has the library's figures for each class", () =>
    withDataset(async (page) => {
      const report: DatasetReportJSON = (await reportDataset(maps)).toJSON();
      await page
        .getByText(`${FORMAT.format(report.pixels)} pixels · ${report.classes.length} classes`)
        .waitFor();
      const rows = await classRows(page);
      expect(rows).toEqual(
        report.classes.map(({ className, pixels, images, instances }) => [
          className,
          FORMAT.format(pixels),
          percent(pixels / report.pixels),
          FORMAT.format(images),
          instances === 0 ? "–" : FORMAT.format(instances),
        ]),
      );
      expect(rows.length).toBeGreaterThan(20);
      const sky = maps.map(({ map }) => slowCount(map, "sky"));
      const [, pixels, , images] = rows.find(([name]) => name === "sky")!;
      expect([pixels, images]).toEqual([
        FORMAT.format(sky.reduce((sum, count) => sum + count, 0)),
        String(sky.filter((count) => count > 0).length),
      ]);
      await page.getByText(`${FORMAT.format(report.unlabelled.pixels)} pixels`).waitFor();
      await page.getByText(report.issues[0]!.code).waitFor();
    }));

  it("draws a bar as long as the class's share of the largest class", () =>
    withDataset(async (page) => {
      const { classes } = (await reportDataset(maps)).toJSON();
      const widths = await page
        .locator("td.cell-bar:nth-child(2) .bar")
        .evaluateAll((bars) => bars.map((bar) => Number.parseFloat((bar as HTMLElement).style.width)));
      widths.forEach((width, place) => {
        expect(width).toBeCloseTo((100 * classes[place]!.pixels) / classes[0]!.pixels, 2);
      });
    }));

  it("sorts the classes by any column", () =>
    withDataset(async (page) => {
      const names = async () => (await classRows(page)).map(([name]) => name!);
      await page.getByRole("button", { name: "Class", exact: true }).click();
      const sorted = await names();
      expect(sorted).toEqual(sorted.toSorted(new Intl.Collator("en", { numeric: true }).compare));
      await page.getByRole("button", { name: "Images" }).click();
      const images = (await classRows(page)).map((row) => Number(row[3]));
      expect(images).toEqual(images.toSorted((a, b) => b - a));
      expect(images[0]).toBeGreaterThan(images.at(-1)!);
    }));

  it("sorts the masks by name, labels, unknown share and defects, in both directions", () =>
    withDataset(async (page) => {
      const measured = maps.map(({ id, map: { labels, unlabelled, issues, width, height } }) => ({
        id,
        labels: labels.filter(({ pixelCount }) => pixelCount > 0).length,
        "unknown share": unlabelled.count / (width * height),
        defects: unlabelled.colors.length + issues.length,
      }));
      expect(await cardNames(page)).toEqual(NAMES);
      for (const key of ["labels", "unknown share", "defects"] as const) {
        await page.getByLabel("Sort by").selectOption(key);
        const values = (await cardNames(page)).map((name) => measured.find(({ id }) => id === name)![key]);
        expect(values).toEqual(values.toSorted((a, b) => b - a));
        expect(values[0]).toBeGreaterThan(values.at(-1)!);
        await page.getByRole("button", { name: "descending" }).click();
        expect((await cardNames(page)).at(-1)).toBe(measured.toSorted((a, b) => a[key] - b[key]).at(-1)!.id);
      }
      const facts = await page.locator(".card", { hasText: NAMES[1]! }).textContent();
      const { labels, "unknown share": share, defects } = measured[1]!;
      expect(facts).toBe(`${defects} defects${NAMES[1]}${labels} labels · ${percent(share)} unknown`);
    }));

  it("draws each picture in the colours of the mask", () =>
    withDataset(async (page) => {
      const { png, json } = fixtureFiles(NAMES[2]!);
      const picture = page.locator(".card", { hasText: NAMES[2]! }).locator("img");
      const { width, height, pixels } = await picture.evaluate(async (image: HTMLImageElement) => {
        await image.decode();
        const canvas = new OffscreenCanvas(image.naturalWidth, image.naturalHeight);
        const context = canvas.getContext("2d")!;
        context.drawImage(image, 0, 0);
        const { width, height, data } = context.getImageData(0, 0, canvas.width, canvas.height);
        return { width, height, pixels: [...data] };
      });
      expect(Math.max(width, height)).toBe(320);
      const map = await decodeMask(png.bytes, text(json.bytes), { resize: { width, height } });
      const colors = Array.from({ length: width * height }, (_, pixel) =>
        pixels
          .slice(pixel * 4, pixel * 4 + 3)
          .reduce((hex, channel) => hex + channel.toString(16).padStart(2, "0"), "#"),
      );
      expect(colors).toEqual(Array.from(map.data, (label) => map.labels[label]!.color));
    }));

  const stripedFiles = (...names: readonly string[]) =>
    names.flatMap((name, place) => [{ name: `${name}.png`, bytes: stripes(60, place) }, resultFile(name)]);
  const facts = (page: Page) => page.locator(".card-facts").allTextContents();

  it("adds masks that are dropped on it, and stays in view", () =>
    withDataset(async (page) => {
      await drop(page, ...stripedFiles("p", "q"), { name: "r.png", bytes: new Uint8Array(4) });
      // In the order of their names, after four of the others.
      await expect
        .poll(async () => (await facts(page)).slice(4, 7))
        .toEqual(["3 labels", "3 labels", "broken"]);
      expect(await page.locator(".card img").count()).toBe(NAMES.length + 2);
      const before = maps.reduce((sum, { map }) => sum + map.width * map.height, 0);
      await page.getByText(`${FORMAT.format(before + 2 * 60 * 60)} pixels`).waitFor();
      expect(await page.locator(".failures li").count()).toBe(1);
    }));

  it("rereads only the mask that gets a result", () =>
    withPage(explorer, async (page) => {
      const [q, ...files] = stripedFiles("q", "p", "r").filter(({ name }) => name !== "q.json");
      await drop(page, ...files, q!, { name: "s.png", bytes: new Uint8Array(4) });
      await shown(page, "p");
      await openDataset(page);
      await expect.poll(() => facts(page)).toEqual(["3 labels", "3 colours", "3 labels", "broken"]);
      const resultsRead = await countResultsRead(page);
      await drop(page, resultFile("q"));
      await expect.poll(() => facts(page)).toEqual(["3 labels", "3 labels", "3 labels", "broken"]);
      expect(await resultsRead()).toBe(1);
      // No mask is counted twice.
      await page.getByText(`${FORMAT.format(3 * 60 * 60)} pixels · 3 classes`).waitFor();
      expect((await classRows(page)).map(([, , , images]) => images)).toEqual(["3", "3", "3"]);
      expect(await page.locator(".failures li").count()).toBe(1);
      const loads = page.locator(".card img").evaluateAll((pictures) =>
        Promise.all(
          pictures.map((picture) =>
            (picture as HTMLImageElement).decode().then(
              () => true,
              () => false,
            ),
          ),
        ),
      );
      expect(await loads).toEqual([true, true, true]);
      await expect.poll(() => page.locator("progress").count()).toBe(0);
    }));

  it("opens a mask on click and on Enter", () =>
    withDataset(async (page) => {
      await page.locator(".card", { hasText: NAMES[4]! }).click();
      await shown(page, NAMES[4]!);
      await page.getByRole("button", { name: "Data set" }).click();
      const list = page.getByRole("listbox", { name: "Masks" });
      expect(await page.locator('.card[aria-selected="true"] .card-name').textContent()).toBe(NAMES[4]);
      await list.focus();
      await page.keyboard.press("Home");
      await page.keyboard.press("ArrowRight");
      await page.keyboard.press("ArrowRight");
      const active = await list.getAttribute("aria-activedescendant");
      expect(await page.locator(`#${active} .card-name`).textContent()).toBe(NAMES[2]);
      await page.keyboard.press("Enter");
      await shown(page, NAMES[2]!);
    }));

  it("lists broken masks with the library's error, and does not count them", () => {
    const { png, json } = fixtureFiles("street-1080p-rgb-upng");
    const cut = png.bytes.subarray(0, 5000);
    const broken = [
      { name: "broken-png.png", bytes: cut },
      { name: "broken-png.json", bytes: json.bytes },
      { name: "broken-result.png", bytes: png.bytes },
      textFile("broken-result.json", `{"legend": 1}`),
      { name: "empty-file.png", bytes: new Uint8Array() },
    ];
    // Not the first mask, because the first one is opened.
    const named = broken.map((file) => ({ ...file, name: `x-${file.name}` }));
    return withDataset(async (page) => {
      const errorOf = async (bytes: Uint8Array, result: string) => {
        const error = await decodeMask(bytes, result).then(
          () => expect.fail("it is not broken"),
          (reason: Error & { code: string }) => reason,
        );
        return `${error.message}${error.code}`;
      };
      const listed = (await page.locator(".failures li").allTextContents()).toSorted();
      expect(listed).toEqual([
        `x-broken-png: ${await errorOf(cut, text(json.bytes))}`,
        `x-broken-result: ${await errorOf(png.bytes, `{"legend": 1}`)}`,
        `x-empty-file: ${await errorOf(new Uint8Array(), text(json.bytes))}`,
      ]);
      const { pixels } = (await reportDataset(maps)).toJSON();
      await page.getByText(`${FORMAT.format(pixels)} pixels ·`).waitFor();
      await page.getByLabel("Sort by").selectOption("defects");
      expect((await cardNames(page)).slice(0, 3).toSorted()).toEqual([
        "x-broken-png",
        "x-broken-result",
        "x-empty-file",
      ]);
      await page.locator(".card", { hasText: "x-broken-png" }).click();
      await errorsOf(page).getByText("PNG_TRUNCATED").waitFor();
    }, named);
  });

  it("shows masks without a result, but does not count their colours as classes", () =>
    withDataset(
      async (page) => {
        await page.getByText("1 without a result, not counted").waitFor();
        const { pixels } = (await reportDataset(maps)).toJSON();
        await page.getByText(`${FORMAT.format(pixels)} pixels ·`).waitFor();
        expect(await page.locator(".card", { hasText: "x-unknown" }).textContent()).toBe(
          "x-unknown3 colours",
        );
      },
      [{ name: "x-unknown.png", bytes: stripes(30, 0) }],
    ));

  describe("of 500 masks", () => {
    const count = 500;
    // Twenty different masks, repeated.
    const drawn = Array.from({ length: 20 }, (_, index) => stripes(600, 10 * index));
    const files = Array.from({ length: count }, (_, index) => {
      const name = `mask-${String(index).padStart(3, "0")}`;
      return [{ name: `${name}.png`, bytes: drawn[index % drawn.length]! }, resultFile(name)];
    }).flat();
    it("keeps few of them in the document, reads masks in view first, and stops reading in another view", () =>
      withPage(explorer, async (page) => {
        await drop(page, ...files);
        await shown(page, "mask-000");
        // Many masks begin as a data set, which is being read by now.
        await page.getByRole("button", { name: "Mask", exact: true }).click();
        await framesPass(page, 30, 500);
        const gate = await holdResults(page);
        await openDataset(page);
        await expect.poll(gate.asked).toHaveLength(2);
        await page.getByRole("listbox", { name: "Masks" }).focus();
        const lastPlace = `[data-place="${count - 1}"]`;
        // Pressed again if the list was not laid out yet, and so had no end.
        const seesLast = async () => {
          await page.keyboard.press("End");
          return page.locator(`.card${lastPlace}`).isVisible();
        };
        await expect.poll(seesLast).toBe(true);
        const cards = await page.locator(".card").count();
        expect(cards).toBeLessThan(50);
        await framesPass(page, 10);
        await gate.allow(cards + 2);
        const last = page.locator(`.card-read${lastPlace}`);
        await last.waitFor();
        expect(await last.textContent()).toContain("mask-499");
        await expect.poll(async () => (await gate.asked()).length).toBeGreaterThanOrEqual(cards + 2);
        // Two were being read already. Then came all masks in view.
        const inView = new Set((await gate.asked()).slice(2, cards + 2));
        expect(await page.locator(".card .card-name").allTextContents()).toEqual(
          [...inView].sort().map((name) => name.replace(/\.json$/, "")),
        );

        await page.getByRole("button", { name: "Mask", exact: true }).click();
        await shown(page, "mask-000");
        const before = (await gate.asked()).length;
        await gate.allow(count);
        // Long enough to read some of them, if the reading went on.
        await framesPass(page, 30, 500);
        expect(await gate.asked()).toHaveLength(before);

        await page.getByRole("button", { name: "Data set" }).click();
        await page.getByLabel("Sort by").selectOption("labels");
        await page.locator("progress").waitFor({ state: "detached" });
        const total = count * 600 * 600;
        expect((await classRows(page)).map(([name]) => name).toSorted()).toEqual(["left", "middle", "right"]);
        await page.getByText(`${FORMAT.format(total)} pixels · 3 classes`).waitFor();
      }));
  });

  it.each(["light", "dark"] as const)(
    "has no accessibility faults that axe finds, in %s colours",
    (colorScheme) =>
      withDataset(
        async (page) => {
          await expectNoFaults(page);
          await page.getByLabel("Sort by").selectOption("defects");
          await page.getByRole("listbox", { name: "Masks" }).focus();
          await page.keyboard.press("End");
          await expectNoFaults(page);
        },
        [{ name: "x-broken.png", bytes: new Uint8Array(4) }],
        { colorScheme },
      ),
  );
});

async function openDataset(page: Page): Promise<void> {
  await page.getByRole("button", { name: "Data set" }).click();
  await page.getByRole("listbox", { name: "Masks" }).waitFor();
}

/** A function that returns how often the page has read a text. Only results are read as text. */
async function countResultsRead(page: Page): Promise<() => Promise<number>> {
  const counts = await page.evaluateHandle(() => {
    const counts = { texts: 0 };
    const { text } = Blob.prototype;
    Blob.prototype.text = function () {
      counts.texts++;
      return text.call(this);
    };
    return counts;
  });
  return () => counts.evaluate(({ texts }) => texts);
}

/** Holds back the texts of results, which the page reads once for each mask, until they are allowed. */
async function holdResults(page: Page) {
  const gate = await page.evaluateHandle(() => {
    const gate = { asked: [] as string[], allowed: 0 };
    const { text } = Blob.prototype;
    Blob.prototype.text = async function () {
      const place = gate.asked.push((this as File).name);
      while (place > gate.allowed) await new Promise((resolve) => setTimeout(resolve, 10));
      return text.call(this);
    };
    return gate;
  });
  return {
    /** Names of the files that the page has asked for. */
    asked: () => gate.evaluate(({ asked }) => asked),
    /** Lets the page have this many of them in all. */
    allow: (count: number) =>
      gate.evaluate((gate, count) => void Object.assign(gate, { allowed: count }), count),
  };
}

/** Three upright stripes whose borders depend on `seed`. */
function stripes(side: number, seed: number): Uint8Array {
  const samples = new Uint8Array(side * side * 3);
  const border = 1 + (seed % (side / 3));
  for (let pixel = 0; pixel < side * side; pixel++) {
    const x = pixel % side;
    samples[pixel * 3] = x < border ? 10 : x < side / 2 ? 12 : 11;
  }
  return encodePng({ width: side, height: side, colourType: 2, bitDepth: 8, samples, filter: 2 });
}

function resultFile(name: string): DroppedFile {
  const legend = { "#0a0000": "left", "#0b0000": "right", "#0c0000": "middle" };
  return textFile(`${name}.json`, JSON.stringify({ legend, url: "https://example.com/mask.png" }));
}

function slowCount({ data, labels }: LabelMap, className: string): number {
  return Array.from(data).filter((label) => labels[label]?.className === className).length;
}

function classRows(page: Page): Promise<string[][]> {
  return page
    .getByRole("table", { name: "Pixels and images of each class" })
    .locator("tbody tr")
    .evaluateAll((rows) => rows.map((row) => [...row.children].map((cell) => cell.textContent!)));
}

function cardNames(page: Page): Promise<string[]> {
  return page.locator(".card-name").allTextContents();
}

function percent(share: number): string {
  return share > 0 && share < 0.0001 ? "< 0.01 %" : `${(100 * share).toFixed(2)} %`;
}

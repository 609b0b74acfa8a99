/**
 * The page of `labelmap view` while the files of a data set in a format of its own change: real files, a real process, a
 * real Chromium.
 */
import { cpSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import sharp from "sharp";
import { describe, expect, it } from "vitest";
import { findChromium } from "../../scripts/chromium.mjs";
import { errorsOf, launchChromium, rowTexts, shown } from "../explorer/explorer-page.js";
import { encodePng } from "../support/encode-png.mjs";
import { makeFolder, runCli } from "../support/run-cli.js";
import { spawnCli, until } from "../support/spawn-cli.js";

const [WIDTH, HEIGHT] = [40, 30];
const PHOTO = await sharp({
  create: { width: WIDTH, height: HEIGHT, channels: 3, background: "#406080" },
})
  .jpeg()
  .toBuffer();

/** A folder with this many masks, whose left columns are of a car, and all others of a tree. */
function writeMasks(folder: string, redColumns: Readonly<Record<string, number>>): void {
  mkdirSync(folder, { recursive: true });
  for (const [name, columns] of Object.entries(redColumns)) {
    const row = Array.from({ length: WIDTH }, (_, x) => (x < columns ? [200, 0, 0] : [0, 200, 0])).flat();
    const samples = Uint8Array.from(Array(HEIGHT).fill(row).flat());
    const png = encodePng({ width: WIDTH, height: HEIGHT, colourType: 2, bitDepth: 8, samples, filter: 0 });
    writeFileSync(join(folder, `${name}.png`), png);
    const legend = { "#c80000": "car # 1", "#00c800": "tree" };
    writeFileSync(join(folder, `${name}.json`), JSON.stringify({ legend }));
    writeFileSync(join(folder, `${name}.jpg`), PHOTO);
  }
}

/** Writes these masks as a set of the format over the set that is there. */
function writeSet(set: string, format: string, redColumns: Readonly<Record<string, number>>): void {
  const folder = makeFolder();
  writeMasks(join(folder, "in"), redColumns);
  const { code, stderr } = runCli(["convert", "in", "--to", format, "--out", "set", "--photos", "-q"], {
    cwd: folder,
  });
  expect([code, stderr]).toEqual([0, expect.any(String)]);
  for (const entry of readdirSync(join(folder, "set"))) {
    if (!entry.startsWith(".")) cpSync(join(folder, "set", entry), join(set, entry), { recursive: true });
  }
}

async function startView(...args: string[]): Promise<string> {
  const { printed, child } = spawnCli(["view", ...args]);
  await until(() => printed.stdout.endsWith("\n") || child.exitCode !== null, "the address is printed");
  return printed.stdout.trim();
}

const carPixels = (rows: string[][]) => Number(rows.find(([name]) => name === "car")?.[2] ?? Number.NaN);

describe.skipIf(findChromium() === undefined)("labelmap view of a data set", () => {
  it.each(["coco-panoptic", "coco-instances", "cvat", "cvat-xml", "yolo", "voc", "npy", "supervisely"])(
    "shows changes of a set of %s",
    async (format) => {
      const set = makeFolder();
      writeSet(set, format, { a: 10, b: 20 });
      const url = await startView(set, "--from", format);
      const browser = await launchChromium();
      try {
        const page = await browser.newPage();
        // Only a hang reaches it.
        page.setDefaultTimeout(60_000);
        const errors: string[] = [];
        page.on("pageerror", ({ message }) => errors.push(message));
        await page.goto(url);
        await shown(page, "a");
        const pixels = async () => carPixels(await rowTexts(page));
        expect(await pixels()).toBe(300);
        await page.getByLabel(/^Show car/).uncheck();
        writeSet(set, format, { a: 15, b: 20, c: 5 });
        await expect.poll(pixels, { timeout: 60_000 }).toBe(450);
        const options = page.locator(".toolbar select option");
        await expect
          .poll(() => options.allTextContents(), { timeout: 60_000 })
          .toEqual(expect.arrayContaining(["a", "b", "c"]));
        expect(await page.getByLabel(/^Show car/).isChecked()).toBe(false);
        expect(errors).toEqual([]);
      } finally {
        await browser.close();
      }
    },
  );

  it("says that a list is half written, shows what it had, and goes on once the list is whole", async () => {
    const set = makeFolder();
    writeSet(set, "coco-panoptic", { a: 10, b: 20 });
    const [list] = readdirSync(set, { recursive: true, encoding: "utf8" }).filter((path) =>
      /panoptic.*\.json$/.test(path),
    );
    const json = readFileSync(join(set, list!), "utf8");
    const url = await startView(set, "--from", "coco-panoptic");
    const browser = await launchChromium();
    try {
      const page = await browser.newPage();
      page.setDefaultTimeout(60_000);
      await page.goto(url);
      await shown(page, "a");
      writeFileSync(join(set, list!), json.slice(0, json.length / 2));
      await errorsOf(page).getByText("FORMAT_INVALID").waitFor();
      expect(carPixels(await rowTexts(page))).toBe(300);
      writeFileSync(join(set, list!), json);
      await expect.poll(() => errorsOf(page).allTextContents()).toEqual([]);
      expect(carPixels(await rowTexts(page))).toBe(300);
    } finally {
      await browser.close();
    }
  });
});

describe("the list of labelmap view", () => {
  /** The version of each mask. */
  async function versions(url: string): Promise<Record<string, string>> {
    const { masks } = (await (await fetch(new URL("files.json", url))).json()) as {
      masks: { name: string; version: string }[];
    };
    return Object.fromEntries(masks.map(({ name, version }) => [name, version]));
  }

  const touch = (path: string) => writeFileSync(path, `${readFileSync(path, "utf8")} `);

  it("has another version only of the masks that may have changed", async () => {
    const set = makeFolder();
    // Of lists with the names of masks, all masks depend.
    writeSet(set, "voc", { a: 10, train: 20 });
    const url = await startView(set, "--from", "voc");
    const first = await versions(url);
    expect(await versions(url)).toEqual(first);

    touch(join(set, "SegmentationClass/a.png"));
    const second = await versions(url);
    expect(second.a).not.toBe(first.a);
    expect(second.train).toBe(first.train);

    touch(join(set, "labelmap.txt"));
    const third = await versions(url);
    expect([third.a === second.a, third.train === second.train]).toEqual([false, false]);

    const lists = readdirSync(join(set, "ImageSets/Segmentation"));
    expect(lists).toContain("train.txt");
    writeFileSync(join(set, "ImageSets/Segmentation/val.txt"), "");
    const fourth = await versions(url);
    touch(join(set, "ImageSets/Segmentation/train.txt"));
    const fifth = await versions(url);
    expect([fifth.a === fourth.a, fifth.train === fourth.train]).toEqual([false, false]);
    rmSync(join(set, "ImageSets/Segmentation/val.txt"));
  });

  it("takes the texts of single masks for their own", async () => {
    const set = makeFolder();
    writeSet(set, "yolo", { a: 10, b: 20 });
    const url = await startView(set, "--from", "yolo");
    const first = await versions(url);
    const [path] = readdirSync(set, { recursive: true, encoding: "utf8" }).filter((one) =>
      /\ba\.txt$/.test(one),
    );
    touch(join(set, path!));
    const second = await versions(url);
    expect([second.a === first.a, second.b === first.b]).toEqual([false, true]);
  });
});

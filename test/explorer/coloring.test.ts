/** What the colours say on the built page: on the stage, in the list, and in the pictures of all masks. */
import type { Page } from "playwright-core";
import sharp from "sharp";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { paintPicture } from "../../cli/explorer/src/dataset/paint-picture.js";
import { findChromium } from "../../scripts/chromium.mjs";
import { decodeMask } from "../../src/all.js";
import { ColorType, decodeRgba, writePng } from "../../src/decode/png/index.js";
import { type Coloring, classColors, distinctColor, labelColors } from "../../src/legend/index.js";
import { encodePng } from "../support/encode-png.mjs";
import {
  allRead,
  type DroppedFile,
  drop,
  dropFixture,
  type Explorer,
  expectNoFaults,
  fixtureFiles,
  shown,
  startExplorer,
  text,
  withPage,
} from "./explorer-page.js";

const STREETS = ["street-1080p-rgb-upng", "street-500-rgb-interlaced"];

describe("a picture's palette", () => {
  it("is replaced, and the rest stays as it is", async () => {
    const palette = Uint8Array.from([1, 2, 3, 4, 5, 6, 128, 128, 128]);
    const header = { width: 3, height: 1, bitDepth: 8, colorType: ColorType.palette } as const;
    const png = writePng(header, Uint8Array.of(0, 2, 1), palette);
    const before = png.slice();
    const painted = paintPicture(png, ["#ff8001", "#00fe7f"]);
    expect(png).toEqual(before);
    // Both decoders check the sums of chunks.
    const { pixels: rgba } = await decodeRgba(painted);
    expect([...rgba]).toEqual([255, 128, 1, 255, 128, 128, 128, 255, 0, 254, 127, 255]);
    const pixels = await sharp(painted, { failOn: "warning" }).removeAlpha().raw().toBuffer();
    expect([...pixels]).toEqual([255, 128, 1, 128, 128, 128, 0, 254, 127]);
  });
});

describe.skipIf(findChromium() === undefined)("the explorer's colours", () => {
  let explorer: Explorer;
  beforeAll(async () => {
    explorer = await startExplorer();
  });
  afterAll(() => explorer?.close());

  it("are those of the mask, of classes, of objects or of labels, on the stage and in the list", () =>
    withPage(explorer, async (page) => {
      const [name] = STREETS;
      await dropFixture(page, name!);
      const { png, json } = fixtureFiles(name!);
      const { labels, data, width, height } = await decodeMask(png.bytes, text(json.bytes));
      const classNames = new Set(labels.map(({ className }) => className));
      // The middle of the image, and of its upper half.
      const places = [height >> 1, height >> 2].map((y) => y * width + (width >> 1));
      for (const by of ["mask", "class", "instance", "distinct"] as const) {
        await page.getByLabel("Colour by").selectOption(by);
        const colors = labelColors(labels, { by, classNames });
        await expect
          .poll(() => swatches(page))
          .toEqual(
            [...labels]
              .sort((a, b) => b.pixelCount - a.pixelCount)
              .slice(0, 10)
              .map(({ index }) => colors[index]),
          );
        await expect
          .poll(() => stageColors(page, [0.5, 0.25]), { message: by })
          .toEqual(places.map((place) => colors[data[place]!]));
      }
    }));

  it("are kept when the page is opened again, and a class keeps the colour that it is given", () =>
    withPage(explorer, async (page) => {
      await dropFixture(page, STREETS[0]!);
      await page.getByLabel("Colour by").selectOption("class");
      await page.getByRole("button", { name: "By class" }).click();
      await page.getByLabel("Colour of sky").fill("#ffcc00");
      await page.reload();
      await dropFixture(page, STREETS[1]!);
      expect(await page.getByLabel("Colour by").inputValue()).toBe("class");
      expect(await page.getByLabel("Colour of sky").inputValue()).toBe("#ffcc00");
      await expect.poll(() => stageColors(page, [0.02])).toEqual(["#ffcc00"]);
    }));

  it("tell the numbers of a grey mask apart, which are listed as numbers", () =>
    withPage(explorer, async (page) => {
      const samples = Uint8Array.from(
        { length: 300 * 200 },
        (_, pixel) => 1 + Math.floor((pixel % 300) / 100),
      );
      const bytes = encodePng({ width: 300, height: 200, colourType: 0, bitDepth: 8, samples });
      await drop(page, { name: "ids.png", bytes });
      await shown(page, "ids");
      expect((await page.locator("tbody .name").allTextContents()).sort()).toEqual(["1", "2", "3"]);
      expect(await page.getByLabel("Colour by").inputValue()).toBe("class");
      expect(new Set(await swatches(page))).toEqual(new Set([1, 2, 3].map(distinctColor)));
      await expect.poll(() => stageColors(page, [0.3])).toEqual([distinctColor(2)]);
    }));

  it("are the same for a class in all pictures of a data set", () =>
    withPage(explorer, async (page) => {
      const names = [...STREETS, "brush-720p-rgba-alpha"];
      await drop(page, ...names.map(fixtureFiles).flatMap(({ png, json }) => [png, json]));
      await expect.poll(() => page.locator(".card-read").count()).toBe(3);
      await allRead(page);
      const maps = await Promise.all(
        STREETS.map(async (name) => {
          const { png, json } = fixtureFiles(name);
          return { name, png, json, labels: (await decodeMask(png.bytes, text(json.bytes))).labels };
        }),
      );
      const brush = fixtureFiles(names[2]!);
      const others = (await decodeMask(brush.png.bytes, text(brush.json.bytes))).labels;
      const all = [...maps.flatMap(({ labels }) => labels), ...others];
      // The page also keeps colours for what a legend lacks.
      const known = classColors([...all.map(({ className }) => className), "unknown colour", "unknown id"], {
        colors: { "unknown colour": "#e6007e", "unknown id": "#e6007e" },
      });
      for (const by of ["class", "instance", "distinct"] satisfies Coloring[]) {
        await page.getByLabel("Colour by").selectOption(by);
        for (const { name, png, json } of maps) {
          const expected = async () => {
            const { width, height, colors } = await picturePixels(page, name);
            const map = await decodeMask(png.bytes, text(json.bytes), { resize: { width, height } });
            const wanted = labelColors(map.labels, by === "distinct" ? { by } : { by, colors: known });
            return colors.filter((color, pixel) => color !== (wanted[map.data[pixel]!] ?? "#808080")).length;
          };
          await expect.poll(expected, { message: `${by} ${name}` }).toBe(0);
        }
      }
      expect(known.get("sky")).toBe(classColors(["sky"]).get("sky"));
    }));

  it("of a picture with more labels than a palette has colours are all there", () =>
    withPage(explorer, async (page) => {
      const side = 20;
      const samples = Uint8Array.from({ length: side * side * 3 }, (_, at) => {
        const pixel = Math.floor(at / 3);
        return [pixel & 255, pixel >> 8, 200][at % 3]!;
      });
      const many: DroppedFile = {
        name: "many.png",
        bytes: encodePng({ width: side, height: side, colourType: 2, bitDepth: 8, samples }),
      };
      await drop(page, many, ...STREETS.map(fixtureFiles).flatMap(({ png, json }) => [png, json]));
      await allRead(page);
      const { colors } = await picturePixels(page, "many");
      expect(colors).toEqual(
        Array.from({ length: side * side }, (_, pixel) => {
          const [red, green] = [pixel & 255, pixel >> 8].map((byte) => byte.toString(16).padStart(2, "0"));
          return `#${red}${green}c8`;
        }),
      );
      await page.getByLabel("Colour by").selectOption("distinct");
      // All but the labels that have found no place in the palette.
      await expect.poll(async () => new Set((await picturePixels(page, "many")).colors).size).toBe(256);
    }));

  it.each(["light", "dark"] as const)("have no accessibility faults that axe finds, %s", (colorScheme) =>
    withPage(
      explorer,
      async (page) => {
        await dropFixture(page, STREETS[0]!);
        await page.getByLabel("Colour by").selectOption("instance");
        await page.getByRole("button", { name: "By class" }).click();
        await page.getByRole("button", { name: "Open car", exact: true }).click();
        await expectNoFaults(page);
      },
      { colorScheme },
    ),
  );
});

/** Of the first ten rows of the list. */
function swatches(page: Page): Promise<string[]> {
  return page.locator("tbody .swatch").evaluateAll((all) =>
    all.slice(0, 10).map((swatch) => {
      const channels = (swatch as HTMLElement).style.backgroundColor.match(/\d+/g)!.map(Number);
      return `#${channels.map((channel) => channel.toString(16).padStart(2, "0")).join("")}`;
    }),
  );
}

/** The colours of the stage in the middle of its width, at these parts of the image's height. */
async function stageColors(page: Page, parts: readonly number[]): Promise<string[]> {
  await page.mouse.move(1100, 20);
  const { data, info } = await sharp(await page.locator("canvas").screenshot())
    .removeAlpha()
    .raw()
    .toBuffer({ resolveWithObject: true });
  const { width, height } = info;
  const at = (y: number) => 3 * (y * width + (width >> 1));
  const color = (y: number) => `#${data.subarray(at(y), at(y) + 3).toString("hex")}`;
  // The image lies in the middle, between strips in the colour of the page.
  const around = color(2);
  const rows = Array.from({ length: height }, (_, y) => y).filter((y) => color(y) !== around);
  const [first, last] = [rows[0]!, rows.at(-1)!];
  return parts.map((part) => color(Math.round(first + part * (last - first))));
}

async function picturePixels(page: Page, name: string) {
  const card = page.locator(".card", { has: page.locator(".card-name").getByText(name, { exact: true }) });
  return card.locator("img").evaluate(async (image: HTMLImageElement) => {
    await image.decode();
    const canvas = new OffscreenCanvas(image.naturalWidth, image.naturalHeight);
    const context = canvas.getContext("2d")!;
    context.drawImage(image, 0, 0);
    const { width, height, data } = context.getImageData(0, 0, canvas.width, canvas.height);
    const colors = Array.from({ length: width * height }, (_, pixel) =>
      [0, 1, 2].reduce((hex, channel) => hex + data[4 * pixel + channel]!.toString(16).padStart(2, "0"), "#"),
    );
    return { width, height, colors };
  });
}

/** Measuring on the stage: to the pixel, against a slow count and against known places, by mouse, touch and keys. */
import fc from "fast-check";
import type { BrowserContextOptions, Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, it, vi } from "vitest";
import type { PixelImage } from "../../cli/explorer/src/stage/label-image.js";
import { countRows, countSlowly, emptyCounts } from "../../cli/explorer/src/tools/count-in-box.js";
import { boxBetween, distanceBetween } from "../../cli/explorer/src/tools/measurement.js";
import { findChromium } from "../../scripts/chromium.mjs";
import { decodeMask } from "../../src/all.js";
import { encodePng } from "../support/encode-png.mjs";
import { asRuns } from "./as-runs.js";
import {
  drop,
  dropFixture,
  type Explorer,
  errorsOf,
  expectNoFaults,
  fixtureFiles,
  shown,
  startExplorer,
  text,
  textFile,
  withPage,
} from "./explorer-page.js";

const pixel = fc.record({ x: fc.nat(60), y: fc.nat(60) });

describe("a measured distance", () => {
  it("goes from centre to centre, and turns counter-clockwise from the right", () => {
    const from = { x: 10, y: 10 };
    const to = (x: number, y: number) => distanceBetween(from, { x: 10 + x, y: 10 + y });
    expect(to(0, 0)).toEqual({ dx: 0, dy: 0, length: 0, angle: null });
    expect(to(1, 0)).toEqual({ dx: 1, dy: 0, length: 1, angle: 0 });
    // Three columns to the right and four rows down.
    expect(to(3, 4)).toMatchObject({ dx: 3, dy: 4, length: 5 });
    const angles = [to(5, -5), to(0, -9), to(-5, -5), to(-3, 0), to(-5, 5), to(0, 9), to(5, 5)];
    expect(angles.map(({ angle }) => angle)).toEqual([45, 90, 135, 180, -135, -90, -45]);
  });

  it("is that between the centres of the pixels' squares", () => {
    fc.assert(
      fc.property(pixel, pixel, (from, to) => {
        const centre = ({ x, y }: typeof from) => [(x + (x + 1)) / 2, (y + (y + 1)) / 2] as const;
        const [[ax, ay], [bx, by]] = [centre(from), centre(to)];
        const { length, angle } = distanceBetween(from, to);
        expect(length).toBeCloseTo(Math.sqrt((ax - bx) ** 2 + (ay - by) ** 2), 9);
        if (angle === null) return expect(from).toEqual(to);
        expect(ax + length * Math.cos((angle * Math.PI) / 180)).toBeCloseTo(bx, 9);
        expect(ay - length * Math.sin((angle * Math.PI) / 180)).toBeCloseTo(by, 9);
      }),
    );
  });
});

describe("a measured box", () => {
  it("contains exactly the pixels between both, and both of them, as a label's box does", () => {
    fc.assert(
      fc.property(pixel, pixel, (a, b) => {
        const { x, y, width, height } = boxBetween(a, b);
        const isBetween = (value: number, one: number, other: number) =>
          (value >= one && value <= other) || (value >= other && value <= one);
        for (let row = -1; row <= 61; row++) {
          for (let column = -1; column <= 61; column++) {
            const isInside = column >= x && column < x + width && row >= y && row < y + height;
            if (isInside !== (isBetween(column, a.x, b.x) && isBetween(row, a.y, b.y)))
              expect.fail(`${column}, ${row} with ${JSON.stringify([a, b])}`);
          }
        }
      }),
      { numRuns: 50 },
    );
  });

  it("counts each value as often as a count of single pixels does, whatever the map and the box", () => {
    const map = fc.record({
      width: fc.integer({ min: 1, max: 30 }),
      height: fc.integer({ min: 1, max: 20 }),
    });
    const cases = map.chain(({ width, height }) =>
      fc.record({
        width: fc.constant(width),
        height: fc.constant(height),
        values: fc.array(fc.constantFrom(0, 1, 2, 255), {
          minLength: width * height,
          maxLength: width * height,
        }),
        from: fc.record({ x: fc.nat(width - 1), y: fc.nat(height - 1) }),
        to: fc.record({ x: fc.nat(width - 1), y: fc.nat(height - 1) }),
        isWide: fc.boolean(),
      }),
    );
    fc.assert(
      fc.property(cases, ({ width, height, values, from, to, isWide }) => {
        const data = isWide ? Uint16Array.from(values) : Uint8Array.from(values);
        const pixels = { width, height, data } as PixelImage;
        const box = boxBetween(from, to);
        const slow = new Map<number, number>();
        for (let row = box.y; row < box.y + box.height; row++)
          for (let column = box.x; column < box.x + box.width; column++) {
            const value = values[row * width + column]!;
            slow.set(value, (slow.get(value) ?? 0) + 1);
          }
        for (const image of [pixels, asRuns(pixels)]) {
          const counts = emptyCounts(image);
          countRows(image, box, 0, box.height, counts);
          expect(new Map([...counts.entries()].filter(([, count]) => count > 0))).toEqual(
            new Map([...slow].sort(([a], [b]) => a - b)),
          );
        }
      }),
    );
  });

  it("is counted in slices if it is large, to the same counts, unless it is stopped", async () => {
    vi.stubGlobal("requestAnimationFrame", (run: () => void) => setTimeout(run));
    const [width, height] = [3001, 4002];
    const data = Uint8Array.from({ length: width * height }, (_, at) => (at * 2654435761) >>> 29);
    const image = { width, height, data };
    const box = { x: 1, y: 1, width: width - 1, height: height - 1 };
    const counts = await countSlowly(image, box, new AbortController().signal);
    const slow = new Uint32Array(256);
    for (let row = 1; row < height; row++)
      for (let column = 1; column < width; column++) slow[data[row * width + column]!]!++;
    expect(counts).toEqual(slow);
    const stop = new AbortController();
    const stopped = countSlowly(image, box, stop.signal);
    stop.abort();
    expect(await stopped).toBe(null);
    vi.unstubAllGlobals();
  });
});

const STREET = "street-500-rgb-interlaced";
const CLIPBOARD = { permissions: ["clipboard-read", "clipboard-write"] };
/** A small mask, whose pixels are large on the screen: four columns of a, then eight of b, with a row of c at the bottom. */
const SMALL = { width: 12, height: 8 };
const small = {
  png: encodePng({
    ...SMALL,
    colourType: 2,
    bitDepth: 8,
    samples: Uint8Array.from({ length: 12 * 8 * 3 }, (_, at) => {
      const place = Math.floor(at / 3);
      const label = Math.floor(place / 12) === 7 ? 2 : place % 12 < 4 ? 0 : 1;
      return [
        [200, 0, 0],
        [0, 200, 0],
        [0, 0, 200],
      ][label]![at % 3]!;
    }),
  }),
  json: JSON.stringify({ legend: { "#c80000": "a", "#00c800": "b", "#0000c8": "c" } }),
};

describe.skipIf(findChromium() === undefined)("the explorer's measuring", () => {
  let explorer: Explorer;
  beforeAll(async () => {
    explorer = await startExplorer();
  });
  afterAll(() => explorer?.close());

  const withSmall = (work: (page: Page) => Promise<void>, options: BrowserContextOptions = {}) =>
    withPage(
      explorer,
      async (page) => {
        await drop(page, { name: "small.png", bytes: small.png }, textFile("small.json", small.json));
        await shown(page, "small");
        await work(page);
      },
      options,
    );

  it("measures a distance from centre to centre, wherever in the pixels the clicks are", () =>
    withSmall(async (page) => {
      await page.keyboard.press("m");
      await page.getByText("tap the first pixel").waitFor();
      // Near the lower right corner of one, and near the upper left corner of the other.
      await clickAt(page, [2.97, 5.97]);
      await clickAt(page, [10.03, 1.03]);
      expect(await result(page)).toBe("8.94 px");
      expect(await facts(page)).toEqual({ Δx: "8", Δy: "−4", Angle: "26.57°", From: "2, 5", To: "10, 1" });
      const line = await geometry(page, "line", ["x1", "y1", "x2", "y2"]);
      const [from, to] = [await placeOf(page, [2.5, 5.5]), await placeOf(page, [10.5, 1.5])];
      for (const [place, value] of [...from, ...to].entries()) expect(line[place]).toBeCloseTo(value, 0);
      // The third click begins again, and the pointer shows where it would end.
      await clickAt(page, [0.5, 0.5]);
      await moveTo(page, [0.5, 3.5]);
      await expect.poll(() => result(page)).toBe("3.00 px");
      expect((await facts(page)).Angle).toBe("−90°");
    }));

  it("measures a box from edge to edge, and counts what is in it", () =>
    withSmall(async (page) => {
      await page.keyboard.press("Shift+M");
      await clickAt(page, [9.9, 7.1]);
      await clickAt(page, [2.1, 4.9]);
      expect(await result(page)).toBe("8 × 4 px");
      expect(await facts(page)).toEqual({ Area: "32 px · 33.33 %", Box: "2, 4 · 8 × 4" });
      expect(await listed(page)).toEqual(["b 18 56.25 %", "c 8 25.00 %", "a 6 18.75 %"]);
      const rect = await geometry(page, "rect", ["x", "y", "width", "height"]);
      const [left, top] = await placeOf(page, [2, 4]);
      const [right, bottom] = await placeOf(page, [10, 8]);
      for (const [place, value] of [left, top, right - left, bottom - top].entries())
        expect(rect[place]).toBeCloseTo(value, 0);
      await page.getByRole("button", { name: "Copy", exact: true }).click();
      expect(await clipboard(page)).toBe(
        [
          "x\ty\twidth\theight\tpixels",
          "2\t4\t8\t4\t32",
          "",
          "label\tpixels\tshare",
          "b\t18\t0.5625",
          "c\t8\t0.25",
          "a\t6\t0.1875",
        ].join("\n"),
      );
      // The same pixels, as a distance.
      await page.getByRole("group", { name: "Measure" }).getByText("Distance").click();
      await page.getByRole("button", { name: "Copy", exact: true }).click();
      expect(await clipboard(page)).toBe(
        "from x\tfrom y\tto x\tto y\tdx\tdy\tdistance\tangle\n9\t7\t2\t4\t-7\t-3\t7.6158\t156.8014",
      );
    }, CLIPBOARD));

  it("takes the nearest pixel for a place beside the image, and a single pixel as 1 × 1", () =>
    withSmall(async (page) => {
      await page.getByRole("button", { name: "Measure", exact: true }).click();
      await page.getByRole("group", { name: "Measure" }).getByText("Box").click();
      await clickAt(page, [-0.1, -0.5]);
      await clickAt(page, [12.1, 8.5]);
      expect(await result(page)).toBe("12 × 8 px");
      expect(await listed(page)).toEqual(["b 56 58.33 %", "a 28 29.17 %", "c 12 12.50 %"]);
      await clickAt(page, [5.5, 5.5]);
      await clickAt(page, [5.5, 5.5]);
      expect(await result(page)).toBe("1 × 1 px");
      expect(await listed(page)).toEqual(["b 1 100.00 %"]);
    }));

  it("counts in a box of a large mask what the library's map has there, hidden labels, too", () =>
    withPage(
      explorer,
      async (page) => {
        await dropFixture(page, STREET);
        await page.getByRole("checkbox", { name: "Show sky" }).uncheck();
        await page.keyboard.press("Shift+M");
        const stage = (await page.locator(".stage").boundingBox())!;
        await page.mouse.click(stage.x + stage.width * 0.21, stage.y + stage.height * 0.37);
        await page.mouse.click(stage.x + stage.width * 0.83, stage.y + stage.height * 0.61);
        await page.getByRole("button", { name: "Copy", exact: true }).click();
        const [, numbers, , , ...rows] = (await clipboard(page)).split("\n").map((row) => row.split("\t"));
        const [x, y, width, height, area] = numbers!.map(Number) as [number, number, number, number, number];
        expect(area).toBe(width * height);
        expect(area).toBeGreaterThan(10_000);
        const { png, json } = fixtureFiles(STREET);
        const map = await decodeMask(png.bytes, text(json.bytes));
        const slow = new Map<string, number>();
        for (let row = y; row < y + height; row++)
          for (let column = x; column < x + width; column++) {
            const name = map.labels[map.data[row * map.width + column]!]?.name ?? "unknown";
            slow.set(name, (slow.get(name) ?? 0) + 1);
          }
        expect(slow.get("sky")).toBeGreaterThan(100);
        const known = rows.filter(([name]) => !name!.startsWith("#"));
        expect(Object.fromEntries(known.map(([name, pixels]) => [name, Number(pixels)]))).toEqual(
          Object.fromEntries([...slow].filter(([name]) => name !== "unknown")),
        );
        const sum = rows.reduce((total, [, pixels]) => total + Number(pixels), 0);
        expect(sum).toBe(area);
      },
      CLIPBOARD,
    ));

  it("is done by keys, reads the pixel out, and Escape ends it before it isolates none", () =>
    withSmall(async (page) => {
      await page.locator("tbody tr").first().click();
      const isolated = page.locator('tr[aria-selected="true"]');
      expect(await isolated.count()).toBe(1);
      await page.locator(".stage").focus();
      await page.keyboard.press("m");
      // It is said after the next frame, so each key must change what is said.
      await page.keyboard.press("0");
      const said = page.locator(".stage-help[aria-live]");
      await expect.poll(() => said.textContent()).toMatch(/^x \d+, y \d+$/);
      const middle = await said.textContent();
      await page.keyboard.press("ArrowLeft");
      await expect.poll(() => said.textContent()).not.toBe(middle);
      const first = (await said.textContent())!.match(/\d+/g)!.map(Number);
      await page.keyboard.press("Enter");
      await page.keyboard.press("Shift+ArrowRight");
      await expect.poll(() => said.textContent()).not.toBe(`x ${first[0]}, y ${first[1]}`);
      const second = (await said.textContent())!.match(/\d+/g)!.map(Number);
      await page.keyboard.press("Enter");
      const [dx, dy] = [second[0]! - first[0]!, second[1]! - first[1]!];
      expect(dx).toBeGreaterThan(1);
      expect(await result(page)).toBe(`${Math.hypot(dx, dy).toFixed(2)} px`);
      expect(await isolated.count()).toBe(1);
      await page.keyboard.press("Shift+M");
      expect(await result(page)).toBe(`${Math.abs(dx) + 1} × ${Math.abs(dy) + 1} px`);
      await page.keyboard.press("Escape");
      expect(await page.locator(".measure-card, .measure-overlay, .measure-list").count()).toBe(0);
      expect(await isolated.count()).toBe(1);
      await page.keyboard.press("Escape");
      expect(await isolated.count()).toBe(0);
      await page.keyboard.press("?");
      await page.getByRole("dialog").getByText("measure a distance, with Shift a box").waitFor();
      // It is forgotten: measuring begins with nothing.
      await page.keyboard.press("Escape");
      await page.keyboard.press("m");
      await page.getByText("tap the first pixel").waitFor();
    }));

  it("is not ended by Escape in a view without a stage", () =>
    withPage(explorer, async (page) => {
      await page.getByRole("button", { name: "Open a sample" }).click();
      await shown(page, "street");
      const button = page.getByRole("button", { name: "Measure", exact: true });
      await page.keyboard.press("m");
      await expect.poll(() => button.getAttribute("aria-pressed")).toBe("true");
      await page.getByRole("button", { name: "Data set" }).click();
      await page.getByRole("listbox", { name: "Masks" }).waitFor();
      await page.keyboard.press("Escape");
      await page.getByRole("button", { name: "Mask", exact: true }).click();
      await expect.poll(() => button.getAttribute("aria-pressed")).toBe("true");
    }));

  it("is done by fingers", () =>
    withSmall(
      async (page) => {
        await page.getByRole("button", { name: "Measure", exact: true }).tap();
        await page.getByRole("group", { name: "Measure" }).getByText("Box").tap();
        for (const at of [
          [1.5, 1.5],
          [6.5, 3.5],
        ] as const) {
          const [x, y] = await placeOf(page, at);
          const stage = (await page.locator(".stage").boundingBox())!;
          await page.touchscreen.tap(stage.x + x, stage.y + y);
        }
        expect(await result(page)).toBe("6 × 3 px");
        expect(await listed(page)).toEqual(["a 9 50.00 %", "b 9 50.00 %"]);
        await page.getByRole("button", { name: "End measuring" }).tap();
        expect(await page.locator(".measure-card").count()).toBe(0);
      },
      { viewport: { width: 390, height: 844 }, hasTouch: true, isMobile: true },
    ));

  it("moves with the image, and stays for another mask of the same size", () =>
    withSmall(async (page) => {
      await page.keyboard.press("m");
      await clickAt(page, [2.5, 2.5]);
      await clickAt(page, [6.5, 5.5]);
      expect(await result(page)).toBe("5.00 px");
      const before = await geometry(page, "line", ["x1", "y1", "x2", "y2"]);
      const stage = (await page.locator(".stage").boundingBox())!;
      await page.mouse.move(stage.x + 300, stage.y + 300);
      await page.mouse.down();
      await page.mouse.move(stage.x + 340, stage.y + 320, { steps: 4 });
      await page.mouse.up();
      expect(await result(page)).toBe("5.00 px");
      await expect
        .poll(async () => {
          const after = await geometry(page, "line", ["x1", "y1", "x2", "y2"]);
          return after.map((value, place) => Math.round(value - before[place]!));
        })
        .toEqual([40, 20, 40, 20]);
      await drop(page, { name: "other.png", bytes: small.png });
      await shown(page, "other");
      expect(await result(page)).toBe("5.00 px");
    }));

  it("works in a comparison, with pairs of classes, and leaves what is isolated", () =>
    withSmall(async (page) => {
      const samples = Uint8Array.from({ length: 12 * 8 * 3 }, (_, at) => [0, 200, 0][at % 3]!);
      const bytes = encodePng({ ...SMALL, colourType: 2, bitDepth: 8, samples });
      await page.getByRole("button", { name: "Compare" }).click();
      await drop(page, { name: "model.png", bytes }, textFile("model.json", small.json));
      await page.locator(".matrix").waitFor();
      await page.keyboard.press("n");
      const isolated = page.locator('.matrix td[aria-selected="true"]');
      await isolated.waitFor();
      await page.getByRole("button", { name: /^Fit/ }).click();
      await page.keyboard.press("Shift+M");
      await page.waitForTimeout(600);
      await clickAt(page, [2.5, 4.5]);
      await clickAt(page, [9.5, 7.5]);
      expect(await result(page)).toBe("8 × 4 px");
      expect(await listed(page)).toEqual(["b 18 56.25 %", "c → b 8 25.00 %", "a → b 6 18.75 %"]);
      await expectNoFaults(page);
      await page.keyboard.press("Escape");
      expect(await page.locator(".measure-card").count()).toBe(0);
      expect(await isolated.count()).toBe(1);
      await page.keyboard.press("Escape");
      expect(await isolated.count()).toBe(0);
    }));

  it("says so if its script cannot be loaded, and tries again", () =>
    withPage(explorer, async (page) => {
      await page.route(/stage-tools/, (route) => route.abort());
      await drop(page, { name: "small.png", bytes: small.png });
      await shown(page, "small");
      await page.keyboard.press("m");
      await errorsOf(page).getByText("The tool to measure could not be loaded.").waitFor();
      expect(await page.locator(".measure-card").count()).toBe(0);
      await page.unroute(/stage-tools/);
      await page.keyboard.press("m");
      await page.locator(".measure-card").waitFor();
      expect(await errorsOf(page).count()).toBe(0);
    }));

  it.each([
    ["light", 1280],
    ["dark", 1280],
    ["light", 1010],
    ["light", 390],
    ["dark", 390],
  ] as const)(
    "has no faults for axe and covers no more than it must, %s, %i pixels wide",
    (colorScheme, width) =>
      withPage(
        explorer,
        async (page) => {
          await page.getByRole("button", { name: "Open a sample" }).click();
          await shown(page, "street");
          const stage = (await page.locator(".stage").boundingBox())!;
          await page.keyboard.press("m");
          await expectNoFaults(page);
          for (const [x, y] of [
            [0.2, 0.55],
            [0.7, 0.9],
          ] as const)
            await page.mouse.click(stage.x + stage.width * x, stage.y + stage.height * y);
          await expectNoFaults(page);
          await page.keyboard.press("Shift+M");
          await expectNoFaults(page);
          // The stage has not moved, and the list is not on the box, wherever that is.
          expect(await page.locator(".stage").boundingBox()).toEqual(stage);
          const boxes = async () => [
            (await page.getByRole("region", { name: "Labels in the box" }).boundingBox())!,
            (await page.locator(".measure-over rect").boundingBox())!,
          ];
          const [list, low] = await boxes();
          expect(list!.y + list!.height).toBeLessThanOrEqual(low!.y);
          expect(list!.width).toBeLessThan(0.62 * stage.width);
          await page.keyboard.press("Escape");
          await page.keyboard.press("Shift+M");
          for (const [x, y] of [
            [0.2, 0.1],
            [0.7, 0.45],
          ] as const)
            await page.mouse.click(stage.x + stage.width * x, stage.y + stage.height * y);
          await expect
            .poll(async () => {
              const [below, high] = await boxes();
              return below!.y >= high!.y + high!.height;
            })
            .toBe(true);
          await expectNoFaults(page);
          const sideways = await page.evaluate(
            () => document.documentElement.scrollWidth - document.documentElement.clientWidth,
          );
          expect(sideways).toBe(0);
          const cut = await page
            .locator(".measure-card")
            .evaluate((card) => card.scrollHeight > card.clientHeight || card.scrollWidth > card.clientWidth);
          expect(cut).toBe(false);
        },
        { colorScheme, viewport: { width, height: width === 390 ? 844 : 800 } },
      ),
  );
});

/** Where a place of the small mask is, from the corner of the stage: the stage shows all of the mask with a margin. */
async function placeOf(page: Page, [x, y]: readonly [number, number]): Promise<[number, number]> {
  const { width, height } = (await page.locator(".stage").boundingBox())!;
  const scale = 0.96 * Math.min(width / SMALL.width, height / SMALL.height);
  return [width / 2 + (x - SMALL.width / 2) * scale, height / 2 + (y - SMALL.height / 2) * scale];
}

async function moveTo(page: Page, at: readonly [number, number]): Promise<void> {
  const stage = (await page.locator(".stage").boundingBox())!;
  const [x, y] = await placeOf(page, at);
  await page.mouse.move(stage.x + x, stage.y + y);
}

async function clickAt(page: Page, at: readonly [number, number]): Promise<void> {
  await moveTo(page, at);
  await page.mouse.down();
  await page.mouse.up();
}

function result(page: Page): Promise<string | null> {
  return page.locator(".measure-card output").textContent();
}

async function facts(page: Page): Promise<Record<string, string>> {
  const card = page.locator(".measure-card");
  const [names, values] = [
    await card.locator("dt").allTextContents(),
    await card.locator("dd").allTextContents(),
  ];
  return Object.fromEntries(names.map((name, place) => [name, values[place]!]));
}

function listed(page: Page): Promise<string[]> {
  return page.locator(".measure-list li").evaluateAll((rows) =>
    rows.map((row) =>
      [...row.children]
        .map((part) => part.textContent)
        .join(" ")
        .trim(),
    ),
  );
}

function geometry(page: Page, shape: string, attributes: readonly string[]): Promise<number[]> {
  return page
    .locator(`.measure-over ${shape}`)
    .evaluate((element, names) => names.map((name) => Number(element.getAttribute(name))), attributes);
}

function clipboard(page: Page): Promise<string> {
  return page.evaluate(() => navigator.clipboard.readText());
}

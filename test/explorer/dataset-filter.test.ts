/** Filters, orders and large numbers of masks in the data set view: on the built page, against the library in Node. */
import type { Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { matches, NO_FILTER } from "../../cli/explorer/src/dataset/filter.js";
import { findChromium } from "../../scripts/chromium.mjs";
import { decodeMask, type LabelMap } from "../../src/all.js";
import { encodePng } from "../support/encode-png.mjs";
import {
  type DroppedFile,
  drop,
  dropSet,
  type Explorer,
  expectNoFaults,
  fixtureFiles,
  shown,
  startExplorer,
  text,
  textFile,
  withPage,
} from "./explorer-page.js";

const NAMES = [
  "brush-511-grey",
  "brush-720p-rgba-alpha",
  "instances-640-palette-upng",
  "street-500-rgb-interlaced",
  "street-1080p-rgb-upng",
  "tiny-64-rgb-16-bit",
];

describe("a filter", () => {
  it("lists a mask that is not read yet by its name alone", () => {
    const waiting = { kind: "waiting" } as const;
    expect(matches({ ...NO_FILTER, text: " STREET " }, "street-1", waiting)).toBe(true);
    expect(matches({ ...NO_FILTER, text: "car" }, "street-1", waiting)).toBe(false);
    expect(matches({ ...NO_FILTER, className: "car" }, "street-1", waiting)).toBe(false);
    expect(matches({ ...NO_FILTER, problem: "broken" }, "street-1", waiting)).toBe(false);
    const failed = { kind: "failed", message: "", code: null } as const;
    expect(matches({ ...NO_FILTER, problem: "broken" }, "street-1", failed)).toBe(true);
    expect(matches({ ...NO_FILTER, problem: "unknown" }, "street-1", failed)).toBe(false);
  });
});

describe.skipIf(findChromium() === undefined)("the explorer's data set", () => {
  let explorer: Explorer;
  const maps = new Map<string, LabelMap>();
  beforeAll(async () => {
    explorer = await startExplorer();
    for (const name of NAMES) {
      const { png, json } = fixtureFiles(name);
      maps.set(name, await decodeMask(png.bytes, text(json.bytes)));
    }
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
        await dropSet(page, ...NAMES.map(fixtureFiles).flatMap(({ png, json }) => [png, json]), ...more);
        await work(page);
      },
      options,
    );
  const share = (name: string, className: string) => {
    const { labels, width, height } = maps.get(name)!;
    const own = labels.filter((label) => label.className === className);
    return own.reduce((sum, { pixelCount }) => sum + pixelCount, 0) / (width * height);
  };

  it("is shown first if there are several masks, and not for one mask or two", async () => {
    const [first, second] = NAMES.map(fixtureFiles);
    await withDataset(async (page) => {
      expect(await page.getByRole("button", { name: "Data set" }).getAttribute("aria-current")).toBe("page");
    });
    await withPage(explorer, async (page) => {
      await drop(page, first!.png, first!.json, second!.png, second!.json);
      await page.getByRole("heading", { level: 1, name: NAMES[0]!, exact: true }).waitFor();
      expect(await page.getByRole("button", { name: "Mask", exact: true }).getAttribute("aria-current")).toBe(
        "page",
      );
    });
  });

  it("lists the masks with a class, by its share, and those in a range of it", () =>
    withDataset(async (page) => {
      const withSky = NAMES.filter((name) => share(name, "sky") > 0);
      expect(withSky.length).toBeGreaterThan(2);
      expect(withSky.length).toBeLessThan(NAMES.length);
      await classButton(page, "sky").click();
      expect(await cardNames(page)).toEqual(withSky);
      await page.getByText(`${withSky.length} of ${NAMES.length} masks`).waitFor();
      await page.getByLabel("Sort by").selectOption("class share");
      const byShare = withSky.toSorted((a, b) => share(b, "sky") - share(a, "sky"));
      expect(await cardNames(page)).toEqual(byShare);
      const [largest, next] = byShare.map((name) => share(name, "sky"));
      await page.getByLabel("Least share in percent").fill(String(50 * (largest! + next!)));
      await page.getByLabel("Least share in percent").press("Enter");
      expect(await cardNames(page)).toEqual(byShare.slice(0, 1));
      await page.getByRole("button", { name: "Remove the filter with sky" }).click();
      expect(await cardNames(page)).toHaveLength(NAMES.length);
      expect(await page.locator(".filter-bar").count()).toBe(0);
      // Clicked again, a class filters no more.
      await classButton(page, "sky").click();
      expect(await classButton(page, "sky").getAttribute("aria-pressed")).toBe("true");
      await classButton(page, "sky").click();
      expect(await cardNames(page)).toHaveLength(NAMES.length);
    }));

  it("lists the masks with a defect, and broken masks", () =>
    withDataset(
      async (page) => {
        await page.getByRole("button", { name: "Show masks with unknown colours" }).click();
        expect(await cardNames(page)).toEqual(NAMES.filter((name) => maps.get(name)!.unlabelled.count > 0));
        const [code] = maps.get("brush-720p-rgba-alpha")!.issues.map((issue) => issue.code);
        await page.getByRole("button", { name: `Show masks with ${code}` }).click();
        expect(await cardNames(page)).toEqual(
          NAMES.filter((name) => maps.get(name)!.issues.some((issue) => issue.code === code)),
        );
        await page.getByRole("button", { name: "Show broken masks" }).click();
        expect(await cardNames(page)).toEqual(["x-broken"]);
        await page.getByRole("button", { name: "Show all" }).click();
        expect(await cardNames(page)).toEqual([...NAMES, "x-broken"]);
      },
      [{ name: "x-broken.png", bytes: new Uint8Array(4) }],
    ));

  it("searches names, and says that none matches", () =>
    withDataset(async (page) => {
      await page.getByLabel("Search masks").fill("STREET");
      expect(await cardNames(page)).toEqual(NAMES.filter((name) => name.includes("street")));
      await page.getByLabel("Search masks").fill("zzz");
      expect(await page.locator(".card").count()).toBe(0);
      await page.getByText("No mask matches.").waitFor();
      await page.getByLabel("Search masks").fill("");
      expect(await cardNames(page)).toEqual(NAMES);
    }));

  it("sorts by classes and by size", () =>
    withDataset(async (page) => {
      const measures = {
        classes: ({ labels }: LabelMap) =>
          new Set(labels.filter(({ pixelCount }) => pixelCount > 0).map(({ className }) => className)).size,
        size: ({ width, height }: LabelMap) => width * height,
      };
      for (const key of ["classes", "size"] as const) {
        await page.getByLabel("Sort by").selectOption(key);
        const values = (await cardNames(page)).map((name) => measures[key](maps.get(name)!));
        expect(values).toEqual(values.toSorted((a, b) => b - a));
        expect(values[0]).toBeGreaterThan(values.at(-1)!);
      }
    }));

  it("goes to the next and previous mask within the filter and the order", () =>
    withDataset(async (page) => {
      await classButton(page, "sky").click();
      await page.getByLabel("Sort by").selectOption("class share");
      const order = await cardNames(page);
      await page.locator(".card").first().click();
      await shown(page, order[0]!);
      expect(await page.getByLabel("Mask", { exact: true }).locator("option").allTextContents()).toEqual(
        order,
      );
      for (const name of order.slice(1)) {
        await page.getByRole("button", { name: "Next mask" }).click();
        await page.getByRole("heading", { level: 1, name, exact: true }).waitFor();
      }
      expect(await page.getByRole("button", { name: "Next mask" }).isDisabled()).toBe(true);
      await page.getByRole("button", { name: "Previous mask" }).click();
      await page.getByRole("heading", { level: 1, name: order.at(-2)!, exact: true }).waitFor();
    }));

  it.each(["light", "dark"] as const)(
    "has no accessibility faults that axe finds if it is filtered, %s",
    (colorScheme) =>
      withDataset(
        async (page) => {
          await classButton(page, "sky").click();
          await page.getByRole("button", { name: "Show broken masks" }).click();
          await expectNoFaults(page);
          await page.setViewportSize({ width: 390, height: 800 });
          await page.getByRole("button", { name: "Remove the filter broken" }).click();
          await expectNoFaults(page);
        },
        [{ name: "x-broken.png", bytes: new Uint8Array(4) }],
        { colorScheme },
      ),
  );

  it("of 2,000 masks scrolls without blank pictures for longer than two frames, and filters at once", () =>
    withPage(explorer, async (page) => {
      const count = 2000;
      const drawn = Array.from({ length: 20 }, (_, place) => halves(place));
      const legends = ["left", "other"].map((name) => ({ "#0a0000": name, "#0b0000": "right" }));
      const files = Array.from({ length: count }, (_, place) => {
        const name = `mask-${String(place).padStart(4, "0")}`;
        const legend = legends[place % 100 === 7 ? 1 : 0];
        return [
          { name: `${name}.png`, bytes: drawn[place % drawn.length]! },
          textFile(`${name}.json`, JSON.stringify({ legend, url: "https://example.com/mask.png" })),
        ];
      }).flat();
      await drop(page, ...files);
      await page.locator("progress").waitFor({ state: "attached" });
      await page.locator("progress").waitFor({ state: "detached" });
      expect(await page.locator(".card").count()).toBeLessThan(100);

      const { frames, longestBlank } = await scrollThrough(page);
      expect(frames).toBeGreaterThan(100);
      expect(longestBlank).toBeLessThanOrEqual(2);

      const milliseconds = await page.evaluate(async () => {
        const button = [...document.querySelectorAll<HTMLElement>(".class-button")].find(
          ({ textContent }) => textContent === "other",
        )!;
        const start = performance.now();
        button.click();
        await new Promise(requestAnimationFrame);
        await new Promise((resolve) => setTimeout(resolve));
        return performance.now() - start;
      });
      console.log(
        `filtering ${count} masks took ${milliseconds.toFixed(0)} ms until the next frame was drawn`,
      );
      expect(await page.locator(".card").count()).toBe(count / 100);
      expect((await cardNames(page)).slice(0, 2)).toEqual(["mask-0007", "mask-0107"]);
    }));
});

/** Scrolls by most of a screen a frame, and counts for how many frames in turn a read mask's picture is blank. */
function scrollThrough(page: Page): Promise<{ frames: number; longestBlank: number }> {
  return page.locator(".card-scroller").evaluate(async (scroller) => {
    const { top, bottom } = scroller.getBoundingClientRect();
    let [frames, blank, longestBlank] = [0, 0, 0];
    scroller.scrollTop = 0;
    while (scroller.scrollTop + scroller.clientHeight < scroller.scrollHeight - 1 && frames < 400) {
      scroller.scrollTop += 120;
      await new Promise(requestAnimationFrame);
      frames++;
      const inView = [...scroller.querySelectorAll(".card")].filter((card) => {
        const box = card.getBoundingClientRect();
        return box.bottom > top + 1 && box.top < bottom - 1;
      });
      const isFull =
        inView.length > 0 && inView.every((card) => card.querySelector("img")?.complete === true);
      blank = isFull ? 0 : blank + 1;
      longestBlank = Math.max(longestBlank, blank);
    }
    return { frames, longestBlank };
  });
}

/** Two halves, whose border depends on `seed`. */
function halves(seed: number): Uint8Array {
  const side = 96;
  const samples = new Uint8Array(side * side * 3);
  for (let pixel = 0; pixel < side * side; pixel++) samples[pixel * 3] = pixel % side < 20 + seed ? 10 : 11;
  return encodePng({ width: side, height: side, colourType: 2, bitDepth: 8, samples });
}

function classButton(page: Page, name: string) {
  return page.locator(".class-button", { has: page.getByText(name, { exact: true }) });
}

function cardNames(page: Page): Promise<string[]> {
  return page.locator(".card-name").allTextContents();
}

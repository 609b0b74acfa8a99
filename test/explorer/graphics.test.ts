/**
 * What the built page gives to the graphics card, and how it goes on without one. The page believes that Chromium's
 * software is a graphics card.
 */
import type { Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { findChromium } from "../../scripts/chromium.mjs";
import { hugeMask } from "../support/huge-mask.mjs";
import {
  drop,
  dropFixture,
  type Explorer,
  fixtureFiles,
  infosOf,
  shown,
  stagePixels,
  startExplorer,
  textFile,
  withPage,
} from "./explorer-page.js";

const SIZE = 8192;
const LABELS = 64;

declare global {
  interface Window {
    /** Bytes that the graphics card and the page were given. */
    given: { uploaded: number; received: number };
  }
}

describe.skipIf(findChromium() === undefined)("with a graphics card, the page", () => {
  let explorer: Explorer;
  beforeAll(async () => {
    explorer = await startExplorer();
  });
  afterAll(() => explorer?.close());

  const withCard = (work: (page: Page) => Promise<void>) =>
    withPage(explorer, async (page) => {
      await page.addInitScript(countBytes);
      await page.reload();
      await work(page);
    });

  async function openTimings(page: Page): Promise<string> {
    await page.getByRole("tab", { name: "Timings" }).click();
    const texture = page.locator(".facts tr", { hasText: "Upload and draw the texture" });
    await expect.poll(() => texture.locator("td").textContent(), { timeout: 60_000 }).toMatch(/ms|s$/);
    return (await page.locator(".facts tr", { hasText: "Label map" }).locator("small").textContent())!;
  }

  it("opens an 8192×8192 mask of 64 labels with less than 2 MB, and holds no map of its pixels", () =>
    withCard(async (page) => {
      const { png, legend } = hugeMask(SIZE, 64, LABELS);
      await drop(page, { name: "huge.png", bytes: png }, textFile("huge.json", JSON.stringify({ legend })));
      await shown(page, "huge");
      const form = await openTimings(page);
      expect(form).toMatch(/^\d\d,\d{3} runs of equal labels, 4 bytes each; on the graphics card, 1 byte/);
      const { uploaded, received } = await page.evaluate(() => window.given);
      console.log(
        `${SIZE}×${SIZE}, ${LABELS} labels: ${uploaded} bytes uploaded, ${received} bytes from the worker`,
      );
      // Each run is uploaded once, and so are the palette's 256 colours.
      const runs = Number(/^[\d,]+/.exec(form)![0].replace(",", ""));
      expect(uploaded).toBeGreaterThan(8 * runs);
      expect(uploaded).toBeLessThan(1.3 * 8 * runs);
      expect(uploaded).toBeLessThan(2e6);
      expect(received).toBeLessThan(2e6);
      const session = await page.context().newCDPSession(page);
      await session.send("HeapProfiler.collectGarbage");
      const heap = await session.send("Runtime.getHeapUsage");
      const held = heap.usedSize + (heap as { readonly backingStorageSize?: number }).backingStorageSize!;
      expect(held).toBeLessThan((SIZE * SIZE) / 4);
    }));

  it("uploads pixels if their runs are too short, and says so", () =>
    withCard(async (page) => {
      await dropFixture(page, "noise-160-rgba");
      expect(await openTimings(page)).toMatch(
        /^1 byte per pixel, because the runs of equal labels are too short; on/,
      );
      const { uploaded } = await page.evaluate(() => window.given);
      // The map, and the palette.
      expect(uploaded).toBeGreaterThan(160 * 120);
      expect(uploaded).toBeLessThanOrEqual(160 * 120 + 2 * 256 * 4);
    }));

  it("draws without the card if the browser takes it away for good, and says so", () =>
    withCard(async (page) => {
      await dropFixture(page, "street-500-rgb-interlaced");
      await openTimings(page);
      const before = await stagePixels(page);
      await page.evaluate(() => {
        const canvas = document.querySelector<HTMLCanvasElement>(".stage > canvas")!;
        canvas.getContext("webgl2")!.getExtension("WEBGL_lose_context")!.loseContext();
      });
      await closeMessage(page, "no longer lets this page draw with the graphics card");
      expect((await stagePixels(page)) === before).toBe(true);
      expect(await page.evaluate(() => document.querySelector("canvas")!.getContext("webgl2"))).toBeNull();
      // The next mask is drawn, too.
      const { png, json } = fixtureFiles("instances-640-palette-upng");
      await drop(page, png, json);
      await shown(page, "instances-640-palette-upng");
      expect((await stagePixels(page)) === before).toBe(false);
    }));

  it("draws both halves of a comparison from runs, and without the card once the browser takes it away", () =>
    withCard(async (page) => {
      await page.getByRole("button", { name: "Open a sample" }).click();
      await shown(page, "street");
      await page.getByRole("button", { name: "Compare" }).click();
      await page.locator(".matrix").waitFor();
      await page.getByText("Swipe", { exact: true }).click();
      const halves = page.locator(".stage > canvas, .swiped > canvas");
      await expect.poll(() => halves.count()).toBe(2);
      const before = await pixelsOfHalves(page);
      expect(before[0] === before[1]).toBe(false);
      expect((await page.evaluate(() => window.given)).received).toBeLessThan(1920 * 1080);
      await page.evaluate(() => {
        for (const canvas of document.querySelectorAll<HTMLCanvasElement>(
          ".stage > canvas, .swiped > canvas",
        ))
          canvas.getContext("webgl2")!.getExtension("WEBGL_lose_context")!.loseContext();
      });
      await closeMessage(page, "no longer lets this page draw with the graphics card");
      await expect
        .poll(() =>
          halves.evaluateAll((all) => all.map((one) => (one as HTMLCanvasElement).getContext("webgl2"))),
        )
        .toEqual([null, null]);
      expect((await pixelsOfHalves(page)).join() === before.join()).toBe(true);
    }));
});

/** Waits for the message, and closes it, because it takes room from the stage. */
function closeMessage(page: Page, text: string): Promise<void> {
  return infosOf(page).filter({ hasText: text }).getByRole("button").click();
}

/** The pictures of the stage and of the canvas over it, at rest. */
async function pixelsOfHalves(page: Page): Promise<string[]> {
  await stagePixels(page);
  return page.locator(".stage > canvas, .swiped > canvas").evaluateAll((canvases) =>
    canvases.map((canvas) => {
      const { width, height } = canvas as HTMLCanvasElement;
      const context = new OffscreenCanvas(width, height).getContext("2d")!;
      context.drawImage(canvas as HTMLCanvasElement, 0, 0);
      return context.getImageData(0, 0, width, height).data.join();
    }),
  );
}

/** Runs in the page before its scripts. */
function countBytes(): void {
  window.given = { uploaded: 0, received: 0 };
  const webgl = WebGL2RenderingContext.prototype;
  const { getParameter } = webgl;
  const UNMASKED_RENDERER = 0x9246;
  webgl.getParameter = function (name) {
    return name === UNMASKED_RENDERER ? "a graphics card" : Reflect.apply(getParameter, this, [name]);
  };
  const channels = new Map<unknown, number>([
    [webgl.RED_INTEGER, 1],
    [webgl.RG_INTEGER, 2],
    [webgl.RGBA_INTEGER, 4],
  ]);
  const bytes = new Map<unknown, number>([
    [webgl.UNSIGNED_BYTE, 1],
    [webgl.UNSIGNED_SHORT, 2],
    [webgl.UNSIGNED_INT, 4],
  ]);
  const around = (method: keyof WebGL2RenderingContext, sizeOf: (args: unknown[]) => number) => {
    const original = webgl[method] as (...args: unknown[]) => unknown;
    Object.assign(webgl, {
      [method](this: WebGL2RenderingContext, ...args: unknown[]) {
        window.given.uploaded += sizeOf(args);
        return Reflect.apply(original, this, args);
      },
    });
  };
  // NaN, which no limit allows, for what is not counted here.
  const texels = (args: unknown[], sides: number[], format: number) =>
    sides.reduce((product, place) => product * (args[place] as number), 1) *
    (channels.get(args[format]) ?? Number.NaN) *
    (bytes.get(args[format + 1]) ?? Number.NaN);
  around("texImage2D", (args) => texels(args, [3, 4], 6));
  around("texSubImage2D", (args) => texels(args, [4, 5], 6));
  around("texImage3D", () => Number.NaN);
  around("texSubImage3D", (args) => texels(args, [5, 6, 7], 8));
  around("bufferData", () => Number.NaN);
  around("bufferSubData", () => Number.NaN);

  const sizeOf = (value: unknown): number => {
    if (ArrayBuffer.isView(value)) return value.byteLength;
    if (typeof value !== "object" || value === null) return 8;
    return Object.values(value).reduce((sum: number, part) => sum + sizeOf(part), 0);
  };
  window.Worker = class extends Worker {
    constructor(...args: ConstructorParameters<typeof Worker>) {
      super(...args);
      this.addEventListener("message", ({ data }) => {
        window.given.received += sizeOf(data);
      });
    }
  };
}

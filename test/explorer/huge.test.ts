/**
 * The largest mask that the documentation promises, 8192×8192, on the built page in a real Chromium. It is dropped from the
 * disk, checked pixel by pixel, moved by a real mouse while every frame is noted, and opened again and again.
 */
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { loadavg, tmpdir } from "node:os";
import { join } from "node:path";
import type { Browser, Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { findChromium } from "../../scripts/chromium.mjs";
import { hugeMask } from "../support/huge-mask.mjs";
import { dropPaths, type Explorer, shown, startExplorer, withPage } from "./explorer-page.js";

const SIZE = 8192;
const PERIOD = 64;
const MAP_BYTES = SIZE * SIZE;
/** Tiles of 2048² pixels in the mask. */
const TILES = 16;
/** Frames to draw for each movement. */
const FRAMES = 90;
/** Only a hang reaches it. */
const LONGEST_MILLISECONDS = 90_000;
const MEBIBYTE = 2 ** 20;

declare global {
  interface Window {
    /** What has been uploaded and drawn. */
    asked: { tiles: number; palettes: number; draws: number };
    /** Of the frames in which something was drawn since `startFrames`. */
    drawnFrames: { milliseconds: number; draws: number }[];
  }
}

describe.skipIf(findChromium() === undefined)("an 8192×8192 mask", () => {
  const { png, legend, rowLabels } = hugeMask(SIZE, PERIOD);
  const colors = Object.keys(legend);
  let folder: string;
  let explorer: Explorer;
  beforeAll(async () => {
    folder = mkdtempSync(join(tmpdir(), "labelmap-huge-"));
    for (const name of ["huge-1", "huge-2", "huge-3", "huge-4"]) {
      writeFileSync(join(folder, `${name}.png`), png);
      writeFileSync(join(folder, `${name}.json`), JSON.stringify({ legend }));
    }
    explorer = await startExplorer();
  });
  afterAll(async () => {
    await explorer?.close();
    rmSync(folder, { recursive: true, force: true });
  });

  /** Draws as the page chooses, which is a plain canvas if there is no graphics card, or by WebGL. */
  const withHuge = (work: (page: Page) => Promise<void>, { isWebGL = false } = {}) =>
    withPage(explorer, async (page) => {
      await countDrawing(page, isWebGL);
      await open(page, "huge-1");
      await work(page);
    });

  async function open(page: Page, name: string) {
    page.setDefaultTimeout(90_000);
    await dropPaths(page, join(folder, `${name}.png`), join(folder, `${name}.json`));
    await shown(page, name);
    // Away from the stage, because a label under the pointer is outlined.
    await page.mouse.move(1100, 20);
    await rest(page);
  }

  it("shows the mask's label at every place", () =>
    withHuge(async (page) => {
      const box = (await page.locator("canvas").boundingBox())!;
      const at = (x: number, y: number) => [box.x + box.width * x, box.y + box.height * y] as const;
      const [left, top, right, bottom] = [0.16, 0.06, 0.84, 0.94];
      let compared = 0;
      const places: (readonly [x: number, y: number])[] = [];
      for (const [x, y] of [
        [left, top],
        [right, top],
        [0.5, 0.5],
        [left, bottom],
        [right, bottom],
      ] as const) {
        await page.locator(".stage").focus();
        await page.keyboard.press("0");
        await rest(page);
        await page.mouse.move(...at(x, y));
        for (let turn = 0; turn < 6; turn++) await page.mouse.wheel(0, -400);
        await rest(page);
        for (const [toX, toY] of [
          [0.37, 0.41],
          [0.52, 0.6],
          [0.7, 0.31],
          [0.3, 0.7],
          [0.61, 0.44],
        ] as const) {
          await page.mouse.move(...at(toX, toY));
          const position = await page.locator(".label-card .position").textContent();
          const [column, row] = position!.match(/\d+/g)!.map(Number) as [number, number];
          places.push([column, row]);
          const label = rowLabels[row % PERIOD]![column]!;
          expect(await page.locator(".label-card h2").textContent()).toBe(`class ${label}`);
          // At an edge, the pointer and the middle of the screen pixel may be on different labels.
          const around = [-1, 0, 1].flatMap((dy) =>
            [-1, 0, 1].map((dx) => rowLabels[(row + dy + PERIOD) % PERIOD]![column + dx]),
          );
          if (around.some((other) => other !== label)) continue;
          compared++;
          // The label under the pointer has an outline, which would change the colour.
          await page.mouse.move(1100, 20);
          await rest(page);
          expect(await colorAt(page, toX, toY)).toBe(colors[label]);
        }
      }
      expect(compared).toBeGreaterThanOrEqual(5);
      // In all corners of the mask, so in tiles of the first and last rows and columns.
      for (const side of [0, 1]) {
        const sorted = places.map((place) => place[side]!).sort((a, b) => a - b);
        expect(sorted[0]).toBeLessThan(SIZE / 4);
        expect(sorted.at(-1)).toBeGreaterThan((SIZE * 3) / 4);
      }
    }));

  it("draws once per frame while it is panned and zoomed, and uploads nothing", () =>
    withHuge(async (page) => {
      const box = (await page.locator("canvas").boundingBox())!;
      const middle = { x: box.x + box.width / 2, y: box.y + box.height / 2 };
      const lines: string[] = [];
      const measure = async (name: string, move: (step: number) => Promise<void>) => {
        const before = await page.evaluate(() => ({ ...window.asked }));
        await page.evaluate(startFrames);
        const end = Date.now() + LONGEST_MILLISECONDS;
        let frames: Window["drawnFrames"] = [];
        for (let step = 0; frames.length < FRAMES; step += 4) {
          if (Date.now() > end) throw new Error(`${name}: only ${frames.length} frames are drawn`);
          // Several moves per frame, so that no frame has to wait for the mouse.
          await Promise.all([0, 1, 2, 3].map((next) => move(step + next)));
          frames = await page.evaluate(() => window.drawnFrames);
        }
        const after = await page.evaluate(() => window.asked);
        expect(Math.max(...frames.map(({ draws }) => draws)), name).toBe(1);
        expect([after.tiles, after.palettes], name).toEqual([before.tiles, before.palettes]);
        const deltas = frames.map(({ milliseconds }) => milliseconds);
        const sorted = deltas.toSorted((a, b) => a - b);
        const slow = deltas.filter((delta) => delta > 20).length / deltas.length;
        lines.push(
          `${name}: ${deltas.length} frames drawn, median ${quantile(sorted, 0.5).toFixed(1)} ms, ` +
            `p95 ${quantile(sorted, 0.95).toFixed(1)} ms, ${(slow * 100).toFixed(0)} % over 20 ms`,
        );
      };

      const drag = async (step: number) => {
        const angle = step / 12;
        await page.mouse.move(middle.x + 200 * Math.cos(angle), middle.y + 200 * Math.sin(angle));
      };
      await page.mouse.move(middle.x, middle.y);
      await measure("zoom in and out", async (step) => page.mouse.wheel(0, step % 60 < 30 ? -120 : 120));
      await page.keyboard.press("0");
      await rest(page);
      await page.mouse.down();
      await measure("pan, all of it in view", drag);
      await page.mouse.up();
      await page.locator(".stage").focus();
      await page.keyboard.press("1");
      await rest(page);
      await page.mouse.move(middle.x, middle.y);
      await page.mouse.down();
      await measure("pan at 1:1", drag);
      await page.mouse.up();
      await rest(page);

      await page.getByRole("tab", { name: "Timings" }).click();
      const facts = await page
        .locator(".facts tr")
        .evaluateAll((rows) =>
          rows.map(
            (row) =>
              `${row.querySelector("th")!.firstChild!.textContent} ${row.querySelector("td")!.textContent}`,
          ),
        );
      console.log(
        [`8192×8192 (load ${loadavg()[0]!.toFixed(1)})`, ...lines, `the page says: ${facts.join("; ")}`].join(
          "\n  ",
        ),
      );
      // The runs of 2048 bands of 4 rows, and two words for each row.
      expect(facts.join()).toMatch(/Label map 3\d\d\.\d KiB/);
    }));

  it("uploads only the palette to hide or isolate a label", () =>
    withHuge(
      async (page) => {
        const shownAgain = new Set([await page.evaluate(canvasDigest)]);
        for (const act of ["hide", "isolate"] as const) {
          const { before, after, frames, milliseconds } = await page.evaluate(async (act) => {
            const before = { ...window.asked };
            const start = performance.now();
            const row = document.querySelector<HTMLElement>("tbody tr")!;
            if (act === "hide") row.querySelector("input")!.click();
            else row.click();
            let frames = 0;
            while (window.asked.draws === before.draws && frames < 100) {
              await new Promise(requestAnimationFrame);
              frames++;
            }
            return { before, after: { ...window.asked }, frames, milliseconds: performance.now() - start };
          }, act);
          console.log(
            `8192×8192, ${act}: drawn ${milliseconds.toFixed(1)} ms after the click, in frame ${frames}`,
          );
          expect(after.palettes - before.palettes).toBe(1);
          expect(frames).toBeLessThanOrEqual(5);
          await rest(page);
          expect((await page.evaluate(() => window.asked)).tiles).toBe(TILES);
          const changed = await page.evaluate(canvasDigest);
          await page.getByRole("button", { name: "Show all" }).click();
          await rest(page);
          shownAgain.add(await page.evaluate(canvasDigest));
          expect(shownAgain).not.toContain(changed);
          expect(shownAgain.size).toBe(1);
        }
      },
      { isWebGL: true },
    ));

  it.skipIf(process.platform !== "linux").each([
    { how: "a plain canvas", isWebGL: false },
    { how: "WebGL2", isWebGL: true },
  ])("frees the memory when another mask is opened, drawn by $how", ({ how, isWebGL }) =>
    withHuge(
      async (page) => {
        const used = [await residentBytes(page)];
        for (const name of ["huge-2", "huge-3", "huge-4"]) {
          await open(page, name);
          used.push(await residentBytes(page));
        }
        const text = used.map((bytes) => `${(bytes / MEBIBYTE).toFixed(0)} MiB`).join(", ");
        console.log(`8192×8192, one after the other by ${how}, pages and graphics resident: ${text}`);
        // Each mask takes a map on the graphics card, or none. Three kept masks would be three maps.
        expect(used.at(-1)! - used[0]!).toBeLessThan(2 * MAP_BYTES);
        expect((await page.evaluate(() => window.asked)).tiles).toBe(isWebGL ? 4 * TILES : 0);
      },
      { isWebGL },
    ),
  );
});

/** Notes each frame in which something is drawn: the time until the next frame starts, and how often it is drawn. */
function startFrames(): void {
  const frames: Window["drawnFrames"] = [];
  window.drawnFrames = frames;
  let last = Number.NaN;
  let { draws } = window.asked;
  const next = (now: number) => {
    // A new measurement has replaced this one.
    if (window.drawnFrames !== frames) return;
    const drawn = window.asked.draws - draws;
    if (drawn > 0 && now > last) frames.push({ milliseconds: now - last, draws: drawn });
    last = now;
    draws = window.asked.draws;
    requestAnimationFrame(next);
  };
  requestAnimationFrame(next);
}

/**
 * Counts all drawing. To be called before the canvas is made.
 *
 * @param isWebGL whether the page sees a graphics card
 */
async function countDrawing(page: Page, isWebGL: boolean): Promise<void> {
  await page.evaluate((isWebGL) => {
    window.asked = { tiles: 0, palettes: 0, draws: 0 };
    const around = <T extends object>(prototype: T, method: keyof T, before: () => void) => {
      const original = prototype[method] as (...args: unknown[]) => unknown;
      Object.assign(prototype, {
        [method](this: T, ...args: unknown[]) {
          before();
          return Reflect.apply(original, this, args);
        },
      });
    };
    const webgl = WebGL2RenderingContext.prototype;
    // Runs are drawn into the tiles.
    around(webgl, "framebufferTextureLayer", () => window.asked.tiles++);
    around(webgl, "texSubImage2D", () => window.asked.palettes++);
    around(webgl, "drawArrays", () => window.asked.draws++);
    around(CanvasRenderingContext2D.prototype, "putImageData", () => window.asked.draws++);
    if (!isWebGL) return;
    const { getParameter } = webgl;
    const UNMASKED_RENDERER = 0x9246;
    webgl.getParameter = function (name) {
      return name === UNMASKED_RENDERER ? "a graphics card" : Reflect.apply(getParameter, this, [name]);
    };
  }, isWebGL);
}

/** Waits until nothing is drawn for a while and for some frames, however slow they are: the picture is finished. */
async function rest(page: Page): Promise<void> {
  await page.evaluate(async (tiles) => {
    const start = performance.now();
    let seen = -1;
    let [drawnAt, frames] = [start, 0];
    while (frames < 10 || performance.now() - drawnAt < 250 || seen <= 0 || window.asked.tiles % tiles > 0) {
      if (performance.now() - start > 60_000) throw new Error("It goes on drawing.");
      await new Promise(requestAnimationFrame);
      frames++;
      if (seen === window.asked.draws) continue;
      seen = window.asked.draws;
      [drawnAt, frames] = [performance.now(), 0];
    }
  }, TILES);
}

/** @param x,y of the canvas, 0 to 1 */
function colorAt(page: Page, x: number, y: number): Promise<string> {
  return page.evaluate(
    ([x, y]) => {
      const canvas = document.querySelector<HTMLCanvasElement>(".stage canvas")!;
      const context = new OffscreenCanvas(1, 1).getContext("2d")!;
      const box = canvas.getBoundingClientRect();
      // Rounded like the place of the pointer: the pixel under it.
      const scale = canvas.width / box.width;
      context.drawImage(canvas, -Math.floor(box.width * x! * scale), -Math.floor(box.height * y! * scale));
      const [red, green, blue] = context.getImageData(0, 0, 1, 1).data;
      return `#${[red!, green!, blue!].map((byte) => byte.toString(16).padStart(2, "0")).join("")}`;
    },
    [x, y],
  );
}

async function canvasDigest(): Promise<string> {
  const canvas = document.querySelector<HTMLCanvasElement>(".stage canvas")!;
  const context = new OffscreenCanvas(canvas.width, canvas.height).getContext("2d")!;
  context.drawImage(canvas, 0, 0);
  const { data } = context.getImageData(0, 0, canvas.width, canvas.height);
  return new Uint32Array(await crypto.subtle.digest("SHA-256", data)).join();
}

/** Memory of the renderer and GPU processes, after garbage collection. */
async function residentBytes(page: Page): Promise<number> {
  const pageSession = await page.context().newCDPSession(page);
  await pageSession.send("HeapProfiler.collectGarbage");
  await pageSession.detach();
  const session = await (page.context().browser() as Browser).newBrowserCDPSession();
  const { processInfo } = await session.send("SystemInfo.getProcessInfo");
  await session.detach();
  return processInfo
    .filter(({ type }) => type === "renderer" || type === "GPU")
    .map(
      ({ id }) => Number(/^VmRSS:\s+(\d+) kB/m.exec(readFileSync(`/proc/${id}/status`, "utf8"))![1]) * 1024,
    )
    .reduce((sum, bytes) => sum + bytes, 0);
}

function quantile(sorted: readonly number[], part: number): number {
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * part))]!;
}

import type { Page } from "playwright-core";
import { expect, it } from "vitest";
import { findFirefox } from "../../scripts/firefox.mjs";
import { launchFirefox } from "../support/firefox.js";
import { onStage, serveStage } from "./stage-page.js";

onStage(
  "goes on with a plain canvas if its context is lost for good, but not if it is restored",
  async (page) => {
    const found = await page.evaluate(async () => {
      const { show, told, calm, asRuns, colors, until, rest } = window.stage;
      show({
        renderer: "WebGL2",
        image: asRuns(calm(900, 700, Uint8Array, 90)),
        palette: colors(256),
        outlined: 3,
      });
      await rest();
      const canvas = () => document.querySelector<HTMLCanvasElement>(".stage > canvas")!;
      const picture = () => {
        const context = new OffscreenCanvas(600, 400).getContext("2d")!;
        context.drawImage(canvas(), 0, 0);
        return context.getImageData(0, 0, 600, 400).data.join();
      };
      const before = picture();
      const context = canvas().getContext("webgl2")!.getExtension("WEBGL_lose_context")!;
      const lose = async () => {
        const lost = new Promise((resolve) => canvas().addEventListener("webglcontextlost", resolve));
        context.loseContext();
        await lost;
      };
      await lose();
      await new Promise((resolve) => setTimeout(resolve));
      context.restoreContext();
      // As long as a lost context is waited for.
      await new Promise((resolve) => setTimeout(resolve, 3500));
      await rest();
      const restored = { renderers: [...told.renderers], isSame: picture() === before };
      await lose();
      await until(() => told.renderers.length > 1);
      await rest();
      return { restored, renderers: told.renderers, isSame: picture() === before };
    });
    expect(found).toEqual({
      restored: { renderers: ["WebGL2"], isSame: true },
      renderers: ["WebGL2", "canvas after a loss"],
      isSame: true,
    });
  },
);

onStage("uses a plain canvas for a map with more layers than WebGL2 supports", async (page) => {
  const found = await page.evaluate(async () => {
    const gl = document.createElement("canvas").getContext("webgl2")!;
    const height = 2048 * (gl.getParameter(gl.MAX_ARRAY_TEXTURE_LAYERS) as number) + 1;
    const { show, colors, told, squares, until, rest } = window.stage;
    show({ renderer: "WebGL2", image: squares(20, 10, Uint8Array, 9), palette: colors(256) });
    await until(() => told.uploads.length === 1);
    show({ image: { width: 1, height, data: new Uint8Array(height).fill(1) } });
    await until(() => told.uploads.length === 2);
    const key = new KeyboardEvent("keydown", { key: "1", bubbles: true });
    document.querySelector(".stage")!.dispatchEvent(key);
    await rest();
    const canvases = [...document.querySelectorAll("canvas")];
    const { width, height: screenHeight } = canvases[0]!;
    const row = [0, screenHeight / 4, width, 1] as const;
    const pixels = new Uint32Array(canvases[0]!.getContext("2d")!.getImageData(...row).data.buffer);
    const drawn = pixels.filter((pixel) => pixel !== pixels[0]).length;
    return { renderers: told.renderers, count: canvases.length, width, uploads: told.uploads.length, drawn };
  });
  expect(found).toEqual({ renderers: ["WebGL2", "canvas"], count: 1, width: 600, uploads: 2, drawn: 1 });
});

onStage(
  "is moved by pointer, wheel, fingers and keys, and reports what is under the pointer",
  async (page) => {
    const point = () => page.evaluate(() => window.stage.told.points.at(-1)!);
    const rest = () => page.evaluate(() => window.stage.rest());
    // The stage has 600×400 CSS pixels. The image fits in its middle at 4.608 screen pixels per image pixel.
    await page.evaluate(() => {
      const image = window.stage.squares(125, 60, Uint8Array, 250);
      window.stage.show({ image, palette: window.stage.colors(256) });
    });
    await rest();
    await page.mouse.move(300 + 4.608 * 11, 200 + 4.608 * 5.5);
    expect(await point()).toEqual([73, 35, await labelAt(page, 73, 35)]);
    await page.mouse.down();
    await page.mouse.up();
    expect(await page.evaluate(() => window.stage.told.picks)).toEqual([await labelAt(page, 73, 35)]);

    // The point under the pointer stays there while the wheel turns, and moves along when it is dragged.
    await page.mouse.wheel(0, -400);
    await rest();
    await page.mouse.wheel(0, -300);
    await rest();
    expect((await point()).slice(0, 2)).toEqual([73, 35]);
    await page.mouse.down();
    await page.mouse.move(200, 120, { steps: 4 });
    await page.mouse.up();
    expect((await point()).slice(0, 2)).toEqual([73, 35]);
    expect(await page.evaluate(() => window.stage.told.picks.length)).toBe(1);
    await rest();
    const drawn = await page.evaluate(async () => {
      const { frames } = window.stage.told;
      const before = frames.length;
      for (let frame = 0; frame < 30; frame++) await new Promise(requestAnimationFrame);
      return frames.length - before;
    });
    expect(drawn, "draws without a change").toBe(0);

    // Keys point with the middle of the screen.
    await page.locator(".stage").focus();
    await page.keyboard.press("0");
    await rest();
    expect((await point()).slice(0, 2)).toEqual([62, 30]);
    await page.keyboard.press("1");
    await rest();
    await page.keyboard.press("ArrowRight");
    await rest();
    expect((await point()).slice(0, 2)).toEqual([62 + 40, 30]);
    expect(await page.locator(".stage-middle").count()).toBe(1);
    await page.evaluate(() =>
      window.stage.show({ isolated: { box: { x: 10, y: 4, width: 9, height: 9 }, values: [] } }),
    );
    await page.keyboard.press("f");
    await rest();
    expect((await point()).slice(0, 2)).toEqual([14, 8]);
    await page.keyboard.press("Enter");
    expect(await page.evaluate(() => window.stage.told.picks.at(-1))).toBe(await labelAt(page, 14, 8));
    await page.evaluate(() =>
      window.stage.show({ flyTo: { box: { x: 100, y: 50, width: 1, height: 1 }, values: [] } }),
    );
    await rest();
    expect((await point()).slice(0, 2)).toEqual([100, 50]);

    // Two fingers move to twice their distance, about the middle: 24 screen pixels per image pixel become 48.
    const session = await page.context().newCDPSession(page);
    const touch = (type: "touchStart" | "touchMove" | "touchEnd", apart: number) =>
      session.send("Input.dispatchTouchEvent", {
        type,
        touchPoints: apart === 0 ? [] : [-apart, apart].map((dx, id) => ({ x: 300 + dx, y: 200, id })),
      });
    await touch("touchStart", 50);
    for (const apart of [60, 75, 90, 100]) await touch("touchMove", apart);
    await touch("touchEnd", 0);
    await rest();
    await page.mouse.move(300 + 48 * 2, 200);
    expect((await point()).slice(0, 2)).toEqual([102, 50]);
    await page.mouse.move(300 + 48 * 3 - 20, 200);
    expect((await point()).slice(0, 2)).toEqual([103, 50]);

    await page.mouse.move(900, 500);
    expect(await point()).toEqual([-1, -1, -1]);
    expect(await page.evaluate(() => window.stage.told.uploads.length)).toBe(1);
  },
);

onStage("jumps without a flight if the user prefers reduced motion", async (page) => {
  await page.emulateMedia({ reducedMotion: "reduce" });
  const cameras = await page.evaluate(async () => {
    const { told, until, rest } = window.stage;
    const image = window.stage.squares(125, 60, Uint8Array, 250);
    window.stage.show({ image, palette: window.stage.colors(256) });
    await until(() => told.uploads.length === 1);
    const stage = document.querySelector<HTMLElement>(".stage")!;
    stage.dispatchEvent(new KeyboardEvent("keydown", { key: "1", bubbles: true }));
    window.stage.show({ flyTo: { box: { x: 100, y: 50, width: 1, height: 1 }, values: [] } });
    await until(() => told.points.at(-1)?.[0] === 100);
    await rest();
    return told.points.map(([x, y]) => `${x},${y}`);
  });
  expect(cameras.at(-1)).toBe("100,50");
  expect(new Set(cameras).size).toBe(2);
});

const firefoxPath = findFirefox();

it.skipIf(firefoxPath === undefined)(
  "shows an image and is moved by pointer and wheel in Firefox",
  async () => {
    const server = await serveStage();
    const firefox = await launchFirefox(firefoxPath!);
    try {
      await firefox.open(server.address);
      await firefox.evaluate(() => {
        const image = window.stage.squares(125, 60, Uint8Array, 250);
        window.stage.show({ image, palette: window.stage.colors(256) });
      });
      const move = (x: number, y: number) => ({ type: "pointerMove", x, y, duration: 0 });
      const perform = (type: "pointer" | "wheel", actions: object[]) =>
        firefox.command("WebDriver:PerformActions", { actions: [{ type, id: type, actions }] });
      const told = () =>
        firefox.evaluate(async () => {
          await window.stage.rest();
          const { points, picks } = window.stage.told;
          return { point: points.at(-1)!, picks };
        });
      // The middle of the image's pixel at 73, 35, as in Chromium, above.
      const at = { x: 351, y: 225 };
      await told();
      const press = [
        { type: "pointerDown", button: 0 },
        { type: "pointerUp", button: 0 },
      ];
      await perform("pointer", [move(at.x, at.y), ...press]);
      const label = await firefox.evaluate(
        () => window.stage.squares(125, 60, Uint8Array, 250).data[35 * 125 + 73]!,
      );
      expect(await told()).toEqual({ point: [73, 35, label], picks: [label] });
      await perform("wheel", [
        { type: "scroll", ...at, deltaX: 0, deltaY: -400, duration: 0, origin: "viewport" },
      ]);
      await perform("pointer", [move(at.x, at.y), press[0]!, move(250, 120), press[1]!]);
      expect((await told()).point).toEqual([73, 35, label]);

      // The canvas has the label's colour under the pointer.
      const [shown, color] = await firefox.evaluate((label) => {
        const context = new OffscreenCanvas(600, 400).getContext("2d")!;
        context.drawImage(document.querySelector<HTMLCanvasElement>(".stage canvas")!, 0, 0);
        const shown = [...context.getImageData(250, 120, 1, 1).data];
        return [shown, [...window.stage.colors(256).subarray(label * 4, label * 4 + 4)]];
      }, label);
      expect(shown).toEqual(color);
    } finally {
      await firefox.close();
      server.close();
    }
  },
);

function labelAt(page: Page, x: number, y: number): Promise<number> {
  return page.evaluate(
    ([x, y]) => window.stage.squares(125, 60, Uint8Array, 250).data[y! * 125 + x!]!,
    [x, y],
  );
}

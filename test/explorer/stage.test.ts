/** The explorer's stage in real browsers: its two renderers draw the same, and pointer and keys work. */
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import type { Page } from "playwright-core";
import { beforeAll, expect, it } from "vitest";
import { findFirefox } from "../../scripts/firefox.mjs";
import { inBarePage, itInChromium } from "../browser/bare-page.js";
import { FIXTURES } from "../support/corpus.mjs";
import { launchFirefox } from "../support/firefox.js";
import { buildStagePage } from "./stage-page.js";

let script = "";
beforeAll(async () => {
  script = await buildStagePage();
});

const onStage = (name: string, work: (page: Page) => Promise<void>) =>
  itInChromium(name, () => inBarePage(FIXTURES, script, work));

onStage("draws exactly the same with WebGL2 and with a plain canvas", async (page) => {
  const compared = await page.evaluate(async () => {
    const { createCanvasRenderer, createWebGLRenderer, squares, colors, look } = window.stage;
    const photoOf = (width: number, height: number) => {
      const canvas = new OffscreenCanvas(width, height);
      const context = canvas.getContext("2d")!;
      const pixels = context.createImageData(width, height);
      pixels.data.forEach((_, at) => {
        pixels.data[at] = at % 4 < 3 ? (at * 40503) >>> 3 : 255;
      });
      context.putImageData(pixels, 0, 0);
      return canvas.transferToImageBitmap();
    };
    const images = [
      { image: squares(40, 30, Uint8Array, 250), photos: [null, photoOf(40, 30), photoOf(77, 19)] },
      { image: squares(300, 200, Uint16Array, 40_000), photos: [null, photoOf(300, 200)] },
      { image: squares(20_000, 50, Uint8Array, 200), photos: [null, photoOf(500, 50)] },
      { image: squares(8192, 8192, Uint8Array, 255), photos: [null] },
    ];
    const screen = { width: 231, height: 157 };
    const read = (canvas: HTMLCanvasElement) => {
      const context = new OffscreenCanvas(screen.width, screen.height).getContext("2d")!;
      context.drawImage(canvas, 0, 0);
      return new Uint32Array(context.getImageData(0, 0, screen.width, screen.height).data.buffer);
    };
    const found = { draws: 0, different: [] as string[], fewestColors: Number.POSITIVE_INFINITY };
    const renderers = [createCanvasRenderer(), createWebGLRenderer(() => {})];
    for (const { canvas } of renderers) Object.assign(canvas, screen);
    for (const { image, photos } of images) {
      for (const photo of photos) {
        const palette = colors(image.data.BYTES_PER_ELEMENT === 1 ? 256 : 65_536, photo !== null);
        const options = { ...look, opacity: 0.7, background: [9, 99, 199] } as const;
        const whole = { ...options, taps: 1, rows: [0, screen.height] } as const;
        for (const renderer of renderers) {
          let isReady = false;
          renderer.setImage(image, () => {
            isReady = true;
          });
          renderer.setPalette(palette);
          renderer.setPhoto(photo);
          for (let draws = 0; !isReady; draws++) {
            if (draws > 100) throw new Error("never ready");
            renderer.draw({ scale: 1, x: 0, y: 0 }, whole);
          }
        }
        for (const scale of [0.02, 0.13, 0.5, 0.77, 1, 1.37, 3.3, 12, 41.7]) {
          for (const [x, y] of [
            [image.width / 2, image.height / 2],
            [0.3, 0.7],
            [image.width - 20.123, image.height - 7.77],
          ] as const) {
            const number = found.draws++;
            const taps = ([1, 2, 4] as const)[number % 3]!;
            const place = Math.floor(y) * image.width + Math.floor(x);
            const outlined = number % 2 === 0 ? -1 : image.data[place]!;
            const lineWidth = 1 + (number % 3);
            const opacity = number % 5 === 0 ? 1 : 0.6;
            const edgeWidth = [0, 1, 3, 0][number % 4]!;
            const brightness = [1, 0.3, 1.7][(number >> 1) % 3]!;
            const drawn = renderers.map((renderer) => {
              const look = { ...whole, opacity, taps, outlined, lineWidth, edgeWidth, brightness };
              // In two parts, like the view.
              renderer.draw({ scale, x, y }, { ...look, rows: [0, 60] });
              renderer.draw({ scale, x, y }, { ...look, rows: [60, screen.height] });
              return read(renderer.canvas);
            });
            const different = drawn[0]!.filter((color, at) => color !== drawn[1]![at]).length;
            const what = `${image.width}x${image.height} ${photo?.width} ${scale} ${x},${y} taps ${taps} outlined ${outlined} edges ${edgeWidth}`;
            if (different > 0) found.different.push(`${different} pixels: ${what}`);
            if (scale === 1) found.fewestColors = Math.min(found.fewestColors, new Set(drawn[0]).size);
          }
        }
      }
    }
    return found;
  });
  expect(compared.different).toEqual([]);
  expect(compared.draws).toBe(8 * 9 * 3);
  expect(compared.fewestColors).toBeGreaterThan(5);
});

onStage(
  "shows each pixel's own colour at 1:1, and the mean colour of several pixels at a smaller scale",
  async (page) => {
    const found = await page.evaluate(() => {
      const { createCanvasRenderer, squares, colors, look } = window.stage;
      const image = squares(64, 48, Uint8Array, 250);
      const palette = colors(256);
      const renderer = createCanvasRenderer();
      const draw = (scale: number, taps: 1 | 2 | 4) => {
        const width = 64 * scale;
        const height = 48 * scale;
        Object.assign(renderer.canvas, { width, height });
        const rows = [0, height] as const;
        const background = [1, 2, 3] as const;
        renderer.draw({ scale, x: 32, y: 24 }, { ...look, background, taps, rows });
        const { data } = renderer.canvas.getContext("2d")!.getImageData(0, 0, width, height);
        return (x: number, y: number) => [...data.subarray((y * width + x) * 4, (y * width + x) * 4 + 3)];
      };
      renderer.setImage(image);
      renderer.setPalette(palette);
      const color = (x: number, y: number) => {
        const label = image.data[y * 64 + x]!;
        return [...palette.subarray(label * 4, label * 4 + 3)];
      };
      let wrong = 0;
      const check = (a: number[], b: number[]) => {
        if (a.join() !== b.join()) wrong++;
      };
      const crisp = draw(1, 4);
      for (let y = 0; y < 48; y++) for (let x = 0; x < 64; x++) check(crisp(x, y), color(x, y));
      const large = draw(3, 4);
      for (let y = 0; y < 144; y++) {
        for (let x = 0; x < 192; x++) check(large(x, y), color(Math.floor(x / 3), Math.floor(y / 3)));
      }
      const small = draw(0.5, 2);
      for (let y = 0; y < 24; y++) {
        for (let x = 0; x < 32; x++) {
          const four = [0, 1, 2, 3].map((at) => color(2 * x + (at & 1), 2 * y + (at >> 1)));
          check(
            small(x, y),
            [0, 1, 2].map((channel) =>
              Math.floor((four.reduce((sum, one) => sum + one[channel]!, 0) + 2) / 4),
            ),
          );
        }
      }
      return wrong;
    });
    expect(found).toBe(0);
  },
);

onStage(
  "draws only the outlines of labels, inside each label, over the brightened photo or the background",
  async (page) => {
    const found = await page.evaluate(() => {
      const { createCanvasRenderer, look } = window.stage;
      // Two labels side by side, the second one hidden in the second palette.
      const [width, height, scale, edgeWidth] = [6, 5, 7, 2];
      const data = Uint8Array.from({ length: width * height }, (_, at) => Number(at % width >= 4));
      const colors = [
        [250, 0, 100],
        [0, 200, 40],
      ];
      const photoColor = [40, 90, 180];
      const background = [1, 2, 3] as const;
      const canvas = new OffscreenCanvas(width, height);
      const context = canvas.getContext("2d")!;
      context.fillStyle = `rgb(${photoColor})`;
      context.fillRect(0, 0, width, height);
      const photo = canvas.transferToImageBitmap();
      const renderer = createCanvasRenderer();
      const screen = { width: width * scale + 10, height: height * scale + 10 };
      Object.assign(renderer.canvas, screen);
      renderer.setImage({ width, height, data });
      const wrong: string[] = [];
      for (const hasPhoto of [false, true]) {
        for (const isHidden of [false, true]) {
          const palette = new Uint8Array(1024);
          palette.set([...colors[0]!, 255, ...colors[1]!, isHidden ? 0 : 255]);
          renderer.setPalette(palette);
          renderer.setPhoto(hasPhoto ? photo : null);
          const rows = [0, screen.height] as const;
          renderer.draw(
            { scale, x: width / 2, y: height / 2 },
            { ...look, edgeWidth, brightness: 1.5, background, taps: 1, rows },
          );
          const drawn = renderer.canvas
            .getContext("2d")!
            .getImageData(0, 0, screen.width, screen.height).data;
          const valueAt = (x: number, y: number) => {
            const [column, row] = [Math.floor((x - 5) / scale), Math.floor((y - 5) / scale)];
            const isOutside = column < 0 || row < 0 || column >= width || row >= height;
            return isOutside ? -1 : data[row * width + column]!;
          };
          const bright = photoColor.map((channel) => Math.min(255, Math.round(channel * 1.5)));
          for (let y = 0; y < screen.height; y++) {
            for (let x = 0; x < screen.width; x++) {
              const here = valueAt(x, y);
              const isEdge = [-edgeWidth, edgeWidth].some(
                (step) => valueAt(x + step, y) !== here || valueAt(x, y + step) !== here,
              );
              const under = hasPhoto && here >= 0 ? bright : background;
              const isSeen = here === 0 || (here === 1 && !isHidden);
              const expected = isEdge && isSeen ? colors[here]! : under;
              const at = (y * screen.width + x) * 4;
              const is = [...drawn.subarray(at, at + 3)];
              if (is.join() !== expected.join()) wrong.push(`${x},${y} ${is} not ${expected}`);
            }
          }
        }
      }
      return { wrong: wrong.slice(0, 5), pixels: screen.width * screen.height };
    });
    expect(found).toEqual({ wrong: [], pixels: 52 * 45 });
  },
);

onStage(
  "uploads one tile per draw, only the palette to recolour, and everything after the context was lost",
  async (page) => {
    const found = await page.evaluate(async () => {
      const { createWebGLRenderer, squares, colors, look } = window.stage;
      const prototype = WebGL2RenderingContext.prototype;
      const uploads = { tiles: 0, others: 0 };
      const { texSubImage2D, texSubImage3D } = prototype;
      prototype.texSubImage3D = function (this: WebGL2RenderingContext, ...args: unknown[]) {
        uploads.tiles++;
        return Reflect.apply(texSubImage3D, this, args);
      } as typeof texSubImage3D;
      prototype.texSubImage2D = function (this: WebGL2RenderingContext, ...args: unknown[]) {
        uploads.others++;
        return Reflect.apply(texSubImage2D, this, args);
      } as typeof texSubImage2D;

      let wanted = 0;
      const renderer = createWebGLRenderer(() => wanted++);
      Object.assign(renderer.canvas, { width: 200, height: 100 });
      const draw = () =>
        renderer.draw(
          { scale: 0.04, x: 2500, y: 1200 },
          { ...look, background: [0, 0, 0], taps: 1, rows: [0, 100] },
        );
      const picture = () => {
        const context = new OffscreenCanvas(200, 100).getContext("2d")!;
        context.drawImage(renderer.canvas, 0, 0);
        return context.getImageData(0, 0, 200, 100).data.join();
      };
      const drawAll = () => {
        const perDraw: number[] = [];
        for (wanted = 1; wanted > 0 && perDraw.length < 50; ) {
          wanted = 0;
          const before = uploads.tiles;
          draw();
          perDraw.push(uploads.tiles - before);
        }
        return perDraw;
      };
      // Three tiles by two.
      renderer.setImage(squares(5000, 2400, Uint8Array, 250));
      renderer.setPalette(colors(256));
      const first = drawAll();
      const before = { ...uploads };
      const old = picture();
      renderer.setPalette(colors(256).map((byte, at) => (at % 4 === 3 ? byte : 255 - byte)));
      draw();
      const recolored = { tiles: uploads.tiles - before.tiles, others: uploads.others - before.others };
      const shown = picture();

      const gl = renderer.canvas.getContext("webgl2")!;
      const extension = gl.getExtension("WEBGL_lose_context")!;
      const told = (name: string) =>
        new Promise((resolve) => renderer.canvas.addEventListener(name, resolve, { once: true }));
      const lost = told("webglcontextlost");
      extension.loseContext();
      await lost;
      draw();
      await new Promise((resolve) => setTimeout(resolve));
      const restored = told("webglcontextrestored");
      wanted = 0;
      extension.restoreContext();
      await restored;
      const wasWanted = wanted > 0;
      const again = drawAll();
      return { first, recolored, isOther: shown !== old, wasWanted, again, isSame: picture() === shown };
    });
    expect(found).toEqual({
      // The last draw repeats the rows that were drawn before the last tile was there.
      first: [1, 1, 1, 1, 1, 1, 0],
      recolored: { tiles: 0, others: 1 },
      isOther: true,
      wasWanted: true,
      again: [1, 1, 1, 1, 1, 1, 0],
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

onStage("waits for the graphics processor only if a frame is measured", async (page) => {
  const reads = await page.evaluate(() => {
    const { createWebGLRenderer, squares, colors, look } = window.stage;
    const prototype = WebGL2RenderingContext.prototype;
    const { readPixels } = prototype;
    let count = 0;
    prototype.readPixels = function (this: WebGL2RenderingContext, ...args: unknown[]) {
      count++;
      return Reflect.apply(readPixels, this, args);
    } as typeof readPixels;
    const renderer = createWebGLRenderer(() => {});
    Object.assign(renderer.canvas, { width: 20, height: 10 });
    renderer.setImage(squares(20, 10, Uint8Array, 9));
    renderer.setPalette(colors(256));
    renderer.draw({ scale: 1, x: 10, y: 5 }, { ...look, background: [0, 0, 0], taps: 1, rows: [0, 10] });
    const drawn = count;
    renderer.finish();
    return [drawn, count];
  });
  expect(reads).toEqual([0, 1]);
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
    const server = createServer((_, response) => {
      response.setHeader("content-type", "text/html");
      response.end(`<!doctype html><title>test</title><body></body><script type="module">${script}</script>`);
    });
    await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
    const firefox = await launchFirefox(firefoxPath!);
    try {
      await firefox.open(`http://127.0.0.1:${(server.address() as AddressInfo).port}/`);
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

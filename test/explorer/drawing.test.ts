import { expect, it } from "vitest";
import { findFirefox } from "../../scripts/firefox.mjs";
import { launchFirefox, WEBGL_ENVIRONMENT, WEBGL_PREFERENCES } from "../support/firefox.js";
import { onStage, serveStage } from "./stage-page.js";

onStage(
  "draws exactly the same with WebGL2 and with a plain canvas, from pixels and from runs",
  async (page) => {
    const compared = await page.evaluate(async () => {
      const { createCanvasRenderer, createWebGLRenderer, squares, calm, asRuns, colors, look } = window.stage;
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
        { image: calm(8192, 8192, Uint8Array, 255), photos: [null] },
        // Just beyond the sides of a tile, and of 16 bits.
        { image: calm(2049, 2051, Uint16Array, 65_536), photos: [photoOf(300, 200)] },
        { image: squares(1, 1, Uint8Array, 9), photos: [null] },
      ];
      const screen = { width: 231, height: 157 };
      const read = (canvas: HTMLCanvasElement) => {
        const context = new OffscreenCanvas(screen.width, screen.height).getContext("2d")!;
        context.drawImage(canvas, 0, 0);
        return new Uint32Array(context.getImageData(0, 0, screen.width, screen.height).data.buffer);
      };
      const found = { draws: 0, different: [] as string[], fewestColors: Number.POSITIVE_INFINITY };
      const drawings = [
        { renderer: createCanvasRenderer(), isRuns: false },
        { renderer: createCanvasRenderer(), isRuns: true },
        { renderer: createWebGLRenderer(() => {}), isRuns: false },
        { renderer: createWebGLRenderer(() => {}), isRuns: true },
      ];
      for (const { renderer } of drawings) Object.assign(renderer.canvas, screen);
      for (const { image, photos } of images) {
        const runs = asRuns(image);
        for (const photo of photos) {
          const palette = colors(image.data.BYTES_PER_ELEMENT === 1 ? 256 : 65_536, photo !== null);
          const options = { ...look, opacity: 0.7, background: [9, 99, 199] } as const;
          const whole = { ...options, taps: 1, rows: [0, screen.height] } as const;
          for (const { renderer, isRuns } of drawings) {
            let isReady = false;
            renderer.setImage(isRuns ? runs : image, () => {
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
              const drawn = drawings.map(({ renderer }) => {
                const look = { ...whole, opacity, taps, outlined, lineWidth, edgeWidth, brightness };
                // In two parts, like the view.
                renderer.draw({ scale, x, y }, { ...look, rows: [0, 60] });
                renderer.draw({ scale, x, y }, { ...look, rows: [60, screen.height] });
                return read(renderer.canvas);
              });
              const different = drawn
                .slice(1)
                .map((other) => other.filter((color, at) => color !== drawn[0]![at]).length);
              const what = `${image.width}x${image.height} ${photo?.width} ${scale} ${x},${y} taps ${taps} outlined ${outlined} edges ${edgeWidth}`;
              if (Math.max(...different) > 0) found.different.push(`${different} pixels: ${what}`);
              if (scale === 1 && image.width > 1)
                found.fewestColors = Math.min(found.fewestColors, new Set(drawn[0]).size);
            }
          }
        }
      }
      return found;
    });
    expect(compared.different).toEqual([]);
    expect(compared.draws).toBe(10 * 9 * 3);
    expect(compared.fewestColors).toBeGreaterThan(5);
  },
);

onStage("compiles each of its programs once, however many maps it draws", async (page) => {
  const compiled = await page.evaluate(() => {
    const { createWebGLRenderer, calm, asRuns, look } = window.stage;
    const counts = { compiled: 0, deleted: 0 };
    const { compileShader, deleteShader } = WebGL2RenderingContext.prototype;
    WebGL2RenderingContext.prototype.compileShader = function (shader) {
      counts.compiled++;
      compileShader.call(this, shader);
    };
    WebGL2RenderingContext.prototype.deleteShader = function (shader) {
      counts.deleted++;
      deleteShader.call(this, shader);
    };
    const renderer = createWebGLRenderer(() => {});
    Object.assign(renderer.canvas, { width: 50, height: 50 });
    const whole = { ...look, background: [0, 0, 0], taps: 1, rows: [0, 50] } as const;
    return [0, 1, 2].map(() => {
      renderer.setImage(asRuns(calm(300, 200, Uint8Array, 9)));
      renderer.draw({ scale: 1, x: 0, y: 0 }, whole);
      return { ...counts };
    });
  });
  expect(compiled[0]!.compiled).toBe(4);
  expect(compiled[2]).toEqual(compiled[0]);
  expect(compiled[0]!.deleted).toBe(compiled[0]!.compiled);
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

const uploadsOnce = (form: "pixels" | "runs") =>
  onStage(
    `fills one tile per draw with ${form}, uploads only the palette to recolour, and everything after the context was lost`,
    async (page) => {
      const found = await page.evaluate(async (form) => {
        const { createWebGLRenderer, calm, asRuns, colors, look } = window.stage;
        const prototype = WebGL2RenderingContext.prototype;
        const uploads = { tiles: 0, others: 0, runs: 0 };
        const count = (name: keyof WebGL2RenderingContext, what: keyof typeof uploads) => {
          const original = prototype[name] as (...args: unknown[]) => unknown;
          Object.assign(prototype, {
            [name](this: WebGL2RenderingContext, ...args: unknown[]) {
              uploads[what]++;
              return Reflect.apply(original, this, args);
            },
          });
        };
        count(form === "runs" ? "framebufferTextureLayer" : "texSubImage3D", "tiles");
        count("texSubImage2D", "others");
        count("texImage2D", "runs");

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
        const image = calm(5000, 2400, Uint8Array, 250);
        renderer.setImage(form === "runs" ? asRuns(image) : image);
        renderer.setPalette(colors(256));
        const first = drawAll();
        const runs = uploads.runs;
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
        return {
          first,
          runs,
          recolored,
          isOther: shown !== old,
          wasWanted,
          again,
          isSame: picture() === shown,
        };
      }, form);
      expect(found).toEqual({
        // The last draw repeats the rows that were drawn before the last tile was there.
        first: [1, 1, 1, 1, 1, 1, 0],
        // Once for each row of tiles.
        runs: form === "runs" ? 2 : 0,
        recolored: { tiles: 0, others: 1 },
        isOther: true,
        wasWanted: true,
        again: [1, 1, 1, 1, 1, 1, 0],
        isSame: true,
      });
    },
  );

uploadsOnce("pixels");
uploadsOnce("runs");

onStage("uses a plain canvas for more runs than a texture has room for", async (page) => {
  const found = await page.evaluate(async () => {
    const { getParameter } = WebGL2RenderingContext.prototype;
    const { createWebGLRenderer, asRuns, calm } = window.stage;
    const runs = asRuns(calm(3000, 400, Uint8Array, 99));
    const renderer = createWebGLRenderer(() => {});
    const canShow = [renderer.canShow(runs)];
    const MAX_TEXTURE_SIZE = 0x0d33;
    WebGL2RenderingContext.prototype.getParameter = function (name) {
      return name === MAX_TEXTURE_SIZE ? 1 : Reflect.apply(getParameter, this, [name]);
    };
    canShow.push(renderer.canShow(runs));
    return { canShow, words: runs.words.length };
  });
  expect(found.words).toBeGreaterThan(2048);
  expect(found.canShow).toEqual([true, false]);
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

const firefoxPath = findFirefox();

it.skipIf(firefoxPath === undefined)(
  "draws exactly the same with both renderers in Firefox, from runs",
  async ({ skip }) => {
    const server = await serveStage();
    const firefox = await launchFirefox(firefoxPath!, WEBGL_PREFERENCES, WEBGL_ENVIRONMENT);
    try {
      await firefox.open(server.address);
      const hasWebGL = () => document.createElement("canvas").getContext("webgl2") !== null;
      skip(!(await firefox.evaluate(hasWebGL)), "this Firefox has no WebGL2: install Mesa");
      const found = await firefox.evaluate(async () => {
        const { createCanvasRenderer, createWebGLRenderer, asRuns, calm, colors, look } = window.stage;
        const size = { width: 231, height: 157 };
        const different: string[] = [];
        let draws = 0;
        for (const image of [
          calm(2049, 2051, Uint8Array, 250),
          calm(301, 200, Uint16Array, 40_000),
          calm(1, 1, Uint8Array, 9),
        ]) {
          const renderers = [createCanvasRenderer(), createWebGLRenderer(() => {})];
          for (const renderer of renderers) {
            Object.assign(renderer.canvas, size);
            let isReady = false;
            renderer.setImage(asRuns(image), () => {
              isReady = true;
            });
            renderer.setPalette(colors(image.data.BYTES_PER_ELEMENT === 1 ? 256 : 65_536));
            const rows = [0, size.height] as const;
            while (!isReady)
              renderer.draw({ scale: 1, x: 0, y: 0 }, { ...look, background: [1, 2, 3], taps: 1, rows });
          }
          for (const scale of [0.07, 0.6, 1, 3.3, 20]) {
            for (const changes of [{}, { outlined: 5 }, { edgeWidth: 2 }]) {
              const [canvas, webgl] = renderers.map((renderer) => {
                const camera = { scale, x: image.width / 2, y: image.height / 2 };
                const rows = [0, size.height] as const;
                renderer.draw(camera, { ...look, background: [1, 2, 3], taps: 2, rows, ...changes });
                const context = new OffscreenCanvas(size.width, size.height).getContext("2d")!;
                context.drawImage(renderer.canvas, 0, 0);
                return context.getImageData(0, 0, size.width, size.height).data.join();
              });
              draws++;
              if (canvas !== webgl)
                different.push(`${image.width}x${image.height} ${scale} ${JSON.stringify(changes)}`);
            }
          }
        }
        return { different, draws };
      });
      expect(found).toEqual({ different: [], draws: 45 });
    } finally {
      await firefox.close();
      server.close();
    }
  },
);

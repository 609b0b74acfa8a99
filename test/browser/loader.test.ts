/**
 * The loader in a page of Chromium, from a static server and built with Vite: 200 masks with two Web Workers have the labels
 * that were drawn, and an array that the page still holds of a mask before is empty.
 */
import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { type Browser, chromium, type Page } from "playwright-core";
import { build, createServer } from "vite";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import webpack from "webpack";
import { findChromium } from "../../scripts/chromium.mjs";
import { init } from "../../src/all.js";
import { addStep, loadMasks, type Step } from "../../src/loader/index.js";
import { drawItems } from "../support/drawn-items.js";
import { serveStatic } from "./static-server.mjs";

const ROOT = fileURLToPath(new URL("../..", import.meta.url));
const MASKS = 200;
const executablePath = findChromium();

/** What the page does; `LOADER` is replaced by what it imports. */
const PAGE = `
import { loadMasks } from "LOADER";

const items = await (await fetch("/masks/items.json")).json();
const asFile = async (path) => new File([await (await fetch(path)).blob()], "mask.png");
const forms = [
  async ({ path }) => new URL(path, location.href),
  async ({ path }) => asFile(path),
  async ({ path }) => async ({ signal }) => (await fetch(path, { signal })).arrayBuffer(),
];
async function* source() {
  for (const [index, item] of items.entries()) yield { ...item, png: await forms[index % 3](item) };
}

window.load = async (options) => {
  const held = [];
  const loaded = [];
  let started = 0;
  const { Worker } = window;
  window.Worker = class extends Worker {
    constructor(...given) {
      super(...given);
      started++;
    }
  };
  try {
    for await (const { name, map } of loadMasks(source(), { workers: 2, ...options })) {
      for (const array of held) if (array.length > 0) throw new Error("an array of an earlier mask is not empty");
      if (held.length > 3) held.shift();
      const kept = loaded.length % 50 === 7 ? map.keep() : map;
      if (kept === map && loaded.length % 50 !== 7) held.push(map.data);
      loaded.push({ name, labels: Array.from(map.data).join() });
    }
  } finally {
    window.Worker = Worker;
  }
  return { loaded, started, stale: held.map((array) => array.length) };
};

window.batches = async () => {
  const shapes = [];
  const target = { map: "label", dtype: "uint8" };
  const resize = { width: 8, height: 8 };
  for await (const { map } of loadMasks(source(), { workers: 2, batch: 64, target, resize })) {
    shapes.push([...map.shape, map.data.constructor.name, map.data.length]);
  }
  return shapes;
};

window.steps = async () => {
  const worker = () => new Worker(new URL("./step-worker.js", import.meta.url), { type: "module" });
  const steps = [{ step: "resize", width: 6, height: 4 }, { step: "randomFlip" }, { step: "call", name: "stamp", options: 3 }];
  const stamped = [];
  const target = { map: "instance" };
  for await (const { map, geometry } of loadMasks(source(), { workers: 2, target, steps, worker })) {
    stamped.push([map.data.length, map.data[0], map.data[1], geometry.flip.horizontal].join());
  }
  return stamped;
};

window.abort = async () => {
  const abort = new AbortController();
  let count = 0;
  try {
    for await (const _ of loadMasks(source(), { workers: 2, signal: abort.signal })) {
      if (++count === 5) abort.abort(new Error("enough"));
    }
  } catch ({ message }) {
    return { count, message };
  }
};

window.missing = async () => {
  const item = { name: "gone", png: new URL("/masks/none.png?key=secret", location.href), result: { "#fff": "a" } };
  const [error] = await Array.fromAsync(loadMasks([item], { workers: 1, errors: "yield" }), ({ error }) => error);
  return { name: error.name, code: error.code, message: error.message };
};

window.isReady = true;
`;
/** The worker of the page, which knows a step. */
const STEP_WORKER = `
import { addStep } from "LOADER_WORKER";

addStep("stamp", ({ data }, { options, random }) => {
  data[0] = options;
  data[1] = Math.floor(random() * 1e6);
});
`;
const HTML =
  '<!doctype html><title>loader</title><link rel="icon" href="data:,"><script type="module" src="./main.js"></script>';

if (executablePath === undefined && process.env.CI) {
  it("has a Chromium to run in", () => expect.fail("no Chromium is found; set CHROMIUM_PATH"));
}

describe.skipIf(executablePath === undefined)("the loader in Chromium", () => {
  const drawn = drawItems(MASKS, 77);
  let browser: Browser;
  let folder: string;
  let masks: string;
  let stamped: string[];

  beforeAll(async () => {
    folder = mkdtempSync(join(tmpdir(), "labelmap-loader-"));
    masks = join(folder, "masks");
    mkdirSync(masks);
    for (const { name, png } of drawn) writeFileSync(join(masks, `${name.replace(" ", "-")}.png`), png);
    const items = drawn.map(({ name, result }) => ({
      name,
      result,
      path: `/masks/${name.replace(" ", "-")}.png`,
    }));
    writeFileSync(join(masks, "items.json"), JSON.stringify(items));
    installPackage();
    stamped = await stampHere();
    browser = await chromium.launch({
      executablePath: executablePath!,
      args: ["--no-sandbox", "--disable-gpu"],
    });
  });
  afterAll(async () => {
    await browser?.close();
    rmSync(folder, { recursive: true, force: true });
  });

  /** Not a link to the package: Vite's development server treats links as sources, and packages in another way. */
  function installPackage(): void {
    const modules = join(folder, "node_modules");
    for (const part of ["dist", "package.json"]) {
      cpSync(join(ROOT, part), join(modules, "labelmap", part), { recursive: true });
    }
    const { dependencies } = JSON.parse(readFileSync(join(ROOT, "package.json"), "utf8"));
    for (const name of Object.keys(dependencies)) {
      mkdirSync(dirname(join(modules, name)), { recursive: true });
      symlinkSync(join(ROOT, "node_modules", name), join(modules, name), "junction");
    }
  }

  /** A folder with the page, which imports the loader by this name. */
  function writePage(name: string, loader: string): string {
    const app = join(folder, name);
    mkdirSync(app);
    writeFileSync(join(app, "index.html"), HTML);
    writeFileSync(join(app, "main.js"), PAGE.replace("LOADER", loader));
    const worker = loader.endsWith(".js") ? loader.replace(".js", "-worker.js") : `${loader}/worker`;
    writeFileSync(join(app, "step-worker.js"), STEP_WORKER.replace("LOADER_WORKER", worker));
    return app;
  }

  /** What the steps of the page do, on this thread. */
  async function stampHere(): Promise<string[]> {
    await init();
    addStep("stamp", ({ data }, { options, random }) => {
      data[0] = options as number;
      data[1] = Math.floor(random() * 1e6);
    });
    const steps: Step[] = [
      { step: "resize", width: 6, height: 4 },
      { step: "randomFlip" },
      { step: "call", name: "stamp", options: 3 },
    ];
    const found: string[] = [];
    const target = { map: "instance" } as const;
    for await (const { map, geometry } of loadMasks(drawn, { workers: 0, target, steps })) {
      found.push([map.data.length, map.data[0], map.data[1], geometry.flip.horizontal].join());
    }
    return found;
  }

  async function openPage(url: string): Promise<{ page: Page; errors: string[] }> {
    const page = await browser.newPage();
    const errors: string[] = [];
    page.on("pageerror", ({ message }) => errors.push(message));
    await page.goto(url);
    await page.waitForFunction("window.isReady === true");
    return { page, errors };
  }

  async function expectToLoad(url: string): Promise<void> {
    const { page, errors } = await openPage(url);
    try {
      for (const options of [{}, { ordered: false, prefetch: 5 }, { workers: 0 }]) {
        const { loaded, started, stale } = await page.evaluate<{
          loaded: { name: string; labels: string }[];
          started: number;
          stale: number[];
        }>(`load(${JSON.stringify(options)})`);
        const byName = (a: { name: string }, b: { name: string }) => a.name.localeCompare(b.name);
        const found = "ordered" in options ? loaded.toSorted(byName) : loaded;
        const expected = drawn.map(({ name, labels }) => ({ name, labels: labels.join() }));
        expect(found).toEqual("ordered" in options ? expected.toSorted(byName) : expected);
        expect(started).toBe("workers" in options ? 0 : 2);
        expect(stale.length).toBeGreaterThan(2);
        expect(stale.every((length) => length === 0)).toBe(true);
      }
      const batch = (count: number) => [count, 8, 8, "Uint8Array", count * 64];
      expect(await page.evaluate("batches()")).toEqual([batch(64), batch(64), batch(64), batch(8)]);
      expect(await page.evaluate("steps()")).toEqual(stamped);
      expect(await page.evaluate("abort()")).toEqual({ count: 5, message: "enough" });
      // Workers end soon after the page has asked them to.
      await expect.poll(() => page.workers().length).toBe(0);
      const { origin } = new URL(url);
      expect(await page.evaluate("missing()")).toEqual({
        name: "LoadError",
        code: "SOURCE_MISSING",
        message: `gone: the server answered 404 for ${origin}/masks/none.png`,
      });
      expect(errors).toEqual([]);
    } finally {
      await page.close();
    }
  }

  async function expectServedToLoad(app: string): Promise<void> {
    const server = await serveStatic({ "/masks": masks, "/app": app, "/dist": join(ROOT, "dist") });
    try {
      await expectToLoad(`${server.origin}/app/index.html`);
    } finally {
      await server.close();
    }
  }

  it("loads 200 masks without a bundler", () =>
    expectServedToLoad(writePage("unbundled", "/dist/browser/loader.js")));

  it("loads 200 masks when built with Vite", async () => {
    const root = writePage("vite", "labelmap/loader");
    const outDir = join(root, "built");
    await build({
      root,
      base: "./",
      logLevel: "error",
      build: { outDir, target: "es2022" },
    });
    await expectServedToLoad(outDir);
  });

  it("loads 200 masks from Vite's development server", async () => {
    const root = writePage("vite-dev", "labelmap/loader");
    const files = await serveStatic({ "/masks": masks });
    const server = await createServer({
      root,
      logLevel: "error",
      // Otherwise it reloads the page once it has found what the page's own worker imports.
      optimizeDeps: { include: ["labelmap/loader/worker"] },
      server: { port: 0, proxy: { "/masks": files.origin }, fs: { strict: false } },
    });
    try {
      await server.listen();
      await expectToLoad(`${server.resolvedUrls!.local[0]}index.html`);
    } finally {
      await server.close();
      await files.close();
    }
  });

  it("loads 200 masks when built with webpack", async () => {
    const app = writePage("webpack", "labelmap/loader");
    const path = join(app, "built");
    const config = { mode: "production", entry: join(app, "main.js"), output: { path } } as const;
    await new Promise<void>((resolve, reject) => {
      webpack(config, (error, stats) => {
        if (error || stats?.hasErrors()) reject(error ?? new Error(stats?.toString()));
        else resolve();
      });
    });
    writeFileSync(join(path, "index.html"), HTML);
    await expectServedToLoad(path);
  });

  it("says so if the worker's file is not there", async () => {
    const app = writePage("no-worker", "/lib/loader.js");
    const server = await serveStatic({ "/masks": masks, "/app": app, "/lib": join(ROOT, "dist/browser") });
    const { page } = await openPage(`${server.origin}/app/index.html`);
    await page.route("**/loader-worker.js", (route) => route.fulfill({ status: 404 }));
    const outcome = await page.evaluate("load({}).catch(({ code, message }) => ({ code, message }))");
    expect(outcome).toEqual({
      code: "WORKER_UNAVAILABLE",
      message:
        "no worker can be started: its file cannot be loaded; give the option `worker`, which starts one, or workers: 0",
    });
    await page.close();
    await server.close();
  });
});

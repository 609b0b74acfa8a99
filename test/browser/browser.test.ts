/**
 * The published package in a real browser: served as it is, and through each bundler with no configuration; in the
 * page and in a worker. The masks and the expected labels are those of the tests in Node.
 */
import { execFileSync } from "node:child_process";
import {
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { gzipSync } from "node:zlib";
import { build as buildWithEsbuild } from "esbuild";
import { type Browser, chromium, type Page } from "playwright-core";
import { rolldown } from "rolldown";
import { build as buildWithVite } from "vite";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import webpack from "webpack";
import { startVendorServer } from "../../cli/src/sample-server/index.js";
import { findChromium } from "../../scripts/chromium.mjs";
import { FIXTURES, loadCorpus } from "../support/corpus.mjs";
import { serveStatic } from "./static-server.mjs";

const ROOT = fileURLToPath(new URL("../..", import.meta.url));
const APP = fileURLToPath(new URL("app", import.meta.url));
const DEPENDENCIES = Object.keys(JSON.parse(readFileSync(join(ROOT, "package.json"), "utf8")).dependencies);

const corpus = loadCorpus();
const folders = [...new Set(corpus.map(({ folder }) => folder))];
const mounts = Object.fromEntries(folders.map((folder, index) => [`/masks-${index}`, folder]));
const maskUrls = Object.keys(mounts);
/** Bundlers differ in how they load the code, not in how it decodes: for some a few small masks suffice. */
const FEW = 100_000;

const executablePath = findChromium();
if (executablePath === undefined && process.env.CI) {
  it("has a Chromium to run in", () => expect.fail("no Chromium is found; set CHROMIUM_PATH"));
}

describe.skipIf(executablePath === undefined)("in Chromium", () => {
  let browser: Browser;
  let workFolder: string;
  let packageFolder: string;

  beforeAll(async () => {
    workFolder = mkdtempSync(join(tmpdir(), "labelmap-browser-"));
    packageFolder = installPackage(workFolder);
    browser = await chromium.launch({
      executablePath: executablePath!,
      args: ["--no-sandbox", "--disable-gpu"],
    });
  });
  afterAll(async () => {
    await browser?.close();
    rmSync(workFolder, { recursive: true, force: true });
  });

  /** Opens a built app, calls `work` with its page, and demands that nothing went wrong in the page. */
  async function withPage<T>(app: string, work: (page: Page, origin: string) => Promise<T>, headers = {}) {
    const server = await serveStatic(
      { ...mounts, "/dist": join(packageFolder, "dist"), "/app": app },
      headers,
    );
    const page = await browser.newPage();
    const errors: string[] = [];
    page.on("pageerror", (error) => errors.push(error.message));
    try {
      await page.goto(`${server.origin}/app/index.html`);
      await page.waitForFunction("typeof window.fetchJob === 'function'");
      const outcome = await work(page, server.origin);
      expect(errors).toEqual([]);
      return outcome;
    } finally {
      await page.close();
      await server.close();
    }
  }

  async function expectSameLabels(app: string, where: "decodeInPage" | "decodeInWorker", mostPixels = 1e12) {
    const found = await withPage(app, (page) =>
      page.evaluate(`${where}(${JSON.stringify(maskUrls)}, ${mostPixels})`),
    );
    expectLabels(found, mostPixels);
  }

  function expectLabels(found: unknown, mostPixels: number) {
    const cases = corpus.filter(({ expected }) => expected.width * expected.height <= mostPixels);
    expect(cases.length).toBeGreaterThan(2);
    expect(found).toEqual(
      cases.map(({ file, expected }) => ({
        file,
        sha256: expected.sha256,
        unlabelled: expected.unlabelled ?? expect.any(Number),
      })),
    );
  }

  describe("without a bundler, from a static server", () => {
    let app: string;
    beforeAll(() => {
      app = copyApp(join(workFolder, "unbundled"));
      for (const file of ["main.js", "worker.js"]) {
        const source = readFileSync(join(app, file), "utf8");
        writeFileSync(
          join(app, file),
          source
            .replace('"labelmap"', '"/dist/browser/labelmap.js"')
            .replace('"labelmap/playment"', '"/dist/browser/playment.js"'),
        );
      }
    });

    it("decodes every mask in the page", () => expectSameLabels(app, "decodeInPage"));
    it("decodes every mask in a worker", () => expectSameLabels(app, "decodeInWorker"));

    it("works under a strict content security policy, from the .wasm file", async () => {
      const headers = {
        "content-security-policy": "default-src 'self'; script-src 'self' 'wasm-unsafe-eval'",
      };
      const work = async (page: Page) => {
        const requested: string[] = [];
        page.on("request", (request) => requested.push(new URL(request.url()).pathname));
        expect(await page.evaluate("init('/dist/labelmap.wasm')")).toBe("loaded");
        expect(requested).toContain("/dist/labelmap.wasm");
        return page.evaluate(`decodeInPage(${JSON.stringify(maskUrls)}, ${FEW})`);
      };
      expectLabels(await withPage(app, work, headers), FEW);
    });

    it("says so where the policy forbids WebAssembly", async () => {
      const headers = { "content-security-policy": "default-src 'self'" };
      const outcome = await withPage(app, (page) => page.evaluate("init()"), headers);
      expect(outcome).toMatchObject({ name: "DecodeError", code: "WASM_UNAVAILABLE" });
      expect((outcome as Error).message).toContain("allow 'wasm-unsafe-eval' in the content security policy");
    });

    describe("and the vendor's API", () => {
      const sample = corpus.find(({ folder, name }) => folder === FIXTURES && name === "brush-511-grey")!;
      const jobs = [{ projectId: "p", jobId: "j", result: sample.result, mask: sample.png }];
      const { width, height } = sample.expected;
      const fetchJob = (options: object) =>
        withPage(app, (page) => page.evaluate(`fetchJob(${JSON.stringify(options)}, "p", "j")`));

      it("fetches a job through the user's own proxy", async () => {
        const proxy = await startVendorServer({ jobs, apiKey: "never sent", proxy: true });
        expect(await fetchJob({ baseUrl: proxy.baseUrl })).toEqual({ width, height });
        await proxy.close();
      });

      it("says what to do where it meets a redirect that the browser hides", async () => {
        const server = await startVendorServer({ jobs, apiKey: "key", cors: true });
        const outcome = await fetchJob({ baseUrl: server.baseUrl, apiKey: "key" });
        expect(outcome).toMatchObject({ code: "PLAYMENT_RESPONSE_INVALID" });
        expect((outcome as Error).message).toContain("resolveAttachment");
        expect(server.violations).toEqual([]);
        await server.close();
      });
    });
  });

  describe("built with Vite", () => {
    let app: string;
    beforeAll(async () => {
      const source = copyApp(join(workFolder, "vite"));
      app = join(source, "built");
      await buildWithVite({
        root: source,
        base: "./",
        logLevel: "error",
        build: { outDir: app },
        // As Vite 5 to 7 build workers by default: in one file, without modules.
        worker: { format: "iife" },
      });
    });
    it("decodes every mask in the page", () => expectSameLabels(app, "decodeInPage"));
    it("decodes every mask in a worker", () => expectSameLabels(app, "decodeInWorker"));
  });

  it("decodes when built with esbuild", async () => {
    const app = copyApp(join(workFolder, "esbuild"));
    const entryPoints = [join(app, "main.js")];
    await buildWithEsbuild({
      entryPoints,
      bundle: true,
      format: "esm",
      outfile: join(app, "main.js"),
      allowOverwrite: true,
    });
    await expectSameLabels(app, "decodeInPage", FEW);
  });

  it("decodes when built with webpack, in the page and in a worker", async () => {
    const app = copyApp(join(workFolder, "webpack"));
    const output = join(app, "built");
    await runWebpack({ mode: "production", entry: join(app, "main.js"), output: { path: output } });
    cpSync(join(app, "index.html"), join(output, "index.html"));
    await expectSameLabels(output, "decodeInPage", FEW);
    await expectSameLabels(output, "decodeInWorker", FEW);
  });
});

describe("the size of the core with its module", () => {
  const compressed = (code: string | Uint8Array) => gzipSync(code, { level: 9 }).length;
  const entry = 'export { decodeMask } from "labelmap";';
  let folder: string;
  let input: string;
  beforeAll(() => {
    folder = mkdtempSync(join(tmpdir(), "labelmap-size-"));
    installPackage(folder);
    input = join(folder, "entry.js");
    writeFileSync(input, entry);
  });
  afterAll(() => rmSync(folder, { recursive: true, force: true }));

  const bundlers = {
    esbuild: async () => {
      const { outputFiles } = await buildWithEsbuild({
        entryPoints: [input],
        bundle: true,
        minify: true,
        format: "esm",
        write: false,
      });
      return outputFiles.map(({ contents }) => contents);
    },
    rolldown: async () => {
      const bundle = await rolldown({ input, platform: "browser" });
      const { output } = await bundle.generate({ minify: true });
      return output.map((file) => (file.type === "chunk" ? file.code : file.source));
    },
    webpack: async () => {
      const path = join(folder, "webpack");
      const output = { path, filename: "core.mjs", library: { type: "module" } };
      await runWebpack({ mode: "production", entry: input, output, experiments: { outputModule: true } });
      return readdirSync(path).map((name) => readFileSync(join(path, name)));
    },
  };
  it.each(Object.entries(bundlers))("is under 30 KiB gzip in one file, with %s", async (name, build) => {
    const [code, ...others] = await build();
    expect(others).toEqual([]);
    console.log(`decodeMask with ${name}: ${compressed(code!)} bytes gzip`);
    expect(compressed(code!)).toBeLessThanOrEqual(30 * 1024);
  });

  it("is under 33 KiB gzip in dist/browser, with all exports of labelmap", () => {
    const files = staticImports(join(ROOT, "dist/browser/labelmap.js"));
    // Each file is a response of its own, and compressed by itself.
    const bytes = files.reduce((sum, file) => sum + compressed(file), 0);
    console.log(`dist/browser/labelmap.js: ${bytes} bytes gzip`);
    expect(bytes).toBeLessThanOrEqual(33 * 1024);
  });
});

/** The files that a module loads, itself first. */
function staticImports(file: string, seen = new Set<string>()): Buffer[] {
  if (seen.has(file)) return [];
  seen.add(file);
  const source = readFileSync(file);
  const specifiers = [...source.toString().matchAll(/(?:from|import)\s*"(\.[^"]+)"/g)].map(
    (match) => match[1]!,
  );
  return [source, ...specifiers.flatMap((specifier) => staticImports(join(dirname(file), specifier), seen))];
}

async function runWebpack(configuration: webpack.Configuration): Promise<void> {
  await new Promise<void>((resolve, reject) => {
    webpack(configuration, (error, stats) => {
      if (error || stats?.hasErrors()) reject(error ?? new Error(stats?.toString()));
      else resolve();
    });
  });
}

/** Packs the package and unpacks it where an app would have it, with its dependencies beside it. */
function installPackage(workFolder: string): string {
  const modules = join(workFolder, "node_modules");
  mkdirSync(modules);
  const options = { cwd: ROOT, encoding: "utf8", shell: process.platform === "win32" } as const;
  const report = execFileSync(
    "npm",
    ["pack", "--json", "--ignore-scripts", "--pack-destination", workFolder],
    options,
  );
  execFileSync("tar", ["-xzf", join(workFolder, JSON.parse(report)[0].filename), "-C", workFolder]);
  cpSync(join(workFolder, "package"), join(modules, "labelmap"), { recursive: true });
  for (const name of DEPENDENCIES) {
    const link = join(modules, name);
    if (!existsSync(dirname(link))) mkdirSync(dirname(link));
    symlinkSync(join(ROOT, "node_modules", name), link, "junction");
  }
  return join(modules, "labelmap");
}

function copyApp(target: string): string {
  cpSync(APP, target, { recursive: true });
  return target;
}

/**
 * The built package where a runtime offers little: a context with JavaScript alone, as Jest's jsdom and edge sandboxes
 * are, and Node without the classes that those lack.
 */
import { existsSync, readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";
import { createContext, runInContext } from "node:vm";
import { rolldown } from "rolldown";
import { beforeAll, describe, expect, it } from "vitest";
import { entryPointsOf } from "../../scripts/check-layers.mjs";
import { FIXTURES } from "../support/corpus.mjs";
import { runNode } from "../support/run-node.js";

const ROOT = fileURLToPath(new URL("../..", import.meta.url));
const WASM = join(ROOT, "dist/labelmap.wasm");
const SAMPLE = join(FIXTURES, "street-1080p-rgb-upng");
const LABELS = 43;

describe("in a context that has JavaScript alone", () => {
  let script: string;
  beforeAll(async () => {
    const bundle = await rolldown({ input: join(ROOT, "dist/index.js"), platform: "browser" });
    const { output } = await bundle.generate({ format: "iife", name: "labelmap", codeSplitting: false });
    script = output[0].code;
  });

  /** Decodes the sample in a fresh context with `globals`, and returns how many labels there are. */
  async function decode(globals: object, options = "{}"): Promise<number> {
    const context = createContext({
      ...globals,
      // upng-js looks for it.
      window: {},
      png: readFileSync(`${SAMPLE}.png`),
      json: readFileSync(`${SAMPLE}.json`, "utf8"),
    });
    expect(runInContext("typeof TextDecoder + typeof Blob + typeof Response", context)).toBe(
      "undefined".repeat(3),
    );
    const program = `labelmap.init(${options}).then(() => labelmap.decodeMask(png, json)).then((map) => map.labels.length)`;
    return runInContext(`${script};\n${program}`, context);
  }

  it("decodes if Node's process is there", async () => {
    expect(await decode({ atob, process })).toBe(LABELS);
  });

  it("decodes if DecompressionStream is there", async () => {
    expect(await decode({ atob, DecompressionStream })).toBe(LABELS);
  });

  it("decodes with a module from outside", async () => {
    const wasm = new WebAssembly.Module(readFileSync(WASM));
    expect(await decode({ wasm }, "{ wasm }")).toBe(LABELS);
  });

  it("decodes with bytes from outside", async () => {
    expect(await decode({ wasm: readFileSync(WASM) }, "{ wasm }")).toBe(LABELS);
  });

  it("says what is missing otherwise", async () => {
    const error = await decode({ atob }).catch((reason) => reason);
    expect(error).toMatchObject({ name: "DecodeError", code: "WASM_UNAVAILABLE" });
    expect(error.message).toContain("(DecompressionStream is not defined); this runtime cannot unpack");
  });
});

describe("in Node without what jsdom lacks", () => {
  const LACKING = "TextDecoder TextEncoder Blob Response DecompressionStream ReadableStream fetch".split(" ");
  const url = (path: string) => JSON.stringify(String(pathToFileURL(path)));

  it("imports every entry point, and decodes", () => {
    const browserBundles = /^labelmap\/browser/;
    const noCode = /\.(wasm|json|\*)$/;
    const names = [...entryPointsOf(ROOT)].filter((name) => !browserBundles.test(name) && !noCode.test(name));
    // ky, the client's HTTP library, needs these classes when it is imported. The loader's worker needs to be a worker.
    const others = ["labelmap/playment", "labelmap/loader/worker"];
    const importable = names.filter((name) => !others.includes(name));
    const program = `
      import { readFileSync } from "node:fs";
      for (const name of ${JSON.stringify(LACKING)}) delete globalThis[name];
      for (const name of ${JSON.stringify(importable)}) await import(name);
      const { decodeMask } = await import("labelmap");
      const map = await decodeMask(
        readFileSync(new URL(${url(`${SAMPLE}.png`)})),
        readFileSync(new URL(${url(`${SAMPLE}.json`)}), "utf8"),
      );
      console.log(map.labels.length, ${JSON.stringify(LACKING)}.filter((name) => name in globalThis).length);
    `;
    expect(importable.length).toBeGreaterThan(10);
    const printed = runNode(["--input-type=module", "--eval", program], { cwd: ROOT });
    expect(printed.trim()).toBe(`${LABELS} 0`);
  });
});

describe("the file labelmap.wasm", () => {
  it("asks for nothing but a file of this package, found from its own place", async () => {
    const imports = WebAssembly.Module.imports(new WebAssembly.Module(readFileSync(WASM)));
    expect(imports).toEqual([{ module: "./decode/wasm/host.js", name: "labelOfColor", kind: "function" }]);
    const host = join(dirname(WASM), imports[0]!.module);
    expect(existsSync(host)).toBe(true);
    expect(await import(String(pathToFileURL(host)))).toHaveProperty("labelOfColor");
  });

  it("is found with a query, by which Next asks for the module itself", () => {
    const program = `console.log(import.meta.resolve("labelmap/labelmap.wasm?module"));`;
    const printed = runNode(["--input-type=module", "--eval", program], { cwd: ROOT });
    expect(printed.trim()).toBe(`${pathToFileURL(WASM)}?module`);
  });

  it("can be imported as a module's instance", () => {
    const program = `import * as wasm from "labelmap/labelmap.wasm"; console.log(typeof wasm.decodeBand);`;
    const printed = runNode(
      ["--no-warnings", "--experimental-wasm-modules", "--input-type=module", "--eval", program],
      { cwd: ROOT },
    );
    expect(printed.trim()).toBe("function");
  });

  // Node 24 and newer.
  it.skipIf(Number(process.versions.node.split(".")[0]) < 24)("can be imported as a module's source", () => {
    const program = `
      import source wasm from "labelmap/labelmap.wasm";
      import { init } from "labelmap";
      await init({ wasm });
      console.log(Object.prototype.toString.call(wasm));
    `;
    const printed = runNode(["--no-warnings", "--input-type=module", "--eval", program], { cwd: ROOT });
    expect(printed.trim()).toBe("[object WebAssembly.Module]");
  });
});

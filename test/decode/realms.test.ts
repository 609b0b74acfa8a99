/** Sources of the module that were made in another realm, as in a page's frame, a test environment or an edge sandbox. */
import { readFileSync } from "node:fs";
import { createContext, runInContext } from "node:vm";
import { beforeEach, describe, expect, it, vi } from "vitest";
import { encodePng } from "../support/encode-png.mjs";

const wasm = readFileSync(new URL("../../dist/labelmap.wasm", import.meta.url));
const legend = { "#010101": "one" };

/** A value that code in another realm makes of the module's bytes. */
function foreign(code: string): never {
  const context = createContext({ wasm: new Uint8Array(wasm) });
  return runInContext(code, context) as never;
}

let library: typeof import("../../src/index.js");
beforeEach(async () => {
  vi.resetModules();
  library = await import("../../src/index.js");
});

const SOURCES = {
  "a compiled module": "new WebAssembly.Module(wasm)",
  "a promise of a compiled module": "WebAssembly.compile(wasm)",
  bytes: "Uint8Array.from(wasm)",
  "an ArrayBuffer": "Uint8Array.from(wasm).buffer",
  "a response": "({ ok: true, status: 200, arrayBuffer: async () => Uint8Array.from(wasm).buffer })",
  "a blob": "({ arrayBuffer: async () => Uint8Array.from(wasm).buffer })",
  "a URL": `({ href: "data:application/wasm;base64,${wasm.toString("base64")}" })`,
};
const OWN_CLASSES = [WebAssembly.Module, Promise, Uint8Array, ArrayBuffer, Response, Blob, URL];

describe("a source of another realm", () => {
  it.each(Object.entries(SOURCES))("may be %s", async (_, code) => {
    const source = foreign(code) as object;
    expect(OWN_CLASSES.filter((Class) => source instanceof Class)).toEqual([]);
    await library.init({ wasm: source as never });
    const samples = Uint8Array.of(1, 1, 1, 2, 2, 2);
    const png = encodePng({ width: 2, height: 1, colourType: 2, bitDepth: 8, samples, filter: 0 });
    expect([...library.decodeMaskSync(png, legend).data]).toEqual([0, -1]);
  });

  it("is instantiated again when memory is given back", async () => {
    await library.init({ wasm: foreign("new WebAssembly.Module(wasm)") });
    const { getModule } = await import("../../src/decode/wasm/module.js");
    const first = getModule();
    const [width, height] = [300_000, 1];
    const samples = new Uint8Array(width * 4).fill(1);
    const png = encodePng({ width, height, colourType: 6, bitDepth: 8, samples, filter: 4 });
    for (let round = 0; round < 2; round++) {
      expect(library.decodeMaskSync(png, legend).labels[0]!.pixelCount).toBe(width);
    }
    expect(getModule()).not.toBe(first);
  });
});

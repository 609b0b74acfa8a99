/** Loading the module: each source it may come from, each way in which that fails, and calls that come too early. */
import { readFileSync } from "node:fs";
import { beforeEach, describe, expect, it, vi } from "vitest";

const wasm = readFileSync(new URL("../../dist/labelmap.wasm", import.meta.url));
const pixels = { data: Uint8Array.of(255, 0, 0), width: 1, height: 1, channels: 3 as const };
const legend = { "#ff0000": "red" };

/** A fresh copy of the library for each test, with no module loaded yet. */
let library: typeof import("../../src/index.js");
beforeEach(async () => {
  vi.resetModules();
  library = await import("../../src/index.js");
});

describe("init", () => {
  const sources = {
    "nothing, the embedded bytes": () => undefined,
    bytes: () => new Uint8Array(wasm),
    "a compiled module": () => new WebAssembly.Module(wasm),
    "a Response": () => new Response(new Uint8Array(wasm)),
    "a promise of a Response": () => Promise.resolve(new Response(new Uint8Array(wasm))),
    "an address": () => `data:application/wasm;base64,${wasm.toString("base64")}`,
    "a URL": () => new URL(`data:application/wasm;base64,${wasm.toString("base64")}`),
    "a Blob": () => new Blob([wasm]),
    "an ArrayBuffer": () => new Uint8Array(wasm).buffer,
    "a promise of a module": () => WebAssembly.compile(wasm),
  };
  it.each(Object.entries(sources))("loads the module from %s", async (_, source) => {
    const given = source();
    await library.init(given === undefined ? {} : { wasm: given });
    expect([...library.labelPixels(pixels, legend).data]).toEqual([0]);
  });

  const broken = {
    "bytes that are not a module": () => Uint8Array.of(1, 2, 3),
    "someone else's module": () => new WebAssembly.Module(Uint8Array.of(0, 97, 115, 109, 1, 0, 0, 0)),
    "a Response that failed": () => new Response("no such file", { status: 404 }),
    "a URL that cannot be fetched": () => "data:broken",
    "a promise that rejects": () => Promise.reject(new TypeError("fetch failed")),
  };
  it.each(Object.entries(broken))("throws for %s, and can be tried again", async (_, source) => {
    await expect(library.init({ wasm: source() })).rejects.toMatchObject({ code: "WASM_UNAVAILABLE" });
    await library.init();
    expect([...library.labelPixels(pixels, legend).data]).toEqual([0]);
  });

  const compileError = (text: string) => new WebAssembly.CompileError(`WebAssembly.instantiate(): ${text}`);
  const policy = "allow 'wasm-unsafe-eval' in the content security policy";
  it.each([
    [compileError("'unsafe-eval' is not an allowed source in the Content Security Policy"), policy],
    [compileError("call to WebAssembly.instantiate() blocked by CSP"), policy],
    [
      compileError(
        "Refused to create a WebAssembly object because 'unsafe-eval' or 'wasm-unsafe-eval' is not an allowed source of script",
      ),
      policy,
    ],
    [
      new Error("Dynamic WASM code generation (e. g. 'WebAssembly.compile') not allowed in Edge Runtime"),
      "this runtime compiles no modules; pass a compiled module to `init({ wasm })`",
    ],
    [
      compileError("Wasm code generation disallowed by embedder"),
      "this runtime compiles no modules; pass a compiled module to `init({ wasm })`",
    ],
    [
      new RangeError("Out of memory: Cannot allocate Wasm memory for new instance"),
      "there is too little memory; free some, or use fewer threads",
    ],
    [
      compileError("expected magic word 00 61 73 6d"),
      "the built-in module is damaged; install labelmap again, and check your bundler's settings",
    ],
  ])("advises what helps against %o, and nothing else", async (thrown, remedy) => {
    vi.spyOn(WebAssembly, "instantiate").mockRejectedValue(thrown);
    const error = await library.init().catch((reason) => reason);
    vi.restoreAllMocks();
    expect(error).toMatchObject({ code: "WASM_UNAVAILABLE", cause: thrown });
    expect(error.message).toBe(`the WebAssembly module cannot be loaded (${thrown.message}); ${remedy}`);
    await library.init();
  });

  it.each([
    [
      "a Response that failed",
      () => new Response("no", { status: 404 }),
      /answered 404.*can be fetched there/,
    ],
    ["a URL that cannot be fetched", () => "data:broken", /check what you gave as `wasm`/],
    ["a promise that rejects", () => Promise.reject(new TypeError("mine")), /\(mine\); check what you gave/],
    [
      "bytes of something else",
      () => Uint8Array.of(1, 2, 3),
      /pass the labelmap.wasm of exactly this version/,
    ],
    ["a number", () => 5, /pass the labelmap.wasm of exactly this version: its bytes/],
    ["null", () => null, /check what you gave as `wasm`/],
    [
      "the namespace of an import",
      () => import("node:path"),
      /this is a namespace; write `import source wasm from "labelmap\/labelmap.wasm"`, or pass the file's bytes/,
    ],
  ])("names the cause for %s", async (_, source, message) => {
    const error = await library.init({ wasm: source() as never }).catch((reason) => reason);
    expect(error.message).toMatch(message);
    expect(error.message).not.toContain("security policy");
  });

  it("throws if there is no WebAssembly, and says what may have turned it off", async () => {
    vi.stubGlobal("WebAssembly", undefined);
    const error = await library.init().catch((reason) => reason);
    vi.unstubAllGlobals();
    expect(error).toMatchObject({ name: "DecodeError", code: "WASM_UNAVAILABLE" });
    expect(error.message).toBe(
      "this runtime has no WebAssembly, or it is turned off, as by Safari's Lockdown Mode or Node's --jitless",
    );
    await library.init();
  });

  it("throws if the JavaScript engine has no SIMD", async () => {
    const validate = vi.spyOn(WebAssembly, "validate").mockReturnValue(false);
    await expect(library.init()).rejects.toMatchObject({
      code: "WASM_UNAVAILABLE",
      message: expect.stringContaining("SIMD"),
    });
    validate.mockRestore();
    await library.init();
  });

  it("refuses invalid options", async () => {
    const call = library.init(null as unknown as object);
    await expect(call).rejects.toMatchObject({ name: "DecodeError", code: "OPTION_INVALID" });
  });

  it("may be called many times at once, and loads once", async () => {
    const instantiate = vi.spyOn(WebAssembly, "instantiate");
    await Promise.all([
      library.init(),
      library.init(),
      library.decodeMask(new Uint8Array(8), legend).catch(() => {}),
    ]);
    expect(instantiate).toHaveBeenCalledTimes(1);
    instantiate.mockRestore();
  });

  it("must come before the synchronous calls", () => {
    const early = expect.objectContaining({ code: "NOT_INITIALISED" });
    expect(() => library.decodeMaskSync(new Uint8Array(8), legend)).toThrow(early);
    expect(() => library.labelPixels(pixels, legend)).toThrow(early);
  });
});

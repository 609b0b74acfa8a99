/** Unpacking the embedded module: each inflater that may be there, and what is said if there is none. */
import { readFileSync } from "node:fs";
import { inflateSync } from "node:zlib";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";

const wasm = readFileSync(new URL("../../dist/labelmap.wasm", import.meta.url));

let unpack: typeof import("../../src/decode/wasm/unpack.js");
let library: typeof import("../../src/index.js");
beforeEach(async () => {
  vi.resetModules();
  unpack = await import("../../src/decode/wasm/unpack.js");
  library = await import("../../src/index.js");
});
afterEach(() => {
  vi.restoreAllMocks();
  vi.unstubAllGlobals();
});

/** As in a browser: Node's modules cannot be had. */
function hideNode(): void {
  vi.spyOn(process, "getBuiltinModule").mockReturnValue(undefined as never);
}

/** Lets the inflaters of the runtime fail when they are touched. */
function hideStreams(): void {
  for (const name of ["DecompressionStream", "Response", "Blob"]) vi.stubGlobal(name, undefined);
}

describe("the embedded module is unpacked", () => {
  it("by Node, where there is no DecompressionStream, Response and Blob", async () => {
    hideStreams();
    expect(Buffer.from(await unpack.embeddedBytes())).toEqual(wasm);
  });

  it("by DecompressionStream, without Response and Blob", async () => {
    hideNode();
    const { DecompressionStream } = globalThis;
    hideStreams();
    vi.stubGlobal("DecompressionStream", DecompressionStream);
    expect(Buffer.from(await unpack.embeddedBytes())).toEqual(wasm);
  });

  it("by an inflater that code brings, if there is no other", async () => {
    hideNode();
    hideStreams();
    const own = vi.fn((zlibStream: Uint8Array) => inflateSync(zlibStream));
    unpack.unpackWith(own);
    expect(Buffer.from(await unpack.embeddedBytes())).toEqual(wasm);
    expect(own).toHaveBeenCalledTimes(1);
  });

  it("by the inflater that the upng engine brings", async () => {
    hideNode();
    hideStreams();
    await import("../../src/decode/engines/upng.js");
    expect(Buffer.from(await unpack.embeddedBytes())).toEqual(wasm);
  });
});

describe("the error says what to do", () => {
  const FAILURES: Record<string, () => void> = {
    "there is no DecompressionStream": () => vi.stubGlobal("DecompressionStream", undefined),
    "a sandbox refuses DecompressionStream": () =>
      vi.stubGlobal(
        "DecompressionStream",
        class {
          constructor() {
            throw new Error("A Node.js API is used (DecompressionStream) which is not supported here");
          }
        },
      ),
    "DecompressionStream lacks the format": () =>
      vi.stubGlobal(
        "DecompressionStream",
        class {
          constructor(format: string) {
            throw new TypeError(`Unsupported compression format: '${format}'`);
          }
        },
      ),
  };
  it.each(Object.entries(FAILURES))("if %s", async (_, hide) => {
    hideNode();
    hide();
    const error = await library.init().catch((reason) => reason);
    expect(error).toMatchObject({ code: "WASM_UNAVAILABLE" });
    expect(error.message).toMatch(
      /; this runtime cannot unpack the built-in module; pass the labelmap\.wasm of exactly this version to `init\(\{ wasm \}\)`, or in a page add `import "labelmap\/upng"`$/,
    );
    vi.restoreAllMocks();
    await library.init();
  });

  const DAMAGED: Record<string, (zlibStream: Buffer) => Buffer> = {
    "is cut off": (zlibStream) => zlibStream.subarray(0, 1000),
    "has changed": (zlibStream) =>
      Buffer.concat([zlibStream.subarray(0, -1), Buffer.of(~zlibStream.at(-1)!)]),
    "is empty": () => Buffer.alloc(0),
  };
  it.each(Object.entries(DAMAGED))("if what is embedded %s", async (_, damage) => {
    const { atob } = globalThis;
    vi.stubGlobal("atob", (base64: string) => damage(Buffer.from(atob(base64), "latin1")).toString("latin1"));
    for (const hide of [() => {}, hideNode]) {
      hide();
      const error = await library.init().catch((reason) => reason);
      expect(error).toMatchObject({ name: "DecodeError", code: "WASM_UNAVAILABLE" });
      expect(error.message).toMatch(/; the built-in module is damaged; install labelmap again/);
    }
  });
});

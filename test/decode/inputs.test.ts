/** The forms in which a mask and its legend are given, and how a call is stopped. */
import { getEventListeners } from "node:events";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import files from "node:fs/promises";
import { createServer, type Server } from "node:http";
import { syncBuiltinESMExports } from "node:module";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { runInNewContext } from "node:vm";
import { afterAll, beforeAll, describe, expect, expectTypeOf, it, vi } from "vitest";
import {
  ClassList,
  decodeMask,
  decodeMaskSync,
  init,
  type LabelMap,
  type Releasable,
  type RunsMap,
  type TargetMap,
} from "../../src/all.js";
import { decodeRgba, readPngHeader } from "../../src/decode/png/index.js";
import { decodeIds } from "../../src/decode/register/ids.js";
import { fromFile } from "../../src/decode/register/node.js";
import { encodePng } from "../support/encode-png.mjs";
import { mulberry32 } from "../support/random.mjs";

const png: Uint8Array<ArrayBuffer> = Uint8Array.from(
  encodePng({
    ...{ width: 2, height: 1, colourType: 2, bitDepth: 8 },
    ...{ samples: Uint8Array.of(255, 0, 0, 0, 0, 255), filter: 0 },
  }),
);
const legend = { "#ff0000": "red", "#0000ff": "blue" };
const json = JSON.stringify(legend);
const labels = [0, 1];

/** A noisy mask, whose file is far larger than what the module takes at once. */
const side = 400;
const random = mulberry32(7);
const noise: Uint8Array<ArrayBuffer> = Uint8Array.from(
  encodePng({
    ...{ width: side, height: side, colourType: 2, bitDepth: 8, filter: 0 },
    samples: Uint8Array.from({ length: side * side * 3 }, () => Math.floor(random() * 256)),
  }),
);

const folder = mkdtempSync(join(tmpdir(), "labelmap-inputs-"));
const path = join(folder, "mask.png");
let server: Server;
let origin: string;

beforeAll(async () => {
  await init();
  writeFileSync(path, png);
  writeFileSync(join(folder, "legend.json"), json);
  server = createServer((request, response) => {
    if (request.url?.startsWith("/mask.png")) response.end(png);
    else if (request.url?.startsWith("/legend.json")) response.end(json);
    else if (request.url?.startsWith("/broken")) {
      response.writeHead(200, { "content-length": png.length });
      response.write(png.subarray(0, 20));
      setTimeout(() => response.destroy(), 20);
    } else if (request.url?.startsWith("/endless")) response.write(png.subarray(0, 20));
    else response.writeHead(404).end("no such mask");
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  origin = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
});
afterAll(() => {
  server.closeAllConnections();
  server.close();
  rmSync(folder, { recursive: true, force: true });
});

const streamOf = (bytes: Uint8Array) => new Blob([bytes.slice()]).stream();

describe("a mask is decoded from", () => {
  const inputs = {
    "an ArrayBuffer": () => png.buffer,
    "a view": () => new DataView(png.buffer),
    "a Buffer": () => Buffer.from(png),
    "an ArrayBuffer of another realm": () =>
      runInNewContext("Uint8Array.from(bytes).buffer", { bytes: [...png] }),
    "a Blob": () => new Blob([png]),
    "a File": () => new File([png], "mask.png"),
    "a Response": () => new Response(png),
    "a stream": () => streamOf(png),
    "a URL": () => new URL(`${origin}/mask.png?key=secret`),
    "a Request": () => new Request(`${origin}/mask.png`),
    "a data: URL": () => new URL(`data:image/png;base64,${Buffer.from(png).toString("base64")}`),
    "a file: URL": () => pathToFileURL(path),
    "a path, by fromFile": () => fromFile(path),
    "a promise of bytes": () => Promise.resolve(png),
    "a promise of a Response": () => fetch(`${origin}/mask.png`),
  };
  it.each(Object.entries(inputs))("%s", async (_, give) => {
    expect([...(await decodeMask(give() as Blob, legend)).data]).toEqual(labels);
    expect((await decodeIds(give() as Blob)).ids).toEqual(Uint32Array.of(0xff, 0xff0000));
    expect(await readPngHeader(give() as Blob)).toMatchObject({ width: 2, height: 1 });
    expect([...(await decodeRgba(give() as Blob)).pixels]).toEqual([255, 0, 0, 255, 0, 0, 255, 255]);
  });
});

describe("a file, by fromFile,", () => {
  it("is opened once it is read, and closed at its end or once the stream is cancelled", async () => {
    const opened = vi.spyOn(files, "open");
    syncBuiltinESMExports();
    const stream = fromFile(path);
    await fromFile(path).cancel();
    expect(opened).not.toHaveBeenCalled();
    expect([...(await decodeMask(stream, legend)).data]).toEqual(labels);
    const reader = fromFile(path).getReader();
    await reader.read();
    await reader.cancel();
    const handles = await Promise.all(
      opened.mock.results.map(({ value }) => value as Promise<files.FileHandle>),
    );
    opened.mockRestore();
    syncBuiltinESMExports();
    expect(
      handles.map(({ fd }) => fd),
      "closed handles have no number",
    ).toEqual([-1, -1]);
  });
});

describe("a legend is read from", () => {
  const inputs = {
    "an object": () => legend,
    "JSON text": () => json,
    "a file's bytes": () => Buffer.from(json),
    "a Blob": () => new Blob([json]),
    "a Response": () => new Response(json),
    "a promise of a Response": () => fetch(`${origin}/legend.json`),
    "a promise of an object": () => Promise.resolve(legend),
    "a stream": () => streamOf(Buffer.from(json)),
    "a URL": () => new URL(`${origin}/legend.json`),
    "a file: URL": () => pathToFileURL(join(folder, "legend.json")),
    "a path, by fromFile": () => fromFile(join(folder, "legend.json")),
  };
  it.each(Object.entries(inputs))("%s", async (_, give) => {
    expect([...(await decodeMask(png, give())).data]).toEqual(labels);
    expect([...(await decodeMask(streamOf(png), give())).data]).toEqual(labels);
  });

  it("bytes, without waiting", () => {
    expect([...decodeMaskSync(png, Buffer.from(json)).data]).toEqual(labels);
  });

  it("a legend of ids too", async () => {
    const ids = new Blob([JSON.stringify({ 255: "one", 16711680: "two" })]);
    const map = await decodeMask(new Blob([png]), ids, { encoding: "rgb-id" });
    expect(map.labels.map(({ name }) => name)).toEqual(["one", "two"]);
  });
});

describe("is refused with a typed error:", () => {
  it("a legend before the mask", async () => {
    const error = { code: "OPTION_INVALID", message: expect.stringContaining("the mask comes first") };
    for (const mask of [png, new Blob([png]), streamOf(png), Promise.resolve(png)]) {
      await expect(decodeMask(legend as never, mask)).rejects.toMatchObject(error);
    }
    await expect(decodeMask(new Blob([json]), new Blob([png]))).rejects.toMatchObject(error);
    await expect(decodeMask(json as never, png)).rejects.toMatchObject(error);
    expect(() => decodeMaskSync(legend as never, png)).toThrow(expect.objectContaining(error));
  });

  it("a string, which may be a URL or a path", async () => {
    await expect(decodeMask("mask.png" as never, legend)).rejects.toMatchObject({
      code: "OPTION_INVALID",
      message: expect.stringMatching(/is a string.*`new URL\(…\)`/),
    });
  });

  it("a Response that is not ok, without its query", async () => {
    for (const give of [
      () => new URL(`${origin}/none.png?key=secret#part`),
      () => fetch(`${origin}/none.png?key=secret`),
    ]) {
      const error = await decodeMask(give(), legend).catch((reason) => reason);
      expect(error).toMatchObject({
        name: "DecodeError",
        code: "INPUT_FAILED",
        message: `the server answered 404 for ${origin}/none.png`,
      });
    }
    await expect(decodeMask(png, fetch(`${origin}/none.json`))).rejects.toMatchObject({
      code: "INPUT_FAILED",
    });
  });

  it("a connection that breaks off, a server that is not there, and a stream that fails", async () => {
    const failing = new ReadableStream({ pull: (controller) => controller.error(new Error("gone")) });
    const failures = [new URL(`${origin}/broken`), new URL("http://127.0.0.1:1/mask.png"), failing];
    for (const input of failures) {
      await expect(decodeMask(input, legend)).rejects.toMatchObject({
        code: "INPUT_FAILED",
        cause: expect.any(Error),
      });
    }
    await expect(decodeMask(Promise.reject(new Error("no")), legend)).rejects.toMatchObject({
      code: "INPUT_FAILED",
    });
    await expect(decodeMask(png, Promise.reject(new Error("no")))).rejects.toMatchObject({
      code: "INPUT_FAILED",
    });
  });

  it("a stream of something else than bytes, or one that is in use", async () => {
    const texts = new ReadableStream({
      start(controller) {
        controller.enqueue("text");
        controller.close();
      },
    });
    await expect(decodeMask(texts, legend)).rejects.toMatchObject({
      code: "INPUT_FAILED",
      cause: { message: "a piece of the stream is a string, not a Uint8Array" },
    });
    const used = streamOf(png);
    used.getReader();
    await expect(decodeMask(used, legend)).rejects.toMatchObject({
      code: "INPUT_FAILED",
      cause: { message: "the stream has a reader already" },
    });
    const read = new Response(png);
    await read.arrayBuffer();
    await expect(decodeMask(read, legend)).rejects.toMatchObject({ code: "INPUT_FAILED" });
  });

  it("a file that is missing", async () => {
    const error = { code: "SOURCE_MISSING", message: `${join(folder, "none.png")} does not exist` };
    await expect(decodeMask(fromFile(join(folder, "none.png")), legend)).rejects.toMatchObject(error);
    await expect(decodeMask(pathToFileURL(join(folder, "none.png")), legend)).rejects.toMatchObject(error);
  });

  it("a file with more bytes than maxBytes, before the rest arrives", async () => {
    let pulled = 0;
    const cancel = vi.fn();
    const endless = new ReadableStream<Uint8Array>({
      pull(controller) {
        controller.enqueue(pulled++ === 0 ? noise.subarray(0, 1000) : new Uint8Array(1000));
      },
      cancel,
    });
    await expect(decodeMask(endless, legend, { maxBytes: 5000 })).rejects.toMatchObject({
      code: "PNG_TOO_LARGE",
    });
    expect(pulled).toBeLessThan(20);
    expect(cancel).toHaveBeenCalled();
  });
});

describe("a signal", () => {
  const reason = new Error("enough");
  const aborted = AbortSignal.abort(reason);

  it("that is aborted stops every call at once", async () => {
    const options = { signal: aborted };
    await expect(decodeMask(png, legend, options)).rejects.toBe(reason);
    await expect(decodeIds(png, options)).rejects.toBe(reason);
    await expect(decodeRgba(png, options)).rejects.toBe(reason);
    await expect(readPngHeader(png, options)).rejects.toBe(reason);
  });

  it("must be one", async () => {
    await expect(decodeMask(png, legend, { signal: {} as never })).rejects.toMatchObject({
      code: "OPTION_INVALID",
      message: "signal must be an AbortSignal",
    });
    const options = { signal: aborted } as never;
    expect(() => decodeMaskSync(png, legend, options)).toThrow(
      expect.objectContaining({ code: "OPTION_INVALID" }),
    );
  });

  it("stops a call that waits for a promise, a server or a stream, and leaves no listener", async () => {
    const cancel = vi.fn();
    const waiting = () => new ReadableStream({ cancel });
    const inputs = [
      [() => new Promise<Uint8Array>(() => {}), () => legend],
      [() => new URL(`${origin}/endless`), () => legend],
      [waiting, () => legend],
      [() => new Response(waiting()), () => legend],
      [() => png, waiting],
      [waiting, () => new Promise(() => {})],
    ] as const;
    for (const [mask, result] of inputs) {
      const controller = new AbortController();
      const decoded = decodeMask(mask(), result(), { signal: controller.signal });
      setTimeout(() => controller.abort(reason), 10);
      await expect(decoded).rejects.toBe(reason);
      await vi.waitFor(() => expect(getEventListeners(controller.signal, "abort")).toEqual([]));
    }
    await vi.waitFor(() => expect(cancel).toHaveBeenCalledTimes(4));
  });

  it("of a Request stops its fetch, and so does that of the call", async () => {
    const signalOf = async (own: AbortController, call: AbortController) => {
      const fetched = vi.spyOn(globalThis, "fetch").mockResolvedValue(new Response(png));
      await decodeMask(new Request(`${origin}/mask.png`, { signal: own.signal }), legend, {
        signal: call.signal,
      });
      const signal = fetched.mock.calls[0]![1]!.signal!;
      fetched.mockRestore();
      return signal;
    };
    for (const place of [0, 1]) {
      const controllers = [new AbortController(), new AbortController()] as const;
      const signal = await signalOf(...controllers);
      expect(signal.aborted).toBe(false);
      controllers[place]!.abort(reason);
      expect(signal.reason).toBe(reason);
    }
    // Without AbortSignal.any, the call's signal counts.
    vi.stubGlobal("AbortSignal", { any: undefined });
    const controllers = [new AbortController(), new AbortController()] as const;
    expect(await signalOf(...controllers).finally(() => vi.unstubAllGlobals())).toBe(controllers[1].signal);
  });

  it("leaves no listener after a call that succeeds or fails", async () => {
    const { signal } = new AbortController();
    await decodeMask(streamOf(png), new Blob([json]), { signal });
    await decodeMask(streamOf(png.subarray(0, 40)), legend, { signal }).catch(() => {});
    await vi.waitFor(() => expect(getEventListeners(signal, "abort")).toEqual([]));
  });

  it("in the middle of a mask leaves no labels of half a mask in the caller's array", async () => {
    const controller = new AbortController();
    const into = new Int32Array(side * side).fill(99);
    let seen: Int32Array | undefined;
    const half = new ReadableStream<Uint8Array>({
      pull(stream) {
        if (seen === undefined) stream.enqueue(noise.subarray(0, 300_000));
        setTimeout(() => {
          seen ??= into.slice();
          controller.abort(reason);
        });
        return new Promise((resolve) => setTimeout(resolve));
      },
    });
    await expect(decodeMask(half, legend, { into, signal: controller.signal })).rejects.toBe(reason);
    // Rows were decoded, and are undone.
    expect(seen!.some((label) => label !== 99)).toBe(true);
    expect(into.every((label) => label === -1)).toBe(true);
    expect([...(await decodeMask(streamOf(png), legend)).data]).toEqual(labels);
  });
});

describe("the types", () => {
  const classes = ClassList.fromNames(["red", "blue"]);
  it("take options that are kept in a const, and know what literals decode to", async () => {
    const options = { target: { map: "semantic", classes } };
    const map = await decodeMask(png, legend, options);
    expectTypeOf(map).toEqualTypeOf<TargetMap<"int32"> & Releasable>();
    expect(map.map).toBe("semantic");
    const several = {
      engine: "fused",
      target: [{ map: "semantic", classes, dtype: "uint8" }, { map: "runs" }],
    };
    const maps = decodeMaskSync(png, legend, several);
    expectTypeOf(maps[0]!).toEqualTypeOf<
      (TargetMap & Releasable) | (TargetMap<"int32"> & Releasable) | RunsMap
    >();
    expect(maps).toHaveLength(2);
    const plain = { snap: { to: "neighbours" }, transparent: "unlabelled", resize: { width: 1, height: 1 } };
    expectTypeOf(await decodeMask(png, legend, plain)).toEqualTypeOf<LabelMap>();
    const literal = await decodeMask(png, legend, { target: { map: "semantic", classes, dtype: "uint8" } });
    expectTypeOf(literal).toEqualTypeOf<TargetMap<"uint8"> & Releasable>();
    const wrong = { target: { map: "semantik", classes } };
    await expect(decodeMask(png, legend, wrong)).rejects.toMatchObject({ code: "OPTION_INVALID" });
    const number = { maxPixels: "7" };
    // @ts-expect-error A string is no number, in a const either.
    await decodeMask(png, legend, number);
  });

  it("take what JSON.parse and a promise of a Response give", async () => {
    const parsed: unknown = await new Response(json).json();
    expect([...(await decodeMask(fetch(`${origin}/mask.png`), parsed)).data]).toEqual(labels);
  });
});

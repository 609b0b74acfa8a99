/** Inputs that fail, are aborted or are shared: nothing is left open, unheard or mixed, and every error has a code. */
import { setFlagsFromString } from "node:v8";
import { runInNewContext } from "node:vm";
import { afterEach, beforeAll, describe, expect, it, vi } from "vitest";
import { decodeMask, init } from "../../src/all.js";
import { readPngHeader } from "../../src/decode/png/index.js";
import { decodeIds } from "../../src/decode/register/ids.js";
import { chunk, encodePng } from "../support/encode-png.mjs";
import { mulberry32 } from "../support/random.mjs";

setFlagsFromString("--expose-gc");
const collectGarbage: () => void = runInNewContext("gc");

const side = 300;
const legend = { "#ff0000": "red", "#00ff00": "green" };
/** A mask of one colour, in so many rows that its file has several pieces. */
function maskOf(red: number, green: number): Uint8Array<ArrayBuffer> {
  const samples = Uint8Array.from({ length: side * side * 3 }, (_, index) => [red, green, 0][index % 3]!);
  return Uint8Array.from(
    encodePng({
      width: side,
      height: side,
      colourType: 2,
      bitDepth: 8,
      samples,
      filter: 0,
      zlib: { level: 0 },
    }),
  );
}
let red: Uint8Array<ArrayBuffer>;
let green: Uint8Array<ArrayBuffer>;
beforeAll(async () => {
  await init();
  red = maskOf(255, 0);
  green = maskOf(0, 255);
});
afterEach(() => vi.restoreAllMocks());

/**
 * A stream that says whether it was cancelled, and how many bytes were taken of it.
 * @param pause after so many bytes, the stream waits for `goOn()`.
 */
function watched(bytes: Uint8Array, pieceBytes = 20_000, pause = Number.POSITIVE_INFINITY) {
  const state = { cancelled: false, taken: 0 };
  let goOn = () => {};
  const going = new Promise<void>((resolve) => {
    goOn = resolve;
  });
  const stream = new ReadableStream<Uint8Array>(
    {
      async pull(controller) {
        await new Promise((resolve) => setTimeout(resolve));
        if (state.taken >= pause) await going;
        if (state.taken >= bytes.length) return controller.close();
        controller.enqueue(bytes.slice(state.taken, state.taken + pieceBytes));
        state.taken += pieceBytes;
      },
      cancel() {
        state.cancelled = true;
      },
    },
    { highWaterMark: 0 },
  );
  return { state, stream, goOn };
}

describe("a call that fails before it reads", () => {
  const unheard = vi.fn();
  beforeAll(() => {
    process.on("unhandledRejection", unheard);
    return () => process.off("unhandledRejection", unheard);
  });

  it.each([
    ["by an aborted signal", { signal: AbortSignal.abort(new Error("enough")) }],
    ["by an option", { engine: "none" }],
    ["by something else than a signal", { signal: {} }],
  ])("%s leaves no promise unheard and no stream open", async (_, options) => {
    const fails = () => Promise.reject(new Error("no network"));
    await expect(decodeMask(fails(), fails(), options as never)).rejects.toThrow();
    await expect(decodeIds(fails(), options as never)).rejects.toThrow();
    const mask = watched(red);
    const file = watched(new TextEncoder().encode(JSON.stringify(legend)));
    await expect(decodeMask(mask.stream, new Response(file.stream), options as never)).rejects.toThrow();
    await new Promise((resolve) => setTimeout(resolve, 10));
    expect([mask.state.cancelled, file.state.cancelled]).toEqual([true, true]);
    expect(unheard).not.toHaveBeenCalled();
  });
});

describe("an array that two decodes are given", () => {
  it("is refused while the first file arrives, and is free afterwards", async () => {
    const into = new Int32Array(side * side);
    const first = watched(red, 20_000, 200_000);
    const decoding = decodeMask(first.stream, legend, { into });
    await vi.waitFor(() => expect(first.state.taken).toBeGreaterThanOrEqual(200_000));
    const refused = {
      code: "OPTION_INVALID",
      message: expect.stringContaining("whose file has not arrived"),
    };
    await expect(decodeMask(watched(green).stream, legend, { into })).rejects.toMatchObject(refused);
    await expect(decodeMask(green, legend, { into })).rejects.toMatchObject(refused);
    first.goOn();
    expect(new Set((await decoding).data)).toEqual(new Set([0]));
    expect(new Set((await decodeMask(green, legend, { into })).data)).toEqual(new Set([1]));
  });

  it("may hold both in parts that do not overlap", async () => {
    const batch = new Int32Array(2 * side * side);
    const parts = [batch.subarray(0, side * side), batch.subarray(side * side)];
    await Promise.all(
      [red, green].map((png, index) => decodeMask(watched(png).stream, legend, { into: parts[index]! })),
    );
    expect(parts.map((part) => [...new Set(part)])).toEqual([[0], [1]]);
  });
});

it("an array that is transferred while the file arrives is an error with a code", async () => {
  const into = new Int32Array(side * side);
  const other = new Uint8Array(side * side).fill(7);
  const mask = watched(red, 20_000, 200_000);
  const decoding = decodeMask(mask.stream, legend, {
    target: [
      { map: "label", into },
      { map: "instance", dtype: "uint8", into: other },
    ],
  });
  await vi.waitFor(() => expect(mask.state.taken).toBeGreaterThanOrEqual(200_000));
  structuredClone(into.buffer, { transfer: [into.buffer] });
  mask.goOn();
  await expect(decoding).rejects.toMatchObject({ code: "OUTPUT_SIZE" });
  expect(new Set(other).size).toBe(1);
});

it("an instance of the module that cannot be made is an error with a code, and the stream is closed", async () => {
  vi.spyOn(WebAssembly, "instantiate").mockRejectedValue(new RangeError("could not allocate memory"));
  const masks = Array.from({ length: 6 }, () => watched(red));
  const outcomes = await Promise.allSettled(masks.map(({ stream }) => decodeMask(stream, legend)));
  const failed = masks.filter((_, index) => outcomes[index]!.status === "rejected");
  expect(failed.length).toBeGreaterThan(0);
  for (const outcome of outcomes) {
    if (outcome.status === "rejected") expect(outcome.reason).toMatchObject({ code: "OUT_OF_MEMORY" });
  }
  for (const { state, stream } of failed) expect([state.cancelled, stream.locked]).toEqual([true, false]);
});

it("a file is read no further than maxBytes, whatever is made of it", async () => {
  const calls = [
    (stream: ReadableStream) => readPngHeader(stream, { maxBytes: 1000 }),
    (stream: ReadableStream) => decodeMask(stream, legend, { maxBytes: 1000 }),
    (stream: ReadableStream) => decodeMask(stream, legend, { maxBytes: 1000, engine: "upng" }),
  ];
  for (const call of calls) {
    const { state, stream } = watched(red, 500);
    await expect(call(stream)).rejects.toMatchObject({ code: "PNG_TOO_LARGE" });
    expect(state.cancelled).toBe(true);
    expect(state.taken).toBeLessThan(5000);
  }
});

it("bytes after the end of the pixels are counted, and not kept", async () => {
  const random = mulberry32(3);
  const idat = Uint8Array.from({ length: 2 ** 16 }, () => Math.floor(random() * 256));
  const end = red.length - 12;
  const trailing = chunk("IDAT", idat);
  const count = 30;
  let place = 0;
  const pieces: WeakRef<Uint8Array>[] = [];
  let kept = 0;
  const stream = new ReadableStream<Uint8Array>(
    {
      async pull(controller) {
        await new Promise((resolve) => setTimeout(resolve));
        collectGarbage();
        kept = Math.max(kept, pieces.filter((piece) => piece.deref() !== undefined).length);
        if (place === 0) controller.enqueue(red.slice(0, end));
        else if (place <= count) {
          const piece = trailing.slice();
          pieces.push(new WeakRef(piece));
          controller.enqueue(piece);
        } else {
          controller.enqueue(red.slice(end));
          controller.close();
        }
        place++;
      },
    },
    { highWaterMark: 0 },
  );
  const { issues } = await decodeMask(stream, legend);
  expect(kept).toBeLessThan(10);
  expect(issues).toMatchObject([
    { code: "png-trailing-data", message: expect.stringContaining(`${count * 2 ** 16} bytes`) },
  ]);
  expect(issues).toHaveLength(1);
});

it("an empty answer is an empty file, and not a mask without a legend", async () => {
  const empty = () => new Response(null, { status: 204 });
  await expect(decodeMask(red, empty(), { encoding: "rgb-id" })).rejects.toMatchObject({
    code: "LEGEND_INVALID",
  });
  await expect(decodeMask(empty(), legend)).rejects.toMatchObject({ code: "PNG_TRUNCATED" });
});

it("a Blob without stream(), as jsdom has it, is read whole", async () => {
  const blob = { [Symbol.toStringTag]: "Blob", size: red.length, arrayBuffer: async () => red.buffer };
  expect(new Set((await decodeMask(blob as never, legend)).data)).toEqual(new Set([0]));
});

it("an answer without an address says its status alone", async () => {
  await expect(decodeMask(new Response("", { status: 404 }), legend)).rejects.toThrow(/answered 404$/);
});

/**
 * Masks that are decoded while they arrive: the outcome is that of the whole file, whatever the pieces are. Random masks,
 * and damaged ones, are cut into random pieces.
 */
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { serialize, setFlagsFromString } from "node:v8";
import { runInNewContext } from "node:vm";
import { beforeAll, describe, expect, it, vi } from "vitest";
import { decodeMask, decodeMaskSync, init } from "../../src/all.js";
import { decodeIds } from "../../src/decode/register/ids.js";
import { loadCorpus } from "../support/corpus.mjs";
import { encodePng } from "../support/encode-png.mjs";
import { nastyMask } from "../support/nasty-masks.mjs";
import { outcome } from "../support/outcome.js";
import { dice, mulberry32 } from "../support/random.mjs";

const seed = Number(process.env.LABELMAP_SEED ?? Date.now() % 1_000_000);
const { below, chance, pick } = dice(mulberry32(seed));

beforeAll(() => init());

setFlagsFromString("--expose-gc");
const collectGarbage: () => void = runInNewContext("gc");

/** A stream of the bytes, cut into pieces of random sizes; some are empty. */
function cut(bytes: Uint8Array, most = pick([1, 7, 100, 5000, 200_000])): ReadableStream<Uint8Array> {
  let place = 0;
  return new ReadableStream({
    pull(controller) {
      if (place >= bytes.length) return controller.close();
      const count = below(most + 1);
      controller.enqueue(bytes.slice(place, place + count));
      place += count;
    },
  });
}

/** Damages a file in one of several ways. */
function damage(png: Uint8Array): Uint8Array {
  const bytes = png.slice();
  const changes = 1 + below(3);
  for (let change = 0; change < changes; change++) {
    const place = below(bytes.length);
    if (chance(0.5)) bytes[place] = below(256);
    else bytes[place]! ^= 1 << below(8);
  }
  if (chance(0.2)) return bytes.subarray(0, below(bytes.length));
  if (chance(0.2)) return Uint8Array.from([...bytes, ...bytes.subarray(0, below(50))]);
  return bytes;
}

describe(`a stream with seed ${seed} (LABELMAP_SEED)`, () => {
  const options = () =>
    pick([
      {},
      { verify: false },
      { strict: true },
      { transparent: "unlabelled" } as const,
      { crop: { x: 0, y: 0, width: 1, height: 1 } },
      { resize: { width: 5, height: 7 } },
      { target: { map: "runs" } } as const,
      { target: [{ map: "label", dtype: "uint16" }, { map: "runs" }] } as const,
      { snap: { maxDistance: 40 } },
      { snap: { to: "neighbours" } } as const,
      { engine: "upng" } as const,
      { maxPixels: 1000 },
    ]);

  it("gives the labels of the bytes, for random masks", async () => {
    for (let round = 0; round < 200; round++) {
      const { png, legend, description } = nastyMask(seed + round);
      const chosen = options();
      const whole = await outcome(() => decodeMaskSync(png, legend, chosen));
      expect(await outcome(() => decodeMask(cut(png), legend, chosen)), description).toEqual(whole);
    }
  });

  it("gives the errors of the bytes, for damaged masks", async () => {
    for (let round = 0; round < 1000; round++) {
      const { png, legend, description } = nastyMask(seed + (round % 100));
      const damaged = damage(png);
      const chosen = options();
      const whole = await outcome(() => decodeMaskSync(damaged, legend, chosen));
      const arrived = await outcome(() => decodeMask(cut(damaged), legend, chosen));
      expect(arrived, `${description}, damaged in round ${round}`).toEqual(whole);
    }
  });

  it("gives the errors of the bytes, for masks without checksums that match", async () => {
    for (let round = 0; round < 1000; round++) {
      const { png, legend, description } = nastyMask(seed + (round % 100));
      const damaged = damage(png);
      const whole = await outcome(() => decodeMaskSync(damaged, legend, { verify: false }));
      const arrived = await outcome(() => decodeMask(cut(damaged), legend, { verify: false }));
      expect(arrived, `${description}, damaged in round ${round}`).toEqual(whole);
    }
  });

  it("gives the labels of every mask of the corpus", async () => {
    for (const { name, png, result, expected } of loadCorpus()) {
      if (expected.width * expected.height > 100_000) continue;
      const whole = await outcome(() => decodeMaskSync(png, result));
      expect(await outcome(() => decodeMask(cut(png, 50_000), result)), name).toEqual(whole);
    }
  });

  it("gives the ids of the bytes", async () => {
    for (let round = 0; round < 200; round++) {
      const { png, description } = nastyMask(seed + round);
      const bytes = chance(0.5) ? png : damage(png);
      const whole = await outcome(() => decodeIds(bytes));
      expect(await outcome(() => decodeIds(cut(bytes))), description).toEqual(whole);
    }
  });

  it("gives the outcome of the bytes, for files that are decoded in many parts", async () => {
    for (let round = 0; round < 40; round++) {
      const { png, legend } = largeMask(seed + round);
      const bytes = chance(0.3) ? png : damage(png);
      const chosen = pick([{}, { verify: false }, { target: { map: "runs" } } as const]);
      const whole = await outcome(() => decodeMaskSync(bytes, legend, chosen));
      const arrived = await outcome(() => decodeMask(cut(bytes, pick([3000, 70_000])), legend, chosen));
      expect(equal(arrived, whole), `round ${round}`).toBe(true);
    }
  });

  it("leaves alone what else is decoded in the meantime", async () => {
    const masks = Array.from({ length: 8 }, (_, place) => largeMask(seed + place));
    const expected = masks.map(({ png, legend }) => decodeMaskSync(png, legend).data);
    const found = await Promise.all(
      masks.map(async ({ png, legend }, place) => {
        const stream = cut(png, 20_000).pipeThrough(
          new TransformStream({
            async transform(piece, controller) {
              // Others go on here, and the module decodes a whole file too.
              await new Promise((resolve) => setImmediate(resolve));
              const other = masks[(place + 1) % masks.length]!;
              if (chance(0.02)) decodeMaskSync(other.png, other.legend);
              controller.enqueue(piece);
            },
          }),
        );
        return (await decodeMask(stream, legend)).data;
      }),
    );
    for (const [place, data] of found.entries()) expect(equal(data, expected[place])).toBe(true);
  });
});

/** A mask of noise in a few colours, whose file is far larger than what the module takes at once. */
function largeMask(maskSeed: number, interlace?: boolean) {
  const own = dice(mulberry32(maskSeed));
  const side = 500 + own.below(300);
  const colours = [0, 60, 120, 180, 240];
  const samples = Uint8Array.from({ length: side * side * 3 }, () => colours[own.below(5)]!);
  const png: Uint8Array = encodePng({
    ...{ width: side, height: side, colourType: 2, bitDepth: 8, samples, filter: own.below(5) as 0 },
    ...{ interlace: interlace ?? own.chance(0.2), idatSize: own.pick([8192, 100_000, 2 ** 31]) as number },
  });
  return { png, legend: { "#000000": "black", "#3c3c3c": "grey", "#f0f0f0": "white" } };
}

/** Compares large arrays without describing what differs. */
const equal = (a: unknown, b: unknown) => Buffer.compare(serialize(a), serialize(b)) === 0;

describe("a server that sends slowly", () => {
  const { png, legend } = largeMask(3, false);

  it("sends the last piece only after the first rows are decoded", async () => {
    const into = new Int32Array(decodeMaskSync(png, legend).data.length).fill(99);
    let rowsBeforeTheEnd = 0;
    const server = createServer(async (_, response) => {
      const half = Math.floor(png.length / 2);
      response.write(png.subarray(0, half));
      // Without rows the last piece is never sent.
      while (into[0] === 99) await new Promise((resolve) => setTimeout(resolve, 1));
      rowsBeforeTheEnd = into.filter((label) => label !== 99).length;
      response.end(png.subarray(half));
    });
    await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
    const { port } = server.address() as AddressInfo;
    const map = await decodeMask(fetch(`http://127.0.0.1:${port}/`), legend, { into });
    server.close();
    expect(rowsBeforeTheEnd).toBeGreaterThan(0);
    expect(rowsBeforeTheEnd).toBeLessThan(into.length);
    expect(equal(map.data, decodeMaskSync(png, legend).data)).toBe(true);
  });

  it("does not cost an instance of the module for each mask, nor one for each that fails", async () => {
    const made = vi.spyOn(WebAssembly, "instantiate");
    for (let round = 0; round < 5; round++) {
      await decodeMask(cut(png, 50_000), legend);
      await decodeMask(cut(damage(png), 50_000), legend).catch(() => {});
      await decodeMask(cut(png.subarray(0, 200_000), 50_000), legend).catch(() => {});
    }
    expect(made.mock.calls.length).toBeLessThanOrEqual(1);
    made.mockRestore();
  });

  it("does not keep the file", async () => {
    // What is read of a stream is not read again, and no piece is larger than this.
    const pieces: WeakRef<Uint8Array>[] = [];
    let kept = 0;
    let place = 0;
    const stream = new ReadableStream<Uint8Array>({
      async pull(controller) {
        await new Promise((resolve) => setTimeout(resolve));
        collectGarbage();
        kept = Math.max(kept, pieces.filter((piece) => piece.deref() !== undefined).length);
        if (place >= png.length) return controller.close();
        const piece = png.slice(place, place + 20_000);
        pieces.push(new WeakRef(piece));
        place += piece.length;
        controller.enqueue(piece);
      },
    });
    await decodeMask(stream, legend);
    expect(pieces.length).toBeGreaterThan(10);
    // The module takes 64 KiB at once, and a few pieces are on their way.
    expect(kept).toBeLessThan(10);
  });
});

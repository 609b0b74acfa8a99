/**
 * Masks that are decoded while they arrive: the outcome is that of the whole file, whatever the pieces are. Random masks,
 * and damaged ones, are cut into random pieces.
 */
import { beforeAll, describe, expect, it } from "vitest";
import { decodeMask, decodeMaskSync, init } from "../../src/all.js";
import { decodeIds } from "../../src/decode/register/ids.js";
import { loadCorpus } from "../support/corpus.mjs";
import { nastyMask } from "../support/nasty-masks.mjs";
import { dice, mulberry32 } from "../support/random.mjs";

const seed = Number(process.env.LABELMAP_SEED ?? Date.now() % 1_000_000);
const { below, chance, pick } = dice(mulberry32(seed));

beforeAll(() => init());

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

/** What a call returns or throws, as plain data. */
async function outcome(call: () => unknown): Promise<unknown> {
  try {
    const map = (await call()) as Record<string, unknown>;
    return { ...map, legend: undefined };
  } catch (error) {
    const { name, code, message, offset } = error as Record<string, unknown>;
    return { name, code, message, offset };
  }
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
    for (let round = 0; round < 300; round++) {
      const { png, legend, description } = nastyMask(seed + round);
      const chosen = options();
      const whole = await outcome(() => decodeMaskSync(png, legend, chosen));
      expect(await outcome(() => decodeMask(cut(png), legend, chosen)), description).toEqual(whole);
    }
  });

  it("gives the errors of the bytes, for damaged masks", async () => {
    for (let round = 0; round < 1500; round++) {
      const { png, legend, description } = nastyMask(seed + (round % 100));
      const damaged = damage(png);
      const chosen = options();
      const whole = await outcome(() => decodeMaskSync(damaged, legend, chosen));
      const arrived = await outcome(() => decodeMask(cut(damaged), legend, chosen));
      expect(arrived, `${description}, damaged in round ${round}`).toEqual(whole);
    }
  });

  it("gives the errors of the bytes, for masks without checksums that match", async () => {
    for (let round = 0; round < 1500; round++) {
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
});

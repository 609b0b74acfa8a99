import { readFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { beforeAll, describe, expect, it } from "vitest";
import { compileModule } from "../../scripts/asc.mjs";
import { decodeMaskSync, init } from "../../src/all.js";
import { decodeIds } from "../../src/decode/decode-ids.js";
import { encodePng } from "../support/encode-png.mjs";
import { expectEqual } from "../support/equal-arrays.js";
import { nastyMask } from "../support/nasty-masks.mjs";
import { dice, mulberry32 } from "../support/random.mjs";
import { decodeReference } from "../support/reference.mjs";

const ROOT = fileURLToPath(new URL("../..", import.meta.url));
const seed = Number(process.env.LABELMAP_SEED ?? Date.now() % 1_000_000);
const NASTY_MASKS = 3000;
const WIDE_MASKS = 60;

beforeAll(async () => {
  compileModule("checked");
  await init({ wasm: readFileSync(join(ROOT, "build/labelmap.checked.wasm")) });
});

describe(`the checked module, seed ${seed} (LABELMAP_SEED)`, () => {
  it(`keeps its invariants over ${NASTY_MASKS} nasty masks`, () => {
    for (let index = 0; index < NASTY_MASKS; index++) {
      const { png, legend, description } = nastyMask((seed * 100_003 + index) >>> 0);
      const message = `seed ${seed}, mask ${index}: ${description}`;
      const expected = decodeReference(png, legend).data;
      expectEqual(decodeMaskSync(png, legend, { engine: "fused" }).data, expected, message);
      const [runs, labels] = decodeMaskSync(png, legend, {
        engine: "fused",
        target: [{ map: "runs" }, { map: "label", dtype: "uint16" }],
      });
      expectEqual(runs.toDense().data, expected, message);
      expectEqual(labels.data, Uint16Array.from(expected), message);
    }
  });

  it("keeps its lists of runs valid if a row with many one-channel changes becomes runs again", () => {
    // A row that is given up as runs, one of just so many changes that runs are tried again, and one that adds as many
    // edges as it may before it copies all that are left above.
    const [width, height] = [4096, 3];
    const changes = [3000, 1600];
    const samples = new Uint8Array(width * height * 3);
    for (let x = 0; x < width; x++) {
      for (let y = 0; y < 2; y++) samples[(y * width + x) * 3 + 1] = Math.floor((x * changes[y]!) / width);
      samples.copyWithin((2 * width + x) * 3, (width + x) * 3, (width + x) * 3 + 3);
      if (x < 1000) samples[(2 * width + x) * 3] = x;
    }
    const filter = (y: number) => (y < 2 ? 0 : 2);
    const png = encodePng({ width, height, colourType: 2, bitDepth: 8, samples, filter });
    const legend = { "#000100": "one" };
    expect(decodeMaskSync(png, legend).data).toEqual(decodeReference(png, legend).data);
  });

  it(`keeps its invariants over ${WIDE_MASKS} wide masks with alternating dense and sparse rows`, async () => {
    for (let index = 0; index < WIDE_MASKS; index++) {
      const { png, legend, words } = wideMask((seed * 7919 + index) >>> 0);
      const expected = decodeReference(png, legend).data;
      expectEqual(decodeMaskSync(png, legend).data, expected, `seed ${seed}, wide mask ${index}`);
      if (words === null) continue;
      const { data, ids } = await decodeIds(png, { alpha: true });
      const place = data.findIndex((number, pixel) => ids[number] !== words[pixel]);
      expect(place, `seed ${seed}, wide mask ${index}: the first pixel with another id`).toBe(-1);
    }
  });
});

/** Rows of 1,000 to 5,000 pixels with any number of edges, many colours unknown, some rows copies of the one above. */
function wideMask(maskSeed: number) {
  const random = mulberry32(maskSeed);
  const { below, chance, pick } = dice(random);
  const { colourType, channels } = pick([
    { colourType: 2, channels: 3 },
    { colourType: 4, channels: 2 },
    { colourType: 6, channels: 4 },
  ] as const);
  const [width, height] = [1000 + below(4000), 2 + below(6)];
  const samples = new Uint8Array(width * height * channels);
  for (let y = 0; y < height; y++) {
    if (y > 0 && chance(0.3)) {
      samples.copyWithin(y * width * channels, (y - 1) * width * channels, y * width * channels);
    }
    const runLength = pick([1, 2, 3, 4, 5, 8, 30, 300]);
    const isOneChannel = chance(0.5);
    const end = chance(0.5) ? width : below(width);
    let pixel = [below(256), below(256), below(256), below(256)];
    for (let x = 0; x < end; x++) {
      if (below(runLength) === 0) {
        pixel = isOneChannel ? pixel.with(below(channels), below(256)) : pixel.map(() => below(256));
      }
      samples.set(pixel.slice(0, channels), (y * width + x) * channels);
    }
  }
  const png = encodePng({
    width,
    height,
    colourType,
    bitDepth: 8,
    samples,
    filter: pick([0, 1, 2, 3, 4, "random"] as const),
    rng: random,
    zlib: { level: pick([1, 6, 9]) },
  });
  const words = channels === 4 ? [...new Uint32Array(samples.buffer)] : null;
  return { png, legend: { "#000000": "black", "#ffffff": "white" }, words };
}

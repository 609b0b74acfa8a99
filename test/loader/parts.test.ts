/**
 * `labelmap/loader` as a page gets it, which has not every part of the decoder. This file must not import another entry point,
 * since a part is there as soon as anything has imported it.
 */
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { beforeAll, describe, expect, it } from "vitest";
import webpack from "webpack";
import { init } from "../../src/decode/decode.js";
import { type LoadOptions, loadMasks } from "../../src/loader/index.js";
import { drawItems } from "../support/drawn-items.js";
import { expectEqual } from "../support/equal-arrays.js";
import { startThread } from "../support/loader-threads.js";

const ROOT = fileURLToPath(new URL("../..", import.meta.url));
const items = drawItems(3, 21, 16);

beforeAll(() => init());

describe.each([
  ["this thread", { workers: 0 }],
  ["a worker", { workers: 1, worker: startThread }],
])("on %s", (_, where: LoadOptions) => {
  it("has the target runs", async () => {
    let count = 0;
    for await (const { map, item } of loadMasks(items, { ...where, target: { map: "runs" } })) {
      expectEqual(map.toDense().data, item.labels, item.name);
      count++;
    }
    expect(count).toBe(3);
  });

  it("has crop and resize", async () => {
    const crop = { x: 3, y: 5, width: 4, height: 2 };
    const resize = { width: 8, height: 4 };
    let count = 0;
    for await (const { map, item } of loadMasks(items, { ...where, crop, resize })) {
      // Each pixel twice, in both directions.
      const expected = Int32Array.from({ length: 32 }, (_pixel, place) => {
        const [x, y] = [place % 8, Math.floor(place / 8)];
        return item.labels[(5 + Math.floor(y / 2)) * 16 + 3 + Math.floor(x / 2)]!;
      });
      expectEqual(map.data, expected, item.name);
      count++;
    }
    expect(count).toBe(3);
  });
});

it.each([
  [{ encoding: "grey" }, "PART_MISSING", /import "labelmap\/ids"/],
  [{ snap: { maxDistance: 4 } }, "PART_MISSING", /import "labelmap\/snap"/],
  [{ engine: "upng" }, "ENGINE_UNAVAILABLE", /import "labelmap\/upng"/],
] as const)("without workers, says at once which part %j needs", (options, code, message) => {
  const work = () => loadMasks(items, { workers: 0, ...options });
  expect(work).toThrow(expect.objectContaining({ name: "DecodeError", code }));
  expect(work).toThrow(message);
  // A worker has all parts.
  loadMasks(items, { workers: 1, worker: startThread, ...options });
});

it("has these parts in a bundle too, since package.json says that the entry point registers them", async () => {
  const folder = mkdtempSync(join(tmpdir(), "labelmap-parts-"));
  try {
    const entry = join(folder, "entry.mjs");
    writeFileSync(entry, 'import { loadMasks } from "labelmap/loader"; console.log(loadMasks);');
    // Of the bundlers, webpack is the one that leaves out most.
    const compiler = webpack({
      mode: "production",
      entry,
      output: { path: folder, filename: "bundle.js" },
      resolve: { alias: { "labelmap/loader$": join(ROOT, "dist/loader/index.js") } },
      optimization: { minimize: false },
    });
    const errors = await new Promise((resolve, reject) => {
      compiler.run((error, stats) => (error ? reject(error) : resolve(stats!.toJson().errors)));
    });
    expect(errors).toEqual([]);
    const code = readFileSync(join(folder, "bundle.js"), "utf8");
    const parts = [...code.matchAll(/registerPart\)?\("(\w+)"/g)].map(([, name]) => name);
    expect(parts.toSorted()).toEqual(["geometry", "maps"]);
  } finally {
    rmSync(folder, { recursive: true });
  }
});

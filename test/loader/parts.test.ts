/**
 * `labelmap/loader` as a page gets it, which has not every part of the decoder. This file must not import another entry point,
 * since a part is there as soon as anything has imported it.
 */
import { fileURLToPath } from "node:url";
import { rolldown } from "rolldown";
import { beforeAll, describe, expect, it } from "vitest";
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
  const entry = "\0entry";
  const program = 'import { loadMasks } from "labelmap/loader"; console.log(loadMasks);';
  const bundle = await rolldown({
    input: entry,
    cwd: ROOT,
    platform: "browser",
    plugins: [
      {
        name: "entry",
        resolveId: (name) =>
          name === entry ? name : name === "labelmap/loader" ? `${ROOT}dist/loader/index.js` : null,
        load: (name) => (name === entry ? program : null),
      },
    ],
  });
  const { output } = await bundle.generate();
  await bundle.close();
  const { code } = output[0];
  expect(code).toMatch(/registerPart\("geometry"/);
  expect(code).toMatch(/registerPart\("maps"/);
  // Nothing else is there.
  expect(code).not.toMatch(/registerPart\("ids"/);
});

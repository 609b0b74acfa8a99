/** Masks of many sizes share memory, and there are never more maps than the options say. */
import { beforeAll, describe, expect, it } from "vitest";
import { init } from "../../src/all.js";
import { openAnswerBox } from "../../src/loader/answer-box.js";
import { loadMasks } from "../../src/loader/index.js";
import { type DrawnItem, drawItems } from "../support/drawn-items.js";
import { startThread } from "../support/loader-threads.js";

const [LARGE, MIDDLE, SMALL] = [40, 30, 8].map((size) => drawItems(1, size, size)[0]!) as [
  DrawnItem,
  DrawnItem,
  DrawnItem,
];
const MOST_BYTES = 40 * 40 * 4;

beforeAll(() => init());

const expectLabels = (data: Int32Array, { labels }: DrawnItem) =>
  expect(Buffer.from(data.buffer, 0, data.byteLength).equals(Buffer.from(labels.buffer))).toBe(true);

describe.each([
  ["on this thread", { workers: 0 }],
  ["with one worker", { workers: 1, worker: startThread }],
  ["with two workers, as they are ready", { workers: 2, worker: startThread, ordered: false }],
])("%s", (_, where) => {
  it("small masks get the memory of large ones, and show only their own labels", async () => {
    const items = Array.from({ length: 60 }, (_each, index) => [LARGE, SMALL, MIDDLE, SMALL][index % 4]!);
    let taken = 0;
    let shared = 0;
    for await (const { map, item } of loadMasks(items, { ...where, prefetch: 2 })) {
      expect(map.data.byteOffset).toBe(0);
      expect(map.data.length).toBe(map.width * map.height);
      expectLabels(map.data, item as DrawnItem);
      expect(map.data.buffer.byteLength).toBeLessThanOrEqual(MOST_BYTES);
      // At first each job has fresh memory.
      if (++taken > 30 && map.data.buffer.byteLength > map.data.byteLength) shared++;
    }
    expect(shared).toBeGreaterThan(5);
  });

  it("a kept map has a buffer of its own size, and the array from before stays valid", async () => {
    const items = Array.from({ length: 40 }, (_each, index) => (index % 2 === 0 ? LARGE : SMALL));
    const kept: [Int32Array, DrawnItem][] = [];
    let copies = 0;
    for await (const { map, item } of loadMasks(items, { ...where, prefetch: 2 })) {
      if (kept.length > 8 || item === LARGE) continue;
      const before = map.data;
      map.keep();
      expect(map.data.buffer.byteLength).toBe(map.data.byteLength);
      if (map.data !== before) copies++;
      map.keep();
      kept.push([before, item as DrawnItem], [map.data, item as DrawnItem]);
    }
    // Workers may have kept small memory for the small maps.
    if (where.workers === 0) expect(copies).toBeGreaterThan(0);
    for (const [data, item] of kept) expectLabels(data, item);
  });
});

it.each([
  [1, 0],
  [1, 1],
  [2, 1],
  [2, 4],
])(
  "takes only so many items that %i workers and %i prefetched maps are the most",
  async (workers, prefetch) => {
    let pulled = 0;
    async function* source() {
      while (pulled < 15) {
        // So some items come while the caller has a map.
        await new Promise((resolve) => setTimeout(resolve, 1));
        pulled++;
        yield SMALL;
      }
    }
    const most = workers + Math.max(1, prefetch);
    let finished = 0;
    for await (const _entry of loadMasks(source(), { workers, prefetch, worker: startThread })) {
      // All that can come comes, while the caller has this map.
      await new Promise((resolve) => setTimeout(resolve, 15));
      expect(pulled - finished).toBeLessThanOrEqual(most);
      finished++;
    }
    expect(finished).toBe(15);
  },
);

it("answers can be taken in any order, also when the worker has ended", () => {
  const box = openAnswerBox()!;
  const put = (id: number) => {
    const answer = { maps: null, geometries: [], failures: [], spare: [] };
    box.workerEnd.postMessage({ id, answer, pngs: [] }, []);
  };
  for (const id of [1, 2, 3, 4]) put(id);
  expect([3, 1].map((id) => box.take(id).id)).toEqual([3, 1]);
  box.close();
  expect([4, 2].map((id) => box.take(id).id)).toEqual([4, 2]);
  expect(() => box.take(2)).toThrow("lost");
});

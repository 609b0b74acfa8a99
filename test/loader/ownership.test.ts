/**
 * No array that the caller holds ever changes: it keeps its values, or it is empty. The caller keeps some maps, leaves loops
 * in every way, transfers buffers away, and holds on to every array that it has ever seen.
 */
import { setImmediate as nextTurn } from "node:timers/promises";
import fc from "fast-check";
import { beforeAll, describe, expect, it } from "vitest";
import { decodeMaskSync, init, type Releasable } from "../../src/all.js";
import { type LentMap, type LoadOptions, loadMasks, type Step } from "../../src/loader/index.js";
import { breakItem, type DrawnItem, drawItems } from "../support/drawn-items.js";
import { Threads } from "../support/loader-threads.js";

const SAME_SIZE = drawItems(30, 11, 24);
const ANY_SIZE = drawItems(30, 12);

/** What the caller does with a map. */
const anyAction = fc.constantFrom(
  "look",
  "look",
  "look",
  "keep",
  "release",
  "keep, later release",
  "transfer",
  "decode something else",
  "wait",
  "break",
  "throw",
  "abort",
);
const anyPlan = fc.record({
  actions: fc.array(anyAction, { minLength: 1, maxLength: 25 }),
  isSameSize: fc.boolean(),
  isFlipped: fc.boolean(),
  areSomeBroken: fc.boolean(),
  isOrdered: fc.boolean(),
  batch: fc.option(fc.integer({ min: 1, max: 4 }), { nil: undefined }),
  prefetch: fc.integer({ min: 0, max: 5 }),
  seed: fc.option(fc.integer(), { nil: undefined }),
  errors: fc.constantFrom("throw" as const, "yield" as const),
});
type Plan = typeof anyPlan extends fc.Arbitrary<infer P> ? P : never;

/** An array that the caller has seen, and what it must show as long as it is not empty. */
interface Held {
  readonly array: Int32Array;
  readonly expected: Int32Array;
  isKept: boolean;
}

/** Its own, since the memory may be that of a larger map. */
function bytesOf({ buffer, byteOffset, byteLength }: Int32Array): Buffer {
  return Buffer.from(buffer, byteOffset, byteLength);
}

function expectUnchanged(held: readonly Held[]): void {
  for (const { array, expected, isKept } of held) {
    if (isKept || array.length > 0) expect(bytesOf(array).equals(bytesOf(expected))).toBe(true);
  }
}

function labelsOf(items: readonly DrawnItem[], isFlipped: boolean): Int32Array {
  return Int32Array.from(
    items.flatMap(({ width, height, labels }) => {
      const data = labels.slice(0, width * height);
      for (let row = 0; isFlipped && row < data.length; row += width)
        data.subarray(row, row + width).reverse();
      return [...data];
    }),
  );
}

async function carryOut(plan: Plan, where: LoadOptions): Promise<void> {
  const { isSameSize, isFlipped, areSomeBroken, isOrdered, prefetch, seed, errors } = plan;
  const batch = isSameSize ? plan.batch : undefined;
  const source = isSameSize ? SAME_SIZE : ANY_SIZE;
  const items = areSomeBroken
    ? source.map((item, place) => (place % 7 === 5 ? breakItem(item) : item))
    : source;
  const abort = new AbortController();
  const held: Held[] = [];
  const steps: Step[] = isFlipped ? [{ step: "flip", direction: "horizontal" }] : [];
  const own = { ordered: isOrdered, prefetch, shuffle: seed, errors, signal: abort.signal, batch, steps };
  const actions = plan.actions[Symbol.iterator]();
  const kept: { readonly map: LentMap & Releasable; readonly held: Held }[] = [];
  try {
    for await (const entry of loadMasks(items, { ...where, ...own, repeat: 2 })) {
      expectUnchanged(held);
      if (entry.error !== undefined) continue;
      const taken = ("items" in entry ? entry.items : [entry.item]) as readonly DrawnItem[];
      const { map } = entry;
      const expected = labelsOf(taken, isFlipped);
      expect([...map.data]).toEqual([...expected]);
      const action = actions.next().value ?? "look";
      const isKept = action.startsWith("keep");
      // Also the array from before `keep` stays as it is.
      if (action === "keep") held.push({ array: map.data, expected, isKept });
      if (isKept) map.keep();
      if (isKept) expect(map.data.buffer.byteLength).toBe(map.data.byteLength);
      held.push({ array: map.data, expected, isKept });
      if (action === "keep, later release") kept.push({ map, held: held.at(-1)! });
      else if (kept.length > 1 || action === "release") {
        const late = kept.shift();
        (late?.map ?? map).release();
        if (late !== undefined) late.held.isKept = false;
        expect((late?.held ?? held.at(-1)!).array.length).toBe(0);
        if (late === undefined) continue;
      }
      if (action === "transfer") {
        const moved = structuredClone(map.data, { transfer: [map.data.buffer] });
        held.push({ array: moved, expected, isKept: true });
      }
      if (action === "decode something else") {
        const { png, result, labels } = source[(held.length * 7) % source.length]!;
        const other = decodeMaskSync(png, result);
        const isReleased = held.length % 2 === 0;
        held.push({ array: other.data, expected: labels, isKept: !isReleased });
        if (isReleased) other.release();
      }
      if (action === "wait") {
        await nextTurn();
        expect([...map.data]).toEqual([...expected]);
      }
      if (action === "break") break;
      if (action === "throw") throw new Error("the caller's own");
      if (action === "abort") abort.abort();
    }
  } catch (error) {
    const { name, message } = error as Error;
    if (name === "LoadError") expect(errors).toBe("throw");
    else expect(name === "AbortError" || message === "the caller's own").toBe(true);
  }
  expectUnchanged(held);
  // Everything that was not kept is empty once the loop is left.
  for (const { array, isKept } of held) if (!isKept) expect(array.length).toBe(0);
  await nextTurn();
  expectUnchanged(held);
}

beforeAll(() => init());

describe("no array of the caller ever changes, unless it is empty", () => {
  it("on this thread", async () => {
    await fc.assert(
      fc.asyncProperty(anyPlan, (plan) => carryOut(plan, { workers: 0 })),
      { numRuns: 150 },
    );
  });

  it("with workers, which are killed at random, and of which none is left", async () => {
    const threads = new Threads();
    await fc.assert(
      fc.asyncProperty(anyPlan, fc.array(fc.nat(30), { maxLength: 2 }), async (plan, kills) => {
        const timers = kills.map((delay) =>
          setTimeout(() => {
            for (const thread of threads.living) return void thread.terminate();
          }, delay),
        );
        await carryOut(plan, { workers: 2, worker: threads.start });
        for (const timer of timers) clearTimeout(timer);
        expect(threads.living.size).toBe(0);
      }),
      { numRuns: 25 },
    );
    expect(threads.started.length).toBeGreaterThan(25);
  });
});

/** Workers that die, cannot be started or refuse; and that none is left. */
import { execFileSync } from "node:child_process";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { Worker } from "node:worker_threads";
import { describe, expect, it } from "vitest";
import { loadMasks } from "../../src/loader/index.js";
import { drawItems } from "../support/drawn-items.js";
import { expectEqual } from "../support/equal-arrays.js";
import { startThread, Threads } from "../support/loader-threads.js";
import { runNode } from "../support/run-node.js";

const ROOT = fileURLToPath(new URL("../..", import.meta.url));
const POISON = new URL("../support/killed-by-poison.mjs", import.meta.url);
const UNSENDABLE = new URL("../support/unsendable-answers.mjs", import.meta.url);
const items = drawItems(30, 4);

describe("a worker that dies", () => {
  it("is replaced, and its masks are decoded all the same", async () => {
    const threads = new Threads();
    let place = 0;
    for await (const { item, map } of loadMasks(items, { workers: 2, prefetch: 4, worker: threads.start })) {
      expect(item).toBe(items[place]);
      expectEqual(map.data, item.labels, item.name);
      // At most once for each mask, since six are on their way.
      if (place % 10 === 2) {
        const [victim] = threads.living;
        await victim!.terminate();
      }
      place++;
    }
    expect(place).toBe(items.length);
    expect(threads.started.length).toBeGreaterThan(3);
    expect(threads.living.size).toBe(0);
  });

  it("twice of the same mask gives an error for this mask, and for no other", async () => {
    const threads = new Threads(POISON);
    const bad = new Set([3, 4, 17]);
    const poisoned = items.map((item, index) =>
      bad.has(index) ? { ...item, name: `poison ${index}` } : item,
    );
    const options = { workers: 2, prefetch: 4, worker: threads.start, errors: "yield" } as const;
    let place = 0;
    for await (const { item, map, error } of loadMasks(poisoned, options)) {
      expect(item).toBe(poisoned[place]);
      if (bad.has(place)) {
        expect(error).toMatchObject({ name: "LoadError", code: "WORKER_LOST", item: item.name });
        expect(error!.message).toMatch(/has died twice \(it ended with the exit code 7\)/);
      } else expectEqual(map!.data, item.labels, item.name);
      place++;
    }
    expect(place).toBe(items.length);
    expect(threads.living.size).toBe(0);
  });

  it("ends the loop if errors are thrown", async () => {
    const threads = new Threads(POISON);
    const loader = loadMasks([{ ...items[0]!, name: "poison" }], { workers: 2, worker: threads.start });
    await expect(loader.next()).rejects.toMatchObject({ code: "WORKER_LOST", item: "poison" });
    expect(threads.started.length).toBe(2);
    expect(threads.living.size).toBe(0);
  });
});

describe("a worker that cannot be started", () => {
  it.each([
    [
      "its file is missing",
      () => new Worker(join(ROOT, "no-such-worker.js")),
      /no worker can be started: .*no-such-worker/,
    ],
    [
      "the function throws",
      () => {
        throw new Error("not here");
      },
      /^no worker can be started: not here; give the option `worker`, which starts one, or workers: 0$/,
    ],
  ])("ends the loop, also if errors are yielded: %s", async (_, worker, message) => {
    const loader = loadMasks(items, { workers: 2, worker, errors: "yield" });
    const error = await loader.next().catch((thrown) => thrown);
    expect(error).toMatchObject({ name: "LoadError", code: "WORKER_UNAVAILABLE", item: null });
    expect(error.message).toMatch(message);
  });
});

it("options that only the workers can check end the loop, also if errors are yielded", async () => {
  const encoding = { channels: "rgbx" };
  const loader = loadMasks(items, { workers: 2, worker: startThread, encoding, errors: "yield" });
  await expect(loader.next()).rejects.toMatchObject({
    name: "LoadError",
    code: "OPTION_INVALID",
    item: null,
  });
});

it("says so if a legend cannot be sent to a worker", async () => {
  const result = { legend: { "#ffffff": "a" }, extra: () => {} };
  const loader = loadMasks([{ ...items[0]!, result }], { workers: 1, worker: startThread });
  const error = await loader.next().catch((thrown) => thrown);
  expect(error).toMatchObject({ code: "OPTION_INVALID", item: "mask 0" });
  expect(error.message).toMatch(
    /cannot be sent to a worker \(.*\); give a legend without functions, or workers: 0$/,
  );
});

it("says so if the common legend cannot be sent to a worker", async () => {
  const threads = new Threads();
  const result = { legend: { "#ffffff": "a" }, extra: () => {} };
  const loader = loadMasks(items, { workers: 2, worker: threads.start, result, errors: "yield" });
  const error = await loader.next().catch((thrown) => thrown);
  expect(error).toMatchObject({ name: "LoadError", code: "OPTION_INVALID", item: null });
  expect(error.message).toMatch(
    /^the option `result` cannot be sent to a worker \(.*\); give a legend without functions, or workers: 0$/,
  );
  expect(threads.living.size).toBe(0);
});

it("checks at once whether a target can be sent to a worker", () => {
  const target = { map: "semantic", classes: { idOf: () => 1, voidId: 255 } } as never;
  expect(() => loadMasks(items, { workers: 1, worker: startThread, target })).toThrow(
    expect.objectContaining({ name: "DecodeError", code: "OPTION_INVALID" }),
  );
});

it("keeps the code of what prevents a mask from being sent", async () => {
  const png = Uint8Array.from(items[0]!.png);
  const source = () => {
    // The memory is gone between the reading and the sending.
    queueMicrotask(() => queueMicrotask(() => structuredClone(png, { transfer: [png.buffer] })));
    return png;
  };
  const loader = loadMasks([{ ...items[0]!, png: source }], { workers: 1, worker: startThread });
  const error = await loader.next().catch((thrown) => thrown);
  expect(error).toMatchObject({ code: "OPTION_INVALID", item: "mask 0" });
  expect(error.message).toBe("mask 0: the PNG's buffer is detached or has shrunk");
});

it("gives an error for a mask whose answer cannot be sent, instead of waiting for ever", async () => {
  const threads = new Threads(UNSENDABLE);
  const named = items
    .slice(0, 3)
    .map((item, index) => (index === 1 ? { ...item, name: "unsendable" } : item));
  const options = { workers: 1, worker: threads.start, errors: "yield" } as const;
  const seen: unknown[] = [];
  for await (const { name, error } of loadMasks(named, options)) seen.push([name, error?.code]);
  expect(seen).toEqual([
    ["mask 0", undefined],
    ["unsendable", "WORKER_LOST"],
    ["mask 2", undefined],
  ]);
});

it("starts no more workers than there are masks, and none before the first is asked for", async () => {
  const threads = new Threads();
  const loader = loadMasks(items.slice(0, 1), { workers: 5, worker: threads.start });
  expect(threads.started.length).toBe(0);
  for await (const { map } of loader) expect(map.data.length).toBeGreaterThan(0);
  expect(threads.started.length).toBe(1);
});

describe("a process", () => {
  const run = (body: string) => {
    const program = `
      import { readFileSync } from "node:fs";
      import { loadMasks } from "labelmap/loader";
      const folder = "test/fixtures/masks/";
      const png = readFileSync(folder + "tiny-64-rgb-16-bit.png");
      const result = JSON.parse(readFileSync(folder + "tiny-64-rgb-16-bit.json", "utf8"));
      const items = Array.from({ length: 20 }, (_, index) => ({ name: String(index), png, result }));
      ${body}`;
    return runNode(["--input-type=module", "--eval", program], { cwd: ROOT }).trim();
  };
  const left = `console.log(process.getActiveResourcesInfo().filter((name) => /Worker|MessagePort/.test(name)).length)`;

  it.each([
    ["all masks are loaded", "for await (const { map } of masks) if (map.data.length !== 4096) throw 1;"],
    ["the loop is left by break", "for await (const _ of masks) break;"],
    ["the loop is left by an error", "try { for await (const _ of masks) throw 1; } catch {}"],
    ["it is aborted", "try { for await (const _ of masks) abort.abort(); } catch {}"],
    ["return is called", "await masks.next(); await masks.return();"],
  ])("has no worker left after %s", (_, loop) => {
    const start =
      "const abort = new AbortController(); const masks = loadMasks(items, { workers: 2, signal: abort.signal });";
    expect(run(`${start} ${loop} ${left}`)).toBe("0");
  });

  it("ends although a loop was never finished", () => {
    expect(
      run(
        `const masks = loadMasks(items, { workers: 2 }); const { value } = await masks.next(); console.log(value.name);`,
      ),
    ).toBe("0");
  });

  it.each(["--expose-gc", "--max-old-space-size=512"])(
    "may have a flag that threads cannot have: %s",
    (flag) => {
      expect(runNode([flag, "test/support/load-one.mjs"], { cwd: ROOT }).trim()).toBe("4096");
    },
  );

  it("waits for a map that somebody waits for", () => {
    expect(
      run(`loadMasks(items, { workers: 1 }).next().then(({ value }) => console.log(value.map.data.length));`),
    ).toBe("4096");
  });

  it("uses the workers of the package by default", () => {
    expect(
      run(
        `let count = 0; for await (const { map } of loadMasks(items)) count += map.labels.length > 0; console.log(count);`,
      ),
    ).toBe("20");
  });
});

it("a worker's module says so on a thread that is no worker", () => {
  const program = "await import('labelmap/loader/worker').catch(({ message }) => console.log(message))";
  const printed = execFileSync(process.execPath, ["--input-type=module", "--eval", program], {
    cwd: ROOT,
    encoding: "utf8",
  });
  expect(printed.trim()).toBe("labelmap/loader/worker runs in a worker only");
});

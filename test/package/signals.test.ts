/**
 * Every asynchronous function of every entry point takes a signal. Aborted before or in the middle, it rejects with the
 * signal's reason, and leaves no listener behind. The table below must have them all.
 */
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { describe, expect, it } from "vitest";
import * as folders from "../../src/dataset/node.js";
import type * as formats from "../../src/formats/node.js";
import { folder, noStep, READERS, READS, ROWS, type Row, sourceOf } from "../support/abortable-calls.js";
import { itemsOf } from "../support/set-drawing.js";
import { SETS } from "../support/sets-of-formats.js";

const ROOT = new URL("../../", import.meta.url);

/** A function without a signal, and why it needs none. */
const WITHOUT_SIGNAL = {
  init: "other calls wait for the same module; a download is stopped by the signal of its `fetch`",
  zeroCopyArray: "it waits only for the same module",
};

/** A signal that counts its listeners. */
function watchedSignal() {
  const controller = new AbortController();
  const reason = new Error("enough");
  const { signal } = controller;
  const listeners = new Set<unknown>();
  const add = signal.addEventListener.bind(signal);
  const remove = signal.removeEventListener.bind(signal);
  Object.assign(signal, {
    addEventListener: (type: string, listener: () => void, options: object) => {
      listeners.add(listener);
      add(type, listener, options);
    },
    removeEventListener: (type: string, listener: () => void) => {
      listeners.delete(listener);
      remove(type, listener);
    },
  });
  return { signal, reason, listeners, abort: () => controller.abort(reason) };
}

const named = (rows: readonly Row[]) => rows.map((row, place) => [`${row.name} (${place})`, row] as const);

describe("the table", () => {
  it("has every asynchronous function of every entry point", async () => {
    const found = new Set<string>();
    for (const file of entryFiles()) {
      for (const [name, value] of Object.entries(await import(/* @vite-ignore */ `${ROOT}${file}`))) {
        if (typeof value !== "function") continue;
        if (isAsync(value) || DECLARED.has(name)) found.add(name);
        for (const method of asyncMethodsOf(name)) found.add(`${name}.${method}`);
      }
    }
    const listed = [...ROWS.map(({ name }) => name), ...Object.keys(WITHOUT_SIGNAL)];
    expect([...found].sort()).toEqual([...new Set(listed)].sort());
  });

  /** The modules of the entry points, in `src/`. */
  function entryFiles(): string[] {
    const { exports } = JSON.parse(readFileSync(new URL("package.json", ROOT), "utf8")) as {
      exports: Record<string, string | { types: string; default: string }>;
    };
    return Object.entries(exports).flatMap(([name, entry]) => {
      // The worker's module listens to its thread. It exports nothing.
      if (typeof entry === "string" || /browser|worker/.test(name)) return [];
      const file = entry.default.replace("./dist", "src").replace(/js$/, "ts");
      // Some have more in Node.
      return [file, file.replace(/index\.ts$/, "node.ts")].filter((path) => existsSync(new URL(path, ROOT)));
    });
  }
});

const isAsync = (value: object) => /^Async/.test(value.constructor.name);
const SOURCES = readdirSync(new URL("src", ROOT), { recursive: true, encoding: "utf8" })
  .filter((path) => path.endsWith(".ts"))
  .map((path) => readFileSync(join(fileURLToPath(ROOT), "src", path), "utf8"));
const RETURNS_LATER = /^(?:[^{}]|\{[^{}]*\})*?\)\s*:\s*(?:Promise|AsyncGenerator|AsyncIterable)</;

/** Functions that are not `async`, but return what one waits for. */
const DECLARED = new Set(
  SOURCES.flatMap((text) =>
    [...text.matchAll(/^export (?:async )?function\*? (\w+)/gm)]
      .filter(({ index }) => RETURNS_LATER.test(text.slice(index)))
      .map(([, name]) => name!),
  ),
);

function asyncMethodsOf(name: string): string[] {
  const text = SOURCES.find((each) => each.includes(`export class ${name} `)) ?? "";
  const body = text.slice(text.indexOf(`export class ${name} `));
  const end = body.indexOf("\n}\n");
  return [...body.slice(0, end).matchAll(/^ {2}(async )?\*?(\w+)(?:<[^>]*>)?\(/gm)]
    .filter(
      ([, marker], place, all) => marker !== undefined || RETURNS_LATER.test(body.slice(all[place]!.index)),
    )
    .map(([, , method]) => method!)
    .filter((method) => method !== "constructor");
}

describe.each(named(ROWS))("%s", (_, { run, steps, isEndless }) => {
  it.skipIf(isEndless)("ends with a signal that is not aborted, and leaves no listener", async () => {
    const { signal, listeners } = watchedSignal();
    await run({ signal, step: noStep });
    expect(listeners.size).toBe(0);
  });

  it("does nothing with a signal that is aborted already", async () => {
    const { signal, reason, listeners, abort } = watchedSignal();
    abort();
    await expect(run({ signal, step: () => expect.unreachable("it has begun") })).rejects.toBe(reason);
    expect(listeners.size).toBe(0);
  });

  it("stops in the middle with the signal's reason, and leaves no listener", async () => {
    const { signal, reason, listeners, abort } = watchedSignal();
    const call = run({ signal, step: abort });
    if (!steps) abort();
    await expect(call).rejects.toBe(reason);
    expect(listeners.size).toBe(0);
  });

  it("refuses what is no signal", async () => {
    for (const signal of [{}, "now"] as never[]) {
      await expect(run({ signal, step: noStep })).rejects.toMatchObject({
        code: "OPTION_INVALID",
        message: expect.stringMatching(/^signal.* an AbortSignal$/),
      });
    }
  });
});

it.each(READS.map(({ name, place }) => [`${name} (${place})`, SETS[place]!] as const))(
  "%s: what it returned is not read after an abort",
  async (_, [format, files, options = {}]) => {
    const { signal, reason, abort } = watchedSignal();
    const read = READERS[format] as (source: formats.FileSource, options: object) => Promise<formats.DataSet>;
    const items = await itemsOf(await read(await sourceOf(files, noStep), { ...options, signal }));
    abort();
    expect(items.length).toBeGreaterThan(0);
    for (const { map } of items) await expect(map()).rejects.toBe(reason);
  },
);

it("a folder that is opened or made is not read and not written after an abort", async () => {
  const { signal, reason, abort } = watchedSignal();
  const source = await folders.openFolder(folder, { signal });
  const sink = await folders.createFolder(join(folder, "later"), { signal });
  expect(await source.list()).toContain("masks/a.png");
  const listing = source.list();
  abort();
  await expect(listing).rejects.toBe(reason);
  await expect(source.read("masks/a.png")).rejects.toBe(reason);
  await expect(sink.write("a.txt", "a")).rejects.toBe(reason);
  expect(readdirSync(join(folder, "later"))).toEqual([]);
});

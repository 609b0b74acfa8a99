/** What comes out of the loader is what `decodeMaskSync` makes, on this thread and from worker threads. */
import { pathToFileURL } from "node:url";
import { crc32 } from "node:zlib";
import { beforeAll, describe, expect, it, vi } from "vitest";
import { ClassList, type DecodeOptions, decodeMaskSync, init, LabelMap, parseResult } from "../../src/all.js";
import { parseLegend } from "../../src/legend/index.js";
import {
  type ItemPng,
  type LoadOptions,
  loadMasks,
  type MapBatch,
  type MaskItem,
} from "../../src/loader/index.js";
import { loadCorpus } from "../support/corpus.mjs";
import { breakItem, drawItems } from "../support/drawn-items.js";
import { expectEqual } from "../support/equal-arrays.js";
import { startThread } from "../support/loader-threads.js";

const corpus = loadCorpus();
const drawn = drawItems(40, 19);

beforeAll(() => init());

/** Everything about a map but its pixels. */
function about({ data, ...map }: object & { data?: unknown }) {
  return JSON.parse(JSON.stringify({ ...map, length: (data as ArrayLike<number> | undefined)?.length }));
}

describe.each([
  ["this thread", { workers: 0 }],
  ["two workers", { workers: 2, worker: startThread }],
])("on %s", (_, where: LoadOptions) => {
  it("decodes every fixture as decodeMaskSync does, from bytes, files, Blobs and functions", async () => {
    const sources = (mask: (typeof corpus)[number]): ItemPng[] => [
      mask.png,
      pathToFileURL(`${mask.folder}/${mask.file}`),
      new Blob([mask.png as BlobPart]),
      new File([mask.png as BlobPart], mask.file),
      async () => mask.png.buffer as ArrayBuffer,
      () => new Blob([mask.png as BlobPart]),
      ({ signal }) => fetch(`data:image/png;base64,${Buffer.from(mask.png).toString("base64")}`, { signal }),
    ];
    const items = corpus.flatMap((mask, place) => {
      const all = sources(mask);
      // Each in two of the forms, so that every form is used.
      return [all[place % 7]!, all[(place + 3) % 7]!].map((png) => ({
        name: mask.name,
        png,
        result: mask.result,
        mask,
      }));
    });
    let count = 0;
    for await (const { name, item, map } of loadMasks(items, where)) {
      expect(item).toBe(items[count++]);
      expect(name).toBe(item.mask.name);
      const expected = decodeMaskSync(item.mask.png, item.mask.result);
      expectEqual(map.data, expected.data, name);
      expect(about(map)).toEqual(about(expected));
      expectEqual(map.instance(), expected.instance(), name);
    }
    expect(count).toBe(items.length);
    // The caller's bytes are still there.
    for (const { png } of corpus) expect(png.length).toBeGreaterThan(0);
  });

  it("gives drawn masks the labels that were drawn, each with its own legend", async () => {
    let place = 0;
    for await (const { map, item } of loadMasks(drawn, where)) {
      expect(item).toBe(drawn[place++]);
      expect([map.width, map.height]).toEqual([item.width, item.height]);
      expectEqual(map.data, item.labels, item.name);
    }
    expect(place).toBe(drawn.length);
  });

  it("gives all masks one legend, in every form in which decodeMask takes it", async () => {
    const { png, result } = corpus.find(({ name }) => name === "street-1080p-rgb-upng")!;
    const forms = [
      result,
      JSON.stringify(result),
      parseResult(result),
      parseResult(result).legend,
      result.legend,
    ];
    for (const form of forms) {
      for await (const { map } of loadMasks([{ name: "street", png }], { ...where, result: form })) {
        const expected = decodeMaskSync(png, form);
        expectEqual(map.data, expected.data, "street");
        expect(about(map)).toEqual(about(expected));
      }
    }
  });

  it("reports what a palette's legend says about a mask, though its check cannot be sent", async () => {
    const { png } = drawItems(1, 3, 8)[0]!;
    const palette = parseLegend("cityscapes");
    expect(typeof palette.check).toBe("function");
    const check: typeof palette.check = (labels) => [
      { code: "odd", message: `${labels.length} labels are odd` },
    ];
    const legend = { ...palette, check };
    const expected = decodeMaskSync(png, legend);
    expect(expected.issues.at(-1)!.code).toBe("odd");
    for (const items of [[{ name: "a", png, result: legend }], [{ name: "a", png }]]) {
      for await (const { map } of loadMasks(items, { ...where, result: legend })) {
        expect(about(map)).toEqual(about(expected));
      }
      const target = [{ map: "label" }, { map: "label", dtype: "uint16" }] as const;
      const broken = { name: "b", png: png.subarray(0, 40) };
      const other = { name: "c", png, result: palette };
      const group = [broken, other, ...items];
      const options = { ...where, result: legend, batch: 3, target, errors: "yield" } as const;
      const [failed, batch] = await takeAll(loadMasks(group, options));
      expect(failed!.error!.code).toBe("PNG_TRUNCATED");
      for (const { infos } of batch!.map!) {
        expect(infos[0]!.issues).toEqual(decodeMaskSync(png, palette).issues);
        expect(infos[1]!.issues).toEqual(expected.issues);
      }
    }
  });

  it("makes the maps of targets, cropped and resized", async () => {
    const mask = corpus.find(({ name }) => name === "instances-1080p-rgba-adaptive")!;
    const classes = ClassList.fromResults([mask.result]);
    const target = [
      { map: "semantic", classes, dtype: "uint8" },
      { map: "runs" },
      { map: "panoptic", classes },
      { map: "instance", dtype: "uint16" },
    ] as const;
    const options: DecodeOptions = {
      crop: { x: 100, y: 50, width: 800, height: 600 },
      resize: { width: 200, height: 150 },
    };
    const expected = decodeMaskSync(mask.png, mask.result, { ...options, target });
    const items = Array.from({ length: 5 }, () => mask);
    let count = 0;
    for await (const { map } of loadMasks(items, { ...where, ...options, target })) {
      const [semantic, runs, panoptic, instance] = map;
      expectEqual(semantic.data, expected[0].data, "semantic");
      expectEqual(panoptic.data, expected[2].data, "panoptic");
      expectEqual(instance.data, expected[3].data, "instance");
      expectEqual(runs.toDense().data, expected[1].toDense().data, "runs");
      map.forEach((each, place) => {
        expect(about(each)).toEqual(about(expected[place]!));
        expect(each.keep()).toBe(each);
      });
      count++;
    }
    expect(count).toBe(5);
  });

  it("takes encodings, and a null legend with them", async () => {
    const { png } = corpus.find(({ name }) => name === "brush-511-grey")!;
    const expected = decodeMaskSync(png, null, { encoding: "grey" });
    const items: MaskItem[] = [
      { name: "grey", png },
      { name: "null", png, result: null },
    ];
    for await (const { map } of loadMasks(items, { ...where, encoding: "grey" })) {
      expectEqual(map.data, expected.data, "grey");
      expect(map.labels).toEqual(expected.labels);
    }
  });

  it("snaps", async () => {
    const { png, result } = corpus.find(({ name }) => name === "brush-720p-rgba-alpha")!;
    const options = { snap: { maxDistance: 400 } };
    const expected = decodeMaskSync(png, result, options);
    expect(expected.snapped.count).toBeGreaterThan(0);
    for await (const { map } of loadMasks([{ name: "a", png, result }], { ...where, ...options })) {
      expect(map.snapped).toEqual(expected.snapped);
      expectEqual(map.data, expected.data, "snapped");
    }
  });

  it("puts masks of one size into batches, the last with what is left", async () => {
    const items = drawItems(11, 5, 16);
    const classes = ClassList.fromNames(["sky", "person", "car", "road"]);
    const target = [{ map: "label" }, { map: "semantic", classes, dtype: "uint8" }] as const;
    const shapes: (readonly number[])[] = [];
    let place = 0;
    for await (const { names, items: taken, map } of loadMasks(items, { ...where, batch: 4, target })) {
      const [labels, semantic]: [MapBatch<"int32">, MapBatch<"uint8">] = map;
      shapes.push(labels.shape);
      expect(names).toEqual(taken.map(({ name }) => name));
      expect([labels.dtype, semantic.dtype, labels.width, labels.height]).toEqual(["int32", "uint8", 16, 16]);
      expect(labels.data.length).toBe(taken.length * 256);
      expect(labels.data.byteOffset).toBe(0);
      taken.forEach((item, index) => {
        expect(item).toBe(items[place++]);
        const part = <A extends Int32Array | Uint8Array>(data: A) =>
          data.slice(index * 256, (index + 1) * 256) as A;
        expectEqual(part(labels.data), item.labels, item.name);
        const expected = decodeMaskSync(item.png, item.result, { target: target[1] });
        expectEqual(part(semantic.data), expected.data, item.name);
        expect(semantic.infos[index]!.labels).toEqual(expected.labels);
      });
    }
    expect(shapes).toEqual([
      [4, 16, 16],
      [4, 16, 16],
      [3, 16, 16],
    ]);
    expect(place).toBe(11);
  });

  it("names the mask that does not fit its batch, and takes any sizes with resize", async () => {
    const items = [...drawItems(3, 1, 16), ...drawItems(1, 2, 20)].map((item, index) => ({
      ...item,
      name: `m${index}`,
    }));
    await expect(takeAll(loadMasks(items, { ...where, batch: 4 }))).rejects.toMatchObject({
      name: "LoadError",
      code: "SIZE_MISMATCH",
      item: "m3",
      message: "m3: is 20×20, the first mask of its batch 16×16; give `resize`, or leave out `batch`",
    });
    const resize = { width: 10, height: 10 };
    const [batch] = await takeAll(loadMasks(items, { ...where, batch: 4, resize }));
    expect(batch!.map.shape).toEqual([4, 10, 10]);
  });

  it("leaves failed masks out of a batch, and reports them before it", async () => {
    const items = drawItems(6, 7, 12).map((item, index) =>
      index === 0 || index === 4 ? breakItem(item) : item,
    );
    const seen: unknown[] = [];
    for await (const entry of loadMasks(items, { ...where, batch: 3, errors: "yield" })) {
      if (entry.error !== undefined) {
        seen.push([entry.name, entry.error.code]);
        continue;
      }
      seen.push(entry.map.shape);
      expect(entry.map.data.length).toBe(2 * 144);
      entry.items.forEach((item, index) => {
        expectEqual(entry.map.data.slice(index * 144, (index + 1) * 144), item.labels, item.name);
      });
    }
    expect(seen).toEqual([
      ["mask 0", "PNG_TRUNCATED"],
      [2, 12, 12],
      ["mask 4", "PNG_TRUNCATED"],
      [2, 12, 12],
    ]);
    // The size of a mask that cannot be decoded says nothing about the others.
    const odd = [breakItem(drawItems(1, 7, 20)[0]!), ...items.slice(1, 3)];
    const [, rest] = await takeAll(loadMasks(odd, { ...where, batch: 3, errors: "yield" }));
    expect(rest!.map!.shape).toEqual([2, 12, 12]);
    const broken = items.map(breakItem);
    const failed = await takeAll(loadMasks(broken, { ...where, batch: 3, errors: "yield" }));
    expect(failed.map(({ error }) => error?.code)).toEqual(Array(6).fill("PNG_TRUNCATED"));
  });

  it("throws the error of an item at its turn, with its name, code and cause, and then ends", async () => {
    const items = drawn.map((item, index) => (index === 7 ? breakItem(item) : item));
    const loader = loadMasks(items, where);
    for (let count = 0; count < 7; count++) expect((await loader.next()).value!.name).toBe(`mask ${count}`);
    const error = await loader.next().catch((thrown) => thrown);
    const cause = catchError(() => decodeMaskSync(items[7]!.png, items[7]!.result)) as Error & {
      offset: number;
    };
    expect(error).toMatchObject({ name: "LoadError", code: "PNG_TRUNCATED", item: "mask 7" });
    expect(error.message).toBe(`mask 7: ${cause.message}`);
    expect(error.cause).toMatchObject({ name: "PngError", code: "PNG_TRUNCATED", message: cause.message });
    expect(error.cause.offset).toBe(cause.offset);
    expect(await loader.next()).toEqual({ done: true, value: undefined });
  });

  it("yields errors if it is asked to, and goes on", async () => {
    const bad = new Set([0, 3, 4, 39]);
    const items = drawn.map((item, index) => (bad.has(index) ? breakItem(item) : item));
    let place = 0;
    for await (const { item, map, error } of loadMasks(items, { ...where, errors: "yield" })) {
      expect(item).toBe(items[place]);
      if (bad.has(place)) expect(error).toMatchObject({ code: "PNG_TRUNCATED", item: `mask ${place}` });
      else expectEqual(map!.data, item.labels, item.name);
      place++;
    }
    expect(place).toBe(40);
  });

  it("keeps the class and the fields of every error", async () => {
    const { png, result } = drawn[0]!;
    const classes = ClassList.fromNames(["another"]);
    const cases: [LoadOptions, MaskItem][] = [
      [{}, { name: "result", png, result: { legend: result, instances: [1] } }],
      [{}, { name: "legend", png, result: {} }],
      [{ target: { map: "semantic", classes } }, { name: "classes", png, result }],
      [{ maxPixels: 1 }, { name: "large", png: drawItems(1, 1, 5)[0]!.png, result }],
      [{ crop: { x: 90, y: 0, width: 90, height: 1 } }, { name: "crop", png, result }],
    ];
    for (const [options, item] of cases) {
      const [entry] = await takeAll(loadMasks([item], { ...where, ...options, errors: "yield" }));
      const direct = catchError(() =>
        decodeMaskSync(item.png as Uint8Array, item.result!, options as DecodeOptions),
      );
      const { code, path, offset, name, message } = direct as Record<string, unknown>;
      expect(entry!.error!.cause, item.name).toMatchObject({ code, name, message });
      expect(entry!.error!.cause, item.name).toMatchObject({
        ...(path === undefined ? {} : { path }),
        ...(offset === undefined ? {} : { offset }),
      });
      expect((entry!.error!.cause as object).constructor.name).toBe((direct as object).constructor.name);
    }
  });

  it("says why bytes cannot be read", async () => {
    const thrown = new TypeError("no such bucket");
    const leaky = new Error(
      "Failed to parse /mask.png?key=SECRET of https://me:SECRET@host/mask.png#SECRET twice",
    );
    const used = new Response("read before");
    await used.text();
    // Some runtimes let a second reader have the body, which is then empty.
    const reopened = {
      ok: true,
      bodyUsed: true,
      body: new ReadableStream({ start: (own) => own.close() }),
      arrayBuffer: () => Promise.reject(new TypeError("the body is used")),
    };
    const cases: [ItemPng, string, RegExp][] = [
      [new URL("file:///no/such/mask.png"), "SOURCE_MISSING", /^a: there is no file \/no\/such\/mask\.png$/],
      [pathToFileURL("/"), "SOURCE_UNREADABLE", /^a: the file \/ cannot be read \(EISDIR\)$/],
      [
        new URL("http://127.0.0.1:9/mask.png?key=secret"),
        "SOURCE_UNREADABLE",
        /^a: http:\/\/127\.0\.0\.1:9\/mask\.png cannot/,
      ],
      [() => Promise.reject(thrown), "SOURCE_UNREADABLE", /failed \(TypeError: no such bucket\)$/],
      [
        () => Promise.reject(leaky),
        "SOURCE_UNREADABLE",
        /failed \(Error: Failed to parse \/mask\.png of https:\/\/host\/mask\.png twice\)$/,
      ],
      [new URL("file:///no/%zz.png"), "SOURCE_UNREADABLE", /^a: the file \/no\/%zz\.png cannot be read \(/],
      [
        () => new ReadableStream() as never,
        "OPTION_INVALID",
        /^a: the PNG is a stream; give its bytes, a Blob, a URL, or a function that returns bytes, a Blob or a Response$/,
      ],
      [new Response("x").body as never, "OPTION_INVALID", /^a: the PNG is a stream; give its bytes/],
      [Promise.resolve(new Uint8Array()) as never, "OPTION_INVALID", /^a: the PNG is a promise; give/],
      [new Request("http://localhost/") as never, "OPTION_INVALID", /^a: the PNG is a Request; give/],
      [
        () => new Response(new ReadableStream({ start: (own) => own.enqueue("text") })),
        "SOURCE_UNREADABLE",
        /^a: its Blob, File or Response cannot be read/,
      ],
      [() => reopened, "SOURCE_UNREADABLE", /^a: its Blob, File or Response cannot be read/],
      [() => used, "SOURCE_UNREADABLE", /^a: its Blob, File or Response cannot be read/],
      [
        () => new Response(null, { status: 404 }),
        "SOURCE_MISSING",
        /^a: the server answered 404 for the Response of its function$/,
      ],
      [() => "mask.png" as never, "OPTION_INVALID", /^a: the PNG is a string; give its bytes/],
      ["mask.png" as never, "OPTION_INVALID", /^a: its png is a string; give the bytes, new URL/],
      [null as never, "OPTION_INVALID", /^a: its png is null; give bytes/],
    ];
    const items = cases.map(([png]) => ({ name: "a", png, result: { "#000": "x" } }));
    const entries = await takeAll(loadMasks(items, { ...where, errors: "yield" }));
    entries.forEach(({ error }, place) => {
      expect(error!.code).toBe(cases[place]![1]);
      expect(error!.message).toMatch(cases[place]![2]);
      expect(error!.message).not.toMatch(/secret/i);
    });
    expect((entries[3]!.error!.cause as Error).cause).toBe(thrown);
    expect((entries[4]!.error!.cause as Error).cause).toBe(leaky);
    const [odd] = await takeAll(loadMasks([5 as never], { ...where, errors: "yield" }));
    expect(odd!.error!.message).toBe("items[0]: it is a number. An item is { name, png, result }.");
  });

  it.each([
    ["a promise", () => Promise.resolve({})],
    ["a Blob, File or Response", () => new Blob(["{}"])],
    ["a Blob, File or Response", () => new Response("{}")],
    ["a stream", () => new Response("{}").body],
    ["a URL", () => new URL("http://localhost/result.json")],
  ])("refuses a legend that it would have to wait for: %s", async (form, make) => {
    const { png } = drawn[0]!;
    const items = [{ name: "a", png, result: make() }];
    const [entry] = await takeAll(loadMasks(items, { ...where, errors: "yield" }));
    const remedy = "read it first, and give the object, the text or the bytes";
    expect(entry!.error).toMatchObject({
      code: "OPTION_INVALID",
      message: `a: its result is ${form}; ${remedy}`,
    });
    expect(catchError(() => loadMasks([], { ...where, result: make() }))).toMatchObject({
      name: "DecodeError",
      code: "OPTION_INVALID",
      message: `result is ${form}; ${remedy}`,
    });
  });

  it("ends the transfer of a Response that it refuses or that is too long", async () => {
    const cancelled: string[] = [];
    const respond = (name: string, status: number, length: number) => {
      let pieces = 0;
      const pull = (own: ReadableStreamDefaultController) =>
        ++pieces > 1000 ? own.close() : own.enqueue(new Uint8Array(length));
      const body = new ReadableStream({ pull, cancel: () => void cancelled.push(name) });
      return new Response(body, { status });
    };
    const items: MaskItem[] = [
      { name: "refused", png: () => respond("refused", 500, 1) },
      { name: "long", png: () => respond("long", 200, 30) },
    ];
    const { fetch } = globalThis;
    globalThis.fetch = async () => respond("fetched", 404, 1);
    items.push({ name: "fetched", png: new URL("http://localhost/mask.png") });
    try {
      const entries = await takeAll(loadMasks(items, { ...where, maxBytes: 100, errors: "yield" }));
      expect(entries.map(({ error }) => error!.code)).toEqual([
        "SOURCE_UNREADABLE",
        "PNG_TOO_LARGE",
        "SOURCE_MISSING",
      ]);
    } finally {
      globalThis.fetch = fetch;
    }
    expect(cancelled.toSorted()).toEqual(["fetched", "long", "refused"]);
  });

  it("checks sizes before it reads", async () => {
    const blob = new Blob([new Uint8Array(50)]);
    const items = [
      { name: "blob", png: blob },
      { name: "file", png: pathToFileURL(`${corpus[0]!.folder}/manifest.json`) },
    ];
    const entries = await takeAll(loadMasks(items, { ...where, maxBytes: 49, result: {}, errors: "yield" }));
    expect(entries.map(({ error }) => error?.code)).toEqual(["PNG_TOO_LARGE", "PNG_TOO_LARGE"]);
  });

  it("stops when the signal is aborted, and throws its reason", async () => {
    const abort = new AbortController();
    const reason = new Error("enough");
    const loader = loadMasks(drawn, { ...where, repeat: Number.POSITIVE_INFINITY, signal: abort.signal });
    let count = 0;
    const run = async () => {
      for await (const { map } of loader) {
        if (++count === 25) abort.abort(reason);
        // What is on loan stays until the turn ends.
        expect(map.data.length).toBeGreaterThan(0);
      }
    };
    await expect(run()).rejects.toBe(reason);
    expect(count).toBe(25);
    const early = loadMasks(drawn, { ...where, signal: AbortSignal.abort(reason) });
    await expect(early.next()).rejects.toBe(reason);
  });

  it("stops if the signal is aborted before the first item has come", async () => {
    const abort = new AbortController();
    const never: AsyncIterable<MaskItem> = {
      [Symbol.asyncIterator]: () => ({ next: () => new Promise<never>(() => {}) }),
    };
    const first = loadMasks(never, { ...where, signal: abort.signal }).next();
    abort.abort();
    await expect(first).rejects.toBe(abort.signal.reason);
  });

  it("names an item whose bytes were taken away after they were read, and goes on", async () => {
    const gone = drawn[1]!.png.slice();
    // With workers, the loader has its copy by then.
    const code = where.workers === 0 ? "OPTION_INVALID" : undefined;
    const items = [drawn[0]!, { ...drawn[1]!, png: gone }, drawn[2]!];
    const outcomes: (string | undefined)[] = [];
    for await (const { error } of loadMasks(items, { ...where, prefetch: 2, errors: "yield" })) {
      if (outcomes.length === 0) {
        // Until the second item is read.
        await new Promise((resolve) => setTimeout(resolve, 50));
        structuredClone(gone, { transfer: [gone.buffer] });
      }
      outcomes.push(error?.code);
    }
    expect(outcomes).toEqual([undefined, code, undefined]);
  });

  it("stops while it waits for bytes, and tells the function", async () => {
    const abort = new AbortController();
    const heard = new Promise((resolve) => {
      const png = ({ signal }: { signal: AbortSignal }) =>
        new Promise<Uint8Array>(() => signal.addEventListener("abort", resolve));
      const loader = loadMasks([{ name: "never", png }], { ...where, signal: abort.signal });
      loader.next().catch(resolve);
    });
    setTimeout(() => abort.abort(), 20);
    await heard;
  });

  it("throws what the source throws, after the masks before it", async () => {
    const thrown = new Error("the list is broken");
    async function* source() {
      yield* drawn.slice(0, 6);
      throw thrown;
    }
    const seen: string[] = [];
    const run = async () => {
      for await (const { name } of loadMasks(source(), where)) seen.push(name);
    };
    await expect(run()).rejects.toBe(thrown);
    expect(seen).toEqual(drawn.slice(0, 6).map(({ name }) => name));
  });

  it("takes items lazily, and closes the source when the loop is left", async () => {
    let taken = 0;
    let isClosed = false;
    function* source() {
      try {
        for (;;) yield drawn[taken++ % drawn.length]!;
      } finally {
        isClosed = true;
      }
    }
    let turns = 0;
    for await (const _entry of loadMasks(source(), { ...where, prefetch: 3 })) {
      expect(taken).toBeLessThanOrEqual(++turns + (where.workers ?? 0) + 3);
      if (turns === 30) break;
    }
    expect(isClosed).toBe(true);
  });

  it("gives each mask once if they come as they are ready", async () => {
    const names = new Set<string>();
    for await (const { name, item, map } of loadMasks(drawn, { ...where, ordered: false, prefetch: 6 })) {
      expectEqual(map.data, item.labels, name);
      names.add(name);
    }
    expect(names.size).toBe(drawn.length);
  });

  it("hands out what is ready before what is slow, only if order does not matter", async () => {
    const [first, ...others] = drawn;
    let release = () => {};
    const slow = {
      ...first!,
      png: () =>
        new Promise<Uint8Array>((resolve) => {
          release = () => resolve(first!.png);
        }),
    };
    const items = [slow, ...others];
    const seen: string[] = [];
    for await (const { name } of loadMasks(items, { ...where, ordered: false, prefetch: 2 })) {
      seen.push(name);
      if (seen.length === 10) release();
    }
    expect(seen.indexOf("mask 0")).toBeGreaterThanOrEqual(10);
    expect(seen.toSorted()).toEqual(drawn.map(({ name }) => name).toSorted());
  });
});

it("hands out label maps with all methods, which work until they are recycled", async () => {
  let stale: LabelMap | undefined;
  let kept: LabelMap | undefined;
  for await (const { map } of loadMasks(drawn.slice(0, 2), { workers: 0 })) {
    expect(map.mask("road").length).toBe(map.data.length);
    if (stale === undefined) stale = map;
    else kept = map.keep();
  }
  const message =
    "the map of mask 0 is recycled, because you asked for the next one; call its keep() before that";
  for (const use of [
    () => stale!.toRGBA(),
    () => stale!.semantic(),
    () => stale!.mask(0),
    () => (stale as never as { keep(): void }).keep(),
  ]) {
    expect(catchError(use)).toMatchObject({ code: "MAP_RECYCLED", message });
  }
  // All methods but those that read no pixel.
  const methods = Object.getOwnPropertyNames(LabelMap.prototype).filter(
    (name) => name !== "constructor" && name !== "toJSON",
  );
  expect(methods.length).toBeGreaterThanOrEqual(8);
  for (const name of methods) {
    const method = stale![name as keyof LabelMap] as unknown as (...given: unknown[]) => unknown;
    const error = catchError(() => method.call(stale, "road", 0));
    expect(error, name).toMatchObject({ code: "MAP_RECYCLED", message });
  }
  expect(stale!.data.length).toBe(0);
  expectEqual(kept!.data, drawn[1]!.labels, "kept");
  expect(kept!.toRGBA().length).toBe(kept!.data.length * 4);
});

it("uses memory again instead of allocating it", async () => {
  const items = Array.from({ length: 30 }, () => drawItems(1, 8, 64)[0]!);
  const buffers = new Set<ArrayBuffer>();
  const target = { map: "label", dtype: "uint8" } as const;
  let allocations = 0;
  const { allocUnsafeSlow } = Buffer;
  Buffer.allocUnsafeSlow = (size: number) => {
    if (size === 64 * 64) allocations++;
    return allocUnsafeSlow(size);
  };
  try {
    for await (const { map } of loadMasks(items, { workers: 0, prefetch: 4, target }))
      buffers.add(map.data.buffer);
  } finally {
    Buffer.allocUnsafeSlow = allocUnsafeSlow;
  }
  expect(buffers.size).toBe(30);
  expect(allocations).toBe(1);
});

/** The bytes that `allocate` was asked for during some work. */
async function allocatedBy(work: () => Promise<unknown>): Promise<number[]> {
  const sizes: number[] = [];
  const { allocUnsafeSlow } = Buffer;
  Buffer.allocUnsafeSlow = (size: number) => {
    sizes.push(size);
    return allocUnsafeSlow(size);
  };
  try {
    await work();
  } finally {
    Buffer.allocUnsafeSlow = allocUnsafeSlow;
  }
  return sizes;
}

it("gives a batch no memory for a header that lies about the size", async () => {
  const [first, ...others] = drawItems(4, 8, 64);
  const png = Uint8Array.from(first!.png);
  const view = new DataView(png.buffer);
  view.setUint32(16, 2000);
  view.setUint32(20, 3000);
  view.setUint32(29, crc32(png.subarray(12, 29)));
  const items = [{ ...first!, png }, ...others];
  const options = { workers: 0, batch: 4, errors: "yield" } as const;
  const sizes = await allocatedBy(async () => {
    const [failed, batch] = await takeAll(loadMasks(items, options));
    expect(failed!.error!.code).toBe("PNG_DATA_LENGTH");
    expect(batch!.map!.shape).toEqual([3, 64, 64]);
  });
  // Three masks were left when the arrays were made, but four were asked for.
  expect(Math.max(...sizes)).toBe(4 * 64 * 64 * 4);
});

it("gives every mask of a batch an error if there is no memory for its shortened array", async () => {
  const items = drawItems(3, 8, 64).map((item, index) => (index === 1 ? breakItem(item) : item));
  const slice = vi.spyOn(Int32Array.prototype, "slice").mockImplementation(() => {
    throw new RangeError("Array buffer allocation failed");
  });
  try {
    const entries = await takeAll(loadMasks(items, { workers: 0, batch: 3, errors: "yield" }));
    expect(entries.map(({ error }) => [error!.item, error!.code])).toEqual([
      ["mask 0", "OUT_OF_MEMORY"],
      ["mask 1", "PNG_TRUNCATED"],
      ["mask 2", "OUT_OF_MEMORY"],
    ]);
  } finally {
    slice.mockRestore();
  }
});

describe("the options", () => {
  it.each([
    [{ workers: -1 }, "workers must be an integer of at least 0"],
    [{ prefetch: 1.5 }, "prefetch must be an integer of at least 0"],
    [{ batch: 0 }, "batch must be an integer of at least 1"],
    [{ ordered: 1 }, "ordered must be true or false"],
    [{ errors: "ignore" }, 'errors must be "throw" or "yield"'],
    [{ shuffle: true }, "shuffle must be an integer, the seed of the order"],
    [{ shuffleBuffer: 5 }, "shuffleBuffer must be an integer of at least 1, beside the seed `shuffle`"],
    [{ repeat: 0 }, "repeat must be an integer of at least 1, or Infinity"],
    [{ shard: [3, 3] }, "shard must be [i, n] with an integer i from 0 to n - 1"],
    [{ signal: {} }, "signal is an object; give an AbortSignal"],
    [{ worker: "worker.js" }, "worker is a string; give a function that returns a Worker"],
    [
      { batch: 2, target: { map: "runs" } },
      "runs cannot be in a batch; leave out batch or the target of runs",
    ],
    [{ into: new Int32Array(4) }, 'the options: unknown key "into"'],
    [{ target: { map: "label", into: new Int32Array(4) } }, "a target's `into` cannot be used here"],
    [{ crop: { x: 0 } }, "crop must have x and y"],
    [{ engine: "fast" }, "engine must be"],
    [null, "the options are null; give an object"],
  ])("%j are refused at once", (options, message) => {
    const error = catchError(() => loadMasks([], options as never));
    expect(error).toMatchObject({ name: "DecodeError", code: "OPTION_INVALID" });
    expect((error as Error).message).toContain(message);
  });

  it("say what the items must be", () => {
    expect(catchError(() => loadMasks(5 as never))).toMatchObject({
      code: "OPTION_INVALID",
      message: "the items are a number; give an array, an iterable, or a function that returns one.",
    });
  });
});

async function takeAll<T>(source: AsyncIterable<T>): Promise<T[]> {
  const all: T[] = [];
  for await (const entry of source) all.push(entry);
  return all;
}

function catchError(work: () => unknown): unknown {
  try {
    work();
  } catch (error) {
    return error;
  }
  return expect.fail("nothing was thrown");
}

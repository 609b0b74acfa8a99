/** The parts of the decoder that an import of their own makes available, with and without that import. */
import { readdirSync, readFileSync } from "node:fs";
import { beforeEach, describe, expect, it, onTestFinished, vi } from "vitest";
import { encodePng } from "../support/encode-png.mjs";

const png = encodePng({
  ...{ width: 1, height: 1, colourType: 2, bitDepth: 8 },
  ...{ samples: Uint8Array.of(255, 0, 0), filter: 0 },
});
const pixels = { data: Uint8Array.of(255, 0, 0), width: 1, height: 1, channels: 3 as const };
const legend = { "#ff0000": "red" };

type Library = typeof import("../../src/index.js");
/** A fresh copy of the library for each test, with its module, and without parts. */
let library: Library;
beforeEach(async () => {
  vi.resetModules();
  library = await import("../../src/index.js");
  await library.init();
});

const entries = {
  maps: () => import("../../src/decode/register/maps.js"),
  geometry: () => import("../../src/decode/register/geometry.js"),
  snap: () => import("../../src/decode/register/snap.js"),
  ids: () => import("../../src/decode/register/ids.js"),
  legend: () => import("../../src/decode/register/legend.js"),
  upng: () => import("../../src/decode/register/upng.js"),
};
type Part = keyof typeof entries;

const snap = { maxDistance: 1 };
const calls: [Part, string, (into: Int32Array) => { readonly data: Int32Array }][] = [
  [
    "maps",
    "the target `runs`",
    (into) =>
      library.decodeMaskSync(png, legend, { target: [{ map: "label", into }, { map: "runs" }] as const })[0],
  ],
  [
    "geometry",
    "the code for `crop` and `resize`",
    (into) => library.decodeMaskSync(png, legend, { resize: { width: 1, height: 1 }, into }),
  ],
  [
    "geometry",
    "the code for `crop` and `resize`",
    (into) => library.decodeMaskSync(png, legend, { crop: { x: 0, y: 0, width: 1, height: 1 }, into }),
  ],
  ["snap", "the option `snap`", (into) => library.decodeMaskSync(png, legend, { snap, into })],
  ["snap", "the option `snap`", (into) => library.labelPixels(pixels, legend, { snap, into })],
  [
    "snap",
    "the option `snap`",
    (into) => library.decodeMaskSync(png, legend, { snap: { to: "neighbours" }, into }),
  ],
  [
    "ids",
    "the option `encoding`",
    (into) => library.decodeMaskSync(png, { 255: "car" }, { encoding: "rgb-id", into }),
  ],
  ["upng", "the engine `upng`", (into) => library.decodeMaskSync(png, legend, { engine: "upng", into })],
  ["legend", "the legend may have", (into) => library.decodeMaskSync(png, { red: [255, 0, 0] }, { into })],
];

it("an input that fails because of the signal is the signal's reason", async () => {
  const controller = new AbortController();
  const reason = new Error("enough");
  const aborted = () =>
    new Promise<never>((_, reject) => {
      controller.signal.addEventListener("abort", () => reject(new Error("the network's own")));
    });
  const { signal } = controller;
  const calls = [
    library.decodeMask(aborted(), legend, { signal }),
    library.decodeMask(png, aborted(), { signal }),
  ];
  controller.abort(reason);
  for (const call of calls) await expect(call).rejects.toBe(reason);
});

describe.each(calls)("labelmap/%s, for %s", (part, need, call) => {
  const error = {
    code: part === "upng" ? "ENGINE_UNAVAILABLE" : "PART_MISSING",
    message: expect.stringMatching(
      new RegExp(
        `^${need}.*; add \`import "labelmap/${part}"\` to your program, beside its import of labelmap$`,
      ),
    ),
  };

  it("is missed before anything is written, and works once it is imported", async () => {
    const into = Int32Array.of(99);
    expect(() => call(into)).toThrow(expect.objectContaining({ name: "DecodeError", ...error }));
    expect([...into]).toEqual([99]);
    for (const other of Object.keys(entries) as Part[]) if (other !== part) await entries[other]();
    expect(() => call(into)).toThrow(expect.objectContaining(error));
    await entries[part]();
    expect([...call(into).data]).toEqual([0]);
    expect([...into]).toEqual([0]);
  });

  it("is in labelmap/all", async () => {
    const all = await import("../../src/all.js");
    expect(all.decodeMask).toBe(library.decodeMask);
    expect([...call(Int32Array.of(99)).data]).toEqual([0]);
  });
});

it("decodeIds misses the engine upng too", async () => {
  const { decodeIds } = await entries.ids();
  await expect(decodeIds(png, { engine: "upng" })).rejects.toMatchObject({ code: "ENGINE_UNAVAILABLE" });
  await import("../../src/decode/register/ids-in-node.js");
  expect((await decodeIds(png, { engine: "upng" })).ids).toEqual(Uint32Array.of(255));
});

it("labelmap/stream alone reads URLs and Requests, but no file: URL", async () => {
  const fetched = vi.fn(async () => new Response(Uint8Array.from(png)));
  vi.stubGlobal("fetch", fetched);
  onTestFinished(() => void vi.unstubAllGlobals());
  await import("../../src/decode/register/stream.js");
  const address = "https://example.com/mask.png";
  for (const input of [new URL(address), new Request(address), new URL(`${address}?from=file:`)]) {
    expect([...(await library.decodeMask(input, legend)).data]).toEqual([0]);
  }
  expect(fetched).toHaveBeenCalledTimes(3);
  await expect(library.decodeMask(new URL("file:///mask.png"), legend)).rejects.toMatchObject({
    code: "PART_MISSING",
    message: expect.stringContaining('in Node, add `import "labelmap/node"`'),
  });
  expect(fetched).toHaveBeenCalledTimes(3);
});

it("a stream whose pixels come before its header has the error of the whole file", async () => {
  await import("../../src/decode/register/stream.js");
  // The signature has 8 bytes, the header 25.
  const unordered = Uint8Array.from([...png.subarray(0, 8), ...png.subarray(33), ...png.subarray(8, 33)]);
  const error = await library.decodeMask(unordered, legend).catch((cause: unknown) => cause);
  expect(error).toMatchObject({
    code: expect.stringMatching(/^PNG_/),
    message: expect.stringContaining("IHDR"),
  });
  const { code, message } = error as Error & { code: string };
  await expect(library.decodeMask(new Response(unordered), legend)).rejects.toMatchObject({ code, message });
});

it("labelPixels says that there is no memory for the colour table", async () => {
  const { getModule } = await import("../../src/decode/wasm/module.js");
  vi.spyOn(getModule(), "layOutScan").mockReturnValueOnce(0 as never);
  expect(() => library.labelPixels(pixels, legend)).toThrow(
    expect.objectContaining({ code: "OUT_OF_MEMORY", message: expect.stringContaining("colour table") }),
  );
  expect([...library.labelPixels(pixels, legend).data]).toEqual([0]);
});

it("checkDecodeOptions misses the code of `snap`", async () => {
  expect(() => library.checkDecodeOptions({ snap })).toThrow(
    expect.objectContaining({ code: "PART_MISSING" }),
  );
  await entries.snap();
  library.checkDecodeOptions({ snap });
});

describe.each([
  ["labelmap/formats", () => import("../../src/formats/node.js")],
  ["labelmap/playment", () => import("../../src/playment/node.js")],
  ["labelmap/dataset/node", () => import("../../src/dataset/node.js")],
] as const)("%s in Node", (_, load) => {
  it("has all parts", async () => {
    await load();
    for (const [, , call] of calls) expect([...call(Int32Array.of(99)).data]).toEqual([0]);
  });
});

describe("a legend without labelmap/legend", () => {
  const folder = new URL("../fixtures/legends/", import.meta.url);
  const files = readdirSync(folder).filter((name) => /\.(json|txt|csv|gpl)$/.test(name));
  const fixtures = files.map((name) => readFileSync(new URL(name, folder), "utf8"));
  const parsed = fixtures.flatMap((text) => {
    try {
      return [JSON.parse(text)];
    } catch {
      return [];
    }
  });
  const legends: unknown[] = [
    ...fixtures,
    ...parsed,
    { "#ff0000": "red", "#12345": "five digits" },
    { "#ff0000": "red", "#1234567": "seven digits" },
    { "#ff0000": "red", "#00ff00ff": "green with alpha" },
    { "#ff0000": "red", "#00ff00zz": "eight characters" },
    { "#ff0000": "red", "#f00": "red" },
    { "#ff0000": "red", "#f00": "crimson" },
    { "#ff0000": "car #1" },
    { "#ff0000": "#00ff00", "#00ff00": "road" },
    { "#ff0000": "#00ff00" },
    { "#ff0000": 3 },
    { ff0000: "red" },
    { 110000: "red" },
    { 100: "red", 101: "blue" },
    { "rgb(255, 0, 0)": "red" },
    { red: "#ff0000" },
    { legend: { "#ff0000": "red", "#zz": "bad" }, instances: [] },
    { legend: { "#ff0000": "red" }, instances: [{ index: -1 }] },
    { legend: { "#ff0000": "red" }, instances: null, url: 3 },
    { legend: { red: "#ff0000" }, instances: [] },
    { legend: null },
    '{ "legend": { "#ff0000": "red", "#ff0000": "road" } }',
    '{ "legend": ',
    '[{ "name": "red" ',
    "cityscapes",
    "no palette",
    "",
    [],
    [{ name: "red", color: "#ff0000" }],
    {},
    null,
    undefined,
    7,
  ];

  /** The labels and issues, or the code of what is thrown. */
  function outcome(decode: Library["decodeMaskSync"], given: unknown, strict: boolean) {
    try {
      const { labels, issues } = decode(png, given as object, { strict });
      return { labels, issues };
    } catch (error) {
      const { code, message, name } = error as Error & { readonly code: string };
      return { code, message, name };
    }
  }

  it.each([false, true])("is missed, or the outcome is the same (strict: %s)", async (strict) => {
    const without = legends.map((given) => outcome(library.decodeMaskSync, given, strict));
    await entries.legend();
    const kinds = { same: 0, missed: 0, thrown: 0 };
    for (const [index, found] of without.entries()) {
      const expected = outcome(library.decodeMaskSync, legends[index], strict);
      if (found.code === "PART_MISSING") {
        kinds.missed++;
        continue;
      }
      const shown = JSON.stringify(legends[index])?.slice(0, 200);
      // With the part, broken JSON also says where the parser stopped, and a clash where the first colour is.
      if (found.code !== undefined) {
        kinds.thrown++;
        expect({ code: found.code, name: found.name }, shown).toEqual({
          code: expected.code,
          name: expected.name,
        });
      } else {
        kinds.same++;
        expect(found, shown).toEqual(expected);
      }
    }
    expect(kinds.same).toBeGreaterThan(3);
    expect(kinds.missed).toBeGreaterThan(20);
    expect(kinds.thrown).toBeGreaterThan(5);
  });

  it("may be one that was read in another thread", async () => {
    const { parseLegend } = await entries.legend();
    vi.resetModules();
    library = await import("../../src/index.js");
    await library.init();
    const read = structuredClone(parseLegend({ red: [255, 0, 0] }));
    expect(library.decodeMaskSync(png, read).labels[0]).toMatchObject({ name: "red", pixelCount: 1 });
    // A wrong key leaves no doubt about the others, but a legend of ids has no colour at all.
    const wrong = structuredClone(parseLegend({ "#000000": "black", "#12345": "five digits" }));
    const { labels, issues } = library.decodeMaskSync(png, wrong);
    expect(labels.map(({ name }) => name)).toEqual(["black", "five digits"]);
    expect(issues).toMatchObject([{ code: "legend-key-invalid" }]);
    const ids = structuredClone(parseLegend({ 0: "road", 13: "car" }));
    expect(() => library.decodeMaskSync(png, ids)).toThrow(expect.objectContaining({ code: "PART_MISSING" }));
  });

  it("whose reading is in doubt says why, and keeps the reason as the cause", () => {
    expect(() => library.decodeMaskSync(png, { red: "#ff0000" })).toThrow(
      expect.objectContaining({
        message: expect.stringContaining("(legend: keys and values are swapped; write"),
        cause: expect.objectContaining({ code: "LEGEND_INVALID" }),
      }),
    );
    expect(() => library.decodeMaskSync(png, { ff0000: "red" })).toThrow("a colour has no #, or has alpha");
    // The reason is a sentence within a sentence. Only its full stop is left out.
    expect(() => library.decodeMaskSync(png, { "a.b": "red" })).toThrow(
      /\(legend: .*\("a\.b"\); .*'s URL\); add/,
    );
  });

  it("that is broken JSON is wrong in every form, and other text may have one", () => {
    for (const json of ['{ "#ff0000": ', ' \n{ "#ff0000": ', '\ufeff[{ "#ff0000": ']) {
      expect(() => library.decodeMaskSync(png, json)).toThrow(
        expect.objectContaining({ name: "ResultError", code: expect.stringMatching(/^RESULT_/) }),
      );
    }
    expect(() => library.decodeMaskSync(png, "car{}")).toThrow(
      expect.objectContaining({ code: "PART_MISSING" }),
    );
  });
});

describe("labelmap/stream", () => {
  const blob = () => new Blob([Uint8Array.from(png)]);
  const json = () => new Blob([JSON.stringify(legend)]);

  it("is not needed for a Blob, a Response, or a promise of bytes, nor for a signal", async () => {
    for (const give of [blob, () => new Response(blob()), () => Promise.resolve(png)]) {
      expect([...(await library.decodeMask(give(), json())).data]).toEqual([0]);
    }
    const reason = new Error("enough");
    const controller = new AbortController();
    const call = library.decodeMask(blob(), legend, { signal: controller.signal });
    controller.abort(reason);
    await expect(call).rejects.toBe(reason);
    await expect(library.decodeMask(png, legend, { signal: controller.signal })).rejects.toBe(reason);
    const missing = new Response("", { status: 404 });
    await expect(library.decodeMask(missing, legend)).rejects.toMatchObject({ code: "INPUT_FAILED" });
    const broken = new ReadableStream({ pull: (stream) => stream.error(new Error("gone")) });
    await expect(library.decodeMask(new Response(broken), legend)).rejects.toMatchObject({
      code: "INPUT_FAILED",
    });
  });

  it("is missed for a stream and a URL, and works once it is imported", async () => {
    const url = new URL(`data:image/png;base64,${Buffer.from(png).toString("base64")}`);
    for (const give of [() => blob().stream(), () => url]) {
      await expect(library.decodeMask(give(), legend)).rejects.toMatchObject({
        code: "PART_MISSING",
        message: expect.stringContaining('add `import "labelmap/stream"`'),
      });
    }
    await import("../../src/decode/register/stream.js");
    for (const give of [() => blob().stream(), () => url]) {
      expect([...(await library.decodeMask(give(), legend)).data]).toEqual([0]);
    }
  });
});

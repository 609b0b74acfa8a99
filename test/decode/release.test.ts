/** `release` and `using`: the memory of a map is used for a later one, and no array of the caller ever shows another map. */
import fc from "fast-check";
import { afterEach, beforeAll, beforeEach, describe, expect, it } from "vitest";
import {
  ClassList,
  decodeMask,
  decodeMaskSync,
  init,
  LabelMap,
  labelPixels,
  type Releasable,
} from "../../src/all.js";
import { crop } from "../../src/geometry/index.js";
import { loadCorpus } from "../support/corpus.mjs";
import { breakItem, drawItems } from "../support/drawn-items.js";

beforeAll(() => init());

const RECYCLED = expect.objectContaining({ name: "DecodeError", code: "MAP_RECYCLED" });
const corpus = loadCorpus();
const mask = corpus.find(({ name }) => name === "instances-640-palette-upng")!;
const classes = ClassList.fromResults([mask.result]);

/** What the methods of a map that read pixels are called with. */
const READING: { readonly [Name in keyof LabelMap]?: readonly unknown[] } = {
  semantic: [classes],
  instance: [],
  panoptic: [classes],
  mask: [0],
  classMask: ["apple"],
  labelAt: [1, 1],
  toRGBA: [],
  toImageData: [],
};

function expectNothingToRead(map: LabelMap): void {
  for (const [name, given] of Object.entries(READING)) {
    const method = map[name as "mask"] as (...given: unknown[]) => unknown;
    expect(() => method.apply(map, given as unknown[]), name).toThrow(RECYCLED);
  }
}

describe("a map that was released", () => {
  it("is empty, and so is each array that shares its memory; its methods throw; its labels stay", () => {
    const map = decodeMaskSync(mask.png, mask.result);
    const { data } = map;
    const part = data.subarray(10, 20);
    const { labels } = map;
    map.release();
    expect([map.data.length, data.length, part.length]).toEqual([0, 0, 0]);
    expectNothingToRead(map);
    expect(map.labels).toBe(labels);
    expect(map.toJSON().labels).toBe(labels.length);
    expect(() => crop(map, { x: 0, y: 0, width: 1, height: 1 })).toThrow(
      expect.objectContaining({ code: "OPTION_INVALID" }),
    );
    map.release();
    expect(map.data.length).toBe(0);
  });

  it("is every method of a map that reads pixels, or else this test is not complete", () => {
    const harmless = ["constructor", "release", "toJSON"];
    const names = Object.getOwnPropertyNames(LabelMap.prototype).filter((name) => !harmless.includes(name));
    expect(names.sort()).toEqual(Object.keys(READING).sort());
  });

  it("ends with its block if it was declared with `using`", async () => {
    let data: Int32Array;
    {
      using map = await decodeMask(mask.png, mask.result);
      data = map.data;
      expect(data.length).toBe(map.width * map.height);
    }
    expect(data.length).toBe(0);
    let ids: Uint8Array;
    {
      using map = decodeMaskSync(mask.png, mask.result, {
        target: { map: "semantic", classes, dtype: "uint8" },
      });
      ids = map.data;
      expect(ids.length).toBe(map.width * map.height);
    }
    expect(ids.length).toBe(0);
  });

  it("says so, too, if its array was transferred", () => {
    const map = decodeMaskSync(mask.png, mask.result);
    structuredClone(map.data, { transfer: [map.data.buffer as ArrayBuffer] });
    expectNothingToRead(map);
    map.release();
  });

  it("can be cloned for a worker as before, since its methods are not properties", () => {
    const target = { map: "instance" } as const;
    const map = decodeMaskSync(mask.png, mask.result, { target });
    expect(structuredClone(map)).toEqual({ ...map });
    expect(Object.keys(map)).not.toContain("release");
    expect(Object.getOwnPropertySymbols(map)).toEqual([]);
  });

  it("leaves the caller's arrays alone: `into`, part of a larger array, shared memory", () => {
    const { width, height } = decodeMaskSync(mask.png, mask.result);
    const length = width * height;
    for (const into of [
      new Int32Array(length),
      new Int32Array(length + 7).subarray(7),
      new Int32Array(new SharedArrayBuffer(length * 4)),
    ]) {
      const map = decodeMaskSync(mask.png, mask.result, { into });
      const before = [...into];
      map.release();
      expectNothingToRead(map);
      expect([...into]).toEqual(before);
      decodeMaskSync(mask.png, mask.result).release();
      expect([...into]).toEqual(before);
    }
    const array = new Int32Array(4);
    const own = new LabelMap({
      width: 2,
      height: 2,
      data: array,
      labels: [],
      unlabelled: { count: 4, colors: [] },
      issues: [],
    });
    own.release();
    expect([array.length, own.data.length]).toEqual([4, 0]);
  });
});

describe("a frozen map", () => {
  it("is released like any other", () => {
    const map = Object.freeze(decodeMaskSync(mask.png, mask.result));
    map.release();
    map.release();
    expect(map.data.length).toBe(0);
    expectNothingToRead(map);
  });

  it("is refused with a typed error if it shows an array of the caller, and stays as it is", () => {
    const { width, height } = decodeMaskSync(mask.png, mask.result);
    const map = Object.freeze(
      decodeMaskSync(mask.png, mask.result, { into: new Int32Array(width * height) }),
    );
    const before = [...map.data];
    const refusal = expect.objectContaining({
      name: "DecodeError",
      code: "OPTION_INVALID",
      message: "a frozen map with an array of yours cannot be released; do not freeze it",
    });
    expect(() => map.release()).toThrow(refusal);
    expect(() => {
      using _ = map;
    }).toThrow(refusal);
    expect([...map.data]).toEqual(before);
  });
});

describe("an array of an earlier map that is given as `into`", () => {
  it.each(["decodeMaskSync", "labelPixels"])(
    "stays the caller's when the new map is released: %s",
    (name) => {
      const first = decodeMaskSync(mask.png, mask.result);
      const { data, width, height } = first;
      const rgba = first.toRGBA();
      const next =
        name === "labelPixels"
          ? labelPixels({ data: rgba, width, height }, mask.result, { into: data })
          : decodeMaskSync(mask.png, mask.result, { into: data });
      const before = [...data];
      next.release();
      expect(next.data.length).toBe(0);
      expect([...data]).toEqual(before);
      first.release();
      decodeMaskSync(mask.png, mask.result);
      expect([...data]).toEqual(before);
    },
  );
});

describe("the memory of a released map", () => {
  const clone = globalThis.structuredClone;
  /** What `release` has taken away from arrays, in its order. */
  let taken: ArrayBufferLike[];
  beforeEach(() => {
    taken = [];
    globalThis.structuredClone = ((value: ArrayBuffer, options: object) => {
      const result = clone(value, options);
      taken.push(result);
      return result;
    }) as typeof structuredClone;
  });
  afterEach(() => {
    globalThis.structuredClone = clone;
  });

  it("is the memory of the next map of the same size, of any dtype, and of no other size", () => {
    const small = drawItems(1, 5, 24)[0]!;
    const decode = (dtype: "int32" | "uint8" | "uint16") =>
      decodeMaskSync(small.png, small.result, { target: { map: "label", dtype } });
    decode("int32").release();
    const [memory] = taken;
    expect(memory!.byteLength).toBe(24 * 24 * 4);
    expect(decode("uint8").data.buffer).not.toBe(memory);
    const next = decodeMaskSync(small.png, small.result);
    expect(next.data.buffer).toBe(memory);
    expect([...next.data]).toEqual([...small.labels]);
    expect(decode("int32").data.buffer).not.toBe(memory);
  });

  it("is kept of at most four maps", () => {
    const small = drawItems(1, 6, 31)[0]!;
    const maps = Array.from({ length: 9 }, () => decodeMaskSync(small.png, small.result));
    for (const map of maps) map.release();
    const next = Array.from({ length: 9 }, () => decodeMaskSync(small.png, small.result));
    expect(next.filter(({ data }) => taken.includes(data.buffer)).length).toBe(4);
  });
});

const SAME_SIZE = drawItems(12, 21, 24);
const ANY_SIZE = drawItems(12, 22);

/** An array that the caller has seen, and what it must show as long as it is not empty. */
interface Held {
  readonly array: Int32Array;
  readonly expected: readonly number[];
  /** Whether it must not be empty. */
  isKept: boolean;
  /** Whether it was given as `into`, so that releasing its map does not empty it. */
  readonly isInto?: boolean;
}

const anyAction = fc.record({
  action: fc.constantFrom(
    "decode",
    "decode",
    "decode",
    "into",
    "pixels",
    "fail",
    "abort",
    "release",
    "transfer",
    "view",
  ),
  which: fc.nat(11),
  isSameSize: fc.boolean(),
});

describe("no array that the caller holds ever changes, unless it is empty", () => {
  it("after decodes, failures, aborts, releases and transfers in any order", async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(anyAction, { minLength: 1, maxLength: 40 }), async (actions) => {
        const held: Held[] = [];
        const maps: (Releasable & LabelMap)[] = [];
        const expectUnchanged = () => {
          for (const { array, expected, isKept } of held) {
            if (isKept) expect(array.length).toBe(expected.length);
            if (array.length > 0) expect([...array]).toEqual(expected);
          }
        };
        const hold = (map: LabelMap, expected: Int32Array) => {
          maps.push(map);
          held.push({ array: map.data, expected: [...expected], isKept: true });
        };
        for (const { action, which, isSameSize } of actions) {
          const item = (isSameSize ? SAME_SIZE : ANY_SIZE)[which]!;
          const { png, result, labels, width, height } = item;
          if (action === "decode") hold(decodeMaskSync(png, result), labels);
          if (action === "into") {
            const into = new Int32Array(labels.length);
            const map = decodeMaskSync(png, result, { into });
            // Yours, whatever becomes of the map.
            held.push({ array: into, expected: [...labels], isKept: true, isInto: true });
            maps.push(map);
          }
          if (action === "pixels") {
            const rgba = decodeMaskSync(png, result).toRGBA();
            for (let place = 3; place < rgba.length; place += 4) rgba[place] = 255;
            const image = { data: rgba, width, height };
            const map = labelPixels(image, result);
            hold(
              map,
              decodeMaskSync(png, result).data.map((label) => label),
            );
          }
          if (action === "fail") {
            expect(() => decodeMaskSync(breakItem(item).png, result)).toThrow();
            const late = png.slice();
            late[late.length - 20]! ^= 255;
            expect(() => decodeMaskSync(late, result)).toThrow();
          }
          if (action === "abort") {
            const abort = new AbortController();
            const decoding = decodeMask(new Blob([png as BlobPart]), result, { signal: abort.signal });
            abort.abort();
            await expect(decoding).rejects.toThrow();
          }
          const place = which % Math.max(1, maps.length);
          const map = maps[place];
          if (map !== undefined && action === "release") {
            for (const each of held) if (each.array === map.data && !each.isInto) each.isKept = false;
            map.release();
            expect(map.data.length).toBe(0);
            expect(() => map.toRGBA()).toThrow(RECYCLED);
          }
          if (map !== undefined && map.data.length > 0 && action === "view") {
            const view = map.instance();
            held.push({ array: view, expected: [...view], isKept: true });
          }
          if (map !== undefined && map.data.length > 0 && action === "transfer") {
            for (const each of held) if (each.array === map.data) each.isKept = false;
            structuredClone(map.data, { transfer: [map.data.buffer as ArrayBuffer] });
          }
          expectUnchanged();
        }
      }),
      { numRuns: 200 },
    );
  });
});

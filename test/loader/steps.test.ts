/** Steps: what workers do with maps after the decode is what `labelmap/geometry` does, and depends on no worker. */
import { Worker } from "node:worker_threads";
import fc from "fast-check";
import { beforeAll, describe, expect, it } from "vitest";
import { ClassList, type DenseMap, init } from "../../src/all.js";
import { crop, flip, resize, SAMPLINGS } from "../../src/geometry/index.js";
import { addStep, type LoadOptions, loadMasks, type MapGeometry, type Step } from "../../src/loader/index.js";
import { type DrawnItem, drawItems } from "../support/drawn-items.js";
import { expectEqual } from "../support/equal-arrays.js";
import { startThread } from "../support/loader-threads.js";
import { addSteps } from "../support/step-functions.mjs";

const WORKER = new URL("../support/step-worker.mjs", import.meta.url);
const startStepThread = () => new Worker(WORKER);
const drawn = drawItems(12, 31, 24);

beforeAll(async () => {
  await init();
  addSteps(addStep);
});

const here: LoadOptions = { workers: 0 };
const there: LoadOptions = { workers: 2, worker: startStepThread };
const places: [string, LoadOptions][] = [
  ["this thread", here],
  ["two workers", there],
];

interface Loaded {
  readonly name: string;
  readonly map: DenseMap;
  readonly geometry: MapGeometry;
}

/** Copies of what comes, and the errors' messages. */
async function load(items: readonly DrawnItem[], options: LoadOptions): Promise<(Loaded | string)[]> {
  const loaded: (Loaded | string)[] = [];
  for await (const entry of loadMasks(items, { ...options, errors: "yield" })) {
    if (entry.error !== undefined) {
      loaded.push(`${entry.error.code} ${entry.error.message}`);
      continue;
    }
    const one = entry as unknown as Loaded;
    const { width, height, data } = one.map;
    loaded.push({ name: one.name, map: { width, height, data: data.slice() }, geometry: one.geometry });
  }
  return loaded;
}

const pixels = (entry: Loaded | string) => (typeof entry === "string" ? entry : [...entry.map.data].join());

/** A map of another size, as `labelmap/geometry` makes it, step by step. */
function applied(map: DenseMap, steps: readonly Step[]): DenseMap {
  return steps.reduce<DenseMap>((before, step) => {
    if (step.step === "flip") return flip(before, step.direction);
    if (step.step === "resize") return resize(before, { sampling: "nearest-exact", ...step } as never);
    if (step.step === "crop") {
      const { width, height } = step;
      const x = step.x ?? Math.floor((before.width - width) / 2);
      return crop(before, { x, y: step.y ?? Math.floor((before.height - height) / 2), width, height });
    }
    if (step.step === "remap") {
      const { width, height, data } = before;
      const { values, others } = step;
      return { width, height, data: data.map((value) => values[value] ?? others ?? value) };
    }
    if (step.step === "call") {
      const { width, height, data } = before;
      return { width, height, data: data.map((value) => value + (step.options as number)) };
    }
    throw new Error("random");
  }, map);
}

/** The place in the mask of the middle of a map's pixel, by what the loader reports. */
function sourceOf(
  { crop: part, flip: { horizontal, vertical }, width, height }: MapGeometry,
  x: number,
  y: number,
) {
  const along = (place: number, length: number, start: number, extent: number, isFlipped: boolean) =>
    start + (((isFlipped ? length - 1 - place : place) + 0.5) * extent) / length;
  return {
    x: along(x, width, part.x, part.width, horizontal),
    y: along(y, height, part.y, part.height, vertical),
  };
}

const classes = ClassList.fromNames(["road", "car", "person", "sky"]);
const semantic = { map: "semantic", classes, dtype: "uint8" } as const;
const anyLength = fc.integer({ min: 1, max: 30 });
const anyStep = fc.oneof(
  fc.record({
    step: fc.constant("crop" as const),
    share: fc.double({ min: 0, max: 1, noNaN: true }),
    isMiddle: fc.boolean(),
  }),
  fc.record({
    step: fc.constant("resize" as const),
    width: anyLength,
    height: anyLength,
    sampling: fc.constantFrom(...SAMPLINGS),
  }),
  fc.record({
    step: fc.constant("flip" as const),
    direction: fc.constantFrom("horizontal" as const, "vertical" as const),
  }),
  fc.constant({ step: "remap" as const, values: { 0: 3, 1: 9, 255: 200 } }),
  fc.constant({ step: "remap" as const, values: { 3: 3, 2: 2 }, others: 11 }),
  fc.record({
    step: fc.constant("call" as const),
    name: fc.constant("add"),
    options: fc.integer({ min: 0, max: 3 }),
  }),
);

/** Steps that fit a map of 24×24 pixels, or of what `first` makes of it. */
function fitting(any: readonly object[], width: number, height: number): Step[] {
  let size = { width, height };
  return any.map((step) => {
    const { step: name, share = 0, isMiddle } = step as { step: string; share?: number; isMiddle?: boolean };
    if (name === "crop") {
      const cut = (length: number) => Math.max(1, Math.ceil(length * (1 - share * 0.7)));
      const [w, h] = [cut(size.width), cut(size.height)];
      const place = isMiddle ? {} : { x: Math.floor((size.width - w) * share), y: size.height - h };
      size = { width: w, height: h };
      return { step: "crop", ...place, ...size };
    }
    if (name === "resize") size = step as unknown as typeof size;
    return step as Step;
  });
}

describe("steps", () => {
  it("give what the functions of labelmap/geometry give one after the other", async () => {
    const anyPlan = fc.record({
      steps: fc.array(anyStep, { maxLength: 5 }),
      isCropped: fc.boolean(),
      isResized: fc.boolean(),
      batch: fc.constantFrom(undefined, 3),
    });
    await fc.assert(
      fc.asyncProperty(anyPlan, async ({ steps: any, isCropped, isResized, batch }) => {
        const first: Step[] = [];
        if (isCropped) first.push({ step: "crop", x: 2, y: 5, width: 19, height: 13 });
        if (isResized) first.push({ step: "resize", width: 17, height: 21 });
        const shown = isResized ? first.at(-1)! : isCropped ? first[0]! : { width: 24, height: 24 };
        const { width, height } = shown as { width: number; height: number };
        const steps = fitting(any, width, height);
        const options = {
          ...here,
          target: semantic,
          steps,
          ...(isCropped && { crop: { x: 2, y: 5, width: 19, height: 13 } }),
          ...(isResized && { resize: { width: 17, height: 21 } }),
        };
        const expected = drawn.map(({ labels }) => {
          const data = Uint8Array.from(labels, (label) => (label < 0 ? 255 : label));
          return applied({ width: 24, height: 24, data }, [...first, ...steps]);
        });
        let place = 0;
        for await (const { map } of loadMasks(drawn, {
          ...options,
          ...(batch && { batch }),
        } as typeof options)) {
          const count = batch ?? 1;
          const size = map.width * map.height;
          for (let index = 0; index < count; index++) {
            const wanted = expected[place++]!;
            expect([map.width, map.height]).toEqual([wanted.width, wanted.height]);
            expectEqual(map.data.slice(index * size, (index + 1) * size), wanted.data as Uint8Array, "mask");
          }
        }
        expect(place).toBe(drawn.length);
      }),
      { numRuns: 300 },
    );
  });

  it("are reported, so that each pixel of the map is the mask's pixel at the reported place", async () => {
    const steps: Step[] = [
      { step: "randomCrop", width: 15, height: 9 },
      { step: "randomFlip" },
      { step: "randomFlip", direction: "vertical", probability: 0.3 },
      { step: "randomCrop", width: 8, height: 8 },
    ];
    const larger: Step[] = [...steps, { step: "resize", width: 24, height: 16 }];
    for (const [list, cropped] of [
      [steps, undefined],
      [larger, { x: 3, y: 4, width: 20, height: 18 }],
    ] as const) {
      const options = { ...here, steps: list, repeat: 4, ...(cropped && { crop: cropped }) };
      const loaded = (await load(drawn, options)) as Loaded[];
      expect(loaded.length).toBe(48);
      loaded.forEach(({ map, geometry }, place) => {
        const item = drawn[place % 12]!;
        expect(geometry.source).toEqual({ width: 24, height: 24 });
        expect([geometry.width, geometry.height]).toEqual([map.width, map.height]);
        const expected = map.data.map((_, pixel) => {
          const { x, y } = sourceOf(geometry, pixel % map.width, Math.floor(pixel / map.width));
          return item.labels[Math.floor(y) * 24 + Math.floor(x)]!;
        });
        expectEqual(map.data as Int32Array, expected as Int32Array, item.name);
      });
    }
  });

  it("are the same whatever decodes, in whatever order, and differ between rounds, items and seeds", async () => {
    const steps: Step[] = [
      { step: "randomCrop", width: 7, height: 7 },
      { step: "randomFlip" },
      { step: "call", name: "draw a random number" },
    ];
    const byName = (list: (Loaded | string)[]) =>
      (list as Loaded[])
        .map(({ name, map, geometry }) => JSON.stringify([name, pixels({ name, map, geometry }), geometry]))
        .sort();
    const target = { map: "instance" } as const;
    const wanted = byName(await load(drawn, { ...here, target, steps, repeat: 2 }));
    expect(new Set(wanted).size).toBe(24);
    for (const options of [
      there,
      { ...there, workers: 3, ordered: false, prefetch: 7 },
      { ...here, shuffle: 3, shuffleBuffer: 5 },
    ]) {
      expect(byName(await load(drawn, { ...options, target, steps, repeat: 2 }))).toEqual(wanted);
    }
    const shards = await Promise.all(
      [0, 1, 2].map((shard) => load(drawn, { ...there, target, steps, repeat: 2, shard: [shard, 3] })),
    );
    expect(byName(shards.flat())).toEqual(wanted);
    const other = byName(await load(drawn, { ...here, target, steps, repeat: 2, seed: 1 }));
    expect(other.filter((entry) => wanted.includes(entry))).toEqual([]);
  });

  it("are the same numbers for each target, so that maps of a mask stay alike", async () => {
    const steps: Step[] = [{ step: "call", name: "draw a random number" }];
    const target = [{ map: "instance" }, { map: "label" }] as const;
    for (const options of [here, there]) {
      const numbers: (number | undefined)[][] = [];
      for await (const { map } of loadMasks(drawn.slice(0, 3), {
        ...options,
        errors: "throw",
        target,
        steps,
      })) {
        numbers.push(map.map(({ data }) => data[0]));
      }
      expect(numbers.every(([first, second]) => first === second)).toBe(true);
      expect(new Set(numbers.flat()).size).toBe(3);
    }
  });

  it("at random are uniform: each place of a crop, and both sides of a flip", async () => {
    const counts = new Map<string, number>();
    const items = Array.from({ length: 3000 }, () => drawn[0]!);
    const steps: Step[] = [{ step: "randomCrop", width: 22, height: 23 }, { step: "randomFlip" }];
    for await (const { geometry } of loadMasks(items, { ...here, steps })) {
      const key = [geometry.crop.x, geometry.crop.y, geometry.flip.horizontal].join();
      counts.set(key, (counts.get(key) ?? 0) + 1);
    }
    expect(counts.size).toBe(3 * 2 * 2);
    // 250 are expected; 5 standard deviations are 76.
    for (const [key, count] of counts) expect(Math.abs(count - 250), key).toBeLessThan(76);
  });

  it("go to the targets that they are for", async () => {
    const target = [semantic, { map: "instance", dtype: "uint16" }] as const;
    const steps: Step[] = [
      { step: "remap", target: 0, values: {}, others: 5 },
      { step: "call", name: "add", options: 10 },
      { step: "call", name: "add", options: 100, target: 1 },
      { step: "flip", direction: "vertical" },
    ];
    for (const [, where] of places) {
      for await (const { map } of loadMasks(drawn.slice(0, 2), { ...where, target, steps })) {
        expect(new Set(map[0].data)).toEqual(new Set([15]));
        expect(new Set(map[1].data)).toEqual(new Set([112]));
      }
    }
  });
});

describe.each(places)("what fails in steps, on %s", (_, where) => {
  it("fails the item", async () => {
    const items = [drawn[0]!, { ...drawItems(1, 5, 6)[0]!, name: "small" }, drawn[2]!];
    const loaded = await load(items, {
      ...where,
      steps: [{ step: "crop", x: 3, y: 0, width: 20, height: 20 }],
    });
    expect(loaded.map(pixels)[1]).toBe(
      "OPTION_INVALID small: the crop of 20×20 pixels at 3, the middle is not inside the map of 6×6 pixels; give a smaller crop, or a step `resize` before it.".replace(
        "the middle",
        "0",
      ),
    );
    expect(loaded.filter((entry) => typeof entry === "string").length).toBe(1);
    const random = await load(items, { ...where, steps: [{ step: "randomCrop", width: 20, height: 20 }] });
    expect(random.map(pixels)[1]).toMatch(/the crop of 20×20 pixels is not inside the map of 6×6 pixels/);
    const cropped = await load(items, {
      ...where,
      crop: { x: 0, y: 0, width: 12, height: 12 },
      steps: [{ step: "crop", x: 0, y: 0, width: 2, height: 2 }],
    });
    expect(cropped.map(pixels)[1]).toMatch(
      /OPTION_INVALID small: the crop of 12×12 pixels at 0, 0 is not inside the mask/,
    );
  });

  it("names the step and its error, without secrets, and leaves other maps as they are", async () => {
    const target = { map: "instance" } as const;
    const items = drawn.slice(0, 4);
    const call = (name: string): LoadOptions => ({ ...where, target, steps: [{ step: "call", name }] });
    for (const batch of [undefined, 2]) {
      const thrown = await load(items, { ...call("throw"), ...(batch && { batch }) });
      const messages = thrown.filter((entry) => typeof entry === "string");
      expect(messages.length).toBe(1);
      expect(messages[0]).toMatch(
        /^STEP_FAILED mask 1: the step "throw" failed \(TypeError: see https:\/\/example.org\//,
      );
      expect(messages[0]).not.toMatch(/secret/);
      for (const entry of thrown)
        if (typeof entry !== "string") expect(new Set(entry.map.data)).toEqual(new Set([77]));
      const returned = await load(items, { ...call("return"), ...(batch && { batch }) });
      expect(
        returned.every((entry) => /returned binary data; change map.data in place/.test(String(entry))),
      ).toBe(true);
    }
  });

  it("says so if a step replaces the array instead of changing it", async () => {
    const [loaded] = await load(drawn.slice(0, 1), { ...where, steps: [{ step: "call", name: "replace" }] });
    expect(loaded).toBe(
      'STEP_FAILED mask 0: the step "replace" has replaced map.data; change its values in place',
    );
  });

  it("says so if a step takes the memory away, also that of a batch", async () => {
    const steps: Step[] = [{ step: "call", name: "transfer" }];
    const items = drawn.slice(0, 4);
    const single = await load(items, { ...where, steps });
    expect(single.map(pixels)[1]).toBe(
      'STEP_FAILED mask 1: the step "transfer" has transferred map.data; make a copy of it first',
    );
    expect(single.filter((entry) => typeof entry === "string").length).toBe(1);
    const batched = await load(items, { ...where, steps, batch: 2 });
    expect(batched.slice(0, 2).every((entry) => /^(STEP_FAILED|OUTPUT_SIZE)/.test(String(entry)))).toBe(true);
    expect(typeof batched[2]).toBe("object");
  });
});

it("says that a worker does not know a function, before its first mask", async () => {
  const steps: Step[] = [{ step: "call", name: "add", options: 1 }];
  const loader = loadMasks(drawn, { workers: 1, worker: startThread, steps, errors: "yield" });
  await expect(loader.next()).rejects.toMatchObject({
    code: "OPTION_INVALID",
    message: expect.stringContaining(
      'there is no step "add" where masks are decoded; call addStep("add", …)',
    ),
  });
  expect(() => loadMasks(drawn, { ...here, steps: [{ step: "call", name: "unheard" }] })).toThrow(
    /there is no step "unheard"/,
  );
});

it.each<[unknown, RegExp]>([
  ["flip", /^steps is a string; give an array of steps/],
  [[{ step: "flop" }], /^steps\[0\]: its step is "flop"; the steps are crop, randomCrop/],
  [[{ step: "toString" }], /^steps\[0\]: its step is "toString"/],
  [[() => {}], /^steps\[0\]: a function; the steps are/],
  [[{ step: "flip", direction: "left" }], /direction must be "horizontal" or "vertical"/],
  [[{ step: "flip" }], /direction must be/],
  [[{ step: "crop", width: 0, height: 3 }], /width and height must be integers of at least 1/],
  [[{ step: "crop", x: -1, width: 1, height: 3 }], /x and y must be integers of at least 0/],
  [[{ step: "crop", width: 1, height: 3, left: 2 }], /unknown key "left"/],
  [[{ step: "resize", width: 1, height: 3, sampling: "cubic" }], /sampling must be one of/],
  [
    [{ step: "resize", width: 100_000, height: 100_000 }],
    /100000×100000 pixels are more than \d+; give a smaller/,
  ],
  [[{ step: "randomFlip", probability: 1.1 }], /probability must be from 0 to 1/],
  [[{ step: "randomFlip", probability: "1" }], /probability must be from 0 to 1/],
  [[{ step: "call" }], /name is missing; give the name that addStep has/],
  [[{ step: "call", name: "add", target: 1 }], /target must be the place of a target, from 0 to 0/],
  [[{ step: "remap", values: { 1: 256 } }], /"1" to 256 is no pair of integers that fit uint8/],
  [[{ step: "remap", values: { a: 1 } }], /"a" to 1 is no pair of integers/],
  [[{ step: "remap", values: {}, others: -1 }], /"others" to -1 is no pair/],
  [[{ step: "remap", values: [1] }], /values is an array/],
])("refuses %j at once", (steps, message) => {
  expect(() => loadMasks(drawn, { ...here, target: semantic, steps: steps as Step[] })).toThrow(
    expect.objectContaining({ code: "OPTION_INVALID", message: expect.stringMatching(message) }),
  );
});

it("refuses what would make labels wrong, and what has no meaning", () => {
  const remap: Step = { step: "remap", values: { 0: 1 } };
  const refused = (options: LoadOptions, message: RegExp) =>
    expect(() => loadMasks(drawn, { ...here, ...options })).toThrow(
      expect.objectContaining({ code: "OPTION_INVALID", message: expect.stringMatching(message) }),
    );
  refused({ steps: [remap] }, /a label map holds indices of its labels/);
  refused({ steps: [remap], target: [semantic, { map: "instance" }] }, /say which one is meant/);
  refused({ steps: [{ ...remap, target: 1 }], target: [semantic, { map: "label" }] }, /holds indices/);
  refused({ steps: [remap], target: { map: "runs" } }, /steps change pixels, but the target `runs` has none/);
  refused({ seed: 0.5 }, /seed must be an integer/);
  expect(() => addStep(1 as never, () => {})).toThrow(/the name of a step is a number/);
  expect(() => addStep("a", 1 as never)).toThrow(/the step "a" is a number; give a function/);
});

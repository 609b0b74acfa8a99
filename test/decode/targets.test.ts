/**
 * Decoding straight to what a model wants: each target equals the view of the whole label map, which the slow reference
 * gives; crops and resizes equal a plain look-up of that map; on both engines, and several targets in one pass.
 */
import { deflateSync } from "node:zlib";
import { beforeAll, describe, expect, expectTypeOf, it, vi } from "vitest";
import {
  ClassList,
  type DecodeOptions,
  decodeMask,
  decodeMaskSync,
  init,
  type LabelArray,
  type LabelMap,
  type LabelMapError,
  type Releasable,
  type RunsMap,
  type Target,
  type TargetMap,
} from "../../src/all.js";
import { runsOf } from "../../src/maps/runs-of.js";
import { loadCorpus } from "../support/corpus.mjs";
import { chunk, encodePng } from "../support/encode-png.mjs";
import { expectEqual } from "../support/equal-arrays.js";
import { hugeMask } from "../support/huge-mask.mjs";
import { nastyMask } from "../support/nasty-masks.mjs";
import { dice, mulberry32 } from "../support/random.mjs";
import { decodeReference } from "../support/reference.mjs";

const seed = Number(process.env.LABELMAP_SEED ?? Date.now() % 1_000_000);
const ENGINES = ["fused", "upng"] as const;
const corpus = loadCorpus();

beforeAll(() => init());

/** A list of all classes but every fifth, whose names are void. */
function classesOf(legend: Record<string, string>): ClassList {
  const names = [...new Set(Object.values(legend).map((value) => value.replace(/ # \d+$/, "")))];
  return ClassList.fromNames(
    names.filter((_, index) => index % 5 !== 4),
    { void: names.filter((_, index) => index % 5 === 4), voidId: 60_000, ignoreId: 60_000 },
  );
}

function targetsFor(classes: ClassList, instances: "uint8" | "uint16" = "uint8") {
  return [
    { map: "semantic", classes, dtype: "uint16" },
    { map: "runs" },
    { map: "instance", dtype: instances },
    { map: "panoptic", classes, divisor: 10_000 },
    { map: "label" },
    { map: "label", dtype: "uint16" },
    { map: "semantic", classes },
    { map: "instance" },
  ] as const satisfies readonly Target[];
}

/** What the targets must be, out of the whole map. */
function expectedOf(map: LabelMap, classes: ClassList, instances: "uint8" | "uint16" = "uint8") {
  return [
    map.semantic(classes, { dtype: "uint16" }),
    map.data,
    map.instance({ dtype: instances }),
    map.panoptic(classes, { divisor: 10_000 }),
    map.data,
    new Uint16Array(map.data.map((label) => (label < 0 ? 65_535 : label))),
    map.semantic(classes),
    map.instance(),
  ];
}

function expectMaps(
  maps: readonly (TargetMap | RunsMap)[],
  expected: readonly LabelArray[],
  message: string,
) {
  maps.forEach((map, place) => {
    const data = map.map === "runs" ? map.toDense().data : map.data;
    expectEqual(data, expected[place]!, `${message}, target ${place} (${map.map})`);
  });
}

describe("targets of the corpus", () => {
  const engines = (name: string) =>
    ENGINES.filter((engine) => engine === "upng" || !/interlaced|16-bit/.test(name));
  it.each(corpus.filter(({ expected }) => expected.width * expected.height < 3e6))(
    "are the views of $name, all in one pass",
    async ({ name, png, result }) => {
      const map = await decodeMask(png, result);
      const classes = classesOf(result.legend);
      const expected = expectedOf(map, classes, "uint16");
      for (const engine of engines(name)) {
        const maps = await decodeMask(png, result, { engine, target: targetsFor(classes, "uint16") });
        expectMaps(maps, expected, engine);
        for (const each of maps) {
          expect(each.labels).toEqual(map.labels);
          expect(each.unlabelled).toEqual(map.unlabelled);
        }
        expectCanonical(maps[1], name);
      }
    },
  );
});

/** The pixel under the centre of each target pixel, with whole numbers. */
function nearestPlaces(start: number, length: number, count: number): number[] {
  return Array.from(
    { length: count },
    (_, place) => start + Number((BigInt(2 * place + 1) * BigInt(length)) / BigInt(2 * count)),
  );
}

function sampled(
  data: ArrayLike<number>,
  width: number,
  columns: readonly number[],
  rows: readonly number[],
): number[] {
  return rows.flatMap((y) => columns.map((x) => data[y * width + x]!));
}

describe(`targets of random masks, seed ${seed} (LABELMAP_SEED)`, () => {
  it("are the views of the whole map, or of the requested crop and size", () => {
    for (let index = 0; index < 1500; index++) {
      const { png, legend, description } = nastyMask((seed * 100_003 + index) >>> 0);
      const reference = decodeReference(png, legend);
      const { width, height } = reference;
      const { below: roll } = dice(mulberry32(seed + index));
      const map = decodeMaskSync(png, legend);
      expectEqual(map.data, reference.data, `seed ${seed}, mask ${index}: ${description}`);
      const x = roll(width);
      const y = roll(height);
      const crop = { x, y, width: 1 + roll(width - x), height: 1 + roll(height - y) };
      const resize = { width: 1 + roll(2 * width), height: 1 + roll(2 * height) };
      const options: DecodeOptions = {
        ...(index % 3 === 0 ? {} : { crop }),
        ...(index % 3 === 1 ? {} : { resize }),
        ...(index % 7 === 0 ? { engine: "upng" } : {}),
      };
      const part = options.crop ?? { x: 0, y: 0, width, height };
      const size = options.resize ?? part;
      const columns = nearestPlaces(part.x, part.width, size.width);
      const rows = nearestPlaces(part.y, part.height, size.height);
      const classes = classesOf(legend);
      const message = `seed ${seed}, mask ${index}: ${description}, ${JSON.stringify(options)}`;
      const all = targetsFor(classes);
      const count = 1 + roll(all.length);
      const maps = decodeMaskSync(png, legend, { ...options, target: all.slice(0, count) });
      const wholes = expectedOf(map, classes);
      maps.forEach((each, place) => {
        const data = each.map === "runs" ? each.toDense().data : each.data;
        const whole = wholes[place]!;
        const expected = (whole.constructor as Int32ArrayConstructor).from(
          sampled(whole, width, columns, rows),
        );
        expectEqual(data, expected, `${message}, target ${place}`);
        expect([each.width, each.height]).toEqual([size.width, size.height]);
        if (each.map === "runs") expectCanonical(each, message);
      });
      const plain = decodeMaskSync(png, legend, options);
      expectEqual(plain.data, Int32Array.from(sampled(map.data, width, columns, rows)), message);
    }
  });
});

it("lists a row that equals a row left out by the resize as itself, not as the row listed before it", () => {
  // The second and the fifth row are wanted. Between them rows are held as pixels, as the third has too many edges.
  const width = 400;
  const rowOf = (value: (x: number) => number) => Array.from({ length: width }, (_, x) => value(x));
  const dense = rowOf((x) => x % 2);
  const [first, last] = [rowOf(() => 0), rowOf((x) => (x < 100 ? 0 : 1))];
  const samples = [first, first, dense, last, last, last].flat();
  const filter = (y: number) => (y > 3 ? 2 : 0);
  const png = encodePng({ width, height: 6, colourType: 0, bitDepth: 8, samples, filter });
  const legend = { "#000000": "black", "#010101": "dark" };
  const resize = { width, height: 2 };
  const runs = decodeMaskSync(png, legend, { resize, target: { map: "runs" } });
  expect([...runs.toDense().data]).toEqual([...first, ...last]);
});

/** Runs and bands are as long as can be, and cover the map. */
function expectCanonical(runs: RunsMap, message: string) {
  const { bandTops, bandRuns, runEnds, values } = runsOf(runs.toDense());
  expectEqual(runs.values, values, message);
  for (const [found, expected] of [
    [runs.bandTops, bandTops],
    [runs.bandRuns, bandRuns],
    [runs.runEnds, runEnds],
  ] as const) {
    expectEqual(new Int32Array(found), new Int32Array(expected), message);
  }
}

describe("one target", () => {
  const legend = { "#ff0000": "car # 1", "#00ff00": "road", "#0000ff": "sky" };
  // Red, green and a colour that the legend lacks.
  const samples = Uint8Array.of(255, 0, 0, 0, 255, 0, 9, 9, 9, 0, 255, 0);
  const png = encodePng({ width: 4, height: 1, colourType: 2, bitDepth: 8, samples, filter: () => 0 });
  const classes = ClassList.fromNames(["road", "car"]);

  it("gives an array of the dtype, with the mask's labels and counts", async () => {
    const map = await decodeMask(png, legend, { target: { map: "semantic", classes, dtype: "uint8" } });
    expect(map).toMatchObject({ map: "semantic", dtype: "uint8", width: 4, height: 1 });
    expect(map.data).toEqual(Uint8Array.of(1, 0, 255, 0));
    expect(map.labels.map(({ pixelCount }) => pixelCount)).toEqual([1, 2, 0]);
    expect(map.unlabelled).toEqual({ count: 1, colors: [{ color: "#090909", count: 1 }] });
  });

  it("is written into the caller's array", async () => {
    const into = new Uint8Array(4).fill(7);
    const map = await decodeMask(png, legend, { target: { map: "semantic", classes, dtype: "uint8", into } });
    expect(map.data).toBe(into);
    expect(into).toEqual(Uint8Array.of(1, 0, 255, 0));
  });

  it("needs no class for a label without pixels, and names the missing class of a label with pixels", async () => {
    const roads = ClassList.fromNames(["road"]);
    const into = new Uint8Array(4).fill(7);
    const target = { map: "semantic", classes: roads, dtype: "uint8", into } as const;
    await expect(decodeMask(png, legend, { target })).rejects.toMatchObject({
      name: "ClassError",
      code: "CLASS_UNKNOWN",
      message: expect.stringContaining('"car"'),
    });
    expect(into, "no half of a map").toEqual(new Uint8Array(4).fill(255));
    const missing = await decodeMask(png, legend, { target: { ...target, missing: "void" } });
    expect(missing.data).toEqual(Uint8Array.of(255, 0, 255, 0));
  });

  it.each([
    [
      { map: "semantic", classes: ClassList.fromNames(["road", "car"], { firstId: 300 }), dtype: "uint8" },
      "301",
    ],
    [
      { map: "semantic", classes: ClassList.fromNames(["road", "car"], { voidId: 999 }), dtype: "uint8" },
      "999",
    ],
    [{ map: "panoptic", classes, divisor: 1 }, "divisor"],
  ] as const)("is an error if a value does not fit, target %#", async (target, mentioned) => {
    await expect(decodeMask(png, legend, { target })).rejects.toMatchObject({
      code: "VALUE_OUT_OF_RANGE",
      message: expect.stringContaining(mentioned),
    });
  });

  it("keeps the largest value of an unsigned label map for unlabelled pixels", async () => {
    const colors = Array.from({ length: 256 }, (_, label) => `#0000${label.toString(16).padStart(2, "0")}`);
    const many = Object.fromEntries(colors.map((color, label) => [color, `label ${label}`]));
    const pixel = (label: number) =>
      encodePng({
        width: 2,
        height: 1,
        colourType: 2,
        bitDepth: 8,
        samples: Uint8Array.of(0, 0, label, 1, 1, 1),
        filter: () => 0,
      });
    const target = { map: "label", dtype: "uint8" } as const;
    expect((await decodeMask(pixel(254), many, { target })).data).toEqual(Uint8Array.of(254, 255));
    await expect(decodeMask(pixel(255), many, { target })).rejects.toMatchObject({
      code: "VALUE_OUT_OF_RANGE",
    });
  });

  it.each([
    [{ target: { map: "colour" } }, "map must be"],
    [{ target: { map: "semantic" } }, "class list is missing"],
    [{ target: { map: "label", dtype: "float32" } }, "dtype must be one of int32, uint8, uint16"],
    [
      { target: { map: "label", dtype: "uint8", into: new Int32Array(4) } },
      'Uint8Array for the dtype uint8, or give dtype: "int32"',
    ],
    [
      { target: { map: "label", into: new Uint8Array(4) } },
      'Int32Array for the dtype int32, or give dtype: "uint8"',
    ],
    [{ target: { map: "instance", into: new Float32Array(4) } }, "Int32Array for the dtype int32."],
    [
      { target: { map: "semantic", classes, dtype: "uint8" }, into: new Uint8Array(4) },
      "put it into the target",
    ],
    [{ sampling: "nearest" }, '"sampling"; the keys are target, into, crop'],
    [{ targets: [{ map: "label" }] }, '"targets"; the keys are target'],
    [{ dtype: "uint8" }, '"dtype"'],
    [{ ["__proto__"]: 1, constructor: 1 }, '"__proto__"'],
    [
      { resize: { width: 2, height: 2, target: { map: "label" } } },
      'resize: unknown key "target"; the keys are width, height',
    ],
    [
      { crop: { x: 0, y: 0, width: 1, height: 1, into: new Int32Array(1) } },
      'crop: unknown key "into"; the keys are x, y',
    ],
    [{ snap: { maxDistance: 2, engine: "upng" } }, 'snap: unknown key "engine"; the keys are maxDistance'],
    [
      { target: { map: "label", divisor: 10 } },
      '"label": unknown key "divisor"; the keys are map, dtype, into',
    ],
    [{ target: { map: "instance", classes } }, '"instance": unknown key "classes"'],
    [
      { target: { map: "semantic", classes, divisor: 10 } },
      '"semantic": unknown key "divisor"; the keys are map, classes',
    ],
    [
      { target: [{ map: "panoptic", classes, resize: 1 }] },
      '"panoptic": unknown key "resize"; the keys are map, classes, divisor',
    ],
    [{ target: { map: "runs", dtype: "uint8" } }, '"runs": unknown key "dtype"; the keys are map'],
    [{ target: [] }, "0 targets"],
    [{ target: Array(9).fill({ map: "label" }) }, "9 targets"],
    [{ target: [{ map: "runs" }, { map: "runs" }] }, "several targets of runs"],
    [{ target: null }, "a target is null"],
    [{ target: { map: "label" }, into: new Int32Array(4) }, "put it into the target"],
    [{ engine: Object.create(null) }, "not an object"],
    [{ crop: null }, "crop must have"],
    [{ crop: { x: 1, y: 0, width: 4, height: 1 } }, "not inside"],
    [{ crop: { x: 0, y: 1, width: 1, height: 1 } }, "not inside"],
    [{ crop: { x: 0, y: 0, width: 1, height: 2 } }, "not inside"],
    [{ crop: { x: -1, y: 0, width: 1, height: 1 } }, "crop must have"],
    [{ crop: { x: 0, y: 0, width: 0, height: 1 } }, "crop must have"],
    [{ resize: { width: 1.5, height: 1 } }, "resize must have"],
    [{ resize: null }, "resize must have"],
    [{ resize: { width: 2 ** 20, height: 2 ** 20 } }, "maxPixels"],
    [{ resize: { width: 2 ** 34, height: 1 } }, "maxPixels"],
    [{ resize: { width: 1, height: 1e300 } }, "maxPixels"],
    [{ resize: { width: 2, height: 2, sampling: "linear" } }, "sampling"],
  ])("is refused with a reason: %j", async (options, mentioned) => {
    await expect(decodeMask(png, legend, options as unknown as DecodeOptions)).rejects.toMatchObject({
      code: "OPTION_INVALID",
      message: expect.stringContaining(mentioned),
    });
  });

  it("treats undefined as left out, and accepts every option", async () => {
    const everything = {
      engine: "auto",
      strict: true,
      classBy: "name",
      maxPixels: 4,
      maxBytes: 2 ** 20,
    } as const;
    const rest = {
      verify: true,
      snap: { maxDistance: 1 },
      crop: { x: 0, y: 0, width: 2, height: 1 },
    } as const;
    const resize = { width: 2, height: 1, sampling: "nearest" } as const;
    const all = { classes, missing: "error", dtype: "uint16", into: new Uint16Array(2) } as const;
    const target = [
      { map: "panoptic", divisor: 10, ...all },
      { map: "runs", dtype: undefined },
    ] as const;
    const options = { ...everything, ...rest, resize, target, targets: undefined };
    const [panoptic] = await decodeMask(png, legend, options);
    expect([...panoptic.data]).toEqual([11, 0]);
  });

  it("may be as large as the limit allows", async () => {
    const resize = { width: 2, height: 2 };
    expect((await decodeMask(png, legend, { resize, maxPixels: 4 })).data).toEqual(Int32Array.of(1, 1, 1, 1));
    await expect(decodeMask(png, legend, { resize: { width: 5, height: 1 }, maxPixels: 4 })).rejects.toThrow(
      "resize makes 5×1 pixels",
    );
  });

  it("has at most 2^32 - 1 pixels, and then no higher limit is advised", async () => {
    const options = { maxPixels: 2 ** 50, resize: { width: 2 ** 32, height: 1 } };
    await expect(decodeMask(png, legend, options)).rejects.toMatchObject({
      code: "OPTION_INVALID",
      message: expect.stringMatching(/resize makes 4294967296×1 pixels; give a smaller size\.$/),
    });
  });

  it("follows the options at the time of the call, even if the caller changes them later", async () => {
    const target: Record<string, unknown>[] = [{ map: "label", dtype: "uint8" }];
    const crop = { x: 0, y: 0, width: 2, height: 1 };
    const resize = { width: 4, height: 1 };
    const snap = { maxDistance: 1 };
    const decoded = decodeMask(png, legend, { target, crop, resize, snap } as unknown as DecodeOptions);
    Object.assign(target[0]!, { map: "instance", dtype: "int32" });
    for (let count = 0; count < 30; count++) target.push({ map: "label" });
    crop.x = 2;
    resize.width = 1e9;
    snap.maxDistance = 442;
    const [map, ...others] = (await decoded) as unknown as TargetMap[];
    expect(map).toMatchObject({ map: "label", dtype: "uint8", data: Uint8Array.of(0, 0, 1, 1) });
    expect(others).toEqual([]);
    expect(map!.snapped.count).toBe(0);
  });

  it("must not share memory with another target or with the PNG", () => {
    const buffer = new ArrayBuffer(40 + png.length);
    const file = new Uint8Array(buffer, 40);
    file.set(png);
    const ask = (...intos: Int32Array[]) =>
      decodeMaskSync(file, legend, { target: intos.map((into) => ({ map: "label", into }) as const) });
    const refused = (message: string) =>
      expect.objectContaining({ code: "OPTION_INVALID", message: expect.stringContaining(message) });
    const [first, second, apart] = [0, 12, 16].map((start) => new Int32Array(buffer, start, 4));
    expect(() => ask(first!, second!)).toThrow(refused("two targets"));
    expect(() => ask(second!, first!)).toThrow(refused("two targets"));
    expect(() => ask(apart!, first!, apart!)).toThrow(refused("two targets"));
    expect(() => ask(first!, new Int32Array(buffer, 28, 4))).toThrow(refused("PNG"));
    expect([...first!, ...apart!], "nothing was written").toEqual([0, 0, 0, 0, 0, 0, 0, 0]);
    expect(ask(first!, apart!).map(({ data }) => [...data])).toEqual([
      [0, 1, -1, 1],
      [0, 1, -1, 1],
    ]);
  });

  it("is written into an array of the caller's own class, whatever its constructor takes", async () => {
    class Labels extends Uint8Array<ArrayBuffer> {
      constructor(length: number) {
        super(new ArrayBuffer(Number(length)));
      }
    }
    const into = new Labels(4);
    await decodeMask(png, legend, { target: { map: "label", dtype: "uint8", into } });
    expect([...into]).toEqual([0, 1, 255, 1]);
  });

  it("as runs is written only into an array that can hold all values", () => {
    const runs = decodeMaskSync(png, legend, { target: { map: "runs" } });
    const into = new Int32Array(4);
    expect(runs.toDense(into).data).toBe(into);
    expect([...into]).toEqual([0, 1, -1, 1]);
    const untouched = new Uint16Array(4).fill(7);
    expect(() => runs.toDense(untouched)).toThrow(expect.objectContaining({ code: "VALUE_OUT_OF_RANGE" }));
    expect([...untouched]).toEqual([7, 7, 7, 7]);
    for (const [wrong, code] of [
      [new Int32Array(3), "OUTPUT_SIZE"],
      [new Int32Array(5), "OUTPUT_SIZE"],
      [new Float64Array(4), "OPTION_INVALID"],
      [[], "OPTION_INVALID"],
    ] as const) {
      expect(() => runs.toDense(wrong as unknown as Int32Array)).toThrow(expect.objectContaining({ code }));
    }
    const known = decodeMaskSync(png, { ...legend, "#090909": "x" }, { target: { map: "runs" } });
    expect([...known.toDense(new Uint8Array(4)).data]).toEqual([0, 1, 3, 1]);
  });

  it("has the array type of its dtype, or any array type if the dtype's type is not known", () => {
    const decode = <const T extends Target | readonly Target[]>(target: T) =>
      decodeMaskSync(png, legend, { target });
    expectTypeOf(decode({ map: "label" }).data).toEqualTypeOf<Int32Array<ArrayBuffer>>();
    const narrow = decode({ map: "semantic", classes, dtype: "uint8" });
    expectTypeOf(narrow.data).toEqualTypeOf<Uint8Array<ArrayBuffer>>();
    expectTypeOf(narrow.dtype).toEqualTypeOf<"uint8">();
    const [runs, wide] = decode([{ map: "runs" }, { map: "instance", dtype: "uint16" }]);
    expectTypeOf(runs).toEqualTypeOf<RunsMap>();
    expectTypeOf(wide.data).toEqualTypeOf<Uint16Array<ArrayBuffer>>();
    const some = { map: "label", dtype: "uint8" } as Target;
    expectTypeOf(decode(some)).toEqualTypeOf<(TargetMap & Releasable) | RunsMap>();
    expectTypeOf(decode([some] as Target[])).toEqualTypeOf<((TargetMap & Releasable) | RunsMap)[]>();
    const dtype = ["uint8", "uint16"][0] as "uint8" | "uint16";
    const either = decode({ map: "label", dtype });
    expectTypeOf(either.data).toEqualTypeOf<Uint8Array<ArrayBuffer> | Uint16Array<ArrayBuffer>>();
    if (either.dtype === "uint8") expectTypeOf(either.data).toEqualTypeOf<Uint8Array<ArrayBuffer>>();
    const invalid = expect.objectContaining({ code: "OPTION_INVALID" });
    // @ts-expect-error An array of another type than the dtype.
    expect(() => decode({ map: "label", dtype: "uint8", into: new Int32Array(4) })).toThrow(invalid);
    // @ts-expect-error Without a dtype it is int32.
    expect(() => decode({ map: "label", into: new Uint8Array(4) })).toThrow(invalid);
    const shared = new Int32Array(new SharedArrayBuffer(16));
    expect(decode({ map: "instance", into: shared }).data).toEqual(Int32Array.of(1, 0, 0, 0));
  });

  it("must have as many elements as the output, not as the mask", async () => {
    const resize = { width: 2, height: 2 };
    const ask = (length: number) =>
      decodeMask(png, legend, { resize, target: { map: "label", into: new Int32Array(length) } });
    await expect(ask(8)).rejects.toMatchObject({
      code: "OUTPUT_SIZE",
      message: expect.stringContaining("`into`"),
    });
    expect((await ask(4)).data).toEqual(Int32Array.of(1, 1, 1, 1));
  });
});

it("holds no labels of the mask's size while it resizes: 8192×8192 to 512×512 in less than 4 MiB", async () => {
  const [size, period] = [8192, 64];
  const { png, legend, rowLabels } = hugeMask(size, period);
  const allocate = vi.spyOn(Buffer, "allocUnsafeSlow");
  const before = process.memoryUsage().arrayBuffers;
  const map = await decodeMask(png, legend, { resize: { width: 512, height: 512 } });
  expect(allocate.mock.calls).toEqual([[512 * 512 * 4]]);
  expect(process.memoryUsage().arrayBuffers - before).toBeLessThan(4 * 2 ** 20);
  allocate.mockRestore();
  const places = nearestPlaces(0, size, 512);
  const rows = rowLabels.map((row) => new Int32Array(row.buffer, row.byteOffset, size));
  const expected = places.flatMap((y) => places.map((x) => rows[y % period]![x]!));
  expectEqual(map.data, Int32Array.from(expected), "every sixteenth pixel");
});

it("throws OUT_OF_MEMORY if the maps of the widest rows need more than 4 GiB in the module", async () => {
  const width = 2 ** 26;
  const header = Buffer.alloc(13);
  header.writeUInt32BE(width, 0);
  header.writeUInt32BE(1, 4);
  header.set([8, 6], 8);
  const png = Buffer.concat([
    Buffer.of(0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a),
    chunk("IHDR", header),
    chunk("IDAT", deflateSync(Buffer.alloc(1 + width * 4), { level: 1 })),
    chunk("IEND", Buffer.alloc(0)),
  ]);
  const labels = Array.from({ length: 7 }, () => ({ map: "label" }) as const);
  const options = {
    resize: { width: width * 1.5, height: 1 },
    target: [...labels, { map: "runs" }],
  } as const;
  const decode = decodeMask(png, { "#000000": "black" }, options);
  // Not the maps themselves, which no message can hold.
  const outcome = await decode.then(
    () => "decoded",
    (error: LabelMapError) => error.code,
  );
  expect(outcome).toBe("OUT_OF_MEMORY");
});

it.each(ENGINES)("a view alone and labels beside runs are right, from the engine %s", (engine) => {
  const samples = [1, 1, 2, 0];
  const png = encodePng({ width: 4, height: 1, colourType: 0, bitDepth: 8, samples });
  const legend = { "#010101": "road", "#020202": "car" };
  const classes = ClassList.fromNames(["car", "road"], { voidId: 9 });
  const semantic = decodeMaskSync(png, legend, { engine, target: { map: "semantic", classes } });
  expect([...semantic.data]).toEqual([1, 1, 0, 9]);
  const target = [{ map: "label" }, { map: "runs" }] as const;
  const [labels, runs] = decodeMaskSync(png, legend, { engine, target });
  expect([...labels.data]).toEqual([0, 0, 1, -1]);
  expect([...runs.toDense().data]).toEqual([0, 0, 1, -1]);
});

it("throws OUT_OF_MEMORY for rows that are too long for the engine fused, if it must be this one", () => {
  const width = 2 ** 26 + 1;
  const header = Buffer.alloc(13);
  header.writeUInt32BE(width, 0);
  header.set([0, 0, 0, 1, 1, 0], 4);
  // Nothing of it is decoded.
  const idat = chunk("IDAT", new Uint8Array(10_000));
  const signature = Uint8Array.of(0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a);
  const png = Buffer.concat([signature, chunk("IHDR", header), idat, chunk("IEND", new Uint8Array(0))]);
  const options = { engine: "fused", target: { map: "runs" }, maxPixels: width } as const;
  expect(() => decodeMaskSync(png, { "#000000": "black" }, options)).toThrow(
    expect.objectContaining({
      code: "OUT_OF_MEMORY",
      message: expect.stringContaining(`rows of ${width} pixels`),
    }),
  );
});

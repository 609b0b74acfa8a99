/** Remapped ids equal a plain look-up per pixel, and NumPy's. Ids without a target are errors that name them. */
import fc from "fast-check";
import { beforeAll, describe, expect, it } from "vitest";
import { ClassList, type DenseMap, decodeMask, init, LabelRuns } from "../../src/all.js";
import { remap } from "../../src/dataset/index.js";
import { cityscapesLabels, mergeClasses } from "../../src/legend/index.js";
import { runsOf } from "../../src/maps/runs-of.js";
import { encodePng } from "../support/encode-png.mjs";
import { anyMap } from "../support/maps.mjs";
import { expectPythonInCi, itWithPython, runPython } from "../support/python.js";

beforeAll(() => init());
expectPythonInCi();

const ARRAYS = { uint8: Uint8Array, uint16: Uint16Array, int32: Int32Array };
type Dtype = keyof typeof ARRAYS;

function mapOf<D extends Dtype = "uint8">(
  values: readonly number[],
  dtype = "uint8" as D,
  width = values.length,
) {
  const data = ARRAYS[dtype].from(values) as InstanceType<(typeof ARRAYS)[D]>;
  return { width, height: values.length / width, data };
}
const error = (code: string, ...words: string[]) =>
  expect.objectContaining({ code, message: expect.stringContaining(words.join("")) });

const street = ClassList.fromJSON({
  classes: [
    { id: 7, name: "road" },
    { id: 26, name: "car", aliases: ["auto"] },
    { id: 27, name: "truck" },
    { id: 70_000, name: "sky" },
  ],
  voidId: 0,
  ignoreId: 1,
});
const train = ClassList.fromJSON({
  classes: [
    { id: 0, name: "road" },
    { id: 3, name: "auto" },
    { id: 4, name: "sky" },
    { id: 5, name: "truck" },
  ],
  voidId: 254,
  ignoreId: 255,
});

describe("remap by name", () => {
  it("gives each class the id of its name or alias, and void and ignore theirs", () => {
    const { data, ...size } = remap(mapOf([7, 26, 26, 27, 0, 1], "uint8", 3), street, train);
    expect(data).toEqual(Uint8Array.of(0, 3, 3, 5, 254, 255));
    expect(size).toEqual({ width: 3, height: 2 });
  });

  it("goes forth and back", () => {
    const map = mapOf([7, 70_000, 26, 0, 27, 1, 7], "int32");
    expect(remap(remap(map, street, train, { dtype: "uint8" }), train, street, { dtype: "int32" })).toEqual(
      map,
    );
  });

  it("sends the one number of void and ignore to void", () => {
    const list = ClassList.fromNames(["road"]);
    expect([...remap(mapOf([0, 255]), list, train).data]).toEqual([0, 254]);
  });

  it("sends the pixels of a class to void if its name is a void name of the new list", () => {
    const list = ClassList.fromNames(["road"], { voidId: 9, ignoreId: 8, void: ["truck"], ignore: ["car"] });
    expect([...remap(mapOf([7, 27, 26]), street, list).data]).toEqual([0, 9, 8]);
  });

  it("takes the ids of a merged list, and gives what a decode with that list gives", async () => {
    const legend = { "#000000": "road", "#111111": "auto # 1", "#222222": "truck # 1", "#333333": "sky" };
    const samples = [0, 17, 34, 51, 0, 99];
    const png = encodePng({ width: 3, height: 2, colourType: 0, bitDepth: 8, samples, filter: 0 });
    const merged = mergeClasses(street, { vehicle: ["car", "truck"] }, { firstId: 2 });
    const target = (classes: ClassList) => ({ target: { map: "semantic", classes } }) as const;
    const old = await decodeMask(png, legend, target(street));
    const expected = await decodeMask(png, legend, target(merged));
    const found = remap(old, street, merged);
    expect(found).toEqual({ map: "semantic", width: 3, height: 2, data: expected.data });
    expect([...found.data]).toEqual([2, 3, 3, 4, 2, 0]);
  });

  it("names ids, classes and pixels without a target, the most pixels first", () => {
    const fewer = ClassList.fromNames(["road"]);
    const map = mapOf([7, 27, 26, 27, 26, 27, 99], "int32");
    const message =
      'These ids have no target: 27 ("truck", 3 pixels), 26 ("car", 2 pixels), 99 (not in the old list, 1 pixel). Add';
    expect(() => remap(map, street, fewer)).toThrow(error("CLASS_UNKNOWN", message));
    expect(() => remap(runsOf(map), street, fewer)).toThrow(error("CLASS_UNKNOWN", message));
    const many = mapOf(Array.from({ length: 12 }, (_, id) => 100 + id));
    expect(() => remap(many, street, fewer)).toThrow(
      error("CLASS_UNKNOWN", "109 (not in the old list, 1 pixel) and 2 more."),
    );
    expect([...remap(map, street, fewer, { missing: "void" }).data]).toEqual([0, ...Array(6).fill(255)]);
    // Classes without pixels do not matter.
    expect([...remap(mapOf([7]), street, fewer).data]).toEqual([0]);
  });

  it("does not choose between several classes of the new list", () => {
    const coarse = ClassList.fromNames([
      ["car", "truck"],
      ["road", "street"],
    ]);
    const map = mapOf([0, 1]);
    const message = 'This id has no target: 0 ("car", several classes in the new list, 1 pixel).';
    expect(() => remap(map, coarse, street)).toThrow(error("CLASS_UNKNOWN", message));
    expect([...remap(map, coarse, street, { missing: "void" }).data]).toEqual([0, 7]);
  });

  it("refuses ids that do not fit the type, and names them", () => {
    const map = mapOf([70_000, 7, 70_000], "int32");
    const wide = ClassList.fromNames(["road", "sky"], { firstId: 299 });
    expect(() => remap(map, street, wide, { dtype: "uint8" })).toThrow(
      expect.objectContaining({
        name: "ValueRangeError",
        code: "VALUE_OUT_OF_RANGE",
        message: "The value 300 of the id 70000 (2 pixels) does not fit uint8; pass another dtype.",
      }),
    );
    expect(remap(map, street, wide, { dtype: "uint16" }).data).toEqual(Uint16Array.of(300, 299, 300));
    // The map's own type is the default.
    expect(() => remap(mapOf([7]), street, wide)).toThrow(error("VALUE_OUT_OF_RANGE", "does not fit uint8"));
    const farVoid = ClassList.fromNames(["road"], { voidId: 300 });
    expect(() => remap(mapOf([26]), street, farVoid, { missing: "void" })).toThrow(
      error("VALUE_OUT_OF_RANGE", "The value 300 of the id 26"),
    );
  });

  it("refuses maps whose values are not class ids", async () => {
    const png = encodePng({ width: 1, height: 1, colourType: 0, bitDepth: 8, samples: [0], filter: 0 });
    const legend = { "#000000": "road" };
    const options = { classes: street, divisor: 1000 };
    const [runs, instance, panoptic] = await decodeMask(png, legend, {
      target: [{ map: "runs" }, { map: "instance" }, { map: "panoptic", ...options }],
    });
    for (const [map, word] of [
      [await decodeMask(png, legend), "labels"],
      [runs, "labels"],
      [instance, "instances"],
      [panoptic, "panoptic"],
    ] as const) {
      expect(() => remap(map as DenseMap, street, train)).toThrow(
        error("OPTION_INVALID", `values are ${word}`),
      );
      // A table says itself what it does.
      expect("map" in remap(map as DenseMap, { 0: 5, 1: 5, 7000: 5 })).toBe(false);
    }
  });
});

describe("remap by a table", () => {
  it("turns Cityscapes ids into train ids", () => {
    const table = Object.fromEntries(cityscapesLabels.map(({ id, trainId }) => [id, trainId]));
    const map = mapOf([7, 8, 26, 0, 33, -1], "int32");
    expect([...remap(map, table).data]).toEqual([0, 1, 13, 255, 18, -1]);
    expect(() => remap(map, table, { dtype: "uint8" })).toThrow(
      error("VALUE_OUT_OF_RANGE", "The value -1 of the id -1 (1 pixel) does not fit uint8"),
    );
  });

  it("names values that are not in the table, or makes them void", () => {
    const map = mapOf([7, 8, 8, 9]);
    const table = { 7: 0 };
    expect(() => remap(map, table)).toThrow(
      error("CLASS_UNKNOWN", "These ids have no target: 8 (2 pixels), 9 (1 pixel). Add them to the table"),
    );
    expect([...remap(map, table, { missing: "void" }).data]).toEqual([0, 255, 255, 255]);
    expect([...remap(map, new Map([[7, 1]]), { missing: "void", voidId: 0 }).data]).toEqual([1, 0, 0, 0]);
    expect("toString" in table && remap(mapOf([7]), table).data[0]).toBe(0);
  });

  it("joins runs and rows that become equal", () => {
    const map = mapOf([1, 2, 3, 2, 1, 3, 4, 4, 4], "uint8", 3);
    const runs = remap(runsOf(map), { 1: 5, 2: 5, 3: 6, 4: 6 });
    expect(runs).toBeInstanceOf(LabelRuns);
    expect([[...runs.bandTops], [...runs.runEnds], [...runs.values]]).toEqual([
      [0, 2, 3],
      [2, 3, 3],
      [5, 6, 6],
    ]);
    // From another thread, runs have no class.
    expect(remap({ ...runsOf(map) } as LabelRuns, { 1: 5, 2: 5, 3: 6, 4: 6 })).toEqual(runs);
    expect(() => remap(runsOf(map), { 1: 5 }, { dtype: "uint8" })).toThrow(
      error("OPTION_INVALID", "Runs hold int32"),
    );
    expect(remap(runsOf(map), { 1: 5 }, { dtype: "int32", missing: "void" }).values[0]).toBe(5);
  });

  it("changes neither the map nor its type, and takes Node's Buffer", () => {
    const map = { width: 2, height: 1, data: Buffer.of(7, 8) };
    const { data } = remap(map, { 7: 8, 8: 7 });
    expect([[...data], data.constructor, [...map.data]]).toEqual([[8, 7], Uint8Array, [7, 8]]);
  });

  it("equals a look-up per pixel, for values near and far, in pixels and in runs", () => {
    fc.assert(
      fc.property(
        anyMap(),
        fc.array(fc.oneof(fc.integer({ min: -3, max: 3 }), fc.integer()), { minLength: 12, maxLength: 12 }),
        (map: DenseMap<Int32Array>, targets) => {
          const distinct = [...new Set(map.data)];
          const table = new Map(distinct.map((id, place) => [id, targets[place % 12]!]));
          const expected = map.data.map((id) => table.get(id)!);
          expect(remap(map, table).data).toEqual(expected);
          expect(remap(map, Object.fromEntries(table)).data).toEqual(expected);
          expect(remap(runsOf(map), table)).toEqual(runsOf({ ...map, data: expected }));
          const partial = new Map([...table].slice(1));
          const lost = map.data.filter((id) => id === distinct[0]).length;
          expect(() => remap(map, partial)).toThrow(
            error("CLASS_UNKNOWN", `: ${distinct[0]} (${lost} pixel`),
          );
          const voided = map.data.map((id) => partial.get(id) ?? 77);
          expect(remap(map, partial, { missing: "void", voidId: 77 }).data).toEqual(voided);
        },
      ),
    );
  });

  itWithPython("equals NumPy's look-up in large maps of all types", () => {
    const width = 211;
    const data = Uint16Array.from(
      { length: width * 200 },
      (_, pixel) => (Math.imul(pixel >> 2, 40_503) >>> 7) & 1023,
    );
    const table = Array.from({ length: 1024 }, (_, id) => (id * 37) % 251);
    const { files } = runPython(
      `ids = np.frombuffer(open("ids", "rb").read(), "<u2")
table = np.array(json.load(open("table")))
table[ids].astype("u1").tofile("out")
print(json.dumps(None))`,
      { ids: new Uint8Array(data.buffer), table: JSON.stringify(table) },
      ["out"],
    );
    const expected = files.out!;
    for (const array of [data, Int32Array.from(data)]) {
      const map = { width, height: 200, data: array };
      expect(Buffer.from(remap(map, { ...table }, { dtype: "uint8" }).data).equals(expected)).toBe(true);
      const far = { ...map, data: Int32Array.from(data, (id) => id * 1000 - 70_000) };
      const farTable = new Map(table.map((to, id) => [id * 1000 - 70_000, to]));
      expect(Buffer.from(remap(far, farTable, { dtype: "uint8" }).data).equals(expected)).toBe(true);
    }
  });

  it.each([
    [[7], "an array"],
    [null, "null"],
    [7, "a number"],
    [{ a: 1 }, "integers"],
    [{ "07": 1 }, "integers"],
    [{ 1.5: 1 }, "integers"],
    [{ 1: 1.5 }, "integers"],
    [{ 1: "2" }, "integers"],
    [{ 1: 2 ** 31 }, "integers"],
    [new Map([["1", 2]]), "integers"],
  ])("refuses the table %j", (table, words) => {
    expect(() => remap(mapOf([1]), table as never)).toThrow(error("OPTION_INVALID", words));
  });

  it.each([
    [{ missing: "ignore" }, "missing"],
    [{ dtype: "float32" }, "dtype"],
    [{ dtype: "toString" }, "dtype"],
    [{ voidId: 1.5 }, "voidId"],
    [{ divisor: 2 }, "divisor"],
    [3, "a number"],
  ])("refuses the options %j", (options, words) => {
    expect(() => remap(mapOf([1]), { 1: 1 }, options as never)).toThrow(error("OPTION_INVALID", words));
  });

  it("refuses maps and lists that are none, and the void id of a table beside lists", () => {
    expect(() => remap(null as never, { 1: 1 })).toThrow(error("OPTION_INVALID", "the map is null"));
    expect(() => remap({ ...mapOf([1]), width: 2 }, { 1: 1 })).toThrow(error("OPTION_INVALID", "elements"));
    expect(() => remap(mapOf([1]), street as never)).toThrow(
      error("OPTION_INVALID", "The new class list is missing"),
    );
    expect(() => remap(mapOf([1]), street, train, { voidId: 3 } as never)).toThrow(
      error("OPTION_INVALID", "voidId"),
    );
  });
});

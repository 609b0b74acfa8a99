/** Tensors equal what TensorFlow.js and plain loops make of the same maps, and no value changes on the way. */
import "@tensorflow/tfjs-backend-cpu";
import * as tf from "@tensorflow/tfjs-core";
import fc from "fast-check";
import { beforeAll, describe, expect, it } from "vitest";
import { ClassList, decodeMask, init } from "../../src/all.js";
import { crop } from "../../src/geometry/index.js";
import type { DenseMap } from "../../src/maps/dense-map.js";
import {
  type OneHotOptions,
  oneHot,
  type TensorOptions,
  type TensorType,
  toTensor,
} from "../../src/tensors/index.js";
import { encodePng } from "../support/encode-png.mjs";

beforeAll(async () => {
  await tf.setBackend("cpu");
});

const invalid = expect.objectContaining({ name: "DecodeError", code: "OPTION_INVALID" });
const mismatch = expect.objectContaining({
  code: "SIZE_MISMATCH",
  message: expect.stringContaining("maps[1]"),
});
const outOfRange = (part: string) =>
  expect.objectContaining({
    name: "ValueRangeError",
    code: "VALUE_OUT_OF_RANGE",
    message: expect.stringContaining(part),
  });

/** One to three maps of one size with values from `min` to `max`. */
const mapsOf = (min: number, max: number, type: new (length: number) => DenseMap["data"] = Int32Array) =>
  fc
    .tuple(fc.integer({ min: 1, max: 7 }), fc.integer({ min: 1, max: 7 }), fc.integer({ min: 1, max: 3 }))
    .chain(([width, height, count]) => {
      const pixels = fc.array(fc.integer({ min, max }), {
        minLength: width * height,
        maxLength: width * height,
      });
      return fc.array(pixels, { minLength: count, maxLength: count }).map((maps) =>
        maps.map((values): DenseMap => {
          const data = new type(width * height);
          data.set(values);
          return { width, height, data };
        }),
      );
    });

const valuesOf = (maps: DenseMap[]) => maps.flatMap(({ data }) => [...data]);

describe("toTensor", () => {
  it.each([
    ["int32", Int32Array],
    ["int64", BigInt64Array],
    ["uint8", Uint8Array],
    ["uint16", Uint16Array],
    ["float32", Float32Array],
  ] as const)("gives %s with the values of the maps, in the order N, H, W", (dtype, type) => {
    for (const source of [Int32Array, Uint8Array, Uint16Array]) {
      fc.assert(
        fc.property(mapsOf(0, 255, source), (maps) => {
          const { width, height } = maps[0]!;
          const tensor = toTensor(maps, { dtype });
          expect(tensor.type).toBe(dtype);
          expect(tensor.dims).toEqual([maps.length, height, width]);
          expect(tensor.data).toBeInstanceOf(type);
          expect(Array.from(tensor.data as ArrayLike<number | bigint>, Number)).toEqual(valuesOf(maps));
          expect(toTensor(maps[0]!, { dtype })).toEqual(toTensor([maps[0]!], { dtype }));
        }),
        { numRuns: 30 },
      );
    }
  });

  it("keeps the sign and all 32 bits in int64 and int32", () => {
    const anyMaps = mapsOf(-(2 ** 31), 2 ** 31 - 1);
    fc.assert(
      fc.property(anyMaps, (maps) => {
        expect([...toTensor(maps, { dtype: "int64" }).data]).toEqual(valuesOf(maps).map(BigInt));
        expect([...toTensor(maps, { dtype: "int32" }).data]).toEqual(valuesOf(maps));
      }),
    );
    const unlabelled = { width: 1, height: 1, data: Int32Array.of(-1) };
    expect([...toTensor(unlabelled, { dtype: "int64" }).data]).toEqual([-1n]);
    expect([
      ...toTensor({ width: 1, height: 1, data: Uint16Array.of(65_535) }, { dtype: "int64" }).data,
    ]).toEqual([65_535n]);
  });

  it("is a copy", () => {
    const map = { width: 1, height: 1, data: Int32Array.of(1) };
    toTensor(map, { dtype: "int32" }).data[0] = 2;
    expect([...map.data]).toEqual([1]);
  });

  it("accepts other dimensions only if they have the same number of elements", () => {
    const map = { width: 3, height: 2, data: new Uint8Array(6) };
    expect(toTensor(map, { dtype: "int64", shape: [1, 1, 2, 3] }).dims).toEqual([1, 1, 2, 3]);
    for (const shape of [[1, 2, 2], [], [-2, -3], [6.0001], ["6"], 6, null]) {
      const call = () => toTensor(map, { dtype: "int64", shape } as TensorOptions<"int64">);
      if (shape === null) expect(call().dims).toEqual([1, 2, 3]);
      else expect(call).toThrow(invalid);
    }
  });

  it("returns what tf.tensor takes", () => {
    fc.assert(
      fc.property(mapsOf(-1, 300), (maps) => {
        for (const dtype of ["int32", "float32"] as const) {
          const { type, data, dims } = toTensor(maps, { dtype });
          const tensor = tf.tensor(data, dims, type);
          expect(tensor.shape).toEqual(dims);
          expect([...tensor.dataSync()]).toEqual(valuesOf(maps));
          tensor.dispose();
        }
      }),
      { numRuns: 30 },
    );
  });

  it.each([
    ["uint8", -1],
    ["uint8", 256],
    ["uint16", -1],
    ["uint16", 65_536],
    ["float32", 2 ** 24 + 1],
    ["float32", -(2 ** 24) - 1],
  ] as const)("refuses to make %s of %i, and says where it is", (dtype, value) => {
    const first = { width: 2, height: 2, data: Int32Array.of(0, 1, 2, 3) };
    const second = { width: 2, height: 2, data: Int32Array.of(0, 0, value, 0) };
    expect(() => toTensor(second, { dtype })).toThrow(outOfRange(`${value} (0,1)`));
    expect(() => toTensor([first, second], { dtype })).toThrow(outOfRange(`${value} (maps[1] at 0,1)`));
  });

  it("refuses maps of different sizes, no maps, and invalid options", () => {
    const map = { width: 2, height: 1, data: Uint8Array.of(1, 2) };
    const turned = { width: 1, height: 2, data: Uint8Array.of(1, 2) };
    expect(() => toTensor([map, turned], { dtype: "int32" })).toThrow(mismatch);
    for (const maps of [[], undefined, null, [null], [map, { ...map, data: [1, 2] }]]) {
      expect(() => toTensor(maps as never, { dtype: "int32" })).toThrow(invalid);
    }
    for (const options of [undefined, null, {}, { dtype: "int8" }, { dtype: "toString" }]) {
      expect(() => toTensor(map, options as TensorOptions<TensorType>)).toThrow(invalid);
    }
  });
});

describe("oneHot", () => {
  it("equals tf.oneHot in both layouts and types, with ignored ids left at 0", () => {
    fc.assert(
      fc.property(mapsOf(-1, 4), fc.constantFrom(5, 7), (maps, classes) => {
        const { width, height } = maps[0]!;
        const [N, C] = [maps.length, classes];
        // tf.oneHot gives zeros for whatever is out of range.
        const hwc = tf.oneHot(tf.tensor(valuesOf(maps), [N, height, width], "int32"), C);
        const chw = tf.transpose(hwc, [0, 3, 1, 2]);
        for (const [layout, expected] of [
          ["HWC", hwc],
          ["CHW", chw],
        ] as const) {
          for (const dtype of ["uint8", "float32"] as const) {
            const tensor = oneHot(maps, { classes, layout, dtype, ignore: -1 });
            expect(tensor.type).toBe(dtype);
            expect(tensor.dims).toEqual(expected.shape);
            expect(tensor.data).toBeInstanceOf(dtype === "uint8" ? Uint8Array : Float32Array);
            expect([...tensor.data]).toEqual([...expected.dataSync()]);
          }
        }
        expect(oneHot(maps, { classes, ignore: [-1] })).toEqual(
          oneHot(maps, { classes, layout: "CHW", dtype: "float32", ignore: -1 }),
        );
      }),
      { numRuns: 60 },
    );
  });

  it("takes the channels and the ignored ids from a class list", () => {
    const list = ClassList.fromJSON({
      classes: [
        { id: 0, name: "road" },
        { id: 2, name: "car" },
      ],
      voidId: 9,
      ignoreId: 255,
    });
    const map = { width: 4, height: 1, data: Uint8Array.of(2, 9, 0, 255) };
    const tensor = oneHot(map, { classes: list, dtype: "uint8" });
    expect(tensor.dims).toEqual([1, 3, 1, 4]);
    expect([...tensor.data]).toEqual([0, 0, 1, 0, 0, 0, 0, 0, 1, 0, 0, 0]);
    // 1 lies between the ids, and is no class all the same.
    const between = { width: 1, height: 1, data: Uint8Array.of(1) };
    expect(() => oneHot(between, { classes: list })).toThrow(outOfRange("The id 1 (0,0)"));
    expect(() => oneHot(map, { classes: list, ignore: 255 })).toThrow(outOfRange("The id 9 (1,0)"));
  });

  it("leaves out a class that is ignored", () => {
    const map = { width: 3, height: 1, data: Uint8Array.of(0, 1, 0) };
    expect([...oneHot(map, { classes: 2, ignore: 0 }).data]).toEqual([0, 0, 0, 0, 1, 0]);
  });

  it("refuses an unknown id, and says where it is", () => {
    const first = { width: 2, height: 1, data: Int32Array.of(0, 1) };
    for (const id of [-1, 2, 255]) {
      const second = { width: 2, height: 1, data: Int32Array.of(0, id) };
      expect(() => oneHot([first, second], { classes: 2 })).toThrow(
        outOfRange(`The id ${id} (maps[1] at 1,0)`),
      );
    }
  });

  it("refuses maps of different sizes and invalid options", () => {
    const map = { width: 2, height: 1, data: Uint8Array.of(1, 0) };
    const turned = { width: 1, height: 2, data: Uint8Array.of(1, 0) };
    expect(() => oneHot([map, turned], { classes: 2 })).toThrow(mismatch);
    for (const options of [
      undefined,
      null,
      {},
      { classes: 0 },
      { classes: 1.5 },
      { classes: "2" },
      { classes: ["road"] },
      { classes: ClassList.fromNames([]) },
      { classes: 2, layout: "NHWC" },
      { classes: 2, dtype: "int32" },
      { classes: 2, ignore: "255" },
      { classes: 2, ignore: [0.5] },
    ]) {
      expect(() => oneHot(map, options as OneHotOptions<"uint8">)).toThrow(invalid);
    }
    const huge = ClassList.fromJSON({ classes: [{ id: 2 ** 31 - 1, name: "last" }] });
    const large = { width: 2000, height: 2000, data: new Uint8Array(4_000_000) };
    expect(() => oneHot(large, { classes: huge })).toThrow(
      expect.objectContaining({ code: "OUT_OF_MEMORY" }),
    );
  });
});

it("oneHot does not mistake labels or instances for class ids", async () => {
  await init();
  const classes = ClassList.fromNames(["car", "road"]);
  const samples = Uint8Array.of(0, 0, 1, 0, 0, 2);
  const png = encodePng({ width: 2, height: 1, colourType: 2, bitDepth: 8, samples });
  const legend = { "#000001": "road", "#000002": "car" };
  const [labels, instances, ids] = await decodeMask(png, legend, {
    target: [{ map: "label", dtype: "uint8" }, { map: "instance" }, { map: "semantic", classes }],
  });
  const map = await decodeMask(png, legend);
  const refused = expect.objectContaining({
    code: "OPTION_INVALID",
    message: expect.stringContaining("semantic(classes)"),
  });
  const box = { x: 0, y: 0, width: 2, height: 1 };
  for (const wrong of [map, labels, instances, crop(map, box)]) {
    expect(() => oneHot(wrong, { classes })).toThrow(refused);
    expect(() => oneHot([ids, wrong], { classes })).toThrow(refused);
  }
  for (const right of [ids, { ...box, data: map.semantic(classes) }, crop(ids, box)]) {
    expect([...oneHot(right, { classes }).data]).toEqual([0, 1, 1, 0]);
  }
  // Labels by their number are what was asked for.
  expect([...oneHot(map, { classes: 2 }).data]).toEqual([1, 0, 0, 1]);
});

it("refuses runs, and says how to turn them into pixels", async () => {
  const png = encodePng({ width: 1, height: 1, colourType: 2, bitDepth: 8, samples: Uint8Array.of(0, 0, 1) });
  const runs = await decodeMask(png, { "#000001": "road" }, { target: { map: "runs" } });
  const refused = expect.objectContaining({
    code: "OPTION_INVALID",
    message: expect.stringContaining("toDense()"),
  });
  for (const given of [runs, [runs]] as unknown as DenseMap[]) {
    expect(() => toTensor(given, { dtype: "int32" })).toThrow(refused);
    expect(() => oneHot(given, { classes: 1 })).toThrow(refused);
    expect(() => oneHot(given, { classes: ClassList.fromNames(["road"]) })).toThrow(refused);
  }
});

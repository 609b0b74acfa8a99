/** Comparisons equal slow NumPy arithmetic over pixels, and figures that a person can work out by hand. */
import { execFileSync } from "node:child_process";
import { fileURLToPath } from "node:url";
import fc from "fast-check";
import { beforeAll, describe, expect, it } from "vitest";
import { findPythonWith } from "../../scripts/python.mjs";
import { ClassList, type DenseMap, decodeMask, init, labelPixels } from "../../src/all.js";
import { Comparison, compare } from "../../src/compare/index.js";
import { crop, flip, pad, resize, resizeByMajority, tile, untile } from "../../src/geometry/index.js";
import { mergeBySupercategory } from "../../src/legend/index.js";
import { runsOf } from "../../src/maps/runs-of.js";
import { encodePng } from "../support/encode-png.mjs";
import { dice, drawRectangles, mulberry32 } from "../support/random.mjs";

beforeAll(() => init());

const VOID = 255;
const classes = ClassList.fromJSON({
  classes: [
    { id: 7, name: "road" },
    { id: 2, name: "car" },
    { id: 9, name: "person" },
    { id: 0, name: "sky" },
  ],
  void: ["blur"],
});

/** A map from rows of digits, `.` for void. */
function mapOf(...rows: string[]): DenseMap<Uint8Array> {
  const data = Uint8Array.from([...rows.join("")].map((mark) => (mark === "." ? VOID : Number(mark))));
  return { width: rows[0]!.length, height: rows.length, data };
}

const byName = (result: ReturnType<typeof compare>) =>
  new Map(result.classes.map((scores) => [scores.name, scores]));

describe("compare", () => {
  it("gives the scores of a small example worked out by hand", () => {
    const result = compare(mapOf("7777", "2277", "..00"), mapOf("7772", "22.7", "7700"), { classes });
    // Rows and columns are road, car, person, sky. Two reference pixels are void, one prediction is.
    expect([...result.confusion]).toEqual([4, 1, 0, 0, 0, 2, 0, 0, 0, 0, 0, 0, 0, 0, 0, 2]);
    expect([...result.unpredicted]).toEqual([1, 0, 0, 0]);
    expect(result.classes.map(({ iou }) => iou)).toEqual([4 / 6, 2 / 3, Number.NaN, 1]);
    expect(result.classes.map(({ accuracy }) => accuracy)).toEqual([4 / 6, 1, Number.NaN, 1]);
    expect(result.meanIoU).toBeCloseTo((4 / 6 + 2 / 3 + 1) / 3, 14);
    expect(result.meanAccuracy).toBeCloseTo((4 / 6 + 1 + 1) / 3, 14);
    expect(result.pixelAccuracy).toBe(8 / 10);
    expect(result.frequencyWeightedIoU).toBeCloseTo((6 * (4 / 6) + 2 * (2 / 3) + 2 * 1) / 10, 14);
    expect(result.imageCount).toBe(1);
    expect(result.classes[0]).toMatchObject({ id: 7, name: "road", referencePixels: 6, predictedPixels: 4 });
  });

  it("gives 1 for a map compared with itself, whatever its form", () => {
    const map = mapOf("7722", "9.00");
    for (const other of [map, runsOf(map), { ...map, data: Int32Array.from(map.data) }]) {
      const result = compare(map, other, { classes });
      expect(result).toMatchObject({
        meanIoU: 1,
        pixelAccuracy: 1,
        meanAccuracy: 1,
        frequencyWeightedIoU: 1,
        panoptic: { all: { pq: 1, sq: 1, rq: 1, classCount: 4 } },
      });
    }
  });

  it("gives NaN, not 0 or 1, if there is nothing to compare", () => {
    const result = compare(mapOf("..."), mapOf("777"), { classes });
    for (const { iou, accuracy, pq } of result.classes) expect([iou, accuracy, pq]).toEqual([NaN, NaN, NaN]);
    expect([result.meanIoU, result.pixelAccuracy, result.panoptic.all.pq]).toEqual([NaN, NaN, NaN]);
    expect(result.panoptic.all.classCount).toBe(0);
  });

  it("treats the ignore id as void", () => {
    const both = ClassList.fromNames(["road"], { voidId: 254, ignoreId: 255 });
    const map = (...data: number[]) => ({ width: data.length, height: 1, data: Uint8Array.from(data) });
    const result = compare(map(0, 254, 255, 0), map(0, 0, 0, 255), { classes: both });
    expect([...result.confusion, ...result.unpredicted]).toEqual([1, 1]);
  });

  it("counts predicted void against the reference's class", () => {
    const result = compare(mapOf("77"), mapOf("7."), { classes });
    expect(result.pixelAccuracy).toBe(0.5);
    expect(byName(result).get("road")).toMatchObject({ iou: 0.5, accuracy: 0.5 });
  });
});

describe("supercategories", () => {
  const street = ClassList.fromJSON({
    classes: [
      { id: 7, name: "road" },
      { id: 2, name: "car", supercategory: "vehicle" },
      { id: 3, name: "truck", supercategory: "vehicle" },
      { id: 9, name: "person", supercategory: "human" },
      { id: 8, name: "path", supercategory: "flat" },
    ],
  });

  it("count a truck that is predicted as a car as right", () => {
    const result = compare(mapOf("2237", "3388", "9..7"), mapOf("2322", "33.8", "7937"), { classes: street });
    const { supercategories, meanSupercategoryIoU } = result;
    expect(supercategories.map(({ name, classNames }) => [name, classNames])).toEqual([
      ["vehicle", ["car", "truck"]],
      ["human", ["person"]],
      ["flat", ["path"]],
    ]);
    expect(supercategories[0]).toMatchObject({
      referencePixels: 5,
      predictedPixels: 6,
      iou: 5 / 6,
      accuracy: 1,
      precision: 5 / 6,
      dice: 10 / 11,
      isThing: false,
      pq: 5 / 6,
    });
    expect(byName(result).get("car")).toMatchObject({ iou: 1 / 4, precision: 1 / 3, dice: 2 / 5 });
    expect(supercategories[1]).toMatchObject({ iou: 0, accuracy: 0, precision: NaN, dice: 0, pq: 0 });
    expect(supercategories[2]).toMatchObject({ iou: 1 / 2, accuracy: 1 / 2, precision: 1, dice: 2 / 3 });
    expect(meanSupercategoryIoU).toBeCloseTo((5 / 6 + 0 + 1 / 2) / 3, 14);
    expect(compare(mapOf("7"), mapOf("7"), { classes })).toMatchObject({
      supercategories: [],
      meanSupercategoryIoU: NaN,
    });
  });

  it("match an object with an object of another class, and keep equal numbers of two classes apart", () => {
    const map = (...data: number[]) => ({ width: data.length, height: 1, data: Int32Array.from(data) });
    const options = { classes: street, divisor: 10, things: ["car", "truck", "person"] };
    // car 1 and truck 1 are two objects; both are found, with their classes swapped.
    const result = compare(map(21, 21, 21, 31, 31, 31, 30), map(31, 31, 31, 21, 21, 31, 25), options);
    expect(byName(result).get("car")).toMatchObject({ truePositives: 0, falseNegatives: 1 });
    expect(result.supercategories[0]).toMatchObject({
      isThing: true,
      truePositives: 2,
      falseNegatives: 0,
      // A car in a crowd of trucks is forgiven.
      falsePositives: 0,
      sq: (3 / 4 + 2 / 3) / 2,
    });
  });

  it("have the scores that the merged class list gives", () => {
    const merged = mergeBySupercategory(street);
    const value = fc.constantFrom(70, 20, 21, 22, 30, 31, 32, 80, 90, 91, VOID * 10);
    const things = ["car", "truck", "person"];
    fc.assert(
      fc.property(
        fc.array(fc.tuple(value, value), { minLength: 1, maxLength: 30 }),
        fc.boolean(),
        (pairs, known) => {
          // Numbers that are unique in the image, since the merged list has one class for cars and trucks.
          const number = (id: number) => (id >= 30 && id < 40 && id % 10 > 0 ? id + 3 : id);
          const map = (side: 0 | 1, list: ClassList) => ({
            width: pairs.length,
            height: 1,
            data: Int32Array.from(pairs, (pair) => {
              const id = number(pair[side]);
              const name = street.classes.find((entry) => entry.id === Math.floor(id / 10))?.name;
              return (name === undefined ? VOID : list.idOf(name)!) * 10 + (id % 10);
            }),
          });
          const scores = (list: ClassList) =>
            compare(map(0, list), map(1, list), { classes: list, divisor: 10, ...(known && { things }) });
          const groups = new Map(scores(merged).classes.map(({ id, ...rest }) => [rest.name, rest]));
          for (const { classNames, ...rest } of scores(street).supercategories) {
            const { pq, sq, ...exact } = rest;
            expect(exact).toEqual({ ...groups.get(rest.name), pq: undefined, sq: undefined });
            // Sums of the same numbers in another order.
            expect([pq, sq].map((score) => score.toFixed(12))).toEqual(
              [groups.get(rest.name)!.pq, groups.get(rest.name)!.sq].map((score) => score.toFixed(12)),
            );
          }
        },
      ),
    );
  });
});

describe("panoptic quality", () => {
  const divisor = 10;
  const panopticMap = (...values: number[]): DenseMap => ({
    width: values.length,
    height: 1,
    data: Int32Array.from(values),
  });
  const VOIDS = VOID * divisor;

  it("matches objects above an IoU of 0.5, but not at 0.5", () => {
    // car 1: 3 of 3 and one pixel more: IoU 3/4. car 2: 2 of 4: IoU 2/4, no match: one missed, one too many.
    const reference = panopticMap(21, 21, 21, 70, 22, 22, 22, 22);
    const prediction = panopticMap(25, 25, 25, 25, 26, 26, 70, 70);
    const result = compare(reference, prediction, { classes, divisor, things: ["car"] });
    expect(byName(result).get("car")).toMatchObject({
      truePositives: 1,
      falsePositives: 1,
      falseNegatives: 1,
      sq: 0.75,
      rq: 1 / 2,
      pq: 0.375,
      isThing: true,
    });
    // road: 1 pixel of reference, 2 others of prediction: no overlap.
    expect(byName(result).get("road")).toMatchObject({ pq: 0, sq: 0, rq: 0, isThing: false });
    expect(result.panoptic).toEqual({
      all: { pq: 0.1875, sq: 0.375, rq: 0.25, classCount: 2 },
      things: { pq: 0.375, sq: 0.75, rq: 0.5, classCount: 1 },
      stuff: { pq: 0, sq: 0, rq: 0, classCount: 1 },
    });
  });

  it("leaves void pixels out of the union, and forgives a segment that is more than half in void", () => {
    const reference = panopticMap(21, 21, VOIDS, VOIDS, VOIDS, 70, VOIDS, 70);
    const prediction = panopticMap(23, 23, 23, 24, 24, 24, 25, 25);
    const { truePositives, falsePositives, sq } = byName(
      compare(reference, prediction, { classes, divisor, things: ["car"] }),
    ).get("car")!;
    // 23: 2 / (2 + 3 - 2 - 1). 24: 2 of 3 in void, forgiven. 25: just half, not forgiven.
    expect([truePositives, falsePositives, sq]).toEqual([1, 1, 1]);
  });

  it("neither finds nor misses a crowd, and forgives objects of the same class inside it", () => {
    const reference = panopticMap(20, 20, 20, 20, 20, 70);
    const prediction = panopticMap(21, 21, 22, 22, 91, 70);
    const result = compare(reference, prediction, { classes, divisor, things: ["car", "person"] });
    expect(byName(result).get("car")).toMatchObject({
      truePositives: 0,
      falsePositives: 0,
      falseNegatives: 0,
    });
    expect(byName(result).get("person")).toMatchObject({ falsePositives: 1 });
    expect(byName(result).get("road")).toMatchObject({ pq: 1 });
  });

  it("treats all pixels of a class that is not a thing as one segment", () => {
    const result = compare(panopticMap(71, 72, 73), panopticMap(70, 70, 70), {
      classes,
      divisor,
      things: ["car"],
    });
    expect(byName(result).get("road")).toMatchObject({ pq: 1, truePositives: 1 });
  });

  it("finds out which classes are things if `things` is not given", () => {
    const { classes: scores } = compare(panopticMap(21, 22, 70), panopticMap(21, 21, 70), {
      classes,
      divisor,
    });
    expect(scores.filter(({ isThing }) => isThing).map(({ name }) => name)).toEqual(["car"]);
  });
});

describe("label maps", () => {
  const legend = { "#000001": "car # 1", "#000002": "car # 2", "#000003": "road", "#000004": "blur" };
  const decode = (blues: number[], key: Record<string, string> = legend) =>
    labelPixels(
      {
        data: Uint8Array.from(blues.flatMap((blue) => [0, 0, blue])),
        width: blues.length,
        height: 1,
        channels: 3,
      },
      key,
    );

  it("are compared by class and instance, not by their legends' indices", () => {
    const other = { "#000009": "road", "#000008": "car # 7", "#000007": "car # 3" };
    const result = compare(decode([1, 1, 2, 2, 3, 4, 77]), decode([7, 7, 8, 8, 9, 9, 9], other), { classes });
    expect(result).toMatchObject({ meanIoU: 1, pixelAccuracy: 1, panoptic: { all: { pq: 1 } } });
    expect(byName(result).get("car")).toMatchObject({ truePositives: 2, isThing: true, referencePixels: 4 });
    expect(byName(result).get("road")).toMatchObject({ isThing: false, referencePixels: 1 });
  });

  it("keep two objects apart if their names differ but share an id", () => {
    const vehicles = ClassList.fromNames([["vehicle", "car", "truck"]]);
    const map = decode([1, 1, 2], { "#000001": "car # 1", "#000002": "truck # 1" });
    expect(compare(map, map, { classes: vehicles }).classes[0]).toMatchObject({ truePositives: 2, pq: 1 });
  });

  it("give the same scores whatever target they were decoded to", async () => {
    const blues = [1, 1, 2, 3, 4, 77];
    const samples = Uint8Array.from(blues.flatMap((blue) => [0, 0, blue]));
    const png = encodePng({ width: 6, height: 1, colourType: 2, bitDepth: 8, samples });
    const reference = decode(blues);
    const semantic = { map: "semantic", classes, dtype: "uint8" } as const;
    const targets = [{ map: "label" }, { map: "label", dtype: "uint8" }, { map: "runs" }, semantic] as const;
    for (const map of [
      await decodeMask(png, legend),
      ...(await decodeMask(png, legend, { target: targets })),
    ]) {
      expect(compare(reference, map, { classes })).toMatchObject({ pixelAccuracy: 1, meanIoU: 1 });
    }
    const whole = { map: "panoptic", classes, divisor: 10 } as const;
    const [instances, panoptic] = await decodeMask(png, legend, { target: [{ map: "instance" }, whole] });
    const wrong = expect.objectContaining({ code: "OPTION_INVALID" });
    expect(() => compare(reference, instances, { classes })).toThrow(wrong);
    expect(() => compare(reference, panoptic, { classes })).toThrow(wrong);
    const ids = await decodeMask(png, legend, { target: semantic });
    expect(compare(ids, panoptic, { classes, divisor: 10 })).toMatchObject({ pixelAccuracy: 1 });
    for (const other of [panoptic, await decodeMask(png, legend, { target: { map: "runs" } })]) {
      const result = compare(reference, other, { classes, divisor: 10, things: ["car"] });
      expect(byName(result).get("car")).toMatchObject({ truePositives: 2, pq: 1 });
    }
  });

  it("with values that are not in their labels are refused", () => {
    const map = Object.assign(decode([1, 2]), { labels: [] });
    expect(() => compare(map, map, { classes })).toThrow(expect.objectContaining({ code: "OPTION_INVALID" }));
  });

  it("that were cropped, padded, resized or tiled are refused, since their labels are not class ids", async () => {
    const samples = Uint8Array.from([1, 2, 3].flatMap((blue) => [0, 0, blue]));
    const png = encodePng({ width: 3, height: 1, colourType: 2, bitDepth: 8, samples });
    // Each label is a class's id as well.
    const list = ClassList.fromNames(["road", "car", "person", "blur"]);
    const maps = await decodeMask(png, legend, {
      target: [{ map: "label" }, { map: "label", dtype: "uint8" }],
    });
    const lost = expect.objectContaining({ code: "OPTION_INVALID", message: expect.stringMatching(/lost/) });
    for (const map of [decode([1, 2, 3]), ...maps] as DenseMap[]) {
      const size = { width: 3, height: 1 };
      const parts = [...tile(map, size)];
      for (const changed of [
        crop(map, { x: 0, y: 0, ...size }),
        crop(flip(map, "horizontal"), { x: 0, y: 0, ...size }),
        pad(map, { value: 0 }),
        resize(map, size),
        resizeByMajority(map, size),
        ...parts,
        untile(parts, size),
      ]) {
        expect(() => compare(map, changed, { classes: list })).toThrow(lost);
        expect(() => compare(changed, map, { classes: list })).toThrow(lost);
      }
    }
    const runs = await decodeMask(png, legend, { target: { map: "runs" } });
    const smaller = resizeByMajority(runs, { width: 3, height: 1 });
    expect(() => compare(runs, smaller, { classes: list })).toThrow(lost);
  });

  it("of class ids are still class ids after a crop, and panoptic maps still need a divisor", async () => {
    const png = encodePng({
      width: 2,
      height: 1,
      colourType: 2,
      bitDepth: 8,
      samples: Uint8Array.of(0, 0, 2, 0, 0, 3),
    });
    const [ids, panoptic, instances] = await decodeMask(png, legend, {
      target: [{ map: "semantic", classes }, { map: "panoptic", classes, divisor: 10 }, { map: "instance" }],
    });
    const box = { x: 0, y: 0, width: 2, height: 1 };
    const right = { pixelAccuracy: 1 };
    expect(compare(ids, crop(ids, box), { classes })).toMatchObject(right);
    expect(compare(ids, crop(ids, box), { classes, divisor: 10 })).toMatchObject(right);
    expect(compare(ids, crop(panoptic, box), { classes, divisor: 10 })).toMatchObject(right);
    for (const map of [crop(panoptic, box), crop(instances, box)]) {
      expect(() => compare(ids, map, { classes })).toThrow(
        expect.objectContaining({ code: "OPTION_INVALID" }),
      );
    }
  });

  it("can be compared with a model's class ids", () => {
    const prediction = { width: 4, height: 1, data: Uint8Array.of(2, 2, 7, 7) };
    expect(compare(decode([1, 2, 3, 3]), prediction, { classes })).toMatchObject({ pixelAccuracy: 1 });
  });

  it("with a class that the list lacks are an error that names it, unless missing classes become void", () => {
    const map = decode([1, 3], { "#000001": "lorry", "#000003": "road" });
    expect(() => compare(map, map, { classes })).toThrow(
      expect.objectContaining({ code: "CLASS_UNKNOWN", message: expect.stringContaining('"lorry"') }),
    );
    expect(compare(map, map, { classes, missing: "void" }).classes[0]).toMatchObject({ referencePixels: 1 });
  });
});

describe("a comparison of a data set", () => {
  it("adds up the pixels of all images, so large images weigh more", () => {
    const comparison = new Comparison(classes);
    comparison.add(mapOf("7777777"), mapOf("7777777"));
    comparison.add(mapOf("7"), mapOf("2"));
    expect(comparison.result()).toMatchObject({ imageCount: 2, pixelAccuracy: 7 / 8 });
    expect(byName(comparison.result()).get("road")).toMatchObject({ iou: 7 / 8, falseNegatives: 1 });
  });

  it("does not depend on the order of its images, and equals a comparison of the images side by side", () => {
    const anyRow = fc.array(fc.constantFrom(7, 2, 9, 0, VOID), { minLength: 12, maxLength: 12 });
    const map = (row: number[]) => ({ width: row.length, height: 1, data: Uint8Array.from(row) });
    fc.assert(
      fc.property(fc.array(fc.tuple(anyRow, anyRow), { minLength: 1, maxLength: 6 }), (pairs) => {
        const sum = (list: typeof pairs) => {
          const comparison = new Comparison(classes);
          for (const [reference, prediction] of list) comparison.add(map(reference), map(prediction));
          return comparison.result();
        };
        const { imageCount, panoptic, ...figures } = sum(pairs);
        const backwards = sum([...pairs].reverse());
        expect([...figures.confusion]).toEqual([...backwards.confusion]);
        const joined = compare(
          map(pairs.flatMap(([reference]) => reference)),
          map(pairs.flatMap(([, prediction]) => prediction)),
          { classes },
        );
        expect([...joined.confusion]).toEqual([...figures.confusion]);
        expect(joined.meanIoU).toBe(figures.meanIoU);
        expect(imageCount).toBe(pairs.length);
      }),
    );
  });

  it("gives the scores of each image as it is added, without classes that the image lacks", () => {
    const value = fc.constantFrom(70, 20, 21, 22, 90, 91, 0, VOID * 10);
    const row = fc.array(fc.tuple(value, value), { minLength: 1, maxLength: 24 });
    const things = ["car", "person"];
    fc.assert(
      fc.property(fc.array(row, { minLength: 1, maxLength: 4 }), fc.boolean(), (images, known) => {
        const options = { divisor: 10, boundary: true, ...(known && { things }) };
        const comparison = new Comparison(classes, options);
        for (const pairs of images) {
          const [reference, prediction] = [0, 1].map((side) => ({
            width: pairs.length,
            height: 1,
            data: Int32Array.from(pairs, (pair) => pair[side]!),
          }));
          const ids = new Set(pairs.flat().map((panoptic) => Math.floor(panoptic / 10)));
          const alone = compare(reference!, prediction!, { ...options, classes });
          const { meanIoU, meanAccuracy, pixelAccuracy, frequencyWeightedIoU, meanBoundaryIoU, panoptic } =
            alone;
          expect(comparison.add(reference!, prediction!)).toEqual({
            ...{ meanIoU, meanAccuracy, pixelAccuracy, frequencyWeightedIoU, meanBoundaryIoU, panoptic },
            classes: alone.classes.filter(({ id }) => ids.has(id)),
          });
        }
      }),
    );
  });

  it("says of an image only what the image shows", () => {
    const comparison = new Comparison(classes, { divisor: 10 });
    const row = (...data: number[]) => ({ width: data.length, height: 1, data: Int32Array.from(data) });
    expect(comparison.add(row(21, 70), row(21, 70)).classes).toMatchObject([
      { name: "road", isThing: false },
      { name: "car", isThing: true },
    ]);
    expect(comparison.add(row(20, 70), row(70, 70))).toMatchObject({
      meanIoU: 1 / 4,
      classes: [
        { name: "road", iou: 1 / 2 },
        { name: "car", isThing: false, falseNegatives: 1, iou: 0 },
      ],
      panoptic: { all: { pq: 0, classCount: 2 } },
    });
    expect(byName(comparison.result()).get("car")).toMatchObject({ isThing: true, falseNegatives: 1 });
  });

  it("contains nothing of a refused image", () => {
    const comparison = new Comparison(classes);
    comparison.add(mapOf("72"), mapOf("77"));
    const before = JSON.stringify(comparison.result());
    expect(() => comparison.add(mapOf("77", "77"), mapOf("7777"))).toThrow(
      expect.objectContaining({ code: "SIZE_MISMATCH" }),
    );
    expect(() => comparison.add(mapOf("75"), mapOf("7")), "the size before what is in it").toThrow(
      expect.objectContaining({ code: "SIZE_MISMATCH" }),
    );
    expect(() => comparison.add(mapOf("77"), mapOf("75"))).toThrow(
      expect.objectContaining({ code: "CLASS_UNKNOWN" }),
    );
    expect(JSON.stringify(comparison.result())).toBe(before);
  });

  it("returns results that later images do not change", () => {
    const comparison = new Comparison(classes);
    comparison.add(mapOf("72"), mapOf("77"));
    const result = comparison.result();
    comparison.add(mapOf("72"), mapOf("77"));
    expect(result.confusion[0]).toBe(1);
  });

  it.each([
    [{ divisor: 0 }],
    [{ divisor: 1.5 }],
    [{ missing: "ignore" }],
    [{ things: "car" }],
    [{ things: 3 }],
    [null],
  ])("refuses the options %j", (options) => {
    expect(() => new Comparison(classes, options as never)).toThrow(
      expect.objectContaining({ code: "OPTION_INVALID" }),
    );
  });

  it("refuses unknown things, an invalid class list, an invalid map, and negative panoptic ids", () => {
    const code = (name: string) => expect.objectContaining({ code: name });
    expect(() => new Comparison(classes, { things: ["lorry"] })).toThrow(code("CLASS_UNKNOWN"));
    expect(() => new Comparison(classes, { things: ["blur"] })).toThrow(code("CLASS_UNKNOWN"));
    const many = ClassList.fromNames(
      Array.from({ length: 200_000 }, (_, id) => `class ${id}`),
      {
        voidId: 300_000,
        ignoreId: 300_000,
      },
    );
    expect(() => new Comparison(many)).toThrow(code("OUT_OF_MEMORY"));
    expect(() => new Comparison({ classes: [] } as never)).toThrow(code("OPTION_INVALID"));
    expect(() => compare(mapOf("7"), null as never, { classes })).toThrow(code("OPTION_INVALID"));
    const negative = { width: 1, height: 1, data: Int32Array.of(-1) };
    expect(() => compare(negative, negative, { classes, divisor: 10 })).toThrow(code("VALUE_OUT_OF_RANGE"));
    expect(() => compare(negative, negative, { classes })).toThrow(code("CLASS_UNKNOWN"));
  });

  it("counts thousands of segments of each map, which make too many pairs for an array", () => {
    const size = 60;
    const data = Int32Array.from({ length: size * size }, (_, place) => 2 * 10_000 + (place % 1800) + 1);
    const map = { width: size, height: size, data };
    const result = compare(map, map, { classes, divisor: 10_000, things: ["car"] });
    expect(byName(result).get("car")).toMatchObject({
      truePositives: 1800,
      pq: 1,
      iou: 1,
      referencePixels: 3600,
    });
  });
});

const python = findPythonWith("numpy");
if (python === undefined && process.env.CI) {
  it("finds a Python with NumPy to compare with", () =>
    expect.fail("no Python with NumPy is found; on Debian install python3-numpy"));
}

describe.skipIf(python === undefined)("compared with NumPy", () => {
  const DIVISOR = 10;
  const ids = classes.classes.map(({ id }) => id);

  function drawn(random: () => number, width: number, height: number): Int32Array {
    const { below, pick } = dice(random);
    return drawRectangles(random, width, height, () => pick([...ids, VOID]) * DIVISOR + below(3));
  }

  it("all scores are equal, for similar and different maps, one pair and many, with and without `things`", () => {
    const seed = 20_261_124;
    const random = mulberry32(seed);
    const { below, chance } = dice(random);
    const groupings: Record<string, number[]>[] = [
      {},
      { vehicle: [2], flat: [7] },
      { all: [7, 2, 9, 0] },
      { moving: [2, 9], rest: [7, 0] },
      { mixed: [9, 7] },
    ];
    const jobs = Array.from({ length: 400 }, (_, index) => {
      const pairs = Array.from({ length: 1 + below(3) }, () => {
        const [width, height] = [1 + below(20), 1 + below(14)];
        const reference = drawn(random, width, height);
        const unlike = drawn(random, width, height);
        const share = random() ** 2;
        const rough = chance(0.3);
        const prediction = reference.map((value, place) => {
          const isOther = rough ? chance(share) : place / reference.length < share;
          return isOther ? unlike[place]! : value;
        });
        return { width, height, reference, prediction };
      });
      const things = index % 3 === 0 ? undefined : ["car", "person"].slice(0, index % 3);
      const groups = groupings[index % groupings.length]!;
      const groupOf = (id: number) => Object.keys(groups).find((name) => groups[name]!.includes(id));
      const { classes: entries, ...rest } = classes.toJSON();
      const list = ClassList.fromJSON({
        ...rest,
        classes: entries.map((entry) => ({ ...entry, supercategory: groupOf(entry.id) })),
      });
      return { pairs, things, groups, list };
    });
    const input = jobs.map(({ pairs, things, groups }) => ({
      classes: ids,
      groups,
      void: VOID,
      divisor: DIVISOR,
      things: things?.map((name) => classes.idOf(name)) ?? null,
      pairs: pairs.map(({ reference, prediction }) => ({
        reference: [...reference],
        prediction: [...prediction],
      })),
    }));
    const script = fileURLToPath(new URL("../support/compare-reference.py", import.meta.url));
    const output = execFileSync(python!, ["-W", "ignore", script], {
      input: JSON.stringify(input),
      maxBuffer: 2 ** 28,
    });
    const expected = JSON.parse(output.toString());

    let matches = 0;
    const near = (actual: number, wanted: number | null, what: string) =>
      wanted === null
        ? expect(actual, what).toBeNaN()
        : expect(Math.abs(actual - wanted), what).toBeLessThan(1e-12);
    let groupMatches = 0;
    jobs.forEach(({ pairs, things, groups, list }, index) => {
      const what = `seed ${seed}, job ${index}`;
      const comparison = new Comparison(list, { divisor: DIVISOR, ...(things && { things }) });
      for (const { width, height, reference, prediction } of pairs) {
        comparison.add({ width, height, data: reference }, runsOf({ width, height, data: prediction }));
      }
      const result = comparison.result();
      const wanted = expected[index];
      expect([...result.confusion], what).toEqual(wanted.confusion);
      expect([...result.unpredicted], what).toEqual(wanted.unpredicted);
      for (const figure of ["meanIoU", "meanAccuracy", "pixelAccuracy", "frequencyWeightedIoU"] as const) {
        near(result[figure], wanted[figure], `${what}, ${figure}`);
      }
      result.classes.forEach((scores, place) => {
        near(scores.iou, wanted.iou[place], what);
        near(scores.accuracy, wanted.accuracy[place], what);
        near(scores.precision, wanted.precision[place], what);
        near(scores.dice, wanted.dice[place], what);
        const [tp, fp, fn, pq, sq, rq] = wanted.panoptic.classes[place];
        expect([scores.truePositives, scores.falsePositives, scores.falseNegatives], what).toEqual([
          tp,
          fp,
          fn,
        ]);
        near(scores.pq, pq, what);
        near(scores.sq, sq, what);
        near(scores.rq, rq, what);
        matches += tp;
      });
      const { pq, sq, rq } = result.panoptic.all;
      [pq, sq, rq].forEach((mean, place) => {
        near(mean, wanted.panoptic.means[place], what);
      });
      expect(result.supercategories.length, what).toBe(Object.keys(groups).length);
      const ious: number[] = [];
      Object.keys(groups).forEach((name, place) => {
        const scores = result.supercategories.find((each) => each.name === name)!;
        const members = groups[name]!.map((id) => list.classes.find((entry) => entry.id === id)!.name);
        expect(scores.classNames.toSorted(), what).toEqual(members.toSorted());
        const [reference, predicted, iou, accuracy, precision, dice] = wanted.groups[place];
        expect([scores.referencePixels, scores.predictedPixels], what).toEqual([reference, predicted]);
        near(scores.iou, iou, what);
        near(scores.accuracy, accuracy, what);
        near(scores.precision, precision, what);
        near(scores.dice, dice, what);
        if (iou !== null) ious.push(iou);
        const [tp, fp, fn, groupPq, groupSq, groupRq] = wanted.groupsPanoptic[place];
        expect([scores.truePositives, scores.falsePositives, scores.falseNegatives], what).toEqual([
          tp,
          fp,
          fn,
        ]);
        near(scores.pq, groupPq, what);
        near(scores.sq, groupSq, what);
        near(scores.rq, groupRq, what);
        groupMatches += tp;
      });
      near(
        result.meanSupercategoryIoU,
        ious.length === 0 ? null : ious.reduce((sum, iou) => sum + iou, 0) / ious.length,
        what,
      );
    });
    expect(matches).toBeGreaterThan(500);
    expect(groupMatches).toBeGreaterThan(300);
  });
});

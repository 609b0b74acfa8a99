/** The tables behind the views: what each label gets, what fits at the ends of each type, and what is refused. */
import { describe, expect, it } from "vitest";
import { ClassList, parseResult } from "../../src/index.js";
import type { Label } from "../../src/maps/label.js";
import { buildLabels, LabelMap } from "../../src/maps/label-map.js";
import { lookUpValues, makeViewTable, type View } from "../../src/maps/views.js";

function labelsOf(names: readonly string[], pixelCount = 1): Label[] {
  return names.map((className, index) => ({
    index,
    color: `#00000${index}`,
    name: `${className} # 1`,
    className,
    classId: null,
    instanceId: index + 1,
    instanceNumber: 1,
    sourceId: null,
    isThing: true,
    isCrowd: false,
    supercategory: null,
    attributes: [],
    pixelCount,
    bbox: null,
  }));
}

const code = (name: string, ...words: string[]) =>
  expect.objectContaining({
    code: name,
    message: expect.stringMatching(new RegExp(words.map((word) => `(?=.*${word})`).join(""))),
  });

/** The table's values; what occurs has been checked. */
function valuesOf(view: View, labels: readonly Label[], unlabelled = 0): number[] {
  const table = makeViewTable(view, labels);
  table.check(labels, unlabelled);
  return [...table.values];
}

describe("a view's table", () => {
  const two = labelsOf(["a", "b"]);

  it("has the type's largest value, or -1, for unlabelled pixels of a label view", () => {
    expect(valuesOf({ map: "label" }, two, 1)).toEqual([-1, 0, 1]);
    expect(valuesOf({ map: "label", dtype: "uint16" }, two, 1)).toEqual([65_535, 0, 1]);
    expect(valuesOf({ map: "label", dtype: "uint8" }, two, 1)).toEqual([255, 0, 1]);
  });

  it("holds labels below the type's largest value, which is the unlabelled one's", () => {
    const many = labelsOf(Array.from({ length: 256 }, () => "a"));
    const fitting = many.slice(0, 255);
    expect(valuesOf({ map: "label", dtype: "uint8" }, fitting).at(-1)).toBe(254);
    const table = makeViewTable({ map: "label", dtype: "uint8" }, many);
    expect(table.values.at(-1)).toBe(0);
    expect(() => table.check(many, 0)).toThrow(code("VALUE_OUT_OF_RANGE", "255", "uint8", "254"));
    // Without a pixel it is none of the mask's business.
    table.check([...fitting, { ...many[255]!, pixelCount: 0 }], 0);
  });

  it("holds instance numbers up to the type's largest value", () => {
    const last = (instanceId: number) => [{ ...two[0]!, instanceId }];
    expect(valuesOf({ map: "instance", dtype: "uint8" }, last(255), 1)).toEqual([0, 255]);
    expect(() => valuesOf({ map: "instance", dtype: "uint8" }, last(256))).toThrow(
      code("VALUE_OUT_OF_RANGE", "256", "255"),
    );
    expect(valuesOf({ map: "instance", dtype: "uint16" }, last(65_535))).toEqual([0, 65_535]);
    expect(() => valuesOf({ map: "instance", dtype: "uint16" }, last(65_536))).toThrow(
      code("VALUE_OUT_OF_RANGE"),
    );
    expect(valuesOf({ map: "instance" }, last(65_536))).toEqual([0, 65_536]);
  });

  it("refuses a void id that does not fit, once a pixel is unlabelled", () => {
    const classes = ClassList.fromNames(["a", "b"], { voidId: 256 });
    const table = makeViewTable({ map: "semantic", classes, dtype: "uint8" }, two);
    expect([...table.values]).toEqual([0, 0, 1]);
    table.check(two, 0);
    expect(() => table.check(two, 1)).toThrow(code("VALUE_OUT_OF_RANGE", "256", "unlabelled"));
    const fits = ClassList.fromNames(["a", "b"], { voidId: 255 });
    expect(valuesOf({ map: "semantic", classes: fits, dtype: "uint8" }, two, 1)).toEqual([255, 0, 1]);
  });

  it("has class id × divisor + instance, with a divisor of 1000 unless another is given", () => {
    const classes = ClassList.fromNames(["a", "b"], { firstId: 3, voidId: 9 });
    expect(valuesOf({ map: "panoptic", classes }, two, 1)).toEqual([9000, 3001, 4002]);
    expect(valuesOf({ map: "panoptic", classes, divisor: 3 }, two, 1)).toEqual([27, 10, 14]);
    const stuff = two.map((label) => ({ ...label, instanceId: 0 }));
    expect(valuesOf({ map: "panoptic", classes, divisor: 1 }, stuff, 1)).toEqual([9, 3, 4]);
    expect(() => valuesOf({ map: "panoptic", classes, divisor: 2 }, two)).toThrow(
      code("VALUE_OUT_OF_RANGE", "Instance 2", "divisor 2"),
    );
  });

  it("gives a class that the list lacks the void id where that is asked for, and 0 until it is checked", () => {
    const classes = ClassList.fromNames(["a"], { voidId: 7 });
    expect(valuesOf({ map: "semantic", classes, missing: "void" }, two)).toEqual([7, 0, 7]);
    const table = makeViewTable({ map: "semantic", classes, missing: "error" }, two);
    expect([...table.values]).toEqual([7, 0, 0]);
    expect(() => table.check(two, 0)).toThrow(code("CLASS_UNKNOWN", '"b"', "missing"));
    expect(() => table.check(two, 0)).not.toThrow(code("CLASS_UNKNOWN", '"a"'));
    table.check([two[0]!, { ...two[1]!, pixelCount: 0 }], 0);
    const panoptic = makeViewTable({ map: "panoptic", classes }, two);
    expect([...panoptic.values]).toEqual([7000, 1, 0]);
    expect(() => panoptic.check(two, 0)).toThrow(code("CLASS_UNKNOWN", '"b"'));
  });

  it("names ten of the classes that the list lacks, each once, and says how many more there are", () => {
    const classes = ClassList.fromNames(["a"]);
    const lacking = (count: number) => {
      const names = Array.from({ length: count }, (_, index) => `class ${index}`);
      const labels = labelsOf([...names, ...names]);
      try {
        makeViewTable({ map: "semantic", classes }, labels).check(labels, 0);
      } catch (error) {
        return (error as Error).message;
      }
      return "";
    };
    expect(lacking(2)).toContain('no class id for "class 0", "class 1". ');
    expect(lacking(10)).toContain('"class 8", "class 9". ');
    expect(lacking(12)).toContain('"class 8", "class 9" and 2 more. ');
  });

  it.each([
    ["a map", { map: "depth" }],
    ["a dtype", { map: "label", dtype: "int8" }],
    ["a class list", { map: "semantic", classes: { idOf: 1 } }],
    ["what is missing", { map: "semantic", classes: ClassList.fromNames(["a"]), missing: "skip" }],
    ["a divisor", { map: "panoptic", classes: ClassList.fromNames(["a"]), divisor: 0.5 }],
  ])("refuses %s that there is not", (_, view) => {
    expect(() => makeViewTable(view as never, two)).toThrow(
      expect.objectContaining({ name: "DecodeError", code: "OPTION_INVALID" }),
    );
  });
});

describe("looking values up", () => {
  it("gives each pixel its label's value, in runs of any length", () => {
    for (const length of [1, 2, 23, 24, 25, 60]) {
      const labels = Int32Array.from({ length: 3 * length }, (_, pixel) => Math.floor(pixel / length) - 1);
      const output = new Uint16Array(labels.length + 1).fill(99);
      lookUpValues(labels, Int32Array.of(500, 7, 8), output);
      const expected = [500, 7, 8].flatMap((value) => Array.from({ length }, () => value));
      expect([...output]).toEqual([...expected, 99]);
    }
  });
});

describe("a label map", () => {
  const init = {
    width: 2,
    height: 2,
    labels: labelsOf(["a"]),
    unlabelled: { count: 0, colors: [] },
    issues: [],
  };

  it("needs as many pixels as its sizes say", () => {
    for (const length of [0, 3, 5]) {
      expect(() => new LabelMap({ ...init, data: new Int32Array(length) })).toThrow(
        code("OPTION_INVALID", "data"),
      );
    }
    expect(new LabelMap({ ...init, data: new Int32Array(4) }).data.length).toBe(4);
  });

  it("has nothing snapped unless it is told", () => {
    const data = new Int32Array(4);
    expect(new LabelMap({ ...init, data }).snapped).toEqual({ count: 0, colors: [] });
    const snapped = { count: 1, colors: [{ color: "#000001", count: 1, label: 0 }] };
    expect(new LabelMap({ ...init, data, snapped }).snapped).toBe(snapped);
  });

  it("names the label that it does not have", () => {
    const map = new LabelMap({ ...init, data: new Int32Array(4) });
    expect(() => map.mask("b")).toThrow(code("LABEL_UNKNOWN", '"b"'));
    expect(() => map.mask(5)).toThrow(code("LABEL_UNKNOWN", "no label 5;"));
    expect(() => map.mask({} as never)).toThrow(code("LABEL_UNKNOWN", "like that"));
  });

  it("has no colour for a label whose key is no colour", () => {
    const labels = [{ ...init.labels[0]!, color: "no colour" }];
    const map = new LabelMap({ ...init, labels, data: Int32Array.of(0, -1, 0, 0) });
    expect([...map.toRGBA()]).toEqual(Array.from({ length: 16 }, () => 0));
  });
});

describe("a label map of two labels", () => {
  const labels = labelsOf(["a", "b"]).map((label, index) => ({
    ...label,
    color: ["#000000", "#01f2a3"][index]!,
  }));
  const data = Int32Array.of(1, 0, -1, 1);
  const map = new LabelMap({
    width: 2,
    height: 2,
    data,
    labels,
    unlabelled: { count: 1, colors: [] },
    issues: [],
  });

  it("has the colours of its pixels, black too, and none where there is no label", () => {
    const second = [0x01, 0xf2, 0xa3, 255];
    expect([...map.toRGBA()]).toEqual([...second, 0, 0, 0, 255, 0, 0, 0, 0, ...second]);
  });

  it("has a mask of each, by its index too", () => {
    expect([...map.mask(0)]).toEqual([0, 1, 0, 0]);
    expect([...map.mask(1)]).toEqual([1, 0, 0, 1]);
    expect([...map.mask("b # 1")]).toEqual([1, 0, 0, 1]);
    expect([...map.mask(map.labels[0]!)]).toEqual([0, 1, 0, 0]);
  });
});

describe("the labels of a result", () => {
  it("are things if the legend says so, or they have a number, and have the legend's ids", () => {
    const { legend } = parseResult({ legend: { "#000001": "car # 4", "#000002": "road", "#000003": "sky" } });
    const entries = legend.entries.map((entry, index) => ({
      ...entry,
      ...[{}, { id: 0 }, { id: 9, isThing: true }][index],
    }));
    const of = { legend: { ...legend, entries }, instances: null };
    const labels = buildLabels(of, "name", new Uint32Array(3), new Int32Array(12));
    expect(labels.map(({ classId, isThing, isCrowd }) => [classId, isThing, isCrowd])).toEqual([
      [null, true, false],
      [0, false, false],
      [9, true, false],
    ]);
    const stuff = {
      ...of,
      legend: { ...legend, entries: entries.map((entry) => ({ ...entry, isThing: false })) },
    };
    expect(buildLabels(stuff, "name", new Uint32Array(3), new Int32Array(12))[0]!.isThing).toBe(false);
  });

  it("have their counts and boxes, and none without a pixel; objects are numbered in order", () => {
    const { legend } = parseResult({
      legend: { "#000001": "car # 4", "#000002": "road", "#000003": "car # 2" },
    });
    const boxes = Int32Array.of(1, 2, 3, 4, 0, 0, 0, 0, 5, 6, 1, 8);
    const labels = buildLabels({ legend, instances: null }, "name", Uint32Array.of(9, 0, 7), boxes);
    expect(labels.map(({ index, pixelCount, bbox }) => [index, pixelCount, bbox])).toEqual([
      [0, 9, [1, 2, 3, 4]],
      [1, 0, null],
      [2, 7, [5, 6, 1, 8]],
    ]);
    expect(
      labels.map(({ className, instanceId, instanceNumber }) => [className, instanceId, instanceNumber]),
    ).toEqual([
      ["car", 1, 4],
      ["road", 0, 0],
      ["car", 2, 2],
    ]);
  });
});

/** Label maps of one's own arrays: each pixel keeps its class and its object, and the labels say what they are. */
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { crop, flip, pad, resize, resizeByMajority, tile } from "../../src/geometry/index.js";
import { ClassList, decodeMask, type LabelMap, LabelRuns } from "../../src/index.js";
import { vocColor } from "../../src/legend/index.js";
import { type LabelMapFromOptions, labelMapFrom, withLabels } from "../../src/maps/index.js";
import { runsOf } from "../../src/maps/runs-of.js";
import { loadCorpus } from "../support/corpus.mjs";

const classes = ClassList.fromJSON({
  classes: [
    { id: 26, name: "car", aliases: ["van"] },
    { id: 7, name: "road" },
    { id: 11, name: "sky" },
  ],
  voidId: 255,
  ignoreId: 254,
  void: ["ego"],
});
const row = (ids: number[], options: Partial<LabelMapFromOptions> = {}) =>
  labelMapFrom(Int32Array.from(ids), { classes, width: ids.length, height: 1, ...options });
const wrongCall = (message: RegExp) =>
  expect.objectContaining({ code: "OPTION_INVALID", message: expect.stringMatching(message) });

describe("a label map of class ids", () => {
  it("has a label for each class that occurs, in the order of the list", () => {
    const map = labelMapFrom(Uint8Array.of(7, 7, 11, 255, 26, 254, 7, 255), { classes, width: 4, height: 2 });
    expect([...map.data]).toEqual([1, 1, 2, -1, 0, -1, 1, -1]);
    expect(map.labels[1]).toEqual({
      index: 1,
      color: vocColor(8),
      name: "road",
      className: "road",
      classId: 7,
      instanceId: 0,
      instanceNumber: 0,
      sourceId: null,
      isThing: false,
      isCrowd: false,
      supercategory: null,
      attributes: [],
      pixelCount: 3,
      bbox: [0, 0, 3, 2],
    });
    expect(map.labels.map(({ name, pixelCount, bbox }) => [name, pixelCount, bbox])).toEqual([
      ["car", 1, [0, 1, 1, 1]],
      ["road", 3, [0, 0, 3, 2]],
      ["sky", 1, [2, 0, 1, 1]],
    ]);
    expect(map.unlabelled).toEqual({ count: 3, colors: [] });
    expect(map.issues).toEqual([]);
    expect([...map.semantic(classes)]).toEqual([7, 7, 11, 255, 26, 255, 7, 255]);
    expect([...map.semantic()]).toEqual([...map.semantic(classes)]);
  });

  it("has a label for each object, in the order of the numbers, and a crowd of what has none", () => {
    const map = row([26, 26, 7, 26, 26, 26], { instances: Uint8Array.of(9, 2, 0, 9, 0, 3) });
    expect([...map.data]).toEqual([3, 1, 4, 3, 0, 2]);
    const told = map.labels.map((label) => [label.name, label.instanceId, label.instanceNumber]);
    expect(told).toEqual([
      ["car", 0, 0],
      ["car # 2", 1, 2],
      ["car # 3", 2, 3],
      ["car # 9", 3, 9],
      ["road", 0, 0],
    ]);
    expect(map.labels.map(({ isThing, isCrowd }) => [isThing, isCrowd])).toEqual([
      [true, true],
      [true, false],
      [true, false],
      [true, false],
      [false, false],
    ]);
    expect([...map.instance()]).toEqual([3, 1, 0, 3, 0, 2]);
  });

  it("of panoptic ids is that of class ids and numbers, and panoptic() gives them again", () => {
    const given = { instances: Int32Array.of(1, 2, 0, 1, 0) };
    const apart = row([26, 26, 7, 26, 11], given);
    const ids = [26_001, 26_002, 7000, 26_001, 11_000];
    expect(row(ids, { divisor: 1000 })).toEqual(apart);
    expect([...apart.panoptic(classes)]).toEqual(ids);
    // The void id has any number.
    expect([...row([255_000, 255_007, 254_000, 7000], { divisor: 1000 }).data]).toEqual([-1, -1, -1, 0]);
  });

  it("knows the things that `things` names, or the list", () => {
    const instances = Uint8Array.of(1, 2, 0, 5);
    const ids = [26, 7, 26, 7];
    const named = row(ids, { instances, things: ["van"] });
    expect(named.labels.map(({ name, isThing, isCrowd }) => [name, isThing, isCrowd])).toEqual([
      ["car", true, true],
      ["car # 1", true, false],
      ["road", false, false],
    ]);
    expect(
      row(ids, { things: new Set(["car"]) }).labels.map(({ isThing, isCrowd }) => [isThing, isCrowd]),
    ).toEqual([
      [true, false],
      [false, false],
    ]);
    const told = ClassList.fromJSON(classes.toJSON());
    Object.assign(told.classes[0]!, { isThing: true, supercategory: "vehicle" });
    Object.assign(told.classes[1]!, { isThing: false });
    const byList = row(ids, { instances, classes: told });
    expect(byList.data).toEqual(named.data);
    expect(byList.labels.map(({ supercategory }) => supercategory)).toEqual(["vehicle", "vehicle", null]);
    expect(byList.labels.map(({ name }) => name)).toEqual(["car", "car # 1", "road"]);
    const noThings = row(ids, { instances, classes: told, things: [] });
    expect(noThings.labels.map(({ name }) => name)).toEqual(["car", "road"]);
  });

  it("equals a plain loop over random pixels, from every kind of array and from runs", () => {
    const pixel = fc.tuple(fc.constantFrom(7, 11, 26, 255, 254), fc.integer({ min: 0, max: 3 }));
    fc.assert(
      fc.property(
        fc.array(pixel, { minLength: 1, maxLength: 60 }),
        fc.integer({ min: 1, max: 5 }),
        (pixels, height) => {
          const all = Array.from(
            { length: pixels.length * height },
            (_, at) => pixels[(at * 7) % pixels.length]!,
          );
          const [width, ids] = [pixels.length, all.map(([id]) => id)];
          const numbers = all.map(([id, number]) => (id === 26 ? number : 0));
          const size = { width, height };
          const map = labelMapFrom(Int32Array.from(ids), {
            classes,
            ...size,
            instances: Int32Array.from(numbers),
          });
          const isVoid = (id: number) => id > 250;
          expect([...map.semantic(classes)]).toEqual(ids.map((id) => (isVoid(id) ? 255 : id)));
          map.data.forEach((label, at) => {
            const found = map.labels[label];
            expect(found?.classId).toBe(isVoid(ids[at]!) ? undefined : ids[at]);
            expect(found?.instanceNumber ?? 0).toBe(numbers[at]);
          });
          for (const { index, pixelCount, bbox, color } of map.labels) {
            const at = [...map.data.keys()].filter((place) => map.data[place] === index);
            const [xs, ys] = [at.map((place) => place % width), at.map((place) => Math.floor(place / width))];
            const [left, top] = [Math.min(...xs), Math.min(...ys)];
            expect(pixelCount).toBe(at.length);
            expect(bbox).toEqual([left, top, Math.max(...xs) - left + 1, Math.max(...ys) - top + 1]);
            expect(color).toMatch(/^#[\da-f]{6}$/);
          }
          expect(map.unlabelled.count).toBe(ids.filter(isVoid).length);
          expect(new Set(map.labels.map(({ color }) => color)).size).toBe(map.labels.length);
          const keys = map.labels.map(
            ({ className, instanceNumber }) => [className, instanceNumber] as const,
          );
          const rank = (name: string) => ["car", "road", "sky"].indexOf(name);
          const sorted = [...keys].sort((a, b) => rank(a[0]) - rank(b[0]) || a[1] - b[1]);
          expect(keys).toEqual(sorted);
          for (const type of [Uint8Array, Uint8ClampedArray, Uint16Array, Int16Array, Uint32Array]) {
            const instances = type.from(numbers);
            expect(labelMapFrom(type.from(ids), { classes, ...size, instances })).toEqual(map);
          }
          const dense = { ...size, data: Int32Array.from(ids) };
          const instances = runsOf({ ...size, data: Int32Array.from(numbers) });
          expect(instances).toBeInstanceOf(LabelRuns);
          expect(labelMapFrom(runsOf(dense), { classes, instances })).toEqual(map);
          expect(labelMapFrom(dense, { classes, instances })).toEqual(map);
        },
      ),
      { numRuns: 60 },
    );
  });

  it("leaves the arrays as they are", () => {
    const ids = Int32Array.of(7, 11, 7);
    const map = row([7, 11, 7]);
    labelMapFrom(ids, { classes, width: 3, height: 1 });
    expect([...ids]).toEqual([7, 11, 7]);
    expect([...map.data]).toEqual([0, 1, 0]);
  });

  it("has no two labels of one colour, and the same colour of a class in each image", () => {
    const few = row([7, 7, 11]);
    const instances = Int32Array.from({ length: 3000 }, (_, at) => at);
    const many = row([7, 11, ...Array(2998).fill(26)], { instances, things: ["car"] });
    const colorOf = (map: LabelMap, name: string) => map.labels.find((label) => label.name === name)!.color;
    expect(colorOf(many, "road")).toBe(colorOf(few, "road"));
    expect(colorOf(many, "sky")).toBe(colorOf(few, "sky"));
    expect(new Set(many.labels.map(({ color }) => color)).size).toBe(3000);
    const huge = ClassList.fromJSON({ classes: [{ id: 2 ** 31 - 1, name: "far" }] });
    expect(row([2 ** 31 - 1], { classes: huge }).labels[0]!.color).toMatch(/^#(?!000000)[\da-f]{6}$/);
  });
});

describe("what makes no label map", () => {
  it("is an id that the list lacks: named, with its pixels, unless it may be unlabelled", () => {
    const unknown = (message: string) =>
      expect.objectContaining({
        name: "ClassError",
        code: "CLASS_UNKNOWN",
        message: expect.stringContaining(message),
      });
    expect(() => row([7, 9, 9])).toThrow(unknown("lacks the id 9 (2 pixels). Add its class,"));
    expect(() => row([13, 7, 9])).toThrow(
      unknown("lacks the ids 9 (1 pixel), 13 (1 pixel). Add their classes,"),
    );
    expect(() => row([9007], { divisor: 1000 })).toThrow(unknown("the id 9 (1 pixel)"));
    const ids = Array.from({ length: 12 }, (_, at) => 100 + at);
    expect(() => row(ids)).toThrow(unknown("109 (1 pixel) and 2 more"));
    const map = row([7, 9, 9], { missing: "void" });
    expect([[...map.data], map.unlabelled.count]).toEqual([[0, -1, -1], 2]);
    expect(() => row([7], { things: ["bus"] })).toThrow(unknown('"bus"'));
    // -1 is unlabelled in every map of this library.
    expect([...row([-1, 7]).data]).toEqual([-1, 0]);
    expect(() => row([-2, 7])).toThrow(unknown("the id -2 (1 pixel)"));
  });

  it("is a negative number of an object", () => {
    const outOfRange = (message: string) =>
      expect.objectContaining({ code: "VALUE_OUT_OF_RANGE", message: expect.stringContaining(message) });
    expect(() => row([7, 26], { instances: Int32Array.of(0, -1) })).toThrow(
      outOfRange("(1, 0): the object's number is -1"),
    );
    expect(() => row([7000, -1], { divisor: 1000 })).toThrow(outOfRange("(1, 0): the panoptic id is -1"));
  });

  it.each<[string, () => unknown, RegExp]>([
    ["no size", () => labelMapFrom(Uint8Array.of(7), { classes }), /width and height/],
    ["half a size", () => row([7], { height: 0.5 }), /width and height/],
    ["another size", () => row([7, 7], { width: 3 }), /has 2 elements; 3×1 pixels need 3/],
    [
      "numbers of another size",
      () => row([7, 7], { instances: Uint8Array.of(1) }),
      /instances has 1 elements/,
    ],
    [
      "a map of numbers of another size",
      () => row([7, 7], { instances: { width: 1, height: 2, data: Uint8Array.of(1, 1) } }),
      /instances has 1×2 pixels instead of 2×1/,
    ],
    [
      "two sizes",
      () =>
        labelMapFrom({ width: 1, height: 2, data: Uint8Array.of(7, 7) }, { classes, width: 2, height: 1 }),
      /has 1×2 pixels instead of 2×1/,
    ],
    [
      "another height than the map's",
      () =>
        labelMapFrom({ width: 2, height: 1, data: Uint8Array.of(7, 7) }, { classes, width: 2, height: 2 }),
      /has 2×1 pixels instead of 2×2/,
    ],
    [
      "floats",
      () => labelMapFrom(Float32Array.of(7) as never, { classes, width: 1, height: 1 }),
      /Float32Array/,
    ],
    ["a plain array", () => labelMapFrom([7] as never, { classes, width: 1, height: 1 }), /is an array/],
    ["nothing", () => labelMapFrom(undefined as never, { classes, width: 1, height: 1 }), /is missing/],
    ["no classes", () => row([7], { classes: undefined as never }), /classes is missing/],
    ["classes as JSON", () => row([7], { classes: classes.toJSON() } as never), /give a ClassList/],
    ["a divisor of 0", () => row([7], { divisor: 0 }), /divisor/],
    [
      "both numbers and a divisor",
      () => row([7], { divisor: 9, instances: Uint8Array.of(0) }),
      /give one of them/,
    ],
    ["things as text", () => row([7], { things: "car" }), /things is a string/],
    [
      "things without a name",
      () => row([7], { things: [Object.create(null)] }),
      /name in things is an object/,
    ],
    ["an unknown choice", () => row([7], { missing: "no" as never }), /missing/],
    ["a misspelt option", () => row([7], { thing: ["car"] } as never), /"thing"/],
    ["no options", () => labelMapFrom(Uint8Array.of(7), null as never), /options/],
    ["a label map", () => labelMapFrom(row([7]), { classes }), /holds labels; give class ids/],
  ])("is a call with %s", (_, call, message) => {
    expect(call).toThrow(wrongCall(message));
  });

  it("is a decoded map of another kind", async () => {
    const { png, result } = loadCorpus().find(({ name }) => name === "street-500-rgb-interlaced")!;
    const list = ClassList.fromResults([result]);
    const [semantic, instance, panoptic, map] = await decodeMask(png, result, {
      target: [
        { map: "semantic", classes: list },
        { map: "instance" },
        { map: "panoptic", classes: list },
        { map: "label" },
      ],
    });
    const options = { classes: list };
    expect(() => labelMapFrom(instance, options)).toThrow(wrongCall(/numbers of objects; give class ids/));
    expect(() => labelMapFrom(panoptic, options)).toThrow(wrongCall(/panoptic ids; .*or pass its divisor/));
    expect(() => labelMapFrom(semantic, { ...options, divisor: 1000 })).toThrow(
      wrongCall(/give panoptic ids/),
    );
    expect(() => labelMapFrom(semantic, { ...options, instances: semantic })).toThrow(
      wrongCall(/instances holds/),
    );
    expect(() => labelMapFrom(map, options)).toThrow(wrongCall(/holds labels/));
    const both = labelMapFrom(semantic, { ...options, instances: instance });
    expect(labelMapFrom(panoptic, { ...options, divisor: 1000 })).toEqual(both);
    expect(both.semantic(list)).toEqual(semantic.data);
    expect(both.instance().map((number, at) => Math.sign(number) - Math.sign(instance.data[at]!))).toEqual(
      new Int32Array(both.data.length),
    );
  });
});

describe("a map that says what it holds", () => {
  const one = (map: string, value = 7) => ({ map, width: 1, height: 1, data: Int32Array.of(value) });

  it("is taken for what is asked for", () => {
    const namesOf = (...given: Parameters<typeof labelMapFrom>) =>
      labelMapFrom(...given).labels.map(({ name }) => name);
    expect(namesOf(one("semantic"), { classes })).toEqual(["road"]);
    expect(namesOf(one("panoptic", 7003), { classes, divisor: 1000 })).toEqual(["road # 3"]);
    expect(namesOf(one("semantic"), { classes, instances: one("instance", 4) })).toEqual(["road # 4"]);
  });

  it.each<[object, Partial<LabelMapFromOptions>, string]>([
    [one("label"), {}, "The map holds labels; give class ids."],
    [one("instance"), {}, "The map holds numbers of objects; give class ids."],
    [one("panoptic"), {}, "The map holds panoptic ids; give class ids, or pass its divisor."],
    [one("semantic"), { divisor: 10 }, "The map holds class ids; give panoptic ids."],
    [one("semantic"), { instances: one("semantic") }, "instances holds class ids; give numbers of objects."],
    [
      one("semantic"),
      { instances: one("panoptic") },
      "instances holds panoptic ids; give numbers of objects.",
    ],
  ])("is refused for anything else: %j, %j", (map, options, message) => {
    expect(() => labelMapFrom(map as never, { classes, ...options })).toThrow(message);
  });
});

describe("the numbers of objects", () => {
  it("are told apart by class, up to the largest", () => {
    const large = 2 ** 31;
    const instances = Uint32Array.of(large, large, large + 1);
    const map = row([26, 7, 7], { instances });
    expect(map.labels.map(({ name }) => name)).toEqual([
      `car # ${large}`,
      `road # ${large}`,
      `road # ${large + 1}`,
    ]);
    expect([...map.data]).toEqual([0, 1, 2]);
  });

  it("and ids of classes may be 0, but no panoptic id is below", () => {
    const zero = ClassList.fromNames(["none", "car"]);
    const names = (ids: number[], divisor = 10) =>
      row(ids, { classes: zero, divisor }).labels.map(({ name }) => name);
    expect(names([0, 13])).toEqual(["none", "car # 3"]);
    expect(() => names([0, -10])).toThrow("The pixel (1, 0): the panoptic id is -10; it must be 0 or more.");
    expect(() => names([-15])).toThrow("the panoptic id is -15");
    expect(() => row([7], { instances: Int32Array.of(-2) })).toThrow("the object's number is -2");
  });

  it("make a crowd of what has none, where the list does not say that it is stuff", () => {
    const map = row([26, 7, 7], { instances: Uint8Array.of(1, 0, 2), things: ["car"] });
    expect(map.labels.map(({ name, isCrowd }) => [name, isCrowd])).toEqual([
      ["car # 1", false],
      ["road", false],
    ]);
  });
});

describe("a map that has lost its labels", () => {
  it("keeps what is known of the source, and its own array if it is of int32", () => {
    const { labels } = row([7, 26]);
    const issues = [{ code: "png-x", message: "x" }] as never[];
    const snapped = { count: 3, colors: [] } as never;
    const map = withLabels({ width: 2, height: 1, data: Int32Array.of(1, -1) }, { labels, issues, snapped });
    expect([map.issues, map.snapped]).toEqual([issues, snapped]);
    expect(withLabels(map, { labels })).toMatchObject({ issues: [], snapped: { count: 0, colors: [] } });
    expect(withLabels(map, map).data).toBe(map.data);
    expect(map.labels.map(({ pixelCount }) => pixelCount)).toEqual([0, 1]);
    const pixels = (data: Int32Array | Uint8Array | Uint16Array) => ({ width: 2, height: 1, data });
    const none = [Uint8Array.of(0, 255), Uint16Array.of(0, 65_535), Int32Array.of(0, -1)];
    for (const data of none) expect([...withLabels(pixels(data), { labels }).data]).toEqual([0, -1]);
    expect(() => withLabels(pixels(Uint16Array.of(0, 255)), { labels })).toThrow(
      "The pixel (1, 0) is 255, but there are only 2 labels.",
    );
    for (const wrong of [2, -2]) {
      expect(() => withLabels(pixels(Int32Array.of(wrong, 0)), { labels })).toThrow(`is ${wrong}, but`);
    }
    expect(() => withLabels("runEnds" as never, { labels })).toThrow(
      expect.objectContaining({ code: "OPTION_INVALID" }),
    );
  });

  it("gets them again, with the counts and boxes of its own pixels", async () => {
    const { png, result } = loadCorpus().find(({ name }) => name === "street-500-rgb-interlaced")!;
    const whole = await decodeMask(png, result);
    expect(withLabels(whole, whole).labels).toEqual(whole.labels);
    const box = { x: 100, y: 90, width: 120, height: 100 };
    const part = withLabels(crop(whole, box), whole);
    const classList = ClassList.fromResults([result]);
    const expected = crop({ width: whole.width, height: whole.height, data: whole.semantic(classList) }, box);
    expect(part.semantic(classList)).toEqual(expected.data);
    expect(part.issues).toEqual(whole.issues);
    expect(part.snapped).toEqual(whole.snapped);
    const counted = part.labels.reduce((sum, { pixelCount }) => sum + pixelCount, part.unlabelled.count);
    expect(counted).toBe(120 * 100);
    for (const { index, pixelCount, bbox } of part.labels) {
      expect(pixelCount).toBe(part.data.filter((label) => label === index).length);
      expect(bbox === null).toBe(pixelCount === 0);
    }
    const sky = part.labels.find(({ name }) => name === "sky")!;
    expect(sky.pixelCount).toBeLessThan(whole.labels[sky.index]!.pixelCount);
    const mirrored = withLabels(flip(flip(whole, "horizontal"), "horizontal"), whole);
    expect(mirrored).toEqual(withLabels(whole, whole));
    const [first] = tile(whole, { width: 250, height: 281 });
    const maps = [pad(whole, { top: 3, value: -1 }), resize(whole, { width: 9, height: 7 }), first!];
    maps.push(resizeByMajority(whole, { width: 50, height: 28 }) as never);
    for (const map of maps) {
      const { labels, unlabelled, width, height } = withLabels(map, whole);
      const sum = labels.reduce((count, { pixelCount }) => count + pixelCount, unlabelled.count);
      expect(sum).toBe(width * height);
    }
  });

  it("may be runs, or decoded as bytes, where the largest value is unlabelled", async () => {
    const map = row([7, 7, 255, 11]);
    expect(withLabels(runsOf(map), map)).toEqual(map);
    const pixels = { width: 4, height: 1 };
    expect(withLabels({ ...pixels, data: Uint8Array.of(0, 0, 255, 1) }, map)).toEqual(map);
    expect(withLabels({ ...pixels, data: Uint16Array.of(0, 0, 65_535, 1) }, map)).toEqual(map);
    expect(() => withLabels({ ...pixels, data: Uint16Array.of(0, 0, 255, 1) }, map)).toThrow(
      wrongCall(/\(2, 0\) is 255, but there are only 2 labels/),
    );
    expect(() => withLabels({ ...pixels, data: Int32Array.of(0, -2, 0, 0) }, map)).toThrow(
      wrongCall(/\(1, 0\) is -2/),
    );
    expect(() => withLabels({ ...pixels, data: Int32Array.of(0) }, map)).toThrow(wrongCall(/1 elements/));
    for (const source of [null, {}, pixels]) {
      expect(() => withLabels(map, source as never)).toThrow(wrongCall(/source of the labels/));
    }
  });
});

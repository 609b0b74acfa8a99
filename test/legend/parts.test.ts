/** The parts that legends are made of, each alone: colours, the ids of legends, JSON texts, lists of objects. */
import { describe, expect, it } from "vitest";
import { ClassList } from "../../src/index.js";
import { isMarkedColor, readColor } from "../../src/legend/files/colors.js";
import { readColorAndKey, readId } from "../../src/legend/files/draft.js";
import { formatPath, keysInText, lineInText } from "../../src/legend/files/json-text.js";
import { legendOfLines } from "../../src/legend/files/legend-lines.js";
import { addLegendId, classesOfLegendIds, type LegendIds, parseLegend } from "../../src/legend/index.js";

describe("a colour", () => {
  it.each<[unknown, [rgb: number, alpha: number] | null]>([
    ["#000000", [0, 255]],
    ["0x000000", [0, 255]],
    [
      [0, 0, 0],
      [0, 255],
    ],
    [
      [255, 255, 255, 0],
      [0xffffff, 0],
    ],
    ["#01020304", [0x010203, 4]],
    ["rgba(1, 2, 3, 0.5)", [0x010203, 128]],
    ["rgba(1, 2, 3, 1)", [0x010203, 255]],
    ["rgba(1, 2, 3, 2)", [0x010203, 2]],
    ["(1, 2, 3, 1)", [0x010203, 1]],
    ["[1 2 3 / 4]", [0x010203, 4]],
    [[1, 2], null],
    [[1, 2, 3, 4, 5], null],
    [[-1, 2, 3], null],
    [[1, 256, 3], null],
    [[1, 2, 3.5], null],
    [["1", "2", "3"], null],
    ["(1, 2, 3, 256)", null],
    ["x#01020304", null],
    ["#0102030405", null],
    [0x010203, null],
    [null, null],
  ])("of %j is read, or is none", (text, found) => {
    expect(readColor(text)).toEqual(found === null ? null : { rgb: found[0], alpha: found[1] });
  });

  it("is marked if it begins with a sign that no name has", () => {
    for (const text of ["#f00", "0xff0000", "rgb(1,2,3)", "rgba(1,2,3,1)", "(1,2,3)", "[1,2,3]"]) {
      expect(isMarkedColor(text), text).toBe(true);
    }
    for (const text of [
      "f00",
      "747",
      "1,2,3",
      "1 2 3",
      "#car",
      "(car)",
      "0xcar",
      "rgbx",
      747,
      [1, 2, 3],
      null,
    ]) {
      expect(isMarkedColor(text), JSON.stringify(text)).toBe(false);
    }
  });

  it("that is a list has a key that fits a message", () => {
    const keyOf = (value: unknown) => readColorAndKey(value).key;
    expect(keyOf([0, 10, 255])).toBe("#000aff");
    expect(keyOf("0, 10, 255")).toBe("0, 10, 255");
    expect(keyOf([1, 2])).toBe("[1, 2]");
    expect(keyOf([1, 2, 3, 4, 5, 6, 7, 8])).toBe("[1, 2, 3, 4, 5, 6, 7, 8]");
    for (const value of [
      [1, 2, 3, 4, 5, 6, 7, 8, 9],
      [1, "2"],
    ])
      expect(keyOf(value)).toBe("an array");
  });
});

it("an id is an integer, or a text of up to ten digits", () => {
  expect(["0", "-7", "007", "1234567890", 5, -5].map(readId)).toEqual([0, -7, 7, 1234567890, 5, -5]);
  for (const value of ["12345678901", "7x", "x7", "", "1.5", 1.5, 2 ** 53, null, [7]]) {
    expect(readId(value), JSON.stringify(value)).toBeUndefined();
  }
});

describe("the ids of legends", () => {
  const idsOf = (...given: [name: string, id: number | undefined][]) => {
    const ids: LegendIds = new Map();
    for (const [name, id] of given) addLegendId(ids, name, id);
    return ids;
  };

  it("are unknown if one legend has none, or another", () => {
    const ids = idsOf(["a", 1], ["b", 2], ["a", 1], ["b", 3], ["c", undefined], ["d", 0], ["d", 0]);
    expect([...ids]).toEqual([
      ["a", 1],
      ["b", null],
      ["c", null],
      ["d", 0],
    ]);
  });

  it("are classes in the order of the ids; names of one id are one class", () => {
    const ids = idsOf(["sky", 7], ["car", 2], ["none", 0], ["van", 2], ["bus", 10], ["void", 255], ["x", -1]);
    expect(classesOfLegendIds(ids, 255)).toEqual({
      classes: [
        { id: 0, name: "none", aliases: [] },
        { id: 2, name: "car", aliases: ["van"] },
        { id: 7, name: "sky", aliases: [] },
        { id: 10, name: "bus", aliases: [] },
      ],
      voidNames: ["void", "x"],
    });
  });

  it("leave out a name that stands for several classes, if all of them are there", () => {
    const shared = (...names: string[]) =>
      classesOfLegendIds(
        idsOf(...names.map((name, id) => [name, id] as [string, number]), ["a | b", undefined]),
        255,
      );
    expect(shared("a", "b")).toMatchObject({ voidNames: ["a | b"] });
    for (const names of [["a"], ["b"], ["c"]]) expect(shared(...names)).toBeUndefined();
  });

  it("make no classes if there are none, or a name has no id", () => {
    expect(classesOfLegendIds(idsOf(["void", 255], ["x", -1]), 255)).toBeUndefined();
    expect(classesOfLegendIds(idsOf(["a", 1], ["b", undefined]), 255)).toBeUndefined();
  });
});

describe("a class list", () => {
  it("says of a class whether it is a thing, and nothing else", () => {
    const listOf = (isThing: unknown) =>
      ClassList.fromJSON({ classes: [{ id: 1, name: "car", isThing: isThing as boolean }] });
    for (const isThing of [true, false]) {
      expect(listOf(isThing).classes).toEqual([{ id: 1, name: "car", isThing }]);
      expect(ClassList.fromJSON(listOf(isThing).toJSON()).classes).toEqual(listOf(isThing).classes);
    }
    for (const none of [null, undefined]) expect(listOf(none).classes).toEqual([{ id: 1, name: "car" }]);
    for (const wrong of [0, 1, "true", {}]) {
      expect(() => listOf(wrong)).toThrow(/classes\[0\]\.isThing: is .*; make it true or false/);
    }
  });
});

describe("a JSON text", () => {
  const text = [
    '{ "a": [1, {"b": "x, y: {[\\"",',
    '"c": [[], {}, "z"], "b": 2}], "d": {},',
    '"a": [',
    "",
    '{"b": 3}, 4]}',
  ].join("\n");

  it("tells the keys of each object, and the lines of those that occur again", () => {
    expect(keysInText(text, [])).toEqual({ keys: ["a", "d"], repeated: [{ key: "a", line: 3 }] });
    expect(keysInText(text, ["a", 1])).toEqual({ keys: ["b", "c"], repeated: [{ key: "b", line: 2 }] });
    expect(keysInText(text, ["d"])).toEqual({ keys: [], repeated: [] });
    const twice = '{"a": 1,\n"b": 2,\n"a": 3,\n\n"b": 4,\n"a": 5}';
    expect(keysInText(twice, []).repeated).toEqual([
      { key: "a", line: 3 },
      { key: "b", line: 5 },
      { key: "a", line: 6 },
    ]);
  });

  it("tells the line of a value, the last one of those that occur again", () => {
    expect(lineInText(text, ["a"])).toBe(3);
    expect(lineInText(text, ["a", 0])).toBe(5);
    expect(lineInText(text, ["a", 0, "b"])).toBe(5);
    expect(lineInText(text, ["a", 1, "c"])).toBe(2);
    expect(lineInText(text, ["a", 1, "c", 2])).toBe(2);
    expect(lineInText(text, ["d"])).toBe(2);
    expect(lineInText('["a\n\n",\n\n 7]', [1])).toBe(5);
  });

  it("has paths as programmers write them", () => {
    expect(formatPath(["a", 3, "b_1", "c d", "1x", "é"])).toBe('a[3].b_1["c d"]["1x"]["é"]');
    expect(formatPath(["x".repeat(41)])).toBe("x".repeat(41));
    expect(formatPath(["x".repeat(42)])).toBe(`["${"x".repeat(42)}"]`);
    expect(formatPath(["-".repeat(100)])).toBe(`["${"-".repeat(80)}"]`);
  });
});

describe("lines with labels", () => {
  const line = (name: string, channels: string[], rest: { alpha?: string; id?: number } = {}) => ({
    name,
    channels,
    line: 1,
    ...rest,
  });

  it("make a legend without alpha and ids, which cannot clash", () => {
    const lines = [
      line("a", ["0", "0", "10"], { id: 7 }),
      line("b", ["1", "2", "3"], { id: 7, alpha: "4" }),
      line("c", ["1", "2", "4"], { alpha: "0" }),
    ];
    expect([...legendOfLines(lines, "x.txt")]).toEqual([
      ["#00000a", "a"],
      ["#010203", "b"],
      ["#010204", "c"],
    ]);
  });

  it("are refused with the file and the line", () => {
    expect(() => legendOfLines([], "x.txt")).toThrow("x.txt: has no label");
    const clash = [line("a", ["1", "2", "3"]), { ...line("b", ["1", "2", "3"]), line: 9 }];
    expect(() => legendOfLines(clash, "x.txt")).toThrow(
      /^x\.txt \(text\): line 9: "b" has the colour #010203/,
    );
    expect(() => legendOfLines([line("a", ["1", "2"])], "x.txt")).toThrow('the colour of "a" is "1,2"');
  });
});

describe("lists of objects", () => {
  it("have the key that the colour has, or the id, or the name", () => {
    const keysOf = (source: object) => parseLegend(source).entries.map(({ key }) => key);
    expect(keysOf({ "0": { name: "a", color: [1, 2, 3] }, "7": { name: "b" } })).toEqual(["#010203", "7"]);
    expect(
      keysOf([
        { id: 5, name: "a" },
        { name: "b", color: "#010203" },
      ]),
    ).toEqual(["5", "#010203"]);
  });

  it("are refused at the place that is wrong", () => {
    const meta = (value: object) => expect(() => parseLegend(value));
    const form = "MMSegmentation dataset_meta";
    meta({
      classes: ["a", 7],
      palette: [
        [1, 2, 3],
        [4, 5, 6],
      ],
    }).toThrow("classes[1]: is a number; make it a name");
    meta({ CLASSES: ["a", "b"], PALETTE: [[1, 2, 3]] }).toThrow(
      "PALETTE: has 1 colours, but CLASSES has 2 names",
    );
    meta(["a", 7]).toThrow("[1]: is a number; make it a name");
    expect(() => parseLegend({ meta: 1 }, { form })).toThrow(/dataset_meta.*give a list of names/);
  });
});

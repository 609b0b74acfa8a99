/** What legends, results and class lists refuse, and whether the message names the place and what was found there. */
import { describe, expect, it } from "vitest";
import { ClassList, parseResult } from "../../src/index.js";
import { classListOf, pascalVoc, vocColor } from "../../src/legend/index.js";
import { isClassList } from "../../src/legend/is-class-list.js";
import { canonicalColor, checkLegend } from "../../src/legend/legend.js";
import { identifyEntries } from "../../src/legend/result.js";

function errorOf(call: () => unknown): Error & { code: string; cause?: unknown } {
  try {
    call();
  } catch (error) {
    return error as Error & { code: string };
  }
  throw new Error("it was not refused");
}

describe("a legend", () => {
  it("is refused without an entry", () => {
    expect(errorOf(() => checkLegend({}))).toMatchObject({
      code: "LEGEND_INVALID",
      message: expect.stringContaining("is empty"),
    });
  });

  it.each([
    [{ id: "1", url: "x" }, '("id", "url"); '],
    [{ a1: "1", b: "2", c: "3" }, '("a1", "b", "c"); '],
    [{ a1: "1", b: "2", c: "3", d: "4" }, '("a1", "b", "c", …); '],
    [new Map<unknown, string>([[7, "seven"]]), "(a number); "],
    [
      new Map<unknown, string>([
        [null, "x"],
        ["y", "z"],
      ]),
      '(null, "y"); ',
    ],
  ])("is refused without a colour, and its first three keys are named: %o", (legend, words) => {
    const { code, message } = errorOf(() => checkLegend(legend as never));
    expect(code).toBe("LEGEND_INVALID");
    expect(message).toContain(words);
    expect(message).toContain("not the job");
  });

  it("is refused where a key beside a colour is no text, or an entry no object", () => {
    const keys = new Map<unknown, string>([
      ["#000001", "one"],
      [7, "seven"],
    ]);
    expect(errorOf(() => checkLegend(keys as never)).message).toContain("a key is a number");
    const entries = [{ key: "#000001", name: "one" }, "two"];
    expect(errorOf(() => checkLegend({ entries } as never)).message).toContain(
      "legend.entries[1]: is a string",
    );
    const number = [{ key: "#000001", value: 1 }];
    expect(errorOf(() => checkLegend({ entries: number } as never)).message).toContain('legend["#000001"]');
  });

  it("keeps the text of a key that is no colour, and has black as six digits", () => {
    const { entries } = checkLegend({ "000": "void", "#1234567": "seven digits", "#FFF": "white" });
    expect(entries.map(({ color, rgb }) => [color, rgb])).toEqual([
      ["#000000", 0],
      ["#1234567", -1],
      ["#ffffff", 0xffffff],
    ]);
    expect(["ABC", "#000000", "none"].map(canonicalColor)).toEqual(["#aabbcc", "#000000", "none"]);
  });
});

describe("a result", () => {
  const legend = { "#000001": "car # 1", "#000002": "road" };
  const instance = {
    _id: "a",
    color: "#000001",
    index: 1,
    value: "car # 1",
    class_id: "c",
    attributes: [{ x: 1 }],
  };

  it("may be text with a byte order mark before it, and is refused with one inside", () => {
    const text = JSON.stringify({ legend });
    expect(parseResult(`\ufeff${text}`).legend.entries.length).toBe(2);
    for (const broken of [`{\ufeff${text.slice(1)}`, ` \ufeff${text}`, "{", ""]) {
      const error = errorOf(() => parseResult(broken));
      expect(error).toMatchObject({ name: "ResultError", code: "RESULT_INVALID" });
      expect(error.message).toContain("not JSON");
      expect(error.cause).toBeInstanceOf(SyntaxError);
    }
  });

  it("is checked anew where it was checked without `strict`, and else given back", () => {
    const result = parseResult({ legend: { ...legend, "no colour": "x" } });
    expect(parseResult(result)).toBe(result);
    expect(parseResult(result, {})).toBe(result);
    expect(errorOf(() => parseResult(result, { strict: true })).code).toBe("LEGEND_KEY_INVALID");
    const good = parseResult({ legend });
    expect(parseResult(good, { strict: true })).not.toBe(good);
  });

  it("has no instances where they are null or left out", () => {
    for (const instances of [null, undefined])
      expect(parseResult({ legend, instances }).instances).toBeNull();
    expect(errorOf(() => parseResult({ legend, instances: {} })).message).toContain(
      "instances: is an object",
    );
  });

  it.each([
    [-1, "is -1;"],
    [0.5, "is 0.5;"],
    [2 ** 31, "is 2147483648;"],
    ["1", "is a string;"],
    [null, "is null;"],
    [undefined, "is missing;"],
  ])("is refused with an instance of index %o", (index, words) => {
    const { code, message } = errorOf(() =>
      parseResult({ legend, instances: [instance, { ...instance, index }] }),
    );
    expect(code).toBe("RESULT_INVALID");
    expect(message).toContain(`instances[1].index: ${words}`);
    expect(message).toContain("2147483647");
  });

  it("takes an index of 0 and the largest of 31 bits", () => {
    for (const index of [0, 2 ** 31 - 1]) {
      expect(parseResult({ legend, instances: [{ ...instance, index }] }).instances?.[0]?.index).toBe(index);
    }
  });

  it("has the number of a value only where it ends in it, with up to 15 digits", () => {
    const numbers = (value: string) => {
      const result = parseResult({ legend: { "#000001": value } });
      const [{ className, instanceNumber }] = identifyEntries(result) as [
        ReturnType<typeof identifyEntries>[0],
      ];
      return [className, instanceNumber];
    };
    expect(numbers("car # 12")).toEqual(["car", 12]);
    expect(numbers("car # 2 # 3")).toEqual(["car # 2", 3]);
    expect(numbers("a\nb # 4")).toEqual(["a\nb", 4]);
    expect(numbers("car # 123456789012345")).toEqual(["car", 123_456_789_012_345]);
    for (const value of ["car # 2b", "car #2", "# 2", " # 2", "car # 1234567890123456", "car # 2\n"]) {
      expect(numbers(value)).toEqual([value, 0]);
    }
  });

  it("tells what each entry is by the first instance of its colour, and the legend alone where there is none", () => {
    const second = { ...instance, _id: "b", index: 9, class_id: "d", attributes: [] };
    const result = parseResult({ legend, instances: [instance, second] });
    expect(identifyEntries(result)).toEqual([
      { className: "car", classId: "c", instanceNumber: 1, sourceId: "a", attributes: [{ x: 1 }] },
      { className: "road", classId: null, instanceNumber: 0, sourceId: null, attributes: [] },
    ]);
    expect(identifyEntries(result, "class_id").map(({ className }) => className)).toEqual(["c", "road"]);
    expect(identifyEntries(parseResult({ legend }))[0]).toEqual({
      className: "car",
      classId: null,
      instanceNumber: 1,
      sourceId: null,
      attributes: [],
    });
    const stuff = parseResult({ legend, instances: [{ ...instance, index: 0 }] });
    expect(identifyEntries(stuff)[0]?.instanceNumber, "the value's, where the index is 0").toBe(1);
    expect(errorOf(() => identifyEntries(result, "colour" as never)).code).toBe("OPTION_INVALID");
  });

  it("takes the legend's value for what an instance is, and the instance's where its colour is not there", () => {
    const issues = (over: object) =>
      parseResult({ legend: { "#000001": "car # 1" }, instances: [{ ...instance, ...over }] }).issues.map(
        ({ code }) => code,
      );
    expect(issues({})).toEqual([]);
    expect(issues({ value: "bus # 1" })).toEqual(["instance-value-mismatch"]);
    expect(issues({ value: "bus # 2" })).toEqual(["instance-value-mismatch"]);
    expect(issues({ color: "#000009", value: "bus # 2", index: 2 })).toEqual([
      "instance-color-not-in-legend",
      "legend-color-without-instance",
    ]);
  });
});

describe("a class list", () => {
  const classes = [{ id: 0, name: "road" }];
  it.each<[object, string]>([
    [{ classes: 1 }, "classes: is a number"],
    [{ classes: [1] }, "classes[0]: is a number"],
    [{ classes: [{ name: "a" }] }, "classes[0].id: is missing"],
    [{ classes: [{ id: "1", name: "a" }] }, "classes[0].id: is a string"],
    [{ classes: [{ id: 0.5, name: "a" }] }, "classes[0].id: is 0.5"],
    [{ classes: [{ id: -1, name: "a" }] }, "classes[0].id: is -1"],
    [{ classes: [...classes, { id: 1, name: 7 }] }, "classes[1].name: is a number"],
    [{ classes: [{ id: 1, name: "a", aliases: "b" }] }, "classes[0].aliases: is a string"],
    [{ classes: [{ id: 1, name: "a", aliases: ["b", null] }] }, "classes[0].aliases[1]: is null"],
    [{ classes, voidId: 2 ** 31 }, "voidId: is 2147483648"],
    [{ classes, ignoreId: "255" }, "ignoreId: is a string"],
    [{ classes, void: "sky" }, "void: is a string"],
    [{ classes, void: [1] }, "void[0]: is a number"],
    [{ classes, ignore: {} }, "ignore: is an object"],
    [{ classes, ignore: ["a", 1] }, "ignore[1]: is a number"],
  ])("is refused, and the place is named: %j", (json, words) => {
    const { code, message } = errorOf(() => ClassList.fromJSON(json));
    expect(code).toBe("CLASS_LIST_INVALID");
    expect(message).toContain(words);
  });

  it("names the place in the names, too", () => {
    expect(errorOf(() => ClassList.fromNames("road" as never)).message).toContain("names: is a string");
    expect(errorOf(() => ClassList.fromNames(["a", ["b", 1]] as never)).message).toContain(
      "names[1][1]: is a number",
    );
  });

  it("has ids up to 2^31 - 1, and is the same as JSON", () => {
    const most = 2 ** 31 - 1;
    const list = ClassList.fromJSON({
      classes: [
        { id: most, name: "last" },
        { id: 1, name: "b", aliases: ["c"] },
      ],
    });
    expect(list.idOf("last")).toBe(most);
    expect(list.toJSON()).toEqual({
      version: 1,
      classes: [
        { id: most, name: "last" },
        { id: 1, name: "b", aliases: ["c"] },
      ],
      voidId: 255,
      ignoreId: 255,
      void: [],
      ignore: [],
    });
    expect(Object.keys(list.classes[0]!)).toEqual(["id", "name"]);
    expect(ClassList.fromNames(["a"]).toJSON()).toMatchObject({ void: [], ignore: [] });
    expect(ClassList.fromResults([{ legend: { "#000001": "b", "#000002": "a" } }]).toJSON()).toMatchObject({
      classes: [
        { id: 0, name: "a" },
        { id: 1, name: "b" },
      ],
      void: [],
      ignore: [],
    });
  });

  it("may be text with a byte order mark before it, and is refused with one inside", () => {
    const text = JSON.stringify({ classes });
    expect(ClassList.fromJSON(`\ufeff${text}`).idOf("road")).toBe(0);
    for (const broken of [`{\ufeff${text.slice(1)}`, "road"]) {
      const error = errorOf(() => ClassList.fromJSON(broken));
      expect(error).toMatchObject({ name: "ClassError", code: "CLASS_LIST_INVALID" });
      expect(error.cause).toBeInstanceOf(SyntaxError);
    }
  });

  it("is told from all that is none", () => {
    expect(isClassList(ClassList.fromNames(["road"]))).toBe(true);
    expect(isClassList({ classes: [], idOf: () => 0 })).toBe(true);
    for (const other of [
      null,
      [],
      "road",
      {},
      { classes: [] },
      { idOf: () => 0 },
      { classes: {}, idOf: () => 0 },
    ]) {
      expect(isClassList(other)).toBe(false);
    }
    expect(isClassList({ classes: [], idOf: 0 })).toBe(false);
  });
});

describe("the colours of Pascal VOC", () => {
  it("are there for indices of 24 bits", () => {
    expect([0, 1, 255, 2 ** 24 - 1].map(vocColor)).toEqual(["#000000", "#800000", "#e0e0c0", "#ffffff"]);
    for (const index of [-1, 2 ** 24, 0.5, "1"]) {
      expect(errorOf(() => vocColor(index as number)).code).toBe("OPTION_INVALID");
    }
  });

  it("have the dataset's name and its classes", () => {
    expect(pascalVoc.name).toBe("Pascal VOC");
    expect(pascalVoc.entries.at(15)).toEqual({ color: vocColor(15), name: "person", id: 15, isVoid: false });
    expect(classListOf(pascalVoc).idOf("void")).toBe(255);
  });
});

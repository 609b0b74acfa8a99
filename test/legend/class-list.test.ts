/** Class lists: ids that stay the same, and lists that cannot be. */
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { ClassError, ClassList } from "../../src/index.js";
import { parseLegend } from "../../src/legend/index.js";

describe("a class list", () => {
  it("numbers names in their order, from firstId on", () => {
    const list = ClassList.fromNames(["road", "car"], { firstId: 1 });
    expect([list.idOf("road"), list.idOf("car"), list.idOf("sky")]).toEqual([1, 2, undefined]);
    // With the byte order mark that some editors write.
    expect(ClassList.fromJSON(`\ufeff${JSON.stringify(list)}`)).toEqual(list);
  });

  it("maps several names onto one id, and void and ignore names onto theirs", () => {
    const list = ClassList.fromNames(["road", ["vehicle", "car", "truck"]], {
      voidId: 254,
      ignoreId: 253,
      void: ["unlabeled"],
      ignore: ["ego vehicle"],
    });
    const names = ["vehicle", "car", "truck", "unlabeled", "ego vehicle"];
    expect(names.map((name) => list.idOf(name))).toEqual([1, 1, 1, 254, 253]);
  });

  it("does not treat names of JavaScript's own properties as classes", () => {
    const list = ClassList.fromNames(["car"]);
    expect(["__proto__", "constructor", "toString"].map((name) => list.idOf(name))).toEqual([
      undefined,
      undefined,
      undefined,
    ]);
  });

  it("survives a round trip through JSON", () => {
    fc.assert(
      fc.property(
        fc.uniqueArray(fc.string(), { maxLength: 50 }),
        fc.integer({ min: 0, max: 100 }),
        (names, firstId) => {
          const list = ClassList.fromNames(names, { firstId });
          const again = ClassList.fromJSON(JSON.stringify(list));
          expect(again.toJSON()).toEqual(list.toJSON());
          for (const name of names) expect(again.idOf(name)).toBe(list.idOf(name));
        },
      ),
    );
  });

  it("made from results is sorted, and does not depend on their order", () => {
    const results = [
      { legend: { "#111111": "car # 2", "#222222": "Sky" } },
      { legend: { "#333333": "car # 1", "#444444": "road" } },
    ];
    const names = (list: ClassList) => list.classes.map(({ name }) => name);
    expect(names(ClassList.fromResults(results))).toEqual(["Sky", "car", "road"]);
    expect(names(ClassList.fromResults(results.toReversed()))).toEqual(["Sky", "car", "road"]);
    expect(names(ClassList.fromResults(results, { void: ["Sky"] }))).toEqual(["car", "road"]);
  });

  it("keeps supercategories, and reads lists without them", () => {
    const json = {
      classes: [
        { id: 0, name: "road" },
        { id: 1, name: "car", aliases: ["auto"], supercategory: "vehicle" },
        { id: 2, name: "sky", supercategory: null },
      ],
    };
    const list = ClassList.fromJSON(json);
    expect(list.classes).toEqual([json.classes[0], json.classes[1], { id: 2, name: "sky" }]);
    expect(Object.keys(list.classes[2]!)).toEqual(["id", "name"]);
    expect(ClassList.fromJSON(JSON.stringify(list)).toJSON()).toEqual(list.toJSON());
    expect(list.idOf("vehicle"), "the name of a group").toBe(undefined);
    // What a version without supercategories has written.
    const old =
      '{"version":1,"classes":[{"id":3,"name":"a"}],"voidId":255,"ignoreId":255,"void":[],"ignore":[]}';
    expect(JSON.stringify(ClassList.fromJSON(old))).toBe(old);
  });

  it("made from results has the supercategories of their legends, whatever their order", () => {
    const legendOf = (...entries: [name: string, supercategory?: string][]) => ({
      legend: {
        entries: entries.map(([name, supercategory], index) => ({
          key: `#00000${index}`,
          name,
          ...(supercategory && { supercategory }),
        })),
        issues: [],
      },
    });
    const results = [
      legendOf(["car # 1"], ["sky", "outdoor"]),
      legendOf(["car # 2", "vehicle"], ["road"]),
      legendOf(["car # 1"], ["car # 2", "vehicle"]),
    ];
    for (const given of [results, results.toReversed()]) {
      const list = ClassList.fromResults(given as never, { firstId: 3, void: ["road"] });
      expect(list.classes).toEqual([
        { id: 3, name: "car", supercategory: "vehicle" },
        { id: 4, name: "sky", supercategory: "outdoor" },
      ]);
      expect(list.void).toEqual(["road"]);
    }
    // If legends disagree, a class has none, wherever they do.
    const [toy, none] = [legendOf(["car", "toy"]), legendOf(["car"])];
    for (const given of [
      [toy, ...results],
      [...results, toy, none],
      [results[1], toy, results[1], none, toy],
    ]) {
      const list = ClassList.fromResults(given as never);
      expect(list.classes.find(({ name }) => name === "car")).toEqual({ id: 0, name: "car" });
    }
  });

  it.each([
    [{ classes: [{ id: 0, name: "a", supercategory: 3 }] }],
    [
      {
        classes: [
          { id: 0, name: "a" },
          { id: 0, name: "b" },
        ],
      },
    ],
    [
      {
        classes: [
          { id: 0, name: "a" },
          { id: 1, name: "a" },
        ],
      },
    ],
    [
      {
        classes: [
          { id: 0, name: "a", aliases: ["b"] },
          { id: 1, name: "b" },
        ],
      },
    ],
    [{ classes: [{ id: 255, name: "a" }] }],
    [{ classes: [{ id: 7, name: "a" }], ignoreId: 7 }],
    [{ classes: [{ id: -1, name: "a" }] }],
    [{ classes: [{ id: 1.5, name: "a" }] }],
    [{ classes: [{ id: 2 ** 31, name: "a" }] }],
    [{ classes: [{ id: "1", name: "a" }] }],
    [{ classes: [{ id: 1 }] }],
    [{ classes: [null] }],
    [{ classes: {} }],
    [{ classes: [], voidId: -1 }],
    [{ classes: [], void: ["a"], ignore: ["a"] }],
    [{ version: 2, classes: [] }],
    [[]],
    [null],
    ["{"],
  ])("cannot be %j", (json) => {
    expect(() => ClassList.fromJSON(json)).toThrow(ClassError);
    expect(() => ClassList.fromJSON(json)).toThrow(expect.objectContaining({ code: "CLASS_LIST_INVALID" }));
  });

  it("refuses anything that is not a list of names or results, with a typed error", () => {
    const calls: (() => unknown)[] = [
      () => ClassList.fromNames(null as never),
      () => ClassList.fromNames("car" as never),
      () => ClassList.fromNames([3] as never),
      () => ClassList.fromNames(["car"], null as never),
      () => ClassList.fromResults(undefined as never),
      () => ClassList.fromResults({ legend: { "#ff0000": "car" } } as never),
    ];
    for (const call of calls) {
      expect(call).toThrow(expect.objectContaining({ name: "ClassError", code: "CLASS_LIST_INVALID" }));
    }
  });

  it("has the ids of legends, if they give each class one", () => {
    const table = parseLegend([
      { id: 7, name: "road" },
      { id: 26, name: "car" },
      { id: 255, name: "nobody" },
    ]);
    const list = ClassList.fromResults([table]);
    expect(list.classes).toEqual([
      { id: 7, name: "road" },
      { id: 26, name: "car" },
    ]);
    expect([list.void, list.idOf("nobody")]).toEqual([["nobody"], 255]);
    expect(ClassList.fromResults([table], { firstId: 1 }).idOf("road")).toBe(3);
    const other = parseLegend({ 8: "road" });
    const noId = { "#000001": "sky" };
    for (const more of [other, noId]) {
      const names = ClassList.fromResults([table, more]).classes.map(({ name }) => name);
      expect(names).toEqual([...names].sort());
      expect(ClassList.fromResults([table, more]).idOf("car")).toBe(0);
    }
    expect(ClassList.fromResults([parseLegend("cityscapes")]).idOf("car")).toBe(26);
  });
});

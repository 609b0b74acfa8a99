/** Merged class lists: fewer classes, the documented ids, and every old name as an alias. */
import fc from "fast-check";
import { beforeAll, describe, expect, it } from "vitest";
import { ClassList, init, labelPixels } from "../../src/index.js";
import { mergeBySupercategory, mergeClasses, withSupercategories } from "../../src/legend/index.js";

beforeAll(() => init());

const street = ClassList.fromJSON({
  classes: [
    { id: 5, name: "road" },
    { id: 2, name: "car", aliases: ["auto", "pkw"], supercategory: "vehicle" },
    { id: 9, name: "person", supercategory: "human" },
    { id: 7, name: "truck", supercategory: "vehicle" },
    { id: 8, name: "sky" },
  ],
  voidId: 3,
  ignoreId: 255,
  void: ["unlabeled"],
  ignore: ["ego"],
});

const idsOf = (list: ClassList) => list.classes.map(({ id, name }) => [id, name]);
const error = (code: string, ...words: string[]) =>
  expect.objectContaining({ code, message: expect.stringMatching(words.join(".*")) });

describe("mergeClasses", () => {
  it("makes one class of a group, at the place of its first class, with consecutive ids that skip void and ignore", () => {
    const merged = mergeClasses(street, { vehicle: ["truck", "car"], way: ["road"] });
    expect(merged.toJSON()).toEqual({
      version: 1,
      classes: [
        { id: 2, name: "way", aliases: ["road"] },
        { id: 4, name: "vehicle", aliases: ["car", "auto", "pkw", "truck"], supercategory: "vehicle" },
        { id: 5, name: "person", supercategory: "human" },
        { id: 6, name: "sky" },
      ],
      voidId: 3,
      ignoreId: 255,
      void: ["unlabeled"],
      ignore: ["ego"],
    });
    const ignored = ClassList.fromJSON({ ...street.toJSON(), voidId: 255, ignoreId: 4 });
    expect(idsOf(mergeClasses(ignored, {})).map(([id]) => id)).toEqual([2, 3, 5, 6, 7]);
    expect(idsOf(mergeClasses(street, { vehicle: ["car", "truck"] }, { firstId: 0 }))).toEqual([
      [0, "road"],
      [1, "vehicle"],
      [2, "person"],
      [4, "sky"],
    ]);
    expect(idsOf(mergeClasses(ClassList.fromNames([]), {}))).toEqual([]);
  });

  it("keeps the ids if told to: a group has the id of its first class in the list", () => {
    const merged = mergeClasses(street, new Map([["vehicle", ["truck", "car"]]]), { ids: "keep" });
    expect(idsOf(merged)).toEqual([
      [5, "road"],
      [2, "vehicle"],
      [9, "person"],
      [8, "sky"],
    ]);
  });

  it("takes aliases, names twice, and the group's own name among its classes", () => {
    const merged = mergeClasses(street, { car: ["auto", "pkw", "truck", "truck"] });
    expect(merged.classes[1]).toEqual({
      id: 4,
      name: "car",
      aliases: ["auto", "pkw", "truck"],
      supercategory: "vehicle",
    });
    // An alias may become the name.
    expect(mergeClasses(street, { pkw: ["car"] }).classes[1]).toMatchObject({
      name: "pkw",
      aliases: ["car", "auto"],
    });
  });

  it("drops the supercategory of a group whose classes have different ones, or not all one", () => {
    for (const names of [
      ["car", "person"],
      ["car", "road"],
      ["road", "car"],
    ]) {
      const entry = mergeClasses(street, { thing: names }).classes.find(({ name }) => name === "thing")!;
      expect(entry.supercategory, names.join()).toBe(undefined);
    }
  });

  it("decodes the same masks with the new list", () => {
    const legend = { "#000001": "car # 1", "#000002": "truck # 1", "#000003": "pkw # 2", "#000004": "road" };
    const data = Uint8Array.of(0, 0, 1, 0, 0, 2, 0, 0, 3, 0, 0, 4);
    const map = labelPixels({ data, width: 4, height: 1, channels: 3 }, legend);
    expect([...map.semantic(mergeClasses(street, { vehicle: ["car", "truck"] }))]).toEqual([4, 4, 4, 2]);
  });

  it.each([
    [{ a: ["lorry"] }, "CLASS_UNKNOWN", '"a"', '"lorry"', "not in the class list"],
    [{ a: ["car", "unlabeled"] }, "CLASS_UNKNOWN", '"unlabeled"', "void or ignore name"],
    [{ a: ["ego"] }, "CLASS_UNKNOWN", '"ego"', "void or ignore name"],
    [{ a: ["car"], b: ["auto"] }, "CLASS_LIST_INVALID", '"car"', '"a" and "b"'],
    [{ a: [] }, "CLASS_LIST_INVALID", '"a" is empty'],
    [{ truck: ["car"] }, "CLASS_LIST_INVALID", '"truck"'],
    [{ pkw: ["truck"] }, "CLASS_LIST_INVALID", '"pkw"'],
    [{ unlabeled: ["truck"] }, "CLASS_LIST_INVALID", '"unlabeled"'],
    [{ car: ["truck"], truck: ["car"] }, "CLASS_LIST_INVALID", '"truck"'],
    [{ a: "car" }, "OPTION_INVALID", '"a"', "a string"],
    [{ a: [3] }, "OPTION_INVALID", '"a"', "a number"],
    [["car"], "OPTION_INVALID", "an array"],
    [null, "OPTION_INVALID", "null"],
  ] as [unknown, string, ...string[]][])("refuses the groups %j", (groups, code, ...words) => {
    expect(() => mergeClasses(street, groups as never)).toThrow(error(code, ...words));
  });

  it.each([
    [{ ids: "new" }],
    [{ firstId: -1 }],
    [{ firstId: 1.5 }],
    [{ ids: "keep", firstId: 0 }],
    [{ id: 1 }],
    [3],
  ])("refuses the options %j", (options) => {
    expect(() => mergeClasses(street, {}, options as never)).toThrow(error("OPTION_INVALID"));
    expect(() => mergeBySupercategory(street, options as never)).toThrow(error("OPTION_INVALID"));
  });

  it("refuses something that is not a class list", () => {
    for (const call of [
      () => mergeClasses({} as never, {}),
      () => mergeBySupercategory(null as never),
      () => withSupercategories(undefined as never, {}),
    ]) {
      expect(call).toThrow(error("OPTION_INVALID", "ClassList"));
    }
  });

  it("keeps every name, whatever is merged, and numbers the classes without gaps but for the reserved ids", () => {
    const names = ["a", "b", "c", "d", "e", "f", "g"];
    fc.assert(
      fc.property(
        fc.shuffledSubarray(names, { minLength: 1 }),
        fc.array(fc.integer({ min: 0, max: 3 }), { minLength: 7, maxLength: 7 }),
        fc.integer({ min: 0, max: 3 }),
        fc.constantFrom("consecutive", "keep"),
        (order, groupOf, firstId, ids) => {
          const list = ClassList.fromNames(
            order.map((name) => [name, `${name}2`]),
            { firstId, voidId: firstId + order.length + 1, ignoreId: 100, void: ["none"] },
          );
          const groups: Record<string, string[]> = {};
          names.forEach((name, index) => {
            if (!order.includes(name) || groupOf[index] === 0) return;
            const group = `group ${groupOf[index]}`;
            groups[group] = [...(groups[group] ?? []), index % 2 ? name : `${name}2`];
          });
          const merged = mergeClasses(list, groups, { ids });
          // A class's new id is that of its group's first class in the list, counted anew or kept.
          const keyOf = (name: string) => groupOf[names.indexOf(name)] || name;
          const firsts = order.filter((name) => order.find((other) => keyOf(other) === keyOf(name)) === name);
          for (const name of order) {
            const first = firsts.find((other) => keyOf(other) === keyOf(name))!;
            const expected = ids === "keep" ? list.idOf(first) : firstId + firsts.indexOf(first);
            expect([merged.idOf(name), merged.idOf(`${name}2`)]).toEqual([expected, expected]);
          }
          expect(merged.classes.length).toBe(firsts.length);
          expect(merged.idOf("none")).toBe(list.voidId);
          expect(ClassList.fromJSON(JSON.stringify(merged)).toJSON()).toEqual(merged.toJSON());
        },
      ),
    );
  });
});

describe("mergeBySupercategory", () => {
  it("makes one class of each supercategory, and keeps classes without one", () => {
    expect(mergeBySupercategory(street).classes).toEqual([
      { id: 2, name: "road" },
      { id: 4, name: "vehicle", aliases: ["car", "auto", "pkw", "truck"], supercategory: "vehicle" },
      { id: 5, name: "human", aliases: ["person"], supercategory: "human" },
      { id: 6, name: "sky" },
    ]);
    const once = mergeBySupercategory(street, { ids: "keep" });
    expect(idsOf(once).map(([id]) => id)).toEqual([5, 2, 9, 8]);
    expect(mergeBySupercategory(once, { ids: "keep" }).toJSON()).toEqual(once.toJSON());
  });

  it("refuses a supercategory with the name of a class that does not belong to it", () => {
    const list = withSupercategories(street, { sky: ["person"] });
    expect(() => mergeBySupercategory(list)).toThrow(error("CLASS_LIST_INVALID", '"sky"'));
    const own = withSupercategories(street, { sky: ["person", "sky"] });
    expect(mergeBySupercategory(own).classes.at(-1)).toMatchObject({ name: "sky", aliases: ["person"] });
  });
});

describe("withSupercategories", () => {
  it("sets those that are named, by name or alias, and leaves the rest as it is", () => {
    const list = withSupercategories(street, { flat: ["road"], machine: ["pkw", "car"] });
    expect(list.classes.map(({ supercategory }) => supercategory)).toEqual([
      "flat",
      "machine",
      "human",
      "vehicle",
      undefined,
    ]);
    const plain = ({ classes, ...rest }: ReturnType<ClassList["toJSON"]>) => ({
      ...rest,
      classes: classes.map(({ supercategory, ...entry }) => entry),
    });
    expect(plain(list.toJSON())).toEqual(plain(street.toJSON()));
  });

  it.each([
    [{ a: ["lorry"] }, "CLASS_UNKNOWN"],
    [{ a: ["car"], b: ["pkw"] }, "CLASS_LIST_INVALID"],
    [{ a: "car" }, "OPTION_INVALID"],
  ])("refuses %j", (groups, code) => {
    expect(() => withSupercategories(street, groups as never)).toThrow(error(code, '"'));
  });
});

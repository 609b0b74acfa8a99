import { describe, expect, it } from "vitest";
import { ClassList, decodeMask } from "../../src/index.js";
import { labelMapFrom, relabel } from "../../src/maps/index.js";
import { encodePng } from "../support/encode-png.mjs";

const COLOURS = [0xff0000, 0x00ff00, 0x0000ff, 0xffff00, 0x00ffff, 0x808080];
const NAMES = ["car # 1", "truck # 1", "truck # 2", "road", "path", "sky"];
/** One pixel of each colour, then two of the third, then one without a label. */
const PIXELS = [0, 1, 2, 3, 4, 5, 2, 2, 6];

function street() {
  const samples = Uint8Array.from(
    PIXELS.flatMap((place) => {
      const rgb = COLOURS[place] ?? 0x123456;
      return [rgb >> 16, (rgb >> 8) & 255, rgb & 255];
    }),
  );
  const png = encodePng({ width: 3, height: 3, colourType: 2, bitDepth: 8, samples });
  const hex = (rgb: number) => `#${rgb.toString(16).padStart(6, "0")}`;
  return decodeMask(png, {
    legend: Object.fromEntries(COLOURS.map((rgb, place) => [hex(rgb), NAMES[place]!])),
  });
}

describe("relabel", () => {
  it("makes a thing of things and stuff that become one label, in any order, and says so", () => {
    const classes = ClassList.fromJSON({
      classes: [
        { id: 0, name: "grass", isThing: false },
        { id: 1, name: "crowd", isThing: true },
        { id: 2, name: "road", isThing: false },
      ],
    });
    const join = (...ids: number[]) => {
      const map = labelMapFrom(Uint8Array.from(ids), { classes, width: ids.length, height: 1 });
      return relabel(map, ({ className }) => (className === "road" ? {} : { className: "other" }));
    };
    const facts = ({ labels, issues }: ReturnType<typeof join>) => [
      labels.map(({ className, isThing, pixelCount }) => [className, isThing, pixelCount]),
      issues.map(({ code }) => code),
    ];
    expect(facts(join(0, 1, 1, 2))).toEqual([
      [
        ["other", true, 3],
        ["road", false, 1],
      ],
      ["kinds-merged"],
    ]);
    expect(facts(join(0, 2))).toEqual([
      [
        ["other", false, 1],
        ["road", false, 1],
      ],
      [],
    ]);
    expect(join(0, 1).issues[0]!.message).toBe(
      'things and stuff became one label, which is a thing now: "other"; set isThing yourself if it should be stuff.',
    );
    // A change that says what the label is leaves no doubt.
    const map = labelMapFrom(Uint8Array.of(0, 1), { classes, width: 2, height: 1 });
    const stuff = relabel(map, () => ({ className: "other", isThing: false }));
    expect(facts(stuff)).toEqual([[["other", false, 2]], []]);
    // The thing first: the order of the labels does not count.
    const turned = relabel(
      { ...map, labels: map.labels, data: map.data, width: 2, height: 1 },
      ({ className, isThing }) => ({ className: "other", isThing: className === "grass" ? true : !isThing }),
    );
    expect(facts(turned)).toEqual([[["other", true, 2]], ["kinds-merged"]]);
  });

  it("merges stuff into one label, and keeps objects apart", async () => {
    const map = await street();
    const before = [...map.data];
    const merged = relabel(map, ({ className }) =>
      ["car", "truck"].includes(className)
        ? { className: "vehicle", classId: 7 }
        : ["road", "path"].includes(className)
          ? { className: "ground", supercategory: "flat" }
          : {},
    );
    expect([...merged.data]).toEqual([0, 1, 2, 3, 3, 4, 2, 2, -1]);
    expect(
      merged.labels.map((label) => [
        label.index,
        label.name,
        label.className,
        label.classId,
        label.instanceId,
        label.instanceNumber,
        label.supercategory,
        label.pixelCount,
        label.bbox,
      ]),
    ).toEqual([
      [0, "vehicle # 1", "vehicle", 7, 1, 1, null, 1, [0, 0, 1, 1]],
      // The number 1 is taken, and so is the next one for the object that follows.
      [1, "vehicle # 2", "vehicle", 7, 2, 2, null, 1, [1, 0, 1, 1]],
      [2, "vehicle # 3", "vehicle", 7, 3, 3, null, 3, [0, 0, 3, 3]],
      [3, "ground", "ground", null, 0, 0, "flat", 2, [0, 1, 2, 1]],
      [4, "sky", "sky", null, 0, 0, null, 1, [2, 1, 1, 1]],
    ]);
    expect(merged.unlabelled.count).toBe(1);
    // The given map is as it was.
    expect([...map.data]).toEqual(before);
  });

  it("makes the pixels of a label that is left out unlabelled", async () => {
    const rest = relabel(await street(), ({ className }) => (className === "truck" ? null : {}));
    expect([...rest.data]).toEqual([0, -1, -1, 1, 2, 3, -1, -1, -1]);
    expect(rest.labels.map(({ name }) => name)).toEqual(["car # 1", "road", "path", "sky"]);
    expect(rest.unlabelled.count).toBe(5);
  });

  it("changes nothing if it is told to change nothing", async () => {
    const map = await street();
    const same = relabel(map, () => ({}));
    expect([...same.data]).toEqual([...map.data]);
    expect(same.labels).toEqual(map.labels);
    expect(same.issues).toEqual(map.issues);
  });

  it("keeps crowds apart from stuff, and merges crowds of a class", () => {
    const classes = ClassList.fromNames(["person", "rider"]);
    const map = labelMapFrom({ width: 4, height: 1, data: Int32Array.of(0, 1, 0, 1) }, { classes });
    const labels = map.labels.map((label) => ({ ...label, isCrowd: label.className === "rider" }));
    const crowd = relabel({ ...map, labels }, () => ({ className: "person" }));
    expect(crowd.labels.map(({ isCrowd, pixelCount }) => [isCrowd, pixelCount])).toEqual([
      [false, 2],
      [true, 2],
    ]);
    const group = relabel({ ...map, labels: labels.map((label) => ({ ...label, isCrowd: true })) }, () => ({
      className: "person",
    }));
    expect(group.labels.map(({ isCrowd, pixelCount }) => [isCrowd, pixelCount])).toEqual([[true, 4]]);
  });

  it("keeps the numbers of objects if they are free, whatever their order", async () => {
    const map = await street();
    // Of `truck # 1` and `truck # 2`, the second comes first now.
    const turned = { ...map, labels: map.labels.map((label) => ({ ...label })) };
    Object.assign(turned.labels[1]!, { instanceNumber: 2, name: "truck # 2" });
    Object.assign(turned.labels[2]!, { instanceNumber: 1, name: "truck # 1" });
    const merged = relabel(turned, ({ className }) => (className === "car" ? { className: "truck" } : {}));
    expect(merged.labels.slice(0, 3).map(({ name }) => name)).toEqual([
      "truck # 1",
      "truck # 2",
      "truck # 3",
    ]);
  });

  it("keeps stuff apart from the objects of its class, and keeps numbers, names and issues that need not change", () => {
    const classes = ClassList.fromNames(["road", "car"]);
    const instances = Uint8Array.of(7, 9, 0, 0);
    const map = labelMapFrom(Uint8Array.of(1, 1, 1, 0), { classes, instances, width: 4, height: 1 });
    const issues = [{ code: "png-x", message: "x" }] as never[];
    const named = { ...map, issues, labels: map.labels.map((label) => ({ ...label, isCrowd: false })) };
    Object.assign(named.labels[0]!, { name: "the road" });
    const same = relabel(named, () => ({}));
    expect(same.labels.map(({ name }) => name)).toEqual(["the road", "car", "car # 7", "car # 9"]);
    expect([...same.data]).toEqual([2, 3, 1, 0]);
    expect(same.issues).toEqual(issues);
    expect(relabel({ ...named, issues: undefined } as never, () => ({})).issues).toEqual([]);
    // An object without a number gets one, and stuff after an object of its class is a label of its own.
    named.labels.reverse().forEach((label, index) => {
      Object.assign(label, { index });
    });
    Object.assign(named.labels[0]!, { instanceNumber: 0 });
    const turned = relabel(named, ({ className }) => ({
      className: className === "road" ? "car" : className,
    }));
    expect(turned.labels.map(({ name }) => name)).toEqual(["car # 1", "car # 7", "car"]);
  });

  it("is quick for many objects with the same number", () => {
    const count = 65_536;
    const labels = Array.from({ length: count }, (_, index) => ({
      ...{ index, color: "#000000", name: `c${index} # 1`, className: `c${index}`, classId: null },
      ...{ instanceId: index + 1, instanceNumber: 1, sourceId: null, isThing: true, isCrowd: false },
      ...{ supercategory: null, attributes: [], pixelCount: 0, bbox: null },
    }));
    const map = { width: 1, height: 1, data: Int32Array.of(count - 1), labels };
    expect(relabel(map, () => ({ className: "c" })).labels.at(-1)!.instanceNumber).toBe(count);
  });

  it.each([
    ["something else", () => "car", "change returns a string for "],
    ["nothing", () => undefined, "change returns nothing for "],
  ])("refuses a function that returns %s", async (_, change, message) => {
    const map = await street();
    expect(() => relabel(map, change as never)).toThrow(
      expect.objectContaining({ code: "OPTION_INVALID", message: expect.stringContaining(message) }),
    );
  });

  it("refuses what is no function, and what is no map", async () => {
    const map = await street();
    expect(() => relabel(map, {} as never)).toThrow(expect.objectContaining({ code: "OPTION_INVALID" }));
    expect(() => relabel([] as never, () => null)).toThrow(
      expect.objectContaining({ code: "OPTION_INVALID" }),
    );
  });
});

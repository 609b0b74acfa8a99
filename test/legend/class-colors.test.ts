/** Colours to look at: against an independent simulation of colour blindness, other orders, other classes, and themselves. */
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import {
  ade20k,
  cityscapesTrain,
  classColors,
  distinctColor,
  instanceColor,
  labelColors,
  parseColor,
} from "../../src/legend/index.js";

type Triple = readonly [number, number, number];
type Matrix = readonly [Triple, Triple, Triple];

/** Machado, Oliveira and Fernandes, "A physiologically-based model for simulation of color vision deficiency", 2009. */
const EYES: Readonly<Record<string, Matrix>> = {
  usual: [
    [1, 0, 0],
    [0, 1, 0],
    [0, 0, 1],
  ],
  protanope: [
    [0.152286, 1.052583, -0.204868],
    [0.114503, 0.786281, 0.099216],
    [-0.003882, -0.048116, 1.051998],
  ],
  deuteranope: [
    [0.367322, 0.860646, -0.227968],
    [0.280085, 0.672501, 0.047413],
    [-0.01182, 0.04294, 0.968881],
  ],
};

/** CIE L*a*b* (1976) of a colour as these eyes see it. The library measures in OKLab, and simulates by another model. */
function labOf(color: string, eye: string): Triple {
  const rgb = parseColor(color);
  const light = [rgb >> 16, (rgb >> 8) & 255, rgb & 255].map((byte) => {
    const value = byte / 255;
    return value <= 0.04045 ? value / 12.92 : ((value + 0.055) / 1.055) ** 2.4;
  });
  const times = (matrix: Matrix, [x, y, z]: readonly number[]) =>
    matrix.map((row) => row[0] * x! + row[1] * y! + row[2] * z!);
  const seen = times(EYES[eye]!, light).map((value) => Math.min(1, Math.max(0, value)));
  const xyz = times(
    [
      [0.4124564, 0.3575761, 0.1804375],
      [0.2126729, 0.7151522, 0.072175],
      [0.0193339, 0.119192, 0.9503041],
    ],
    seen,
  );
  const f = (t: number) => (t > 216 / 24389 ? Math.cbrt(t) : ((24389 / 27) * t + 16) / 116);
  const [x, y, z] = [f(xyz[0]! / 0.95047), f(xyz[1]!), f(xyz[2]! / 1.08883)];
  return [116 * y - 16, 500 * (x - y), 200 * (y - z)];
}

function difference(one: string, other: string, eye: string): number {
  const [a, b] = [labOf(one, eye), labOf(other, eye)];
  return Math.hypot(a[0] - b[0], a[1] - b[1], a[2] - b[2]);
}

/** The two colours that are most alike, and how far apart they are in L*a*b*: 2.3 is just noticeable. */
function mostAlike(colors: ReadonlyMap<string, string>, eye: string): { pair: string; apart: number } {
  let least = { pair: "", apart: Number.POSITIVE_INFINITY };
  const all = [...colors];
  for (const [place, [name, color]] of all.entries()) {
    for (const [other, otherColor] of all.slice(0, place)) {
      const apart = difference(color, otherColor, eye);
      if (apart < least.apart) least = { pair: `${other} and ${name}`, apart };
    }
  }
  return least;
}

const COMMON = [...new Set(cityscapesTrain.entries.filter(({ isVoid }) => !isVoid).map(({ name }) => name))];
const MOST_COMMON = ["road", "sidewalk", "building", "vegetation", "sky", "person", "car", "bicycle"];

describe("the colours of common classes", () => {
  it.each(Object.keys(EYES))("are told apart by the eyes of a %s", (eye) => {
    expect(COMMON).toHaveLength(19);
    const { pair, apart } = mostAlike(classColors([...COMMON, "background"]), eye);
    expect(apart, pair).toBeGreaterThan(5);
    const most = mostAlike(classColors(MOST_COMMON), eye);
    expect(most.apart, most.pair).toBeGreaterThan(12);
  });

  it("are so without giving way to each other", () => {
    for (const [name, color] of classColors([...COMMON, "background"])) {
      expect(color, name).toBe(classColors([name]).get(name));
    }
  });

  it("would not be told apart by all eyes if they were those of Cityscapes", () => {
    const theirs = new Map(
      cityscapesTrain.entries
        .filter(({ name }) => COMMON.includes(name))
        .map(({ name, color }) => [name, color]),
    );
    expect(Math.min(...Object.keys(EYES).map((eye) => mostAlike(theirs, eye).apart))).toBeLessThan(5);
  });

  it("are the same however a data set writes the names", () => {
    for (const [name, usual] of [
      ["Traffic_Light", "traffic light"],
      ["cars", "car"],
      ["building, edifice", "building"],
      ["object--vehicle--car", "car"],
      ["sky-other-merged", "sky"],
      ["wall-other-merged", "wall"],
      ["building-other-merged", "building"],
      ["bus", "bus"],
      ["Pedestrian", "person"],
      ["trees", "vegetation"],
    ] as const) {
      expect(classColors([name]).get(name), name).toBe(classColors([usual]).get(usual));
    }
  });

  it("belong to the usual name if several names mean the class", () => {
    const colors = classColors(["Car", "automobile", "car", "vehicle"]);
    expect(colors.get("car")).toBe(classColors(["car"]).get("car"));
    expect(new Set(colors.values()).size).toBe(4);
  });
});

const names = fc.uniqueArray(fc.oneof(fc.string(), fc.constantFrom(...COMMON), fc.nat().map(String)), {
  maxLength: 40,
});

describe("the colours of any classes", () => {
  it("are all different, and do not depend on the order of the names", () => {
    fc.assert(
      fc.property(names, fc.nat(), (classNames, seed) => {
        const colors = classColors(classNames);
        expect([...colors.keys()]).toEqual(classNames);
        expect(new Set(colors.values()).size).toBe(classNames.length);
        for (const color of colors.values()) expect(color).toMatch(/^#[0-9a-f]{6}$/);
        const turn = classNames.length === 0 ? 0 : seed % classNames.length;
        const turned = [...classNames.slice(turn), ...classNames.slice(0, turn)].reverse();
        for (const [name, color] of classColors(turned)) expect(color, name).toBe(colors.get(name));
      }),
    );
  });

  it("are those of earlier releases", () => {
    const colors = classColors(["road", "table", "chair", "3", "Wärmflasche"]);
    expect(Object.fromEntries(colors)).toMatchInlineSnapshot(`
      {
        "3": "#af5d9c",
        "Wärmflasche": "#4ca75e",
        "chair": "#fda2b6",
        "road": "#8276ad",
        "table": "#f58095",
      }
    `);
  });

  it("are different for as many classes as a label map has", () => {
    const many = Array.from({ length: 65_536 }, (_, place) => `thing ${place}`);
    expect(new Set(classColors(many).values()).size).toBe(65_536);
  });

  it("can be seen to differ for the 150 classes of ADE20K", () => {
    const { pair, apart } = mostAlike(classColors(ade20k.legend.values()), "usual");
    expect(apart, pair).toBeGreaterThan(2.3);
  });

  it("mostly stay when another class comes", () => {
    const before = ["table", "chair", "lamp", "dog", "cat", "horse", "boat", "cup", "door", "window"];
    const colors = classColors(before);
    const changed = ["zebra", "apple", "sand", "snow", "tent"].map((name) => {
      const after = classColors([...before, name]);
      return before.filter((other) => after.get(other) !== colors.get(other)).length;
    });
    expect(Math.max(...changed)).toBeLessThanOrEqual(2);
  });

  it("are the user's where there are some, and the others keep away from them", () => {
    const own = new Map([
      ["road", "#3c5cb6"],
      ["sky", "rgb(1, 2, 3)"],
      ["not there", "#ffffff"],
    ]);
    const colors = classColors(["car", "road", "sky"], { colors: own });
    expect(colors.get("road")).toBe("#3c5cb6");
    expect(colors.get("sky")).toBe("#010203");
    expect(difference(colors.get("car")!, "#3c5cb6", "usual")).toBeGreaterThan(5);
    expect(classColors(["road"], { colors: { road: "#fff" } }).get("road")).toBe("#ffffff");
    expect([...colors.keys()]).toEqual(["car", "road", "sky"]);
  });

  it("keep the usual ones beside a colour of the user that only the colour-blind take for it", () => {
    const colors = classColors(["road", "unicorn"], { colors: { unicorn: "#ff66cc" } });
    expect(colors.get("road")).toBe(classColors(["road"]).get("road"));
  });

  it("refuse what is no colour or no name", () => {
    expect(() => classColors(["road"], { colors: { road: "grey" } })).toThrow(
      expect.objectContaining({ code: "OPTION_INVALID", message: expect.stringContaining('colors["road"]') }),
    );
    expect(() => classColors([3 as never])).toThrow(expect.objectContaining({ code: "OPTION_INVALID" }));
  });
});

describe("the colours of ids", () => {
  it("that follow each other are far apart", () => {
    for (let id = -20; id < 2000; id++) {
      for (let next = id + 1; next < id + 8; next++) {
        expect(difference(distinctColor(id), distinctColor(next), "usual"), `${id}, ${next}`).toBeGreaterThan(
          10,
        );
      }
    }
  });

  it("are never too dark to be seen", () => {
    for (let id = 0; id < 5000; id++) expect(labOf(distinctColor(id), "usual")[0]).toBeGreaterThan(35);
  });

  it("refuse what is no id", () => {
    for (const id of [0.5, Number.NaN, Number.POSITIVE_INFINITY, "3" as never]) {
      expect(() => distinctColor(id)).toThrow(expect.objectContaining({ code: "OPTION_INVALID" }));
    }
  });
});

describe("the colours of objects", () => {
  it("are shades of the class's colour that can be told apart", () => {
    for (const color of classColors(COMMON).values()) {
      const shades = new Map(
        Array.from({ length: 8 }, (_, place) => [`${color} # ${place + 1}`, instanceColor(color, place + 1)]),
      );
      const { pair, apart } = mostAlike(shades, "usual");
      expect(apart, pair).toBeGreaterThan(2.3);
      expect(instanceColor(color, 0)).toBe(color);
    }
  });

  it("stay nearer to their own class than to most others", () => {
    const [car, person, road] = ["car", "person", "vegetation"].map((name) => classColors([name]).get(name)!);
    for (let number = 1; number <= 50; number++) {
      const shade = instanceColor(car!, number);
      const own = difference(shade, car!, "usual");
      expect(own).toBeLessThan(difference(shade, person!, "usual"));
      expect(own).toBeLessThan(difference(shade, road!, "usual"));
    }
  });
});

describe("the colours of labels", () => {
  const labels = [
    { index: 0, color: "#ff0000", name: "road", className: "road", instanceNumber: 0 },
    { index: 1, color: "#00ff00", name: "car # 1", className: "car", instanceNumber: 1 },
    { index: 2, color: "#0000ff", name: "car # 2", className: "car", instanceNumber: 2 },
  ];
  const [road, car] = classColors(["road", "car"]).values();

  it("are the mask's, the class's, the object's or the label's", () => {
    expect(labelColors(labels, { by: "mask" })).toEqual(["#ff0000", "#00ff00", "#0000ff"]);
    expect(labelColors(labels)).toEqual([road, car, car]);
    expect(labelColors(labels, { by: "instance" })).toEqual([
      road,
      instanceColor(car!, 1),
      instanceColor(car!, 2),
    ]);
    expect(labelColors(labels, { by: "distinct" })).toEqual([0, 1, 2].map(distinctColor));
    expect(labelColors([], { by: "distinct" })).toEqual([]);
  });

  it("are those of the numbers in a mask of ids", () => {
    const ids = [7, 26].map((id, index) => ({
      index,
      color: "#000000",
      name: String(id),
      className: String(id),
      instanceNumber: 0,
    }));
    expect(labelColors(ids, { by: "distinct" })).toEqual([distinctColor(7), distinctColor(26)]);
    expect(labelColors(ids, { by: "class" })).toEqual([distinctColor(7), distinctColor(26)]);
  });

  it("differ for names that are the same number, written in two ways", () => {
    const labels = ["7", "007"].map((name, index) => ({
      index,
      color: "#000000",
      name,
      className: name,
      instanceNumber: 0,
    }));
    for (const by of ["distinct", "class"] as const) {
      expect(new Set(labelColors(labels, { by })).size).toBe(2);
    }
  });

  it("are the same in all masks of a data set", () => {
    const set = ["street", "road", "car", "chair"];
    const whole = classColors(set);
    const [street] = labelColors([{ ...labels[0]!, className: "street" }], { classNames: set });
    expect(street).toBe(whole.get("street"));
    expect(street).not.toBe(classColors(["street"]).get("street"));
  });

  it("refuse an unknown way", () => {
    expect(() => labelColors(labels, { by: "colour" as never })).toThrow(
      expect.objectContaining({ code: "OPTION_INVALID", message: expect.stringContaining("distinct") }),
    );
  });
});

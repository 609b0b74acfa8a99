/** Legends: what counts as a colour, what is reported, and what is an error. */
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { LegendError } from "../../src/index.js";
import { checkLegend } from "../../src/legend/legend.js";

const failure = (legend: unknown, options = {}) => {
  try {
    checkLegend(legend as Record<string, string>, options);
  } catch (error) {
    expect(error).toBeInstanceOf(LegendError);
    return error as LegendError;
  }
  throw new Error("it was taken");
};

describe("a colour", () => {
  it.each([
    ["#00c537", 0x00c537],
    ["#FFaa00", 0xffaa00],
    ["fda7df", 0xfda7df],
    ["#f0A", 0xff00aa],
    ["abc", 0xaabbcc],
    ["rgb(255, 0, 16)", 0xff0010],
    ["RGB(1 2 3)", 0x010203],
    ["(255, 128, 0)", 0xff8000],
    ["[0,0,0]", 0x000000],
    ["9,8,7", 0x090807],
  ])("may be written %s", (key, rgb) => {
    const { entries, issues } = checkLegend({ [key]: "car" });
    expect(entries).toEqual([{ key, color: `#${rgb.toString(16).padStart(6, "0")}`, rgb, name: "car" }]);
    expect(issues).toEqual([]);
  });

  it.each([
    "#fdffd34",
    "#12",
    "#12345g",
    "",
    "#",
    "red",
    "##123456",
    " #123456",
    "#123456\n",
    "#12345678",
    "rgb(1,2)",
    "1,2,256",
    "1,2,3,4",
    "-1,2,3",
    "rgba(1,2,3)",
    "1,,2",
  ])("cannot be written %o: the entry keeps its place, matches nothing and is reported", (key) => {
    const { entries, issues } = checkLegend({ [key]: "Car", "#f23334": "Sky" });
    expect(entries.map(({ rgb, name }) => [rgb, name])).toEqual([
      [-1, "Car"],
      [0xf23334, "Sky"],
    ]);
    expect(issues).toEqual([expect.objectContaining({ code: "legend-key-invalid" })]);
    expect(failure({ [key]: "Car", "#f23334": "Sky" }, { strict: true }).code).toBe("LEGEND_KEY_INVALID");
  });

  it.each([
    ["#fdffd34", "7 digits; a colour has 3 or 6."],
    ["f", "1 digit; a colour has 3 or 6."],
    ["#xyz", "not a hex colour such as #f23334."],
  ])("is reported with what is wrong: %s", (key, reason) => {
    const path = `legend["${key}"]`;
    const legend = { [key]: "Car", "#f23334": "Sky" };
    expect(checkLegend(legend).issues).toEqual([
      { code: "legend-key-invalid", message: `${path}: ${reason} Its pixels are unlabelled.`, path },
    ]);
    expect(failure(legend, { strict: true }).message).toBe(`${path}: ${reason}`);
  });

  it("in any spelling is parsed to the same value", () => {
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 0xffffff }), fc.boolean(), fc.boolean(), (rgb, hash, upper) => {
        const digits = rgb.toString(16).padStart(6, "0");
        const key = (hash ? "#" : "") + (upper ? digits.toUpperCase() : digits);
        expect(checkLegend({ [key]: "x" }).entries[0]).toMatchObject({ rgb, color: `#${digits}` });
      }),
    );
  });
});

describe("keys and values that are swapped", () => {
  it("are not looked for in values that cannot become a text", () => {
    for (const value of [{ toString: null }, [{ toString: null }], Object.create(null)]) {
      expect(failure({ car: value }).code).toBe("LEGEND_INVALID");
    }
  });

  it.each([
    { car: "#ff0000", road: "#00ff00", sky: "#0000ff" },
    { facade: "#ff0000", bed: "#00ff00", cab: "#0000ff" },
    { facade: "ff0000", window: "00ff00" },
    { bed: "ffaaff", cab: "eeeeee" },
    { facade: "#ff0000", bed: "#00ff00", door: "red" },
    { car: "rgb(255, 0, 0)", bed: "0,255,0" },
    { "747": "#ff0000", cab: "#00ff00" },
    { ffffff: "bed" },
  ])("are an error that says so: %j", (legend) => {
    const { code, message } = failure(legend);
    expect([code, message]).toEqual([
      "LEGEND_INVALID",
      expect.stringMatching(/keys and values are swapped.*#/),
    ]);
  });

  it.each([
    { "#ff0000": "bed", "#00ff00": "cab" },
    { ff0000: "facade" },
    { "#ff0000": "747" },
    { "#ffffff": "#ffffff" },
    { ffffff: "bed", aaaaaa: "chair" },
    { "rgb(1, 2, 3)": "1, 2, 4" },
  ])("are not suspected of names that look like colours: %j", (legend) => {
    const { entries, issues } = checkLegend(legend as unknown as Record<string, string>);
    expect(entries.map(({ key, name }) => [key, name])).toEqual(Object.entries(legend));
    expect(issues).toEqual([]);
  });
});

describe("a number that is almost an instance's", () => {
  const codes = (...values: string[]) =>
    checkLegend(new Map(values.map((value, place) => [`#00000${place}`, value]))).issues.map(
      ({ code }) => code,
    );

  it.each([
    [["MINIVAN #1", "MINIVAN # 2"]],
    [["car#1"]],
    [["car # 1 "]],
    [["car #  1"]],
    [["car # 1234567890123456"]],
  ])("is one issue: %j", (values) => {
    expect(codes(...values)).toEqual(["legend-value-number"]);
  });

  it.each([[["MINIVAN # 1", "MINIVAN # 2"]], [["#1 choice"]], [["C#"]], [["car 1"]]])(
    "is not in %j",
    (values) => {
      expect(codes(...values)).toEqual([]);
    },
  );

  it("is reported once, with the first value and how many there are", () => {
    const { issues } = checkLegend({ "#000001": "car # 1", "#000002": "van #1", "#000003": "bus #2" });
    expect(issues).toEqual([
      {
        code: "legend-value-number",
        path: 'legend["#000002"]',
        message:
          'legend["#000002"]: "van #1" is a class of its own (one of 2); write " # 1" for an instance.',
      },
    ]);
  });
});

describe("two keys of one colour", () => {
  it("are an error that names both when their values differ", () => {
    const error = failure({ "#AABBCC": "car", "#abc": "sky" });
    expect(error.code).toBe("LEGEND_COLOR_CONFLICT");
    for (const part of ["#AABBCC", "#abc", "car", "sky"]) expect(error.message).toContain(part);
  });

  it("are reported when their values are the same", () => {
    const { entries, issues } = checkLegend({ "#AABBCC": "car", "#abc": "car" });
    expect(entries).toHaveLength(2);
    expect(issues).toEqual([expect.objectContaining({ code: "legend-color-duplicate" })]);
  });
});

describe("a legend", () => {
  it.each([
    null,
    undefined,
    7,
    "legend",
    [],
    {},
    new Map(),
    { "#fff": 1 },
    { "#fff": null },
    { entries: [3] },
    { "#fdffd34": "Car", red: "Car" },
    new Map([[3, "Car"]]),
  ])("cannot be %o", (legend) => expect(failure(legend).code).toBe("LEGEND_INVALID"));

  it.each([Buffer.from("{}"), new Uint8Array(4), new ArrayBuffer(4), new DataView(new ArrayBuffer(2))])(
    "cannot be the bytes of a file, %o",
    (bytes) => {
      expect(failure(bytes).message).toBe("legend: is binary data; give an object of hex colours and names.");
    },
  );

  it("keeps the order of a Map, and may have up to 65,536 entries", () => {
    const colors = Array.from({ length: 65_537 }, (_, index) => index.toString(16).padStart(6, "0"));
    const map = new Map(colors.slice(0, 65_536).map((color) => [color, color]));
    expect(checkLegend(map).entries.map(({ key }) => key)).toEqual([...map.keys()]);
    expect(failure(new Map(colors.map((color) => [color, color]))).code).toBe("LEGEND_INVALID");
  });

  it("may have keys that are names of JavaScript's own properties", () => {
    const legend = JSON.parse('{ "__proto__": "a", "constructor": "b", "#123456": "toString" }');
    expect(checkLegend(legend).entries.map(({ name }) => name)).toEqual(["a", "b", "toString"]);
  });

  it("that was parsed is accepted again, with the same entries", () => {
    const legend = checkLegend({ "#fff": "a", bad: "b" });
    expect(checkLegend(legend)).toEqual(legend);
  });
});

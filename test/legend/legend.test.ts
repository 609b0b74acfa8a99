/** Legends: what counts as a colour, what is reported, and what is an error. */
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { LegendError, parseLegend } from "../../src/index.js";

const failure = (legend: unknown, options = {}) => {
  try {
    parseLegend(legend as Record<string, string>, options);
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
  ])("may be written %s", (key, rgb) => {
    const { entries, issues } = parseLegend({ [key]: "car" });
    expect(entries).toEqual([{ key, color: `#${rgb.toString(16).padStart(6, "0")}`, rgb, value: "car" }]);
    expect(issues).toEqual([]);
  });

  it.each(["#fdffd34", "#12", "#12345g", "", "#", "red", "##123456", " #123456", "#123456\n", "#12345678"])(
    "cannot be written %o: the entry keeps its place, matches nothing and is reported",
    (key) => {
      const { entries, issues } = parseLegend({ [key]: "Car", "#f23334": "Sky" });
      expect(entries.map(({ rgb, value }) => [rgb, value])).toEqual([
        [-1, "Car"],
        [0xf23334, "Sky"],
      ]);
      expect(issues).toEqual([expect.objectContaining({ code: "legend-key-invalid" })]);
      expect(failure({ [key]: "Car", "#f23334": "Sky" }, { strict: true }).code).toBe("LEGEND_KEY_INVALID");
    },
  );

  it.each([
    ["#fdffd34", "7 digits; a colour has 3 or 6."],
    ["f", "1 digit; a colour has 3 or 6."],
    ["#xyz", "not a hex colour such as #f23334."],
  ])("is reported with what is wrong: %s", (key, reason) => {
    const path = `legend["${key}"]`;
    const legend = { [key]: "Car", "#f23334": "Sky" };
    expect(parseLegend(legend).issues).toEqual([
      { code: "legend-key-invalid", message: `${path}: ${reason} Its pixels are unlabelled.`, path },
    ]);
    expect(failure(legend, { strict: true }).message).toBe(`${path}: ${reason}`);
  });

  it("in any spelling is parsed to the same value", () => {
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 0xffffff }), fc.boolean(), fc.boolean(), (rgb, hash, upper) => {
        const digits = rgb.toString(16).padStart(6, "0");
        const key = (hash ? "#" : "") + (upper ? digits.toUpperCase() : digits);
        expect(parseLegend({ [key]: "x" }).entries[0]).toMatchObject({ rgb, color: `#${digits}` });
      }),
    );
  });
});

describe("two keys of one colour", () => {
  it("are an error that names both when their values differ", () => {
    const error = failure({ "#AABBCC": "car", "#abc": "sky" });
    expect(error.code).toBe("LEGEND_COLOR_CONFLICT");
    for (const part of ["#AABBCC", "#abc", "car", "sky"]) expect(error.message).toContain(part);
  });

  it("are reported when their values are the same", () => {
    const { entries, issues } = parseLegend({ "#AABBCC": "car", "#abc": "car" });
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

  it("keeps the order of a Map, and may have up to 65,536 entries", () => {
    const colors = Array.from({ length: 65_537 }, (_, index) => index.toString(16).padStart(6, "0"));
    const map = new Map(colors.slice(0, 65_536).map((color) => [color, color]));
    expect(parseLegend(map).entries.map(({ key }) => key)).toEqual([...map.keys()]);
    expect(failure(new Map(colors.map((color) => [color, color]))).code).toBe("LEGEND_INVALID");
  });

  it("may have keys that are names of JavaScript's own properties", () => {
    const legend = JSON.parse('{ "__proto__": "a", "constructor": "b", "#123456": "toString" }');
    expect(parseLegend(legend).entries.map(({ value }) => value)).toEqual(["a", "b", "toString"]);
  });

  it("that was parsed is accepted again, with the same entries", () => {
    const legend = parseLegend({ "#fff": "a", bad: "b" });
    expect(parseLegend(legend)).toEqual(legend);
  });
});

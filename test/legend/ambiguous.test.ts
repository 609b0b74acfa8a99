/**
 * What can be read in several ways is an error that shows the ways, and each way can be chosen. And the reverse: the
 * vendor's legends are never taken for anything else, whatever their names look like.
 */
import fc from "fast-check";
import { beforeAll, describe, expect, it } from "vitest";
import { ClassList, decodeMaskSync, init, type Legend, labelPixels, parseResult } from "../../src/all.js";
import { thingClasses } from "../../src/formats/index.js";
import {
  formatClassDictCsv,
  formatLabelmapTxt,
  type LegendForm,
  type ParseLegendOptions,
  parseLegend,
} from "../../src/legend/index.js";
import { checkLegend } from "../../src/legend/legend.js";

beforeAll(() => init());

const errorOf = (call: () => unknown) => {
  try {
    call();
  } catch (error) {
    return error as Error & { code: string };
  }
  throw new Error("it was not refused");
};
const short = ({ entries }: Legend) =>
  entries.map(({ rgb, color, id, name }) => [rgb < 0 ? null : color, id, name]);

describe("a legend that can be read in several ways", () => {
  it.each<[object | string, Partial<Record<LegendForm, unknown[]>>]>([
    [
      { bed: "ffaaff", cab: "eeeeee" },
      {
        "colors to names": [
          ["#bbeedd", undefined, "ffaaff"],
          ["#ccaabb", undefined, "eeeeee"],
        ],
        "names to colors": [
          ["#ffaaff", undefined, "bed"],
          ["#eeeeee", undefined, "cab"],
        ],
      },
    ],
    [
      { ffffff: "bed" },
      {
        "colors to names": [["#ffffff", undefined, "bed"]],
        "names to colors": [["#bbeedd", undefined, "ffffff"]],
      },
    ],
    [
      { road: "100", car: "747" },
      {
        "names to colors": [
          ["#110000", undefined, "road"],
          ["#774477", undefined, "car"],
        ],
        "names to ids": [
          [null, 100, "road"],
          [null, 747, "car"],
        ],
      },
    ],
    [
      { "1,2,3": "4,5,6" },
      {
        "colors to names": [["#010203", undefined, "4,5,6"]],
        "names to colors": [["#040506", undefined, "1,2,3"]],
      },
    ],
    [
      { "rgb(1,2,3)": "#ffffff" },
      {
        "colors to names": [["#010203", undefined, "#ffffff"]],
        "names to colors": [["#ffffff", undefined, "rgb(1,2,3)"]],
      },
    ],
    [
      { ff0000: "747", "00ff00": "737" },
      {
        "colors to names": [
          ["#ff0000", undefined, "747"],
          ["#00ff00", undefined, "737"],
        ],
        "names to colors": [
          ["#774477", undefined, "ff0000"],
          ["#773377", undefined, "00ff00"],
        ],
      },
    ],
    [
      '{"legend": {"100": "a", "101": "b"}}',
      {
        "colors to names": [
          ["#110000", undefined, "a"],
          ["#110011", undefined, "b"],
        ],
        "ids to names": [
          [null, 100, "a"],
          [null, 101, "b"],
        ],
      },
    ],
    [
      { "100": "a", "112233": "b" },
      {
        "colors to names": [
          ["#110000", undefined, "a"],
          ["#112233", undefined, "b"],
        ],
        "ids to names": [
          [null, 100, "a"],
          [null, 112_233, "b"],
        ],
      },
    ],
    [
      { "0": "747", "1": "737" },
      {
        "ids to names": [
          [null, 0, "747"],
          [null, 1, "737"],
        ],
        "ids to colors": [
          ["#774477", 0, "0"],
          ["#773377", 1, "1"],
        ],
      },
    ],
    [
      { bed: 7, cab: 2 },
      {
        "colors to ids": [
          ["#bbeedd", 7, "7"],
          ["#ccaabb", 2, "2"],
        ],
        "names to ids": [
          [null, 7, "bed"],
          [null, 2, "cab"],
        ],
      },
    ],
    [
      "1 2 3 a,4,5,6",
      {
        "label_colors.txt": [["#010203", undefined, "a,4,5,6"]],
        "class table": [["#040506", undefined, "1 2 3 a"]],
      },
    ],
  ])("%j is an error that shows them, and each can be chosen", (source, readings) => {
    const { code, message } = errorOf(() => parseLegend(source));
    expect(code).toBe("LEGEND_AMBIGUOUS");
    const forms = Object.keys(readings) as LegendForm[];
    expect([...message.matchAll(/form: "([^"]+)"/g)].map(([, form]) => form)).toEqual(forms);
    for (const form of forms) {
      const legend = parseLegend(source, { form });
      expect(legend.form).toBe(form);
      expect(short(legend)).toEqual(readings[form]);
    }
  });

  it.each([{ efffea: "100" }, { "131620": "1,2,3" }, { facade: "ff0000", bed: "00ff00" }])(
    "is %j",
    (source) => {
      expect(errorOf(() => parseLegend(source)).code).toBe("LEGEND_AMBIGUOUS");
    },
  );

  it("shows what the first entry would be", () => {
    expect(errorOf(() => parseLegend({ ffffff: "bed" }, { name: "x.json" })).message).toBe(
      "x.json: can be read in 2 ways. Pass parseLegend(legend, options) with one of these options: " +
        '{ form: "colors to names" } (the colour "ffffff" is "bed"), { form: "names to colors" } (the colour "bed" is "ffffff"). ' +
        "A # before each colour leaves no doubt either.",
    );
  });

  it("is no legend for the decoder either", () => {
    const image = { data: Uint8Array.of(1, 2, 3), width: 1, height: 1, channels: 3 as const };
    expect(errorOf(() => labelPixels(image, { "100": "a" })).code).toBe("LEGEND_AMBIGUOUS");
    const legend = parseLegend({ "100": "a" }, { form: "colors to names" });
    expect(labelPixels(image, legend).labels[0]!.color).toBe("#110000");
  });

  it.each([
    [
      "name,r,g,b\ncar,1,2,3\n#bus,4,5,6",
      'legend (class table): line 3: "#bus,4,5,6" is a comment, or the name begins with #',
    ],
    ["car,1,2,3\n#bus,4,5,6", "line 2"],
    ["Pixel Value,Class\n0,car\n#1,bus", undefined],
    ["id,name,hex\n1,car,#010203\n#2,bus,#040506", 'line 3: "#2,bus,#040506" is a comment'],
    [
      "1,2,3,4\n5,6,7,8",
      "line 1: the columns may be name,r,g,b or r,g,b,name; write such a line as the header",
    ],
    ["1,2,3,4,5", "line 1: the columns may be id,name,r,g,b or id,r,g,b,name"],
    ["1,2\n3,4", "line 1: the columns may be id,name or name,id; write such a line as the header"],
    ["road,100\ncar,101", "line 1: the columns may be name,id or name,color"],
    ["0,bed\n1,cab", "line 1: the columns may be id,name or name,color"],
    ["100,bed\n200,cab", "line 1: the columns may be id,name or name,color or color,name"],
    ["road,#804080\n#00008e,car", 'line 2: "#00008e,car" is a comment, or the name begins with #'],
    ["road,#804080\n#00008e,#ffffff", 'line 2: "#00008e,#ffffff" is a comment, or the name begins with #'],
  ])("may be a table: %j", (text, message) => {
    if (message === undefined) expect(parseLegend(text).entries).toHaveLength(1);
    else
      expect(errorOf(() => parseLegend(text))).toMatchObject({
        code: "LEGEND_AMBIGUOUS",
        message: expect.stringContaining(message),
      });
  });

  it.each<[object, string, string]>([
    [{ "747": "#ff0000", cab: "#00ff00" }, "names to colors", "747"],
    [{ facade: "#ff0000", bed: "#00ff00", door: "#0000ff" }, "names to colors", "facade"],
    [{ facade: "ff0000", window: "00ff00" }, "names to colors", "facade"],
    [{ ff0000: "facade" }, "colors to names", "facade"],
    [{ daaaaa: "100", cfffea: "#ff0000", aaaaaa: "" }, "colors to names", "100"],
    [{ "#ff0000": "747" }, "colors to names", "747"],
    [{ "#ffffff": "#ffffff" }, "colors to names", "#ffffff"],
    [{ "rgb(1, 2, 3)": "1, 2, 4" }, "colors to names", "1, 2, 4"],
    [{ "112233": "a" }, "colors to names", "a"],
    [{ "000": "void", "111": "a" }, "colors to names", "a"],
    [{ "0": "bed", "1": "facade" }, "ids to names", "bed"],
    [{ "0": "void", "100": "a" }, "ids to names", "void"],
    [{ "#bed": 7 }, "colors to ids", "7"],
    [{ bed: 7, car: 2 }, "names to ids", "bed"],
    [{ bed: [1, 2, 3] }, "names to colors", "bed"],
    [{ "100": [1, 2, 3] }, "ids to colors", "100"],
    [{ "100": { class: "a" } }, "ids to objects", "a"],
    [{ bed: { class: "a" } }, "colors to objects", "a"],
  ])("is not %j", (source, form, name) => {
    const legend = parseLegend(source);
    expect([legend.form, legend.entries[0]!.name]).toEqual([form, name]);
  });

  it("is refused if the form that is given does not fit", () => {
    expect(errorOf(() => parseLegend({ car: "road" }, { form: "ids to names" })).message).toContain(
      'the key "car" is no id',
    );
    expect(errorOf(() => parseLegend("x", { form: "palette name" })).message).toContain("is no palette");
    expect(errorOf(() => parseLegend({ a: 1 }, { form: "class table" })).message).toContain(
      "is an object; give the file's text",
    );
    expect(errorOf(() => parseLegend([1], { form: "colors to names" })).message).toContain(
      "is an array without labels",
    );
    expect(errorOf(() => parseLegend("car,1,2,3", { form: "colors to names" })).message).toContain(
      "is no JSON; give an object",
    );
    expect(errorOf(() => parseLegend({ a: 1 }, { form: "list of objects" })).message).toContain(
      "is an object; give a list",
    );
    expect(errorOf(() => parseLegend({ a: 1 }, { form: "list of names" })).message).toContain(
      "is an object; give a list of names",
    );
    expect(errorOf(() => parseLegend({ car: "road" }, { form: "colors to names" })).message).toContain(
      '"car" is no colour, nor is any other',
    );
    expect(errorOf(() => parseLegend({}, { form: "ids to objects" })).message).toContain("has no label");
    expect(errorOf(() => parseLegend({ x: { class: "a" } }, { form: "ids to objects" })).message).toContain(
      'the key "x" is no id',
    );
  });

  it("is refused with options that are none", () => {
    for (const options of [{ form: "csv" }, { name: 3 }, { strict: 1 }, { forms: [] }]) {
      expect(errorOf(() => parseLegend({ "#fff": "a" }, options as ParseLegendOptions)).code).toBe(
        "OPTION_INVALID",
      );
    }
  });
});

/** Names that look like everything else: digits, hex digits, colours, ids, lines of tables. */
const anyName = fc.oneof(
  fc.string({ unit: fc.constantFrom(..."0123456789abcdefABCDEF"), minLength: 1, maxLength: 8 }),
  fc.nat(2000).map(String),
  fc.constantFrom(
    "#ff0000",
    "rgb(1, 2, 3)",
    "1,2,3",
    "(1, 2, 3, 0)",
    "0x123456",
    "cityscapes",
    "name,r,g,b",
    "car # 1",
    "a:1,2,3::",
  ),
  fc.string({ unit: "grapheme", maxLength: 12 }),
);
const MARKED = /^(#([\da-f]{3}|[\da-f]{6}|[\da-f]{8})$|0x[\da-f]{6}$|rgb\(|\(\d|\[\d)/i;
const anyColor = fc.nat(0xffffff).map((rgb) => `#${rgb.toString(16).padStart(6, "0")}`);
const anyLegend = (name: fc.Arbitrary<string>) =>
  fc.uniqueArray(fc.tuple(anyColor, name), { selector: ([color]) => color, minLength: 1, maxLength: 30 });

describe("the vendor's legend", () => {
  it("is never taken for another form, whatever its names are", () => {
    fc.assert(
      fc.property(
        anyLegend(anyName),
        fc.boolean(),
        fc.boolean(),
        fc.constantFrom("none", "text", "map"),
        (pairs, isWrapped, isUpper, how) => {
          const own = pairs.map(([color, name]) => [isUpper ? color.toUpperCase() : color, name] as const);
          const legend = how === "map" ? new Map(own) : Object.fromEntries(own);
          const given = isWrapped ? { legend, url: "https://x.example" } : legend;
          const source = how === "text" ? JSON.stringify(given) : given;
          const parsed = parseLegend(source);
          expect(parsed.form).toBe("colors to names");
          expect(parsed.entries).toEqual(
            own.map(([key, name], place) => ({
              key,
              name,
              color: pairs[place]![0],
              rgb: Number.parseInt(key.slice(1), 16),
            })),
          );
          // As the vendor's own parser, whose issues are the same.
          expect({ entries: parsed.entries, issues: parsed.issues }).toEqual({
            entries: checkLegend(legend as Record<string, string>).entries,
            issues: checkLegend(legend as Record<string, string>).issues,
          });
        },
      ),
      { numRuns: 1000 },
    );
  });

  it("is read the same by the decoder, which takes the short way if nothing is odd", () => {
    fc.assert(
      fc.property(
        anyLegend(anyName),
        fc.constantFrom("#1234567", "#xyz", "#"),
        fc.boolean(),
        (pairs, bad, isBad) => {
          const legend = new Map<string, string>([...pairs, ...(isBad ? [[bad, "bad"] as const] : [])]);
          const image = { data: Uint8Array.of(1, 2, 3), width: 1, height: 1, channels: 3 as const };
          const { labels, issues } = labelPixels(image, legend);
          const expected = checkLegend(legend);
          expect(labels.map(({ color, name }) => [color, name])).toEqual(
            expected.entries.map(({ color, name }) => [color, name]),
          );
          expect(issues).toEqual(expected.issues);
        },
      ),
    );
  });

  it("with keys without # is read the same, or is ambiguous, but never something else in silence", () => {
    fc.assert(
      fc.property(anyLegend(anyName), (pairs) => {
        const own = new Map(pairs.map(([color, name]) => [color.slice(1), name] as const));
        // Only names that are all marked as colours can be colours. Then two may be the same.
        const areMarked = pairs.every(([, name]) => MARKED.test(name));
        let parsed: Legend;
        try {
          parsed = parseLegend(own);
        } catch (error) {
          const codes = areMarked ? ["LEGEND_AMBIGUOUS", "LEGEND_COLOR_CONFLICT"] : ["LEGEND_AMBIGUOUS"];
          expect(codes).toContain((error as { code: string }).code);
          return;
        }
        const forms = areMarked ? ["names to colors", "ids to colors"] : ["colors to names"];
        expect(forms).toContain(parsed.form);
        if (!areMarked) expect(parsed.entries.map(({ name }) => name)).toEqual([...own.values()]);
      }),
      { numRuns: 1000 },
    );
  });

  it("keeps its instances, and its messages if it is malformed", () => {
    const instance = {
      _id: "a",
      color: "#000001",
      index: 1,
      value: "car # 1",
      class_id: "c",
      attributes: [],
    };
    const result = { legend: { "#000001": "car # 1", "#1234567": "bad" }, instances: [instance] };
    const image = { data: Uint8Array.of(0, 0, 1), width: 1, height: 1, channels: 3 as const };
    expect(labelPixels(image, result).labels[0]).toMatchObject({
      sourceId: "a",
      classId: "c",
      instanceNumber: 1,
    });
    const named = { legend: { "car # 1": "#000001", road: "#000002" }, instances: [instance] };
    const map = labelPixels(image, named);
    expect(map.labels[0]).toMatchObject({ sourceId: "a", className: "car", pixelCount: 1 });
    expect(map.issues.map(({ code }) => code)).toEqual(["legend-color-without-instance"]);
    for (const wrong of [
      { legend: { a: "#000001" }, instances: {} },
      { legend: { a: "#000001" }, url: 3 },
    ]) {
      expect(errorOf(() => labelPixels(image, wrong)).code).toBe("RESULT_INVALID");
    }
    expect(errorOf(() => parseLegend({ legend: null })).message).toBe(
      "legend: is null; give an object of hex colours and names.",
    );
  });
});

describe("a legend that was written", () => {
  const written = fc
    .string({ unit: "grapheme", minLength: 1, maxLength: 12 })
    .filter((name) => name === name.trim() && !/[\r\n]/.test(name));
  const hex = (color: string) => [1, 3, 5].map((place) => Number.parseInt(color.slice(place, place + 2), 16));

  /** How to write pairs of colours and names in each form, for names that the form can hold. */
  const WRITERS: readonly [
    LegendForm,
    (pairs: readonly (readonly [string, string])[]) => string | object,
    (name: string) => boolean,
  ][] = [
    ["colors to names", (pairs) => JSON.stringify(Object.fromEntries(pairs)), () => true],
    [
      "colors to names",
      (pairs) =>
        Object.fromEntries(pairs.map(([color, name]) => [`(${[...hex(color), 255].join(", ")})`, name])),
      (name) => !/[#\d]/.test(name),
    ],
    [
      "names to colors",
      (pairs) => JSON.stringify(Object.fromEntries(pairs.map(([color, name]) => [`n ${name}`, color]))),
      () => true,
    ],
    [
      "names to colors",
      (pairs) => new Map(pairs.map(([color, name]) => [`n ${name}`, hex(color)])),
      () => true,
    ],
    [
      "list of objects",
      (pairs) => JSON.stringify(pairs.map(([color, name]) => ({ name, color }))),
      () => true,
    ],
    [
      "COCO categories",
      (pairs) => ({ categories: pairs.map(([color, name]) => ({ color: hex(color), name })) }),
      () => true,
    ],
    [
      "Supervisely meta.json",
      (pairs) => ({ classes: pairs.map(([color, title]) => ({ title, color })) }),
      () => true,
    ],
    [
      "label_colors.txt",
      (pairs) => pairs.map(([color, name]) => `${hex(color).join(" ")}\t${name}`).join("\r\n"),
      (name) => !/[,;]/.test(name),
    ],
    [
      "GIMP palette",
      (pairs) =>
        `GIMP Palette\n${pairs.map(([color, name]) => `${hex(color).join(" ")}\t${name}`).join("\n")}`,
      () => true,
    ],
    ["CVAT labelmap.txt", (pairs) => formatLabelmapTxt(new Map(pairs)), (name) => !/:|^#/.test(name)],
    ["class table", (pairs) => formatClassDictCsv(new Map(pairs)), () => true],
  ];

  it.each(WRITERS)("as %s is read as it was", (form, write, isName) => {
    fc.assert(
      fc.property(anyLegend(written.filter(isName)), (pairs) => {
        const unique = [...new Map(pairs.map(([color, name]) => [name, color]))].map(
          ([name, color]) => [color, name] as const,
        );
        const { entries, form: found } = parseLegend(write(unique));
        expect(found).toBe(form);
        const prefix = form === "names to colors" ? "n " : "";
        expect(entries.map(({ color, name }) => [color, name])).toEqual(
          unique.map(([color, name]) => [color, prefix + name]),
        );
      }),
    );
  });

  it("as ids and names is read in its order", () => {
    fc.assert(
      fc.property(fc.uniqueArray(fc.nat(70_000), { minLength: 1, maxLength: 30 }), (numbers) => {
        const ids = [...numbers.filter((id) => id > 99 || id < 10), 12];
        const text = `{${ids.map((id) => `"${id}": "name ${id}"`).join(",\n")}}`;
        fc.pre(new Set(ids).size === ids.length);
        expect(parseLegend(text).entries.map(({ id, name, rgb }) => [id, name, rgb])).toEqual(
          ids.map((id) => [id, `name ${id}`, -1]),
        );
      }),
    );
  });
});

describe("a legend that was read", () => {
  const SOURCES = [
    '{"100": "a", "7": "b"}',
    "cityscapes",
    { "0xff0000": "a", "rgba(0, 0, 1, 1)": "b" },
    [
      { id: 100, name: "a" },
      { id: 7, name: "747" },
    ],
    { car: "#ff0000", bed: "#00ff00" },
    "Pixel Value, Class\n0, background\n100, car",
  ];

  it.each(SOURCES.map((source) => [source]))(
    "from %j is a legend again, also after a trip to another thread",
    (source) => {
      const legend = parseLegend(source);
      expect(parseLegend(legend)).toBe(legend);
      const { check, ...data } = legend;
      expect(parseLegend(structuredClone(data))).toEqual({ ...data, check: undefined });
      expect(parseLegend(legend, { strict: true }).entries).toEqual(legend.entries);
      expect(parseResult(legend).legend.entries).toEqual(legend.entries);
      expect(parseResult({ legend }).legend.entries).toEqual(legend.entries);
      expect(parseLegend({ legend: structuredClone(data) }).entries).toEqual(legend.entries);
      const image = { data: Uint8Array.of(255, 0, 0), width: 1, height: 1, channels: 3 as const };
      if (legend.keys === "ids") {
        expect(errorOf(() => labelPixels(image, legend)).message).toMatch(/ids, but no colours.*encoding/);
        return;
      }
      expect(labelPixels(image, legend).labels.map(({ name, color }) => [name, color])).toEqual(
        legend.entries.map(({ name, color }) => [name, color]),
      );
    },
  );

  it("is checked again if strict", () => {
    const legend = parseLegend({ car: "#ff0000", road: "red" });
    expect(parseLegend(legend).issues).toHaveLength(1);
    expect(errorOf(() => parseLegend(legend, { strict: true })).code).toBe("LEGEND_KEY_INVALID");
  });

  it("serves where results are taken", () => {
    const categories = parseLegend([
      { id: 1, name: "car", isthing: 1 },
      { id: 2, name: "road", isthing: 0 },
      { id: 3, name: "van" },
    ]);
    expect(ClassList.fromResults([categories]).classes.map(({ name }) => name)).toEqual([
      "car",
      "road",
      "van",
    ]);
    expect(thingClasses([categories])).toEqual(["car"]);
    expect(thingClasses([{ legend: { "#000001": "car # 1", "#000002": "road" } }])).toEqual(["car"]);
  });

  it("is written by every writer, from any form, if it has colours", () => {
    expect(formatLabelmapTxt({ car: [1, 2, 3] })).toBe("# label:color_rgb:parts:actions\ncar:1,2,3::\n");
    expect(formatClassDictCsv("1 2 3 #car")).toBe('name,r,g,b\n"#car",1,2,3\n');
    expect(errorOf(() => formatClassDictCsv({ "0": "car" })).message).toBe(
      'class_dict.csv: "car" has the id 0, but no colour, which the format needs; leave it out.',
    );
  });

  it("may have keys that only this parser knows, among the vendor's", () => {
    const image = { data: Uint8Array.of(255, 0, 0), width: 1, height: 1, channels: 3 as const };
    const { labels, issues } = labelPixels(image, { "#00ff00": "road", "#ff0000ff": "car" });
    expect(labels.map(({ name, pixelCount }) => [name, pixelCount])).toEqual([
      ["road", 0],
      ["car", 1],
    ]);
    expect(issues).toEqual([]);
  });

  it("is not changed by what was read before or after it", () => {
    const image = { data: Uint8Array.of(255, 0, 0), width: 1, height: 1, channels: 3 as const };
    const source = { "(255, 0, 0, 255)": 4 };
    expect(labelPixels(image, source).labels).toEqual(labelPixels(image, source).labels);
    expect(labelPixels(image, source).labels[0]).toMatchObject({
      classId: 4,
      name: "4",
      color: "#ff0000",
      pixelCount: 1,
    });
    expect(() => decodeMaskSync(new Uint8Array(), "ade20k")).toThrow(
      expect.objectContaining({ name: "PngError" }),
    );
  });
});

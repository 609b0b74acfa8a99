/** Labels that share a colour, an id or a name, or lack one: what is reported, what is refused, and where it is said to be. */
import { describe, expect, it } from "vitest";
import { parseLegend } from "../../src/legend/index.js";

const issuesOf = (source: object | string) =>
  parseLegend(source).issues.map(({ code, path, message }) => [code, path, message]);

const refused = (source: object | string, code: string, strict = false) => {
  try {
    parseLegend(source, { strict });
  } catch (error) {
    expect(error).toMatchObject({ name: "LegendError", code });
    return (error as Error).message;
  }
  throw new Error("it was not refused");
};

describe("labels with the same colour", () => {
  const conflict = "LEGEND_COLOR_CONFLICT";

  it("are one label if they have the same name, and it is said which", () => {
    expect(issuesOf("name,r,g,b\ncar,1,2,3\ncar,1,2,3")).toEqual([
      [
        "legend-color-duplicate",
        'legend["#010203"]',
        'legend["#010203"]: is the same colour as "#010203" (line 2). Its pixels get the label of "#010203".',
      ],
    ]);
    expect(issuesOf({ "#010203": "car", "1,2,3": "car" })).toEqual([
      [
        "legend-color-duplicate",
        'legend["1,2,3"]',
        'legend["1,2,3"]: is the same colour as "#010203". Its pixels get the label of "#010203".',
      ],
    ]);
  });

  it("are refused if they have not, with the place of the first", () => {
    expect(refused('{\n"0x010203": "car",\n"1,2,3": "road"\n}', conflict)).toMatch(
      /line 3: .*"road" has the colour #010203, which line 2 gives to "car"/,
    );
    expect(refused({ "0x000000": "car", "0,0,0": "road" }, conflict)).toMatch(
      /"road" has the colour #000000, which \["0x000000"\] gives to "car"/,
    );
  });

  it("may differ by alpha", () => {
    expect(issuesOf({ "#01020300": "none", "#010203": "car" })).toEqual([
      [
        "legend-alpha",
        'legend["#01020300"]',
        expect.stringContaining('differs from "#010203" only by alpha'),
      ],
    ]);
    expect(refused({ "#01020300": "none", "#010203": "car" }, conflict, true)).toContain("only by alpha");
  });
});

describe("labels with the same id", () => {
  const conflict = "LEGEND_COLOR_CONFLICT";

  it("are reported beside colours if their names differ, and refused if strict", () => {
    const legend = [
      { id: 7, name: "car", color: "#010203" },
      { id: 7, name: "road", color: "#040506" },
    ];
    expect(issuesOf(legend)).toEqual([
      [
        "legend-id-duplicate",
        'legend["#040506"]',
        'legend["#040506"]: "road" has the id 7, which [0] gives to "car". In a mask of ids, the first counts.',
      ],
    ]);
    expect(refused(legend, conflict, true)).toContain("give each name its own id");
    expect(issuesOf([legend[0]!, { ...legend[1]!, name: "car" }])).toEqual([]);
    expect(issuesOf([legend[0]!, { name: "road", color: "#040506" }])).toEqual([]);
  });

  it("are refused without colours if their names differ, and reported if not", () => {
    const legend = (name: string) => [
      { id: 0, name: "car" },
      { id: 0, name },
    ];
    expect(refused(legend("road"), conflict)).toContain('"road" has the id 0, which [0] gives to "car"');
    expect(issuesOf(legend("car")).map(([code]) => code)).toEqual(["legend-id-duplicate"]);
  });
});

describe("labels without a colour", () => {
  it("are unlabelled, unless they have an id, which strict accepts too", () => {
    const legend = [
      { name: "car", color: "#010203" },
      { id: 7, name: "road" },
    ];
    expect(parseLegend(legend, { strict: true }).issues).toEqual([]);
    const none = [{ name: "car", color: "#010203" }, { name: "road" }];
    expect(issuesOf(none)).toEqual([
      [
        "legend-key-invalid",
        'legend["road"]',
        expect.stringContaining('"road" has no colour. Its pixels are'),
      ],
    ]);
    expect(refused(none, "LEGEND_KEY_INVALID", true)).toContain('"road" has no colour');
    // With an id beside it, a key that is no colour is reported all the same.
    const wrong = [...legend, { id: 2, name: "sky", color: "#01020" }];
    expect(issuesOf(wrong)).toEqual([
      ["legend-key-invalid", 'legend["#01020"]', expect.stringContaining('"#01020" has 5 digits')],
    ]);
  });

  it.each([
    ["#1", "has 1 digit; a colour"],
    ["#12345", "has 5 digits; a colour"],
    ["0x1234567", "has 7 digits; a colour"],
    ["#12345g", "is not a colour such as"],
    ["x12345", "is not a colour such as"],
    ["12345", "has 5 digits; a colour"],
  ])("%s: it is said what is wrong with the key", (key, message) => {
    expect(issuesOf({ "0x010203": "car", [key]: "road" })).toEqual([
      ["legend-key-invalid", `legend["${key}"]`, expect.stringContaining(message)],
    ]);
  });

  it("may be as many as a label map has labels, and no more", () => {
    const names = (count: number) => Array.from({ length: count }, (_, id) => `n${id}`);
    expect(parseLegend(names(65_536)).entries.length).toBe(65_536);
    expect(refused(names(65_537), "LEGEND_INVALID")).toContain("has 65537 labels; the most is 65536");
  });
});

describe("a key that occurs twice in a text", () => {
  it("is reported with the line of the second, whatever is between them", () => {
    const text = '{\n"0x010203": "a",\n"#040506": "b",\n"0x010203": "c",\n\n"#040506": "d"}';
    expect(issuesOf(text)).toEqual([
      [
        "legend-key-repeated",
        'legend["0x010203"]',
        'legend["0x010203"]: occurs again on line 4; the last one counts.',
      ],
      [
        "legend-key-repeated",
        'legend["#040506"]',
        'legend["#040506"]: occurs again on line 6; the last one counts.',
      ],
    ]);
  });

  it("may be the object itself, and then no other key beside it is meant", () => {
    const text =
      '{\n"legend": {"0x070809": "x"},\n"url": "a",\n"url": "b",\n"legend": {"0x010203": "car", "#040506": "road"}}';
    expect(issuesOf(text).map(([, , message]) => message)).toEqual([
      'legend["legend"]: occurs again on line 5; the last one counts.',
    ]);
    expect(parseLegend(text).entries.map(({ name }) => name)).toEqual(["car", "road"]);
  });
});

describe("the place of what is wrong", () => {
  it.each([
    ['{"categories": [{"id": 1, "name": "a"},\n{"id": 2}]}', "line 2: categories[1]"],
    [
      '{"categories": [\n{"id": 1, "name": "a", "x": [1,\n2, {"y": "}"}]},\n\n{"id": 2}]}',
      "line 5: categories[1]",
    ],
    ['[{"id": 1, "name": "a"},\r\n{"id": 2}]', "line 2: [1]"],
    ['{"a b": {"color": "#010203"},\n"c": {"color": 5}}', "line 2: c.color: is 5"],
    ['{"c": {"color": "#010203"},\n"a b": {"color": {}}}', 'line 2: ["a b"].color: is an object'],
    ['{"c": {"color": "#010203"},\n"ab-": {"color": {}}}', 'line 2: ["ab-"].color: is an object'],
  ])("is a line and a path: %j", (text, place) => {
    expect(() => parseLegend(text)).toThrow(place);
  });
});

/** Results: both samples of the vendor's page, each clause of the form with its path, each disagreement reported. */
import { readFileSync } from "node:fs";
import { beforeAll, describe, expect, it } from "vitest";
import { ClassList, init, LabelMapError, labelPixels, parseResult, ResultError } from "../../src/all.js";

const sample = (name: string) =>
  JSON.parse(readFileSync(new URL(`../fixtures/vendor/${name}-result.json`, import.meta.url), "utf8"));
const simple = sample("simple");
const aware = sample("instance");

beforeAll(() => init());

/** One pixel per legend entry, in the legend's order. */
function onePixelEach(legend: Record<string, string>) {
  const colors = Object.keys(legend).filter((key) => key.length === 7);
  const data = Uint8Array.from(
    colors.flatMap((key) => [1, 3, 5].map((at) => Number.parseInt(key.slice(at, at + 2), 16))),
  );
  return { data, width: colors.length, height: 1, channels: 3 as const };
}

describe("the vendor's simple sample", () => {
  it("has three labels; the one with a seven-digit colour matches nothing and is reported", () => {
    const map = labelPixels(onePixelEach(simple.legend), simple);
    expect(map.labels.map(({ name, pixelCount }) => [name, pixelCount])).toEqual([
      ["Car", 0],
      ["Sky", 1],
      ["Tree", 1],
    ]);
    expect([...map.data]).toEqual([1, 2]);
    expect(map.issues).toEqual([
      expect.objectContaining({ code: "legend-key-invalid", path: 'legend["#fdffd34"]' }),
    ]);
    expect(() => parseResult(simple, { strict: true })).toThrow(
      expect.objectContaining({ code: "LEGEND_KEY_INVALID" }),
    );
  });
});

describe("the vendor's instance-aware sample", () => {
  it("has five instances of car and pedestrian, and vegetation as stuff, despite malformed ids", () => {
    const map = labelPixels(onePixelEach(aware.legend), aware);
    expect(
      map.labels.map(({ className, instanceNumber, instanceId }) => [className, instanceNumber, instanceId]),
    ).toEqual([
      ["car", 1, 1],
      ["pedestrian", 1, 2],
      ["pedestrian", 2, 3],
      ["pedestrian", 3, 4],
      ["car", 2, 5],
      ["vegetation", 0, 0],
    ]);
    expect(map.labels[5]?.classId).toBe("4443067-b6a5-4eae-a743-c967d606bb01");
    expect([...map.instance()]).toEqual([1, 2, 3, 4, 5, 0]);
    const classes = ClassList.fromResults([aware]);
    expect(classes.classes.map(({ name }) => name)).toEqual(["car", "pedestrian", "vegetation"]);
    expect([...map.semantic(classes)]).toEqual([0, 1, 1, 1, 0, 2]);
    expect([...map.panoptic(classes)]).toEqual([1, 1002, 1003, 1004, 5, 2000]);
    expect(map.issues).toEqual([]);
  });

  it("can be grouped by class_id instead", () => {
    const map = labelPixels(onePixelEach(aware.legend), aware, { classBy: "class_id" });
    expect(new Set(map.labels.map(({ className }) => className)).size).toBe(3);
    expect(map.labels[0]?.className).toBe("f0443067-b6a5-4eae-a743-c967d606bb01");
  });

  it("gives the same entries as JSON text, and if it was parsed before", () => {
    const parsed = parseResult(aware);
    expect(parseResult(JSON.stringify(aware))).toEqual(parsed);
    // With the byte order mark that some editors write.
    expect(parseResult(`\ufeff${JSON.stringify(aware)}`)).toEqual(parsed);
    expect(parseResult(parsed)).toEqual(parsed);
  });
});

/** The sample with one value changed. */
function changed(path: (string | number)[], value: unknown) {
  const copy = structuredClone(aware);
  const last = path.at(-1) as string;
  const holder = path.slice(0, -1).reduce((object, key) => object[key], copy);
  if (value === undefined) delete holder[last];
  else holder[last] = value;
  return copy;
}

describe("a legend alone", () => {
  it.each([
    [{ "#ff0000": "car", "#00ff00": "sky" }],
    [{ ff0000: "car", bad: "sky" }],
    [{ "rgb(255, 0, 0)": "car", "rgb(0, 255, 0)": "sky" }],
  ])("is a simple result: %j", (legend) => {
    const { legend: parsed, instances, url } = parseResult(JSON.stringify(legend));
    expect([parsed.entries.map(({ name }) => name), instances, url]).toEqual([["car", "sky"], null, null]);
    expect(parseResult(legend)).toEqual(parseResult({ legend }));
  });

  it("that is swapped is refused", () => {
    for (const legend of [{ facade: "#ff0000", b52: "#00ff00" }]) {
      expect(() => parseResult(legend)).toThrow(/keys and values are swapped/);
    }
  });
});

describe("a key that occurs twice in the text", () => {
  it.each([
    ['{"legend": {"#ff0000": "car", "#00ff00": "sky", "#ff0000": "bus"}}', ['legend["#ff0000"]']],
    ['{"legend": {"#ff0000": "car"}, "legend": {"#00ff00": "sky"}}', ["legend"]],
    ['{"#ff0000": "car", "#00ff00": "sky", "#00ff00" : "sea"}', ['legend["#00ff00"]']],
    ['{"legend":{"#f00":"a","#f00":"a","0,0,1":"b",\n"0,0,1"\t:"c"}}', ['legend["#f00"]', 'legend["0,0,1"]']],
  ])("is reported, and strictly refused: %s", (text, paths) => {
    const { issues } = parseResult(text);
    expect(issues.map(({ code, path }) => [code, path])).toEqual(
      paths.map((path) => ["legend-key-repeated", path]),
    );
    expect(() => parseResult(text, { strict: true })).toThrow(
      expect.objectContaining({ code: "LEGEND_COLOR_CONFLICT", message: expect.stringContaining("twice") }),
    );
  });

  it.each([
    '{"legend": {"#ff0000": "#ff0000: \\"#ff0000\\": x", "#00ff00": "legend"}}',
    '{"legend": {"#ff0000": "car"}, "a": {"value": 1}, "b": {"value": 2}}',
    '{"legend": {"#ff0000": "car"}, "color": "#ff0000", "more": ["#ff0000", ":"]}',
  ])("is not seen in names, or in other fields: %s", (text) => {
    expect(parseResult(text, { strict: true }).issues).toEqual([]);
  });
});

describe("a malformed result", () => {
  it.each([
    [["legend"], undefined, "legend"],
    [["instances"], {}, "instances"],
    [["instances", 2], null, "instances[2]"],
    [["instances", 3, "color"], undefined, "instances[3].color"],
    [["instances", 3, "color"], 7, "instances[3].color"],
    [["instances", 0, "index"], "1", "instances[0].index"],
    [["instances", 0, "index"], -1, "instances[0].index"],
    [["instances", 0, "index"], 1.5, "instances[0].index"],
    [["instances", 1, "value"], null, "instances[1].value"],
    [["instances", 1, "class_id"], [], "instances[1].class_id"],
    [["instances", 1, "_id"], 5, "instances[1]._id"],
    [["instances", 1, "attributes"], {}, "instances[1].attributes"],
    [["url"], 5, "url"],
  ])("with %j = %j is an error at its path", (path, value, expected) => {
    expect(() => parseResult(changed(path, value))).toThrow(ResultError);
    expect(() => parseResult(changed(path, value))).toThrow(
      expect.objectContaining({
        code: "RESULT_INVALID",
        path: expected,
        message: expect.stringContaining(expected),
      }),
    );
  });

  it.each([null, undefined, 3, [], "", "{", "null"])("that is %o is a typed error", (json) => {
    expect(() => parseResult(json)).toThrow(expect.objectContaining({ code: "RESULT_INVALID" }));
  });

  it("that is bytes for parseResult, or a job, is told what to give instead", () => {
    const bytes = Buffer.from(JSON.stringify(simple));
    expect(() => parseResult(bytes)).toThrow(/The result is binary data; give the vendor's result object/);
    const pixels = onePixelEach(simple.legend);
    // Whoever has the file may pass it as it is.
    expect(labelPixels(pixels, bytes).labels).toEqual(labelPixels(pixels, simple).labels);
    expect(() => parseResult({ status: "completed", result_url: "x" })).toThrow(/"legend": .*not the job/);
  });

  it("nested a hundred thousand deep does not overflow the stack", () => {
    const deep = `${'{"legend":'.repeat(100_000)}1${"}".repeat(100_000)}`;
    expect(() => parseResult(deep)).toThrow(LabelMapError);
  });
});

describe("a result whose halves disagree", () => {
  const cases: [what: string, result: unknown, code: string, path: string][] = [
    [
      "an instance's colour is not in the legend",
      changed(["instances", 5, "color"], "#111111"),
      "instance-color-not-in-legend",
      "instances[5].color",
    ],
    [
      "a numbered legend entry has no instance",
      changed(["instances"], aware.instances.slice(1)),
      "legend-color-without-instance",
      'legend["#00c537"]',
    ],
    [
      "a legend entry that is stuff has no instance",
      changed(["instances"], aware.instances.slice(0, 5)),
      "legend-color-without-instance",
      'legend["#fda7df"]',
    ],
    [
      "two instances have one colour",
      changed(["instances"], [...aware.instances, aware.instances[0]]),
      "instance-color-duplicate",
      "instances[6].color",
    ],
    [
      "an instance's value differs from the legend's",
      changed(["instances", 0, "value"], "bus # 1"),
      "instance-value-mismatch",
      "instances[0].value",
    ],
    [
      "an index differs from its # n",
      changed(["instances", 0, "index"], 9),
      "instance-index-mismatch",
      "instances[0].index",
    ],
    [
      "one name has two class_ids",
      changed(["instances", 1, "class_id"], "other"),
      "class-name-with-several-ids",
      "instances[1].class_id",
    ],
    [
      "one class_id has two names",
      changed(["instances", 5, "class_id"], aware.instances[0].class_id),
      "class-id-with-several-names",
      "instances[5].class_id",
    ],
  ];
  it.each(cases)("is reported and still decodes: %s", (_, result, code, path) => {
    const { issues } = parseResult(result);
    expect(issues.filter((issue) => issue.code === code).length, JSON.stringify(issues)).toBe(1);
    expect(issues).toContainEqual(expect.objectContaining({ code, path }));
    expect(
      labelPixels(onePixelEach(aware.legend), result as object as { legend: object }).unlabelled.count,
    ).toBe(0);
  });
});

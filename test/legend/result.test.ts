/** Results: both samples of the vendor's page, each clause of the form with its path, each disagreement reported. */
import { readFileSync } from "node:fs";
import { beforeAll, describe, expect, it } from "vitest";
import { ClassList, init, LabelMapError, labelPixels, parseResult, ResultError } from "../../src/index.js";

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
    expect(map.labels.map(({ value, pixelCount }) => [value, pixelCount])).toEqual([
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
      map.labels.map(({ className, instanceIndex, instance }) => [className, instanceIndex, instance]),
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

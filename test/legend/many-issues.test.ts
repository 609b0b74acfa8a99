/** Lists of issues: the first hundred, and how many more of which code there are. */
import { beforeAll, describe, expect, it } from "vitest";
import { decodeMask, type Issue, identifyEntries, init, labelPixels, parseResult } from "../../src/all.js";
import { DatasetReport } from "../../src/dataset/index.js";
import { checkLegend } from "../../src/legend/legend.js";
import { encodePng } from "../support/encode-png.mjs";

beforeAll(() => init());

const hex = (rgb: number) => `#${rgb.toString(16).padStart(6, "0")}`;
/** `count` keys with a digit too many, all with different texts. */
const badKeys = (count: number) =>
  Object.fromEntries(Array.from({ length: count }, (_, index) => [`${hex(index)}0`, `bad ${index}`]));
const goodKey = { "#ff0000": "car" };
const instanceOf = (more: object) => ({
  _id: "id",
  color: "#ff0000",
  index: 0,
  value: "car",
  class_id: "c",
  attributes: [],
  ...more,
});
/** The number of issues of each code, those that are not listed included. */
function countsOf(issues: readonly Issue[]) {
  const counts: Record<string, number> = {};
  for (const { code, omitted } of issues) {
    for (const [each, count] of Object.entries(omitted ?? { [code]: 1 })) {
      counts[each] = (counts[each] ?? 0) + count;
    }
  }
  return counts;
}

describe("a legend", () => {
  it.each([1, 99, 100])("with %i defects has an issue for each", (count) => {
    const { issues } = checkLegend({ ...badKeys(count), ...goodKey });
    expect(issues.map(({ path }) => path)).toEqual(
      Object.keys(badKeys(count)).map((key) => `legend["${key}"]`),
    );
    expect(issues.every(({ omitted }) => omitted === undefined)).toBe(true);
  });

  it.each([101, 102, 65_535])("with %i defects has the first hundred, and counts the others", (count) => {
    const { issues, entries } = checkLegend({ ...badKeys(count), ...goodKey });
    expect(entries).toHaveLength(count + 1);
    expect(issues).toHaveLength(101);
    expect(issues.slice(0, 100)).toEqual(checkLegend({ ...badKeys(100), ...goodKey }).issues);
    expect(issues[100]).toEqual({
      code: "more-issues",
      message: `Only 100 issues are listed. There are also ${count - 100} × legend-key-invalid. Correct the listed issues to see the others.`,
      omitted: { "legend-key-invalid": count - 100 },
    });
  });

  it("counts each code by itself", () => {
    const { issues } = checkLegend({ ...badKeys(120), ...goodKey, "#f00": "car", FF0000: "car", f00: "car" });
    expect(issues.at(-1)!.omitted).toEqual({ "legend-key-invalid": 20, "legend-color-duplicate": 3 });
    expect(issues.at(-1)!.message).toContain("20 × legend-key-invalid, 3 × legend-color-duplicate");
  });
});

describe("a result", () => {
  it("lists the legend's issues first, and ends with one count of all others", () => {
    const instances = Array.from({ length: 30 }, () => instanceOf({ index: 4 }));
    const few = parseResult({ legend: { ...badKeys(50), ...goodKey }, instances });
    expect(few.issues).toHaveLength(101);
    expect(few.legend.issues).toHaveLength(50);
    expect(few.issues.slice(0, 50)).toEqual(few.legend.issues);
    const expected = {
      "legend-key-invalid": 50,
      "instance-color-duplicate": 29,
      "instance-index-mismatch": 30,
      "legend-color-without-instance": 50,
    };
    expect(countsOf(few.issues)).toEqual(expected);

    const many = parseResult({ legend: { ...badKeys(150), ...goodKey }, instances });
    expect(many.issues.map(({ code }) => code).indexOf("more-issues")).toBe(100);
    expect(many.issues).toHaveLength(101);
    expect(countsOf(many.issues)).toEqual({
      ...expected,
      "legend-key-invalid": 150,
      "legend-color-without-instance": 150,
    });
    expect(parseResult(many)).toBe(many);
    expect(parseResult(structuredClone(many)).issues).toEqual(many.issues);
  });

  it("with instances that have nothing in common keeps their issues in little memory", () => {
    const count = 200_000;
    const raw = {
      legend: goodKey,
      instances: Array.from({ length: count }, (_, index) =>
        instanceOf({ color: hex(index), value: `v${index} # 7`, class_id: `c${index % 3}` }),
      ),
    };
    const { issues } = parseResult(raw);
    expect(issues).toHaveLength(101);
    expect(JSON.stringify(issues).length).toBeLessThan(30_000);
    expect(countsOf(issues)).toEqual({
      "instance-color-not-in-legend": count,
      "instance-index-mismatch": count,
      "class-id-with-several-names": 3,
      "legend-color-without-instance": 1,
    });
  });

  it("reports the second class of an id once, and the second id of a class once", () => {
    const classes = [
      ["car", "1"],
      ["car", "1"],
      ["car", "2"],
      ["car", "3"],
      ["car", "2"],
      ["bus", "3"],
      ["van", "3"],
    ];
    const legend = Object.fromEntries(classes.map(([value], index) => [hex(index), value]));
    const instances = classes.map(([value, id], index) =>
      instanceOf({ color: hex(index), value, class_id: id }),
    );
    expect(parseResult({ legend, instances }).issues.map(({ code, path }) => [code, path])).toEqual([
      ["class-name-with-several-ids", "instances[2].class_id"],
      ["class-id-with-several-names", "instances[5].class_id"],
    ]);
  });

  it("compares colours however they are written, and keys that are no colours by their text", () => {
    const legend = { "#0A0B0C": "car", "#xyz": "odd" };
    const colors = ["0a0b0c", "#xyz", "#xyz", "xyz"];
    const result = { legend, instances: colors.map((color) => instanceOf({ color, value: "car" })) };
    expect(parseResult(result).issues.map(({ code, path }) => [code, path])).toEqual([
      ["legend-key-invalid", 'legend["#xyz"]'],
      ["instance-value-mismatch", "instances[1].value"],
      // The legend's value counts, so the class of "#xyz" is odd.
      ["class-id-with-several-names", "instances[1].class_id"],
      ["instance-value-mismatch", "instances[2].value"],
      ["instance-color-duplicate", "instances[2].color"],
      ["instance-color-not-in-legend", "instances[3].color"],
    ]);
    expect(identifyEntries(parseResult(result)).map(({ sourceId }) => sourceId)).toEqual(["id", "id"]);
  });
});

describe("a label map", () => {
  const png = encodePng({ width: 1, height: 1, colourType: 2, bitDepth: 8, samples: [255, 0, 0], filter: 0 });
  const withTrailingByte = Uint8Array.of(...png, 0);

  it.each(["fused", "upng"] as const)(
    "counts the PNG's issues with those of the legend (%s)",
    async (engine) => {
      const decode = async (count: number) =>
        (await decodeMask(withTrailingByte, { ...badKeys(count), ...goodKey }, { engine })).issues;
      const few = await decode(99);
      expect([few.length, few.at(-1)!.code]).toEqual([100, "png-trailing-bytes"]);
      for (const [count, omitted] of [
        [100, { "png-trailing-bytes": 1 }],
        [107, { "legend-key-invalid": 7, "png-trailing-bytes": 1 }],
      ] as const) {
        const issues = await decode(count);
        expect(issues).toHaveLength(101);
        expect(issues[100]).toMatchObject({ code: "more-issues", omitted });
      }
    },
  );

  it("of pixels has the list as well", () => {
    const image = { data: Uint8Array.of(255, 0, 0), width: 1, height: 1, channels: 3 } as const;
    const { issues } = labelPixels(image, { ...badKeys(300), ...goodKey });
    expect(issues).toHaveLength(101);
    expect(countsOf(issues)).toEqual({ "legend-key-invalid": 300 });
  });

  it("adds all its issues to the report of a data set, those that are not listed included", async () => {
    const report = new DatasetReport();
    const defects = { "#f00": "car", f00: "car" };
    report.add("a", await decodeMask(png, { ...goodKey, ...badKeys(250), ...defects }));
    report.add("b", await decodeMask(png, { ...goodKey, ...badKeys(2) }));
    const { issues } = report.toJSON();
    expect(issues).toEqual([
      {
        code: "legend-key-invalid",
        count: 252,
        images: 2,
        example: { id: "a", message: expect.stringContaining('legend["#0000000"]') },
      },
      {
        code: "legend-color-duplicate",
        count: 2,
        images: 1,
        example: { id: "a", message: expect.stringContaining("2 × legend-color-duplicate") },
      },
    ]);
  });
});

/** Labels that are crowds are ignored in panoptic quality, as panopticapi ignores segments with `iscrowd`. */
import { execFileSync } from "node:child_process";
import { fileURLToPath } from "node:url";
import { describe, expect, it } from "vitest";
import { findPythonWith } from "../../scripts/python.mjs";
import { Comparison, compare } from "../../src/compare/index.js";
import { ClassList } from "../../src/index.js";
import { labelMapFrom } from "../../src/maps/index.js";
import { type LabelFacts, makeLabelMap } from "../../src/maps/make-label-map.js";
import { dice, drawRectangles, mulberry32 } from "../support/random.mjs";

const classes = ClassList.fromJSON({
  classes: [
    { id: 7, name: "road" },
    { id: 2, name: "car", supercategory: "vehicle" },
    { id: 3, name: "truck", supercategory: "vehicle" },
    { id: 9, name: "person", supercategory: "human" },
  ],
  void: ["blur"],
});

/** A row of class ids × 10 + number. A thing without a number is a crowd. */
function rowOf(...data: number[]) {
  const map = { width: data.length, height: 1, data: Int32Array.from(data) };
  return labelMapFrom(map, { classes, divisor: 10, things: ["car", "truck", "person"] });
}

const byName = (result: { classes: ReturnType<typeof compare>["classes"] }) =>
  new Map(result.classes.map((scores) => [scores.name, scores]));

describe("labels that are crowds", () => {
  it("are neither found nor missed, and forgive objects of their class that lie in them", () => {
    const reference = rowOf(20, 20, 20, 20, 20, 70, 70, 23, 23);
    const result = compare(reference, rowOf(21, 21, 22, 22, 91, 70, 70, 24, 24), { classes });
    expect(byName(result).get("car")).toMatchObject({
      truePositives: 1,
      falsePositives: 0,
      falseNegatives: 0,
      isThing: true,
    });
    expect(byName(result).get("person")).toMatchObject({ falsePositives: 1 });
    // The rule is about objects. Pixels of a crowd are pixels of its class: 6 of 7 are right, and none is wrong.
    expect(byName(result).get("car")).toMatchObject({ referencePixels: 7, iou: 6 / 7 });
  });

  it("forgive an object only if more than half of it lies in void or in them", () => {
    const counts = (...data: number[]) => {
      const reference = rowOf(20, 20, 2550, 70, 70, 70);
      return byName(compare(reference, rowOf(...data), { classes })).get("car")!.falsePositives;
    };
    expect(counts(2550, 2550, 21, 21, 70, 70), "half in void").toBe(1);
    expect(counts(2550, 21, 21, 21, 70, 70), "two thirds in void and a crowd").toBe(0);
    expect(counts(2550, 21, 21, 21, 21, 70), "half in void and a crowd").toBe(1);
    expect(counts(2550, 31, 31, 31, 31, 70), "another class").toBe(0);
  });

  it("are ordinary segments in the prediction", () => {
    const result = compare(rowOf(21, 21, 22, 70, 70), rowOf(20, 20, 20, 70, 70), { classes });
    expect(byName(result).get("car")).toMatchObject({ truePositives: 1, falsePositives: 0, sq: 2 / 3 });
  });

  it("do not make a map differ from itself", () => {
    const car = { className: "car", classId: 2, isThing: true };
    const facts = [
      { ...car, isInstance: false },
      { ...car, isInstance: false, isCrowd: true },
    ];
    const data = Int32Array.of(0, 1, 1, 1);
    const map = makeLabelMap({ width: 4, height: 1, data }, facts);
    // A car without a number, and a crowd of cars that is larger.
    expect(byName(compare(map, map, { classes })).get("car")).toMatchObject({
      truePositives: 1,
      falsePositives: 0,
      falseNegatives: 0,
      pq: 1,
    });
  });

  it("count as objects when things are told from stuff, unless `things` says which classes are things", () => {
    const map = rowOf(20, 70);
    expect(byName(compare(map, map, { classes })).get("car")).toMatchObject({ isThing: true, pq: NaN });
    const asStuff = compare(map, map, { classes, things: [] });
    expect(byName(asStuff).get("car")).toMatchObject({ isThing: false, truePositives: 1, pq: 1 });
  });

  it("give the scores that `things` gives for the same panoptic ids", () => {
    const reference = [20, 20, 31, 30, 70, 90, 91, 91, 2550];
    const prediction = [21, 22, 22, 31, 70, 92, 92, 91, 91];
    const options = { classes, divisor: 10, things: ["car", "truck", "person"] };
    const panoptic = (data: number[]) => ({
      width: data.length,
      height: 1,
      data: Int32Array.from(data),
    });
    expect(compare(rowOf(...reference), rowOf(...prediction), { classes })).toEqual(
      compare(panoptic(reference), panoptic(prediction), options),
    );
  });
});

const python = findPythonWith("numpy");
if (python === undefined && process.env.CI) {
  it("finds a Python with NumPy to compare with", () =>
    expect.fail("no Python with NumPy is found; on Debian install python3-numpy"));
}

describe.skipIf(python === undefined)("compared with panopticapi's arithmetic in NumPy", () => {
  const facts: LabelFacts[] = classes.classes.flatMap(({ id, name }) => {
    const label = { className: name, classId: id, isThing: name !== "road" };
    const objects = [1, 2, 3].map(() => ({ ...label, isInstance: true }));
    // Pixels without a number, and a crowd of them.
    return [...objects, { ...label, isInstance: false }, { ...label, isInstance: false, isCrowd: true }];
  });

  it("crowds of classes and of supercategories count alike", () => {
    const seed = 20_261_202;
    const random = mulberry32(seed);
    const { below, chance } = dice(random);
    const jobs = Array.from({ length: 300 }, () =>
      Array.from({ length: 1 + below(3) }, () => {
        const [width, height] = [1 + below(16), 1 + below(12)];
        const value = () => (chance(0.1) ? -1 : below(facts.length));
        const [reference, other] = [1, 2].map(() => drawRectangles(random, width, height, value));
        const share = random() ** 2;
        const prediction = reference!.map((label, place) =>
          place / reference!.length < share ? other![place]! : label,
        );
        return { width, height, reference: reference!, prediction };
      }),
    );
    const groupOf = new Map(classes.classes.map(({ name, supercategory }) => [name, supercategory ?? name]));
    /** Segments as `segments_info` has them, with classes or with groups as the categories. */
    const side = (data: Int32Array, category: (className: string) => string, byGroup: boolean) => {
      const segments = new Map<string, { id: number; category: string; crowd: boolean }>();
      const ids = Array.from(data, (index) => {
        if (index < 0) return 0;
        const { className, isInstance, isCrowd = false } = facts[index]!;
        // The objects of a group are those of its classes. All else of a group is one segment, and one crowd.
        const key = isInstance || !byGroup ? `${index}` : `${category(className)} ${isCrowd}`;
        const id = segments.get(key)?.id ?? segments.size + 1;
        segments.set(key, { id, category: category(className), crowd: isCrowd });
        return id;
      });
      return { ids, segments: [...segments.values()] };
    };
    const input = [false, true].flatMap((byGroup) => {
      const category = byGroup ? (name: string) => groupOf.get(name)! : (name: string) => name;
      return jobs.map((pairs) =>
        pairs.map(({ reference, prediction }) => ({
          reference: side(reference, category, byGroup),
          prediction: side(prediction, category, byGroup),
        })),
      );
    });
    const script = fileURLToPath(new URL("../support/crowd-reference.py", import.meta.url));
    const output = execFileSync(python!, [script], { input: JSON.stringify(input), maxBuffer: 2 ** 28 });
    const expected: Record<string, [number, number, number, number]>[] = JSON.parse(output.toString());
    let matches = 0;
    jobs.forEach((pairs, index) => {
      const comparison = new Comparison(classes);
      for (const { width, height, reference, prediction } of pairs) {
        comparison.add(
          makeLabelMap({ width, height, data: reference }, facts),
          makeLabelMap({ width, height, data: prediction }, facts),
        );
      }
      const result = comparison.result();
      const check = (
        scores: (typeof result.supercategories)[0] | (typeof result.classes)[0],
        job: number,
      ) => {
        const what = `seed ${seed}, job ${job}, ${scores.name}`;
        const [tp, fp, fn, iouSum] = expected[job]![scores.name] ?? [0, 0, 0, 0];
        expect([scores.truePositives, scores.falsePositives, scores.falseNegatives], what).toEqual([
          tp,
          fp,
          fn,
        ]);
        const pq = iouSum / (tp + fp / 2 + fn / 2);
        if (Number.isNaN(pq)) expect(scores.pq, what).toBeNaN();
        else expect(Math.abs(scores.pq - pq), what).toBeLessThan(1e-12);
        matches += tp;
      };
      for (const scores of result.classes) check(scores, index);
      for (const scores of result.supercategories) check(scores, jobs.length + index);
    });
    expect(matches).toBeGreaterThan(500);
  });
});

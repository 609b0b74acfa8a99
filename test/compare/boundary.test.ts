/** Boundary IoU equals the erosion of OpenCV, slow NumPy arithmetic, and figures that a person can work out by hand. */
import { execFileSync } from "node:child_process";
import { fileURLToPath } from "node:url";
import { describe, expect, it } from "vitest";
import { findPythonWith } from "../../scripts/python.mjs";
import { boundaryDistance, DEFAULT_DILATION_RATIO } from "../../src/compare/boundary.js";
import { Comparison, type ComparisonOptions, compare } from "../../src/compare/index.js";
import { ClassList, type DenseMap } from "../../src/index.js";
import { runsOf } from "../../src/maps/runs-of.js";
import { loadOpenCvBoundary } from "../support/opencv.mjs";
import { dice, drawRectangles, mulberry32 } from "../support/random.mjs";

const VOID = 255;
const classes = ClassList.fromJSON({
  classes: [
    { id: 7, name: "road" },
    { id: 2, name: "car" },
    { id: 0, name: "sky" },
  ],
});
const ids = classes.classes.map(({ id }) => id);

/** A map from rows of digits, `.` for void. */
function mapOf(...rows: string[]): DenseMap<Uint8Array> {
  const data = Uint8Array.from([...rows.join("")].map((mark) => (mark === "." ? VOID : Number(mark))));
  return { width: rows[0]!.length, height: rows.length, data };
}

const boundaries = (result: ReturnType<typeof compare>) => result.classes.map((each) => each.boundaryIoU);

describe("Boundary IoU", () => {
  const road = mapOf("77777", "77777", "77777", "77777", "77777");

  it("is the IoU of what erosion takes from both masks, the image's edge included", () => {
    // Road's boundary: in the reference, all but 3×3 pixels; in the prediction, all but 2×3 of 4×5. Both have 11.
    const prediction = mapOf("07777", "07777", "07777", "07777", "07777");
    const result = compare(road, prediction, { classes, boundary: true });
    expect(boundaries(result)).toEqual([11 / (16 + 14 - 11), NaN, 0]);
    expect(result.meanBoundaryIoU).toBe(11 / 19 / 2);
    expect(result.meanIoU).toBe(20 / 25 / 2);
  });

  it("is 1 for a map compared with itself, and NaN for a class that is in neither map", () => {
    const map = mapOf("77000", "77000", "77...");
    expect(boundaries(compare(map, map, { classes, boundary: true }))).toEqual([1, NaN, 1]);
    expect(boundaries(compare(mapOf("7"), mapOf("7"), { classes, boundary: true }))).toEqual([1, NaN, NaN]);
    const { classes: none, meanBoundaryIoU } = compare(mapOf("."), mapOf("7"), { classes, boundary: true });
    expect([none[0]!.boundaryIoU, meanBoundaryIoU]).toEqual([NaN, NaN]);
  });

  it("leaves out pixels whose reference is void, but an edge to void is an edge", () => {
    const reference = mapOf("77777", "77777", "77.77", "77777", "77777");
    // All pixels around the void one are boundary, which the prediction does not have: 16 of 24.
    expect(boundaries(compare(reference, road, { classes, boundary: true }))[0]).toBe(16 / 24);
    // The prediction's boundary in void does not count: 8 of its 16 pixels are left, and all are right.
    const half = mapOf("77777", "7777.", "7777.", "7777.", ".....");
    const { referencePixels, boundaryIoU } = compare(half, road, { classes, boundary: true }).classes[0]!;
    const inReference = 17 - 4;
    expect([referencePixels, boundaryIoU]).toEqual([17, 8 / inReference]);
  });

  it("sees no edge between two objects of a class", () => {
    const data = Int32Array.from({ length: 35 }, (_, place) => (place % 7 < 3 ? 21 : 22));
    const objects = { width: 7, height: 5, data };
    const one = { width: 7, height: 5, data: new Int32Array(35).fill(20) };
    const options = { classes, divisor: 10, boundary: true };
    expect(boundaries(compare(objects, one, options))[1]).toBe(1);
    expect(boundaries(compare(one, objects, options))[1]).toBe(1);
  });

  it("has boundaries of 2 % of the diagonal, unless you give a ratio", () => {
    const data = new Uint8Array(120 * 160).fill(7);
    const reference = { width: 160, height: 120, data };
    // The left column is wrong. The boundary is `d` pixels wide: 4 by default.
    const wrong = { ...reference, data: data.map((value, place) => (place % 160 === 0 ? 0 : value)) };
    const expected = (d: number) => {
      const inReference = 160 * 120 - (160 - 2 * d) * (120 - 2 * d);
      const inPrediction = 159 * 120 - (159 - 2 * d) * (120 - 2 * d);
      // The column at the inner edge of the prediction's boundary is not in the reference's boundary.
      const both = inPrediction - (120 - 2 * d);
      return both / (inReference + inPrediction - both);
    };
    const score = (boundary: ComparisonOptions["boundary"] & {}) =>
      boundaries(compare(reference, wrong, { classes, boundary }))[0];
    expect(score(true)).toBe(expected(4));
    expect(score({})).toBe(expected(4));
    expect(score({ dilationRatio: 0.02 })).toBe(expected(4));
    expect(boundaryDistance(3000, 4000, DEFAULT_DILATION_RATIO)).toBe(100);
    expect(score({ dilationRatio: 0.005 })).toBe(expected(1));
    expect(score({ dilationRatio: 0.001 }), "at least a pixel").toBe(expected(1));
    expect(score({ dilationRatio: 0.2 })).toBe(expected(40));
  });

  it("rounds the width of boundaries to even numbers, as Python does", () => {
    const widths = [0.005, 0.01, 0.03, 0.05, 0.09, 0.11].map((ratio) => boundaryDistance(40, 30, ratio));
    // 0.25, 0.5, 1.5, 2.5, 4.5 and 5.5 pixels.
    expect(widths).toEqual([1, 1, 2, 2, 4, 6]);
  });

  it("is computed only if it is asked for", () => {
    for (const options of [{}, { boundary: false }]) {
      const comparison = new Comparison(classes, options);
      for (const scores of [comparison.add(road, road), comparison.result()]) {
        expect(scores).not.toHaveProperty("meanBoundaryIoU");
        expect(scores.classes[0]).not.toHaveProperty("boundaryIoU");
      }
    }
  });

  it.each([
    [1, "a number; give true, false or { dilationRatio }"],
    ["thin", "a string"],
    [null, "null"],
    [{ dilationRatio: 0 }, "above 0"],
    [{ dilationRatio: 1.01 }, "at most 1"],
    [{ dilationRatio: Number.NaN }, "above 0"],
    [{ dilationRatio: "0.02" }, "a number"],
    [{ ratio: 0.02 }, 'unknown key "ratio"'],
  ])("refuses %j", (boundary, message) => {
    expect(() => new Comparison(classes, { boundary } as never)).toThrow(
      expect.objectContaining({ code: "OPTION_INVALID", message: expect.stringContaining(message) }),
    );
  });
});

/** Two maps of one size that have much in common. One pair of ten is noise. */
function drawPair(random: () => number, width: number, height: number) {
  const { chance, pick, below } = dice(random);
  const value = () => pick([...ids, ...ids, VOID]);
  if (chance(0.1)) {
    const reference = Int32Array.from({ length: width * height }, value);
    return { width, height, reference, prediction: reference.map((id) => (chance(0.1) ? value() : id)) };
  }
  const reference = drawRectangles(random, width, height, value);
  const [dx, dy] = [below(3), below(3)];
  const prediction = reference.map((_, place) => {
    const [x, y] = [Math.min(width - 1, (place % width) + dx), Math.floor(place / width) + dy];
    return chance(0.002) ? value() : reference[Math.min(height - 1, y) * width + x]!;
  });
  return { width, height, reference, prediction };
}

const RATIOS = [0.005, 0.02, 0.03, 0.05, 0.1, 0.25, 0.5, 1];

describe("compared with OpenCV's erode", async () => {
  const boundaryOf = await loadOpenCvBoundary();

  it("boundaries are the same for all sizes and widths", () => {
    const seed = 20_261_130;
    const random = mulberry32(seed);
    const { below, pick } = dice(random);
    const sizeOf = (index: number) => (index < 100 ? 1 + below(4) : 8 + below(60));
    const seen = { partial: 0, wide: 0 };
    for (let index = 0; index < 400; index++) {
      const pair = drawPair(random, sizeOf(index), sizeOf(index));
      const { width, height, reference, prediction } = pair;
      const dilationRatio = pick(RATIOS);
      const distance = boundaryDistance(width, height, dilationRatio);
      const result = compare(
        { width, height, data: reference },
        runsOf({ width, height, data: prediction }),
        {
          classes,
          boundary: { dilationRatio },
        },
      );
      ids.forEach((id, place) => {
        const [r, p] = [reference, prediction].map((data) =>
          boundaryOf(
            Uint8Array.from(data, (each) => Number(each === id)),
            width,
            height,
            distance,
          ),
        );
        let both = 0;
        let either = 0;
        reference.forEach((truth, pixel) => {
          if (truth === VOID) return;
          both += r![pixel]! & p![pixel]!;
          either += r![pixel]! | p![pixel]!;
        });
        const { boundaryIoU, iou } = result.classes[place]!;
        expect(boundaryIoU, `seed ${seed}, pair ${index}, class ${id}`).toBe(both / either);
        if (boundaryIoU !== iou && boundaryIoU! > 0) seen.partial++;
        if (distance > 1 && boundaryIoU !== iou) seen.wide++;
      });
    }
    expect(seen.partial, "classes with an interior").toBeGreaterThan(200);
    expect(seen.wide).toBeGreaterThan(100);
  });
});

const python = findPythonWith("numpy");
if (python === undefined && process.env.CI) {
  it("finds a Python with NumPy to compare with", () =>
    expect.fail("no Python with NumPy is found; on Debian install python3-numpy"));
}

describe.skipIf(python === undefined)("compared with NumPy", () => {
  it("Boundary IoU is the same for data sets, whose images may have different sizes", () => {
    const seed = 20_261_201;
    const random = mulberry32(seed);
    const { below, pick } = dice(random);
    const jobs = Array.from({ length: 60 }, (_, index) => {
      const pairs = Array.from({ length: 1 + below(3) }, () =>
        // At 40×30, the ratio 0.05 makes boundaries of 2.5 pixels.
        index % 4 === 0 ? drawPair(random, 40, 30) : drawPair(random, 1 + below(40), 1 + below(40)),
      );
      return { pairs, ratio: index % 4 === 0 ? 0.05 : pick(RATIOS) };
    });
    const rows = ({ width, height }: (typeof jobs)[0]["pairs"][0], data: Int32Array) =>
      Array.from({ length: height }, (_, y) => [...data.subarray(y * width, (y + 1) * width)]);
    const input = jobs.map(({ pairs, ratio }) => ({
      classes: ids,
      void: VOID,
      ratio,
      pairs: pairs.map((pair) => ({
        reference: rows(pair, pair.reference),
        prediction: rows(pair, pair.prediction),
      })),
    }));
    const script = fileURLToPath(new URL("../support/boundary-reference.py", import.meta.url));
    const output = execFileSync(python!, [script], { input: JSON.stringify(input), maxBuffer: 2 ** 28 });
    const expected: (number | null)[][] = JSON.parse(output.toString());
    jobs.forEach(({ pairs, ratio }, index) => {
      const what = `seed ${seed}, job ${index}`;
      const comparison = new Comparison(classes, { boundary: { dilationRatio: ratio } });
      for (const { width, height, reference, prediction } of pairs) {
        comparison.add({ width, height, data: reference }, { width, height, data: prediction });
      }
      const result = comparison.result();
      const wanted = expected[index]!.map((score) => score ?? Number.NaN);
      expect(boundaries(result), what).toEqual(wanted);
      const present = wanted.filter((score) => !Number.isNaN(score));
      const mean = present.reduce((sum, score) => sum + score, 0) / present.length;
      expect(result.meanBoundaryIoU, what).toBe(mean);
    });
  });
});

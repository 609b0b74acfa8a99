/** The parts that maps are made of, each alone: the checks of a map that a caller gives, ranks, runs row by row. */
import fc from "fast-check";
import { describe, expect, it, vi } from "vitest";
import { allocate } from "../../src/maps/allocate.js";
import { contentOf } from "../../src/maps/content.js";
import { checkDenseMap, isLabelArray } from "../../src/maps/dense-map.js";
import { GrowingArray } from "../../src/maps/growing-array.js";
import { type LabelledPixels, labelledPixels } from "../../src/maps/labelled-map.js";
import { makeLabelMap } from "../../src/maps/make-label-map.js";
import { paint } from "../../src/maps/paint.js";
import { rankValues } from "../../src/maps/rank-values.js";
import { replaceValues } from "../../src/maps/replace-values.js";
import { RunsBuilder } from "../../src/maps/runs-builder.js";
import { runsOf } from "../../src/maps/runs-of.js";

describe("what a map holds", () => {
  it.each(["label", "semantic", "instance", "panoptic"])("is what it says: %s", (map) => {
    expect(contentOf({ map })).toBe(map);
    expect(contentOf({ map, labels: [] })).toBe(map);
  });

  it("is labels where it has their list, and else unknown", () => {
    expect(contentOf({ labels: [] })).toBe("label");
    expect(contentOf({ map: "depth", labels: [] })).toBe("label");
    for (const map of [{}, { labels: {} }, { map: "runs" }, null, [], 1])
      expect(contentOf(map)).toBe(undefined);
  });
});

describe("a map that a caller gives", () => {
  const refused = (map: unknown, name?: string) => {
    try {
      checkDenseMap(map, name);
    } catch (error) {
      expect(error).toMatchObject({ name: "DecodeError", code: "OPTION_INVALID" });
      return (error as Error).message;
    }
    return null;
  };

  it("is sizes and an array of integers that fits", () => {
    for (const data of [new Int32Array(6), new Uint8Array(6), new Uint16Array(6)]) {
      expect(refused({ width: 2, height: 3, data })).toBeNull();
      expect(isLabelArray(data)).toBe(true);
    }
  });

  it.each([
    ["no object", null, "the map is null"],
    ["no width", { height: 3, data: new Int32Array(6) }, "width and a height"],
    ["no height", { width: 2, data: new Int32Array(6) }, "width and a height"],
    ["a height of 0", { width: 2, height: 0, data: new Int32Array(0) }, "width and a height"],
    ["half a width", { width: 1.5, height: 4, data: new Int32Array(6) }, "width and a height"],
    ["another array", { width: 2, height: 3, data: new Float32Array(6) }, "Int32Array"],
    ["a plain array", { width: 2, height: 3, data: [0, 0, 0, 0, 0, 0] }, "Int32Array"],
    ["nothing", { width: 2, height: 3 }, "Int32Array"],
    ["a pixel too few", { width: 2, height: 3, data: new Int32Array(5) }, "5 elements; 2×3 pixels need 6"],
    ["a pixel too many", { width: 2, height: 3, data: new Int32Array(7) }, "7 elements"],
    ["runs", { width: 2, height: 3, runEnds: new Uint32Array(1) }, "toDense()"],
  ])("is refused with %s, and told why", (_, map, message) => {
    expect(refused(map)).toContain(message);
    expect(refused(map, "prediction")).toContain("prediction");
  });

  it("may have runs beside its pixels", () => {
    expect(refused({ width: 1, height: 1, data: new Uint8Array(1), runEnds: [] })).toBeNull();
  });
});

describe("a growing array", () => {
  it.each([0, 1, 1023, 1024, 1025, 2048, 5000])("holds the %i numbers that were pushed", (count) => {
    const array = new GrowingArray(Int32Array);
    const numbers = Array.from({ length: count }, (_, index) => index - 7);
    for (const number of numbers) array.push(number);
    expect(array.length).toBe(count);
    expect([...array.toArray()]).toEqual(numbers);
    expect(array.toArray()).toBeInstanceOf(Int32Array);
    array.length = Math.min(count, 3);
    array.push(5);
    expect([...array.toArray()]).toEqual([...numbers.slice(0, 3), 5]);
  });

  it("has room for 1,024 numbers, and doubles it", () => {
    const array = new GrowingArray(Uint32Array);
    const rooms = Array.from({ length: 5000 }, (_, index) => {
      array.push(index);
      return array.array.length;
    });
    expect(new Set(rooms)).toEqual(new Set([1024, 2048, 4096, 8192]));
  });
});

describe("ranks", () => {
  const numbers = fc.oneof(
    fc.integer({ min: -5, max: 5 }),
    fc.integer({ min: -70_000, max: 70_000 }),
    fc.integer(),
  );

  it("tell where each value is among those that occur, in ascending order", () => {
    fc.assert(
      fc.property(fc.array(numbers, { minLength: 1, maxLength: 40 }), (values) => {
        const { distinct, ranks } = rankValues(Int32Array.from(values));
        expect([...distinct]).toEqual([...new Set(values)].sort((one, other) => one - other));
        expect(Array.from(ranks, (rank) => distinct[rank])).toEqual(values);
      }),
    );
  });

  it("need no more memory than 65,536 numbers, or as many as there are values, though these lie far apart", () => {
    const ends = Int32Array.of(-(2 ** 31), 2 ** 31 - 1, 0);
    expect(rankValues(ends)).toEqual({
      distinct: Int32Array.of(-(2 ** 31), 0, 2 ** 31 - 1),
      ranks: Uint32Array.of(0, 2, 1),
    });
  });
});

describe("runs that are added row by row", () => {
  /** Rows of `[end, value]`. */
  function build(rows: readonly (readonly [number, number][])[]) {
    const builder = new RunsBuilder();
    rows.forEach((row, y) => {
      for (const [end, value] of row) builder.add(end, value);
      builder.endRows(y);
    });
    const { bandTops, bandRuns, runEnds, values } = builder.build(4, rows.length);
    return [bandTops, bandRuns, runEnds, values].map((array) => [...array]);
  }

  it("are one band where a row has the runs of the band above, and only there", () => {
    const row: [number, number][] = [
      [2, 7],
      [4, 8],
    ];
    expect(build([row, row])).toEqual([
      [0, 2],
      [0, 2],
      [2, 4],
      [7, 8],
    ]);
    const others: [number, number][][] = [
      // Another end, another value, fewer runs, more of them.
      [
        [3, 7],
        [4, 8],
      ],
      [
        [2, 7],
        [4, 9],
      ],
      [
        [2, 6],
        [4, 8],
      ],
      [[4, 7]],
      [
        [2, 7],
        [3, 8],
        [4, 7],
      ],
    ];
    for (const other of others) {
      expect(build([row, other, other, row])).toEqual([
        [0, 1, 3, 4],
        [0, 2, 2 + other.length, 4 + other.length],
        [2, 4, ...other.map(([end]) => end), 2, 4],
        [7, 8, ...other.map(([, value]) => value), 7, 8],
      ]);
    }
  });

  it("are made of pixels in rows of every length, with an edge at every place", () => {
    for (let width = 1; width <= 40; width++) {
      for (let edge = 1; edge <= width; edge++) {
        const data = Int32Array.from({ length: width }, (_, x) => (x < edge ? 3 : 4));
        const { runEnds, values } = runsOf({ width, height: 1, data });
        const isWhole = edge === width;
        expect([...runEnds]).toEqual(isWhole ? [width] : [edge, width]);
        expect([...values]).toEqual(isWhole ? [3] : [3, 4]);
      }
    }
  });
});

describe("runs with new values", () => {
  const [width, height] = [4, 4];
  const data = Int32Array.of(0, 0, 1, 2, 0, 0, 1, 2, 5, 5, 5, 5, 0, 1, 1, 1);

  it.each([
    ["all kept", [0, 1, 2, 5, 0, 1], [0, 2, 3, 4], [2, 3, 4, 4, 1, 4], [0, 1, 2, 5, 0, 1]],
    ["neighbours alike", [7, 7, 3, 8, 7, 3], [0, 2, 3, 4], [3, 4, 4, 1, 4], [7, 3, 8, 7, 3]],
    ["the last two of a row alike", [1, 2, 2, 2, 2, 3], [0, 2, 3, 4], [2, 4, 4, 1, 4], [1, 2, 2, 2, 3]],
    ["bands alike", [4, 4, 4, 4, 5, 4], [0, 3, 4], [4, 1, 4], [4, 5, 4]],
    ["all alike", [-1, -1, -1, -1, -1, -1], [0, 4], [4], [-1]],
  ])("are as few as they can be: %s", (_, replacements, bandTops, runEnds, values) => {
    const replaced = replaceValues(runsOf({ width, height, data }), Int32Array.from(replacements));
    expect([replaced.width, replaced.height]).toEqual([width, height]);
    expect([...replaced.bandTops]).toEqual(bandTops);
    expect([...replaced.runEnds]).toEqual(runEnds);
    expect([...replaced.values]).toEqual(values);
  });

  it("are painted run by run, whatever their length, and nothing behind them", () => {
    for (const long of [1, 23, 24, 25, 60]) {
      const rows = [0, 0, 1].map((shift) => {
        return Array.from({ length: long + 30 }, (_, x) => (x < shift ? 2 : x < shift + long ? -1 : x % 3));
      });
      const map = { width: long + 30, height: 3, data: Int32Array.from(rows.flat()) };
      const into = new Int32Array(map.data.length + map.width).fill(99);
      paint(runsOf(map), Int32Array.of(40, 30, 20, 10), into);
      const painted = rows.flat().map((label) => [40, 30, 20, 10][label + 1]);
      expect([...into]).toEqual([...painted, ...new Array(map.width).fill(99)]);
    }
  });
});

describe("a map whose labels are needed", () => {
  const pixels = { width: 2, height: 1, data: Int32Array.of(0, -1) };
  const refused = (map: unknown) =>
    expect(() => labelledPixels(map), JSON.stringify(map)).toThrowError(
      expect.objectContaining({
        code: "OPTION_INVALID",
        message: expect.stringMatching(/without labels|as int32; give what decodeMask returns/),
      }),
    );

  it("is pixels, or runs, with a list of labels", () => {
    for (const map of [
      { ...pixels, labels: [] },
      { ...pixels, labels: [], map: "label" },
    ]) {
      expect(labelledPixels(map)).toBe(map);
    }
    const runs = runsOf(pixels);
    const made: LabelledPixels = labelledPixels(Object.assign(Object.create(runs), runs, { labels: [] }));
    expect([made.width, made.height, ...made.data]).toEqual([2, 1, 0, -1]);
    expect(made.labels).toEqual([]);
  });

  it("is no other", () => {
    refused(pixels);
    refused(runsOf(pixels));
    refused({ ...pixels, labels: {} });
    refused({ ...pixels, labels: [], map: "semantic" });
    refused({ ...pixels, labels: [], map: "panoptic", data: Int32Array.of(0, 1) });
    refused({ ...pixels, labels: [], data: Uint8Array.of(0, 1) });
    for (const map of [null, 1, "runEnds", []]) expect(() => labelledPixels(map)).toThrow("the label map");
  });
});

describe("a label map of facts", () => {
  const pixels = { width: 5, height: 2, data: Int32Array.of(0, 0, 1, 1, -1, 2, 2, 2, 1, 3) };
  const car = { className: "car", classId: 26, isThing: true };

  it("numbers the objects that have no number, and says what it is told", () => {
    const { labels } = makeLabelMap(pixels, [
      { ...car, isInstance: true },
      { ...car, isInstance: true, instanceNumber: 7, instanceId: 50, sourceId: "x", isCrowd: true },
      { ...car, isInstance: true, supercategory: "vehicle" },
      { ...car, className: "road", isInstance: false, isThing: false },
    ]);
    expect(labels.map(({ name, instanceNumber }) => [name, instanceNumber])).toEqual([
      ["car # 1", 1],
      ["car # 7", 7],
      ["car # 8", 8],
      ["road", 0],
    ]);
    expect(labels.map(({ instanceId, isCrowd }) => [instanceId, isCrowd])).toEqual([
      [1, false],
      [50, true],
      [2, false],
      [0, false],
    ]);
    expect(labels.map(({ sourceId, supercategory }) => [sourceId, supercategory])).toEqual([
      [null, null],
      ["x", null],
      [null, "vehicle"],
      [null, null],
    ]);
    expect(labels.map(({ pixelCount, bbox }) => [pixelCount, bbox])).toEqual([
      [2, [0, 0, 2, 1]],
      [3, [2, 0, 2, 2]],
      [3, [0, 1, 3, 1]],
      [1, [4, 1, 1, 1]],
    ]);
  });

  it("has the colours that it is told, once each, and else those of the class ids", () => {
    const facts = (colors: (string | undefined)[], classId = 0) =>
      colors.map((color) => ({ ...car, classId, isInstance: false, color }));
    const colorsOf = (...given: Parameters<typeof facts>) =>
      makeLabelMap({ ...pixels, data: new Int32Array(10) }, facts(...given)).labels.map(({ color }) => color);
    // Black is a colour if somebody says so. A key that is none does not count.
    expect(colorsOf(["#000000", "#010203", "7", undefined])).toEqual([
      "#000000",
      "#010203",
      "#800000",
      "#008000",
    ]);
    expect(colorsOf(["#010203", "#010203"])).toEqual(["#010203", "#800000"]);
    expect(colorsOf([undefined], 2 ** 24 - 2)).toEqual(["#ffffff"]);
    expect(colorsOf([undefined], 2 ** 24 - 1)).toEqual(["#800000"]);
    expect(colorsOf([undefined], -1)).toEqual(["#000000"]);
  });
});

describe("a fresh array", () => {
  it.each([
    ["no Buffer", undefined],
    ["a Buffer of a page that lacks the function", {}],
    [
      "one whose arrays share memory",
      { allocUnsafeSlow: (bytes: number) => new Uint8Array(4096).subarray(8, 8 + bytes) },
    ],
  ])("has its own memory, also with %s", (_, Buffer) => {
    vi.stubGlobal("Buffer", Buffer);
    const arrays = [allocate("uint8", 3), allocate("uint16", 5), allocate("int32", 7)];
    vi.unstubAllGlobals();
    expect(arrays.map(({ length }) => length)).toEqual([3, 5, 7]);
    expect(arrays.map(({ buffer }) => buffer.byteLength)).toEqual([3, 10, 28]);
    expect(arrays.map((array) => array.constructor.name)).toEqual([
      "Uint8Array",
      "Uint16Array",
      "Int32Array",
    ]);
  });
});

describe("pixels alike", () => {
  const facts = ["a", "b"].map((className, classId) => ({
    className,
    classId,
    isInstance: false,
    isThing: false,
  }));

  it("are measured row by row, and a label without any has no box", () => {
    const { labels, unlabelled } = makeLabelMap({ width: 3, height: 2, data: new Int32Array(6) }, facts);
    expect(labels.map(({ pixelCount, bbox }) => [pixelCount, bbox])).toEqual([
      [6, [0, 0, 3, 2]],
      [0, null],
    ]);
    expect(unlabelled.count).toBe(0);
    const part = makeLabelMap({ width: 3, height: 2, data: Int32Array.of(1, 0, 0, 0, 0, 1) }, facts);
    expect(part.labels.map(({ pixelCount, bbox }) => [pixelCount, bbox])).toEqual([
      [4, [0, 0, 3, 2]],
      [2, [0, 0, 3, 2]],
    ]);
  });

  it("are one run, whatever their value, apart from a pixel at any place", () => {
    for (const value of [0, -1, 7]) {
      for (let width = 1; width < 30; width++) {
        const data = new Int32Array(width).fill(value);
        expect([...runsOf({ width, height: 1, data }).runEnds]).toEqual([width]);
        for (let other = 1; other < width - 1; other++) {
          const one = data.slice();
          one[other] = 3;
          expect([...runsOf({ width, height: 1, data: one }).runEnds]).toEqual([other, other + 1, width]);
        }
      }
    }
  });
});

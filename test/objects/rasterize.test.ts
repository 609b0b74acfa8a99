/** `rasterize`: which shape covers which, what its labels say, and what it refuses. */
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { ClassList } from "../../src/index.js";
import {
  allOutlines,
  encodeAllRles,
  encodeRle,
  type RasterizeOptions,
  rasterize,
  type Shape,
} from "../../src/objects/index.js";
import { addWithoutHoles, countPixels, RangeCollector } from "../../src/objects/rasterize/pixel-runs.js";
import { anyMap } from "../support/maps.mjs";

/** A rectangle of pixels. */
const box = (x: number, y: number, width: number, height: number) => [
  [x, y, x + width, y, x + width, y + height, x, y + height],
];
const shape = (className: string, polygons: readonly (readonly number[])[], more: object = {}) => ({
  className,
  polygons,
  ...more,
});
/** The rows of a map of one column or more: `.` is no label, and a digit is a label. */
const rowsOf = ({ data, width }: { data: Int32Array; width: number }) =>
  Array.from(data, (label) => (label < 0 ? "." : String(label)))
    .join("")
    .match(new RegExp(`.{${width}}`, "g"));
const row = { width: 6, height: 1 };
const wrongCall = (message: string) =>
  expect.objectContaining({
    name: "DecodeError",
    code: "OPTION_INVALID",
    message: expect.stringContaining(message),
  });

describe("ranges of pixels", () => {
  const unite = (...ranges: number[][]) => {
    const collector = new RangeCollector();
    for (const [start, end] of ranges) collector.add(start!, end!);
    return collector.take();
  };

  it("become runs that do not touch", () => {
    expect([...unite([7, 9], [1, 3], [3, 5], [2, 4], [8, 8], [11, 11], [14, 12])]).toEqual([1, 5, 7, 9]);
    expect([...unite([3, 5], [1, 3])]).toEqual([1, 5]);
    expect([...unite()]).toEqual([]);
    expect(countPixels(unite([1, 3], [2, 5], [7, 9]))).toBe(6);
  });

  it("lose the pixels of holes", () => {
    const collector = new RangeCollector();
    const runs = unite([0, 5], [7, 9], [20, 30], [40, 42]);
    addWithoutHoles(runs, unite([3, 8], [12, 14], [22, 23], [25, 26], [39, 50]), collector);
    expect([...collector.take()]).toEqual([0, 3, 8, 9, 20, 22, 23, 25, 26, 30]);
    expect([...collector.take()]).toEqual([]);
  });
});

describe("rasterize", () => {
  const large = shape("large", box(0, 0, 5, 1), { z: 1 });
  const small = shape("small", box(1, 0, 2, 1), { z: -1 });
  const medium = shape("medium", box(2, 0, 4, 1));

  it.each([
    ["painters", [small, large, medium], "112222"],
    ["painters", [large, medium, small], "022111"],
    ["area", [small, large, medium], "100222"],
    ["area", [medium, small, large], "211000"],
    ["z", [large, medium, small], "000001"],
    ["z", [medium, { ...small, z: 0 }, large], "222220"],
    ["z", [{ ...small, z: 0.5 }, large, medium], "111112"],
  ] as const)("paints by %s", (order, shapes, expected) => {
    expect(rowsOf(rasterize(shapes, { ...row, order }))).toEqual([expected]);
    if (order === "painters") expect(rowsOf(rasterize(shapes, row))).toEqual([expected]);
  });

  it("lets the later of equal shapes cover the earlier, in every order", () => {
    for (const order of ["painters", "area", "z"] as const) {
      const map = rasterize([small, { ...small, polygons: box(2, 0, 2, 1) }], { ...row, order });
      expect(rowsOf(map)).toEqual([".011.."]);
    }
  });

  it("measures what is left of a shape, and reports the shapes of which nothing is left", () => {
    const map = rasterize(
      [small, shape("line", [[0, 0, 5, 0]]), large, medium, shape("outside", box(-9, 0, 9, 1))],
      row,
    );
    expect(rowsOf(map)).toEqual(["223333"]);
    expect(map.labels.map(({ pixelCount, bbox }) => [pixelCount, bbox])).toEqual([
      [0, null],
      [0, null],
      [2, [0, 0, 2, 1]],
      [4, [2, 0, 4, 1]],
      [0, null],
    ]);
    expect(map.issues.map(({ code, path }) => [code, path])).toEqual([
      ["shape-covered", "shapes[0]"],
      ["shape-empty", "shapes[1]"],
      ["shape-empty", "shapes[4]"],
    ]);
    expect(map.issues[0]!.message).toContain('"small"');
    expect(map.unlabelled).toEqual({ count: 0, colors: [] });
    expect(rasterize([small], row).unlabelled.count).toBe(4);
    const hidden = rasterize(Array(150).fill(small), row).issues;
    expect(hidden.length).toBe(101);
    expect(hidden[100]!.omitted).toEqual({ "shape-covered": 49 });
  });

  it("makes a label of each shape, numbered within its class", () => {
    const shapes: Shape[] = [
      shape("car", box(0, 0, 1, 1)),
      shape("road", box(1, 0, 1, 1), { isThing: false, attributes: ["wet"] }),
      shape("car", box(2, 0, 1, 1), { instanceNumber: 1, classId: 26, sourceId: "x9", color: "#800000" }),
      shape("car", box(3, 0, 1, 1), { name: "the red one" }),
      shape("people", box(4, 0, 1, 1), { isCrowd: true, sourceId: 7 }),
      shape("bus", box(5, 0, 1, 1)),
    ];
    const map = rasterize(shapes, row);
    expect(map.labels.map(({ name }) => name)).toEqual([
      "car # 2",
      "road",
      "car # 1",
      "the red one",
      "people",
      "bus # 1",
    ]);
    expect(map.labels.map(({ className }) => className)).toEqual(shapes.map(({ className }) => className));
    expect(map.labels.map(({ index }) => index)).toEqual([0, 1, 2, 3, 4, 5]);
    expect(map.issues).toEqual([]);
    expect(map.labels.map(({ instanceNumber }) => instanceNumber)).toEqual([2, 0, 1, 3, 0, 1]);
    expect([...map.instance()]).toEqual([1, 0, 2, 3, 0, 4]);
    expect(map.labels.map(({ classId, sourceId }) => [classId, sourceId])).toEqual([
      [null, null],
      [null, null],
      [26, "x9"],
      [null, null],
      [null, 7],
      [null, null],
    ]);
    expect(map.labels.map(({ attributes }) => attributes)).toEqual([[], ["wet"], [], [], [], []]);
    // The second colour of Pascal VOC follows, since the first is taken.
    expect(map.labels.map(({ color }) => color)).toEqual([
      "#008000",
      "#808000",
      "#800000",
      "#000080",
      "#800080",
      "#008080",
    ]);
    const classes = ClassList.fromNames(["road", "car", "people", "bus"]);
    expect([...map.semantic(classes)]).toEqual([1, 0, 1, 1, 2, 3]);
    expect([...map.toRGBA().subarray(8, 12)]).toEqual([128, 0, 0, 255]);
  });

  it("draws an empty list as a map without labels", () => {
    const map = rasterize([], { width: 2, height: 2 });
    expect([...map.data]).toEqual([-1, -1, -1, -1]);
    expect(map.labels).toEqual([]);
    expect(map.issues).toEqual([]);
  });

  it("unites the rings of a shape (coco), or fills them by the even-odd rule (opencv)", () => {
    const rings = [...box(0, 0, 6, 6), ...box(2, 2, 2, 2)];
    const size = { width: 8, height: 7 };
    const filled = rasterize([shape("a", rings)], size);
    expect(filled.labels[0]!.pixelCount).toBe(36);
    // fillPoly draws the lines too, so the hole is as large as one pixel.
    const evenOdd = rasterize([shape("a", rings)], { ...size, rule: "opencv" });
    expect(evenOdd.labels[0]!.pixelCount).toBe(48);
    expect(evenOdd.data[3 * 8 + 3]).toBe(-1);
  });

  it("cuts holes out of their own polygon only", () => {
    const shapes: Shape[] = [
      {
        className: "a",
        polygons: [
          { outer: box(0, 0, 6, 1)[0]!, holes: [...box(1, 0, 3, 1), ...box(2, 0, 3, 1)] },
          ...box(2, 0, 1, 1),
        ],
      },
    ];
    expect(rowsOf(rasterize(shapes, row))).toEqual(["0.0..0"]);
    const without = { className: "a", polygons: [{ outer: box(1, 0, 2, 1)[0]! }] };
    expect(rowsOf(rasterize([without], row))).toEqual([".00..."]);
  });

  it("gives back every map from its outlines, and from its run-length codes by either rule", () => {
    fc.assert(
      fc.property(anyMap(), (map) => {
        const expected = Array.from(map.data);
        const size = { width: map.width, height: map.height };
        const back = (shapes: Shape[], values: number[], options: Partial<RasterizeOptions>) =>
          Array.from(rasterize(shapes, { ...size, ...options }).data, (label) => values[label] ?? -1);
        const areas = allOutlines(map);
        const polygons = areas.map((area) => ({ className: "a", polygons: area.polygons }));
        expect(
          back(
            polygons,
            areas.map(({ value }) => value),
            {},
          ),
        ).toEqual(expected);
        const codes = encodeAllRles(map, { compressed: true });
        const values = codes.map(({ value }) => value);
        const masks = codes.map(({ rle }) => ({ className: "a", rle }));
        for (const rule of ["coco", "opencv"] as const)
          expect(back(masks, values, { rule })).toEqual(expected);
      }),
      { numRuns: 200 },
    );
  });

  it("takes codes of numbers and of text, and paints them like polygons", () => {
    const rle = encodeRle({ width: 6, height: 1, data: Uint8Array.of(0, 1, 1, 0, 1, 0) }, 1);
    const shapes = [
      { className: "mask", rle },
      small,
      { className: "end", rle: { size: [1, 6] as const, counts: [5, 1] } },
    ];
    expect(rowsOf(rasterize(shapes, row))).toEqual([".11.02"]);
    expect(rowsOf(rasterize(shapes, { ...row, order: "area" }))).toEqual([".11.02"]);
    const nothing = { className: "none", rle: { size: [1, 6] as const, counts: [6] } };
    for (const rule of ["coco", "opencv"] as const) {
      expect(rasterize([nothing], { ...row, rule }).issues[0]!.code).toBe("shape-empty");
    }
  });

  it.each<[string, unknown]>([
    ["shapes[0]: is null", [null]],
    ["shapes[0]: is missing", Array(1)],
    ["shapes is an object", {}],
    ["shapes[1].className: is missing", [small, { polygons: [] }]],
    ["shapes[0].className: is a string", [shape("", [])]],
    ["shapes[0].name: is a string", [shape("a", [], { name: "" })]],
    ["shapes[0].classId: is an object", [shape("a", [], { classId: {} })]],
    ["shapes[0].sourceId: is NaN", [shape("a", [], { sourceId: Number.NaN })]],
    ["shapes[0].isThing: is 1", [shape("a", [], { isThing: 1 })]],
    ["shapes[0].isCrowd: is 1", [shape("a", [], { isCrowd: 1 })]],
    ["shapes[0].instanceNumber: is 0", [shape("a", [], { instanceNumber: 0 })]],
    ["stuff and crowds have no number", [shape("a", [], { instanceNumber: 2, isThing: false })]],
    ["stuff and crowds have no number", [shape("a", [], { instanceNumber: 2, isCrowd: true })]],
    [
      "shapes[2].instanceNumber: is 3, as in shapes[0]",
      [1, 2, 1].map((_, place) => shape(place === 1 ? "b" : "a", [], { instanceNumber: 3 })),
    ],
    ["shapes[0].attributes: is an object", [shape("a", [], { attributes: {} })]],
    ["shapes[0].color: is no colour", [shape("a", [], { color: "reddish" })]],
    ["shapes[0].z: is Infinity", [shape("a", [], { z: Number.POSITIVE_INFINITY })]],
    ["either polygons or rle", [{ className: "a" }]],
    ["either polygons or rle", [{ ...small, rle: { size: [1, 6], counts: [6] } }]],
    ["shapes[0].polygons: is a string", [{ className: "a", polygons: "x" }]],
    ["shapes[0].polygons[0]: is a number", [{ className: "a", polygons: [1, 2, 3, 4, 5, 6] }]],
    ["shapes[0].polygons[0]: is missing", [{ className: "a", polygons: Array(1) }]],
    ["shapes[0].polygons[0]: has 0 numbers", [shape("a", [[]])]],
    ["shapes[0].polygons[1]: has 5 numbers", [shape("a", [...box(0, 0, 1, 1), [1, 2, 3, 4, 5]])]],
    ["the y of point 1 is NaN", [shape("a", [[1, 2, 3, Number.NaN, 5, 6]])]],
    ["the x of point 2 is 1000000000", [shape("a", [[1, 2, 3, 4, 1e9, 6]])]],
    ["the x of point 0 is -33554433", [shape("a", [[-(2 ** 25) - 1, 2, 3, 4, 5, 6]])]],
    ["the x of point 0 is a string", [shape("a", [["1", 2, 3, 4, 5, 6]] as never)]],
    ["the y of point 0 is missing", [shape("a", [[1, undefined, 3, 4, 5, 6]] as never)]],
    ["shapes[0].polygons[0][1]: is no point", [shape("a", [[[1, 2], [3], [4, 5]]] as never)]],
    ["shapes[0].polygons[0][1]: is no point", [shape("a", [[[1, 2], 3, 4]] as never)]],
    ["shapes[0].polygons[0].outer: is missing", [{ className: "a", polygons: [{ holes: [] }] }]],
    [
      "shapes[0].polygons[0].holes: is a number",
      [{ className: "a", polygons: [{ outer: [1, 1], holes: 3 }] }],
    ],
    [
      "shapes[0].polygons[0].holes[1]: has 3",
      [
        {
          className: "a",
          polygons: [
            {
              outer: [1, 1],
              holes: [
                [1, 1],
                [1, 2, 3],
              ],
            },
          ],
        },
      ],
    ],
  ])("refuses a shape: %s", (message, shapes) => {
    expect(() => rasterize(shapes as Shape[], row)).toThrow(wrongCall(message));
  });

  it("refuses invalid options", () => {
    for (const [options, message] of [
      [undefined, "The options are missing"],
      [{ width: 0, height: 1 }, "width and height"],
      [{ width: 1, height: 1.5 }, "width and height"],
      [{ width: 4, height: 4, maxPixels: 15 }, "maxPixels"],
      [{ width: 4, height: 4, maxPixels: 0 }, "maxPixels"],
      [{ width: 2 ** 16, height: 2 ** 16 }, "maxPixels"],
      [{ ...row, rule: "pillow" }, "rule must be"],
      [{ ...row, order: "size" }, "order must be"],
      [{ ...row, rule: "opencv", fractions: "floor" }, "fractions must be"],
      [{ ...row, fractions: "round" }, 'rule: "opencv"'],
      [{ ...row, colour: 1 }, 'unknown key "colour"'],
    ] as const) {
      expect(() => rasterize([small], options as never), message).toThrow(wrongCall(message));
    }
    expect(() => rasterize([small], { width: 4, height: 4, maxPixels: 16 })).not.toThrow();
  });

  it("refuses codes that are malformed or of another size", () => {
    const mask = (rle: unknown) => [{ className: "a", rle }] as Shape[];
    for (const rle of [null, "x", { size: [1, 6], counts: [5] }, { size: [1, 6], counts: "~" }]) {
      expect(() => rasterize(mask(rle), row)).toThrow(expect.objectContaining({ code: "FORMAT_INVALID" }));
    }
    for (const size of [
      [6, 1],
      [1, 7],
    ]) {
      expect(() => rasterize(mask({ size, counts: [size[0]! * size[1]!] }), row)).toThrow(
        expect.objectContaining({
          code: "SIZE_MISMATCH",
          message: expect.stringContaining("shapes[0].rle has"),
        }),
      );
    }
  });

  it.each(["coco", "opencv"] as const)(
    "limits the pixels of all shapes to 64 times maxPixels (%s)",
    (rule) => {
      const size = { width: 10, height: 10, rule, maxPixels: 100 };
      const full = shape("a", [[0, 0, 10, 0, 10, 10, 0, 10]]);
      const times = (count: number, one: Shape) => Array.from({ length: count }, () => one);
      expect(() => rasterize(times(64, full), size)).not.toThrow();
      expect(() => rasterize(times(65, full), size)).toThrow(
        wrongCall("shapes[64]: makes the shapes have more than 6400 pixels in all (64 times maxPixels)"),
      );
      expect(() => rasterize(times(65, full), { ...size, maxPixels: 200 })).not.toThrow();
      // OpenCV's pixels are in rows, so codes must be turned too.
      const code: Shape = { className: "a", rle: { size: [10, 10], counts: [0, 100] } };
      const most = rule === "coco" ? 64 : 32;
      expect(() => rasterize(times(most, code), size)).not.toThrow();
      expect(() => rasterize(times(most + 1, code), size)).toThrow(wrongCall(`shapes[${most}]: makes`));
    },
  );

  it("limits codes of few pixels that are far apart, if they must be turned into rows", () => {
    const code: Shape = { className: "a", rle: { size: [10, 10], counts: [0, 1, 98, 1] } };
    const size = { width: 10, height: 10, maxPixels: 100 };
    const codes = Array.from({ length: 65 }, () => code);
    expect(() => rasterize(codes, size)).not.toThrow();
    expect(() => rasterize(codes, { ...size, rule: "opencv" })).toThrow(wrongCall("shapes[62]: makes"));
  });

  it("limits the work by the rows and columns that all outlines enter, whatever the rule", () => {
    const zigzag = (width: number, turns: number) =>
      Array.from({ length: turns }, (_, turn) => [turn % 2 ? width : 0, turn % 2]).flat();
    const wide = { width: 2 ** 20, height: 2 };
    const times = (count: number) => Array.from({ length: count }, () => shape("a", [zigzag(2 ** 20, 4)]));
    expect(() => rasterize(times(8), wide)).not.toThrow();
    expect(() => rasterize(times(9), wide)).toThrow(wrongCall("shapes[8].polygons[0]: makes"));
    // OpenCV's edges enter a row as well.
    expect(() => rasterize(times(9), { ...wide, rule: "opencv" })).toThrow(
      wrongCall("shapes[7].polygons[0]: makes"),
    );
  });
});

describe("a shape that has no area", () => {
  const size = { width: 8, height: 8 };
  const issuesOf = (polygons: unknown, rule: "coco" | "opencv" = "coco") =>
    rasterize([{ className: "car", polygons } as Shape], { ...size, rule }).issues.map(
      ({ code, message }) => `${code} ${message}`,
    );

  it.each([
    [
      [
        [
          [0, 0],
          [4, 4],
        ],
      ],
    ],
    [[[0, 0, 4, 4]]],
    [[{ outer: [[1, 1]], holes: [] }]],
  ])("is empty because no ring has three points: %j", (polygons) => {
    expect(issuesOf(polygons)).toEqual([
      'shape-empty shapes[0]: the shape of class "car" has no pixels in the image, since no ring has three points.',
    ]);
  });

  it("is not blamed for its points if it lies outside the image", () => {
    expect(issuesOf([[20, 20, 24, 20, 24, 24]])).toEqual([
      'shape-empty shapes[0]: the shape of class "car" has no pixels in the image.',
    ]);
  });

  it("is probably a ring whose points were given for rings", () => {
    const points = [
      [0, 0],
      [4, 4],
      [4, 0],
    ];
    const hint =
      /^shape-points shapes\[0\]: .* put the points of a ring into an array of their own: \[\[\[x1, y1\]/;
    expect(issuesOf(points)).toEqual([expect.stringMatching(hint), expect.stringMatching(/^shape-empty/)]);
    // OpenCV draws the three points.
    expect(issuesOf(points, "opencv")).toEqual([expect.stringMatching(hint)]);
    expect(issuesOf([points])).toEqual([]);
    expect(issuesOf([[0, 0, 4, 4, 4, 0]])).toEqual([]);
    expect(
      issuesOf(
        [
          [1, 1],
          [2, 2],
        ],
        "opencv",
      ),
    ).toEqual([]);
  });
});

describe("a run-length code of another size than the image", () => {
  const draw = (size: readonly [number, number]) => () =>
    rasterize([{ className: "a", rle: { size, counts: [0, size[0] * size[1]] } }], { width: 8, height: 6 });

  it("is refused, and height and width that are swapped are named", () => {
    expect(draw([6, 8])).not.toThrow();
    expect(draw([8, 6])).toThrow("its size is [height, width], so it must be [6, 8].");
    expect(draw([4, 4])).toThrow("give the image's own size, or a mask that was drawn for it.");
  });
});

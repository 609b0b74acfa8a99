/** Label Studio: brush strokes as an independent reader of the code in NumPy sees them, polygons as pycocotools draws them. */
import { beforeAll, describe, expect, it } from "vitest";
import { decodeLabelStudio } from "../../src/formats/index.js";
import { init, type LabelMap } from "../../src/index.js";
import { rasterize } from "../../src/objects/index.js";
import { expectPythonInCi, itWithPython, runPython } from "../support/python.js";
import { dice, mulberry32 } from "../support/random.mjs";

beforeAll(() => init());
expectPythonInCi();

/** Packs bits into bytes, the highest bit first. */
function pack(...fields: readonly (readonly [value: number, bits: number])[]): number[] {
  const bits = fields.map(([value, count]) => value.toString(2).padStart(count, "0")).join("");
  const padded = bits.padEnd(Math.ceil(bits.length / 8) * 8, "0");
  return Array.from({ length: padded.length / 8 }, (_, at) =>
    Number.parseInt(padded.slice(at * 8, at * 8 + 8), 2),
  );
}
/** The header that Label Studio writes: words of 8 bits, lengths of 3, 4, 8 and 16 bits. */
const header = (pixels: number) =>
  [
    [pixels * 4, 32],
    [7, 5],
    [2, 4],
    [3, 4],
    [7, 4],
    [15, 4],
  ] as const;
const run = (length: number, value: number) =>
  [
    [1, 1],
    [3, 2],
    [length - 1, 16],
    [value, 8],
  ] as const;
const literal = (...values: number[]) =>
  [[0, 1], [0, 2], [values.length - 1, 3], ...values.map((value) => [value, 8] as const)] as const;

const image = (width: number, height: number) => ({
  ...{ original_width: width, original_height: height, image_rotation: 0 },
  ...{ from_name: "label", to_name: "image", origin: "manual" },
});
let nextId = 0;
const region = (size: readonly [number, number], type: string, value: object, more: object = {}) => ({
  ...image(...size),
  ...{ id: `r${nextId++}`, type, value: { ...value } },
  ...more,
});
const brush = (size: readonly [number, number], rle: unknown, ...labels: string[]) =>
  region(size, "brushlabels", { format: "rle", rle, brushlabels: labels });
const polygon = (size: readonly [number, number], points: number[][], ...labels: string[]) =>
  region(size, "polygonlabels", { points, closed: true, polygonlabels: labels });
const task = (...result: readonly object[]) => ({
  id: 1,
  data: { image: "a.jpg" },
  annotations: [{ id: 7, was_cancelled: false, result }],
});
const rowsOf = ({ data, width }: LabelMap) =>
  Array.from({ length: data.length / width }, (_, y) =>
    Array.from(data.subarray(y * width, (y + 1) * width), (label) => (label < 0 ? "." : label)).join(""),
  );
const invalid = (path: string) =>
  expect.objectContaining({
    name: "FormatError",
    code: "FORMAT_INVALID",
    message: expect.stringContaining(`Label Studio: ${path}`),
  });
const REGIONS = "annotations[0].result";

describe("decodeLabelStudio", () => {
  itWithPython("reads brush strokes as a reader in NumPy does, whatever blocks and sizes of words", () => {
    const script = `
random = np.random.default_rng(17)
def encode(values, word, sizes, whole):
    bits = [np.binary_repr(len(values), 32), np.binary_repr(word - 1, 5)]
    bits += [np.binary_repr(size - 1, 4) for size in sizes]
    at = 0
    while at < len(values):
        equal = 1
        while at + equal < len(values) and values[at + equal] == values[at]:
            equal += 1
        kind = int(random.integers(4))
        most = 2 ** sizes[kind]
        is_run = whole or random.random() < 0.7
        length = min(equal if is_run else int(random.integers(1, 9)), most, len(values) - at)
        bits += [str(int(is_run)), np.binary_repr(kind, 2), np.binary_repr(length - 1, sizes[kind])]
        for value in values[at:at + 1] if is_run else values[at:at + length]:
            bits.append(np.binary_repr(value, word))
        at += length
    text = "".join(bits)
    return np.packbits(np.frombuffer(text.encode(), dtype=np.uint8) - 48).tolist()
def decode(code):
    stream = np.unpackbits(np.array(code, dtype=np.uint8))
    at = 0
    def take(count):
        nonlocal at
        at += count
        return int("".join(map(str, stream[at - count:at])), 2)
    values = np.zeros(take(32), dtype=np.int64)
    word = take(5) + 1
    sizes = [take(4) + 1 for _ in range(4)]
    done = 0
    while done < len(values):
        is_run = take(1)
        length = take(sizes[take(2)]) + 1
        if is_run:
            values[done:done + length] = take(word)
        else:
            values[done:done + length] = [take(word) for _ in range(length)]
        done += length
    return values
made = []
for place in range(60):
    width, height = (int(n) for n in random.integers(1, 24, 2))
    alpha = np.kron(random.random((24, 24)) < 0.4, np.ones((3, 3)))[:height, :width] * 255
    rgba = np.zeros((height, width, 4), dtype=np.int64)
    # Label Studio writes all channels alike, or colours beside alpha; partly covered pixels have an alpha in between.
    if place % 2 == 0:
        rgba[...] = alpha[..., None]
    else:
        rgba[..., :3] = random.integers(0, 256, 3)
        rgba[..., 3] = alpha * (random.random(alpha.shape) < 0.9) / random.integers(1, 3)
    word, sizes = [(8, [3, 4, 8, 16]), (8, [1, 2, 9, 5]), (12, [16, 1, 3, 4])][place % 3]
    code = encode(rgba.ravel().tolist(), word, sizes, place % 4 == 0)
    assert (decode(code) == rgba.ravel()).all()
    made.append({"size": [width, height], "rle": code, "mask": (decode(code).reshape(rgba.shape)[..., 3] > 0).ravel().tolist()})
print(json.dumps(made))
`;
    let covered = 0;
    for (const { size, rle, mask } of runPython(script).printed) {
      const map = decodeLabelStudio(task(brush(size, rle, "car")));
      expect([...map.data].map((label) => label === 0)).toEqual(mask);
      covered += map.labels[0]!.pixelCount;
    }
    expect(covered).toBeGreaterThan(1000);
  });

  it("counts a pixel of a run if its alpha is in the run", () => {
    const of = (...blocks: readonly (readonly (readonly [number, number])[])[]) =>
      rowsOf(decodeLabelStudio(task(brush([4, 1], pack(...header(4), ...blocks.flat()), "a"))))[0];
    expect(of(run(16, 255))).toBe("0000");
    expect(of(run(16, 0))).toBe("....");
    expect(of(run(3, 0), run(1, 9), run(12, 0))).toBe("0...");
    expect(of(run(3, 9), run(1, 0), run(12, 0))).toBe("....");
    expect(of(run(4, 0), run(7, 9), run(5, 0))).toBe(".0..");
    expect(of(literal(1, 1, 1, 0, 0, 0, 0, 1), run(8, 1))).toBe(".000");
    expect(of(run(15, 0), literal(200))).toBe("...0");
  });

  it("draws polygons and rectangles by the rule of pycocotools, with percentages of the image's size", () => {
    const { below } = dice(mulberry32(31));
    for (let seed = 0; seed < 40; seed++) {
      const size = [5 + below(40), 5 + below(40)] as const;
      const points = Array.from({ length: 3 + below(4) }, () => [below(1000) / 10, below(1000) / 10]);
      const [x, y, width, height] = [below(50), below(50), 1 + below(50), 1 + below(50)];
      const box = region(size, "rectanglelabels", {
        x,
        y,
        width,
        height,
        rotation: 0,
        rectanglelabels: ["b"],
      });
      const map = decodeLabelStudio(task(polygon(size, points, "a"), box));
      const scale = (share: number, axis: 0 | 1) => (share * size[axis]) / 100;
      const ring = points.flatMap(([px, py]) => [scale(px!, 0), scale(py!, 1)]);
      const [left, right, top, bottom] = [
        scale(x, 0),
        scale(x + width, 0),
        scale(y, 1),
        scale(y + height, 1),
      ];
      const expected = rasterize(
        [
          { className: "a", polygons: [ring] },
          { className: "b", polygons: [[left, top, right, top, right, bottom, left, bottom]] },
        ],
        { width: size[0], height: size[1], rule: "coco" },
      );
      expect(map.data).toEqual(expected.data);
    }
  });

  it("turns rectangles clockwise around their top left corner", () => {
    const box = { x: 50, y: 0, width: 40, height: 20, rotation: 90, rectanglelabels: ["a"] };
    const map = decodeLabelStudio(task(region([10, 10], "rectanglelabels", box)));
    expect(map.labels[0]!.bbox).toEqual([3, 0, 2, 4]);
    expect(map.labels[0]!.pixelCount).toBe(8);
  });

  it("makes a label of each region, in their order, and lets the later or the smaller ones cover", () => {
    const size = [4, 1] as const;
    const left = [
      [0, 0],
      [50, 0],
      [50, 100],
      [0, 100],
    ];
    const all = [
      [0, 0],
      [100, 0],
      [100, 100],
      [0, 100],
    ];
    const given = task(
      polygon(size, left, "car"),
      brush(size, pack(...header(4), ...run(12, 255), ...run(4, 0)), "sky"),
      polygon(size, left, "car"),
    );
    const map = decodeLabelStudio(given);
    expect(rowsOf(map)).toEqual(["221."]);
    expect(map.issues).toMatchObject([{ code: "shape-covered", path: `${REGIONS}[0]` }]);
    expect(map.labels.map(({ name }) => name)).toEqual(["car # 1", "sky # 1", "car # 2"]);
    const ids = given.annotations[0]!.result.map((item) => (item as { id: string }).id);
    expect(map.labels.map(({ sourceId }) => sourceId)).toEqual(ids);
    const two = task(polygon(size, left, "car"), polygon(size, all, "sky"));
    expect(rowsOf(decodeLabelStudio(two))).toEqual(["1111"]);
    expect(rowsOf(decodeLabelStudio(two, { order: "area" }))).toEqual(["0011"]);
    const stuff = decodeLabelStudio(given, { things: ["sky"] });
    expect(stuff.labels.map(({ name, isThing }) => [name, isThing])).toEqual([
      ["car", false],
      ["sky # 1", true],
    ]);
    expect(rowsOf(stuff)).toEqual(["001."]);
  });

  it("reads one annotation, and says which ones it left out", () => {
    const size = [2, 1] as const;
    const box = (className: string) =>
      polygon(
        size,
        [
          [0, 0],
          [100, 0],
          [100, 100],
          [0, 100],
        ],
        className,
      );
    const several = {
      data: {},
      annotations: [
        { id: 1, was_cancelled: true, result: [] },
        { id: 2, result: [box("second")] },
        { id: 3, result: [box("third")] },
      ],
    };
    const first = decodeLabelStudio(several);
    expect(first.labels.map(({ className }) => className)).toEqual(["second"]);
    expect(first.issues).toEqual([
      {
        code: "annotation-left-out",
        path: "annotations[0]",
        message:
          "annotations[0]: the task has 3 annotations; the annotation 1 is not read. Name the one that you want with the option annotation.",
      },
      expect.objectContaining({ path: "annotations[2]" }),
    ]);
    const third = decodeLabelStudio(several, { annotation: 3 });
    expect(third.labels.map(({ className }) => className)).toEqual(["third"]);
    const old = { data: {}, completions: [{ id: 2, result: [box("old")] }] };
    expect(decodeLabelStudio(old).labels.map(({ className }) => className)).toEqual(["old"]);
    expect(() => decodeLabelStudio(several, { annotation: 4 })).toThrow(
      expect.objectContaining({ name: "DecodeError", message: expect.stringContaining("no annotation 4") }),
    );
    expect(() => decodeLabelStudio({ annotations: [{ was_cancelled: true, result: [] }] })).toThrow(
      invalid("annotations: has no annotation that was not skipped"),
    );
  });

  it("takes the label from the other result of a region that has two", () => {
    const size = [2, 1] as const;
    const points = [
      [0, 0],
      [100, 0],
      [100, 100],
      [0, 100],
    ];
    const shape = region(size, "polygon", { points }, { id: "x" });
    const labels = region(size, "labels", { points, labels: ["car"] }, { id: "x" });
    const map = decodeLabelStudio(task(shape, labels));
    expect(map.labels.map(({ name }) => name)).toEqual(["car # 1"]);
    expect(map.issues).toEqual([]);
    const alone = decodeLabelStudio(
      task(shape, region(size, "labels", { points, labels: ["car"] }, { id: "y" })),
    );
    expect(alone.issues).toEqual([
      {
        code: "label-missing",
        path: `${REGIONS}[0]`,
        message: `${REGIONS}[0]: the region has no label. It is not drawn.`,
      },
    ]);
  });

  it("says what it does not draw", () => {
    const size = [2, 1] as const;
    const points = [
      [0, 0],
      [100, 0],
      [100, 100],
      [0, 100],
    ];
    const map = decodeLabelStudio(
      task(
        region(size, "ellipselabels", { x: 1, y: 1, radiusX: 5, radiusY: 5, ellipselabels: ["a"] }),
        { from_name: "c", type: "choices", value: { choices: ["day"] } },
        { type: 5, value: null },
        polygon(size, points, "a", "b"),
      ),
    );
    expect(map.issues.map(({ code, path }) => [code, path])).toEqual([
      ["shape-unknown", `${REGIONS}[0]`],
      ["shape-unknown", `${REGIONS}[1]`],
      ["shape-unknown", `${REGIONS}[2]`],
      ["label-ignored", `${REGIONS}[3]`],
    ]);
    expect(map.issues[3]!.message).toBe(`${REGIONS}[3]: the region has 2 labels; only "a" is read.`);
    expect(rowsOf(map)).toEqual(["00"]);
  });

  it("needs a region or the size", () => {
    expect(() => decodeLabelStudio(task())).toThrow(invalid(`${REGIONS}: has no region with an area`));
    const map = decodeLabelStudio(task(), { size: { width: 3, height: 2 } });
    expect(rowsOf(map)).toEqual(["...", "..."]);
    expect(() =>
      decodeLabelStudio(
        task(
          polygon(
            [2, 1],
            [
              [0, 0],
              [1, 0],
              [1, 1],
            ],
            "a",
          ),
        ),
        { size: { width: 3, height: 2 } },
      ),
    ).toThrow(invalid(`${REGIONS}[0]: the image has 2×1 pixels, but expected are 3×2`));
  });

  it("names the field that is invalid", () => {
    const size = [2, 1] as const;
    const whole = pack(...header(2), ...run(8, 1));
    const wrong: readonly [unknown, string][] = [
      [null, "the task: is null"],
      [{ data: {} }, "annotations: is missing; give a task of the export called JSON, not of JSON-MIN"],
      [{ annotations: {} }, "annotations: is an object"],
      [{ annotations: [null] }, "annotations[0]: is null"],
      [{ annotations: [{}] }, `${REGIONS}: is missing`],
      [task(5 as never), `${REGIONS}[0]: is a number`],
      [task(polygon([0, 1], [], "a")), `${REGIONS}[0].original_width: is 0`],
      [task(polygon([1, 1.5], [], "a")), `${REGIONS}[0].original_height: is 1.5`],
      [
        task(
          polygon(
            size,
            [
              [0, 0],
              [1, 0],
            ],
            "a",
          ),
        ),
        `${REGIONS}[0].value.points: has 2 points`,
      ],
      [
        task(polygon(size, [[0, 0], [1, 0], ["1", 1] as never], "a")),
        `${REGIONS}[0].value.points[2][0]: is a string`,
      ],
      [
        task(
          polygon(
            [2 ** 20, 1],
            [
              [0, 0],
              [1, 0],
              [2 ** 24, 1],
            ],
            "a",
          ),
        ),
        `${REGIONS}[0].value: is`,
      ],
      [
        task(region(size, "r", { x: 0, y: 0, width: 1, height: 1, rotation: "x", labels: ["a"] })),
        `${REGIONS}[0].value.rotation: is a string`,
      ],
      [task(brush(size, "abc", "a")), `${REGIONS}[0].value.rle: is a string`],
      [task(brush(size, [], "a")), `${REGIONS}[0].value.rle: ends too early`],
      [task(brush(size, whole.slice(0, -2), "a")), `${REGIONS}[0].value.rle: ends too early`],
      [task(brush(size, [...whole.slice(0, 7), 256], "a")), `${REGIONS}[0].value.rle[7]: is 256`],
      [task(brush(size, [...whole.slice(0, 7), -1], "a")), `${REGIONS}[0].value.rle[7]: is -1`],
      [task(brush(size, [...whole.slice(0, 7), null], "a")), `${REGIONS}[0].value.rle[7]: is null`],
      [
        task(brush([3, 1], whole, "a")),
        `${REGIONS}[0].value.rle: holds 8 values; 3×1 pixels of four need 12`,
      ],
      [
        task(brush(size, pack(...header(2), ...run(9, 1)), "a")),
        `${REGIONS}[0].value.rle: holds more values`,
      ],
      [task(brush(size, whole, "a"), brush([1, 2], whole, "a")), `${REGIONS}[1]: the image has 1×2 pixels`],
    ];
    for (const [given, path] of wrong) {
      expect(() => decodeLabelStudio(given as never), path).toThrow(invalid(path));
    }
  });

  it("refuses images that were turned, that are too large, or options that it does not have", () => {
    const unsupported = (text: string) =>
      expect.objectContaining({ code: "FORMAT_UNSUPPORTED", message: expect.stringContaining(text) });
    const turned = {
      ...polygon(
        [2, 1],
        [
          [0, 0],
          [1, 0],
          [1, 1],
        ],
        "a",
      ),
      image_rotation: 90,
    };
    expect(() => decodeLabelStudio(task(turned))).toThrow(unsupported(`${REGIONS}[0].image_rotation`));
    const large = polygon(
      [100, 100],
      [
        [0, 0],
        [1, 0],
        [1, 1],
      ],
      "a",
    );
    expect(() => decodeLabelStudio(task(large), { maxPixels: 9999 })).toThrow(unsupported("100×100"));
    // Each stroke takes a few bytes and covers the whole image.
    const pixels = 2 ** 14;
    const stroke = pack(...header(pixels), ...run(2 ** 16, 1));
    const strokes = Array.from({ length: 3 }, () => brush([pixels, 1], stroke, "a"));
    expect(decodeLabelStudio(task(...strokes)).labels[2]!.pixelCount).toBe(pixels);
    for (const options of [
      { annotation: "7" },
      { order: "z" },
      { size: { width: 1 } },
      { size: 5 },
      { things: 1 },
      { maxPixels: 0 },
      { rule: "coco" },
    ]) {
      expect(() => decodeLabelStudio(task(large), options as never), JSON.stringify(options)).toThrow(
        expect.objectContaining({ name: "DecodeError", code: "OPTION_INVALID" }),
      );
    }
  });
});

/** LabelMe: shapes get the pixels that Pillow draws, as far as the docs promise; written shapes come back as they went. */
import fc from "fast-check";
import { beforeAll, describe, expect, it } from "vitest";
import { writePng } from "../../src/decode/png/writer.js";
import { decodeLabelMe, encodeLabelMe, type LabelMeFile } from "../../src/formats/index.js";
import { ClassList, init, type LabelMap } from "../../src/index.js";
import { labelMapFrom } from "../../src/maps/index.js";
import { expectPythonInCi, itWithPython, runPython } from "../support/python.js";
import { dice, mulberry32 } from "../support/random.mjs";
import { drawScene } from "../support/scenes.js";

beforeAll(() => init());
expectPythonInCi();

/** How LabelMe paints its shapes with Pillow, after the description in its file utils/shape.py. */
const PAINT = `
import base64, io, math
from PIL import ImageDraw
def paint(file):
    pixels = np.full((file["imageHeight"], file["imageWidth"]), -1, dtype=np.int32)
    for place, shape in enumerate(file["shapes"]):
        canvas = Image.new("L", (file["imageWidth"], file["imageHeight"]), 0)
        pen = ImageDraw.Draw(canvas)
        points = [tuple(point) for point in shape["points"]]
        if shape["shape_type"] == "mask":
            (left, top), (right, bottom) = [(int(x), int(y)) for x, y in points]
            bitmap = np.array(Image.open(io.BytesIO(base64.b64decode(shape["mask"])))) != 0
            covered = np.zeros(pixels.shape, dtype=bool)
            covered[top:bottom + 1, left:right + 1] = bitmap
        else:
            if shape["shape_type"] == "circle":
                (x, y), edge = points
                radius = math.hypot(x - edge[0], y - edge[1])
                pen.ellipse([x - radius, y - radius, x + radius, y + radius], outline=1, fill=1)
            elif shape["shape_type"] == "rectangle":
                pen.rectangle(points, outline=1, fill=1)
            else:
                pen.polygon(points, outline=1, fill=1)
            covered = np.array(canvas) != 0
        pixels[covered] = place
    return pixels
`;

/** The place of the topmost shape at each pixel of each file, or -1. */
function paintWithPillow(files: readonly object[]): number[][] {
  const script = `${PAINT}
print(json.dumps([paint(file).ravel().tolist() for file in json.load(open("files.json"))]))
`;
  return runPython(script, { "files.json": JSON.stringify(files) }).printed;
}

const shape = (label: string, shape_type: string, points: number[][], more: object = {}) => ({
  label,
  shape_type,
  points,
  ...more,
});
const fileOf = (imageWidth: number, imageHeight: number, ...shapes: readonly object[]) => ({
  imageWidth,
  imageHeight,
  shapes,
});
const invalid = (path: string) =>
  expect.objectContaining({
    name: "FormatError",
    code: "FORMAT_INVALID",
    message: expect.stringContaining(`LabelMe: ${path}`),
  });
const rowsOf = ({ data, width }: LabelMap) =>
  Array.from({ length: data.length / width }, (_, y) =>
    Array.from(data.subarray(y * width, (y + 1) * width), (label) => (label < 0 ? "." : label)).join(""),
  );
const things = ["car", "truck"];

/** Whether a pixel has a neighbour, or itself, that is of another value in the map. */
function isAtEdge(values: readonly number[], width: number, height: number, index: number): boolean {
  const [x, y] = [index % width, Math.floor(index / width)];
  for (let nextY = Math.max(y - 1, 0); nextY <= Math.min(y + 1, height - 1); nextY++) {
    for (let nextX = Math.max(x - 1, 0); nextX <= Math.min(x + 1, width - 1); nextX++) {
      if (values[nextY * width + nextX] !== values[index]) return true;
    }
  }
  return false;
}

describe("decodeLabelMe", () => {
  itWithPython("draws polygons along the axes and diagonals, and rectangles, as Pillow does", async () => {
    const { below, pick } = dice(mulberry32(11));
    const files = Array.from({ length: 60 }, () => {
      const [width, height] = [4 + below(30), 4 + below(30)];
      const shapes = Array.from({ length: 1 + below(5) }, () => {
        const [left, top] = [below(width), below(height)];
        const [right, bottom] = [left + below(width - left), top + below(height - top)];
        const fraction = pick([0, 0.25, 0.5, 0.99]);
        const at = (x: number, y: number) => [x + fraction, y + fraction];
        if (below(2) === 0) return shape("car", "rectangle", [at(left, top), at(right, bottom)]);
        // A fraction of a negative number is cut off upwards, which would bend the edge.
        const size = 1 + below(Math.max(left, 1));
        if (left < size) return shape("car", "rectangle", [at(left, top), at(right, bottom)]);
        return pick([
          shape("car", "polygon", [at(left, top), at(right, top), at(right, bottom), at(left, bottom)]),
          shape("car", "polygon", [
            at(left, top),
            at(left + size, top + size),
            at(left, top + 2 * size),
            at(left - size, top + size),
          ]),
        ]);
      });
      return fileOf(width, height, ...shapes);
    });
    const painted = paintWithPillow(files);
    for (const [place, file] of files.entries()) {
      const map = await decodeLabelMe(file);
      expect([...map.data], JSON.stringify(file)).toEqual(painted[place]);
    }
  });

  itWithPython("differs from Pillow by no more than a pixel at slanted edges and circles", async () => {
    const { below, chance } = dice(mulberry32(12));
    const files = Array.from({ length: 120 }, (_, place) => {
      const [width, height] = [30 + below(60), 30 + below(60)];
      const coordinate = (limit: number) => below(limit * 8) / 8;
      const point = () => [coordinate(width), coordinate(height)];
      if (place % 3 === 0) {
        const center = point();
        return fileOf(
          width,
          height,
          shape("a", "circle", [center, [center[0]! + 1 + below(20), center[1]!]]),
        );
      }
      const corners = Array.from({ length: 3 + below(4) }, (_, at) => {
        const angle = (2 * Math.PI * (at + (chance(0.5) ? 0.3 : 0))) / 7;
        return [width * (0.5 + 0.45 * Math.cos(angle)), height * (0.5 + 0.45 * Math.sin(angle))];
      });
      return fileOf(width, height, shape("a", "polygon", corners));
    });
    const painted = paintWithPillow(files);
    const pixels = { circle: 0, polygon: 0 };
    const differing = { circle: 0, polygon: 0 };
    for (const [place, file] of files.entries()) {
      const { data, width, height } = await decodeLabelMe(file);
      const expected = painted[place]!;
      const kind = place % 3 === 0 ? "circle" : "polygon";
      data.forEach((label, index) => {
        pixels[kind] += Number(expected[index] === 0 && isAtEdge(expected, width, height, index));
        if (label === expected[index]) return;
        differing[kind]++;
        expect(isAtEdge(expected, width, height, index), JSON.stringify([file, index])).toBe(true);
      });
    }
    expect(pixels.circle).toBeGreaterThan(2000);
    expect(pixels.polygon).toBeGreaterThan(10_000);
    // The docs say: one in six and one in fifteen of the pixels at the edge.
    expect(pixels.polygon / differing.polygon).toBeCloseTo(6, 0);
    expect(pixels.circle / differing.circle).toBeCloseTo(15.6, 0);
  });

  it("draws a circle through the point, clipped to the image, and however large it is", async () => {
    const small = await decodeLabelMe(
      fileOf(
        7,
        7,
        shape("a", "circle", [
          [3, 3],
          [5, 3],
        ]),
      ),
    );
    expect(rowsOf(small)).toEqual([
      ".......",
      "..000..",
      ".00000.",
      ".00000.",
      ".00000.",
      "..000..",
      ".......",
    ]);
    const corner = await decodeLabelMe(
      fileOf(
        4,
        3,
        shape("a", "circle", [
          [0, 0],
          [2, 0],
        ]),
      ),
    );
    expect(rowsOf(corner)).toEqual(["000.", "000.", "00.."]);
    const huge = await decodeLabelMe(
      fileOf(
        3,
        2,
        shape("a", "circle", [
          [0, 0],
          [2 ** 25, 2 ** 25],
        ]),
      ),
    );
    expect(rowsOf(huge)).toEqual(["000", "000"]);
    const outside = await decodeLabelMe(
      fileOf(
        3,
        2,
        shape("a", "circle", [
          [50, 50],
          [51, 50],
        ]),
      ),
    );
    expect(rowsOf(outside)).toEqual(["...", "..."]);
    expect(outside.issues).toMatchObject([{ code: "shape-empty", path: "shapes[0]" }]);
  });

  itWithPython("draws masks from their first to their last pixel, as Pillow reads them", async () => {
    const python = `
picture = Image.fromarray(np.array([[0, 1, 1], [1, 0, 1]], dtype=np.uint8))
picture.save("grey.png")
picture.convert("1").save("bits.png")
print("0")
`;
    const { files } = runPython(python, {}, ["grey.png"]);
    const mask = Buffer.from(files["grey.png"]!).toString("base64");
    const file = fileOf(
      5,
      4,
      shape(
        "a",
        "mask",
        [
          [1, 2],
          [3, 3],
        ],
        { mask },
      ),
    );
    const map = await decodeLabelMe(file);
    expect(rowsOf(map)).toEqual([".....", ".....", "..00.", ".0.0."]);
    expect([...map.data]).toEqual(paintWithPillow([file])[0]);
    for (const [points, path] of [
      [
        [
          [1, 2],
          [4, 3],
        ],
        "shapes[0].mask: the PNG has 3×2",
      ],
      [
        [
          [1, 3],
          [3, 4],
        ],
        "shapes[0].points: the mask is not in the image",
      ],
      [
        [
          [3, 2],
          [1, 3],
        ],
        "shapes[0].points: the mask is not in the image",
      ],
      [
        [
          [-1, 2],
          [1, 3],
        ],
        "shapes[0].points: the mask is not in the image",
      ],
    ] as const) {
      const wrong = fileOf(5, 4, shape("a", "mask", points as never, { mask }));
      await expect(decodeLabelMe(wrong)).rejects.toThrow(invalid(path));
    }
    for (const [wrong, path] of [
      [undefined, "shapes[0].mask: is missing"],
      ["%%%", "shapes[0].mask: is not base64"],
      ["AAAA", "shapes[0].mask: is not the PNG of a mask"],
      [mask.slice(0, 60), "shapes[0].mask: is not the PNG of a mask"],
    ] as const) {
      const file = fileOf(
        5,
        4,
        shape(
          "a",
          "mask",
          [
            [1, 2],
            [3, 3],
          ],
          { mask: wrong },
        ),
      );
      await expect(decodeLabelMe(file)).rejects.toThrow(invalid(path));
    }
  });

  it("joins the shapes of a group, and paints each in its own place", async () => {
    const file = fileOf(
      8,
      1,
      shape(
        "car",
        "rectangle",
        [
          [0, 0],
          [2, 0],
        ],
        { group_id: 7 },
      ),
      shape(
        "tree",
        "rectangle",
        [
          [2, 0],
          [5, 0],
        ],
        { group_id: 7 },
      ),
      shape(
        "car",
        "rectangle",
        [
          [4, 0],
          [5, 0],
        ],
        { group_id: 7 },
      ),
      shape("car", "rectangle", [
        [7, 0],
        [7, 0],
      ]),
      shape(
        "car",
        "rectangle",
        [
          [6, 0],
          [6, 0],
        ],
        { group_id: 0 },
      ),
    );
    const map = await decodeLabelMe(file);
    expect(rowsOf(map)).toEqual(["00110032"]);
    expect(map.labels.map(({ name, sourceId, instanceId }) => [name, sourceId, instanceId])).toEqual([
      ["car # 7", 7, 1],
      ["tree # 7", 7, 2],
      ["car # 1", null, 3],
      ["car # 2", 0, 4],
    ]);
    expect(map.labels.map(({ pixelCount, bbox }) => [pixelCount, bbox])).toEqual([
      [4, [0, 0, 6, 1]],
      [2, [2, 0, 2, 1]],
      [1, [7, 0, 1, 1]],
      [1, [6, 0, 1, 1]],
    ]);
    expect(map.unlabelled.count).toBe(0);
    const stuff = await decodeLabelMe(file, { things: ["tree"] });
    expect(stuff.labels.map(({ name, isThing, instanceNumber }) => [name, isThing, instanceNumber])).toEqual([
      ["car", false, 0],
      ["tree # 7", true, 7],
    ]);
    expect(rowsOf(stuff)).toEqual(["00110000"]);
  });

  it("says which shapes are not drawn, by their paths", async () => {
    const square = [
      [0, 0],
      [1, 1],
    ];
    const map = await decodeLabelMe(
      fileOf(
        2,
        2,
        shape("path", "linestrip", square),
        shape("dot", "point", [[0, 0]]),
        shape("", "rectangle", square),
        shape("new", "spiral", square),
        shape("under", "rectangle", square),
        shape("far", "polygon", [
          [9, 9],
          [10, 9],
          [10, 10],
        ]),
        shape("over", "rectangle", square),
        shape("old", null as never, [
          [0, 0],
          [1, 0],
          [0, 0],
        ]),
        {
          label: "older",
          points: [
            [0, 0],
            [0, 0],
            [0, 0],
          ],
        },
      ),
    );
    expect(map.issues.map(({ code, path }) => [code, path])).toEqual([
      ["shape-without-area", "shapes[0]"],
      ["shape-without-area", "shapes[1]"],
      ["label-missing", "shapes[2]"],
      ["shape-unknown", "shapes[3]"],
      ["shape-covered", "shapes[4]"],
      ["shape-empty", "shapes[5]"],
    ]);
    expect(map.issues[3]!.message).toBe(
      'shapes[3]: "new" is a shape of the unknown type "spiral". It is not drawn.',
    );
    expect(map.issues[5]!.message).toBe('shapes[5]: the shape of class "far" has no pixels in the image.');
    expect(map.labels.map(({ className }) => className)).toEqual(["under", "far", "over", "old", "older"]);
    expect(rowsOf(map)).toEqual(["43", "22"]);
  });

  it("lists the first hundred issues and counts the others, whoever found them", async () => {
    const far = shape("far", "polygon", [
      [9, 9],
      [10, 9],
      [10, 10],
    ]);
    const many = Array.from({ length: 150 }, () => [shape("", "circle", []), far]).flat();
    const { issues } = await decodeLabelMe(fileOf(2, 2, ...many));
    expect(issues).toHaveLength(101);
    expect(issues.at(-1)).toMatchObject({
      code: "more-issues",
      omitted: { "label-missing": 50, "shape-empty": 150 },
    });
  });

  it("names the field that is invalid", async () => {
    const triangle = [
      [0, 0],
      [1, 0],
      [1, 1],
    ];
    const wrong: readonly [unknown, string][] = [
      [null, "the file: is null"],
      [{ imageWidth: 2, imageHeight: 2 }, "shapes: is missing"],
      [{ imageWidth: 0, imageHeight: 2, shapes: [] }, "imageWidth: is 0"],
      [{ imageWidth: 2, shapes: [] }, "imageHeight: is missing"],
      [fileOf(2, 2, null as never), "shapes[0]: is null"],
      [fileOf(2, 2, shape(5 as never, "polygon", triangle)), "shapes[0].label: is a number"],
      [fileOf(2, 2, shape("a", "polygon", triangle, { group_id: "1" })), "shapes[0].group_id: is a string"],
      [fileOf(2, 2, shape("a", "polygon", triangle, { group_id: 1.5 })), "shapes[0].group_id: is a number"],
      [
        fileOf(2, 2, shape("a", "polygon", [...triangle.slice(1), [0, 0, 0]])),
        "shapes[0].points[2]: is no point",
      ],
      [
        fileOf(
          2,
          2,
          shape("a", "polygon", [
            [0, 0],
            [1, 0],
          ]),
        ),
        "shapes[0].points: has 2 points",
      ],
      [fileOf(2, 2, shape("a", "rectangle", triangle)), "shapes[0].points: has 3 points; give 2"],
      [fileOf(2, 2, shape("a", "oriented_rectangle", triangle)), "shapes[0].points: has 3 points; give 4"],
      [fileOf(2, 2, shape("a", "polygon", [[0, 0], [1, 0], [1]])), "shapes[0].points[2]: is no point"],
      [
        fileOf(
          2,
          2,
          shape("a", "polygon", [
            [0, 0],
            [1, 0],
            [1, null as never],
          ]),
        ),
        "shapes[0].points[2][1]: is null",
      ],
      [
        fileOf(
          2,
          2,
          shape("a", "polygon", [
            [0, 0],
            [1, 0],
            [NaN, 1],
          ]),
        ),
        "shapes[0].points[2][0]: is NaN",
      ],
      [
        fileOf(
          2,
          2,
          shape("a", "circle", [
            [0, 0],
            [2 ** 26, 0],
          ]),
        ),
        "shapes[0].points[1][0]: is 67108864",
      ],
    ];
    for (const [file, path] of wrong) {
      await expect(decodeLabelMe(file as never), path).rejects.toThrow(invalid(path));
    }
  });

  it("limits the size of the image, the outlines and the masks", async () => {
    const unsupported = expect.objectContaining({ name: "FormatError", code: "FORMAT_UNSUPPORTED" });
    await expect(decodeLabelMe(fileOf(10, 10), { maxPixels: 99 })).rejects.toThrow(unsupported);
    expect((await decodeLabelMe(fileOf(10, 10), { maxPixels: 100 })).unlabelled.count).toBe(100);
    const zigzag = Array.from({ length: 40_000 }, (_, place) => [place % 2, place % 2 === 0 ? 0 : 999]);
    const shapes = [
      shape("b", "polygon", [
        [0, 0],
        [1, 0],
        [0, 0],
      ]),
      shape("a", "polygon", zigzag),
    ];
    await expect(decodeLabelMe(fileOf(2, 1000, ...shapes))).rejects.toThrow(
      expect.objectContaining({
        code: "FORMAT_UNSUPPORTED",
        message: expect.stringContaining("LabelMe: shapes[1]: makes the outlines"),
      }),
    );
    // A mask of a few bytes is as costly as the rows and columns that it may touch.
    const row = writePng({ width: 16_384, height: 1, bitDepth: 8, colorType: 0 }, new Uint8Array(16_384));
    const mask = Buffer.from(row).toString("base64");
    const corners = [
      [0, 0],
      [16_383, 0],
    ];
    const masks = Array.from({ length: 17 }, () => shape("a", "mask", corners, { mask }));
    await expect(decodeLabelMe(fileOf(16_384, 16_384, ...masks))).rejects.toThrow(
      expect.objectContaining({
        code: "FORMAT_UNSUPPORTED",
        message: expect.stringContaining("LabelMe: shapes[16].mask: makes the masks"),
      }),
    );
    const wrongCall = expect.objectContaining({ name: "DecodeError", code: "OPTION_INVALID" });
    for (const options of [
      { things: "car" },
      { things: 5 },
      { things: [5] },
      { maxPixels: 0 },
      { thing: [] },
    ]) {
      await expect(decodeLabelMe(fileOf(1, 1), options as never)).rejects.toThrow(wrongCall);
    }
  });
});

/** A map of random pixels: two classes of things, and two of stuff that are one label each. */
const classes = ClassList.fromNames(["car", "truck", "road", "sky"]);
const anyMap = (
  lowest: number,
  pixel = fc.tuple(fc.integer({ min: lowest, max: 3 }), fc.integer({ min: 1, max: 3 })),
) =>
  fc
    .record({
      width: fc.integer({ min: 1, max: 9 }),
      height: fc.integer({ min: 1, max: 9 }),
      pixels: fc.array(pixel, { minLength: 81, maxLength: 81 }),
    })
    .map(({ width, height, pixels }) => {
      const cut = pixels.slice(0, width * height);
      return labelMapFrom(
        Int32Array.from(cut, ([id]) => id),
        {
          classes,
          width,
          height,
          things,
          instances: Int32Array.from(cut, ([id, number]) => (id === 0 || id === 1 ? number : 0)),
        },
      );
    });

/** What each pixel is, whatever the order of the labels. */
const namesOf = (map: LabelMap) => Array.from(map.data, (label) => map.labels[label]?.name ?? ".");

describe("encodeLabelMe", () => {
  const imagePath = "street.jpg";

  it("writes masks that come back as they went", async () => {
    await fc.assert(
      fc.asyncProperty(anyMap(-1), async (map) => {
        const { file, issues } = encodeLabelMe(map, { imagePath, shapes: "masks" });
        expect(issues).toEqual([]);
        const read = await decodeLabelMe(JSON.parse(JSON.stringify(file)), { things });
        expect(read.data).toEqual(map.data);
        const told = ({ labels }: LabelMap) =>
          labels.map(({ name, className, isThing, instanceNumber, instanceId, pixelCount, bbox }) => ({
            ...{ name, className, isThing, instanceNumber, instanceId, pixelCount, bbox },
          }));
        expect(told(read)).toEqual(told(map));
        expect(read.issues).toEqual([]);
      }),
    );
  });

  it("writes polygons that come back as they went, if each pixel has a label", async () => {
    await fc.assert(
      fc.asyncProperty(anyMap(0), async (map) => {
        const { file, issues } = encodeLabelMe(map, { imagePath });
        expect(issues).toEqual([]);
        const read = await decodeLabelMe(JSON.parse(JSON.stringify(file)), { things });
        expect(namesOf(read)).toEqual(namesOf(map));
        expect(read.issues).toEqual([]);
      }),
      { numRuns: 300 },
    );
  });

  it("writes what lies in a hole after the polygon around it", async () => {
    const map = labelMapFrom(Int32Array.of(2, 2, 2, 2, 0, 2, 2, 2, 2), { classes, width: 3, height: 3 });
    const { file, issues } = encodeLabelMe(map, { imagePath });
    expect(issues).toEqual([]);
    expect(file.shapes.map(({ label }) => label)).toEqual(["road", "car"]);
    expect(rowsOf(await decodeLabelMe(file))).toEqual(["000", "010", "000"]);
  });

  it("fills only unlabelled pixels in holes, and counts them", async () => {
    let holes = 0;
    const mostlyOne = fc.constantFrom(...Array(12).fill([0, 1]), [0, 2], [2, 0], [-1, 0], [-1, 0]);
    await fc.assert(
      fc.asyncProperty(anyMap(-1, mostlyOne as never), async (map) => {
        const { file, issues } = encodeLabelMe(map, { imagePath });
        const before = namesOf(map);
        const after = namesOf(await decodeLabelMe(file, { things }));
        const filled = before.filter((name, index) => name !== after[index]);
        expect(filled.every((name) => name === ".")).toBe(true);
        const counted = issues.map(({ message }) => Number(message.split(" ")[0]));
        expect(counted.reduce((sum, count) => sum + count, 0)).toBe(filled.length);
        holes += filled.length;
      }),
      { numRuns: 1000 },
    );
    expect(holes).toBeGreaterThan(20);
  });

  itWithPython("writes shapes that Pillow draws to the same pixels", async () => {
    const maps = Array.from({ length: 60 }, (_, seed) => drawScene(seed));
    for (const shapes of ["polygons", "masks"] as const) {
      const files = maps.map((map) => encodeLabelMe(map, { imagePath, shapes }).file);
      const painted = paintWithPillow(files);
      for (const [seed, map] of maps.entries()) {
        const names = painted[seed]!.map((place) => files[seed]!.shapes[place]);
        const [lost, ...others] = [...map.data].filter((label, index) => {
          const found = names[index];
          const { className, instanceNumber } = map.labels[label] ?? {};
          if (shapes === "polygons" && label === -1) return false;
          return found?.label !== className || (found?.group_id ?? 0) !== (instanceNumber ?? 0);
        });
        expect([lost, others], `${shapes} of seed ${seed}`).toEqual([undefined, []]);
      }
    }
  });

  it("writes what LabelMe reads, in one file", () => {
    const data = Int32Array.of(0, 0, 2, -1, 0, 0, 2, 0);
    const map = labelMapFrom(data, {
      ...{ classes, width: 4, height: 2, things: ["car"] },
      instances: Int32Array.of(3, 3, 0, 0, 3, 3, 0, 3),
    });
    const { file } = encodeLabelMe(map, { imagePath });
    const about = { description: "", flags: {}, mask: null, shape_type: "polygon" };
    expect(file).toEqual({
      version: "5.4.1",
      flags: {},
      imagePath,
      imageData: null,
      imageHeight: 2,
      imageWidth: 4,
      shapes: [
        {
          ...about,
          label: "car",
          group_id: 3,
          points: [
            [0.5, 0.5],
            [1.5, 0.5],
            [1.5, 1.5],
            [0.5, 1.5],
          ],
        },
        {
          ...about,
          label: "car",
          group_id: 3,
          points: [
            [3.5, 1.5],
            [3.5, 1.5],
            [3.5, 1.5],
            [3.5, 1.5],
          ],
        },
        {
          ...about,
          label: "road",
          group_id: null,
          points: [
            [2.5, 0.5],
            [2.5, 0.5],
            [2.5, 1.5],
            [2.5, 1.5],
          ],
        },
      ],
    } satisfies LabelMeFile);
  });

  it("says what LabelMe has no words for", () => {
    const map = labelMapFrom(Int32Array.of(2, 2, 2, 2, -1, 2, 2, 2, 2, 0, -1, 0), {
      ...{ classes, width: 3, height: 4, things: ["car"] },
      instances: new Int32Array(12),
    });
    expect(encodeLabelMe(map, { imagePath }).issues).toEqual([
      {
        code: "hole-filled",
        message:
          '1 unlabelled pixel in holes of "road" gets its label, because polygons of LabelMe have no holes; pass shapes: "masks" to keep them.',
      },
      {
        code: "group-split",
        message:
          '"car" is a group of objects that are not told apart; LabelMe reads its 2 shapes as 2 objects.',
      },
    ]);
    expect(encodeLabelMe(map, { imagePath, shapes: "masks" }).issues.map(({ code }) => code)).toEqual([
      "group-split",
    ]);
  });

  it("simplifies outlines", async () => {
    const rows = ["1..........", "11.........", "111........", "1111.......", "11111......", "111111....."];
    const ids = Int32Array.from(rows.join(""), (pixel) => (pixel === "1" ? 2 : -1));
    const map = labelMapFrom(ids, { classes, width: 11, height: 6 });
    const exact = encodeLabelMe(map, { imagePath }).file.shapes[0]!.points;
    const { file } = encodeLabelMe(map, { imagePath, simplify: 1 });
    expect(exact.length).toBeGreaterThan(6);
    expect(file.shapes[0]!.points.length).toBeLessThan(6);
    expect(namesOf(await decodeLabelMe(file)).filter((name) => name !== ".").length).toBeGreaterThan(14);
  });

  it("refuses options that it does not have", () => {
    const map = labelMapFrom(Int32Array.of(0), { classes, width: 1, height: 1 });
    const wrongCall = expect.objectContaining({ name: "DecodeError", code: "OPTION_INVALID" });
    for (const options of [
      {},
      { imagePath: "" },
      { imagePath, shapes: "rle" },
      { imagePath, simplify: -1 },
    ]) {
      expect(() => encodeLabelMe(map, options as never)).toThrow(wrongCall);
    }
    expect(() => encodeLabelMe({} as never, { imagePath })).toThrow(wrongCall);
  });
});

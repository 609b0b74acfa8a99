/** Supervisely: bitmaps as its SDK packs them, polygons as OpenCV fills them, and everything that is written comes back. */
import { deflateSync } from "node:zlib";
import fc from "fast-check";
import { beforeAll, describe, expect, it } from "vitest";
import { writePng } from "../../src/decode/png/writer.js";
import {
  decodeSupervisely,
  encodeSupervisely,
  type SuperviselyAnnotation,
  superviselyMeta,
} from "../../src/formats/index.js";
import { ClassList, init, type LabelMap } from "../../src/index.js";
import { labelMapFrom } from "../../src/maps/index.js";
import { loadOpenCvFillPoly } from "../support/opencv.mjs";
import { expectPythonInCi, itWithPython, runPython } from "../support/python.js";
import { dice, mulberry32 } from "../support/random.mjs";
import { drawScene } from "../support/scenes.js";

beforeAll(() => init());
expectPythonInCi();

const things = ["car", "truck"];
const classes = ClassList.fromNames(["car", "truck", "road", "sky"]);
const size = (width: number, height: number) => ({ size: { height, width } });
const polygon = (
  classTitle: string,
  exterior: number[][],
  interior: number[][][] = [],
  more: object = {},
) => ({
  ...{ classTitle, geometryType: "polygon", points: { exterior, interior } },
  ...more,
});
const bitmap = (classTitle: string, data: unknown, origin: unknown = [0, 0]) => ({
  classTitle,
  geometryType: "bitmap",
  bitmap: { data, origin },
});
const rowsOf = ({ data, width }: LabelMap) =>
  Array.from({ length: data.length / width }, (_, y) =>
    Array.from(data.subarray(y * width, (y + 1) * width), (label) => (label < 0 ? "." : label)).join(""),
  );
const invalid = (path: string) =>
  expect.objectContaining({
    name: "FormatError",
    code: "FORMAT_INVALID",
    message: expect.stringContaining(`Supervisely: ${path}`),
  });
const wrongCall = expect.objectContaining({ name: "DecodeError", code: "OPTION_INVALID" });
/** The mask of the example in the documentation of `Bitmap`, in the SDK: a ring of eight pixels. */
const RING =
  "eJzrDPBz5+WS4mJgYOD19HAJAtLMIMwIInOeqf8BUmwBPiGuQPr///9Lb86/C2QxlgT5BTM4PLuRBuTwebo4hlTMSa44sKHhISMDuxpTYrr03F6gDIOnq5/LOqeEJgDM5ht6";
const grey = (width: number, height: number, ...samples: number[]) =>
  writePng({ width, height, bitDepth: 8, colorType: 0 }, Uint8Array.from(samples));
const packed = (png: Uint8Array) => deflateSync(png).toString("base64");

describe("decodeSupervisely", () => {
  it("reads the bitmap of the SDK's documentation", async () => {
    const map = await decodeSupervisely({ ...size(5, 5), objects: [bitmap("car", RING, [1, 1])] });
    expect(rowsOf(map)).toEqual([".....", ".000.", ".0.0.", ".000.", "....."]);
    expect(map.labels).toMatchObject([
      { name: "car # 1", pixelCount: 8, bbox: [1, 1, 3, 3], sourceId: null },
    ]);
  });

  itWithPython(
    "reads bitmaps that Pillow and zlib have packed as the SDK does, with every kind of PNG",
    async () => {
      const script = `
import base64, io, zlib
random = np.random.default_rng(5)
made = []
def packed(image, **options):
    file = io.BytesIO()
    image.save(file, format="PNG", **options)
    return file.getvalue()
for kind in ["palette", "grey", "bits", "rgba", "plain"] * 8:
    width, height = (int(n) for n in random.integers(1, 30, 2))
    mask = random.random((height, width)) < 0.5
    image = Image.fromarray(mask.astype(np.uint8))
    if kind == "palette":
        image.putpalette([0, 0, 0, 255, 255, 255])
        png = packed(image, transparency=0, optimize=0)
    elif kind == "bits":
        png = packed(Image.fromarray(mask.astype(np.uint8) * 255).convert("1"))
    elif kind in ["rgba", "plain"]:
        rgba = np.zeros((height, width, 4), dtype=np.uint8)
        rgba[..., 0] = 0 if kind == "rgba" else 255
        rgba[..., 3] = mask * 255
        png = packed(Image.fromarray(rgba))
    else:
        png = packed(image)
    data = png if kind == "plain" else zlib.compress(png)
    left, top = (int(n) for n in random.integers(0, 9, 2))
    full = np.full((40, 40), -1)
    full[top:top + height, left:left + width][mask] = 0
    made.append({"data": base64.b64encode(data).decode(), "origin": [left, top], "full": full.ravel().tolist()})
print(json.dumps(made))
`;
      for (const { data, origin, full } of runPython(script).printed) {
        const map = await decodeSupervisely({ ...size(40, 40), objects: [bitmap("car", data, origin)] });
        expect([...map.data]).toEqual(full);
      }
    },
  );

  it("fills polygons as OpenCV does, and cuts their holes out with their edges", async () => {
    const fillPoly = await loadOpenCvFillPoly();
    const { below } = dice(mulberry32(21));
    let cut = 0;
    for (let run = 0; run < 60; run++) {
      const [width, height] = [10 + below(40), 10 + below(40)];
      const ring = (count: number) =>
        Array.from({ length: count }, () => [below(width + 10) - 5, below(height + 10) - 5]);
      const objects = Array.from({ length: 1 + below(3) }, () =>
        polygon("car", ring(3 + below(3)), below(2) === 0 ? [] : [ring(3)]),
      );
      const expected = new Int32Array(width * height).fill(-1);
      for (const [place, { points }] of objects.entries()) {
        const calls = [{ rings: [points.exterior.flat()], value: 1 }];
        if (points.interior.length > 0) {
          calls.push({ rings: points.interior.map((hole) => hole.flat()), value: 0 });
          cut++;
        }
        fillPoly(width, height, calls).forEach((pixel, index) => {
          if (pixel === 1) expected[index] = place;
        });
      }
      const map = await decodeSupervisely({ ...size(width, height), objects });
      expect(map.data, JSON.stringify(objects)).toEqual(expected);
    }
    expect(cut).toBeGreaterThan(20);
  });

  it("rounds fractions as Python does, and takes rectangles with their last pixel", async () => {
    const objects = [
      {
        classTitle: "a",
        geometryType: "rectangle",
        points: {
          exterior: [
            [0.5, 0],
            [2.5, 1],
          ],
          interior: [],
        },
      },
      {
        classTitle: "b",
        shape: "rectangle",
        points: {
          exterior: [
            [3.5, 1],
            [3.5, 1.4],
          ],
        },
      },
    ];
    const map = await decodeSupervisely({ ...size(5, 3), objects });
    expect(rowsOf(map)).toEqual(["000..", "000.1", "....."]);
  });

  it("joins figures by their key, takes ids and colours from the files, and knows stuff by name", async () => {
    const square = (left: number) => [
      [left, 0],
      [left, 0],
      [left, 0],
    ];
    const annotation = {
      ...size(6, 1),
      objects: [
        polygon("car", square(0), [], { instance: "k", id: 31, classId: 5 }),
        polygon("road", square(1), [], { id: "r1" }),
        polygon("car", square(2), [], { instance: "k", id: 32 }),
        polygon("car", square(3), [], { id: 33 }),
        polygon("road", square(4), []),
        polygon("road", square(5), [], { instance: "k" }),
      ],
    };
    const meta = {
      ...superviselyMeta(ClassList.fromNames(["road", "car"])),
      classes: [
        { title: "car", shape: "any", color: "#0F0", id: 5 },
        { title: "road", shape: "any", color: "no", id: 6 },
      ],
    };
    const map = await decodeSupervisely(annotation, { meta: meta as never, things: ["car"] });
    expect(rowsOf(map)).toEqual(["010211"]);
    expect(map.labels.map(({ name, classId, sourceId }) => [name, classId, sourceId])).toEqual([
      ["car # 1", 5, 31],
      ["road", 6, "r1"],
      ["car # 2", 5, 33],
    ]);
    expect(map.labels.map(({ color }) => color)).toEqual(["#00ff00", "#800000", "#008000"]);
    expect(rowsOf(await decodeSupervisely(annotation))).toEqual(["010234"]);
    await expect(decodeSupervisely(annotation, { meta: { classes: [] } })).rejects.toThrow(
      invalid('objects[0].classTitle: meta.json has no class "car"'),
    );
  });

  it("says which objects are not drawn, by their paths", async () => {
    const points = {
      exterior: [
        [0, 0],
        [1, 0],
      ],
      interior: [],
    };
    const map = await decodeSupervisely({
      ...size(2, 1),
      objects: [
        { classTitle: "a", geometryType: "line", points },
        { classTitle: "a", geometryType: "graph", nodes: {} },
        { classTitle: "a", geometryType: "cuboid", points: [] },
        { classTitle: "", geometryType: "rectangle", points },
        { classTitle: "a" },
        { classTitle: "b", geometryType: "rectangle", points },
        { classTitle: "c", geometryType: "rectangle", points },
      ],
    });
    expect(map.issues.map(({ code, path }) => [code, path])).toEqual([
      ["shape-without-area", "objects[0]"],
      ["shape-without-area", "objects[1]"],
      ["shape-unknown", "objects[2]"],
      ["label-missing", "objects[3]"],
      ["shape-unknown", "objects[4]"],
      ["shape-covered", "objects[5]"],
    ]);
    expect(rowsOf(map)).toEqual(["11"]);
  });

  it("names the field that is invalid", async () => {
    const png = grey(2, 1, 1, 0);
    const bomb = packed(new Uint8Array(2 ** 22));
    const wrong: readonly [unknown, string][] = [
      [[], "the annotation: is an array"],
      [{ objects: [] }, "size: is missing"],
      [{ size: { width: 1, height: 0 }, objects: [] }, "size.height: is 0"],
      [{ size: { width: 1.5, height: 1 }, objects: [] }, "size.width: is 1.5"],
      [size(2, 1), "objects: is missing"],
      [{ ...size(2, 1), objects: [5] }, "objects[0]: is a number"],
      [{ ...size(2, 1), objects: [{ geometryType: "bitmap" }] }, "objects[0].classTitle: is missing"],
      [
        { ...size(2, 1), objects: [polygon("a", [[0, 0]], [], { instance: 5 })] },
        "objects[0].instance: is a number",
      ],
      [{ ...size(2, 1), objects: [polygon("a", [])] }, "objects[0].points.exterior: has 0 points"],
      [
        { ...size(2, 1), objects: [polygon("a", [[0, 0], [1, "1"] as never])] },
        "objects[0].points.exterior[1][1]: is a string",
      ],
      [
        { ...size(2, 1), objects: [polygon("a", [[0, 0]], [[[0, 0], [1]]])] },
        "objects[0].points.interior[0][1]: is no point",
      ],
      [{ ...size(2, 1), objects: [{ ...polygon("a", []), points: [] }] }, "objects[0].points: is an array"],
      [{ ...size(2, 1), objects: [{ ...bitmap("a", ""), bitmap: null }] }, "objects[0].bitmap: is null"],
      [{ ...size(2, 1), objects: [bitmap("a", 5)] }, "objects[0].bitmap.data: is a number"],
      [{ ...size(2, 1), objects: [bitmap("a", "%")] }, "objects[0].bitmap.data: is not base64"],
      [{ ...size(2, 1), objects: [bitmap("a", "")] }, "objects[0].bitmap.data: does not inflate"],
      [{ ...size(2, 1), objects: [bitmap("a", "AAAAAAAA")] }, "objects[0].bitmap.data: does not inflate"],
      [{ ...size(2, 1), objects: [bitmap("a", packed(png).slice(0, 40))] }, "objects[0].bitmap.data: "],
      [
        { ...size(2, 1), objects: [bitmap("a", packed(png.subarray(0, 50)))] },
        "objects[0].bitmap.data: is not the PNG",
      ],
      [
        { ...size(2, 1), objects: [bitmap("a", packed(Uint8Array.of(1, 2)))] },
        "objects[0].bitmap.data: is not the PNG",
      ],
      [{ ...size(2, 1), objects: [bitmap("a", bomb)] }, "objects[0].bitmap.data: inflates to more than"],
      [
        { ...size(2, 1), objects: [bitmap("a", packed(grey(3, 1, 1, 1, 1)))] },
        "objects[0].bitmap.data: is not the PNG",
      ],
      [{ ...size(2, 1), objects: [bitmap("a", packed(png), [0, -1])] }, "objects[0].bitmap.origin[1]: is -1"],
      [{ ...size(2, 1), objects: [bitmap("a", packed(png), "0")] }, "objects[0].bitmap.origin: is a string"],
      [
        { ...size(2, 1), objects: [bitmap("a", packed(png), [1, 0])] },
        "objects[0].bitmap: the bitmap of 2×1 pixels at (1, 0)",
      ],
      [
        { ...size(2, 1), objects: [bitmap("a", packed(png), [0, 1])] },
        "objects[0].bitmap: the bitmap of 2×1 pixels at (0, 1)",
      ],
    ];
    for (const [annotation, path] of wrong) {
      await expect(decodeSupervisely(annotation as never), path).rejects.toThrow(invalid(path));
    }
    const row = packed(grey(16_384, 1, ...new Uint8Array(16_384)));
    const rows = Array.from({ length: 17 }, () => bitmap("a", row));
    await expect(decodeSupervisely({ ...size(16_384, 16_384), objects: rows })).rejects.toThrow(
      expect.objectContaining({
        code: "FORMAT_UNSUPPORTED",
        message: expect.stringContaining("Supervisely: objects[16].bitmap.data: makes the masks"),
      }),
    );
    const none = { ...size(2, 1), objects: [] };
    await expect(decodeSupervisely(none, { meta: {} as never })).rejects.toThrow(
      invalid("meta.classes: is missing"),
    );
    await expect(decodeSupervisely(none, { meta: { classes: [{}] } as never })).rejects.toThrow(
      invalid("meta.classes[0].title: is missing"),
    );
    await expect(decodeSupervisely(none, { colour: 1 } as never)).rejects.toThrow(wrongCall);
    await expect(decodeSupervisely(none, { maxPixels: 1 })).rejects.toThrow(
      expect.objectContaining({ name: "FormatError", code: "FORMAT_UNSUPPORTED" }),
    );
  });
});

const anyMap = fc
  .record({
    width: fc.integer({ min: 1, max: 9 }),
    height: fc.integer({ min: 1, max: 9 }),
    pixels: fc.array(
      fc.oneof(
        { weight: 9, arbitrary: fc.constant([0, 1] as const) },
        { weight: 2, arbitrary: fc.tuple(fc.integer({ min: -1, max: 3 }), fc.integer({ min: 1, max: 2 })) },
      ),
      { minLength: 81, maxLength: 81 },
    ),
  })
  .map(({ width, height, pixels }) => {
    const cut = pixels.slice(0, width * height);
    const firstTruck = cut.some(([id, number]) => id === 1 && number === 1);
    return labelMapFrom(
      Int32Array.from(cut, ([id]) => id),
      {
        ...{ classes, width, height, things },
        // Numbers without gaps, since Supervisely keeps none.
        instances: Int32Array.from(cut, ([id, number]) =>
          id === 0
            ? cut.some(([i, n]) => i === 0 && n === 1)
              ? number
              : 1
            : id === 1
              ? firstTruck
                ? number
                : 1
              : 0,
        ),
      },
    );
  });

describe("encodeSupervisely", () => {
  it("writes bitmaps and polygons with holes that come back as they went", async () => {
    const told = ({ labels }: LabelMap) =>
      labels.map(({ name, className, isThing, instanceNumber, instanceId, pixelCount, bbox }) => ({
        ...{ name, className, isThing, instanceNumber, instanceId, pixelCount, bbox },
      }));
    let interiors = 0;
    for (const geometry of ["bitmap", "polygon"] as const) {
      const meta = superviselyMeta(classes, { geometry });
      await fc.assert(
        fc.asyncProperty(anyMap, async (map) => {
          const { annotation, issues } = encodeSupervisely(map, { geometry });
          expect(issues).toEqual([]);
          const json = JSON.parse(JSON.stringify(annotation)) as SuperviselyAnnotation;
          const read = await decodeSupervisely(json, { meta, things });
          expect(rowsOf(read)).toEqual(rowsOf(map));
          expect(told(read)).toEqual(told(map));
          interiors += annotation.objects.filter(({ points }) => (points?.interior.length ?? 0) > 0).length;
        }),
        { numRuns: geometry === "bitmap" ? 100 : 1000 },
      );
    }
    expect(interiors).toBeGreaterThan(50);
  });

  it("splits holes that touch only at corners, so that OpenCV keeps the pixels between them", async () => {
    const fillPoly = await loadOpenCvFillPoly();
    const rows = ["111111", "1.1111", "11.1.1", "111.11", "111111"];
    const data = Int32Array.from(rows.join(""), (pixel) => (pixel === "1" ? 0 : -1));
    const map = labelMapFrom(data, { classes, width: 6, height: 5 });
    const { annotation } = encodeSupervisely(map, { geometry: "polygon" });
    const { exterior, interior } = annotation.objects[0]!.points!;
    expect(interior).toHaveLength(4);
    const calls = [
      { rings: [exterior.flat()], value: 1 },
      { rings: interior.map((hole) => hole.flat()), value: 0 },
    ];
    expect([...fillPoly(6, 5, calls)]).toEqual([...data].map((pixel) => pixel + 1));
  });

  it("writes polygons that OpenCV fills to the label's own pixels", async () => {
    const fillPoly = await loadOpenCvFillPoly();
    for (let seed = 0; seed < 40; seed++) {
      const map = drawScene(seed);
      const painted = new Array<string>(map.data.length).fill(".");
      for (const { classTitle, points } of encodeSupervisely(map, { geometry: "polygon" }).annotation
        .objects) {
        const calls = [
          { rings: [points!.exterior.flat()], value: 1 },
          ...(points!.interior.length > 0
            ? [{ rings: points!.interior.map((hole) => hole.flat()), value: 0 }]
            : []),
        ];
        fillPoly(map.width, map.height, calls).forEach((pixel, index) => {
          if (pixel === 1) painted[index] = classTitle;
        });
      }
      expect(painted).toEqual(Array.from(map.data, (label) => map.labels[label]?.className ?? "."));
    }
  });

  itWithPython("writes bitmaps that zlib and Pillow unpack", () => {
    const map = drawScene(3);
    const { annotation } = encodeSupervisely(map);
    const script = `
import base64, io, zlib
annotation = json.load(open("a.json"))
full = np.full((annotation["size"]["height"], annotation["size"]["width"]), -1)
for place, figure in enumerate(annotation["objects"]):
    data = zlib.decompress(base64.b64decode(figure["bitmap"]["data"]))
    mask = np.array(Image.open(io.BytesIO(data))).astype(bool)
    left, top = figure["bitmap"]["origin"]
    assert mask.ndim == 2 and mask.any(0)[[0, -1]].all() and mask.any(1)[[0, -1]].all()
    full[top:top + mask.shape[0], left:left + mask.shape[1]][mask] = place
print(json.dumps(full.ravel().tolist()))
`;
    const { printed } = runPython(script, { "a.json": JSON.stringify(annotation) });
    const present = map.labels.filter(({ pixelCount }) => pixelCount > 0);
    const expected = [...map.data].map((label) => present.findIndex(({ index }) => index === label));
    expect(printed).toEqual(expected);
  });

  it("writes what Supervisely reads, and says what it has no words for", () => {
    const map = labelMapFrom(Int32Array.of(0, 2, 0), {
      ...{ classes, width: 3, height: 1, things: ["car"], instances: Int32Array.of(0, 0, 0) },
    });
    const { annotation, issues } = encodeSupervisely(map, { geometry: "polygon" });
    const about = { description: "", tags: [], geometryType: "polygon" };
    const dot = (x: number) => ({
      exterior: [
        [x, 0],
        [x, 0],
        [x, 0],
        [x, 0],
      ],
      interior: [],
    });
    expect(annotation).toEqual({
      description: "",
      tags: [],
      size: { height: 1, width: 3 },
      objects: [
        { ...about, classTitle: "car", points: dot(0) },
        { ...about, classTitle: "car", points: dot(2) },
        { ...about, classTitle: "road", points: dot(1) },
      ],
    });
    expect(issues).toEqual([
      {
        code: "group-split",
        message: '"car" is a group of objects that are not told apart; Supervisely takes it for 2 objects.',
      },
    ]);
    expect(encodeSupervisely(map).issues[0]!.message).toMatch(/takes it for 1 object\.$/);
    expect(superviselyMeta(ClassList.fromNames(["road", "car"]))).toEqual({
      classes: [
        { title: "road", shape: "bitmap", color: "#800000", geometry_config: {}, hotkey: "" },
        { title: "car", shape: "bitmap", color: "#008000", geometry_config: {}, hotkey: "" },
      ],
      tags: [],
      projectType: "images",
    });
    for (const call of [
      () => encodeSupervisely(map, { geometry: "mask" as never }),
      () => encodeSupervisely(map, { shape: "bitmap" } as never),
      () => encodeSupervisely({} as never),
      () => superviselyMeta({} as never),
      () => superviselyMeta(classes, { geometry: 1 } as never),
    ]) {
      expect(call).toThrow(wrongCall);
    }
  });
});

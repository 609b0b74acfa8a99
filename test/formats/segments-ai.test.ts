/** Releases of segments.ai: bitmaps where its Python package puts them, and addresses that are never fetched. */
import { beforeAll, describe, expect, it } from "vitest";
import {
  decodeSegmentsAi,
  decodeSegmentsAiVector,
  encodeIds,
  filesInMemory,
  readSet,
  recognise,
} from "../../src/formats/index.js";
import { init } from "../../src/index.js";
import { bmpOf, itemsOf } from "../support/set-drawing.js";

beforeAll(() => init());

const format = "segments-ai";
/** Transparent pixels: the alpha of the bitmaps means nothing. */
const bitmap = (...ids: number[]) =>
  encodeIds({ width: ids.length, height: 1, data: Int32Array.from(ids) }, { alpha: true });
const caught = (code: string, text: string) =>
  expect.objectContaining({ code, message: expect.stringContaining(text) });

const categories = [
  { id: 1, name: "car", color: [255, 0, 0], has_instances: true },
  { id: 2, name: "road", color: [0, 255, 0], has_instances: false },
  { id: 3, name: "sign", color: [0, 0, 255] },
];
const attributes = {
  format_version: "0.1",
  annotations: [
    { id: 1, category_id: 2 },
    { id: 2, category_id: 1 },
    { id: 70_000, category_id: 1 },
    { id: 4, category_id: 3 },
  ],
  segmentation_bitmap: { url: "https://storage.example/labels/0f3c-aa.png?signature=x" },
};
const label = (more: object = {}) => ({ label_status: "LABELED", attributes: { ...attributes, ...more } });
const sample = (name: string, labels: object) => ({
  ...{ uuid: "u", name, metadata: {} },
  ...{ attributes: { image: { url: `https://storage.example/${name}` } }, labels },
});
const release = (samples: object[], more: object = {}) => ({
  name: "v1.0",
  dataset: {
    ...{
      name: "street",
      owner: "jane",
      task_type: "segmentation-bitmap",
      labelsets: [{ name: "ground-truth" }],
    },
    ...{ task_attributes: { format_version: "0.1", categories }, samples },
    ...more,
  },
});
const read = (files: Record<string, string | Uint8Array | object>, options: object = {}) => {
  const contents = Object.entries(files).map(([path, content]) => [
    path,
    typeof content === "string" || content instanceof Uint8Array ? content : JSON.stringify(content),
  ]);
  return readSet(filesInMemory(contents as [string, string][]), { format, ...options });
};

describe("a bitmap of segments.ai", () => {
  it("has the classes and objects of its annotations, with ids of three bytes", async () => {
    const map = await decodeSegmentsAi(bitmap(1, 2, 70_000, 0, 1), attributes, {
      categories: categories as never,
    });
    expect([...map.semantic()]).toEqual([2, 1, 1, 255, 2]);
    expect([...map.instance()]).toEqual([0, 1, 2, 0, 0]);
    expect(map.labels.map(({ name, sourceId, isThing }) => [name, sourceId, isThing])).toEqual([
      ["road", 1, false],
      ["car # 1", 2, true],
      ["car # 2", 70_000, true],
    ]);
    expect(map.issues).toEqual([
      { code: "annotation-empty", message: "1 annotation has no pixels, first the one with the id 4." },
    ]);
    const nameless = await decodeSegmentsAi(bitmap(4), attributes);
    expect(nameless.labels.map(({ name }) => name)).toEqual(["3 # 1"]);
  });

  it("and annotations that do not belong together are an error that names the key", async () => {
    const given = { categories: categories.slice(0, 1) as never };
    const wrong: [object, string][] = [
      [{ annotations: [{ id: 9, category_id: 1 }] }, "the map has the segment 5, but annotations does not"],
      [{ annotations: [{ id: 5, category_id: 8 }] }, "annotations[0].category_id: categories has no id 8"],
      [{ annotations: [{ id: 5 }] }, "annotations[0].category_id: is missing"],
      [{ annotations: [null] }, "annotations[0]: is null"],
      [{}, "annotations: is missing"],
    ];
    for (const [each, text] of wrong) {
      await expect(decodeSegmentsAi(bitmap(5), each as never, given), text).rejects.toEqual(
        caught("FORMAT_INVALID", text),
      );
    }
  });
});

describe("a release of segments.ai", () => {
  const samples = [
    sample("a.jpg", { "ground-truth": label(), other: null }),
    sample("b.png", { "ground-truth": label() }),
    sample("c.jpg", { "ground-truth": null }),
    sample("gone.jpg", { "ground-truth": label({ segmentation_bitmap: { url: null } }) }),
  ];
  const folder = "segments/jane_street/v1.0";
  const files = {
    "street-v1.0.json": release(samples),
    [`${folder}/a_label_ground-truth.png`]: bitmap(1, 2),
    [`${folder}/a.jpg`]: "photo",
    // The name in the address, as a browser saves it.
    [`${folder}/0f3c-aa.png`]: bitmap(4, 0),
  };

  it("has the samples whose bitmaps are in the folder, and says which are not", async () => {
    const set = await read(files);
    const items = await itemsOf(set);
    expect(items.map(({ name, photo, split }) => [name, photo, split])).toEqual([
      ["a", `${folder}/a.jpg`, null],
      ["b", null, null],
    ]);
    expect([...(await items[0]!.map()).semantic()]).toEqual([2, 1]);
    expect([...(await items[1]!.map()).semantic()]).toEqual([3, 255]);
    expect((await set.classes()).classes).toMatchObject([
      { id: 1, name: "car", isThing: true },
      { id: 2, name: "road", isThing: false },
      { id: 3, name: "sign", isThing: true },
    ]);
    expect(set.issues).toEqual([
      {
        code: "mask-missing",
        path: "street-v1.0.json",
        message:
          'street-v1.0.json: the bitmaps of 1 sample are missing, first that of "gone.jpg". Their addresses are not fetched; download them with SegmentsDataset of the Python package segments-ai, and add its folder.',
      },
      {
        code: "sample-unlabelled",
        path: "street-v1.0.json",
        message: 'street-v1.0.json: 1 sample has no label in the label set "ground-truth", first "c.jpg".',
      },
    ]);
    expect(set.reason).toBe("segments.ai release: street-v1.0.json (2 bitmaps).");
  });

  it("does not take a bitmap for the photo of its name", async () => {
    const url = "https://storage.example/mask.png";
    const only = sample("mask.png", { "ground-truth": label({ segmentation_bitmap: { url } }) });
    const [item] = await itemsOf(await read({ "r.json": release([only]), "mask.png": bitmap(1) }));
    expect([item!.name, item!.photo]).toEqual(["mask", null]);
  });

  it("is recognised and read without a format; a release without bitmaps says how to get them", async () => {
    const source = filesInMemory({
      "r.json": JSON.stringify(release(samples)),
      "a_label_ground-truth.png": bitmap(1),
    });
    const certain = (await recognise(source)).filter(({ confidence }) => confidence === "certain");
    expect(certain.map((each) => each.format.name)).toEqual([format]);
    expect((await readSet(source)).count).toBe(1);
    await expect(read({ "r.json": release(samples) })).rejects.toEqual(
      caught(
        "FORMAT_INVALID",
        "r.json: the bitmaps of all samples are missing, and their addresses are not fetched",
      ),
    );
    await expect(read({ "r.json": release([samples[2]!]) })).rejects.toEqual(
      caught("FORMAT_INVALID", 'no sample has a label in the label set "ground-truth"'),
    );
    await expect(read({ "r.json": release([]) })).rejects.toEqual(
      caught("FORMAT_INVALID", "samples: is empty"),
    );
    await expect(read(files, { labelset: "other" })).rejects.toEqual(caught("FORMAT_INVALID", '"other"'));
  });

  it("names the file and the key of what is malformed or not read", async () => {
    const png = { "a_label_ground-truth.png": bitmap(1) };
    const wrong: [object, string, string][] = [
      [release([null as never]), "FORMAT_INVALID", "r.json: dataset.samples[0]: is null"],
      [
        release([sample("../a.jpg", {})]),
        "FORMAT_INVALID",
        'r.json: dataset.samples[0].name: "../a.jpg" may leave',
      ],
      [release([{ labels: {} }]), "FORMAT_INVALID", "r.json: dataset.samples[0].name: is missing"],
      [
        release(samples, { task_attributes: null }),
        "FORMAT_INVALID",
        "r.json: dataset.task_attributes: is null",
      ],
      [
        release(samples, { task_attributes: { categories: [{}] } }),
        "FORMAT_INVALID",
        "r.json: categories[0].id",
      ],
      [
        release(samples, { task_type: "pointcloud-cuboid" }),
        "FORMAT_UNSUPPORTED",
        'r.json: dataset.task_type: is "pointcloud-cuboid"; only segmentation-bitmap, vector and bboxes are read',
      ],
      [{ dataset: {} }, "FORMAT_INVALID", "there is no JSON file of a release"],
    ];
    for (const [json, code, text] of wrong) {
      await expect(read({ "r.json": json, ...png }), text).rejects.toEqual(caught(code, text));
    }
    const [item] = await itemsOf(
      await read({ "r.json": release(samples), "a_label_ground-truth.png": bitmap(9) }),
    );
    await expect(item!.map()).rejects.toEqual(
      caught("FORMAT_INVALID", "r.json: dataset.samples[0]: segments.ai: the map has the segment 9"),
    );
    const two = { "r.json": release(samples), "s.json": release(samples), ...png };
    await expect(read(two)).rejects.toEqual(
      caught("OPTION_INVALID", 'there are 2 releases: "r.json", "s.json"'),
    );
    expect((await read(two, { release: "s.json" })).reason).toContain("s.json");
    await expect(read(two, { release: "t.json" })).rejects.toEqual(caught("OPTION_INVALID", "no such file"));
  });
});

describe("a release of vector labels", () => {
  const box = (id: number, category: number, x1: number, y1: number, x2: number, y2: number) => ({
    ...{
      id,
      category_id: category,
      type: "bbox",
      points: [
        [x1, y1],
        [x2, y2],
      ],
      attributes: {},
    },
  });
  const annotations = [
    box(1, 2, 0, 0, 6, 2),
    {
      id: 5,
      category_id: 1,
      type: "polygon",
      points: [
        [1, 0],
        [3, 0],
        [3, 2],
        [1, 2],
      ],
    },
    box(6, 1, 2, 1, 4, 2),
    box(7, 2, 4, 2, 6, 4),
    {
      id: 8,
      category_id: 1,
      type: "polyline",
      points: [
        [0, 0],
        [1, 1],
      ],
    },
    { id: 9, category_id: 3, type: "point", points: [[0, 0]] },
  ];
  const size = { width: 6, height: 4 };
  const vector = (samples: object[]) => release(samples, { task_type: "vector" });
  const ofImage = (name: string) => sample(name, { "ground-truth": { attributes: { annotations } } });
  const drawn = [
    ...[2, 1, 1, 2, 2, 2],
    ...[2, 1, 1, 1, 2, 2],
    ...[255, 255, 255, 255, 2, 2],
    ...[255, 255, 255, 255, 2, 2],
  ];
  const objects = [
    ...[0, 1, 1, 0, 0, 0],
    ...[0, 1, 2, 2, 0, 0],
    ...[0, 0, 0, 0, 0, 0],
    ...[0, 0, 0, 0, 0, 0],
  ];

  it("has its polygons and boxes drawn in their order, and says what has no area", () => {
    const map = decodeSegmentsAiVector({ annotations }, { ...size, categories: categories as never });
    expect([...map.semantic()]).toEqual(drawn);
    expect([...map.instance()]).toEqual(objects);
    // Road has no instances, so its two boxes are one label.
    expect(map.labels.map(({ name, sourceId, isThing }) => [name, sourceId, isThing])).toEqual([
      ["road", 1, false],
      ["car # 1", 5, true],
      ["car # 2", 6, true],
    ]);
    expect(map.issues.map(({ code, path }) => [code, path])).toEqual([
      ["shape-without-area", "annotations[4]"],
      ["shape-without-area", "annotations[5]"],
    ]);
    const nameless = decodeSegmentsAiVector({ annotations: annotations.slice(3, 4) }, size);
    expect(nameless.labels.map(({ name }) => name)).toEqual(["2 # 1"]);
  });

  it("is read in the size of its photos, which are in the folder, or of the option", async () => {
    const files = { "r.json": vector([ofImage("a.bmp"), ofImage("b.bmp")]), "images/a.bmp": bmpOf(size) };
    const set = await read(files);
    const [a, b] = await itemsOf(set);
    expect([set.reason, a!.name, a!.photo]).toEqual([
      "segments.ai release: r.json (2 vector labels).",
      "a",
      "images/a.bmp",
    ]);
    expect([...(await a!.map()).semantic()]).toEqual(drawn);
    await expect(b!.map()).rejects.toEqual(
      caught("SOURCE_MISSING", "r.json: dataset.samples[1]: the photo is missing"),
    );
    const [, sized] = await itemsOf(await read(files, { size: () => size }));
    expect([...(await sized!.map()).instance()]).toEqual(objects);
    const certain = (await recognise(filesInMemory({ "r.json": JSON.stringify(files["r.json"]) }))).filter(
      ({ confidence }) => confidence === "certain",
    );
    expect(certain.map((each) => each.format.name)).toEqual([format]);
    const older = release([ofImage("a.bmp")], { task_type: "bboxes" });
    expect((await read({ "r.json": older })).count).toBe(1);
    await expect(read(files, { size: { width: 0, height: 1 } })).rejects.toEqual(
      caught("OPTION_INVALID", "size must be { width, height }"),
    );
  });

  it("names the annotation that is malformed", async () => {
    const wrong: [object, string][] = [
      [{ id: 1, category_id: 1, type: "circle", points: [] }, 'annotations[0].type: is "circle"'],
      [
        { id: 1, category_id: 1, type: "bbox", points: [[0, 0]] },
        "annotations[0].points: has 1 points; give 2",
      ],
      [{ id: 1, category_id: 1, type: "polygon", points: [[0], [1, 1], [2, 2]] }, "annotations[0].points[0]"],
      [
        { id: 1, category_id: 9, type: "bbox", points: [] },
        "annotations[0].category_id: categories has no id 9",
      ],
      [{ category_id: 1 }, "annotations[0].id: is missing"],
    ];
    for (const [annotation, text] of wrong) {
      const one = sample("a.bmp", { "ground-truth": { attributes: { annotations: [annotation] } } });
      const [item] = await itemsOf(await read({ "r.json": vector([one]), "a.bmp": bmpOf(size) }));
      await expect(item!.map(), text).rejects.toEqual(
        caught("FORMAT_INVALID", `r.json: dataset.samples[0]: segments.ai: ${text}`),
      );
    }
    const twice = [box(1, 1, 0, 0, 1, 1), box(1, 1, 0, 0, 1, 1)];
    expect(() => decodeSegmentsAiVector({ annotations: twice }, size)).toThrow("1 is also the id of another");
    expect(() => decodeSegmentsAiVector({ annotations: [] }, { ...size, maxPixels: 3 })).toThrow(
      "6×4 pixels",
    );
    expect(() => decodeSegmentsAiVector({ annotations: [] }, {} as never)).toThrow(
      "Give the photo's `width`",
    );
  });
});

/** The table of formats: every folder is in it, it says what the folder can do, and formats know their own files. */
import { existsSync, readdirSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { build } from "esbuild";
import { beforeAll, describe, expect, it } from "vitest";
import {
  type CandidateFile,
  cocoInstancesDataset,
  cocoPanopticDataset,
  encodeBinaryMasks,
  encodeCityscapes,
  encodeCocoInstances,
  encodeCocoPanoptic,
  encodeColourMask,
  encodeCvat,
  encodeCvatXml,
  encodeIds,
  encodeLabelMe,
  encodeLabelPng,
  encodeNpy,
  encodeNpz,
  encodePalettePng,
  encodeSegmentsInfo,
  encodeSupervisely,
  encodeVoc,
  encodeYolo,
  FORMATS,
  superviselyMeta,
} from "../../src/formats/index.js";
import { init, type LabelMap } from "../../src/index.js";
import {
  type DrawnLayout,
  drawAde20k,
  drawBdd100k,
  drawKitti,
  drawSegNet,
  drawSynthia,
  drawVistas,
} from "../support/layouts.js";
import { loadStreet, streetClasses } from "../support/scenes.js";

const root = fileURLToPath(new URL("../../src/formats/", import.meta.url));
const folders = readdirSync(root, { withFileTypes: true })
  .filter((entry) => entry.isDirectory() && entry.name !== "shared")
  .map(({ name }) => name);
const formatOf = (name: string) => FORMATS.find((format) => format.name === name)!;
/** As much of a file as `detect` says is enough. */
const HEAD_BYTES = 256;

let street: LabelMap;
beforeAll(async () => {
  await init();
  street = await loadStreet();
});

function binary(path: string, bytes: Uint8Array): CandidateFile {
  return { path, head: bytes.subarray(0, HEAD_BYTES) };
}

function text(path: string, content: string): CandidateFile {
  return binary(path, new TextEncoder().encode(content));
}

/** Written by hand, since the library does not write the format. */
const labelStudioExport = [
  { id: 1, data: { image: "a.jpg" }, annotations: [] },
  {
    id: 2,
    data: { image: "b.jpg" },
    annotations: [
      {
        result: [
          { from_name: "weather", to_name: "image", type: "choices", value: { choices: ["rain"] } },
          {
            ...{
              from_name: "label",
              to_name: "image",
              type: "brushlabels",
              original_width: 2,
              original_height: 1,
            },
            value: { format: "rle", rle: [0, 0, 0, 8], brushlabels: ["car"] },
          },
        ],
      },
    ],
  },
];

/** The masks of a layout that the library reads, but does not write. */
function drawnFiles({ files }: DrawnLayout): CandidateFile[] {
  return Object.entries(files).flatMap(([path, content]) =>
    typeof content === "string" ? [] : [binary(path, content)],
  );
}
/** The same. */
const segmentsAiRelease = {
  name: "v1",
  dataset: {
    name: "street",
    task_type: "segmentation-bitmap",
    task_attributes: { categories: [] },
    samples: [],
  },
};

/** What each format's own writer makes of the street, under the names that its users give the files. */
function writtenFiles(): Record<string, CandidateFile[]> {
  const { width, height } = street;
  const semantic = { width, height, data: street.semantic(streetClasses) };
  const image = { id: 7, width, height, file_name: "street.jpg" };
  const things = ["car", "pedestrian", "building", "traffic sign"];
  const panoptic = encodeCocoPanoptic(street, streetClasses, { imageId: 7, fileName: "street.png", things });
  const { annotations } = encodeCocoInstances(street, streetClasses, { imageId: 7, things });
  const labels = { pedestrian: "person", trunk: "vegetation", "lane marking": "road" };
  const city = encodeCityscapes(street, { labels });
  const voc = encodeVoc(street, streetClasses);
  const cvat = encodeCvat(street, streetClasses);
  const mask = encodeColourMask(street);
  const dataset = { images: [image], classes: streetClasses };
  const masks = encodeBinaryMasks(street).map(({ className, instance = 0, png }) =>
    binary(`binary/${instance === 0 ? className : `${className}_${instance}`}.png`, png),
  );
  return {
    "binary-masks": ["1", "2"].flatMap((name) =>
      masks.map(({ path, head }) => ({ path: path.replace("binary", `street${name}`), head: head! })),
    ),
    "cvat-xml": [text("annotations.xml", encodeCvatXml(street, { image: "street.jpg" }).xml)],
    npy: [binary("street.npy", encodeNpy(street))],
    npz: [binary("street.npz", encodeNpz({ semantic, label: street }))],
    "label-png": [binary("grey.png", encodeLabelPng(semantic)), binary("a.png", encodePalettePng(semantic))],
    "id-png": [binary("ids/street.png", encodeIds(semantic))],
    "coco-panoptic": [
      binary("panoptic_val/street.png", panoptic.png),
      {
        path: "annotations/panoptic_val.json",
        json: cocoPanopticDataset({ ...dataset, annotations: [panoptic.annotation], things }),
      },
    ],
    "coco-instances": [
      { path: "annotations/instances_val.json", json: cocoInstancesDataset({ ...dataset, annotations }) },
    ],
    cityscapes: Object.entries(city).map(([kind, png]) =>
      binary(`gtFine/val/street/street_000000_000001_gtFine_${kind}.png`, png),
    ),
    voc: [
      binary("SegmentationClass/street.png", voc.segmentationClass),
      binary("SegmentationObject/street.png", voc.segmentationObject),
    ],
    labelme: [{ path: "street.json", json: encodeLabelMe(street, { imagePath: "street.jpg" }).file }],
    supervisely: [
      { path: "meta.json", json: superviselyMeta(streetClasses) },
      { path: "val/ann/street.jpg.json", json: encodeSupervisely(street).annotation },
    ],
    "coco-stuff": [
      binary(
        "stuffthingmaps/val2017/street.png",
        encodeLabelPng({ width: 1, height: 1, data: Uint8Array.of(181) }),
      ),
    ],
    "segments-ai": [{ path: "street-v1.json", json: segmentsAiRelease }],
    "label-studio": [{ path: "project-1.json", json: labelStudioExport }],
    yolo: [text("labels/val/street.txt", encodeYolo(street, streetClasses, { things }).text)],
    cvat: [
      binary("cvat/SegmentationClass/street.png", cvat.segmentationClass),
      binary("cvat/SegmentationObject/street.png", cvat.segmentationObject),
      text("cvat/labelmap.txt", cvat.labelmap),
    ],
    "mask-folder": [
      binary("m/street.png", mask.png),
      { path: "m/street.json", json: { legend: mask.legend } },
    ],
    "segments-info": [{ path: "street.json", json: encodeSegmentsInfo(street, streetClasses, { things }) }],
    ade20k: drawnFiles(drawAde20k("json")),
    bdd100k: drawnFiles(drawBdd100k("pan_seg")),
    camvid: drawnFiles(drawSegNet()),
    kitti: drawnFiles(drawKitti()),
    "mapillary-vistas": drawnFiles(drawVistas()),
    synthia: drawnFiles(drawSynthia()),
  };
}

/** Each format's confidence in the files, by the format's name; formats that do not know them are left out. */
function judge(files: readonly CandidateFile[]): Record<string, string> {
  return Object.fromEntries(
    FORMATS.flatMap(({ name, detect }) => {
      const detection = detect(files);
      return detection === null ? [] : [[name, detection.confidence]];
    }),
  );
}

describe("the table of formats", () => {
  it("has every folder, under its own name, and each has a test", () => {
    expect(FORMATS.map(({ name }) => name)).toEqual(folders.sort());
    for (const { name } of FORMATS) {
      expect(name).toMatch(/^[a-z][a-z0-9]*(-[a-z][a-z0-9]*)*$/);
      expect(existsSync(fileURLToPath(new URL(`${name}.test.ts`, import.meta.url))), name).toBe(true);
    }
    expect(new Set(FORMATS.map(({ title }) => title)).size).toBe(FORMATS.length);
  });

  it("says of each format what its folder can do", async () => {
    for (const { name, reads, writes } of FORMATS) {
      const files = readdirSync(`${root}${name}`);
      expect(files, name).toEqual(expect.arrayContaining(["index.ts", "detect.ts"]));
      expect({ reads: files.includes("read.ts"), writes: files.includes("write.ts") }, name).toEqual({
        reads,
        writes,
      });
      const functions = Object.keys(await import(`${root}${name}/index.ts`));
      expect(functions.some((key) => key.startsWith("decode"))).toBe(reads);
      expect(functions.some((key) => key.startsWith("encode"))).toBe(writes);
    }
  });

  it("says of each format whether its data sets are read and written, and what that loses", async () => {
    const functions = Object.keys(await import("../../src/formats/index.js"));
    const named = (prefix: string) => functions.filter((name) => new RegExp(`^${prefix}\\w+`).test(name));
    const sets = FORMATS.filter(({ set }) => set !== undefined);
    expect(sets.map(({ name }) => name)).toEqual(
      folders.filter((name) => existsSync(`${root}${name}/set.ts`)),
    );
    // One reader for each, and one writer if the format is written, beside readSet and writeSet.
    expect(named("read").filter((name) => name !== "readSet")).toHaveLength(sets.length);
    const written = sets.filter(({ writes }) => writes);
    expect(named("write").filter((name) => name !== "writeSet")).toHaveLength(written.length);
    for (const { name, set } of sets) {
      expect(set!.files.length, name).toBeGreaterThan(0);
      expect(set!.loses, name).not.toBe("");
    }
  });

  it("describes the files of each format, with endings in lower case", () => {
    for (const { name, files, extensions, source, holds } of FORMATS) {
      expect(files.length, name).toBeGreaterThan(0);
      expect(source, name).not.toBe("");
      expect(holds.unlabelled, name).not.toBe("");
      for (const extension of extensions) expect(extension, name).toMatch(/^\.[a-z]+$/);
    }
  });
});

/** The files of src/formats that stay in the bundle of a program that imports one name. */
async function bundledFiles(name: string): Promise<string[]> {
  const { metafile } = await build({
    stdin: {
      contents: `import { ${name} } from "./index.ts"; console.log(${name});`,
      resolveDir: root,
    },
    bundle: true,
    format: "esm",
    platform: "browser",
    external: ["node:*"],
    write: false,
    metafile: true,
    logLevel: "error",
  });
  const [output] = Object.values(metafile.outputs);
  return Object.entries(output!.inputs)
    .filter(([path, { bytesInOutput }]) => bytesInOutput > 0 && path.includes("src/formats/"))
    .map(([path]) => path.slice(path.indexOf("src/formats/") + "src/formats/".length))
    .sort();
}

describe("a bundle", () => {
  it("of one function has no other format in it, nor the table", async () => {
    expect(await bundledFiles("encodeNpy")).toEqual(["npy/array.ts", "npy/write.ts"]);
  });

  it("of the table has neither readers nor writers in it", async () => {
    const files = await bundledFiles("FORMATS");
    for (const { name } of FORMATS) {
      expect(files).toEqual(expect.arrayContaining([`${name}/detect.ts`, `${name}/index.ts`]));
    }
    expect(files.filter((file) => /\/(read|write|set|folders)\.ts$/.test(file))).toEqual([]);
  });
});

describe("detect", () => {
  it("knows the files of the format's own writer, and no other format is certain of them", () => {
    const written = writtenFiles();
    expect(Object.keys(written).sort()).toEqual(folders.sort());
    for (const [name, files] of Object.entries(written)) {
      const { [name]: own, ...others } = judge(files);
      expect(["certain", "likely"], `${name}: ${own}`).toContain(own);
      expect(Object.values(others), name).not.toContain("certain");
      const { reason } = formatOf(name).detect(files)!;
      expect(files.some(({ path }) => reason.startsWith(`"${path}" `))).toBe(true);
      expect(reason).toMatch(/\.$/);
      for (const { path } of files) {
        expect(formatOf(name).extensions.some((extension) => path.endsWith(extension))).toBe(true);
      }
    }
    expect(judge(Object.values(written).flat())).toMatchObject({
      ...{ cityscapes: "certain", "coco-instances": "certain", "coco-panoptic": "certain" },
      // A JSON file of the array's name lists segments, so its numbers may be theirs.
      ...{ npy: "likely", npz: "certain", voc: "certain", yolo: "certain", "segments-info": "certain" },
      ...{ "id-png": "likely", "label-png": "likely", cvat: "certain", "mask-folder": "likely" },
    });
  });

  it("is less sure of names alone", () => {
    const names = (...paths: string[]) => judge(paths.map((path) => ({ path })));
    expect(names("a.npy")).toEqual({ npy: "likely" });
    expect(names("A.NPZ")).toEqual({ npz: "likely" });
    expect(names("labels/a.txt")).toEqual({ yolo: "possible" });
    expect(names("annotations/instances_train2017.json")).toEqual({ "coco-instances": "likely" });
    expect(names("annotations/panoptic_train2017.json")).toEqual({ "coco-panoptic": "likely" });
    expect(names("panoptic_train2017/000000000009.png")).toEqual({
      "id-png": "possible",
      "label-png": "possible",
    });
    expect(names("SegmentationClass/a.png", "SegmentationObject/a.png")).toMatchObject({ voc: "likely" });
    expect(names("SegmentationClass/a.png", "SegmentationObject/b.png")).toMatchObject({ voc: "possible" });
    expect(names("street_labelIds.png")).toMatchObject({ cityscapes: "likely" });
    expect(names("readme.txt", "photo.jpg", "package.json", "labels.csv")).toEqual({});
    expect(judge([])).toEqual({});
  });

  it("trusts the content more than the name", () => {
    const wrong = Uint8Array.from({ length: HEAD_BYTES }, (_, index) => index);
    for (const path of ["a.npy", "a.npz", "a.png", "ids/a.png", "labels/a.txt", "SegmentationClass/a.png"]) {
      expect(judge([binary(path, wrong)]), path).toEqual({});
      expect(judge([binary(path, new Uint8Array(0))]), path).toEqual({});
    }
    for (const json of [null, [], {}, { annotations: [] }, { annotations: [null] }, "panoptic", 5]) {
      expect(judge([{ path: "panoptic.json", json }]), JSON.stringify(json)).toEqual({});
      expect(judge([{ path: "instances.json", json }]), JSON.stringify(json)).toEqual({});
    }
    expect(judge([binary("renamed", encodeNpy(street))])).toEqual({ npy: "certain" });
    // PNGs in colours under VOC's names, as CVAT exports them.
    const colours = encodeIds({ width: 1, height: 1, data: Int32Array.of(5) });
    expect(
      judge([binary("SegmentationClass/a.png", colours), binary("SegmentationObject/a.png", colours)]),
    ).toEqual({ "id-png": "possible", voc: "possible" });
  });

  it("tells the JSON of annotation tools from each other and from look-alikes", () => {
    const of = (json: unknown, path = "a.json") => judge([{ path, json }]);
    const shapes = [{ label: "a", points: [[0, 0]], shape_type: "polygon" }];
    const ofImage = { imagePath: "a.jpg", imageHeight: 1, imageWidth: 1 };
    expect(of({ shapes, ...ofImage })).toEqual({ labelme: "certain" });
    expect(of({ shapes: [], ...ofImage })).toEqual({ labelme: "likely" });
    expect(of({ shapes })).toEqual({ labelme: "possible" });
    expect(of({ shapes: [] })).toEqual({});
    expect(of({ shapes: [{ type: "circle" }], ...ofImage })).toEqual({});
    // Cityscapes' polygons, and what Bokeh or Plotly call shapes.
    expect(of({ imgHeight: 1, imgWidth: 1, objects: [{ label: "road", polygon: [[0, 0]] }] })).toEqual({});
    expect(of({ shapes: [{ type: "rect", x0: 0 }] })).toEqual({});

    const size = { height: 1, width: 1 };
    const object = { classTitle: "a", geometryType: "bitmap" };
    expect(of({ size, objects: [object] })).toEqual({ supervisely: "certain" });
    expect(of({ size, objects: [{ classTitle: "a" }] })).toEqual({ supervisely: "likely" });
    expect(of({ size, objects: [] })).toEqual({ supervisely: "likely" });
    expect(of({ size, objects: [{ name: "a" }] })).toEqual({});
    expect(of({ size: [1, 1], objects: [object] })).toEqual({});
    expect(of({ classes: [{ title: "a", shape: "any" }], tags: [] })).toEqual({ supervisely: "likely" });
    expect(of({ classes: [{ title: "a", shape: "any" }] })).toEqual({});
    expect(of({ classes: [{ name: "a" }], tags: [] })).toEqual({});
    expect(judge([{ path: "set/ann/a.png.json" }])).toEqual({ supervisely: "possible" });
    expect(judge([{ path: "set/ann/a.json" }])).toEqual({});

    const [, task] = labelStudioExport;
    expect(of(task)).toEqual({ "label-studio": "certain" });
    expect(of({ ...task, annotations: undefined, completions: task!.annotations })).toEqual({
      "label-studio": "certain",
    });
    const withResult = (result: object) => of([{ data: {}, annotations: [{ result: [result] }] }]);
    const points = { value: { points: [[0, 0]] }, from_name: "a" };
    expect(withResult({ ...points, original_width: 1 })).toEqual({ "label-studio": "certain" });
    expect(withResult(points)).toEqual({});
    expect(withResult({ value: points.value, original_width: 1 })).toEqual({});
    expect(withResult({ value: { choices: ["a"] }, from_name: "a" })).toEqual({});
    expect(withResult({ value: { x: 1, y: 1, width: 1, height: 1 }, from_name: "a" })).toEqual({});
    expect(of([{ data: {}, annotations: [{ result: [null] }, null] }, null])).toEqual({});
    expect(of([{ annotations: [{ result: [{ ...points, original_width: 1 }] }] }])).toEqual({});
  });

  it("tells YOLO's polygons from boxes", () => {
    const of = (content: string) => judge([text("labels/a.txt", content)]).yolo;
    expect(of("0 0.1 0.1 0.9 0.1 0.5 0.9\n")).toBe("certain");
    expect(of(`3 ${"0.123456 ".repeat(40)}\n`)).toBe("certain");
    expect(of("0 0.5 0.5 0.2 0.2\n")).toBeUndefined();
    expect(of("0 0.1 0.1 0.9 0.1 0.5 0.9 0.5\n")).toBeUndefined();
    expect(of("0 10 10 90 10 50 90\n")).toBeUndefined();
    expect(of("six words are not a polygon\n")).toBeUndefined();
    expect(of("")).toBeUndefined();
    expect(judge([text("a.txt", "0 0.1 0.1 0.9 0.1 0.5 0.9\n")])).toEqual({ yolo: "likely" });
  });

  it("tells COCO's files from each other and from other tasks", () => {
    const json = (annotation: object) =>
      judge([{ path: "a.json", json: { images: [], annotations: [annotation] } }]);
    const box = { id: 1, category_id: 1, bbox: [0, 0, 1, 1] };
    expect(json({ ...box, segmentation: { size: [1, 1], counts: [1] } })).toEqual({
      "coco-instances": "certain",
    });
    expect(json({ ...box, segmentation: [[0, 0, 1, 0, 1, 1]] })).toEqual({ "coco-instances": "certain" });
    expect(json({ ...box, segmentation: [] })).toEqual({});
    expect(json(box)).toEqual({});
    expect(json({ id: 1, image_id: 1, caption: "A street." })).toEqual({});
    expect(json({ file_name: "a.png", segments_info: [] })).toEqual({ "coco-panoptic": "certain" });
    const one = { file_name: "a.png", segments_info: [{ id: 1, category_id: 2 }] };
    expect(judge([{ path: "a.json", json: one }])).toEqual({
      "coco-panoptic": "likely",
      "segments-info": "possible",
    });
    const empty = { images: [], annotations: [], categories: [{ id: 1, isthing: 1 }] };
    expect(judge([{ path: "a.json", json: empty }])).toEqual({ "coco-panoptic": "likely" });
  });
});

/** Recognition of data sets: each from its listing alone, look-alikes as candidates, and never a silent guess. */
import { beforeAll, describe, expect, it } from "vitest";
import {
  type FileSource,
  filesInMemory,
  memorySink,
  readSet,
  recognise,
  recogniseFiles,
  type SetFormat,
  writeSet,
} from "../../src/formats/index.js";
import { ClassList, init } from "../../src/index.js";
import { drawScene, sceneClasses } from "../support/scenes.js";

beforeAll(() => init());

const things = ["car", "truck"];
const classes = ClassList.fromJSON({ ...sceneClasses.toJSON(), void: ["ego", "background", "unlabeled"] });

const SETS = [
  "binary-masks",
  "cityscapes",
  "coco-panoptic",
  "cvat",
  "cvat-xml",
  "mask-folder",
  "voc",
] as const;

async function drawn(format: SetFormat, options: object = {}): Promise<ReadonlyMap<string, Uint8Array>> {
  const sink = memorySink();
  const names = ["aachen_000000_000000", "aachen_000000_000001", "ulm_000000_000002"];
  const items = names.map((name, seed) => ({ name, map: drawScene(seed), photo: `${name}.jpg` }));
  const photos = filesInMemory(names.map((name) => [`${name}.jpg`, "photo"]));
  const given =
    format === "cityscapes"
      ? { missing: "void", labels: { lane: "road" } }
      : { classes, ...(format === "coco-panoptic" && { things }) };
  const all = { format, photos, ...given, ...options };
  await writeSet(items, sink, all as unknown as Parameters<typeof writeSet>[2]);
  return sink.files;
}

/** Names and confidences of the candidates that lack nothing to be read as sets, the surest first. */
async function candidates(files: Iterable<readonly [string, Uint8Array | string]>, contents?: boolean) {
  const found = await recognise(filesInMemory(files), contents === undefined ? {} : { contents });
  return found
    .filter(({ lacks }) => lacks === undefined)
    .map(({ format, confidence }) => `${format.name} ${confidence}`);
}

describe("recognise", () => {
  it("knows each set from its listing alone, as the surest or one of the surest", async () => {
    const found: Record<string, string[]> = {};
    for (const format of SETS) {
      found[format] = await candidates(await drawn(format), false);
    }
    found.shared = await candidates(await drawn("mask-folder", { legend: "shared" }), false);
    expect(found).toEqual({
      "binary-masks": ["binary-masks likely"],
      "cvat-xml": ["cvat-xml likely"],
      cityscapes: ["cityscapes certain"],
      "coco-panoptic": ["coco-panoptic likely"],
      cvat: ["cvat likely", "voc likely", "mask-folder possible"],
      "mask-folder": ["mask-folder likely"],
      voc: ["voc likely", "cvat possible", "mask-folder possible"],
      shared: ["mask-folder likely"],
    });
  });

  it("is surer if it looks into a few files", async () => {
    const found: Record<string, string[]> = {};
    for (const format of SETS) {
      found[format] = await candidates(await drawn(format));
    }
    found.rgb = await candidates(await drawn("voc", { pixels: "rgb" }));
    expect(found).toEqual({
      "binary-masks": ["binary-masks likely"],
      "cvat-xml": ["cvat-xml certain"],
      cityscapes: ["cityscapes certain"],
      "coco-panoptic": ["coco-panoptic certain"],
      cvat: ["cvat certain", "mask-folder possible", "voc possible"],
      "mask-folder": ["mask-folder likely"],
      voc: ["voc certain", "cvat possible", "mask-folder possible"],
      rgb: ["voc likely", "cvat possible", "mask-folder possible"],
    });
  });

  it("gives several candidates for mixtures, and each reason names a file that is there", async () => {
    const city = await drawn("cityscapes");
    const masks = await drawn("mask-folder");
    const mixture = new Map([
      ...city,
      ...[...masks].map(([path, bytes]) => [`masks/${path}`, bytes] as const),
    ]);
    const found = await recognise(filesInMemory(mixture));
    expect(found.map(({ format }) => format.name)).toEqual(
      expect.arrayContaining(["cityscapes", "mask-folder", "label-png", "id-png"]),
    );
    for (const { reason } of found) {
      const path = /^"([^"]+)" /.exec(reason)?.[1];
      expect(mixture.has(path!), reason).toBe(true);
    }
    // A plain folder of masks whose names end like those of Cityscapes.
    const plain = new Map([
      ["a_labelIds.png", masks.get("aachen_000000_000000.png")!],
      ["legend.json", new TextEncoder().encode('{"legend":{"#000001":"car"}}')],
    ]);
    expect(await candidates(plain, false)).toEqual(["cityscapes likely", "mask-folder likely"]);
  });

  it("says nothing of other files, and of JSON that is damaged", async () => {
    expect(await recognise(filesInMemory({ "readme.md": "text", "a/photo.jpg": "photo" }))).toEqual([]);
    expect(await recognise(filesInMemory({ "annotations/panoptic_val.json": "{" }))).toEqual([]);
    expect(await recognise(filesInMemory({}))).toEqual([]);
    // The masks of a folder with annotations of another tool, such as LabelMe's shapes.
    const other = filesInMemory({ "a.png": new Uint8Array(9), "a.json": '{"shapes":[]}' });
    expect((await recognise(other)).map(({ format }) => format.name)).not.toContain("mask-folder");
  });

  it("reads the first bytes of a few files of each folder, and few JSON files, however many there are", async () => {
    const files: [string, string][] = [];
    for (let place = 0; place < 500; place++)
      files.push([`masks/${place}.png`, "x"], [`masks/${place}.json`, "{}"]);
    for (let place = 0; place < 100; place++)
      files.push([`p/panoptic_${place}.json`, "{}"], [`z${place}/a.png`, "x"]);
    const memory = filesInMemory(files);
    const reads: { path: string; first: number | undefined }[] = [];
    const source: FileSource = {
      list: memory.list,
      read: (path, first) => {
        reads.push({ path, first });
        return memory.read(path, first);
      },
    };
    await recognise(source);
    const jsons = reads.filter(({ path }) => path.endsWith(".json"));
    const heads = reads.filter(({ path }) => path.endsWith(".png"));
    expect(jsons).toHaveLength(8);
    expect(heads).toHaveLength(64);
    expect(heads.every(({ first }) => first === 256)).toBe(true);
    expect(heads.filter(({ path }) => path.startsWith("masks/"))).toHaveLength(2);
    reads.length = 0;
    await recognise(source, { contents: false });
    expect(reads).toEqual([]);
  });

  it("is pure for files that were listed before", () => {
    const found = recogniseFiles([{ path: "SegmentationClass/a.png" }, { path: "SegmentationObject/a.png" }]);
    expect(found[0]).toMatchObject({ format: { name: "voc" }, confidence: "likely" });
    expect(recogniseFiles([])).toEqual([]);
  });
});

describe("readSet without a format", () => {
  it("reads the one format that is certain, and says why", async () => {
    for (const [format, reason] of [
      ["cityscapes", "Cityscapes: files that end with _gtFine_instanceIds.png or labelIds.png (3 masks)."],
      ["coco-panoptic", "COCO panoptic: annotations/panoptic_train.json (3 masks)."],
      ["cvat", "CVAT segmentation mask: labelmap.txt, SegmentationClass/ (3 masks)."],
      ["voc", "Pascal VOC: labelmap.txt, SegmentationClass/ (3 masks)."],
    ] as const) {
      const set = await readSet(filesInMemory(await drawn(format)));
      expect([set.format.name, set.reason]).toEqual([format, reason]);
    }
  });

  it("lists the candidates if none is certain, or if two are", async () => {
    await expect(readSet(filesInMemory(await drawn("mask-folder")))).rejects.toMatchObject({
      code: "FORMAT_UNSUPPORTED",
      message: expect.stringMatching(/the format is not certain; .*"mask-folder" \(likely: "aachen/),
    });
    const both = new Map([...(await drawn("cityscapes")), ...(await drawn("voc"))]);
    await expect(readSet(filesInMemory(both))).rejects.toMatchObject({
      message: expect.stringMatching(/"cityscapes" \(certain: .*"voc" \(certain: /),
    });
    await expect(readSet(filesInMemory({ "a.txt": "x" }))).rejects.toMatchObject({
      message: expect.stringContaining("no format is recognised"),
    });
  });
});

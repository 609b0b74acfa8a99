/** Parquet for `datasets`: read again by hyparquet, and by pyarrow and `datasets` where Python has them. */
import { execFileSync } from "node:child_process";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { type AsyncBuffer, parquetMetadata, parquetReadObjects } from "hyparquet";
import { ClassList, decodeMask, init as initLibrary } from "labelmap";
import { beforeAll, describe, expect, it } from "vitest";
import { classLabels } from "../../../cli/src/writers/hugging-face-schema.js";
import { writeParquet } from "../../../cli/src/writers/parquet.js";
import { findPythonWith } from "../../../scripts/python.mjs";
import { decodeLabelPng, filesInMemory, memorySink } from "../../../src/formats/index.js";
import { init, type LabelMap } from "../../../src/index.js";
import { withLabels } from "../../../src/maps/index.js";
import { encodePng } from "../../support/encode-png.mjs";
import { drawScene, SCENE_LABELS, sceneClasses as sourceClasses } from "../../support/scenes.js";

/** Of the built library, as the command has it. */
const sceneClasses = ClassList.fromJSON(sourceClasses.toJSON());

beforeAll(() => init());

const scenes: LabelMap[] = [];
beforeAll(() => {
  for (let seed = 0; seed < 7; seed++) scenes.push(drawScene(seed));
});
const items = () =>
  scenes.map((map, seed) => ({
    name: `city/scene.${seed}`,
    map,
    split: seed < 5 ? "train" : "val",
    photo: seed === 1 ? null : `photos/${seed}.JPG`,
  }));
const photos = filesInMemory(
  Object.fromEntries(
    [0, 2, 3, 4, 5, 6].map((seed) => [`photos/${seed}.JPG`, Uint8Array.of(0xff, 0xd8, seed)]),
  ),
);

/** The class id of each pixel, from the table that was written by hand. */
const idsOf = (map: LabelMap) => [...map.data].map((label) => SCENE_LABELS[label]?.classId ?? "none");
/** The ids that `datasets` gets. Void pixels have 255, and ignored ones 254. */
const written = (map: LabelMap) =>
  [...map.data].map((label) => {
    const name = map.labels[label]?.className;
    return name === "dirt" ? 254 : (SCENE_LABELS[label]?.classId ?? 255);
  });

interface Row {
  readonly name: string;
  readonly image?: { readonly bytes: Uint8Array; readonly path: string } | null;
  readonly mask: { readonly bytes: Uint8Array; readonly path: string };
  readonly width: number;
  readonly height: number;
  readonly classes: readonly bigint[];
}

const rowsOf = async (bytes: Uint8Array) =>
  (await parquetReadObjects({
    file: bytes.slice().buffer as unknown as AsyncBuffer,
    utf8: false,
  })) as unknown as Row[];

const metadataOf = (bytes: Uint8Array) => {
  const { key_value_metadata: pairs = [], ...rest } = parquetMetadata(bytes.slice().buffer);
  return { ...rest, pairs: Object.fromEntries(pairs.map(({ key, value }) => [key, value!])) };
};

describe("writeParquet", () => {
  it("writes names, masks of class ids, photos, sizes and classes", async () => {
    const sink = memorySink();
    const result = await writeParquet(items(), sink, { classes: sceneClasses, photos });
    expect([...sink.files.keys()].sort()).toEqual([
      "README.md",
      "data/train-00000.parquet",
      "data/val-00000.parquet",
    ]);
    expect(result).toMatchObject({ images: 7, files: 3 });
    const rows = [
      ...(await rowsOf(sink.files.get("data/train-00000.parquet")!)),
      ...(await rowsOf(sink.files.get("data/val-00000.parquet")!)),
    ];
    expect(rows.map(({ name }) => name)).toEqual(items().map(({ name }) => name));
    for (const [seed, { image, mask, width, height, classes }] of rows.entries()) {
      const scene = scenes[seed]!;
      expect([width, height]).toEqual([scene.width, scene.height]);
      expect(mask.path).toBe(`scene.${seed}.png`);
      const png = await decodeLabelPng(mask.bytes);
      expect([...png.data]).toEqual(written(scene));
      const ids = [...new Set(idsOf(scene))].filter((id) => typeof id === "number").sort((a, b) => a - b);
      expect(classes.map(Number)).toEqual(ids);
      if (seed === 1) expect(image ?? null).toBeNull();
      else expect(image).toEqual({ bytes: Uint8Array.of(0xff, 0xd8, seed), path: `scene.${seed}.jpg` });
    }
  });

  it("tells the features and the names of the classes in the metadata", async () => {
    const sink = memorySink();
    await writeParquet(items().slice(0, 1), sink, { classes: sceneClasses, photos });
    const { pairs, schema } = metadataOf(sink.files.get("data/train-00000.parquet")!);
    const { features } = JSON.parse(pairs.huggingface!).info;
    expect(Object.keys(features)).toEqual(
      schema.filter(({ name }) => name in features).map(({ name }) => name),
    );
    expect([features.mask, features.image]).toEqual([{ _type: "Image" }, { _type: "Image" }]);
    const { names } = features.classes.feature;
    for (const { id, name } of sceneClasses.classes) expect(names[id]).toBe(name);
    expect(new Set(names).size).toBe(28);
    expect(ClassList.fromJSON(JSON.parse(pairs.labelmap!))).toEqual(sceneClasses);
  });

  it("gives each id up to the largest a name of its own", () => {
    const list = (...classes: { id: number; name: string }[]) => ClassList.fromJSON({ classes });
    expect(classLabels(list({ id: 2, name: "unused 0" }, { id: 3, name: "car" }))).toEqual([
      "unused 0_",
      "unused 1",
      "unused 0",
      "car",
    ]);
    expect(classLabels(list({ id: 4096, name: "car" }))).toBeNull();
    expect(classLabels(list({ id: 4095, name: "car" }))).toHaveLength(4096);
  });

  it("names the parts in the README", async () => {
    const sink = memorySink();
    await writeParquet(items(), sink, { classes: sceneClasses });
    const card = new TextDecoder().decode(sink.files.get("README.md"));
    expect(card).toContain('  - split: "train"\n    path: "data/train-*.parquet"\n  - split: "val"\n');
    expect(card).toContain("| 26 | car |");
  });

  it("begins a new file after so many images, or so many bytes", async () => {
    const byImages = memorySink();
    const result = await writeParquet(items(), byImages, { classes: sceneClasses, maxImages: 2 });
    const names = (sink: typeof byImages) =>
      [...sink.files.keys()].filter((path) => path.endsWith(".parquet"));
    expect(names(byImages).sort()).toEqual([
      "data/train-00000.parquet",
      "data/train-00001.parquet",
      "data/train-00002.parquet",
      "data/val-00000.parquet",
    ]);
    expect(result).toMatchObject({ images: 7, files: 5 });
    const found = [];
    for (const name of names(byImages).sort()) found.push(...(await rowsOf(byImages.files.get(name)!)));
    expect(found.map(({ name }) => name)).toEqual(items().map(({ name }) => name));
    const byBytes = memorySink();
    await writeParquet(items(), byBytes, { classes: sceneClasses, maxBytes: 1 });
    expect(names(byBytes)).toHaveLength(7);
  });

  it("writes groups of 100 rows", async () => {
    const sink = memorySink();
    const many = Array.from({ length: 250 }, (_, index) => ({ name: `${index}`, map: scenes[index % 7]! }));
    await writeParquet(many, sink, { classes: sceneClasses });
    const bytes = sink.files.get("data/train-00000.parquet")!;
    expect(metadataOf(bytes).row_groups.map(({ num_rows: rows }) => Number(rows))).toEqual([100, 100, 50]);
    const rows = await rowsOf(bytes);
    expect(rows.map(({ name }) => name)).toEqual(many.map(({ name }) => name));
    expect([...(await decodeLabelPng(rows[249]!.mask.bytes)).data]).toEqual(written(scenes[249 % 7]!));
  });

  it("packs names if you want it, and never images", async () => {
    const codecs = async (codec: "snappy" | "uncompressed") => {
      const sink = memorySink();
      await writeParquet(items(), sink, { classes: sceneClasses, codec });
      const [group] = metadataOf(sink.files.get("data/train-00000.parquet")!).row_groups;
      return Object.fromEntries(
        group!.columns.map(({ meta_data: data }) => [data!.path_in_schema.join("."), data!.codec]),
      );
    };
    expect(await codecs("snappy")).toMatchObject({ name: "SNAPPY", "mask.bytes": "UNCOMPRESSED" });
    expect(await codecs("uncompressed")).toMatchObject({ name: "UNCOMPRESSED" });
  });

  it("writes 16 bits for all masks if an id needs them", async () => {
    const { classes, ...rest } = sceneClasses.toJSON();
    const large = ClassList.fromJSON({
      ...rest,
      classes: classes.map((each) => (each.name === "sky" ? { ...each, id: 5000 } : each)),
    });
    const sink = memorySink();
    const { issues } = await writeParquet(items(), sink, { classes: large });
    const [row] = await rowsOf(sink.files.get("data/train-00000.parquet")!);
    const { data } = await decodeLabelPng(row!.mask.bytes);
    expect(data).toBeInstanceOf(Uint16Array);
    expect([...data]).toEqual(written(scenes[0]!).map((id) => (id === 11 ? 5000 : id)));
    // 5,000 names would be one for each id.
    expect(issues.map(({ code }) => code)).toContain("class-names-not-in-features");
    expect(
      JSON.parse(metadataOf(sink.files.get("data/train-00000.parquet")!).pairs.huggingface!).info.features
        .classes.feature,
    ).toEqual({
      dtype: "int64",
      _type: "Value",
    });
  });

  it("writes the ids themselves if you want a list, row by row", async () => {
    const sink = memorySink();
    const options = { classes: sceneClasses, photos, masks: "ids" } as const;
    const { issues } = await writeParquet(items(), sink, options);
    const rows = [
      ...(await rowsOf(sink.files.get("data/train-00000.parquet")!)),
      ...(await rowsOf(sink.files.get("data/val-00000.parquet")!)),
    ];
    expect(rows.map(({ mask }) => mask)).toEqual(scenes.map(written));
    const { pairs, schema } = metadataOf(sink.files.get("data/train-00000.parquet")!);
    const { features } = JSON.parse(pairs.huggingface!).info;
    expect(features.mask).toEqual({ feature: { dtype: "int32", _type: "Value" }, _type: "Sequence" });
    expect(schema.find(({ name }) => name === "mask")).toMatchObject({ converted_type: "LIST" });
    expect(issues.map(({ code }) => code)).toContain("objects-merged");
    const card = new TextDecoder().decode(sink.files.get("README.md"));
    expect(card).toContain("`numpy.reshape(mask, (height, width))`. Pixels without a class are 255");
    // A list has room for ids that a grey PNG has not.
    const far = ClassList.fromJSON({ classes: [{ id: 70_000, name: "road" }] });
    const map = scenes.find(({ labels }) =>
      labels.some(({ className, pixelCount }) => className === "road" && pixelCount > 0),
    )!;
    const write = (masks: "png" | "ids", target = memorySink()) =>
      writeParquet([{ name: "a", map }], target, { classes: far, missing: "void", masks }).then(() => target);
    await expect(write("png")).rejects.toMatchObject({ code: "VALUE_OUT_OF_RANGE" });
    const [row] = await rowsOf((await write("ids")).files.get("data/train-00000.parquet")!);
    expect(row!.mask).toEqual(
      [...map.data].map((label) => (map.labels[label]?.className === "road" ? 70_000 : 255)),
    );
    await expect(
      writeParquet([], memorySink(), { classes: far, masks: "list" } as never),
    ).rejects.toMatchObject({ code: "OPTION_INVALID" });
  });

  it("writes lists in groups of few images, so that memory stays small", async () => {
    const side = 1100;
    const data = new Int32Array(side * side).map((_, pixel) => (pixel % side < 10 ? 0 : -1));
    const map = withLabels({ width: side, height: side, data }, scenes[0]!);
    const many = ["a", "b", "c", "d"].map((name) => ({ name, map }));
    const sink = memorySink();
    await writeParquet(many, sink, { classes: sceneClasses, masks: "ids" });
    const bytes = sink.files.get("data/train-00000.parquet")!;
    expect(metadataOf(bytes).row_groups.map(({ num_rows: rows }) => Number(rows))).toEqual([2, 2]);
    // Runs of equal ids take little room.
    expect(bytes.length).toBeLessThan(side * side);
    const rows = await rowsOf(bytes);
    const first = sceneClasses.idOf(scenes[0]!.labels[0]!.className)!;
    expect((rows[3]!.mask as unknown as number[]).filter((id) => id === first)).toHaveLength(10 * side);
    const huge = { width: 4097, height: 4096, data: new Int32Array(4097 * 4096).fill(-1) };
    await expect(
      writeParquet([{ name: "a", map: withLabels(huge, scenes[0]!) }], memorySink(), {
        ...{ classes: sceneClasses, masks: "ids" },
      }),
    ).rejects.toMatchObject({
      code: "FORMAT_UNSUPPORTED",
      message: expect.stringContaining('"a" has 4097×4096 pixels'),
    });
  });

  it("counts what is lost, once for each kind", async () => {
    const { classes, ...rest } = sceneClasses.toJSON();
    const withoutSky = ClassList.fromJSON({ ...rest, classes: classes.filter(({ name }) => name !== "sky") });
    await expect(writeParquet(items(), memorySink(), { classes: withoutSky })).rejects.toMatchObject({
      code: "CLASS_UNKNOWN",
    });
    const { issues } = await writeParquet(items(), memorySink(), { classes: withoutSky, missing: "void" });
    const sky = scenes.flatMap((map) => idsOf(map)).filter((id) => id === 11).length;
    const objects = scenes
      .flatMap(({ labels }) => labels)
      .filter(({ instanceId, pixelCount }) => instanceId > 0 && pixelCount > 0);
    const message = (code: string) => issues.find((issue) => issue.code === code)?.message;
    expect(message("class-missing")).toMatch(
      new RegExp(`^${sky} pixels in \\d images, first in "city/scene\\.`),
    );
    expect(message("objects-merged")).toMatch(new RegExp(`^${objects.length} objects in 7 images`));
    const voids = scenes.flatMap((map) => [...map.data].map((label) => map.labels[label]?.className));
    const dropped = voids.filter((name) => name === "ego" || name === "dirt").length;
    expect(message("void-class-dropped")).toMatch(new RegExp(`^${dropped} pixels in `));
    expect(message("photo-not-written")).toMatch(/^6 photos in 6 images/);
  });

  it("refuses names that are used twice or lead out of the folder, other options, and splits that datasets refuses", async () => {
    const write = (names: readonly string[], options: object = {}) =>
      writeParquet(
        names.map((name) => ({ name, map: scenes[0]! })),
        memorySink(),
        { classes: sceneClasses, ...options },
      );
    await expect(write(["a", "a"])).rejects.toMatchObject({ code: "FORMAT_INVALID" });
    await expect(write(["../a"])).rejects.toMatchObject({ code: "FORMAT_INVALID" });
    await expect(write(["a"], { split: "../x" })).rejects.toMatchObject({ code: "OPTION_INVALID" });
    await expect(write(["a"], { maxImages: 0 })).rejects.toMatchObject({ code: "OPTION_INVALID" });
    await expect(write(["a"], { codec: "gzip" })).rejects.toMatchObject({ code: "OPTION_INVALID" });
    await expect(write(["a"], { classes: undefined })).rejects.toMatchObject({ code: "OPTION_INVALID" });
  });

  it("takes what decodeMask returns for the target runs", async () => {
    const png = encodePng({ width: 4, height: 1, colourType: 0, bitDepth: 8, samples: [7, 7, 11, 3] });
    await initLibrary();
    const map = await decodeMask(
      png,
      { 7: "road", 11: "sky" },
      { encoding: "grey", target: { map: "runs" } },
    );
    const sink = memorySink();
    await writeParquet([{ name: "a", map }], sink, { classes: sceneClasses });
    const [row] = await rowsOf(sink.files.get("data/train-00000.parquet")!);
    expect([...(await decodeLabelPng(row!.mask.bytes)).data]).toEqual([7, 7, 11, 255]);
    expect([row!.width, row!.height, row!.classes.map(Number)]).toEqual([4, 1, [7, 11]]);
  });

  it("makes one map after the other", async () => {
    let open = 0;
    let most = 0;
    async function* lazily() {
      for (const item of items()) {
        open++;
        most = Math.max(most, open);
        yield { ...item, map: async () => item.map };
        open--;
      }
    }
    expect(await writeParquet(lazily(), memorySink(), { classes: sceneClasses })).toMatchObject({
      images: 7,
    });
    expect(most).toBe(1);
  });
});

async function inPython(program: string, options: { photos?: typeof photos } = {}): Promise<unknown> {
  const folder = mkdtempSync(join(tmpdir(), "labelmap-parquet-"));
  try {
    const sink = memorySink();
    await writeParquet(items(), sink, { classes: sceneClasses, maxImages: 3, ...options });
    for (const [path, bytes] of sink.files) {
      mkdirSync(dirname(join(folder, path)), { recursive: true });
      writeFileSync(join(folder, path), bytes);
    }
    const python = findPythonWith("pyarrow")!;
    const env = { ...process.env, HF_HUB_OFFLINE: "1", HF_HOME: join(folder, "home") };
    return JSON.parse(execFileSync(python, ["-c", program], { cwd: folder, encoding: "utf8", env }));
  } finally {
    rmSync(folder, { recursive: true });
  }
}

describe("a Parquet file in Python", () => {
  it.skipIf(findPythonWith("pyarrow", "PIL", "numpy") === undefined)(
    "is what pyarrow and Pillow read",
    async () => {
      const printed = await inPython(
        `
import glob, io, json
import numpy as np, pyarrow.parquet as pq
from PIL import Image
found = {}
for path in sorted(glob.glob("data/*.parquet")):
    table = pq.read_table(path)
    assert str(table.schema.field("mask").type) == "struct<bytes: binary, path: string>", table.schema
    assert str(table.schema.field("classes").type).startswith("list<"), table.schema
    assert json.loads(table.schema.metadata[b"huggingface"])["info"]["features"]["mask"] == {"_type": "Image"}
    for row in table.to_pylist():
        image = Image.open(io.BytesIO(row["mask"]["bytes"]))
        assert image.mode == "L" and image.size == (row["width"], row["height"])
        photo = row["image"] and [row["image"]["path"], list(row["image"]["bytes"])]
        found[row["name"]] = {"ids": np.array(image).ravel().tolist(), "classes": row["classes"], "photo": photo}
print(json.dumps(found))`,
        { photos },
      );
      expect(printed).toEqual(
        Object.fromEntries(
          items().map(({ name, map }, seed) => [
            name,
            {
              photo: seed === 1 ? null : [`scene.${seed}.jpg`, [0xff, 0xd8, seed]],
              ids: written(map),
              classes: [...new Set(idsOf(map))].filter((id) => typeof id === "number").sort((a, b) => a - b),
            },
          ]),
        ),
      );
    },
  );

  it.skipIf(findPythonWith("pyarrow", "datasets", "PIL") === undefined)(
    "is what load_dataset loads",
    async () => {
      const printed = await inPython(`
import json, os
import numpy as np
from datasets import Image, load_dataset
loaded = load_dataset(os.getcwd())
features = loaded["train"].features
assert isinstance(features["mask"], Image), features
print(json.dumps({
    "names": features["classes"].feature.names,
    "ids": {part: [np.array(row["mask"]).ravel().tolist() for row in rows] for part, rows in loaded.items()},
}))`);
      const { names, ids } = printed as { names: string[]; ids: Record<string, number[][]> };
      expect(names[26]).toBe("car");
      const [train, val] = [scenes.slice(0, 5).map(written), scenes.slice(5).map(written)];
      expect(ids).toEqual({ train, val });
    },
  );
});

/** WebDataset shards, read by modern-tar, by the system's tar, and by Python's tarfile and Pillow. */
import { execFileSync } from "node:child_process";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { ClassList } from "labelmap";
import { unpackTar } from "modern-tar";
import { beforeAll, describe, expect, it } from "vitest";
import { writeWebDataset } from "../../../cli/src/writers/webdataset.js";
import { findPythonWith } from "../../../scripts/python.mjs";
import { decodeLabelPng, filesInMemory, memorySink } from "../../../src/formats/index.js";
import { init, type LabelMap } from "../../../src/index.js";
import { expectPythonInCi } from "../../support/python.js";
import { drawScene, SCENE_LABELS, sceneClasses as sourceClasses } from "../../support/scenes.js";

/** Of the built library, as the command has it. */
const sceneClasses = ClassList.fromJSON(sourceClasses.toJSON());

expectPythonInCi();
beforeAll(() => init());

const scenes: LabelMap[] = [];
beforeAll(() => {
  for (let seed = 0; seed < 5; seed++) scenes.push(drawScene(seed));
});

/** The value of each pixel. Void pixels have 255, and ignored ones 254. */
const written = (map: LabelMap) =>
  [...map.data].map((label) =>
    map.labels[label]?.className === "dirt" ? 254 : (SCENE_LABELS[label]?.classId ?? 255),
  );

const items = (names: readonly string[] = ["a", "b", "city/c", "d", "e"]) =>
  names.map((name, seed) => ({ name, map: scenes[seed]! }));

const read = async (bytes: Uint8Array) =>
  (await unpackTar(bytes)).map(({ header: { name }, data }) => ({ name, data: data! }));

const options = { classes: sceneClasses };

describe("writeWebDataset", () => {
  it("puts the files of a sample side by side, in the order of the items", async () => {
    const sink = memorySink();
    const photos = filesInMemory({ "p/a.JPG": Uint8Array.of(1), "p/b.png": Uint8Array.of(2) });
    const list = items().map((item) =>
      item.name < "c" ? { ...item, photo: item.name === "a" ? "p/a.JPG" : "p/b.png" } : item,
    );
    expect(await writeWebDataset(list, sink, { ...options, photos })).toMatchObject({ images: 5, files: 2 });
    expect([...sink.files.keys()]).toEqual(["shard-000000.tar", "classes.json"]);
    const files = await read(sink.files.get("shard-000000.tar")!);
    expect(files.map(({ name }) => name)).toEqual([
      ...["a.jpg", "a.png", "a.json", "b.image.png", "b.png", "b.json"],
      ...["city/c.png", "city/c.json", "d.png", "d.json", "e.png", "e.json"],
    ]);
    expect(files.filter(({ name }) => /jpg|image/.test(name)).map(({ data }) => [...data])).toEqual([
      [1],
      [2],
    ]);
    for (const [seed, scene] of scenes.entries()) {
      const name = items()[seed]!.name;
      const png = await decodeLabelPng(files.find((file) => file.name === `${name}.png`)!.data);
      expect([...png.data]).toEqual(written(scene));
      const json = JSON.parse(
        new TextDecoder().decode(files.find((file) => file.name === `${name}.json`)!.data),
      );
      const count = (id: number) => written(scene).filter((value) => value === id).length;
      const classes = sceneClasses.classes
        .map(({ id, name: className }) => ({ id, name: className, pixels: count(id) }))
        .filter(({ pixels }) => pixels > 0);
      expect(json).toEqual({ name, width: scene.width, height: scene.height, classes });
    }
    const list2 = ClassList.fromJSON(JSON.parse(new TextDecoder().decode(sink.files.get("classes.json"))));
    expect(list2).toEqual(sceneClasses);
  });

  it("gives each part a folder, and begins a new shard after so many images or bytes", async () => {
    const sink = memorySink();
    const split = items().map((item, index) => ({ ...item, split: index === 1 ? "val" : "train" }));
    const result = await writeWebDataset(split, sink, { ...options, maxImages: 2 });
    expect(result).toMatchObject({ images: 5, files: 4 });
    expect([...sink.files.keys()].sort()).toEqual([
      "classes.json",
      "train/shard-000000.tar",
      "train/shard-000001.tar",
      "val/shard-000000.tar",
    ]);
    const names = async (path: string) => (await read(sink.files.get(path)!)).map(({ name }) => name);
    expect(await names("train/shard-000001.tar")).toEqual(["d.png", "d.json", "e.png", "e.json"]);
    const byBytes = memorySink();
    // A sample has two headers and two files of up to 512 bytes each, so two samples have 4,096 bytes.
    await writeWebDataset(items(), byBytes, { ...options, maxBytes: 4096 });
    expect([...byBytes.files.keys()]).toHaveLength(4);
  });

  it("changes dots in names, since a sample's name ends at the first, and says so", async () => {
    const sink = memorySink();
    const { issues } = await writeWebDataset(items(["v1.2/a.b.c", "d"]), sink, options);
    const files = await read(sink.files.get("shard-000000.tar")!);
    expect(files.map(({ name }) => name)).toEqual(["v1.2/a_b_c.png", "v1.2/a_b_c.json", "d.png", "d.json"]);
    expect(JSON.parse(new TextDecoder().decode(files[1]!.data)).name).toBe("v1.2/a.b.c");
    expect(issues.find(({ code }) => code === "name-changed")?.message).toMatch(
      /^1 name in 1 image, first in "v1\.2/,
    );
    await expect(writeWebDataset(items(["a.b", "a_b"]), memorySink(), options)).rejects.toMatchObject({
      code: "FORMAT_INVALID",
      message: expect.stringContaining('"a_b" and "a.b" would both be the sample "a_b"'),
    });
  });

  it("writes the same bytes again", async () => {
    const [one, two] = [memorySink(), memorySink()];
    await writeWebDataset(items(), one, options);
    await new Promise((resolve) => setTimeout(resolve, 1100));
    await writeWebDataset(items(), two, options);
    expect(two.files).toEqual(one.files);
  });

  it("refuses names that are used twice or lead out of the folder", async () => {
    for (const names of [["a", "a"], ["../a"], ["/a"], ["a\\b"], ["a/"], [""]]) {
      await expect(writeWebDataset(items(names), memorySink(), options), names[0]).rejects.toMatchObject({
        code: "FORMAT_INVALID",
      });
    }
  });

  it("makes one map after the other, and holds no more than a shard", async () => {
    const events: string[] = [];
    async function* lazily() {
      for (const item of items()) {
        events.push(item.name);
        yield { ...item, map: async () => item.map };
      }
    }
    const sink = { write: async (path: string) => void events.push(path) };
    await writeWebDataset(lazily(), sink, { ...options, maxImages: 2 });
    expect(events).toEqual([
      ...[
        "a",
        "b",
        "shard-000000.tar",
        "city/c",
        "d",
        "shard-000001.tar",
        "e",
        "shard-000002.tar",
        "classes.json",
      ],
    ]);
  });
});

describe("a shard", () => {
  const long = `${"folder/".repeat(30)}${"größe".repeat(30)}`;

  async function inFolder<T>(use: (folder: string) => T): Promise<T> {
    const folder = mkdtempSync(join(tmpdir(), "labelmap-tar-"));
    try {
      const sink = memorySink();
      await writeWebDataset(items(["a", "b", "city/c", "d", long]), sink, options);
      for (const [path, bytes] of sink.files) {
        mkdirSync(dirname(join(folder, path)), { recursive: true });
        writeFileSync(join(folder, path), bytes);
      }
      return use(folder);
    } finally {
      rmSync(folder, { recursive: true });
    }
  }

  it("is listed by tar, long names too", () =>
    inFolder((folder) => {
      const listing = execFileSync("tar", ["--quoting-style=literal", "-tf", "shard-000000.tar"], {
        cwd: folder,
        encoding: "utf8",
      });
      expect(listing.trim().split("\n")).toEqual(
        ["a", "b", "city/c", "d", long].flatMap((name) => [`${name}.png`, `${name}.json`]),
      );
    }));

  it.skipIf(findPythonWith("numpy", "PIL") === undefined)("is read by Python's tarfile and Pillow", () =>
    inFolder((folder) => {
      const program = `
import io, json, tarfile
import numpy as np
from PIL import Image
found = {}
with tarfile.open("shard-000000.tar") as tar:
    for member in tar:
        assert member.isfile() and member.mtime == 0 and member.mode == 0o644
        stem, ending = member.name.rsplit("/", 1)[-1].split(".", 1)
        if ending != "png": continue
        image = Image.open(io.BytesIO(tar.extractfile(member).read()))
        assert image.mode == "L"
        found[member.name] = np.array(image).ravel().tolist()
print(json.dumps(found))`;
      const printed = execFileSync(findPythonWith("numpy", "PIL")!, ["-c", program], {
        cwd: folder,
        encoding: "utf8",
      });
      expect(JSON.parse(printed)).toEqual(
        Object.fromEntries(
          ["a", "b", "city/c", "d", long].map((name, seed) => [`${name}.png`, written(scenes[seed]!)]),
        ),
      );
    }),
  );
});

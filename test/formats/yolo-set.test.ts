/** Sets of YOLO: the paths of data.yaml as Ultralytics resolves them, sizes from photos, and what is missing. */
import { execFileSync } from "node:child_process";
import { beforeAll, describe, expect, it } from "vitest";
import { findPythonWith } from "../../scripts/python.mjs";
import { filesInMemory, memorySink, readSet, recognise, writeSet } from "../../src/formats/index.js";
import { join, placesOf, yoloData } from "../../src/formats/yolo/data-yaml.js";
import { ClassList, init, labelPixels } from "../../src/index.js";
import { drawScene } from "../support/scenes.js";
import { bmpOf, drawSet, factsOf, itemsOf, judge, textOf, things, written } from "../support/set-drawing.js";

beforeAll(() => init());

const format = "yolo";
const photo = bmpOf({ width: 4, height: 2 });
/** The left half of an image of 4×2 pixels. */
const half = "1 0.125 0.25 0.375 0.25 0.375 0.75 0.125 0.75\n";
const caught = (code: string, text: string) =>
  expect.objectContaining({ code, message: expect.stringContaining(text) });
type Files = Record<string, string | Uint8Array>;
const read = (files: Files, options: object = {}) => readSet(filesInMemory(files), { format, ...options });
const listOf = async (files: Files, options: object = {}) =>
  (await itemsOf(await read(files, options))).map(({ name, split, photo: path }) => [name, split, path]);

describe("data.yaml", () => {
  it("is found without reading long YAML files of other tools, and may be long itself", async () => {
    const names = Array.from({ length: 6000 }, (_, id) => `  ${id}: class number ${id}\n`).join("");
    const files: Files = {
      "data.yaml": `names:\n${names}train: images\n`,
      "mkdocs.yml": `site_name: x\nnav:\n${"  - page: a.md\n".repeat(9000)}names_of_others: 1\n`,
      "compose.yaml": "services:\n  a: b\n",
      "images/a.bmp": photo,
      "labels/a.txt": half,
    };
    const memory = filesInMemory(files);
    const whole: string[] = [];
    const set = await readSet(
      {
        list: memory.list,
        read: (path, first) => {
          if (first === undefined) whole.push(path);
          else expect(first).toBeLessThanOrEqual(65_536);
          return memory.read(path, first);
        },
      },
      { format },
    );
    expect([set.count, (await set.classes()).classes.length]).toEqual([1, 6000]);
    expect(whole).toEqual(["data.yaml"]);
  });

  it("has names, a path and parts in each form that Ultralytics reads", () => {
    const names = "names: [car, bus]\n";
    const cases: [string, [string, string[]][], string | null][] = [
      [
        "train: images/train\nval: 'images/val' # a comment\n",
        [
          ["train", ["images/train"]],
          ["val", ["images/val"]],
        ],
        null,
      ],
      ['path: "../datasets/coco8"\ntrain: a b/c\n', [["train", ["a b/c"]]], "../datasets/coco8"],
      ["train: [a, b]\ntest:\n", [["train", ["a", "b"]]], null],
      ["train:\n  - a\n  - 'b c'\nval: ~\n", [["train", ["a", "b c"]]], null],
      ["train: a\ntrain_extra: b\nnc: 2\ndownload: |\n  import os\n", [["train", ["a"]]], null],
      [
        "\"val\": x.txt\n'test': y\n",
        [
          ["val", ["x.txt"]],
          ["test", ["y"]],
        ],
        null,
      ],
    ];
    for (const [yaml, parts, path] of cases) {
      for (const text of [yaml + names, names + yaml, (yaml + names).replaceAll("\n", "\r\n")]) {
        const data = yoloData(text);
        expect([[...data.parts], data.path, data.names], text).toEqual([parts, path, ["car", "bus"]]);
      }
    }
    expect(() => yoloData("train: a\n")).toThrow(/there is no key names/);
    expect(() => yoloData("names: [a]\ntrain: &x a\n")).toThrow(/line 2: "&x a"/);
  });

  it("has paths that are tried from several folders, and none leaves the set", () => {
    const places = (entry: string, path: string | null, yaml = "data.yaml") =>
      placesOf(entry, { path }, yaml);
    expect(places("images/train", null)).toEqual(["images/train"]);
    expect(places("images/train", "coco8")).toEqual(["coco8/images/train", "images/train"]);
    expect(places("../train/images", null)).toEqual(["train/images"]);
    expect(places("../train/images", null, "a/data.yaml")).toEqual(["train/images", "a/train/images"]);
    expect(places("images", "/content/coco8", "a/data.yaml")).toEqual(["a/images", "images"]);
    expect(places("/content/images", "x")).toEqual([]);
    expect(places("C:\\images", null)).toEqual([]);
    expect(places("./images/../images/val/", ".")).toEqual(["images/val"]);
    expect(join("a", "../..", "b")).toBeNull();
  });
});

describe("a set of YOLO", () => {
  it("is read in the layouts of Ultralytics, Roboflow and lists, with the photo's size", async () => {
    const layouts: [Files, unknown[]][] = [
      [
        {
          "data.yaml":
            "path: ../datasets/x\ntrain: images/train\nval: images/val\nnames:\n  0: car\n  1: bus\n",
          "images/train/a.bmp": photo,
          "images/train/deep/b.bmp": photo,
          "labels/train/a.txt": half,
          "labels/train/deep/b.txt": half,
          "images/val/a2.bmp": photo,
          "labels/val/a2.txt": half,
        },
        [
          ["a", "train", "images/train/a.bmp"],
          ["a2", "val", "images/val/a2.bmp"],
          ["deep/b", "train", "images/train/deep/b.bmp"],
        ],
      ],
      [
        {
          "robo/data.yaml": "train: ../train/images\nval: ../valid/images\nnc: 2\nnames: ['car', 'bus']\n",
          "robo/train/images/a.bmp": photo,
          "robo/train/labels/a.txt": half,
          "robo/valid/images/b.bmp": photo,
          "robo/valid/labels/b.txt": half,
        },
        [
          ["a", "train", "robo/train/images/a.bmp"],
          ["b", "val", "robo/valid/images/b.bmp"],
        ],
      ],
      [
        {
          "coco.yml": "path: coco\ntrain: train.txt\nnames: [car, bus]\n",
          "coco/train.txt":
            "./images/train2017/a.bmp\n\nimages/train2017/b.bmp\r\n./images/train2017/gone.jpg\n",
          "coco/images/train2017/a.bmp": photo,
          "coco/images/train2017/b.bmp": photo,
          "coco/labels/train2017/a.txt": half,
          "coco/labels/train2017/b.txt": half,
          "coco/images/train2017/unlisted.bmp": photo,
        },
        [
          ["a", "train", "coco/images/train2017/a.bmp"],
          ["b", "train", "coco/images/train2017/b.bmp"],
        ],
      ],
      // Labels beside the photos, and the list of names that LabelImg puts there.
      [
        {
          "data.yaml": "train: all\nnames: [car, bus]\n",
          "all/a.bmp": photo,
          "all/a.txt": half,
          "all/classes.txt": "car\nbus\n",
        },
        [["a", "train", "all/a.bmp"]],
      ],
    ];
    for (const [files, items] of layouts) {
      expect(await listOf(files)).toEqual(items);
      for (const { map } of await itemsOf(await read(files))) {
        const { width, height, data, labels } = await map();
        expect([width, height, [...data]]).toEqual([4, 2, [0, 0, -1, -1, 0, 0, -1, -1]]);
        expect(labels[0]).toMatchObject({ className: "bus", classId: 1, instanceNumber: 1 });
      }
      expect((await (await read(files)).classes()).classes).toEqual([
        { id: 0, name: "car" },
        { id: 1, name: "bus" },
      ]);
    }
    const lists = await read(layouts[2]![0]);
    expect(lists.issues).toEqual([
      {
        code: "photo-missing",
        path: "coco/train.txt",
        message:
          'coco/train.txt: 1 listed photo has neither a file nor labels, first "./images/train2017/gone.jpg".',
      },
    ]);
    // A photo in two parts belongs to the first one.
    const shared = {
      ...layouts[0]![0],
      "data.yaml": "train: images/train\nval: images\nnames: [car, bus]\n",
    };
    expect((await listOf(shared)).map(([name, split]) => [name, split])).toEqual([
      ["a", "train"],
      ["deep/b", "train"],
      ["val/a2", "val"],
    ]);
    expect(await listOf(layouts[0]![0], { split: "val" })).toEqual([["a2", "val", "images/val/a2.bmp"]]);
  });

  it("has photos without labels as images without objects, and counts them", async () => {
    const files = {
      "data.yaml": "train: images/train\nval: images/val\nnames: [car, bus]\n",
      "images/train/a.bmp": photo,
      "images/train/b.bmp": photo,
      "labels/train/b.txt": "",
    };
    const set = await read(files);
    for (const { map } of await itemsOf(set)) expect((await map()).unlabelled.count).toBe(8);
    expect(set.issues).toEqual([
      {
        code: "part-missing",
        path: "data.yaml",
        message: 'data.yaml: val is "images/val", which is not in the folder of the set.',
      },
      {
        code: "labels-missing",
        path: "images/train/a.bmp",
        message: '1 photo has no file of labels, first "images/train/a.bmp"; nothing in them is labelled.',
      },
    ]);
  });

  it("needs the size of an image whose photo is missing, and takes it from an option", async () => {
    const files = {
      "data.yaml": "train: images/train\nnames: [car, bus]\n",
      "labels/train/a.txt": half,
      "labels/train/b.txt": half,
      "images/train/b.tiff": "a photo of a kind that is not read",
    };
    expect(await listOf(files)).toEqual([
      ["a", "train", null],
      ["b", "train", "images/train/b.tiff"],
    ]);
    const [a, b] = await itemsOf(await read(files));
    await expect(a!.map()).rejects.toEqual(
      caught(
        "SOURCE_MISSING",
        "labels/train/a.txt: the photo is missing, so the size of the image is unknown; add the photo, or give `size`.",
      ),
    );
    await expect(b!.map()).rejects.toEqual(
      caught("FORMAT_UNSUPPORTED", "images/train/b.tiff: its size cannot be read"),
    );
    const sized = { size: { width: 8, height: 2 } };
    for (const { map } of await itemsOf(await read(files, sized))) expect((await map()).width).toBe(8);
    const size = (name: string) => (name === "a" ? { width: 4, height: 6 } : undefined);
    const [one, other] = await itemsOf(await read(files, { size }));
    expect((await one!.map()).height).toBe(6);
    await expect(other!.map()).rejects.toEqual(caught("FORMAT_UNSUPPORTED", "its size cannot be read"));
    await expect(read(files, { size: { width: 0, height: 1 } })).rejects.toEqual(
      caught("OPTION_INVALID", "size must be"),
    );
    const [wrong] = await itemsOf(await read(files, { size: () => 5 }));
    await expect(wrong!.map()).rejects.toEqual(caught("OPTION_INVALID", 'size("a") must be'));
  });

  it("without data.yaml needs the classes, and has all files of labels", async () => {
    const files = {
      "labels/a.txt": half,
      "images/a.bmp": photo,
      "labels/train/b.txt": half,
      "readme.txt": "text",
    };
    await expect(read(files)).rejects.toEqual(caught("FORMAT_INVALID", "there is no data.yaml with names"));
    expect(await listOf(files, { classes: ["car", "bus"] })).toEqual([
      ["a", null, "images/a.bmp"],
      ["b", null, null],
    ]);
    const classes = ClassList.fromJSON({
      classes: [
        { id: 5, name: "car" },
        { id: 9, name: "bus" },
      ],
    });
    const [a] = await itemsOf(await read(files, { classes, things: [] }));
    expect((await a!.map()).labels).toMatchObject([{ className: "bus", classId: 9, isThing: false }]);
  });

  it("names the file, the line and the remedy of what is malformed", async () => {
    const base = { "images/train/a.bmp": photo, "labels/train/a.txt": half };
    const yaml = "train: images/train\nnames: [car, bus]\n";
    const cases: [Files, object, string, string][] = [
      [{ ...base, "data.yaml": "train: images/train\nnames: &x\n" }, {}, "FORMAT_UNSUPPORTED", "data.yaml"],
      [
        { ...base, "data.yaml": "train: images/x\nval: /abs\nnames: [car]\n" },
        {},
        "FORMAT_INVALID",
        "data.yaml: none of its parts is in the folder",
      ],
      [
        { ...base, "data.yaml": "val:\nnames: [car]\n" },
        {},
        "FORMAT_INVALID",
        "data.yaml: it has no train, val or test",
      ],
      [
        { ...base, "a.yaml": yaml, "b.yaml": yaml },
        {},
        "OPTION_INVALID",
        'there are 2 files with names and parts: "a.yaml", "b.yaml"',
      ],
      [
        { ...base, "data.yaml": yaml },
        { data: "b.yaml" },
        "OPTION_INVALID",
        'data is "b.yaml"; there is no such file',
      ],
      [{ ...base, "data.yaml": yaml }, { things: "car" }, "OPTION_INVALID", "things is a string"],
      [{ ...base, "data.yaml": yaml }, { stuff: true }, "OPTION_INVALID", 'unknown key "stuff"'],
    ];
    for (const [files, options, code, text] of cases) {
      await expect(read(files, options), text).rejects.toEqual(caught(code, text));
    }
    const lines: [string, string][] = [
      ["0 0.5 0.5 0.1 0.1\n", "line 1: 4 numbers follow the class index"],
      [`${half}7 0 0 1 0 1 1\n`, "line 2: the class 7 has no name"],
      ["\n1 0 0 1 0 1 2\n", 'line 2: "2" is not a number from 0 to 1'],
    ];
    for (const [text, message] of lines) {
      const [item] = await itemsOf(await read({ ...base, "data.yaml": yaml, "labels/train/a.txt": text }));
      await expect(item!.map(), message).rejects.toEqual(caught("FORMAT_INVALID", message));
      await expect(item!.map(), message).rejects.toEqual(caught("FORMAT_INVALID", "labels/train/a.txt: "));
    }
    const two = { ...base, "a.yaml": yaml, "b.yaml": yaml.replace("car", "van") };
    expect((await (await read(two, { data: "b.yaml" })).classes()).classes[0]!.name).toBe("van");
  });

  it("is written with holes that are filled and counted, or connected and kept", async () => {
    const ring = labelPixels(
      {
        data: Uint8Array.from([1, 1, 1, 1, 9, 1, 1, 1, 1].flatMap((blue) => [0, 0, blue])),
        width: 3,
        height: 3,
        channels: 3,
      },
      { "#000001": "car # 1" },
    );
    const photos = filesInMemory({ "p.bmp": bmpOf(ring) });
    const items = [{ name: "a", map: ring, photo: "p.bmp" }];
    const classes = ClassList.fromNames(["car"]);
    for (const [holes, pixels] of [
      ["fill", 9],
      ["connect", 8],
    ] as const) {
      const { source, issues } = await written(items, { format, classes, photos, holes });
      expect(issues.map(({ code }) => code)).toEqual([
        ...(holes === "fill" ? ["hole-covered"] : []),
        "part-missing",
      ]);
      const [item] = await itemsOf(await readSet(source, { format }));
      expect((await item!.map()).labels[0]!.pixelCount).toBe(pixels);
    }
    expect(await written(items, { format, classes, photos })).toMatchObject({
      issues: [
        { code: "hole-covered", message: expect.stringMatching(/^1 pixel in 1 image, first in "a": /) },
        {
          code: "part-missing",
          message: "data.yaml has no val, and Ultralytics needs train and val; split the images into parts.",
        },
      ],
    });
  });

  it("is written with stuff by option, which is read as stuff again", async () => {
    const { items, photos } = drawSet();
    const options = { format, classes: judge, photos, things, stuff: true, holes: "connect" } as const;
    const { source, issues } = await written(items, options);
    expect(issues.map(({ code }) => code)).not.toContain("stuff-not-written");
    const set = await itemsOf(await readSet(source, { format, things }));
    for (const { name, map } of set) {
      const { map: drawn } = items.find((item) => item.name === name)!;
      const expected = factsOf(drawn as never);
      const found = factsOf(await map());
      const isGroup = (pixel: number) => expected.ids[pixel]! >= 26 && expected.objects[pixel] === 0;
      expect(found.ids).toEqual(expected.ids.map((id, pixel) => (isGroup(pixel) ? 255 : id)));
    }
  });

  it("has a data.yaml with each part under a name that Ultralytics knows", async () => {
    const map = drawScene(1);
    const sink = memorySink();
    const splits = ["train2017", "valid", "extra", "test"];
    const items = splits.map((split, place) => ({ name: `n${place}`, map, split }));
    const classes = ClassList.fromNames([
      'traffic "light": #1',
      "car",
      "truck",
      "road",
      "lane",
      "sky",
      "ego",
      "dirt",
    ]);
    const { issues } = await writeSet(items, sink, { format, classes });
    expect(textOf(sink.files.get("data.yaml")!)).toBe(
      [
        'train: ["images/train2017","images/extra"]',
        'val: "images/valid"',
        'test: "images/test"',
        "names:",
        '  0: "traffic \\"light\\": #1"',
        ...["car", "truck", "road", "lane", "sky", "ego", "dirt"].map(
          (name, place) => `  ${place + 1}: "${name}"`,
        ),
        "",
      ].join("\n"),
    );
    const renamed = issues.filter(({ code }) => code === "part-renamed").map(({ message }) => message);
    expect(renamed).toHaveLength(3);
    expect(renamed[0]).toBe(
      'data.yaml calls the part "train2017" train, since Ultralytics knows train, val and test only.',
    );
    const size = { width: map.width, height: map.height };
    const back = await readSet(filesInMemory(sink.files), { format, size });
    expect((await itemsOf(back)).map(({ name, split }) => [name, split])).toEqual([
      ["n0", "train"],
      ["n1", "val"],
      ["n2", "train"],
      ["n3", "test"],
    ]);
    expect((await back.classes()).classes[0]!.name).toBe('traffic "light": #1');
  });

  const python = findPythonWith("yaml");
  it.skipIf(python === undefined)("has a data.yaml that PyYAML reads as it was meant", async () => {
    const names = [
      "a: b",
      "c # d",
      "- e",
      "f'g\"h",
      "ü\\",
      "a\u2028b",
      "a\u0085b\u007f\ufeff",
      "yes",
      "1",
      "null",
      "[x]",
      "{y}",
      "&z",
      "*w",
      "!t",
      "%u",
    ];
    const sink = memorySink();
    await writeSet([{ name: "n", map: drawScene(3) }], sink, {
      ...{ format, classes: ClassList.fromNames(names), missing: "void" },
    });
    const script = "import sys, json, yaml; print(json.dumps(yaml.safe_load(sys.stdin.buffer.read())))";
    const input = sink.files.get("data.yaml")!;
    const printed = JSON.parse(execFileSync(python!, ["-c", script], { input, encoding: "utf8" }));
    expect(printed).toEqual({
      train: "images/train",
      names: Object.fromEntries(names.map((name, place) => [place, name])),
    });
    expect(yoloData(textOf(input)).names).toEqual(names);
  });

  it("is recognised by its polygons, and by data.yaml if the first labels are empty, but not by boxes", async () => {
    const found = async (files: Files) =>
      (await recognise(filesInMemory(files))).map((each) => `${each.format.name} ${each.confidence}`);
    const yaml = { "data.yaml": "train: images\nnames: [car, bus]\n" };
    expect(await found({ ...yaml, "labels/a.txt": half })).toEqual(["yolo certain"]);
    expect(await found({ ...yaml, "labels/a.txt": "", "labels/b.txt": "\n" })).toEqual(["yolo likely"]);
    expect(await found({ ...yaml, "labels/a.txt": "0 0.5 0.5 0.1 0.1\n" })).toEqual([]);
    expect(await found({ "data.yaml": "x: 1", "notes/a.txt": "text" })).toEqual([]);
  });
});

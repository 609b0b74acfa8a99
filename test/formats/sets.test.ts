/** Whole data sets: what one format wrote and another wrote again has the same classes and objects, or the loss is in words. */
import { beforeAll, describe, expect, it } from "vitest";
import {
  type DataSet,
  decodeLabelPng,
  encodeIds,
  encodeLabelPng,
  encodeVoc,
  type FileSource,
  FORMATS as FORMAT_TABLE,
  filesInMemory,
  type ItemToWrite,
  memorySink,
  readSet,
  type SetFormat,
  type SetItem,
  type WritableSetFormat,
  writeSet,
} from "../../src/formats/index.js";
import { ClassList, decodeMask, init, type LabelMap } from "../../src/index.js";
import { drawScene, inOrder, sceneClasses } from "../support/scenes.js";

beforeAll(() => init());

/** Without CVAT's XML, which takes groups for objects: see its own test. */
const FORMATS = ["binary-masks", "cityscapes", "coco-panoptic", "cvat", "mask-folder", "voc"] as const;
type TestedFormat = (typeof FORMATS)[number];
const things = ["car", "truck"];
/** What the pixels without a class are called in formats that have no void. */
const judge = ClassList.fromJSON({ ...sceneClasses.toJSON(), void: ["ego", "background", "unlabeled"] });
const textOf = (bytes: Uint8Array) => new TextDecoder().decode(bytes);
const caught = (code: string, text: string) =>
  expect.objectContaining({ code, message: expect.stringContaining(text) });

/** The items of a drawn set: seven scenes in two cities and two parts, some with photos. */
function drawSet(): { items: ItemToWrite[]; photos: FileSource } {
  const items = [...Array(7).keys()].map((seed): ItemToWrite => {
    const city = ["aachen", "ulm"][seed % 2]!;
    const number = String(seed).padStart(6, "0");
    return {
      name: `${city}_000000_${number}`,
      map: drawScene(seed),
      split: ["train", "val"][seed % 3 === 0 ? 1 : 0]!,
      photo: seed === 5 ? null : `photos/${number}.jpg`,
    };
  });
  const photos = items.flatMap(({ photo }) => (photo ? [[photo, `photo ${photo}`] as const] : []));
  return { items, photos: filesInMemory(photos) };
}

/** The options that each reader needs to give back what its writer was given. */
const reading = (format: WritableSetFormat) => ({
  format,
  ...(format === "cvat" && { things }),
  ...(format === "binary-masks" && { pattern: "{image}/{class}[_{instance}].png" }),
});
/** The options of each writer for scenes, whose ignored and void classes Cityscapes lacks. */
const writing = (format: WritableSetFormat) => ({
  format,
  ...(format === "cvat" && { numberStuff: false }),
  ...(format === "cityscapes" ? { missing: "void", labels: { lane: "road" } } : { classes: judge }),
});

async function written(
  items: Iterable<ItemToWrite> | DataSet,
  format: WritableSetFormat,
  photos?: FileSource,
) {
  const sink = memorySink();
  const options = { ...writing(format), ...(photos && { photos }) };
  const result = await writeSet(items, sink, options as Parameters<typeof writeSet>[2]);
  expect(result.files).toBe(sink.files.size);
  return { ...result, files: sink.files, source: filesInMemory(sink.files) };
}

async function itemsOf(set: DataSet): Promise<SetItem[]> {
  const items: SetItem[] = [];
  for await (const item of set) items.push(item);
  return items;
}

/** The class id of each pixel by name, 255 for void and ignored, and the objects in the order in which they occur. */
function facts(map: LabelMap) {
  const ids = map.semantic(judge).map((id) => (id === judge.ignoreId ? 255 : id));
  return { size: [map.width, map.height], ids: [...ids], objects: inOrder(map.instance()) };
}

describe("a data set", () => {
  it("is the same after any two formats, but for what their writers name", async () => {
    const { items } = drawSet();
    const expected = items.map(({ name, map, split }) => ({ name, split, ...facts(map as LabelMap) }));
    for (const first of FORMATS) {
      const one = await written(items, first);
      for (const second of FORMATS) {
        const set = await readSet(one.source, reading(first));
        expect([set.format.name, set.count]).toEqual([first, 7]);
        const two = await written(set, second);
        const back = await itemsOf(await readSet(two.source, reading(second)));
        const found: unknown[] = [];
        for (const { name, split, map } of back) found.push({ name, split, ...facts(await map()) });
        const withoutSplits: readonly SetFormat[] = ["binary-masks", "mask-folder"];
        const hasSplits = !withoutSplits.includes(first) && !withoutSplits.includes(second);
        // CVAT's word for images without a part is read as null; the others have "train".
        const noSplit = second === "cvat" || withoutSplits.includes(second) ? null : "train";
        const inTrain = expected.map((item) => ({ ...item, split: noSplit }));
        expect(found, `${first} → ${second}`).toEqual(
          (hasSplits ? expected : inTrain).sort((a, b) => (a.name < b.name ? -1 : 1)),
        );
      }
    }
  });

  it("has every loss of its writer in words, with the number of pixels or labels", async () => {
    const { items } = drawSet();
    const maps = items.map(({ map }) => map as LabelMap);
    const pixels = (names: readonly string[]) =>
      maps.flatMap(({ labels }) => labels.filter(({ className }) => names.includes(className)));
    const sum = (labels: readonly { pixelCount: number }[]) =>
      labels.reduce((total, { pixelCount }) => total + pixelCount, 0);
    const unlabelled = maps.reduce((total, map) => total + map.unlabelled.count, 0);
    const withPixels = (name: string) =>
      maps.flatMap(({ labels }) => labels.filter((label) => label.name === name && label.pixelCount > 0));
    const expected: Record<TestedFormat, Record<string, number>> = {
      "binary-masks": { "void-class-dropped": sum(pixels(["ego", "dirt"])) },
      "mask-folder": {},
      "coco-panoptic": { "void-class-dropped": sum(pixels(["ego", "dirt"])) },
      voc: { "void-class-dropped": sum(pixels(["ego", "dirt"])) },
      cvat: {
        "void-class-dropped": sum(pixels(["ego", "dirt"])),
        "unlabelled-is-background": unlabelled,
        "stuff-numbered": ["road", "lane", "sky"].flatMap(withPixels).length,
        "group-is-object": withPixels("car").length,
      },
      cityscapes: {
        "class-not-written": sum(pixels(["ego", "dirt"])),
        "unlabelled-is-unlabeled": unlabelled,
      },
    };
    const list = ClassList.fromJSON({ ...sceneClasses.toJSON() });
    for (const format of FORMATS) {
      const options = {
        ...writing(format),
        ...(format === "cvat" && { numberStuff: true }),
        ...(format !== "cityscapes" && { classes: list }),
      };
      const { issues, images } = await writeSet(
        items,
        memorySink(),
        options as Parameters<typeof writeSet>[2],
      );
      expect(images).toBe(7);
      const counts = issues.map(({ code, message }) => [code, Number(/^\d+/.exec(message)![0])]);
      expect(Object.fromEntries(counts), format).toEqual(expected[format]);
      for (const { message } of issues) {
        expect(message).toMatch(/^\d+ \w+ in \d images?, first in "\w+_000000_00000\d": .+\.$/);
      }
    }
  });

  it("is written image by image, and each map is made when its turn comes", async () => {
    for (const format of FORMATS) {
      let open = 0;
      const order: string[] = [];
      const sink = memorySink();
      function* lazy(): Generator<ItemToWrite> {
        for (let seed = 0; seed < 4; seed++) {
          const map = () => {
            open++;
            order.push(`map ${seed}`);
            return drawScene(seed);
          };
          yield { name: `a_0_${seed}`, map };
        }
      }
      const spy = {
        write: (path: string, content: Uint8Array | string) => {
          order.push(path.includes("a_0_") ? `file ${/a_0_(\d)/.exec(path)![1]}` : "end");
          return sink.write(path, content);
        },
      };
      await writeSet(lazy(), spy, writing(format) as Parameters<typeof writeSet>[2]);
      expect(open).toBe(4);
      const steps = order.filter((step, place) => step !== order[place - 1]);
      const each = [0, 1, 2, 3].flatMap((seed) => [`map ${seed}`, `file ${seed}`]);
      const hasEnd = format === "coco-panoptic" || format === "cvat" || format === "voc";
      expect(steps, format).toEqual(hasEnd ? [...each, "end"] : each);
    }
  });

  it("is read lazily: a mask is read when its map is asked for, and again if it is asked for again", async () => {
    const { items } = drawSet();
    for (const format of FORMATS) {
      const { source } = await written(items, format);
      const reads: string[] = [];
      const spy: FileSource = {
        list: source.list,
        read: (path, first) => {
          if (path.endsWith(".png")) reads.push(path);
          return source.read(path, first);
        },
      };
      const list = await itemsOf(await readSet(spy, reading(format)));
      expect(reads).toEqual([]);
      await list[2]!.map();
      const once = reads.length;
      expect(reads.every((path) => path.includes(list[2]!.name))).toBe(true);
      // Each mask is a file of its own.
      const ofImage = (await source.list()).filter((path) => path.startsWith(`${list[2]!.name}/`)).length;
      const two = format === "voc" || format === "cvat" ? 2 : 1;
      expect(once).toBe(format === "binary-masks" ? ofImage : two);
      await list[2]!.map();
      expect(reads.length).toBe(2 * once);
    }
  });

  it("takes its photos along where the layout has a place for them, and says where it has none", async () => {
    const { items, photos } = drawSet();
    const places: Record<TestedFormat, RegExp | null> = {
      "binary-masks": /^(\w+)\.jpg$/,
      cityscapes: /^leftImg8bit\/(?:train|val)\/\w+\/(\w+)_leftImg8bit\.jpg$/,
      "coco-panoptic": /^(?:train|val)\/(\w+)\.jpg$/,
      "mask-folder": /^(\w+)\.jpg$/,
      voc: /^JPEGImages\/(\w+)\.jpg$/,
      cvat: null,
    };
    for (const format of FORMATS) {
      const { source, issues } = await written(items, format, photos);
      const lost = issues.find(({ code }) => code === "photo-not-written")?.message;
      for (const item of await itemsOf(await readSet(source, reading(format)))) {
        const { photo } = items.find(({ name }) => name === item.name)!;
        const place = places[format];
        if (place === null || photo === null) {
          expect(item.photo).toBeNull();
          continue;
        }
        expect(place.exec(item.photo!)?.[1]).toBe(item.name);
        expect(textOf(await source.read(item.photo!))).toBe(`photo ${photo}`);
      }
      expect(lost?.startsWith("6 photos in 6 images")).toBe(places[format] === null ? true : undefined);
    }
  });

  it("has its classes, with the names and the kinds that the files have", async () => {
    const { items } = drawSet();
    const classesOf = async (format: WritableSetFormat) => {
      const { source } = await written(items, format);
      const { classes } = await (await readSet(source, reading(format))).classes();
      return classes.map(({ id, name, isThing }) => `${id} ${name}${isThing ? " thing" : ""}`);
    };
    expect(await classesOf("binary-masks")).toEqual(["1 car", "2 road", "3 sky", "4 truck"]);
    expect(await classesOf("voc")).toEqual(["0 background", "7 road", "11 sky", "26 car", "27 truck"]);
    expect(await classesOf("cvat")).toEqual(["0 background", "1 road", "2 sky", "3 car", "4 truck"]);
    expect(await classesOf("coco-panoptic")).toEqual(["7 road", "11 sky", "26 car thing", "27 truck thing"]);
    const folder = await classesOf("mask-folder");
    expect(folder).toEqual(["1 car thing", "2 dirt", "3 ego", "4 lane", "5 road", "6 sky", "7 truck thing"]);
    expect(await classesOf("cityscapes")).toEqual(expect.arrayContaining(["26 car thing", "11 building"]));
  });

  it("refuses names and parts that may leave the folder, and names that occur twice", async () => {
    const map = drawScene(1);
    for (const format of FORMATS) {
      const options = writing(format) as Parameters<typeof writeSet>[2];
      for (const name of ["../a", "/etc/a", "a/../../b", "a\\b", "C:a", "a//b", "", "a\u0000b"]) {
        const sink = memorySink();
        await expect(writeSet([{ name, map }], sink, options), name).rejects.toEqual(
          caught("FORMAT_INVALID", "may leave the folder"),
        );
        expect(sink.files.size).toBe(0);
      }
      const twice = [
        { name: "a_0_0", map },
        { name: "a_0_0", map },
      ];
      await expect(writeSet(twice, memorySink(), options)).rejects.toEqual(
        caught("FORMAT_INVALID", "already there"),
      );
      await expect(writeSet([{ name: "a", map, split: ".." }], memorySink(), options)).rejects.toMatchObject({
        code: "FORMAT_INVALID",
      });
    }
  });

  it("is not written without a class list, and an unknown class is an error", async () => {
    const items = [{ name: "a", map: drawScene(3) }];
    for (const format of ["voc", "cvat", "coco-panoptic"] as const) {
      await expect(writeSet(items, memorySink(), { format })).rejects.toEqual(
        caught("OPTION_INVALID", "Give the class list"),
      );
      const classes = ClassList.fromNames(["road"], { firstId: 1 });
      await expect(writeSet(items, memorySink(), { format, classes })).rejects.toMatchObject({
        code: "CLASS_UNKNOWN",
      });
      const { issues } = await writeSet(items, memorySink(), { format, classes, missing: "void" });
      expect(issues.map(({ code }) => code)).toContain("class-missing");
    }
    await expect(writeSet(items, memorySink(), { format: "coco" as "voc" })).rejects.toEqual(
      caught("OPTION_INVALID", '"coco-panoptic"'),
    );
  });
});

describe("a set of Pascal VOC", () => {
  const files = (pixels: "palette" | "rgb" = "palette") => {
    const out: Record<string, Uint8Array | string> = {};
    for (const [place, name] of ["a", "sub dir/b", "c"].entries()) {
      const { segmentationClass, segmentationObject } = encodeVoc(drawScene(place), sceneClasses, { pixels });
      out[`VOC/SegmentationClass/${name}.png`] = segmentationClass;
      out[`VOC/SegmentationObject/${name}.png`] = segmentationObject;
    }
    out["VOC/ImageSets/Segmentation/train.txt"] = '# comment\r\na 1\r\n"sub dir/b"\r\n\r\nlost\r\ngone\r\n';
    out["VOC/ImageSets/Segmentation/trainval.txt"] = "a\nsub dir/b\nc\n";
    out["VOC/ImageSets/Segmentation/val.txt"] = "c\n";
    out["VOC/JPEGImages/a.jpg"] = "photo";
    out["VOC/JPEGImages/sub dir/b.JPEG"] = "photo";
    return out;
  };

  it("is read from a folder inside, with its lists, photos and quoted names", async () => {
    const set = await readSet(filesInMemory(files()), { format: "voc" });
    const items = await itemsOf(set);
    expect(items.map(({ name, split, photo }) => [name, split, photo])).toEqual([
      ["a", "train", "VOC/JPEGImages/a.jpg"],
      ["c", "val", null],
      ["sub dir/b", "train", "VOC/JPEGImages/sub dir/b.JPEG"],
    ]);
    expect(set.issues).toEqual([
      expect.objectContaining({
        code: "mask-missing",
        message: 'VOC/ImageSets/Segmentation/train.txt: 2 images have no mask, first "lost".',
      }),
    ]);
    expect(set.reason).toBe("Pascal VOC: VOC/SegmentationClass/ (3 masks).");
    const part = await readSet(filesInMemory(files()), { format: "voc", split: "train" });
    expect((await itemsOf(part)).map(({ name }) => name)).toEqual(["a", "sub dir/b"]);
  });

  it("is the same as a palette and as RGB", async () => {
    const [palette, rgb] = await Promise.all(
      (["palette", "rgb"] as const).map(async (pixels) =>
        itemsOf(await readSet(filesInMemory(files(pixels)), { format: "voc" })),
      ),
    );
    for (const [place, item] of palette!.entries()) {
      const [one, other] = [await item.map(), await rgb![place]!.map()];
      expect([...other.semantic()]).toEqual([...one.semantic()]);
      expect([...other.instance()]).toEqual([...one.instance()]);
    }
    await expect(decodeLabelPng(files("rgb")["VOC/SegmentationClass/a.png"] as Uint8Array)).rejects.toThrow(
      "RGB",
    );
  });

  it("has VOC's own names without a labelmap.txt, and those of the file or the options otherwise", async () => {
    const classes = async (extra: Record<string, string>, options: object = {}) => {
      const set = await readSet(filesInMemory({ ...files(), ...extra }), { format: "voc", ...options });
      const maps = await Promise.all((await itemsOf(set)).map(({ map }) => map()));
      const labels = maps.flatMap((map) => map.labels);
      const list = await set.classes();
      return [
        labels.find(({ classId }) => classId === 7)?.className,
        list.classes.find(({ id }) => id === 7)?.name,
      ];
    };
    expect(await classes({})).toEqual(["car", "car"]);
    const labelmap = "# label:color_rgb:parts:actions\nbackground:0,0,0::\nstreet:128,128,128::\n";
    expect(await classes({ "VOC/labelmap.txt": labelmap })).toEqual(["street", "street"]);
    const own = ClassList.fromJSON({ classes: [{ id: 7, name: "way" }] });
    expect(await classes({ "VOC/labelmap.txt": labelmap }, { classes: own })).toEqual(["way", "way"]);
  });

  it("reads images without object PNGs, and says so", async () => {
    const { "VOC/SegmentationObject/c.png": _, ...rest } = files();
    const item = (await itemsOf(await readSet(filesInMemory(rest), { format: "voc" })))[1]!;
    expect(item.issues).toEqual([expect.objectContaining({ code: "objects-missing" })]);
    const map = await item.map();
    expect(map.instance().every((number) => number === 0)).toBe(true);
    const whole = (await itemsOf(await readSet(filesInMemory(files()), { format: "voc" })))[1]!;
    expect([...map.semantic()]).toEqual([...(await whole.map()).semantic()]);
  });

  it("refuses two sets in one folder, and a folder without masks", async () => {
    const two = Object.fromEntries(
      Object.entries(files()).flatMap(([path, content]) => [
        [path, content],
        [path.replace("VOC", "VOC2"), content],
      ]),
    );
    await expect(readSet(filesInMemory(two), { format: "voc" })).rejects.toEqual(
      caught("OPTION_INVALID", 'there are 2 sets in the folder: "VOC", "VOC2"'),
    );
    await expect(readSet(filesInMemory({ "a.png": "" }), { format: "voc" })).rejects.toEqual(
      caught("FORMAT_INVALID", "expected SegmentationClass/NAME.png"),
    );
  });

  it("names the file of a damaged mask", async () => {
    const damaged = { ...files(), "VOC/SegmentationClass/c.png": new Uint8Array(20) };
    const items = await itemsOf(await readSet(filesInMemory(damaged), { format: "voc" }));
    await items[0]!.map();
    await expect(items[1]!.map()).rejects.toEqual(caught("PNG_SIGNATURE", "VOC/SegmentationClass/c.png: "));
  });
});

describe("a set of COCO panoptic", () => {
  const numbered = (place: number) => ({ "#000001": ["car # 1", "car"][place]!, "#000002": "road" });
  const row = (legend: Record<string, string>) => decodeMask(encodeRow([1, 1, 2]), legend);

  it("calls stuff a crowd if its class is a thing in another image, whatever their order", async () => {
    const classes = ClassList.fromNames(["car", "road"], { firstId: 1 });
    for (const order of [
      [0, 1],
      [1, 0],
    ]) {
      const items = await Promise.all(
        order.map(async (blue) => ({ name: `image${blue}`, map: await row(numbered(blue)) })),
      );
      const sink = memorySink();
      await writeSet(items, sink, { format: "coco-panoptic", classes });
      const json = JSON.parse(textOf(sink.files.get("annotations/panoptic_train.json")!));
      const crowds = Object.fromEntries(
        json.annotations.map(
          ({ file_name, segments_info }: { file_name: string; segments_info: { iscrowd: number }[] }) => [
            file_name,
            segments_info.map(({ iscrowd }) => iscrowd),
          ],
        ),
      );
      expect(crowds).toEqual({ "image0.png": [0, 0], "image1.png": [1, 0] });
      expect(json.categories.map(({ isthing }: { isthing: number }) => isthing)).toEqual([1, 0]);
    }
  });

  it("keeps image ids that are numbers, and computes the others from the names alone", async () => {
    const idsOf = async (names: readonly string[]) => {
      const sink = memorySink();
      const items = names.map((name, seed) => ({ name, map: drawScene(seed) }));
      await writeSet(items, sink, { format: "coco-panoptic", classes: sceneClasses });
      const { images, annotations } = JSON.parse(textOf(sink.files.get("annotations/panoptic_train.json")!));
      const ids = images.map(({ id }: { id: number }) => id);
      expect(annotations.map(({ image_id }: { image_id: number }) => image_id)).toEqual(ids);
      return Object.fromEntries(names.map((name, place) => [name, ids[place]]));
    };
    const few = await idsOf(["000000000002", "b", "a"]);
    const more = await idsOf(["zebra", "a", "000000000002", "x/y", "b", "2"]);
    expect(few["000000000002"]).toBe(2);
    expect(more).toMatchObject(few);
    expect(new Set(Object.values(more)).size).toBe(6);
    for (const id of Object.values(more)) expect(Number.isSafeInteger(id) && (id as number) > 0).toBe(true);
  });

  it("is read from flat folders too, and reports annotations without a PNG", async () => {
    const sink = memorySink();
    const items = ["a", "b"].map((name, seed) => ({ name, map: drawScene(seed) }));
    await writeSet(items, sink, { format: "coco-panoptic", classes: sceneClasses });
    const json = sink.files.get("annotations/panoptic_train.json")!;
    const png = sink.files.get("annotations/panoptic_train/a.png")!;
    for (const [jsonPath, pngPath] of [
      ["panoptic.json", "a.png"],
      ["x.json", "x/a.png"],
      ["annotations/panoptic_train.json", "elsewhere/a.png"],
    ] as const) {
      const set = await readSet(filesInMemory({ [jsonPath]: json, [pngPath]: png }), {
        format: "coco-panoptic",
      });
      expect((await itemsOf(set)).map(({ name }) => name)).toEqual(["a"]);
      expect(set.issues.map(({ message }) => message)).toEqual([
        `${jsonPath}: the PNG of 1 annotation is missing, first "b.png".`,
      ]);
    }
  });

  it("never follows a file name out of the set", async () => {
    const annotation = { image_id: 1, file_name: "../../secret.png", segments_info: [] };
    const json = JSON.stringify({ images: [{ id: 1 }], annotations: [annotation], categories: [] });
    await expect(
      readSet(filesInMemory({ "a/panoptic.json": json, "secret.png": "" }), { format: "coco-panoptic" }),
    ).rejects.toEqual(caught("FORMAT_INVALID", "may leave the folder"));
  });
});

describe("a set of Cityscapes", () => {
  it("has the files that its own tools look for, and others by `kinds`", async () => {
    const { items } = drawSet();
    const sink = memorySink();
    await writeSet(items.slice(0, 1), sink, {
      ...{ format: "cityscapes", missing: "void" },
      kinds: ["labelIds", "instanceIds", "labelTrainIds", "instanceTrainIds", "color"],
    });
    const stem = "gtFine/val/aachen/aachen_000000_000000_gtFine_";
    expect([...sink.files.keys()].sort()).toEqual(
      ["color", "instanceIds", "instanceTrainIds", "labelIds", "labelTrainIds"].map(
        (kind) => `${stem}${kind}.png`,
      ),
    );
    await expect(
      writeSet(items, sink, { format: "cityscapes", kinds: ["polygons"] as never }),
    ).rejects.toMatchObject({ code: "OPTION_INVALID" });
  });

  it("prefers the fine annotation, and reads labelIds alone, without objects", async () => {
    const { files } = await written(drawSet().items, "cityscapes");
    const coarse = new Map<string, Uint8Array>();
    for (const [path, bytes] of files) {
      coarse.set(path.replaceAll("gtFine", "gtCoarse"), bytes);
      if (path.includes("aachen_000000_000002") && path.includes("labelIds")) coarse.set(path, bytes);
    }
    const source = filesInMemory(coarse);
    const fine = await itemsOf(await readSet(source, { format: "cityscapes" }));
    expect(fine.map(({ name }) => name)).toEqual(["aachen_000000_000002"]);
    expect(fine[0]!.issues).toEqual([expect.objectContaining({ code: "objects-missing" })]);
    expect((await fine[0]!.map()).instance().some((number) => number > 0)).toBe(false);
    const all = await readSet(source, { format: "cityscapes", annotation: "gtCoarse" });
    expect(all.count).toBe(7);
    const val = await readSet(source, { format: "cityscapes", annotation: "gtCoarse", split: "val" });
    expect(val.count).toBe(3);
  });

  it("refuses two images of one name, and names both files", async () => {
    const { files } = await written(drawSet().items.slice(1, 2), "cityscapes");
    const twice = [...files].flatMap(([path, bytes]) => [
      [path, bytes] as const,
      [path.replace("/train/", "/val/"), bytes] as const,
    ]);
    await expect(readSet(filesInMemory(twice), { format: "cityscapes" })).rejects.toEqual(
      caught("FORMAT_INVALID", 'have the same name, "ulm_000000_000001"'),
    );
    const part = await readSet(filesInMemory(twice), { format: "cityscapes", split: "val" });
    expect(part.count).toBe(1);
  });

  it("says which names its evaluation cannot read, and keeps them", async () => {
    const items = ["street", "x/y", "_a", "x/xy"].map((name, seed) => ({ name, map: drawScene(seed) }));
    const { source, issues } = await written(items, "cityscapes");
    expect(issues.find(({ code }) => code === "name-not-cityscapes")?.message).toMatch(
      /^4 images, first "street"/,
    );
    const back = await itemsOf(await readSet(source, { format: "cityscapes" }));
    expect(back.map(({ name }) => name)).toEqual(["images/_a", "street", "x/xy", "x/y"]);
  });
});

describe("a format without a reader or a writer of data sets", () => {
  const names = FORMAT_TABLE.map(({ name }) => `"${name}"`).join(", ");
  it("is refused by its name if it is only read, with the formats that are written", async () => {
    const written = FORMAT_TABLE.filter(({ writes }) => writes).map(({ name }) => `"${name}"`);
    const error = caught(
      "OPTION_INVALID",
      `"kitti" is read, but not written; the formats of data sets are ${written.join(", ")}.`,
    );
    await expect(writeSet([], memorySink(), { format: "kitti" } as never)).rejects.toEqual(error);
  });

  it.each([
    ["coco-pan", '; did you mean "coco-panoptic"?'],
    ["Pascal", `one of ${names}.`],
    ["cityscape", '; did you mean "cityscapes"?'],
  ])("is refused with the closest name: %s", async (format, words) => {
    await expect(readSet(filesInMemory({}), { format: format as SetFormat })).rejects.toThrow(words);
  });

  it("is named with what its data sets have besides, if nothing else is recognised", async () => {
    const ids = encodeLabelPng({ width: 2, height: 1, data: Uint8Array.of(7, 11) });
    await expect(readSet(filesInMemory({ "a.png": ids, "b.png": ids }))).rejects.toEqual(
      caught("FORMAT_UNSUPPORTED", 'it looks like files of "label-png" (likely: '),
    );
    await expect(readSet(filesInMemory({ "a.png": ids }))).rejects.toThrow(
      /but a data set needs classes\.json too; .* give "mask-folder" as `format`/,
    );
    await expect(readSet(filesInMemory({ "a.bin": ids.slice(9) }))).rejects.toThrow(
      "no format is recognised",
    );
  });
});

/** A PNG of one row whose pixels have these blues. */
function encodeRow(blues: readonly number[]): Uint8Array {
  return encodeIds({ width: blues.length, height: 1, data: Int32Array.from(blues, (blue) => blue << 16) });
}

/** `labelmap convert`: right values by NumPy, changes on the way, runs that are killed, and what is refused. */
import {
  cpSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { dirname, join } from "node:path";
import { crc32 } from "node:zlib";
import { decodeMask } from "labelmap";
import { partOf } from "labelmap/dataset";
import { openFolder } from "labelmap/dataset/node";
import { readSet } from "labelmap/formats";
import sharp from "sharp";
import { describe, expect, it } from "vitest";
import { filesIn, hashesIn, stampsOf } from "../support/batch-folder.js";
import { encodePng } from "../support/encode-png.mjs";
import { expectPythonInCi, itWithPython, runPythonProgram } from "../support/python.js";
import { dice, mulberry32 } from "../support/random.mjs";
import { makeFolder, runCli } from "../support/run-cli.js";
import { spawnCli, until } from "../support/spawn-cli.js";

expectPythonInCi();

/** The colours and names of the drawn masks. The last colour is in no legend. */
const COLOURS = [
  [255, 0, 0],
  [0, 255, 0],
  [0, 0, 255],
  [255, 255, 0],
  [9, 9, 9],
] as const;
const NAMES = ["car # 1", "car # 2", "road", "sky"];
const LEGEND = { "#ff0000": "car # 1", "#00ff00": "car # 2", "#0000ff": "road", "#ffff00": "sky" };

interface Drawn {
  readonly width: number;
  readonly height: number;
  /** The place of each pixel's colour in `COLOURS`. */
  readonly places: Uint8Array;
}

/** Rectangles on road, different for each seed. */
function draw(seed: number, width = 20, height = 14): Drawn {
  const { below } = dice(mulberry32(seed));
  const places = new Uint8Array(width * height).fill(2);
  for (let rectangle = 0; rectangle < 6; rectangle++) {
    const [left, top, place] = [below(width), below(height), below(5)];
    const [right, bottom] = [left + 1 + below(width - left), top + 1 + below(height - top)];
    for (let y = top; y < bottom; y++) places.fill(place, y * width + left, y * width + right);
  }
  return { width, height, places };
}

function pngOf(
  { width, height, places }: Drawn,
  colours: readonly (readonly number[])[] = COLOURS,
): Uint8Array {
  const samples = Uint8Array.from(Array.from(places, (place) => colours[place]!).flat());
  return encodePng({ width, height, colourType: 2, bitDepth: 8, samples });
}

function write(folder: string, path: string, content: Uint8Array | string): void {
  mkdirSync(dirname(join(folder, path)), { recursive: true });
  writeFileSync(join(folder, path), content);
}

/** A folder `in` of this many masks, each with its legend; and how to run the command beside it. */
function prepare(count: number, seed = 1) {
  const folder = makeFolder();
  const masks = Array.from({ length: count }, (_, place) => draw(seed * 1000 + place));
  const nameOf = (place: number) => `m${String(place).padStart(4, "0")}`;
  masks.forEach((mask, place) => {
    write(folder, `in/${nameOf(place)}.png`, pngOf(mask));
    write(folder, `in/${nameOf(place)}.json`, JSON.stringify({ legend: LEGEND }));
  });
  const run = (...args: string[]) => runCli(["convert", ...args], { cwd: folder });
  return { folder, masks, nameOf, run };
}

/** A zip file whose files are not compressed: local headers, a directory, and its end (APPNOTE.TXT, 4.3). */
function zipOf(folder: string, paths: readonly string[]): Buffer {
  const locals: Buffer[] = [];
  const entries: Buffer[] = [];
  let offset = 0;
  for (const path of paths) {
    const content = readFileSync(join(folder, path));
    const name = Buffer.from(path);
    const shared = Buffer.alloc(26);
    shared.writeUInt16LE(20, 0);
    shared.writeUInt32LE(crc32(content), 10);
    shared.writeUInt32LE(content.length, 14);
    shared.writeUInt32LE(content.length, 18);
    shared.writeUInt16LE(name.length, 22);
    locals.push(Buffer.from("PK\x03\x04"), shared, name, content);
    const rest = Buffer.alloc(14);
    rest.writeUInt32LE(offset, 10);
    entries.push(Buffer.from("PK\x01\x02"), Buffer.from([20, 0]), shared, rest, name);
    offset += 30 + name.length + content.length;
  }
  const directory = Buffer.concat(entries);
  const end = Buffer.alloc(22);
  end.write("PK\x05\x06");
  end.writeUInt16LE(paths.length, 8);
  end.writeUInt16LE(paths.length, 10);
  end.writeUInt32LE(directory.length, 12);
  end.writeUInt32LE(offset, 16);
  return Buffer.concat([...locals, directory, end]);
}

/** The class names of a converted set's pixels, image by image; null for unlabelled ones. */
async function namesIn(folder: string, format: "mask-folder" | "voc" | "coco-panoptic") {
  const found: Record<string, (string | null)[]> = {};
  for await (const { name, map } of await readSet(await openFolder(folder), { format } as never)) {
    const { data, labels } = await map();
    found[name] = Array.from(data, (label) => labels[label]?.name ?? null);
  }
  return found;
}

describe("labelmap convert", () => {
  // CVAT's "Segmentation mask 1.1": labelmap.txt, colours of classes, and the VOC colours of object numbers.
  itWithPython("turns what CVAT exports into COCO panoptic, with the ids and areas that NumPy counts", () => {
    const folder = makeFolder();
    const voc = [
      [0, 0, 0],
      [128, 0, 0],
      [0, 128, 0],
      [128, 128, 0],
    ];
    const names = ["a", "b"];
    const masks = names.map((_, seed) => {
      const mask = draw(seed + 50);
      // Pixels without a label are CVAT's background.
      return { ...mask, places: mask.places.map((place) => (place === 4 ? 0 : place)) };
    });
    write(
      folder,
      "cvat/labelmap.txt",
      "# label:color_rgb:parts:actions\nbackground:0,0,0::\ncar:10,20,30::\nroad:40,50,60::\nsky:70,80,90::\n",
    );
    // Place 0 is background here, 1 and 2 are cars, 3 is road.
    const colours = [
      [0, 0, 0],
      [10, 20, 30],
      [10, 20, 30],
      [40, 50, 60],
    ];
    masks.forEach((mask, place) => {
      write(folder, `cvat/SegmentationClass/${names[place]}.png`, pngOf(mask, colours));
      write(folder, `cvat/SegmentationObject/${names[place]}.png`, pngOf(mask, voc));
    });
    write(folder, "cvat/ImageSets/Segmentation/default.txt", "a\nb\n");
    const { code, stderr } = runCli(["convert", "cvat", "--to", "coco-panoptic", "--out", "coco"], {
      cwd: folder,
    });
    expect(code).toBe(0);
    expect(stderr).toContain("cvat: CVAT segmentation mask: labelmap.txt, SegmentationClass/ (2 masks).");
    const printed = runPythonProgram(
      `import json
import numpy as np
from PIL import Image
data = json.load(open("coco/annotations/panoptic_train.json"))
names = {category["id"]: category["name"] for category in data["categories"]}
found = {}
for annotation in data["annotations"]:
    rgb = np.array(Image.open("coco/annotations/panoptic_train/" + annotation["file_name"])).astype(int)
    ids = rgb[:, :, 0] + 256 * rgb[:, :, 1] + 65536 * rgb[:, :, 2]
    segments = {segment["id"]: segment for segment in annotation["segments_info"]}
    for id, segment in segments.items(): assert (ids == id).sum() == segment["area"]
    assert set(np.unique(ids).tolist()) - {0} == set(segments)
    areas = sorted([names[s["category_id"]], s["area"]] for s in segments.values())
    found[annotation["file_name"][:-4]] = [[names[segments[i]["category_id"]] for i in ids.ravel().tolist()], areas]
print(json.dumps(found))`,
      folder,
    );
    const expected = masks.map(({ places }, place) => {
      const classOf = ["background", "car", "car", "road"];
      // The background of CVAT is a class, as in Pascal VOC.
      const areas = [0, 1, 2, 3]
        .map((each) => [classOf[each], places.filter((found) => found === each).length] as const)
        .filter(([, area]) => area > 0)
        .sort(([a, m], [b, n]) => (a! < b! ? -1 : Number(a! > b!)) || m - n);
      return [names[place], [Array.from(places, (each) => classOf[each]), areas]];
    });
    expect(JSON.parse(printed)).toEqual(Object.fromEntries(expected));
  });

  it("keeps every pixel's label from format to format", async () => {
    const { folder, masks, nameOf, run } = prepare(8);
    expect(run("in", "--to", "coco-panoptic", "--out", "coco").code).toBe(0);
    expect(run("coco", "--to", "mask-folder", "--out", "back").code).toBe(0);
    const expected = masks.map(({ places }, place) => [
      nameOf(place),
      Array.from(places, (each) => NAMES[each]?.split(" #")[0] ?? null),
    ]);
    const found = Object.entries(await namesIn(join(folder, "back"), "mask-folder"));
    expect(
      Object.fromEntries(
        found.map(([name, names]) => [name, names.map((each) => each?.split(" #")[0] ?? null)]),
      ),
    ).toEqual(Object.fromEntries(expected));
  });

  it("renames, merges and drops classes, filters, and resizes as told", async () => {
    const { folder, masks, nameOf, run } = prepare(6, 2);
    write(folder, "map.json", JSON.stringify({ ground: ["road"], car: "vehicle", sky: null }));
    const args = ["in", "--to", "mask-folder", "--map-classes", "map.json", "--resize", "10x7"];
    const { code, stdout } = run(
      ...args,
      "--filter",
      "area:20..",
      "--filter",
      "image:m000[0-3]",
      "--out",
      "out",
    );
    expect([code, stdout]).toEqual([0, "out: 4 images in 8 files, 2 images left out by filters\n"]);
    const renamed = ["vehicle # 1", "vehicle # 2", "ground", null, null];
    const expected = masks.slice(0, 4).map(({ width, places }, place) => {
      const areas = [0, 1, 2, 3, 4].map((each) => places.filter((found) => found === each).length);
      const names: (string | null)[] = [];
      // The middle of a target pixel lies between two source pixels; the later one counts.
      for (let y = 0; y < 7; y++) {
        for (let x = 0; x < 10; x++) {
          const found = places[(2 * y + 1) * width + 2 * x + 1]!;
          names.push(areas[found]! >= 20 ? (renamed[found] ?? null) : null);
        }
      }
      return [nameOf(place), names];
    });
    expect(await namesIn(join(folder, "out"), "mask-folder")).toEqual(Object.fromEntries(expected));
  });

  it("numbers merged objects anew, and uses the ids of a class list", async () => {
    const { folder, run } = prepare(0);
    write(folder, "in/a.png", pngOf({ width: 4, height: 1, places: Uint8Array.of(0, 1, 2, 3) }));
    write(
      folder,
      "in/a.json",
      JSON.stringify({
        legend: { "#ff0000": "car # 1", "#00ff00": "bus # 1", "#0000ff": "road", "#ffff00": "sky" },
      }),
    );
    write(folder, "map.json", JSON.stringify({ vehicle: ["car", "bus"] }));
    expect(run("in", "--to", "mask-folder", "--map-classes", "map.json", "--out", "out").code).toBe(0);
    expect(await namesIn(join(folder, "out"), "mask-folder")).toEqual({
      a: ["vehicle # 1", "vehicle # 2", "road", "sky"],
    });
    const classes = [
      { id: 3, name: "vehicle" },
      { id: 8, name: "road" },
      { id: 9, name: "sky" },
    ];
    write(
      folder,
      "classes.json",
      JSON.stringify({ version: 1, classes, voidId: 255, ignoreId: 255, void: [], ignore: [] }),
    );
    const listed = run("out", "--to", "voc", "--classes", "classes.json", "--out", "voc");
    expect(listed).toMatchObject({ code: 0 });
    const mask = readFileSync(join(folder, "voc/SegmentationClass/a.png"));
    const { labels, data } = await decodeMask(mask, null, { encoding: "palette-index" });
    expect(Array.from(data, (label) => labels[label]!.classId)).toEqual([3, 3, 8, 9]);
  });

  it("filters by the classes of the list, also under other names, and after the resize", async () => {
    const { folder, run } = prepare(0);
    write(folder, "in/a.png", pngOf({ width: 4, height: 1, places: Uint8Array.of(0, 1, 2, 2) }));
    write(
      folder,
      "in/a.json",
      JSON.stringify({ legend: { "#ff0000": "car # 1", "#00ff00": "auto # 1", "#0000ff": "road" } }),
    );
    // The only car of this mask lies in no sampled pixel.
    write(folder, "in/b.png", pngOf({ width: 4, height: 1, places: Uint8Array.of(0, 2, 2, 2) }));
    write(folder, "in/b.json", JSON.stringify({ legend: { "#ff0000": "car # 1", "#0000ff": "road" } }));
    const classes = [
      { id: 1, name: "car", aliases: ["auto"] },
      { id: 2, name: "road" },
    ];
    const list = { version: 1, classes, voidId: 255, ignoreId: 255, void: [], ignore: [] };
    write(folder, "classes.json", JSON.stringify(list));
    for (const [name, out] of [
      ["car", "one"],
      ["auto", "two"],
    ] as const) {
      const args = ["--classes", "classes.json", "--filter", `class:${name}`];
      expect(run("in", "--to", "mask-folder", ...args, "--out", out).code).toBe(0);
      expect((await namesIn(join(folder, out), "mask-folder")).a).toEqual([
        "car # 1",
        "auto # 1",
        null,
        null,
      ]);
    }
    const args = [
      "--classes",
      "classes.json",
      "--filter",
      "class:car",
      "--filter",
      "labelled",
      "--resize",
      "2x1",
    ];
    const { stdout, stderr } = run("in", "--to", "mask-folder", ...args, "--out", "small");
    expect(stdout).toBe("small: 1 image in 2 files, 1 image left out by filters\n");
    expect(stderr).toContain("2 labels in 2 images, first in a have no pixels after --resize");
    // Each object has a file of its own, although both have the number 1.
    expect(run("in", "--to", "binary-masks", "--classes", "classes.json", "--out", "masks").code).toBe(0);
    expect(filesIn(join(folder, "masks/a"))).toEqual(["car_1.png", "car_2.png", "road.png"]);
  });

  it("says which files are no masks because there are PNGs", async () => {
    const { folder, run } = prepare(1, 25);
    await sharp(pngOf(draw(3)))
      .tiff({ compression: "lzw" })
      .toFile(join(folder, "in/other.tif"));
    const { stderr } = run("in", "--to", "voc", "--out", "out");
    expect(stderr).toContain(
      "1 TIFF, BMP or GIF file, such as other.tif: not read, because PNGs are the masks",
    );
    expect(runCli(["doctor", "in"], { cwd: folder })).toMatchObject({ code: 1 });
  });

  it("splits by the names alone, so that a part does not depend on the other images", async () => {
    const { folder, nameOf, run } = prepare(30, 3);
    expect(run("in", "--to", "voc", "--split", "0.6,0.2,0.2", "--out", "out").code).toBe(0);
    const parts = ["train", "val", "test"].map((part) => [
      part,
      readFileSync(join(folder, `out/ImageSets/Segmentation/${part}.txt`), "utf8")
        .trim()
        .split("\n"),
    ]);
    const expected: Record<string, string[]> = { train: [], val: [], test: [] };
    for (let place = 0; place < 30; place++) {
      expected[partOf(nameOf(place), { train: 0.6, val: 0.2, test: 0.2 })]!.push(nameOf(place));
    }
    expect(Object.fromEntries(parts)).toEqual(expected);
  });

  it("counts unlabelled pixels once, by the writer if its format has none", () => {
    const { run } = prepare(3, 24);
    const voc = run("in", "--to", "voc", "--out", "voc").stderr;
    const [, inSource] = /(\d+) pixels in \d images? of the source have no label/.exec(voc) ?? [];
    expect(Number(inSource)).toBeGreaterThan(0);
    const cvat = run("in", "--to", "cvat", "--out", "cvat").stderr;
    expect(cvat).toContain(`  cvat: ${inSource} pixels in `);
    expect(cvat).not.toContain("have no label");
  });

  it("copies photos only if told to, and says so", () => {
    const { folder, run } = prepare(2, 4);
    write(folder, "in/m0000.jpg", "a photo");
    const without = run("in", "--to", "voc", "--out", "without");
    expect(without.stderr).toContain("1 photo not copied; --photos copies them");
    expect(existsSync(join(folder, "without/JPEGImages"))).toBe(false);
    expect(run("in", "--to", "voc", "--photos", "--out", "with").code).toBe(0);
    expect(readFileSync(join(folder, "with/JPEGImages/m0000.jpg"), "utf8")).toBe("a photo");
  });

  it("resizes the photos with their masks, turned by their EXIF orientation", async () => {
    const { folder, run } = prepare(3, 5);
    // A photo of four quarters, twice as large as its mask: red and green above, blue and white below.
    const size = { width: 40, height: 28 };
    const quarters = [
      [255, 0, 0],
      [0, 255, 0],
      [0, 0, 255],
      [255, 255, 255],
    ];
    const raw = Buffer.alloc(size.width * size.height * 3);
    for (let y = 0; y < size.height; y++) {
      for (let x = 0; x < size.width; x++) {
        const quarter = (y < size.height / 2 ? 0 : 2) + (x < size.width / 2 ? 0 : 1);
        raw.set(quarters[quarter]!, (y * size.width + x) * 3);
      }
    }
    const photo = () => sharp(raw, { raw: { ...size, channels: 3 } });
    write(folder, "in/m0000.jpg", await photo().jpeg({ quality: 100 }).toBuffer());
    // Stored on its side: a quarter turn to the right makes it upright.
    const stored = await photo().rotate(270).toBuffer();
    const onSide = sharp(stored, { raw: { width: size.height, height: size.width, channels: 3 } });
    write(
      folder,
      "in/m0001.jpg",
      await onSide.jpeg({ quality: 100 }).withExif({ IFD0: {} }).withMetadata({ orientation: 6 }).toBuffer(),
    );
    write(folder, "in/m0002.webp", await photo().webp({ lossless: true }).toBuffer());
    const { code, stderr } = run("in", "--to", "voc", "--photos", "--resize", "10x8", "--out", "out");
    expect([code, stderr]).toEqual([0, expect.not.stringContaining("photo")]);
    for (const file of ["m0000.jpg", "m0001.jpg", "m0002.webp"]) {
      const { data, info } = await sharp(join(folder, `out/JPEGImages/${file}`))
        .raw()
        .toBuffer({ resolveWithObject: true });
      expect([info.width, info.height, info.channels], file).toEqual([10, 8, 3]);
      const at = (x: number, y: number) => [...data.subarray((y * 10 + x) * 3, (y * 10 + x) * 3 + 3)];
      for (const [quarter, [x, y]] of [
        [1, 1],
        [8, 1],
        [1, 6],
        [8, 6],
      ].entries()) {
        at(x!, y!).forEach((value, channel) => {
          expect(Math.abs(value - quarters[quarter]![channel]!), `${file} ${quarter}`).toBeLessThan(12);
        });
      }
    }
    expect(await sharp(join(folder, "out/JPEGImages/m0001.jpg")).metadata()).not.toMatchObject({
      orientation: 6,
    });
    for await (const { map } of await readSet(await openFolder(join(folder, "out")), { format: "voc" })) {
      const { width, height } = await map();
      expect([width, height]).toEqual([10, 8]);
    }
    // The same photos are kept in a second run.
    expect(run("in", "--to", "voc", "--photos", "--resize", "10x8", "--out", "out").stdout).toContain(
      "11 already up to date",
    );
  });

  it("fails for images whose photos cannot be resized, and goes on with the others", async () => {
    const { folder, run } = prepare(3, 6);
    write(folder, "in/m0000.jpg", "no photo");
    write(
      folder,
      "in/m0001.jpg",
      await sharp({ create: { width: 4, height: 4, channels: 3, background: "red" } })
        .jpeg()
        .toBuffer(),
    );
    const { code, stdout, stderr } = run("in", "--to", "voc", "--photos", "--resize", "10x8", "--out", "out");
    expect(code).toBe(1);
    expect(stderr).toContain(
      'm0000: FORMAT_INVALID: photo: "m0000.jpg" cannot be resized, since it is damaged or no photo; repair it, or leave out --photos.',
    );
    expect(stdout).toContain("2 images in ");
    expect(filesIn(join(folder, "out/JPEGImages"))).toEqual(["m0001.jpg"]);
  });

  it.each([
    ["parquet", ["README.md", "data/train-00000.parquet"]],
    ["webdataset", ["classes.json", "train/shard-000000.tar"]],
    ["yolo", ["data.yaml", "labels/train/m0000.txt", "labels/train/m0001.txt"]],
  ])("writes %s, and says what it loses", (to, files) => {
    const { folder, run } = prepare(2, 22);
    expect(run("in", "--to", "voc", "--out", "voc").code).toBe(0);
    const { code, stderr } = run("voc", "--to", to, "--out", "out");
    expect(code).toBe(0);
    expect(stderr).toContain(`  ${to}: `);
    expect(filesIn(join(folder, "out"))).toEqual(files);
    expect(run("voc", "--to", to, "--out", "out").stdout).toContain(`, ${files.length} already up to date`);
  });

  it("leaves out connected areas that are too small, and says so", () => {
    const { folder, run } = prepare(0);
    // Two areas of one class, of one and of four pixels.
    const places = Uint8Array.of(0, 2, 0, 0, 2, 2, 0, 0);
    write(folder, "in/a.png", pngOf({ width: 4, height: 2, places }));
    write(folder, "in/a.json", JSON.stringify({ legend: { "#ff0000": "car", "#0000ff": "road" } }));
    write(folder, "labels.json", JSON.stringify({ car: "truck" }));
    const args = ["--objects", "components", "--min-area", "2", "--things", "car"];
    for (const to of ["coco-instances", "coco-panoptic", "yolo"]) {
      const { code, stderr } = run("in", "--to", to, "--out", to, ...args);
      expect([code, stderr]).toEqual([
        0,
        expect.stringContaining(`  ${to}: 1 image, first "a": connected areas below`),
      ]);
    }
    const { annotations } = JSON.parse(
      readFileSync(join(folder, "coco-instances/annotations/instances_train.json"), "utf8"),
    );
    expect(annotations.map(({ area }: { area: number }) => area)).toEqual([4]);
    expect(run("in", "--to", "cityscapes", "--out", "city", "--labels", "labels.json")).toMatchObject({
      code: 0,
    });
    expect(filesIn(join(folder, "city"))).toHaveLength(2);
  });

  it("says what is lost, and what the source lacked", () => {
    const { masks, run } = prepare(3, 5);
    const { stderr, stdout } = run("in", "--to", "cvat", "--out", "out", "--json");
    expect(stderr).toContain("cvat: ");
    const summary = JSON.parse(stdout);
    const without = masks.map(({ places }) => places.filter((place) => place === 4).length);
    expect(summary).toMatchObject({
      ...{ images: 3, kept: 0, failed: 0, to: "cvat", out: "out" },
      unlabelled: {
        pixels: without.reduce((sum, count) => sum + count, 0),
        images: without.filter((count) => count > 0).length,
      },
    });
    expect(summary.losses.map(({ code }: { code: string }) => code)).toContain("stuff-numbered");
  });

  it("goes on after an image that cannot be read, names it, and exits with 1", async () => {
    const { folder, nameOf, run } = prepare(5, 6);
    const png = readFileSync(join(folder, "in/m0002.png"));
    writeFileSync(join(folder, "in/m0002.png"), png.subarray(0, png.length - 30));
    const first = run("in", "--to", "voc", "--out", "out");
    expect(first.code).toBe(1);
    expect(first.stdout).toBe("out: 4 images in 10 files, 1 failed\n");
    expect(first.stderr).toMatch(/m0002: PNG_\w+: m0002\.png: /);
    // Repaired, it takes its place, and the others are kept.
    writeFileSync(join(folder, "in/m0002.png"), png);
    const second = run("in", "--to", "voc", "--out", "out");
    expect(second.code).toBe(0);
    expect(Object.keys(await namesIn(join(folder, "out"), "voc"))).toEqual([0, 1, 2, 3, 4].map(nameOf));
  });

  it("writes nothing in a dry run, and says what it would do", () => {
    const { folder, run } = prepare(3, 7);
    const { code, stdout } = run("in", "--to", "voc", "--out", "out", "--dry-run");
    expect(code).toBe(0);
    expect(stdout).toContain(
      "3 images from Masks with legends to Pascal VOC in out\n3 classes: car, road, sky\n",
    );
    expect(existsSync(join(folder, "out"))).toBe(false);
    expect(JSON.parse(run("in", "--to", "voc", "--out", "out", "--dry-run", "--json").stdout)).toMatchObject({
      ...{ source: "in", from: "mask-folder", to: "voc", images: 3, classes: ["car", "road", "sky"] },
    });
    expect(run("in", "--to", "voc", "--out", "out", "--quiet").stderr).toBe("");
  });

  it("refuses in a dry run what the run itself refuses, with the same words, as overlay and fetch do", () => {
    const { folder, run } = prepare(2, 7);
    expect(run("in", "--to", "voc", "--out", "out").code).toBe(0);
    writeFileSync(join(folder, "file"), "");
    writeFileSync(join(folder, "jobs.txt"), "job\n");
    symlinkSync("nowhere", join(folder, "link"));
    const at = (...args: string[]) => runCli(args, { cwd: folder, env: { PLAYMENT_API_KEY: "key" } });
    const calls = [
      ["convert", "in", "--to", "yolo", "--objects", "components", "--out", "out"],
      ...["out", "file", "link", "link/below"].map((out) => ["overlay", "in", "-o", out]),
      ...["file", "link", "link/below"].flatMap((out) => [
        ["convert", "in", "--to", "voc", "--out", out],
        ["fetch", "--project", "p", "--jobs", "jobs.txt", "--out", out],
      ]),
    ];
    for (const call of calls) {
      const refused = at(...call);
      expect(refused.code, call.join(" ")).toBeGreaterThan(0);
      expect(at(...call, "--dry-run"), call.join(" ")).toEqual(refused);
    }
  });

  describe("takes", () => {
    it("patterns, single files, and annotation files", async () => {
      const { folder, nameOf, run } = prepare(4, 8);
      expect(run("in/m000[13].png", "--to", "voc", "--out", "some").code).toBe(0);
      expect(Object.keys(await namesIn(join(folder, "some"), "voc"))).toEqual([nameOf(1), nameOf(3)]);
      expect(run("in/m0000.png", "in/m0002.png", "--to", "coco-panoptic", "--out", "two").code).toBe(0);
      expect(run("two/annotations/panoptic_train.json", "--to", "voc", "--out", "list").code).toBe(0);
      expect(Object.keys(await namesIn(join(folder, "list"), "voc"))).toEqual([nameOf(0), nameOf(2)]);
    });

    it("a zip file, whose files lie in a folder, and its photos", async () => {
      const { folder, nameOf, run } = prepare(2, 20);
      write(folder, "in/m0001.jpg", "a photo");
      expect(run("in", "--to", "voc", "--photos", "--out", "VOC2012").code).toBe(0);
      writeFileSync(
        join(folder, "set.zip"),
        zipOf(
          folder,
          filesIn(join(folder, "VOC2012")).map((path) => `VOC2012/${path}`),
        ),
      );
      const { code, stderr } = run("set.zip", "--to", "mask-folder", "--photos", "--out", "out");
      expect([code, stderr]).toEqual([0, expect.stringContaining("set.zip: Pascal VOC: ")]);
      expect(readFileSync(join(folder, "out/m0001.jpg"), "utf8")).toBe("a photo");
      expect(await namesIn(join(folder, "out"), "mask-folder")).toEqual(
        await namesIn(join(folder, "VOC2012"), "voc"),
      );
      expect(Object.keys(await namesIn(join(folder, "out"), "mask-folder"))).toEqual([nameOf(0), nameOf(1)]);
    });

    it.each([
      ["tif", { compression: "lzw" }],
      ["webp", { lossless: true }],
      ["gif", {}],
    ] as const)("masks in .%s, from a folder and one by one", async (ending, options) => {
      const { folder, masks, nameOf, run } = prepare(2, 21);
      for (const place of [0, 1]) {
        const file = `in/${nameOf(place)}`;
        await sharp(join(folder, `${file}.png`))
          .toFormat(ending === "tif" ? "tiff" : ending, options)
          .toFile(join(folder, `${file}.${ending}`));
        rmSync(join(folder, `${file}.png`));
      }
      const expected = masks.map(({ places }) => Array.from(places, (place) => NAMES[place] ?? null));
      expect(run("in", "--to", "mask-folder", "--out", "out")).toMatchObject({ code: 0 });
      expect(Object.values(await namesIn(join(folder, "out"), "mask-folder"))).toEqual(expected);
      expect(run(`in/${nameOf(1)}.${ending}`, "--to", "mask-folder", "--out", "one")).toMatchObject({
        code: 0,
      });
      expect(Object.values(await namesIn(join(folder, "one"), "mask-folder"))).toEqual([expected[1]]);
    });

    it("a JPEG only if its colours are snapped, and says that it is lossy", async () => {
      const { folder, masks, nameOf, run } = prepare(0);
      const mask = draw(3, 64, 48);
      masks.push({ ...mask, places: mask.places.map((place) => (place === 4 ? 0 : place)) });
      write(folder, "legend.json", JSON.stringify(LEGEND));
      mkdirSync(join(folder, "in"));
      await sharp(pngOf(masks[0]!))
        .jpeg({ quality: 95, chromaSubsampling: "4:4:4" })
        .toFile(join(folder, "in/a.jpg"));
      const without = run("in", "--to", "mask-folder", "--legend", "legend.json", "--out", "out");
      expect(without.code).toBeGreaterThan(0);
      expect(existsSync(join(folder, "out"))).toBe(false);
      const { code, stderr } = run(
        "in",
        "--to",
        "mask-folder",
        "--legend",
        "legend.json",
        "--snap",
        "120",
        "--out",
        "out",
      );
      expect(code).toBe(0);
      expect(stderr).toMatch(/ {2}a\.jpg: the compression is lossy[^(]*\n/);
      const { a } = await namesIn(join(folder, "out"), "mask-folder");
      const right = masks[0]!.places.filter((place, at) => a![at] === NAMES[place]).length;
      expect(right / a!.length).toBeGreaterThan(0.9);
      expect(nameOf(0)).toBe("m0000");
    });

    it("masks of ids, whose encoding the first mask shows", async () => {
      const { folder, run } = prepare(0);
      const samples = Uint8Array.of(7, 26, 26, 0);
      write(folder, "in/a.png", encodePng({ width: 2, height: 2, colourType: 0, bitDepth: 8, samples }));
      write(folder, "ids.csv", "id,name\n0,road\n7,sky\n26,car\n");
      expect(run("in", "--to", "mask-folder", "--legend", "ids.csv", "--out", "out")).toMatchObject({
        code: 0,
      });
      expect(await namesIn(join(folder, "out"), "mask-folder")).toEqual({ a: ["sky", "car", "car", "road"] });
      // The same if the legend is in the folder.
      write(folder, "with/a.png", readFileSync(join(folder, "in/a.png")));
      write(folder, "with/classes.csv", readFileSync(join(folder, "ids.csv"), "utf8"));
      expect(run("with", "--to", "mask-folder", "--out", "beside")).toMatchObject({ code: 0 });
      expect(await namesIn(join(folder, "beside"), "mask-folder")).toEqual({
        a: ["sky", "car", "car", "road"],
      });
      // Photos may be PNGs, and come first.
      write(folder, "both/images/a.png", pngOf({ width: 2, height: 2, places: Uint8Array.of(0, 1, 2, 3) }));
      write(folder, "both/masks/a.png", readFileSync(join(folder, "in/a.png")));
      const args = ["--read", "masks=masks", "--legend", "ids.csv", "--out", "apart"];
      expect(run("both", "--to", "mask-folder", ...args)).toMatchObject({ code: 0 });
      expect(await namesIn(join(folder, "apart"), "mask-folder")).toEqual({
        a: ["sky", "car", "car", "road"],
      });
    });

    it("a legend for masks that have none, and a suffix", async () => {
      const { folder, masks, run } = prepare(1, 9);
      const bare = makeFolder();
      cpSync(join(folder, "in/m0000.png"), join(bare, "m0000_mask.png"));
      cpSync(join(folder, "in/m0000.png"), join(bare, "m0000.png"));
      write(folder, "legend.json", JSON.stringify(LEGEND));
      const args = [
        bare,
        "--to",
        "mask-folder",
        "--legend",
        "legend.json",
        "--suffix",
        "_mask",
        "--out",
        "out",
      ];
      expect(run(...args).code).toBe(0);
      expect(await namesIn(join(folder, "out"), "mask-folder")).toEqual({
        m0000: Array.from(masks[0]!.places, (place) => NAMES[place] ?? null),
      });
    });
  });

  describe("refuses", () => {
    it.each([
      [["nothing"], "there is no file or folder nothing; check the path"],
      [["in/*.tif"], "no file matches in/*.tif; check the pattern"],
      [["in", "in/m0000.png"], "in is named beside other sources"],
      [["empty"], "empty: no format is recognised; give the format with --from"],
      [
        ["in", "--filter", "class:bus"],
        "--filter class:bus: there is no such class; the classes are car, road, sky",
      ],
      [["in", "--filter", "size:3"], "It must be image:PATTERN, class:NAMES, area:LEAST..MOST"],
      [["in", "--split", "0.5,0.4"], "two or three numbers that add up to 1"],
      [["in", "--min-area", "3"], "--min-area cannot be used with voc"],
      [["in", "--sampling", "pillow"], "--sampling needs --resize"],
      [["in", "--from", "voc"], "Pascal VOC: no mask is found"],
      [["in", "--from", "voc", "--legend", "camvid"], "--legend is for folders of masks"],
      [["in", "--map-classes", "wrong.json"], 'wrong.json: "car" is a number; make it a name'],
      [
        ["in", "--map-classes", "unknown.json"],
        'There is no class "bus" to rename; the classes are "car", "road", "sky".',
      ],
    ])("%j", (args, message) => {
      const { folder, run } = prepare(1, 10);
      mkdirSync(join(folder, "empty"));
      write(folder, "wrong.json", `{ "car": 3 }`);
      write(folder, "unknown.json", `{ "bus": "car" }`);
      const { code, stderr } = run(...args, "--to", "voc", "--out", "out");
      expect(stderr).toContain(message);
      expect(code).toBeGreaterThan(0);
      expect(existsSync(join(folder, "out"))).toBe(false);
    });

    it("a source of several formats, and lists them", () => {
      const { folder, run } = prepare(1, 11);
      expect(run("in", "--to", "coco-panoptic", "--out", "coco").code).toBe(0);
      expect(run("in", "--to", "voc", "--out", "voc").code).toBe(0);
      for (const part of ["coco", "voc"])
        cpSync(join(folder, part), join(folder, "both"), { recursive: true });
      const { code, stderr } = run("both", "--to", "mask-folder", "--out", "out");
      expect(code).toBe(2);
      expect(stderr).toMatch(/both may be of several formats; give one with --from:/);
      expect(stderr).toMatch(/--from coco-panoptic {2}\(certain\) /);
      expect(stderr).toMatch(/--from voc {2}\(certain\) /);
      expect(run("both", "--from", "voc", "--to", "mask-folder", "--out", "out").code).toBe(0);
    });

    it.each(["in", ".", "in/../in", "link", "linked/in"])("the output directory %s", (out) => {
      const { folder, run } = prepare(1, 12);
      symlinkSync("in", join(folder, "link"));
      symlinkSync(".", join(folder, "linked"));
      const before = hashesIn(join(folder, "in"));
      const { code, stderr } = run("in", "--to", "voc", "--out", out, "--force");
      expect(code).toBe(2);
      expect(stderr).toContain("or has it inside; choose another one");
      expect(hashesIn(join(folder, "in"))).toEqual(before);
    });

    it("an output directory in the source that has other files", () => {
      const { folder, run } = prepare(1, 12);
      write(folder, "in/mine/note.txt", "mine");
      const before = hashesIn(join(folder, "in"));
      const { code, stderr } = run("in", "--to", "voc", "--out", "in/mine", "--force");
      expect(code).toBe(2);
      expect(stderr).toContain("and has files that labelmap did not write; choose another one");
      expect(hashesIn(join(folder, "in"))).toEqual(before);
    });

    it("to overwrite files that it did not write, unless it is forced", () => {
      const { folder, run } = prepare(1, 13);
      write(folder, "out/labelmap.txt", "mine");
      const { code, stderr } = run("in", "--to", "voc", "--out", "out");
      expect(code).toBe(2);
      expect(stderr).toContain(
        "exists, and labelmap has not written it; choose another output directory, or add --force",
      );
      expect(readFileSync(join(folder, "out/labelmap.txt"), "utf8")).toBe("mine");
      expect(run("in", "--to", "voc", "--out", "out", "--force").code).toBe(0);
      expect(readFileSync(join(folder, "out/labelmap.txt"), "utf8")).toContain("car");
    });

    it.each([
      [
        ["--write", "pixel=rgb"],
        'unknown key "pixel"; the keys are classes, split, missing, photos, signal, border, pixels',
      ],
      [
        ["--from", "mask-folder", "--read", "suffixes=_m"],
        'unknown key "suffixes"; the keys are legend, suffix',
      ],
      [["--labels", "labels.json"], "--labels cannot be used with voc; it is for cityscapes"],
    ])("%j, an option that the format does not have, and leaves nothing behind", (args, message) => {
      const { folder, run } = prepare(1, 23);
      const { code, stderr } = run("in", "--to", "voc", "--out", "out", ...args);
      expect([code, stderr]).toEqual([2, expect.stringContaining(message)]);
      expect(existsSync(join(folder, "out"))).toBe(false);
      expect(run("in", "--to", "voc", "--out", "out").code).toBe(0);
    });

    it("a directory that was made with other options", () => {
      const { folder, run } = prepare(1, 14);
      expect(run("in", "--to", "voc", "--out", "out").code).toBe(0);
      const before = hashesIn(join(folder, "out"));
      for (const other of [
        ["--resize", "4x4"],
        ["--split", "0.5,0.5"],
        ["--write", "pixels=rgb"],
      ]) {
        const { code, stderr } = run("in", "--to", "voc", "--out", "out", ...other);
        expect(code).toBe(2);
        expect(stderr).toContain("out was made from another source or with other options");
      }
      expect(run("in", "--to", "cvat", "--out", "out").code).toBe(2);
      expect(hashesIn(join(folder, "out"))).toEqual(before);
    });
  });

  describe("run again", () => {
    it("goes on however the paths are written, and in which order the flags", () => {
      const { folder, run } = prepare(2, 17);
      symlinkSync("in", join(folder, "link"));
      write(folder, "legend.json", JSON.stringify(LEGEND));
      const flags = ["--to", "voc", "--out", "out", "--resize", "8x8", "--legend"];
      expect(run("in", ...flags, "legend.json").code).toBe(0);
      for (const [source, legend] of [
        ["./in/", "./legend.json"],
        [join(folder, "in"), join(folder, "legend.json")],
        ["link", "in/../legend.json"],
      ] as const) {
        const { code, stdout } = run(source, ...flags, legend);
        expect([source, code, stdout]).toEqual([source, 0, expect.stringContaining("6 already up to date")]);
      }
      const turned = ["--legend", "legend.json", "--resize", "8x8", "--out", "out", "--to", "voc"];
      expect(run("in", ...turned).code).toBe(0);
      write(folder, "other.json", JSON.stringify(LEGEND));
      expect(run("in", ...flags, "other.json").code).toBe(2);

      const draw = (source: string) => runCli(["overlay", source, "--output", "drawn"], { cwd: folder });
      expect(draw("in").code).toBe(0);
      for (const source of ["./in", join(folder, "in"), "link"]) expect(draw(source).code).toBe(0);
    });

    it("writes only what has changed, and removes what has no image any more", async () => {
      const { folder, run } = prepare(4, 15);
      expect(run("in", "--to", "voc", "--out", "out").code).toBe(0);
      const out = join(folder, "out");
      const before = stampsOf(out);
      expect(run("in", "--to", "voc", "--out", "out").stdout).toBe(
        "out: 4 images in 10 files, 10 already up to date\n",
      );
      expect(stampsOf(out)).toEqual(before);
      // One mask changes, one goes, and one output is lost.
      write(folder, "in/m0001.png", pngOf(draw(99)));
      for (const ending of ["png", "json"]) rmSync(join(folder, `in/m0003.${ending}`));
      rmSync(join(out, "SegmentationClass/m0000.png"));
      const { code, stdout } = run("in", "--to", "voc", "--out", "out");
      expect(code).toBe(0);
      expect(stdout).toContain("2 removed, because their images are gone");
      const fresh = run("in", "--to", "voc", "--out", "fresh");
      expect(fresh.code).toBe(0);
      expect(hashesIn(out)).toEqual(hashesIn(join(folder, "fresh")));
    });

    it("is checked by labelmap verify, and repairs what is damaged", () => {
      const { folder, run } = prepare(2, 19);
      expect(run("in", "--to", "voc", "--out", "out").code).toBe(0);
      const verify = (...args: string[]) => runCli(["verify", "out", ...args], { cwd: folder });
      const files = filesIn(join(folder, "out")).map(
        (path) => readFileSync(join(folder, "out", path)).length,
      );
      const megabytes = (files.reduce((sum, bytes) => sum + bytes, 0) / 1e6).toFixed(1);
      expect(verify()).toMatchObject({
        ...{ code: 0, stdout: `out: 6 files, ${megabytes} MB read; all match the record\n` },
      });
      const damaged = "SegmentationClass/m0000.png";
      const png = readFileSync(join(folder, "out", damaged));
      png[png.length - 1]! ^= 1;
      writeFileSync(join(folder, "out", damaged), png);
      rmSync(join(folder, "out/labelmap.txt"));
      const { code, stdout, stderr } = verify();
      expect(code).toBe(1);
      expect(stdout).toContain(`${damaged}: has different content: its SHA-256 differs\n`);
      expect(stdout).toContain("labelmap.txt: is missing\n");
      expect(stderr).toContain("run the same `convert` or `overlay` command again");
      expect(JSON.parse(verify("--json").stdout)).toMatchObject({ files: 6, damages: 2, list: [{}, {}] });
      const refused = run("in", "--to", "voc", "--out", "out");
      expect([refused.code, refused.stderr]).toEqual([
        2,
        expect.stringContaining(`${damaged} has been changed since`),
      ]);
      rmSync(join(folder, "out", damaged));
      expect(run("in", "--to", "voc", "--out", "out").code).toBe(0);
      expect(verify().code).toBe(0);
    });

    it("goes on if a crash has cut its record short, wherever", () => {
      const { folder, run } = prepare(1, 24);
      expect(run("in", "--to", "voc", "--out", "out").code).toBe(0);
      const record = join(folder, "out/.labelmap/files.jsonl");
      const text = readFileSync(record, "utf8");
      const end = text.indexOf("\n");
      for (const length of [0, 1, 7, end - 1, end, end + 1, end + 20, text.length - 1]) {
        writeFileSync(record, text.slice(0, length));
        for (let again = 0; again < 2; again++) {
          expect([length, run("in", "--to", "voc", "--out", "out").stdout]).toEqual([
            length,
            "out: 1 image in 4 files, 4 already up to date\n",
          ]);
        }
      }
    });

    it("does not remove a file that was changed since, or that lies elsewhere", () => {
      const { folder, run } = prepare(2, 16);
      expect(run("in", "--to", "voc", "--out", "out").code).toBe(0);
      const edited = join(folder, "out/SegmentationClass/m0001.png");
      writeFileSync(edited, "edited by hand");
      write(folder, "precious.txt", "precious");
      const record = join(folder, "out/.labelmap/files.jsonl");
      const sha256 = "f".repeat(64);
      writeFileSync(
        record,
        `${readFileSync(record, "utf8")}${JSON.stringify({ path: "../precious.txt", bytes: 8, sha256 })}\n`,
      );
      for (const ending of ["png", "json"]) rmSync(join(folder, `in/m0001.${ending}`));
      const { stdout, stderr, code } = run("in", "--to", "voc", "--out", "out");
      expect(readFileSync(join(folder, "precious.txt"), "utf8")).toBe("precious");
      expect(readFileSync(edited, "utf8")).toBe("edited by hand");
      expect([code, stdout, stderr].join()).toMatch(/1 removed|outside/);
    });

    it("after it was killed, again and again, makes what an undisturbed run makes", {
      timeout: 300_000,
    }, async () => {
      const count = 1000;
      const { folder, run } = prepare(count, 17);
      const out = join(folder, "out");
      const args = ["convert", join(folder, "in"), "--to", "coco-panoptic", "--out", out, "--quiet"];
      const written = () => (existsSync(out) ? filesIn(out).length : 0);
      for (const least of [1, 300, 700]) {
        const { child, exited } = spawnCli(args);
        await until(() => written() >= least || child.exitCode !== null, `${least} files are written`);
        child.kill("SIGKILL");
        await exited;
        // Whatever is there is whole.
        for (const path of filesIn(out).filter((each) => each.endsWith(".png"))) {
          expect(readFileSync(join(out, path)).subarray(-8).toString("latin1")).toBe("IEND\xae\x42\x60\x82");
        }
      }
      expect(written()).toBeGreaterThanOrEqual(700);
      const last = runCli(args, { mostMilliseconds: 200_000 });
      expect(last).toMatchObject({ code: 0 });
      expect(Number(/(\d+) already up to date/.exec(last.stdout)?.[1])).toBeGreaterThanOrEqual(700);
      expect(run("in", "--to", "coco-panoptic", "--out", "whole").code).toBe(0);
      expect(hashesIn(out)).toEqual(hashesIn(join(folder, "whole")));
      expect(readdirSync(join(out, "annotations/panoptic_train")).length).toBe(count);
    });

    it("stops at Ctrl-C with a whole image, and goes on later", async () => {
      const { folder, run } = prepare(400, 18);
      const out = join(folder, "out");
      const { child, exited, printed } = spawnCli([
        "convert",
        join(folder, "in"),
        "--to",
        "voc",
        "--out",
        out,
      ]);
      await until(() => existsSync(out) && filesIn(out).length >= 20, "files are written");
      child.kill("SIGINT");
      expect(await exited).toBe(1);
      expect(printed.stderr).toContain("stopped early; run the same command again to continue");
      expect(run("in", "--to", "voc", "--out", "out").code).toBe(0);
      expect(run("in", "--to", "voc", "--out", "whole").code).toBe(0);
      expect(hashesIn(out)).toEqual(hashesIn(join(folder, "whole")));
    });
  });

  it("needs no more memory for a thousand masks than for fifty", { timeout: 300_000 }, () => {
    const peakOf = (count: number) => {
      const folder = makeFolder();
      const png = pngOf(draw(5, 512, 384));
      for (let place = 0; place < count; place++) {
        write(folder, `in/m${place}.png`, png);
        write(folder, `in/m${place}.json`, JSON.stringify({ legend: LEGEND }));
      }
      write(
        folder,
        "peak.mjs",
        `process.on("exit", () => console.error("peak", process.resourceUsage().maxRSS));`,
      );
      const { stderr, code } = runCli(["convert", "in", "--to", "voc", "--out", "out", "-q"], {
        ...{ cwd: folder, mostMilliseconds: 200_000 },
        env: { NODE_OPTIONS: `--import=${join(folder, "peak.mjs")}` },
      });
      expect(code).toBe(0);
      return Number(/peak (\d+)/.exec(stderr)![1]) / 1024;
    };
    // If the maps were kept, a thousand would take 768 MiB more.
    expect(peakOf(1000)).toBeLessThan(peakOf(50) + 150);
  });
});

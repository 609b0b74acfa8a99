/** `decode`, `overlay` and `classes` take what the other commands take: files, patterns, folders and exports of any format. */
import { cpSync, existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { beforeAll, describe, expect, it } from "vitest";
import { decodeNpy } from "../../src/formats/index.js";
import { type Drawn, drawScene, LEGEND, rgbPng } from "../support/drawn-set.js";
import { makeFolder, runCli } from "../support/run-cli.js";
import { writeZip } from "../support/write-zip.js";

const CLASSES = ["car", "tree", "road"];
const NAMES = ["a", "b", "c"];
const drawn = new Map<string, Drawn>(NAMES.map((name, place) => [name, drawScene(place)]));
const labelmap = ["# label:color_rgb:parts:actions", "car:255,0,0::", "tree:0,255,0::", "road:0,0,255::"];

let folder: string;
const run = (...args: string[]) => runCli(args, { cwd: folder });
function write(path: string, content: Uint8Array | string): void {
  mkdirSync(dirname(join(folder, path)), { recursive: true });
  writeFileSync(join(folder, path), content);
}
const json = (path: string) => JSON.parse(readFileSync(join(folder, path), "utf8"));

beforeAll(() => {
  folder = makeFolder();
  // Without `background`, which a mask of CVAT has for pixels without a label.
  write("cvat/labelmap.txt", `${labelmap.join("\n")}\n`);
  write("cvat/ImageSets/Segmentation/default.txt", `${NAMES.join("\n")}\n`);
  for (const [name, scene] of drawn) {
    write(`cvat/SegmentationClass/${name}.png`, rgbPng(scene));
    write(`masks/${name}.png`, rgbPng(scene));
    // The car is an object.
    write(`masks/${name}.json`, JSON.stringify({ legend: { ...LEGEND, "#ff0000": "car # 1" } }));
    write(`nested/${name === "a" ? "train" : "val"}/${name}.png`, rgbPng(scene));
    write(`nested/${name === "a" ? "train" : "val"}/${name}.json`, JSON.stringify({ legend: LEGEND }));
  }
  const zipped = NAMES.map((name) => ({
    name: `SegmentationClass/${name}.png`,
    content: rgbPng(drawn.get(name)!),
  }));
  write("cvat.zip", writeZip([{ name: "labelmap.txt", content: `${labelmap.join("\n")}\n` }, ...zipped]));
  for (const format of ["coco-panoptic", "coco-instances", "voc"]) {
    const { code, stderr } = run("convert", "masks", "--to", format, "--out", format, "--quiet");
    expect([code, stderr]).toEqual([0, ""]);
  }
});

/** Expects class ids that stand for the drawn classes, by the list of the output directory. */
function expectClasses(out: string, nameOf = (name: string) => name): void {
  const nameOfId = new Map(
    json(`${out}/classes.json`).classes.map(({ id, name }: { id: number; name: string }) => [id, name]),
  );
  for (const [name, { places, width, height }] of drawn) {
    const { data, shape } = decodeNpy(readFileSync(join(folder, out, `npy/${nameOf(name)}.npy`)));
    expect(shape).toEqual([height, width]);
    const ids = Array.from(data as Uint8Array, (id) => nameOfId.get(id));
    expect(ids).toEqual(Array.from(places, (place) => CLASSES[place]));
  }
}

describe("labelmap decode", () => {
  it.each([
    ["cvat", /^cvat: CVAT segmentation mask: labelmap\.txt, SegmentationClass\/ \(3 masks\)\.\n$/],
    ["cvat.zip", /^cvat\.zip: CVAT segmentation mask: labelmap\.txt, SegmentationClass\/ \(3 masks\)\.\n$/],
    ["coco-panoptic", /^coco-panoptic: COCO panoptic: /],
    ["voc", /^voc: Pascal VOC: /],
  ])("decodes %s as masks with results are decoded, and keeps what is up to date", (source, found) => {
    const out = `of-${source}`;
    const first = run("decode", source, "--out", out, "--map", "semantic");
    expect([first.code, first.stdout]).toEqual([0, `${out}: 3 done\n`]);
    expect(first.stderr).toMatch(found);
    expectClasses(out);
    const again = run("decode", source, "--out", out, "--map", "semantic", "--quiet");
    expect([again.code, again.stdout, again.stderr]).toEqual([
      0,
      `${out}: 0 done, 3 already up to date\n`,
      "",
    ]);
    expect(run("verify", out)).toMatchObject({ code: 0, stdout: expect.stringContaining("3 jobs done") });
  });

  it("decodes a changed mask of a set again, and only this one", () => {
    cpSync(join(folder, "cvat"), join(folder, "changing"), { recursive: true });
    expect(run("decode", "changing", "--out", "changed", "--map", "semantic").code).toBe(0);
    write("changing/SegmentationClass/b.png", rgbPng(drawn.get("a")!));
    const { stdout } = run("decode", "changing", "--out", "changed", "--map", "semantic");
    expect(stdout).toBe("changed: 1 done, 2 already up to date\n");
    const [a, b] = ["a", "b"].map((name) => readFileSync(join(folder, `changed/npy/${name}.npy`)));
    expect(b).toEqual(a);
  });

  it("makes the same objects of a set as of the masks that it was made from", () => {
    for (const source of ["masks", "coco-panoptic"]) {
      const { code } = run("decode", source, "--out", `objects/${source}`, "--format", "coco-panoptic");
      expect(code).toBe(0);
    }
    const segments = (source: string) => {
      const { annotations, categories } = json(`objects/${source}/coco-panoptic/panoptic.json`);
      const names = new Map(categories.map(({ id, name }: { id: number; name: string }) => [id, name]));
      return annotations.map(({ segments_info }: { segments_info: Record<string, number>[] }) =>
        segments_info
          .map(({ category_id, area, iscrowd }) => [names.get(category_id!), area, iscrowd])
          .sort(),
      );
    };
    expect(segments("coco-panoptic")).toEqual(segments("masks"));
    expect(json("objects/coco-panoptic/things.json")).toEqual(["car"]);
  });

  it("makes instance maps and resized maps of a set as of masks", () => {
    for (const [name, ...flags] of [
      ["instances", "--map", "instance"],
      ["labels", "--map", "label", "--dtype", "uint8"],
      ["small", "--map", "semantic", "--resize", "7x5"],
      ["png", "--format", "png", "--map", "semantic"],
    ] as readonly (readonly [string, ...string[]])[]) {
      // The classes of COCO have ids from 1.
      run("decode", "voc", "--out", `views/list`, "--map", "semantic");
      const classes = flags.includes("semantic") ? ["--classes", "views/list/classes.json"] : [];
      for (const source of ["masks", "coco-panoptic"]) {
        const { code } = run("decode", source, "--out", `views/${name}/${source}`, ...flags, ...classes);
        expect(code, name).toBe(0);
      }
      const ending = name === "png" ? "png" : "npy";
      for (const image of NAMES) {
        const [one, other] = ["masks", "coco-panoptic"].map((source) =>
          readFileSync(join(folder, `views/${name}/${source}/${ending}/${image}.${ending}`)),
        );
        // The labels of COCO are in another order.
        if (name !== "labels") expect(other, `${name} ${image}`).toEqual(one);
        else expect(other!.length).toBe(one!.length);
      }
    }
  });

  it("takes patterns and files that list masks", () => {
    const pattern = run("decode", "masks/[ab].png", "--out", "by-pattern", "--map", "semantic");
    expect([pattern.code, pattern.stdout, pattern.stderr]).toEqual([0, "by-pattern: 2 done\n", ""]);
    const [list] = readdirSync(join(folder, "coco-instances/annotations"));
    const file = `coco-instances/annotations/${list}`;
    const listed = run("decode", file, "--out", "by-list", "--format", "yolo");
    expect(listed.stdout).toBe("by-list: 3 done\n");
    expect(listed.stderr).toMatch(/COCO instances/);
    expect(run("decode", "masks/*.tif", "--out", "none")).toMatchObject({
      code: 2,
      stderr: "labelmap: no file matches masks/*.tif; check the pattern\n",
    });
  });

  it("writes class ids without --map, since a label number means something in its own image only", () => {
    expect(run("decode", "cvat", "--out", "of-cvat")).toMatchObject({ code: 0 });
    expectClasses("of-cvat");
  });

  it("leaves no record in a folder whose files it must not overwrite", () => {
    write("own/a.png", "a picture of somebody");
    const { code, stderr } = run("overlay", "cvat", "-o", "own");
    expect([code, stderr]).toEqual([2, expect.stringContaining("exists, and labelmap has not written it")]);
    expect(existsSync(join(folder, "own/.labelmap/files.jsonl"))).toBe(false);
    expect(readFileSync(join(folder, "own/a.png"), "utf8")).toBe("a picture of somebody");
  });

  it("writes below a file that lists masks, whose folder is read, and leaves its outputs out", () => {
    const [list] = readdirSync(join(folder, "coco-panoptic/annotations")).filter((name) =>
      name.endsWith(".json"),
    );
    const file = `coco-panoptic/annotations/${list}`;
    const out = "coco-panoptic/annotations/out";
    const flags = ["--out", out, "--format", "yolo", "--quiet"];
    const [first, second] = [run("decode", file, ...flags), run("decode", file, ...flags)];
    expect(first).toMatchObject({ code: 0, stderr: "" });
    expect(second).toMatchObject({ code: 0, stderr: "" });
    expect(second.stdout).toMatch(/: 0 done, \d+ already up to date\n$/);
    rmSync(join(folder, out), { recursive: true });
  });

  it("takes masks in subfolders, and names the outputs after both", () => {
    const { code, stdout } = run("decode", "nested", "--out", "of-nested", "--map", "semantic");
    expect([code, stdout]).toEqual([0, "of-nested: 3 done\n"]);
    expectClasses("of-nested", (name) => (name === "a" ? "train_a" : `val_${name}`));
    mkdirSync(join(folder, "twins"));
    for (const path of ["x/y", "x_y"]) {
      write(`twins/${path}.png`, rgbPng(drawn.get("a")!));
      write(`twins/${path}.json`, JSON.stringify({ legend: LEGEND }));
    }
    const clash = run("decode", "twins", "--from", "mask-folder", "--out", "of-twins");
    expect([clash.code, clash.stderr]).toEqual([
      2,
      expect.stringContaining("would have the same output files"),
    ]);
  });

  it("asks for --from if several formats are possible, and takes it", () => {
    cpSync(join(folder, "voc"), join(folder, "both"), { recursive: true });
    cpSync(join(folder, "coco-panoptic"), join(folder, "both"), { recursive: true });
    const unsure = run("decode", "both", "--out", "of-both");
    expect(unsure.code).toBe(2);
    expect(unsure.stderr).toMatch(/may be of several formats; give one with --from:\n {2}--from /);
    expect(existsSync(join(folder, "of-both"))).toBe(false);
    expect(run("decode", "both", "--from", "voc", "--out", "of-both").stdout).toBe("of-both: 3 done\n");
    const unused = run("decode", "both", "--from", "voc", "--out", "of-both", "--class-by", "name");
    expect([unused.code, unused.stderr]).toEqual([2, expect.stringContaining("--class-by is for folders")]);
  });

  it("never writes into the set that it reads", () => {
    for (const out of ["cvat", "cvat/SegmentationClass", "."]) {
      const { code, stderr } = run("decode", "cvat", "--out", out);
      expect([code, stderr]).toEqual([2, expect.stringContaining("the output directory")]);
    }
    expect(readdirSync(join(folder, "cvat")).sort()).toEqual([
      "ImageSets",
      "SegmentationClass",
      "labelmap.txt",
    ]);
  });

  it("names an image that cannot be read, and decodes the others", () => {
    cpSync(join(folder, "cvat"), join(folder, "damaged"), { recursive: true });
    write("damaged/SegmentationClass/b.png", rgbPng(drawn.get("b")!).subarray(0, 60));
    const { code, stdout, stderr } = run("decode", "damaged", "--out", "of-damaged");
    expect([code, stdout]).toEqual([1, "of-damaged: 2 done, 1 failed\n"]);
    expect(stderr).toMatch(/^ {2}b: PNG_/m);
  });
});

describe("labelmap overlay", () => {
  it("draws each image of a set as it draws the image alone, and keeps what is there", () => {
    const first = run("overlay", "masks", "-o", "pictures");
    expect([first.code, first.stdout]).toEqual([0, "pictures: 3 pictures\n"]);
    for (const name of NAMES) {
      expect(run("overlay", `masks/${name}.png`, "-o", "alone.png", "--force").code).toBe(0);
      expect(readFileSync(join(folder, `pictures/${name}.png`))).toEqual(
        readFileSync(join(folder, "alone.png")),
      );
    }
    expect(run("overlay", "masks", "-o", "pictures").stdout).toBe(
      "pictures: 3 pictures, 3 already up to date\n",
    );
    expect(run("verify", "pictures").code).toBe(0);
  });

  it("draws over the photos of the set, and names an image whose photo does not fit", () => {
    cpSync(join(folder, "masks"), join(folder, "photos"), { recursive: true });
    write("photos/a_image.png", rgbPng(drawn.get("b")!));
    write("photos/b_image.png", rgbPng(drawScene(1, 30, 16)));
    const { code, stdout, stderr } = run("overlay", "photos", "-o", "over", "--from", "mask-folder");
    expect([code, stdout]).toEqual([1, "over: 2 pictures, 1 failed\n"]);
    expect(stderr).toContain("  b: SIZE_MISMATCH: ");
    run("overlay", "photos/a.png", "photos/a.json", "photos/a_image.png", "-o", "over-a.png");
    expect(readFileSync(join(folder, "over/a.png"))).toEqual(readFileSync(join(folder, "over-a.png")));
    expect(existsSync(join(folder, "over/b.png"))).toBe(false);
  });

  it("takes several masks and zip files, and does not write them to standard output", () => {
    expect(run("overlay", "masks/a.png", "masks/b.png", "-o", "two").stdout).toBe("two: 2 pictures\n");
    const zip = run("overlay", "cvat.zip", "-o", "zip", "--json");
    expect(JSON.parse(zip.stdout)).toEqual({ out: "zip", drawn: 3, kept: 0, failed: 0, failures: [] });
    expect(zip.stderr).toMatch(/CVAT segmentation mask/);
    expect(run("overlay", "cvat", "-o", "-")).toMatchObject({
      code: 2,
      stderr: expect.stringContaining("give the name of one, not -"),
    });
  });
});

describe("labelmap classes", () => {
  it("reports on a set, and writes its classes with the ids that they have in it", () => {
    const { code, stdout, stderr } = run("classes", "coco-panoptic", "--out", "list.json", "--json");
    expect(code).toBe(0);
    expect(stderr).toMatch(/COCO panoptic.*\nlist\.json: 3 classes, created\n$/);
    const [file] = readdirSync(join(folder, "coco-panoptic/annotations")).filter((name) =>
      /json$/.test(name),
    );
    const { categories } = json(`coco-panoptic/annotations/${file}`);
    const idsOf = (list: readonly { id: number; name: string }[]) =>
      Object.fromEntries(list.map(({ id, name }) => [name, id]));
    expect(idsOf(json("list.json").classes)).toEqual(idsOf(categories));
    const report = JSON.parse(stdout);
    expect([report.images, report.classes.length]).toEqual([3, 3]);
    for (const { className: name, pixels: found } of report.classes) {
      const place = CLASSES.indexOf(name);
      const pixels = [...drawn.values()].flatMap(({ places }) =>
        [...places].filter((each) => each === place),
      );
      expect([name, found]).toEqual([name, pixels.length]);
    }
  });

  it("extends a list with the classes of a set, and refuses --write for it", () => {
    write(
      "own.json",
      JSON.stringify({ version: 1, classes: [{ id: 7, name: "tree" }], voidId: 255, ignoreId: 255 }),
    );
    expect(run("classes", "cvat.zip", "--out", "own.json").stderr).toMatch(
      /own\.json: \d classes, extended: /,
    );
    expect(json("own.json").classes.slice(0, 1)).toEqual([{ id: 7, name: "tree" }]);
    expect(json("own.json").classes.map(({ name }: { name: string }) => name)).toEqual(
      expect.arrayContaining(CLASSES),
    );
    expect(run("classes", "cvat", "--write")).toMatchObject({
      code: 2,
      stderr: expect.stringContaining("--write needs a folder of masks, but cvat is a data set; use --out"),
    });
  });

  it("says so if a file is no source", () => {
    write("lone/ids.csv", "id,name\n7,road\n");
    expect(run("classes", "lone/ids.csv")).toMatchObject({
      code: 2,
      stderr:
        "labelmap: lone/ids.csv: no format is recognised; give the format with --from, or the legend of a folder of masks with --legend\n",
    });
  });

  it("writes nothing with --dry-run", () => {
    const { code, stderr } = run("classes", "masks", "--write", "--dry-run");
    expect([code, existsSync(join(folder, "masks/classes.json"))]).toEqual([0, false]);
    expect(stderr).toContain("masks: 3 classes");
  });
});

describe("labelmap classes of a pattern", () => {
  it("does not write its list into a data set, which would take it for one of its files", () => {
    const { code, stderr } = run("classes", "cvat", "--out", "cvat/new/../list.json");
    expect([code, stderr]).toEqual([
      2,
      expect.stringContaining("would be taken for a file of the data set cvat"),
    ]);
    expect(existsSync(join(folder, "cvat/list.json"))).toBe(false);
    expect(run("classes", "cvat", "--out", "beside.json", "--quiet").code).toBe(0);
  });

  it("takes masks with results", () => {
    const { code, stdout } = run("classes", "masks/[ab].png", "--json", "--quiet");
    expect(code).toBe(0);
    expect(JSON.parse(stdout)).toMatchObject({ images: 2 });
  });
});

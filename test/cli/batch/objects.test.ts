/** What counts as an object in YOLO and COCO: the flags, and what the command says of exports that come out empty. */
import { copyFileSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { ClassList } from "labelmap";
import { planOutput } from "labelmap-cli/batch";
import { describe, expect, it } from "vitest";
import { linesOf, newFolder } from "../../support/batch-folder.js";
import { encodePng } from "../../support/encode-png.mjs";
import { runCli } from "../../support/run-cli.js";

const fixture = (name: string) => fileURLToPath(new URL(`../../fixtures/${name}`, import.meta.url));

/** A folder with the mask of two cats and a dog, none of which has a number. */
function catsFolder(): string {
  const folder = newFolder();
  mkdirSync(join(folder, "in"));
  for (const ending of ["png", "json"]) {
    copyFileSync(fixture(`semantic-two-cats.${ending}`), join(folder, `in/cats.${ending}`));
  }
  return folder;
}

function decode(folder: string, format: string, ...flags: string[]) {
  const out = join(folder, "out");
  // The tests ask for other objects of the same masks.
  const args = ["decode", "in", "--out", "out", "--format", format, "--force", ...flags];
  const run = runCli(args, { cwd: folder });
  const read = (path: string) => readFileSync(join(out, path), "utf8");
  return { ...run, out, read, json: (path: string) => JSON.parse(read(path)) };
}

/** Grey masks of one row, with the same result for all. */
function writeRows(folder: string, rows: Readonly<Record<string, { pixels: string; legend: object }>>): void {
  mkdirSync(join(folder, "in"));
  for (const [name, { pixels, legend }] of Object.entries(rows)) {
    const samples = Uint8Array.from(pixels, Number);
    const png = encodePng({ width: samples.length, height: 1, colourType: 0, bitDepth: 8, samples });
    writeFileSync(join(folder, `in/${name}.png`), png);
    writeFileSync(join(folder, `in/${name}.json`), JSON.stringify({ legend }));
  }
}

describe("a folder of masks without numbers", () => {
  it.each(["yolo", "coco-instances"])("is not called done without a warning: %s", (format) => {
    const folder = catsFolder();
    const warning = `  ${format}: 1 image has no object, because no label has a number, such as "car # 1"; to count connected areas, add --objects components; to count labels, name their classes with --things\n`;
    expect(decode(folder, format)).toMatchObject({ code: 0, stdout: "out: 1 done\n", stderr: warning });
    const again = { code: 0, stdout: "out: 0 done, 1 already up to date\n", stderr: warning };
    expect(decode(folder, format)).toMatchObject(again);
    const { out } = decode(folder, format);
    expect(linesOf(out).map(({ issues }) => issues)).toEqual([["no-objects"]]);
  });

  it("has three objects with --objects components", () => {
    const folder = catsFolder();
    const coco = decode(folder, "coco-instances", "--objects", "components");
    expect(coco).toMatchObject({ code: 0, stderr: "" });
    const { annotations, categories } = coco.json("coco-instances/instances.json");
    const nameOf = (id: number) => categories.find((one: { id: number }) => one.id === id).name;
    expect(
      annotations.map(({ category_id, area, iscrowd }: Record<string, number>) => [
        nameOf(category_id!),
        area,
        iscrowd,
      ]),
    ).toEqual([
      ["cat", 48, 0],
      ["dog", 32, 0],
      ["cat", 60, 0],
    ]);
    const yolo = decode(folder, "yolo", "--objects", "components");
    expect(yolo.stderr).toBe(
      "  yolo: 1 image has objects with holes, which are filled in YOLO; --format coco-instances keeps them\n",
    );
    expect(yolo.read("yolo/labels/cats.txt").match(/^\d+/gm)).toHaveLength(3);
    const panoptic = decode(folder, "coco-panoptic", "--objects", "components").json(
      "coco-panoptic/panoptic.json",
    );
    expect(
      panoptic.categories.map(({ name, isthing }: Record<string, unknown>) => [name, isthing]).sort(),
    ).toEqual([
      ["background", 0],
      ["cat", 1],
      ["dog", 1],
    ]);
    const [{ segments_info }] = panoptic.annotations;
    expect(segments_info.map(({ area }: { area: number }) => area).slice(1)).toEqual([48, 32, 60]);
  });

  it("has an object for each label that --things names, and says so", () => {
    const folder = catsFolder();
    const { code, stderr, json } = decode(folder, "coco-instances", "--things", "dog");
    expect([code, stderr]).toEqual([
      0,
      "  coco-instances: 1 image has labels without a number, and each is one object; to count connected areas, add --objects components\n",
    ]);
    const areas = json("coco-instances/instances.json").annotations;
    expect(areas.map(({ area, iscrowd }: Record<string, number>) => [area, iscrowd])).toEqual([[32, 0]]);
    // Only the named classes are counted, and other options make the file again.
    const split = decode(
      folder,
      "coco-instances",
      "--things",
      "cat",
      "--objects",
      "components",
      "--min-area",
      "50",
    );
    expect(split.stdout).toBe("out: 1 done\n");
    expect(split.stderr).toBe(
      "  coco-instances: 1 image has connected areas below --min-area, which are left out\n",
    );
    const [{ area }, ...others] = split.json("coco-instances/instances.json").annotations;
    expect([area, others]).toEqual([60, []]);
  });
});

describe("a folder in which some objects have numbers", () => {
  const legend = { "#010101": "car # 1", "#020202": "car", "#030303": "road" };
  const rows = {
    a: { pixels: "1103", legend },
    b: { pixels: "2203", legend: { "#020202": "car", "#030303": "road" } },
    c: { pixels: "3333", legend: { "#030303": "road" } },
  };
  const found = (json: { annotations: Record<string, number>[] }) =>
    json.annotations.map(({ image_id, area, iscrowd }) => [image_id, area, iscrowd]);

  it("has groups of the labels without a number, in the images without numbers too", () => {
    const folder = newFolder();
    writeRows(folder, rows);
    const coco = decode(folder, "coco-instances");
    const unlabelled = / {2}2 images have 2 unlabelled pixels, 25\.00 % of their pixels; .*in\/a\.png\n$/;
    expect(coco).toMatchObject({ code: 0, stderr: expect.stringMatching(unlabelled) });
    expect(coco.stderr.replace(unlabelled, "")).toBe("");
    expect(found(coco.json("coco-instances/instances.json"))).toEqual([
      [1, 2, 0],
      [2, 2, 1],
    ]);
    expect(decode(folder, "yolo").stderr.replace(unlabelled, "")).toBe(
      "  yolo: 1 image has labels without a number beside numbered ones, which have no line; to count connected areas, add --objects components\n",
    );
    const labels = decode(folder, "coco-instances", "--objects", "labels");
    expect(found(labels.json("coco-instances/instances.json"))).toEqual([
      [1, 2, 0],
      [2, 2, 0],
    ]);
  });
});

describe("options for objects", () => {
  it("are refused where they do not fit, in the words of the command", () => {
    const folder = catsFolder();
    for (const [flags, message] of [
      [["npy", "--objects", "components"], "--objects cannot be used with npy"],
      [["voc", "--min-area", "5"], "--min-area cannot be used with voc"],
      [["yolo", "--min-area", "5"], "--min-area applies only to --objects components"],
      [["yolo", "--objects", "areas"], "labels, numbered, components"],
      [["yolo", "--objects", "components", "--min-area", "0"], "at least 1"],
    ] as const) {
      const { code, stderr } = decode(folder, flags[0]!, ...flags.slice(1));
      expect([code, stderr], flags.join(" ")).toEqual([2, expect.stringContaining(message)]);
    }
  });

  it("are part of the plan, with all classes but the background as things", () => {
    const classes = ClassList.fromNames(["background", "cat", "dog"]);
    const plan = planOutput({ format: "yolo", classes, objects: "components", minArea: 9 });
    expect(plan).toMatchObject({ things: ["cat", "dog"], objects: "components", minArea: 9 });
    expect(planOutput({ format: "yolo", classes, things: ["cat"] })).toMatchObject({ objects: "labels" });
    const invalid = expect.objectContaining({ code: "OPTION_INVALID" });
    for (const options of [
      { format: "yolo", classes },
      { format: "yolo", classes, objects: "areas" },
      { format: "yolo", classes, things: ["cat"], minArea: 9 },
      { format: "yolo", classes, objects: "components", minArea: 0 },
      { format: "npy", objects: "labels" },
    ]) {
      expect(() => planOutput(options as never), JSON.stringify(options)).toThrow(invalid);
    }
  });
});

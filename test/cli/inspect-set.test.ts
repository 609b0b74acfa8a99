/** `labelmap inspect` of data sets: what is counted, in every kind of source, and what is no data set. */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import {
  BLACK,
  BLUE,
  type Drawn,
  drawScene,
  GREEN,
  LEGEND,
  put,
  putMasks,
  RED,
  rgbPng,
} from "../support/drawn-set.js";
import { makeFolder, runCli } from "../support/run-cli.js";

const OBJECTS = { "#ff0000": "car # 1", "#00ff00": "car # 2", "#0000ff": "road" };

function inspect(folder: string, ...args: string[]) {
  return runCli(["inspect", ...args], { cwd: folder });
}

function asJson(folder: string, ...args: string[]) {
  const { stdout, stderr, code } = inspect(folder, ...args, "--json");
  expect([code, stderr]).toEqual([0, ""]);
  return JSON.parse(stdout);
}

/** Pixels of each place. */
const areasOf = ({ places }: Drawn) =>
  [0, 1, 2, 3].map((place) => places.filter((found) => found === place).length);

/** Three images with two objects each, of two sizes. The second lacks the second car. */
function putObjects(folder: string) {
  const scenes = [drawScene(1), drawScene(2), drawScene(3, 30, 20)];
  scenes[1] = { ...scenes[1]!, places: scenes[1]!.places.map((place) => (place === 1 ? 3 : place)) };
  for (const [place, scene] of scenes.entries()) {
    put(folder, `in/m${place}.png`, rgbPng(scene, [RED, GREEN, BLUE, [9, 9, 9]]));
    put(folder, `in/m${place}.json`, JSON.stringify({ legend: OBJECTS }));
  }
  return scenes;
}

describe("labelmap inspect of a data set", () => {
  it("counts the pixels, images and objects of each class", () => {
    const folder = makeFolder();
    const scenes = putObjects(folder);
    const areas = scenes.map(areasOf);
    const total = scenes.reduce((sum, { width, height }) => sum + width * height, 0);
    const sumOf = (...places: number[]) =>
      areas.reduce((sum, area) => sum + places.reduce((more, place) => more + area[place]!, 0), 0);
    const objects = areas.flatMap((area, image) =>
      [area[0]!, area[1]!].filter((pixels) => pixels > 0).map((pixels) => ({ pixels, image: `m${image}` })),
    );
    const extreme = (pick: (...values: number[]) => number) => {
      const pixels = pick(...objects.map((object) => object.pixels));
      return objects.find((object) => object.pixels === pixels);
    };
    expect(asJson(folder, "in")).toEqual({
      ...{ source: "in", format: "mask-folder", title: "Masks with legends" },
      reason: "Masks with legends: 3 masks, and 3 legends, such as m0.json.",
      ...{ images: 3, pixels: total, objects: 5, parts: {}, photos: 0 },
      sizes: [
        { width: 24, height: 16, images: 2 },
        { width: 30, height: 20, images: 1 },
      ],
      classes: [
        {
          ...{ id: 1, name: "car", pixels: sumOf(0, 1), share: sumOf(0, 1) / total, images: 3, objects: 5 },
          ...{ smallest: extreme(Math.min), largest: extreme(Math.max) },
        },
        {
          ...{ id: 2, name: "road", pixels: sumOf(2), share: sumOf(2) / total, images: 3, objects: 0 },
          ...{ smallest: null, largest: null },
        },
      ],
      unlabelled: {
        ...{ pixels: sumOf(3), share: sumOf(3) / total, images: 1 },
        values: [{ value: "#090909", pixels: sumOf(3), images: 1 }],
      },
      ...{ failed: 0, failures: [], omitted: 0, issues: [] },
    });
  });

  it("prints it as a table", () => {
    const folder = makeFolder();
    const [first] = [putObjects(folder)[1]!];
    const { stdout, code } = inspect(folder, "in");
    expect(code).toBe(0);
    const unlabelled = areasOf(first)[3]!;
    expect(stdout.split("\n").map((line) => line.replace(/ {2,}/g, "  ").trim())).toEqual([
      "in: Masks with legends: 3 masks, and 3 legends, such as m0.json.",
      "3 images, no photos",
      "2 sizes: 24×16 (2), 30×20 (1)",
      "2 classes, 5 objects",
      expect.stringMatching(/^unlabelled: \d\.\d\d % of the pixels, in 1 image$/),
      "",
      "id  class  pixels  share  images  objects  smallest  largest",
      expect.stringMatching(/^1 {2}car {2}\d+ {2}[\d.]+ % {2}3 {2}5 {2}25 {2}36$/),
      expect.stringMatching(/^2 {2}road {2}\d+ {2}[\d.]+ % {2}3 {2}0$/),
      "",
      "Not in the legend:",
      `#090909  ${unlabelled} pixels in 1 image`,
      "",
    ]);
  });

  it("takes a folder, a pattern, several files, and an annotation file", () => {
    const folder = makeFolder();
    putObjects(folder);
    const whole = asJson(folder, "in");
    for (const args of [["in/*.png"], ["in/m0.png", "in/m1.png", "in/m2.png"]]) {
      const { source, ...found } = asJson(folder, ...args);
      expect([source, found]).toEqual([
        "in/m0.png and 2 more",
        Object.fromEntries(Object.entries(whole).filter(([key]) => key !== "source")),
      ]);
    }
    expect(asJson(folder, "in/m0.png", "in/m2.png")).toMatchObject({ images: 2, format: "mask-folder" });
    const args = [
      "convert",
      "in",
      "--to",
      "coco-panoptic",
      "--out",
      "coco",
      "--split",
      "0.5,0.5",
      "--seed",
      "3",
    ];
    expect(runCli(args, { cwd: folder }).code).toBe(0);
    const both = asJson(folder, "coco");
    expect(both.format).toBe("coco-panoptic");
    expect(Object.keys(both.parts).sort()).toEqual(["train", "val"]);
    const val = asJson(folder, "coco/annotations/panoptic_val.json");
    expect([val.format, val.parts, val.images]).toEqual([
      "coco-panoptic",
      { val: both.parts.val },
      both.parts.val,
    ]);
    expect(inspect(folder, "coco").stdout).toContain(
      `3 images, in parts: train ${both.parts.train}, val ${both.parts.val}, no photos`,
    );
  });

  it("still takes a mask and a legend as one mask", () => {
    const folder = makeFolder();
    putObjects(folder);
    expect(inspect(folder, "in/m0.png").stdout).toContain("in/m0.png with in/m0.json: 24×16 pixels");
    expect(inspect(folder, "in/m0.png", "in/m1.json").stdout).toContain("in/m0.png with in/m1.json: 24×16");
    expect(inspect(folder, "in/m0.png", "cityscapes").stdout).toContain("in/m0.png with cityscapes");
    // The result of a mask is neither a mask nor a list of masks.
    const result = inspect(folder, "in/m0.json");
    expect([result.code, result.stderr]).toEqual([
      2,
      expect.stringContaining("in/m0.json is no mask: it is JSON; "),
    ]);
    // A flag of data sets makes a set of it.
    expect(asJson(folder, "in/m0.png", "--from", "mask-folder")).toMatchObject({ images: 1, objects: 2 });
  });

  it("takes the legend of a folder as the second argument, or with --legend", () => {
    const folder = makeFolder();
    put(folder, "masks/a.png", rgbPng(drawScene(1)));
    put(folder, "legends/all.json", JSON.stringify(LEGEND));
    for (const args of [
      ["masks", "legends/all.json"],
      ["masks", "--legend", "legends/all.json"],
    ]) {
      const { classes, reason } = asJson(folder, ...args);
      expect(reason).toContain("the legend that is given");
      expect(classes.map(({ name }: { name: string }) => name)).toEqual(["car", "road", "tree"]);
    }
    const both = inspect(folder, "masks", "legends/all.json", "--legend", "cityscapes");
    expect([both.code, both.stderr]).toEqual([2, expect.stringContaining("the legend is given twice")]);
  });

  it("lists the formats that a folder may be of, and asks for --from", () => {
    const folder = makeFolder();
    putMasks(folder, 2);
    for (const format of ["coco-panoptic", "voc"]) {
      expect(runCli(["convert", "in", "--to", format, "--out", `all/${format}`], { cwd: folder }).code).toBe(
        0,
      );
    }
    const unsure = inspect(folder, "all");
    expect(unsure.code).toBe(2);
    expect(unsure.stderr).toContain("labelmap: all may be of several formats; give one with --from");
    expect(unsure.stderr).toContain("--from coco-panoptic  (certain)");
    expect(unsure.stderr).toContain("--from voc  (certain)");
    expect(asJson(folder, "all", "--from", "voc")).toMatchObject({ format: "voc", images: 2 });
    expect(asJson(folder, "all", "--from", "voc", "--read", "split=train")).toMatchObject({ images: 2 });
  });

  it("names the masks that cannot be decoded, counts the others, and exits with 1", () => {
    const folder = makeFolder();
    putMasks(folder, 3);
    put(folder, "in/m1.png", readFileSync(join(folder, "in/m1.png")).subarray(0, 60));
    const { code, stdout } = inspect(folder, "in", "--json");
    expect(code).toBe(1);
    const found = JSON.parse(stdout);
    expect(found).toMatchObject({ images: 2, failed: 1, failures: [{ name: "m1", code: "PNG_TRUNCATED" }] });
    put(folder, "in/objects-1.png", "no PNG");
    const text = inspect(folder, "in");
    // The name of a file is not taken for the flag --objects.
    expect(text.stdout).toContain("\n  objects-1: PNG_SIGNATURE: objects-1.png: ");
    expect([text.code, text.stdout]).toEqual([
      1,
      expect.stringMatching(/\nNot decoded:\n {2}m1: PNG_TRUNCATED: m1\.png: /),
    ]);
  });

  it("counts photos, and names classes without pixels", () => {
    const folder = makeFolder();
    putMasks(folder, 2, { ...LEGEND, "#123456": "moon" });
    put(folder, "in/m0.jpg", "a photo");
    put(folder, "in/m1.png", rgbPng(drawScene(1), [BLACK, GREEN, BLUE]));
    const { stdout } = inspect(folder, "in");
    expect(stdout).toContain("2 images, 1 with photos\n");
    expect(stdout).toContain("4 classes, 3 with pixels, 0 objects\n");
    expect(stdout).toContain("\nwithout pixels: moon\n");
  });

  it("makes names safe for a terminal", () => {
    const folder = makeFolder();
    putMasks(folder, 1, { ...LEGEND, "#ff0000": "car\u001b[31m" });
    for (const args of [["in"], ["in", "--json"]]) {
      expect(inspect(folder, ...args).stdout).not.toContain("\u001b");
    }
  });

  it.each(["inspect", "doctor"])(
    "needs no more memory for many masks: %s",
    { timeout: 300_000 },
    (command) => {
      const png = rgbPng(drawScene(1, 512, 384));
      const peakOf = (count: number) => {
        const folder = makeFolder();
        put(folder, "in/legend.json", JSON.stringify(LEGEND));
        for (let place = 0; place < count; place++) put(folder, `in/m${place}.png`, png);
        const program = `process.on("exit", () => console.error("peak", process.resourceUsage().maxRSS));`;
        put(folder, "peak.mjs", program);
        const { stderr, code } = runCli([command, "in", "-q"], {
          ...{ cwd: folder, mostMilliseconds: 200_000 },
          env: { NODE_OPTIONS: `--import=${join(folder, "peak.mjs")}` },
        });
        expect(code).toBe(0);
        return Number(/peak (\d+)/.exec(stderr)![1]) / 1024;
      };
      // If the maps were kept, four hundred would take 300 MiB more.
      expect(peakOf(400)).toBeLessThan(peakOf(20) + 150);
    },
  );
});

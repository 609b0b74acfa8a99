/** The report of a dataset says what is in its images and what is inconsistent, and no more than it can hold. */
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import fc from "fast-check";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { classWeights, DatasetReport, formatReport, reportDataset } from "../../src/dataset/index.js";
import { classListFromDirectory, reportDirectory } from "../../src/dataset/node.js";
import { ClassList, init, LabelMap, LabelMapError, labelPixels } from "../../src/index.js";
import { loadCorpus } from "../support/corpus.mjs";
import { encodePng } from "../support/encode-png.mjs";

beforeAll(() => init());

/** A map of one row; each pixel is a colour of `#0000xx`. */
function mapOf(blues: number[], legend: Record<string, string>, instances?: object[]): LabelMap {
  const data = Uint8Array.from(blues.flatMap((blue) => [0, 0, blue]));
  const result = instances === undefined ? legend : { legend, instances };
  return labelPixels({ data, width: blues.length, height: 1, channels: 3 }, result);
}

const reportOf = (maps: Record<string, LabelMap>, classes?: ClassList) => {
  const report = new DatasetReport(classes && { classes });
  for (const [id, map] of Object.entries(maps)) report.add(id, map);
  return report.toJSON();
};

describe("a dataset's report", () => {
  it("counts images, pixels, objects and legends per class, and entries without pixels", () => {
    const report = reportOf({
      a: mapOf([1, 1, 2, 3], { "#000001": "car # 1", "#000002": "car # 2", "#000003": "road" }),
      b: mapOf([3, 3], { "#000001": "car # 1", "#000003": "road", "#000004": "sky" }),
    });
    expect(report).toMatchObject({ version: 1, images: 2, pixels: 6, emptyLegendEntries: 2 });
    expect(report.classes).toEqual([
      { className: "car", images: 1, pixels: 3, legendImages: 2, instances: 2 },
      { className: "road", images: 2, pixels: 3, legendImages: 2, instances: 0 },
      { className: "sky", images: 0, pixels: 0, legendImages: 1, instances: 0 },
    ]);
    expect(report.classCounts).toBeNull();
  });

  it("finds colours that mean different classes in different images, and says where", () => {
    const report = reportOf({
      a: mapOf([1], { "#000001": "road", "#000002": "sky" }),
      b: mapOf([1], { "#000001": "sidewalk", "#000002": "sky" }),
      c: mapOf([1], { "#000001": "road", "#000002": "sky" }),
    });
    expect(report.colorConflicts).toEqual([
      {
        color: "#000001",
        classes: [
          { className: "road", images: 2, firstImage: "a" },
          { className: "sidewalk", images: 1, firstImage: "b" },
        ],
        omittedImages: 0,
      },
    ]);
  });

  it("ignores the colours of objects, which differ in each image", () => {
    const report = reportOf({
      a: mapOf([1], { "#000001": "car # 1" }),
      b: mapOf([1], { "#000001": "truck # 1" }),
    });
    expect(report.colorConflicts).toEqual([]);
  });

  it("counts an image once if its legend has a colour twice", () => {
    const map = mapOf([1], { "#000001": "road", "000001": "road" });
    const other = mapOf([1], { "#000001": "path" });
    expect(reportOf({ map, other }).colorConflicts[0]?.classes).toEqual([
      { className: "path", images: 1, firstImage: "other" },
      { className: "road", images: 1, firstImage: "map" },
    ]);
  });

  it("finds names that differ only in case, spaces, hyphens and underscores", () => {
    const names = [
      "Car",
      "car ",
      "traffic light",
      "Traffic-Light",
      "traffic_light",
      "cart",
      "trafficlights",
      "é",
      "e\u0301",
    ];
    const legend = Object.fromEntries(names.map((name, place) => [`#00000${place + 1}`, name]));
    expect(reportOf({ a: mapOf([1], legend) }).similarNames).toEqual([
      ["Car", "car "],
      ["Traffic-Light", "traffic light", "traffic_light"],
      ["e\u0301", "é"],
    ]);
  });

  it("gives the unlabelled share of all pixels and of the worst images, and the colours in no legend", () => {
    const legend = { "#000001": "road" };
    const { unlabelled } = reportOf({
      a: mapOf([1, 1, 9, 8], legend),
      b: mapOf([1, 1], legend),
      c: mapOf([9, 9, 9, 1], legend),
    });
    expect(unlabelled).toEqual({
      pixels: 5,
      share: 0.5,
      images: 2,
      worst: [
        { id: "c", pixels: 3, share: 0.75 },
        { id: "a", pixels: 2, share: 0.5 },
      ],
      colors: [
        { color: "#000009", pixels: 4, images: 2 },
        { color: "#000008", pixels: 1, images: 1 },
      ],
    });
  });

  it("adds up issues by code, with the first as an example", () => {
    const { issues } = reportOf({
      a: mapOf([1], { "#000001": "road", "#xyz": "a", "#xyzz": "b" }),
      b: mapOf([1], { "#000001": "road", "#xyzzz": "c" }),
    });
    expect(issues).toEqual([
      {
        code: "legend-key-invalid",
        count: 3,
        images: 2,
        example: { id: "a", message: expect.stringContaining("#xyz") },
      },
    ]);
  });

  it("also counts by class id if a class list is given, and names the classes that the list lacks", () => {
    const classes = ClassList.fromNames(["sky", ["vehicle", "car", "truck"]], { firstId: 3, void: ["blur"] });
    const legend = {
      "#000001": "car",
      "#000002": "truck",
      "#000003": "path",
      "#000004": "blur",
      "#000005": "hill",
    };
    const report = reportOf({ a: mapOf([1, 2, 3, 4, 4], legend), b: mapOf([1, 1], legend) }, classes);
    expect(report.classCounts).toEqual([
      { id: 3, name: "sky", images: 0, pixels: 0, imagePixels: 0 },
      { id: 4, name: "vehicle", images: 2, pixels: 4, imagePixels: 7 },
    ]);
    expect(report.notInClassList).toEqual(["path"]);
  });

  it("has the same sums for any order of the images, and as counting pixel by pixel", () => {
    const legend = { "#000001": "a", "#000002": "b", "#000003": "c" };
    const anyImages = fc.array(fc.array(fc.integer({ min: 1, max: 5 }), { minLength: 1, maxLength: 8 }), {
      minLength: 1,
      maxLength: 8,
    });
    fc.assert(
      fc.property(anyImages, (images) => {
        const maps = images.map((blues, index) => [`${index}`, mapOf(blues, legend)] as const);
        const report = reportOf(Object.fromEntries(maps));
        const count = (blue: number) => images.flat().filter((other) => other === blue).length;
        const holding = (blue: number) => images.filter((blues) => blues.includes(blue)).length;
        for (const { className, pixels, images: seen } of report.classes) {
          const blue = "abc".indexOf(className) + 1;
          expect([pixels, seen]).toEqual([count(blue), holding(blue)]);
        }
        expect(report.unlabelled.pixels).toBe(count(4) + count(5));
        expect(report.pixels).toBe(images.flat().length);
        const backwards = new DatasetReport();
        for (const [id, map] of [...maps].reverse()) backwards.add(id, map);
        expect(backwards.toJSON()).toEqual(report);
      }),
      { numRuns: 60 },
    );
  });

  it("treats hostile names as plain names", () => {
    const legend = Object.fromEntries([
      ["#000001", "__proto__"],
      ["#000002", "constructor"],
    ]);
    const { classes } = reportOf({ ["__proto__"]: mapOf([1], legend), a: mapOf([1, 2, 2], legend) });
    expect(classes.map(({ className, pixels }) => [className, pixels])).toEqual([
      ["__proto__", 2],
      ["constructor", 2],
    ]);
  });

  it("holds a bounded number of everything, and counts what it leaves out", () => {
    const report = new DatasetReport();
    const images = 40;
    for (let image = 0; image < images; image++) {
      const labels = Array.from({ length: 2000 }, (_, index) => ({
        index,
        color: `#${(index % 1500).toString(16).padStart(6, "0")}`,
        name: `class ${image} ${index}`,
        className: `class ${image} ${index}`,
        classId: null,
        instanceId: 0,
        instanceNumber: 0,
        sourceId: null,
        isThing: false,
        isCrowd: false,
        supercategory: null,
        attributes: [],
        pixelCount: 1,
        bbox: null,
      }));
      const issues = Array.from({ length: 10 }, (_, index) => ({
        code: `code ${image} ${index}`,
        message: "",
      }));
      const unlabelled = {
        count: 1000 + image,
        colors: Array.from({ length: 2000 }, (_, index) => ({
          color: `#${(image * 2000 + index).toString(16).padStart(6, "0")}`,
          count: 1,
        })),
      };
      const data = new Int32Array(100 * 100);
      report.add(
        `image ${image}`,
        new LabelMap({ width: 100, height: 100, data, labels, unlabelled, issues }),
      );
    }
    for (let failure = 0; failure < 150; failure++) report.addFailure(`${failure}`, new Error("broken"));
    const json = report.toJSON();
    expect(json.classes).toHaveLength(10_000);
    expect(json.colorConflicts).toHaveLength(1000);
    expect(json.colorConflicts[0]?.classes).toHaveLength(16);
    expect(json.colorConflicts[0]?.omittedImages).toBe(images - 16);
    expect(json.unlabelled.worst.map(({ id }) => id)).toEqual(
      Array.from({ length: 40 }, (_, place) => `image ${39 - place}`),
    );
    expect(json.unlabelled.colors).toHaveLength(50);
    expect(json.issues).toHaveLength(100);
    expect(json.failures).toHaveLength(100);
    expect(json.omitted).toEqual({
      classes: images * 2000 - 10_000,
      colors: 0,
      colorConflicts: 500,
      unlabelledColors: images * 2000 - 65_536,
      issues: images * 10 - 100,
      failures: 50,
    });
    expect(formatReport(json)).toMatch(/… and 9980 more[\s\S]*Left out/);
  });

  it("is made from images that come one by one", async () => {
    async function* entries() {
      yield { id: "a", map: mapOf([1], { "#000001": "road" }) };
      yield { id: "b", map: mapOf([1, 1], { "#000001": "road" }) };
    }
    const report = await reportDataset(entries());
    expect(report.toJSON()).toMatchObject({ images: 2, pixels: 3 });
    expect(JSON.parse(JSON.stringify(report))).toEqual(report.toJSON());
  });

  it("refuses an invalid label map, id or class list", () => {
    const map = mapOf([1], { "#000001": "road" });
    const wrong = expect.objectContaining({ code: "OPTION_INVALID" });
    expect(() => new DatasetReport().add(3 as never, map)).toThrow(wrong);
    expect(() => new DatasetReport().add("a", null as never)).toThrow(wrong);
    expect(() =>
      new DatasetReport().add("a", { width: 1, height: 1, data: new Int32Array(1) } as never),
    ).toThrow(wrong);
    expect(() => new DatasetReport({ classes: ["road"] as never })).toThrow(wrong);
    expect(() => new DatasetReport(null as never)).toThrow(wrong);
  });

  it.each([[undefined], [5], [{ id: "a" }], [[null]], [[{ id: "a" }]]])(
    "refuses %j as the entries",
    async (entries) => {
      await expect(reportDataset(entries as never)).rejects.toThrow(
        expect.objectContaining({ code: "OPTION_INVALID" }),
      );
    },
  );
});

describe("the report as text", () => {
  it("has a table of the classes and lists of what looks wrong", () => {
    const text = formatReport(
      reportOf({
        a: mapOf([1, 1, 2, 9], { "#000001": "road", "#000002": "Car" }),
        b: mapOf([1, 1, 2, 2], { "#000001": "path", "#000002": "car ", "#xyz": "x\n" }),
      }),
    );
    expect(text).toBe(`2 images, 8 pixels, 5 classes

class   images  in legends  objects  pixels    share
"car "       1           1        0       2  25.00 %
path         1           1        0       2  25.00 %
road         1           1        0       2  25.00 %
Car          1           1        0       1  12.50 %
"x\\n"        0           1        0       0   0.00 %

Names that are nearly the same:
  Car, "car "

Colours that are not one class:
  #000001  path in 1 (b), road in 1 (a)
  #000002  Car in 1 (a), "car " in 1 (b)

Unlabelled: 12.50 % of all pixels, in 1 image

Most unlabelled:
  25.00 %  a

Colours in no legend:
  #000009  1 pixel in 1 image

Legend entries without a pixel: 1

Issues:
  legend-key-invalid  1 in 1 image; first in b: legend["#xyz"]: not a hex colour such as #f23334. Its pixels are unlabelled.
`);
  });

  it("exists for a dataset without images", () => {
    expect(formatReport(new DatasetReport())).toContain("0 images");
  });
});

describe("class weights", () => {
  const counts = [
    { id: 4, name: "a", pixels: 10, images: 1, imagePixels: 100 },
    { id: 1, name: "b", pixels: 30, images: 2, imagePixels: 200 },
    { id: 2, name: "c", pixels: 60, images: 2, imagePixels: 200 },
    { id: 0, name: "d", pixels: 0, images: 0, imagePixels: 0 },
  ];

  it("are inverse to the pixels, as scikit-learn balances them", () => {
    // compute_class_weight("balanced", classes=[0, 1, 2], y=[0]*10 + [1]*30 + [2]*60)
    expect([...classWeights(counts, { method: "inverse" })]).toEqual(
      [0, 100 / 90, 100 / 180, 0, 100 / 30].map(Math.fround),
    );
  });

  it("balance by the median frequency of the images that a class is in", () => {
    // Frequencies 0.1, 0.15 and 0.3; the median is 0.15.
    expect([...classWeights(counts, { method: "median" })]).toEqual([0, 1, 0.5, 0, 1.5].map(Math.fround));
    // Of two classes the median is the mean: 0.125.
    expect([...classWeights(counts.slice(0, 2), { method: "median" })]).toEqual(
      [0, 0.125 / 0.15, 0, 0, 1.25].map(Math.fround),
    );
  });

  it("make the mean weight of a pixel 1 with the inverse method", () => {
    const anyCounts = fc.array(fc.integer({ min: 0, max: 1e9 }), { minLength: 1, maxLength: 30 });
    fc.assert(
      fc.property(anyCounts, (pixels) => {
        const weights = classWeights(
          pixels.map((count, id) => ({ id, pixels: count })),
          { method: "inverse" },
        );
        const total = pixels.reduce((sum, count) => sum + count, 0);
        const weighted = pixels.reduce((sum, count, id) => sum + count * weights[id]!, 0);
        expect(weights).toHaveLength(pixels.length);
        if (total > 0) expect(weighted / total).toBeCloseTo(1, 5);
      }),
    );
  });

  it("come from a report with a class list, without void", () => {
    const classes = ClassList.fromNames(["road", "sky"], { void: ["blur"] });
    const legend = { "#000001": "road", "#000002": "sky", "#000003": "blur" };
    const { classCounts } = reportOf({ a: mapOf([1, 1, 1, 2, 3, 9], legend) }, classes);
    expect([...classWeights(classCounts, { method: "inverse" })]).toEqual([4 / 6, 2].map(Math.fround));
  });

  it("are an empty array for no classes", () => {
    expect(classWeights([], { method: "median" })).toHaveLength(0);
  });

  it.each([
    [null, { method: "inverse" }],
    [counts, { method: "sqrt" }],
    [counts, undefined],
    [[{ id: 1, pixels: 2 }], { method: "median" }],
    [[{ id: 1, pixels: -2 }], { method: "inverse" }],
    [[{ id: 1, pixels: Number.NaN }], { method: "inverse" }],
    [[{ id: -1, pixels: 2 }], { method: "inverse" }],
    [[{ id: 1, pixels: 2, imagePixels: 1 }], { method: "median" }],
    [[...counts, counts[0]], { method: "inverse" }],
    [[null], { method: "inverse" }],
  ])("refuse %j with %j", (wrong, options) => {
    expect(() => classWeights(wrong as never, options as never)).toThrow(
      expect.objectContaining({ code: "OPTION_INVALID" }),
    );
  });

  it("refuse an id that would need a huge array", () => {
    expect(() => classWeights([{ id: 2 ** 31 - 1, pixels: 1 }], { method: "inverse" })).toThrow(
      expect.objectContaining({ code: "VALUE_OUT_OF_RANGE" }),
    );
  });
});

describe("a directory of results", () => {
  const directory = mkdtempSync(join(tmpdir(), "labelmap-dataset-"));
  afterAll(() => rmSync(directory, { recursive: true }));

  const folder = (name: string, files: Record<string, string | Uint8Array>) => {
    const path = join(directory, name);
    mkdirSync(join(path, "inner.json"), { recursive: true });
    for (const [file, content] of Object.entries(files)) writeFileSync(join(path, file), content);
    return path;
  };
  const result = (legend: Record<string, string>) =>
    JSON.stringify({ legend, url: "https://example.com/mask.png" });
  const png = (...blues: number[]) =>
    encodePng({
      width: blues.length,
      height: 1,
      colourType: 2,
      bitDepth: 8,
      samples: Uint8Array.from(blues.flatMap((blue) => [0, 0, blue])),
    });

  it("gives the same class list as its results in memory", async () => {
    const path = folder("list", {
      "b.json": result({ "#000001": "sky", "#000002": "car # 1", "#000003": "blur" }),
      "a.json": result({ "#000001": "road", "#000002": "sky" }),
      "a.png": "not read",
      "b.png": "not read",
      "alone.png": "not read",
      "manifest.json": "not read",
      "classes.json": result({ "#000001": "not a class" }),
      "notes.txt": "not read",
    });
    const list = await classListFromDirectory(path, { void: ["blur"], firstId: 1 });
    expect(list.classes).toEqual([
      { id: 1, name: "car" },
      { id: 2, name: "road" },
      { id: 3, name: "sky" },
    ]);
    expect(list.idOf("blur")).toBe(255);
  });

  it("names an invalid result file, and says where its fault is", async () => {
    const path = folder("wrong", {
      "a.json": result({ "#000001": "a" }),
      "a.png": "",
      "b.json": '{ "legend": 3 }',
      "b.png": "",
    });
    await expect(classListFromDirectory(path)).rejects.toThrow(
      expect.objectContaining({
        name: "LabelMapError",
        code: "LEGEND_INVALID",
        message: expect.stringMatching(/^b\.json: legend/),
        cause: expect.any(LabelMapError),
      }),
    );
    await expect(classListFromDirectory(join(directory, "nowhere"))).rejects.toMatchObject({
      code: "SOURCE_MISSING",
      message: expect.stringMatching(/nowhere" does not exist/),
    });
  });

  it("gives a report that does not stop at a pair that cannot be decoded", async () => {
    const legend = { "#000001": "road" };
    const path = folder("masks", {
      "a.json": result(legend),
      "a.png": png(1, 1, 2),
      "b.json": result(legend),
      "b.png": png(1).subarray(0, 40),
      "c.png": png(1),
      "manifest.json": "not read",
      "d.json": "{",
      "d.png": png(1),
    });
    const report = (await reportDirectory(path, { classes: ClassList.fromNames(["road"]) })).toJSON();
    expect(report).toMatchObject({ images: 1, pixels: 3, unlabelled: { pixels: 1 } });
    expect(report.classCounts).toEqual([{ id: 0, name: "road", images: 1, pixels: 2, imagePixels: 3 }]);
    expect(report.failures.map(({ id, code }) => [id, code])).toEqual([
      ["b", "PNG_TRUNCATED"],
      ["c", "RESULT_INVALID"],
      ["d", "RESULT_INVALID"],
    ]);
    expect(report.failures[1]?.message).toBe("c.png has no result beside it: expected c.json");
    const strict = (await reportDirectory(path, { maxPixels: 2 })).toJSON();
    expect(strict.failures[0]).toMatchObject({ id: "a", code: "PNG_TOO_LARGE" });
  });

  it.each([
    ["nothing", {}],
    ["results alone", { "a.json": result({ "#000001": "road" }) }],
    ["masks alone", { "a.png": png(1) }],
    ["masks and results of other names", { "a.png": png(1), "manifest.json": "[]" }],
  ])("with %s in it throws an error that says what is expected", async (name, files) => {
    const path = folder(name, files);
    const wrong = expect.objectContaining({
      code: "OPTION_INVALID",
      message: `${path} has no masks: expected name.png with its result in name.json (subfolders are not read).`,
    });
    await expect(classListFromDirectory(path)).rejects.toThrow(wrong);
    await expect(reportDirectory(path)).rejects.toThrow(wrong);
  });

  it("throws for invalid options instead of reporting every mask as a failure", async () => {
    const path = folder("options", { "a.json": result({ "#000001": "road" }), "a.png": png(1) });
    const wrong = expect.objectContaining({ code: "OPTION_INVALID" });
    await expect(reportDirectory(path, { classBy: "colour" as never })).rejects.toThrow(wrong);
    await expect(reportDirectory(path, null as never)).rejects.toThrow(wrong);
    await expect(classListFromDirectory(path, null as never)).rejects.toThrow(wrong);
  });

  it("made of this repository's real masks has the pixels that their own decoder counted", async () => {
    const samples = loadCorpus().filter(({ name }) => /1080p|720p|640|interlaced|16-bit/.test(name));
    const path = folder(
      "corpus",
      Object.fromEntries(
        samples.flatMap(({ name, png: bytes, result: sample }) => [
          [`${name}.png`, bytes],
          [`${name}.json`, JSON.stringify(sample)],
        ]),
      ),
    );
    const report = (await reportDirectory(path)).toJSON();
    expect(report.failures).toEqual([]);
    expect(report.images).toBe(samples.length);
    const pixels = samples.reduce((sum, { expected }) => sum + expected.width * expected.height, 0);
    expect(report.pixels).toBe(pixels);
    const counted = samples.flatMap(({ expected }) =>
      Object.entries(expected.counts!).map(([label, count]) => (label === "-1" ? 0 : count)),
    );
    const labelled = report.classes.reduce((sum, { pixels: count }) => sum + count, 0);
    expect(labelled).toBe(counted.reduce((sum, count) => sum + count, 0));
    expect(labelled + report.unlabelled.pixels).toBe(pixels);
  });
});

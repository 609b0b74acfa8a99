/** The command with legends in every form, masks in every encoding, and what it says if it cannot read them. */
import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { decodeNpy } from "labelmap/formats";
import { ENCODINGS } from "labelmap/ids";
import { LEGEND_FORMS, PALETTES } from "labelmap/legend";
import { describe, expect, it } from "vitest";
import { findLegends } from "../../cli/src/legend-files.js";
import { encodePng } from "../support/encode-png.mjs";
import { makeFolder, runCli } from "../support/run-cli.js";

const folder = makeFolder();
const fixture = (name: string) => fileURLToPath(new URL(`../fixtures/${name}`, import.meta.url));
/** #ff0000: 12 pixels, #00ff00: 6, #0000ff: 6. */
const COLORS = fixture("legends/three-colours.png");

function write(name: string, content: string | Uint8Array): string {
  const path = join(folder, name);
  mkdirSync(join(path, ".."), { recursive: true });
  writeFileSync(path, content);
  return path;
}

const SAMPLES = { 0: 1, 2: 3, 3: 1, 6: 4 } as const;
interface Image {
  readonly colourType?: keyof typeof SAMPLES;
  readonly bitDepth?: 8 | 16;
  readonly palette?: readonly number[];
}

/** A mask of one row. */
function rowOf(
  samples: readonly number[],
  { colourType = 0, bitDepth = 8, palette }: Image = {},
): Uint8Array {
  return encodePng({
    width: samples.length / SAMPLES[colourType],
    height: 1,
    colourType,
    bitDepth,
    samples,
    ...(palette === undefined ? {} : { palette: Uint8Array.from(palette) }),
  });
}

const times = (count: number, ...samples: number[]) => Array.from({ length: count }, () => samples).flat();
/** 1: 12 pixels, 2: 6, 3: 6. */
const IDS = write("ids.png", rowOf([...times(12, 1), ...times(6, 2), ...times(6, 3)]));
const VOC = write(
  "voc.png",
  rowOf([...times(12, 128, 0, 0), ...times(6, 0, 128, 0), ...times(6, 128, 128, 0)], { colourType: 2 }),
);

interface FoundLabel {
  readonly className: string;
  readonly instanceNumber: number;
  readonly pixelCount: number;
}

const run = (...args: string[]) => runCli(args, { cwd: folder });

function inspect(...args: string[]) {
  const { code, stdout, stderr } = run("inspect", ...args, "--json");
  expect([code, stderr]).toEqual([0, ""]);
  const report = JSON.parse(stdout);
  const used = (report.labels as FoundLabel[] | undefined)?.filter(({ pixelCount }) => pixelCount > 0);
  const labels = used?.map(({ className, instanceNumber: number, pixelCount }) =>
    number > 0 ? `${className} # ${number}: ${pixelCount}` : `${className}: ${pixelCount}`,
  );
  return { ...report, found: labels };
}

const rgb = [
  [255, 0, 0],
  [0, 255, 0],
  [0, 0, 255],
];
const json = (value: unknown) => JSON.stringify(value);
const OBJECTS = ["car", "road", "sky"].map((name, place) => ({ id: place + 1, name, color: rgb[place] }));
const lines = (...texts: string[]) => `${texts.join("\n")}\n`;

/** For each form: the legend's file and text, and the mask. */
type LegendFile = readonly [file: string, text: string, mask?: string];
const FORMS: Readonly<Record<string, readonly LegendFile[]>> = {
  "colors to names": [
    ["plain.json", json({ "#f00": "car", "0x00ff00": "road", "(0, 0, 255, 255)": "sky" })],
    ["result.json", json({ legend: { "#ff0000": "car", "rgb(0, 255, 0)": "road", "0,0,255": "sky" } })],
  ],
  "names to colors": [["names.json", json({ car: "#ff0000", road: [0, 255, 0], sky: "0, 0, 255" })]],
  "colors to ids": [["color-ids.json", json({ "(255, 0, 0)": 1, "(0, 255, 0)": 2, "(0, 0, 255)": 3 })]],
  "names to ids": [["label2id.json", json({ car: 1, road: 2, sky: 3 }), IDS]],
  "ids to names": [["id2label.json", json({ 1: "car", 2: "road", 3: "sky" }), IDS]],
  "ids to colors": [["id-colors.json", json({ 1: rgb[0], 2: rgb[1], 3: "#0000ff" })]],
  "colors to objects": [
    [
      "replicator.json",
      json({
        "(255, 0, 0, 255)": { class: "car" },
        "(0, 255, 0, 255)": { class: "road" },
        "(0, 0, 255, 255)": { class: "sky" },
      }),
    ],
  ],
  "ids to objects": [
    ["replicator-ids.json", json({ 1: { class: "car" }, 2: { class: "road" }, 3: { class: "sky" } }), IDS],
  ],
  "names to objects": [
    ["config.json", json(Object.fromEntries(OBJECTS.map(({ name, ...others }) => [name, others] as const)))],
  ],
  "COCO categories": [
    ["coco.json", json({ categories: OBJECTS })],
    ["coco-ids.json", json({ categories: OBJECTS.map(({ id, name }) => ({ id, name })) }), IDS],
  ],
  "Supervisely meta.json": [
    [
      "meta.json",
      json({
        classes: [
          { title: "car", shape: "bitmap", color: "#FF0000" },
          { title: "road", shape: "bitmap", color: "#00FF00" },
          { title: "sky", shape: "bitmap", color: "#0000FF" },
        ],
        tags: [],
      }),
    ],
  ],
  "MMSegmentation dataset_meta": [
    ["dataset_meta.json", json({ classes: ["car", "road", "sky"], palette: rgb })],
  ],
  "list of objects": [
    ["points.json", json(OBJECTS.map(({ id, name, color }) => ({ id, text: name, color })))],
    ["both.json", json(OBJECTS), IDS],
  ],
  "list of names": [["names-list.json", json(["background", "car", "road", "sky"]), IDS]],
  "CVAT labelmap.txt": [
    [
      "labelmap.txt",
      lines("# label:color_rgb:parts:actions", "car:255,0,0::", "road:0,255,0::", "sky:0,0,255::"),
    ],
    [
      "labelmap-without-colours.txt",
      lines("# label:color_rgb:parts:actions", "background:::", "car:::", "road:::", "sky:::"),
      IDS,
    ],
  ],
  "label_colors.txt": [["label_colors.txt", lines("255 0 0\tcar", "0 255 0\troad", "0 0 255\tsky")]],
  "class table": [
    ["class_dict.csv", lines("name,r,g,b", "car,255,0,0", "road,0,255,0", "sky,0,0,255")],
    ["semicolon.csv", lines("name;r;g;b", "car;255;0;0", "road;0;255;0", "sky;0;0;255")],
    ["_classes.csv", lines("Pixel Value, Class", "1, car", "2, road", "3, sky"), IDS],
  ],
  "GIMP palette": [
    [
      "streets.gpl",
      lines("GIMP Palette", "Name: Streets", "#", "255   0   0\tcar", "0 255 0 road", "0 0 255 sky"),
    ],
  ],
  "palette name": [["", "pascal-voc", VOC]],
};

describe("labelmap inspect MASK LEGEND", () => {
  it("is tried with every form of legend", () => {
    expect(Object.keys(FORMS).sort()).toEqual(LEGEND_FORMS.map(({ name }) => name).sort());
  });

  const CASES = Object.entries(FORMS).flatMap(([form, legends]) =>
    legends.map(([file, text, mask = COLORS]) => ({ form, file, text, mask })),
  );

  it.each(CASES)("names the labels of $form ($file)", ({ form, file, text, mask }) => {
    const legend = file === "" ? text : write(`forms/${file}`, text);
    const report = inspect(mask, legend);
    const names = {
      "colors to ids": ["1", "2", "3"],
      "ids to colors": ["1", "2", "3"],
      "palette name": ["aeroplane", "bicycle", "bird"],
    }[form] ?? ["car", "road", "sky"];
    expect(report.found).toEqual([`${names[0]}: 12`, `${names[1]}: 6`, `${names[2]}: 6`]);
    expect([report.form, report.unlabelled.count, report.result]).toEqual([form, 0, legend]);
    expect(report.encoding).toBe(mask === IDS ? "grey" : "colors");
  });

  it("has the names of the library for all fields of a label", () => {
    const categories = [{ id: 2, name: "car", isthing: 1, supercategory: "vehicle", color: [0, 255, 0] }];
    const { labels } = inspect(COLORS, "--legend", write("fields.json", json({ categories })));
    expect(labels).toEqual([
      {
        index: 0,
        color: "#00ff00",
        name: "car",
        className: "car",
        classId: 2,
        instanceId: 0,
        instanceNumber: 0,
        sourceId: null,
        isThing: true,
        isCrowd: false,
        supercategory: "vehicle",
        attributes: [],
        pixelCount: 6,
        bbox: [0, 2, 3, 2],
      },
    ]);
  });

  it("reads grey images by the ids of a legend that has colours too, unless its colours are grey", () => {
    const mask = write("grey.png", rowOf([7, 7, 0, 255]));
    const table = (name: string, ...rows: string[]) => write(name, lines("id,name,r,g,b", ...rows));
    const colourful = inspect(mask, table("colourful.csv", "7,road,128,64,128", "255,void,0,0,0"));
    expect([colourful.encoding, colourful.found]).toEqual(["grey", ["road: 2", "void: 1"]]);
    const greys = inspect(mask, table("greys.csv", "0,off,0,0,0", "1,on,255,255,255"));
    expect([greys.encoding, greys.found]).toEqual(["colors", ["off: 1", "on: 1"]]);
  });

  it("shows ids, names and the form in the table", () => {
    const legend = write("table.json", json({ 1: "car", 2: "road" }));
    const { stdout } = run("inspect", IDS, legend);
    expect(stdout.split("\n")[0]).toBe(
      `${IDS} with ${legend} (ids to names), read as grey: 24×1 pixels, 2 labels, 2 classes`,
    );
    expect(stdout).toMatch(/^ +1 {2}#\w+ {2}car +12 +50\.00 %/m);
    expect(stdout).toMatch(/^Ids that are not in the legend:\nid {2}pixels +share\n 3 +6 +25\.00 %$/m);
  });
});

describe("labelmap inspect without a legend", () => {
  it("lists the numbers of grey images, of 8 and 16 bits", () => {
    expect(inspect(IDS)).toMatchObject({
      found: ["1: 12", "2: 6", "3: 6"],
      encoding: "grey",
      result: null,
      form: null,
    });
    const wide = inspect(fixture("public/grey-16-bit-ids.png"));
    expect([wide.encoding, wide.found]).toEqual(["grey", ["1: 12", "2: 6", "3: 6"]]);
    const { stdout } = run("inspect", IDS);
    expect(stdout).toMatch(/^ +id +pixels +share +box x,y w×h\n +1 +12 +50\.00 %/m);
  });

  it("lists the indices of a palette with its colours, if their order means something", () => {
    const report = inspect(fixture("formats/voc.png"));
    expect(report.encoding).toBe("palette-index");
    expect(report.found).toEqual(["0: 57", "1: 12", "2: 15", "255: 12"]);
    expect(report.labels.map(({ color }: { color: string }) => color)).toEqual([
      "#000000",
      "#800000",
      "#008000",
      "#e0e0c0",
    ]);
  });

  it("lists the colours of a palette of Pascal VOC that another tool has sorted, and says why", () => {
    const mask = fixture("formats/voc-resaved-by-sharp.png");
    const { encoding, colors, issues } = inspect(mask);
    const counts = colors.map((entry: { color: string; pixelCount: number }) => [
      entry.color,
      entry.pixelCount,
    ]);
    expect(encoding).toBe("colors");
    expect(Object.fromEntries(counts)).toEqual({
      "#000000": 57,
      "#800000": 12,
      "#008000": 15,
      "#e0e0c0": 12,
    });
    expect(issues).toEqual([
      { code: "palette-order", message: expect.stringMatching(/another order.*--legend pascal-voc/) },
    ]);
    const { code, stderr } = run("inspect", mask, "--encoding", "palette-index");
    expect([code, stderr]).toEqual([
      1,
      expect.stringMatching(/ENCODING_MISMATCH.*sharp\.png: .*another order.*--legend pascal-voc$/m),
    ]);
    const { labels } = inspect(mask, "pascal-voc");
    const used = labels.filter(({ pixelCount }: FoundLabel) => pixelCount > 0);
    expect(
      used.map((label: { classId: number; pixelCount: number }) => [label.classId, label.pixelCount]),
    ).toEqual([
      [0, 57],
      [1, 12],
      [2, 15],
      [255, 12],
    ]);
  });

  it("lists colours as before", () => {
    const { colors, encoding, labels } = inspect(COLORS);
    expect([encoding, labels, colors.length]).toEqual(["colors", undefined, 3]);
  });
});

/** By hand, from the sources that `ENCODINGS` names. */
const ENCODED: Readonly<
  Record<string, readonly [png: Uint8Array, labels: readonly string[], none?: number]>
> = {
  "palette-index": [
    rowOf([0, 2, 2, 1], { colourType: 3, palette: [9, 9, 9, 0, 0, 7, 1, 2, 3] }),
    ["0: 1", "1: 1", "2: 2"],
  ],
  grey: [rowOf([1, 300, 300, 65_535], { bitDepth: 16 }), ["1: 1", "300: 2", "65535: 1"]],
  "rgb-id": [
    rowOf([...times(1, 0, 0, 0), ...times(2, 44, 1, 0), ...times(1, 5, 0, 1)], { colourType: 2 }),
    ["300: 2", "65541: 1"],
    1,
  ],
  "rgba-id": [
    rowOf([...times(3, 5, 0, 0, 1), ...times(1, 5, 0, 0, 0)], { colourType: 6 }),
    ["5: 1", "16777221: 3"],
  ],
  "segments-ai": [
    rowOf([...times(3, 2, 1, 0, 255), ...times(1, 0, 0, 0, 255)], { colourType: 6 }),
    ["258: 3"],
    1,
  ],
  "cityscapes-instance": [
    rowOf([7, 26_000, 26_001, 26_001], { bitDepth: 16 }),
    ["road: 1", "car # 1: 1", "car # 2: 2"],
  ],
  kitti: [rowOf([1792, 6657, 6657, 6658], { bitDepth: 16 }), ["road: 1", "car # 1: 2", "car # 2: 1"]],
  "vistas-instance": [
    rowOf([3328, 14_080, 14_081, 14_081], { bitDepth: 16 }),
    ["13: 1", "55 # 1: 1", "55 # 2: 2"],
  ],
  mots: [rowOf([0, 10_000, 1005, 2001], { bitDepth: 16 }), ["1 # 6: 1", "2 # 2: 1"], 2],
  ade20k: [
    rowOf([...times(2, 10, 4, 1), ...times(1, 10, 4, 0), ...times(1, 0, 0, 0)], { colourType: 2 }),
    ["260: 1", "260 # 1: 2"],
    1,
  ],
  "bdd100k-bitmask": [
    rowOf([...times(2, 13, 4, 1, 1), ...times(2, 0, 0, 0, 0)], { colourType: 6 }),
    ["13 # 257: 2"],
    2,
  ],
  synthia: [
    rowOf([...times(3, 3, 0, 0), ...times(1, 10, 300, 0)], { colourType: 2, bitDepth: 16 }),
    ["3: 3", "10 # 300: 1"],
  ],
  carla: [rowOf([...times(3, 14, 1, 1), ...times(1, 0, 9, 9)], { colourType: 2 }), ["14 # 257: 3"], 1],
};

describe("--encoding", () => {
  it("is tried with every encoding", () => {
    expect(Object.keys(ENCODED)).toEqual(ENCODINGS.map(({ name }) => name));
  });

  it.each(Object.entries(ENCODED))("%s", (name, [png, labels, none = 0]) => {
    const report = inspect(write(`encoded-${name}.png`, png), "--encoding", name);
    expect([report.encoding, report.found, report.unlabelled.count]).toEqual([name, labels, none]);
  });

  it("reads a mask of 16 bits as SYNTHIA does, and says so if it is taken for colours", () => {
    const mask = fixture("public/rgb-16-bit-ids.png");
    const own = run("inspect", mask);
    expect([own.code, own.stderr]).toEqual([1, expect.stringMatching(/16 bits.*--encoding synthia/)]);
    const names = write("synthia.json", json({ 3: "road", 8: "car", 10: "person" }));
    const report = inspect(mask, "--encoding", "synthia", "--legend", names);
    expect(report.found).toEqual(["road: 12", "car: 6", "person # 1: 6"]);
  });

  it("takes integers for ids, even if they could be colours", () => {
    const mask = write("hundreds.png", rowOf([100, 200, 200, 7]));
    const legend = write("hundreds.json", json({ 100: "car", 200: "road" }));
    const report = inspect(mask, legend, "--encoding", "grey");
    expect([report.found, report.unlabelled]).toEqual([
      ["car: 1", "road: 2"],
      { count: 1, colors: [], ids: [{ id: 7, count: 1 }] },
    ]);
  });

  it.each(["inspect", "decode", "overlay", "view", "classes", "fetch", "enqueue"])(
    "of %s lists the names if one is wrong",
    (command) => {
      const { code, stderr } = run(command, "x", "--encoding", "greyy");
      expect(code).toBe(2);
      expect(stderr).toContain(
        `is invalid. Did you mean "grey"? Allowed choices are colors, ${ENCODINGS.map(({ name }) => name).join(", ")}.`,
      );
    },
  );

  it("colors needs a legend", () => {
    const { code, stderr } = run("decode", IDS, "--out", "none", "--encoding", "colors");
    expect([code, stderr]).toEqual([1, expect.stringContaining("SOURCE_MISSING")]);
  });
});

describe("messages about legends", () => {
  it("offer --form if there are several readings, and it decides", () => {
    const legend = write("ambiguous.json", json({ 100: "car", 200: "road" }));
    const { code, stderr } = run("inspect", COLORS, legend);
    expect([code, stderr]).toEqual([
      1,
      `labelmap: LEGEND_AMBIGUOUS: ${legend}: can be read in 2 ways. Choose one of these: ` +
        '--form "colors to names" (the colour "100" is "car"), --form "ids to names" (the id 100 is "car"). ' +
        "A # before each colour leaves no doubt either.\n",
    ]);
    const mask = write("hundred.png", rowOf([100, 200, 200]));
    expect(inspect(mask, legend, "--form", "ids to names").found).toEqual(["car: 1", "road: 2"]);
    expect(inspect(COLORS, legend, "--form", "colors to names").unlabelled.count).toBe(24);
    expect(run("inspect", COLORS, legend, "--form", "csv").stderr).toContain(
      "Allowed choices are COCO categories",
    );
  });

  it.each([
    [
      "wrong.csv",
      lines("name,r,g,b", "car,255,0,0", "road,300,0,0"),
      /wrong\.csv \(class table\): line 3: .*300/,
    ],
    [
      "labelmap.txt",
      lines("# label:color_rgb:parts:actions", "car:255,0::"),
      /labelmap\.txt \(CVAT labelmap\.txt\): line 2/,
    ],
    [
      "twice.json",
      '{\n "car": "#f00",\n "road": "#f00"\n}',
      /twice\.json \(names to colors\): line 3: .*"road"/,
    ],
    ["empty.txt", "", /empty\.txt: is empty/],
    ["notes.txt", "to do", /notes\.txt: is in no form that is known/],
    ["broken.json", "{", /broken\.json: .*not JSON/],
  ])("name the file, the form and the line: %s", (file, text, expected) => {
    const { code, stderr } = run("inspect", COLORS, write(`bad/${file}`, text));
    expect([code, stderr]).toEqual([1, expect.stringMatching(expected)]);
    expect(stderr.split(file)).toHaveLength(stderr.includes("CVAT labelmap.txt") ? 3 : 2);
  });

  it("say that ids cannot name colours, and ask for the encoding", () => {
    const legend = write("only-ids.json", json({ 1: "car" }));
    const { code, stderr } = run("inspect", COLORS, legend);
    expect([code, stderr]).toEqual([
      1,
      `labelmap: LEGEND_INVALID: ${legend} (ids to names): has ids and no colours, but the mask has colours; if the pixels are ids, give --encoding, such as rgb-id; if they are colours, give a legend of colours\n`,
    ]);
  });

  it("list the palettes if a legend is neither a file nor a palette", () => {
    const commands = [
      ["inspect", COLORS, "cityscape"],
      ["overlay", COLORS, "cityscape", "-o", "never.png"],
      ["decode", COLORS, "--legend", "cityscape", "--out", "never"],
      ["view", COLORS, "cityscape"],
      ["classes", folder, "--legend", "cityscape"],
    ];
    for (const command of commands) {
      const { code, stderr } = run(...command);
      expect([code, stderr]).toEqual([2, expect.stringContaining(Object.keys(PALETTES).join(", "))]);
    }
  });

  it("refuse two legends", () => {
    const { code, stderr } = run("inspect", COLORS, "camvid", "--legend", "ade20k");
    expect([code, stderr]).toEqual([2, expect.stringContaining("given twice")]);
  });
});

describe("--snap neighbours", () => {
  // A line of maroon between red and black is nearest to brown, which lies elsewhere.
  const red = [255, 0, 0];
  const maroon = [128, 0, 0];
  const legend = write("snap.json", json({ "#ff0000": "red", "#000000": "black", "#7f0505": "brown" }));
  const mask = write(
    "snap.png",
    rowOf([...red, ...red, ...maroon, 0, 0, 0, 0, 0, 0, 127, 5, 5], { colourType: 2 }),
  );

  it("gives a colour the label beside it, and not the nearest label", () => {
    expect(inspect(mask, legend, "--snap", "60").found).toEqual(["red: 2", "black: 2", "brown: 2"]);
    const beside = inspect(mask, legend, "--snap", "neighbours");
    expect([beside.found, beside.unlabelled.count]).toEqual([["red: 3", "black: 2", "brown: 1"], 0]);
    expect(inspect(mask, legend, "--snap", "neighbours:5").unlabelled.count).toBe(1);
  });

  it.each(["0", "x", "neighbours:", "neighbours:0", "neighbours 5", "neighbours5"])("refuses %s", (value) => {
    expect(run("inspect", mask, legend, "--snap", value)).toMatchObject({
      code: 2,
      stderr: expect.stringContaining("--snap"),
    });
  });
});

describe("labelmap decode", () => {
  const npy = (out: string, name: string) => [
    ...decodeNpy(readFileSync(join(folder, out, `npy/${name}.npy`))).data,
  ];

  it("reads masks of ids without a legend, and makes them again with another encoding", () => {
    write("batch/a.png", rowOf([256, 257, 257, 1000], { bitDepth: 16 }));
    const decode = (...more: string[]) => run("decode", "batch", "--out", "by-encoding", ...more);
    expect(decode().stderr).toContain("a.json does not exist; name the result with --legend");
    expect(decode("--encoding", "grey", "--retry-failed")).toMatchObject({
      code: 0,
      stdout: "by-encoding: 1 done\n",
    });
    expect(npy("by-encoding", "a")).toEqual([0, 1, 1, 2]);
    expect(decode("--encoding", "grey").stdout).toBe("by-encoding: 0 done, 1 already up to date\n");
    expect(decode("--encoding", "vistas-instance", "--force").stdout).toBe("by-encoding: 1 done\n");
    // 1 # 1, 1 # 2 and 3 # 233.
    expect(npy("by-encoding", "a")).toEqual([0, 1, 1, 2]);
    const instances = decode("--encoding", "vistas-instance", "--map", "instance", "--force");
    expect([instances.code, npy("by-encoding", "a")]).toEqual([0, [1, 2, 2, 3]]);
  });

  it("uses --legend for the masks of a folder that have no result of their own, and for all named masks", () => {
    const mask = readFileSync(COLORS);
    write("mixed/own.png", mask);
    write("mixed/own.json", json({ "#ff0000": "own" }));
    write("mixed/other.png", mask);
    const table = write("mixed.csv", lines("name,r,g,b", "sky,0,0,255", "car,255,0,0"));
    const decode = (path: string, out: string) => {
      const { code } = run("decode", path, "--legend", table, "--out", out, "--map", "semantic");
      const { classes } = JSON.parse(readFileSync(join(folder, out, "classes.json"), "utf8"));
      return [code, ...classes.map(({ id, name }: { id: number; name: string }) => `${id} ${name}`)];
    };
    expect(decode("mixed", "from-folder")).toEqual([0, "0 sky", "1 car", "2 own"]);
    const counts = (name: string) =>
      [0, 1, 2, 255].map((id) => npy("from-folder", name).filter((value) => value === id).length);
    expect(counts("other")).toEqual([6, 12, 0, 6]);
    expect(counts("own")).toEqual([0, 0, 12, 12]);
    expect(decode("mixed/own.png", "named")).toEqual([0, "0 sky", "1 car"]);
  });

  it("makes a class list of ids that could be colours, if the encoding or the form says that they are ids", () => {
    write("numbers/a.png", rowOf([100, 200, 200]));
    const legend = write("numbers.json", json({ 100: "road", 200: "car" }));
    for (const flags of [
      ["--encoding", "grey"],
      ["--form", "ids to names"],
    ]) {
      const out = `numbers-${flags[1]}`;
      const options = ["--legend", legend, "--map", "semantic", "--out", out, ...flags];
      expect(run("decode", "numbers", ...options)).toMatchObject({ code: 0, stdout: `${out}: 1 done\n` });
      // The ids of the legend, not new ones.
      expect(npy(out, "a")).toEqual([100, 200, 200]);
    }
  });

  it("makes the files again if the palette is another one", () => {
    write("palettes/voc.png", readFileSync(VOC));
    const decode = (...more: string[]) => {
      const { stdout, stderr } = run("decode", "palettes", "--out", "by-palette", ...more);
      return stderr + stdout;
    };
    expect(decode("--legend", "pascal-voc")).toBe("by-palette: 1 done\n");
    expect(npy("by-palette", "voc").slice(11, 13)).toEqual([1, 2]);
    expect(decode("--legend", "Pascal-VOC")).toBe("by-palette: 1 done\n");
    const lacking =
      "  1 image has 6 unlabelled pixels, 25.00 % of its pixels; to see their colours or ids: labelmap inspect palettes/voc.png --legend camvid\n";
    expect(decode("--legend", "camvid")).toBe(`${lacking}by-palette: 1 done\n`);
    expect(decode("--legend", "camvid")).toBe(`${lacking}by-palette: 0 done, 1 already up to date\n`);
  });

  it("names the legend and the line in the summary and the manifest", () => {
    write("faulty/a.png", readFileSync(COLORS));
    const table = write("faulty.csv", lines("name,r,g,b", "car,1000,0,0"));
    const { code, stderr } = run("decode", "faulty", "--legend", table, "--out", "faulty-out");
    expect([code, stderr]).toEqual([
      1,
      expect.stringContaining(`a: FORMAT_INVALID: ${table} (class table): line 2:`),
    ]);
  });

  it("writes a mask of ids to a pipe, with the names of its encoding", () => {
    const mask = write("pipe.png", ENCODED.kitti![0]);
    const decode = (...more: string[]) => run("decode", mask, "--out", "-", "--encoding", "kitti", ...more);
    const { code, bytes, stderr } = decode("--map", "semantic", "--format", "npy");
    // The classes of Cityscapes in the order of their names.
    const data = [...decodeNpy(bytes).data];
    expect([code, stderr, data[1] === data[2] && data[0] !== data[1]]).toEqual([0, "", true]);
    expect(decode("--map", "instance").bytes.subarray(-8)).toEqual(Buffer.from([0, 0, 1, 0, 1, 0, 2, 0]));
    expect(run("decode", mask, "--out", "-")).toMatchObject({
      code: 2,
      stderr: expect.stringContaining("name its result with --legend"),
    });
  });
});

describe("labelmap overlay and classes", () => {
  it("draw and count masks with a palette or with ids", () => {
    expect(run("overlay", VOC, "--legend", "pascal-voc", "-o", "voc-overlay.png")).toMatchObject({
      code: 0,
      stderr: "",
    });
    expect(run("overlay", IDS, "-o", "ids-overlay.png")).toMatchObject({ code: 0, stderr: "" });
    expect(inspect("ids-overlay.png").width).toBeGreaterThanOrEqual(24);
    const kitti = write("kitti.png", ENCODED.kitti![0]);
    expect(run("overlay", kitti, "--encoding", "kitti", "-o", "kitti-overlay.png").code).toBe(0);
    // Without a legend, each colour is a label that is called by its code.
    expect(run("overlay", COLORS, "-o", "none.png")).toMatchObject({ code: 0, stderr: "" });
  });

  it("report on masks without results, and list the classes in the order of the legend", () => {
    write("counted/a.png", readFileSync(COLORS));
    write("counted/b.png", readFileSync(COLORS));
    write("counted/b.json", json({ "#ff0000": "own" }));
    const legend = write("counted.gpl", lines("GIMP Palette", "#", "0 0 255 sky", "255 0 0 car"));
    const { code, stdout } = run("classes", "counted", "--legend", legend, "--json", "--out", "counted.json");
    const report = JSON.parse(stdout);
    expect([code, report.images, report.failures]).toEqual([0, 2, []]);
    const pixels = report.classCounts.map((entry: { name: string; pixels: number }) => [
      entry.name,
      entry.pixels,
    ]);
    expect(pixels).toEqual([
      ["sky", 6],
      ["car", 12],
      ["own", 12],
    ]);
    const without = JSON.parse(run("classes", "counted", "--json").stdout);
    expect(without.failures).toEqual([expect.objectContaining({ id: "a", code: "RESULT_INVALID" })]);
  });

  it("report on masks of ids, with the names of the encoding", () => {
    write("kitti/a.png", ENCODED.kitti![0]);
    const report = JSON.parse(run("classes", "kitti", "--encoding", "kitti", "--json").stdout);
    const used = report.classes.filter(({ pixels }: { pixels: number }) => pixels > 0);
    expect(
      used.map((entry: { className: string; pixels: number }) => [entry.className, entry.pixels]),
    ).toEqual([
      ["car", 3],
      ["road", 1],
    ]);
    expect(run("classes", "kitti")).toMatchObject({ code: 2, stderr: expect.stringContaining("--legend") });
  });
});

describe("findLegends", () => {
  const find = (masks: string[], others: string[], areChosen = false) =>
    Object.fromEntries(findLegends(masks, others, { areChosen }));

  it("takes the legend of a mask's own name, then that of the nearest folder", () => {
    const masks = ["a/x.png", "a/b/y.png", "c/z.png"];
    const others = ["a/x.csv", "a/labelmap.txt", "meta.json", "readme.txt", "c/notes.json"];
    expect(find(masks, others)).toEqual({
      "a/x.png": "a/x.csv",
      "a/b/y.png": "a/labelmap.txt",
      "c/z.png": "meta.json",
    });
  });

  it("takes none if there are several, and no file that only might be one", () => {
    expect(find(["x.png"], ["labelmap.txt", "classes.csv"])).toEqual({});
    expect(find(["x.png"], ["notes.txt", "data.json", "labels.txt"])).toEqual({});
    expect(find(["x.png"], ["notes.txt", "data.json", "labels.txt", "classes.json"], true)).toEqual({
      "x.png": "labels.txt",
    });
  });

  it("knows the file names of every form", () => {
    for (const [form, legends] of Object.entries(FORMS)) {
      const { files } = LEGEND_FORMS.find(({ name }) => name === form)!;
      for (const [file] of legends.filter(([name]) => files?.test(name))) {
        expect(find(["x.png"], [file])).toEqual({ "x.png": file });
      }
    }
  });
});

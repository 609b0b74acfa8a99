/** What the command says if a file is missing, empty or of another kind, and if a legend and an encoding do not fit. */
import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { encodeLabelPng } from "labelmap/formats";
import { beforeAll, describe, expect, it } from "vitest";
import { encodePng } from "../support/encode-png.mjs";
import { makeFolder, runCli } from "../support/run-cli.js";
import { writeTiff } from "../support/write-tiff.js";

const folder = makeFolder();
const said = (...args: string[]) => {
  const { code, stderr } = runCli(args, { cwd: folder });
  return [code, stderr];
};
/** The one line on stderr. */
const line = (pattern: string | RegExp) =>
  typeof pattern === "string" ? `labelmap: ${pattern}\n` : expect.stringMatching(pattern);

beforeAll(() => {
  mkdirSync(join(folder, "masks"));
  mkdirSync(join(folder, "no masks"));
  const put = (name: string, content: string | Uint8Array) => writeFileSync(join(folder, name), content);
  put("masks/b.png", encodeLabelPng({ width: 2, height: 1, data: Uint8Array.of(7, 11) }));
  put("red.png", encodePng({ width: 1, height: 1, colourType: 2, bitDepth: 8, samples: [255, 0, 0] }));
  put("not.png", "hello");
  put("ids.csv", "id,name\n7,road\n11,building\n");
  put("colors.csv", "name,r,g,b\nroad,255,0,0\n");
  put("empty.csv", "");
  put("header.csv", "id,name\n");
});

describe("a legend and an encoding that do not fit", () => {
  it.each([
    [["masks/b.png", "ids.csv", "--encoding", "colors"], "grey", "colours are to be read"],
    [["red.png", "ids.csv", "--encoding", "colors"], "rgb-id", "the mask has colours"],
    [["red.png", "ids.csv"], "rgb-id", "the mask has colours"],
  ])("names the flag to change, without the library's words: %j", (args, encoding, problem) => {
    expect(said("inspect", ...args)).toEqual([
      1,
      line(
        `LEGEND_INVALID: ids.csv (class table): has ids and no colours, but ${problem}; if the pixels are ids, give --encoding, such as ${encoding}; if they are colours, give a legend of colours`,
      ),
    ]);
  });

  it("says which of the two to change for a legend of colours", () => {
    expect(said("inspect", "masks/b.png", "colors.csv", "--encoding", "grey")).toEqual([
      1,
      line(
        'LEGEND_INVALID: colors.csv (class table): has colours, but no ids, which this encoding needs. If the pixels have these colours, leave out --encoding. If they are ids, give a legend of ids, such as { "7": "road" }.',
      ),
    ]);
  });

  it("names --legend and --classes before --missing", () => {
    const [code, stderr] = said("decode", "masks", "--encoding", "grey", "--map", "semantic", "--out", "ids");
    expect([code, stderr]).toEqual([
      1,
      '  b: CLASS_UNKNOWN: There is no class id for "7", "11". Name the classes with --legend, or give a list that has them all with --classes. --missing void makes all pixels of these classes void.\n',
    ]);
    const args = ["decode", "masks", "--encoding", "grey", "--map", "semantic", "--out", "named"];
    expect(said(...args, "--legend", "ids.csv")).toEqual([0, ""]);
  });
});

describe("a mask that is no PNG", () => {
  it.each([
    ["ids.csv"],
    ["colors.csv"],
    ["ids.csv", "--encoding", "grey"],
    ["colors.csv", "--snap", "3"],
    [],
  ])("is called so, whatever the legend is: %j", (...args) => {
    const expected = line(/^labelmap: PNG_SIGNATURE: not\.png: the bytes are text; a mask must be a PNG/);
    expect(said("inspect", "not.png", ...args)).toEqual([1, expected]);
  });
});

describe("a misspelt encoding or form", () => {
  it("is accepted in American English", () => {
    const [grey, gray] = ["grey", "gray"].map((name) =>
      runCli(["inspect", "masks/b.png", "ids.csv", "--encoding", name], { cwd: folder }),
    );
    expect(gray).toEqual(grey);
    expect(grey!.code).toBe(0);
  });

  it.each([
    ["--encoding", "palete-index", 'Did you mean "palette-index"?'],
    ["--encoding", "cityscapes", 'Did you mean "cityscapes-instance"?'],
    ["--form", "ids-to-names", 'Did you mean "ids to names"?'],
  ])("is answered with the closest name: %s %s", (flag, name, words) => {
    const [code, stderr] = said("inspect", "masks/b.png", "ids.csv", flag, name);
    expect([code, stderr]).toEqual([
      2,
      expect.stringContaining(`argument '${name}' is invalid. ${words} Allowed`),
    ]);
  });

  it("is answered with all names if none is close", () => {
    const [code, stderr] = said("inspect", "masks/b.png", "ids.csv", "--encoding", "photo");
    expect([code, stderr]).toEqual([
      2,
      expect.stringContaining("is invalid. Allowed choices are colors, palette"),
    ]);
  });

  it("of a palette too", () => {
    expect(said("inspect", "masks/b.png", "citiscapes")).toEqual([
      2,
      line(
        /^labelmap: there is no file and no palette citiscapes; did you mean "cityscapes"\? the palettes are/i,
      ),
    ]);
  });
});

describe("a file that is missing, empty or a folder", () => {
  it.each([
    [
      ["inspect", "masks/b.png", "no.csv"],
      "SOURCE_MISSING: the legend no.csv does not exist; check its path",
    ],
    [
      ["decode", "masks", "--legend", "no.csv", "--out", "x"],
      "SOURCE_MISSING: the legend no.csv does not exist; check its path",
    ],
    [["view", "masks", "no.csv"], "SOURCE_MISSING: the legend no.csv does not exist; check its path"],
    [["inspect", "no.png"], "SOURCE_MISSING: no.png does not exist; check the path, which starts at FOLDER"],
    [
      ["decode", "no.png", "--legend", "ids.csv", "--out", "x"],
      "SOURCE_MISSING: no.png does not exist; check the path, which starts at FOLDER",
    ],
    [["inspect", "/no/such.png"], "SOURCE_MISSING: /no/such.png does not exist; check the path"],
    [
      ["fetch", "--project", "p", "--jobs", "no.txt", "--out", "x"],
      "SOURCE_MISSING: no.txt (--jobs) does not exist; check the path, which starts at FOLDER",
    ],
    [
      ["decode", "masks", "--legend", "ids.csv", "--map", "semantic", "--classes", "no.json", "--out", "x"],
      "SOURCE_MISSING: no.json (--classes) does not exist; check the path, which starts at FOLDER",
    ],
    [
      ["overlay", "masks/b.png", "no.jpg", "--legend", "ids.csv", "--output", "x.png"],
      "SOURCE_MISSING: no.jpg does not exist; check the path, which starts at FOLDER",
    ],
    [
      ["fetch", "--project", "p", "--jobs", "masks", "--out", "x"],
      "SOURCE_MISSING: masks (--jobs) is a folder; give a file",
    ],
    [["classes", "nowhere"], 'SOURCE_MISSING: the folder "nowhere" does not exist; check the path.'],
    [
      ["inspect", "masks/b.png", "empty.csv"],
      "LEGEND_INVALID: empty.csv: is empty; write a line for each class, such as `7,road`, or `road,128,64,128` with its colour.",
    ],
    [
      ["inspect", "masks/b.png", "header.csv"],
      "FORMAT_INVALID: header.csv (class table): has no label: no line names a class; add one for each.",
    ],
  ])("is named, with what to do: %j", (args, expected) => {
    const [code, stderr] = said(...args);
    expect([code, String(stderr).replace(folder, "FOLDER")]).toEqual([1, line(expected)]);
  });

  it("is a folder of masks without a legend, or without masks", () => {
    for (const folder of ["masks", "no masks"]) {
      const remedy = "give the format with --from, or the legend of a folder of masks with --legend";
      expect(said("inspect", folder)).toEqual([2, line(`${folder}: no format is recognised; ${remedy}`)]);
    }
  });

  it("has a name that is also the name of a flag", () => {
    expect(said("inspect", "out")).toEqual([1, line(/^labelmap: SOURCE_MISSING: out does not exist;/)]);
    expect(said("inspect", "masks/b.png", "./labels")).toEqual([
      1,
      line(/: the legend \.\/labels does not exist;/),
    ]);
  });
});

describe("a source that is not read", () => {
  beforeAll(() => {
    mkdirSync(join(folder, "shards/train"), { recursive: true });
    mkdirSync(join(folder, "table/data"), { recursive: true });
    mkdirSync(join(folder, "tiffs"));
    const put = (name: string, content: string | Uint8Array) => writeFileSync(join(folder, name), content);
    put("shards/train/shard-000000.tar", new Uint8Array(1024));
    put("shards/classes.json", '{"classes":[]}');
    put("table/data/train-00000.parquet", "PAR1");
    put("make.py", "print(1)\n");
    put("cut.zip", "PK\u0003\u0004 and so on");
    const page = { width: 1, height: 1, bits: 8, pixels: Uint8Array.of(7) } as const;
    put("tiffs/a.tif", writeTiff([page]));
  });

  const shard =
    "train/shard-000000.tar is a WebDataset shard; labelmap writes these but does not read them; convert the set that the shards were made from";
  it.each([
    [["inspect", "shards"], `shards: ${shard}`],
    [["convert", "shards", "--to", "voc", "--out", "out"], `shards: ${shard}`],
    [["inspect", "shards/train/shard-000000.tar"], `shards/${shard}`],
    [
      ["inspect", "table"],
      "table: data/train-00000.parquet is a Parquet file; labelmap writes these but does not read them; convert the set that it was made from, or read it with pyarrow or datasets",
    ],
    [
      ["inspect", "make.py"],
      "make.py is no mask: it is text; give a PNG, or a data set: a folder, a zip file or an annotation file",
    ],
  ])("is named with what to do instead: %j", (args, message) => {
    expect(said(...args)).toEqual([2, line(message)]);
  });

  it("is named by doctor too, which does not ask for PNGs if there are TIFFs", () => {
    const doctor = (path: string) => runCli(["doctor", path], { cwd: folder }).stdout;
    expect(doctor("shards")).toContain(
      "format-unknown: train/shard-000000.tar is a WebDataset shard; labelmap writes these but does not read them.",
    );
    expect(doctor("shards")).toContain("Next: Convert the set that the shards were made from.");
    expect(doctor("tiffs")).not.toMatch(/must be PNG|no PNG/);
    expect(doctor("tiffs")).toContain("there are TIFF, BMP, GIF or WebP files, but no legend");
    // A PNG of ids lacks only the list of its classes.
    expect(doctor("masks")).toContain("the files look like Label PNG, but a data set needs classes.json too");
  });

  it("is a zip file that is broken, in words of our own", () => {
    for (const command of [
      ["inspect", "cut.zip"],
      ["view", "cut.zip"],
      ["convert", "cut.zip", "--to", "voc", "--out", "out"],
    ]) {
      expect(said(...command)).toEqual([
        1,
        line(
          "FORMAT_INVALID: cut.zip: the zip file is broken or cut short, or is no zip file; copy or download it again.",
        ),
      ]);
    }
  });
});

describe("an option with a typing error", () => {
  it.each([
    [["convert", "masks", "--too", "voc", "--out", "out"], "--too", "--to"],
    [["convert", "masks", "--to", "voc", "--outt", "out"], "--outt", "--out"],
    [["decode", "masks", "--ot", "out"], "--ot", "--out"],
  ])("is named, and not the one that is then missing: %j", (args, wrong, right) => {
    expect(said(...args)).toEqual([
      2,
      `labelmap: unknown option '${wrong}'\n(Did you mean ${right}?)\nAdd --help to see the arguments and options.\n`,
    ]);
  });

  it("is not blamed if an option is only missing", () => {
    const [code, stderr] = said("convert", "masks", "--to", "voc");
    expect([code, stderr]).toEqual([
      2,
      expect.stringContaining("required option '-o, --out <dir>' not specified"),
    ]);
  });
});

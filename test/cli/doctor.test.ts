/**
 * `labelmap doctor`: one damaged set for each check, healthy sets in all formats, and files of no format. Each command that
 * it suggests is run.
 */
import { existsSync, readFileSync, rmSync } from "node:fs";
import { join } from "node:path";
import { decodeIds } from "labelmap/ids";
import sharp from "sharp";
import { describe, expect, it } from "vitest";
import { compareEngines } from "../../cli/src/doctor/checks/decoding.js";
import { BEFORE_IMAGES, CHECKS } from "../../cli/src/doctor/checks.js";
import { oneLetterApart } from "../../cli/src/doctor/typos.js";
import {
  BLACK,
  BLUE,
  type Colour,
  drawScene,
  GREEN,
  greyPng,
  LEGEND,
  palettePng,
  put,
  putMasks,
  RED,
  rgbPng,
} from "../support/drawn-set.js";
import { encodePng } from "../support/encode-png.mjs";
import { dice, mulberry32 } from "../support/random.mjs";
import { makeFolder, runCli, runShell } from "../support/run-cli.js";

interface Finding {
  readonly code: string;
  readonly severity: string;
  readonly message: string;
  readonly count: number;
  readonly names: readonly string[];
  readonly command: string | null;
}

interface Diagnosis {
  readonly format: { readonly name: string } | null;
  readonly candidates: readonly { readonly format: string }[];
  readonly summary: { readonly images: number; readonly failed: number } | null;
  readonly findings: readonly Finding[];
  readonly files: readonly { readonly ending: string; readonly count: number; readonly content: string }[];
  readonly near: readonly { readonly format: string; readonly misses: string }[];
  readonly next: { readonly command: string | null; readonly text: string };
}

function examine(folder: string, args: readonly string[] = ["in"]): Diagnosis {
  const asked = runCli(["doctor", ...args, "--json"], { cwd: folder });
  expect(asked.stderr).toBe("");
  const diagnosis = JSON.parse(asked.stdout) as Diagnosis;
  const isWrong = diagnosis.findings.some(({ severity }) => severity !== "note");
  expect(asked.code).toBe(isWrong ? 1 : 0);
  return diagnosis;
}

/** Runs the doctor twice, and checks that the text and the JSON say the same. */
function examineBoth(folder: string, args: readonly string[] = ["in"]) {
  const diagnosis = examine(folder, args);
  const { code, stdout, stderr } = runCli(["doctor", ...args], { cwd: folder });
  const isWrong = diagnosis.findings.some(({ severity }) => severity !== "note");
  expect([code, stderr]).toEqual([isWrong ? 1 : 0, ""]);
  expect(stdout.trimEnd().split("\n").at(-1)).toBe(`Next: ${diagnosis.next.text}`);
  const printed = [...stdout.matchAll(/^(error|warning|note) {2}([\w-]+): /gm)].map(([, severity, found]) => [
    severity,
    found,
  ]);
  expect(printed).toEqual(diagnosis.findings.map((finding) => [finding.severity, finding.code]));
  return { ...diagnosis, text: stdout };
}

/** Runs a suggested command, and checks that it does what it should without a failure. */
function follow(folder: string, command: string | null) {
  expect(command).toMatch(/^(?:labelmap|printf) /);
  const run = runShell(command!, { cwd: folder });
  expect([run.code, run.stderr.includes("labelmap: ")]).toEqual([0, false]);
  return run;
}

/** A set of Pascal VOC in the colours of VOC, with these indices for car, tree and road. */
function putVoc(folder: string, count = 3) {
  const palette = vocPalette();
  for (let seed = 0; seed < count; seed++) {
    const scene = drawScene(seed);
    put(folder, `in/SegmentationClass/m${seed}.png`, palettePng(scene, [7, 9, 0], palette));
    put(folder, `in/SegmentationObject/m${seed}.png`, palettePng(scene, [1, 2, 0], palette));
    put(
      folder,
      `in/ImageSets/Segmentation/train.txt`,
      `${Array.from({ length: count }, (_, n) => `m${n}`).join("\n")}\n`,
    );
  }
}

/** The colour map of the VOC development kit: the bits of an index, spread over the channels. */
function vocPalette(): Colour[] {
  return Array.from({ length: 256 }, (_, index) => {
    const colour: [number, number, number] = [0, 0, 0];
    for (let bit = 0; bit < 8; bit++) colour[bit % 3]! |= ((index >> bit) & 1) << (7 - Math.floor(bit / 3));
    return colour;
  });
}

/** A disc of car on road with smooth edges. */
function smoothPng(): Uint8Array {
  const [width, height] = [64, 64];
  const samples = Array.from({ length: width * height }, (_, pixel) => {
    const radius = Math.hypot((pixel % width) - 31.5, Math.floor(pixel / width) - 31.5);
    const share = Math.min(1, Math.max(0, (22 - radius) / 2 + 0.5));
    return [0, 1, 2].map((channel) => Math.round(share * RED[channel]! + (1 - share) * BLUE[channel]!));
  });
  return encodePng({ width, height, colourType: 2, bitDepth: 8, samples: Uint8Array.from(samples.flat()) });
}

/** What a JPEG makes of a mask, as a PNG. */
async function jpegDamaged(seed: number): Promise<Uint8Array> {
  const jpeg = await sharp(rgbPng(drawScene(seed, 64, 48)))
    .jpeg({ quality: 90, chromaSubsampling: "4:4:4" })
    .toBuffer();
  return new Uint8Array(await sharp(jpeg).png().toBuffer());
}

/** Samples of 16 bits. */
function widePng(low: (high: number) => number): Uint8Array {
  const { width, height, places } = drawScene(9);
  const colours = [RED, GREEN, BLUE];
  const samples = Array.from(places, (place) => colours[place]!.map((high) => high * 256 + low(high))).flat();
  return encodePng({ width, height, colourType: 2, bitDepth: 16, samples });
}

/** Many colours, none of the legend's. */
function photoPng(seed: number): Uint8Array {
  const { below } = dice(mulberry32(seed));
  const samples = Uint8Array.from({ length: 24 * 16 * 3 }, () => 40 + below(170));
  return encodePng({ width: 24, height: 16, colourType: 2, bitDepth: 8, samples });
}

async function photo(width: number, height: number, kind: "jpeg" | "webp" = "jpeg", orientation = 1) {
  const image = sharp({ create: { width, height, channels: 3, background: "#808080" } });
  return image[kind]().withMetadata({ orientation }).toBuffer();
}

interface Case {
  /** Makes the folder `in`. */
  readonly make: (folder: string) => void | Promise<void>;
  readonly args?: readonly string[];
  readonly severity: "error" | "warning" | "note";
  readonly count: number;
  readonly names?: readonly string[];
  readonly message?: RegExp;
  /** What the command of the finding has in it; null if there is none. */
  readonly command: RegExp | null;
  /** Other findings that the set must have. */
  readonly others?: readonly string[];
  /** What the command prints. */
  readonly prints?: RegExp;
}

/** A damaged set for each check. */
const CASES: Readonly<Record<string, Case>> = {
  "legend-ambiguous": {
    make: (folder) => putMasks(folder, 2, { facade: "ff0000", bed: "00ff00", cab: "0000ff" }),
    ...{ severity: "error", count: 2, names: ["m0", "m1"], message: /--form "names to colors"/ },
    command: /--legend in\/legend\.json --form 'names to colors'/,
    prints: /2 images in 3 files/,
  },
  "colour-shared": {
    make(folder) {
      putMasks(folder, 2);
      put(folder, "in/m0.json", JSON.stringify({ ...LEGEND, "#f00": "bus" }));
    },
    ...{ severity: "error", count: 1, names: ["m0"], message: /"bus" instead of "car"/, command: null },
  },
  "mask-16-bit": {
    make(folder) {
      putMasks(folder, 2);
      put(
        folder,
        "in/wide.png",
        widePng((high) => (high * 7 + 3) & 255),
      );
    },
    ...{ severity: "error", count: 1, names: ["wide"], command: /--filter 'image:!wide'/ },
    prints: /2 images in 3 files, 1 image left out by filters/,
  },
  "mask-undecodable": {
    make(folder) {
      putMasks(folder, 4);
      const png = rgbPng(drawScene(1));
      put(folder, "in/m1.png", png.subarray(0, png.length - 20));
      put(folder, "in/it's (a) {b,c}.png", "no PNG at all");
    },
    ...{ severity: "error", count: 2, names: ["it's (a) {b,c}", "m1"], command: /--filter/ },
    message: /PNG_SIGNATURE \(1\), PNG_TRUNCATED \(1\)/,
    prints: /3 images in 4 files, 2 images left out by filters/,
  },
  "mask-is-photo": {
    make(folder) {
      put(folder, "in/legend.json", JSON.stringify(LEGEND));
      for (const seed of [0, 1, 2]) {
        put(folder, `in/masks/m${seed}.png`, rgbPng(drawScene(seed)));
        put(folder, `in/images/m${seed}.png`, photoPng(seed));
      }
    },
    ...{ severity: "warning", count: 3, names: ["images/m0", "images/m1", "images/m2"] },
    command: /--read masks=masks /,
    prints: /3 images in 4 files/,
  },
  "colours-blended": {
    make(folder) {
      putMasks(folder, 3);
      put(folder, "in/smooth.png", smoothPng());
    },
    ...{ severity: "warning", count: 1, names: ["smooth"], message: /smooth edges/ },
    command: /--snap neighbours/,
    prints: /4 images/,
    others: ["mask-sizes"],
  },
  "colours-unlabelled": {
    make(folder) {
      putMasks(folder, 3);
      put(folder, "in/m1.png", rgbPng(drawScene(1), [[250, 3, 0], GREEN, BLUE]));
      put(folder, "in/m2.png", rgbPng(drawScene(2), [RED, [90, 90, 90], BLUE]));
    },
    ...{ severity: "warning", count: 2, names: ["m1", "m2"], command: /--snap 6 / },
    message:
      /: #5a5a5a \(36 pixels in 1 image\), #fa0300 \(25 pixels in 1 image, 5\.8 from #ff0000\); m1, m2$/,
    prints: /3 images/,
  },
  "ids-unlabelled": {
    make(folder) {
      put(folder, "in/legend.json", JSON.stringify({ car: 1, tree: 2, road: 3 }));
      put(folder, "in/a.png", greyPng(drawScene(1), [1, 2, 3]));
      put(folder, "in/b.png", greyPng(drawScene(2), [1, 2, 3]));
      put(folder, "in/c.png", greyPng(drawScene(3), [1, 9, 0]));
      put(folder, "in/d.png", greyPng(drawScene(4), [1, 2, 3]));
    },
    args: ["in", "--encoding", "grey"],
    ...{
      severity: "warning",
      count: 1,
      names: ["c"],
      message: /9 \(36 pixels in 1 image\); c$/,
      command: null,
    },
  },
  "palette-order": {
    make(folder) {
      putVoc(folder);
      const palette = vocPalette();
      // Sorted by use, as sharp writes palettes.
      const sorted = [palette[0]!, palette[9]!, palette[7]!];
      put(folder, "in/SegmentationClass/m2.png", palettePng(drawScene(2), [2, 1, 0], sorted));
    },
    ...{ severity: "warning", count: 1, names: ["m2"], command: /--to voc/ },
    prints: /3 images in 8 files/,
  },
  "classes-alike": {
    make(folder) {
      for (const [place, name] of ["traffic light", "traffic light", "Traffic-Light"].entries()) {
        put(folder, `in/m${place}.png`, rgbPng(drawScene(place)));
        put(folder, `in/m${place}.json`, JSON.stringify({ legend: { ...LEGEND, "#ff0000": name } }));
      }
    },
    ...{ severity: "warning", count: 1, message: /: Traffic-Light, traffic light$/ },
    command: /^printf '%s' '\{"traffic light":\["Traffic-Light"\]\}' > class-map\.json && labelmap convert/,
    prints: /3 images/,
  },
  "classes-unlisted": {
    make(folder) {
      putVoc(folder);
      put(
        folder,
        "in/labelmap.txt",
        "# label:color_rgb:parts:actions\nbackground:0,0,0::\ncar:128,128,128::\n",
      );
    },
    ...{ severity: "warning", count: 1, names: ["9"], command: /--missing void/ },
    prints: /3 images/,
  },
  "objects-unnumbered": {
    make(folder) {
      for (const [place, name] of ["car # 1", "car", "car # 1"].entries()) {
        put(folder, `in/m${place}.png`, rgbPng(drawScene(place)));
        put(folder, `in/m${place}.json`, JSON.stringify({ legend: { ...LEGEND, "#ff0000": name } }));
      }
    },
    ...{
      severity: "warning",
      count: 1,
      names: ["m1"],
      message: /^1 label of things has no object number: car \(2 with one\); m1$/,
    },
    command: /--to coco-panoptic --objects components/,
    prints: /3 images/,
  },
  "photo-missing": {
    async make(folder) {
      putMasks(folder, 3);
      for (const name of ["m0", "m2"]) put(folder, `in/${name}.jpg`, await photo(24, 16));
    },
    ...{ severity: "warning", count: 1, names: ["m1"], command: null },
  },
  "photo-size": {
    async make(folder) {
      putMasks(folder, 4);
      put(folder, "in/m0.jpg", await photo(24, 16));
      put(folder, "in/m1.webp", await photo(24, 16, "webp"));
      // EXIF turns it on its side, so it is shown with 24×16 pixels.
      put(folder, "in/m2.jpg", await photo(16, 24, "jpeg", 6));
      put(folder, "in/m3.jpg", await photo(48, 32));
    },
    ...{ severity: "warning", count: 1, names: ["m3"], command: null },
    message: /m3\.jpg has 48×32 pixels, but the mask 24×16$/,
  },
  "names-alike": {
    make(folder) {
      put(folder, "in/legend.json", JSON.stringify(LEGEND));
      for (const [place, form] of (["NFC", "NFD"] as const).entries()) {
        put(folder, `in/${"stra\u00dfe-\u00e9".normalize(form)}.png`, rgbPng(drawScene(place)));
      }
    },
    ...{ severity: "warning", count: 1, command: null },
  },
  "mask-empty": {
    make(folder) {
      putMasks(folder, 3);
      put(folder, "in/empty.png", rgbPng(drawScene(5), [BLACK, BLACK, BLACK]));
    },
    ...{ severity: "warning", count: 1, names: ["empty"], command: /--filter labelled/ },
    prints: /3 images in 4 files, 1 image left out by filters/,
  },
  "classes-typo": {
    make(folder) {
      putMasks(folder, 3, { ...LEGEND, "#ff0000": "bicycle", "#00ff00": "bycycle" });
    },
    ...{ severity: "note", count: 1, names: ["bicycle and bycycle"], command: null },
  },
  "classes-unused": {
    make: (folder) => putMasks(folder, 3, { ...LEGEND, "#123456": "moon", "#234567": "background" }),
    ...{ severity: "note", count: 1, names: ["moon"], command: null },
  },
  "colours-differ": {
    make(folder) {
      for (const [place, name] of ["car", "bus"].entries()) {
        put(folder, `in/m${place}.png`, rgbPng(drawScene(place)));
        put(folder, `in/m${place}.json`, JSON.stringify({ legend: { ...LEGEND, "#ff0000": name } }));
      }
    },
    ...{ severity: "note", count: 1, names: ["#ff0000"], command: null, message: /bus in m1, car in m0/ },
  },
  "mask-sizes": {
    make(folder) {
      putMasks(folder, 3);
      put(folder, "in/large.png", rgbPng(drawScene(7, 30, 20)));
    },
    ...{ severity: "note", count: 2, names: ["24×16 (3)", "30×20 (1)"], command: null },
  },
  "mask-uniform": {
    make(folder) {
      putMasks(folder, 3);
      put(folder, "in/road.png", rgbPng(drawScene(7), [BLUE, BLUE, BLUE]));
    },
    ...{ severity: "note", count: 1, names: ["road"], command: null },
  },
  "mask-duplicate": {
    make(folder) {
      putMasks(folder, 3);
      put(folder, "in/twin.png", rgbPng(drawScene(1)));
    },
    ...{ severity: "note", count: 1, names: ["twin"], message: /twin as m1$/, command: null },
  },
  "samples-wide": {
    make(folder) {
      putMasks(folder, 3);
      put(
        folder,
        "in/wide.png",
        widePng((high) => high),
      );
    },
    ...{ severity: "note", count: 1, names: ["wide"], command: null },
  },
};

/** Checks whose findings have codes of their own, or that need a defect of the decoder. They have tests below. */
const APART = ["engines-disagree", "issues"];

describe("the doctor's checks", () => {
  it("have a damaged set each", () => {
    expect([...Object.keys(CASES), ...APART].sort()).toEqual(CHECKS.map(({ code }) => code).sort());
  });

  it.each(Object.entries(CASES))(
    "%s",
    async (code, { make, args, severity, count, names, message, command, prints, others = [] }) => {
      const folder = makeFolder();
      await make(folder);
      const { findings, next, summary } = examine(folder, args);
      // Nothing else is wrong.
      expect(findings.map((finding) => finding.code)).toEqual([code, ...others]);
      const [finding] = findings as [Finding];
      expect(finding).toMatchObject({ severity, count });
      if (names !== undefined) expect(finding.names).toEqual(names);
      if (message !== undefined) expect(finding.message).toMatch(message);
      if (command === null) expect(finding.command).toBeNull();
      else {
        expect(finding.command).toMatch(command);
        expect(follow(folder, finding.command).stdout).toMatch(prints!);
      }
      if (severity !== "note" && command !== null) expect(next.command).toBe(finding.command);
      else if (next.command !== null) follow(folder, next.command);
      else expect(summary!.failed).toBeGreaterThan(0);
    },
  );
});

/** The findings of a code. */
const ofCode = ({ findings }: Pick<Diagnosis, "findings">, code: string) =>
  findings.filter((finding) => finding.code === code);

describe("the doctor", () => {
  it("finds nothing in healthy sets of all formats, and suggests a conversion", () => {
    const folder = makeFolder();
    for (let seed = 0; seed < 5; seed++) {
      put(folder, `in/city_000000_00000${seed}.png`, rgbPng(drawScene(seed)));
      const legend = { "#ff0000": "car # 1", "#00ff00": "vegetation", "#0000ff": "road" };
      put(folder, `in/city_000000_00000${seed}.json`, JSON.stringify({ legend }));
    }
    const formats = ["mask-folder", "voc", "cvat", "coco-panoptic", "cityscapes"];
    for (const format of formats) {
      const args = ["convert", "in", "--to", format, "--out", format, "--split", "0.5,0.5"];
      expect(runCli(args, { cwd: folder }).code).toBe(0);
    }
    for (const name of ["in", ...formats]) {
      const { findings, format, next, summary } = examine(folder, [name, "--thorough"]);
      expect([name, findings]).toEqual([name, []]);
      expect(format!.name).toBe(name === "in" ? "mask-folder" : name);
      expect(summary).toMatchObject({ images: 5, failed: 0 });
      expect(follow(folder, next.command).stdout).toMatch(/: 5 images in /);
    }
  });

  it("repeats the flags of the source in what it suggests, in words that a shell takes", () => {
    const folder = makeFolder();
    put(folder, "my masks/a_mask.png", rgbPng(drawScene(1)));
    put(folder, "my masks/b_mask.png", rgbPng(drawScene(2)));
    put(folder, "it's.json", JSON.stringify(LEGEND));
    const args = ["my masks", "--legend", "it's.json", "--suffix", "_mask", "--snap", "neighbours:9"];
    const { next, findings, text } = examineBoth(folder, args);
    expect(findings).toEqual([]);
    expect(text).toContain("\nNothing is wrong.\n");
    expect(next.command).toBe(
      "labelmap convert 'my masks' --legend 'it'\\''s.json' --suffix _mask --snap neighbours:9 --to coco-panoptic --out mymasks-coco-panoptic",
    );
    expect(follow(folder, next.command).stdout).toMatch(/2 images/);
    // The directory exists now.
    expect(examine(folder, args).next.command).toMatch(/--out mymasks-coco-panoptic-2$/);
  });

  it("suggests no directory inside the source", () => {
    const folder = makeFolder();
    putMasks(folder, 2);
    const { next } = examine(join(folder, "in"), ["."]);
    expect(next.command).toBe("labelmap convert . --to coco-panoptic --out ../in-coco-panoptic");
    follow(join(folder, "in"), next.command);
    expect(existsSync(join(folder, "in-coco-panoptic/annotations"))).toBe(true);
  });

  it("tells JPEG damage from smooth edges", async () => {
    const folder = makeFolder();
    put(folder, "in/legend.json", JSON.stringify(LEGEND));
    for (const seed of [1, 2]) put(folder, `in/m${seed}.png`, await jpegDamaged(seed));
    const diagnosis = examine(folder);
    const [finding] = ofCode(diagnosis, "colours-blended");
    expect(finding).toMatchObject({ count: 2, message: expect.stringContaining("JPEG damage") });
    expect(finding!.command).toContain("--snap 48");
    follow(folder, finding!.command);
  });

  it("explains masks of CVAT that fail because of smooth edges", () => {
    const folder = makeFolder();
    put(folder, "in/labelmap.txt", "# label:color_rgb:parts:actions\nroad:0,0,255::\ncar:255,0,0::\n");
    put(folder, "in/SegmentationClass/a.png", smoothPng());
    put(folder, "in/SegmentationClass/b.png", rgbPng(drawScene(1), [RED, RED, BLUE]));
    const { findings } = examine(folder, ["in", "--from", "cvat"]);
    expect(findings.map(({ code, names }) => [code, names])).toEqual([
      ["mask-undecodable", ["a"]],
      ["colours-blended", ["a"]],
      ["objects-missing", ["a", "b"]],
    ]);
  });

  it("reads grey masks with a legend of ids as they are meant", () => {
    const folder = makeFolder();
    put(folder, "in/legend.json", JSON.stringify({ car: 1, tree: 2, road: 3 }));
    for (const seed of [1, 2]) put(folder, `in/m${seed}.png`, greyPng(drawScene(seed), [1, 2, 3]));
    const { findings, next } = examine(folder);
    expect(findings).toEqual([]);
    expect(follow(folder, next.command).stdout).toMatch(/2 images/);
  });

  it("passes on what the decoder and the lists say", () => {
    const folder = makeFolder();
    putMasks(folder, 3, { ...LEGEND, "#fdffd34": "kerb" });
    const broken = examine(folder);
    expect(ofCode(broken, "legend-key-invalid")).toEqual([
      expect.objectContaining({
        severity: "warning",
        count: 3,
        message: expect.stringContaining("7 digits"),
      }),
    ]);
    follow(folder, broken.next.command);

    putVoc(folder.concat("/voc"));
    put(folder, "voc/in/ImageSets/Segmentation/val.txt", "m0\nlost\nm9\n");
    const listed = examine(folder, ["voc/in"]);
    expect(listed.findings).toEqual([
      expect.objectContaining({
        ...{ code: "mask-missing", severity: "warning" },
        message: expect.stringContaining('2 images have no mask, first "lost"'),
      }),
    ]);
    follow(folder, listed.next.command);
  });

  it("notices transparent pixels that got a label", () => {
    const folder = makeFolder();
    putMasks(folder, 2);
    const { width, height, places } = drawScene(8);
    const colours = [
      [...RED, 255],
      [...GREEN, 0],
      [...BLUE, 255],
    ];
    const samples = Uint8Array.from(Array.from(places, (place) => colours[place]!).flat());
    put(folder, "in/clear.png", encodePng({ width, height, colourType: 6, bitDepth: 8, samples }));
    const { findings, next } = examine(folder);
    expect(findings).toEqual([expect.objectContaining({ code: "transparent-pixels", severity: "warning" })]);
    expect(next.command).toContain("--transparent unlabelled");
    follow(folder, next.command);
  });

  it("compares all masks of a palette with one legend, but not those with their own", () => {
    const folder = makeFolder();
    put(folder, "in/legend.json", JSON.stringify(LEGEND));
    put(folder, "in/a.png", palettePng(drawScene(1), [0, 1, 2], [RED, GREEN, BLUE]));
    put(folder, "in/b.png", palettePng(drawScene(2), [2, 1, 0], [BLUE, GREEN, RED]));
    put(folder, "in/c.png", palettePng(drawScene(3), [0, 1, 2], [RED, GREEN, BLUE, BLACK]));
    const shared = examine(folder).findings;
    expect(shared.map(({ code, severity, names }) => [code, severity, names])).toEqual([
      ["palette-order", "note", ["b"]],
    ]);
    for (const name of ["a", "b", "c"]) put(folder, `in/${name}.json`, JSON.stringify({ legend: LEGEND }));
    expect(examine(folder).findings).toEqual([]);
  });

  it("keeps only the first hundred names, and counts all", () => {
    const folder = makeFolder();
    put(folder, "in/legend.json", JSON.stringify(LEGEND));
    for (let place = 0; place < 130; place++)
      put(folder, `in/m${String(place).padStart(3, "0")}.png`, "no PNG");
    put(folder, "in/good.png", rgbPng(drawScene(1)));
    const { findings, next } = examine(folder);
    expect(findings[0]).toMatchObject({ code: "mask-undecodable", count: 130 });
    expect(findings[0]!.names).toHaveLength(100);
    expect(findings[0]!.names.at(-1)).toBe("m099");
    // A filter with so many names is no command, and no conversion would succeed.
    expect(next).toEqual({ command: null, text: "Copy or export these masks again." });
  });
});

describe("without a format, the doctor", () => {
  it("lists the formats that a folder may be of, and asks for one", () => {
    const folder = makeFolder();
    putVoc(join(folder, "all/voc"));
    const legend = { legend: LEGEND };
    put(folder, "masks/a.json", JSON.stringify(legend));
    put(folder, "masks/a.png", rgbPng(drawScene(1)));
    expect(
      runCli(["convert", "masks", "--to", "coco-panoptic", "--out", "all/coco"], { cwd: folder }).code,
    ).toBe(0);
    // As if another tool had made it: what labelmap wrote below a source is left out.
    rmSync(join(folder, "all/coco/.labelmap"), { recursive: true });
    const { findings, format, next, text } = examineBoth(folder, ["all"]);
    expect(format).toBeNull();
    expect(findings).toEqual([
      expect.objectContaining({
        code: "format-unsure",
        severity: "error",
        names: expect.arrayContaining(["voc", "coco-panoptic"]),
      }),
    ]);
    expect(text).toMatch(/^ {2}certain voc: .*\n/m);
    expect(next.command).toBe("labelmap doctor all --from coco-panoptic");
    follow(folder, next.command);
  });

  it("says which of two legends to choose", () => {
    const folder = makeFolder();
    putMasks(folder, 2);
    put(folder, "in/palette.json", JSON.stringify(LEGEND));
    const { findings, next } = examineBoth(folder);
    expect(findings.map(({ code, severity }) => [code, severity])).toEqual([["set-unreadable", "error"]]);
    expect(next.command).toBe("labelmap doctor in --legend in/legend.json");
    follow(folder, next.command);
  });

  it("says what the files are, and what a folder of masks misses", async () => {
    const folder = makeFolder();
    put(folder, "in/a.png", greyPng(drawScene(1)));
    put(folder, "in/b.png", greyPng(drawScene(2)));
    put(folder, "in/b.jpg", await photo(5, 4));
    put(folder, "in/README", "Masks of cars.\n");
    put(folder, "in/empty.dat", "");
    const { files, near, next, findings, text } = examineBoth(folder);
    expect(findings.map(({ code }) => code)).toEqual(["format-unknown"]);
    expect(files).toEqual([
      { ending: ".png", count: 2, first: "a.png", content: "PNG, grey, 8 bits per sample, 24×16" },
      { ending: "", count: 1, first: "README", content: "text" },
      { ending: ".dat", count: 1, first: "empty.dat", content: "empty" },
      { ending: ".jpg", count: 1, first: "b.jpg", content: "JPEG" },
    ]);
    expect(near.map(({ format }) => format)).toEqual(["mask-folder"]);
    expect(text).toContain("  1 file without an ending, first README: text\n");
    expect(next.command).toBe("labelmap inspect in/a.png");
    follow(folder, next.command);
  });

  it.each([
    [["labelmap.txt", "masks/a.bin"], ["cvat"]],
    [
      ["JPEGImages/a.jpg", "SegmentationObject/a.png"],
      ["voc", "mask-folder"],
    ],
    [["leftImg8bit/val/aachen/aachen_000000_000019_leftImg8bit.png"], ["cityscapes", "mask-folder"]],
    [["panoptic_val2017/1.png"], ["coco-panoptic", "mask-folder"]],
    [["a.jpg"], ["mask-folder"]],
    [["notes.md"], []],
  ])("says which formats come close to %j", (paths, formats) => {
    const folder = makeFolder();
    for (const path of paths)
      put(folder, `in/${path}`, path.endsWith(".png") ? rgbPng(drawScene(1)) : "some text");
    const { near, findings } = examine(folder);
    expect(findings.map(({ code }) => code)).toEqual(["format-unknown"]);
    expect(near.map(({ format }) => format)).toEqual(formats);
  });

  it("has a code for each of these", () => {
    expect(Object.keys(BEFORE_IMAGES)).toEqual([
      "format-unknown",
      "format-unsure",
      "values-not-ids",
      "set-unreadable",
    ]);
  });

  it("has a line in the guide for each code", () => {
    const guide = readFileSync("docs/datasets.md", "utf8");
    const before = Object.entries(BEFORE_IMAGES).map(([code, finds]) => ({ code, finds, severity: "error" }));
    for (const { code, severity, finds } of [...before, ...CHECKS]) {
      expect(guide).toContain(`| \`${code}\` | ${severity} | ${finds} |\n`);
    }
  });

  it("fails with the code 2 if nothing is there", () => {
    const run = runCli(["doctor", "nowhere"], { cwd: makeFolder() });
    expect([run.code, run.stderr]).toEqual([
      2,
      "labelmap: there is no file or folder nowhere; check the path\n",
    ]);
  });
});

describe("the comparison of the engines", () => {
  const image = (place: number) => {
    const bytes = rgbPng(drawScene(place));
    const map = { width: 24, height: 16 };
    return {
      place,
      item: { name: `m${place}` },
      map,
      failure: null,
      files: [{ path: `m${place}.png`, bytes }],
    } as never;
  };
  /** upng sees another colour at one pixel. */
  const withDefect: typeof decodeIds = async (png, options) => {
    const decoded = await decodeIds(png, options);
    if ((options as { engine?: string } | undefined)?.engine === "upng")
      decoded.data[30] = (decoded.data[30]! + 1) % decoded.ids.length;
    return decoded;
  };

  it("names the mask and the pixel that differs", async () => {
    const collector = compareEngines(1, withDefect);
    for (const place of [0, 1]) await collector.see!(image(place));
    expect(await collector.finish({} as never)).toEqual([
      {
        ...{ count: 2, names: ["m0", "m1"] },
        message: "the engines fused and upng disagree on 2 masks; first m0.png: the pixel (6, 1) differs",
      },
    ]);
  });

  it("says if only one of them fails", async () => {
    const collector = compareEngines(1, async (png, options) => {
      if (options.engine === "fused") throw Object.assign(new Error("broken"), { code: "PNG_DATA" });
      return decodeIds(png, options);
    });
    await collector.see!(image(0));
    expect(await collector.finish({} as never)).toMatchObject([
      { message: expect.stringContaining("m0.png: one of them fails with PNG_DATA") },
    ]);
  });

  it("finds nothing in sound masks, and leaves out those between the samples", async () => {
    const sound = compareEngines(1);
    await sound.see!(image(0));
    expect(await sound.finish({} as never)).toEqual([]);
    const sampled = compareEngines(3, withDefect);
    for (const place of [0, 1, 2, 3, 4]) await sampled.see!(image(place));
    expect(await sampled.finish({} as never)).toMatchObject([{ names: ["m0", "m3"] }]);
  });
});

it("names that are one letter apart are found, but not numbers or short names", () => {
  expect(
    oneLetterApart([
      "bicycle",
      "bycicle",
      "bycycle",
      "car",
      "cat",
      "lane 1",
      "lane 2",
      "trains",
      "train",
      "Train",
    ]),
  ).toEqual(
    [
      ["bicycle", "bycycle"],
      ["bycicle", "bycycle"],
      ["Train", "trains"],
      ["train", "trains"],
    ].sort(([a], [b]) => (a! < b! ? -1 : 1)),
  );
});

/** `labelmap compare`: its figures against slow ones in NumPy, and how images, classes and legends find each other. */
import { execFileSync } from "node:child_process";
import { readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { encodeNpy, encodeNpz } from "labelmap/formats";
import { describe, expect, it } from "vitest";
import { findPythonWithNumpy } from "../../scripts/python.mjs";
import {
  CLASSES,
  classIds,
  coloured,
  DIVISOR,
  drawPairs,
  grey,
  VOID,
  writeFiles,
  writePairs,
} from "../support/compared-sets.js";
import { makeFolder, runCli } from "../support/run-cli.js";

const python = findPythonWithNumpy();
if (process.env.CI && python === undefined) {
  it("has a Python with NumPy", () =>
    expect.fail("no Python with NumPy is found; on Debian install python3-numpy"));
}

/** Runs a script of test/support on a job, with no warnings. */
function slow(script: string, job: unknown) {
  const path = fileURLToPath(new URL(`../support/${script}`, import.meta.url));
  const input = JSON.stringify([job]);
  return JSON.parse(
    execFileSync(python!, ["-W", "ignore", path], { input, maxBuffer: 2 ** 28 }).toString(),
  )[0];
}

function rows(values: Int32Array, width: number): number[][] {
  return Array.from({ length: values.length / width }, (_, y) => [
    ...values.slice(y * width, (y + 1) * width),
  ]);
}

const compare = (folder: string, ...args: string[]) => runCli(["compare", ...args], { cwd: folder });
const json = (folder: string, ...args: string[]) => {
  const { code, stdout, stderr } = compare(folder, ...args, "--json", "--quiet");
  return { code, stderr, ...JSON.parse(stdout) };
};

/** A folder with a truth and a prediction of `pairs` in colours. */
function prepare(pairs = drawPairs(1, 4)) {
  const folder = makeFolder();
  writePairs(folder, pairs);
  return folder;
}

const SUPERCATEGORIES = JSON.stringify({
  classes: Object.entries(CLASSES).map(([name, id]) => ({
    id,
    name,
    ...(id > 20 && { supercategory: "vehicle" }),
  })),
});

describe("the figures", () => {
  const pairs = drawPairs(20260731, 6);
  const ids = Object.values(CLASSES);
  const ofAll = (groups: Record<string, number[]>) => ({
    ...{ classes: ids, void: VOID, divisor: DIVISOR, things: null, groups },
    pairs: pairs.map(({ truth, prediction }) => ({ reference: [...truth], prediction: [...prediction] })),
  });
  const near = (found: unknown, wanted: unknown) => {
    if (wanted === null) expect(found).toBeNull();
    else expect(found).toBeCloseTo(wanted as number, 12);
  };

  it.skipIf(python === undefined)("are those of NumPy, for each class and for all", () => {
    const folder = prepare(pairs);
    writeFiles(folder, { "list.json": SUPERCATEGORIES });
    const found = json(folder, "truth", "model", "--classes", "list.json", "--boundary-ratio", "0.05");
    expect([found.code, found.stderr, found.images, found.failures]).toEqual([0, "", 6, []]);
    const wanted = slow("compare-reference.py", ofAll({ vehicle: [CLASSES.car, CLASSES.truck] }));
    const boundaries = slow("boundary-reference.py", {
      ...{ classes: ids, void: VOID, ratio: 0.05 },
      pairs: pairs.map(({ truth, prediction, width }) => ({
        reference: rows(classIds(truth), width),
        prediction: rows(classIds(prediction), width),
      })),
    });
    expect(found.classes.map(({ id, name }: { id: number; name: string }) => [name, id])).toEqual(
      Object.entries(CLASSES),
    );
    // The drawing is of use only if nothing is all right or all wrong.
    expect(Math.max(...wanted.iou)).toBeLessThan(1);
    expect(Math.min(...wanted.iou)).toBeGreaterThan(0);
    for (const [index, row] of found.classes.entries()) {
      near(row.iou, wanted.iou[index]);
      near(row.precision, wanted.precision[index]);
      near(row.recall, wanted.accuracy[index]);
      near(row.dice, wanted.dice[index]);
      near(row.boundaryIoU, boundaries[index]);
      const [tp, fp, fn, pq, sq, rq] = wanted.panoptic.classes[index];
      expect([row.truePositives, row.falsePositives, row.falseNegatives]).toEqual([tp, fp, fn]);
      near(row.pq, pq);
      near(row.sq, sq);
      near(row.rq, rq);
      expect(row.isThing).toBe(row.id > 20);
    }
    const { means, panoptic, confusion, supercategories } = found;
    const mean = (values: number[]) => values.reduce((sum, value) => sum + value, 0) / values.length;
    near(means.iou, wanted.meanIoU);
    near(means.recall, wanted.meanAccuracy);
    near(means.precision, mean(wanted.precision));
    near(means.dice, mean(wanted.dice));
    near(means.boundaryIoU, mean(boundaries));
    near(means.pixelAccuracy, wanted.pixelAccuracy);
    near(means.frequencyWeightedIoU, wanted.frequencyWeightedIoU);
    expect(found.hasObjects).toBe(true);
    const { pq, sq, rq } = panoptic.all;
    [pq, sq, rq].forEach((value, place) => {
      near(value, wanted.panoptic.means[place]);
    });
    expect(confusion.classes).toEqual(Object.keys(CLASSES));
    expect(confusion.pixels.flat()).toEqual(wanted.confusion);
    expect(confusion.unpredicted).toEqual(wanted.unpredicted);

    const [[referencePixels, predictedPixels, iou, recall, precision, dice]] = wanted.groups;
    expect(supercategories).toHaveLength(1);
    const [vehicle] = supercategories;
    expect(vehicle).toMatchObject({ name: "vehicle", classNames: ["car", "truck"], isThing: true });
    expect([vehicle.truthPixels, vehicle.predictedPixels]).toEqual([referencePixels, predictedPixels]);
    near(vehicle.iou, iou);
    near(vehicle.recall, recall);
    near(vehicle.precision, precision);
    near(vehicle.dice, dice);
  });

  it.skipIf(python === undefined)(
    "of supercategories are those of maps in which their classes are one",
    () => {
      const folder = prepare(pairs);
      writeFiles(folder, { "list.json": SUPERCATEGORIES });
      const found = json(folder, "truth", "model", "--classes", "list.json", "--by", "supercategory");
      const wanted = slow("compare-reference.py", ofAll({ road: [7], sky: [11], vehicle: [26, 27] }));
      expect(found.classes.map(({ name }: { name: string }) => name)).toEqual(["road", "sky", "vehicle"]);
      expect([found.by, found.supercategories, found.confusion.classes]).toEqual([
        "supercategory",
        [],
        ["road", "sky", "vehicle"],
      ]);
      for (const [index, row] of found.classes.entries()) {
        const [truth, predicted, iou] = wanted.groups[index];
        expect([row.truthPixels, row.predictedPixels]).toEqual([truth, predicted]);
        near(row.iou, iou);
        near(row.pq, wanted.groupsPanoptic[index][3]);
      }
      // Boundaries between a car and a truck are gone.
      const vehicles = slow("boundary-reference.py", {
        ...{ classes: [26], void: VOID, ratio: 0.02 },
        pairs: pairs.map(({ truth, prediction, width }) => ({
          reference: rows(
            classIds(truth).map((id) => (id === 27 ? 26 : id)),
            width,
          ),
          prediction: rows(
            classIds(prediction).map((id) => (id === 27 ? 26 : id)),
            width,
          ),
        })),
      });
      near(found.classes[2].boundaryIoU, vehicles[0]);
    },
  );

  it("of --worst are those of single images, the lowest first", () => {
    const folder = prepare(pairs);
    const { worst } = json(folder, "truth", "model", "--worst", "3");
    const scores = pairs.map(({ name, truth, prediction }) => {
      const [a, b] = [classIds(truth), classIds(prediction)];
      const ious = Object.values(CLASSES).flatMap((id) => {
        let [both, either] = [0, 0];
        a.forEach((expected, place) => {
          if (expected === VOID) return;
          if (expected === id && b[place] === id) both++;
          if (expected === id || b[place] === id) either++;
        });
        return either === 0 ? [] : [both / either];
      });
      return {
        name,
        meanIoU: ious.reduce((sum, iou) => sum + iou, 0) / ious.length,
        lowest: Math.min(...ious),
      };
    });
    const sorted = scores.sort((x, y) => x.meanIoU - y.meanIoU).slice(0, 3);
    expect(worst.map(({ name }: { name: string }) => name)).toEqual(sorted.map(({ name }) => name));
    sorted.forEach(({ meanIoU, lowest }, place) => {
      near(worst[place].meanIoU, meanIoU);
      near(worst[place].lowestIoU, lowest);
    });
    expect(sorted[0]!.meanIoU).toBeLessThan(sorted[2]!.meanIoU);
  });

  it("of equal sets are all 1, and reach --fail-under 1", () => {
    const folder = prepare(pairs);
    const found = json(folder, "truth", "truth", "--fail-under", "1");
    expect([found.code, found.passed, found.failUnder]).toEqual([0, true, 1]);
    const { means, panoptic, classes } = found;
    expect(Object.values(means)).toEqual(Array(7).fill(1));
    for (const { iou, precision, recall, dice, boundaryIoU, pq, falsePositives, falseNegatives } of classes) {
      expect([iou, precision, recall, dice, boundaryIoU, pq]).toEqual(Array(6).fill(1));
      expect([falsePositives, falseNegatives]).toEqual([0, 0]);
    }
    expect(panoptic.all).toMatchObject({ pq: 1, sq: 1, rq: 1, classCount: 4 });
    expect(found.confusion.unpredicted).toEqual([0, 0, 0, 0]);
  });

  it("below --fail-under give exit code 1 and a message", () => {
    const folder = prepare(pairs);
    const { code, stdout, stderr } = compare(folder, "truth", "model", "--fail-under", "0.99", "--quiet");
    expect([code, stderr]).toEqual([
      1,
      expect.stringMatching(/^the mean IoU is 0\.\d{4}, below the 0\.99 of --fail-under\n$/),
    ]);
    expect(stdout).toContain("mean IoU");
    expect(json(folder, "truth", "model", "--fail-under", "0.99")).toMatchObject({ code: 1, passed: false });
    expect(compare(folder, "truth", "model", "--fail-under", "1.5")).toMatchObject({ code: 2 });
  });

  it("have the keys that the help names, and nothing undefined is a number", () => {
    const folder = makeFolder();
    const [pair] = drawPairs(5, 1);
    const road = new Int32Array(pair!.truth.length).fill(CLASSES.road * DIVISOR);
    writePairs(folder, [{ ...pair!, truth: road, prediction: road }]);
    writeFiles(folder, { "list.json": SUPERCATEGORIES });
    const { code: _, stderr: __, ...found } = json(folder, "truth", "model", "--classes", "list.json");
    const { stdout: help } = runCli(["compare", "--help"]);
    const keysOf = (value: object) => Object.keys(value);
    const all = [
      found,
      found.truth,
      found.means,
      found.panoptic.all,
      found.classes[0],
      found.worst[0],
      found.confusion,
    ];
    for (const key of all.flatMap(keysOf)) expect(help).toMatch(new RegExp(`\\b${key}\\b`));
    expect(found.classes[1]).toMatchObject({
      name: "sky",
      iou: null,
      dice: null,
      pq: null,
      boundaryIoU: null,
    });
    expect(found).toMatchObject({ hasObjects: false, failUnder: null, passed: null, boundaryRatio: 0.02 });
  });
});

describe("images", () => {
  it("that only one side has are an error that names them, unless --allow-missing", () => {
    const folder = prepare();
    for (const ending of ["png", "json"]) {
      rmSync(join(folder, `model/image-1.${ending}`));
      rmSync(join(folder, `truth/image-3.${ending}`));
    }
    const { code, stdout, stderr } = compare(folder, "truth", "model", "--quiet");
    expect([code, stdout]).toEqual([2, ""]);
    expect(stderr).toBe(
      "labelmap: 1 image (image-1) is only in truth, and 1 image (image-3) is only in model; add --allow-missing to compare only the images that both sides have\n",
    );
    const found = json(folder, "truth", "model", "--allow-missing");
    expect([found.code, found.images]).toEqual([0, 2]);
    expect([found.truth.onlyHere, found.prediction.onlyHere]).toEqual([["image-1"], ["image-3"]]);
    expect(compare(folder, "truth", "model", "--allow-missing").stderr).toContain(
      "1 image (image-1) is only in truth",
    );
  });

  it("without any pair are an error even with --allow-missing", () => {
    const folder = prepare();
    for (let index = 0; index < 4; index++) {
      for (const ending of ["png", "json"]) rmSync(join(folder, `model/image-${index}.${ending}`));
    }
    const [pair] = drawPairs(2, 1);
    const { png, json: legend } = coloured(pair!, pair!.truth);
    writeFiles(folder, { "model/other.png": png, "model/other.json": legend });
    const { code, stderr } = compare(folder, "truth", "model", "--allow-missing", "--quiet");
    expect([code, stderr]).toEqual([
      2,
      expect.stringContaining("no image of truth has the name of an image of model"),
    ]);
  });

  it("are paired by the names of their files if the folders differ, and by --prediction-suffix", () => {
    const folder = makeFolder();
    for (const pair of drawPairs(3, 2)) {
      const { png, json: legend } = coloured(pair, pair.truth);
      const part = pair.name === "image-0" ? "a" : "b";
      writeFiles(folder, {
        [`truth/${part}/${pair.name}.png`]: png,
        [`truth/${part}/${pair.name}.json`]: legend,
        [`model/run/${pair.name}_pred.png`]: png,
        [`model/run/${pair.name}_pred.json`]: legend,
      });
    }
    expect(compare(folder, "truth", "model").stderr).toContain("no image of truth has the name");
    const { code, stderr, stdout } = compare(folder, "truth", "model", "--prediction-suffix", "_pred");
    expect([code, stdout]).toEqual([0, expect.stringMatching(/^mean IoU +1\.0000$/m)]);
    expect(stderr).toContain("images are paired by the names of their files");
  });

  it("are compared whatever their names if each side has one", () => {
    const folder = prepare();
    const { code, stderr, stdout } = compare(
      folder,
      "truth/image-3.png",
      "model/image-2.png",
      "--worst",
      "1",
    );
    // They have other sizes, so they are named, but not compared.
    expect([code, stdout]).toEqual([1, expect.stringContaining(": 0 images")]);
    expect(stderr).toContain("both sides have one image, so image-2 is compared with image-3");
  });

  it("of two sizes are failures that name them, and the others are compared", () => {
    const pairs = drawPairs(1, 4);
    const folder = prepare(pairs);
    const { width, height, truth } = pairs[2]!;
    const cut = coloured({ width, height: height - 1 }, truth.slice(0, width * (height - 1)));
    writeFileSync(join(folder, "model/image-2.png"), cut.png);
    const found = json(folder, "truth", "model");
    const message = `the truth has ${width}×${height} pixels, and the prediction ${width}×${height - 1}; resize the prediction to the size of the truth`;
    expect([found.code, found.images]).toEqual([1, 3]);
    expect(found.failures).toEqual([{ name: "image-2", side: null, code: "SIZE_MISMATCH", message }]);
    expect(found.stderr).toBe(`  image-2: SIZE_MISMATCH: ${message}\n`);
    const others = pairs.filter(({ name }) => name !== "image-2");
    expect(found.confusion).toEqual(json(prepare(others), "truth", "model").confusion);
  });

  it("that cannot be read are failures of their side", () => {
    const folder = prepare();
    const path = join(folder, "model/image-1.png");
    writeFileSync(path, readFileSync(path).subarray(0, 60));
    const found = json(folder, "truth", "model");
    expect([found.code, found.images]).toEqual([1, 3]);
    expect(found.failures).toMatchObject([{ name: "image-1", side: "prediction" }]);
    expect(found.stderr).toMatch(/^ {2}image-1: prediction: PNG_\w+: image-1\.png: /);
  });
});

describe("classes", () => {
  const pairs = drawPairs(8, 3);

  it("are matched by name, whatever their ids and colours", () => {
    const folder = makeFolder();
    const moved = new Map([
      [7, 1],
      [11, 2],
      [26, 3],
      [27, 0],
      [VOID, 9],
    ]);
    for (const pair of pairs) {
      const ids = classIds(pair.truth);
      writeFiles(folder, {
        [`truth/${pair.name}.png`]: grey(pair, ids),
        [`model/${pair.name}.png`]: grey(
          pair,
          ids.map((id) => moved.get(id)!),
        ),
      });
    }
    writeFiles(folder, {
      "truth.json": JSON.stringify(CLASSES),
      "model.json": JSON.stringify({ car: 3, truck: 0, road: 1, sky: 2 }),
    });
    const flags = ["--legend", "truth.json", "--encoding", "grey", "--prediction-legend", "model.json"];
    const found = json(folder, "truth", "model", ...flags, "--prediction-encoding", "grey");
    expect([found.code, found.means.iou, found.means.boundaryIoU]).toEqual([0, 1, 1]);
    expect(found.classes.map(({ name, id }: { name: string; id: number }) => [name, id])).toEqual([
      ["road", 7],
      ["sky", 11],
      ["car", 26],
      ["truck", 27],
    ]);
    // With the truth's legend for both, the same numbers mean other classes.
    const same = json(folder, "truth", "model", ...flags.slice(0, 4));
    expect(same.prediction.unlabelled.pixels).toBeGreaterThan(0);
    expect(same.means.iou).toBe(0);
  });

  it("that only one side has are named, and can be renamed, merged and dropped", () => {
    const folder = makeFolder();
    const names = new Map([
      [7, "street"],
      [11, "sky"],
      [26, "auto"],
      [27, "lorry"],
    ]);
    for (const pair of pairs) {
      const [a, b] = [coloured(pair, pair.truth), coloured(pair, pair.truth, names)];
      writeFiles(folder, {
        [`truth/${pair.name}.png`]: a.png,
        [`truth/${pair.name}.json`]: a.json,
        [`model/${pair.name}.png`]: b.png,
        [`model/${pair.name}.json`]: b.json,
      });
    }
    const apart = json(folder, "truth", "model");
    expect(apart.truth.classesOnlyHere).toEqual(["car", "road", "truck"]);
    expect(apart.prediction.classesOnlyHere).toEqual(["auto", "lorry", "street"]);
    expect(compare(folder, "truth", "model").stderr).toContain(
      "  3 classes only in model: auto, lorry, street\n",
    );
    expect(apart.classes).toHaveLength(7);
    expect(new Set(apart.classes.map(({ id }: { id: number }) => id)).size).toBe(7);

    const map = { street: "road", vehicle: ["car", "truck", "auto", "lorry"], sky: null };
    writeFiles(folder, { "map.json": JSON.stringify(map) });
    const found = json(folder, "truth", "model", "--map-classes", "map.json");
    expect([found.code, found.means.iou, found.truth.classesOnlyHere]).toEqual([0, 1, []]);
    expect(found.classes.map(({ name }: { name: string }) => name).sort()).toEqual(["road", "vehicle"]);
    const roads = pairs.flatMap(({ truth }) => [...truth]).filter((value) => value === 7 * DIVISOR).length;
    expect(found.classes.find(({ name }: { name: string }) => name === "road").truthPixels).toBe(roads);

    writeFiles(folder, { "map.json": JSON.stringify({ tram: "vehicle" }) });
    const unknown = compare(folder, "truth", "model", "--map-classes", "map.json", "--quiet");
    expect([unknown.code, unknown.stderr]).toEqual([
      1,
      expect.stringContaining('CLASS_UNKNOWN: Neither side has a class "tram" to rename'),
    ]);
  });

  it("of --classes are the only ones; its aliases count, and --missing void leaves the others out", () => {
    const folder = prepare(pairs);
    const list = {
      classes: [
        { id: 1, name: "road" },
        { id: 2, name: "vehicle", aliases: ["car", "truck"] },
      ],
    };
    writeFiles(folder, { "list.json": JSON.stringify(list), "map.json": JSON.stringify({ road: "ground" }) });
    const refused = compare(folder, "truth", "model", "--classes", "list.json", "--quiet");
    expect([refused.code, refused.stderr]).toEqual([
      1,
      expect.stringMatching(
        /^labelmap: CLASS_UNKNOWN: image-\d: the truth has the class "sky", .*--missing void\.\n$/,
      ),
    ]);
    const found = json(folder, "truth", "model", "--classes", "list.json", "--missing", "void");
    expect([found.code, found.classesNotInList]).toEqual([0, ["sky"]]);
    const vehicles = pairs
      .flatMap(({ truth }) => [...classIds(truth)])
      .filter((id) => id > 20 && id < VOID).length;
    expect(found.classes).toMatchObject([
      { name: "road", id: 1 },
      { name: "vehicle", id: 2, truthPixels: vehicles },
    ]);
    const flags = ["--classes", "list.json", "--missing", "void", "--map-classes", "map.json"];
    const mapped = json(folder, "truth", "model", ...flags);
    expect(mapped.classes.map(({ iou }: { iou: number }) => iou)).toEqual(
      found.classes.map(({ iou }: { iou: number }) => iou),
    );
    expect(mapped.classes.map(({ name }: { name: string }) => name)).toEqual(["ground", "vehicle"]);
  });

  it("of --things have objects, and no others", () => {
    const folder = prepare(pairs);
    const found = json(folder, "truth", "model", "--things", "car");
    const isThing = found.classes.map((each: { name: string; isThing: boolean }) => [
      each.name,
      each.isThing,
    ]);
    expect(Object.fromEntries(isThing)).toEqual({ car: true, truck: false, road: false, sky: false });
    expect(compare(folder, "truth", "model", "--things", "tram", "-q")).toMatchObject({
      code: 1,
      stderr: expect.stringContaining('CLASS_UNKNOWN: --things has "tram"'),
    });
  });

  it("need supercategories for --by supercategory", () => {
    const { code, stderr } = compare(prepare(pairs), "truth", "model", "--by", "supercategory", "-q");
    expect([code, stderr]).toEqual([2, expect.stringContaining("no class has a supercategory")]);
  });
});

describe("a prediction without a legend", () => {
  const pairs = drawPairs(11, 3);

  /** A folder of predictions in the truth's colours, with nothing beside them. */
  function bare(folder: string, subfolder = "model"): void {
    for (const pair of pairs) {
      writeFiles(folder, { [`${subfolder}/${pair.name}.png`]: coloured(pair, pair.prediction).png });
    }
  }

  it("has the truth's legends, one for each image, in any folder", () => {
    const folder = prepare(pairs);
    const wanted = json(folder, "truth", "model");
    // A colour that the truth of an image does not have is not in its legend.
    const legends = pairs.map(
      (pair) => JSON.parse(coloured(pair, [...pair.truth, ...pair.prediction]).json).legend,
    );
    pairs.forEach(({ name }, place) => {
      writeFiles(folder, { [`truth/${name}.json`]: JSON.stringify({ legend: legends[place] }) });
    });
    rmSync(join(folder, "model"), { recursive: true });
    bare(folder, "model/run-7");
    const found = compare(folder, "truth", "model");
    expect(found.stderr).toContain("  model has no legend of its own; the legends of the truth are used\n");
    expect(json(folder, "truth", "model").confusion).toEqual(wanted.confusion);
  });

  it("has the truth's one legend, and that of --legend", () => {
    const folder = prepare(pairs);
    const wanted = json(folder, "truth", "model");
    const legend = JSON.stringify(
      Object.assign(
        {},
        ...pairs.map((pair) => JSON.parse(coloured(pair, [...pair.truth, ...pair.prediction]).json).legend),
      ),
    );
    rmSync(folder, { recursive: true });
    for (const pair of pairs)
      writeFiles(folder, { [`truth/masks/${pair.name}.png`]: coloured(pair, pair.truth).png });
    writeFiles(folder, { "truth/masks/legend.json": legend, "all.json": legend });
    bare(folder);
    const found = compare(folder, "truth", "model");
    expect(found.stderr).toContain(
      "  model has no legend of its own; the legend masks/legend.json of the truth is used\n",
    );
    expect(json(folder, "truth", "model").confusion).toEqual(wanted.confusion);
    rmSync(join(folder, "truth/masks/legend.json"));
    const flagged = compare(folder, "truth", "model", "--legend", "all.json");
    expect(flagged.stderr).toContain(
      "  model has no legend of its own; all.json is used, as for the truth\n",
    );
    expect(json(folder, "truth", "model", "--legend", "all.json").confusion).toEqual(wanted.confusion);
  });

  /** The truth as Pascal VOC, whose classes have numbers. */
  function vocTruth() {
    const folder = prepare(pairs);
    const { code, stderr } = runCli(["convert", "truth", "--to", "voc", "--out", "voc", "--quiet"], {
      cwd: folder,
    });
    expect([code, stderr]).toEqual([0, ""]);
    const { classes } = json(folder, "voc", "voc");
    const idOf = new Map<string, number>(
      classes.map(({ name, id }: { name: string; id: number }) => [name, id]),
    );
    const number = (value: number) => {
      const name = Object.entries(CLASSES).find(([, id]) => id === Math.floor(value / DIVISOR))?.[0];
      return name === undefined ? VOID : idOf.get(name)!;
    };
    return { folder, number };
  }

  it.each([".png", ".npy", ".npz"])("may be class ids (%s), which are those of the truth", (ending) => {
    const { folder, number } = vocTruth();
    const wanted = json(folder, "truth", "model");
    const encode = (size: { width: number; height: number }, ids: Int32Array) => {
      const map = { width: size.width, height: size.height, data: ids };
      if (ending === ".npz") return encodeNpz({ semantic: map });
      return ending === ".npy" ? encodeNpy(map) : grey(size, ids);
    };
    for (const pair of pairs) {
      const ids = pair.prediction.map(number);
      writeFiles(folder, { [`ids/${pair.name}${ending}`]: encode(pair, ids) });
    }
    const { code, stderr } = compare(folder, "voc", "ids");
    expect([code, stderr]).toEqual([
      0,
      expect.stringContaining(
        "  ids has no legend of its own; its numbers are read as class ids of the truth\n",
      ),
    ]);
    const found = json(folder, "voc", "ids");
    const byName = ({ classes }: typeof wanted) =>
      Object.fromEntries(classes.map(({ name, iou }: { name: string; iou: number }) => [name, iou]));
    expect(byName(found)).toMatchObject(byName(wanted));
    expect(found.means.iou).toBeLessThan(1);

    const [first] = pairs;
    const odd = new Int32Array(first!.truth.length).fill(77);
    writeFiles(folder, { [`ids/${first!.name}${ending}`]: encode(first!, odd) });
    const unknown = compare(folder, "voc", "ids", "-q");
    expect([unknown.code, unknown.stderr]).toEqual([
      1,
      expect.stringMatching(
        /^labelmap: CLASS_UNKNOWN: image-0: image-0\.(png|npy|npz): .*id 77 .*--missing void/,
      ),
    ]);
    expect(json(folder, "voc", "ids", "--missing", "void")).toMatchObject({
      code: 0,
      prediction: { unlabelled: { images: expect.any(Number), pixels: expect.any(Number) } },
    });
  });

  it("may have the numbers of objects too, as .npz, and one array of any name", () => {
    const { folder, number } = vocTruth();
    for (const pair of pairs) {
      const { width, height } = pair;
      const semantic = { width, height, data: pair.truth.map(number) };
      const objects = pair.truth.map((value) => value % DIVISOR);
      writeFiles(folder, {
        [`ids/${pair.name}.npz`]: encodeNpz({ semantic, instance: { width, height, data: objects } }),
        [`one/${pair.name}.npz`]: encodeNpz({ arr_0: semantic }),
        [`none/${pair.name}.npz`]: encodeNpz({ a: semantic, b: semantic }),
      });
    }
    const found = json(folder, "voc", "ids");
    expect([found.code, found.means.iou, found.prediction.format]).toEqual([0, 1, "npz"]);
    expect(found.panoptic.things.pq).toBe(1);
    const one = json(folder, "voc", "one", "--prediction-from", "npz");
    expect([one.code, one.means.iou]).toEqual([0, 1]);
    const none = compare(folder, "voc", "none", "-q");
    expect([none.code, none.stderr]).toEqual([
      1,
      expect.stringMatching(/image-0\.npz: .*the array "semantic" is missing; there are "a", "b"/),
    ]);
    const small = compare(folder, "voc", "ids", "-q", "--max-pixels", "3");
    expect([small.code, small.stderr]).toEqual([1, expect.stringContaining("--max-pixels")]);
  });

  it("is of the format of --prediction-from, and its other flags must go with it", () => {
    const { folder, number } = vocTruth();
    for (const pair of pairs) {
      const ids = pair.truth.map(number);
      // Pictures beside the arrays, as a model may write them for people.
      writeFiles(folder, {
        [`ids/${pair.name}.npy`]: encodeNpy({ ...pair, data: ids }),
        [`ids/${pair.name}.png`]: coloured(pair, pair.truth).png,
      });
    }
    const found = json(folder, "voc", "ids", "--prediction-from", "npy");
    expect([found.code, found.means.iou, found.prediction.format]).toEqual([0, 1, "npy"]);
    expect(json(folder, "truth", "voc", "--prediction-from", "voc").prediction.format).toBe("voc");
    const { code, stderr } = compare(
      folder,
      ...["voc", "ids", "--prediction-from", "npy", "--prediction-legend", "camvid"],
    );
    expect([code, stderr]).toEqual([
      2,
      expect.stringContaining("--prediction-legend cannot be used with --prediction-from npy"),
    ]);
    const other = compare(folder, "voc", "voc", "--prediction-from", "voc", "--prediction-suffix", "_pred");
    expect([other.code, other.stderr]).toEqual([
      2,
      expect.stringContaining("--prediction-suffix is for folders of masks, but the source is read as voc"),
    ]);
  });

  it("that may be of two formats names the flag that decides", () => {
    const { folder } = vocTruth();
    writeFiles(folder, {
      "voc/Annotations/a_000000_000000_gtFine_labelIds.png": grey({ width: 1, height: 1 }, [7]),
    });
    const { code, stderr } = compare(folder, "truth", "voc", "-q");
    expect([code, stderr]).toEqual([
      2,
      expect.stringMatching(/give one with --prediction-from:.*--prediction-from voc/s),
    ]);
  });

  it("in colours needs a legend if the truth has none to lend", () => {
    const { folder } = vocTruth();
    rmSync(join(folder, "model"), { recursive: true });
    bare(folder);
    const found = json(folder, "voc", "model");
    expect([found.code, found.images]).toEqual([1, 0]);
    expect(found.stderr).toContain("--prediction-legend");
  });
});

describe("what is printed", () => {
  it("is a table of classes, a confusion matrix on demand, and the worst images", () => {
    const folder = makeFolder();
    const size = { width: 4, height: 2 };
    const of = (...ids: number[]) => Int32Array.from(ids, (id) => id * DIVISOR);
    writePairs(folder, [
      {
        name: "a",
        ...size,
        truth: of(7, 7, 7, 7, 11, 11, 11, 11),
        prediction: of(7, 7, 7, 11, 11, 11, 11, 255),
      },
      { name: "b", ...size, truth: of(7, 7, 7, 7, 7, 7, 7, 255), prediction: of(7, 7, 7, 7, 7, 7, 7, 11) },
    ]);
    const { code, stdout, stderr } = compare(folder, "truth", "model", "--confusion", "--quiet");
    expect([code, stderr]).toEqual([0, ""]);
    // road: 10 of 11 found, 10 predicted; sky: 3 of 4 found, 4 predicted. Every pixel is near an edge.
    expect(stdout).toBe(`model compared with truth: 2 images

mean IoU                0.7545
pixel accuracy          0.8667
frequency-weighted IoU  0.8267
mean boundary IoU       0.7545

class     IoU  precision  recall    Dice  boundary IoU  pixels
road   0.9091     1.0000  0.9091  0.9524        0.9091      11
sky    0.6000     0.7500  0.7500  0.7500        0.6000       4
mean   0.7545     0.8750  0.8295  0.8512        0.7545      15

Confusion matrix, in % of the truth's pixels (row: truth, column: prediction):
no.  truth     1     2  none
  1  road   90.9   9.1     ·
  2  sky       ·  75.0  25.0

Images, the worst first:
image  mean IoU  pixel accuracy  mean boundary IoU  lowest class
a        0.6750          0.7500             0.6750  sky 0.6000
b        1.0000          1.0000             1.0000  road 1.0000
`);
    expect(compare(folder, "truth", "model", "-q").stdout).not.toContain("Confusion");
  });

  it("is an error with exit code 2 if a side is missing or of no format", () => {
    const folder = prepare();
    writeFiles(folder, { "empty/readme.md": "nothing" });
    expect(compare(folder, "truth", "nowhere")).toMatchObject({ code: 2, stdout: "" });
    expect(compare(folder, "truth")).toMatchObject({ code: 2, stdout: "" });
    const { code, stderr } = compare(folder, "truth", "empty");
    expect([code, stderr]).toEqual([2, expect.stringContaining("empty has neither masks (.png) nor arrays")]);
  });
});

/** Every fixture through the batch in every format: the files equal an independent decoder's map, or the direct encoders'. */
import { createHash } from "node:crypto";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { ClassList, decodeMask, type LabelMap } from "labelmap";
import {
  cocoInstancesDataset,
  cocoPanopticDataset,
  encodeCityscapes,
  encodeCocoInstances,
  encodeCocoPanoptic,
  encodeLabelPng,
  encodeNpy,
  encodeVoc,
  encodeYolo,
  thingClasses,
} from "labelmap/formats";
import { encodeAllRles, rlesToMap } from "labelmap/objects";
import { fromFiles, type OutputOptions, planOutput, runBatch } from "labelmap-cli/batch";
import { beforeAll, describe, expect, it } from "vitest";
import { outputPaths } from "../../../cli/src/batch/output-paths.js";
import { filesIn, newFolder, recordsOf } from "../../support/batch-folder.js";
import { drawJob, readNpy, writeJobs } from "../../support/batch-jobs.mjs";
import { FIXTURES, loadCorpus } from "../../support/corpus.mjs";
import { encodePng } from "../../support/encode-png.mjs";

const corpus = loadCorpus().filter(({ folder }) => folder === FIXTURES);
const jobs = corpus.map(({ name }) => ({ job: name })).sort((a, b) => (a.job < b.job ? -1 : 1));
const source = fromFiles((job) => ({
  mask: join(FIXTURES, `${job}.png`),
  result: join(FIXTURES, `${job}.json`),
}));
// A fixture of noise has more classes than uint8 ids.
const classes = ClassList.fromResults(
  corpus.map(({ result }) => result),
  { firstId: 1, voidId: 0, ignoreId: 0 },
);
const maps = new Map<string, LabelMap>();
let things: readonly string[] = [];
beforeAll(async () => {
  for (const { name, png, result } of corpus) maps.set(name, await decodeMask(png, result));
  things = thingClasses(corpus.map(({ result }) => result)).filter(
    (name) => classes.idOf(name) !== undefined,
  );
  expect(things.length).toBeGreaterThan(2);
});

async function run(out: string, output: OutputOptions, tasks: readonly { job: string }[] = jobs) {
  const summary = await runBatch({ tasks, source, out, output });
  expect(summary).toMatchObject({ kept: 0, failedBefore: 0, isComplete: true });
  return summary;
}
const read = (out: string, path: string) => new Uint8Array(readFileSync(join(out, path)));
const digest = (bytes: Uint8Array) => createHash("sha256").update(bytes).digest("hex");

/** The outputs of each fixture are just these files. `undefined`: it fails with a code. */
async function expectFiles(
  output: OutputOptions,
  filesOf: (job: string, map: LabelMap) => Record<string, Uint8Array> | string,
) {
  const out = newFolder();
  await run(out, output);
  const records = recordsOf(out, output.format);
  expect(records.size).toBe(corpus.length);
  const expected: string[] = [];
  for (const [job, map] of maps) {
    const { status, outputs, error, unlabelledPixels, mask, result } = records.get(job)!;
    const files = filesOf(job, map);
    if (typeof files === "string") {
      expect({ status, outputs, code: error?.code }, job).toEqual({
        status: "failed",
        outputs: [],
        code: files,
      });
      continue;
    }
    expect(error, job).toBeUndefined();
    expect({ status, unlabelledPixels }, job).toEqual({
      status: "done",
      unlabelledPixels: map.unlabelled.count,
    });
    expect(mask!.sha256).toBe(digest(read(FIXTURES, `${job}.png`)));
    expect(result!.sha256).toBe(digest(read(FIXTURES, `${job}.json`)));
    expect(outputs.map(({ path }) => path).sort(), job).toEqual(Object.keys(files).sort());
    expect(outputPaths(output.format, job).sort(), job).toEqual(Object.keys(files).sort());
    for (const { path, bytes, sha256 } of outputs) {
      const content = read(out, path);
      expect(Buffer.compare(content, files[path]!), path).toBe(0);
      expect({ bytes, sha256 }).toEqual({ bytes: content.length, sha256: digest(content) });
      expected.push(path);
    }
  }
  const plan = planOutput(output);
  const others = filesIn(out).filter((path) => !expected.includes(path));
  return { out, plan, others };
}

describe("the files of each image", () => {
  it("have the label maps that an independent decoder found", async () => {
    const out = newFolder();
    expect(await run(out, { format: "npy" })).toMatchObject({ done: corpus.length, failed: 0 });
    const records = recordsOf(out);
    for (const { name, expected } of corpus) {
      const { descr, shape, elements } = readNpy(read(out, `npy/${name}.npy`));
      expect([descr, shape, digest(elements)], name).toEqual([
        "<i4",
        [expected.height, expected.width],
        expected.sha256,
      ]);
      const [output] = records.get(name)!.outputs;
      expect([output!.dtype, output!.shape]).toEqual(["int32", [expected.height, expected.width]]);
    }
  });

  it("equal those of encodeNpy for each map, dtype, size and list", async () => {
    const few = ClassList.fromNames(classes.classes.slice(0, 4).map(({ name }) => name));
    const codeOf = (work: () => unknown): string => {
      try {
        work();
      } catch (error) {
        return (error as { code: string }).code;
      }
      throw new Error("it works");
    };
    const cases: [OutputOptions, (map: LabelMap) => ReturnType<LabelMap["instance"]>][] = [
      [
        { format: "npy", map: "semantic", classes, dtype: "uint16" },
        (map: LabelMap) => map.semantic(classes, { dtype: "uint16" }),
      ],
      [
        { format: "npy", map: "semantic", classes: few, missing: "void" },
        (map: LabelMap) => map.semantic(few, { missing: "void", dtype: "uint8" }) as never,
      ],
      [{ format: "npy", map: "instance" }, (map: LabelMap) => map.instance({ dtype: "uint16" }) as never],
      [
        { format: "npy", map: "panoptic", classes, divisor: 2000 },
        (map: LabelMap) => map.panoptic(classes, { divisor: 2000 }) as never,
      ],
    ] as never;
    for (const [output, view] of cases) {
      const { others } = await expectFiles(output, (job, map) => {
        const { width, height } = map;
        try {
          return { [`npy/${job}.npy`]: encodeNpy({ width, height, data: view(map) as never }) };
        } catch {
          return codeOf(() => view(map));
        }
      });
      const list = output.classes === undefined ? [] : ["npy/classes.json"];
      expect(others).toEqual(["manifest.jsonl", ...list, `options/${planOutput(output).id}.json`]);
    }
  });

  it("are resized as by decodeMask", async () => {
    const resize = { width: 96, height: 64 };
    const resized = new Map<string, Uint8Array>();
    for (const { name, png, result } of corpus) {
      const map = await decodeMask(png, result, { resize, target: { map: "label" } });
      resized.set(name, encodeNpy(map as never));
    }
    await expectFiles({ format: "npy", resize }, (job) => ({ [`npy/${job}.npy`]: resized.get(job)! }));
  });

  it("equal those of encodeLabelPng", async () => {
    const { others, plan } = await expectFiles(
      { format: "png", map: "semantic", classes, dtype: "uint16" },
      (job, map) => {
        const { width, height } = map;
        return {
          [`png/${job}.png`]: encodeLabelPng({
            width,
            height,
            data: map.semantic(classes, { dtype: "uint16" }),
          }),
        };
      },
    );
    expect(others).toEqual(["manifest.jsonl", `options/${plan.id}.json`, "png/classes.json"]);
  });

  it("have the run-length code of each label that has pixels, which drawn again is the map, and no class list", async () => {
    let drawn = 0;
    const { others, plan } = await expectFiles({ format: "coco-rle" }, (job, map) => {
      const rles = encodeAllRles(map).map(({ value: label, rle: segmentation }) => {
        const { name, color, pixelCount: area, bbox } = map.labels[label]!;
        return { label, name, color, area, bbox, segmentation };
      });
      if (rles.length > 0) {
        const { data } = rlesToMap(
          rles.map(({ label, segmentation }) => ({ value: label, rle: segmentation })),
        );
        // Unlabelled pixels are in no code.
        const isSame = data.every((value, pixel) => map.data[pixel]! < 0 || value === map.data[pixel]);
        expect(isSame, job).toBe(true);
        drawn++;
      }
      return { [`coco-rle/${job}.json`]: Buffer.from(JSON.stringify(rles)) };
    });
    expect(drawn).toBeGreaterThan(corpus.length / 2);
    expect(others).toEqual(["manifest.jsonl", `options/${plan.id}.json`]);
    for (const more of [{ classes }, { things: ["car"] }, { map: "semantic" as const }]) {
      expect(() => planOutput({ format: "coco-rle", ...more })).toThrow(
        expect.objectContaining({ code: "OPTION_INVALID", message: expect.stringContaining("coco-rle") }),
      );
    }
  });

  it("equal those of encodeVoc, which refuses some jobs", async () => {
    await expectFiles({ format: "voc", classes, missing: "void" }, (job, map) => {
      try {
        const { segmentationClass, segmentationObject } = encodeVoc(map, classes, { missing: "void" });
        return {
          [`voc/SegmentationClass/${job}.png`]: segmentationClass,
          [`voc/SegmentationObject/${job}.png`]: segmentationObject,
        };
      } catch (error) {
        return (error as { code: string }).code;
      }
    });
  });

  it("equal those of encodeCityscapes", async () => {
    for (const missing of ["error", "void"] as const) {
      const codes = new Set<string>();
      await expectFiles({ format: "cityscapes", missing }, (job, map) => {
        try {
          return Object.fromEntries(
            Object.entries(encodeCityscapes(map, { missing })).map(([kind, bytes]) => [
              `cityscapes/${job}_gtFine_${kind}.png`,
              bytes,
            ]),
          );
        } catch (error) {
          codes.add((error as { code: string }).code);
          return (error as { code: string }).code;
        }
      });
      if (missing === "error") expect([...codes]).toContain("CLASS_UNKNOWN");
    }
  });

  it("equal those of encodeYolo, with a description that names the classes in order", async () => {
    const { out } = await expectFiles({ format: "yolo", classes, things }, (job, map) => ({
      [`yolo/labels/${job}.txt`]: new TextEncoder().encode(encodeYolo(map, classes, { things }).text),
    }));
    const yaml = readFileSync(join(out, "yolo/data.yaml"), "utf8");
    const names = [...yaml.matchAll(/^ {2}(\d+): (".*")$/gm)].map(([, place, name]) => [
      Number(place),
      JSON.parse(name!),
    ]);
    expect(names).toEqual(classes.classes.map(({ name }, place) => [place, name]));
  });
});

describe("the files of the data set", () => {
  const images = () =>
    jobs.map(({ job }, place) => {
      const { width, height } = maps.get(job)!;
      return { id: place + 1, width, height, file_name: `${job}.jpg` };
    });

  it("contain COCO's panoptic.json as cocoPanopticDataset makes it", async () => {
    const { out } = await expectFiles({ format: "coco-panoptic", classes, things }, (job, map) => {
      const options = { imageId: 0, fileName: `${job}.png`, things };
      const { png, annotation } = encodeCocoPanoptic(map, classes, options);
      const { width, height } = map;
      const json = JSON.stringify({ width, height, annotations: [annotation] });
      return {
        [`coco-panoptic/${job}.png`]: png,
        [`coco-panoptic/annotations/${job}.json`]: new TextEncoder().encode(json),
      };
    });
    const annotations = jobs.map(({ job }, place) => {
      const options = { imageId: place + 1, fileName: `${job}.png`, things };
      return encodeCocoPanoptic(maps.get(job)!, classes, options).annotation;
    });
    const json = JSON.parse(readFileSync(join(out, "coco-panoptic/panoptic.json"), "utf8"));
    const expected = cocoPanopticDataset({ images: images(), annotations, classes, things });
    expect(json).toEqual(JSON.parse(JSON.stringify(expected)));
    const list = JSON.parse(readFileSync(join(out, "coco-panoptic/classes.json"), "utf8"));
    expect(ClassList.fromJSON(list)).toEqual(classes);
  });

  it("contain COCO's instances.json as cocoInstancesDataset makes it", async () => {
    const { out } = await expectFiles({ format: "coco-instances", classes, things }, (job, map) => {
      const { width, height } = map;
      const { annotations } = encodeCocoInstances(map, classes, { imageId: 0, things });
      const json = JSON.stringify({ width, height, annotations });
      return { [`coco-instances/annotations/${job}.json`]: new TextEncoder().encode(json) };
    });
    let firstId = 1;
    const annotations = jobs.flatMap(({ job }, place) => {
      const { annotations: found } = encodeCocoInstances(maps.get(job)!, classes, {
        imageId: place + 1,
        firstId,
        things,
      });
      firstId += found.length;
      return found;
    });
    expect(firstId).toBeGreaterThan(10);
    const json = JSON.parse(readFileSync(join(out, "coco-instances/instances.json"), "utf8"));
    const expected = cocoInstancesDataset({ images: images(), annotations, classes });
    expect(json).toEqual(JSON.parse(JSON.stringify(expected)));
  });

  it("are valid at any position of images without objects", async () => {
    const folder = newFolder();
    const list = ClassList.fromNames(["road", "sky", "car", "pedestrian", "building"], { firstId: 1 });
    const blank = {
      png: encodePng({ width: 5, height: 4, colourType: 0, bitDepth: 8, samples: new Uint8Array(20) }),
      result: { legend: { "#000000": "road" } },
    };
    const full = drawJob(3);
    for (const pattern of ["E", "EE", "F", "EF", "FE", "EFE", "FEF", "EEFFEE", ""]) {
      const drawn = [...pattern].map((kind, place) => ({
        ...full,
        ...(kind === "E" ? blank : {}),
        job: `i${place}`,
      }));
      const filesOf = writeJobs(drawn, join(folder, `in-${pattern}`));
      for (const format of ["coco-panoptic", "coco-instances"] as const) {
        const out = join(folder, `out-${pattern}-${format}`);
        await runBatch({
          tasks: drawn,
          source: fromFiles(filesOf),
          out,
          output: { format, classes: list, things: ["car", "pedestrian"] },
          threads: 1,
        });
        const name = format === "coco-panoptic" ? "panoptic" : "instances";
        const json = JSON.parse(readFileSync(join(out, `${format}/${name}.json`), "utf8"));
        expect(json.images.map(({ id }: { id: number }) => id)).toEqual(drawn.map((_, place) => place + 1));
        const counted = drawn.flatMap((_, place) => {
          const found = json.annotations.filter((one: { image_id: number }) => one.image_id === place + 1);
          return [found.length];
        });
        const perFull = counted[pattern.indexOf("F")] ?? 0;
        if (pattern.includes("F")) expect(perFull).toBeGreaterThan(0);
        expect(counted).toEqual(
          [...pattern].map((kind) => (format === "coco-panoptic" ? 1 : kind === "E" ? 0 : perFull)),
        );
        if (format === "coco-instances") {
          expect(json.annotations.map(({ id }: { id: number }) => id)).toEqual(
            json.annotations.map((_: unknown, place: number) => place + 1),
          );
        }
      }
    }
  });
});

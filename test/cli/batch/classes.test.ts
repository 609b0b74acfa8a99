/** A class that turns up late: what is finished stays so, since a longer list would make just the same of it. */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { ClassList } from "labelmap";
import { fromFiles, type OutputOptions, runBatch } from "labelmap-cli/batch";
import { describe, expect, it } from "vitest";
import { filesIn, newFolder, recordsOf } from "../../support/batch-folder.js";
import { type DrawnJob, drawJob, writeJobs } from "../../support/batch-jobs.mjs";

const few = ["road", "sky", "car", "pedestrian", "building"];
const list = (...names: string[]) => ClassList.fromNames(names, { firstId: 1 });
const early = Array.from({ length: 6 }, (_, seed) => drawJob(seed));
/** Has a class that the others lack. */
const late = withClass(drawJob(6), "building", "tram # 1");
const all = [...early, late];

function withClass(job: DrawnJob, from: string, to: string): DrawnJob {
  const legend = Object.fromEntries(
    Object.entries(job.result.legend).map(([color, value]) => [color, value === from ? to : value]),
  );
  return { ...job, result: { legend } };
}

function prepare() {
  const folder = newFolder();
  const source = fromFiles(writeJobs(all, join(folder, "in")));
  return (name: string) => {
    const out = join(folder, name);
    const run = (output: OutputOptions, tasks = all) => runBatch({ tasks, source, out, output, threads: 1 });
    return { out, run };
  };
}

const outputsOf = (out: string, format: string) =>
  new Map(
    filesIn(out)
      .filter((path) => path.startsWith(`${format}/`))
      .map((path) => [path, readFileSync(join(out, path)).toString("latin1")]),
  );

const FORMATS: readonly (Partial<OutputOptions> & Pick<OutputOptions, "format">)[] = [
  { format: "npy", map: "semantic" },
  { format: "npy", map: "panoptic" },
  { format: "png", map: "semantic" },
  { format: "voc" },
  { format: "coco-panoptic", things: ["car", "pedestrian"] },
  { format: "coco-instances", things: ["car", "pedestrian"] },
  { format: "yolo", things: ["car", "pedestrian"] },
];

describe.each(FORMATS)("%o", (options) => {
  const { format, things } = options;
  const before = { ...options, classes: list(...few) };
  const after = {
    ...options,
    classes: list(...few, "bus", "tram"),
    ...(things === undefined ? {} : { things: [...things, "tram"] }),
  };

  it("keeps the outputs of a shorter list, and ends with the outputs that the longer list alone would make", async () => {
    const at = prepare();
    const [grown, fresh] = [at("grown"), at("fresh")];
    expect(await grown.run(before)).toMatchObject({ done: early.length, failed: 1 });
    expect(recordsOf(grown.out, format).get(late.job)!.error!.code).toBe("CLASS_UNKNOWN");
    expect(await grown.run(after)).toMatchObject({ kept: early.length, done: 1, failed: 0, failedBefore: 0 });
    expect(await fresh.run(after)).toMatchObject({ kept: 0, done: all.length });
    expect(outputsOf(grown.out, format)).toEqual(outputsOf(fresh.out, format));
    expect(outputsOf(grown.out, format).size).toBeGreaterThanOrEqual(all.length);
  });
});

describe("a list that may make different outputs", () => {
  const semantic = { format: "npy", map: "semantic" } as const;
  const coco = { format: "coco-panoptic", classes: list(...few), things: ["car"] } as const;
  const before = { ...semantic, classes: list(...few) };
  it.each<[string, OutputOptions, OutputOptions]>([
    ["a class before the others", before, { ...semantic, classes: list("bus", ...few) }],
    ["another order", before, { ...semantic, classes: list(...few.toReversed()) }],
    ["a shorter list", { ...semantic, classes: list(...few, "bus") }, before],
    [
      "a further name for a class",
      before,
      {
        ...semantic,
        classes: ClassList.fromNames([...few.slice(0, 4), ["building", "house"]], { firstId: 1 }),
      },
    ],
    [
      "a void name",
      before,
      { ...semantic, classes: ClassList.fromNames(few, { firstId: 1, void: ["tram"] }) },
    ],
    [
      "an old class that is a thing now",
      coco,
      { ...coco, classes: list(...few, "bus"), things: ["car", "pedestrian"] },
    ],
    [
      "classes that may be missing",
      { ...before, missing: "void" },
      { ...semantic, classes: list(...few, "bus"), missing: "void" },
    ],
  ])("is another one: %s", async (_name, first, second) => {
    const { run } = prepare()("out");
    expect(await run(first, early)).toMatchObject({ done: early.length });
    expect(await run(second, early)).toMatchObject({ done: early.length, kept: 0 });
  });
});

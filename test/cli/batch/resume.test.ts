/** What a second run does: only what is missing, was made otherwise, or may now go well. */
import {
  appendFileSync,
  copyFileSync,
  existsSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  truncateSync,
  writeFileSync,
} from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { ClassList } from "labelmap";
import { PlaymentClient } from "labelmap/playment";
import {
  type BatchOptions,
  fromFiles,
  fromVendor,
  limitRate,
  type OutputOptions,
  openStorage,
  planOutput,
  runBatch,
  type SourceProvider,
  verify,
} from "labelmap-cli/batch";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { startVendorServer } from "../../../cli/src/sample-server/server.js";
import { filesIn, linesOf, newFolder, recordsOf, stampsOf } from "../../support/batch-folder.js";
import { drawJob, isLabelNpy, sha256, writeJobs } from "../../support/batch-jobs.mjs";
import { runNode } from "../../support/run-node.js";

const KILLED_RUN = fileURLToPath(new URL("../../support/killed-run.mjs", import.meta.url));
const COUNT = 12;
const drawn = Array.from({ length: COUNT }, (_, seed) => drawJob(seed));
const classes = ClassList.fromNames(["road", "sky", "car", "pedestrian", "building"], { firstId: 1 });
const label: OutputOptions = { format: "npy" };
const semantic: OutputOptions = { format: "npy", map: "semantic", classes, dtype: "uint8" };

function prepare() {
  const folder = newFolder();
  const filesOf = writeJobs(drawn, join(folder, "in"));
  const out = join(folder, "out");
  const run = (output: OutputOptions = label, more: Partial<BatchOptions> = {}) =>
    runBatch({ tasks: drawn, source: fromFiles(filesOf), out, output, threads: 1, ...more });
  const npy = (job: string) => join(out, `npy/${job}.npy`);
  const outputStamps = () =>
    stampsOf(
      out,
      filesIn(out).filter((path) => /^npy\/.*\.npy$/.test(path)),
    );
  return { folder, filesOf, out, run, npy, outputStamps };
}
const counts = (done: number, kept: number, failed = 0, failedBefore = 0) => ({
  done,
  kept,
  failed,
  failedBefore,
});
/** The first job in a process of its own, as killed-run.mjs says. @throws where it is killed */
const runOnce = (folder: string, output: OutputOptions, ...killed: string[]) =>
  JSON.parse(runNode([KILLED_RUN, folder, JSON.stringify(output), ...killed], { stdio: "pipe" }));
/** Of two sets of stamps, what differs. */
const changed = (before: Record<string, string>, after: Record<string, string>) =>
  Object.keys({ ...before, ...after }).filter((path) => before[path] !== after[path]);

describe("a second run over files", () => {
  it("does nothing if everything is done", async () => {
    const { out, run, outputStamps } = prepare();
    expect(await run()).toMatchObject(counts(COUNT, 0));
    const [stamps, manifest] = [outputStamps(), readFileSync(join(out, "manifest.jsonl"))];
    expect(Object.keys(stamps)).toHaveLength(COUNT);
    for (let count = 0; count < 2; count++) {
      const progress: number[] = [];
      const onProgress: BatchOptions["onProgress"] = ({ kept, last }) => {
        expect(last).toBeUndefined();
        progress.push(kept);
      };
      expect(await run(label, { onProgress })).toMatchObject(counts(0, COUNT));
      expect(progress).toEqual(drawn.map((_, place) => place + 1));
    }
    expect(outputStamps()).toEqual(stamps);
    expect(readFileSync(join(out, "manifest.jsonl"))).toEqual(manifest);
  });

  it("does new tasks, keeps finished ones, and does a repeated task once", async () => {
    const { out, run } = prepare();
    expect(await run(label, { tasks: drawn.slice(0, 5) })).toMatchObject(counts(5, 0));
    const tasks = (async function* () {
      for (const { job } of [...drawn, ...drawn]) yield { job };
    })();
    expect(await run(label, { tasks })).toMatchObject(counts(COUNT - 5, 5));
    expect(linesOf(out)).toHaveLength(COUNT);
  });

  it("redoes everything with other options, and again with the first options", async () => {
    const { out, run, npy, outputStamps } = prepare();
    await run();
    for (const [output, dtype] of [
      [semantic, "|u1"],
      [label, "<i4"],
      [semantic, "|u1"],
    ] as const) {
      const stamps = outputStamps();
      const { plan } = await run(output);
      expect(changed(stamps, outputStamps())).toHaveLength(COUNT);
      for (const { job } of drawn) expect(readFileSync(npy(job)).toString("latin1")).toContain(dtype);
      expect(new Set([...recordsOf(out).values()].map(({ options }) => options))).toEqual(new Set([plan.id]));
      expect(JSON.parse(readFileSync(join(out, `options/${plan.id}.json`), "utf8"))).toEqual(
        JSON.parse(JSON.stringify(plan)),
      );
      expect(await run(output)).toMatchObject(counts(0, COUNT));
    }
    for (const job of drawn) {
      await run();
      expect(isLabelNpy(readFileSync(npy(job.job)), job)).toBe(true);
    }
  });

  it("keeps formats apart", async () => {
    const { run } = prepare();
    await run();
    expect(await run({ ...semantic, format: "png" })).toMatchObject(counts(COUNT, 0));
    expect(await run()).toMatchObject(counts(0, COUNT));
    expect(await run({ ...semantic, format: "png" })).toMatchObject(counts(0, COUNT));
  });

  it("redoes only outputs that are missing or too short", async () => {
    const { run, npy, outputStamps } = prepare();
    await run();
    const stamps = outputStamps();
    rmSync(npy("job-0002"));
    truncateSync(npy("job-0005"), 200);
    truncateSync(npy("job-0007"), 0);
    expect(await run()).toMatchObject(counts(3, COUNT - 3));
    expect(changed(stamps, outputStamps())).toEqual(
      ["0002", "0005", "0007"].map((number) => `npy/job-${number}.npy`),
    );
    for (const job of drawn) expect(isLabelNpy(readFileSync(npy(job.job)), job)).toBe(true);
  });

  it("redoes an output of two files if one of them is missing", async () => {
    const { out, run } = prepare();
    await run({ format: "voc", classes });
    rmSync(join(out, "voc/SegmentationObject/job-0003.png"));
    expect(await run({ format: "voc", classes })).toMatchObject(counts(1, COUNT - 1));
  });

  it("redoes only tasks whose mask or result has changed", async () => {
    const { run, npy, filesOf, outputStamps, out } = prepare();
    await run();
    const stamps = outputStamps();
    const other = drawJob(77);
    copyFileSync(filesOf("job-0001").result, filesOf("job-0001").result);
    writeFileSync(filesOf("job-0004").mask, other.png);
    writeFileSync(filesOf("job-0004").result, JSON.stringify(other.result));
    // The same mask, whose colours now stand for other labels.
    const { legend } = drawn[6]!.result;
    const turned = { legend: Object.fromEntries(Object.entries(legend).reverse()) };
    writeFileSync(filesOf("job-0006").result, JSON.stringify(turned));
    expect(await run()).toMatchObject(counts(2, COUNT - 2));
    expect(changed(stamps, outputStamps())).toEqual(["npy/job-0004.npy", "npy/job-0006.npy"]);
    expect(isLabelNpy(readFileSync(npy("job-0004")), other)).toBe(true);
    const labels = drawn[6]!.labels.map((value) => (value < 0 ? value : 5 - value));
    expect(isLabelNpy(readFileSync(npy("job-0006")), { ...drawn[6]!, labels })).toBe(true);
    expect(recordsOf(out).get("job-0004")!.mask!.sha256).toBe(sha256(other.png));
  });

  it("retries a failed mask if it was repaired, or if told to", async () => {
    const { run, npy, filesOf, out } = prepare();
    const { mask } = filesOf("job-0003");
    writeFileSync(mask, "no PNG, but long enough to have the places of a width and a height");
    expect(await run()).toMatchObject(counts(COUNT - 1, 0, 1));
    expect(recordsOf(out).get("job-0003")!.error!.code).toBe("PNG_SIGNATURE");
    expect(await run()).toMatchObject(counts(0, COUNT - 1, 0, 1));
    expect(linesOf(out)).toHaveLength(COUNT);
    expect(await run(label, { retryFailed: true })).toMatchObject(counts(0, COUNT - 1, 1));
    writeFileSync(mask, drawn[3]!.png);
    expect(await run()).toMatchObject(counts(1, COUNT - 1));
    expect(isLabelNpy(readFileSync(npy("job-0003")), drawn[3]!)).toBe(true);
  });

  it("retries tasks whose source was missing", async () => {
    const { run, filesOf, out } = prepare();
    rmSync(filesOf("job-0002").mask);
    rmSync(filesOf("job-0009").result);
    expect(await run()).toMatchObject(counts(COUNT - 2, 0, 2));
    for (const job of ["job-0002", "job-0009"]) {
      const { status, outputs, error } = recordsOf(out).get(job)!;
      expect([status, outputs, error!.code]).toEqual(["failed", [], "SOURCE_MISSING"]);
    }
    expect(recordsOf(out).get("job-0009")!.error!.message).toContain(filesOf("job-0009").result);
    writeFileSync(filesOf("job-0002").mask, drawn[2]!.png);
    expect(await run()).toMatchObject(counts(1, COUNT - 2, 1));
    writeFileSync(filesOf("job-0009").result, JSON.stringify(drawn[9]!.result));
    expect(await run()).toMatchObject(counts(1, COUNT - 1));
  });

  it("keeps finished outputs while their source is missing, with the same and with other options", async () => {
    const { run, filesOf, outputStamps, out } = prepare();
    await run();
    const stamps = outputStamps();
    const { mask } = filesOf("job-0003");
    const { result } = filesOf("job-0005");
    for (const path of [mask, result]) renameSync(path, `${path}.away`);
    expect(await run()).toMatchObject(counts(0, COUNT - 2, 2));
    expect(changed(stamps, outputStamps())).toEqual([]);
    expect(await run(semantic)).toMatchObject(counts(COUNT - 2, 0, 2));
    expect(changed(stamps, outputStamps())).toHaveLength(COUNT - 2);
    expect(await verify(out)).toMatchObject({ done: COUNT, damages: 0 });
    for (const path of [mask, result]) renameSync(`${path}.away`, path);
    expect(await run(semantic)).toMatchObject(counts(2, COUNT - 2));
  });

  it("leaves no output of earlier options or of an earlier mask for a job that fails", async () => {
    const { run, npy, filesOf, outputStamps } = prepare();
    await run();
    // Now the list lacks a class: an int32 map among the others' class ids would be taken for one of them.
    const few = ClassList.fromNames(["road", "sky", "car", "pedestrian"]);
    const { failed, done } = await run({ ...semantic, classes: few });
    expect(failed).toBeGreaterThan(0);
    expect(Object.keys(outputStamps())).toHaveLength(done);
    for (const path of Object.keys(outputStamps())) {
      expect(readFileSync(join(npy(""), "..", "..", path)).toString("latin1")).toContain("|u1");
    }
    await run();
    writeFileSync(filesOf("job-0000").mask, drawn[0]!.png.subarray(0, 60));
    expect(await run()).toMatchObject(counts(0, COUNT - 1, 1));
    expect(() => statSync(npy("job-0000"))).toThrow("ENOENT");
  });

  it("does not confuse files of a run that was killed before its record with files of the earlier record", () => {
    const { folder, npy } = prepare();
    // With the same dtype the files of either options have the same sizes.
    const run = (output: OutputOptions, ...killed: string[]) => runOnce(folder, output, ...killed);
    const other: OutputOptions = { ...semantic, dtype: "int32" };
    expect(run(label)).toMatchObject({ done: 1, kept: 0 });
    const first = readFileSync(npy("job-0000"));
    expect(() => run(other, "before", '"status":"done"')).toThrow();
    const second = readFileSync(npy("job-0000"));
    expect(second.equals(first)).toBe(false);
    expect(second.length).toBe(first.length);
    expect(run(label)).toMatchObject({ done: 1, kept: 0 });
    expect(isLabelNpy(readFileSync(npy("job-0000")), drawn[0]!)).toBe(true);
  });

  it("leaves no old output if a run was killed before removing it and the next run fails", async () => {
    const { folder, out, npy } = prepare();
    const few = { ...semantic, classes: ClassList.fromNames(["road"]) };
    expect(runOnce(folder, label)).toMatchObject({ done: 1 });
    expect(() => runOnce(folder, few, "after", "TASK_UNFINISHED")).toThrow();
    expect(existsSync(npy("job-0000")), "it was killed in time").toBe(true);
    expect(linesOf(out).map(({ status }) => status)).toEqual(["done", "failed"]);
    // Neither an old file nor its absence is a damage of a task that has not ended.
    expect(await verify(out)).toMatchObject({ damages: 0, done: 0, failed: 1 });
    expect(runOnce(folder, few)).toEqual({ done: 0, kept: 0, failed: 1 });
    expect(existsSync(npy("job-0000"))).toBe(false);
    expect(recordsOf(out).get("job-0000")).toMatchObject({
      outputs: [],
      error: { code: "CLASS_UNKNOWN" },
    });
    expect(runOnce(folder, label)).toEqual({ done: 1, kept: 0, failed: 0 });
    expect(isLabelNpy(readFileSync(npy("job-0000")), drawn[0]!)).toBe(true);
  });

  it("redoes everything with other options if the folder of the outputs is missing", async () => {
    const { out, run } = prepare();
    await run();
    rmSync(join(out, "npy"), { recursive: true });
    expect(await run(semantic)).toMatchObject(counts(COUNT, 0));
  });
});

describe("a record that names files of others", () => {
  const FEW = 4;
  /** Finishes all jobs in two formats, and then replaces the record of the first job in npy. */
  async function prepareForged(outputs: readonly string[], more: object = {}) {
    const prepared = prepare();
    const { folder, out, run } = prepared;
    writeFileSync(join(folder, "outside.npy"), "precious");
    const tasks = drawn.slice(0, FEW);
    await run(label, { tasks });
    await run({ ...semantic, format: "png" }, { tasks });
    await run({ format: "voc", classes }, { tasks });
    const record = recordsOf(out).get("job-0000")!;
    const files = outputs.map((path) => ({
      ...record.outputs[0]!,
      path,
      bytes: statSync(join(out, path)).size,
    }));
    appendFileSync(
      join(out, "manifest.jsonl"),
      `${JSON.stringify({ ...record, outputs: files, ...more })}\n`,
    );
    // What the run writes itself differs in any case: the job's own file, the list of records, the options.
    const others = () => {
      const paths = filesIn(out).filter((path) => !/^(npy\/job-0000|manifest|options)/.test(path));
      return stampsOf(out, ["../outside.npy", ...paths]);
    };
    return { ...prepared, others };
  }
  const FOREIGN = [
    "npy/job-0001.npy",
    "png/job-0000.png",
    "voc/SegmentationClass/job-0003.png",
    "npy/../npy/job-0002.npy",
    "manifest.jsonl",
    "../outside.npy",
  ];
  const unfinished = { status: "failed", error: { code: "TASK_UNFINISHED", message: "" } };

  it.each([
    ["done", {}],
    ["unfinished", unfinished],
    ["failed", { status: "failed", error: { code: "PNG_CRC", message: "" } }],
  ])("makes no run remove them: a task that is %s", async (_name, more) => {
    const { run, others, npy } = await prepareForged([...FOREIGN, "npy/job-0000.npy"], more);
    const stamps = others();
    expect(Object.keys(stamps)).toHaveLength(1 + 4 * FEW - 1 + 2);
    const output: OutputOptions = { ...label, dtype: "uint16" };
    expect(await run(output, { tasks: drawn.slice(0, 1) })).toMatchObject(counts(1, 0));
    expect(changed(stamps, others())).toEqual([]);
    expect(readFileSync(npy("job-0000")).toString("latin1")).toContain("<u2");
  });

  it.each(["npy/job-0001.npy", "png/job-0000.png", "../outside.npy"])(
    "does not count as done: %s",
    async (path) => {
      const { run, out, others } = await prepareForged([path]);
      const damages: string[] = [];
      await verify(out, { onDamage: (damage) => damages.push(`${damage.path} ${damage.problem}`) });
      expect(damages).toEqual([`${path} is named in the job's record, but cannot be a file of this job`]);
      const stamps = others();
      expect(await run(label, { tasks: drawn.slice(0, FEW) })).toMatchObject(counts(1, FEW - 1));
      expect(changed(stamps, others())).toEqual([]);
      expect(await verify(out)).toMatchObject({ damages: 0 });
    },
  );

  it("is no record if it says done and names no file", async () => {
    const { run, out, others } = await prepareForged([]);
    const stamps = others();
    const line = linesOf(out).length;
    await expect(run()).rejects.toMatchObject({
      code: "MANIFEST_INVALID",
      message: expect.stringContaining(`line ${line} is not a record`),
    });
    expect(changed(stamps, others())).toEqual([]);
    const allowed = await prepareForged([], unfinished);
    expect(await allowed.run(label, { tasks: drawn.slice(0, FEW) })).toMatchObject(counts(1, FEW - 1));
  });
});

describe("a second run with the vendor", () => {
  const KEY = "secret-key-1234567890";
  let vendor: Awaited<ReturnType<typeof startVendorServer>>;
  beforeEach(async () => {
    const jobs = drawn.map(({ job, png, result }) => ({ projectId: "p", jobId: job, mask: png, result }));
    vendor = await startVendorServer({ jobs, apiKey: KEY });
  });
  afterEach(async () => {
    await vendor.close();
    expect(vendor.violations).toEqual([]);
  });
  const tasks = drawn.map(({ job }) => ({ job, project: "p" }));
  async function prepareVendor(isKept = true) {
    const out = join(newFolder(), "out");
    const retry = { limit: 0, minDelay: 1, maxDelay: 5 };
    const client = new PlaymentClient({
      apiKey: KEY,
      baseUrl: vendor.baseUrl,
      retry,
      throttle: limitRate(10_000),
    });
    const source = fromVendor(client, isKept ? await openStorage(out) : null);
    const run = (output: OutputOptions = label, more: Partial<BatchOptions> = {}) =>
      runBatch({ tasks, source, out, output, threads: 1, ...more });
    const requests = (job = "") => vendor.requests.filter(({ path }) => path.includes(job)).length;
    return { out, source: source as SourceProvider, run, requests };
  }

  it("sends no request to the vendor, not even for another format", async () => {
    const { out, run, requests } = await prepareVendor();
    expect(await run()).toMatchObject(counts(COUNT, 0));
    // Job, two attachments; result and mask.
    expect(requests()).toBe(5 * COUNT);
    for (const { job, png, result } of drawn) {
      expect(readFileSync(join(out, `sources/${job}.png`)).equals(png)).toBe(true);
      expect(JSON.parse(readFileSync(join(out, `sources/${job}.json`), "utf8")).legend).toEqual(
        result.legend,
      );
    }
    const stamps = stampsOf(
      out,
      filesIn(out).filter((path) => !/^(?:options|manifest)/.test(path)),
    );
    expect(await run()).toMatchObject(counts(0, COUNT));
    expect(changed(stamps, stampsOf(out, Object.keys(stamps)))).toEqual([]);
    expect(await run(semantic)).toMatchObject(counts(COUNT, 0));
    expect(await run({ format: "voc", classes })).toMatchObject(counts(COUNT, 0));
    rmSync(join(out, "voc/SegmentationClass/job-0001.png"));
    expect(await run({ format: "voc", classes })).toMatchObject(counts(1, COUNT - 1));
    expect(requests()).toBe(5 * COUNT);
  });

  it("requests again only the job whose kept file is missing", async () => {
    const { out, run, requests } = await prepareVendor();
    await run();
    rmSync(join(out, "sources/job-0001.png"));
    rmSync(join(out, "sources/job-0002.json"));
    expect(await run(semantic)).toMatchObject(counts(COUNT, 0));
    expect(requests()).toBe(5 * (COUNT + 2));
  });

  it("keeps no source if told not to", async () => {
    const { out, run, requests } = await prepareVendor(false);
    await run();
    expect(filesIn(out).filter((path) => path.startsWith("sources"))).toEqual([]);
    expect(await run()).toMatchObject(counts(0, COUNT));
    expect(requests()).toBe(5 * COUNT);
    await run(semantic);
    expect(requests()).toBe(10 * COUNT);
  });

  it("keeps finished outputs if other options need a source that cannot be fetched", async () => {
    const { out, run } = await prepareVendor(false);
    await run();
    const npys = filesIn(out).filter((path) => path.endsWith(".npy"));
    const [stamps, manifest] = [stampsOf(out, npys), readFileSync(join(out, "manifest.jsonl"), "utf8")];
    vendor.faults.serverError = Number.POSITIVE_INFINITY;
    expect(await run(semantic)).toMatchObject(counts(0, 0, COUNT));
    expect(changed(stamps, stampsOf(out, npys))).toEqual([]);
    expect(readFileSync(join(out, "manifest.jsonl"), "utf8")).toBe(manifest);
    expect(await run()).toMatchObject(counts(0, COUNT));
    vendor.faults.serverError = 0;
    expect(await run(semantic)).toMatchObject(counts(COUNT, 0));
  });

  it("retries what the vendor refused, and fetches and retries a bad mask only if told to", async () => {
    const at = drawn.findIndex(({ job }) => job === "job-0004");
    const bad = drawJob(at);
    bad.png[60]! ^= 0x55;
    await vendor.close();
    const jobs = drawn.map(({ job, png, result }) => ({
      projectId: "p",
      jobId: job,
      mask: job === "job-0004" ? bad.png : png,
      result,
    }));
    vendor = await startVendorServer({ jobs, apiKey: KEY });
    const good = await prepareVendor();
    vendor.faults.serverError = 2;
    const progress: string[] = [];
    expect(
      await good.run(label, {
        downloads: 1,
        onProgress: ({ last }) => progress.push(last?.status ?? "kept"),
      }),
    ).toMatchObject(counts(COUNT - 3, 0, 3));
    expect(progress).toHaveLength(COUNT);
    const codes = [...recordsOf(good.out).values()].map(({ error }) => error?.code).filter(Boolean);
    expect(codes.sort()).toEqual(["PLAYMENT_HTTP", "PLAYMENT_HTTP", "PNG_CRC"]);
    const before = good.requests("job-0004");
    expect(await good.run()).toMatchObject(counts(2, COUNT - 3, 0, 1));
    expect(good.requests("job-0004")).toBe(before);
    expect(await good.run(label, { retryFailed: true })).toMatchObject(counts(0, COUNT - 1, 1));
    expect(good.requests("job-0004"), "what is kept did not do").toBe(before + 3);
    expect(await good.run(label, { retryFailed: true })).toMatchObject(counts(0, COUNT - 1, 1));
  });

  it("records a missing project, which is the caller's fault", async () => {
    const { out, run, requests } = await prepareVendor();
    await run(label, { tasks: [{ job: "job-0000" }, tasks[1]!] });
    expect(recordsOf(out).get("job-0000")!.error!.message).toContain("no project");
    expect(recordsOf(out).get("job-0001")!.status).toBe("done");
    expect(requests("job-0000")).toBe(0);
  });
});

describe("the id of the options", () => {
  it("is the same for equal options in any spelling, and differs for other options", () => {
    const id = (output: object) => planOutput(output as OutputOptions).id;
    expect(id({ map: "label", format: "npy" })).toBe(id({ format: "npy", dtype: "int32" }));
    expect(id({ format: "npy", strict: undefined, resize: undefined })).toBe(id({ format: "npy" }));
    expect(id({ format: "npy", resize: { width: 3, height: 4 } })).toBe(
      id({ resize: { height: 4, width: 3 }, format: "npy" }),
    );
    expect(id({ ...semantic, classes: JSON.parse(JSON.stringify(classes)) })).toBe(id(semantic));
    const yolo = { format: "yolo", classes };
    expect(id({ ...yolo, things: ["car", "pedestrian"] })).toBe(
      id({ ...yolo, things: ["pedestrian", "car", "car"] }),
    );
    const all = [
      { format: "npy" },
      { format: "npy", dtype: "uint16" },
      { format: "npy", map: "instance" },
      { format: "npy", strict: true },
      { format: "npy", classBy: "class_id" },
      { format: "npy", maxPixels: 1000 },
      { format: "npy", snap: { maxDistance: 5 } },
      { format: "npy", resize: { width: 3, height: 4 } },
      { format: "npy", resize: { width: 4, height: 3 } },
      semantic,
      { ...semantic, format: "png" },
      { ...semantic, missing: "void" },
      { ...semantic, classes: ClassList.fromNames(["road", "sky", "car", "pedestrian", "building"]) },
      { ...semantic, map: "panoptic", dtype: "int32" },
      { ...semantic, map: "panoptic", dtype: "int32", divisor: 5000 },
      { ...yolo, things: ["car"] },
      { ...yolo, things: [] },
    ];
    expect(new Set(all.map(id)).size).toBe(all.length);
    for (const value of all.map(id)) expect(value).toMatch(/^[0-9a-f]{16}$/);
  });

  it("does not exist for invalid options", () => {
    const wrong = expect.objectContaining({ code: "OPTION_INVALID" });
    const cases: unknown[] = [
      undefined,
      "npy",
      [],
      {},
      { format: "tiff" },
      { format: "__proto__" },
      { format: "npy", map: "constructor" },
      { format: "npy", colour: 1 },
      { format: "npy", dtype: "float32" },
      { format: "npy", map: "semantic" },
      { format: "npy", classes },
      { format: "cityscapes", classes },
      { format: "voc", classes, dtype: "uint8" },
      { format: "voc", classes, things: [] },
      { format: "yolo", classes },
      { format: "yolo", classes, things: "car" },
      { format: "yolo", classes, things: ["lorry"] },
      { format: "yolo", classes, things: ["__proto__"] },
      { format: "npy", missing: "ignore" },
      { format: "npy", divisor: 1000 },
      { format: "npy", resize: { width: 0, height: 3 } },
      { format: "npy", maxPixels: -1 },
      { format: "npy", strict: "yes" },
      { format: "npy", classBy: "id" },
      { format: "npy", target: { map: "label" } },
    ];
    for (const output of cases) {
      let error: unknown;
      try {
        planOutput(output as OutputOptions);
      } catch (thrown) {
        error = thrown;
      }
      expect(error, JSON.stringify(output)).toEqual(wrong);
    }
  });
});

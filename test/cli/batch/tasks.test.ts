/** What a batch is given: options and tasks that cannot be meant, names that clash, projects, and a key that is refused. */
import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { ClassList } from "labelmap";
import { PlaymentClient } from "labelmap/playment";
import {
  type BatchOptions,
  downloadSources,
  fromFiles,
  fromVendor,
  limitRate,
  type OutputOptions,
  openStorage,
  runBatch,
  type Task,
} from "labelmap-cli/batch";
import { afterEach, describe, expect, it } from "vitest";
import { startVendorServer } from "../../../cli/src/sample-server/server.js";
import { filesIn, linesOf, newFolder, recordsOf } from "../../support/batch-folder.js";
import { drawJob, isLabelNpy, writeJobs } from "../../support/batch-jobs.mjs";
import { runCli } from "../../support/run-cli.js";

const invalidOption = (text = "") =>
  expect.objectContaining({ code: "OPTION_INVALID", message: expect.stringContaining(text) });

/** Masks that are all the same; what counts is their names. */
function prepare(names: readonly string[] = ["a"]) {
  const folder = newFolder();
  const drawn = drawJob(1, "mask");
  const files = writeJobs([drawn], join(folder, "in"))("mask");
  const out = join(folder, "out");
  const run = (more: Record<string, unknown> = {}) => {
    const tasks = names.map((job) => ({ job }));
    const options = { tasks, source: fromFiles(() => files), out, output: { format: "npy" }, threads: 1 };
    return runBatch({ ...options, ...more } as BatchOptions);
  };
  return { folder, out, drawn, run };
}

describe("runBatch", () => {
  it.each([
    [{ retryfailed: true }, "retryfailed"],
    [{ retryFailed: "yes" }, "retryFailed"],
    [{ failFast: 1 }, "failFast"],
    [{ tasks: undefined }, "tasks"],
    [{ tasks: {} }, "tasks"],
    [{ tasks: "abc" }, "tasks"],
    [{ source: undefined }, "source"],
    [{ source: {} }, "source"],
    [{ out: undefined }, "out"],
    [{ out: "" }, "out"],
    [{ downloads: 0 }, "downloads"],
    [{ threads: 1.5 }, "threads"],
    [{ signal: {} }, "signal"],
    [{ onProgress: "tell" }, "onProgress"],
    [{ output: undefined }, "output"],
  ])("refuses %j, and writes nothing", async (more, words) => {
    const { folder, run } = prepare();
    await expect(run(more)).rejects.toEqual(invalidOption(words));
    expect(readdirSync(folder)).toEqual(["in"]);
  });

  it.each(["s3://bucket/prefix", "file:///data"])(
    "refuses %s as a directory, as the command does",
    async (out) => {
      const { folder, run } = prepare();
      await expect(run({ out })).rejects.toEqual(invalidOption(out));
      const { code, stderr } = runCli(["decode", "in", "--out", out], { cwd: folder });
      expect([code, stderr]).toEqual([2, expect.stringContaining(`${out} is not a directory`)]);
      expect(readdirSync(folder)).toEqual(["in"]);
      expect(existsSync(out.slice(0, 3))).toBe(false);
    },
  );

  it.each([5, null, { job: 5 }, { job: "a", project: 7 }])(
    "refuses the task %j, and the next run continues",
    async (task) => {
      const { out, run } = prepare();
      await expect(run({ tasks: [{ job: "first" }, task] })).rejects.toEqual(invalidOption("job"));
      const { done, kept } = await run({ tasks: [{ job: "first" }, { job: "second" }] });
      expect(done + kept).toBe(2);
      expect(filesIn(join(out, "npy"))).toEqual(["first.npy", "second.npy"]);
    },
  );
});

describe("the names of jobs", () => {
  it("are refused if a common file system does not allow them", async () => {
    const bad = ["CON", "com1", "nul.x", "LPT9", "\ud800", "x\udfff", "../a", "a:b", "", "é".repeat(101)];
    const good = ["console", "xcon", "com", "ok.con", "tr.", "spaces ", "😀", "é".repeat(100)];
    const { out, run } = prepare([...bad, ...good]);
    expect(await run()).toMatchObject({ done: good.length, failed: bad.length });
    const records = recordsOf(out);
    for (const job of bad) expect(records.get(job)!.error!.code, job).toBe("JOB_ID_INVALID");
    expect(readdirSync(join(out, "npy")).sort()).toEqual(good.map((job) => `${job}.npy`).sort());
  });

  it("are refused if some file systems confuse them with another name, and the message gives the other name", async () => {
    const [composed, decomposed] = ["caf\u00e9", "cafe\u0301"];
    const { out, drawn, run } = prepare(["A", "a", "B", composed, decomposed, "a", "A"]);
    expect(await run()).toMatchObject({ done: 3, failed: 2 });
    expect(linesOf(out)).toHaveLength(5);
    const records = recordsOf(out);
    expect(records.get("a")!.error).toMatchObject({
      code: "JOB_ID_INVALID",
      message: expect.stringContaining('"A"'),
    });
    expect(records.get(decomposed)!.status).toBe("failed");
    expect(filesIn(join(out, "npy"))).toEqual(["A.npy", "B.npy", `${composed}.npy`]);
    expect(isLabelNpy(readFileSync(join(out, "npy/A.npy")), drawn)).toBe(true);
  });
});

describe("the vendor's jobs", () => {
  const KEY = "secret-key-1234567890";
  let vendor: Awaited<ReturnType<typeof startVendorServer>>;
  afterEach(() => vendor.close());

  async function prepareVendor(projects: readonly string[], count: number, apiKey = KEY) {
    const folder = newFolder();
    const drawn = projects.map((_, at) => drawJob(at));
    const ids = Array.from({ length: count }, (_, at) => `job-${at}`);
    const jobs = projects.flatMap((projectId, at) => {
      const { png, result } = drawn[at]!;
      return ids.map((jobId) => ({ projectId, jobId, mask: png, result }));
    });
    vendor = await startVendorServer({ jobs, apiKey: KEY });
    const client = new PlaymentClient({
      apiKey,
      baseUrl: vendor.baseUrl,
      retry: { limit: 0 },
      throttle: limitRate(10_000),
    });
    const out = join(folder, "out");
    const storage = await openStorage(out);
    const source = fromVendor(client, storage);
    const tasksOf = (project: string): Task[] => ids.map((job) => ({ job, project }));
    const run = (tasks: readonly Task[], output: OutputOptions = { format: "npy" }) =>
      runBatch({ tasks, source, out, output, threads: 1 });
    return { out, storage, source, drawn, tasksOf, run };
  }

  const refused = expect.objectContaining({ code: "PLAYMENT_UNAUTHORISED" });

  it("of another project are other jobs, even if files of the first project are kept", async () => {
    const { out, drawn, tasksOf, run } = await prepareVendor(["p", "q"], 2);
    const isOf = (at: number) => isLabelNpy(readFileSync(join(out, "npy/job-0.npy")), drawn[at]!);
    expect(await run(tasksOf("p"))).toMatchObject({ done: 2 });
    expect(isOf(0)).toBe(true);
    const classes = ClassList.fromNames(["road", "sky", "car", "pedestrian", "building"], { firstId: 1 });
    const voc: OutputOptions = { format: "voc", classes };
    // Another format first: there is no record of it, but what is kept is the other project's.
    expect(await run(tasksOf("q"), voc)).toMatchObject({ done: 2 });
    expect(await run(tasksOf("q"))).toMatchObject({ done: 2 });
    expect(isOf(1)).toBe(true);
    expect(recordsOf(out).get("job-0")!.mask).toEqual(recordsOf(out, "voc").get("job-0")!.mask);
    expect(await run(tasksOf("q"))).toMatchObject({ done: 0, kept: 2 });
    await expect(run([...tasksOf("q"), ...tasksOf("p")])).rejects.toEqual(invalidOption('"q" and "p"'));
  });

  const refuseAll = (failureCode: string) =>
    Object.assign(vendor.faults, { apiFailure: Number.POSITIVE_INFINITY, failureCode });

  it.each([
    ["unauthorized", 10],
    ["core.webutil.auther", 10],
    ["auth-failure", 1],
    ["core.webutil.token_auth", 1],
  ])("are no longer requested after %s for %i, even if another record comes first", async (code, most) => {
    const good = await prepareVendor(["p"], 200);
    await good.run(good.tasksOf("p").slice(0, 5));
    refuseAll(code);
    const client = new PlaymentClient({ apiKey: KEY, baseUrl: vendor.baseUrl, retry: { limit: 0 } });
    const source = fromVendor(client, good.storage);
    const requests = vendor.requests.length;
    const tasks = [{ job: "a:b", project: "p" }, ...good.tasksOf("p")];
    // What is kept is decoded anew, without the vendor.
    const output = { format: "npy", dtype: "uint16" } as const;
    const options = { tasks, source, out: good.out, threads: 1, output, downloads: 4 };
    await expect(runBatch(options)).rejects.toEqual(refused);
    const asked = vendor.requests.length - requests;
    expect(asked).toBeGreaterThanOrEqual(most);
    expect(asked).toBeLessThan(most + 4);
    expect(recordsOf(good.out).get("a:b")!.status).toBe("failed");
  });

  it.each([
    ["unauthorized", 10],
    ["auth-failure", 1],
  ])("are no longer requested in the downloads for a class list after %s for %i", async (code, most) => {
    const { out, storage, source, tasksOf } = await prepareVendor(["p"], 200);
    refuseAll(code);
    const tasks = [{ job: "a:b", project: "p" }, ...tasksOf("p")];
    await expect(downloadSources({ tasks, source, storage, downloads: 4 })).rejects.toEqual(refused);
    expect(vendor.requests.length).toBeLessThan(most + 4);
    expect(existsSync(join(out, "sources"))).toBe(false);
  });

  it("are no longer requested with a wrong key", async () => {
    const { source, storage, tasksOf, run } = await prepareVendor(["p"], 300, "wrong");
    await expect(run(tasksOf("p"))).rejects.toEqual(
      expect.objectContaining({ code: "PLAYMENT_UNAUTHORISED", vendorCode: "auth-failure" }),
    );
    const { length } = vendor.requests;
    expect(length).toBeLessThan(30);
    const options = { tasks: tasksOf("p"), source, storage, downloads: 4 };
    await expect(downloadSources(options)).rejects.toEqual(refused);
    expect(vendor.requests).toHaveLength(length);
  });

  it("are no longer requested if the key becomes invalid after it was accepted", async () => {
    const { source, storage, tasksOf } = await prepareVendor(["p"], 50);
    await source.load(tasksOf("p")[0]!, { isFresh: false });
    refuseAll("auth-failure");
    const { length } = vendor.requests;
    const options = { tasks: tasksOf("p"), source, storage, downloads: 1 };
    await expect(downloadSources(options)).rejects.toEqual(refused);
    expect(vendor.requests).toHaveLength(length + 1);
  });

  it("are still requested if the key was accepted once, because it is refused only for some jobs", async () => {
    const { out, tasksOf } = await prepareVendor(["p"], 20);
    // The key may not read the jobs 2 to 19.
    const fetchSome: typeof fetch = async (input, init) => {
      const request = new Request(input, init);
      if (/job-[01](?!\d)/.test(request.url)) return fetch(request);
      return Response.json({ success: false, error: { code: "unauthorized" } }, { status: 400 });
    };
    const options = { apiKey: KEY, baseUrl: vendor.baseUrl, retry: { limit: 0 }, fetch: fetchSome };
    const source = fromVendor(new PlaymentClient(options), null);
    const tasks = tasksOf("p");
    const run = { tasks, source, out, output: { format: "npy" }, threads: 1, downloads: 1 } as const;
    expect(await runBatch(run)).toMatchObject({ done: 2, failed: tasks.length - 2 });
    expect(tasks.length - 2).toBeGreaterThan(10);
  });

  it("stop at the first failed download with failFast, or if files cannot be kept", async () => {
    const { out, storage, source, tasksOf } = await prepareVendor(["p"], 50);
    const tasks = [{ job: "unknown", project: "p" }, ...tasksOf("p")];
    const options = { tasks, source, storage, downloads: 1 };
    await expect(downloadSources({ ...options, failFast: true })).rejects.toEqual(
      expect.objectContaining({ code: "PLAYMENT_REQUEST_INVALID" }),
    );
    expect(vendor.requests.length).toBe(1);
    mkdirSync(out);
    writeFileSync(join(out, "sources"), "a file where a folder should be");
    await expect(downloadSources(options)).rejects.toEqual(
      expect.objectContaining({ code: "STORAGE_FAILED" }),
    );
    expect(vendor.requests.length).toBeLessThan(10);
  });
});

/** `labelmap fetch --batch`: the completed jobs of a batch, without a list of ids, and again when more are completed. */
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { beforeEach, describe, expect, it, onTestFinished } from "vitest";
import {
  type Faults,
  generatedJobs,
  type JobSource,
  startVendorServer,
  type VendorServer,
} from "../../../cli/src/sample-server/index.js";
import { newFolder, recordsOf } from "../../support/batch-folder.js";
import { runShellBeside } from "../../support/run-cli.js";

const KEY = "secret-key-1234567890";
const COUNT = 7;
const size = { width: 24, height: 16 };
const generated = generatedJobs({ count: COUNT, ...size });
const ids = generated.jobs.map(({ jobId }) => jobId);

let out: string;
beforeEach(() => {
  out = join(newFolder(), "out");
});

/** A vendor whose jobs have these statuses, which the test may change; the others are completed. */
async function serve(statuses: Record<string, string> = {}, pageSize = 3) {
  const jobs: JobSource = {
    find(projectId, jobId) {
      const job = generated.find(projectId, jobId);
      return job && { ...job, status: statuses[jobId] ?? "completed" };
    },
    list: (projectId, batchId) =>
      generated.list!(projectId, batchId)?.map(({ jobId }) => ({ jobId, status: statuses[jobId] })),
  };
  const vendor = await startVendorServer({ jobs, apiKey: KEY, pageSize, countByJob: true });
  onTestFinished(() => vendor.close());
  return vendor;
}

async function fetchBatch(vendor: VendorServer, args = "--batch sample-batch", key = KEY) {
  const env = { PLAYMENT_BASE_URL: vendor.baseUrl, PLAYMENT_API_KEY: key };
  const run = await runShellBeside(`labelmap fetch --project sample-project --out "${out}" ${args}`, {
    env,
  });
  expect(run.stdout + run.stderr).not.toContain(key);
  return run;
}
/** The last completed job of the generated ones has a row of pixels that nobody labelled. */
const lastHasUnlabelled = () =>
  `  1 image has 24 unlabelled pixels, 6.25 % of its pixels; to see their colours or ids: labelmap inspect ${out}/sources/${ids[5]}.png`;
const doneIn = (folder: string) =>
  [...recordsOf(folder).values()].filter(({ status }) => status === "done").map(({ job }) => job);
const requestsOf = (vendor: VendorServer, id: string) => vendor.requestsOf("sample-project", id);

describe("labelmap fetch --batch", () => {
  it("makes the outputs of all jobs of a batch, over several pages", async () => {
    const vendor = await serve();
    const { code, stdout, stderr } = await fetchBatch(vendor);
    expect([code, stdout.trim(), stderr.trim()]).toEqual([
      0,
      `${out}: 7 done`,
      `batch sample-batch: 7 of 7 jobs are completed\n${lastHasUnlabelled()}`,
    ]);
    expect(doneIn(out).sort()).toEqual(ids);
    for (const id of ids) expect(existsSync(join(out, `npy/${id}.npy`))).toBe(true);
  });

  it("takes only completed jobs, says how many are not, and takes the others when they are completed", async () => {
    const statuses: Record<string, string> = {
      [ids[1]!]: "in_progress",
      [ids[3]!]: "created",
      [ids[6]!]: "in_progress",
    };
    const vendor = await serve(statuses);
    const first = await fetchBatch(vendor);
    expect([first.code, first.stdout.trim(), first.stderr.trim()]).toEqual([
      0,
      `${out}: 4 done`,
      `batch sample-batch: 4 of 7 jobs are completed; 3 are not (2 in_progress, 1 created)\n${lastHasUnlabelled()}`,
    ]);
    const early = ids.filter((id) => statuses[id] === undefined);
    expect(doneIn(out).sort()).toEqual(early);
    expect(requestsOf(vendor, ids[1]!)).toEqual({ job: 0, attachment: 0, storage: 0 });

    delete statuses[ids[1]!];
    delete statuses[ids[6]!];
    const second = await fetchBatch(vendor);
    expect([second.code, second.stdout.trim()]).toEqual([0, `${out}: 2 done, 4 already up to date`]);
    expect(second.stderr.trim()).toBe(
      `batch sample-batch: 6 of 7 jobs are completed; 1 is not (1 created)\n${lastHasUnlabelled()}`,
    );
    for (const id of early) expect(requestsOf(vendor, id).job, id).toBe(1);
  });

  it("prints the numbers by status as JSON", async () => {
    const vendor = await serve({ [ids[0]!]: "created", [ids[1]!]: "in_progress", [ids[2]!]: "in_progress" });
    const { code, stdout } = await fetchBatch(vendor, "--batch sample-batch --json");
    expect(code).toBe(0);
    expect(JSON.parse(stdout)).toEqual({
      batch: {
        id: "sample-batch",
        jobs: 7,
        notCompleted: 3,
        statuses: { completed: 4, in_progress: 2, created: 1 },
      },
      out,
      done: 4,
      kept: 0,
      failed: 0,
      failedBefore: 0,
      isComplete: true,
      issues: {},
      unlabelled: { images: 1, pixels: 24, share: 24 / (24 * 16), worst: ids[5] },
    });
    expect(Object.keys(JSON.parse(stdout).batch.statuses)).toEqual(["completed", "in_progress", "created"]);
  });

  it("makes nothing if no job is completed, and fails", async () => {
    const vendor = await serve(Object.fromEntries(ids.map((id) => [id, "in_progress"])));
    const { code, stdout, stderr } = await fetchBatch(vendor);
    expect([code, stdout, stderr.trim()]).toEqual([
      1,
      "",
      "batch sample-batch: 0 of 7 jobs are completed; 7 are not (7 in_progress); there is nothing to fetch yet",
    ]);
    expect(existsSync(out)).toBe(false);
    const json = await fetchBatch(vendor, "--batch sample-batch --json");
    expect(json.code).toBe(1);
    expect(JSON.parse(json.stdout)).toMatchObject({
      batch: { jobs: 7, notCompleted: 7 },
      out,
      done: 0,
      failed: 0,
    });
    expect(existsSync(out)).toBe(false);
  });

  it("names five statuses at most, in one line that a terminal can show", async () => {
    const odd = ["a\u001b[2J", "b\nb", "c", "d", "e", "f", "g"];
    const vendor = await serve(Object.fromEntries(ids.map((id, place) => [id, odd[place]!])));
    const { stderr } = await fetchBatch(vendor);
    expect(stderr.trim()).toBe(
      "batch sample-batch: 0 of 7 jobs are completed; 7 are not (1 a\\u001b[2J, 1 b\\u000ab, 1 c, 1 d, 1 e, …); there is nothing to fetch yet",
    );
    const { stdout } = await fetchBatch(vendor, "--batch sample-batch --json");
    expect(stdout).not.toContain("\u001b");
    expect(JSON.parse(stdout).batch.statuses).toMatchObject({ "a\u001b[2J": 1, g: 1 });
  });

  it.each<[Faults]>([
    [{ duplicateJob: 2 }],
    [{ repeatedPageToken: 1 }],
    [{ apiFailure: 2, failureCode: "FS_0000" }],
    [{ rateLimit: 1 }],
    [{ reset: 1 }],
  ])("does every job once in spite of %o", async (faults) => {
    const vendor = await serve();
    Object.assign(vendor.faults, faults);
    const { code, stdout } = await fetchBatch(vendor);
    expect([code, stdout.trim()]).toEqual([0, `${out}: 7 done`]);
    for (const id of ids) expect(requestsOf(vendor, id), id).toEqual({ job: 1, attachment: 2, storage: 2 });
  });

  it("records a job that is gone when it is fetched, and the next run does without it", async () => {
    const vendor = await serve();
    vendor.faults.vanishedJob = 1;
    const { code, stdout, stderr } = await fetchBatch(vendor);
    expect([code, stdout.trim()]).toEqual([1, `${out}: 6 done, 1 failed`]);
    expect(stderr).toContain(`  ${ids[2]}: PLAYMENT_REQUEST_INVALID: `);
    const again = await fetchBatch(vendor);
    expect([again.code, again.stdout.trim()]).toEqual([0, `${out}: 0 done, 6 already up to date`]);
    expect(again.stderr.trim()).toBe(`batch sample-batch: 6 of 6 jobs are completed\n${lastHasUnlabelled()}`);
  });

  it.each<[Faults, string]>([
    [
      { wrongPageToken: 1 },
      "PLAYMENT_REQUEST_INVALID: batch sample-batch of project sample-project: the vendor refuses",
    ],
    [
      { repeatedPageToken: 99 },
      "PLAYMENT_RESPONSE_INVALID: batch sample-batch of project sample-project: page 2 has",
    ],
    [{ apiFailure: 9, failureCode: "unauthorized" }, "PLAYMENT_UNAUTHORISED: page 1 of batch sample-batch"],
    [{ echoCode: 9 }, "PLAYMENT_API: page 1 of batch sample-batch"],
  ])("makes nothing if the list fails with %o", async (faults, message) => {
    const vendor = await serve();
    Object.assign(vendor.faults, faults);
    const { code, stdout, stderr } = await fetchBatch(vendor);
    expect([code, stdout]).toEqual([1, ""]);
    expect(stderr).toMatch(new RegExp(`^labelmap: ${message}`));
    expect(stderr.trim().split("\n")).toHaveLength(1);
    expect(existsSync(out)).toBe(false);
  });

  it("does not take the jobs of a batch together with others", async () => {
    const vendor = await serve();
    for (const args of ["--batch sample-batch job-1", "--batch sample-batch --jobs jobs.txt", "--batch ''"]) {
      const { code, stderr } = await fetchBatch(vendor, args);
      expect(code, args).toBe(2);
      expect(stderr).toMatch(/^labelmap: /);
    }
    expect((await fetchBatch(vendor, "")).stderr).toContain(
      "give job ids, a file with --jobs, or a batch with --batch",
    );
    expect(vendor.requests).toHaveLength(0);
  });

  it("makes a class list from all completed jobs", async () => {
    const vendor = await serve({ [ids[0]!]: "created" });
    const { code, stdout } = await fetchBatch(vendor, "--batch sample-batch --map semantic");
    expect([code, stdout.trim()]).toEqual([0, `${out}: 6 done`]);
    expect(JSON.parse(readFileSync(join(out, "classes.json"), "utf8")).classes.length).toBeGreaterThan(3);
  });
});

it("labelmap fetch prints its summary of given jobs as JSON", async () => {
  const vendor = await serve();
  const { code, stdout } = await fetchBatch(vendor, `--json ${ids[0]} ${ids[1]}`);
  expect(code).toBe(0);
  const unlabelled = { images: 0, pixels: 0, share: 0, worst: null };
  const counts = { done: 2, kept: 0, failed: 0, failedBefore: 0 };
  expect(JSON.parse(stdout)).toEqual({ out, ...counts, isComplete: true, issues: {}, unlabelled });
});

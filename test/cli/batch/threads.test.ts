/** A worker thread that ends in the middle of its tasks, really: for want of memory. */
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, it } from "vitest";
import { newFolder, recordsOf } from "../../support/batch-folder.js";
import { drawJob, isLabelNpy, writeJobs } from "../../support/batch-jobs.mjs";
import { runCli } from "../../support/run-cli.js";

const drawn = Array.from({ length: 30 }, (_, seed) => drawJob(seed));
/** That a thread has in hand at once (cli/src/batch/array-pool.ts). */
const TASKS_PER_THREAD = 4;
/** So many entries can be parsed as JSON in the memory that the threads are given here, and not be made a legend. */
const ENTRIES = 300_000;
const LIMIT = "--max-old-space-size=56";

it("records the tasks of a lost thread, does all others, and retries them in the next run", () => {
  const folder = newFolder();
  const filesOf = writeJobs(drawn, join(folder, "in"));
  const out = join(folder, "out");
  const fatal = drawn[12]!;
  const entries = Array.from({ length: ENTRIES }, (_, color) => [
    `#${color.toString(16).padStart(6, "0")}`,
    `car # ${color}`,
  ]);
  writeFileSync(filesOf(fatal.job).result, JSON.stringify({ legend: Object.fromEntries(entries) }));
  const decode = (env: Record<string, string>) =>
    runCli(["decode", join(folder, "in"), "--out", out, "--threads=2"], { env });

  const { code, stdout, stderr } = decode({ NODE_OPTIONS: LIMIT });
  const failed = [...recordsOf(out).values()].filter(({ status }) => status === "failed");
  expect(failed.map(({ job }) => job)).toContain(fatal.job);
  expect(new Set(failed.map(({ error }) => error!.code))).toEqual(new Set(["WORKER_LOST"]));
  expect(failed.length).toBeLessThanOrEqual(TASKS_PER_THREAD);
  expect(code).toBe(1);
  expect(stdout).toBe(`${out}: ${drawn.length - failed.length} done, ${failed.length} failed\n`);
  expect(stderr).toMatch(
    new RegExp(`${fatal.job}: WORKER_LOST: job ${fatal.job}: .*memory.*; try a smaller`),
  );
  expect(recordsOf(out).size).toBe(drawn.length);

  // With memory enough the legend is too long all the same: the last word of a task that is tried again.
  decode({});
  const records = recordsOf(out);
  expect(records.get(fatal.job)!.error!.code).toBe("LEGEND_INVALID");
  for (const job of drawn.filter((job) => job !== fatal)) {
    expect(records.get(job.job)!.status, job.job).toBe("done");
    expect(isLabelNpy(readFileSync(join(out, `npy/${job.job}.npy`)), job), job.job).toBe(true);
  }
});

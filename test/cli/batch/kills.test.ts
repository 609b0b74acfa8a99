/**
 * The real command killed with SIGKILL at random moments and called again: the end is that of an undisturbed run, what has
 * its final name is whole at every moment, nothing is done again that has its record, and nothing asked for again that is kept.
 */
import { existsSync, readdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { verify } from "labelmap-cli/batch";
import { generatedJobs, startVendorServer } from "labelmap-cli/sample-server";
import { expect, it } from "vitest";
import { hashesIn, linesOf, linesSoFar, newFolder, statesOf } from "../../support/batch-folder.js";
import { mulberry32 } from "../../support/random.mjs";
import { spawnCli, until } from "../../support/spawn-cli.js";

const JOBS = 60;
const KILLS = 20;
const SEED = 3;
/** Between the record that a kill waits for and the kill. */
const MOST_MILLISECONDS = 60;
const KEY = "key-1234567890";

it(`has the outputs of an undisturbed run after being killed ${KILLS} times (seed ${SEED})`, async () => {
  const jobs = generatedJobs({ count: JOBS, seed: 4 });
  const vendor = await startVendorServer({ jobs, apiKey: KEY, countByJob: true });
  const folder = newFolder();
  const list = join(folder, "jobs.txt");
  writeFileSync(list, jobs.jobs.map(({ jobId }) => `${jobId}\n`).join(""));
  const start = (out: string, rate: number) =>
    spawnCli(
      ["fetch", "--project", jobs.projectId, "--jobs", list, "--out", out, `--rate=${rate}`, "--threads=1"],
      { PLAYMENT_BASE_URL: vendor.baseUrl, PLAYMENT_API_KEY: KEY },
    );
  const undisturbed = join(folder, "undisturbed");
  expect(await start(undisturbed, 10_000).exited).toBe(0);
  const wanted = hashesIn(undisturbed);

  const out = join(folder, "killed");
  const random = mulberry32(SEED);
  // How many records there are when it is killed, from none to nearly all.
  const moments = Array.from({ length: KILLS }, () => Math.floor(random() * (JOBS - 4))).sort(
    (a, b) => a - b,
  );
  moments[0] = 0;
  const counts = (job: string) => vendor.requestsOf(jobs.projectId, job);
  const countsWhenKept = new Map<string, ReturnType<typeof counts>>();
  let killsInTime = 0;
  for (const moment of moments) {
    // Three requests to one host a job: so slow that a kill falls where it is meant to.
    const { child, exited } = start(out, 90);
    const isReached = () => linesSoFar(out).length >= moment || child.exitCode !== null;
    await until(isReached, `there are ${moment} records`);
    await new Promise((resolve) => setTimeout(resolve, random() * MOST_MILLISECONDS));
    if (child.exitCode === null) killsInTime++;
    child.kill("SIGKILL");
    await exited;

    const records = linesSoFar(out);
    const found = existsSync(out) ? hashesIn(out) : {};
    // All there is has what an undisturbed run writes; and what has a record is there.
    expect(wanted, `killed at ${records.length} records`).toMatchObject(found);
    for (const { job, outputs } of records) {
      expect(outputs.map(({ path }) => found[path])).toEqual(outputs.map(({ sha256 }) => sha256));
      expect(found).toHaveProperty([`sources/${job}.json`]);
    }
    // What has been kept is not asked for again; the result is kept last.
    for (const { jobId } of jobs.jobs) {
      if (!(`sources/${jobId}.json` in found)) continue;
      if (!countsWhenKept.has(jobId)) countsWhenKept.set(jobId, counts(jobId));
      expect(counts(jobId), `${jobId} was asked for again`).toEqual(countsWhenKept.get(jobId));
    }
  }
  expect(killsInTime).toBeGreaterThan(KILLS / 2);

  expect(await start(out, 10_000).exited).toBe(0);
  for (const [job, count] of countsWhenKept) expect(counts(job)).toEqual(count);
  expect(hashesIn(out)).toEqual(wanted);
  expect(linesOf(out), "a record a job").toHaveLength(JOBS);
  expect(statesOf(out)).toEqual(statesOf(undisturbed));
  expect(await verify(out)).toMatchObject({ done: JOBS, failed: 0, damages: 0, files: 3 * JOBS });
  expect(readdirSync(join(out, ".labelmap"))).toEqual(["writing"]);
  expect(readdirSync(join(out, ".labelmap/writing"))).toEqual([]);
  await vendor.close();
});

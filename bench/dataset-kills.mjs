/** Kills a run with `kill -9` at 20 random moments and resumes it. Is the end result unchanged, and nothing done twice? */
import { createHash } from "node:crypto";
import { once } from "node:events";
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { generatedJobs } from "labelmap-cli/sample-server";
import { mulberry32 } from "../test/support/random.mjs";
import { check, readRecords, startFetch, startVendor } from "./dataset-vendor.mjs";

const KILLS = 20;
const SEED = 5;

export async function kills(count) {
  const options = { count, seed: 21, faultShare: 0.05 };
  const jobs = generatedJobs(options);
  const folder = mkdtempSync(join(tmpdir(), "labelmap-kills-"));
  const list = join(folder, "jobs.txt");
  writeFileSync(list, jobs.jobs.map(({ jobId }) => `${jobId}\n`).join(""));
  const flags = ["--format", "npy", "--map", "label"];

  const undisturbed = join(folder, "undisturbed");
  const first = await startVendor(options);
  const start = performance.now();
  await once(startFetch(first.baseUrl, list, undisturbed, ...flags), "exit");
  const milliseconds = performance.now() - start;
  first.close();
  const wanted = hashes(undisturbed);

  const out = join(folder, "killed");
  const vendor = await startVendor(options);
  const random = mulberry32(SEED);
  let inHandAtMost = 0;
  let killsInTime = 0;
  const settled = new Map();
  for (let kill = 0; kill <= KILLS; kill++) {
    const child = startFetch(vendor.baseUrl, list, out, ...flags);
    const exited = once(child, "exit");
    if (kill < KILLS) {
      // Together the waits are not longer than the undisturbed run, so that every kill hits a running job.
      const delay = 200 + random() * (milliseconds / KILLS);
      await Promise.race([exited, new Promise((resolve) => setTimeout(resolve, delay))]);
      if (child.exitCode === null) killsInTime++;
      child.kill("SIGKILL");
    }
    await exited;
    // A file with its final name must be complete.
    const found = existsSync(join(out, "npy")) ? hashes(out) : new Map();
    for (const [file, hash] of found)
      check(wanted.get(file) === hash, `after kill ${kill}: ${file} is not whole`);
    const { requests } = await vendor.counts();
    for (const [job, asked] of settled) {
      check(JSON.stringify(requests[job]) === asked, `${job} was asked for again after its record`);
    }
    if (!existsSync(join(out, "manifest.jsonl"))) continue;
    const { last } = readRecords(out);
    for (const [job, { status }] of last)
      if (status === "done") settled.set(job, JSON.stringify(requests[job]));
    inHandAtMost = Math.max(
      inHandAtMost,
      found.size - [...last.values()].filter(({ status }) => status === "done").length,
    );
  }
  vendor.close();

  const ended = readRecords(out);
  const reference = readRecords(undisturbed);
  const found = hashes(out);
  check(found.size === wanted.size, `${found.size} files instead of ${wanted.size}`);
  for (const [job, record] of reference.last) {
    check(
      stateOf(ended.last.get(job)) === stateOf(record),
      `${job} ended differently than in the undisturbed run`,
    );
  }
  check(ended.last.size === reference.last.size, "the jobs with records differ from the undisturbed run");
  for (const [job, times] of ended.doneRecords)
    check(times === 1, `${job} has ${times} records of being done`);
  rmSync(folder, { recursive: true });
  return { jobs: count, kills: killsInTime, files: found.size, outputs_without_record_at_most: inHandAtMost };
}

/** A record without its time, and without the parts that contain the vendor's port: messages, and the result with the mask's URL. */
function stateOf({ time, error, result, ...record }) {
  return JSON.stringify({ ...record, code: error?.code, bytes: result?.bytes });
}

function hashes(out) {
  const folder = join(out, "npy");
  return new Map(
    readdirSync(folder).map((file) => [
      file,
      createHash("sha256")
        .update(readFileSync(join(folder, file)))
        .digest("hex"),
    ]),
  );
}

/** 20,000 jobs with faults of every kind: is each outcome the expected one, and does memory stay flat? */
import { once } from "node:events";
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { verify } from "labelmap-cli/batch";
import { generatedJobs } from "labelmap-cli/sample-server";
import { check, readRecords, startFetch, startVendor } from "./dataset-vendor.mjs";

const SAMPLE_MILLISECONDS = 500;
/** Each request of a job has one attempt and four retries. A signed URL may also be requested again once. */
const MAX_REQUESTS = { job: 5, attachment: 6, storage: 6 };

export async function soak(count) {
  const options = { count, seed: 20, faultShare: 0.05 };
  const jobs = generatedJobs(options);
  const vendor = await startVendor(options);
  const folder = mkdtempSync(join(tmpdir(), "labelmap-soak-"));
  const [list, out] = [join(folder, "jobs.txt"), join(folder, "dataset")];
  writeFileSync(list, jobs.jobs.map(({ jobId }) => `${jobId}\n`).join(""));

  const start = performance.now();
  const child = startFetch(vendor.baseUrl, list, out, "--format", "npy", "--map", "label");
  const samples = [];
  const timer = setInterval(() => {
    const megabytes = residentMegabytes(child.pid);
    if (megabytes !== undefined) samples.push([Math.round(performance.now() - start) / 1000, megabytes]);
  }, SAMPLE_MILLISECONDS);
  await once(child, "exit");
  clearInterval(timer);
  const seconds = (performance.now() - start) / 1000;

  const { last, doneRecords } = readRecords(out);
  const { requests, violations } = await vendor.counts();
  check(violations.length === 0, `the key was seen at the storage: ${violations[0]}`);
  const failures = {};
  for (const { jobId, expectedCode } of jobs.jobs) {
    const record = last.get(jobId);
    check(record !== undefined, `${jobId} has no record`);
    for (const [kind, most] of Object.entries(MAX_REQUESTS)) {
      check(requests[jobId][kind] <= most, `${jobId}: ${requests[jobId][kind]} requests of kind ${kind}`);
    }
    const file = join(out, "npy", `${jobId}.npy`);
    if (expectedCode === null) {
      check(record.status === "done" && doneRecords.get(jobId) === 1, `${jobId} is not done once`);
      check(isExpected(readFileSync(file), jobs.expected(jobId)), `${jobId} has wrong labels`);
    } else {
      check(record.error?.code === expectedCode, `${jobId}: ${record.error?.code} is not ${expectedCode}`);
      check(!existsSync(file), `${jobId} failed, and has an output`);
      failures[expectedCode] = (failures[expectedCode] ?? 0) + 1;
    }
  }
  const verified = await verify(out);
  check(verified.damages === 0, `verify finds ${verified.damages} files that differ`);
  vendor.close();
  rmSync(folder, { recursive: true });

  const peak = (from, to) =>
    Math.max(...samples.slice(samples.length * from, samples.length * to).map(([, megabytes]) => megabytes));
  return {
    jobs: count,
    faulty: jobs.jobs.filter(({ fault }) => fault !== null).length,
    done: verified.done,
    failed: verified.failed,
    failures,
    seconds: Math.round(seconds),
    most_requests: Object.fromEntries(
      Object.keys(MAX_REQUESTS).map((kind) => [
        kind,
        Math.max(...Object.values(requests).map((r) => r[kind])),
      ]),
    ),
    peak_megabytes: { first_quarter: peak(0, 0.25), last_quarter: peak(0.75, 1), all: peak(0, 1) },
    samples,
  };
}

/** Compares every label. The file is parsed here, without our own reader. */
function isExpected(file, { width, height, labels }) {
  const start = 10 + file.readUInt16LE(8);
  const header = file.toString("latin1", 10, start);
  const data = Buffer.from(labels.buffer, labels.byteOffset, labels.byteLength);
  return (
    header.includes("'descr': '<i4'") &&
    header.includes(`(${height}, ${width})`) &&
    file.subarray(start).equals(data)
  );
}

/** Linux only; on other systems there is no plot. */
function residentMegabytes(pid) {
  try {
    const [, kilobytes] = /^VmRSS:\s+(\d+)/m.exec(readFileSync(`/proc/${pid}/status`, "utf8"));
    return Math.round(Number(kilobytes) / 1024);
  } catch {
    return undefined;
  }
}

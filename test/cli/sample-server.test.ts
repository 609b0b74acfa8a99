/**
 * The sample server and its generated jobs, asked by a real client: each kind of fault has the outcome that the jobs
 * announce, within the client's retry policy. The labels that outputs are compared with were drawn, never decoded.
 */
import { createHash } from "node:crypto";
import { connect } from "node:net";
import { inflateSync } from "node:zlib";
import { decodeMask, parseResult, type ResultInput } from "labelmap";
import { PlaymentClient } from "labelmap/playment";
import { afterEach, describe, expect, it } from "vitest";
import { compressLabels, wrapInPng } from "../../cli/src/sample-server/encode-rgba-png.js";
import {
  type GeneratedJob,
  type GeneratedJobs,
  type GeneratedJobsOptions,
  generatedJobs,
  generatedVideo,
  JOB_FAULT_NAMES,
  type JobFaultName,
  type ServedJob,
  startVendorServer,
  type VendorServer,
  type VendorServerOptions,
} from "../../cli/src/sample-server/index.js";
import { dice, mulberry32 } from "../support/random.mjs";
import { decodeReference } from "../support/reference.mjs";

const KEY = "secret-key-1234567890";
/** As many tries as by default, but no waiting. */
const retry = { minDelay: 1, maxDelay: 5, maxRetryAfter: 5 };

const running: VendorServer[] = [];
async function serve(
  options: Partial<VendorServerOptions> & Pick<VendorServerOptions, "jobs">,
): Promise<VendorServer> {
  const vendor = await startVendorServer({ apiKey: KEY, countByJob: true, ...options });
  running.push(vendor);
  return vendor;
}
afterEach(async () => {
  await Promise.all(running.splice(0).map((vendor) => vendor.close()));
});
const clientOf = (vendor: VendorServer) =>
  new PlaymentClient({ apiKey: KEY, baseUrl: vendor.baseUrl, retry, timeout: 10_000 });

/** Fetches a job as a user would; it must have the labels or the error that it announces. */
async function expectOutcome(client: PlaymentClient, dataset: GeneratedJobs, job: GeneratedJob) {
  const outcome = await client.labelMap(job.projectId, job.jobId).catch((error) => error);
  if (job.expectedCode !== null) {
    expect(outcome, `${job.jobId} ${job.fault}`).toMatchObject({ code: job.expectedCode });
    return;
  }
  expect(outcome, `${job.jobId} ${job.fault}`).not.toBeInstanceOf(Error);
  const { width, height, labels, result } = dataset.expected(job.jobId);
  expect([outcome.width, outcome.height]).toEqual([width, height]);
  expect(Buffer.compare(bytesOf(outcome.data), bytesOf(labels)), `the labels of ${job.jobId}`).toBe(0);
  expect(outcome.labels.map(({ name }: { name: string }) => name)).toEqual(
    Object.values((result as { legend: object }).legend),
  );
  expect(outcome.issues).toEqual([]);
}
const bytesOf = (labels: Int32Array) => Buffer.from(labels.buffer, labels.byteOffset, labels.byteLength);

describe("a generated job", () => {
  const oneOfEach = { count: JOB_FAULT_NAMES.length, faultShare: 1, width: 48, height: 32 };
  // With a client that tries five times: job, attachments (result and mask), storage.
  const requests: Record<JobFaultName, [job: number[], attachment: number, storage: number]> = {
    "rate-limit": [[2, 3], 2, 2],
    "server-error": [[2, 3], 2, 2],
    reset: [[2], 2, 2],
    "storage-error": [[1], 2, 3],
    "truncated-body": [[1], 3, 3],
    "expired-signature": [[1], 3, 3],
    "always-rate-limit": [[5], 0, 0],
    "always-server-error": [[5], 0, 0],
    "always-reset": [[5], 0, 0],
    "always-storage-error": [[1], 1, 5],
    "always-truncated-body": [[1], 6, 6],
    "always-expired-signature": [[1], 2, 2],
    "unknown-job": [[1], 0, 0],
    "not-completed": [[1], 0, 0],
    "no-result": [[1], 0, 0],
    "no-mask-url": [[1], 1, 1],
    "html-mask": [[1], 2, 2],
    "not-png": [[1], 2, 2],
    "png-crc": [[1], 2, 2],
    "png-data": [[1], 2, 2],
    "png-adler32": [[1], 2, 2],
    "png-truncated": [[1], 2, 2],
    "legend-conflict": [[1], 1, 1],
    "legend-invalid": [[1], 1, 1],
  };
  it.each(JOB_FAULT_NAMES)("with the fault %s has the expected outcome and requests", async (fault) => {
    const dataset = generatedJobs(oneOfEach);
    const job = dataset.jobs.find((candidate) => candidate.fault === fault)!;
    const vendor = await serve({ jobs: dataset });
    await expectOutcome(clientOf(vendor), dataset, job);
    const counts = vendor.requestsOf(job.projectId, job.jobId);
    const [jobRequests, attachment, storage] = requests[fault];
    expect(counts).toMatchObject({ attachment, storage });
    expect(jobRequests).toContain(counts.job);
    // Nothing else was asked for, and the storage did not see the key.
    expect(vendor.requests.length).toBe(counts.job + counts.attachment + counts.storage);
    expect(vendor.violations).toEqual([]);
  });

  it("has the announced outcome for every kind of fault, with 300 jobs at the same time", async () => {
    const dataset = generatedJobs({ count: 300, seed: 7, faultShare: 1 });
    const vendor = await serve({ jobs: dataset });
    const client = clientOf(vendor);
    const queue = dataset.jobs.values();
    await Promise.all(
      Array.from({ length: 12 }, async () => {
        for (const job of queue) await expectOutcome(client, dataset, job);
      }),
    );
    expect(vendor.violations).toEqual([]);
    for (const { projectId, jobId } of dataset.jobs) {
      const { job, attachment, storage } = vendor.requestsOf(projectId, jobId);
      expect(Math.max(job, attachment - 1, storage - 1), jobId).toBeLessThanOrEqual(5);
    }
  });

  it("without a fault is fetched with the fewest requests and has the drawn labels", async () => {
    const dataset = generatedJobs({ count: 40, seed: 3 });
    const vendor = await serve({ jobs: dataset });
    for (const job of dataset.jobs) {
      expect([job.fault, job.expectedCode]).toEqual([null, null]);
      await expectOutcome(clientOf(vendor), dataset, job);
      expect(vendor.requestsOf(job.projectId, job.jobId)).toEqual({ job: 1, attachment: 2, storage: 2 });
    }
  });

  it("has a mask that the reference decoder decodes to the drawn labels, with every filter", () => {
    const dataset = generatedJobs({ count: 60, seed: 11, width: 61, height: 37 });
    const filters = new Set<number>();
    let unlabelled = 0;
    for (const { projectId, jobId } of dataset.jobs) {
      const { mask } = dataset.find(projectId, jobId)!;
      const { labels, result } = dataset.expected(jobId);
      const { legend } = result as { legend: Record<string, string> };
      expect(decodeReference(mask, legend).data).toEqual(labels);
      if (labels.includes(-1)) unlabelled++;
      // The filter type of the first scanline, after the signature, IHDR and the head of IDAT.
      filters.add(inflateSync(mask.subarray(8 + 25 + 8))[0]!);
    }
    expect([...filters].sort()).toEqual([0, 1, 2, 4]);
    expect(unlabelled).toBeGreaterThan(5);
    expect(unlabelled).toBeLessThan(40);
  });

  it("is encoded correctly if neighbouring colours are similar and the Paeth predictor has ties", () => {
    const { below } = dice(mulberry32(4));
    const [width, height] = [23, 17];
    const colors = [0x000000, 0x010101, 0x020202, 0x030303, 0x010203, 0xffffff, 0xfefefe];
    const legend = Object.fromEntries(
      colors.map((color) => [`#${color.toString(16).padStart(6, "0")}`, String(color)]),
    );
    const labels = Int32Array.from({ length: width * height }, () => below(colors.length + 1) - 1);
    const pixels = { width, height, labels, colors, unlabelledColor: 0x040404 };
    for (const filterType of [0, 1, 2, 4] as const) {
      const png = wrapInPng(width, height, compressLabels(pixels, filterType));
      expect(decodeReference(png, legend).data, `filter ${filterType}`).toEqual(labels);
    }
  });

  it("has a plausible result: 8 to 30 labels in its own colours, with or without instances", () => {
    const dataset = generatedJobs({ count: 200, seed: 5 });
    const kinds = { simple: 0, instances: 0 };
    const [sizes, colors, classes] = [new Set<string>(), new Set<string>(), new Set<string>()];
    let seen = 0;
    for (const { jobId } of dataset.jobs) {
      const { width, height, labels, result } = dataset.expected(jobId);
      const { legend, instances, issues } = parseResult(result);
      expect(issues).toEqual([]);
      expect(legend.entries.length).toBeGreaterThanOrEqual(8);
      expect(legend.entries.length).toBeLessThanOrEqual(30);
      kinds[instances === null ? "simple" : "instances"]++;
      sizes.add(`${width}x${height}`);
      for (const { color, name } of legend.entries) {
        colors.add(color);
        classes.add(name.replace(/ # \d+$/, ""));
      }
      // Most of what the legend has is to be seen.
      seen += new Set(labels).size / legend.entries.length;
    }
    expect(Math.min(kinds.simple, kinds.instances)).toBeGreaterThan(50);
    expect(sizes.size).toBeGreaterThan(4);
    expect(colors.size).toBeGreaterThan(2000);
    expect(classes.size).toBe(11);
    expect(seen / dataset.jobs.length).toBeGreaterThan(0.9);
  });

  it("is the same at every request, and differs with another seed", () => {
    const options = { count: 30, seed: 9, faultShare: 0.5, width: 90, height: 60 };
    const [first, second] = [generatedJobs(options), generatedJobs(options)];
    expect(second.jobs).toEqual(first.jobs);
    for (const { projectId, jobId } of [...first.jobs].reverse()) {
      expect(second.find(projectId, jobId)).toEqual(first.find(projectId, jobId));
      expect(second.expected(jobId)).toEqual(first.expected(jobId));
    }
    const other = generatedJobs({ ...options, seed: 10 });
    expect(other.jobs).not.toEqual(first.jobs);
    for (const { jobId } of first.jobs) {
      expect(other.expected(jobId).result).not.toEqual(first.expected(jobId).result);
    }
  });

  it("is the same on every machine and with every version of Node", () => {
    const hash = createHash("sha256");
    const dataset = generatedJobs({ count: 50, seed: 2 });
    for (const { jobId } of dataset.jobs) {
      const { labels, result } = dataset.expected(jobId);
      hash.update(bytesOf(labels)).update(JSON.stringify(result));
    }
    expect(hash.digest("hex").slice(0, 16)).toBe("57872a07caa34dcd");
  });

  it("does not depend on the number of jobs, except for its fault", () => {
    const [few, many] = [generatedJobs({ count: 3 }), generatedJobs({ count: 3000 })];
    expect(many.jobs.slice(0, 3)).toEqual(few.jobs);
    expect(many.expected("job-00003")).toEqual(few.expected("job-00003"));
  });

  it.each([
    [100, 0.05, 5],
    [1000, 0.5, 500],
    [10, 0, 0],
    [7, 1, 7],
  ])(
    "of %i with a fault share of %d is faulty in %i cases, with all kinds equally",
    (count, faultShare, wanted) => {
      const { jobs } = generatedJobs({ count, faultShare });
      const perKind = new Map<JobFaultName, number>();
      for (const { fault } of jobs) if (fault !== null) perKind.set(fault, (perKind.get(fault) ?? 0) + 1);
      const counts = [...perKind.values()];
      expect(counts.reduce((sum, each) => sum + each, 0)).toBe(wanted);
      expect(perKind.size).toBe(Math.min(wanted, JOB_FAULT_NAMES.length));
      if (wanted > 0) expect(Math.max(...counts) - Math.min(...counts)).toBeLessThanOrEqual(1);
    },
  );

  it("is kept while it is in use, and drawn again after hundreds of other jobs", () => {
    const dataset = generatedJobs({ count: 300, width: 16, height: 9 });
    const find = (place: number) => dataset.find(dataset.projectId, dataset.jobs[place]!.jobId);
    const [first, second] = [find(0), find(1)];
    for (let place = 2; place < 256; place++) find(place);
    expect(find(0)).toBe(first);
    // One too many: the second was not asked for for the longest time.
    find(256);
    expect(find(0)).toBe(first);
    expect(find(1)).not.toBe(second);
    expect(find(1)).toEqual(second);
  });

  it("is found only by its ids", () => {
    const dataset = generatedJobs({ count: 3 });
    expect(dataset.find(dataset.projectId, "job-00003")).toBeDefined();
    for (const [projectId, jobId] of [
      [dataset.projectId, "job-00004"],
      [dataset.projectId, "__proto__"],
      ["another", "job-00001"],
    ] as const) {
      expect(dataset.find(projectId, jobId)).toBeUndefined();
    }
    expect(() => dataset.expected("job-00004")).toThrow(expect.objectContaining({ code: "OPTION_INVALID" }));
  });

  it.each([
    undefined,
    {},
    { count: 0 },
    { count: 1.5 },
    { count: 2e6 },
    { count: 3, seed: -1 },
    { count: 3, seed: 2 ** 32 },
    { count: 3, faultShare: 5 },
    { count: 3, faultShare: Number.NaN },
    { count: 3, faultShare: "1" },
    { count: 3, width: 0 },
    { count: 3, height: 4097 },
    { count: 3, share: 0.1 },
  ])("is refused with the options %o", (options) => {
    expect(() => generatedJobs(options as GeneratedJobsOptions)).toThrow(
      expect.objectContaining({ name: "DecodeError", code: "OPTION_INVALID" }),
    );
  });

  it("may have a single pixel", async () => {
    const dataset = generatedJobs({ count: 5, width: 1, height: 1 });
    for (const { projectId, jobId } of dataset.jobs) {
      const { mask, result } = dataset.find(projectId, jobId)!;
      expect((await decodeMask(mask, result as ResultInput)).data).toEqual(dataset.expected(jobId).labels);
    }
  });
});

describe("the server", () => {
  const dataset = generatedJobs({ count: 3, width: 32, height: 20 });
  const [one, two, three] = dataset.jobs as [GeneratedJob, GeneratedJob, GeneratedJob];
  const served = ({ projectId, jobId }: GeneratedJob): ServedJob => dataset.find(projectId, jobId)!;

  it("records and refuses requests that send the key to the storage", async () => {
    const vendor = await serve({ jobs: dataset });
    const url = `${vendor.storageOrigin}/${one.projectId}/${one.jobId}/mask.png`;
    const response = await fetch(url, { headers: { "x-api-key": KEY } });
    expect(response.status).toBe(400);
    expect(vendor.violations).toEqual([`GET /${one.projectId}/${one.jobId}/mask.png carried x-api-key`]);
  });

  it("applies a job's own faults only to that job, and counts down a copy", async () => {
    const faults = { serverError: 3 };
    const vendor = await serve({ jobs: [served(one), { ...served(two), faults }] });
    await expectOutcome(clientOf(vendor), dataset, one);
    await expectOutcome(clientOf(vendor), dataset, two);
    await expectOutcome(clientOf(vendor), dataset, two);
    expect(vendor.requestsOf(one.projectId, one.jobId).job).toBe(1);
    expect(vendor.requestsOf(two.projectId, two.jobId).job).toBe(3 + 1 + 1);
    expect(vendor.requestsOf(three.projectId, three.jobId)).toEqual({ job: 0, attachment: 0, storage: 0 });
    expect(faults).toEqual({ serverError: 3 });
  });

  it("applies its own faults to any job, even if that job has faults of the same kind left", async () => {
    const vendor = await serve({ jobs: [{ ...served(one), faults: { storageError: 1 } }, served(two)] });
    vendor.faults.storageError = 2;
    await expectOutcome(clientOf(vendor), dataset, two);
    await expectOutcome(clientOf(vendor), dataset, one);
    expect(vendor.faults.storageError).toBe(0);
    expect(vendor.requestsOf(two.projectId, two.jobId).storage).toBe(4);
    expect(vendor.requestsOf(one.projectId, one.jobId).storage).toBe(3);
  });

  it("finds jobs on demand, with any characters in their ids", async () => {
    const ids = { projectId: "a/b", jobId: "c d?é#%" };
    const asked: string[][] = [];
    const find = (projectId: string, jobId: string) => {
      asked.push([projectId, jobId]);
      return projectId === ids.projectId && jobId === ids.jobId ? { ...served(one), ...ids } : undefined;
    };
    const vendor = await serve({ jobs: { find } });
    const map = await clientOf(vendor).labelMap(ids.projectId, ids.jobId);
    expect(map.data).toEqual(dataset.expected(one.jobId).labels);
    expect(asked).toEqual(Array.from({ length: 5 }, () => [ids.projectId, ids.jobId]));
    expect(vendor.requestsOf(ids.projectId, ids.jobId)).toEqual({ job: 1, attachment: 2, storage: 2 });
  });

  it("keeps only the latest requests, and counts by job only if told to", async () => {
    const vendor = await serve({ jobs: dataset, keepRequests: 3, countByJob: false });
    await expectOutcome(clientOf(vendor), dataset, one);
    const folder = `/${one.projectId}/${one.jobId}`;
    expect(vendor.requests.map(({ origin, path }) => [origin, path])).toEqual([
      ["storage", `${folder}/result.json`],
      ["api", "/v1/attachments"],
      ["storage", `${folder}/mask.png`],
    ]);
    expect(vendor.requestsOf(one.projectId, one.jobId)).toEqual({ job: 0, attachment: 0, storage: 0 });
  });

  it("listens on the given port, and reports a port that is in use", async () => {
    const vendor = await serve({ jobs: dataset });
    const port = Number(new URL(vendor.baseUrl).port);
    await expect(startVendorServer({ jobs: dataset, apiKey: KEY, port })).rejects.toMatchObject({
      code: "OPTION_INVALID",
      message: expect.stringContaining(String(port)),
    });
    await vendor.close();
    const next = await serve({ jobs: dataset, port });
    expect(next.baseUrl).toBe(vendor.baseUrl);
    await expectOutcome(clientOf(next), dataset, one);
  });

  it("reports failures as the vendor does: with status 400 and a code", async () => {
    const vendor = await serve({ jobs: dataset });
    const url = `${vendor.baseUrl}/projects/${one.projectId}/jobs/${one.jobId}`;
    const ask = async (key: string) => {
      const response = await fetch(url, { headers: { "x-api-key": key } });
      const { success, error } = (await response.json()) as { success: boolean; error?: { code: string } };
      return [response.status, success, error?.code];
    };
    expect(await ask("wrong")).toEqual([400, false, "auth-failure"]);
    Object.assign(vendor.faults, { apiFailure: 2, failureCode: "FS_0000" });
    expect(await ask(KEY)).toEqual([400, false, "FS_0000"]);
    vendor.faults.failureStatus = 200;
    expect(await ask(KEY)).toEqual([200, false, "FS_0000"]);
    expect(await ask(KEY)).toEqual([200, true, undefined]);
  });

  it("survives malformed requests", async () => {
    const vendor = await serve({ jobs: dataset });
    const headers = { "x-api-key": KEY };
    const ask = async (origin: string, path: string) => {
      const url = new URL(origin);
      const lines = [`GET ${path} HTTP/1.1`, "host: x", `x-api-key: ${KEY}`, "connection: close", "", ""];
      const socket = connect(Number(url.port), url.hostname).end(lines.join("\r\n"));
      let text = "";
      for await (const piece of socket) text += piece;
      return Number(text.split(" ")[1]);
    };
    const api = new URL(vendor.baseUrl).origin;
    for (const path of ["//", "http://[/", "*", "/v1/projects/%zz/jobs/%"]) {
      expect(await ask(api, path), path).toBe(404);
    }
    // The vendor answers an invalid parameter, like every failure, with 400.
    for (const query of ["", "?url=nonsense", "?url=http://elsewhere.example/x"]) {
      expect(await ask(api, `/v1/attachments${query}`), query).toBe(400);
    }
    expect((await fetch(`${vendor.storageOrigin}/%zz/x/mask.png`)).status).toBe(403);
    const unknown = await fetch(`${vendor.baseUrl}/projects/p/jobs/j`, { headers });
    expect([unknown.status, await unknown.json()]).toMatchObject([400, { error: { code: "GE_0001" } }]);
    // Signed, but nothing is there.
    for (const path of ["p/j/mask.png", `${one.projectId}/${one.jobId}/other.txt`, "%zz/j/mask.png"]) {
      const url = `${vendor.baseUrl}/attachments?url=${encodeURIComponent(`${vendor.storageOrigin}/${path}`)}`;
      const signed = await fetch(url, { headers, redirect: "manual" });
      expect((await fetch(signed.headers.get("location")!)).status, path).toBe(404);
    }
    await expectOutcome(clientOf(vendor), dataset, one);
  });

  it.each([
    undefined,
    { jobs: [] },
    { jobs: [], apiKey: "" },
    { jobs: "all", apiKey: KEY },
    { jobs: {}, apiKey: KEY },
    { jobs: [{ projectId: "p", jobId: "j", result: {} }], apiKey: KEY },
    { jobs: [], apiKey: KEY, port: -1 },
    { jobs: [], apiKey: KEY, port: "80" },
    { jobs: [], apiKey: KEY, proxy: 1 },
    { jobs: [], apiKey: KEY, host: "0.0.0.0" },
    { jobs: [], apiKey: KEY, keepRequests: -1 },
    { jobs: [], apiKey: KEY, signatureSeconds: Number.NaN },
  ])("cannot be started with %o", async (options) => {
    await expect(startVendorServer(options as VendorServerOptions)).rejects.toMatchObject({
      name: "DecodeError",
      code: "OPTION_INVALID",
    });
  });
});

describe("a batch of the server", () => {
  const dataset = generatedJobs({ count: 5, width: 8, height: 8 });
  const page = async (vendor: VendorServer, batch: string, token?: string, key = KEY) => {
    const query = token === undefined ? "" : `?page_token=${encodeURIComponent(token)}`;
    const url = `${vendor.baseUrl}/projects/sample-project/batch/${batch}${query}`;
    const response = await fetch(url, { headers: { "x-api-key": key } });
    return { status: response.status, ...(await response.json()) };
  };

  it("has pages, each with the token of the next one, and none on the last", async () => {
    const vendor = await serve({ jobs: dataset, pageSize: 2 });
    const ids: string[][] = [];
    let token: string | undefined;
    do {
      const { status, success, data } = await page(vendor, "sample-batch", token);
      expect([status, success, data.id, data.project_id]).toEqual([
        200,
        true,
        "sample-batch",
        "sample-project",
      ]);
      ids.push(data.jobs.map(({ id }: { id: string }) => id));
      token = data.next_page_token;
    } while (token !== undefined);
    expect(ids).toEqual([["job-00001", "job-00002"], ["job-00003", "job-00004"], ["job-00005"]]);
  });

  it("repeats the last job of a page on the next one if the fault says so", async () => {
    const vendor = await serve({ jobs: dataset, pageSize: 2 });
    vendor.faults.duplicateJob = 1;
    const first = await page(vendor, "sample-batch");
    const { data } = await page(vendor, "sample-batch", first.data.next_page_token);
    expect(data.jobs.map(({ id }: { id: string }) => id)).toEqual(["job-00002", "job-00003", "job-00004"]);
  });

  it("has 100 jobs on a page by default", async () => {
    const vendor = await serve({ jobs: generatedJobs({ count: 101, width: 8, height: 8 }) });
    const { data } = await page(vendor, "sample-batch");
    expect(data.jobs).toHaveLength(100);
    expect((await page(vendor, "sample-batch", data.next_page_token)).data.jobs).toHaveLength(1);
  });

  it("answers a wrong key, an unknown batch and a token of another batch as the vendor does", async () => {
    const image = { projectId: "sample-project", result: {}, mask: new Uint8Array(1) };
    const jobs = ["a", "b", "c", "d"].map((jobId) => ({
      ...image,
      jobId,
      batchId: jobId < "c" ? "one" : "two",
    }));
    const vendor = await serve({ jobs, pageSize: 1 });
    const failed = (code: string) => ({ status: 400, success: false, error: { code } });
    expect(await page(vendor, "one", undefined, "wrong")).toMatchObject(failed("auth-failure"));
    expect(await page(vendor, "three")).toMatchObject(failed("GE_0001"));
    const { data } = await page(vendor, "one");
    expect((await page(vendor, "one", data.next_page_token)).data.jobs).toMatchObject([{ id: "b" }]);
    expect(await page(vendor, "two", data.next_page_token)).toMatchObject(failed("invalid_request_error"));
    for (const token of ["", "1", "x", `2${data.next_page_token.slice(1)}`]) {
      expect(await page(vendor, "one", token), token).toMatchObject(failed("invalid_request_error"));
    }
  });

  it("lists generated jobs with their status, also those that are gone when they are asked for", async () => {
    const faulty = generatedJobs({ count: JOB_FAULT_NAMES.length, faultShare: 1, width: 8, height: 8 });
    const vendor = await serve({ jobs: faulty });
    const client = clientOf(vendor);
    const listed = new Map<string, string>();
    for await (const { id, status } of client.jobs("sample-project", faulty.batchId)) listed.set(id, status);
    const statuses = faulty.jobs.map(({ jobId, fault }) => [
      jobId,
      fault === "not-completed" ? "in_progress" : "completed",
    ]);
    expect([...listed]).toEqual(statuses);
    expect(faulty.list!("other-project", faulty.batchId)).toBeUndefined();
    expect(faulty.list!("sample-project", "other-batch")).toBeUndefined();
  });

  it("refuses an invalid page size, and jobs without a mask", async () => {
    for (const pageSize of [0, -1, 1.5, "2"]) {
      await expect(serve({ jobs: dataset, pageSize: pageSize as number })).rejects.toThrow(
        /^pageSize must be/,
      );
    }
    const video = { projectId: "p", jobId: "j", result: {} };
    for (const masks of [{}, { frameMasks: { a: 5 } }, { mask: 5 }]) {
      await expect(serve({ jobs: [{ ...video, ...masks } as ServedJob] })).rejects.toThrow(
        /^jobs\[0\] must have/,
      );
    }
  });
});

describe("a generated video", () => {
  it("is decoded to the drawn labels, and each track has one number in all frames", async () => {
    for (const seed of [1, 2, 3]) {
      const { job, expected } = generatedVideo({ frames: 12, seed, objects: 9 });
      const vendor = await serve({ jobs: [job] });
      const numbers = new Map<string, unknown>();
      const legends = new Set<string>();
      let place = 0;
      for await (const { frame, map } of clientOf(vendor).frames(job.projectId, job.jobId)) {
        const { labels, tracks } = expected[place++]!;
        expect(Buffer.compare(bytesOf(map.data), bytesOf(labels)), `seed ${seed}, ${frame.id}`).toBe(0);
        expect(map.labels.map(({ sourceId }) => sourceId)).toEqual(tracks);
        for (const { sourceId, className, instanceNumber, instanceId } of map.labels) {
          if (sourceId === null) continue;
          const number = [className, instanceNumber, instanceId];
          expect(numbers.get(String(sourceId)) ?? number).toEqual(number);
          numbers.set(String(sourceId), number);
        }
        expect(map.issues).toEqual([]);
        legends.add(JSON.stringify(frame.result.legend.entries.map(({ name }) => name)));
      }
      expect(place).toBe(12);
      expect(numbers.size).toBe(9);
      expect(new Set([...numbers.values()].map((number) => JSON.stringify(number))).size).toBe(9);
      const instanceIds = [...numbers.values()].map((number) => (number as number[])[2]);
      expect(instanceIds.sort()).toEqual([1, 2, 3, 4, 5, 6, 7, 8, 9]);
      // Otherwise the names alone would have told the objects apart.
      expect(legends.size).toBeGreaterThan(6);
    }
  });

  it("is the same for the same options, and refuses invalid ones", () => {
    expect(generatedVideo({ frames: 2, seed: 5 })).toEqual(generatedVideo({ frames: 2, seed: 5 }));
    expect(generatedVideo({ frames: 2, seed: 5 })).not.toEqual(generatedVideo({ frames: 2, seed: 6 }));
    for (const options of [
      {},
      { frames: 0 },
      { frames: 10_001 },
      { frames: 1, seed: -1 },
      { frames: 1, objects: 0 },
      { frames: 1, x: 1 },
    ]) {
      expect(() => generatedVideo(options as never)).toThrow(/frames|seed|objects/);
    }
  });
});

/**
 * The client against a real HTTP server on loopback that speaks the vendor's protocol, with every fault that it can
 * have. After each test: the storage has never seen the API key.
 */
import { inspect } from "node:util";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { type LabelMapError, PlaymentError } from "../src/index.js";
import { PlaymentClient, type PlaymentClientOptions } from "../src/playment/index.js";
import { FIXTURES, loadCorpus } from "./support/corpus.mjs";
import { startVendorServer } from "./vendor-server/server.mjs";

const KEY = "secret-key-1234567890";
const [project, job] = ["project-1", "job-1"];
const fixture = loadCorpus().find(({ folder, name }) => folder === FIXTURES && name === "brush-511-grey")!;
const { png, result, expected } = fixture;

type Vendor = Awaited<ReturnType<typeof startVendorServer>>;
let vendor: Vendor;
beforeEach(async () => {
  const jobs = [{ projectId: project, jobId: job, result, mask: png }];
  vendor = await startVendorServer({ jobs, apiKey: KEY });
});
afterEach(async () => {
  await vendor.close();
  expect(vendor.violations).toEqual([]);
});

const retry = { limit: 2, minDelay: 1, maxDelay: 5 };
const client = (options: Partial<PlaymentClientOptions> = {}) =>
  new PlaymentClient({ apiKey: KEY, baseUrl: vendor.baseUrl, retry, timeout: 5000, ...options });

/** The error of a call that must fail, looked through for what it must not tell. */
async function failure(call: Promise<unknown>): Promise<LabelMapError> {
  const error = await call.then(
    () => expect.fail("the call succeeded"),
    (reason) => reason,
  );
  const told = inspect(error, { depth: 9, showHidden: true }) + JSON.stringify(error) + error.stack;
  for (const secret of [KEY, "signature=", "?url=", "expires="]) expect(told).not.toContain(secret);
  return error;
}
const requestsTo = (origin: string) => vendor.requests.filter((request) => request.origin === origin).length;

describe("a completed job", () => {
  it("becomes a label map, with the fewest requests", async () => {
    const map = await client().labelMap(project, job);
    expect([map.width, map.height]).toEqual([expected.width, expected.height]);
    expect(map.labels.map(({ pixelCount }) => pixelCount)).toEqual(
      Object.keys(result.legend).map((_, label) => expected.counts?.[label] ?? 0),
    );
    // Job, two attachments; result and mask.
    expect([requestsTo("api"), requestsTo("storage")]).toEqual([3, 2]);
  });

  it("can be had in steps, and tells its progress", async () => {
    const found = await client().result(project, job);
    expect(found.legend.entries.map(({ value }) => value)).toEqual(Object.values(result.legend));
    const progress: { receivedBytes: number; totalBytes: number | null }[] = [];
    const bytes = await client().mask(found, { onProgress: (step) => progress.push(step) });
    expect(bytes).toEqual(png);
    expect(progress.at(-1)).toMatchObject({ receivedBytes: png.length });
    expect(
      progress.every((step, index) => step.receivedBytes > (progress[index - 1]?.receivedBytes ?? 0)),
    ).toBe(true);
  });

  it("can be resolved by the caller instead, to a URL or to the response itself", async () => {
    const { signed } = await signedUrl();
    const seen: string[] = [];
    const viaUrl = client({
      resolveAttachment: async (url) => {
        seen.push(url);
        return signed;
      },
    });
    expect(await viaUrl.mask(`${vendor.storageOrigin}/private.png`)).toEqual(png);
    expect(seen).toEqual([`${vendor.storageOrigin}/private.png`]);
    const viaResponse = client({ resolveAttachment: async () => new Response(png.slice()) });
    expect(await viaResponse.mask(`${vendor.storageOrigin}/private.png`)).toEqual(png);
  });

  it("comes through a proxy that answers with the bytes, without a key", async () => {
    const jobs = [{ projectId: project, jobId: job, result, mask: png }];
    const proxy = await startVendorServer({ jobs, apiKey: KEY, proxy: true });
    const map = await new PlaymentClient({ baseUrl: proxy.baseUrl }).labelMap(project, job);
    expect(map.width).toBe(expected.width);
    await proxy.close();
  });
});

/** The signed URL of the mask, as the attachment endpoint gives it. */
async function signedUrl() {
  const privateUrl = `${vendor.storageOrigin}/${project}/${job}/mask.png`;
  const response = await fetch(`${vendor.baseUrl}/attachments?url=${encodeURIComponent(privateUrl)}`, {
    headers: { "x-api-key": KEY },
    redirect: "manual",
  });
  return { privateUrl, signed: response.headers.get("location") as string };
}

describe("a fault that passes", () => {
  const passing = ["rateLimit", "serverError", "reset", "truncated", "storageError", "expired"] as const;
  it.each(passing)("%s: the call succeeds all the same", async (fault) => {
    vendor.faults[fault] = 1;
    expect((await client().labelMap(project, job)).width).toBe(expected.width);
    expect(vendor.faults[fault]).toBe(0);
  });

  it("waits as long as Retry-After says", async () => {
    Object.assign(vendor.faults, { rateLimit: 1, retryAfter: "1" });
    const start = Date.now();
    await client().job(project, job);
    expect(Date.now() - start).toBeGreaterThanOrEqual(990);
  });

  it("does not wait for longer than maxRetryAfter, whatever Retry-After says", async () => {
    Object.assign(vendor.faults, {
      rateLimit: 1,
      retryAfter: new Date(Date.now() + 3_600_000).toUTCString(),
    });
    const start = Date.now();
    await client({ retry: { ...retry, maxRetryAfter: 50 } }).job(project, job);
    expect(Date.now() - start).toBeLessThan(5000);
  });

  it("a mask that stalls is asked for again", async () => {
    vendor.faults.stalled = 1;
    const { privateUrl } = await signedUrl();
    expect(await client({ timeout: 200 }).mask(privateUrl)).toEqual(png);
  });
});

describe("a fault that stays", () => {
  const cases: [fault: string, code: string, apiRequests: number][] = [
    ["rateLimit", "PLAYMENT_RATE_LIMITED", 3],
    ["serverError", "PLAYMENT_HTTP", 3],
    ["reset", "PLAYMENT_NETWORK", 3],
    ["apiFailure", "PLAYMENT_API", 1],
    ["html", "PLAYMENT_RESPONSE_INVALID", 1],
    ["jobRedirect", "PLAYMENT_RESPONSE_INVALID", 1],
    ["notCompleted", "PLAYMENT_JOB_NOT_COMPLETED", 1],
    ["noResult", "PLAYMENT_RESULT_MISSING", 1],
    ["noLocation", "PLAYMENT_RESPONSE_INVALID", 2],
    ["badLocation", "PLAYMENT_RESPONSE_INVALID", 2],
    ["expired", "PLAYMENT_URL_EXPIRED", 3],
    ["storageError", "PLAYMENT_HTTP", 2],
    ["noMaskUrl", "PLAYMENT_RESULT_MISSING", 2],
    ["htmlMask", "PLAYMENT_NOT_PNG", 3],
    ["truncated", "PLAYMENT_BODY_INCOMPLETE", 5],
  ];
  it.each(cases)("%s is %s after %i requests to the API", async (fault, code, apiRequests) => {
    (vendor.faults as Record<string, number>)[fault] = Number.POSITIVE_INFINITY;
    const error = await failure(client().labelMap(project, job));
    expect(error).toBeInstanceOf(PlaymentError);
    expect(error).toMatchObject({ code, projectId: project, jobId: job });
    expect(error.message).toContain(job);
    expect(requestsTo("api")).toBe(apiRequests);
  });

  it("a wrong key, a wrong id", async () => {
    const wrongKey = "another-secret-key";
    const error = await failure(client({ apiKey: wrongKey }).job(project, job));
    expect(error).toMatchObject({ code: "PLAYMENT_UNAUTHORISED", status: 401 });
    expect(inspect(error)).not.toContain(wrongKey);
    expect(await failure(client().job(project, "job-2"))).toMatchObject({
      code: "PLAYMENT_NOT_FOUND",
      status: 404,
    });
  });

  it("an answer that never comes", async () => {
    vendor.faults.slow = Number.POSITIVE_INFINITY;
    expect(await failure(client({ timeout: 100 }).job(project, job))).toMatchObject({
      code: "PLAYMENT_TIMEOUT",
    });
    expect(requestsTo("api")).toBe(3);
  });

  it("a host that does not answer at all", async () => {
    const gone = client();
    await vendor.close();
    expect(await failure(gone.job(project, job))).toMatchObject({ code: "PLAYMENT_NETWORK" });
  });

  it("a mask without end is given up at maxBytes", async () => {
    vendor.faults.endless = 1;
    const { privateUrl } = await signedUrl();
    expect(await failure(client({ maxBytes: 300_000 }).mask(privateUrl))).toMatchObject({
      code: "PLAYMENT_TOO_LARGE",
    });
  });

  it("a mask that is longer than maxBytes is not begun", async () => {
    const { privateUrl } = await signedUrl();
    let pieces = 0;
    const call = client({ maxBytes: png.length - 1 }).mask(privateUrl, { onProgress: () => pieces++ });
    expect(await failure(call)).toMatchObject({ code: "PLAYMENT_TOO_LARGE" });
    expect(pieces).toBe(0);
  });
});

describe("waiting for a job", () => {
  it("looks again until it is completed", async () => {
    vendor.faults.notCompleted = 3;
    expect(await client().waitForJob(project, job, { minInterval: 5 })).toMatchObject({
      status: "completed",
    });
    expect(requestsTo("api")).toBe(4);
  });

  it.each([() => 60, () => new Date(Date.now() + 60)])("gives up at the deadline", async (deadline) => {
    vendor.faults.notCompleted = Number.POSITIVE_INFINITY;
    const call = client().waitForJob(project, job, { minInterval: 20, deadline: deadline() });
    expect(await failure(call)).toMatchObject({ code: "PLAYMENT_WAIT_TIMEOUT", jobId: job });
  });

  it("ends at once when aborted, with the platform's own error", async () => {
    vendor.faults.notCompleted = Number.POSITIVE_INFINITY;
    const controller = new AbortController();
    setTimeout(() => controller.abort(), 30);
    const start = Date.now();
    const call = client().waitForJob(project, job, {
      minInterval: 60_000,
      deadline: 1e6,
      signal: controller.signal,
    });
    await expect(call).rejects.toMatchObject({ name: "AbortError" });
    expect(Date.now() - start).toBeLessThan(5000);
  });
});

describe("aborting", () => {
  it.each(["slow", "stalled", "reset"] as const)("in a call that is %s", async (fault) => {
    vendor.faults[fault] = Number.POSITIVE_INFINITY;
    const controller = new AbortController();
    setTimeout(() => controller.abort(), 50);
    const patient = client({ retry: { limit: 5, minDelay: 60_000, maxDelay: 60_000 } });
    const call = patient.labelMap(project, job, { signal: controller.signal });
    await expect(call).rejects.toMatchObject({ name: "AbortError" });
  });
});

describe("the key", () => {
  it("does not show when a client is printed or serialised", () => {
    const printed = inspect(client(), { depth: 9, showHidden: true }) + JSON.stringify(client());
    expect(printed).not.toContain(KEY);
  });

  it("is not sent in the clear to another machine, and must be a header's value", () => {
    for (const options of [
      { apiKey: KEY, baseUrl: "http://api.example/v1" },
      { apiKey: KEY, baseUrl: "ftp://api.example" },
      { apiKey: "" },
      { apiKey: "two\nlines" },
      {},
      { apiKey: KEY, timeout: Number.NaN },
    ]) {
      expect(() => new PlaymentClient(options)).toThrow(expect.objectContaining({ code: "OPTION_INVALID" }));
    }
  });

  it("ids cannot lead a request astray", async () => {
    expect(await failure(client().job(project, "../../attachments?u=x#"))).toMatchObject({
      code: "PLAYMENT_NOT_FOUND",
    });
    for (const id of ["", ".", ".."]) {
      expect(await failure(client().job(id, job))).toMatchObject({ code: "OPTION_INVALID" });
    }
  });
});

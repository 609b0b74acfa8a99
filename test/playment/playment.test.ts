/**
 * The client against a real HTTP server on loopback that speaks the vendor's protocol, with every fault that it can
 * have. After each test: the storage has never seen the API key.
 */
import { inspect } from "node:util";
import { describe, expect, it, vi } from "vitest";
import "../../src/decode/register/all.js";
import { limitRate } from "../../cli/src/batch/rate-limit.js";
import { startVendorServer } from "../../cli/src/sample-server/index.js";
import { ClassList, decodeMask, type LabelMapError, PlaymentError } from "../../src/index.js";
import { retryDelay } from "../../src/playment/http.js";
import {
  type DownloadProgress,
  type MaskOptions,
  PlaymentClient,
  type PlaymentClientOptions,
  type WaitOptions,
} from "../../src/playment/index.js";
import { redactError, redactor } from "../../src/playment/redact.js";
import {
  client,
  expected,
  job,
  KEY,
  png,
  project,
  result,
  retry,
  startVendorForEachTest,
  vendor,
} from "../support/playment-vendor.js";
import { until } from "../support/spawn-cli.js";

startVendorForEachTest();

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
/** @returns a function that says for how many milliseconds timers were asked since. */
function watchDelays(): () => number[] {
  const { calls } = vi.spyOn(globalThis, "setTimeout").mock;
  return () => calls.map(([, milliseconds = 0]) => milliseconds);
}

/**
 * Timers of so many milliseconds fire only by the function that this returns, however slow or busy the machine is.
 * @returns a function that fires those that wait, and says how many there were.
 */
function holdTimers(held: number): () => number {
  const { setTimeout: set, clearTimeout: clear } = globalThis;
  const waiting = new Map<unknown, () => void>();
  vi.spyOn(globalThis, "setTimeout").mockImplementation(((callback: () => void, milliseconds: number) => {
    if (milliseconds !== held) return set(callback, milliseconds);
    const timer = set(() => {}, 2 ** 31 - 1);
    waiting.set(timer, callback);
    return timer;
  }) as typeof setTimeout);
  vi.spyOn(globalThis, "clearTimeout").mockImplementation((timer) => {
    waiting.delete(timer);
    clear(timer);
  });
  return () => {
    const fired = [...waiting];
    for (const [timer, callback] of fired) {
      waiting.delete(timer);
      clear(timer as NodeJS.Timeout);
      callback();
    }
    return fired.length;
  };
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

  it("becomes the requested map", async () => {
    const classes = ClassList.fromResults([result]);
    const map = await client().labelMap(project, job, {
      target: { map: "semantic", classes, dtype: "uint8" },
      signal: new AbortController().signal,
      onProgress: () => {},
    });
    const whole = await decodeMask(png, result);
    expect(map.data).toEqual(whole.semantic(classes, { dtype: "uint8" }));
  });

  it.each([
    { target: { map: "colours" } },
    { target: [] },
    { targets: [{ map: "label" }] },
    { into: new Uint8Array(1) },
    { crop: { x: 0, y: 0, width: 0, height: 1 } },
    { crop: { x: -1, y: 0, width: 1, height: 1 } },
    { crop: "all" },
    { resize: { width: 1 } },
    { resize: { width: 2 ** 20, height: 2 ** 20 } },
    { resize: { width: 4, height: 4, method: "cubic" } },
    { encoding: "gray" },
    { encoding: { channels: "rgb", divisor: 0 } },
    { engine: "slow" },
    { snap: { maxDistance: 0 } },
    { maxPixels: 0 },
    { signal: {} },
  ])("is not asked for with %o", async (wrong) => {
    const error = await failure(client().labelMap(project, job, wrong as never));
    expect([error.code, vendor.requests]).toEqual(["OPTION_INVALID", []]);
    if ("target" in wrong || "encoding" in wrong) return;
    const ofVideo = await failure(
      client()
        .frames(project, job, wrong as never)
        .next(),
    );
    expect([ofVideo.code, vendor.requests]).toEqual(["OPTION_INVALID", []]);
  });

  it("can be fetched in steps, and reports its progress", async () => {
    const found = await client().result(project, job);
    expect(found.legend.entries.map(({ name }) => name)).toEqual(Object.values(result.legend));
    const progress: { receivedBytes: number; totalBytes: number | null }[] = [];
    const bytes = await client().mask(found, { onProgress: (step) => progress.push(step) });
    expect(bytes).toEqual(png);
    expect(progress.at(-1)).toEqual({ receivedBytes: png.length, totalBytes: png.length });
    expect(
      progress.every((step, index) => step.receivedBytes > (progress[index - 1]?.receivedBytes ?? 0)),
    ).toBe(true);
  });

  /** A client whose vendor has one completed job, with this result. */
  const withResult = (text: string, asked: string[] = []) =>
    client({
      fetch: async () =>
        Response.json({ success: true, data: { status: "completed", result: "https://x.example/r" } }),
      resolveAttachment: async (url) => {
        asked.push(url);
        return new Response(url.endsWith("/r") ? text : png.slice());
      },
    });

  it("may have defects in its result, which are issues, or errors with strict", async () => {
    const legend = { ...result.legend, "no colour": "odd" };
    const asked: string[] = [];
    const odd = withResult(JSON.stringify({ ...result, legend, url: "https://x.example/mask.png" }), asked);
    expect((await odd.result(project, job)).issues).not.toEqual([]);
    expect((await odd.labelMap(project, job)).issues).not.toEqual([]);
    asked.length = 0;
    for (const call of [
      odd.result(project, job, { strict: true }),
      odd.labelMap(project, job, { strict: true }),
    ]) {
      expect(await failure(call)).toMatchObject({ name: "LegendError" });
    }
    // The mask of such a result is not downloaded.
    expect(asked).toEqual(["https://x.example/r", "https://x.example/r"]);
  });

  it("can be downloaded as it is, whatever its legend holds", async () => {
    const url = "https://x.example/mask.png";
    const text = JSON.stringify({ legend: 5, url });
    const received: number[] = [];
    const onProgress = ({ receivedBytes }: DownloadProgress) => received.push(receivedBytes);
    const found = await withResult(text).download(project, job, { onProgress });
    expect(found).toEqual({ result: text, mask: png });
    expect(received.at(-1)).toBe(png.length);
    const aborted = withResult(text).download(project, job, {
      signal: AbortSignal.abort(),
      onProgress: () => expect.fail("it goes on"),
    });
    await expect(aborted).rejects.toMatchObject({ name: "AbortError" });
    const stop = new AbortController();
    const stopped = withResult(text).download(project, job, {
      signal: stop.signal,
      onProgress: () => stop.abort(),
    });
    await expect(stopped).rejects.toMatchObject({ name: "AbortError" });
    for (const none of [null, undefined]) {
      const missing = withResult(JSON.stringify({ ...result, url: none })).download(project, job);
      expect(await failure(missing)).toMatchObject({ code: "PLAYMENT_RESULT_MISSING", jobId: job });
    }
    const wrong = withResult(JSON.stringify({ ...result, url: 5 })).download(project, job);
    expect(await failure(wrong)).toMatchObject({ name: "ResultError" });
  });

  it("may have a mask that arrives in many pieces, or without a length", async () => {
    const { privateUrl } = await signedUrl();
    const progress: DownloadProgress[] = [];
    const options: MaskOptions = { onProgress: (step) => progress.push(step) };
    vendor.faults.inPieces = 1;
    expect(await client().mask(privateUrl, options)).toEqual(png);
    expect(progress.length).toBeGreaterThan(3);
    expect(progress.every(({ totalBytes }) => totalBytes === png.length)).toBe(true);
    progress.length = 0;
    vendor.faults.chunked = 1;
    expect(await client().mask(privateUrl, options)).toEqual(png);
    expect(progress.at(-1)).toEqual({ receivedBytes: png.length, totalBytes: null });
  });

  it("reports its progress from the start after a body that broke off", async () => {
    const { privateUrl } = await signedUrl();
    vendor.faults.truncated = 1;
    const received: number[] = [];
    await client().mask(privateUrl, { onProgress: ({ receivedBytes }) => received.push(receivedBytes) });
    expect(received.at(-1)).toBe(png.length);
    expect(received.slice(0, -1)).toContain(png.length >> 1);
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

describe("a temporary fault", () => {
  it.each([408, 413, 429, 443, 444, 500, 502, 503, 504, 599])(
    "%i: the call still succeeds",
    async (status) => {
      Object.assign(vendor.faults, { refused: 1, refusedStatus: status });
      expect(await client().job(project, job)).toMatchObject({ status: "completed" });
      expect(requestsTo("api")).toBe(2);
    },
  );

  const passing = ["rateLimit", "serverError", "reset", "truncated", "storageError", "expired"] as const;
  it.each(passing)("%s: the call still succeeds", async (fault) => {
    vendor.faults[fault] = 1;
    expect((await client().labelMap(project, job)).width).toBe(expected.width);
    expect(vendor.faults[fault]).toBe(0);
  });

  it("waits as long as Retry-After says", async () => {
    Object.assign(vendor.faults, { rateLimit: 1, retryAfter: "1" });
    const delays = watchDelays();
    await client().job(project, job);
    expect(delays()).toContain(1000);
  });

  it.each([408, 413, 503])("waits as long as Retry-After says after %i", async (status) => {
    Object.assign(vendor.faults, { refused: 1, refusedStatus: status, retryAfter: "1" });
    const delays = watchDelays();
    await client({ retry: { ...retry, maxRetryAfter: 300 } }).job(project, job);
    expect(delays()).toContain(300);
  });

  it("waits as long as the storage's Retry-After says", async () => {
    Object.assign(vendor.faults, { storageError: 1, retryAfter: "1" });
    const { privateUrl } = await signedUrl();
    const delays = watchDelays();
    await client({ retry: { ...retry, maxRetryAfter: 300 } }).mask(privateUrl);
    expect(delays()).toContain(300);
  });

  it("does not wait for longer than maxRetryAfter, whatever Retry-After says", async () => {
    Object.assign(vendor.faults, {
      rateLimit: 1,
      retryAfter: new Date(Date.now() + 3_600_000).toUTCString(),
    });
    const delays = watchDelays();
    await client({ retry: { ...retry, maxRetryAfter: 50 } }).job(project, job);
    expect(delays()).toContain(50);
    expect(Math.max(...delays()), "the time-out of a request").toBe(5000);
  });

  it("an expired signature is requested again, once", async () => {
    const { privateUrl, signed: old } = await signedUrl();
    const { now } = Date;
    // A signature lasts for a minute.
    vi.spyOn(Date, "now").mockImplementation(() => now() + 61_000);
    let asked = 0;
    const resolveAttachment = async () => (asked++ === 0 ? old : (await signedUrl()).signed);
    expect(await client({ resolveAttachment }).mask(privateUrl)).toEqual(png);
    expect(asked).toBe(2);
    const always = client({ resolveAttachment: async () => old });
    await expect(always.mask(privateUrl)).rejects.toMatchObject({
      code: "PLAYMENT_URL_EXPIRED",
      status: 403,
    });
  });

  it("a response of the caller's resolver that says it has expired is requested again, once", async () => {
    for (const status of [400, 401, 403, 410]) {
      let asked = 0;
      const renewing = client({
        resolveAttachment: async () =>
          asked++ === 0 ? new Response("no", { status }) : new Response(png.slice()),
      });
      expect(await renewing.mask("https://x.example/mask.png")).toEqual(png);
      expect(asked).toBe(2);
    }
  });

  it("no timer is left after a call", async () => {
    const passTimers = holdTimers(123_456);
    const patient = client({ timeout: 123_456 });
    await patient.labelMap(project, job);
    Object.assign(vendor.faults, { apiFailure: 1, failureCode: "GE_0001" });
    await failure(patient.job(project, job));
    expect(passTimers()).toBe(0);
  });

  it("a mask that stalls is requested again", async () => {
    vendor.faults.stalled = 1;
    const { privateUrl } = await signedUrl();
    const passTimeout = holdTimers(1e6);
    let received = 0;
    const onProgress = ({ receivedBytes }: DownloadProgress) => {
      received = receivedBytes;
    };
    const call = client({ timeout: 1e6 }).mask(privateUrl, { onProgress });
    await until(() => received === png.length >> 1, "half of the mask has come");
    passTimeout();
    expect(await call).toEqual(png);
  });
});

describe("the wait before another try", () => {
  it("is between half of the delay and all of it, even for the longest delay", () => {
    const options = { limit: 9, minDelay: 300, maxDelay: 1000, maxRetryAfter: 0 };
    for (const [attempt, whole] of [300, 600, 1000, 1000].entries()) {
      const delays = Array.from({ length: 2000 }, () => retryDelay(attempt, options)).sort((a, b) => a - b);
      const mean = delays.reduce((sum, delay) => sum + delay, 0) / delays.length;
      expect(delays[0]).toBeGreaterThanOrEqual(whole / 2);
      expect(delays[0]).toBeLessThan(whole * 0.52);
      expect(mean / whole).toBeCloseTo(0.75, 1);
      expect(delays.at(-1)).toBeGreaterThan(whole * 0.98);
      expect(delays.at(-1)).toBeLessThanOrEqual(whole);
    }
  });

  it("is doubled each time, from the first delay on", async () => {
    const { privateUrl } = await signedUrl();
    vendor.faults.serverError = 3;
    const delays = watchDelays();
    await client({ retry: { limit: 3, minDelay: 8, maxDelay: 1e6 } }).mask(privateUrl);
    const waits = delays().filter((milliseconds) => !Number.isInteger(milliseconds));
    expect(waits.map((wait) => 2 ** Math.ceil(Math.log2(wait)))).toEqual([8, 16, 32]);
  });

  it("may be told by the header of a rate limit, too", async () => {
    const answers = [
      new Response(null, { status: 429, headers: { "ratelimit-reset": "1" } }),
      Response.json({ success: true, data: { status: "new" } }),
    ];
    const delays = watchDelays();
    const options = { fetch: async () => answers.shift()!, retry: { ...retry, maxRetryAfter: 123 } };
    expect(await client(options).job(project, job)).toMatchObject({ status: "new" });
    expect(delays()).toContain(123);
  });

  it.each(["serverError", "truncated"] as const)("differs between clients after %s", async (fault) => {
    const { privateUrl } = await signedUrl();
    const clients = 8;
    vendor.faults[fault] = clients;
    const delays = watchDelays();
    // A client that comes back early meets the fault that was meant for another one.
    const patient = { limit: clients, minDelay: 60, maxDelay: 60 };
    const call = () => client({ retry: patient }).mask(privateUrl);
    await Promise.all(Array.from({ length: clients }, call));
    // Only a random share is no integer.
    const waits = delays().filter((milliseconds) => !Number.isInteger(milliseconds));
    expect(waits).toHaveLength(clients);
    expect(new Set(waits).size).toBe(clients);
    expect(Math.min(...waits)).toBeGreaterThanOrEqual(30);
    expect(Math.max(...waits)).toBeLessThanOrEqual(60);
  });
});

describe("a permanent fault", () => {
  const cases: [fault: string, code: string, apiRequests: number][] = [
    ["rateLimit", "PLAYMENT_RATE_LIMITED", 3],
    ["serverError", "PLAYMENT_HTTP", 3],
    ["reset", "PLAYMENT_NETWORK", 3],
    ["apiFailure", "PLAYMENT_API", 1],
    ["attachmentFailure", "PLAYMENT_API", 2],
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

  it("a wrong key or id throws an error with its own code", async () => {
    const wrongKey = "another-secret-key";
    const error = await failure(client({ apiKey: wrongKey }).job(project, job));
    expect(error).toMatchObject({
      code: "PLAYMENT_UNAUTHORISED",
      status: 400,
      vendorCode: "auth-failure",
      message: expect.stringContaining("auth-failure"),
    });
    expect(inspect(error)).not.toContain(wrongKey);
    expect(requestsTo("api")).toBe(1);
    expect(await failure(client().job(project, "job-2"))).toMatchObject({
      code: "PLAYMENT_REQUEST_INVALID",
      status: 400,
      vendorCode: "GE_0001",
    });
  });

  it.each([
    [401, "PLAYMENT_UNAUTHORISED", 1],
    [403, "PLAYMENT_UNAUTHORISED", 1],
    [404, "PLAYMENT_NOT_FOUND", 1],
    [400, "PLAYMENT_HTTP", 1],
    [408, "PLAYMENT_HTTP", 3],
    [413, "PLAYMENT_HTTP", 3],
    [443, "PLAYMENT_HTTP", 3],
    [444, "PLAYMENT_HTTP", 3],
  ])("%i from the vendor is %s after %i requests", async (status, code, requests) => {
    Object.assign(vendor.faults, { refused: Number.POSITIVE_INFINITY, refusedStatus: status });
    expect(await failure(client().job(project, job))).toMatchObject({ code, status });
    expect(requestsTo("api")).toBe(requests);
    // The attachment endpoint is the vendor's as well: its refusal is no expired signature.
    const { length } = vendor.requests;
    expect(await failure(client().mask(`${vendor.storageOrigin}/x.png`))).toMatchObject({ code, status });
    expect(vendor.requests.length - length).toBe(requests);
  });

  it.each([
    [404, "PLAYMENT_NOT_FOUND", 1],
    [500, "PLAYMENT_HTTP", 1],
    [429, "PLAYMENT_RATE_LIMITED", 1],
    [403, "PLAYMENT_URL_EXPIRED", 2],
  ])("a response of the caller's resolver with %i is %s", async (status, code, times) => {
    let asked = 0;
    const resolveAttachment = async () => {
      asked++;
      return new Response("<html>", { status });
    };
    const call = client({ resolveAttachment }).mask("https://x.example/mask.png");
    expect(await failure(call)).toMatchObject({ code, status });
    expect(asked).toBe(times);
  });

  it("an error of the caller's resolver becomes a cause whose text is not repeated", async () => {
    const thrown = new Error("GET https://storage.example/x?X-Signature=SIGNED: 403");
    const resolveAttachment = async () => {
      throw thrown;
    };
    const error = await failure(client({ resolveAttachment }).download(project, job));
    expect(error).toMatchObject({ code: "PLAYMENT_RESOLVER_FAILED", jobId: job, cause: thrown });
    expect(error.message).not.toContain("SIGNED");
    const stop = new AbortController();
    const aborting = async () => {
      stop.abort();
      throw thrown;
    };
    const call = client({ resolveAttachment: aborting }).mask("https://x.example", { signal: stop.signal });
    await expect(call).rejects.toBe(stop.signal.reason);
  });

  it("an error of the caller's throttle ends the call and is thrown unchanged", async () => {
    const thrown = new Error("no more today");
    let asked = 0;
    const refuse = () => {
      asked++;
      throw thrown;
    };
    const before = { beforeRequest: async () => refuse(), afterResponse() {} };
    await expect(client({ throttle: before }).job(project, job)).rejects.toBe(thrown);
    const after = { beforeRequest: async () => {}, afterResponse: refuse };
    await expect(client({ throttle: after }).job(project, job)).rejects.toBe(thrown);
    expect(asked).toBe(2);
  });

  it("a body that is shorter than its length throws PLAYMENT_BODY_INCOMPLETE", async () => {
    const headers = { "content-length": String(png.length) };
    const resolveAttachment = async () => new Response(png.slice(0, png.length - 1), { headers });
    const error = await failure(client({ resolveAttachment }).mask("https://x.example/mask.png"));
    expect(error).toMatchObject({ code: "PLAYMENT_BODY_INCOMPLETE" });
    expect(error.message).toContain(`${png.length - 1} of ${png.length} bytes`);
  });

  it("a body that is longer than its length is cut by HTTP, and is not a complete PNG", async () => {
    vendor.faults.understated = Number.POSITIVE_INFINITY;
    const error = await failure(client().labelMap(project, job));
    expect(["PNG_TRUNCATED", "PLAYMENT_BODY_INCOMPLETE"]).toContain(error.code);
  });

  it("an exception of the caller's onProgress is thrown unchanged and at once", async () => {
    const { privateUrl } = await signedUrl();
    const codeOfOurs = Object.assign(new Error("my own"), { code: "PLAYMENT_TIMEOUT" });
    for (const mine of [new Error("my own"), codeOfOurs, undefined]) {
      const before = requestsTo("storage");
      const onProgress = () => {
        throw mine;
      };
      await expect(client().mask(privateUrl, { onProgress })).rejects.toBe(mine);
      expect(requestsTo("storage")).toBe(before + 1);
    }
  });

  it("an answer that never comes throws PLAYMENT_TIMEOUT", async () => {
    vendor.faults.slow = Number.POSITIVE_INFINITY;
    const passTimeout = holdTimers(1e6);
    const failed = failure(client({ timeout: 1e6 }).job(project, job));
    for (const requests of [1, 2, 3]) {
      await until(() => requestsTo("api") === requests, `there are ${requests} requests`);
      passTimeout();
    }
    expect(await failed).toMatchObject({ code: "PLAYMENT_TIMEOUT" });
    expect(requestsTo("api")).toBe(3);
  });

  it("a host that does not answer throws PLAYMENT_NETWORK", async () => {
    const gone = client();
    await vendor.close();
    expect(await failure(gone.job(project, job))).toMatchObject({ code: "PLAYMENT_NETWORK" });
  });

  it("an endless mask is given up at maxBytes", async () => {
    vendor.faults.endless = 1;
    const { privateUrl } = await signedUrl();
    expect(await failure(client({ maxBytes: 300_000 }).mask(privateUrl))).toMatchObject({
      code: "PLAYMENT_TOO_LARGE",
    });
  });

  it.each(["inPieces", "endlessDeclared"] as const)(
    "a mask whose length is above maxBytes is not downloaded: %s",
    async (fault) => {
      vendor.faults[fault] = 1;
      const { privateUrl } = await signedUrl();
      let pieces = 0;
      const call = client({ maxBytes: png.length - 1 }).mask(privateUrl, { onProgress: () => pieces++ });
      expect(await failure(call)).toMatchObject({ code: "PLAYMENT_TOO_LARGE" });
      expect(vendor.faults[fault]).toBe(0);
      expect(pieces).toBe(0);
    },
  );
});

describe("waiting for a job", () => {
  it("asks again until the job is completed", async () => {
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

  it("asks at growing intervals, up to the longest", async () => {
    vendor.faults.notCompleted = 5;
    const delays = watchDelays();
    await client().waitForJob(project, job, { minInterval: 4.5, maxInterval: 12.5 });
    // These are no integers, unlike the time-outs.
    expect(delays().filter((milliseconds) => !Number.isInteger(milliseconds))).toEqual([
      4.5, 6.75, 10.125, 12.5, 12.5,
    ]);
  });

  it.each([
    [100_000, 99_000],
    [1000, 900],
  ])("asks a last time just before the deadline of %i, however long the interval", async (deadline, last) => {
    vendor.faults.notCompleted = 1;
    const now = Date.now();
    vi.spyOn(Date, "now").mockReturnValue(now);
    const passWait = holdTimers(last);
    const call = client().waitForJob(project, job, { minInterval: 1e6, maxInterval: 1e6, deadline });
    await until(() => passWait() === 1, "it waits for the last look");
    expect((await call).status).toBe("completed");
    expect(requestsTo("api")).toBe(2);
  });

  it("does not ask again when the time for the last look has come", async () => {
    vendor.faults.notCompleted = Number.POSITIVE_INFINITY;
    const now = Date.now();
    vi.spyOn(Date, "now")
      .mockReturnValue(now + 90_000)
      .mockReturnValueOnce(now);
    // A tenth of the time, but not more than a second, is left for the last answer.
    const call = client().waitForJob(project, job, { deadline: 91_000 });
    const error = await failure(call);
    expect(error).toMatchObject({ code: "PLAYMENT_WAIT_TIMEOUT", projectId: project, jobId: job });
    expect(error.message).toBe(`job ${job} of project ${project}: still "in_progress" at the deadline`);
    expect(requestsTo("api")).toBe(1);
  });

  it("has a timer for each deadline that a timer can wait for, and clears it", async () => {
    const longest = 2 ** 31 - 1;
    const set = vi.spyOn(globalThis, "setTimeout");
    const cleared = vi.spyOn(globalThis, "clearTimeout");
    vi.spyOn(Date, "now").mockReturnValue(0);
    for (const deadline of [longest, longest + 1]) {
      await client().waitForJob(project, job, { deadline });
      const timers = set.mock.calls.flatMap(([, time], call) =>
        time !== undefined && time >= longest ? [set.mock.results[call]!.value] : [],
      );
      expect(timers).toHaveLength(1);
      expect(cleared.mock.calls.flat()).toContain(timers[0]);
    }
  });

  it.each(["slow", "reset"] as const)("keeps the deadline if the vendor is %s", async (fault) => {
    vendor.faults[fault] = Number.POSITIVE_INFINITY;
    // Without the deadline it would outlast the test.
    const patient = client({ retry: { limit: 9, minDelay: 1e6, maxDelay: 1e6 } });
    const error = await failure(patient.waitForJob(project, job, { deadline: 200 }));
    expect(error).toMatchObject({ code: "PLAYMENT_WAIT_TIMEOUT", jobId: job });
  });

  it.each([() => new Date(Date.now() - 1), () => 0])(
    "does not ask if the deadline has passed",
    async (deadline) => {
      const fetch = vi.fn<typeof globalThis.fetch>();
      const error = await failure(client({ fetch }).waitForJob(project, job, { deadline: deadline() }));
      expect(error).toMatchObject({ code: "PLAYMENT_WAIT_TIMEOUT" });
      expect(error.message).toContain("no answer at the deadline");
      expect(fetch).not.toHaveBeenCalled();
    },
  );

  it("may have no deadline", async () => {
    vendor.faults.notCompleted = 1;
    const options = { minInterval: 5, deadline: Number.POSITIVE_INFINITY };
    expect(await client().waitForJob(project, job, options)).toMatchObject({ status: "completed" });
  });

  it.each([
    { deadline: Number.NaN },
    { deadline: new Date("no date") },
    { deadline: "soon" },
    { minInterval: 0 },
    { minInterval: -5 },
    { maxInterval: Number.NaN },
    null,
  ])("refuses %o", async (options) => {
    const call = client().waitForJob(project, job, options as WaitOptions);
    expect(await failure(call)).toMatchObject({ name: "DecodeError", code: "OPTION_INVALID" });
    expect(requestsTo("api")).toBe(0);
  });

  it("ends at once when aborted, with the platform's own error", async () => {
    vendor.faults.notCompleted = Number.POSITIVE_INFINITY;
    const controller = new AbortController();
    // An interval that outlasts the test.
    const intervals = { minInterval: 1e6, maxInterval: 1e6, deadline: 1e7 };
    const delays = watchDelays();
    const call = client().waitForJob(project, job, { ...intervals, signal: controller.signal });
    const ended = expect(call).rejects.toMatchObject({ name: "AbortError" });
    await until(() => delays().includes(1e6), "it waits for the next look");
    controller.abort();
    await ended;
  });
});

describe("aborting", () => {
  it.each(["slow", "stalled", "reset"] as const)("ends a call that is %s", async (fault) => {
    vendor.faults[fault] = Number.POSITIVE_INFINITY;
    const controller = new AbortController();
    // Delays that outlast the test.
    const patient = client({ retry: { limit: 5, minDelay: 1e6, maxDelay: 1e6 } });
    const call = patient.labelMap(project, job, { signal: controller.signal });
    const ended = expect(call).rejects.toMatchObject({ name: "AbortError" });
    await until(() => requestsTo(fault === "stalled" ? "storage" : "api") > 0, "a request is under way");
    controller.abort();
    await ended;
  });
});

describe("the key", () => {
  it("does not show when a client is printed or serialised", () => {
    const printed = inspect(client(), { depth: 9, showHidden: true }) + JSON.stringify(client());
    expect(printed).not.toContain(KEY);
  });

  it("is never sent unencrypted to another machine, and must be a valid header value", () => {
    for (const options of [
      { apiKey: KEY, baseUrl: "http://api.example/v1" },
      { apiKey: KEY, baseUrl: "ftp://api.example" },
      { apiKey: "" },
      { apiKey: "two\nlines" },
      {},
      { apiKey: KEY, timeout: Number.NaN },
      { apiKey: 5 },
      { apiKey: KEY, retry: null },
      { apiKey: KEY, throttle: null },
      { apiKey: KEY, throttle: { beforeRequest: async () => {} } },
      undefined,
      null,
    ]) {
      expect(() => new PlaymentClient(options as PlaymentClientOptions)).toThrow(
        expect.objectContaining({ code: "OPTION_INVALID" }),
      );
    }
  });

  it("an invalid rate is refused", () => {
    for (const rate of [0, -1, 1e-7, Number.NaN, Number.POSITIVE_INFINITY]) {
      expect(() => limitRate(rate)).toThrow(expect.objectContaining({ code: "OPTION_INVALID" }));
    }
  });

  it.each([2 ** 31, Number.POSITIVE_INFINITY])(
    "a timeout of %d is refused, since timers cannot wait that long",
    (timeout) => {
      expect(() => client({ timeout })).toThrow(
        expect.objectContaining({ code: "OPTION_INVALID", message: expect.stringContaining("2147483647") }),
      );
      client({ timeout: 2 ** 31 - 1 });
    },
  );

  it.each([200, 400, 401, 500])(
    "is not in any message if the vendor echoes it as a code with %i",
    async (status) => {
      Object.assign(vendor.faults, { echoCode: Number.POSITIVE_INFINITY, failureStatus: status });
      const error = await failure(client().labelMap(project, job));
      expect(error.message).not.toContain(KEY.slice(0, 6));
      expect(error).toMatchObject({ vendorCode: undefined });
    },
  );

  it("is not in any message if it looks like a code and the vendor echoes it as a code", async () => {
    const apiKey = "my-secret-key";
    const jobs = [{ projectId: project, jobId: job, result, mask: png }];
    const other = await startVendorServer({ jobs, apiKey });
    other.faults.echoCode = 1;
    const error = await failure(client({ apiKey, baseUrl: other.baseUrl }).labelMap(project, job));
    await other.close();
    expect(error).toMatchObject({ code: "PLAYMENT_API", vendorCode: "[API key]" });
    expect(error.message).toContain("([API key])");
    expect(error.message).not.toContain("secret");
  });

  it.each([
    ["a job's status", { notCompleted: 1, status: KEY }, "PLAYMENT_JOB_NOT_COMPLETED"],
    ["a long status", { notCompleted: 1, status: "x".repeat(70) + KEY }, "PLAYMENT_JOB_NOT_COMPLETED"],
    ["a redirect's path", { echoLocation: 1 }, "PLAYMENT_URL_EXPIRED"],
  ])("is not in any message if the vendor echoes it in %s", async (_, faults, code) => {
    Object.assign(vendor.faults, faults);
    if ("echoLocation" in faults) vendor.faults.echoLocation = Number.POSITIVE_INFINITY;
    const error = await failure(client().labelMap(project, job));
    expect(error.code).toBe(code);
    expect(error.message).toContain("[API key]");
    expect(error.message).not.toContain(KEY.slice(0, 6));
  });

  it("is not in any message if it is echoed while waiting for a job, and the status is quoted", async () => {
    Object.assign(vendor.faults, { notCompleted: Number.POSITIVE_INFINITY, status: `two\nlines ${KEY}` });
    const passDeadline = holdTimers(60_000);
    const failed = failure(client().waitForJob(project, job, { deadline: 60_000, minInterval: 5 }));
    await until(() => requestsTo("api") > 1, "it has seen the status");
    passDeadline();
    const error = await failed;
    expect(error).toMatchObject({ code: "PLAYMENT_WAIT_TIMEOUT" });
    expect(error.message).toContain('"two\\nlines [API key]"');
  });

  it("is redacted in every spelling that a URL gives it", async () => {
    const odd = 'Ke"y{1}%/+abc';
    const redact = redactor(odd);
    for (const spelling of [
      odd,
      encodeURI(odd),
      encodeURIComponent(odd),
      JSON.stringify(odd),
      odd.toLowerCase(),
    ]) {
      expect(redact(`a ${spelling} b`)).toMatch(/^a "?\[API key\]"? b$/);
    }
    expect(redact(JSON.stringify(`a ${odd} b`))).toBe('"a [API key] b"');
    const error = new PlaymentError("PLAYMENT_HTTP", `at ${odd}`, { jobId: odd }, { cause: new Error(odd) });
    redactError(error, redact);
    expect(error).toMatchObject({ message: "at [API key]", jobId: "[API key]" });
    expect(`${error.stack} ${(error.cause as Error).stack}`).not.toContain(odd);
  });

  it("is redacted as a whole if an encoded key starts with the plain one", () => {
    expect(redactor("ab%")("ab%25 ab%")).toBe("[API key] [API key]");
    expect(redactor("a.b")("aXb a.b")).toBe("aXb [API key]");
    expect(redactor(undefined)("a text")).toBe("a text");
  });

  it("is redacted in each cause once, but not in an error's code and name, nor in the caller's errors", () => {
    const error = new PlaymentError("PLAYMENT_HTTP", "HTTP Error", {});
    const cause = new Error("from HTTP", { cause: error });
    error.cause = cause;
    redactError(error, redactor("http"));
    expect(error).toMatchObject({ code: "PLAYMENT_HTTP", message: "[API key] Error" });
    expect(cause.message).toBe("from [API key]");
    redactError(error, redactor("error"));
    expect(error).toMatchObject({ name: "PlaymentError", message: "[API key] [API key]" });
    const mine = new Error(`mine, ${KEY}`);
    redactError(mine, redactor(KEY));
    expect(mine.message).toBe(`mine, ${KEY}`);
    redactError(null, redactor(KEY));
  });

  it("is redacted in a cause whose message has no setter", async () => {
    const thrown = new DOMException(`no answer to ${KEY}`, "TimeoutError");
    const resolveAttachment = () => Promise.reject(thrown);
    const error = await failure(client({ resolveAttachment }).mask("https://private.example/mask.png"));
    expect(error).toMatchObject({ code: "PLAYMENT_RESOLVER_FAILED", cause: thrown });
    expect(thrown.message).toBe("no answer to [API key]");
    const harmless = new DOMException("no answer", "TimeoutError");
    error.cause = harmless;
    redactError(error, redactor(KEY));
    expect(Object.hasOwn(harmless, "message")).toBe(false);
  });

  it("invalid calls reject with a typed error", async () => {
    const invalid = { name: "DecodeError", code: "OPTION_INVALID" };
    const any = client() as unknown as Record<string, (...values: unknown[]) => Promise<unknown>>;
    for (const source of [undefined, null, 5, [], { url: 5 }]) {
      expect(await failure(any.mask!(source))).toMatchObject(invalid);
    }
    expect(await failure(any.mask!("https://x.example", null))).toMatchObject(invalid);
    expect(await failure(any.mask!({ url: null }))).toMatchObject({ code: "PLAYMENT_RESULT_MISSING" });
    for (const method of ["job", "result", "labelMap", "waitForJob"]) {
      expect(await failure(any[method]!())).toMatchObject(invalid);
      expect(await failure(any[method]!(project, job, null))).toMatchObject(invalid);
    }
  });

  it("without a base URL, the vendor is asked; without a key, none is sent", async () => {
    const asked: [string, string | null][] = [];
    const fetch = async (input: RequestInfo | URL) => {
      const { url, headers } = new Request(input);
      asked.push([url, headers.get("x-api-key")]);
      return Response.json({ success: true, data: { status: "new" } });
    };
    await new PlaymentClient({ apiKey: KEY, fetch }).job(project, job);
    await new PlaymentClient({ baseUrl: "https://proxy.example", fetch }).job(project, job);
    expect(asked).toEqual([
      [`https://api.playment.io/v1/projects/${project}/jobs/${job}`, KEY],
      [`https://proxy.example/projects/${project}/jobs/${job}`, null],
    ]);
  });

  it.each(["", "/", "//"])("a base URL may end with %j", async (end) => {
    await client({ baseUrl: `${vendor.baseUrl}${end}` }).job(project, job);
    expect(vendor.requests.at(-1)!.path).toBe(`/v1/projects/${project}/jobs/${job}`);
  });

  it("ids cannot redirect a request to another path", async () => {
    expect(await failure(client().job(project, "../../attachments?u=x#"))).toMatchObject({
      code: "PLAYMENT_REQUEST_INVALID",
    });
    expect(vendor.requests.at(-1)!.path).toBe(
      `/v1/projects/${project}/jobs/..%2F..%2Fattachments%3Fu%3Dx%23`,
    );
    for (const id of ["", ".", ".."]) {
      expect(await failure(client().job(id, job))).toMatchObject({ code: "OPTION_INVALID" });
    }
  });
});

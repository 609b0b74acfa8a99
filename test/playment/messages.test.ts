/** What the client's errors tell: the thing that failed, the reason, and what to do about it. */
import { describe, expect, it } from "vitest";
import type { LabelMapError } from "../../src/index.js";
import { type Job, PlaymentClient, type PlaymentClientOptions } from "../../src/playment/index.js";
import {
  client,
  job,
  KEY,
  png,
  project,
  retry,
  startVendorForEachTest,
  vendor,
} from "../support/playment-vendor.js";

startVendorForEachTest();

const failure = (call: Promise<unknown>): Promise<LabelMapError> =>
  call.then(
    () => expect.fail("the call succeeded"),
    (error) => error,
  );

const baseUrl = "https://api.vendor.example/v1";
const theJob = "job job-1 of project project-1";
const completed = { status: "completed", result: "https://private.example/result.json" };

/** A client whose vendor answers with the job, and whose attachments are what `attachment` returns. */
function answering(attachment: () => Response | string, data: Partial<Job> = completed) {
  return client({
    baseUrl,
    fetch: async () => Response.json({ success: true, data }),
    resolveAttachment: async () => attachment(),
  });
}

describe("an option", () => {
  it.each([
    [null, "the client's options: is null; give an object"],
    [{ apiKey: KEY, retry: 5 }, "retry: is a number; give an object"],
    [{ apiKey: KEY, retry: { limit: -1 } }, "limit must be"],
    [{ apiKey: KEY, retry: { minDelay: Number.NaN } }, "minDelay must be"],
    [{ apiKey: KEY, retry: { maxDelay: -1 } }, "maxDelay must be"],
    [{ apiKey: KEY, retry: { maxRetryAfter: -1 } }, "maxRetryAfter must be"],
    [{ apiKey: KEY, timeout: -1 }, "timeout must be a number of at least 0"],
    [{ apiKey: KEY, maxBytes: -1 }, "maxBytes must be"],
    [{ apiKey: KEY, maxJsonBytes: -1 }, "maxJsonBytes must be a number"],
    [{ apiKey: KEY, allowHttp: 1 }, "allowHttp must be"],
    [{ apiKey: KEY, baseUrl: "no URL" }, "baseUrl must have the form https://…"],
    [{ apiKey: KEY, allowPrivateHosts: 1 }, "allowPrivateHosts must be"],
  ])("that is invalid is named: %o", (options, message) => {
    expect(() => new PlaymentClient(options as PlaymentClientOptions)).toThrow(
      expect.objectContaining({ code: "OPTION_INVALID", message: expect.stringContaining(message) }),
    );
  });

  it("may be 0 wherever that has a meaning", () => {
    const zeros = { limit: 0, minDelay: 0, maxDelay: 0, maxRetryAfter: 0 };
    client({ retry: zeros, timeout: 0, downloadTimeout: 0, maxBytes: 0, maxJsonBytes: 0 });
  });

  it("of a call is named", async () => {
    const call = (options: object | null) => client().waitForJob(project, job, options as object);
    expect((await failure(call(null))).message).toContain("the call's options: is null");
    expect((await failure(call({ signal: 5 }))).message).toContain("signal: is a number");
    expect((await failure(call({ minInterval: 0 }))).message).toContain("minInterval must be");
    expect((await failure(call({ maxInterval: -1 }))).message).toContain("maxInterval must be");
    expect((await failure(client().mask(5 as never))).message).toContain("is a number; give a result");
  });

  it("signal may be null, as it is in a Request without one", async () => {
    expect(await client().job(project, job, { signal: null as never })).toMatchObject({ job_id: job });
  });
});

describe("the key may be sent without https", () => {
  it.each(["http://localhost:1", "http://127.0.0.1:1", "http://[::1]:1"])("to this machine, %s", (local) => {
    expect(new PlaymentClient({ apiKey: KEY, baseUrl: local })).toBeInstanceOf(PlaymentClient);
  });

  it("nowhere else, but a proxy of yours needs no key", () => {
    const other = "http://localhost.example:1";
    expect(() => new PlaymentClient({ apiKey: KEY, baseUrl: other })).toThrow("not https");
    expect(new PlaymentClient({ baseUrl: other })).toBeInstanceOf(PlaymentClient);
  });
});

describe("a message names what failed:", () => {
  it("a job", async () => {
    const fetch = async () => new Response(null, { status: 404 });
    expect((await failure(client({ baseUrl, fetch }).job(project, job))).message).toBe(
      `${theJob} (${baseUrl}/projects/project-1/jobs/job-1): HTTP status 404; check the ids`,
    );
  });

  it("a job whose vendor redirects, even without a body", async () => {
    const fetch = async () => new Response(null, { status: 302, headers: { location: "https://x.example" } });
    const error = await failure(client({ baseUrl, fetch }).job(project, job));
    expect(error).toMatchObject({ code: "PLAYMENT_RESPONSE_INVALID", status: 302, jobId: job });
    expect(error.message).toContain(`${theJob}: the vendor redirects`);
  });

  it("a result", async () => {
    const missing = answering(() => new Response(null, { status: 404 }));
    expect((await failure(missing.result(project, job))).message).toContain(`the result of ${theJob}: HTTP`);
    const page = answering(() => new Response("\n <html>"));
    const error = await failure(page.result(project, job));
    expect(error).toMatchObject({ code: "PLAYMENT_RESPONSE_INVALID", projectId: project, jobId: job });
    expect(error.message).toContain(`the result of ${theJob}: the answer is an HTML page`);
  });

  it("a job that is not completed, or has no result", async () => {
    const open = await failure(answering(() => "", { status: "in_progress" }).result(project, job));
    expect(open).toMatchObject({ code: "PLAYMENT_JOB_NOT_COMPLETED", projectId: project, jobId: job });
    expect(open.message).toContain(`${theJob}: its status is "in_progress"`);
    for (const result of [null, undefined, ""]) {
      const none = answering(() => "", { status: "completed", result } as Partial<Job>);
      const error = await failure(none.result(project, job));
      expect(error).toMatchObject({ code: "PLAYMENT_RESULT_MISSING", projectId: project, jobId: job });
      expect(error.message).toContain(theJob);
    }
  });

  it("a mask, of a job or alone", async () => {
    const gone = () => new Response(null, { status: 404 });
    const alone = await failure(answering(gone).mask("https://private.example/mask.png"));
    expect(alone.message).toMatch(/^the mask: HTTP status 404/);
    expect(alone).toMatchObject({ projectId: undefined, jobId: undefined });
    const answers = [
      () => Response.json({ legend: {}, url: "https://private.example/mask.png" }),
      () => new Response(null, { status: 404 }),
    ];
    const ofJob = await failure(answering(() => answers.shift()!()).download(project, job));
    expect(ofJob.message).toContain(`the mask of ${theJob}: HTTP status 404`);
    expect(ofJob).toMatchObject({ projectId: project, jobId: job });
  });

  it("a mask that is no PNG, with what it is", async () => {
    const told = async (text: string | Uint8Array<ArrayBuffer>) => {
      const error = await failure(answering(() => new Response(text)).mask("https://private.example/"));
      expect(error.code).toBe("PLAYMENT_NOT_PNG");
      return error.message;
    };
    expect(await told("\r\n <?xml?>")).toContain("the 10 bytes behind the URL are an HTML or XML page");
    expect(await told("a < b")).toContain("the 5 bytes behind the URL are not a PNG");
    expect(await told(" ")).toContain("are not a PNG");
    // A PNG that was damaged as text starts like one.
    expect(await told(png.map((byte) => (byte === 0x0d ? 0x0a : byte)))).toContain("are not a PNG");
  });

  it("a URL of the vendor that is none, without its text", async () => {
    const error = await failure(client().mask("ftp://storage.example/?SECRET"));
    expect(error).toMatchObject({ code: "PLAYMENT_RESPONSE_INVALID" });
    expect(error.message).toMatch(/^the mask: its URL does not have the form/);
  });

  it("a vendor that does not say where it redirects, or whose redirect a page cannot see", async () => {
    const answer = new Response(null, { status: 302 });
    const nowhere = await failure(client({ baseUrl, fetch: async () => answer }).mask("https://x.example/"));
    expect(nowhere).toMatchObject({ code: "PLAYMENT_RESPONSE_INVALID", status: 302 });
    expect(nowhere.message).toContain("does not say where");
    const opaque = Response.error();
    Object.defineProperty(opaque, "type", { value: "opaqueredirect" });
    const hidden = await failure(client({ baseUrl, fetch: async () => opaque }).mask("https://x.example/"));
    expect(hidden).toMatchObject({ code: "PLAYMENT_RESPONSE_INVALID", status: 0 });
    expect(hidden.message).toContain("give `resolveAttachment`");
  });

  it("a signed URL that was refused twice, without its signature", async () => {
    const signed = "https://storage.example/mask.png?SIGNED";
    for (const status of [400, 401, 403, 410]) {
      const options = { baseUrl, retry, resolveAttachment: async () => signed };
      const fetch = async () => new Response(null, { status });
      const error = await failure(client({ ...options, fetch }).mask("https://x.example/"));
      expect(error).toMatchObject({ code: "PLAYMENT_URL_EXPIRED", status });
      expect(error.message).toContain(
        "the mask (https://storage.example/mask.png): the signed URL was refused",
      );
      expect(error.message).not.toContain("SIGNED");
    }
  });

  it("a file to which a browser was led, if it is not there", async () => {
    const fetch = async (input: RequestInfo | URL) => {
      if (new Request(input).redirect === "follow") return new Response(null, { status: 404 });
      const opaque = Response.error();
      Object.defineProperty(opaque, "type", { value: "opaqueredirect" });
      return opaque;
    };
    const resolveAttachment = async () => "https://storage.example/mask.png?SIGNED";
    const error = await failure(client({ baseUrl, fetch, resolveAttachment }).mask("https://x.example/"));
    expect(error).toMatchObject({ code: "PLAYMENT_NOT_FOUND", status: 404 });
    expect(error.message).toMatch(/^the mask \(https:\/\/storage.example\/mask.png\): HTTP status 404/);
  });

  it("a download that stalls, or that has no body", async () => {
    const stalled = () => new Response(new ReadableStream({ start() {} }));
    const stalling = client({ baseUrl, retry: { limit: 0 }, timeout: 20, fetch: async () => stalled() });
    const error = await failure(stalling.job(project, job));
    expect(error).toMatchObject({ code: "PLAYMENT_TIMEOUT", jobId: job });
    expect(error.message).toContain("the download stalled; try a longer `timeout`");
    const empty = client({ baseUrl, fetch: async () => new Response(null) });
    expect((await failure(empty.job(project, job))).message).toContain("the answer is not JSON");
  });

  it("a host that cannot be reached, with the system's reason", async () => {
    const gone = client();
    await vendor.close();
    expect((await failure(gone.job(project, job))).message).toMatch(
      /cannot be reached \(ECONNREFUSED\); check/,
    );
    const refusing = (thrown: unknown) =>
      client({ baseUrl, retry: { limit: 0 }, fetch: () => Promise.reject(thrown) }).job(project, job);
    for (const thrown of [new TypeError("no"), new TypeError("no", { cause: { code: 5 } }), "no"]) {
      const error = await failure(refusing(thrown));
      expect(error).toMatchObject({ code: "PLAYMENT_NETWORK" });
      expect(error.message).toContain("cannot be reached; check");
    }
  });
});

describe("a message says what to do", () => {
  it.each([
    [401, "check the API key and which projects"],
    [403, "check the API key and which projects"],
    [404, "check the ids"],
    [429, "send fewer requests"],
    [499, "the server refused the request"],
    [500, "the server failed, try again later"],
  ])("after the status %i", async (status, advice) => {
    const fetch = async () => new Response(null, { status });
    const error = await failure(client({ baseUrl, fetch }).job(project, job));
    expect(error.message).toContain(`HTTP status ${status}; ${advice}`);
  });

  it.each([
    ["auth-failure", "the API key is wrong"],
    ["core.webutil.auther", "the API key has no access"],
    ["FS_0008", "run it again, or allow more retries"],
    ["FS_0007", "check that its file still exists"],
    ["GE_0001", "calls a parameter invalid; check the ids"],
    ["XY_0042", "ask its support if this lasts"],
  ])("after the vendor's code %s", async (code, advice) => {
    const fetch = async () => Response.json({ success: false, error: { code } });
    const error = await failure(client({ baseUrl, fetch }).job(project, job));
    expect(error.message).toContain(advice);
    expect(error.message).toMatch(new RegExp(`^${theJob}: .* \\(${code}\\)$`));
  });

  it("and has no brackets without a code", async () => {
    const fetch = async () => Response.json({ success: false });
    const error = await failure(client({ baseUrl, fetch }).job(project, job));
    expect(error).toMatchObject({ code: "PLAYMENT_API", vendorCode: undefined });
    expect(error.message).toMatch(/if this lasts$/);
  });

  it("for a body that ended early, with the bytes that came", async () => {
    const short = (headers: HeadersInit) =>
      failure(
        client({
          baseUrl,
          retry: { limit: 0 },
          fetch: async () =>
            new Response(
              new ReadableStream({
                start(controller) {
                  controller.enqueue(Uint8Array.of(32, 32, 32));
                },
                pull(controller) {
                  controller.error(new Error("reset"));
                },
              }),
              { headers },
            ),
        }).job(project, job),
      );
    expect((await short({})).message).toContain("the download ended after 3 bytes; try again");
    expect((await short({ "content-length": "9" })).message).toContain("after 3 of 9 bytes");
    // The length of the encoded bytes says nothing.
    const encoded = { "content-length": "9", "content-encoding": "gzip" };
    expect((await short(encoded)).message).toContain("after 3 bytes");
  });
});

describe("an answer that is no job is described", () => {
  it.each([
    ["[]", "the answer is an array, not an object"],
    ["{", "the answer is not JSON"],
    ["x < y", "the answer is not JSON"],
    ["  <p>", "the answer is an HTML page"],
    ["{}", "`data` is missing"],
    ['{"data":5}', "`data` is a number"],
    ['{"data":{}}', "`data.status` is missing"],
    ['{"data":{"status":"completed","result":5}}', "`data.result` is a number"],
    ['{"data":{"status":"completed","project_id":5}}', "`data.project_id` is a number"],
  ])("%s", async (text, message) => {
    const error = await failure(client({ baseUrl, fetch: async () => new Response(text) }).job(project, job));
    expect(error).toMatchObject({ code: "PLAYMENT_RESPONSE_INVALID", projectId: project, jobId: job });
    expect(error.message).toContain(`${theJob}: ${message}; is \`baseUrl\` the vendor's API?`);
  });
});

/**
 * The vendor answers every failure with HTTP 400. The code in the body decides what the client does. After each test: no
 * message has the key, although the vendor's text quotes it.
 */
import { inspect } from "node:util";
import { describe, expect, it, vi } from "vitest";
import { type LabelMapError, PlaymentError } from "../../src/index.js";
import { vendorCodeOf } from "../../src/playment/vendor-failure.js";
import {
  client,
  expected,
  job,
  KEY,
  project,
  startVendorForEachTest,
  vendor,
} from "../support/playment-vendor.js";

startVendorForEachTest();

const ALWAYS = Number.POSITIVE_INFINITY;

async function failure(call: Promise<unknown>): Promise<LabelMapError> {
  const error = await call.then(
    () => expect.fail("the call succeeded"),
    (reason) => reason,
  );
  expect(error).toBeInstanceOf(PlaymentError);
  expect(inspect(error, { depth: 9, showHidden: true })).not.toContain(KEY);
  return error;
}

const fail = (failureCode: string, times = ALWAYS, failureStatus = 400) =>
  Object.assign(vendor.faults, { apiFailure: times, failureCode, failureStatus });

describe("the code of a failure decides, whatever the status", () => {
  const codes: [vendorCode: string, code: string, requests: number][] = [
    ["auth-failure", "PLAYMENT_UNAUTHORISED", 1],
    ["core.webutil.token_auth", "PLAYMENT_UNAUTHORISED", 1],
    ["unauthorized", "PLAYMENT_UNAUTHORISED", 1],
    ["core.webutil.auther", "PLAYMENT_UNAUTHORISED", 1],
    ["FS_0000", "PLAYMENT_BUSY", 3],
    ["FS_0008", "PLAYMENT_BUSY", 3],
    ["api_error", "PLAYMENT_BUSY", 3],
    ["FS_0007", "PLAYMENT_API", 3],
    ["GE_0001", "PLAYMENT_REQUEST_INVALID", 1],
    ["invalid_request_error", "PLAYMENT_REQUEST_INVALID", 1],
    ["XY_0042", "PLAYMENT_API", 1],
    ["constructor", "PLAYMENT_API", 1],
  ];
  const statuses = [200, 400];
  const cases = codes.flatMap((row) => statuses.map((status) => [...row, status] as const));
  it.each(cases)("%s is %s after %i requests, with status %i", async (vendorCode, code, requests, status) => {
    fail(vendorCode, ALWAYS, status);
    const error = await failure(client().job(project, job));
    expect(error).toMatchObject({ code, vendorCode, jobId: job });
    expect(error.message).toContain(`(${vendorCode})`);
    expect(vendor.requests).toHaveLength(requests);
  });

  it.each([
    ["auth-failure", 500, "PLAYMENT_UNAUTHORISED", 1],
    ["GE_0001", 429, "PLAYMENT_REQUEST_INVALID", 1],
    ["FS_0000", 404, "PLAYMENT_BUSY", 3],
    ["api_error", 401, "PLAYMENT_BUSY", 3],
  ])("%s with status %i is %s", async (vendorCode, status, code, requests) => {
    fail(vendorCode, ALWAYS, status);
    expect(await failure(client().job(project, job))).toMatchObject({ code, status, vendorCode });
    expect(vendor.requests).toHaveLength(requests);
  });

  it.each([
    [404, "PLAYMENT_NOT_FOUND", 1],
    [403, "PLAYMENT_UNAUTHORISED", 1],
    [429, "PLAYMENT_RATE_LIMITED", 3],
    [503, "PLAYMENT_HTTP", 3],
    [500, "PLAYMENT_HTTP", 3],
    [499, "PLAYMENT_API", 1],
    [422, "PLAYMENT_API", 1],
  ])("with an unknown code, the status %i is %s", async (status, code, requests) => {
    fail("XY_0042", ALWAYS, status);
    const error = await failure(client().job(project, job));
    expect(error).toMatchObject({ code, status, vendorCode: "XY_0042" });
    expect(error.message).toContain("(XY_0042)");
    expect(vendor.requests).toHaveLength(requests);
  });

  it.each([400, 599])("is read from the body up to the last status that HTTP has: %i", async (status) => {
    fail("GE_0001", ALWAYS, status);
    const error = await failure(client().job(project, job));
    expect(error).toMatchObject({ code: "PLAYMENT_REQUEST_INVALID", status, vendorCode: "GE_0001" });
  });

  it("is not looked for behind a status that HTTP does not have, which some firewalls send", async () => {
    const response = Response.json({ success: false, error: { code: "GE_0001" } });
    Object.defineProperties(response, { status: { value: 999 }, ok: { value: false } });
    const error = await failure(client({ fetch: async () => response }).job(project, job));
    expect(error).toMatchObject({ code: "PLAYMENT_HTTP", status: 999, vendorCode: undefined });
  });

  it.each(["FS_0000", "FS_0007", "FS_0008", "api_error"])(
    "after %s the call still succeeds, for jobs and attachments, with 200 and 400",
    async (code) => {
      for (const status of [200, 400]) {
        fail(code, 2, status);
        expect((await client().labelMap(project, job)).width).toBe(expected.width);
        fail(code, 0);
        vendor.faults.attachmentFailure = 2;
        expect((await client().labelMap(project, job)).width).toBe(expected.width);
        expect([vendor.faults.apiFailure, vendor.faults.attachmentFailure]).toEqual([0, 0]);
      }
    },
  );

  it("FS_0000 waits as long as Retry-After says", async () => {
    fail("FS_0000", 1).retryAfter = "1";
    const { calls } = vi.spyOn(globalThis, "setTimeout").mock;
    await client().job(project, job);
    expect(calls.map(([, milliseconds]) => milliseconds)).toContain(1000);
  });

  it("FS_0000 ends waiting for a job only after all retries", async () => {
    fail("FS_0000", 2);
    expect(await client().waitForJob(project, job)).toMatchObject({ status: "completed" });
  });

  it.each(["auth-failure", "GE_0001"])("%s for an attachment is no expired signature", async (code) => {
    Object.assign(vendor.faults, { attachmentFailure: ALWAYS, failureCode: code });
    expect(await failure(client().labelMap(project, job))).toMatchObject({ vendorCode: code });
    // Job, attachment.
    expect(vendor.requests).toHaveLength(2);
  });

  it("the caller's resolver may pass the vendor's answer on", async () => {
    let asked = 0;
    const resolveAttachment = async () => {
      asked++;
      return Response.json({ success: false, error: { code: "auth-failure" } }, { status: 400 });
    };
    const call = client({ resolveAttachment }).mask("https://x.example/mask.png");
    expect(await failure(call)).toMatchObject({ code: "PLAYMENT_UNAUTHORISED", status: 400 });
    expect(asked).toBe(1);
  });

  it.each([
    ["an HTML page", "<html>auth-failure"],
    ["other JSON", '["auth-failure"]'],
    ["nothing", ""],
    ["a body without end", "{".repeat(70_000)],
  ])("a status of 400 with %s stays PLAYMENT_HTTP", async (_, body) => {
    const fetch = async () => new Response(body, { status: 400 });
    expect(await failure(client({ fetch }).job(project, job))).toMatchObject({
      code: "PLAYMENT_HTTP",
      vendorCode: undefined,
    });
  });

  it("a failure whose body does not end is read up to 64 KiB", async () => {
    let pieces = 0;
    const pull = (controller: ReadableStreamDefaultController) => {
      if (pieces++ < 1000) controller.enqueue(new Uint8Array(1024).fill(32));
      else controller.close();
    };
    const cancel = vi.fn();
    const body = new ReadableStream({ pull, cancel }, { highWaterMark: 0 });
    const fetch = async () => new Response(body, { status: 400 });
    expect((await failure(client({ fetch }).job(project, job))).code).toBe("PLAYMENT_HTTP");
    expect(pieces).toBe(65);
    expect(cancel).toHaveBeenCalledTimes(1);
  });

  it("a failure whose body stalls ends when the call is aborted, with the signal's reason", async () => {
    const reason = new Error("enough");
    const answer = () => new Response(new ReadableStream({ start() {} }), { status: 404 });
    const stop = new AbortController();
    let asked = 0;
    const later = async () => {
      asked++;
      setImmediate(() => setImmediate(() => stop.abort(reason)));
      return answer();
    };
    // A time-out that outlasts the test.
    const call = client({ resolveAttachment: later, timeout: 1e6 }).mask("https://x.example/mask.png", {
      signal: stop.signal,
    });
    await expect(call).rejects.toBe(reason);
    expect(asked).toBe(1);
  });

  it("the storage has no codes: its refusal is an expired signature, whatever its body says", async () => {
    const fetch = async () =>
      Response.json({ success: false, error: { code: "auth-failure" } }, { status: 403 });
    const resolveAttachment = async () => "https://storage.example/mask.png";
    const call = client({ fetch, resolveAttachment }).mask("https://x.example/mask.png");
    expect(await failure(call)).toMatchObject({ code: "PLAYMENT_URL_EXPIRED", vendorCode: undefined });
  });

  it("a failure whose body stalls ends at the time-out", async () => {
    const fetch = async () => new Response(new ReadableStream({ start() {} }), { status: 400 });
    const call = client({ fetch, timeout: 20 }).job(project, job);
    expect((await failure(call)).code).toBe("PLAYMENT_TIMEOUT");
    const resolveAttachment = async () => new Response(new ReadableStream({ start() {} }), { status: 404 });
    const mask = client({ resolveAttachment, timeout: 20 }).mask("https://x.example/mask.png");
    expect(await failure(mask)).toMatchObject({ code: "PLAYMENT_NOT_FOUND", status: 404 });
  });
});

describe("a message quotes the vendor's code only if it is surely one", () => {
  it.each(["FS_0000", "core.webutil.auther", "auth-failure", "E42", "invalid_request_error"])(
    "%s",
    (code) => {
      expect(vendorCodeOf({ success: false, error: { code } })).toBe(code);
      expect(vendorCodeOf({ code })).toBe(code);
      expect(vendorCodeOf({ error: code })).toBe(code);
    },
  );

  it.each([
    KEY,
    "3f3e8675-ca69-46d7-aa34-96f90fcbb732",
    "AKIAIOSFODNN7EXAMPLE",
    "a".repeat(41),
    `${"a".repeat(20)}_${"b".repeat(20)}`,
    "two words",
    "FS_0000\n",
    "\u001b[31mred",
    "https://evil.example/",
    "x?signature=1",
    "",
    "a1b2c3",
    5,
    null,
    ["FS_0000"],
  ])("not %j", (code) => {
    expect(vendorCodeOf({ success: false, error: { code } })).toBe("");
    expect(vendorCodeOf({ error: { code } })).toBeUndefined();
  });
});

/**
 * A batch's jobs, page by page, from a vendor on loopback that makes every mistake with its pages. After each failure: no
 * message has the key or a page token.
 */
import { inspect } from "node:util";
import { afterEach, describe, expect, it, vi } from "vitest";
import { type ServedJob, startVendorServer } from "../../cli/src/sample-server/index.js";
import { type LabelMapError, PlaymentError } from "../../src/index.js";
import { type BatchJob, PlaymentClient, type PlaymentClientOptions } from "../../src/playment/index.js";

const KEY = "secret-key-1234567890";
const [project, batch] = ["project-1", "batch-1"];
const retry = { limit: 2, minDelay: 1, maxDelay: 5 };

type Vendor = Awaited<ReturnType<typeof startVendorServer>>;
let vendor: Vendor;
afterEach(async () => {
  await vendor?.close();
  expect(vendor?.violations ?? []).toEqual([]);
});

const idOf = (place: number) => `job-${place}`;
const idsTo = (count: number) => Array.from({ length: count }, (_, place) => idOf(place));
async function serve(
  count: number,
  pageSize?: number,
  change: (place: number) => Partial<ServedJob> = () => ({}),
) {
  const jobs = Array.from({ length: count }, (_, place) => {
    const ids = { projectId: project, jobId: idOf(place), batchId: batch };
    return { ...ids, result: {}, mask: new Uint8Array(1), ...change(place) };
  });
  vendor = await startVendorServer({ jobs, apiKey: KEY, ...(pageSize && { pageSize }) });
}
const client = (options: Partial<PlaymentClientOptions> = {}) =>
  new PlaymentClient({ apiKey: KEY, baseUrl: vendor.baseUrl, retry, timeout: 5000, ...options });
const pagesRead = () =>
  vendor.requests.filter(({ path }) => path === `/v1/projects/${project}/batch/${batch}`).length;
async function list(from = client(), options: { signal?: AbortSignal } = {}) {
  const jobs: BatchJob[] = [];
  for await (const job of from.jobs(project, batch, options)) jobs.push(job);
  return jobs;
}
const listIds = async (from?: PlaymentClient) => (await list(from)).map(({ id }) => id);
async function failure(call: Promise<unknown>): Promise<LabelMapError> {
  const error = await call.then(
    () => expect.fail("the call succeeded"),
    (reason) => reason,
  );
  const text = inspect(error, { depth: 9, showHidden: true });
  expect(text).not.toContain(KEY);
  expect(text).not.toContain("page_token=");
  return error;
}

/** A client whose answers are these pages, one after the other. The last one is repeated. */
function clientOf(...pages: unknown[]) {
  const asked: URL[] = [];
  const answer = async (request: Request) => {
    asked.push(new URL(request.url));
    const data = pages[Math.min(asked.length, pages.length) - 1];
    return Response.json({ success: true, data });
  };
  const options = { apiKey: KEY, baseUrl: "http://127.0.0.1:1/v1", retry };
  const fake = new PlaymentClient({ ...options, fetch: (input, init) => answer(new Request(input, init)) });
  return { fake, asked };
}
const jobNamed = (id: string, status = "completed") => ({ id, status });

describe("the jobs of a batch", () => {
  it.each([
    [1, 1],
    [100, 1],
    [101, 2],
    [200, 2],
    [250, 3],
  ])("%i of them are listed in order, with %i requests", async (count, pages) => {
    await serve(count);
    expect(await listIds()).toEqual(idsTo(count));
    expect(pagesRead()).toBe(pages);
  });

  it("have the vendor's fields, whatever their status", async () => {
    await serve(3, 2, (place) => ({ status: ["completed", "in_progress", "created"][place]! }));
    expect(await list()).toEqual([
      { id: "job-0", reference_id: "001", status: "completed" },
      { id: "job-1", reference_id: "001", status: "in_progress" },
      { id: "job-2", reference_id: "001", status: "created" },
    ]);
  });

  it("are requested page by page, only when they are asked for", async () => {
    await serve(6, 2);
    const jobs = client().jobs(project, batch);
    expect(vendor.requests).toHaveLength(0);
    const read: [string, number][] = [];
    for await (const { id } of jobs) {
      read.push([id, pagesRead()]);
      if (id === "job-2") break;
    }
    expect(read).toEqual([
      ["job-0", 1],
      ["job-1", 1],
      ["job-2", 2],
    ]);
    expect(pagesRead()).toBe(2);
  });

  it("are asked for with the key, and with the token only from the second page on", async () => {
    const { fake, asked } = clientOf(
      { jobs: [jobNamed("a")], next_page_token: "t/1 &x=1" },
      { jobs: [jobNamed("b")], next_page_token: "" },
    );
    expect(await listIds(fake)).toEqual(["a", "b"]);
    expect(asked.map(({ pathname }) => pathname)).toEqual(
      Array(2).fill("/v1/projects/project-1/batch/batch-1"),
    );
    expect(asked.map(({ searchParams }) => [...searchParams])).toEqual([[], [["page_token", "t/1 &x=1"]]]);
  });

  it("may be none", async () => {
    expect(await listIds(clientOf({ jobs: [] }).fake)).toEqual([]);
    expect(await listIds(clientOf({ jobs: [], next_page_token: null }).fake)).toEqual([]);
  });

  it("survive faults in the middle of the list", async () => {
    await serve(6, 2);
    const ids: string[] = [];
    for await (const { id } of client().jobs(project, batch)) {
      ids.push(id);
      if (id === "job-1") Object.assign(vendor.faults, { serverError: 1, reset: 1 });
      if (id === "job-3") Object.assign(vendor.faults, { apiFailure: 2, failureCode: "FS_0000" });
    }
    expect(ids).toEqual(idsTo(6));
    expect(pagesRead()).toBe(3 + 2 + 2);
  });

  it.each([
    [{ apiFailure: 9, failureCode: "auth-failure" }, "PLAYMENT_UNAUTHORISED", 1],
    [{ apiFailure: 9, failureCode: "unauthorized" }, "PLAYMENT_UNAUTHORISED", 1],
    [{ apiFailure: 9, failureCode: "GE_0001" }, "PLAYMENT_REQUEST_INVALID", 1],
    [{ apiFailure: 9, failureCode: "FS_0008" }, "PLAYMENT_BUSY", 3],
    [{ apiFailure: 9, failureCode: "api_error", failureStatus: 200 }, "PLAYMENT_BUSY", 3],
    [{ rateLimit: 9 }, "PLAYMENT_RATE_LIMITED", 3],
    [{ serverError: 9 }, "PLAYMENT_HTTP", 3],
    [{ html: 9 }, "PLAYMENT_RESPONSE_INVALID", 1],
    [{ jobRedirect: 9 }, "PLAYMENT_RESPONSE_INVALID", 1],
    [{ echoCode: 9 }, "PLAYMENT_API", 1],
  ])("end with an error for %o on the second page", async (faults, code, requests) => {
    await serve(4, 2);
    const jobs = client().jobs(project, batch);
    expect([(await jobs.next()).value?.id, (await jobs.next()).value?.id]).toEqual(idsTo(2));
    Object.assign(vendor.faults, faults);
    const error = await failure(jobs.next());
    expect(error).toBeInstanceOf(PlaymentError);
    expect(error).toMatchObject({ code, projectId: project, batchId: batch });
    expect(error.message).toMatch(/^page 2 of batch batch-1 of project project-1\b/);
    expect(pagesRead()).toBe(1 + requests);
    expect(await jobs.next()).toEqual({ done: true, value: undefined });
  });

  it("end with an error if the vendor does not answer in time", async () => {
    await serve(1);
    vendor.faults.slow = 9;
    const slow = client({ timeout: 1000, retry: { ...retry, limit: 1 } });
    expect(await failure(list(slow))).toMatchObject({ code: "PLAYMENT_TIMEOUT", batchId: batch });
    expect(pagesRead()).toBe(2);
  });

  it("of an unknown batch are an error that says to check the ids", async () => {
    await serve(1);
    const error = await failure(client().jobs(project, "other").next());
    expect(error).toMatchObject({
      code: "PLAYMENT_REQUEST_INVALID",
      vendorCode: "GE_0001",
      batchId: "other",
    });
    expect(error.message).toContain("check the ids");
  });
});

describe("a list that changes while it is read", () => {
  it("has a job once that is on two pages", async () => {
    await serve(6, 2);
    vendor.faults.duplicateJob = 2;
    expect(await listIds()).toEqual(idsTo(6));
    expect(vendor.faults.duplicateJob).toBe(0);
  });

  it("takes a job as it is listed first", async () => {
    const { fake } = clientOf(
      { jobs: [jobNamed("a", "in_progress"), jobNamed("b")], next_page_token: "t" },
      { jobs: [jobNamed("a", "completed"), jobNamed("b"), jobNamed("b")] },
    );
    expect(await list(fake)).toEqual([jobNamed("a", "in_progress"), jobNamed("b")]);
  });

  it("may have a job that is gone when it is asked for, and no other is missed", async () => {
    await serve(6, 2);
    vendor.faults.vanishedJob = 1;
    expect(await listIds()).toEqual(idsTo(6));
    expect(await failure(client().job(project, "job-1"))).toMatchObject({ code: "PLAYMENT_REQUEST_INVALID" });
    expect(await listIds()).toEqual(idsTo(6).filter((id) => id !== "job-1"));
  });
});

describe("a wrong page token", () => {
  it("that the vendor gave is an error that says to list the batch again", async () => {
    await serve(4, 2);
    vendor.faults.wrongPageToken = 1;
    const error = await failure(list());
    expect(error).toMatchObject({
      code: "PLAYMENT_REQUEST_INVALID",
      vendorCode: "invalid_request_error",
      status: 400,
      projectId: project,
      batchId: batch,
    });
    expect(error.message).toBe(
      "batch batch-1 of project project-1: the vendor refuses the page token that it gave itself; list the batch again (invalid_request_error)",
    );
    expect(pagesRead()).toBe(2);
    expect(await listIds()).toEqual(idsTo(4));
  });

  it("on the first page, where no token was sent, says to check the ids", async () => {
    await serve(1);
    Object.assign(vendor.faults, { apiFailure: 1, failureCode: "invalid_request_error" });
    expect((await failure(list())).message).toContain("check the ids");
  });

  it("that repeats a page once does no harm", async () => {
    await serve(4, 2);
    vendor.faults.repeatedPageToken = 1;
    expect(await listIds()).toEqual(idsTo(4));
    expect(pagesRead()).toBe(3);
  });

  it("that repeats a page for ever is an error", async () => {
    await serve(4, 2);
    vendor.faults.repeatedPageToken = Number.POSITIVE_INFINITY;
    const error = await failure(list());
    expect(error).toMatchObject({ code: "PLAYMENT_RESPONSE_INVALID", batchId: batch });
    expect(error.message).toContain("page 2 has the page token of an earlier page");
    expect(pagesRead()).toBe(2);
  });

  it("that is always new, without a new job, is an error after ten pages", async () => {
    let token = 0;
    const page = {
      jobs: [jobNamed("a")],
      get next_page_token() {
        return `t${token++}`;
      },
    };
    const { fake, asked } = clientOf(page);
    const error = await failure(list(fake));
    expect(error).toMatchObject({ code: "PLAYMENT_RESPONSE_INVALID", batchId: batch });
    expect(error.message).toContain("10 pages in a row have no new job");
    expect(asked).toHaveLength(11);
  });

  it("after nine pages without a new job still leads on", async () => {
    const empty = Array.from({ length: 9 }, (_, place) => ({ jobs: [], next_page_token: `t${place}` }));
    const turn = { jobs: [jobNamed("a")], next_page_token: "turn" };
    const more = Array.from({ length: 9 }, (_, place) => ({ jobs: [], next_page_token: `u${place}` }));
    const { fake } = clientOf(...empty, turn, ...more, { jobs: [jobNamed("b")] });
    expect(await listIds(fake)).toEqual(["a", "b"]);
  });
});

describe("an answer that is no page", () => {
  const good = { jobs: [] };
  it.each([
    [null, "`data` is null"],
    [[], "`data` is an array"],
    [{}, "`data.jobs` is missing"],
    [{ jobs: {} }, "`data.jobs` is an object"],
    [{ jobs: [null] }, "`data.jobs[0]` is null"],
    [{ jobs: [jobNamed("a"), { status: "completed" }] }, "`data.jobs[1].id` is missing"],
    [{ jobs: [{ id: 5, status: "completed" }] }, "`data.jobs[0].id` is a number"],
    [{ jobs: [{ id: "a" }] }, "`data.jobs[0].status` is missing"],
    [{ ...good, next_page_token: 5 }, "`data.next_page_token` is a number"],
    [{ ...good, id: 5 }, "`data.id` is a number"],
    [{ ...good, id: "batch-2" }, "`data.id` is the id of another batch"],
    [{ ...good, project_id: "project-2" }, "`data.project_id` is the id of another project"],
  ])("%o is refused: %s", async (data, told) => {
    const { fake, asked } = clientOf(data);
    const error = await failure(list(fake));
    expect(error).toMatchObject({ code: "PLAYMENT_RESPONSE_INVALID", batchId: batch });
    expect(error.message).toContain(`page 1 of batch batch-1 of project project-1: ${told}`);
    expect(asked).toHaveLength(1);
  });

  it("may spell a UUID in capitals", async () => {
    const uuid = "468b6ae3-e98d-4d08-9427-b6e7a016054c";
    const { fake } = clientOf({ id: uuid.toUpperCase(), jobs: [jobNamed("a")] });
    expect((await fake.jobs(project, uuid).next()).value).toEqual(jobNamed("a"));
  });

  it("larger than maxJsonBytes is refused", async () => {
    await serve(50);
    expect(await failure(list(client({ maxJsonBytes: 1000 })))).toMatchObject({ code: "PLAYMENT_TOO_LARGE" });
  });

  it("that has the key as a status does not make callers print the key", async () => {
    const { fake } = clientOf({ jobs: [jobNamed("a", `state ${KEY}`)] });
    expect(await list(fake)).toEqual([jobNamed("a", "state [API key]")]);
  });
});

describe("the call", () => {
  it("is checked before anything is requested", async () => {
    await serve(1);
    for (const [id, options] of [
      ["..", {}],
      ["", {}],
      [5, {}],
      [batch, null],
      [batch, { signal: 5 }],
    ] as const) {
      const jobs = client().jobs(project, id as string, options as never);
      expect(await failure(jobs.next())).toMatchObject({ code: "OPTION_INVALID" });
    }
    expect(vendor.requests).toHaveLength(0);
  });

  it("ends with the signal's reason: before it, during a request, and between two jobs", async () => {
    await serve(4, 2);
    const reason = new Error("enough");
    expect(await failure(list(client(), { signal: AbortSignal.abort(reason) }))).toBe(reason);
    expect(vendor.requests).toHaveLength(0);

    const between = new AbortController();
    const jobs = client().jobs(project, batch, { signal: between.signal });
    expect((await jobs.next()).value?.id).toBe("job-0");
    between.abort(reason);
    expect(await failure(jobs.next())).toBe(reason);
    expect(pagesRead()).toBe(1);

    vendor.faults.slow = 1;
    const during = new AbortController();
    const call = list(client(), { signal: during.signal });
    await vi.waitFor(() => expect(pagesRead()).toBe(2));
    during.abort(reason);
    expect(await failure(call)).toBe(reason);
  });
});

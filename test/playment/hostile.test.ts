/** A vendor or storage that sends for ever, sends too much, or leads elsewhere. */
import { inspect } from "node:util";
import { gzipSync } from "node:zlib";
import { describe, expect, it, vi } from "vitest";
import { type LabelMapError, PlaymentError } from "../../src/index.js";
import { isPrivateHost } from "../../src/playment/storage.js";
import {
  client,
  expected,
  job,
  KEY,
  png,
  project,
  result,
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
  const told = inspect(error, { depth: 9, showHidden: true });
  for (const secret of [KEY, "signature=", "?url=", "SIGNED"]) expect(told).not.toContain(secret);
  return error;
}
const requestsTo = (origin: string) => vendor.requests.filter((request) => request.origin === origin).length;

/** The client's clock: each look at it is so many milliseconds later than the look before. */
function everyLookTakes(milliseconds: number): void {
  let now = 0;
  vi.spyOn(performance, "now").mockImplementation(() => {
    now += milliseconds;
    return now;
  });
}

describe("a body that never ends", () => {
  it("throws PLAYMENT_TOO_SLOW if it goes on for longer than downloadTimeout, and is not repeated", async () => {
    vendor.faults.trickle = ALWAYS;
    everyLookTakes(100);
    const error = await failure(client({ downloadTimeout: 900 }).labelMap(project, job));
    expect(error).toMatchObject({ code: "PLAYMENT_TOO_SLOW", jobId: job });
    expect(error.message).toContain("downloadTimeout");
    // The result, and one try of the mask.
    expect(requestsTo("storage")).toBe(2);
  });

  /** A body of spaces without end, each a piece of its own. */
  const trickle = () => {
    const pull = (controller: ReadableStreamDefaultController) => controller.enqueue(Uint8Array.of(32));
    return new Response(new ReadableStream({ pull }, { highWaterMark: 0 }));
  };

  it("is given up after half an hour by default", async () => {
    everyLookTakes(1_000_000);
    const call = client({ resolveAttachment: async () => trickle() }).mask(
      "https://private.example/mask.png",
    );
    const error = await failure(call);
    expect(error).toMatchObject({ code: "PLAYMENT_TOO_SLOW" });
    expect(error.message).toContain("only 2 bytes came in 1800000 milliseconds");
  });

  it.each(["a job", "a result"])("is given up for %s too", async (what) => {
    everyLookTakes(100);
    const options = { downloadTimeout: 900 };
    const call =
      what === "a job"
        ? client({ ...options, fetch: async () => trickle() }).job(project, job)
        : client({ ...options, resolveAttachment: async () => trickle() }).result(project, job);
    const error = await failure(call);
    expect(error).toMatchObject({ code: "PLAYMENT_TOO_SLOW" });
    // The first after more than 900 milliseconds.
    expect(error.message).toContain("only 10 bytes came in 900 milliseconds");
  });

  it("is no fault of a body that arrives in many pieces in time", async () => {
    vendor.faults.inPieces = 1;
    everyLookTakes(100);
    const map = await client({ downloadTimeout: 1_000_000 }).labelMap(project, job);
    expect(map.width).toBe(expected.width);
  });

  it.each([-1, Number.NaN, "long"])("a downloadTimeout of %j is refused", (downloadTimeout) => {
    expect(() => client({ downloadTimeout: downloadTimeout as number })).toThrow(
      expect.objectContaining({
        code: "OPTION_INVALID",
        message: expect.stringContaining("downloadTimeout"),
      }),
    );
  });
});

describe("JSON that is too large", () => {
  /** `count` MiB of spaces, which a server may send in a thousandth of the bytes. */
  const spaces = (count: number) => {
    const mebibyte = new Uint8Array(2 ** 20).fill(32);
    let sent = 0;
    const pull = (controller: ReadableStreamDefaultController) => {
      if (sent++ < count) controller.enqueue(mebibyte);
      else controller.close();
    };
    return { response: new Response(new ReadableStream({ pull }, { highWaterMark: 0 })), sent: () => sent };
  };

  it("is given up after 32 MiB, for a job", async () => {
    const { response, sent } = spaces(600);
    const error = await failure(client({ fetch: async () => response }).job(project, job));
    expect(error).toMatchObject({ code: "PLAYMENT_TOO_LARGE" });
    expect(error.message).toContain("more than 33554432 bytes; raise `maxJsonBytes`");
    expect(sent()).toBe(33);
  });

  it("is given up after 32 MiB, for a result", async () => {
    const { response, sent } = spaces(600);
    const call = client({ resolveAttachment: async () => response }).result(project, job);
    expect(await failure(call)).toMatchObject({ code: "PLAYMENT_TOO_LARGE" });
    expect(sent()).toBe(33);
  });

  it("is counted after it is unpacked", async () => {
    const packed = gzipSync(new Uint8Array(2 ** 22).fill(32));
    const { createServer } = await import("node:http");
    const server = createServer((_, response) => {
      response.writeHead(200, { "content-encoding": "gzip", "content-length": packed.length }).end(packed);
    });
    await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
    const { port } = server.address() as { port: number };
    const call = client({ baseUrl: `http://127.0.0.1:${port}`, maxJsonBytes: 2 ** 20 }).job(project, job);
    expect(await failure(call)).toMatchObject({ code: "PLAYMENT_TOO_LARGE" });
    server.closeAllConnections();
    server.close();
  });

  it("does not limit masks, and maxBytes still limits JSON", async () => {
    const bytes = JSON.stringify(result).length + 1000;
    expect(bytes).toBeLessThan(png.length);
    const map = await client({ maxJsonBytes: bytes }).labelMap(project, job);
    expect(map.width).toBe(expected.width);
    const error = await failure(client({ maxBytes: 20 }).job(project, job));
    expect(error.message).toContain("more than 20 bytes; raise `maxBytes`");
  });

  it.each([-1, 2 ** 28 + 1, Number.NaN])("a maxJsonBytes of %d is refused", (maxJsonBytes) => {
    expect(() => client({ maxJsonBytes })).toThrow(
      expect.objectContaining({ code: "OPTION_INVALID", message: expect.stringContaining("maxJsonBytes") }),
    );
    client({ maxJsonBytes: 2 ** 28 });
  });
});

describe("a job", () => {
  it("that answers with another id is refused", async () => {
    vendor.faults.otherJob = ALWAYS;
    const error = await failure(client().labelMap(project, job));
    expect(error).toMatchObject({ code: "PLAYMENT_RESPONSE_INVALID", jobId: job });
    expect(error.message).toContain("`data.job_id` is the id of another job");
    expect(requestsTo("storage")).toBe(0);
    for (const call of [client().job(project, job), client().waitForJob(project, job)]) {
      expect(await failure(call)).toMatchObject({ code: "PLAYMENT_RESPONSE_INVALID" });
    }
  });

  const uuid = "3f3e8675-ca69-46d7-aa34-96f90fcbb732";
  const answering = (data: object) =>
    client({ fetch: async () => Response.json({ success: true, data: { status: "completed", ...data } }) });

  it.each([
    [{ job_id: uuid, project_id: "project-2" }, "`data.project_id` is the id of another project"],
    [{ job_id: 5 }, "`data.job_id` is a number"],
    [{ job_id: "" }, "`data.job_id` is the id of another job"],
    [{ job_id: uuid.replace("3", "4") }, "`data.job_id` is the id of another job"],
    [{ job_id: `${uuid}0` }, "`data.job_id` is the id of another job"],
  ] as const)("that answers %j is refused", async (data, message) => {
    const error = await failure(answering(data).job(project, uuid));
    expect(error).toMatchObject({ code: "PLAYMENT_RESPONSE_INVALID" });
    expect(error.message).toContain(message);
  });

  it("may spell its UUID with capitals, but other ids differ by case", async () => {
    const told = { job_id: uuid.toUpperCase(), project_id: project };
    expect(await answering(told).job(project, uuid)).toMatchObject(told);
    for (const id of [job, `job-${uuid}`, `${uuid}-job`]) {
      const error = await failure(answering({ job_id: id.toUpperCase() }).job(project, id));
      expect(error).toMatchObject({ code: "PLAYMENT_RESPONSE_INVALID" });
    }
  });

  it("that does not tell its ids has the ids that were asked for", async () => {
    expect(await answering({}).job(project, job)).toEqual({
      ...{ status: "completed", job_id: job, project_id: project },
    });
  });
});

describe("an answer of a proxy, instead of an attachment", () => {
  const failed = { success: false, error: { code: "FS_0007" } };
  /** The client's error if the attachment is this text, from the caller's resolver or from the storage. */
  const told = (text: string, from: "resolver" | "storage" = "resolver") => {
    const fetch = async (input: RequestInfo | URL) =>
      new URL(new Request(input).url).host === "storage.example"
        ? new Response(text)
        : Response.json({ success: true, data: { status: "completed", result: "https://private.example/" } });
    const resolveAttachment = async () =>
      from === "resolver" ? new Response(text) : "https://storage.example/";
    const options = { baseUrl: "https://api.vendor.example", retry: { limit: 0 }, fetch, resolveAttachment };
    return failure(client(options).result(project, job));
  };
  const api = { code: "PLAYMENT_API", vendorCode: "FS_0007", jobId: job };

  it("is the vendor's failure if it says so, with spaces or without", async () => {
    expect(await told(JSON.stringify(failed))).toMatchObject(api);
    expect(await told(` \n ${JSON.stringify(failed)}`)).toMatchObject(api);
  });

  it("is a result if it has a legend or comes from the storage, and is judged as one", async () => {
    expect(await told(JSON.stringify({ ...failed, legend: 5 }))).toMatchObject({ name: "LegendError" });
    expect(await told(JSON.stringify(failed), "storage")).toMatchObject({ name: "ResultError" });
    expect(await told("{ not JSON")).toMatchObject({ code: "PLAYMENT_RESPONSE_INVALID" });
    expect(await told(`x ${JSON.stringify(failed)}`)).toMatchObject({ code: "PLAYMENT_RESPONSE_INVALID" });
  });

  it("is looked through for a failure up to 64 KiB", async () => {
    const text = JSON.stringify(failed);
    expect(await told(text.padEnd(65_536))).toMatchObject(api);
    expect(await told(text.padEnd(65_537))).toMatchObject({ name: "ResultError" });
  });
});

describe("redirects of the storage", () => {
  const base = "https://api.vendor.example/v1";
  /**
   * A client of a vendor at `base`. It redirects attachments to `first`, and the storage redirects by `table`. All other
   * URLs give the mask.
   */
  function redirecting(first: string, table: Record<string, string> = {}, options: object = {}) {
    const asked: string[] = [];
    const fetch = async (input: RequestInfo | URL) => {
      const { url, headers } = new Request(input);
      asked.push(url);
      const isApi = url.startsWith(options && "baseUrl" in options ? String(options.baseUrl) : base);
      expect(headers.get("x-api-key")).toBe(isApi ? KEY : null);
      const location = isApi ? first : table[url];
      return location === undefined
        ? new Response(png.slice())
        : new Response(null, { status: 302, headers: { location } });
    };
    const mask = () => client({ baseUrl: base, fetch, ...options }).mask("https://private.example/mask.png");
    return { asked, mask };
  }
  const signed = "https://storage.example/mask.png?x=SIGNED";

  it("are followed to public hosts by https, without the key", async () => {
    const table = {
      [signed]: "https://cdn.example/a?x=SIGNED2",
      "https://cdn.example/a?x=SIGNED2": "/b#part",
    };
    const { asked, mask } = redirecting(signed, table);
    expect(await mask()).toEqual(png);
    expect(asked.slice(1)).toEqual([signed, "https://cdn.example/a?x=SIGNED2", "https://cdn.example/b#part"]);
  });

  const refused = [
    "http://storage.example/mask.png?x=SIGNED",
    "https://127.0.0.1/mask.png?x=SIGNED",
    "https://localhost:8000/?x=SIGNED",
    "https://169.254.169.254/latest/meta-data?x=SIGNED",
    "https://10.1.2.3/?x=SIGNED",
    "https://2130706433/?x=SIGNED",
    "https://[::1]/?x=SIGNED",
    "https://[::ffff:192.168.0.1]/?x=SIGNED",
    "https://[fe80::1]/?x=SIGNED",
    "https://metadata.google.internal/?x=SIGNED",
    "https://redis:6379/?x=SIGNED",
  ];
  it.each(refused)("are not followed to %s, neither from the vendor nor from the storage", async (url) => {
    const direct = redirecting(url);
    const error = await failure(direct.mask());
    expect(error).toMatchObject({ code: "PLAYMENT_URL_REFUSED" });
    expect(error.message).toMatch(/allowHttp|allowPrivateHosts/);
    expect(direct.asked).toHaveLength(1);
    const later = redirecting(signed, { [signed]: url });
    expect(await failure(later.mask())).toMatchObject({ code: "PLAYMENT_URL_REFUSED", status: 302 });
    expect(later.asked).toHaveLength(2);
  });

  it.each(refused)("are followed to %s if the options allow it", async (url) => {
    const options = { allowHttp: true, allowPrivateHosts: true };
    expect(await redirecting(url, {}, options).mask()).toEqual(png);
  });

  it("each option allows its own kind of place only", async () => {
    const [http, local] = ["http://storage.example/", "https://10.0.0.1/"];
    expect(await redirecting(http, {}, { allowHttp: true }).mask()).toEqual(png);
    expect(await redirecting(local, {}, { allowPrivateHosts: true }).mask()).toEqual(png);
    const code = "PLAYMENT_URL_REFUSED";
    expect(await failure(redirecting(local, {}, { allowHttp: true }).mask())).toMatchObject({ code });
    expect(await failure(redirecting(http, {}, { allowPrivateHosts: true }).mask())).toMatchObject({ code });
  });

  it("a vendor on this machine may redirect to this machine, unless the options forbid it", async () => {
    expect((await client().labelMap(project, job)).width).toBe(expected.width);
    for (const options of [{ allowHttp: false }, { allowPrivateHosts: false }]) {
      const error = await failure(client(options).labelMap(project, job));
      expect(error).toMatchObject({ code: "PLAYMENT_URL_REFUSED", jobId: job });
    }
  });

  it("the caller's resolver may name any place; the storage may redirect to places of the same kind", async () => {
    const from = (url: string, table: Record<string, string> = {}) =>
      redirecting("", table, { resolveAttachment: async () => url }).mask();
    expect(await from("http://10.0.0.1/a")).toEqual(png);
    expect(await from("http://10.0.0.1/a", { "http://10.0.0.1/a": "http://minio:9000/b" })).toEqual(png);
    for (const next of ["http://storage.example/", "https://169.254.169.254/"]) {
      const call = from("https://storage.example/a", { "https://storage.example/a": next });
      expect(await failure(call)).toMatchObject({ code: "PLAYMENT_URL_REFUSED" });
    }
  });

  it.each([{ allowHttp: "yes" }, { allowPrivateHosts: 1 }])("%j is refused", (options) => {
    expect(() => client(options as object)).toThrow(expect.objectContaining({ code: "OPTION_INVALID" }));
  });

  it("may lead to all places that the vendor may name, even if it named a safer one", async () => {
    const [first, next] = ["https://storage.example/a", "http://10.0.0.1/b"];
    const { asked, mask } = redirecting(first, { [first]: next }, { baseUrl: "http://127.0.0.1:1/v1" });
    expect(await mask()).toEqual(png);
    expect(asked.slice(1)).toEqual([first, next]);
  });

  it("in a loop throw PLAYMENT_REDIRECT_LOOP at once", async () => {
    vendor.faults.redirectLoop = ALWAYS;
    const error = await failure(client().labelMap(project, job));
    expect(error).toMatchObject({ code: "PLAYMENT_REDIRECT_LOOP", status: 302, jobId: job });
    // The result, and one try of the mask.
    expect(requestsTo("storage")).toBe(2);
  });

  it("in a loop of two, or with another fragment, throw PLAYMENT_REDIRECT_LOOP", async () => {
    const other = "https://cdn.example/x";
    for (const table of [{ [signed]: other, [other]: signed }, { [signed]: `${signed}#again` }]) {
      const { asked, mask } = redirecting(signed, table);
      const error = await failure(mask());
      expect(error).toMatchObject({ code: "PLAYMENT_REDIRECT_LOOP" });
      expect(error.message).toContain("redirects in a loop");
      expect(asked).toHaveLength(1 + Object.keys(table).length);
    }
  });

  it("ten are followed, an eleventh is not", async () => {
    const step = (place: number) => `https://storage.example/${place}`;
    const chain = (length: number) =>
      redirecting(
        step(0),
        Object.fromEntries(Array.from({ length }, (_, place) => [step(place), step(place + 1)])),
      );
    expect(await chain(10).mask()).toEqual(png);
    const { asked, mask } = chain(11);
    const error = await failure(mask());
    expect(error).toMatchObject({ code: "PLAYMENT_REDIRECT_LOOP", status: 302 });
    expect(error.message).toContain("redirects more than 10 times");
    expect(error.message).toContain("(https://storage.example/10)");
    expect(asked).toHaveLength(12);
  });

  it.each(["file:///etc/passwd", "ftp://storage.example/", "data:image/png,x", "http://[", "javascript:1"])(
    "to %s are no answer",
    async (location) => {
      const call = redirecting(signed, { [signed]: location }).mask();
      expect(await failure(call)).toMatchObject({ code: "PLAYMENT_RESPONSE_INVALID", status: 302 });
    },
  );

  it("that lead nowhere are no answer", async () => {
    const fetch = async () => new Response(null, { status: 302 });
    const resolveAttachment = async () => signed;
    const error = await failure(client({ baseUrl: base, fetch, resolveAttachment }).result(project, job));
    expect(error).toMatchObject({ code: "PLAYMENT_RESPONSE_INVALID", status: 302, jobId: job });
    const mask = await failure(
      client({ baseUrl: base, fetch, resolveAttachment }).mask("https://x.example/"),
    );
    expect(mask).toMatchObject({ code: "PLAYMENT_RESPONSE_INVALID", status: 302 });
    expect(mask.message).toContain(
      "the mask (https://storage.example/mask.png): the storage redirects but does not say where",
    );
  });

  it("are not read: each answer's body is cancelled", async () => {
    const cancelled: string[] = [];
    const places = [signed, "https://cdn.example/a", "https://192.168.1.1/"];
    const fetch = async (input: RequestInfo | URL) => {
      const { url } = new Request(input);
      const location = places[places.indexOf(url) + 1]!;
      const body = new ReadableStream({
        cancel() {
          cancelled.push(url);
          throw new Error("an error that nobody sees");
        },
      });
      return new Response(body, { status: 302, headers: { location } });
    };
    const call = client({ baseUrl: base, fetch, resolveAttachment: async () => signed }).mask(
      "https://x.example/",
    );
    expect(await failure(call)).toMatchObject({ code: "PLAYMENT_URL_REFUSED", status: 302 });
    expect(cancelled).toEqual(places.slice(0, 2));
  });

  it("that a browser hides are followed by the browser, and the end is checked", async () => {
    for (const [end, code] of [
      ["https://cdn.example/mask.png", undefined],
      ["http://cdn.example/mask.png?x=SIGNED", "PLAYMENT_URL_REFUSED"],
      ["https://192.168.1.1/", "PLAYMENT_URL_REFUSED"],
      // Some platforms do not say where it ended.
      ["", undefined],
    ] as const) {
      const fetch = async (input: RequestInfo | URL) => {
        const { redirect } = new Request(input);
        const body = code === undefined ? png.slice() : null;
        const response = redirect === "manual" ? Response.error() : new Response(body);
        if (redirect === "manual") Object.defineProperty(response, "type", { value: "opaqueredirect" });
        else Object.defineProperty(response, "url", { value: end });
        return response;
      };
      const resolveAttachment = async () => signed;
      const call = client({ baseUrl: base, fetch, resolveAttachment }).mask("https://private.example/");
      if (code === undefined) expect(await call).toEqual(png);
      else expect(await failure(call)).toMatchObject({ code });
    }
  });
});

describe("a private host", () => {
  it.each([
    ...[
      "localhost",
      "a.localhost",
      "LOCALHOST.",
      "nas.local",
      "nas.local.",
      "10.0.0.1.",
      "db.internal",
      "router.home.arpa",
      "intranet",
    ],
    ...["0.0.0.0", "10.255.0.1", "100.64.0.1", "100.127.255.255", "127.9.9.9", "169.254.0.1", "172.16.0.1"],
    ...[
      "172.31.255.255",
      "192.168.255.1",
      "192.0.0.8",
      "198.18.0.1",
      "198.19.0.1",
      "224.0.0.1",
      "255.255.255.255",
    ],
    ...[
      "[::]",
      "[::1]",
      "[fc00::1]",
      "[fd12:3456::1]",
      "[fe80::1]",
      "[febf::1]",
      "[ff02::1]",
      "[::ffff:7f00:1]",
    ],
    ...["[::5:808:808]", "[64:1::808:808]", "[64:ff9b:1::808:808]", "[::ffff:c000:8]"],
    ...["[::7f00:1]", "[64:ff9b::a00:1]", "[64:ff9b:1::1]", "[2002:c0a8:1::1]", "[100::1]"],
  ])("is %s", (host) => {
    expect(isPrivateHost(host)).toBe(true);
  });

  it.each([
    ...[
      "storage.example",
      "s3.ap-south-1.amazonaws.com",
      "localhost.example",
      "10.0.0.1.example",
      "local.example",
      "a.local.example",
      "a.localhost.example",
      "storage.example.",
    ],
    ...["8.100.0.1", "8.254.0.1", "8.16.0.1", "8.168.0.1", "8.0.0.1", "8.18.0.1", "8.19.0.1"],
    ...["[::ffff:c000:108]", "[2600::ffff:a00:1]", "[2600:ff9b::a00:1]"],
    ...["8.8.8.8", "9.255.255.255", "11.0.0.0", "100.63.0.1", "100.128.0.1", "126.0.0.1", "128.0.0.1"],
    ...["169.253.0.1", "169.255.0.1", "172.15.0.1", "172.32.0.1", "192.167.0.1", "192.169.0.1", "192.0.1.1"],
    ...["198.17.0.1", "198.20.0.1", "223.255.255.255"],
    ...[
      "[2600:1f18::1]",
      "[2001:4860:4860::8888]",
      "[3fff:ffff::1]",
      "[::ffff:808:808]",
      "[64:ff9b::808:808]",
    ],
    ...["[2002:808:808::1]", "[2a00:1450:4001:81b:0:0:0:200e]"],
  ])("is not %s", (host) => {
    expect(isPrivateHost(host)).toBe(false);
  });
});

describe("a signal that many calls share", () => {
  it("causes no warning of a leak, and ends them all", async () => {
    const warnings: Error[] = [];
    const onWarning = (warning: Error) => warnings.push(warning);
    process.on("warning", onWarning);
    const stop = new AbortController();
    const { signal } = stop;
    const added = vi.spyOn(signal, "addEventListener");
    const removed = vi.spyOn(signal, "removeEventListener");
    const calls = 40;
    const many = client({ retry: { limit: 2, minDelay: 1, maxDelay: 5 } });
    vendor.faults.serverError = calls;
    const good = Array.from({ length: calls }, () => many.labelMap(project, job, { signal }).catch(() => {}));
    expect(added).toHaveBeenCalledTimes(1);
    await Promise.all(good);
    expect(removed.mock.calls).toEqual(added.mock.calls);
    vendor.faults.slow = ALWAYS;
    const ended = Array.from({ length: calls }, () =>
      expect(many.job(project, job, { signal })).rejects.toMatchObject({ name: "AbortError" }),
    );
    stop.abort();
    await Promise.all(ended);
    // Warnings are emitted in a later tick.
    await new Promise((resolve) => setImmediate(resolve));
    process.off("warning", onWarning);
    expect(warnings).toEqual([]);
    expect(added).toHaveBeenCalledTimes(2);
    expect(removed.mock.calls).toEqual(added.mock.calls);
  });

  it("causes no warning while one call asks many times, or one body comes in many pieces", async () => {
    const warnings: Error[] = [];
    const onWarning = (warning: Error) => warnings.push(warning);
    process.on("warning", onWarning);
    const { signal } = new AbortController();
    const combined = vi.spyOn(AbortSignal, "any");
    vendor.faults.notCompleted = 30;
    await client().waitForJob(project, job, { signal, minInterval: 1, maxInterval: 1 });
    vendor.faults.inPieces = 1;
    await client().labelMap(project, job, { signal });
    // Each combination would stay attached to the caller's signal.
    expect(combined.mock.calls.flat(2)).not.toContain(signal);
    await new Promise((resolve) => setImmediate(resolve));
    process.off("warning", onWarning);
    expect(warnings).toEqual([]);
  });

  it("is followed only until a call ends", async () => {
    const stop = new AbortController();
    const seen: (AbortSignal | undefined)[] = [];
    const resolveAttachment = async (_: string, { signal }: { signal?: AbortSignal }) => {
      seen.push(signal);
      return new Response(png.slice());
    };
    const resolving = client({ resolveAttachment });
    await resolving.mask("https://private.example/mask.png", { signal: stop.signal });
    await resolving.mask("https://private.example/mask.png");
    await failure(resolving.result(project, job, { signal: stop.signal }));
    stop.abort(new Error("later"));
    expect(seen.map((signal) => signal?.aborted)).toEqual([false, undefined, false]);
  });

  it("that has aborted ends a call before any request, with the signal's reason", async () => {
    const reason = new Error("enough");
    await expect(client().job(project, job, { signal: AbortSignal.abort(reason) })).rejects.toBe(reason);
    expect(vendor.requests).toHaveLength(0);
  });

  it("that is no AbortSignal is refused", async () => {
    for (const signal of [{}, "stop", 5, { aborted: false }, { addEventListener() {} }]) {
      const call = client().job(project, job, { signal: signal as unknown as AbortSignal });
      await expect(call).rejects.toMatchObject({ code: "OPTION_INVALID" });
    }
  });
});

it("all of these errors are PlaymentErrors", async () => {
  vendor.faults.redirectLoop = ALWAYS;
  expect(await failure(client().labelMap(project, job))).toBeInstanceOf(PlaymentError);
});

/**
 * A vendor to test against and to try the client with: the documented protocol on loopback, nothing real behind it.
 *
 * Two origins, as in reality. The API wants the key: jobs, and attachments that redirect to the storage with a
 * signature that expires. The storage must never see the key: where it does, it says so in `violations` and refuses.
 */
import { createHmac, randomBytes, timingSafeEqual } from "node:crypto";
import { createServer } from "node:http";

/**
 * What can be made to go wrong, how often (`Infinity`: always). Each is counted down when it strikes.
 * @typedef {{
 *   rateLimit?: number, retryAfter?: string, serverError?: number, reset?: number, slow?: number,
 *   notCompleted?: number, status?: string, noResult?: number, noMaskUrl?: number, apiFailure?: number,
 *   html?: number, noLocation?: number, badLocation?: number, jobRedirect?: number,
 *   expired?: number, truncated?: number, stalled?: number, endless?: number, htmlMask?: number, storageError?: number,
 *   refused?: number, refusedStatus?: number, attachmentFailure?: number, echoCode?: number, echoLocation?: number,
 *   chunked?: number, inPieces?: number, understated?: number, endlessDeclared?: number,
 * }} Faults `retryAfter` is the header's value (of `refused` and `storageError` only where it is set), `status` that of
 *   a job which is not completed, `refusedStatus` what `refused` answers; the `echo` faults tell the key to whoever asks
 *
 * @typedef {{ projectId: string, jobId: string, result: object, mask: Uint8Array }} ServedJob
 *   `result` in the vendor's form; its `url` is filled in
 *
 * @param {{ jobs: ServedJob[], apiKey: string, signatureSeconds?: number, proxy?: boolean, cors?: boolean }} options
 *   `proxy`: attachments answer with the bytes and no key is asked for, as a user's own proxy for pages does;
 *   `cors`: pages of other origins may ask, which a proxy always allows
 */
export async function startVendorServer({
  jobs,
  apiKey,
  signatureSeconds = 60,
  proxy = false,
  cors = proxy,
}) {
  /** @type {Faults} */
  const faults = {};
  const violations = [];
  const requests = [];
  const secret = randomBytes(32);
  const strikes = (fault) => {
    if (!(faults[fault] > 0)) return false;
    faults[fault]--;
    return true;
  };
  const sign = (path, expires) => createHmac("sha256", secret).update(`${path} ${expires}`).digest("hex");

  const files = new Map();
  const storage = await listen((request, response) => {
    const url = new URL(request.url, "http://storage");
    requests.push({ origin: "storage", path: url.pathname, time: performance.now() });
    if (request.headers["x-api-key"] !== undefined) {
      violations.push(`${request.method} ${url.pathname} carried x-api-key`);
      return answer(response, 400, "the key must not come here");
    }
    if (strikes("reset")) return request.socket.destroy();
    if (strikes("storageError")) {
      if (faults.retryAfter !== undefined) response.setHeader("retry-after", faults.retryAfter);
      return answer(response, 503, "busy");
    }
    const expires = Number(url.searchParams.get("expires"));
    const given = Buffer.from(url.searchParams.get("signature") ?? "");
    const right = Buffer.from(sign(url.pathname, expires));
    const isSigned = given.length === right.length && timingSafeEqual(given, right);
    if (!isSigned || expires < Date.now() || strikes("expired")) {
      return answer(response, 403, "<Error><Code>AccessDenied</Code></Error>", "application/xml");
    }
    const file = files.get(url.pathname);
    if (file === undefined) return answer(response, 404, "no such file");
    if (file.type === "image/png") {
      if (strikes("htmlMask"))
        return answer(response, 200, "<!doctype html><title>Sign in</title>", "text/html");
      if (strikes("truncated")) return breakOff(response, file.bytes);
      if (strikes("stalled")) return stall(response, file.bytes);
      if (strikes("endless")) return pour(response);
      if (strikes("endlessDeclared")) return pour(response, { "content-length": 2 ** 40 });
      if (strikes("chunked")) return response.writeHead(200, { "content-type": file.type }).end(file.bytes);
      if (strikes("inPieces")) return drip(response, file.bytes);
      if (strikes("understated")) return understate(response, file.bytes);
    }
    answer(response, 200, file.bytes, file.type);
  });

  const api = await listen((request, response) => {
    const url = new URL(request.url, "http://api");
    requests.push({ origin: "api", path: url.pathname, time: performance.now() });
    if (cors) {
      response.setHeader("access-control-allow-origin", "*");
      response.setHeader("access-control-allow-headers", "x-api-key");
      if (request.method === "OPTIONS") return answer(response, 204, "");
    }
    if (strikes("reset")) return request.socket.destroy();
    if (strikes("slow")) return undefined;
    if (strikes("rateLimit")) {
      response.setHeader("retry-after", faults.retryAfter ?? "0");
      return answer(response, 429, "slow down");
    }
    if (strikes("refused")) {
      if (faults.retryAfter !== undefined) response.setHeader("retry-after", faults.retryAfter);
      return answer(response, faults.refusedStatus, "no");
    }
    if (strikes("serverError")) return answer(response, 500, "oops");
    if (request.headers["x-api-key"] !== apiKey && !proxy) return json(response, 401, { success: false });
    if (strikes("apiFailure")) {
      return json(response, 200, { success: false, error: { code: "E42", message: `bad key ${apiKey}` } });
    }
    if (strikes("echoCode")) return json(response, 200, { success: false, error: { code: apiKey } });
    if (strikes("html"))
      return answer(response, 200, "<!doctype html><title>Maintenance</title>", "text/html");
    if (url.pathname === "/v1/attachments") return attachment(url, response);
    if (strikes("jobRedirect")) return redirect(response, `${storage.origin}/elsewhere`);
    const [, projectId, jobId] = /^\/v1\/projects\/([^/]+)\/jobs\/([^/]+)$/.exec(url.pathname) ?? [];
    const job = jobs.find((candidate) => candidate.projectId === projectId && candidate.jobId === jobId);
    if (job === undefined) return json(response, 404, { success: false });
    return json(response, 200, { success: true, data: describe(job) });
  });

  function attachment(url, response) {
    const target = new URL(url.searchParams.get("url") ?? "");
    if (target.origin !== storage.origin) return json(response, 404, { success: false });
    const file = files.get(target.pathname);
    if (proxy)
      return file ? answer(response, 200, file.bytes, file.type) : answer(response, 404, "no such file");
    if (strikes("attachmentFailure")) return json(response, 200, { success: false, error: { code: "E43" } });
    if (strikes("echoLocation")) return redirect(response, `${storage.origin}/of/${apiKey}/mask.png`);
    if (strikes("noLocation")) return answer(response, 302, "");
    if (strikes("badLocation")) return redirect(response, "file:///etc/passwd");
    const expires = Date.now() + signatureSeconds * 1000;
    return redirect(
      response,
      `${target.origin}${target.pathname}?expires=${expires}&signature=${sign(target.pathname, expires)}`,
    );
  }

  function describe({ projectId, jobId }) {
    const job = { project_id: projectId, job_id: jobId, reference_id: "001", status: "completed" };
    if (strikes("notCompleted")) return { ...job, status: faults.status ?? "in_progress" };
    if (strikes("noResult")) return job;
    const result = strikes("noMaskUrl") ? "no-url.json" : "result.json";
    return { ...job, result: `${storage.origin}/${projectId}/${jobId}/${result}` };
  }

  for (const { projectId, jobId, result, mask } of jobs) {
    const folder = `/${projectId}/${jobId}`;
    const url = `${storage.origin}${folder}/mask.png`;
    const { url: _, ...withoutUrl } = result;
    const asJson = (value) => ({ type: "application/json", bytes: Buffer.from(JSON.stringify(value)) });
    files.set(`${folder}/mask.png`, { type: "image/png", bytes: mask });
    files.set(`${folder}/result.json`, asJson({ ...withoutUrl, url }));
    files.set(`${folder}/no-url.json`, asJson(withoutUrl));
  }

  return {
    baseUrl: `${api.origin}/v1`,
    storageOrigin: storage.origin,
    faults,
    /** Requests to the storage that carried the key: must stay empty. */
    violations,
    requests,
    close: () => Promise.all([api.close(), storage.close()]),
  };
}

function listen(handler) {
  const server = createServer((request, response) => void handler(request, response));
  return new Promise((resolve) => {
    server.listen(0, "127.0.0.1", () => {
      const close = () =>
        new Promise((done) => {
          server.close(done);
          server.closeAllConnections();
        });
      resolve({ origin: `http://127.0.0.1:${server.address().port}`, close });
    });
  });
}

function answer(response, status, body, type = "text/plain") {
  // No content, no length (RFC 9110, 8.6).
  const length = status === 204 ? {} : { "content-length": Buffer.byteLength(body) };
  response.writeHead(status, { "content-type": type, ...length }).end(body);
}

const json = (response, status, value) => answer(response, status, JSON.stringify(value), "application/json");

function redirect(response, location) {
  response.writeHead(302, { location }).end();
}

/** Promises all bytes, sends half, and hangs up. */
function breakOff(response, bytes) {
  response.writeHead(200, { "content-type": "image/png", "content-length": bytes.length });
  response.write(bytes.subarray(0, bytes.length >> 1), () => response.destroy());
}

/** Sends half and then nothing more. */
function stall(response, bytes) {
  response.writeHead(200, { "content-type": "image/png" });
  response.write(bytes.subarray(0, bytes.length >> 1));
}

/** Sends all bytes in 20 pieces that arrive one by one. */
async function drip(response, bytes) {
  response.writeHead(200, { "content-type": "image/png", "content-length": bytes.length });
  const size = Math.ceil(bytes.length / 20);
  for (let start = 0; start < bytes.length; start += size) {
    response.write(bytes.subarray(start, start + size));
    await new Promise((resolve) => setTimeout(resolve, 2));
  }
  response.end();
}

/** Promises half of the bytes, sends them all, and hangs up. */
function understate(response, bytes) {
  response.writeHead(200, {
    "content-type": "image/png",
    "content-length": bytes.length >> 1,
    connection: "close",
  });
  response.end(bytes);
}

/** Sends for as long as anybody listens. */
function pour(response, headers = {}) {
  response.writeHead(200, { "content-type": "image/png", ...headers });
  const piece = Buffer.alloc(65536, 0x89);
  const more = () => {
    while (!response.destroyed && response.write(piece));
  };
  response.on("drain", more);
  more();
}

/** A host that answers 429 and says when to come back is left alone by all downloads until then, and no other host is. */
import { join } from "node:path";
import { PlaymentClient, type Throttle } from "labelmap/playment";
import { fromVendor, openStorage, runBatch, type SourceProvider } from "labelmap-cli/batch";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { limitRate } from "../../../cli/src/batch/rate-limit.js";
import { newFolder } from "../../support/batch-folder.js";
import { runNode } from "../../support/run-node.js";
import { startVendor } from "../../support/vendor.js";

/** On the global timers, which a test can replace; Node's own ones it cannot. */
vi.mock("node:timers/promises", () => ({
  setTimeout: (milliseconds: number, value: unknown, { signal }: { signal?: AbortSignal } = {}) =>
    new Promise((resolve, reject) => {
      const timer = setTimeout(() => {
        signal?.removeEventListener("abort", abort);
        resolve(value);
      }, milliseconds);
      const abort = () => {
        clearTimeout(timer);
        reject(new DOMException("The operation was aborted", "AbortError"));
      };
      if (signal?.aborted) abort();
      signal?.addEventListener("abort", abort);
    }),
}));

describe("limitRate", () => {
  it("makes all downloads wait as long as the host says", async () => {
    const { vendor, tasks, env } = await startVendor({ count: 40, seed: 10, width: 64, height: 64 });
    const { origin: api } = new URL(vendor.baseUrl);
    // So slow that no pause comes from a want of jobs.
    const inner = limitRate(100);
    /** When requests to the API were let through, and when the host asked for a pause. */
    const sent: number[] = [];
    let pausedAt = Number.NaN;
    const throttle: Throttle = {
      async beforeRequest(url, signal) {
        await inner.beforeRequest(url, signal);
        if (url.origin === api) sent.push(performance.now());
      },
      afterResponse(url, response) {
        if (response.status === 429) pausedAt = performance.now();
        inner.afterResponse(url, response);
      },
    };
    const out = join(newFolder(), "out");
    const { PLAYMENT_API_KEY: apiKey, PLAYMENT_BASE_URL: baseUrl } = env;
    const source = fromVendor(new PlaymentClient({ apiKey, baseUrl, throttle }), await openStorage(out));
    const limited: SourceProvider = {
      ...source,
      load(task, options) {
        if (task.job === tasks[12]!.job) Object.assign(vendor.faults, { rateLimit: 1, retryAfter: "2" });
        return source.load(task, options);
      },
    };
    const summary = await runBatch({
      ...{ tasks, source: limited, out, output: { format: "npy" }, downloads: 8, threads: 1 },
    });
    expect(summary).toMatchObject({ done: 40, failed: 0 });
    const later = sent.filter((time) => time > pausedAt).map((time) => time - pausedAt);
    expect(later.length).toBeGreaterThan(40);
    expect(later.filter((milliseconds) => milliseconds < 2000)).toEqual([]);
  });

  describe("by a clock of the test's own", () => {
    beforeEach(() => {
      vi.useFakeTimers({ now: Date.UTC(2026, 0, 1, 12, 0, 0, 500) });
    });
    afterEach(() => void vi.useRealTimers());

    const api = new URL("http://api.test/v1");
    const answer = (status: number, retryAfter?: string) =>
      new Response(null, { status, headers: retryAfter === undefined ? {} : { "retry-after": retryAfter } });
    /** Milliseconds until a request that is made now may be sent to each of the hosts. */
    async function waitsOf(throttle: Throttle, ...urls: URL[]): Promise<number[]> {
      const start = Date.now();
      const waits = urls.map((url) => throttle.beforeRequest(url, undefined).then(() => Date.now() - start));
      await vi.runAllTimersAsync();
      return Promise.all(waits);
    }

    it("does not pause other hosts, and uses the latest of several times, also if it is a date", async () => {
      const throttle = limitRate(1000);
      throttle.afterResponse(api, answer(429, "1"));
      throttle.afterResponse(api, answer(429, "0.1"));
      const [storage, dated, later] = ["storage", "dated", "later"].map(
        (name) => new URL(`http://${name}.test`),
      );
      // A date has no parts of seconds: this is 2.5 seconds from now.
      const date = new Date(Date.now() + 3000);
      throttle.afterResponse(dated!, answer(429, date.toUTCString()));
      throttle.afterResponse(later!, answer(429, "0.1"));
      throttle.afterResponse(later!, answer(429, "1"));
      expect(await waitsOf(throttle, api, storage!, dated!, later!)).toEqual([1000, 0, 2500, 1000]);
      // It is over then.
      expect(await waitsOf(throttle, api)).toEqual([0]);
    });

    it("does not pause without a time, or at another status", async () => {
      const throttle = limitRate(1000);
      for (const response of [
        answer(429),
        answer(429, "soon"),
        answer(429, "0"),
        answer(429, "-5"),
        answer(429, new Date(0).toUTCString()),
        answer(503, "60"),
        answer(200, "60"),
      ]) {
        throttle.afterResponse(api, response);
      }
      expect(await waitsOf(throttle, api)).toEqual([0]);
    });

    it("never makes a request wait for longer than a minute", async () => {
      const throttle = limitRate(1000);
      throttle.afterResponse(api, answer(429, "3600"));
      expect(await waitsOf(throttle, api)).toEqual([60_000]);
    });

    it("rejects a request whose signal aborts while the host is paused", async () => {
      const throttle = limitRate(1000);
      throttle.afterResponse(api, answer(429, "3"));
      const reason = new Error("enough");
      const stop = new AbortController();
      const waiting = throttle.beforeRequest(api, stop.signal);
      stop.abort(reason);
      await expect(waiting).rejects.toBe(reason);
    });
  });

  it("does not keep a process alive with a pause that nobody waits for", () => {
    const program = `
      import { limitRate } from "labelmap-cli/batch";
      const answer = new Response(null, { status: 429, headers: { "retry-after": "60" } });
      limitRate(10).afterResponse(new URL("http://api.test/v1"), answer);
      console.log("ended");`;
    // Which would be killed after 30 seconds.
    expect(runNode(["--input-type=module", "--eval", program], {})).toBe("ended\n");
  });
});

/** A host that answers 429 and says when to come back is left alone by all downloads until then, and no other host is. */
import { join } from "node:path";
import { limitRate, runBatch, type SourceProvider } from "labelmap-cli/batch";
import { describe, expect, it } from "vitest";
import { newFolder } from "../../support/batch-folder.js";
import { runNode } from "../../support/run-node.js";
import { startVendor } from "../../support/vendor.js";

/** What was sent before the answer came may arrive after it. */
const UNDER_WAY_MILLISECONDS = 300;
/** How much the clocks of timers and of the server's log may differ. */
const EARLY_MILLISECONDS = 50;

describe("limitRate", () => {
  it("makes all downloads wait as long as the host says", async () => {
    const { vendor, tasks, sourceFor } = await startVendor({ count: 40, seed: 10, width: 64, height: 64 });
    const out = join(newFolder(), "out");
    // So slow that no pause comes from a want of jobs.
    const source = await sourceFor(out, 100);
    let limitedAt = Number.NaN;
    const limited: SourceProvider = {
      ...source,
      load(task, options) {
        if (task.job === tasks[12]!.job) {
          Object.assign(vendor.faults, { rateLimit: 1, retryAfter: "2" });
          limitedAt = performance.now();
        }
        return source.load(task, options);
      },
    };
    const summary = await runBatch({
      ...{ tasks, source: limited, out, output: { format: "npy" }, downloads: 8, threads: 1 },
    });
    expect(summary).toMatchObject({ done: 40, failed: 0 });
    const times = vendor.requests
      .filter(({ origin, time }) => origin === "api" && time >= limitedAt)
      .map(({ time }) => time);
    // The first of these is the one that is refused.
    const refused = times[0]!;
    const during = times.filter(
      (time) => time > refused + UNDER_WAY_MILLISECONDS && time < refused + 2000 - EARLY_MILLISECONDS,
    );
    expect(during).toEqual([]);
    const next = times.find((time) => time > refused + UNDER_WAY_MILLISECONDS)!;
    expect(next - refused, "and not much longer").toBeLessThan(6000);
    expect(times.length).toBeGreaterThan(40);
  });

  const api = new URL("http://api.test/v1");
  const storage = new URL("http://storage.test/mask.png");
  const answer = (status: number, retryAfter?: string) =>
    new Response(null, { status, headers: retryAfter === undefined ? {} : { "retry-after": retryAfter } });
  /** Milliseconds from `start` until a request that is made now may be sent. */
  async function waitOf(throttle: ReturnType<typeof limitRate>, url: URL, start: number): Promise<number> {
    await throttle.beforeRequest(url, undefined);
    return performance.now() - start;
  }

  it("does not pause other hosts, and uses the latest of several times, also if it is a date", async () => {
    const throttle = limitRate(1000);
    const start = performance.now();
    throttle.afterResponse(api, answer(429, "1"));
    throttle.afterResponse(api, answer(429, "0.1"));
    // A date has no parts of seconds: this is 2 to 3 seconds from now.
    const date = new Date(Date.now() + 3000);
    throttle.afterResponse(new URL("http://dated.test"), answer(429, date.toUTCString()));
    throttle.afterResponse(new URL("http://later.test"), answer(429, "0.1"));
    throttle.afterResponse(new URL("http://later.test"), answer(429, "1"));
    const waits = await Promise.all(
      [api, storage, new URL("http://dated.test"), new URL("http://later.test")].map((url) =>
        waitOf(throttle, url, start),
      ),
    );
    expect(waits[0]).toBeGreaterThan(1000 - EARLY_MILLISECONDS);
    expect(waits[1]).toBeLessThan(900);
    expect(waits[2]).toBeGreaterThan(2000 - EARLY_MILLISECONDS);
    expect(waits[3]).toBeGreaterThan(1000 - EARLY_MILLISECONDS);
    expect(Math.max(...waits)).toBeLessThan(5000);
    // It is over then.
    expect(await waitOf(throttle, api, performance.now())).toBeLessThan(900);
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
    expect(await waitOf(throttle, api, performance.now())).toBeLessThan(5000);
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

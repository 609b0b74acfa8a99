/** A run that is ended by its signal: it begins and awaits nothing more, has whole records, leaves nothing behind, and a next run goes on. */
import { existsSync, readdirSync } from "node:fs";
import { join } from "node:path";
import type { Worker } from "node:worker_threads";
import { PlaymentClient, type Throttle } from "labelmap/playment";
import {
  type BatchOptions,
  fromVendor,
  limitRate,
  openStorage,
  runBatch,
  type SourceProvider,
} from "labelmap-cli/batch";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { hashesIn, linesOf, newFolder, statesOf } from "../../support/batch-folder.js";
import { mulberry32 } from "../../support/random.mjs";
import { until } from "../../support/spawn-cli.js";
import { startVendor } from "../../support/vendor.js";

const JOBS = 60;
const STOPS = 15;
const SEED = 11;

const workers: Worker[] = [];
const add = (worker: Worker) => void workers.push(worker);
beforeEach(() => void process.on("worker", add));
afterEach(() => void process.off("worker", add));

/** Of the run itself nothing is left: no lock, no half file, no thread. */
function expectNothingLeft(out: string): void {
  expect(readdirSync(join(out, ".labelmap"))).toEqual(["writing"]);
  expect(readdirSync(join(out, ".labelmap/writing"))).toEqual([]);
  expect(workers.length).toBeGreaterThan(0);
  for (const { threadId } of workers.splice(0)) expect(threadId, "of a thread that has ended").toBe(-1);
}

/** A source that does something when it is asked for so many tasks. `onLoad` is told of each. */
function atLoad(
  moment: number,
  action: () => void,
  source: SourceProvider,
  onLoad: () => void = () => {},
): SourceProvider {
  let loads = 0;
  const load: SourceProvider["load"] = (task, options) => {
    onLoad();
    if (++loads === moment) action();
    return source.load(task, options);
  };
  return { ...source, load };
}

describe("a run that is ended by its signal", () => {
  it(`has complete records at ${STOPS} random moments, and the next run continues (seed ${SEED})`, async () => {
    const { tasks, sourceFor } = await startVendor({ count: JOBS, seed: 6, width: 96, height: 64 });
    const folder = newFolder();
    const run = async (out: string, more: Partial<BatchOptions> = {}) =>
      runBatch({
        ...{ tasks, out, output: { format: "npy" }, downloads: 2, threads: 1 },
        source: await sourceFor(out),
        ...more,
      });
    const undisturbed = join(folder, "undisturbed");
    await run(undisturbed);
    const wanted = hashesIn(undisturbed);
    workers.length = 0;

    const random = mulberry32(SEED);
    let out = "";
    for (let stop = 0, stopped = 0; stopped < STOPS; stop++) {
      if (out === "") out = join(folder, `stopped-${stop}`);
      const controller = new AbortController();
      const reason = new Error("enough");
      const abort = () => controller.abort(reason);
      let loadsAfterStop = 0;
      const count = () => {
        if (controller.signal.aborted) loadsAfterStop++;
      };
      const moment = 1 + Math.floor(random() * 12);
      const delay = random() * 10;
      const source = atLoad(moment, () => setTimeout(abort, delay), await sourceFor(out), count);
      const summary = await run(out, { source, signal: controller.signal });
      expectNothingLeft(out);
      const records = linesOf(out);
      expect(summary.done + summary.kept).toBe(records.length);
      const found = hashesIn(out);
      expect(wanted).toMatchObject(found);
      for (const { outputs } of records) {
        expect(outputs.map(({ path }) => found[path])).toEqual(outputs.map(({ sha256 }) => sha256));
      }
      expect(loadsAfterStop).toBe(0);
      if (!summary.isComplete) stopped++;
      if (summary.isComplete || stopped === STOPS) {
        await run(out);
        expect(hashesIn(out)).toEqual(wanted);
        expect(linesOf(out)).toHaveLength(JOBS);
        expect(statesOf(out)).toEqual(statesOf(undisturbed));
        workers.length = 0;
        out = "";
      }
    }
  });

  it("does not wait for a host that is silent or asks for a pause, and does not count its jobs as failed", async () => {
    const { vendor, tasks, sourceFor, env } = await startVendor({
      ...{ count: 12, seed: 7, width: 64, height: 64 },
    });
    const { PLAYMENT_API_KEY: apiKey, PLAYMENT_BASE_URL: baseUrl } = env;
    const downloads = 3;
    for (const faults of [{ slow: downloads }, { rateLimit: 1, retryAfter: "60" }]) {
      const out = join(newFolder(), "out");
      const stop = new AbortController();
      // What the throttle holds back, and what has no answer yet.
      let [held, unanswered] = [0, 0];
      let isPaused = false;
      const inner = limitRate(10_000);
      const throttle: Throttle = {
        async beforeRequest(url, signal) {
          held++;
          await inner.beforeRequest(url, signal).finally(() => held--);
          unanswered++;
        },
        afterResponse(url, response) {
          unanswered--;
          isPaused ||= response.status === 429;
          inner.afterResponse(url, response);
        },
      };
      // A request that is not given up waits for an answer for as long as the test may take.
      const client = new PlaymentClient({ apiKey, baseUrl, throttle, timeout: 1e9 });
      const isStuck = () =>
        "slow" in faults
          ? vendor.faults.slow === 0 && unanswered === downloads
          : // The one that was refused waits by itself.
            isPaused && unanswered === 0 && held === downloads - 1;
      let requests = Number.NaN;
      const hinder = async () => {
        Object.assign(vendor.faults, faults);
        await until(isStuck, "all downloads are stuck");
        requests = vendor.requests.length;
        stop.abort();
      };
      const source = fromVendor(client, await openStorage(out));
      const options: BatchOptions = { tasks, source, out, output: { format: "npy" }, downloads, threads: 1 };
      const { isComplete, done, failed } = await runBatch({
        ...options,
        source: atLoad(5, () => void hinder(), source),
        signal: stop.signal,
      });
      // Who waits for the host until it may be asked again asks again then.
      expect(vendor.requests.length).toBe(requests);
      expect({ isComplete, failed }).toEqual({ isComplete: false, failed: 0 });
      expect(done).toBeGreaterThan(0);
      expect(done).toBeLessThan(12);
      expect(linesOf(out)).toHaveLength(done);
      expectNothingLeft(out);
      const again = { ...options, source: await sourceFor(out) };
      expect(await runBatch(again)).toMatchObject({ isComplete: true, done: 12 - done, kept: done });
      workers.length = 0;
    }
  });

  it("does nothing if the signal is already aborted", async () => {
    const { tasks, sourceFor, requestsOf } = await startVendor({ count: 3 });
    const out = join(newFolder(), "out");
    const source = await sourceFor(out);
    const options: BatchOptions = { tasks, source, out, output: { format: "npy" }, threads: 1 };
    const summary = await runBatch({ ...options, signal: AbortSignal.abort() });
    expect(summary).toMatchObject({ isComplete: false, done: 0, failed: 0 });
    expect(requestsOf(tasks[0]!.job)).toEqual({ job: 0, attachment: 0, storage: 0 });
    expectNothingLeft(out);
    expect(existsSync(join(out, "npy"))).toBe(false);
  });
});

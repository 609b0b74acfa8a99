/** A run that is ended by its signal: soon, with whole records, nothing left behind, and a next run that goes on. */
import { existsSync, readdirSync } from "node:fs";
import { join } from "node:path";
import type { Worker } from "node:worker_threads";
import { type BatchOptions, runBatch, type SourceProvider } from "labelmap-cli/batch";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { hashesIn, linesOf, newFolder, statesOf } from "../../support/batch-folder.js";
import { mulberry32 } from "../../support/random.mjs";
import { startVendor } from "../../support/vendor.js";

const JOBS = 60;
const STOPS = 15;
const SEED = 11;
/** A download that is not given up waits for 30 seconds, and a host that was paused for 60. */
const SOON_MILLISECONDS = 8000;

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

/** A source that does something when it is asked for so many tasks. */
function atLoad(moment: number, action: () => void, source: SourceProvider): SourceProvider {
  let loads = 0;
  const load: SourceProvider["load"] = (task, options) => {
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
      let stopTime = Number.NaN;
      const abort = () => {
        stopTime = performance.now();
        controller.abort(reason);
      };
      const moment = 1 + Math.floor(random() * 12);
      const delay = random() * 10;
      const source = atLoad(moment, () => setTimeout(abort, delay), await sourceFor(out));
      const summary = await run(out, { source, signal: controller.signal });
      expectNothingLeft(out);
      const records = linesOf(out);
      expect(summary.done + summary.kept).toBe(records.length);
      const found = hashesIn(out);
      expect(wanted).toMatchObject(found);
      for (const { outputs } of records) {
        expect(outputs.map(({ path }) => found[path])).toEqual(outputs.map(({ sha256 }) => sha256));
      }
      if (!summary.isComplete) {
        expect(performance.now() - stopTime).toBeLessThan(SOON_MILLISECONDS);
        stopped++;
      }
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
    const { vendor, tasks, sourceFor } = await startVendor({ count: 12, seed: 7, width: 64, height: 64 });
    for (const faults of [{ slow: 3 }, { rateLimit: 1, retryAfter: "60" }]) {
      const out = join(newFolder(), "out");
      const stop = new AbortController();
      let start = Number.NaN;
      const end = () => {
        start = performance.now();
        stop.abort();
      };
      const hinder = () => {
        Object.assign(vendor.faults, faults);
        setTimeout(end, 1000);
      };
      const source = await sourceFor(out);
      const options: BatchOptions = {
        tasks,
        source,
        out,
        output: { format: "npy" },
        downloads: 3,
        threads: 1,
      };
      const { isComplete, done, failed } = await runBatch({
        ...options,
        source: atLoad(5, hinder, source),
        signal: stop.signal,
      });
      expect(performance.now() - start).toBeLessThan(SOON_MILLISECONDS);
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

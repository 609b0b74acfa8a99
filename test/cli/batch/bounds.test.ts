/** However long the list and slow the decoding: what is under way, in memory and read ahead has the bounds that the code says. */
import { existsSync, readdirSync } from "node:fs";
import { join } from "node:path";
import { runBatch, type SourceProvider, type Task } from "labelmap-cli/batch";
import { expect, it } from "vitest";
import { newFolder } from "../../support/batch-folder.js";
import { hugeMask } from "../../support/huge-mask.mjs";

const DOWNLOADS = 3;
/** Of the one thread: what it has in hand, and as much that waits for it (cli/src/batch/pool.ts). */
const IN_THREAD = 4;
const IN_POOL = 2 * IN_THREAD;
/** Tasks whose record is being written (cli/src/batch/run.ts); one more waits, and one has just been read from the list. */
const RECORDS = 32 + 2;
const DONE = 60;

it("delays downloads and the list of tasks while the thread is slow", async () => {
  const { png, legend } = hugeMask(2048, 64);
  const folder = newFolder();
  const out = join(folder, "out");
  const decoded = () => (existsSync(join(out, "npy")) ? readdirSync(join(out, "npy")).length : 0);
  const most = { loading: 0, waiting: 0, undecoded: 0, ahead: 0 };
  const see = (name: keyof typeof most, count: number) => {
    most[name] = Math.max(most[name], count);
  };

  let [loading, loaded, read, recorded] = [0, 0, 0, 0];
  const masks: Uint8Array[] = [];
  const source: SourceProvider = {
    isRechecked: false,
    async load() {
      see("loading", ++loading);
      await new Promise((resolve) => setTimeout(resolve, 5));
      loading--;
      const mask = new Uint8Array(png);
      masks.push(mask);
      // A mask's bytes are gone from here once a thread has them.
      see("waiting", masks.filter(({ length }) => length > 0).length);
      see("undecoded", ++loaded - decoded());
      return { mask, result: JSON.stringify({ legend }) };
    },
  };
  let isClosed = false;
  const endless = (function* (): Iterable<Task> & Iterator<Task> {
    try {
      for (;;) {
        see("ahead", ++read - recorded);
        yield { job: `job-${read}` };
      }
    } finally {
      isClosed = true;
    }
  })();
  const stop = new AbortController();
  const { done, isComplete } = await runBatch({
    ...{ tasks: endless, source, out, downloads: DOWNLOADS, threads: 1, signal: stop.signal },
    output: { format: "npy", resize: { width: 16, height: 16 } },
    onProgress() {
      if (++recorded === DONE) stop.abort();
    },
  });

  expect(isComplete).toBe(false);
  expect(isClosed, "the list is told that no more of it is read").toBe(true);
  expect(done).toBe(recorded);
  expect(done).toBeGreaterThanOrEqual(DONE);
  expect(done).toBeLessThan(DONE + DOWNLOADS + IN_POOL + RECORDS);
  expect(most.loading).toBe(DOWNLOADS);
  // Each bound is reached or nearly so: it is the bound that held it back, not a slow source.
  const bounds = {
    waiting: DOWNLOADS + IN_POOL - IN_THREAD,
    undecoded: DOWNLOADS + IN_POOL,
    ahead: DOWNLOADS + IN_POOL + RECORDS,
  };
  for (const [name, bound] of Object.entries(bounds) as [keyof typeof bounds, number][]) {
    expect(most[name], name).toBeLessThanOrEqual(bound);
    expect(most[name], name).toBeGreaterThanOrEqual(bound - 2);
  }
});

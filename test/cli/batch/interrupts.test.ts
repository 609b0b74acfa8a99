/** Ctrl-C of the real command, in the middle of masks so large that the signal comes while they are in hand. */
import { readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { beforeAll, describe, expect, it } from "vitest";
import { linesOf, linesSoFar, newFolder } from "../../support/batch-folder.js";
import { drawJob, writeJobs } from "../../support/batch-jobs.mjs";
import { hugeMask } from "../../support/huge-mask.mjs";
import { makeFolder, runCli } from "../../support/run-cli.js";
import { spawnCli, until } from "../../support/spawn-cli.js";
import { startVendor } from "../../support/vendor.js";

const COUNT = 40;
const drawn = Array.from({ length: COUNT }, (_, seed) => drawJob(seed));
/** In the middle of the list: more than the one thread has in hand. */
const HUGE = { from: 10, to: 22 };
const STOPPING = "finishing the jobs in progress, then stopping; press Ctrl-C again to stop at once\n";

const folder = makeFolder();
const filesOf = writeJobs(drawn, join(folder, "in"));
const start = (out: string) =>
  spawnCli(["decode", join(folder, "in"), "--out", out, "--threads=1", "--resize=32x32"]);
const npyOf = (out: string) =>
  Object.fromEntries(
    readdirSync(join(out, "npy")).map((name) => [
      name,
      readFileSync(join(out, "npy", name)).toString("latin1"),
    ]),
  );
let undisturbed: Record<string, string>;

beforeAll(() => {
  const { png, legend } = hugeMask(8192, 64);
  for (const { job } of drawn.slice(HUGE.from, HUGE.to)) {
    writeFileSync(filesOf(job).mask, png);
    writeFileSync(filesOf(job).result, JSON.stringify({ legend }));
  }
  const out = join(folder, "undisturbed");
  expect(runCli(["decode", join(folder, "in"), "--out", out, "--resize=32x32"]).code).toBe(0);
  undisturbed = npyOf(out);
});

/** A run that has done what comes before the large masks. */
async function startInMiddle(name: string) {
  const out = join(folder, name);
  const run = start(out);
  await until(() => linesSoFar(out).length >= HUGE.from, "what comes before the large masks is done");
  return { ...run, out };
}

describe.skipIf(process.platform === "win32")("labelmap decode", () => {
  it("finishes the jobs in progress at Ctrl-C, says how to continue, and continues", async () => {
    const { child, printed, exited, out } = await startInMiddle("once");
    child.kill("SIGINT");
    expect(await exited).toBe(1);

    const names = linesOf(out).map(({ job }) => `${job}.npy`);
    expect(printed.stdout).toBe(
      `${out}: ${names.length} done; stopped early, run the same command again to continue\n`,
    );
    // The jobs that were finished may have unlabelled pixels.
    expect(printed.stderr.replace(/^ {2}\d+ images? ha(?:s|ve) \d+ unlabelled pixels?.*\n/m, "")).toBe(
      STOPPING,
    );
    expect(names.length).toBeGreaterThan(HUGE.from);
    expect(names.length).toBeLessThan(COUNT);
    const files = npyOf(out);
    expect(Object.keys(files).sort()).toEqual(names.sort());
    expect(undisturbed).toMatchObject(files);
    expect(readdirSync(join(out, ".labelmap"))).toEqual(["writing"]);

    const next = start(out);
    expect(await next.exited).toBe(0);
    const left = COUNT - names.length;
    expect(next.printed.stdout).toBe(`${out}: ${left} done, ${names.length} already up to date\n`);
    expect(npyOf(out)).toEqual(undisturbed);
    expect(linesOf(out)).toHaveLength(COUNT);
  });

  it("ends at once if Ctrl-C follows `kill`, and leaves only complete files", async () => {
    const { child, printed, exited, out } = await startInMiddle("twice");
    child.kill("SIGTERM");
    await until(() => printed.stderr !== "", "it says that it is stopping");
    child.kill("SIGINT");
    await exited;
    expect(child.signalCode).toBe("SIGINT");
    expect(printed.stdout).toBe("");
    const names = linesSoFar(out).map(({ job }) => `${job}.npy`);
    expect(names.length).toBeLessThan(COUNT);
    const files = npyOf(out);
    expect(Object.keys(files)).toEqual(expect.arrayContaining(names));
    expect(undisturbed).toMatchObject(files);
  });
});

describe.skipIf(process.platform === "win32")("labelmap fetch", () => {
  it("reports an interruption during the downloads for class ids as a stop, not as a bug", async () => {
    const { vendor, tasks, project, env } = await startVendor({ count: 6, seed: 8, width: 64, height: 64 });
    const out = join(newFolder(), "out");
    const args = ["fetch", ...tasks.map(({ job }) => job), `--project=${project}`, `--out=${out}`];
    const start = () => spawnCli([...args, "--map=semantic", "--threads=1", "--downloads=2"], env);
    vendor.faults.slow = 1;
    const { child, printed, exited } = start();
    await until(() => vendor.requests.length > 20, "some jobs are downloaded");
    child.kill("SIGINT");
    expect(await exited).toBe(1);
    expect(printed.stderr).toMatch(
      new RegExp(`${STOPPING}labelmap: stopped early; run the same command again to continue\n$`),
    );
    const next = start();
    expect(await next.exited).toBe(0);
    expect(next.printed.stdout).toBe(`${out}: 6 done\n`);
  });
});

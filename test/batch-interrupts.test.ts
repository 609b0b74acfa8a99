/**
 * Ctrl-C of the real command. What is in hand is held there by masks that are named pipes, into which nothing has been
 * written yet: so it is sure that the signal comes in mid-run.
 */
import { execFileSync } from "node:child_process";
import { readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { linesOf, linesSoFar, newFolder } from "./support/batch-folder.js";
import { drawJob, isLabelNpy, writeJobs } from "./support/batch-jobs.mjs";
import { spawnCli, until } from "./support/spawn-cli.js";
import { startVendor } from "./support/vendor.js";

const COUNT = 40;
const drawn = Array.from({ length: COUNT }, (_, seed) => drawJob(seed));
/** As many as the one thread has in hand, in the middle of the list. */
const held = drawn.slice(10, 14);
const STOPPING = "stopping when what is in hand is finished; Ctrl-C again stops at once\n";

/** A run that has done what comes before the pipes, and waits for them. */
async function startHeld() {
  const folder = newFolder();
  const filesOf = writeJobs(drawn, join(folder, "in"));
  const pipes = held.map(({ job }) => filesOf(job).mask);
  for (const pipe of pipes) rmSync(pipe);
  execFileSync("mkfifo", pipes);
  const out = join(folder, "out");
  // Each pipe blocks one of libuv's threads, of which there are else 4.
  const env = { UV_THREADPOOL_SIZE: "16" };
  const start = () => spawnCli(["decode", join(folder, "in"), "--out", out, "--threads=1"], env);
  const run = start();
  await until(() => linesSoFar(out).length >= 10, "what comes before the pipes is done");
  const npy = (job: string) => readFileSync(join(out, `npy/${job}.npy`));
  return { ...run, start, out, pipes, npy };
}

describe.skipIf(process.platform === "win32")("labelmap decode", () => {
  it("finishes at Ctrl-C what is in hand, says how to go on, and does so", async () => {
    const { child, printed, exited, start, out, pipes, npy } = await startHeld();
    child.kill("SIGINT");
    await until(() => printed.stderr !== "", "it says that it is stopping");
    expect(printed.stderr).toBe(STOPPING);
    expect(child.exitCode).toBe(null);
    await Promise.all(pipes.map((pipe, place) => writeFile(pipe, held[place]!.png)));
    expect(await exited).toBe(1);

    const records = linesOf(out);
    expect(printed.stdout).toBe(`${out}: ${records.length} done; stopped early, the same call goes on\n`);
    expect(printed.stderr).toBe(STOPPING);
    const names = records.map(({ job }) => job);
    expect(names).toEqual(expect.arrayContaining(held.map(({ job }) => job)));
    expect(names.length).toBeLessThan(COUNT);
    for (const job of drawn.filter(({ job }) => names.includes(job))) {
      expect(isLabelNpy(npy(job.job), job), job.job).toBe(true);
    }
    expect(readdirSync(join(out, "npy"))).toHaveLength(names.length);
    expect(readdirSync(join(out, ".labelmap"))).toEqual(["writing"]);

    for (const [place, pipe] of pipes.entries()) {
      rmSync(pipe);
      writeFileSync(pipe, held[place]!.png);
    }
    const next = start();
    expect(await next.exited).toBe(0);
    expect(next.printed.stdout).toBe(
      `${out}: ${COUNT - names.length} done, ${names.length} kept as they were\n`,
    );
    expect(linesOf(out)).toHaveLength(COUNT);
  });

  it("ends at Ctrl-C at once where it was told to stop before, by `kill`, and leaves whole files only", async () => {
    const { child, printed, exited, out, npy } = await startHeld();
    child.kill("SIGTERM");
    await until(() => printed.stderr !== "", "it says that it is stopping");
    const start = performance.now();
    child.kill("SIGINT");
    await exited;
    expect(child.signalCode).toBe("SIGINT");
    expect(performance.now() - start).toBeLessThan(5000);
    expect(printed.stdout).toBe("");
    const names = linesSoFar(out).map(({ job }) => job);
    expect(names.length).toBeLessThan(COUNT);
    const files = readdirSync(join(out, "npy"));
    expect(files).toEqual(expect.arrayContaining(names.map((name) => `${name}.npy`)));
    for (const job of drawn.filter(({ job }) => files.includes(`${job}.npy`))) {
      expect(isLabelNpy(npy(job.job), job), job.job).toBe(true);
    }
  });
});

describe.skipIf(process.platform === "win32")("labelmap fetch", () => {
  it("is no bug that ends it when it is interrupted while it downloads for the class ids", async () => {
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
      new RegExp(`${STOPPING}labelmap: stopped early; the same call goes on\n$`),
    );
    const next = start();
    expect(await next.exited).toBe(0);
    expect(next.printed.stdout).toBe(`${out}: 6 done\n`);
  });
});

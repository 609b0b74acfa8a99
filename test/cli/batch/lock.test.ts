/** One run at a time in an output directory, whoever else wants it, and whatever a killed one has left there. */
import { spawn } from "node:child_process";
import { once } from "node:events";
import {
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { fromFiles, runBatch } from "labelmap-cli/batch";
import { describe, expect, it, onTestFinished } from "vitest";
import { lockDirectory } from "../../../cli/src/batch/lock.js";
import { filesIn, linesOf, newFolder } from "../../support/batch-folder.js";
import { drawJob, isLabelNpy, writeJobs } from "../../support/batch-jobs.mjs";
import { runCli } from "../../support/run-cli.js";

const jobs = [0, 1, 2, 3].map((seed) => drawJob(seed));
const isLinux = process.platform === "linux";

function prepare() {
  const folder = newFolder();
  const source = fromFiles(writeJobs(jobs, join(folder, "in")));
  const out = join(folder, "out");
  const run = (place = out) =>
    runBatch({ tasks: jobs, source, out: place, output: { format: "npy" }, threads: 1 });
  return { folder, out, lock: join(out, ".labelmap/lock"), run };
}

const locked = expect.objectContaining({ name: "BatchError", code: "BATCH_LOCKED" });

/** Starts a process that locks a directory of its own, and reads how it says who it is. */
async function startHolder() {
  const folder = newFolder();
  const program = fileURLToPath(new URL("../../support/lock-rounds.mjs", import.meta.url));
  const child = spawn(process.execPath, [program, folder, "1", "0"], {
    stdio: ["ignore", "pipe", "inherit"],
  });
  const kill = async () => {
    if (child.exitCode !== null || child.signalCode !== null) return;
    child.kill("SIGKILL");
    await once(child, "exit");
  };
  onTestFinished(kill);
  await once(child.stdout, "data");
  const lock = join(folder, "0/.labelmap/lock");
  const [name = ""] = readdirSync(lock);
  return { pid: child.pid!, holder: JSON.parse(readFileSync(join(lock, name), "utf8")), kill };
}

function writeLock(lock: string, holder: unknown): void {
  mkdirSync(lock, { recursive: true });
  writeFileSync(join(lock, "other"), typeof holder === "string" ? holder : JSON.stringify(holder));
}

describe("the lock of an output directory", () => {
  it("keeps a second process out only while the first one lives", async () => {
    const { out, lock, run } = prepare();
    const { pid, holder, kill } = await startHolder();
    writeLock(lock, holder);
    await expect(run()).rejects.toEqual(locked);
    await expect(run()).rejects.toThrow(`process ${pid}`);
    expect(filesIn(out)).toEqual([]);
    expect(readdirSync(lock), "the other's lock stays").toEqual(["other"]);
    expect(readdirSync(join(lock, "..")), "and nothing beside it").toEqual(["lock"]);
    await kill();
    expect(await run()).toMatchObject({ done: 4, isComplete: true });
    expect(existsSync(lock)).toBe(false);
  });

  it("goes to exactly one of several processes that find a stale lock", async () => {
    const [folder, rounds, processes] = [newFolder(), 60, 6];
    const { holder, kill } = await startHolder();
    await kill();
    for (let round = 0; round < rounds; round++) {
      writeLock(join(folder, String(round), ".labelmap/lock"), holder);
    }
    const program = fileURLToPath(new URL("../../support/lock-rounds.mjs", import.meta.url));
    const args = [program, folder, String(rounds), String(Date.now() + 1000)];
    const children = Array.from({ length: processes }, () =>
      spawn(process.execPath, args, { stdio: ["ignore", "pipe", "inherit"] }),
    );
    onTestFinished(() => {
      for (const child of children) child.kill("SIGKILL");
    });
    const taken = await Promise.all(
      children.map(async (child): Promise<number[]> => {
        for await (const line of child.stdout) return JSON.parse(String(line));
        throw new Error("a process has ended early");
      }),
    );
    expect(taken.flat().sort((a, b) => a - b)).toEqual(Array.from({ length: rounds }, (_, round) => round));
  });

  it.runIf(isLinux)("is taken over from a dead process whose number was reused", async () => {
    const { lock, run } = prepare();
    const { holder } = await startHolder();
    for (const pid of [holder.pid, process.pid]) {
      writeLock(lock, { ...holder, pid, started: `${holder.started}0` });
      expect(await run()).toHaveProperty("isComplete", true);
      expect(existsSync(lock)).toBe(false);
    }
  });

  it.each([
    ["another machine", { host: "elsewhere" }, "process 4242 on another machine or container (elsewhere)"],
    [
      "another container on this machine",
      { space: "pid:[1]" },
      "process 4242 on another machine or container",
    ],
  ])("is never taken from %s, whose processes cannot be seen", async (_, other, words) => {
    const { out, lock, run } = prepare();
    const { holder, kill } = await startHolder();
    await kill();
    writeLock(lock, { ...holder, pid: 4242, ...other });
    await expect(run()).rejects.toEqual(locked);
    await expect(run()).rejects.toThrow(words);
    await expect(run()).rejects.toThrow(`remove ${lock}`);
    expect(filesIn(out)).toEqual([]);
    rmSync(lock, { recursive: true });
    expect(await run()).toMatchObject({ done: 4 });
  });

  it("is never taken over if it does not say who holds it, except if it is empty", async () => {
    for (const text of ["", "x", "{}", "null", '{"host":"a","space":null,"pid":-1,"started":null}']) {
      const { lock, run } = prepare();
      writeLock(lock, text);
      await expect(run(), text).rejects.toEqual(locked);
      await expect(run(), text).rejects.toThrow(`remove ${lock}`);
    }
    const { lock, run } = prepare();
    mkdirSync(join(lock, ".."), { recursive: true });
    writeFileSync(lock, "123");
    await expect(run()).rejects.toEqual(locked);
    rmSync(lock);
    mkdirSync(lock);
    expect(await run()).toMatchObject({ done: 4 });
  });

  it("is not released for another run that took it by force", async () => {
    const { out, lock } = prepare();
    const unlock = await lockDirectory(out);
    rmSync(lock, { recursive: true });
    writeLock(lock, "another's");
    await unlock();
    expect(readdirSync(lock)).toEqual(["other"]);
  });

  it("lets in one of several runs that this process starts at once, by any path", async () => {
    const { folder, out, run } = prepare();
    mkdirSync(out);
    symlinkSync(out, join(folder, "link"));
    const runs = await Promise.allSettled([run(), run(), run(`${out}/../out/`), run(join(folder, "link"))]);
    expect(runs.map(({ status }) => status).sort()).toEqual([
      "fulfilled",
      "rejected",
      "rejected",
      "rejected",
    ]);
    for (const result of runs) if (result.status === "rejected") expect(result.reason).toEqual(locked);
    expect(linesOf(out)).toHaveLength(4);
    expect(await run()).toMatchObject({ kept: 4 });
  });

  it("does not block runs in different directories", async () => {
    const { out, run } = prepare();
    const outs = [out, `${out}put`];
    const summaries = await Promise.all(outs.map((path) => run(path)));
    expect(summaries.map(({ done }) => done)).toEqual([4, 4]);
    for (const path of outs) {
      for (const job of jobs)
        expect(isLabelNpy(readFileSync(join(path, `npy/${job.job}.npy`)), job)).toBe(true);
    }
  });

  it("is released after an error", async () => {
    const { lock, out, run } = prepare();
    mkdirSync(out);
    writeFileSync(join(out, "manifest.jsonl"), "x\n");
    for (let count = 0; count < 2; count++) {
      await expect(run()).rejects.toEqual(expect.objectContaining({ code: "MANIFEST_INVALID" }));
      expect(existsSync(lock)).toBe(false);
    }
    writeFileSync(join(out, "manifest.jsonl"), "");
    expect(await run()).toMatchObject({ done: 4 });
  });
});

describe("a command that makes a class list", () => {
  it.each([
    ["decode", ["in"]],
    ["fetch", ["--project", "p", "job", "--base-url", "http://127.0.0.1:1"]],
  ])("%s writes and requests nothing while another run uses the directory", async (command, args) => {
    const { folder, out } = prepare();
    const unlock = await lockDirectory(out);
    const { code, stderr } = runCli([command, ...args, "--out", out, "--map", "semantic"], {
      cwd: folder,
      env: { PLAYMENT_API_KEY: "secret-key" },
    });
    expect([code, stderr]).toEqual([
      1,
      expect.stringContaining(`BATCH_LOCKED: ${out}: process ${process.pid}`),
    ]);
    expect(stderr).not.toContain("downloading");
    expect(filesIn(out)).toEqual([]);
    await unlock();
  });
});

/** A disk that is full in mid-run: the run ends and says what to do, and goes on where there is room again. */
import { spawnSync } from "node:child_process";
import { mkdirSync, readdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, it, onTestFinished } from "vitest";
import { filesIn, hashesIn, linesOf, newFolder, statesOf } from "../../support/batch-folder.js";
import { spawnCli } from "../../support/spawn-cli.js";
import { startVendor } from "../../support/vendor.js";

const JOBS = 40;
const mount = (...args: string[]) => spawnSync("mount", args).status === 0;

/** A file system of its own of so many KiB; undefined where this user may not make one. */
function newDisk(kib: number): string | undefined {
  const folder = join(newFolder(), "disk");
  mkdirSync(folder);
  if (process.platform !== "linux" || !mount("-t", "tmpfs", "-o", `size=${kib}k`, "tmpfs", folder))
    return undefined;
  onTestFinished(() => void spawnSync("umount", ["-l", folder]));
  return folder;
}

for (const flags of [[], ["--map=semantic"]]) {
  it(`ends labelmap fetch ${flags.join(" ")} with advice, and the next run continues`, async ({ skip }) => {
    // Without class ids an output of 48 KiB and 1 KiB of sources a job; with them all sources come first.
    const disk = newDisk(flags.length === 0 ? 800 : 48);
    if (disk === undefined) return skip("only root may mount a file system");
    const size = { width: 128, height: 96 };
    const { tasks, project, env, requestsOf } = await startVendor({ count: JOBS, seed: 9, ...size });
    const list = join(newFolder(), "jobs.txt");
    writeFileSync(list, tasks.map(({ job }) => `${job}\n`).join(""));
    const fetch = (out: string) =>
      spawnCli(
        ["fetch", "--jobs", list, "--project", project, "--out", out, "--threads=1", "--rate=1000", ...flags],
        env,
      );
    const undisturbed = join(newFolder(), "undisturbed");
    expect(await fetch(undisturbed).exited).toBe(0);
    const requestsBefore = tasks.map(({ job }) => requestsOf(job).job);

    const out = join(disk, "out");
    const full = fetch(out);
    expect(await full.exited).toBe(1);
    const message = "the disk is full; free some space and run again, finished jobs are kept";
    expect(full.printed.stderr).toMatch(new RegExp(`labelmap: STORAGE_FAILED: ${out}/[^ ]+: ${message}\n$`));
    const asked = tasks.filter(({ job }, place) => requestsOf(job).job > requestsBefore[place]!);
    expect(asked.length, "it ends at once").toBeLessThan(JOBS);
    const found = hashesIn(out);
    expect(Object.keys(found).length).toBeGreaterThan(3);
    expect(hashesIn(undisturbed)).toMatchObject(found);
    expect(readdirSync(join(out, ".labelmap/writing"))).toEqual([]);
    const records = filesIn(out).includes("manifest.jsonl") ? linesOf(out) : [];
    for (const { status } of records) expect(status).toBe("done");

    expect(mount("-o", "remount,size=16m", disk)).toBe(true);
    const next = fetch(out);
    expect(await next.exited).toBe(0);
    expect(hashesIn(out)).toEqual(hashesIn(undisturbed));
    expect(statesOf(out)).toEqual(statesOf(undisturbed));
    expect(linesOf(out)).toHaveLength(JOBS);
  });
}

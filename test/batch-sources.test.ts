/** What a source may be, and what is recorded and kept of it. */
import { execFileSync } from "node:child_process";
import { mkdirSync, rmSync, symlinkSync, truncateSync } from "node:fs";
import { join } from "node:path";
import { fromFiles, runBatch } from "labelmap/batch";
import { describe, expect, it } from "vitest";
import { newFolder, recordsOf } from "./support/batch-folder.js";
import { drawJob, writeJobs } from "./support/batch-jobs.mjs";

const drawn = [0, 1, 2].map((seed) => drawJob(seed));
const output = { format: "npy" } as const;

function prepare() {
  const folder = newFolder();
  const filesOf = writeJobs(drawn, join(folder, "in"));
  const out = join(folder, "out");
  const run = () => runBatch({ tasks: drawn, source: fromFiles(filesOf), out, output, threads: 1 });
  return { filesOf, out, run };
}
const errorOf = (out: string, place: number) => recordsOf(out).get(drawn[place]!.job)!.error;

describe("a source that is no regular file", () => {
  it.skipIf(process.platform === "win32")("fails its task, and ends no other, nor never", async () => {
    const { filesOf, out, run } = prepare();
    const { mask } = filesOf(drawn[0]!.job);
    const { result } = filesOf(drawn[1]!.job);
    rmSync(mask);
    execFileSync("mkfifo", [mask]);
    rmSync(result);
    symlinkSync("/dev/zero", result);
    expect(await run()).toMatchObject({ done: 1, failed: 2 });
    expect(errorOf(out, 0)).toEqual({ code: "SOURCE_MISSING", message: `${mask} is no regular file` });
    expect(errorOf(out, 1)).toEqual({ code: "SOURCE_MISSING", message: `${result} is no regular file` });
  });

  it("or is larger than the decoder takes is refused before it is read", async () => {
    const { filesOf, out, run } = prepare();
    const { mask } = filesOf(drawn[0]!.job);
    // A hole: it takes no room on the disk.
    truncateSync(mask, 2 ** 30 + 1);
    expect(await run()).toMatchObject({ done: 2, failed: 1 });
    expect(errorOf(out, 0)).toMatchObject({ code: "PNG_TOO_LARGE", message: expect.stringContaining(mask) });
  });

  it("or a folder says so", async () => {
    const { filesOf, out, run } = prepare();
    const { mask } = filesOf(drawn[0]!.job);
    rmSync(mask);
    mkdirSync(mask);
    expect(await run()).toMatchObject({ done: 2, failed: 1 });
    expect(errorOf(out, 0)).toEqual({ code: "SOURCE_MISSING", message: `${mask}: it is a directory` });
  });
});

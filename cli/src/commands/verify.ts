/** `labelmap verify`: reads every output and compares it with the manifest. */

import type { Command } from "commander";
import { counted } from "labelmap/checks";
import { verify } from "../batch/verify.js";
import { interruption, say } from "../batch-run.js";
import { addExamples } from "../help.js";
import { print } from "../output.js";
import { printable } from "../printable.js";
import { startVerifyProgress } from "../progress.js";

export function define(command: Command): void {
  command
    .description(
      "Reads every output and compares it with DIR/manifest.jsonl: size, hash, dtype and shape. The vendor's files are " +
        "compared as well if they are kept. Each difference is printed on a line.",
    )
    .argument("<dir>", "an output directory, or s3://bucket/prefix after `labelmap collect`")
    .option("--json", "print the differences and the totals as JSON")
    .option("-q, --quiet", "show no progress")
    .action(verifyDirectory);
  addExamples(command, [
    ["labelmap verify dataset", "Check that all files are as they were written."],
    [
      "labelmap verify dataset --quiet && echo intact",
      "Use it in a script: the exit code is 1 if anything differs.",
    ],
  ]);
}

async function verifyDirectory(
  dir: string,
  { json = false, quiet = false }: { readonly json?: boolean; readonly quiet?: boolean },
): Promise<void> {
  const damages: object[] = [];
  const lines: string[] = [];
  const progress = await startVerifyProgress(quiet);
  const verified = await verify(dir, {
    onDamage(damage) {
      if (json) damages.push(damage);
      else lines.push(`${damage.path} (${damage.job}): ${damage.problem}`);
    },
    onProgress: progress.update,
    signal: interruption(),
  }).finally(progress.stop);
  const { files, bytes, done, failed, damages: count } = verified;
  if (json) await print(printable(JSON.stringify({ ...verified, list: damages }, null, 2), "\n"));
  else {
    for (const line of lines) await print(printable(line));
    const totals = `${counted(done, "job")} done, ${failed} failed; ${counted(files, "file")}, ${(bytes / 1e6).toFixed(1)} MB read`;
    await print(
      `${printable(dir)}: ${totals}; ${count === 0 ? "all match the manifest" : `${count} ${count === 1 ? "differs" : "differ"}`}`,
    );
  }
  if (count > 0) process.exitCode = 1;
  if (count > 0 && !json)
    say("to repair them, remove the files that differ, and run the same `decode` or `fetch` command again");
}

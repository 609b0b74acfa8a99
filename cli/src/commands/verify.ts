/** `labelmap verify`: reads every output and compares it with the manifest. */

import { existsSync } from "node:fs";
import { join } from "node:path";
import type { Command } from "commander";
import { counted } from "labelmap/checks";
import { MANIFEST } from "../batch/manifest.js";
import { type Damage, verify } from "../batch/verify.js";
import { interruption, say } from "../batch-run.js";
import { FILES_RECORD } from "../convert/recorded-folder.js";
import { verifyFolder } from "../convert/verify-folder.js";
import { addExamples } from "../help.js";
import { print } from "../output.js";
import { printable } from "../printable.js";
import { startVerifyProgress } from "../progress.js";
import { addRunFlags, type RunFlags, WRITES_NOTHING } from "../run-flags.js";

export function define(command: Command): void {
  command
    .description(
      "Reads every output and compares it with DIR/manifest.jsonl: size, hash, dtype and shape. The vendor's files are " +
        "compared as well if they are kept. A directory of `labelmap convert` or `overlay` is compared with its record. Each difference is " +
        "printed on a line.",
    )
    .argument("<dir>", "an output directory, or s3://bucket/prefix after `labelmap collect`")
    .action(verifyDirectory);
  addRunFlags(command, { dryRun: WRITES_NOTHING, json: "the differences and the totals", quiet: "" });
  addExamples(command, [
    ["labelmap verify dataset", "Check that all files are as they were written."],
    [
      "labelmap verify dataset --quiet && echo intact",
      "Use it in a script: the exit code is 1 if anything differs.",
    ],
  ]);
}

async function verifyDirectory(dir: string, { json = false, quiet = false }: RunFlags): Promise<void> {
  const damages: object[] = [];
  const lines: string[] = [];
  const progress = await startVerifyProgress(quiet);
  const isConverted = !existsSync(join(dir, MANIFEST)) && existsSync(join(dir, FILES_RECORD));
  const options = {
    onDamage({ job, path, problem }: Damage) {
      if (json) damages.push(isConverted ? { path, problem } : { job, path, problem });
      else lines.push(isConverted ? `${path}: ${problem}` : `${path} (${job}): ${problem}`);
    },
    onProgress: progress.update,
    signal: interruption(),
  };
  const converted = isConverted ? await verifyFolder(dir, options).finally(progress.stop) : undefined;
  const batch = converted === undefined ? await verify(dir, options).finally(progress.stop) : undefined;
  const verified = converted ?? batch!;
  const { files, bytes, damages: count } = verified;
  if (json) await print(printable(JSON.stringify({ ...verified, list: damages }, null, 2), "\n"));
  else {
    for (const line of lines) await print(printable(line));
    const jobs = batch === undefined ? "" : `${counted(batch.done, "job")} done, ${batch.failed} failed; `;
    const totals = `${jobs}${counted(files, "file")}, ${(bytes / 1e6).toFixed(1)} MB read`;
    const record = isConverted ? "record" : "manifest";
    await print(
      `${printable(dir)}: ${totals}; ${count === 0 ? `all match the ${record}` : `${count} ${count === 1 ? "differs" : "differ"}`}`,
    );
  }
  if (count === 0) return;
  process.exitCode = 1;
  const commands = isConverted ? "`convert` or `overlay` command" : "`decode` or `fetch` command";
  if (!json && !quiet)
    say(`to repair them, remove the files that differ, and run the same ${commands} again`);
}

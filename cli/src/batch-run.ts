/// <reference types="node" />
/** A batch as the commands run it: with progress, an end by Ctrl-C, and a summary. */
import type { Command } from "commander";
import type { LeftOut } from "./batch/dataset-files.js";
import { MANIFEST } from "./batch/manifest.js";
import type { TaskRecord } from "./batch/record.js";
import { type BatchOptions, type BatchSummary, runAlone } from "./batch/run.js";
import type { Task } from "./batch/sources.js";
import { inFlags } from "./in-flags.js";
import { parsePositiveInteger } from "./options.js";
import { print } from "./output.js";
import { printable } from "./printable.js";
import { startProgress } from "./progress.js";

export interface BatchFlags {
  readonly threads?: number;
  readonly retryFailed?: boolean;
  readonly failFast?: boolean;
  readonly quiet?: boolean;
}

export function addBatchFlags(command: Command): void {
  command
    .option("--threads <number>", "threads that decode (default: one for each core)", parsePositiveInteger)
    .option("--retry-failed", "try again what failed before for what is in its mask or result")
    .option("--fail-fast", "stop at the first failure")
    .option("-q, --quiet", "show no progress");
}

/** Failures that are told; all are in the manifest. */
const MOST_FAILURES_TOLD = 10;

/** Runs a batch, by whom is `alone` in its directory, and sets the exit code to 1 where not all of it is done. */
export async function runAndTell(
  options: Omit<BatchOptions, "tasks" | "onProgress"> & { readonly tasks: readonly Task[] },
  flags: BatchFlags,
): Promise<void> {
  const { quiet = false, threads, retryFailed = false, failFast = false } = flags;
  const progress = await startProgress(options.tasks.length, { isQuiet: quiet });
  const failures: TaskRecord[] = [];
  let summary: BatchSummary;
  try {
    summary = await runAlone({
      ...options,
      ...(threads === undefined ? {} : { threads }),
      retryFailed,
      failFast,
      onProgress(state) {
        if (state.last?.status === "failed" && failures.length < MOST_FAILURES_TOLD)
          failures.push(state.last);
        progress.update(state);
      },
    });
  } finally {
    progress.stop();
  }
  tellFailures(failures, summary, options.out);
  tellLeftOut(summary.leftOut);
  await print(describeSummary(summary, options.out));
  const isAllDone = summary.isComplete && summary.failed + summary.failedBefore === 0;
  if (!isAllDone) process.exitCode = 1;
}

/**
 * A signal for Ctrl-C and for `kill`: what is in hand is finished. The second Ctrl-C ends the process at once, which
 * leaves no half file either. It is left to the system: `process.exit` waits for threads, and these for a disk or a
 * network that does not answer.
 */
export function interruption(
  message = "stopping when what is in hand is finished; Ctrl-C again stops at once",
): AbortSignal {
  const controller = new AbortController();
  const names = ["SIGINT", "SIGTERM"] as const;
  const stop = () => {
    for (const name of names) process.off(name, stop);
    say(message);
    controller.abort();
  };
  for (const name of names) process.on(name, stop);
  return controller.signal;
}

/** Says something on stderr that is neither a result nor an error. */
export function say(text: string): void {
  process.stderr.write(`${printable(text, "\n")}\n`);
}

/** Says what COCO's JSON lacks, and what to do. */
export function tellLeftOut({ otherOptions, unreadable }: LeftOut): void {
  if (otherOptions > 0) {
    say(
      `  ${otherOptions} finished images are not in COCO's JSON: they were made with other options or classes, and are made anew with these where their jobs are in the list`,
    );
  }
  if (unreadable > 0) {
    say(
      `  ${unreadable} finished images are not in COCO's JSON: their files in annotations/ are gone or damaged; \`labelmap verify\` names them, and without these files their jobs are done anew where they are in the list`,
    );
  }
}

/** A line, whatever the job is called. */
export function describeFailure(job: string, { code, message }: NonNullable<TaskRecord["error"]>): string {
  return printable(`${job}: ${code}: ${inFlags(message)}`);
}

function describeSummary(
  { done, kept, failed, failedBefore, isComplete }: BatchSummary,
  out: string,
): string {
  const parts = [
    `${done} done`,
    ...(kept > 0 ? [`${kept} kept as they were`] : []),
    ...(failed > 0 ? [`${failed} failed`] : []),
    ...(failedBefore > 0 ? [`${failedBefore} failed before`] : []),
  ];
  return `${printable(out)}: ${parts.join(", ")}${isComplete ? "" : "; stopped early, the same call goes on"}`;
}

function tellFailures(
  told: readonly TaskRecord[],
  { failed, failedBefore }: BatchSummary,
  out: string,
): void {
  for (const { job, error } of told) say(`  ${describeFailure(job, error!)}`);
  if (failed > told.length) say(`  and ${failed - told.length} more: see ${out}/${MANIFEST}`);
  if (failedBefore > 0) {
    say(
      `  ${failedBefore} failed before for what is in their mask or result; --retry-failed tries them again`,
    );
  }
}

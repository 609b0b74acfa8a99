/// <reference types="node" />
/** A batch as the commands run it: with progress, with Ctrl-C, and with a summary. */
import type { Command } from "commander";
import { counted } from "labelmap/checks";
import {
  type DatasetReport,
  ENCODER_ISSUES,
  type EncoderIssue,
  type LeftOut,
} from "./batch/dataset-files.js";
import { MANIFEST } from "./batch/manifest.js";
import type { TaskRecord } from "./batch/record.js";
import { type BatchOptions, type BatchSummary, runLocked } from "./batch/run.js";
import type { Task } from "./batch/sources.js";
import type { UnlabelledPixels } from "./batch/unlabelled.js";
import { inFlags } from "./in-flags.js";
import { parsePositiveInteger } from "./options.js";
import { print } from "./output.js";
import { printable } from "./printable.js";
import { startProgress } from "./progress.js";
import type { RunFlags } from "./run-flags.js";

export interface BatchFlags extends RunFlags {
  readonly threads?: number;
  readonly retryFailed?: boolean;
  readonly failFast?: boolean;
  readonly force?: boolean;
}

/** @param force the help text of `--force` in this command. */
export function addBatchFlags(
  command: Command,
  force = "overwrite files in a directory where labelmap has not worked before; files that the command reads are never overwritten",
): void {
  command
    .option(
      "--threads <number>",
      "number of threads that decode (default: one per core)",
      parsePositiveInteger,
    )
    .option("--retry-failed", "retry jobs that failed in an earlier run because of their mask or result")
    .option("--fail-fast", "stop at the first failure")
    .option("--force", force);
}

/** At most this many failures are printed; all of them are in the manifest. */
const MOST_PRINTED_FAILURES = 10;

/**
 * Runs a batch and prints its summary. Call it inside `withLock`. The exit code is 1 if not every job is done.
 *
 * @param inspectArgs what `labelmap inspect` needs to show a job's mask.
 * @param json prints the summary as JSON, together with these fields.
 */
export async function runAndReport(
  options: Omit<BatchOptions, "tasks" | "onProgress"> & { readonly tasks: readonly Task[] },
  flags: BatchFlags,
  inspectArgs: (job: string) => readonly string[],
  json?: object,
): Promise<void> {
  const { quiet = false, threads, retryFailed = false, failFast = false } = flags;
  const progress = await startProgress(options.tasks.length, { isQuiet: quiet });
  const failures: TaskRecord[] = [];
  let summary: BatchSummary;
  try {
    summary = await runLocked({
      ...options,
      ...(threads === undefined ? {} : { threads }),
      retryFailed,
      failFast,
      onProgress(state) {
        if (state.last?.status === "failed" && failures.length < MOST_PRINTED_FAILURES)
          failures.push(state.last);
        progress.update(state);
      },
    });
  } finally {
    progress.stop();
  }
  reportFailures(failures, summary, options.out);
  if (!quiet) {
    reportLeftOut(summary.leftOut);
    reportIssues(summary.issues, summary.plan.format);
    reportUnlabelled(summary.unlabelled, inspectArgs);
  }
  if (json === undefined) await print(describeSummary(summary, options.out));
  else await print(summaryJson(json, summary, options.out));
  const isAllDone = summary.isComplete && summary.failed + summary.failedBefore === 0;
  if (!isAllDone) process.exitCode = 1;
}

/**
 * A signal that aborts at Ctrl-C or `kill`; jobs in progress are then finished. The second Ctrl-C ends the process at
 * once, and leaves no half-written file either. The system does that, not `process.exit`, which waits for threads that
 * may be waiting for a disk or a network that does not answer.
 */
export function interruption(
  message = "finishing the jobs in progress, then stopping; press Ctrl-C again to stop at once",
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

/** Prints notices, unless `--quiet` is given. */
export function noticer({ quiet = false }: { readonly quiet?: boolean }): (text: string) => void {
  return quiet ? () => {} : say;
}

/** Prints a notice on stderr, which is neither a result nor an error. */
export function say(text: string): void {
  process.stderr.write(`${printable(text, "\n")}\n`);
}

/** Reports which images COCO's JSON lacks, and what to do. */
export function reportLeftOut({ otherOptions, unreadable }: LeftOut): void {
  if (otherOptions > 0) {
    say(
      `  ${otherOptions} finished images are not in COCO's JSON: they were made with other options or classes; to include them, run the command again with their jobs in the list`,
    );
  }
  if (unreadable > 0) {
    say(
      `  ${unreadable} finished images are not in COCO's JSON: their files in annotations/ are missing or damaged; \`labelmap verify\` names them; remove the damaged ones and run their jobs again`,
    );
  }
}

/** What each issue means for an image, and what to do about it. */
const MEANINGS: Readonly<Record<EncoderIssue, string>> = {
  "no-objects":
    'no object, because no label has a number, such as "car # 1"; to count connected areas, add --objects components; to count labels, name their classes with --things',
  "label-not-numbered":
    "labels without a number, and each is one object; to count connected areas, add --objects components",
  "component-too-small": "connected areas below --min-area, which are left out",
  "group-left-out":
    "labels without a number beside numbered ones, which have no line; to count connected areas, add --objects components",
  "object-split":
    "objects of several areas, and each area is an object in YOLO; --format coco-instances keeps them together",
  "hole-filled": "objects with holes, which are filled in YOLO; --format coco-instances keeps them",
};

/** Reports what the format of the outputs does not hold, so that no export is empty without a word. */
export function reportIssues(issues: DatasetReport["issues"], format: string): void {
  for (const code of ENCODER_ISSUES) {
    const count = issues[code] ?? 0;
    if (count > 0) say(`  ${format}: ${counted(count, "image has", "images have")} ${MEANINGS[code]}`);
  }
}

/**
 * Reports the pixels without a label, and how to see what they are.
 *
 * @param inspectArgs what `labelmap inspect` needs to show a job's mask. If it is missing, the masks are not on this machine.
 */
export function reportUnlabelled(
  { images, pixels, share, worst }: UnlabelledPixels,
  inspectArgs?: (job: string) => readonly string[],
): void {
  if (worst === null) return;
  const part =
    share === null ? "" : `, ${(100 * share).toFixed(2)} % of ${images === 1 ? "its" : "their"} pixels`;
  const command = `labelmap inspect ${inspectArgs?.(worst).map(inShell).join(" ") ?? `FILE (the mask of ${worst})`}`;
  say(
    `  ${counted(images, "image has", "images have")} ${counted(pixels, "unlabelled pixel")}${part}; to see their colours or ids: ${command}`,
  );
}

/** The word as a shell takes it: in quotes if it has characters that mean something there. */
function inShell(word: string): string {
  return /^[\w./:@%+=,-]+$/.test(word) ? word : `'${word.replaceAll("'", "'\\''")}'`;
}

/** One line of text, even if the job's id contains a line break. */
export function describeFailure(job: string, { code, message }: NonNullable<TaskRecord["error"]>): string {
  return printable(`${job}: ${code}: ${inFlags(message, code)}`);
}

/** `--dry-run` of a batch: how many masks would be made, from what, and as what. */
export async function printPlan(
  { jobs, found, json }: { readonly jobs: number; readonly found: object; readonly json: boolean },
  { format, map, out }: { readonly format: string; readonly map?: string | undefined; readonly out: string },
): Promise<void> {
  if (json) {
    const plan = { ...found, out, format, ...(map === undefined ? {} : { map }), jobs };
    return print(printable(JSON.stringify(plan)));
  }
  await print(
    `${printable(out)}: would make ${format} files of ${counted(jobs, "mask")}; nothing is written`,
  );
}

/** The summary as one line of JSON, after the fields of `more`. */
export function summaryJson(
  more: object,
  summary: Omit<BatchSummary, "plan" | "leftOut">,
  out: string,
): string {
  const { done, kept, failed, failedBefore, isComplete, issues, unlabelled } = summary;
  const counts = { done, kept, failed, failedBefore, isComplete, issues, unlabelled };
  return printable(JSON.stringify({ ...more, out, ...counts }));
}

function describeSummary(
  { done, kept, failed, failedBefore, isComplete }: BatchSummary,
  out: string,
): string {
  const parts = [
    `${done} done`,
    ...(kept > 0 ? [`${kept} already up to date`] : []),
    ...(failed > 0 ? [`${failed} failed`] : []),
    ...(failedBefore > 0 ? [`${failedBefore} failed earlier`] : []),
  ];
  return `${printable(out)}: ${parts.join(", ")}${isComplete ? "" : "; stopped early, run the same command again to continue"}`;
}

function reportFailures(
  printed: readonly TaskRecord[],
  { failed, failedBefore }: BatchSummary,
  out: string,
): void {
  for (const { job, error } of printed) say(`  ${describeFailure(job, error!)}`);
  if (failed > printed.length) say(`  and ${failed - printed.length} more: see ${out}/${MANIFEST}`);
  if (failedBefore > 0) {
    say(
      `  ${failedBefore} failed in an earlier run because of their mask or result; --retry-failed retries them`,
    );
  }
}

/** `labelmap collect`: the manifest of what a cluster's workers did, and the files that describe the whole data set. */

import type { Command } from "commander";
import { writeDatasetFiles } from "../batch/dataset-files.js";
import { openStorage } from "../batch/open-storage.js";
import { makesSameOutputs } from "../batch/output-plan.js";
import type { TaskRecord } from "../batch/record.js";
import type { Storage } from "../batch/storage.js";
import { UnlabelledCount } from "../batch/unlabelled.js";
import { reportIssues, reportLeftOut, reportUnlabelled, say } from "../batch-run.js";
import { readPlan } from "../cluster/read-plan.js";
import { collect, readRecords } from "../cluster/records.js";
import { addExamples } from "../help.js";
import { print } from "../output.js";
import { printable } from "../printable.js";
import { addRunFlags, type RunFlags } from "../run-flags.js";

export function define(command: Command): void {
  command
    .description(
      "Collects the records of all workers into PLACE/manifest.jsonl, and writes the files that describe the whole data " +
        "set (COCO's JSON, class lists). Failed jobs are listed in the manifest; they do not make this command fail.",
    )
    .argument("<place>", "where the workers wrote their outputs: s3://bucket/prefix, or a directory")
    .action(collectPlace);
  addRunFlags(command, { dryRun: "", json: "the numbers of jobs", quiet: "" });
  addExamples(command, [
    [
      "labelmap collect s3://masks/labels && labelmap verify s3://masks/labels",
      "Run this when the workers are done.",
    ],
  ]);
}

async function collectPlace(place: string, flags: RunFlags): Promise<void> {
  const { json = false, quiet = false } = flags;
  if (flags.dryRun) {
    const counts = { done: 0, failed: 0 };
    for await (const { status } of readRecords(await openStorage(place))) counts[status]++;
    const text = `${place}: would collect ${counts.done} done, ${counts.failed} failed; nothing is written`;
    return print(printable(json ? JSON.stringify({ place, ...counts }) : text));
  }
  const { done, failed } = await collect({ out: place });
  const storage = await openStorage(place);
  for (const [format, { newest, counts, unlabelled }] of await optionsOfFormats(storage)) {
    const plan = await readPlan(storage, newest.options);
    const { leftOut, issues } = await writeDatasetFiles(plan, storage, readRecords(storage));
    if (!quiet) {
      reportLeftOut({ ...leftOut, otherOptions: 0 });
      reportIssues(issues, plan.format);
      reportUnlabelled(unlabelled.total);
    }
    let others = 0;
    for (const [id, count] of counts) if (!makesSameOutputs(plan, id)) others += count;
    if (others > 0 && !quiet) {
      say(
        `${others} ${format} jobs were made with other options than the newest job; enqueue them again with its options`,
      );
    }
  }
  const text = `${place}: ${done} done, ${failed} failed`;
  await print(printable(json ? JSON.stringify({ place, done, failed }) : text));
}

interface FormatOptions {
  /** The newest record of a finished job in this format: its options count for the data set. */
  newest: TaskRecord;
  /** The number of finished jobs for each id of options. */
  readonly counts: Map<string, number>;
  readonly unlabelled: UnlabelledCount;
}

async function optionsOfFormats(storage: Storage): Promise<ReadonlyMap<string, FormatOptions>> {
  const formats = new Map<string, FormatOptions>();
  for await (const record of readRecords(storage)) {
    const { format, status, time, options } = record;
    if (status !== "done") continue;
    const known = formats.get(format) ?? {
      newest: record,
      counts: new Map<string, number>(),
      unlabelled: new UnlabelledCount(),
    };
    formats.set(format, known);
    if (time > known.newest.time) known.newest = record;
    known.unlabelled.add(record);
    known.counts.set(options, (known.counts.get(options) ?? 0) + 1);
  }
  return formats;
}

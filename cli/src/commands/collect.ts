/** `labelmap collect`: what the workers of a cluster did, as one manifest and the data set's own files. */

import type { Command } from "commander";
import { writeDatasetFiles } from "../batch/dataset-files.js";
import { openStorage } from "../batch/open-storage.js";
import { makesTheSame } from "../batch/output-options.js";
import type { TaskRecord } from "../batch/record.js";
import type { Storage } from "../batch/storage.js";
import { say, tellLeftOut } from "../batch-run.js";
import { readPlan } from "../cluster/read-plan.js";
import { collect, readRecords } from "../cluster/records.js";
import { addExamples } from "../help.js";
import { print } from "../output.js";
import { printable } from "../printable.js";

export function define(command: Command): void {
  command
    .description(
      "Gathers the records of all workers into PLACE/manifest.jsonl, and makes the files that a format has for a whole " +
        "data set (COCO's JSON, class lists). Jobs that failed are in the manifest, and no failure of this call.",
    )
    .argument("<place>", "where the workers wrote: s3://bucket/prefix, or a directory")
    .action(collectPlace);
  addExamples(command, [
    ["labelmap collect s3://masks/labels && labelmap verify s3://masks/labels", "When the workers are done."],
  ]);
}

async function collectPlace(place: string): Promise<void> {
  const { done, failed } = await collect({ out: place });
  const storage = await openStorage(place);
  for (const [format, { newest, counts }] of await optionsOfFormats(storage)) {
    const plan = await readPlan(storage, newest.options);
    const { unreadable } = await writeDatasetFiles(plan, storage, readRecords(storage));
    tellLeftOut({ otherOptions: 0, unreadable });
    let others = 0;
    for (const [id, count] of counts) if (!makesTheSame(plan, id)) others += count;
    if (others > 0) {
      say(
        `${others} ${format} jobs were made with other options than the newest; enqueue them again with these`,
      );
    }
  }
  await print(`${printable(place)}: ${done} done, ${failed} failed`);
}

interface FormatOptions {
  /** The newest record of the format that is done: its options are the data set's. */
  newest: TaskRecord;
  /** How many jobs are done with the options of each id. */
  readonly counts: Map<string, number>;
}

async function optionsOfFormats(storage: Storage): Promise<ReadonlyMap<string, FormatOptions>> {
  const formats = new Map<string, FormatOptions>();
  for await (const record of readRecords(storage)) {
    const { format, status, time, options } = record;
    if (status !== "done") continue;
    const known = formats.get(format) ?? { newest: record, counts: new Map<string, number>() };
    formats.set(format, known);
    if (time > known.newest.time) known.newest = record;
    known.counts.set(options, (known.counts.get(options) ?? 0) + 1);
  }
  return formats;
}

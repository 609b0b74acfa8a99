/** `labelmap collect`: what the workers of a cluster did, as one manifest and the data set's own files. */
import type { Command } from "commander";
import { writeDatasetFiles } from "../../batch/dataset-files.js";
import type { OutputPlan } from "../../batch/output-options.js";
import type { TaskRecord } from "../../batch/record.js";
import { openStorage, type Storage } from "../../batch/storage.js";
import { collect, readRecords } from "../../cluster/records.js";
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
  for (const id of await latestPlans(storage)) {
    const bytes = await storage.read(`options/${id}.json`);
    if (bytes === undefined) continue;
    const plan = JSON.parse(new TextDecoder().decode(bytes)) as OutputPlan;
    await writeDatasetFiles(plan, storage, readRecords(storage));
  }
  await print(`${printable(place)}: ${done} done, ${failed} failed`);
}

/** Of each format the id of the options that its newest output was made with. */
async function latestPlans(storage: Storage): Promise<Iterable<string>> {
  const newest = new Map<string, TaskRecord>();
  for await (const record of readRecords(storage)) {
    const { format, status, time } = record;
    if (status === "done" && time > (newest.get(format)?.time ?? "")) newest.set(format, record);
  }
  return Array.from(newest.values(), ({ options }) => options);
}

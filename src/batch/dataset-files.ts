/// <reference types="node" />
/**
 * What a format has for the whole data set beside its files of single images: the class list, COCO's JSON, YOLO's
 * `data.yaml`. They are made from the records of all finished tasks, image by image, so that memory does not grow.
 *
 * Images are numbered from 1 in the order of their names, which does not depend on who finished first.
 */
import { ClassList } from "../classes.js";
import { cocoInstancesDataset } from "../export/coco-instances.js";
import { cocoPanopticDataset } from "../export/coco-panoptic.js";
import { BatchError } from "./batch-error.js";
import type { ImageAnnotations } from "./output-files.js";
import { makesTheSame, type OutputPlan } from "./output-options.js";
import type { TaskRecord } from "./record.js";
import { type Storage, writeJson, writeText } from "./storage.js";

/**
 * @param records the last record of each job and format, in any order.
 * @throws {BatchError} STORAGE_FAILED
 */
export async function writeDatasetFiles(
  plan: OutputPlan,
  storage: Storage,
  records: AsyncIterable<TaskRecord> | Iterable<TaskRecord>,
): Promise<void> {
  if (plan.classes === undefined) return;
  const { format } = plan;
  await writeJson(storage, `${format}/classes.json`, plan.classes);
  if (format === "yolo") await writeText(storage, "yolo/data.yaml", yoloYaml(plan));
  if (format !== "coco-panoptic" && format !== "coco-instances") return;
  const jobs: string[] = [];
  for await (const record of records) {
    if (record.format === format && record.status === "done" && makesTheSame(plan, record.options))
      jobs.push(record.job);
  }
  jobs.sort();
  const file = format === "coco-panoptic" ? "panoptic.json" : "instances.json";
  await storage.write(`${format}/${file}`, cocoJson(plan, jobs, storage));
}

/** The data set's JSON in pieces: `images`, `annotations`, `categories`. */
async function* cocoJson(
  plan: OutputPlan,
  jobs: readonly string[],
  storage: Storage,
): AsyncIterable<Uint8Array> {
  const utf8 = new TextEncoder();
  const classes = ClassList.fromJSON(plan.classes);
  const empty = { images: [], annotations: [], classes, things: plan.things ?? [] };
  const isPanoptic = plan.format === "coco-panoptic";
  const { categories } = isPanoptic ? cocoPanopticDataset(empty) : cocoInstancesDataset(empty);

  yield utf8.encode('{"images":[');
  for (const [place, job] of jobs.entries()) {
    const { width, height } = await readAnnotations(plan, job, storage);
    // The photograph that belongs to the mask: COCO's are JPEGs.
    const image = { id: place + 1, width, height, file_name: `${job}.jpg` };
    yield utf8.encode(`${place === 0 ? "" : ","}\n${JSON.stringify(image)}`);
  }
  yield utf8.encode('\n],"annotations":[');
  let annotationId = 0;
  for (const [place, job] of jobs.entries()) {
    const { annotations } = await readAnnotations(plan, job, storage);
    const numbered = annotations.map((annotation) => ({
      ...annotation,
      image_id: place + 1,
      // A panoptic annotation is the image's only one, and has no id.
      ...(isPanoptic ? {} : { id: ++annotationId }),
    }));
    const text = numbered.map((annotation) => `\n${JSON.stringify(annotation)}`).join(",");
    const isFirst = isPanoptic ? place === 0 : annotationId === numbered.length;
    if (text !== "") yield utf8.encode(`${isFirst ? "" : ","}${text}`);
  }
  yield utf8.encode(`\n],"categories":${JSON.stringify(categories)}}\n`);
}

async function readAnnotations(
  { format }: OutputPlan,
  job: string,
  storage: Storage,
): Promise<ImageAnnotations> {
  const path = `${format}/annotations/${job}.json`;
  const bytes = await storage.read(path);
  if (bytes === undefined) {
    throw new BatchError("STORAGE_FAILED", `${storage.name}/${path} is gone; run again, and it is made anew`);
  }
  return JSON.parse(new TextDecoder().decode(bytes)) as ImageAnnotations;
}

/** Ultralytics' description of a data set; its images are expected beside `labels`. */
function yoloYaml({ classes }: OutputPlan): string {
  const names = classes!.classes.map(({ name }, place) => `  ${place}: ${JSON.stringify(name)}\n`);
  return `path: .\ntrain: images\nval: images\nnames:\n${names.join("")}`;
}

/// <reference types="node" />
/**
 * The files that describe the whole data set: the class list, COCO's JSON, and YOLO's `data.yaml`. They are made from the
 * records of all finished tasks, image by image, so that memory does not grow.
 *
 * Images are numbered from 1 in the order of their names, which does not depend on which task finished first. The numbers
 * are kept in `image-ids.json`, so that an image has the same number in all formats, and keeps it if others come or go.
 */
import { ClassList } from "labelmap";
import { isObject, isSize } from "labelmap/checks";
import { cocoInstancesDataset, cocoPanopticDataset } from "labelmap/formats";
import { BatchError } from "./batch-error.js";
import type { ImageAnnotations } from "./output-files.js";
import { needsThings } from "./output-options.js";
import { makesSameOutputs, type OutputPlan } from "./output-plan.js";
import type { TaskRecord } from "./record.js";
import { type Storage, writeJson, writeText } from "./storage.js";
import { yamlScalar } from "./yaml-scalar.js";

/** The numbers of finished images that are not in COCO's JSON. */
export interface LeftOut {
  /** Images made with other options, which do not fit the current ones. */
  readonly otherOptions: number;
  /** Images whose file in `annotations/` is missing or damaged. */
  readonly unreadable: number;
}

/** What the files of a data set lack. */
export interface DatasetReport {
  readonly leftOut: LeftOut;
  /**
   * The number of finished images for each issue of the format's encoder, by the issue's code. All finished images count,
   * also those of earlier runs.
   */
  readonly issues: Readonly<Partial<Record<EncoderIssue, number>>>;
}

/** The codes of the issues that the encoders of `labelmap/formats` have. */
export const ENCODER_ISSUES = [
  "no-objects",
  "label-not-numbered",
  "component-too-small",
  "group-left-out",
  "object-split",
  "hole-filled",
] as const;
export type EncoderIssue = (typeof ENCODER_ISSUES)[number];

/**
 * @param records the last record of each job and format, in any order.
 * @throws {BatchError} STORAGE_FAILED
 */
export async function writeDatasetFiles(
  plan: OutputPlan,
  storage: Storage,
  records: AsyncIterable<TaskRecord> | Iterable<TaskRecord>,
): Promise<DatasetReport> {
  const leftOut = { otherOptions: 0, unreadable: 0 };
  const issues: Partial<Record<EncoderIssue, number>> = {};
  if (plan.classes === undefined) return { leftOut, issues };
  const { format } = plan;
  await writeJson(storage, `${format}/classes.json`, plan.classes);
  if (format === "yolo") await writeText(storage, "yolo/data.yaml", yoloYaml(plan));
  if (!needsThings(plan)) return { leftOut, issues };
  const images: Image[] = [];
  for await (const record of records) {
    if (record.format !== format || record.status !== "done" || record.frames !== undefined) continue;
    if (!makesSameOutputs(plan, record.options)) {
      leftOut.otherOptions++;
      continue;
    }
    images.push({ job: record.job, photo: record.photo ?? `${record.job}.jpg` });
    for (const code of ENCODER_ISSUES) {
      if (record.issues?.includes(code)) issues[code] = (issues[code] ?? 0) + 1;
    }
  }
  // YOLO has a file for each image only.
  if (format === "yolo") return { leftOut: { ...leftOut, otherOptions: 0 }, issues };
  const file = format === "coco-panoptic" ? "panoptic.json" : "instances.json";
  const onUnreadable = () => leftOut.unreadable++;
  await storage.write(
    `${format}/${file}`,
    cocoJson(plan, await numbered(images, storage), storage, onUnreadable),
  );
  return { leftOut, issues };
}

interface Image {
  readonly job: string;
  /** The file name of its photo. */
  readonly photo: string;
}

const IMAGE_IDS = "image-ids.json";

/**
 * Gives each image its number in the output directory, and new images the next numbers, in the order of their names.
 *
 * @throws {BatchError} STORAGE_FAILED: the storage, or the file of the numbers is damaged.
 */
async function numbered(
  images: readonly Image[],
  storage: Storage,
): Promise<readonly (Image & { readonly id: number })[]> {
  const ids = parseIds(await storage.read(IMAGE_IDS), storage);
  let last = 0;
  for (const id of ids.values()) last = Math.max(last, id);
  const known = ids.size;
  const sorted = [...images].sort((a, b) => (a.job < b.job ? -1 : 1));
  for (const { job } of sorted) if (!ids.has(job)) ids.set(job, ++last);
  // \`Object.fromEntries\` defines even the key __proto__.
  if (ids.size > known) await writeJson(storage, IMAGE_IDS, Object.fromEntries(ids));
  return sorted.map((image) => ({ ...image, id: ids.get(image.job)! })).sort((a, b) => a.id - b.id);
}

function parseIds(bytes: Uint8Array | undefined, storage: Storage): Map<string, number> {
  if (bytes === undefined) return new Map();
  try {
    const json: unknown = JSON.parse(new TextDecoder().decode(bytes));
    if (isObject(json)) {
      const ids = new Map(Object.entries(json) as [string, number][]);
      const isOk = [...ids.values()].every(isSize) && new Set(ids.values()).size === ids.size;
      if (isOk) return ids;
    }
  } catch {}
  const remedy = "restore it, or remove it to number all images anew";
  throw new BatchError(
    "STORAGE_FAILED",
    `${storage.name}/${IMAGE_IDS} does not give each image a number of its own; ${remedy}`,
  );
}

/** The data set's JSON in pieces: `images`, `annotations`, `categories`. */
async function* cocoJson(
  plan: OutputPlan,
  images: readonly (Image & { readonly id: number })[],
  storage: Storage,
  onUnreadable: () => void,
): AsyncIterable<Uint8Array> {
  const utf8 = new TextEncoder();
  const classes = ClassList.fromJSON(plan.classes);
  const empty = { images: [], annotations: [], classes, things: plan.things ?? [] };
  const isPanoptic = plan.format === "coco-panoptic";
  const { categories } = isPanoptic ? cocoPanopticDataset(empty) : cocoInstancesDataset(empty);
  const pathOf = (job: string) => `${plan.format}/annotations/${job}.json`;

  yield utf8.encode('{"images":[');
  const readable: { readonly job: string; readonly id: number }[] = [];
  for (const { job, photo, id } of images) {
    const annotated = await readAnnotations(storage, pathOf(job));
    if (annotated === undefined) {
      onUnreadable();
      continue;
    }
    const { width, height } = annotated;
    const isFirst = readable.push({ job, id }) === 1;
    const image = { id, width, height, file_name: photo };
    yield utf8.encode(`${isFirst ? "" : ","}\n${JSON.stringify(image)}`);
  }
  yield utf8.encode('\n],"annotations":[');
  let annotationId = 0;
  for (const [place, { job, id }] of readable.entries()) {
    const annotated = await readAnnotations(storage, pathOf(job));
    if (annotated === undefined) {
      throw new BatchError(
        "STORAGE_FAILED",
        `${storage.name}/${pathOf(job)} was removed during the run; run the same command again`,
      );
    }
    const annotations = annotated.annotations.map((annotation) => ({
      ...annotation,
      image_id: id,
      // A panoptic annotation is the image's only one, and has no id.
      ...(isPanoptic ? {} : { id: ++annotationId }),
    }));
    const text = annotations.map((annotation) => `\n${JSON.stringify(annotation)}`).join(",");
    const isFirst = isPanoptic ? place === 0 : annotationId === annotations.length;
    if (text !== "") yield utf8.encode(`${isFirst ? "" : ","}${text}`);
  }
  yield utf8.encode(`\n],"categories":${JSON.stringify(categories)}}\n`);
}

/** The annotations that a task wrote for its image; `undefined` if the file is missing or damaged. */
async function readAnnotations(storage: Storage, path: string): Promise<ImageAnnotations | undefined> {
  const bytes = await storage.read(path);
  if (bytes === undefined) return undefined;
  try {
    const json: unknown = JSON.parse(new TextDecoder().decode(bytes));
    return isObject(json) && Array.isArray(json.annotations)
      ? (json as unknown as ImageAnnotations)
      : undefined;
  } catch {
    return undefined;
  }
}

/** Ultralytics' description of a data set; its images are expected beside `labels`. */
function yoloYaml({ classes }: OutputPlan): string {
  const names = classes!.classes.map(({ name }, place) => `  ${place}: ${yamlScalar(name)}\n`);
  // Some readers of YAML 1.1 take a bare dot for a number.
  return `path: "."\ntrain: images\nval: images\nnames:\n${names.join("")}`;
}

/**
 * The paths of the files that a job has in a format, in the output directory. Only these are written, and only these are
 * ever removed, whatever a record says.
 */
import type { CityscapesMaps } from "labelmap/formats";
import { FORMATS, type OutputFormat } from "./output-options.js";
import { problemOf } from "./task-names.js";

/** @returns no paths if the format is unknown, or the job's id cannot be a file name: then there are no files. */
export function outputPaths(format: OutputFormat, job: string): string[] {
  if (!FORMATS.includes(format)) return [];
  if (problemOf({ job }) !== undefined) return [];
  return [...namesOf(job)[format], videoFile(job)].map((name) => `${format}/${name}`);
}

/** The file of a video, in the folder of a format. It lists the frames and objects. */
export function videoFile(job: string): string {
  return `videos/${job}.json`;
}

const CITYSCAPES_KINDS = [
  "labelIds",
  "instanceIds",
  "labelTrainIds",
  "instanceTrainIds",
] as const satisfies readonly (keyof CityscapesMaps)[];

const namesOf = (job: string): Readonly<Record<OutputFormat, readonly string[]>> => ({
  npy: [`${job}.npy`],
  png: [`${job}.png`],
  "coco-panoptic": [`${job}.png`, `annotations/${job}.json`],
  "coco-instances": [`annotations/${job}.json`],
  cityscapes: CITYSCAPES_KINDS.map((kind) => `${job}_gtFine_${kind}.png`),
  voc: [`SegmentationClass/${job}.png`, `SegmentationObject/${job}.png`],
  yolo: [`labels/${job}.txt`],
});

/** The files that describe all images of a format together. */
export function datasetPaths(format: OutputFormat): string[] {
  const more: Partial<Record<OutputFormat, string>> = {
    "coco-panoptic": "panoptic.json",
    "coco-instances": "instances.json",
    yolo: "data.yaml",
  };
  return ["classes.json", more[format]]
    .filter((name) => name !== undefined)
    .map((name) => `${format}/${name}`);
}

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
  return problemOf({ job }) === undefined ? namesOf(job)[format].map((name) => `${format}/${name}`) : [];
}

/** As `outputPaths`, and the file that the job has if it is a video. It lists the frames and objects. */
export function recordedPaths(format: OutputFormat, job: string): string[] {
  const paths = outputPaths(format, job);
  return paths.length === 0 ? [] : [...paths, videoPath(format, job)];
}

export function videoPath(format: OutputFormat, job: string): string {
  return `${format}/videos/${job}.json`;
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
  "coco-rle": [`${job}.json`],
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

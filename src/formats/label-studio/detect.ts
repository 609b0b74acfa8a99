/**
 * Label Studio's exports are known by tasks with `annotations`, whose `result` has regions with `from_name`, `to_name`, a
 * type and a value. Only masks and polygons are this format; boxes, texts and choices are not.
 */

import { isObject } from "../../checks/describe.js";
import type { CandidateFile, Detection } from "../format.js";
import { detection, surestOf } from "../shared/evidence.js";

/** At most this many tasks and regions are looked at. */
const LOOKED_AT = 100;

export function detect(files: readonly CandidateFile[]): Detection | null {
  return surestOf(files, detectFile);
}

function detectFile(file: CandidateFile): Detection | null {
  const tasks = Array.isArray(file.json) ? file.json.slice(0, LOOKED_AT) : [file.json];
  const regions = tasks.flatMap(regionsOf).slice(0, LOOKED_AT);
  if (regions.some(isArea)) {
    return detection("certain", file, "has tasks whose results are brush strokes or polygons");
  }
  return null;
}

function regionsOf(task: unknown): unknown[] {
  if (!isObject(task) || !isObject(task.data)) return [];
  const annotations = task.annotations ?? task.completions;
  if (!Array.isArray(annotations)) return [];
  return annotations.flatMap((annotation: unknown) =>
    isObject(annotation) && Array.isArray(annotation.result) ? annotation.result.slice(0, LOOKED_AT) : [],
  );
}

function isArea(region: unknown): boolean {
  if (!isObject(region) || !("from_name" in region) || !isObject(region.value)) return false;
  const { value } = region;
  return value.format === "rle" || (Array.isArray(value.points) && "original_width" in region);
}

/** COCO panoptic is known by its JSON file: only its annotations have `segments_info`. */

import { isObject } from "../../checks/describe.js";
import type { CandidateFile, Detection } from "../format.js";
import { detection, surestOf } from "../shared/evidence.js";

/** `panoptic_val2017.json`, `panoptic.json`. */
const NAME = /(?:^|[/_.-])panoptic[^/]*\.json$/i;

export function detect(files: readonly CandidateFile[]): Detection | null {
  return surestOf(files, detectFile);
}

function detectFile(file: CandidateFile): Detection | null {
  const { path, json } = file;
  if (json === undefined) {
    return NAME.test(path) ? detection("likely", file, "has the name of a COCO panoptic file") : null;
  }
  if (!isObject(json)) return null;
  const { images, annotations, categories } = json;
  if (!Array.isArray(annotations)) {
    return isAnnotation(json) ? detection("likely", file, "is an annotation with segments_info") : null;
  }
  if (annotations.length > 0) {
    if (!isAnnotation(annotations[0])) return null;
    return Array.isArray(images)
      ? detection("certain", file, "has images, and annotations with segments_info")
      : detection("likely", file, "has annotations with segments_info");
  }
  const hasThings = Array.isArray(categories) && isObject(categories[0]) && "isthing" in categories[0];
  return hasThings ? detection("likely", file, "has no annotation, but categories with isthing") : null;
}

function isAnnotation(value: unknown): boolean {
  return isObject(value) && Array.isArray(value.segments_info) && typeof value.file_name === "string";
}

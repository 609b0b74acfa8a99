/**
 * Supervisely's annotations are known by `size`, and by objects with `classTitle` and `geometryType`. Its `meta.json` is
 * known by classes with `title` and `shape`.
 */

import { isObject } from "../../checks/describe.js";
import type { CandidateFile, Detection } from "../format.js";
import { detection, surestOf } from "../shared/evidence.js";

/** Supervisely puts the ending behind the image's whole name. */
const NAME = /(?:^|\/)ann\/[^/]+\.(?:png|jpe?g|bmp|tiff?|webp)\.json$/i;

export function detect(files: readonly CandidateFile[]): Detection | null {
  return surestOf(files, detectFile);
}

function detectFile(file: CandidateFile): Detection | null {
  const { path, json } = file;
  if (json === undefined) {
    return NAME.test(path) ? detection("possible", file, "is in a folder called ann, beside img") : null;
  }
  if (!isObject(json)) return null;
  const { objects, size, classes } = json;
  if (Array.isArray(objects) && isObject(size) && "height" in size && "width" in size) {
    const [first] = objects as readonly unknown[];
    if (first === undefined) return detection("likely", file, "has size and objects");
    if (!isObject(first) || !("classTitle" in first)) return null;
    return "geometryType" in first
      ? detection("certain", file, "has size, and objects with classTitle and geometryType")
      : detection("likely", file, "has size, and objects with classTitle");
  }
  if (!Array.isArray(classes) || !Array.isArray(json.tags)) return null;
  const [first] = classes as readonly unknown[];
  const isClass = isObject(first) && "title" in first && "shape" in first;
  return isClass ? detection("likely", file, "has tags, and classes with title and shape") : null;
}

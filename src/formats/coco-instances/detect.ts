/** COCO instances is known by its JSON file: its annotations have `category_id`, `bbox` and `segmentation`. */

import { isObject } from "../../checks/describe.js";
import type { CandidateFile, Detection } from "../format.js";
import { detection, surestOf } from "../shared/evidence.js";

/** `instances_val2017.json`, `instances.json`. */
const NAME = /(?:^|[/_.-])instances[^/]*\.json$/i;

/** At most this many annotations are looked at. */
const LOOKED_AT = 100;

export function detect(files: readonly CandidateFile[]): Detection | null {
  return surestOf(files, detectFile);
}

/** COCO-Stuff has the same form, but its annotations are areas and not objects. */
const STUFF_NAME = /(?:^|[/_.-])stuff_[^/]*\.json$/i;

function detectFile(file: CandidateFile): Detection | null {
  const { path, json } = file;
  if (json === undefined) {
    return NAME.test(path) ? detection("likely", file, "has the name of a COCO instances file") : null;
  }
  // The annotations of one image, without the data set.
  if (Array.isArray(json)) {
    return isAnnotation(json[0]) ? detection("likely", file, "is a list of annotations with masks") : null;
  }
  if (!isObject(json) || !Array.isArray(json.annotations)) return null;
  // Some tools write boxes without a mask among the others.
  if (!json.annotations.slice(0, LOOKED_AT).some(isAnnotation)) return null;
  if (STUFF_NAME.test(path))
    return detection("possible", file, "has annotations, and the name of COCO stuff");
  return Array.isArray(json.images)
    ? detection("certain", file, "has images, and annotations with category_id and segmentation")
    : detection("likely", file, "has annotations with category_id and segmentation");
}

/** Annotations of other tasks (boxes, captions, keypoints) may lack a mask or have an empty one. */
function isAnnotation(value: unknown): boolean {
  if (!isObject(value) || !("category_id" in value) || !("bbox" in value)) return false;
  const { segmentation } = value;
  return Array.isArray(segmentation) ? segmentation.length > 0 : isObject(segmentation);
}

/** `segments_info` of transformers is known by the keys of its segments: `label_id`, and `was_fused` beside it. */

import { isObject } from "../../checks/describe.js";
import type { CandidateFile, Detection } from "../format.js";
import { detection, surestOf } from "../shared/evidence.js";

export function detect(files: readonly CandidateFile[]): Detection | null {
  const paths = new Set(files.map(({ path }) => path.toLowerCase()));
  const hasMap = ({ path }: CandidateFile) =>
    [".npy", ".png"].some((ending) => paths.has(path.toLowerCase().replace(/\.json$/, ending)));
  const inSet = surestOf(files.filter(hasMap), detectFile);
  if (inSet !== null) return inSet;
  const single = surestOf(files, detectFile);
  return single === null ? null : { ...single, lacks: "a map of the segment ids, such as NAME.npy," };
}

function detectFile(file: CandidateFile): Detection | null {
  const { json } = file;
  const list = isObject(json) ? json.segments_info : json;
  if (!Array.isArray(list) || !isObject(list[0]) || !("id" in list[0])) return null;
  if (!("label_id" in list[0])) {
    // Data sets have category_id instead, and so have the annotations of COCO panoptic.
    return isObject(json) && "category_id" in list[0]
      ? detection("possible", file, "has segments_info with category_id")
      : null;
  }
  return "was_fused" in list[0]
    ? detection("certain", file, "has segments with label_id and was_fused")
    : detection("likely", file, "has segments with label_id");
}

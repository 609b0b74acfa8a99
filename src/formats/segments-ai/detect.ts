/** A release of segments.ai is known by its JSON file: a data set with a task type and samples. */

import { isObject } from "../../checks/describe.js";
import type { CandidateFile, Detection } from "../format.js";
import { detection, surestOf } from "../shared/evidence.js";

/** `street_label_ground-truth.png`. */
const NAME = /_label_[^/]+\.png$/i;

/** The tasks whose labels have polygons and boxes. `bboxes` is the older name. */
export const VECTOR_TASKS: readonly string[] = ["vector", "bboxes"];

export function detect(files: readonly CandidateFile[]): Detection | null {
  return surestOf(files, detectFile);
}

function detectFile(file: CandidateFile): Detection | null {
  const { path, json } = file;
  if (NAME.test(path))
    return detection("possible", file, "is called like a bitmap that segments-ai downloads");
  if (!isObject(json) || !isObject(json.dataset)) return null;
  const { task_type: task, samples } = json.dataset;
  if (typeof task !== "string" || !Array.isArray(samples)) return null;
  return task.startsWith("segmentation-bitmap") || VECTOR_TASKS.includes(task)
    ? detection("certain", file, `has a dataset of the task type ${task}, with samples`)
    : detection("possible", file, `has a dataset of the task type ${task}, which has no areas`);
}

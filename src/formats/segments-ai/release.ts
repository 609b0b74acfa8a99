/** The JSON file of a release of segments.ai: the data set, its categories, and the names of its samples. */

import { isObject, kindOf, quote } from "../../checks/describe.js";
import { invalid } from "../../checks/invalid.js";
import { DecodeError, FormatError } from "../../errors.js";
import { checkPath, readJson } from "../files.js";
import type { FileSource } from "../set.js";
import { readCategories } from "../shared/class-names.js";
import { type Fields, objectAt } from "../shared/fields.js";
import { VECTOR_TASKS } from "./detect.js";
import { segmentsAi } from "./index.js";
import type { SegmentsAiCategory } from "./read.js";

/**
 * The release of a source.
 *
 * @param wanted its path, if the caller says it
 * @throws {FormatError} FORMAT_INVALID: there is none; FORMAT_UNSUPPORTED: its task has no areas.
 * @throws {DecodeError} OPTION_INVALID: there are several.
 */
export async function findRelease(source: FileSource, paths: readonly string[], wanted: string | undefined) {
  if (wanted !== undefined && !paths.includes(wanted)) {
    throw invalid(`release is ${quote(wanted)}; there is no such file.`);
  }
  const found: { path: string; dataset: Fields }[] = [];
  for (const path of wanted === undefined ? paths.filter((each) => /\.json$/i.test(each)) : [wanted]) {
    const json = await readJson(source, path);
    if (isObject(json) && isObject(json.dataset) && Array.isArray(json.dataset.samples)) {
      found.push({ path, dataset: json.dataset });
    }
  }
  if (found.length > 1) {
    const names = found.slice(0, 5).map(({ path }) => quote(path));
    const problem = `there are ${found.length} releases: ${names.join(", ")}; say which one as \`release\``;
    throw new DecodeError("OPTION_INVALID", `${segmentsAi.title}: ${problem}.`);
  }
  const [release] = found;
  if (release === undefined) {
    const problem = "there is no JSON file of a release, which has dataset.samples";
    throw new FormatError("FORMAT_INVALID", wanted ?? segmentsAi.title, `${problem}.`);
  }
  const { task_type: task } = release.dataset;
  if (typeof task === "string") {
    const isVector = VECTOR_TASKS.includes(task);
    if (isVector || task.startsWith("segmentation-bitmap")) return { ...release, isVector };
  }
  const given = typeof task === "string" ? quote(task) : kindOf(task);
  const problem = `dataset.task_type: is ${given}; only segmentation-bitmap, vector and bboxes are read`;
  throw new FormatError("FORMAT_UNSUPPORTED", release.path, `${problem}.`);
}

export function categoriesOf(dataset: Fields, path: string): readonly SegmentsAiCategory[] {
  const { categories } = objectAt(dataset.task_attributes, "dataset.task_attributes", path);
  const read = readCategories(categories, path, ({ has_instances: flag }) => ({
    has_instances: flag !== false,
  }));
  return [...read].map(([id, { className: name, has_instances }]) => ({ id, name, has_instances }));
}

/** The name of a sample, which is the name of its photo. */
export function nameOf(name: unknown, where: string, path: string): string {
  if (typeof name === "string" && name !== "") {
    try {
      return checkPath(name);
    } catch (cause) {
      const message = `${where}.name: ${quote(name)} may leave the folder.`;
      throw new FormatError("FORMAT_INVALID", path, message, { cause });
    }
  }
  throw new FormatError(
    "FORMAT_INVALID",
    path,
    `${where}.name: is ${kindOf(name)}; give the name of the photo.`,
  );
}

/** `.npy` files are known by their first six bytes. */

import { isObject } from "../../checks/describe.js";
import type { CandidateFile, Detection } from "../format.js";
import { detection, endsWith, surestOf } from "../shared/evidence.js";
import { MAGIC } from "./array.js";

export function detect(files: readonly CandidateFile[]): Detection | null {
  const lists = new Set(files.filter(mayListSegments).map(({ path }) => path.replace(/json$/i, "npy")));
  return surestOf(files, (file) => detectFile(file, lists.has(file.path)));
}

/** @param hasList whether a list of segments may say what the numbers are. Then they are no class ids. */
function detectFile(file: CandidateFile, hasList: boolean): Detection | null {
  const { path, head } = file;
  if (head === undefined) {
    return endsWith(path, ".npy") ? detection("likely", file, "has the name of a NumPy array") : null;
  }
  if (!MAGIC.every((byte, index) => head[index] === byte)) return null;
  return hasList
    ? detection("likely", file, "starts with \\x93NUMPY, and a JSON file of its name may list its segments")
    : detection("certain", file, "starts with \\x93NUMPY");
}

/** Whether a JSON file is a list of segments, or was not read. */
function mayListSegments({ path, json }: CandidateFile): boolean {
  if (!endsWith(path, ".json")) return false;
  return json === undefined || Array.isArray(isObject(json) ? json.segments_info : json);
}

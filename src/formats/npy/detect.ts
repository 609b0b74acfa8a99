/** `.npy` files are known by their first six bytes. */

import type { CandidateFile, Detection } from "../format.js";
import { detection, endsWith, surestOf } from "../shared/evidence.js";
import { MAGIC } from "./array.js";

export function detect(files: readonly CandidateFile[]): Detection | null {
  return surestOf(files, detectFile);
}

function detectFile(file: CandidateFile): Detection | null {
  const { path, head } = file;
  if (head === undefined) {
    return endsWith(path, ".npy") ? detection("likely", file, "has the name of a NumPy array") : null;
  }
  const isNpy = MAGIC.every((byte, index) => head[index] === byte);
  return isNpy ? detection("certain", file, "starts with \\x93NUMPY") : null;
}

/** `.npz` files are zip files, and the first file in them is a `.npy` file. */

import type { CandidateFile, Detection } from "../format.js";
import { detection, endsWith, surestOf } from "../shared/evidence.js";

/** The signature of a file in a zip file, and where its name and its name's length are (APPNOTE.TXT, 4.3.7). */
const LOCAL_HEADER = { signature: [0x50, 0x4b, 3, 4], nameLengthAt: 26, nameAt: 30 };

export function detect(files: readonly CandidateFile[]): Detection | null {
  return surestOf(files, detectFile);
}

function detectFile(file: CandidateFile): Detection | null {
  const { path, head } = file;
  const hasName = endsWith(path, ".npz");
  if (head === undefined) return hasName ? detection("likely", file, "has the name of NumPy arrays") : null;
  if (!LOCAL_HEADER.signature.every((byte, index) => head[index] === byte)) return null;
  const { nameLengthAt, nameAt } = LOCAL_HEADER;
  const nameLength = head[nameLengthAt]! + head[nameLengthAt + 1]! * 256;
  const name = new TextDecoder().decode(head.subarray(nameAt, nameAt + nameLength));
  if (name.endsWith(".npy")) return detection("certain", file, `is a zip file with ${name} in it`);
  // The head may end inside a long name.
  return hasName && head.length < nameAt + nameLength
    ? detection("likely", file, "is a zip file with the name of NumPy arrays")
    : null;
}

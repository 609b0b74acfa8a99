/**
 * CVAT's XML is known by its root `annotations`, a version 1 and `meta`. Pascal VOC's boxes have the root `annotation`. The
 * files of "CVAT for video" start in the same way, so the reader tells them apart.
 */

import type { CandidateFile, Detection } from "../format.js";
import { detection, surestOf } from "../shared/evidence.js";

const DECLARATION = /^\uFEFF?\s*(?:<\?xml[^>]*\?>)?\s*(?:<!--[\s\S]*?-->\s*)*/;

export function detect(files: readonly CandidateFile[]): Detection | null {
  return surestOf(files, detectFile);
}

function detectFile(file: CandidateFile): Detection | null {
  const { path, head } = file;
  if (!/\.xml$/i.test(path)) return null;
  if (head === undefined) {
    const isUsualName = /(?:^|\/)annotations\.xml$/i.test(path);
    return isUsualName ? detection("likely", file, "has the name of CVAT's XML") : null;
  }
  const start = new TextDecoder().decode(head).replace(DECLARATION, "");
  if (!/^<annotations[\s>]/.test(start)) return null;
  return /^<annotations\s*>\s*<version>\s*1\.\d+\s*<\/version>\s*<meta>/.test(start)
    ? detection("certain", file, "has the root annotations, a version and meta, as CVAT writes them")
    : detection("likely", file, "has the root annotations");
}

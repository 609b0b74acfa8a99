/**
 * COCO-Stuff is known by its folders, `stuffthingmaps` and `stuff_val2017_pixelmaps`, whose PNGs have one channel, or by the
 * name of its JSON file. The JSON is that of COCO instances.
 */

import { isObject } from "../../checks/describe.js";
import type { CandidateFile, Detection } from "../format.js";
import { detection, endsWith, pngKind, surestOf } from "../shared/evidence.js";

const IN_FOLDER = /(?:^|\/)(stuffthingmaps(?:_[^/]*)?|stuff_[^/]*_pixelmaps)\//i;
/** `stuff_val2017.json`. */
export const STUFF_JSON = /(?:^|[/_.-])stuff_[^/]*\.json$/i;

export function detect(files: readonly CandidateFile[]): Detection | null {
  return surestOf(files, detectFile);
}

function detectFile(file: CandidateFile): Detection | null {
  const { path, head, json } = file;
  if (STUFF_JSON.test(path)) {
    if (json === undefined) return detection("likely", file, "has the name of a COCO stuff file");
    const hasImages = isObject(json) && Array.isArray(json.images) && Array.isArray(json.annotations);
    return hasImages
      ? detection("certain", file, "has the name of a COCO stuff file, images and annotations")
      : null;
  }
  const [, folder] = IN_FOLDER.exec(path) ?? [];
  if (folder === undefined || !endsWith(path, ".png")) return null;
  if (head === undefined) return detection("likely", file, `is in a folder called ${folder}`);
  const kind = pngKind(head);
  const isIds = kind !== null && kind.bitDepth === 8 && (kind.isGrey || kind.isPalette);
  return isIds ? detection("certain", file, `has one channel, in a folder called ${folder}`) : null;
}

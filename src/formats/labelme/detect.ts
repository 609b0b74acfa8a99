/** LabelMe's files are known by `shapes`, whose elements have points, beside `imagePath`, `imageHeight` and `imageWidth`. */

import { isObject } from "../../checks/describe.js";
import type { CandidateFile, Detection } from "../format.js";
import { detection, surestOf } from "../shared/evidence.js";

export function detect(files: readonly CandidateFile[]): Detection | null {
  return surestOf(files, detectFile);
}

function detectFile(file: CandidateFile): Detection | null {
  const { json } = file;
  if (!isObject(json) || !Array.isArray(json.shapes)) return null;
  const [first] = json.shapes as readonly unknown[];
  const hasShapes = isObject(first) && "label" in first && Array.isArray(first.points);
  if (!hasShapes && first !== undefined) return null;
  const hasImage = "imagePath" in json && "imageHeight" in json && "imageWidth" in json;
  if (hasImage) {
    // X-AnyLabeling writes the same keys, and reads LabelMe's files. So its files are LabelMe's, too.
    return hasShapes
      ? detection("certain", file, "has shapes with label and points, imagePath, imageHeight and imageWidth")
      : detection("likely", file, "has shapes, imagePath, imageHeight and imageWidth");
  }
  return hasShapes ? detection("possible", file, "has shapes with label and points") : null;
}

/**
 * A folder of masks is known by a legend: a JSON file of the mask's name, or a file such as `labelmap.txt` or `class_dict.csv`
 * in a folder above. Other formats have such files too, so it is never certain.
 */

import { isObject } from "../../checks/describe.js";
import type { CandidateFile, Detection } from "../format.js";
import { pairFiles } from "../pair-files.js";
import { detection, isClassListJson, pngKind } from "../shared/evidence.js";
import { isSharedLegend } from "./legend-names.js";

/** The folders of Pascal VOC and CVAT. Their masks may be read as colours, but there is a better way. */
const OF_OTHERS = /(?:^|\/)(?:SegmentationClass|SegmentationObject)\//;

export function detect(files: readonly CandidateFile[]): Detection | null {
  const fileOf = new Map(files.map((file) => [file.path, file]));
  const { pairs } = pairFiles([...fileOf.keys()], { byNameOnly: true });
  const masks = pairs.filter(({ mask }) => {
    const { head } = fileOf.get(mask)!;
    return head === undefined || pngKind(head) !== null;
  });
  const own = masks.find(({ result }) => result !== null && isResult(fileOf.get(result)!));
  if (own !== undefined) {
    return detection(confidenceOf(own.mask), { path: own.mask }, `has its legend in ${own.result}`);
  }
  for (const { path, json } of files) {
    // A class list names ids, and has no colours: see the formats of PNGs of ids.
    if (!isSharedLegend(path) || isClassListJson(json)) continue;
    const folder = path.slice(0, path.lastIndexOf("/") + 1);
    const below = masks.filter(({ mask }) => mask.startsWith(folder));
    const best = below.find(({ mask }) => !OF_OTHERS.test(mask)) ?? below[0];
    if (best === undefined) continue;
    return detection(
      confidenceOf(best.mask),
      { path },
      `has the name of a legend, for masks such as ${best.mask}`,
    );
  }
  return null;
}

function confidenceOf(mask: string): Detection["confidence"] {
  return OF_OTHERS.test(mask) ? "possible" : "likely";
}

/** Whether a JSON file may be a legend: the vendor's result, or an object of names. If it was not read, it may be. */
function isResult({ json }: CandidateFile): boolean {
  if (json === undefined) return true;
  if (!isObject(json)) return false;
  return isObject(json.legend) || Object.values(json).every((value) => typeof value === "string");
}

/** Cityscapes is known by the names of its files: `aachen_000000_000019_gtFine_labelIds.png`. */

import type { CandidateFile, Detection } from "../format.js";
import { detection, surestOf } from "../shared/evidence.js";

const KIND = "(?:labelIds|instanceIds|labelTrainIds|instanceTrainIds)";
const FULL_NAME = new RegExp(`_gt(?:Fine|Coarse)_(?:${KIND}\\.png|polygons\\.json)$`);
/** Files that a tool has renamed. */
const SHORT_NAME = new RegExp(`(?:^|[/_.-])${KIND}\\.png$`);

export function detect(files: readonly CandidateFile[]): Detection | null {
  return surestOf(files, detectFile);
}

function detectFile(file: CandidateFile): Detection | null {
  const { path } = file;
  if (FULL_NAME.test(path)) return detection("certain", file, "has the name of Cityscapes' ground truth");
  return SHORT_NAME.test(path) ? detection("likely", file, "ends like Cityscapes' ground truth") : null;
}

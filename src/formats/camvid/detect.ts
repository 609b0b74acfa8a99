/**
 * CamVid is known by the folder `LabeledApproved_full`, or by the names of its four sequences, such as `0001TP_006690`. Masks
 * that end with `_L.png` and folders such as `trainannot` occur in other sets too, whose ids mean something else.
 */

import type { CandidateFile, Detection } from "../format.js";
import { detection, pngKind, surestOf } from "../shared/evidence.js";

const COLOURED = /^((?:.*\/)?)([^/]+)\/([^/]+)_L\.png$/;
const IDS = /^((?:.*\/)?)(train|val|test)annot\/([^/]+)\.png$/;
const SEQUENCE = /^(?:0001TP|0006R0|0016E5|Seq05VD)_/;

export function detect(files: readonly CandidateFile[]): Detection | null {
  const paths = new Set(files.map(({ path }) => path));
  return surestOf(files, (file) => {
    const { path, head } = file;
    const png = head === undefined ? undefined : pngKind(head);
    if (png === null) return null;
    const isOneChannel = png?.isGrey || png?.isPalette;
    const [, root, folder, name] = COLOURED.exec(path) ?? [];
    if (root !== undefined && !png?.isGrey) {
      const sure = png === undefined ? "likely" : "certain";
      if (folder === "LabeledApproved_full")
        return detection(sure, file, "is in the folder of CamVid's masks");
      if (SEQUENCE.test(name!)) return detection(sure, file, "has the name of a mask of CamVid");
      return paths.has(`${root}label_colors.txt`)
        ? detection("possible", file, "ends like CamVid's masks, and there is a label_colors.txt")
        : null;
    }
    const [, idRoot, split, idName] = IDS.exec(path) ?? [];
    if (idRoot === undefined || (png !== undefined && !isOneChannel)) return null;
    if (SEQUENCE.test(idName!)) {
      const evidence = "has the name of an image of CamVid, in a folder of SegNet";
      return detection(png === undefined ? "likely" : "certain", file, evidence);
    }
    return paths.has(`${idRoot}${split}/${idName}.png`)
      ? detection("possible", file, "is in a folder that SegNet's CamVid has too")
      : null;
  });
}

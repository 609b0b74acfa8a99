/** BDD100K is known by its folders, `labels/pan_seg/bitmasks/` and the like, if the PNGs in them have the right channels. */

import type { CandidateFile, Detection } from "../format.js";
import { detection, pngKind, surestOf } from "../shared/evidence.js";

const MASK =
  /(?:^|\/)labels\/(sem_seg\/masks|ins_seg\/bitmasks|pan_seg\/bitmasks)\/(?:train|val|test)\/[^/]+\.png$/;
/** The layout of 2018. */
const OLD_MASK = /(?:^|\/)seg\/labels\/(?:train|val|test)\/[^/]+_train_id\.png$/;

export function detect(files: readonly CandidateFile[]): Detection | null {
  return surestOf(files, (file) => {
    const folder = MASK.exec(file.path)?.[1] ?? (OLD_MASK.test(file.path) ? "sem_seg/masks" : undefined);
    if (folder === undefined) return null;
    if (file.head === undefined) return detection("likely", file, "is in a folder of BDD100K");
    const png = pngKind(file.head);
    if (png === null) return null;
    const isOneChannel = png.isGrey || png.isPalette;
    const isRight = png.bitDepth === 8 && isOneChannel === (folder === "sem_seg/masks");
    return isRight
      ? detection("certain", file, "is in a folder of BDD100K and has the channels of its task")
      : detection("possible", file, "is in a folder of BDD100K, but has other channels");
  });
}

/**
 * PNGs of ids look like any other PNG in colours, with 8 bits per sample. Only the name, or a class list beside them, tells
 * them from photographs and coloured masks, so this format is never certain.
 */

import type { CandidateFile, Detection } from "../format.js";
import { detection, detectPngs, endsWith, pngKind } from "../shared/evidence.js";

/** `panoptic_val2017/000000000139.png`, `aachen_000000_000019_gtFine_panoptic.png`, `ids/1.png`. */
const NAME = /(?:^|[/_.-])(?:panoptic|ids|segment-?ids)(?=[/_.\d-])/i;

export function detect(files: readonly CandidateFile[]): Detection | null {
  // Beside PNGs of one channel, those in colours may be photos.
  const areAlone = !files.some(({ head }) => {
    const kind = head === undefined ? null : pngKind(head);
    return kind?.isGrey || kind?.isPalette;
  });
  return detectPngs(files, (file, hasList) => detectFile(file, hasList && areAlone));
}

function detectFile(file: CandidateFile, isListed: boolean): Detection | null {
  const { path, head } = file;
  const hasName = NAME.test(path) && endsWith(path, ".png");
  if (head === undefined) return hasName ? detection("possible", file, "has the name of a PNG of ids") : null;
  const kind = pngKind(head);
  if (kind === null || kind.isGrey || kind.isPalette || kind.bitDepth !== 8) return null;
  if (hasName) return detection("likely", file, "is a PNG in colours with the name of a PNG of ids");
  return isListed
    ? detection("likely", file, "is a PNG in colours")
    : detection("possible", file, "is a PNG in colours; its name does not say whether they are ids");
}

/**
 * Label PNGs have one channel. Photographs in grey have one channel too, and so have the PNGs of Pascal VOC and
 * Cityscapes, so this format is never certain.
 */

import type { CandidateFile, Detection } from "../format.js";
import { detection, endsWith, pngKind, surestOf } from "../shared/evidence.js";

export function detect(files: readonly CandidateFile[]): Detection | null {
  return surestOf(files, detectFile);
}

function detectFile(file: CandidateFile): Detection | null {
  const { path, head } = file;
  if (head === undefined) {
    return endsWith(path, ".png") ? detection("possible", file, "may be a PNG of one channel") : null;
  }
  const kind = pngKind(head);
  if (kind?.isPalette) return detection("likely", file, "is a PNG with a palette");
  if (kind?.isGrey) return detection("likely", file, `is a grey PNG of ${kind.bitDepth} bits`);
  return null;
}

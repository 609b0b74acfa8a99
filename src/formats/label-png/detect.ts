/**
 * Label PNGs have one channel. Photographs in grey have one channel too, and so have the PNGs of Pascal VOC and
 * Cityscapes, so this format is never certain.
 */

import type { CandidateFile, Detection } from "../format.js";
import { detection, detectPngs, endsWith, pngKind } from "../shared/evidence.js";

export function detect(files: readonly CandidateFile[]): Detection | null {
  // If a few files were looked into, the names of the others say nothing.
  const isByName = files.every(({ head }) => head === undefined);
  return detectPngs(files, (file) => detectFile(file, isByName));
}

function detectFile(file: CandidateFile, isByName: boolean): Detection | null {
  const { path, head } = file;
  if (head === undefined) {
    return isByName && endsWith(path, ".png")
      ? detection("possible", file, "may be a PNG of one channel")
      : null;
  }
  const kind = pngKind(head);
  if (kind?.isPalette) return detection("likely", file, "is a PNG with a palette");
  if (kind?.isGrey) return detection("likely", file, `is a grey PNG of ${kind.bitDepth} bits`);
  return null;
}

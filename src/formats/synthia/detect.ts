/**
 * SYNTHIA is known by `GT/LABELS/` and by colours of 16 bits, which no other format here has. Copies with 8 bits look like
 * any mask in colours, such as the instance masks of CARLA, so they are only possible.
 */

import type { CandidateFile, Detection } from "../format.js";
import { detection, pngKind, surestOf } from "../shared/evidence.js";

const MASK = /^((?:.*\/)?)GT\/LABELS\/(.+\.png)$/;

export function detect(files: readonly CandidateFile[]): Detection | null {
  const paths = new Set(files.map(({ path }) => path));
  return surestOf(files, (file) => {
    const [, root, name] = MASK.exec(file.path) ?? [];
    if (root === undefined) return null;
    const hasPhoto = paths.has(`${root}RGB/${name}`);
    if (file.head === undefined) {
      return hasPhoto
        ? detection("likely", file, "has a photo in RGB/, as in SYNTHIA")
        : detection("possible", file, "is in a folder that SYNTHIA has too");
    }
    const png = pngKind(file.head);
    if (png === null || png.isGrey || png.isPalette) return null;
    if (png.bitDepth !== 16) {
      return detection(
        "possible",
        file,
        "is in a folder of SYNTHIA, but has colours of 8 bits, as CARLA has",
      );
    }
    return hasPhoto
      ? detection("certain", file, "has colours of 16 bits, and a photo in RGB/")
      : detection("likely", file, "has colours of 16 bits");
  });
}

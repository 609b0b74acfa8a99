/**
 * KITTI's semantic benchmark is known by its folders: `training/instance/` beside `training/image_2/`, a name that only KITTI
 * uses. Many sets have folders called `training` and `semantic`, so these alone say little.
 */

import type { CandidateFile, Detection } from "../format.js";
import { detection, pngKind, surestOf } from "../shared/evidence.js";

const MASK = /^((?:.*\/)?(?:training|testing))\/(instance|semantic)\/([^/]+)\.png$/;

export function detect(files: readonly CandidateFile[]): Detection | null {
  const paths = new Set(files.map(({ path }) => path));
  return surestOf(files, (file) => {
    const [, folder, kind, name] = MASK.exec(file.path) ?? [];
    if (folder === undefined) return null;
    const { head } = file;
    const png = head === undefined ? undefined : pngKind(head);
    if (png === null || (png !== undefined && !png.isGrey)) return null;
    const hasPhoto = paths.has(`${folder}/image_2/${name}.png`);
    if (kind === "semantic") {
      return hasPhoto
        ? detection("likely", file, "has a photo in image_2/, as in KITTI")
        : detection("possible", file, "is in a folder that KITTI has too");
    }
    if (png !== undefined && png.bitDepth !== 16) return null;
    const isBoth = hasPhoto || paths.has(`${folder}/semantic/${name}.png`);
    if (!isBoth) return detection("possible", file, "is in a folder that KITTI has too");
    return hasPhoto && png !== undefined
      ? detection("certain", file, "is grey, 16 bits, and has a photo in image_2/, as in KITTI")
      : detection("likely", file, "has a counterpart in image_2/ or semantic/, as in KITTI");
  });
}

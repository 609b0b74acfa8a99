/**
 * ADE20K is known by the names of its masks, `ADE_train_00000001_seg.png`. The scene parsing challenge has the names of the
 * photos, which derived sets have too, so its PNGs must have one channel. Other sets with such folders are only possible.
 */

import type { CandidateFile, Detection } from "../format.js";
import { detection, pngKind, surestOf } from "../shared/evidence.js";

const FULL = /^((?:.*\/)?[^/]+)_seg\.png$/;
const CHALLENGE = /^((?:.*\/)?)annotations\/((?:training|validation)\/[^/]+)\.png$/;
const NAME = /(?:^|\/)ADE_(?:train|val|test|frame)_\d{8}(?:_seg)?\.png$/;

export function detect(files: readonly CandidateFile[]): Detection | null {
  const paths = new Set(files.map(({ path }) => path));
  return surestOf(files, (file) => {
    const { path, head } = file;
    const png = head === undefined ? undefined : pngKind(head);
    if (png === null) return null;
    const isOneChannel = png?.isGrey || png?.isPalette;
    const [, stem] = FULL.exec(path) ?? [];
    if (stem !== undefined) {
      if (isOneChannel || (png !== undefined && png.bitDepth !== 8)) return null;
      if (NAME.test(path)) return detection("certain", file, "has the name of ADE20K's masks");
      const isPaired =
        paths.has(`${stem}.jpg`) && (paths.has(`${stem}.json`) || paths.has(`${stem}_atr.txt`));
      return isPaired ? detection("possible", file, "has a photo and names beside it, as in ADE20K") : null;
    }
    const [, root, name] = CHALLENGE.exec(path) ?? [];
    if (root === undefined || (png !== undefined && !isOneChannel)) return null;
    if (NAME.test(path)) {
      const evidence = "has the name of a mask of ADE20K's scene parsing challenge";
      return detection(png === undefined ? "likely" : "certain", file, evidence);
    }
    if (paths.has(`${root}objectInfo150.txt`))
      return detection("likely", file, "is of a set with objectInfo150.txt");
    return paths.has(`${root}images/${name}.jpg`)
      ? detection("possible", file, "is in a folder that ADE20K's scene parsing challenge has too")
      : null;
  });
}

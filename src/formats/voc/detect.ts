/**
 * Pascal VOC is known by its two folders and by the palette of the PNGs in them. Other tools (CVAT's "Segmentation
 * mask") use the same folders for PNGs in colours, which are another format.
 */

import type { CandidateFile, Detection } from "../format.js";
import { detection, pngKind } from "../shared/evidence.js";

const CLASS_FILE = /(^|\/)SegmentationClass\/([^/]+\.png)$/;

export function detect(files: readonly CandidateFile[]): Detection | null {
  const fileOfPath = new Map(files.map((file) => [file.path, file]));
  let found: Detection | null = null;
  for (const file of files) {
    if (!CLASS_FILE.test(file.path) || hasColours(file)) continue;
    const objects = fileOfPath.get(file.path.replace(CLASS_FILE, "$1SegmentationObject/$2"));
    if (objects === undefined) {
      found ??= detection("possible", file, "has no counterpart in SegmentationObject/");
      continue;
    }
    if (hasColours(objects)) continue;
    if (file.head !== undefined && objects.head !== undefined) {
      return detection("certain", file, "and its counterpart in SegmentationObject/ have one channel");
    }
    if (found?.confidence !== "likely") {
      found = detection("likely", file, "has a counterpart in SegmentationObject/");
    }
  }
  return found;
}

/** Whether a file is known to be no PNG of one channel. */
function hasColours({ head }: CandidateFile): boolean {
  if (head === undefined) return false;
  const kind = pngKind(head);
  return kind === null || !(kind.isGrey || kind.isPalette);
}

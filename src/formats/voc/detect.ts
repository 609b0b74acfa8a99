/**
 * Pascal VOC is known by its two folders and by the palette of the PNGs in them. Other tools use the same folders for PNGs in
 * colours: CVAT's "Segmentation mask", which is a format of its own, and copies of VOC by CVAT and datumaro. Folders that only
 * VOC has make the difference.
 */

import type { CandidateFile, Detection } from "../format.js";
import { detection, pngKind } from "../shared/evidence.js";

const CLASS_FILE = /(^|\/)SegmentationClass\/(.+\.png)$/;

export function detect(files: readonly CandidateFile[]): Detection | null {
  const fileOfPath = new Map(files.map((file) => [file.path, file]));
  let found: Detection | null = null;
  /** What is known of files says more than the names of others. */
  let coloured: Detection | null = null;
  for (const file of files) {
    if (!CLASS_FILE.test(file.path) || isNoPng(file)) continue;
    const objects = fileOfPath.get(file.path.replace(CLASS_FILE, "$1SegmentationObject/$2"));
    if (objects === undefined) {
      found ??= detection("possible", file, "has no counterpart in SegmentationObject/");
      continue;
    }
    if (isNoPng(objects)) continue;
    if (hasColours(file) || hasColours(objects)) {
      const isVoc = files.some(({ path }) => OF_VOC.test(path));
      const evidence = `and its counterpart have colours${isVoc ? ", and there are other folders of Pascal VOC" : ""}`;
      coloured ??= detection(isVoc ? "likely" : "possible", file, evidence);
      continue;
    }
    if (file.head !== undefined && objects.head !== undefined) {
      return detection("certain", file, "and its counterpart in SegmentationObject/ have one channel");
    }
    if (found?.confidence !== "likely") {
      found = detection("likely", file, "has a counterpart in SegmentationObject/");
    }
  }
  return coloured ?? found;
}

/** What is only in sets of Pascal VOC. */
const OF_VOC = /(?:^|\/)(?:Annotations|JPEGImages|ImageSets\/(?:Main|Layout|Action))\//;

/** Whether a file is known to be no PNG. */
function isNoPng({ head }: CandidateFile): boolean {
  return head !== undefined && pngKind(head) === null;
}

/** Whether a file is known to be a PNG in colours. */
function hasColours({ head }: CandidateFile): boolean {
  const kind = head === undefined ? null : pngKind(head);
  return kind !== null && !(kind.isGrey || kind.isPalette);
}

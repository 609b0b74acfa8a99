/**
 * CVAT's "Segmentation mask" has the folders of Pascal VOC, a `labelmap.txt` beside them, and colours in the PNGs. What CVAT
 * exports as "Pascal VOC" has all this too, and folders of its own. So only a set without these folders is certain.
 */

import type { CandidateFile, Detection } from "../format.js";
import { detection, pngKind } from "../shared/evidence.js";

const CLASS_FILE = /^(.*?)SegmentationClass\/.+\.png$/i;
/** What only Pascal VOC has. */
const OF_VOC = /^(?:Annotations|JPEGImages|ImageSets\/(?:Main|Layout|Action))\//;

export function detect(files: readonly CandidateFile[]): Detection | null {
  const paths = new Set(files.map(({ path }) => path));
  const masks = files.filter(({ path }) => CLASS_FILE.test(path));
  for (const mask of masks) {
    const root = CLASS_FILE.exec(mask.path)![1]!;
    const labelmap = `${root}labelmap.txt`;
    if (!paths.has(labelmap)) continue;
    const known = masks.filter(({ path, head }) => head !== undefined && path.startsWith(root));
    const kinds = known.map(({ head }) => pngKind(head!));
    if (kinds.some((kind) => kind === null)) continue;
    // A palette would be Pascal VOC's.
    if (kinds.length > 0 && kinds.every((kind) => kind!.isGrey || kind!.isPalette)) {
      return detection(
        "possible",
        { path: labelmap },
        "is beside SegmentationClass/, but the PNGs have one channel",
      );
    }
    const isVoc = files.some(({ path }) => path.startsWith(root) && OF_VOC.test(path.slice(root.length)));
    if (isVoc) {
      const evidence = "is beside SegmentationClass/, but so are folders of Pascal VOC";
      return detection("possible", { path: labelmap }, evidence);
    }
    return kinds.length > 0
      ? detection("certain", { path: labelmap }, "is beside SegmentationClass/, whose PNGs have colours")
      : detection("likely", { path: labelmap }, "is beside SegmentationClass/");
  }
  return null;
}

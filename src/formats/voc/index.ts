/** Pascal VOC: two palette PNGs per image, of class ids and of object numbers. */

import type { Format } from "../format.js";
import { detect } from "./detect.js";

export const voc: Format = {
  name: "voc",
  title: "Pascal VOC",
  files: [
    "SegmentationClass/NAME.png: palette, the class id; 0 is background, 255 is void",
    "SegmentationObject/NAME.png: palette, the object's number; 0 is background, 255 is void",
  ],
  extensions: [".png"],
  holds: {
    instances: true,
    stuff: true,
    holes: true,
    parts: true,
    classNames: "none",
    unlabelled: "255",
  },
  reads: true,
  writes: true,
  source: 'PASCAL VOC2012 development kit, section "Segmentation"',
  detect,
};

export { decodeVoc, type VocReadOptions } from "./read.js";
export { encodeVoc, type VocOptions } from "./write.js";

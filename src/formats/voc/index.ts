/** Pascal VOC: two palette PNGs per image, of class ids and of object numbers. */

import type { Format } from "../format.js";
import { detect } from "./detect.js";

export const voc: Format = {
  name: "voc",
  title: "Pascal VOC",
  files: [
    "SegmentationClass/NAME.png: palette or RGB, the class id; 0 is background, 255 is void",
    "SegmentationObject/NAME.png: palette or RGB, the object's number; 0 is background, 255 is void",
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
  set: {
    files: [
      "SegmentationClass/NAME.png: the classes, as a palette or in VOC's colours",
      "SegmentationObject/NAME.png: the objects",
      "ImageSets/Segmentation/SPLIT.txt: the image names of a part",
      "labelmap.txt: the classes, if they are not VOC's own",
    ],
    photos: "JPEGImages/NAME.jpg",
    splits: true,
    loses: "crowds",
  },
  source: 'PASCAL VOC2012 development kit, section "Segmentation"',
  detect,
};

export { decodeVoc, type VocReadOptions } from "./read.js";
export { encodeVoc, type VocOptions } from "./write.js";

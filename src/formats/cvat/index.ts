/** CVAT's export "Segmentation mask 1.1": PNGs in the colours of a `labelmap.txt`. */

import type { Format } from "../format.js";
import { detect } from "./detect.js";

export const cvat: Format = {
  name: "cvat",
  title: "CVAT segmentation mask",
  files: [
    "SegmentationClass/NAME.png: RGB, the colour of the class in labelmap.txt",
    "SegmentationObject/NAME.png: RGB, the Pascal VOC colour of the object's number",
  ],
  extensions: [".png", ".txt"],
  holds: {
    instances: true,
    stuff: true,
    holes: true,
    parts: true,
    classNames: "in the files",
    unlabelled: "the colour of `background`",
  },
  reads: true,
  writes: true,
  set: {
    files: [
      "labelmap.txt: the colour of each class",
      "SegmentationClass/NAME.png: the classes",
      "SegmentationObject/NAME.png: the objects",
      "ImageSets/Segmentation/SPLIT.txt: the image names of a part",
    ],
    photos: null,
    splits: true,
    loses: "unlabelled pixels are background; stuff and crowds are numbered like objects",
  },
  source: "CVAT, docs.cvat.ai, Segmentation mask; datumaro, plugins/voc_format",
  detect,
};

export { type CvatReadOptions, decodeCvat } from "./read.js";
export { type CvatOptions, encodeCvat } from "./write.js";

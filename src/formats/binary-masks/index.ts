/** Binary masks: a PNG of 0 and 255, or 0 and 1, for each class or each object. */

import type { Format } from "../format.js";
import { detect } from "./detect.js";

export const binaryMasks: Format = {
  name: "binary-masks",
  title: "Binary masks",
  files: ["IMAGE/CLASS_NUMBER.png: 255 or 1 for the pixels of an object or class, and 0 for all others"],
  extensions: [".png"],
  holds: {
    instances: true,
    stuff: true,
    holes: true,
    parts: true,
    classNames: "in the files",
    unlabelled: "0 in all masks",
  },
  reads: true,
  writes: true,
  set: {
    files: [
      "IMAGE/CLASS_NUMBER.png: the mask of an object, or CLASS.png for a class; or any other layout that a pattern describes",
    ],
    photos: "IMAGE.jpg, in any folder",
    splits: false,
    loses: "images without a label; objects, if there is one mask for each class",
  },
  source:
    "OpenCV and Pillow: masks of 0 and 255; segment-anything, scripts/amg.py; Label Studio, brush to PNG",
  detect,
};

export { type BinaryMask, type BinaryMasksReadOptions, decodeBinaryMasks } from "./read.js";
export { type BinaryMasksOptions, encodeBinaryMasks, type WrittenMask } from "./write.js";

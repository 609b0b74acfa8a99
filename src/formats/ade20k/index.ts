/**
 * ADE20K, in the two forms in which it is published: the full data set, whose PNGs have 3,688 classes and all objects, and
 * the scene parsing challenge, whose PNGs have 150 classes. Read only.
 */

import type { Format } from "../format.js";
import { detect } from "./detect.js";

export const ade20k: Format = {
  name: "ade20k",
  title: "ADE20K",
  files: [
    "NAME_seg.png: RGB; R / 10 × 256 + G is the class, B the object",
    "NAME.json or NAME_atr.txt: the names of the image's classes",
    "annotations/SPLIT/NAME.png: grey, 8 bits, the class of the challenge; 0 is none of the 150",
  ],
  extensions: [".png", ".json", ".txt"],
  holds: {
    instances: true,
    stuff: true,
    holes: true,
    parts: true,
    classNames: "in the files",
    unlabelled: "class 0",
  },
  reads: true,
  writes: false,
  set: {
    files: [
      "images/…/NAME_seg.png: the classes and objects of the full data set",
      "images/…/NAME.json or NAME_atr.txt: the names of the classes",
      "annotations/SPLIT/NAME.png: the classes of the scene parsing challenge",
      "objectInfo150.txt: their names",
    ],
    photos: "images/…/NAME.jpg",
    splits: true,
    loses: "read only",
  },
  source: "CSAILVision/ADE20K, README.md and utils/utils_ade20k.py; CSAILVision/sceneparsing, README.md",
  detect,
};

export { type Ade20kChallengeFiles, type Ade20kFiles, decodeAde20k } from "./read.js";

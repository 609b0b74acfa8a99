/** KITTI's semantic benchmark: a PNG of classes and objects per image, with the class ids of Cityscapes. Read only. */

import type { Format } from "../format.js";
import { detect } from "./detect.js";

export const kitti: Format = {
  name: "kitti",
  title: "KITTI semantics",
  files: [
    "training/instance/NAME.png: grey, 16 bits, class * 256 + n for objects",
    "training/semantic/NAME.png: grey, 8 bits, the class",
  ],
  extensions: [".png"],
  holds: {
    instances: true,
    stuff: true,
    holes: true,
    parts: true,
    classNames: "fixed",
    unlabelled: "id 0",
  },
  reads: true,
  writes: false,
  set: {
    files: [
      "training/instance/NAME.png: the classes and objects",
      "training/semantic/NAME.png: the classes, if there is no instance/",
    ],
    photos: "training/image_2/NAME.png",
    splits: true,
    loses: "read only",
  },
  source: "KITTI, devkit_semantics, readme.txt (cvlibs.net/datasets/kitti/eval_semantics.php)",
  detect,
};

export { decodeKitti } from "./read.js";

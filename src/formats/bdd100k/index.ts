/** BDD100K: PNGs for semantic, instance and panoptic segmentation, each with ids of its own. Read only. */

import type { Format } from "../format.js";
import { detect } from "./detect.js";

export const bdd100k: Format = {
  name: "bdd100k",
  title: "BDD100K",
  files: [
    "labels/pan_seg/bitmasks/SPLIT/NAME.png: RGBA; R is the class, G the attributes, 256 B + A the object",
    "labels/ins_seg/bitmasks/SPLIT/NAME.png: the same, for objects of 8 classes",
    "labels/sem_seg/masks/SPLIT/NAME.png: grey, 8 bits, the train id; 255 is unlabelled",
  ],
  extensions: [".png"],
  holds: {
    instances: true,
    stuff: true,
    holes: true,
    parts: true,
    classNames: "fixed",
    unlabelled: "class 0; in sem_seg 255",
  },
  reads: true,
  writes: false,
  set: {
    files: [
      "labels/pan_seg/bitmasks/SPLIT/NAME.png: the classes and objects",
      "labels/sem_seg/masks/SPLIT/NAME.png: the classes",
      "labels/ins_seg/bitmasks/SPLIT/NAME.png: the objects",
    ],
    photos: "images/10k/SPLIT/NAME.jpg",
    splits: true,
    loses: "read only",
  },
  source: "BDD100K, doc/source/format.rst and download.rst; bdd100k/label/label.py and to_mask.py",
  detect,
};

export { type Bdd100kOptions, type Bdd100kTask, decodeBdd100k } from "./read.js";

/** COCO-Stuff: a grey PNG of class ids per image, or a JSON file with the areas of stuff classes. Read only. */

import type { Format } from "../format.js";
import { detect } from "./detect.js";

export const cocoStuff: Format = {
  name: "coco-stuff",
  title: "COCO-Stuff",
  files: [
    "stuffthingmaps/SPLIT/NAME.png: grey, the category id minus 1; 255 is unlabelled",
    "stuff_SPLIT_pixelmaps/NAME.png: palette indices, the category id; 0 is unlabelled, 183 is all things",
    "stuff_SPLIT.json: images, annotations of stuff with a run-length code, categories",
  ],
  extensions: [".json", ".png"],
  holds: {
    instances: false,
    stuff: true,
    holes: true,
    parts: true,
    classNames: "fixed",
    unlabelled: "255, in pixelmaps 0, or not in any annotation",
  },
  reads: true,
  writes: false,
  set: {
    files: [
      "stuffthingmaps/SPLIT/NAME.png: the classes",
      "stuff_SPLIT_pixelmaps/NAME.png: the classes of stuff, if there is no stuffthingmaps/",
      "annotations/stuff_SPLIT.json: the areas of stuff, if there are no PNGs",
    ],
    photos: "SPLIT/NAME.jpg",
    splits: true,
    loses: "read only",
  },
  source:
    "Caesar et al., COCO-Stuff, CVPR 2018; nightrome/cocostuff, README.md and labels.txt; cocostuffhelper.py of nightrome/cocostuffapi",
  detect,
};

export { type CocoStuffForm, type CocoStuffReadOptions, decodeCocoStuff } from "./read.js";

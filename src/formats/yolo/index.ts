/** YOLO segmentation: a text file per image, with a polygon on each line. */

import type { Format } from "../format.js";
import { detect } from "./detect.js";

export const yolo: Format = {
  name: "yolo",
  title: "YOLO segmentation",
  files: [
    "labels/NAME.txt: a line for each area, with the class index and the points of its outline",
    "data.yaml: the names of the classes, in the order of their indices",
  ],
  extensions: [".txt", ".yaml"],
  holds: {
    instances: true,
    stuff: true,
    holes: false,
    parts: false,
    classNames: "in the files",
    unlabelled: "not in any area",
  },
  reads: true,
  writes: true,
  set: {
    files: [
      "data.yaml: the names of the classes, and the folders of the parts",
      "labels/SPLIT/NAME.txt: a line for each area",
    ],
    photos: "images/SPLIT/NAME.jpg",
    splits: true,
    loses:
      "stuff and groups; holes, unless they are connected; objects of several areas become several objects",
  },
  source: "Ultralytics, Instance Segmentation Datasets Overview (docs.ultralytics.com/datasets/segment)",
  detect,
};

export { yoloNames } from "./names.js";
export { decodeYolo, type YoloMapOptions, type YoloPolygon, yoloToMap } from "./read.js";
export { encodeYolo, type YoloLabels, type YoloOptions } from "./write.js";

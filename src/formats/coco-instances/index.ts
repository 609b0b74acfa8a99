/** COCO instances: one JSON file per data set with an annotation for each object. */

import type { Format } from "../format.js";
import { detect } from "./detect.js";

export const cocoInstances: Format = {
  name: "coco-instances",
  title: "COCO instances",
  files: ["instances_SPLIT.json: images, annotations with a run-length code or polygons, categories"],
  extensions: [".json"],
  holds: {
    instances: true,
    stuff: false,
    holes: true,
    parts: true,
    classNames: "in the files",
    unlabelled: "not in any annotation, like stuff",
  },
  reads: true,
  writes: true,
  set: {
    files: ["annotations/instances_SPLIT.json: images, annotations with masks, categories"],
    photos: "SPLIT/NAME.jpg",
    splits: true,
    loses: "stuff; object numbers (new ones are assigned)",
  },
  source: "COCO data format, section 1 (cocodataset.org/#format-data); pycocotools 2.0.11",
  detect,
};

export type { CocoInstanceAnnotation, CocoInstancesDataset } from "./json.js";
export { type CocoInstancesReadOptions, decodeCocoInstances } from "./read.js";
export { type CocoInstancesOptions, cocoInstancesDataset, encodeCocoInstances } from "./write.js";

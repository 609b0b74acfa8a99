/** Supervisely: a JSON file per image with bitmaps and polygons, and a `meta.json` with the classes. */

import type { Format } from "../format.js";
import { detect } from "./detect.js";

export const supervisely: Format = {
  name: "supervisely",
  title: "Supervisely",
  files: [
    "DATASET/ann/IMAGE.json: the size, and objects with a class and a bitmap or polygon",
    "meta.json: the classes with their colours",
  ],
  extensions: [".json"],
  holds: {
    instances: true,
    stuff: true,
    holes: true,
    parts: true,
    classNames: "in the files",
    unlabelled: "not in any object",
  },
  reads: true,
  writes: true,
  set: {
    files: [
      "meta.json: the classes with their colours",
      "DATASET/ann/IMAGE.jpg.json: the size, and objects with a class and a bitmap or polygon",
    ],
    photos: "DATASET/img/IMAGE.jpg",
    splits: true,
    loses: "groups; which classes are stuff; object numbers (new ones are assigned)",
  },
  source: "Supervisely's SDK for Python, 6.73: supervisely/geometry/bitmap.py and polygon.py",
  detect,
};

export type { SuperviselyAnnotation, SuperviselyMeta, SuperviselyObject } from "./json.js";
export { decodeSupervisely, type SuperviselyReadOptions } from "./read.js";
export { encodeSupervisely, type SuperviselyOptions, superviselyMeta } from "./write.js";

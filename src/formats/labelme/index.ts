/** LabelMe: a JSON file per image, with the shapes that somebody drew. */

import type { Format } from "../format.js";
import { detect } from "./detect.js";

export const labelMe: Format = {
  name: "labelme",
  title: "LabelMe",
  files: ["NAME.json: shapes with a label and points, beside the photo"],
  extensions: [".json"],
  holds: {
    instances: true,
    stuff: true,
    holes: true,
    parts: true,
    classNames: "in the files",
    unlabelled: "not in any shape",
  },
  reads: true,
  writes: true,
  set: {
    files: [
      "NAME.json: the shapes of an image, in any folder",
      "labels.txt: the names of the classes (optional)",
    ],
    photos: "NAME.jpg beside the JSON file",
    splits: false,
    loses: "parts; groups; which classes are stuff; holes, unless shapes are masks",
  },
  source: "labelme 5: labelme/_label_file.py, and shapes_to_label in labelme/utils/shape.py",
  detect,
};

export type { LabelMeFile, LabelMeShape } from "./json.js";
export { decodeLabelMe } from "./read.js";
export { encodeLabelMe, type LabelMeOptions } from "./write.js";

/** CVAT's export "CVAT for images 1.1": one XML file with the shapes of all images. */

import type { Format } from "../format.js";
import { detect } from "./detect.js";

export const cvatXml: Format = {
  name: "cvat-xml",
  title: "CVAT for images",
  files: ["annotations.xml: for each image the masks, polygons, boxes and ellipses, with their labels"],
  extensions: [".xml"],
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
    files: ["annotations.xml: the labels, and the shapes of all images"],
    photos: "images/NAME.jpg, or images/SUBSET/NAME.jpg",
    splits: true,
    loses: "stuff and crowds become objects; object numbers (new ones are assigned)",
  },
  source: "CVAT, docs.cvat.ai, XML annotation format; cvat/apps/dataset_manager/formats/cvat.py",
  detect,
};

export { type CvatXmlReadOptions, decodeCvatXml } from "./read.js";
export { type CvatXmlOptions, encodeCvatXml } from "./write.js";

/** Mapillary Vistas: a PNG of classes and objects per image, and a configuration that names the classes. Read only. */

import type { Format } from "../format.js";
import { detect } from "./detect.js";

export const mapillaryVistas: Format = {
  name: "mapillary-vistas",
  title: "Mapillary Vistas",
  files: [
    "SPLIT/VERSION/instances/NAME.png: grey, 16 bits, class * 256 + n",
    "SPLIT/VERSION/labels/NAME.png: palette, the class",
    "config_VERSION.json: the classes in the order of their ids",
  ],
  extensions: [".png", ".json"],
  holds: {
    instances: true,
    stuff: true,
    holes: true,
    parts: true,
    classNames: "in the files",
    unlabelled: "the class void--unlabeled",
  },
  reads: true,
  writes: false,
  set: {
    files: [
      "SPLIT/VERSION/instances/NAME.png: the classes and objects; older sets have no VERSION",
      "SPLIT/VERSION/labels/NAME.png: the classes, if there is no instances/",
      "config_VERSION.json or config.json: the classes",
    ],
    photos: "SPLIT/images/NAME.jpg",
    splits: true,
    loses: "read only",
  },
  source: "Mapillary Vistas 1.2 and 2.0, README and demo.py of the data set",
  detect,
};

export { decodeMapillaryVistas, type MapillaryVistasOptions, type MapillaryVistasVersion } from "./read.js";

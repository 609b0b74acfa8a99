/** Label PNGs: one channel, whose numbers are the map's own. */

import type { Format } from "../format.js";
import { detect } from "./detect.js";

export const labelPng: Format = {
  name: "label-png",
  title: "Label PNG",
  files: [
    "NAME.png: grey samples of 8 or 16 bits, or palette indices; each is a class id or an object number",
  ],
  extensions: [".png"],
  holds: {
    instances: false,
    stuff: true,
    holes: true,
    parts: true,
    classNames: "none",
    unlabelled: "an id of your choice, such as 255",
  },
  reads: true,
  writes: true,
  set: {
    files: [
      "NAME.png: the class id of each pixel, grey or as a palette index, in any folder",
      "classes.json: the class list",
    ],
    photos: "NAME.jpg or NAME_image.png beside the PNG",
    splits: false,
    loses: "object numbers; crowds; parts",
  },
  source: "PNG specification, third edition; Pillow's modes L, I;16 and P",
  detect,
};

export { decodeLabelPng, type LabelPng, type LabelPngReadOptions } from "./read.js";
export { encodeLabelPng, encodePalettePng, type LabelPngOptions } from "./write.js";

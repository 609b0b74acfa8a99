/** PNGs of ids: each pixel's colour is a number of up to 24 bits. */

import type { Format } from "../format.js";
import { detect } from "./detect.js";

export const idPng: Format = {
  name: "id-png",
  title: "PNG of ids",
  files: ["NAME.png: RGB or RGBA, id = R + 256 G + 256² B; what the ids mean is in another file"],
  extensions: [".png"],
  holds: {
    instances: false,
    stuff: true,
    holes: true,
    parts: true,
    classNames: "none",
    unlabelled: "an id of your choice, usually 0",
  },
  reads: true,
  writes: true,
  set: {
    files: [
      "NAME.png: the class id of each pixel, up to 24 bits, as a colour, in any folder",
      "classes.json: the class list",
    ],
    photos: "NAME.jpg or NAME_image.png beside the PNG",
    splits: false,
    loses: "object numbers; crowds; parts",
  },
  source: "COCO data format, section 4; id2rgb of panopticapi",
  detect,
};

export { decodeIds } from "./read.js";
export { type EncodeIdsOptions, encodeIds } from "./write.js";

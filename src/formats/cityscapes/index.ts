/** Cityscapes: four PNGs per image, with the ids of a fixed list of labels. */

import type { Format } from "../format.js";
import { detect } from "./detect.js";

export const cityscapes: Format = {
  name: "cityscapes",
  title: "Cityscapes",
  files: [
    "CITY_SEQUENCE_FRAME_gtFine_labelIds.png: grey, 8 bits, the label's id",
    "CITY_SEQUENCE_FRAME_gtFine_instanceIds.png: grey, 16 bits, id * 1000 + n for objects",
    "CITY_SEQUENCE_FRAME_gtFine_labelTrainIds.png: grey, 8 bits, the label's trainId",
    "CITY_SEQUENCE_FRAME_gtFine_instanceTrainIds.png: grey, 16 bits, trainId * 1000 + n for objects",
    "CITY_SEQUENCE_FRAME_gtFine_polygons.json: the polygons that the other files are drawn from; read only",
  ],
  extensions: [".png", ".json"],
  holds: {
    instances: true,
    stuff: true,
    holes: true,
    parts: true,
    classNames: "fixed",
    unlabelled: "id 0, train id 255",
  },
  reads: true,
  writes: true,
  set: {
    files: [
      "gtFine/SPLIT/CITY/NAME_gtFine_labelIds.png: the classes",
      "gtFine/SPLIT/CITY/NAME_gtFine_instanceIds.png: the classes and objects",
      "gtFine/SPLIT/CITY/NAME_gtFine_polygons.json: the same as polygons, if there are no PNGs; read only",
    ],
    photos: "leftImg8bit/SPLIT/CITY/NAME_leftImg8bit.png",
    splits: true,
    loses:
      "classes that Cityscapes lacks; unlabelled pixels become `unlabeled`; objects and crowds of labels without instances",
  },
  source: "cityscapesScripts 2.2.4: labels.py, json2labelImg.py, json2instanceImg.py",
  detect,
};

export { type CityscapesPolygonsOptions, decodeCityscapesPolygons } from "./polygons.js";
export { decodeCityscapes } from "./read.js";
export {
  type CityscapesMaps,
  type CityscapesOptions,
  checkCityscapesNames,
  cityscapesMaps,
  encodeCityscapes,
} from "./write.js";

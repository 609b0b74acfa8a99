/** The one table of all formats. Bundlers leave out the readers and writers that you do not import yourself. */

import { ade20k } from "./ade20k/index.js";
import { bdd100k } from "./bdd100k/index.js";
import { binaryMasks } from "./binary-masks/index.js";
import { camvid } from "./camvid/index.js";
import { cityscapes } from "./cityscapes/index.js";
import { cocoInstances } from "./coco-instances/index.js";
import { cocoPanoptic } from "./coco-panoptic/index.js";
import { cocoStuff } from "./coco-stuff/index.js";
import { cvat } from "./cvat/index.js";
import { cvatXml } from "./cvat-xml/index.js";
import type { Format } from "./format.js";
import { idPng } from "./id-png/index.js";
import { kitti } from "./kitti/index.js";
import { labelPng } from "./label-png/index.js";
import { labelStudio } from "./label-studio/index.js";
import { labelMe } from "./labelme/index.js";
import { mapillaryVistas } from "./mapillary-vistas/index.js";
import { maskFolder } from "./mask-folder/index.js";
import { npy } from "./npy/index.js";
import { npz } from "./npz/index.js";
import { segmentsAi } from "./segments-ai/index.js";
import { segmentsInfo } from "./segments-info/index.js";
import { supervisely } from "./supervisely/index.js";
import { synthia } from "./synthia/index.js";
import { voc } from "./voc/index.js";
import { yolo } from "./yolo/index.js";

/**
 * All formats that the library knows: their names, their files, what they can hold, and how to recognise them.
 *
 * They are in alphabetical order. To find out what some files are, call `detect` of each
 * format and take the surest answer:
 *
 * ```js
 * const files = [{ path: "val/SegmentationClass/7.png" }, { path: "val/SegmentationObject/7.png" }];
 * for (const { title, detect } of FORMATS) console.log(title, detect(files));
 * ```
 */
export const FORMATS: readonly Format[] = [
  ade20k,
  bdd100k,
  binaryMasks,
  camvid,
  cityscapes,
  cocoInstances,
  cocoPanoptic,
  cocoStuff,
  cvat,
  cvatXml,
  idPng,
  kitti,
  labelPng,
  labelStudio,
  labelMe,
  mapillaryVistas,
  maskFolder,
  npy,
  npz,
  segmentsAi,
  segmentsInfo,
  supervisely,
  synthia,
  voc,
  yolo,
];

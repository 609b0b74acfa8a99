/**
 * `labelmap/formats`: maps to the files that training code and other tools read, and back. Re-exports only; a file per
 * format.
 */

export {
  type CityscapesMaps,
  type CityscapesOptions,
  checkCityscapesNames,
  cityscapesMaps,
  decodeCityscapes,
  encodeCityscapes,
} from "./cityscapes/write.js";
export {
  type CocoInstanceAnnotation,
  type CocoInstancesDataset,
  type CocoInstancesOptions,
  cocoInstancesDataset,
  decodeCocoInstances,
  encodeCocoInstances,
} from "./coco-instances/write.js";
export {
  type CocoPanopticAnnotation,
  type CocoPanopticCategory,
  type CocoPanopticDataset,
  type CocoPanopticOptions,
  type CocoSegmentInfo,
  cocoPanopticDataset,
  decodeCocoPanoptic,
  encodeCocoPanoptic,
} from "./coco-panoptic/write.js";
export { encodeIds } from "./id-png/write.js";
export { decodeLabelPng } from "./label-png/read.js";
export { encodeLabelPng, encodePalettePng, type LabelPngOptions } from "./label-png/write.js";
export { decodeNpy, encodeNpy, type NpyArray, type NpyData, npyParts, npyToMap } from "./npy/read.js";
export { decodeNpz, encodeNpz, type NpzOptions } from "./npz/write.js";
export {
  decodeSegmentsInfo,
  encodeSegmentsInfo,
  type HuggingFaceSegment,
  type HuggingFaceSegmentation,
} from "./segments-info/read.js";
export type { FileInput } from "./shared/bytes.js";
export type { CocoImage } from "./shared/coco-images.js";
export type { PanopticMaps } from "./shared/segment-maps.js";
export { type SegmentOptions, thingClasses } from "./shared/segments.js";
export { decodeVoc, encodeVoc, type VocOptions } from "./voc/write.js";
export { decodeYolo, encodeYolo, type YoloOptions, type YoloPolygon } from "./yolo/write.js";

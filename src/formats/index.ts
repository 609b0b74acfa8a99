/**
 * `labelmap/export`: maps to the files that training code and other tools read, and back. Re-exports only; a file per
 * format.
 */
export type { FileInput } from "./bytes.js";
export {
  type CityscapesMaps,
  type CityscapesOptions,
  cityscapesMaps,
  decodeCityscapes,
  encodeCityscapes,
} from "./cityscapes.js";
export type { CocoImage } from "./coco-images.js";
export {
  type CocoInstanceAnnotation,
  type CocoInstancesDataset,
  type CocoInstancesOptions,
  cocoInstancesDataset,
  decodeCocoInstances,
  encodeCocoInstances,
} from "./coco-instances.js";
export {
  type CocoPanopticAnnotation,
  type CocoPanopticCategory,
  type CocoPanopticDataset,
  type CocoPanopticOptions,
  type CocoSegmentInfo,
  cocoPanopticDataset,
  decodeCocoPanoptic,
  encodeCocoPanoptic,
} from "./coco-panoptic.js";
export { decodeLabelPng } from "./decode-label-png.js";
export { encodeIds } from "./id-png.js";
export { encodeLabelPng, encodePalettePng, type LabelPngOptions } from "./label-png.js";
export { decodeNpy, encodeNpy, type NpyArray, type NpyData, npyToMap } from "./npy.js";
export { decodeNpz, encodeNpz, type NpzOptions } from "./npz.js";
export type { PanopticMaps } from "./segment-maps.js";
export { type SegmentOptions, thingClasses } from "./segments.js";
export {
  decodeSegmentsInfo,
  encodeSegmentsInfo,
  type HuggingFaceSegment,
  type HuggingFaceSegmentation,
} from "./segments-info.js";
export { decodeVoc, encodeVoc, type VocOptions } from "./voc.js";
export { decodeYolo, encodeYolo, type YoloOptions, type YoloPolygon } from "./yolo.js";

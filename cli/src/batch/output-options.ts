/** The options of a batch's outputs, and which of them a format needs. */

import type {
  ClassBy,
  ClassList,
  ClassListJSON,
  Dtype,
  Resize,
  SnapOptions,
  Transparent,
  View,
} from "labelmap";
import type { SegmentOptions } from "labelmap/formats";
import type { EncodingInput } from "labelmap/ids";
import type { LegendForm } from "labelmap/legend";

/** The formats of the files written for each image. The folder in the output directory has the same name. */
export const FORMATS = [
  "npy",
  "png",
  "coco-panoptic",
  "coco-instances",
  "coco-rle",
  "cityscapes",
  "voc",
  "yolo",
] as const;
/** What an object is; see `SegmentOptions` of `labelmap/formats`. */
export const OBJECTS = ["labels", "numbered", "components"] as const;
export type OutputFormat = (typeof FORMATS)[number];

export interface OutputOptions {
  readonly format: OutputFormat;
  /** For `npy` and `png`: what the values mean. Default `"label"`. The other formats define their own values. */
  readonly map?: View["map"];
  /** For `npy` and `png`. Default uint8 for `semantic`, uint16 for `instance`, int32 for the others. */
  readonly dtype?: Dtype;
  /**
   * A `ClassList` or its JSON. Needed for `semantic`, `panoptic` and all formats except `npy`, `png`, `cityscapes` and
   * `coco-rle`.
   */
  readonly classes?: ClassList | ClassListJSON;
  /**
   * The classes whose objects are counted one by one. Needed for `coco-panoptic`, `coco-instances` and `yolo`, except with
   * `objects: "components"`, which then counts all classes but `background`.
   */
  readonly things?: readonly string[];
  /** For the same formats: what an object is. Default `"labels"`; see `SegmentOptions` of `labelmap/formats`. */
  readonly objects?: SegmentOptions["objects"];
  /** For `objects: "components"`: smaller areas, in pixels, are left out. Default 1. */
  readonly minArea?: number;
  /** For `cityscapes`: the Cityscapes label of each class that has a different name: `{ pedestrian: "person" }`. */
  readonly labels?: Readonly<Record<string, string>>;
  /** What to do with a class that is not in the list. Default `"error"`. */
  readonly missing?: "error" | "void";
  /** For `panoptic`: a value is class id × divisor + instance. Default 1000. */
  readonly divisor?: number;
  readonly resize?: Resize;
  readonly snap?: SnapOptions;
  /**
   * How samples stand for labels, as in `DecodeOptions`. Default: `grey` or `palette-index` for such a mask if its legend
   * has only ids, or has ids and the mask is grey; otherwise `colors`.
   */
  readonly encoding?: EncodingInput;
  /** The form of the legends, if they can be read in several ways; see `parseLegend` of `labelmap/legend`. */
  readonly form?: LegendForm;
  /** Whether defects of the legend are errors. Default false. */
  readonly strict?: boolean;
  readonly classBy?: ClassBy;
  /** What fully transparent pixels mean, as in `DecodeOptions`. Default `"ignore-alpha"`. */
  readonly transparent?: Transparent;
  /** The most pixels a mask may have. Default 2^28. */
  readonly maxPixels?: number;
}

const FORMATS_WITH_THINGS: readonly OutputFormat[] = ["coco-panoptic", "coco-instances", "yolo"];
/** Their values are not ids of a class list. */
const FORMATS_WITHOUT_IDS: readonly OutputFormat[] = ["cityscapes", "coco-rle"];

/** Whether a format has a value for each pixel, which `map` chooses. */
export function isPixelFormat(format: OutputFormat): boolean {
  return format === "npy" || format === "png";
}

/** Whether a format's values are class ids. If so, it needs a class list. */
export function needsClasses({ format, map = "label" }: Pick<OutputOptions, "format" | "map">): boolean {
  if (isPixelFormat(format)) return map === "semantic" || map === "panoptic";
  return !FORMATS_WITHOUT_IDS.includes(format);
}

/** Whether a format needs a list of the classes that have objects, which must be the same for all images. */
export function needsThings({ format }: Pick<OutputOptions, "format">): boolean {
  return FORMATS_WITH_THINGS.includes(format);
}

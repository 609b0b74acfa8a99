/**
 * A mask and its result to the files of one format, in memory. `DIR/<format>/` is the folder; what the files are is
 * said in `labelmap/export`, which makes them.
 */
import { ClassList } from "../classes.js";
import { decodeMask } from "../decode.js";
import type { DenseMap } from "../dense-map.js";
import { encodeCityscapes } from "../export/cityscapes.js";
import { encodeCocoInstances } from "../export/coco-instances.js";
import { encodeCocoPanoptic } from "../export/coco-panoptic.js";
import { encodeLabelPng } from "../export/label-png.js";
import { encodeNpy } from "../export/npy.js";
import { encodeVoc } from "../export/voc.js";
import { encodeYolo } from "../export/yolo.js";
import type { LabelMap } from "../label-map.js";
import type { MaskInfo } from "../mask-info.js";
import type { View } from "../views.js";
import { type OutputPlan, targetWith } from "./output-options.js";

export interface OutputFile {
  /** In the output directory, with `/`. */
  readonly path: string;
  readonly bytes: Uint8Array;
  /** Of arrays and label PNGs. */
  readonly dtype?: "uint8" | "uint16" | "int32";
  /** Height, width. */
  readonly shape?: readonly [number, number];
}

export interface Encoded {
  readonly files: readonly OutputFile[];
  /** Of the mask, whatever the outputs' size is. */
  readonly unlabelledPixels: number;
  /** The codes of what was odd, each once. */
  readonly issues: readonly string[];
}

/** A COCO annotation file of one image, as `DIR/<format>/annotations/` keeps it until the data set's file is made. */
export interface ImageAnnotations {
  readonly width: number;
  readonly height: number;
  readonly annotations: readonly object[];
}

/**
 * @param name what the files are called, without their endings.
 * @throws what `decodeMask` and the format's encoder throw.
 */
export async function encodeOutputs(
  name: string,
  png: Uint8Array,
  result: string,
  plan: OutputPlan,
): Promise<Encoded> {
  const classes = plan.classes === undefined ? undefined : ClassList.fromJSON(plan.classes);
  if (plan.target !== undefined) {
    const target = targetWith(plan.target, classes) as View & { dtype: "int32" };
    const map = await decodeMask(png, result, { ...plan.decode, target });
    const isNpy = plan.format === "npy";
    const bytes = isNpy ? encodeNpy(map) : encodeLabelPng(map);
    return encoded(map, [pixels(`${plan.format}/${name}.${isNpy ? "npy" : "png"}`, bytes, map)]);
  }
  const map = await decodeMask(png, result, plan.decode);
  return encoded(map, filesOf(name, map, plan, classes));
}

function filesOf(
  name: string,
  map: LabelMap,
  { format, missing, things = [] }: OutputPlan,
  classes: ClassList | undefined,
): OutputFile[] {
  const { width, height } = map;
  const file = (path: string, bytes: Uint8Array): OutputFile => ({ path: `${format}/${path}`, bytes });
  const text = (path: string, content: string) => file(path, new TextEncoder().encode(content));
  const annotated = (annotations: readonly object[]) =>
    text(
      `annotations/${name}.json`,
      JSON.stringify({ width, height, annotations } satisfies ImageAnnotations),
    );
  switch (format) {
    case "cityscapes":
      return Object.entries(encodeCityscapes(map, { missing })).map(([kind, bytes]) =>
        pixels(`cityscapes/${name}_gtFine_${kind}.png`, bytes, map),
      );
    case "voc": {
      const { segmentationClass, segmentationObject } = encodeVoc(map, classes!, { missing });
      return [
        pixels(`voc/SegmentationClass/${name}.png`, segmentationClass, map),
        pixels(`voc/SegmentationObject/${name}.png`, segmentationObject, map),
      ];
    }
    case "yolo":
      return [text(`labels/${name}.txt`, encodeYolo(map, classes!, { things, missing }))];
    case "coco-panoptic": {
      // The image's number is given when all are known: src/batch/dataset-files.ts.
      const options = { imageId: 0, fileName: `${name}.png`, things, missing };
      const { png, annotation } = encodeCocoPanoptic(map, classes!, options);
      return [file(`${name}.png`, png), annotated([annotation])];
    }
    default:
      return [annotated(encodeCocoInstances(map, classes!, { imageId: 0, things, missing }))];
  }
}

function pixels(path: string, bytes: Uint8Array, { width, height, data }: DenseMap): OutputFile {
  const dtype = data instanceof Uint8Array ? "uint8" : data instanceof Uint16Array ? "uint16" : "int32";
  return { path, bytes, shape: [height, width], ...(path.endsWith(".npy") ? { dtype } : {}) };
}

function encoded(map: Pick<MaskInfo, "unlabelled" | "issues">, files: readonly OutputFile[]): Encoded {
  return {
    files,
    unlabelledPixels: map.unlabelled.count,
    issues: [...new Set(map.issues.map(({ code }) => code))].sort(),
  };
}

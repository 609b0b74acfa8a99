/**
 * Turns a mask and its result into the files of one format, in memory. They belong in the folder `DIR/<format>/`.
 * `labelmap/formats` makes the files and describes them.
 */
import {
  type ClassList,
  type DenseMap,
  decodeMask,
  type Issue,
  LabelMap,
  type MaskInfo,
  type View,
} from "labelmap";
import {
  encodeCityscapes,
  encodeCocoInstances,
  encodeCocoPanoptic,
  encodeLabelPng,
  encodeVoc,
  encodeYolo,
  npyParts,
} from "labelmap/formats";
import { resize } from "labelmap/geometry";
import { withLabels } from "labelmap/maps";
import { encodeAllRles, rleArea, rleBox } from "labelmap/objects";
import type { FrameLabel } from "labelmap/playment";
import { type LegendText, legendOfMask } from "../mask-legend.js";
import { type ArrayPool, inOnePiece } from "./array-pool.js";
import { type OutputPlan, targetWith } from "./output-plan.js";
import type { PreparedPlan } from "./prepared-plan.js";
import { viewOf } from "./view-of-map.js";

export interface OutputFile {
  /** The path in the output directory, with `/`. */
  readonly path: string;
  /** The content, piece by piece. */
  readonly pieces: readonly Uint8Array[];
  /** Only for arrays and label PNGs. */
  readonly dtype?: "uint8" | "uint16" | "int32";
  /** Height, width. */
  readonly shape?: readonly [number, number];
}

export interface Input {
  readonly name: string;
  readonly png: Uint8Array;
  /** `null`: the mask has none, and its numbers are the names. */
  readonly legend: LegendText | null;
  readonly prepared: PreparedPlan;
  /** For a frame of a video: what each entry of the legend is in the whole video. */
  readonly labels?: readonly FrameLabel[];
}

/** A mask that was decoded already. */
export interface MapInput {
  readonly name: string;
  readonly map: LabelMap;
  readonly prepared: PreparedPlan;
}

export interface Encoded {
  readonly files: readonly OutputFile[];
  /** The number of pixels of the mask, even if the outputs are resized. */
  readonly pixels: number;
  /** The number of unlabelled pixels of the mask, even if the outputs are resized. */
  readonly unlabelledPixels: number;
  /** The codes of the issues, each once. */
  readonly issues: readonly string[];
}

/** The COCO annotations of one image, kept in `DIR/<format>/annotations/` until the data set's file is made. */
export interface ImageAnnotations {
  readonly width: number;
  readonly height: number;
  readonly annotations: readonly object[];
}

/** Arrays of larger masks are not kept for reuse: they would hold too much memory. */
const MOST_REUSED_PIXELS = 2 ** 26;

/**
 * @param input its `name` is the name of the files, without their endings.
 * @param arrays the pool of the map's array, which goes back when `write` has written the files.
 * @throws what `decodeMask`, the format's encoder and `write` throw.
 */
export async function encodeOutputs<T>(
  { name, png, legend: source, prepared, labels }: Input,
  arrays: ArrayPool,
  write: (encoded: Encoded) => Promise<T>,
): Promise<T> {
  const { plan, classes, read } = prepared;
  const { legend, encoding } = legendOfMask(png, source, { encoding: plan.decode.encoding }, read);
  const options = { ...plan.decode, encoding };
  if (plan.target === undefined || labels !== undefined) {
    const decoded = await decodeMask(png, legend, options);
    const map = labels === undefined ? decoded : ofVideo(decoded, labels);
    const { files, issues = [] } = filesOf(name, map, plan, classes);
    return write(encoded(countPixels(png, {}), map, files, issues));
  }
  const target = targetWith(plan.target, classes) as View & { dtype: "int32" };
  const pixelCount = countPixels(png, plan.decode);
  const into = pixelCount > MOST_REUSED_PIXELS ? undefined : arrays.take(target.dtype, pixelCount);
  try {
    const reused = into === undefined ? {} : { into: into as Int32Array };
    const map = await decodeMask(png, legend, { ...options, target: { ...target, ...reused } });
    const isNpy = plan.format === "npy";
    const pieces = isNpy
      ? into === undefined
        ? npyParts(map)
        : inOnePiece(npyParts(map))
      : [encodeLabelPng(map)];
    return await write(
      encoded(countPixels(png, {}), map, [
        pixels(`${plan.format}/${name}.${isNpy ? "npy" : "png"}`, pieces, map),
      ]),
    );
  } finally {
    if (into !== undefined) arrays.give(into);
  }
}

/**
 * As `encodeOutputs`, for a label map. Of the options of decoding, only the size applies.
 * @throws what the format's encoder and `write` throw.
 */
export async function encodeMap<T>(
  { name, map, prepared: { plan, classes } }: MapInput,
  write: (encoded: Encoded) => Promise<T>,
): Promise<T> {
  const { resize: size } = plan.decode;
  const resized = size === undefined ? map : withLabels(resize(map, size), map);
  const { files, issues = [] } = filesOf(name, resized, plan, classes);
  return write(encoded(map.data.length, map, files, issues));
}

/** The map with the numbers that the objects have in the whole video, as `decodeFrame` of `labelmap/playment` gives them. */
function ofVideo(map: LabelMap, labels: readonly FrameLabel[]): LabelMap {
  return new LabelMap({
    ...map,
    labels: map.labels.map((label) => {
      const { trackId: _, ...facts } = labels[label.index]!;
      return { ...label, ...facts };
    }),
  });
}

/**
 * The pixel count of the output, from the size in IHDR (PNG specification 11.2.1). `decodeMask` reports an invalid
 * IHDR.
 */
function countPixels(png: Uint8Array, { resize }: Pick<OutputPlan["decode"], "resize">): number {
  if (resize !== undefined) return resize.width * resize.height;
  if (png.length < 24) return 0;
  const view = new DataView(png.buffer, png.byteOffset, png.byteLength);
  return view.getUint32(16) * view.getUint32(20);
}

function filesOf(
  name: string,
  map: LabelMap,
  { format, target, missing, things = [], objects, minArea, labels = {} }: OutputPlan,
  classes: ClassList | undefined,
): { readonly files: readonly OutputFile[]; readonly issues?: readonly Issue[] } {
  const { width, height } = map;
  const counting = {
    things,
    missing,
    ...(objects === undefined ? {} : { objects }),
    ...(minArea === undefined ? {} : { minArea }),
  };
  const file = (path: string, bytes: Uint8Array): OutputFile => ({
    path: `${format}/${path}`,
    pieces: [bytes],
  });
  const text = (path: string, content: string) => file(path, new TextEncoder().encode(content));
  const annotated = (annotations: readonly object[]) =>
    text(
      `annotations/${name}.json`,
      JSON.stringify({ width, height, annotations } satisfies ImageAnnotations),
    );
  switch (format) {
    case "npy":
    case "png": {
      const view = viewOf(map, targetWith(target!, classes) as View);
      const pieces = format === "npy" ? npyParts(view) : [encodeLabelPng(view)];
      return { files: [pixels(`${format}/${name}.${format}`, pieces, view)] };
    }
    case "cityscapes":
      return {
        files: Object.entries(encodeCityscapes(map, { labels, missing })).map(([kind, bytes]) =>
          pixels(`cityscapes/${name}_gtFine_${kind}.png`, [bytes], map),
        ),
      };
    case "voc": {
      const { segmentationClass, segmentationObject } = encodeVoc(map, classes!, { missing });
      return {
        files: [
          pixels(`voc/SegmentationClass/${name}.png`, [segmentationClass], map),
          pixels(`voc/SegmentationObject/${name}.png`, [segmentationObject], map),
        ],
      };
    }
    case "yolo": {
      const { text: lines, issues } = encodeYolo(map, classes!, counting);
      return { files: [text(`labels/${name}.txt`, lines)], issues };
    }
    case "coco-rle":
      return { files: [text(`${name}.json`, JSON.stringify(labelRles(map)))] };
    case "coco-panoptic": {
      // dataset-files.ts sets the image's number when all images are known.
      const options = { imageId: 0, fileName: `${name}.png`, ...counting };
      const { png, annotation, issues } = encodeCocoPanoptic(map, classes!, options);
      return { files: [file(`${name}.png`, png), annotated([annotation])], issues };
    }
    default: {
      const { annotations, issues } = encodeCocoInstances(map, classes!, { imageId: 0, ...counting });
      return { files: [annotated(annotations)], issues };
    }
  }
}

/** The run-length code of each label that has pixels. The explorer exports the same. */
function labelRles(map: LabelMap): object[] {
  return encodeAllRles(map).map(({ value: label, rle: segmentation }) => {
    const { name, color } = map.labels[label]!;
    return { label, name, color, area: rleArea(segmentation), bbox: rleBox(segmentation), segmentation };
  });
}

function pixels(path: string, pieces: readonly Uint8Array[], { width, height, data }: DenseMap): OutputFile {
  const dtype = data instanceof Uint8Array ? "uint8" : data instanceof Uint16Array ? "uint16" : "int32";
  return { path, pieces, shape: [height, width], ...(path.endsWith(".npy") ? { dtype } : {}) };
}

function encoded(
  pixelCount: number,
  map: Pick<MaskInfo, "unlabelled" | "issues">,
  files: readonly OutputFile[],
  issues: readonly Issue[] = [],
): Encoded {
  return {
    files,
    pixels: pixelCount,
    unlabelledPixels: map.unlabelled.count,
    // A long list ends with the codes of the issues that it leaves out.
    issues: [
      ...new Set(
        [...map.issues, ...issues].flatMap(({ code, omitted }) => (omitted ? Object.keys(omitted) : code)),
      ),
    ].sort(),
  };
}

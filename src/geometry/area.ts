/** The options `crop` and `resize`: which pixels of a mask the output shows. */

import { checkKeys, isObject, isSize } from "../checks/describe.js";
import { invalid } from "../checks/invalid.js";
import { SAMPLINGS, type Sampling, sourcePlaces } from "./sampling.js";

/** The pixels of the image that the output shows: columns and rows, each ascending, some perhaps more than once. */
export interface SampledPixels {
  readonly columns: Uint32Array;
  readonly rows: Uint32Array;
}

/** A part of the mask, in its pixels. */
export interface Crop {
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
}

/** The size of the output, and from where in the mask each pixel takes its label: see `labelmap/geometry`. */
export interface Resize {
  readonly width: number;
  readonly height: number;
  /** Default `"nearest-exact"`: the pixel under the centre. */
  readonly sampling?: Sampling;
}

/** What is asked of the output, of which at least one is given. */
export interface Area {
  readonly crop?: Crop | undefined;
  readonly resize?: Resize | undefined;
}

/**
 * Checks what is asked, as far as possible without the mask.
 *
 * @throws {DecodeError} OPTION_INVALID
 */
export function checkArea({ crop, resize }: Area, maxPixels: number): Area {
  return {
    crop: crop === undefined ? undefined : checkCrop(crop),
    resize: resize === undefined ? undefined : checkResize(resize, maxPixels),
  };
}

/** @throws {DecodeError} OPTION_INVALID */
function checkCrop(crop: Crop): Crop {
  const { x, y, width, height }: Partial<Crop> = isObject(crop) ? crop : {};
  const isPlace = (place: unknown): place is number => place === 0 || isSize(place);
  if (isPlace(x) && isPlace(y) && isSize(width) && isSize(height)) {
    checkKeys(crop, "x y width height", "crop");
    return { x, y, width, height };
  }
  throw invalid(
    "crop must have x and y, integers of at least 0, and width and height, integers of at least 1.",
  );
}

/** A decode counts pixels with 32 bits, so no higher limit helps. */
const MOST_PIXELS = 2 ** 32 - 1;

/** @throws {DecodeError} OPTION_INVALID */
function checkResize(resize: Resize, maxPixels: number): Resize {
  const { width, height, sampling = "nearest-exact" }: Partial<Resize> = isObject(resize) ? resize : {};
  if (!isSize(width) || !isSize(height)) {
    throw invalid("resize must have width and height, integers of at least 1.");
  }
  checkKeys(resize, "width height sampling", "resize");
  if (width * height > maxPixels) {
    const raised = maxPixels < MOST_PIXELS ? `, or \`maxPixels\` above ${maxPixels}` : "";
    throw invalid(`resize makes ${width}×${height} pixels; give a smaller size${raised}.`);
  }
  if (!SAMPLINGS.includes(sampling)) throw invalid(`sampling must be one of ${SAMPLINGS.join(", ")}.`);
  return { width, height, sampling };
}

/**
 * The pixels of a mask that the output shows.
 *
 * @throws {DecodeError} OPTION_INVALID: a crop that is not inside the mask.
 */
export function samplePixels(
  { width, height }: { readonly width: number; readonly height: number },
  { crop, resize }: Area,
): SampledPixels {
  const part = crop ?? { x: 0, y: 0, width, height };
  if (part.x + part.width > width || part.y + part.height > height) {
    throw invalid(
      `the crop of ${part.width}×${part.height} pixels at ${part.x}, ${part.y} is not inside the mask of ${width}×${height} pixels.`,
    );
  }
  if (resize === undefined) {
    return { columns: countFrom(part.x, part.width), rows: countFrom(part.y, part.height) };
  }
  const { sampling = "nearest-exact" } = resize;
  const places = (start: number, length: number, target: number) =>
    sourcePlaces(length, target, sampling).map((place) => start + place);
  return {
    columns: places(part.x, part.width, resize.width),
    rows: places(part.y, part.height, resize.height),
  };
}

function countFrom(start: number, length: number): Uint32Array {
  const places = new Uint32Array(length);
  for (let index = 0; index < length; index++) places[index] = start + index;
  return places;
}

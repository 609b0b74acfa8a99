/** The masks of an image to a map. Objects of COCO may overlap, and a pixel of a label map has one label. */

import { withMemoryFor } from "../../checks/memory.js";
import { FormatError } from "../../errors.js";
import type { DenseMap } from "../../maps/dense-map.js";
import type { Rle } from "../../objects/rle.js";
import { forEachRun, parseRle, transpose } from "../../objects/rle-mask.js";
import { MaskLimit } from "../shared/bitmaps.js";
import { FORMAT } from "./json.js";

/** Which mask gets a pixel that is in several. */
export type CocoOverlap = "error" | "smaller" | "last";

/** A mask whose size has been checked. */
export interface Mask {
  readonly rle: Rle;
  /** Where the mask is in the file, for messages. */
  readonly path: string;
  /** A group of objects: single objects of it may have masks of their own. */
  readonly isCrowd: boolean;
}

export interface PaintedMasks {
  /** The place of each pixel's mask in the list, or -1. */
  readonly map: DenseMap<Int32Array>;
  /** The pixels of each mask before others covered it. */
  readonly areas: readonly number[];
  /** The number of pixels that are in several masks. */
  readonly overlapping: number;
}

/**
 * @throws {FormatError} FORMAT_INVALID: a mask is no run-length code, or masks overlap and `overlap` is `"error"`. The
 *   message names the mask. FORMAT_UNSUPPORTED: all masks together have more than 2^32 pixels.
 * @throws {DecodeError} OUT_OF_MEMORY
 */
export function paintMasks(
  masks: readonly Mask[],
  { width, height }: { readonly width: number; readonly height: number },
  overlap: CocoOverlap,
): PaintedMasks {
  const parsed = masks.map(({ rle, path }) => parseRle(rle, path));
  const limit = new MaskLimit();
  const areas = parsed.map((mask, place) => {
    let area = 0;
    forEachRun(mask, (start, end) => {
      area += end - start;
    });
    // A short run-length code can cover a large image, and a file can have many.
    limit.spend(area, masks[place]!.path, FORMAT);
    return area;
  });
  const size = width * height;
  const columns = withMemoryFor(`${size} pixels`, () => new Int32Array(size)).fill(-1);
  const isShared = withMemoryFor(`${size} pixels`, () => new Uint8Array(size));
  let overlapping = 0;
  for (const place of paintingOrder(masks, areas, overlap)) {
    forEachRun(parsed[place]!, (start, end) => {
      for (let pixel = start; pixel < end; pixel++) {
        const below = columns[pixel]!;
        columns[pixel] = place;
        if (below < 0 || isShared[pixel] === 1) continue;
        if (overlap === "error") throw overlaps(masks, place, below, pixel, height);
        isShared[pixel] = 1;
        overlapping++;
      }
    });
  }
  const map = withMemoryFor(`${size} pixels`, () =>
    transpose({ width, height }, columns, new Int32Array(size)),
  );
  return { map, areas, overlapping };
}

/** Places in the list: first the mask at the bottom, last the one at the top. */
function paintingOrder(masks: readonly Mask[], areas: readonly number[], overlap: CocoOverlap): number[] {
  const places = masks.map((_, place) => place);
  if (overlap !== "smaller") return places;
  // Sorting is stable, so of equal masks the later one is on top.
  const depth = (place: number) => (masks[place]!.isCrowd ? 0 : 1);
  return places.sort((a, b) => depth(a) - depth(b) || areas[b]! - areas[a]!);
}

function overlaps(
  masks: readonly Mask[],
  place: number,
  below: number,
  pixel: number,
  height: number,
): FormatError {
  const where = `the pixel (${Math.floor(pixel / height)}, ${pixel % height})`;
  const problem = `${where} is in ${masks[below]!.path} too`;
  const remedy =
    'pass overlap: "smaller" to give such pixels to the smaller object, or "last" to the later one';
  return new FormatError("FORMAT_INVALID", FORMAT, `${masks[place]!.path}: ${problem}; ${remedy}.`);
}

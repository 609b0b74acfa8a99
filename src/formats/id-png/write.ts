/**
 * Maps of ids to PNGs in colours, as COCO panoptic (RGB), segments.ai (RGBA) and others store ids: `id = R + 256 G +
 * 256² B` (COCO data format, section 4; `id2rgb` of panopticapi). `decodeIds` of `labelmap/ids` reads them.
 */

import { checkOptions } from "../../checks/arguments.js";
import { ColorType } from "../../decode/png/container.js";
import { writePng } from "../../decode/png/writer.js";
import { ValueRangeError } from "../../errors.js";
import { checkDenseMap, type DenseMap } from "../../maps/dense-map.js";

const MAX_ID = 2 ** 24 - 1;

/** How a PNG of ids is written. */
export interface EncodeIdsOptions {
  /**
   * Whether to write RGBA, with alpha 255 everywhere, as segments.ai expects its segmentation bitmaps (`bitmap2file` of
   * its package segments-ai). The ids are in R, G and B either way. Default false: RGB, as in COCO panoptic.
   */
  readonly alpha?: boolean;
}

/**
 * A map of ids as an RGB or RGBA PNG with 8 bits per sample: `id = R + 256 G + 256² B`, as in COCO panoptic.
 *
 * @param map ids from 0 to 2^24 - 1, H×W, row-major
 * @throws {ValueRangeError} VALUE_OUT_OF_RANGE: an id is negative or above 2^24 - 1. The error names the pixel.
 * @throws {DecodeError} OPTION_INVALID.
 */
export function encodeIds(map: DenseMap, options: EncodeIdsOptions = {}): Uint8Array<ArrayBuffer> {
  checkDenseMap(map);
  const { alpha = false } = checkOptions(options, "alpha");
  const { width, height, data } = map;
  const samples = alpha ? 4 : 3;
  const rows = new Uint8Array(data.length * samples);
  for (let index = 0; index < data.length; index++) {
    const id = data[index]!;
    if (id < 0 || id > MAX_ID) {
      const pixel = `The pixel (${index % width}, ${Math.floor(index / width)})`;
      throw new ValueRangeError("VALUE_OUT_OF_RANGE", `${pixel} is ${id}; three bytes hold 0 to ${MAX_ID}.`);
    }
    const pixel = index * samples;
    rows[pixel] = id;
    rows[pixel + 1] = id >> 8;
    rows[pixel + 2] = id >> 16;
    if (alpha) rows[pixel + 3] = 255;
  }
  // A palette would often be smaller, but readers compute with R, G and B.
  return writePng({ width, height, bitDepth: 8, colorType: alpha ? ColorType.rgba : ColorType.rgb }, rows);
}

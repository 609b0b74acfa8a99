/**
 * Maps of ids to RGB PNGs, as COCO panoptic, segments.ai and others store ids: `id = R + 256 G + 256² B` (COCO data
 * format, section 4; `id2rgb` of panopticapi). `decodeIds` of `labelmap/ids` reads them.
 */

import { ColorType } from "../../decode/png/container.js";
import { writePng } from "../../decode/png/writer.js";
import { ValueRangeError } from "../../errors.js";
import { checkDenseMap, type DenseMap } from "../../maps/dense-map.js";

const MAX_ID = 2 ** 24 - 1;

/**
 * A map of ids as an RGB PNG with 8 bits per sample: `id = R + 256 G + 256² B`, as in COCO panoptic.
 *
 * @param map ids from 0 to 2^24 - 1, H×W, row-major
 * @throws {ValueRangeError} VALUE_OUT_OF_RANGE: an id is negative or above 2^24 - 1. The error names the pixel.
 * @throws {DecodeError} OPTION_INVALID.
 */
export function encodeIds(map: DenseMap): Uint8Array<ArrayBuffer> {
  checkDenseMap(map);
  const { width, height, data } = map;
  const rows = new Uint8Array(data.length * 3);
  for (let index = 0; index < data.length; index++) {
    const id = data[index]!;
    if (id < 0 || id > MAX_ID) {
      const pixel = `The pixel (${index % width}, ${Math.floor(index / width)})`;
      throw new ValueRangeError("VALUE_OUT_OF_RANGE", `${pixel} is ${id}; three bytes hold 0 to ${MAX_ID}.`);
    }
    rows[index * 3] = id;
    rows[index * 3 + 1] = id >> 8;
    rows[index * 3 + 2] = id >> 16;
  }
  // A palette would often be smaller, but readers compute with R, G and B.
  return writePng({ width, height, bitDepth: 8, colorType: ColorType.rgb }, rows);
}

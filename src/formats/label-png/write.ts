/**
 * Maps to PNGs whose pixels are the map's own numbers: grey samples of 8 or 16 bits (Pillow's modes "L" and "I;16"), or
 * palette indices of 8 bits (mode "P"). Viewers show indices in colours, and readers get the ids. `decodeLabelPng` reads
 * both.
 */

import { checkOptions } from "../../checks/arguments.js";
import type { OrConst } from "../../checks/const-options.js";
import { ColorType } from "../../decode/png/container.js";
import { writePng } from "../../decode/png/writer.js";
import { DecodeError, ValueRangeError } from "../../errors.js";
import { vocColorMap } from "../../legend/palettes/pascal-voc.js";
import { checkDenseMap, type DenseMap } from "../../maps/dense-map.js";
import { paletteBytes } from "./palette-bytes.js";

/** How a grey PNG is written. */
export interface LabelPngOptions {
  /** Bits per pixel. Default: 8 for a Uint8Array, 16 for a Uint16Array, and for an Int32Array 8 if all values fit, or 16. */
  readonly bitDepth?: 8 | 16;
}

/**
 * A grey PNG of 8 or 16 bits whose samples are the map's values.
 *
 * @param map H×W, row-major, with values from 0 to 255 (8 bits) or 65,535 (16 bits). Give unlabelled pixels (-1) an id
 *   first, as `LabelMap.semantic` does
 * @throws {ValueRangeError} VALUE_OUT_OF_RANGE: a value does not fit. The error names the pixel.
 * @throws {DecodeError} OPTION_INVALID.
 */
export function encodeLabelPng<const Given extends object = LabelPngOptions>(
  map: DenseMap,
  options?: OrConst<Given, LabelPngOptions>,
): Uint8Array<ArrayBuffer>;
export function encodeLabelPng(map: DenseMap, options: LabelPngOptions = {}): Uint8Array<ArrayBuffer> {
  checkDenseMap(map);
  checkOptions(options);
  const { width, height, data } = map;
  const bitDepth = options.bitDepth ?? defaultDepth(data);
  if (bitDepth !== 8 && bitDepth !== 16) throw new DecodeError("OPTION_INVALID", "bitDepth must be 8 or 16.");
  checkValues(map, 2 ** bitDepth - 1, `a sample of ${bitDepth} bits`);
  const rows = new Uint8Array((data.length * bitDepth) / 8);
  if (bitDepth === 8) {
    rows.set(data);
  } else {
    for (let index = 0; index < data.length; index++) {
      rows[index * 2] = data[index]! >> 8;
      rows[index * 2 + 1] = data[index]!;
    }
  }
  return writePng({ width, height, bitDepth, colorType: ColorType.grey }, rows);
}

/**
 * A palette PNG of 8 bits whose indices are the map's values.
 *
 * @param map H×W, row-major, with values from 0 to 255 and below the length of the palette
 * @param options `palette`: a colour `#rrggbb` for each value, up to 256. Default: the colours of Pascal VOC, `vocColorMap`
 *   of `labelmap/legend`
 * @throws {ValueRangeError} VALUE_OUT_OF_RANGE: a value has no colour. The error names the pixel.
 * @throws {DecodeError} OPTION_INVALID.
 */
export function encodePalettePng<const Given extends object = object>(
  map: DenseMap,
  options?: OrConst<Given, { readonly palette?: readonly string[] }>,
): Uint8Array<ArrayBuffer>;
export function encodePalettePng(
  map: DenseMap,
  options: { readonly palette?: readonly string[] } = {},
): Uint8Array<ArrayBuffer> {
  checkDenseMap(map);
  checkOptions(options);
  const { width, height, data } = map;
  const palette = options.palette ?? vocColorMap;
  const plte = paletteBytes(palette);
  checkValues(map, palette.length - 1, `the palette of ${palette.length} colours`);
  return writePng({ width, height, bitDepth: 8, colorType: ColorType.palette }, new Uint8Array(data), plte);
}

function defaultDepth(data: DenseMap["data"]): 8 | 16 {
  if (data.BYTES_PER_ELEMENT < 4) return data.BYTES_PER_ELEMENT === 1 ? 8 : 16;
  return data.some((value) => value > 255) ? 16 : 8;
}

function checkValues({ width, data }: DenseMap, max: number, place: string): void {
  for (let index = 0; index < data.length; index++) {
    const value = data[index]!;
    if (value >= 0 && value <= max) continue;
    const pixel = `The pixel (${index % width}, ${Math.floor(index / width)}) is ${value}`;
    const remedy = value < 0 ? " Give unlabelled pixels an id, as map.semantic(classes) does." : "";
    throw new ValueRangeError("VALUE_OUT_OF_RANGE", `${pixel}; ${place} holds 0 to ${max}.${remedy}`);
  }
}

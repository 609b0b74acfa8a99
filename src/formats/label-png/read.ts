/**
 * A PNG of one channel to its numbers: the grey samples, or the palette indices, unless the palette has another order.
 *
 * The decoder's own files check the container and inflate with exact bounds. This file undoes the filters and unpacks
 * samples of 1, 2 and 4 bits. Section numbers are those of the PNG specification, third edition.
 */

import { checkOptions } from "../../checks/arguments.js";
import type { OrConst } from "../../checks/const-options.js";
import { checkKeys } from "../../checks/describe.js";
import { checkSignal } from "../../checks/signal.js";
import { decodeIds } from "../../decode/decode-ids.js";
import { inflateInto } from "../../decode/engines/inflate.js";
import { checkLimits, type LimitOptions } from "../../decode/limits.js";
import {
  ColorType,
  filteredBytes,
  type PngHeader,
  passesOf,
  scanlineBytes,
} from "../../decode/png/container.js";
import { type PngInput, toBytes } from "../../decode/png-input.js";
import { readPng } from "../../decode/read-png.js";
import { loadModule } from "../../decode/wasm/module.js";
import { FormatError, type Issue, PngError } from "../../errors.js";
import type { DenseMap } from "../../maps/dense-map.js";
import type { AbortableOptions } from "../shared/abortable.js";
import {
  type ColoursOfNumbers,
  checkBy,
  coloursOf,
  numberIndices,
  numbersOfColours,
} from "./palette-order.js";

/** How the colours of a PNG are read. */
export interface LabelPngReadOptions extends LimitOptions, AbortableOptions {
  /**
   * What gives a pixel of a palette PNG its number. `"palette"`, the default: the index if the palette has the expected
   * colours in their order, or the colour if it has them in another order. `"index"`: the index, whatever its colour.
   */
  readonly by?: "palette" | "index";
  /**
   * The expected colours: `#rrggbb` for each number, up to 256. With it, RGB and RGBA are read by colour too. Default: the
   * colours of Pascal VOC, or the shades of grey, and only palette PNGs.
   */
  readonly palette?: readonly string[];
}

/** The numbers of a PNG, and the defects of the file that did not stop the decode. */
export interface LabelPng extends DenseMap<Uint8Array<ArrayBuffer> | Uint16Array<ArrayBuffer>> {
  readonly issues: readonly Issue[];
}

/**
 * The grey samples or palette indices of a PNG, H×W, row-major. A PNG of 16 bits gives a `Uint16Array`; one of 1, 2, 4 or
 * 8 bits gives a `Uint8Array`. The PNG may be interlaced. `labelMapFrom` of `labelmap/maps` makes a label map of them.
 *
 * Tools that save a mask again may sort its palette. So the palette is compared with the expected colours, as far as its
 * indices occur. In their order, the indices are the numbers; an index may then lack a colour. In another order, the
 * colours are read. Other colours are an error.
 *
 * @throws {FormatError} FORMAT_INVALID: a colour is not one of the expected, or is that of two numbers.
 *   FORMAT_UNSUPPORTED: the PNG has colours or alpha, and no `palette` says what they mean. `decodeMask` decodes colours
 *   with a legend, and `decodeIds` decodes ids in colours. Or it has pixels that are not opaque.
 * @throws {PngError} the file is damaged or exceeds the limits.
 * @throws {DecodeError} OPTION_INVALID, WASM_UNAVAILABLE.
 */
export async function decodeLabelPng<const Given extends object = LabelPngReadOptions>(
  png: PngInput,
  options?: OrConst<Given, LabelPngReadOptions>,
): Promise<LabelPng>;
export async function decodeLabelPng(png: PngInput, options: LabelPngReadOptions = {}): Promise<LabelPng> {
  checkOptions(options);
  checkKeys(options, "by palette maxPixels maxBytes verify strict signal", "the options");
  const { by = "palette", palette: colours } = options;
  checkBy(by, colours);
  return decodeNumbers(png, by, colours === undefined ? undefined : coloursOf(colours), options);
}

/**
 * `decodeLabelPng` with checked options.
 * @param expected the colours of the numbers, if they are known
 */
export async function decodeNumbers(
  png: PngInput,
  by: "palette" | "index",
  expected: ColoursOfNumbers | undefined,
  options: LimitOptions & AbortableOptions,
): Promise<LabelPng> {
  const limits = checkLimits(options);
  const { signal } = options;
  checkSignal(signal);
  const bytes = toBytes(png);
  await loadModule();
  signal?.throwIfAborted();
  const { header, idats, palette, issues } = readPng(bytes, limits);
  const { width, height, bitDepth, colorType } = header;
  if (
    expected !== undefined &&
    by === "palette" &&
    (colorType === ColorType.rgb || colorType === ColorType.rgba)
  ) {
    return decodeColours(bytes, expected, { ...limits, signal }, colorType === ColorType.rgba);
  }
  if (colorType !== ColorType.grey && colorType !== ColorType.palette) {
    const kind = { 2: "RGB", 4: "grey with alpha", 6: "RGBA" }[colorType];
    const remedy =
      "give the colours of its numbers as `palette`, decode colours with decodeMask and a legend, or ids in colours with decodeIds of labelmap/ids";
    throw new FormatError(
      "FORMAT_UNSUPPORTED",
      "label PNG",
      `the PNG is ${kind}, but a label PNG has one channel; ${remedy}.`,
    );
  }
  const filtered = new Uint8Array(filteredBytes(header));
  const found = inflateInto(bytes, idats, filtered);
  const data = new (bitDepth === 16 ? Uint16Array : Uint8Array)(width * height);
  let start = 0;
  for (const pass of passesOf(header)) {
    const rowBytes = scanlineBytes(header, pass.width);
    let above = new Uint8Array(rowBytes);
    for (let y = 0; y < pass.height; y++) {
      const row = filtered.subarray(start + 1, start + 1 + rowBytes);
      const filterType = filtered[start]!;
      if (filterType > 4) {
        const problem = `scanline ${y} has filter type ${filterType}, above 4`;
        throw new PngError("PNG_FILTER_TYPE", idats[0]!.offset, problem);
      }
      unfilter(filterType, row, above, bitDepth === 16 ? 2 : 1);
      const target = (pass.top + y * pass.stepY) * width + pass.left;
      unpack(row, header, pass.width, data, target, pass.stepX);
      above = row;
      start += 1 + rowBytes;
    }
  }
  if (by === "palette" && palette !== null && colorType === ColorType.palette) {
    numberIndices(data as Uint8Array, palette, expected);
  }
  return { width, height, data, issues: [...issues, ...found] };
}

/** RGB or RGBA by its colours. */
async function decodeColours(
  bytes: Uint8Array,
  expected: ColoursOfNumbers,
  limits: LimitOptions & AbortableOptions,
  alpha: boolean,
): Promise<LabelPng> {
  const { width, height, data, ids, issues } = await decodeIds(bytes, { ...limits, alpha });
  if (alpha && ids.some((id) => id >>> 24 !== 255)) {
    const problem =
      "the PNG has pixels that are not opaque, so their colours may mean nothing; remove its alpha";
    throw new FormatError("FORMAT_UNSUPPORTED", "label PNG", `${problem}.`);
  }
  const colours = Array.from(ids, (id) => ((id & 255) << 16) | (id & 0xff00) | ((id >>> 16) & 255));
  const numbers = numbersOfColours(colours, expected);
  return { width, height, data: Uint8Array.from(data, (place) => numbers[place]!), issues };
}

/** Undoes a scanline's filter (9.2) in place: byte = filtered byte + prediction from its neighbours. */
function unfilter(filterType: number, row: Uint8Array, above: Uint8Array, pixelBytes: number): void {
  if (filterType === 0) return;
  for (let index = 0; index < row.length; index++) {
    const left = index < pixelBytes ? 0 : row[index - pixelBytes]!;
    const up = above[index]!;
    if (filterType === 1) row[index]! += left;
    else if (filterType === 2) row[index]! += up;
    else if (filterType === 3) row[index]! += (left + up) >> 1;
    else row[index]! += paeth(left, up, index < pixelBytes ? 0 : above[index - pixelBytes]!);
  }
}

/** The one of the three that is nearest to left + up - upLeft. If two are equally near, the first counts (9.4). */
function paeth(left: number, up: number, upLeft: number): number {
  const toLeft = Math.abs(up - upLeft);
  const toUp = Math.abs(left - upLeft);
  const toUpLeft = Math.abs(left + up - 2 * upLeft);
  if (toLeft <= toUp && toLeft <= toUpLeft) return left;
  return toUp <= toUpLeft ? up : upLeft;
}

/** Writes a scanline's samples to `data[target]`, `data[target + step]`, … The leftmost is in a byte's high bits (7.2). */
function unpack(
  row: Uint8Array,
  { bitDepth }: PngHeader,
  count: number,
  data: Uint8Array | Uint16Array,
  target: number,
  step: number,
): void {
  if (bitDepth === 16) {
    for (let x = 0; x < count; x++) data[target + x * step] = row[x * 2]! * 256 + row[x * 2 + 1]!;
    return;
  }
  const perByte = 8 / bitDepth;
  const mask = 2 ** bitDepth - 1;
  for (let x = 0; x < count; x++) {
    const shift = 8 - bitDepth * ((x % perByte) + 1);
    data[target + x * step] = (row[Math.floor(x / perByte)]! >> shift) & mask;
  }
}

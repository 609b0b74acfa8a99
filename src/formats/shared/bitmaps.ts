/** Masks of single shapes that are kept as small pictures: PNG files in base64, drawn at a place of the image. */
import type { LimitOptions } from "../../decode/limits.js";
import { ColorType } from "../../decode/png/container.js";
import { decodeRgba } from "../../decode/png/decode-rgba.js";
import { writePng } from "../../decode/png/writer.js";
import { FormatError, PngError } from "../../errors.js";
import type { DenseMap } from "../../maps/dense-map.js";
import type { Rle } from "../../objects/rle.js";
import type { AbortableOptions } from "./abortable.js";

/** All masks of an image together: 500 masks of a whole 4K image. They take some ten seconds. */
const MOST_PIXELS = 2 ** 32;

/** Counts the pixels of the masks of one image, since a few bytes can hold a large mask. */
export class MaskLimit {
  #pixels = 0;

  /** @param most how many pixels the masks may have together. Default 2^32 */
  constructor(readonly most: number = MOST_PIXELS) {}

  /**
   * Call it before the work.
   * @param path the mask, for the message
   * @throws {FormatError} FORMAT_UNSUPPORTED: all masks together are too large.
   */
  spend(pixels: number, path: string, format: string): void {
    this.#pixels += pixels;
    if (this.#pixels <= this.most) return;
    const message = `${path}: makes the masks of the image larger than ${this.most} pixels together; split the file.`;
    throw new FormatError("FORMAT_UNSUPPORTED", format, message);
  }
}

/** @throws {FormatError} FORMAT_INVALID: not base64. */
export function bytesOfBase64(text: string, path: string, format: string): Uint8Array {
  try {
    return Uint8Array.from(atob(text), (char) => char.charCodeAt(0));
  } catch (cause) {
    throw new FormatError("FORMAT_INVALID", format, `${path}: is not base64; the file is damaged.`, {
      cause,
    });
  }
}

/** Writes bytes as base64, a piece at a time: `String.fromCharCode` takes only so many arguments. */
export function toBase64(bytes: Uint8Array): string {
  let text = "";
  for (let start = 0; start < bytes.length; start += 8192) {
    text += String.fromCharCode(...bytes.subarray(start, start + 8192));
  }
  return btoa(text);
}

/**
 * The mask in a PNG: 1 for each pixel that is neither transparent nor black. If the PNG has a channel of alpha, that
 * channel alone counts.
 *
 * @throws {FormatError} FORMAT_INVALID: the PNG is damaged, or has more than `maxPixels`.
 */
export async function maskOfPng(
  png: Uint8Array,
  path: string,
  format: string,
  options: Pick<LimitOptions, "maxPixels"> & AbortableOptions,
): Promise<DenseMap<Uint8Array>> {
  try {
    const { header, pixels } = await decodeRgba(png, options);
    const { width, height, colorType } = header;
    const hasAlpha = colorType === ColorType.rgba || colorType === ColorType.greyAlpha;
    const data = new Uint8Array(width * height);
    for (let index = 0; index < data.length; index++) {
      const at = index * 4;
      const isBlack = !hasAlpha && pixels[at] === 0 && pixels[at + 1] === 0 && pixels[at + 2] === 0;
      data[index] = isBlack || pixels[at + 3] === 0 ? 0 : 1;
    }
    return { width, height, data };
  } catch (cause) {
    if (!(cause instanceof PngError)) throw cause;
    const message = `${path}: is not the PNG of a mask: ${cause.message}`;
    throw new FormatError("FORMAT_INVALID", format, message, { cause });
  }
}

/** The run-length code of a mask whose top left pixel is at (left, top). The mask must lie in the image. */
export function rleOfMask(
  mask: DenseMap<Uint8Array>,
  [left, top]: readonly [x: number, y: number],
  image: { readonly width: number; readonly height: number },
): Rle<number[]> {
  const { width, height, data } = mask;
  const counts: number[] = [];
  let reached = 0;
  for (let x = 0; x < width; x++) {
    const column = (left + x) * image.height + top;
    for (let y = 0; y < height; ) {
      const start = y;
      const isSet = data[y * width + x] !== 0;
      do y++;
      while (y < height && (data[y * width + x] !== 0) === isSet);
      if (!isSet) continue;
      counts.push(column + start - reached, y - start);
      reached = column + y;
    }
  }
  counts.push(image.width * image.height - reached);
  return { size: [image.height, image.width], counts };
}

/** The pixels of a value in a box, as a grey PNG: 255 for the value and 0 for everything else. */
export function pngOfValue(
  { width, data }: DenseMap<Int32Array>,
  value: number,
  [left, top, boxWidth, boxHeight]: readonly [number, number, number, number],
): Uint8Array {
  const rows = new Uint8Array(boxWidth * boxHeight);
  for (let y = 0; y < boxHeight; y++) {
    for (let x = 0; x < boxWidth; x++) {
      rows[y * boxWidth + x] = data[(top + y) * width + left + x] === value ? 255 : 0;
    }
  }
  return writePng({ width: boxWidth, height: boxHeight, bitDepth: 8, colorType: ColorType.grey }, rows);
}

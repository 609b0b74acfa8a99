/**
 * Reads PNG and JPEG files as RGB pixels. A photo is turned by its EXIF orientation, as browsers and annotation tools do.
 * Transparent pixels of a PNG are drawn on white.
 */

import jpeg from "jpeg-js";
import { DEFAULT_LIMITS, FormatError } from "labelmap";
import { decodeRgba } from "labelmap/png";
import { type Canvas, makeCanvas } from "./canvas.js";
import { readOrientation, turn } from "./exif-orientation.js";

/** The most memory for a JPEG. With its own default, jpeg-js refuses photos of more than about 40 megapixels. */
const MOST_MEGABYTES = 4096;

/** @throws PngError; FormatError FORMAT_INVALID, FORMAT_UNSUPPORTED; DecodeError OUT_OF_MEMORY */
export async function readPhoto(bytes: Uint8Array): Promise<Canvas> {
  if (bytes[0] === 0xff && bytes[1] === 0xd8) return readJpeg(bytes);
  if (bytes[0] === 0x89 && bytes[1] === 0x50) {
    const { header, pixels } = await decodeRgba(bytes);
    return toCanvas({ ...header, data: pixels });
  }
  throw new FormatError(
    "FORMAT_UNSUPPORTED",
    "image",
    "it is neither a PNG nor a JPEG file; convert it to PNG or JPEG, for example with ImageMagick",
  );
}

function readJpeg(bytes: Uint8Array): Canvas {
  let image: Rgba & { readonly exifBuffer?: Uint8Array };
  try {
    image = jpeg.decode(bytes, {
      useTArray: true,
      // A file that is cut short is an error. Otherwise the rest of the picture would be grey.
      tolerantDecoding: false,
      maxResolutionInMP: DEFAULT_LIMITS.maxPixels / 1e6,
      maxMemoryUsageInMB: MOST_MEGABYTES,
    });
  } catch (cause) {
    const reason = cause instanceof Error ? cause.message : String(cause);
    throw new FormatError("FORMAT_INVALID", "JPEG", `the image cannot be decoded: ${reason}`, { cause });
  }
  return turn(toCanvas(image), readOrientation(image.exifBuffer));
}

interface Rgba {
  readonly width: number;
  readonly height: number;
  /** Four bytes per pixel. */
  readonly data: Uint8Array;
}

function toCanvas({ width, height, data }: Rgba): Canvas {
  const canvas = makeCanvas(width, height);
  for (let pixel = 0; pixel < width * height; pixel++) {
    const alpha = data[pixel * 4 + 3]! / 255;
    for (let channel = 0; channel < 3; channel++) {
      canvas.data[pixel * 3 + channel] = Math.round(255 + (data[pixel * 4 + channel]! - 255) * alpha);
    }
  }
  return canvas;
}

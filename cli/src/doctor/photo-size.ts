/** The size of a photo from its first bytes: PNG, JPEG, WebP, BMP and GIF. No pixel is read. */

import { readOrientation } from "./exif-orientation.js";
import { pngFacts } from "./png-facts.js";

export interface Size {
  readonly width: number;
  readonly height: number;
}

/** Most photos say their size in the first 64 KiB. A JPEG may have previews and colour profiles before it. */
const FIRST_BYTES = 2 ** 16;
const MOST_BYTES = 2 ** 22;

/**
 * @param read reads the first bytes of the photo
 * @returns the size as it is shown: a photo that EXIF turns on its side is turned; `null` if the file does not say it
 */
export async function photoSize(read: (bytes: number) => Promise<Uint8Array>): Promise<Size | null> {
  const start = await read(FIRST_BYTES);
  const size = sizeIn(start);
  if (size !== null || start.length < FIRST_BYTES || !isJpeg(start)) return size;
  return sizeIn(await read(MOST_BYTES));
}

/** @returns `null` if the bytes end before the size, or are of another format */
export function sizeIn(bytes: Uint8Array): Size | null {
  if (bytes.length < 26) return null;
  const png = pngFacts(bytes);
  if (png !== null) return { width: png.width, height: png.height };
  if (isJpeg(bytes)) return jpegSize(bytes);
  const text = String.fromCharCode(...bytes.subarray(0, 16));
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  if (text.startsWith("GIF8")) return { width: view.getUint16(6, true), height: view.getUint16(8, true) };
  if (text.startsWith("BM")) {
    // A negative height means that the first row is the top row (BITMAPINFOHEADER).
    return { width: Math.abs(view.getInt32(18, true)), height: Math.abs(view.getInt32(22, true)) };
  }
  return text.startsWith("RIFF") && text.slice(8, 12) === "WEBP" ? webpSize(bytes, view, text) : null;
}

const isJpeg = (bytes: Uint8Array) => bytes[0] === 0xff && bytes[1] === 0xd8;

/** The frame header SOF0 to SOF15, except DHT, JPG and DAC (ITU T.81, B.2.2 and table B.1). */
const isFrame = (marker: number) => marker >= 0xc0 && marker <= 0xcf && ![0xc4, 0xc8, 0xcc].includes(marker);
/** Markers without a length: TEM, RST0 to RST7, SOI. */
const isAlone = (marker: number) => marker === 0x01 || (marker >= 0xd0 && marker <= 0xd8);

function jpegSize(bytes: Uint8Array): Size | null {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  let orientation = 1;
  for (let start = 2; start + 9 <= bytes.length; ) {
    if (bytes[start] !== 0xff) return null;
    const marker = bytes[start + 1]!;
    // A marker may have any number of 0xff before it.
    if (marker === 0xff) start++;
    else if (isAlone(marker)) start += 2;
    else if (isFrame(marker)) {
      const [height, width] = [view.getUint16(start + 5), view.getUint16(start + 7)];
      return orientation >= 5 ? { width: height, height: width } : { width, height };
    } else {
      const length = view.getUint16(start + 2);
      // APP1 with EXIF. Its content starts after the length and the text `Exif` and a zero.
      if (marker === 0xe1 && String.fromCharCode(...bytes.subarray(start + 4, start + 8)) === "Exif") {
        orientation = readOrientation(bytes.subarray(start + 9, start + 2 + length));
      }
      start += 2 + length;
    }
  }
  return null;
}

/** RFC 9649: VP8 (2.5), VP8L (2.6) and VP8X (2.7). */
function webpSize(bytes: Uint8Array, view: DataView, text: string): Size | null {
  const kind = text.slice(12, 16);
  if (bytes.length < 30) return null;
  if (kind === "VP8 ") {
    return { width: view.getUint16(26, true) & 0x3fff, height: view.getUint16(28, true) & 0x3fff };
  }
  if (kind === "VP8L") {
    const bits = view.getUint32(21, true);
    return { width: (bits & 0x3fff) + 1, height: ((bits >> 14) & 0x3fff) + 1 };
  }
  if (kind !== "VP8X") return null;
  const three = (at: number) => bytes[at]! | (bytes[at + 1]! << 8) | (bytes[at + 2]! << 16);
  return { width: three(24) + 1, height: three(27) + 1 };
}

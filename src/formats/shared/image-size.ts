/**
 * The size of a photo, from its first bytes: PNG, JPEG, GIF, BMP and WebP. Nothing is decoded.
 *
 *   PNG    IHDR is the first chunk (PNG specification, 11.2.1)
 *   GIF    the logical screen, behind the signature (GIF89a, section 18)
 *   BMP    the header behind the 14 bytes of the file's (BITMAPINFOHEADER, or BITMAPCOREHEADER of 12 bytes)
 *   WebP   the chunk VP8X, VP8 or VP8L (RFC 9649, sections 2.5 to 2.7; RFC 6386, section 9.1)
 *   JPEG   the first frame header SOFn (ITU-T T.81, B.2.2), and the orientation in Exif (Exif 2.32, 4.6.4)
 */

import { FormatError } from "../../errors.js";
import type { FileSource } from "../set.js";

export interface ImageSize {
  readonly width: number;
  readonly height: number;
}

/** Most photos have their frame header in these. Profiles and previews may come before it. */
const FIRST_BYTES = 65_536;

/**
 * The size as the photo is shown: a JPEG that Exif turns by 90° has its width and height swapped, as Ultralytics and
 * OpenCV do it.
 *
 * @throws {FormatError} FORMAT_UNSUPPORTED: no such photo, or a damaged one.
 */
export async function readImageSize(source: FileSource, path: string): Promise<ImageSize> {
  const head = await source.read(path, FIRST_BYTES);
  const size = sizeOf(head) ?? (head.length < FIRST_BYTES ? null : sizeOf(await source.read(path)));
  if (size !== null && size.width > 0 && size.height > 0) return size;
  const problem = "its size cannot be read; save it as JPEG, PNG, WebP, BMP or GIF, or give `size`";
  throw new FormatError("FORMAT_UNSUPPORTED", path, `${problem}.`);
}

/** The size, or null if the bytes do not say it. */
export function sizeOf(bytes: Uint8Array): ImageSize | null {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  try {
    const start = latin(bytes, 0, 12);
    if (start.startsWith("\x89PNG\r\n\x1a\n"))
      return { width: view.getUint32(16), height: view.getUint32(20) };
    if (/^GIF8[79]a/.test(start)) return { width: view.getUint16(6, true), height: view.getUint16(8, true) };
    if (start.startsWith("BM")) return sizeOfBmp(view);
    if (start.startsWith("RIFF") && start.endsWith("WEBP")) return sizeOfWebp(bytes, view);
    return start.startsWith("\xff\xd8") ? sizeOfJpeg(bytes, view) : null;
  } catch (error) {
    // The view ends inside a field.
    if (error instanceof RangeError) return null;
    throw error;
  }
}

function latin(bytes: Uint8Array, start: number, length: number): string {
  return String.fromCharCode(...bytes.subarray(start, start + length));
}

function sizeOfBmp(view: DataView): ImageSize {
  if (view.getUint32(14, true) === 12) {
    return { width: view.getUint16(18, true), height: view.getUint16(20, true) };
  }
  // The height is negative if the rows are stored from top to bottom.
  return { width: view.getInt32(18, true), height: Math.abs(view.getInt32(22, true)) };
}

function sizeOfWebp(bytes: Uint8Array, view: DataView): ImageSize | null {
  const kind = latin(bytes, 12, 4);
  const uint24 = (at: number) => view.getUint16(at, true) + view.getUint8(at + 2) * 65_536;
  if (kind === "VP8X") return { width: uint24(24) + 1, height: uint24(27) + 1 };
  if (kind === "VP8 ") {
    return { width: view.getUint16(26, true) & 0x3fff, height: view.getUint16(28, true) & 0x3fff };
  }
  if (kind !== "VP8L") return null;
  const bits = view.getUint32(21, true);
  return { width: (bits & 0x3fff) + 1, height: ((bits >>> 14) & 0x3fff) + 1 };
}

/** Markers without a length: TEM, and the restart markers. */
const isBare = (marker: number) => marker === 0x01 || (marker >= 0xd0 && marker <= 0xd7);
/** SOF0 to SOF15, without DHT, JPG and DAC, whose numbers lie between. */
const isFrame = (marker: number) =>
  marker >= 0xc0 && marker <= 0xcf && marker !== 0xc4 && marker !== 0xc8 && marker !== 0xcc;

function sizeOfJpeg(bytes: Uint8Array, view: DataView): ImageSize | null {
  let isTurned = false;
  for (let at = 2; ; ) {
    if (view.getUint8(at) !== 0xff) return null;
    const marker = view.getUint8(at + 1);
    // Any number of fill bytes may come before a marker.
    if (marker === 0xff || isBare(marker)) {
      at += marker === 0xff ? 1 : 2;
      continue;
    }
    const length = view.getUint16(at + 2);
    // The pixels begin, or the image ends, without a frame.
    if (marker === 0xda || marker === 0xd9 || length < 2) return null;
    if (isFrame(marker)) {
      const [height, width] = [view.getUint16(at + 5), view.getUint16(at + 7)];
      return isTurned ? { width: height, height: width } : { width, height };
    }
    if (marker === 0xe1 && latin(bytes, at + 4, 6) === "Exif\0\0") isTurned = isTurnedByExif(view, at + 10);
    at += 2 + length;
  }
}

const ORIENTATION = 0x0112;

/** Whether the first directory of a TIFF has an orientation from 5 to 8: turned by 90°, mirrored or not. */
function isTurnedByExif(view: DataView, tiff: number): boolean {
  try {
    return isTurnedByDirectory(view, tiff);
  } catch {
    // A damaged directory leads out of the bytes. The size of the image is still known.
    return false;
  }
}

function isTurnedByDirectory(view: DataView, tiff: number): boolean {
  const little = view.getUint16(tiff) === 0x4949;
  const directory = tiff + view.getUint32(tiff + 4, little);
  const count = view.getUint16(directory, little);
  for (let entry = directory + 2; entry < directory + 2 + count * 12; entry += 12) {
    if (view.getUint16(entry, little) !== ORIENTATION) continue;
    const value = view.getUint16(entry + 8, little);
    return value >= 5 && value <= 8;
  }
  return false;
}

/**
 * TIFF, WebP, GIF and JPEG to pixels by sharp, without any of what sharp does to photos: colours are not managed, alpha is not
 * multiplied, nothing is scaled or turned, and 16 bits stay 16 bits.
 */

import type { Issue } from "labelmap";
import { ColorType } from "labelmap/png";
import type { Metadata } from "sharp";
import { checkPixels, invalidFile, unsupportedFile } from "./faults.js";
import { CONTAINERS, type ContainerKind } from "./kinds.js";
import { loadSharp } from "./load-sharp.js";
import type { Picture, PictureLimits } from "./picture.js";

/** The colour type of a PNG with so many samples per pixel. */
const COLOR_TYPES = [ColorType.grey, ColorType.greyAlpha, ColorType.rgb, ColorType.rgba] as const;

/** @throws {FormatError} FORMAT_INVALID, FORMAT_UNSUPPORTED; {LabelMapError} PEER_MISSING */
export async function readWithSharp(
  bytes: Uint8Array,
  name: string,
  kind: ContainerKind,
  { maxPixels }: PictureLimits,
): Promise<Picture> {
  const sharp = await loadSharp();
  const { title } = CONTAINERS[kind];
  const open = () => sharp(bytes, { ignoreIcc: true, limitInputPixels: maxPixels, failOn: "warning" });
  const broken = (cause: unknown): never => {
    throw invalidFile(name, `the ${title} cannot be decoded: ${reasonOf(cause)}.`, cause);
  };
  // Without a limit, so that the message about too many pixels is the same for all containers.
  const metadata = await sharp(bytes, { ignoreIcc: true, limitInputPixels: false }).metadata().catch(broken);
  const { width, height, channels, depth, bitsPerSample } = metadata;
  checkPixels(name, width, height, maxPixels);
  checkSamples(metadata, name, title);
  const is16 = depth === "ushort";
  // In a grey colour space, sharp would drop the alpha of grey pixels. So they become RGBA for a moment.
  const isGrey = channels === 1;
  const { data: decoded, info } = await open()
    .toColourspace(is16 ? (isGrey ? "grey16" : "rgb16") : isGrey ? "b-w" : "srgb")
    .raw({ depth: is16 ? "ushort" : "uchar" })
    .toBuffer({ resolveWithObject: true })
    .catch(broken);
  const sampleBytes = is16 ? 2 : 1;
  const data = channels === 2 && info.channels === 4 ? greyAndAlpha(decoded, sampleBytes) : decoded;
  const expected = width * height * channels * sampleBytes;
  if (info.width !== width || info.height !== height || data.length !== expected) {
    throw invalidFile(name, `the ${title} has ${data.length} bytes of pixels instead of ${expected}.`);
  }
  const issues = issuesOf(metadata, kind);
  const header = { width, height, bitDepth: is16 ? 16 : 8, colorType: COLOR_TYPES[channels - 1]! };
  if (is16) return { header, rows: bigEndian(data), issues };
  const packed = channels === 1 && bitsPerSample ? packSamples(data, width, height, bitsPerSample) : null;
  if (packed === null) return { header, rows: data, issues };
  return { header: { ...header, bitDepth: bitsPerSample! }, rows: packed, issues };
}

/** @throws {FormatError} FORMAT_UNSUPPORTED: the samples are neither grey nor RGB, or do not have up to 16 bits. */
function checkSamples(
  { channels, depth, space, hasAlpha, bitsPerSample }: Metadata,
  name: string,
  title: string,
): void {
  if (depth !== "uchar" && depth !== "ushort") {
    const bits = bitsPerSample === undefined ? "" : ` of ${bitsPerSample} bits`;
    const problem = `the samples of the ${title} are of the type ${depth}${bits}`;
    throw unsupportedFile(name, `${problem}; save them as unsigned integers of 8 or 16 bits.`);
  }
  const isKnown = /^(?:b-w|grey16|srgb|rgb|rgb16)$/.test(space);
  const colours = channels - (hasAlpha ? 1 : 0);
  if (isKnown && (colours === 1 || colours === 3)) return;
  const problem = `the ${title} has ${channels} samples per pixel in the colour space ${space}`;
  throw unsupportedFile(name, `${problem}; save the mask in grey or RGB.`);
}

/** What a PNG of the pixels does not say any more. */
function issuesOf({ pages = 1, orientation = 1 }: Metadata, kind: ContainerKind): Issue[] {
  const issues: Issue[] = [];
  if (pages > 1) {
    const unit = kind === "tiff" ? "pages" : "frames";
    const message = `the file has ${pages} ${unit}; only the first one is read. Save the others as files of their own.`;
    issues.push({ code: "frames-dropped", message });
  }
  if (orientation > 1) {
    const message = `the EXIF orientation is ${orientation}, but the pixels are read as they are stored. Turn the mask if its photo is turned.`;
    issues.push({ code: "orientation-ignored", message });
  }
  return issues;
}

/** The first line of an error of libvips, without a full stop. */
function reasonOf(cause: unknown): string {
  const text = cause instanceof Error ? cause.message : String(cause);
  return text.trim().split("\n")[0]!.replace(/\.$/, "");
}

/** The first and the last of four samples. The first three are equal. */
function greyAndAlpha(rgba: Buffer, sampleBytes: number): Buffer {
  const result = Buffer.alloc(rgba.length / 2);
  for (
    let target = 0, source = 0;
    target < result.length;
    target += 2 * sampleBytes, source += 4 * sampleBytes
  ) {
    rgba.copy(result, target, source, source + sampleBytes);
    rgba.copy(result, target + sampleBytes, source + 3 * sampleBytes, source + 4 * sampleBytes);
  }
  return result;
}

/** Samples of 16 bits as PNG has them. sharp gives them in the order of the machine. */
function bigEndian(data: Buffer): Uint8Array {
  const isLittle = new Uint8Array(Uint16Array.of(1).buffer)[0] === 1;
  return isLittle ? data.swap16() : data;
}

/**
 * Grey samples of 1, 2 or 4 bits, which libvips spreads over 0 to 255, packed again. So a mask of ids 0 and 1 stays one.
 *
 * @returns null for samples of 8 bits, or if a sample is no multiple, so that it was not spread.
 */
function packSamples(data: Uint8Array, width: number, height: number, bits: number): Uint8Array | null {
  if (bits !== 1 && bits !== 2 && bits !== 4) return null;
  const step = 255 / (2 ** bits - 1);
  const rowBytes = Math.ceil((width * bits) / 8);
  const rows = new Uint8Array(rowBytes * height);
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) {
      const value = data[y * width + x]!;
      if (value % step !== 0) return null;
      const bit = x * bits;
      // `|=` of a typed array drops nothing here: the value has `bits` bits, and its place is free.
      rows[y * rowBytes + (bit >> 3)]! |= (value / step) << (8 - bits - (bit & 7));
    }
  }
  return rows;
}

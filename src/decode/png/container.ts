/**
 * What the PNG container says about an image, and what follows from it. read-png.ts reads it. Section numbers refer to the
 * PNG specification, third edition.
 */
import type { Issue } from "../../errors.js";

/** The first eight bytes of every PNG (5.2). */
export const SIGNATURE: readonly number[] = [0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a];
/** PNG colour types (11.2.1). */
export const ColorType = { grey: 0, rgb: 2, palette: 3, greyAlpha: 4, rgba: 6 } as const;
export type ColorType = (typeof ColorType)[keyof typeof ColorType];

/** IHDR (11.2.1). */
export interface PngHeader {
  /** Pixels, 1 to 2^31 - 1. */
  readonly width: number;
  /** Pixels, 1 to 2^31 - 1. */
  readonly height: number;
  /** Bits per sample or palette index: 1, 2, 4, 8 or 16. */
  readonly bitDepth: number;
  readonly colorType: ColorType;
  /** Adam7 interlace. */
  readonly interlaced: boolean;
}

/** A stretch of the file, in bytes. */
export interface ByteRange {
  readonly offset: number;
  readonly length: number;
}

export interface PngContainer {
  readonly header: PngHeader;
  /** PLTE: three bytes per entry, or null. */
  readonly palette: Uint8Array | null;
  /** tRNS: the alpha of palette entries, or the sample or colour that is fully transparent; or null. */
  readonly transparency: Uint8Array | null;
  /** The contents of the IDAT chunks, in order; together one zlib stream. */
  readonly idats: readonly ByteRange[];
  readonly issues: readonly Issue[];
}

export interface PngLimits {
  readonly maxPixels: number;
  readonly maxBytes: number;
  /** Check each chunk's CRC-32. */
  readonly verify: boolean;
  /** Refuse defects that libpng reads with a warning. Otherwise they are issues. */
  readonly strict: boolean;
}

/** One of the images in the compressed bytes: the whole image, or one pass of Adam7. */
export interface PngPass {
  readonly width: number;
  readonly height: number;
  /** The place of its first pixel, and the distance between its pixels, in the whole image. */
  readonly left: number;
  readonly top: number;
  readonly stepX: number;
  readonly stepY: number;
}

/** Samples per pixel of each colour type (11.2.1, table 12). */
const SAMPLES: Readonly<Record<ColorType, number>> = { 0: 1, 2: 3, 3: 1, 4: 2, 6: 4 };
/** Legal bit depths of each colour type (11.2.1, table 12). */
export const BIT_DEPTHS: Readonly<Record<ColorType, readonly number[]>> = {
  0: [1, 2, 4, 8, 16],
  2: [8, 16],
  3: [1, 2, 4, 8],
  4: [8, 16],
  6: [8, 16],
};
/** Adam7 (8.1): left, top, stepX and stepY of the seven passes. */
const ADAM7 = [
  [0, 0, 8, 8],
  [4, 0, 8, 8],
  [0, 4, 4, 8],
  [2, 0, 4, 4],
  [0, 2, 2, 4],
  [1, 0, 2, 2],
  [0, 1, 1, 2],
] as const;
/** 1 for a grey or a palette index, 2 with alpha, 3 for RGB, 4 for RGBA. */
export function samplesPerPixel(header: Pick<PngHeader, "colorType">): number {
  return SAMPLES[header.colorType];
}

/** Bytes of one unfiltered scanline of `width` pixels, without its filter type. */
export function scanlineBytes(header: Pick<PngHeader, "bitDepth" | "colorType">, width: number): number {
  return Math.ceil((width * samplesPerPixel(header) * header.bitDepth) / 8);
}

/** Whether tRNS makes a grey sample or palette index of up to 8 bits fully transparent (11.3.1.1). */
export function isClearSample({ header, transparency }: PngContainer, sample: number): boolean {
  if (transparency === null) return false;
  if (header.colorType === ColorType.palette) return transparency[sample] === 0;
  return (transparency[1]! & (2 ** header.bitDepth - 1)) === sample;
}

/** The images in the compressed bytes, in order. Passes without a pixel have no scanlines and are left out. */
export function passesOf(header: PngHeader): PngPass[] {
  const { width, height } = header;
  if (!header.interlaced) return [{ width, height, left: 0, top: 0, stepX: 1, stepY: 1 }];
  return ADAM7.map(([left, top, stepX, stepY]) => ({
    width: Math.ceil((width - left) / stepX),
    height: Math.ceil((height - top) / stepY),
    left,
    top,
    stepX,
    stepY,
  })).filter((pass) => pass.width > 0 && pass.height > 0);
}

/** Bytes of all filtered scanlines, filter types included: what the zlib stream must inflate to, exactly. */
export function filteredBytes(header: PngHeader): number {
  return passesOf(header).reduce(
    (sum, pass) => sum + pass.height * (1 + scanlineBytes(header, pass.width)),
    0,
  );
}

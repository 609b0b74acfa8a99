/** PNG bytes to RGBA pixels or to the header, for programs that show a mask or photo rather than decode labels. */
import type { Issue } from "../../errors.js";
import { decodeRgba as decodeContainer } from "../engines/upng.js";
import { checkLimits, type LimitOptions } from "../limits.js";
import { type PngInput, toBytes } from "../png-input.js";
import { readPng } from "../read-png.js";
import { loadModule } from "../wasm/module.js";
import type { PngHeader } from "./container.js";

/** An image with 8 bits per sample. */
export interface DecodedRgba {
  readonly header: PngHeader;
  /** R, G, B and A of each pixel: `height * width * 4` bytes, row-major. Of 16-bit samples the high byte is kept. */
  readonly pixels: Uint8Array;
  /** Defects of the file that did not stop the decode. */
  readonly issues: readonly Issue[];
}

/**
 * Decodes any PNG to RGBA.
 *
 * @throws {PngError} PNG_…: the file is damaged, or larger than the limits.
 * @throws {DecodeError} OPTION_INVALID, OUT_OF_MEMORY, WASM_UNAVAILABLE.
 */
export async function decodeRgba(png: PngInput, limits: LimitOptions = {}): Promise<DecodedRgba> {
  const bytes = toBytes(png);
  const checked = checkLimits(limits);
  await loadModule();
  const container = readPng(bytes, checked);
  const { pixels, issues } = decodeContainer(bytes, container, "high bytes");
  return { header: container.header, pixels, issues: [...container.issues, ...issues] };
}

/**
 * Reads a PNG's header: size in pixels, bits per sample, colour type. The whole container is checked, with its CRCs
 * unless `verify` is false, but no pixel is decoded.
 *
 * @throws {PngError} PNG_…: the container is damaged, or larger than the limits.
 * @throws {DecodeError} OPTION_INVALID, WASM_UNAVAILABLE.
 */
export async function readPngHeader(png: PngInput, limits: LimitOptions = {}): Promise<PngHeader> {
  const bytes = toBytes(png);
  const checked = checkLimits(limits);
  await loadModule();
  return readPng(bytes, checked).header;
}

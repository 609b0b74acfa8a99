/** PNG bytes to RGBA pixels or to the header, for programs that show a mask or photo rather than decode labels. */
import type { Issue } from "../../errors.js";
import { decodeRgba as decodeContainer } from "../engines/upng.js";
import { decodeInput } from "../input.js";
import type { MaskInput, SignalOptions } from "../input-types.js";
import { checkLimits, type LimitOptions } from "../limits.js";
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
 * @param png the file: its bytes, or anything else that `decodeMask` takes.
 * @throws {PngError} PNG_…: the file is damaged, or larger than the limits.
 * @throws {DecodeError} OPTION_INVALID, INPUT_FAILED, OUT_OF_MEMORY, WASM_UNAVAILABLE; the signal's reason.
 */
export async function decodeRgba(
  png: MaskInput,
  options: LimitOptions & SignalOptions = {},
): Promise<DecodedRgba> {
  return decodeInput(png, null, () => {
    const limits = checkLimits(options);
    const decode = (bytes: Uint8Array) => {
      const container = readPng(bytes, limits);
      const { pixels, issues } = decodeContainer(bytes, container, "high bytes");
      return { header: container.header, pixels, issues: [...container.issues, ...issues] };
    };
    return { load: loadModule, options: { ...limits, signal: options.signal }, decode };
  });
}

/**
 * Reads a PNG's header: size in pixels, bits per sample, colour type. The whole container is checked, with its CRCs
 * unless `verify` is false, but no pixel is decoded.
 *
 * @param png the file: its bytes, or anything else that `decodeMask` takes.
 * @throws {PngError} PNG_…: the container is damaged, or larger than the limits.
 * @throws {DecodeError} OPTION_INVALID, INPUT_FAILED, WASM_UNAVAILABLE; the signal's reason.
 */
export async function readPngHeader(
  png: MaskInput,
  options: LimitOptions & SignalOptions = {},
): Promise<PngHeader> {
  return decodeInput(png, null, () => {
    const limits = checkLimits(options);
    const decode = (bytes: Uint8Array) => readPng(bytes, limits).header;
    return { load: loadModule, options: { ...limits, signal: options.signal }, decode };
  });
}

/** How large a PNG may be, and whether its checksums are checked. */
import { invalid } from "../checks/invalid.js";

/** Limits on the PNGs that are accepted. */
export interface LimitOptions {
  /**
   * Most pixels that a PNG or a resize may have. Default 2^28 (1 GiB of labels). No mask with more than 2^32 - 1 is decoded to
   * labels, whatever you give: pixels are counted with 32 bits.
   */
  maxPixels?: number;
  /** Most bytes that a PNG may have. Default 2^30. */
  maxBytes?: number;
  /** Whether to check each chunk's CRC-32 and, with `fused`, the pixels' Adler-32 (`upng` always does). Default true. */
  verify?: boolean;
  /** Refuses PNGs with defects that do not touch the pixels, instead of reporting them as issues. Default false. */
  strict?: boolean;
}

/** The defaults of `LimitOptions`: 2^28 pixels (1 GiB of labels) and 2^30 bytes (1 GiB). */
export const DEFAULT_LIMITS = { maxPixels: 2 ** 28, maxBytes: 2 ** 30 } as const;

/** @throws {DecodeError} OPTION_INVALID */
export function checkLimits({
  maxPixels = DEFAULT_LIMITS.maxPixels,
  maxBytes = DEFAULT_LIMITS.maxBytes,
  verify = true,
  strict = false,
}: LimitOptions): Required<LimitOptions> {
  if (!(maxPixels > 0)) throw invalid("maxPixels must be a positive number");
  if (!(maxBytes > 0)) throw invalid("maxBytes must be a positive number");
  return { maxPixels, maxBytes, verify, strict };
}

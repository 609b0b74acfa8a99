/** A file's bytes to its checked container. */
import { partOf } from "./on-demand.js";
import { hasSignature, type PngContainer, type PngLimits, parsePng } from "./png/container.js";

/**
 * Reads the container of a file that may be anything.
 * @throws PngError PNG_SIGNATURE, which says what the file is, and everything that `parsePng` throws
 */
export function readPng(bytes: Uint8Array, limits: PngLimits): PngContainer {
  if (bytes.length <= limits.maxBytes && !hasSignature(bytes)) throw partOf("faults").signatureError(bytes);
  return parsePng(bytes, limits);
}

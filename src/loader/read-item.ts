/** An item before its decode, and what its header says about the memory that its map needs. */

import { DEFAULT_LIMITS } from "../decode/limits.js";
import type { PngInput } from "../decode/png-input.js";
import type { ResultInput } from "../decode/result-input.js";
import type { Target } from "../decode/targets.js";
import { ARRAYS } from "../maps/allocate.js";
import type { PlainError } from "./load-error.js";
import type { JobSettings } from "./settings.js";
import { type ItemPlace, type Size, sizeAfter } from "./step-plan.js";
import { isDense } from "./targets.js";

/** An item whose bytes are here, or the reason why they are not. */
export interface ReadItem {
  readonly name: string;
  readonly place: ItemPlace;
  readonly png: PngInput | { readonly error: PlainError };
  readonly result: ResultInput | null | undefined;
}

/** The size of a mask's map; `null` if its header does not say it. @param png `null`: the bytes are not here yet. */
export function outputSize(png: PngInput | null, { options, steps }: JobSettings): Size | null {
  const { crop, resize, maxPixels } = options;
  return sizeAfter(steps, resize ?? crop ?? (png === null ? null : headerSize(png, maxPixels)));
}

/**
 * The size of a mask; `null` if the file is too short, its buffer is detached, or its size is over the limit. The decoder then
 * says why.
 */
export function headerSize(png: PngInput, maxPixels: number = DEFAULT_LIMITS.maxPixels): Size | null {
  // The signature has 8 bytes, and IHDR's length and name 4 each; then come width and height. A detached buffer has no bytes.
  if (png.byteLength < 24) return null;
  const header = ArrayBuffer.isView(png)
    ? new DataView(png.buffer, png.byteOffset, png.byteLength)
    : new DataView(png);
  const [width, height] = [header.getUint32(16), header.getUint32(20)];
  const pixels = width * height;
  return pixels > 0 && pixels <= maxPixels ? { width, height } : null;
}

/** The bytes of each array that a job needs; `null` if they are not known. */
export function bytesNeeded(
  size: Size | null,
  masks: number,
  targets: readonly Target[],
): readonly number[] | null {
  if (size === null) return null;
  return targets.filter(isDense).map(({ dtype = "int32" }) => {
    return masks * size.width * size.height * ARRAYS[dtype].BYTES_PER_ELEMENT;
  });
}

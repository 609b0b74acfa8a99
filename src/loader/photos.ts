/** Photos beside masks: the caller's function decodes them ahead, while workers decode masks. */

import { invalid } from "../checks/invalid.js";
import { reasonOf } from "../checks/reason-of.js";
import { LabelMapError } from "../errors.js";
import type { MaskItem } from "./items.js";
import type { Signal } from "./platform.js";
import type { MapGeometry } from "./step-plan.js";

/** What your `decodePhoto` gets besides the photo of the item. */
export interface PhotoContext {
  readonly name: string;
  readonly item: MaskItem;
  /** Which part of the mask the map shows, so that you can crop, flip and resize the photo in the same way. */
  readonly geometry: MapGeometry;
  /** Aborted when the loader stops. */
  readonly signal: Signal;
}

/** Decodes the photo of an item, on the thread that calls the loader. */
export type PhotoDecoder = (photo: unknown, context: PhotoContext) => unknown;

/** What the caller's function has made of a photo, or why it has not. */
export type DecodedPhoto = { readonly photo: unknown } | { readonly error: LabelMapError };

/** Never rejects. */
export async function decodePhoto(decode: PhotoDecoder, context: PhotoContext): Promise<DecodedPhoto> {
  const { item } = context;
  try {
    if (item.photo === undefined) throw invalid("its photo is missing; give it, or leave out decodePhoto");
    return { photo: await decode(item.photo, context) };
  } catch (cause) {
    if (cause instanceof LabelMapError) return { error: cause };
    return { error: new LabelMapError("PHOTO_FAILED", `decodePhoto failed (${reasonOf(cause)})`, { cause }) };
  }
}

/** Frees the memory of a photo that the caller never gets: an `ImageBitmap` or `VideoFrame` has `close`. */
export function closePhoto(photo: unknown): void {
  const { close } = Object(photo) as { close?: unknown };
  if (typeof close !== "function") return;
  try {
    close.call(photo);
  } catch {
    // The caller's object, which nobody uses any more.
  }
}

/** A frame of a video to its label map. Its labels have the numbers that the objects have in the whole video. */

import type { OrConst } from "../checks/const-options.js";
import { decodeMask } from "../decode/decode.js";
import { checkWithParts, type DecodeOptions } from "../decode/decode-options.js";
import type { SignalOptions } from "../decode/input-types.js";
import type { PngInput } from "../decode/png-input.js";
import { DecodeError } from "../errors.js";
import { LabelMap } from "../maps/label-map.js";
import type { MaskOptions } from "./client-options.js";
import type { VideoFrame, VideoResultOptions } from "./video-result.js";

/** The options of `decodeMask` that a frame can have. `strict` and `classBy` belong to the whole video. */
export type FrameOptions = Omit<DecodeOptions, "encoding" | "strict" | "classBy">;

export interface FramesOptions extends FrameOptions, VideoResultOptions, MaskOptions {
  /** Which frames to fetch and decode. Default all. It does not change the numbers of the objects. */
  only?: (frame: VideoFrame) => boolean;
}

/** A frame of a video, its mask as the vendor delivers it, and its labels. */
export interface DecodedFrame {
  readonly frame: VideoFrame;
  /** The private URL of the mask. */
  readonly url: string | null;
  readonly png: Uint8Array<ArrayBuffer>;
  readonly map: LabelMap;
}

const FRAME_OPTIONS = "into crop resize snap engine transparent maxPixels maxBytes verify";

/** The parts of the options, each for its own use. @throws {DecodeError} OPTION_INVALID */
export function checkFramesOptions(options: FramesOptions) {
  const {
    signal: _,
    onProgress: __,
    only = () => true,
    strict = false,
    classBy = "name",
    ...decode
  } = options;
  checkWithParts(decode, FRAME_OPTIONS);
  if (typeof only !== "function") throw new DecodeError("OPTION_INVALID", "only must be a function");
  return { read: { strict, classBy }, decode, only };
}

/**
 * Decodes the mask of a frame that `parseVideoResult` has read.
 *
 * A label's `instanceNumber` is the object's number within its class, and its `instanceId` the number within the video.
 * An object has the same numbers in all frames, so its pixels have the same value in `instance()`. The numbers follow the
 * order of first appearance. `name` has the same number: `car # 2`. `sourceId` is the `track_id`.
 *
 * @throws PngError, LegendError, ResultError, DecodeError, as `decodeMask` does; the reason of `signal`
 */
export async function decodeFrame<const Given extends object = object>(
  frame: VideoFrame,
  png: PngInput,
  options?: OrConst<Given, FrameOptions & SignalOptions>,
): Promise<LabelMap>;
export async function decodeFrame(
  frame: VideoFrame,
  png: PngInput,
  options: FrameOptions & SignalOptions = {},
): Promise<LabelMap> {
  checkWithParts(options, `${FRAME_OPTIONS} signal`);
  const { result, labels, issues } = frame;
  const map = await decodeMask(png, result, options);
  return new LabelMap({
    ...map,
    labels: map.labels.map((label) => {
      const { trackId: _, ...facts } = labels[label.index]!;
      return { ...label, ...facts };
    }),
    issues: [...map.issues, ...issues],
  });
}

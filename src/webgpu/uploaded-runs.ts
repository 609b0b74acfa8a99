/** Runs in the memory of a GPU. They can be painted there again and again: with other values, another size or another part. */

import { checkOptions } from "../checks/arguments.js";
import { checkKeys } from "../checks/describe.js";
import { checkSignal } from "../checks/signal.js";
import type { SignalOptions } from "../decode/input-types.js";
import { checkDevice, submit } from "./device.js";
import type { GpuDevice } from "./gpu-types.js";
import { type PaintableMap, sourceOf } from "./source.js";
import { Uploaded } from "./upload.js";

/** Runs in a GPU's memory, which `paint` and `measure` take in the place of a map. */
export interface UploadedRuns {
  /** The mask's width in pixels. */
  readonly width: number;
  /** The mask's height in pixels. */
  readonly height: number;
  /** Frees the memory on the GPU. What was painted stays. */
  destroy(): void;
}

/**
 * Copies a map's runs to the GPU, so that it can be painted there several times. A run takes 8 bytes.
 *
 * @param device the device, or `null`: then `paint` uses the CPU.
 * @param map what `decodeMask` returns for the target `"runs"`, a `LabelMap`, or your own runs or pixels.
 * @param options `signal` ends the call.
 * @throws {DecodeError} OPTION_INVALID: not a map; DEVICE_LOST; OUT_OF_MEMORY; MAP_RECYCLED: the map was released, or its arrays
 *   transferred.
 */
export async function uploadRuns(
  device: GpuDevice | null | undefined,
  map: PaintableMap,
  options: SignalOptions = {},
): Promise<UploadedRuns> {
  checkKeys(checkOptions(options), "signal", "The options of uploadRuns");
  const { signal } = options;
  checkSignal(signal);
  await undefined;
  signal?.throwIfAborted();
  const source = sourceOf(map, "The map");
  if (device === null || device === undefined) return new Uploaded(source, null);
  checkDevice(device);
  const what = `${source.runs.runEnds.length} runs`;
  return submit(device, what, () => new Uploaded(source, device), options);
}

/**
 * Paints runs on the GPU: a tensor or a texture whose pixels were never on the CPU. What is uploaded are the runs, some
 * kilobytes, where the pixels have megabytes.
 */

import { checkDevice, checkNotLost } from "./device.js";
import type { ElementArrays, ElementType, TextureFormat } from "./element-types.js";
import type { GpuBuffer, GpuDevice, GpuTexture } from "./gpu-types.js";
import { locateAll } from "./located-painting.js";
import { paintBuffer } from "./paint-buffer.js";
import { paintOnCpu } from "./paint-on-cpu.js";
import { checkPaintOptions, type PaintOptions } from "./paint-options.js";
import { paintTexture } from "./paint-texture.js";
import type { PaintableMap } from "./source.js";
import type { UploadedRuns } from "./uploaded-runs.js";
import { valueTableOf } from "./value-table.js";

/** A map, or several maps as a batch. Their outputs must have one size. */
export type Paintable = PaintableMap | UploadedRuns | readonly (PaintableMap | UploadedRuns)[];

/** What `paint` makes without a GPU. The texels of `r32uint` have no sign. */
export type PaintedArray<Given> = Given extends { readonly texture: "r32uint" }
  ? Uint32Array<ArrayBuffer>
  : Given extends { readonly texture: "r16uint" }
    ? Uint16Array<ArrayBuffer>
    : Given extends { readonly texture: "r8uint" }
      ? Uint8Array<ArrayBuffer>
      : Given extends { readonly dtype: infer D extends ElementType }
        ? ElementArrays[D]
        : ElementArrays[ElementType] | Uint32Array<ArrayBuffer>;

/** What `paint` makes with a GPU. */
export type PaintedOnGpu<Given> = Given extends { readonly texture: TextureFormat } ? GpuTexture : GpuBuffer;

/**
 * Paints a map on the GPU, or several maps as a batch: a `GPUBuffer` with the elements N×H×W, or N×C×H×W with `oneHot`,
 * row-major and without padding; or, with `texture`, a `GPUTexture` of H×W texels. N is the number of maps, 1 for a single
 * one. The values are those that the target of `decodeMask` gives on the CPU, byte for byte.
 *
 * The promise is fulfilled once the device has accepted the work, which may be before it is done. Work that you submit later
 * sees the values. The output is yours: call its `destroy()` when you no longer need it.
 *
 * @param device the device. If there is none (`null`), the CPU paints, and the result is an array with the same elements.
 * @param map what `decodeMask` returns for the target `"runs"`; or runs that `uploadRuns` has uploaded; or a `LabelMap`, or
 *   your own runs or pixels.
 * @throws {DecodeError} OPTION_INVALID: an invalid option or map, or a crop that is not inside the mask; OUTPUT_SIZE:
 *   `into` has another size; DEVICE_LOST; DEVICE_LIMIT: the output is larger than a buffer or texture of the device may
 *   be; OUT_OF_MEMORY; MAP_RECYCLED: the map was released, or uploaded runs were destroyed, before the call was done.
 * @throws {ClassError} CLASS_UNKNOWN: a class that has pixels is not in the list.
 * @throws {ValueRangeError} VALUE_OUT_OF_RANGE: a value that occurs in the mask does not fit the type exactly, such as -1 in
 *   `uint8`, or a value above 2048 in `float16`.
 * @throws {LabelMapError} SIZE_MISMATCH: the maps of a batch give outputs of different sizes.
 */
export async function paint<const Given extends PaintOptions = PaintOptions>(
  device: GpuDevice,
  map: Paintable,
  options?: Given,
): Promise<PaintedOnGpu<Given>>;
export async function paint<const Given extends PaintOptions = PaintOptions>(
  device: null | undefined,
  map: Paintable,
  options?: Given,
): Promise<PaintedArray<Given>>;
export async function paint<const Given extends PaintOptions = PaintOptions>(
  device: GpuDevice | null | undefined,
  map: Paintable,
  options?: Given,
): Promise<PaintedOnGpu<Given> | PaintedArray<Given>>;
export async function paint(
  device: GpuDevice | null | undefined,
  map: Paintable,
  options: PaintOptions = {},
): Promise<unknown> {
  const checked = checkPaintOptions(options);
  const { signal } = checked;
  const paintingsOf = (on: GPUDevice | null) =>
    locateAll(map, on, checked, "The map", (source) => valueTableOf(source, checked));
  if (device === null || device === undefined) {
    // A caller who gives up at once need not wait for the work.
    await undefined;
    signal?.throwIfAborted();
    return paintOnCpu(paintingsOf(null), checked);
  }
  checkDevice(device);
  await checkNotLost(device);
  signal?.throwIfAborted();
  const paintings = paintingsOf(device);
  return checked.texture === undefined
    ? paintBuffer(device, paintings, checked)
    : paintTexture(device, paintings, checked, checked.texture);
}

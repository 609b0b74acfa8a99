/** Compares a model's output on the GPU with masks, without reading it back: what comes back are some counts of pixels. */

import { predictionTable, referenceTable } from "./class-tables.js";
import { countOnGpu } from "./count-on-gpu.js";
import { checkDevice, checkNotLost } from "./device.js";
import type { GpuBuffer, GpuDevice } from "./gpu-types.js";
import { locateAll } from "./located-painting.js";
import { countOnCpu, type PredictionArray } from "./measure-on-cpu.js";
import { checkMeasureOptions, type MeasureOptions } from "./measure-options.js";
import type { Measurement } from "./measurement.js";
import type { Paintable } from "./paint.js";
import { checkCount } from "./plan.js";
import { measurementOf } from "./scores.js";

/**
 * Counts the pixels of each pair of a reference class and a predicted class, and gives the scores of semantic segmentation:
 * IoU, accuracy, precision and Dice of each class, and their means. They are those of `compare`.
 *
 * Pixels whose reference is void are left out. The channel of logits with the largest number is the prediction; if several
 * have it, the first of them. NaN counts as the largest number, as in NumPy and PyTorch.
 *
 * @param device the device that the prediction is on. If there is none (`null`), the CPU counts.
 * @param reference the mask that counts as true, or the masks of a batch: what `paint` takes. A map without labels holds class
 *   ids.
 * @param prediction a `GPUBuffer` with class ids N×H×W, or with logits N×C×H×W (`dtype` `"float32"` or `"float16"`), row-major
 *   and without padding. Its usage must have `STORAGE`. Without a device, an array of the same elements. With `crop`,
 *   `resize` or `flip`, H×W is the size of the reference after that.
 * @throws {DecodeError} OPTION_INVALID: an invalid option, map or prediction; a reference whose values are not class ids; or
 *   more than 2^32 - 4 pixels; DEVICE_LOST; DEVICE_LIMIT: logits that are larger than a binding of the device may be, in a buffer
 *   without `COPY_SRC` or with planes that are no multiple of 4 bytes; or a confusion matrix that is larger than a binding, with more
 *   than 5,791 classes by default; OUT_OF_MEMORY; MAP_RECYCLED: a map was released, or uploaded runs were destroyed, before the call
 *   was done.
 * @throws {ClassError} CLASS_UNKNOWN: a class or id that has pixels, in the reference or the prediction, is not in the list.
 * @throws {LabelMapError} SIZE_MISMATCH: the masks of a batch have different sizes, or the prediction is too small for them.
 */
export async function measure(
  device: GpuDevice | null | undefined,
  reference: Paintable,
  prediction: GpuBuffer | PredictionArray,
  options: MeasureOptions,
): Promise<Measurement> {
  const checked = checkMeasureOptions(options);
  const { signal } = options;
  const ids = predictionTable(checked);
  const referencesOf = (on: GPUDevice | null) => {
    const references = locateAll(reference, on, checked, "The reference", (source) => ({
      entries: referenceTable(source, checked),
      channels: undefined,
    }));
    const { width, height } = references[0]!.area;
    checkCount(references.length * width * height);
    return references;
  };
  if (device === null || device === undefined) {
    await undefined;
    signal?.throwIfAborted();
    return measurementOf(
      countOnCpu(referencesOf(null), prediction as PredictionArray, checked, ids),
      checked,
    );
  }
  checkDevice(device);
  await checkNotLost(device);
  signal?.throwIfAborted();
  const counts = await countOnGpu(device, referencesOf(device), prediction, checked, ids);
  signal?.throwIfAborted();
  return measurementOf(counts, checked);
}

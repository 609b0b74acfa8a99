/** Paints maps into a buffer: one dispatch for each map, and more if something is too large to be bound as a whole. */

import { invalid } from "../checks/invalid.js";
import { DecodeError } from "../errors.js";
import { bindGroup, checkLimit, computePipeline, submit } from "./device.js";
import { ELEMENTS } from "./element-types.js";
import { type LocatedPainting, withRuns } from "./located-painting.js";
import type { CheckedOptions } from "./paint-options.js";
import { checkCount, gridOf, planOf, spanOf, windowsOf } from "./plan.js";
import { PAINT_BUFFER } from "./shaders.js";
import { bufferOf } from "./upload.js";
import { BUFFER_USAGE } from "./usage.js";

/** A size that every runtime accepts: onnxruntime wants a multiple of 16 bytes. */
const SIZE_ALIGNMENT = 16;

export async function paintBuffer(
  device: GPUDevice,
  paintings: readonly LocatedPainting[],
  options: CheckedOptions,
): Promise<GPUBuffer> {
  const { dtype, usage = 0, into } = options;
  const { bytes, bitsOf } = ELEMENTS[dtype];
  const { area, table } = paintings[0]!;
  const plane = area.width * area.height;
  const channels = table.channels ?? 1;
  const elements = channels * plane;
  checkCount(elements);
  const usedBytes = paintings.length * elements * bytes;
  const size = Math.ceil(usedBytes / SIZE_ALIGNMENT) * SIZE_ALIGNMENT;
  if (into === undefined) checkLimit(device, "maxBufferSize", size, `A tensor of ${usedBytes} bytes`);
  else checkBuffer(into, usedBytes);

  const windows = windowsOf(Math.ceil(usedBytes / 4) * 4, device.limits.maxStorageBufferBindingSize);
  const isOneHot = table.channels !== undefined;
  // Then each channel of each map starts at a group of elements, and none goes on in another window.
  const isAligned = isOneHot && windows.length === 1 && plane % 4 === 0;
  const constants = { PER_WORD: 4 / bytes, ONE_HOT: Number(isOneHot), ALIGNED: Number(isAligned) };
  const pipeline = await computePipeline(device, PAINT_BUFFER, constants);

  return submit(
    device,
    `a tensor of ${usedBytes} bytes`,
    () =>
      withRuns(device, paintings, (uploaded, own) => {
        const flags = BUFFER_USAGE.STORAGE | BUFFER_USAGE.COPY_SRC | BUFFER_USAGE.COPY_DST | usage;
        const output =
          (into as GPUBuffer | undefined) ?? device.createBuffer({ label: "labelmap", size, usage: flags });
        const encoder = device.createCommandEncoder();
        const pass = encoder.beginComputePass();
        pass.setPipeline(pipeline);
        uploaded.forEach((painting, place) => {
          for (const window of windows) {
            const span = spanOf(window, place * elements, isAligned ? plane : elements, bytes);
            if (span === null) continue;
            for (const part of painting.buffers.parts) {
              const fields = { ...span, elements, channels, one: bitsOf(1) };
              const plan = bufferOf(device, planOf(painting.area, part, [painting.table.entries], fields));
              own.push(plan);
              const resources = [plan, part.buffer, { buffer: output, ...window }];
              pass.setBindGroup(0, bindGroup(device, pipeline, resources));
              pass.dispatchWorkgroups(...gridOf(span.groups, device.limits.maxComputeWorkgroupsPerDimension));
            }
          }
        });
        pass.end();
        device.queue.submit([encoder.finish()]);
        return output;
      }),
    options,
  );
}

/** @throws {DecodeError} OPTION_INVALID: no buffer that a shader can write; OUTPUT_SIZE: it is too small. */
function checkBuffer(into: unknown, bytes: number): void {
  const { size, usage } = (into ?? {}) as Partial<GPUBuffer>;
  if (typeof size !== "number" || typeof usage !== "number" || !(usage & BUFFER_USAGE.STORAGE)) {
    throw invalid("`into` must be a GPUBuffer with the usage STORAGE.");
  }
  if (size >= Math.ceil(bytes / 4) * 4) return;
  throw new DecodeError("OUTPUT_SIZE", `\`into\` has ${size} bytes; the output has ${bytes}.`);
}

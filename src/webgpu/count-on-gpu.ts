/** Counts on the GPU the pixels of each pair of classes, and reads back nothing but these counts. */

import { invalid } from "../checks/invalid.js";
import { bindGroup, checkLimit, checkNotLost, computePipeline, deviceLost, submit } from "./device.js";
import { type LocatedPainting, withRuns } from "./located-painting.js";
import { type CheckedMeasure, checkPredictionSize } from "./measure-options.js";
import { MEASURE, MOST_LOCAL } from "./measure-shader.js";
import { gridOf, planOf } from "./plan.js";
import { GROUP } from "./shaders.js";
import { bufferOf } from "./upload.js";
import { BUFFER_USAGE, MAP_READ } from "./usage.js";

/** A piece of a map that is counted by one dispatch. */
interface Piece {
  /** The first pixel, and the one behind the last. */
  readonly from: number;
  readonly to: number;
  /** Where the pixel `from` of the first channel is in the bound memory, and how far its channels are apart, in elements. */
  readonly origin: number;
  readonly stride: number;
  readonly bound: GPUBufferBinding;
}

export async function countOnGpu(
  device: GPUDevice,
  references: readonly LocatedPainting[],
  prediction: unknown,
  options: CheckedMeasure,
  ids: Uint32Array,
): Promise<Uint32Array> {
  const { classes, element, channels } = options;
  const { width, height } = references[0]!.area;
  const mapBytes = channels * width * height * element.bytes;
  // What a shader reads has whole words.
  checkPrediction(prediction, Math.ceil((references.length * mapBytes) / 4) * 4);
  const classCount = classes.classes.length;
  const length = (classCount + 1) * (classCount + 2);
  const constants = { KIND: element.kind, LOCAL: Number(length <= MOST_LOCAL) };
  const size = (length + 1) * 4;
  for (const limit of ["maxStorageBufferBindingSize", "maxBufferSize"] as const)
    checkLimit(device, limit, size, `A confusion matrix of ${classCount} classes`);
  const pipeline = await computePipeline(device, MEASURE, constants);

  const result = await submit(device, `${length} counts`, () =>
    withRuns(device, references, (uploaded, own) => {
      const usage = BUFFER_USAGE.STORAGE | BUFFER_USAGE.COPY_SRC;
      const counts = device.createBuffer({ label: "labelmap", size, usage });
      const copy = device.createBuffer({ size, usage: BUFFER_USAGE.MAP_READ | BUFFER_USAGE.COPY_DST });
      own.push(counts);
      const encoder = device.createCommandEncoder();
      uploaded.forEach(({ area, table, buffers }, place) => {
        for (const piece of piecesOf(
          device,
          encoder,
          prediction,
          place * mapBytes,
          width * height,
          options,
          own,
        )) {
          for (const part of buffers.parts) {
            const { from, to, origin, stride, bound } = piece;
            const groups = Math.ceil((to - from) / GROUP);
            const predictionStart = height + (area.isWholeColumns ? 0 : width) + table.entries.length;
            const plan = planOf(area, part, [table.entries, ids], {
              ...{ base: from, end: to, groups, origin, stride, channels },
              ...{ classes: classCount, predictionStart, predictionCount: ids.length },
            });
            const planBuffer = bufferOf(device, plan);
            own.push(planBuffer);
            const pass = encoder.beginComputePass();
            pass.setPipeline(pipeline);
            pass.setBindGroup(0, bindGroup(device, pipeline, [planBuffer, part.buffer, bound, counts]));
            pass.dispatchWorkgroups(...gridOf(groups, device.limits.maxComputeWorkgroupsPerDimension));
            pass.end();
          }
        }
      });
      encoder.copyBufferToBuffer(counts, 0, copy, 0, size);
      device.queue.submit([encoder.finish()]);
      return copy;
    }),
  );
  try {
    await result.mapAsync(MAP_READ);
    return new Uint32Array(result.getMappedRange()).slice();
  } catch (cause) {
    await checkNotLost(device);
    throw deviceLost({}, cause);
  } finally {
    result.destroy();
  }
}

/** @throws {DecodeError} OPTION_INVALID: no buffer that a shader can read. @throws {LabelMapError} SIZE_MISMATCH */
function checkPrediction(prediction: unknown, bytes: number): asserts prediction is GPUBuffer {
  const { size, usage } = (prediction ?? {}) as Partial<GPUBuffer>;
  if (typeof size !== "number" || !(Number(usage) & BUFFER_USAGE.STORAGE)) {
    throw invalid("The prediction must be a GPUBuffer with the usage STORAGE.");
  }
  checkPredictionSize(size, bytes);
}

/** The alignment of a binding's offset that every device allows. */
const OFFSET_ALIGNMENT = 256;

/**
 * What is bound for a map: all of its prediction, or pieces if that is too large. A piece of ids is a part of the buffer. A piece
 * of logits has a part of each channel, so it is copied together.
 */
function piecesOf(
  device: GPUDevice,
  encoder: GPUCommandEncoder,
  prediction: GPUBuffer,
  start: number,
  plane: number,
  { element: { bytes }, channels }: CheckedMeasure,
  own: GPUBuffer[],
): Piece[] {
  const most = device.limits.maxStorageBufferBindingSize - OFFSET_ALIGNMENT;
  /** Pixels `from` to `to` of the map, of which `stride` are in each channel of the bound memory. */
  const bind = (from: number, to: number, stride: number, buffer: GPUBuffer, first: number): Piece => {
    const offset = Math.floor(first / OFFSET_ALIGNMENT) * OFFSET_ALIGNMENT;
    const end = first + ((channels - 1) * stride + to - from) * bytes;
    const size = Math.min(Math.ceil(end / 4) * 4, buffer.size) - offset;
    return { from, to, stride, origin: (first - offset) / bytes, bound: { buffer, offset, size } };
  };
  if (channels * plane * bytes <= most) return [bind(0, plane, plane, prediction, start)];
  const pixels = Math.max(1, Math.floor(most / channels / bytes / GROUP)) * GROUP;
  const isCopied = channels > 1;
  if (isCopied && (!(prediction.usage & BUFFER_USAGE.COPY_SRC) || (plane * bytes) % 4 > 0)) {
    const what = "A prediction without COPY_SRC, or with planes of no multiple of 4 bytes,";
    checkLimit(device, "maxStorageBufferBindingSize", channels * plane * bytes + OFFSET_ALIGNMENT, what);
  }
  return Array.from({ length: Math.ceil(plane / pixels) }, (_, piece) => {
    const from = piece * pixels;
    const to = Math.min(plane, from + pixels);
    if (!isCopied) return bind(from, to, plane, prediction, start + from * bytes);
    const stride = Math.ceil(((to - from) * bytes) / 4) * (4 / bytes);
    const usage = BUFFER_USAGE.STORAGE | BUFFER_USAGE.COPY_DST;
    const buffer = device.createBuffer({ label: "labelmap", size: channels * stride * bytes, usage });
    own.push(buffer);
    for (let channel = 0; channel < channels; channel++) {
      const source = start + (channel * plane + from) * bytes;
      encoder.copyBufferToBuffer(prediction, source, buffer, channel * stride * bytes, stride * bytes);
    }
    return bind(from, to, stride, buffer, 0);
  });
}

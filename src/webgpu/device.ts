/** A device with what is kept for it: whether it was lost, and its pipelines. */

import { kindOf } from "../checks/describe.js";
import { invalid } from "../checks/invalid.js";
import type { SignalOptions } from "../decode/input-types.js";
import { DecodeError } from "../errors.js";

interface Kept {
  lost: GPUDeviceLostInfo | undefined;
  readonly pipelines: Map<string, Promise<GPUComputePipeline | GPURenderPipeline>>;
}

const keptFor = new WeakMap<GPUDevice, Kept>();

/** @throws {DecodeError} OPTION_INVALID: not a device. */
export function checkDevice(device: unknown): asserts device is GPUDevice {
  const { createBuffer, queue } = (device ?? {}) as Partial<GPUDevice>;
  if (typeof createBuffer === "function" && queue !== undefined) return;
  throw invalid(`The device is ${kindOf(device)}; give a GPUDevice, or null to use the CPU.`);
}

function keptOf(device: GPUDevice): Kept {
  const found = keptFor.get(device);
  if (found !== undefined) return found;
  const kept: Kept = { lost: undefined, pipelines: new Map() };
  keptFor.set(device, kept);
  device.lost.then((info) => {
    kept.lost = info;
  });
  return kept;
}

/** @throws {DecodeError} DEVICE_LOST */
export async function checkNotLost(device: GPUDevice): Promise<void> {
  const kept = keptOf(device);
  // If the device was lost before its first use here, its promise tells so only after this.
  await undefined;
  if (kept.lost !== undefined) throw deviceLost(kept.lost);
}

export function deviceLost({ reason, message }: Partial<GPUDeviceLostInfo>, cause?: unknown): DecodeError {
  const how = reason === "destroyed" ? "was destroyed" : "was lost";
  const said = message ? ` (${message})` : "";
  return new DecodeError(
    "DEVICE_LOST",
    `The GPU device ${how}${said}; request a new one, or pass null to use the CPU.`,
    { cause },
  );
}

/** A pipeline, made at its first use. @throws {DecodeError} DEVICE_LOST, INTERNAL */
export async function pipelineOf<Pipeline extends GPUComputePipeline | GPURenderPipeline>(
  device: GPUDevice,
  name: string,
  make: () => Promise<Pipeline>,
): Promise<Pipeline> {
  const { pipelines } = keptOf(device);
  const found = pipelines.get(name) ?? make();
  pipelines.set(name, found);
  try {
    return (await found) as Pipeline;
  } catch (cause) {
    pipelines.delete(name);
    await checkNotLost(device);
    throw new DecodeError("INTERNAL", `The GPU device refuses a shader: ${(cause as Error).message}`, {
      cause,
    });
  }
}

/**
 * Does work on the GPU and waits until the device has accepted it, though not until it is done.
 *
 * @param what what the memory is for, as in `memory for 8×8 pixels`.
 * @param work what it returns is freed if the call fails or is aborted, unless it is the caller's own `into`.
 * @throws {DecodeError} DEVICE_LOST; OUT_OF_MEMORY; OPTION_INVALID: a buffer or texture of the caller's that cannot be used.
 */
export async function submit<Result extends { destroy(): void }>(
  device: GPUDevice,
  what: string,
  work: () => Result,
  { into, signal }: SignalOptions & { readonly into?: unknown } = {},
): Promise<Result> {
  device.pushErrorScope("validation");
  device.pushErrorScope("out-of-memory");
  let result: Result;
  let errors: Promise<GPUError | null>[];
  try {
    result = work();
  } finally {
    // Taken at once, so that no other work of the program comes into these scopes.
    errors = [device.popErrorScope(), device.popErrorScope()];
    for (const error of errors) error.catch(() => {});
  }
  try {
    const [memory, validation] = await Promise.all(errors).catch((cause) => {
      throw deviceLost({}, cause);
    });
    await checkNotLost(device);
    if (memory)
      throw new DecodeError("OUT_OF_MEMORY", `The GPU has no memory for ${what}.`, { cause: memory });
    if (validation)
      throw invalid(`The GPU device refuses the call: ${validation.message}`, { cause: validation });
    signal?.throwIfAborted();
    return result;
  } catch (error) {
    if (result !== into) result.destroy();
    throw error;
  }
}

/** @throws {DecodeError} DEVICE_LIMIT */
export function checkLimit(
  device: GPUDevice,
  limit: keyof GPUSupportedLimits & string,
  needed: number,
  what: string,
): void {
  const allowed = device.limits[limit as "maxBufferSize"];
  if (needed <= allowed) return;
  throw new DecodeError(
    "DEVICE_LIMIT",
    `${what} needs ${limit} ${needed}, and the device has ${allowed}. Request it with requiredLimits: { ${limit}: adapter.limits.${limit} }, or make it smaller.`,
  );
}

/** The pipeline of a compute shader with these constants. */
export function computePipeline(
  device: GPUDevice,
  code: string,
  constants: Readonly<Record<string, number>>,
): Promise<GPUComputePipeline> {
  return pipelineOf(device, code + JSON.stringify(constants), () => {
    const module = device.createShaderModule({ code });
    return device.createComputePipelineAsync({ layout: "auto", compute: { module, constants } });
  });
}

/** Binds buffers in the order of their numbers. */
export function bindGroup(
  device: GPUDevice,
  pipeline: GPUComputePipeline | GPURenderPipeline,
  buffers: readonly (GPUBuffer | GPUBufferBinding)[],
): GPUBindGroup {
  return device.createBindGroup({
    layout: pipeline.getBindGroupLayout(0),
    entries: buffers.map((buffer, binding) => ({
      binding,
      resource: "buffer" in buffer ? buffer : { buffer },
    })),
  });
}

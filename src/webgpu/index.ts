/** `labelmap/webgpu`: paints masks on the GPU, from runs to tensors and textures. Re-exports only. */
export type { ElementArrays, ElementType, TextureFormat } from "./element-types.js";
export type {
  GpuBuffer,
  GpuBufferShape,
  GpuDevice,
  GpuDeviceShape,
  GpuTexture,
  GpuTextureShape,
} from "./gpu-types.js";
export { measure } from "./measure.js";
export type { PredictionArray } from "./measure-on-cpu.js";
export type { MeasureOptions, PredictionType } from "./measure-options.js";
export type { Measurement } from "./measurement.js";
export { type Paintable, type PaintedArray, type PaintedOnGpu, paint } from "./paint.js";
export type { AreaOptions, OneHotChannels, PaintOptions, ValueOptions } from "./paint-options.js";
export type { PaintableMap } from "./source.js";
export { type UploadedRuns, uploadRuns } from "./uploaded-runs.js";

/**
 * The types of WebGPU as the program that uses this library has them. TypeScript has them in its lib `dom` since 6.0, and
 * `@webgpu/types` has them for older versions. A program without them can still import the declarations: it gets the
 * shapes below.
 */

/** What this library tells of a device if the program has no types of WebGPU. */
export interface GpuDeviceShape {
  readonly limits: object;
  readonly queue: object;
}

/** What this library tells of a buffer if the program has no types of WebGPU. */
export interface GpuBufferShape {
  readonly size: number;
  readonly usage: number;
  destroy(): void;
}

/** What this library tells of a texture if the program has no types of WebGPU. */
export interface GpuTextureShape {
  readonly width: number;
  readonly height: number;
  destroy(): void;
}

/** A `GPUDevice`. */
export type GpuDevice = typeof globalThis extends { GPUDevice: { prototype: infer Device } }
  ? Device
  : GpuDeviceShape;

/** A `GPUBuffer`. */
export type GpuBuffer = typeof globalThis extends { GPUBuffer: { prototype: infer Buffer } }
  ? Buffer
  : GpuBufferShape;

/** A `GPUTexture`. */
export type GpuTexture = typeof globalThis extends { GPUTexture: { prototype: infer Texture } }
  ? Texture
  : GpuTextureShape;

/** Maps to paint on a GPU, and their runs there. */

import type { Painting } from "./paint-on-cpu.js";
import { destroyBuffers, type Located, type RunsBuffers, uploadSource } from "./upload.js";

export type LocatedPainting = Painting & Located;

/** A painting whose runs are on the GPU. */
export type UploadedPainting = Painting & { readonly buffers: RunsBuffers };

/**
 * Does work with the runs of each painting: those that were uploaded before, or new ones that are freed afterwards. The
 * device keeps the memory until the work that was submitted is done.
 *
 * @param work gets an array for its own buffers, which are freed as well.
 */
export function withRuns<Result>(
  device: GPUDevice,
  paintings: readonly LocatedPainting[],
  work: (paintings: readonly UploadedPainting[], own: GPUBuffer[]) => Result,
): Result {
  const own: GPUBuffer[] = [];
  const uploaded = paintings.map((painting) => ({
    ...painting,
    buffers: painting.buffers ?? uploadSource(device, painting.source),
  }));
  try {
    return work(uploaded, own);
  } finally {
    for (const buffer of own) buffer.destroy();
    uploaded.forEach(({ buffers }, place) => {
      if (paintings[place]!.buffers === null) destroyBuffers(buffers);
    });
  }
}

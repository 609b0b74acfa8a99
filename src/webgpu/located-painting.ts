/** Maps to paint on a GPU, and their runs there. */

import { invalid } from "../checks/invalid.js";
import { LabelMapError } from "../errors.js";
import { outputAreaOf } from "./output-area.js";
import type { Painting } from "./paint-on-cpu.js";
import type { CheckedOptions } from "./paint-options.js";
import { checkUsable, type Source } from "./source.js";
import { destroyBuffers, type Located, locate, type RunsBuffers, uploadSource } from "./upload.js";
import type { ValueTable } from "./value-table.js";

/** `name` is what messages call the map. */
export type LocatedPainting = Painting & Located & { readonly name: string };

/** A painting whose runs are on the GPU. */
export type UploadedPainting = Painting & { readonly buffers: RunsBuffers };

/**
 * The maps of a batch, or a single one, with what they are painted with.
 *
 * @param name what messages call a single map.
 * @throws {LabelMapError} SIZE_MISMATCH: their outputs have different sizes.
 */
export function locateAll(
  map: unknown,
  device: GPUDevice | null,
  options: Pick<CheckedOptions, "area" | "flip">,
  name: string,
  tableOf: (source: Source) => ValueTable,
): LocatedPainting[] {
  const maps: readonly unknown[] = Array.isArray(map) ? Array.from(map) : [map];
  if (maps.length === 0) throw invalid("The array of maps is empty; give at least one map.");
  const paintings = maps.map((each, place) => {
    const called = Array.isArray(map) ? `maps[${place}]` : name;
    const { source, buffers } = locate(each, device, called);
    return {
      source,
      buffers,
      area: outputAreaOf(source.runs, options),
      table: tableOf(source),
      name: called,
    };
  });
  const sizes = paintings.map(({ area }) => `${area.width}×${area.height}`);
  const other = sizes.findIndex((size) => size !== sizes[0]);
  if (other < 0) return paintings;
  const message = `maps[${other}] gives ${sizes[other]}, the first map ${sizes[0]}; give resize, so that all get the same size.`;
  throw new LabelMapError("SIZE_MISMATCH", message);
}

/**
 * Does work with the runs of each painting: those that were uploaded before, or new ones that are freed afterwards. The
 * device keeps the memory until the work that was submitted is done.
 *
 * @param work gets an array for its own buffers, which are freed as well.
 * @throws {DecodeError} MAP_RECYCLED: runs were destroyed since they were located.
 */
export function withRuns<Result>(
  device: GPUDevice,
  paintings: readonly LocatedPainting[],
  work: (paintings: readonly UploadedPainting[], own: GPUBuffer[]) => Result,
): Result {
  const own: GPUBuffer[] = [];
  for (const { source, name } of paintings) checkUsable(source, name);
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

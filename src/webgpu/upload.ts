/** Copies runs to buffers of a GPU. */

import { invalid } from "../checks/invalid.js";
import type { LabelRuns } from "../maps/label-runs.js";
import { checkUsable, type Source, sourceOf } from "./source.js";
import { BUFFER_USAGE } from "./usage.js";

/** Bands whose runs are in one buffer. Most masks have one part. */
export interface RunsPart {
  readonly firstBand: number;
  /** The band after the last one. */
  readonly endBand: number;
  /** Where the ends and the ranks of runs start in the buffer, in words, less the number of its first run. */
  readonly endsStart: number;
  readonly ranksStart: number;
  /** What is added to a rank to give its index in a table. */
  readonly rankOffset: number;
  readonly buffer: GPUBuffer;
}

/** A map's runs in buffers. */
export interface RunsBuffers {
  readonly parts: readonly RunsPart[];
}

/** Copies the runs to buffers, each of which can be bound as a whole. */
export function uploadSource(device: GPUDevice, source: Source): RunsBuffers {
  const { runs, ranks, rankOffset } = source;
  const { maxStorageBufferBindingSize, maxBufferSize } = device.limits;
  const mostWords = Math.floor(Math.min(maxStorageBufferBindingSize, maxBufferSize) / 4);
  const parts = partsOf(runs, mostWords).map(([firstBand, endBand]): RunsPart => {
    const [firstRun, endRun] = [runs.bandRuns[firstBand]!, runs.bandRuns[endBand]!];
    const endsStart = endBand - firstBand + 1;
    const ranksStart = endsStart + endRun - firstRun;
    const words = new Uint32Array(ranksStart + endRun - firstRun);
    words.set(runs.bandRuns.subarray(firstBand, endBand + 1));
    words.set(runs.runEnds.subarray(firstRun, endRun), endsStart);
    words.set(ranks.subarray(firstRun, endRun), ranksStart);
    return {
      ...{ firstBand, endBand, rankOffset, buffer: bufferOf(device, words) },
      ...{ endsStart: endsStart - firstRun, ranksStart: ranksStart - firstRun },
    };
  });
  return { parts };
}

/** A buffer with words that a shader reads. */
export function bufferOf(device: GPUDevice, words: Uint32Array<ArrayBuffer>): GPUBuffer {
  const usage = BUFFER_USAGE.STORAGE | BUFFER_USAGE.COPY_DST;
  const buffer = device.createBuffer({ label: "labelmap", size: words.byteLength, usage });
  device.queue.writeBuffer(buffer, 0, words);
  return buffer;
}

/** The first band of each part, and the one after its last. */
function partsOf({ bandRuns }: LabelRuns, mostWords: number): [first: number, end: number][] {
  const bands = bandRuns.length - 1;
  const parts: [number, number][] = [];
  let first = 0;
  for (let band = 0; band < bands; band++) {
    const words = band + 1 - first + 1 + (bandRuns[band + 1]! - bandRuns[first]!) * 2;
    if (words <= mostWords || band === first) continue;
    parts.push([first, band]);
    first = band;
  }
  return [...parts, [first, bands]];
}

/** Runs that were uploaded. */
export class Uploaded {
  readonly width: number;
  readonly height: number;
  readonly source: Source;
  /** `null`: they are painted by the CPU. */
  readonly device: GPUDevice | null;
  buffers: RunsBuffers | null;

  constructor(source: Source, device: GPUDevice | null) {
    this.width = source.runs.width;
    this.height = source.runs.height;
    this.source = source;
    this.device = device;
    this.buffers = device && uploadSource(device, source);
  }

  destroy(): void {
    destroyBuffers(this.buffers);
    this.buffers = null;
    this.source.isDestroyed = true;
  }
}

export function destroyBuffers(buffers: RunsBuffers | null): void {
  for (const { buffer } of buffers?.parts ?? []) buffer.destroy();
}

/** A map's source, with its buffers if they are on this device. */
export interface Located {
  readonly source: Source;
  readonly buffers: RunsBuffers | null;
}

/** @throws {DecodeError} OPTION_INVALID: not a map, or on another device; MAP_RECYCLED: it was destroyed. */
export function locate(map: unknown, device: GPUDevice | null, name: string): Located {
  if (!(map instanceof Uploaded)) return { source: sourceOf(map, name), buffers: null };
  checkUsable(map.source, name);
  if (map.device === device || device === null) return map;
  throw invalid(`${name} was uploaded to another device; upload it to this one.`);
}

/**
 * Decodes the masks of one job into memory of earlier maps, in a worker or on the calling thread.
 *
 * A mask that stands alone gets memory that is large enough, or fresh memory. The masks of a batch are decoded one behind the
 * other into one array.
 */

import { withMemoryFor } from "../checks/memory.js";
import type { MaskInfo } from "../decode/described.js";
import { checkLimits } from "../decode/limits.js";
import { type PngInput, toBytes } from "../decode/png-input.js";
import { readPng } from "../decode/read-png.js";
import type { DenseTarget, Target } from "../decode/targets.js";
import { LabelMapError } from "../errors.js";
import { ARRAYS, allocate } from "../maps/allocate.js";
import type { LabelArray } from "../maps/dense-map.js";
import { decodeItem } from "./decode-item.js";
import type { PlainBatch } from "./lent-map.js";
import { type PlainError, toPlainError } from "./load-error.js";
import type { JobAnswer } from "./protocol.js";
import { outputSize, type ReadItem } from "./read-item.js";
import type { JobSettings } from "./settings.js";
import { takeFitting } from "./spare-memory.js";
import type { MapGeometry, Size } from "./step-plan.js";
import { isDense } from "./targets.js";

export function decodeJob(
  items: readonly ReadItem[],
  settings: JobSettings,
  spare: readonly ArrayBuffer[],
): JobAnswer {
  const memory = [...spare];
  return settings.isBatch ? decodeBatch(items, settings, memory) : decodeSingle(items[0]!, settings, memory);
}

function decodeSingle(item: ReadItem, settings: JobSettings, memory: ArrayBuffer[]): JobAnswer {
  const used: ArrayBuffer[] = [];
  try {
    const png = bytesOf(item);
    const size = outputSize(png, settings);
    const { maps, geometry } = decodeItem(item, png, settings, (target) => {
      if (size === null) return undefined;
      const length = size.width * size.height;
      const type = ARRAYS[target.dtype ?? "int32"];
      const buffer = takeFitting(memory, length * type.BYTES_PER_ELEMENT);
      if (buffer === undefined) return undefined;
      used.push(buffer);
      return new type(buffer, 0, length);
    });
    return { maps, geometries: [geometry], failures: [], spare: memory };
  } catch (error) {
    return {
      maps: null,
      geometries: [],
      failures: [{ index: 0, error: toPlainError(error) }],
      spare: [...memory, ...used],
    };
  }
}

function decodeBatch(items: readonly ReadItem[], settings: JobSettings, memory: ArrayBuffer[]): JobAnswer {
  const failures: { index: number; error: PlainError }[] = [];
  const infos: MaskInfo[] = [];
  const geometries: MapGeometry[] = [];
  let batch: BatchArrays | null = null;
  items.forEach((item, index) => {
    const wasEmpty: boolean = batch === null;
    try {
      const png = bytesOf(item);
      const size = outputSize(png, settings);
      if (batch === null && size !== null) {
        // A header that lies about the size must not decide how much memory the whole batch gets.
        readPng(toBytes(png), checkLimits(settings.options));
        batch = new BatchArrays(size, items.length, settings.targets, memory);
      }
      if (batch !== null && size !== null) batch.checkSize(size);
      const place = infos.length;
      const { maps, geometry } = decodeItem(item, png, settings, (_, target) => batch?.part(target, place));
      const { labels, unlabelled, snapped, issues } = maps[0]!;
      infos.push({ labels, unlabelled, snapped, issues });
      geometries.push(geometry);
    } catch (error) {
      failures.push({ index, error: toPlainError(error) });
      // The size of a mask that cannot be decoded says nothing about the others.
      if (wasEmpty && batch !== null) {
        memory.push(...batch.reused);
        batch = null;
      }
    }
  });
  try {
    const maps = (batch as BatchArrays | null)?.finish(infos, memory) ?? null;
    return { maps, geometries, failures, spare: memory };
  } catch (cause) {
    // There is no batch, so none of its masks can be handed out.
    const error = toPlainError(cause);
    const all = items.map((_, index) => failures.find((each) => each.index === index) ?? { index, error });
    return { maps: null, geometries: [], failures: all, spare: memory };
  }
}

/** The arrays of a batch: one for each target. */
class BatchArrays {
  /** The memory of earlier maps among that of the arrays. */
  readonly reused: ArrayBuffer[] = [];
  readonly #size: Size;
  readonly #masks: number;
  readonly #targets: readonly DenseTarget[];
  readonly #arrays: readonly LabelArray[];

  /** @throws {DecodeError} OUT_OF_MEMORY */
  constructor(size: Size, masks: number, targets: readonly Target[], memory: ArrayBuffer[]) {
    this.#size = size;
    this.#masks = masks;
    this.#targets = targets.filter(isDense);
    const length = size.width * size.height * masks;
    this.#arrays = this.#targets.map(({ dtype = "int32" }) => {
      const type = ARRAYS[dtype];
      const buffer = takeFitting(memory, length * type.BYTES_PER_ELEMENT);
      const what = `a batch of ${masks} masks of ${size.width}×${size.height} pixels`;
      if (buffer === undefined) return withMemoryFor(what, () => allocate(dtype, length));
      this.reused.push(buffer);
      return new type(buffer, 0, length);
    });
  }

  /** @throws {LabelMapError} SIZE_MISMATCH */
  checkSize({ width, height }: Size): void {
    if (width === this.#size.width && height === this.#size.height) return;
    const sizes = `is ${width}×${height}, the first mask of its batch ${this.#size.width}×${this.#size.height}`;
    throw new LabelMapError("SIZE_MISMATCH", `${sizes}; give \`resize\`, or leave out \`batch\``);
  }

  /** The part of a target's array that belongs to one mask. */
  part(target: number, place: number): LabelArray {
    const pixels = this.#size.width * this.#size.height;
    return this.#arrays[target]!.subarray(place * pixels, (place + 1) * pixels);
  }

  /**
   * @param infos of the masks that were decoded, at least one.
   * @param memory receives what is not needed.
   * @throws {LabelMapError} OUT_OF_MEMORY; STEP_FAILED: a step has transferred the array to another thread.
   */
  finish(infos: readonly MaskInfo[], memory: ArrayBuffer[]): PlainBatch[] {
    const { width, height } = this.#size;
    if (this.#arrays.some(({ length }) => length === 0)) {
      throw new LabelMapError("STEP_FAILED", "a step has transferred map.data; make a copy of it first");
    }
    const arrays = infos.length === this.#masks ? this.#arrays : this.#shortened(infos.length, memory);
    return this.#targets.map(
      ({ map, dtype = "int32" }, index) =>
        ({
          map,
          dtype,
          shape: [infos.length, height, width],
          width,
          height,
          data: arrays[index]!,
          infos,
        }) as PlainBatch,
    );
  }

  /** Arrays without the place of masks that failed, since old labels would show there. */
  #shortened(masks: number, memory: ArrayBuffer[]): LabelArray[] {
    const length = masks * this.#size.width * this.#size.height;
    const copies = this.#arrays.map((array) =>
      withMemoryFor(`${length} labels`, () => array.slice(0, length)),
    );
    memory.push(...this.#arrays.map(({ buffer }) => buffer as ArrayBuffer));
    return copies;
  }
}

function bytesOf({ png }: ReadItem): PngInput {
  if ("error" in png) throw new GivenError(png.error);
  return png;
}

/** An error that happened before the decode, as plain data. */
class GivenError extends LabelMapError {
  constructor(readonly plain: PlainError) {
    super(plain.code, plain.message);
    this.name = plain.name;
  }
}

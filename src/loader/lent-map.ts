/**
 * Maps that the loader lends. Their arrays are valid until the caller asks for the next map or leaves the loop. Then the
 * arrays are empty, because their memory is used again, unless the caller has called `keep`.
 */

import { withMemoryFor } from "../checks/memory.js";
import type { MaskInfo } from "../decode/described.js";
import type { Decoded, RunsMap, Target, TargetMap } from "../decode/targets.js";
import { DecodeError } from "../errors.js";
import { detach } from "../maps/allocate.js";
import type { LabelArray } from "../maps/dense-map.js";
import { LabelMap, type LabelMapInit } from "../maps/label-map.js";
import { LabelRuns } from "../maps/label-runs.js";
import { type Releasable, ReleasableMap } from "../maps/released.js";
import type { Dtype, View, ViewArrays } from "../maps/views.js";
import { isTransferable } from "./platform.js";

/**
 * A map on loan from the loader. Its arrays are empty once you have asked for the next map, unless you keep it.
 *
 * Use `data`, not `data.buffer`: the memory may be that of a larger map. `data` lies at its start, so `data.byteOffset` is 0,
 * and what is behind `data` has no meaning.
 */
export interface LentMap {
  /**
   * Makes the map yours: its arrays stay valid. Returns the map. Its `data` has a buffer of exactly its size from now on: if
   * the memory is larger, `data` becomes a copy.
   *
   * @throws {DecodeError} OUT_OF_MEMORY
   * @throws {DecodeError} MAP_RECYCLED: you have released it, or asked for the next map since, so its memory is in use again.
   */
  keep(): this;
}

/** A map as the loader lends it: what `decodeMask` returns for the target, and `keep`. */
export type LoadedMap<T> = T extends readonly Target[]
  ? { -readonly [Place in keyof T]: LoadedMap<T[Place]> }
  : (T extends Target ? Decoded<T> : LabelMap) & LentMap;

/** The maps of several masks, one behind the other, in one array: ready for a tensor. */
export interface MapBatch<D extends Dtype = Dtype> extends LentMap, Releasable {
  readonly map: View["map"];
  readonly dtype: D;
  /** How many masks, and the height and width of each: the shape of a tensor. */
  readonly shape: readonly [masks: number, height: number, width: number];
  readonly width: number;
  readonly height: number;
  /** The pixel (x, y) of mask n is `data[(n * height + y) * width + x]`. Its buffer may be larger, see `LentMap`. */
  readonly data: ViewArrays[D];
  /** What is known about each mask apart from its pixels. */
  readonly infos: readonly MaskInfo[];
}

/** Why a map is recycled, and what would have prevented it. */
const REASONS = {
  passed: "you asked for the next one; call its keep() before that",
  released: "you released it; use it before that",
} as const;

/** The array of one map, while the caller may read it. */
export class Loan {
  readonly #name: string;
  /** `null`: there is none. */
  #array: LabelArray | null;
  readonly #giveBack: (memory: ArrayBuffer) => void;
  #state: "lent" | "kept" | keyof typeof REASONS = "lent";

  /**
   * @param name what messages call the map.
   * @param giveBack takes the memory, which no array of the caller shows any more.
   */
  constructor(name: string, array: LabelArray | null, giveBack: (memory: ArrayBuffer) => void) {
    this.#name = name;
    this.#array = array;
    this.#giveBack = giveBack;
  }

  /** Lets the caller have the map for good. Returns the array that belongs to it from now on. */
  keep(): LabelArray | null {
    this.check();
    const array = this.#array;
    if (this.#state === "lent" && array !== null && array.byteLength < array.buffer.byteLength) {
      // The caller may hold the old array, which stays valid too: its memory is not used again.
      this.#array = withMemoryFor(`a copy of the map of ${this.#name}`, () => array.slice());
    }
    this.#state = "kept";
    return this.#array;
  }

  /** @throws {DecodeError} MAP_RECYCLED */
  check(): void {
    const state = this.#state;
    if (state === "lent" || state === "kept") return;
    throw new DecodeError("MAP_RECYCLED", `the map of ${this.#name} is recycled, because ${REASONS[state]}`);
  }

  /** Ends the loan, unless the caller keeps the map. */
  end(): void {
    if (this.#state === "lent") this.#recycle("passed");
  }

  /** Ends the loan at once, also of a map that the caller has kept. */
  release(): void {
    if (this.#state === "lent" || this.#state === "kept") this.#recycle("released");
  }

  #recycle(reason: keyof typeof REASONS): void {
    this.#state = reason;
    const buffer = this.#array?.buffer;
    // The caller may have transferred it to a worker of their own.
    if (buffer === undefined || !isTransferable(buffer) || buffer.byteLength === 0) return;
    const detached = detach(buffer);
    // Some runtimes let the caller mark memory that must not be transferred. Then the transfer makes a copy.
    if (buffer.byteLength === 0) this.#giveBack(detached);
  }
}

/** The methods of `LabelMap` that read its pixels. Of a recycled map, they would return empty arrays, or no label. */
const VIEWS = [
  "semantic",
  "instance",
  "panoptic",
  "mask",
  "classMask",
  "labelAt",
  "toRGBA",
  "toImageData",
] as const;

/** A label map on loan. */
export class LentLabelMap extends LabelMap implements LentMap {
  readonly #loan: Loan;

  static {
    for (const name of VIEWS) {
      const view = LabelMap.prototype[name] as (...given: unknown[]) => unknown;
      const checked = function (this: LentLabelMap, ...given: unknown[]) {
        this.#loan.check();
        return view.apply(this, given);
      };
      Object.defineProperty(LentLabelMap.prototype, name, {
        value: checked,
        writable: true,
        configurable: true,
      });
    }
  }

  constructor(init: LabelMapInit, loan: Loan) {
    super(init);
    this.#loan = loan;
  }

  keep(): this {
    const data = this.#loan.keep();
    if (data !== null) Object.assign(this, { data });
    return this;
  }

  override release(): void {
    this.#loan.release();
  }
}

/** A map of integers, or a batch of them, on loan. Its fields are those of `fields`. */
class LentFields extends ReleasableMap implements LentMap {
  readonly #loan: Loan;

  constructor(fields: object, loan: Loan) {
    super();
    Object.assign(this, fields);
    this.#loan = loan;
  }

  keep(): this {
    const data = this.#loan.keep();
    if (data !== null) Object.assign(this, { data });
    return this;
  }

  override release(): void {
    this.#loan.release();
  }
}

/** Runs are small, and their sizes differ, so their memory is never used again: they are the caller's at once. */
class LentRuns extends LabelRuns implements LentMap {
  keep(): this {
    return this;
  }
}

/** The map of one target, for the caller. @param loan `null`: it has no memory that is used again. */
export function lendMap(map: TargetMap | RunsMap, loan: Loan): LentMap {
  if (map.map === "runs") {
    const { labels, unlabelled, snapped, issues } = map;
    return Object.assign(new LentRuns(map), { map: "runs", labels, unlabelled, snapped, issues });
  }
  return new LentFields(map, loan);
}

/** A mask without a target, for the caller. */
export function lendLabelMap(map: TargetMap, loan: Loan): LentLabelMap {
  return new LentLabelMap(map as TargetMap<"int32">, loan);
}

/** The fields of a `MapBatch` without `keep`. */
export type PlainBatch = Omit<MapBatch, "keep" | keyof Releasable>;

export function lendBatch(batch: PlainBatch, loan: Loan): MapBatch {
  return new LentFields(batch, loan) as unknown as MapBatch;
}

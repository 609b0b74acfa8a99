/**
 * Maps that the loader lends. Their arrays are valid until the caller asks for the next map or leaves the loop. Then the
 * arrays are empty, because their memory is used again, unless the caller has called `keep`.
 */

import type { MaskInfo } from "../decode/described.js";
import type { Decoded, RunsMap, Target, TargetMap } from "../decode/targets.js";
import { DecodeError } from "../errors.js";
import { detach } from "../maps/allocate.js";
import { LabelMap, type LabelMapInit } from "../maps/label-map.js";
import { LabelRuns } from "../maps/label-runs.js";
import { type Releasable, ReleasableMap } from "../maps/released.js";
import type { Dtype, View, ViewArrays } from "../maps/views.js";
import { isTransferable } from "./platform.js";

/** A map on loan from the loader. Its arrays are empty once you have asked for the next map, unless you keep it. */
export interface LentMap {
  /**
   * Makes the map yours: its arrays stay valid. Returns the map.
   *
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
  /** The pixel (x, y) of mask n is `data[(n * height + y) * width + x]`. */
  readonly data: ViewArrays[D];
  /** What is known about each mask apart from its pixels. */
  readonly infos: readonly MaskInfo[];
}

/** Why a map is recycled, and what would have prevented it. */
const REASONS = {
  passed: "you asked for the next one; call its keep() before that",
  released: "you released it; use it before that",
} as const;

/** The arrays of one map, while the caller may read them. */
export class Loan {
  readonly #name: string;
  readonly #arrays: readonly ArrayBufferView[];
  readonly #giveBack: (memory: readonly ArrayBuffer[]) => void;
  #state: "lent" | "kept" | keyof typeof REASONS = "lent";

  /**
   * @param name what messages call the map.
   * @param giveBack takes the memory, which no array of the caller shows any more.
   */
  constructor(
    name: string,
    arrays: readonly ArrayBufferView[],
    giveBack: (memory: readonly ArrayBuffer[]) => void,
  ) {
    this.#name = name;
    this.#arrays = arrays;
    this.#giveBack = giveBack;
  }

  keep(): void {
    this.check();
    this.#state = "kept";
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
    const memory = this.#arrays.flatMap(({ buffer }) => {
      // The caller may have transferred it to a worker of their own.
      if (!isTransferable(buffer) || buffer.byteLength === 0) return [];
      const detached = detach(buffer);
      // Some runtimes let the caller mark memory that must not be transferred. Then the transfer makes a copy.
      return buffer.byteLength === 0 ? [detached] : [];
    });
    this.#giveBack(memory);
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
    this.#loan.keep();
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
    this.#loan.keep();
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

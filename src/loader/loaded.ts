/** What the loader yields: a map, a batch of maps, or the failure of an item. */

import type { DenseTarget, Target } from "../decode/targets.js";
import type { Dtype } from "../maps/views.js";
import type { MaskItem } from "./items.js";
import type { LoadedMap, MapBatch } from "./lent-map.js";
import type { LoadError } from "./load-error.js";
import type { LoadOptions } from "./load-options.js";
import type { MapGeometry } from "./step-plan.js";

/** A mask that was loaded. */
export interface LoadedMask<M, I extends MaskItem = MaskItem> {
  readonly name: string;
  /** The item as you gave it. */
  readonly item: I;
  /** Valid until you ask for the next map, or for good after `map.keep()`. */
  readonly map: M;
  /** Which part of the mask the map shows, and how. */
  readonly geometry: MapGeometry;
  readonly error?: undefined;
}

/** An item that could not be loaded, with `errors: "yield"`. */
export interface FailedMask<I extends MaskItem = MaskItem> {
  readonly name: string;
  readonly item: I;
  readonly map?: undefined;
  readonly error: LoadError;
}

/** With `batch`: several masks that were loaded. */
export interface LoadedBatch<M, I extends MaskItem = MaskItem> {
  readonly names: readonly string[];
  readonly items: readonly I[];
  /** Valid until you ask for the next batch, or for good after `map.keep()`. */
  readonly map: M;
  /** For each mask: which part of it the batch shows, and how. */
  readonly geometries: readonly MapGeometry[];
  readonly error?: undefined;
}

type BatchOf<T> = T extends readonly Target[]
  ? { -readonly [Place in keyof T]: BatchOf<T[Place]> }
  : MapBatch<T extends DenseTarget & { readonly dtype: infer D extends Dtype } ? D : "int32">;

/** What `decodePhoto` makes. */
type PhotoBy<O> = O extends { decodePhoto(...given: never[]): infer P } ? Awaited<P> : never;
type PhotoOf<O> = O extends { decodePhoto: unknown } ? { readonly photo: PhotoBy<O> } : unknown;
type PhotosOf<O> = O extends { decodePhoto: unknown } ? { readonly photos: readonly PhotoBy<O>[] } : unknown;

type TargetOf<O> = O extends { readonly target: infer T } ? T : undefined;

/** What `loadMasks` yields for options of the type `O`. */
export type Loaded<O extends LoadOptions, I extends MaskItem = MaskItem> =
  | (O extends { readonly batch: number }
      ? LoadedBatch<BatchOf<TargetOf<O>>, I> & PhotosOf<O>
      : LoadedMask<LoadedMap<TargetOf<O>>, I> & PhotoOf<O>)
  | (O extends { readonly errors: "yield" } ? FailedMask<I> : never);

/** Maps that can be released, so that their memory becomes the memory of a later map. */

import { invalid } from "../checks/invalid.js";
import { DecodeError } from "../errors.js";
import { recycle } from "./allocate.js";
import type { DenseMap, LabelArray } from "./dense-map.js";

/** The method that `using` calls, if the program has the type of its name: TypeScript's lib `esnext.disposable`. */
type Disposing = SymbolConstructor extends { readonly dispose: infer Key extends symbol }
  ? { readonly [K in Key]: () => void }
  : unknown;

/** A map that you can release, by its method or by `using map = …`. */
export type Releasable = Disposing & {
  /**
   * Gives the memory of the map back, for a later map of the same size. `data` is empty afterwards, and so is every other
   * array that shows its memory. Methods that read pixels throw MAP_RECYCLED. An array that you gave as `into` stays yours.
   *
   * `release` replaces `data` if its array is yours: that of `into`, or of a map that you made. Do not freeze such a map.
   *
   * Wait for whatever reads `data` in the background, such as a write to a file in Node. It would go on with a later map.
   *
   * @throws {DecodeError} OPTION_INVALID: the map is frozen, and its array is yours.
   */
  release(): void;
};

export const ReleasableMap = class {
  declare data: LabelArray;

  release(): void {
    recycle(this.data);
    if (this.data.length === 0) return;
    if (Object.isFrozen(this))
      throw invalid("a frozen map with an array of yours cannot be released; do not freeze it");
    this.data = this.data.subarray(0, 0);
  }

  // Compilers of `using` look for the second if the platform lacks the first.
  [Symbol.dispose ?? Symbol.for("Symbol.dispose")](): void {
    this.release();
  }
} as unknown as new () => Releasable;

/** The pixels of a map. @throws {DecodeError} MAP_RECYCLED: the map was released, or its array transferred. */
export function pixelsOf<A extends LabelArray>({ data, width, height }: DenseMap<A>): A {
  if (data.length === width * height) return data;
  throw new DecodeError("MAP_RECYCLED", "the map was released or transferred; use it before that");
}

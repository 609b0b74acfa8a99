/** The pixels of an image while masks are painted, and the count of those that several masks have. */

import { withMemoryFor } from "../../checks/memory.js";
import { LabelMapError } from "../../errors.js";
import type { DenseMap } from "../../maps/dense-map.js";

/** The label map while masks are painted, the topmost first. */
export class Canvas {
  readonly map: { readonly width: number; readonly height: number; readonly data: Int32Array };
  /** The pixels that masks of several labels have. */
  overlapping = 0;
  readonly #isOverlap: Uint8Array;
  /** The place of the mask that each pixel is of, if that is asked for. */
  readonly #places: Int32Array | undefined;

  constructor(
    width: number,
    height: number,
    readonly first: string,
    hasPlaces: boolean,
  ) {
    const size = width * height;
    [this.map, this.#isOverlap, this.#places] = withMemoryFor(`${width}×${height} pixels`, () => [
      { width, height, data: new Int32Array(size).fill(-1) },
      new Uint8Array(size),
      hasPlaces ? new Int32Array(size) : undefined,
    ]);
  }

  /** @throws {LabelMapError} SIZE_MISMATCH */
  checkSize({ width, height }: DenseMap<Uint8Array>, name: string): void {
    const { map } = this;
    if (width === map.width && height === map.height) return;
    const problem = `${name} has ${width}×${height} pixels, but ${this.first} has ${map.width}×${map.height}`;
    throw new LabelMapError("SIZE_MISMATCH", `${problem}; the masks of an image have one size.`);
  }

  /** @returns how many pixels the mask has, how many of them it gets, and the first that another label has */
  paint({ data: mask }: DenseMap<Uint8Array>, label: number, place: number) {
    const { data } = this.map;
    let area = 0;
    let added = 0;
    let overlap: { readonly pixel: number; readonly place: number } | null = null;
    for (let pixel = 0; pixel < mask.length; pixel++) {
      if (mask[pixel] === 0) continue;
      area++;
      if (data[pixel] === -1) {
        data[pixel] = label;
        if (this.#places !== undefined) this.#places[pixel] = place;
        added++;
      } else if (data[pixel] !== label) {
        overlap ??= { pixel, place: this.#places?.[pixel] ?? place };
        if (this.#isOverlap[pixel] === 0) this.overlapping++;
        this.#isOverlap[pixel] = 1;
      }
    }
    return { area, added, overlap };
  }
}

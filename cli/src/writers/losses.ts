/** What files of training data do not say any more: counted by kind, so that each kind is one issue. */

import type { Issue } from "labelmap";
import { counted, quote } from "labelmap/checks";

const LOSSES = {
  "class-missing": ["pixel", "the class list lacks their class, so they are void."],
  "void-class-dropped": ["pixel", "their class is void or ignored in the class list, so they have no class."],
  "objects-merged": ["object", "pixels are class ids, so the objects of a class are one area."],
  "crowd-merged": ["crowd", "pixels are class ids, so a crowd is an area of its class."],
  "photo-not-written": ["photo", "they are not copied."],
  "name-changed": [
    "name",
    "a sample's name ends at its first dot, so dots become `_`. The JSON file has the name.",
  ],
} as const satisfies Readonly<Record<string, readonly [unit: string, text: string]>>;

export type LossCode = keyof typeof LOSSES;

export class Losses {
  readonly #found = new Map<LossCode, { count: number; images: number; readonly first: string }>();

  /** Call it once for each image and kind. */
  add(code: LossCode, count: number, image: string): void {
    if (count === 0) return;
    const found = this.#found.get(code) ?? { count: 0, images: 0, first: image };
    this.#found.set(code, { ...found, count: found.count + count, images: found.images + 1 });
  }

  issues(): Issue[] {
    return [...this.#found].map(([code, { count, images, first }]) => {
      const [unit, text] = LOSSES[code];
      const where = `in ${counted(images, "image")}, first in ${quote(first)}`;
      return { code, message: `${counted(count, unit)} ${where}: ${text}` };
    });
  }
}

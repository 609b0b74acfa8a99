/** Finds the pixels of a pair of classes in the library's result. */
import type { ComparedMasks } from "../decoding/protocol.js";

/** @param column the number of classes stands for pixels that have no class in the other mask. */
export function cellPixels({ scores }: ComparedMasks, row: number, column: number): number {
  const count = scores.classes.length;
  return column === count ? scores.unpredicted[row]! : scores.confusion[row * count + column]!;
}

/** Where the library's result has what the page shows of a pair of classes. */
import type { ComparedMasks } from "../decoding/protocol.js";

/** @param column as many as there are classes: the other mask has none. */
export function cellPixels({ scores }: ComparedMasks, row: number, column: number): number {
  const count = scores.classes.length;
  return column === count ? scores.unpredicted[row]! : scores.confusion[row * count + column]!;
}

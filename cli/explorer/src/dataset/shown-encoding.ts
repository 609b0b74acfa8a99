/** How the first mask of the list that is read was read: usually, all masks were. It decides on their colours. */
import type { EncodingName } from "labelmap/ids";
import { entryOf, type ReadEntry } from "./dataset-state.js";
import { listedPairs } from "./filter.js";

export function shownEncoding(): EncodingName {
  const first = listedPairs.value.map((pair) => entryOf(pair).peek()).find(({ kind }) => kind === "read");
  return (first as ReadEntry | undefined)?.encoding ?? "colors";
}

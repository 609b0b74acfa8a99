/**
 * How the samples of a mask stand for labels, if nobody says so. Grey and palette images have numbers, so a legend of ids names
 * them. A legend of colours names colours. A legend of both names the ids of a grey image, because a grey image has no
 * colours, unless the legend's colours are grey too.
 */
import type { Legend } from "../../legend/legend.js";

/** The place of the colour type in every PNG (PNG specification, 11.2.1). */
const COLOR_TYPE_OFFSET = 25;
const NATURAL_ENCODINGS: Readonly<Record<number, "grey" | "palette-index">> = {
  0: "grey",
  3: "palette-index",
  4: "grey",
};

/** @returns `undefined` if the mask has colours, or if its legend names colours. */
export function naturalEncoding(
  png: Uint8Array,
  { keys, entries }: Legend & { readonly keys?: string },
): "grey" | "palette-index" | undefined {
  const natural = NATURAL_ENCODINGS[png[COLOR_TYPE_OFFSET] ?? -1];
  if (natural === undefined || keys === "ids") return natural;
  if (natural !== "grey" || keys !== "colors and ids") return undefined;
  const hasOnlyGreys = entries.every(({ rgb }) => rgb < 0 || rgb === (rgb & 255) * 0x010101);
  return hasOnlyGreys ? undefined : natural;
}

/**
 * How the samples of a mask stand for labels, if nobody says so: the mask and its legend do.
 *
 * A legend of colours names colours. A legend of ids, or no legend at all, names the numbers that grey and palette images have.
 * A legend of both names the ids of a grey image, because a grey image has no colours, unless the legend's colours are
 * grey too.
 */
import type { Legend } from "../../legend/legend.js";

export type NaturalEncoding = "grey" | "palette-index" | "colors";

/** The place of the colour type in every PNG (PNG specification, 11.2.1). */
const COLOR_TYPE_OFFSET = 25;
const NATURAL_ENCODINGS: Readonly<Record<number, NaturalEncoding>> = {
  0: "grey",
  3: "palette-index",
  4: "grey",
};

/** How a PNG without a legend is read: grey and palette images have numbers, all others have colours. */
export function naturalEncoding(png: Uint8Array): NaturalEncoding {
  return NATURAL_ENCODINGS[png[COLOR_TYPE_OFFSET] ?? -1] ?? "colors";
}

/**
 * How a PNG with this legend is read. If the legend has only ids and the PNG has colours, that is `"colors"`, and decoding
 * it is an error.
 */
export function encodingFor(png: Uint8Array, { keys, entries }: Legend): NaturalEncoding {
  const natural = naturalEncoding(png);
  if (keys === "ids") return natural;
  const hasOnlyGreys = entries.every(({ rgb }) => rgb < 0 || rgb === (rgb & 255) * 0x010101);
  return keys === "colors and ids" && natural === "grey" && !hasOnlyGreys ? natural : "colors";
}

/**
 * A mask and a legend in any form to what `decodeMask` takes: the legend, and how the mask's samples stand for its labels.
 *
 * If nobody says so, the mask and the legend do. A legend of colours names colours. A legend of ids, or no legend at all,
 * names the numbers that grey and palette images have. A legend of both names the ids of a grey image, because a grey
 * image has no colours, unless the legend's colours are grey too.
 */
import { LegendError, type SegmentationResult } from "labelmap";
import type { EncodingInput } from "labelmap/ids";
import { type LegendForm, legendOfIds, readLegend } from "labelmap/legend";

/** The text of a legend, or the name of a palette. */
export interface LegendText {
  readonly text: string;
  /** For messages: the file's name. */
  readonly name: string;
}

export interface LegendReading {
  readonly encoding?: EncodingInput | undefined;
  readonly form?: LegendForm | undefined;
  readonly strict?: boolean | undefined;
}

/** What `decodeMask` takes. */
export interface MaskLegend {
  readonly legend: SegmentationResult | null;
  readonly encoding: EncodingInput;
}

/**
 * @param source `null` if there is no legend. Then the mask is read by its natural encoding.
 * @throws what `readLegend` and `legendOfIds` throw. {LegendError} LEGEND_INVALID: the legend has only ids, and the mask
 *   is RGB, whose colours can be ids in several ways.
 */
export function legendOfMask(
  png: Uint8Array,
  source: LegendText | null,
  reading: LegendReading = {},
): MaskLegend {
  const natural = naturalEncoding(png);
  const legend = source === null ? null : readAny(source, reading);
  // If the bytes are no PNG, decoding says so, and nothing else about them matters.
  if (!isPng(png)) return { legend, encoding: "colors" };
  if (legend === null) return { legend, encoding: reading.encoding ?? natural };
  const { keys, form, entries } = legend.legend;
  const isOfColors = (reading.encoding ?? natural) === "colors";
  if (keys === "ids" && isOfColors) {
    const problem = natural === "colors" ? "the mask has colours" : "colours are to be read";
    const remedy = `give the encoding of the mask, such as ${natural === "colors" ? "rgb-id" : natural}`;
    throw new LegendError(
      "LEGEND_INVALID",
      `${source!.name} (${form}): has ids and no colours, but ${problem}; if the pixels are ids, ${remedy}; if they are colours, give a legend of colours`,
    );
  }
  if (reading.encoding !== undefined) return { legend, encoding: reading.encoding };
  const hasOnlyGreys = entries.every(({ rgb }) => rgb < 0 || rgb === (rgb & 255) * 0x010101);
  const isOfIds = keys === "ids" || (keys === "colors and ids" && natural === "grey" && !hasOnlyGreys);
  return { legend, encoding: isOfIds ? natural : "colors" };
}

/** The legend, with the instances if it is the vendor's result. @throws what `readLegend` and `legendOfIds` throw */
export function readAny({ text, name }: LegendText, { encoding, form, strict }: LegendReading) {
  const options = { name, ...(form !== undefined && { form }), ...(strict !== undefined && { strict }) };
  return (encoding ?? "colors") === "colors" ? readLegend(text, options) : legendOfIds(text, options);
}

/** The first bytes of every PNG (PNG specification, 5.2). */
const SIGNATURE = [0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a];

function isPng(bytes: Uint8Array): boolean {
  return SIGNATURE.every((byte, place) => bytes[place] === byte);
}

/** The place of the colour type in every PNG (PNG specification, 11.2.1). */
const COLOR_TYPE_OFFSET = 25;
const NATURAL_ENCODINGS: Readonly<Record<number, "grey" | "palette-index">> = {
  0: "grey",
  3: "palette-index",
  4: "grey",
};

/** How a PNG without a legend is read: grey and palette images have numbers, all others have colours. */
export function naturalEncoding(png: Uint8Array): "grey" | "palette-index" | "colors" {
  return NATURAL_ENCODINGS[png[COLOR_TYPE_OFFSET] ?? -1] ?? "colors";
}

/** The name of an encoding, for people. */
export function nameOfEncoding(encoding: EncodingInput): string {
  return typeof encoding === "string" ? encoding : "custom";
}

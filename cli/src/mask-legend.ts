/**
 * A mask and a legend in any form to what `decodeMask` takes: the legend, and how the mask's samples stand for its labels,
 * as `encodingFor` of the library says if nobody else does.
 */
import { LegendError, type SegmentationResult } from "labelmap";
import { type EncodingInput, encodingFor, naturalEncoding } from "labelmap/ids";
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
 * @param read reads the legend, for a caller that has read it before. Default: `readAny`.
 * @throws what `readLegend` and `legendOfIds` throw. {LegendError} LEGEND_INVALID: the legend has only ids, and the mask
 *   is RGB, whose colours can be ids in several ways.
 */
export function legendOfMask(
  png: Uint8Array,
  source: LegendText | null,
  reading: LegendReading = {},
  read: (source: LegendText) => SegmentationResult = (text) => readAny(text, reading),
): MaskLegend {
  const natural = naturalEncoding(png);
  const legend = source === null ? null : read(source);
  // If the bytes are no PNG, decoding says so, and nothing else about them matters.
  if (!isPng(png)) return { legend, encoding: "colors" };
  if (legend === null) return { legend, encoding: reading.encoding ?? natural };
  const { keys, form } = legend.legend;
  const isOfColors = (reading.encoding ?? natural) === "colors";
  if (keys === "ids" && isOfColors) {
    const problem = natural === "colors" ? "the mask has colours" : "colours are to be read";
    const remedy = `give the encoding of the mask, such as ${natural === "colors" ? "rgb-id" : natural}`;
    throw new LegendError(
      "LEGEND_INVALID",
      `${source!.name} (${form}): has ids and no colours, but ${problem}; if the pixels are ids, ${remedy}; if they are colours, give a legend of colours`,
    );
  }
  return { legend, encoding: reading.encoding ?? encodingFor(png, legend.legend) };
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

/** The name of an encoding, for people. */
export function nameOfEncoding(encoding: EncodingInput): string {
  return typeof encoding === "string" ? encoding : "custom";
}

/// <reference types="node" />
/** What is in a mask: its labels, or the colours of a mask without a legend. */

import {
  type ClassBy,
  decodeMask,
  type Issue,
  LabelMapError,
  type MaskInfo,
  type SnapOptions,
  type Transparent,
} from "labelmap";
import { decodeIds } from "labelmap/ids";
import { kindOfBytes, kindOfName } from "../containers/index.js";
import { contentOf } from "../doctor/unknown-files.js";
import { inFlags } from "../in-flags.js";
import { inFile, nameFile, readMask } from "../input.js";
import { type LegendFlags, readLegendText } from "../legend-flags.js";
import { type LegendText, legendOfMask, nameOfEncoding } from "../mask-legend.js";
import { STANDARD_STREAM } from "../output.js";
import { notRead } from "../sources/not-read.js";
import { UsageError } from "../usage-error.js";
import { colorOfId } from "./color-of-id.js";

/** The flags that say how a mask is read. */
export interface MaskFlags extends LegendFlags {
  readonly strict?: boolean;
  readonly classBy?: ClassBy;
  readonly snap?: SnapOptions;
  readonly transparent?: Transparent;
}

/** What `--json` prints of labels: everything that `decodeMask` returns, except the pixels. */
export interface LabelReport extends MaskInfo {
  readonly mask: string;
  /** `null`: the labels are the numbers of the mask. */
  readonly result: string | null;
  /** The form of the legend. */
  readonly form: string | null;
  readonly encoding: string;
  readonly width: number;
  readonly height: number;
}

/** What `--json` prints of colours without a legend. */
export interface ColorReport {
  readonly mask: string;
  readonly result: null;
  readonly form: null;
  readonly encoding: "colors";
  readonly width: number;
  readonly height: number;
  /** All colours of the mask, the most frequent first. */
  readonly colors: readonly {
    readonly color: string;
    readonly pixelCount: number;
    readonly bbox: readonly [x: number, y: number, width: number, height: number];
  }[];
  readonly issues: readonly Issue[];
}

/**
 * @param result the legend: a file or a palette; null for the numbers or colours of the mask
 * @throws {UsageError}: the file is no picture; what `decodeMask` throws
 */
export async function describeMask(
  mask: string,
  result: string | null,
  options: MaskFlags,
): Promise<LabelReport | ColorReport> {
  const png = await readMask(mask, options.snap !== undefined);
  checkIsPicture(png, mask);
  const source = result === null ? null : await readLegendText(result);
  const { encoding, strict, classBy, snap, transparent } = options;
  try {
    return await findLabels(png, { mask, result, source }, options);
  } catch (error) {
    // The order of a palette is of no use. Its colours are.
    const hasOddPalette = error instanceof LabelMapError && error.code === "ENCODING_MISMATCH";
    const isNatural = result === null && encoding === undefined;
    if (!(error instanceof NoLabels || (isNatural && hasOddPalette))) throw nameFile(error, { mask, result });
    if (strict || classBy !== undefined || snap !== undefined || transparent !== undefined) {
      throw new UsageError("--strict, --class-by, --snap and --transparent need a legend");
    }
    const problem = hasOddPalette ? inFlags(error.message.replace(/^.*?, but /, ""), error.code) : "";
    return findColors(png, mask, hasOddPalette ? [{ code: "palette-order", message: problem }] : []);
  }
}

/** There is no legend, and the mask has colours. */
class NoLabels extends Error {}

async function findLabels(
  png: Uint8Array,
  { mask, result, source }: { mask: string; result: string | null; source: LegendText | null },
  { strict = false, classBy = "name", snap, transparent = "ignore-alpha", ...reading }: MaskFlags,
): Promise<LabelReport> {
  const { legend, encoding } = legendOfMask(png, source, { ...reading, strict });
  if (legend === null && encoding === "colors") throw new NoLabels();
  const found = await decodeMask(png, legend, {
    strict,
    classBy,
    transparent,
    encoding,
    ...(snap === undefined ? {} : { snap }),
    // Runs are enough, because the pixels are only counted.
    target: { map: "runs" },
  });
  const { width, height, labels, unlabelled, snapped, issues } = found;
  const form = legend?.legend.form ?? null;
  const about = { mask, result, width, height, form, encoding: nameOfEncoding(encoding) };
  return { ...about, labels, unlabelled, snapped, issues };
}

async function findColors(png: Uint8Array, mask: string, more: readonly Issue[]): Promise<ColorReport> {
  try {
    const { width, height, segments, issues: found } = await decodeIds(png);
    const colors = segments.map(({ id, pixelCount, bbox }) => ({ color: colorOfId(id), pixelCount, bbox }));
    colors.sort((a, b) => b.pixelCount - a.pixelCount);
    const issues = [...found, ...more];
    return { mask, result: null, width, height, form: null, encoding: "colors", colors, issues };
  } catch (error) {
    throw inFile(error, mask);
  }
}

/** How many bytes tell what kind of file it is. */
const HEAD_BYTES = 256;

/**
 * What files of other kinds start with, in the words of `contentOf`. Anything else is left to the decoder, which says what is
 * wrong with it.
 */
const OTHER_KINDS = /^(?:text|XML|JSON|gzip|HDF5|PDF|AVIF|a NumPy array|a zip archive)/;

/** @throws {UsageError}: neither the name nor the bytes are those of a picture */
function checkIsPicture(bytes: Uint8Array, mask: string): void {
  if (mask === STANDARD_STREAM || kindOfName(mask) !== null || kindOfBytes(bytes) !== null) return;
  const known = notRead([mask]);
  if (known !== undefined) throw new UsageError(`${known.problem}; ${known.remedy}`);
  const content = contentOf(bytes.subarray(0, HEAD_BYTES));
  if (!OTHER_KINDS.test(content)) return;
  throw new UsageError(
    `${mask} is no mask: it is ${content}; give a PNG, or a data set: a folder, a zip file or an annotation file`,
  );
}

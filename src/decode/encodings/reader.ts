/**
 * Reads a mask of ids with an engine's help. The engine numbers the different pixels in the order in which they turn up,
 * and returns runs of these numbers. Then each different pixel gets its label, and so do the runs.
 */

import type { Issue } from "../../errors.js";
import type { LabelArray } from "../../maps/dense-map.js";
import type { Label, Unlabelled } from "../../maps/label.js";
import type { LabelRuns } from "../../maps/label-runs.js";
import { paint } from "../../maps/paint.js";
import { replaceValues } from "../../maps/replace-values.js";
import { Numbering } from "../numbering.js";
import type { PngContainer } from "../png/container.js";
import type { Box, Encoding, Source } from "./encoding.js";
import { type FoundPixel, labelsOfPixels } from "./labels.js";
import {
  CLEAR_WORD,
  checkKind,
  checkNumber,
  checkOrder,
  clearReading,
  colorOfIndex,
  halvesOf,
  numberOf,
  samplesOf,
  withIndices,
} from "./samples.js";

/** How many different pixels the module measures at first. It clears its counters for each mask, so few are better. */
const MEASURED = 1024;
/** The most different pixels: as many as a legend may have colours. Black is always one, even if no pixel is black. */
export const MOST_IDS = 65_536;

const TOO_MANY_IDS =
  "black counts as one, even if no pixel is black; does the mask have this encoding? If it has, `decodeIds` of labelmap/ids takes up to 2^24 ids";

/** What is known of a mask before its pixels are decoded. */
export interface EncodedMask {
  readonly encoding: Encoding;
  /** The legend, whose ids are class ids; `null` if there is none. */
  readonly source: Source | null;
  readonly container: PngContainer;
  readonly transparent: "unlabelled" | "ignore-alpha";
}

/** What an engine is asked. */
export interface NumberRequest {
  readonly container: PngContainer;
  readonly halves: readonly number[] | undefined;
  readonly colors: ArrayLike<number>;
  readonly unknown: {
    readonly kind: "NUMBER";
    readonly labelOf: (word: number) => number;
    readonly alpha: "CHANNEL" | "UNLABELLED" | "IGNORED";
  };
}

/** What an engine has found: the runs of numbers, and the measures of each number. */
export interface FoundNumbers {
  readonly runs: LabelRuns;
  readonly counts: ArrayLike<number>;
  /** For each number `x, y, width, height` in pixels. */
  readonly boxes: ArrayLike<number>;
  /** Pixels without a number. */
  readonly unlabelled: { readonly count: number };
  readonly issues: readonly Issue[];
}

export interface EncodedLabels {
  readonly runs: LabelRuns;
  readonly labels: readonly Label[];
  readonly unlabelled: Unlabelled;
  readonly issues: readonly Issue[];
}

/**
 * Reads a mask of ids.
 *
 * @param run runs an engine.
 * @throws {DecodeError} ENCODING_MISMATCH: the PNG has other samples, or a palette in another order; IDS_TOO_MANY: more than 65,536 different pixels.
 * @throws {PngError} the file is damaged.
 */
export function readEncoded(
  mask: EncodedMask,
  run: (request: NumberRequest) => FoundNumbers,
  measured = MEASURED,
): EncodedLabels {
  const { encoding, source, container, transparent } = mask;
  const { header } = container;
  checkKind(encoding, header);
  const numbering = new Numbering(MOST_IDS, TOO_MANY_IDS);
  const clear = transparent === "unlabelled" ? clearReading(encoding, container) : undefined;
  const halves = clear?.halves ?? halvesOf(encoding, header);
  const found = run({
    container: withIndices(container, encoding),
    halves,
    colors: new Array<number>(measured).fill(-1),
    unknown: {
      kind: "NUMBER",
      labelOf: (word) => numbering.placeOf(clear === undefined ? word >>> 0 : clear.wordOf(word)),
      alpha: alphaOf(encoding, halves, transparent),
    },
  });
  if (numbering.count > measured) return readEncoded(mask, run, MOST_IDS);
  const { counts, boxes, runs } = found;
  const palette = encoding.channels === "index" ? container.palette : null;
  const pixels: FoundPixel[] = [];
  let clearPixels = 0;
  const placeOfNumber = Array.from(numbering.ids(), (word, number) => {
    // Of a grey or palette image every possible pixel has a number.
    if (counts[number] === 0) return -1;
    if (clear !== undefined && word === CLEAR_WORD) {
      clearPixels = counts[number]!;
      return -1;
    }
    const samples = samplesOf(word, encoding, header);
    const box = [0, 1, 2, 3].map((side) => boxes[number * 4 + side]) as unknown as Box;
    const id = numberOf(samples, encoding, header);
    checkNumber(id, encoding, header);
    const color = colorOfIndex(id, palette);
    return pixels.push({ id, samples, color, count: counts[number]!, box }) - 1;
  });
  checkOrder(pixels, encoding);
  const { labels, labelOfPixel, unlabelled } = labelsOfPixels(pixels, encoding, source);
  const values = runs.values.map((number) => labelOfPixel[placeOfNumber[number] ?? -1] ?? -1);
  return {
    runs: replaceValues(runs, values),
    labels,
    unlabelled: { ...unlabelled, count: unlabelled.count + found.unlabelled.count + clearPixels },
    issues: [...container.issues, ...found.issues],
  };
}

/** What the highest byte of a colour word is. With halves it never says that a pixel is transparent. */
function alphaOf(
  { channels }: Encoding,
  halves: readonly number[] | undefined,
  transparent: EncodedMask["transparent"],
): NumberRequest["unknown"]["alpha"] {
  if (halves !== undefined) return halves.length === 2 ? "CHANNEL" : "IGNORED";
  if (channels.includes("a")) return "CHANNEL";
  return transparent === "unlabelled" ? "UNLABELLED" : "IGNORED";
}

/** A plan of the output: see targets.ts. */
interface OutputPlan {
  readonly output: {
    readonly dense: readonly { readonly into: LabelArray }[];
    readonly runs: { found: LabelRuns | null } | null;
  };
  readonly tables: readonly ({ readonly values: Int32Array } | null)[];
}

/** Fills the output with the labels of these runs. */
export function fill({ output, tables }: OutputPlan, runs: LabelRuns): void {
  if (output.runs !== null) output.runs.found = runs;
  const dense = tables.filter((table) => table !== null);
  for (const [place, { into }] of output.dense.entries()) paint(runs, dense[place]!.values, into);
}

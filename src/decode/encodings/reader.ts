/**
 * Reads a mask of ids with an engine's help. The engine numbers the different pixels in the order in which they turn up,
 * and returns runs of these numbers. Then each different pixel gets its label, and so do the runs.
 */

import type { Label, Unlabelled } from "../../maps/label.js";
import type { LabelRuns } from "../../maps/label-runs.js";
import { replaceValues } from "../../maps/replace-values.js";
import { Numbering } from "../numbering.js";
import type { PngContainer } from "../png/container.js";
import type { Encoding, Source } from "./encoding.js";
import { type FoundPixel, labelsOfPixels } from "./labels.js";
import {
  checkKind,
  checkOrder,
  colorOfIndex,
  halvesOf,
  numberOf,
  samplesOf,
  withIndices,
} from "./samples.js";

export { legendOfIds } from "../../legend/legend-of-ids.js";
export { paint } from "../../maps/paint.js";
export { encodingOf } from "./table.js";

/** The most different pixels: as many as a legend may have colours. Black is always one, even if no pixel is black. */
export const MOST_IDS = 65_536;

/** What an engine has counted of each number. */
export interface NumberMeasures {
  readonly counts: Uint32Array;
  /** For each number `x, y, width, height` in pixels. */
  readonly boxes: Int32Array;
}

export class EncodedReader {
  /** The container for the engine. */
  readonly container: PngContainer;
  /** For the engine: see `DecodeRequest`. */
  readonly halves: readonly number[] | undefined;
  /** Whether all four bytes of the colour words count. */
  readonly hasAlpha: boolean;
  readonly #encoding: Encoding;
  readonly #source: Source | null;
  /** The palette, if the samples are its indices. */
  readonly #palette: Uint8Array | null;
  readonly #numbering = new Numbering(MOST_IDS, "does the mask have this encoding?");

  /**
   * @param source the legend, whose ids are class ids; `null` if there is none.
   * @throws {DecodeError} ENCODING_MISMATCH: the PNG has other samples.
   */
  constructor(encoding: Encoding, source: Source | null, container: PngContainer) {
    checkKind(encoding, container.header);
    this.#encoding = encoding;
    this.#source = source;
    this.#palette = encoding.channels === "index" ? container.palette : null;
    this.container = withIndices(container, encoding);
    this.halves = halvesOf(encoding, container.header);
    this.hasAlpha = this.halves === undefined ? /^[rgb]*a/.test(encoding.channels) : this.halves.length === 2;
  }

  /** How many different pixels there are. */
  get count(): number {
    return this.#numbering.count;
  }

  /** The number of a colour word. @throws {DecodeError} IDS_TOO_MANY: there are more than `MOST_IDS`. */
  numberOf(word: number): number {
    return this.#numbering.placeOf(word >>> 0);
  }

  /**
   * The runs of labels, and the labels.
   *
   * @param runs of numbers.
   * @throws {DecodeError} ENCODING_MISMATCH: a pixel is not grey, or the palette's order is not that of the numbers.
   */
  finish(
    { counts, boxes }: NumberMeasures,
    runs: LabelRuns,
  ): { readonly runs: LabelRuns; readonly labels: readonly Label[]; readonly unlabelled: Unlabelled } {
    const { header } = this.container;
    const pixels: FoundPixel[] = [];
    const placeOfNumber = Array.from(this.#numbering.ids(), (word, number) => {
      // Of a grey or palette image every possible pixel has a number.
      if (counts[number] === 0) return -1;
      const samples = samplesOf(word, this.#encoding, header);
      const [x, y, width, height] = boxes.subarray(number * 4) as unknown as readonly [
        number,
        number,
        number,
        number,
      ];
      const id = numberOf(samples, this.#encoding, header);
      const color = colorOfIndex(id, this.#palette);
      return pixels.push({ id, samples, color, count: counts[number]!, box: [x, y, width, height] }) - 1;
    });
    checkOrder(pixels, this.#encoding);
    const { labels, labelOfPixel, unlabelled } = labelsOfPixels(pixels, this.#encoding, this.#source);
    const values = runs.values.map((number) => (number < 0 ? -1 : labelOfPixel[placeOfNumber[number]!]!));
    return { runs: replaceValues(runs, values), labels, unlabelled };
  }
}

/** Small pictures of a pair of masks: the truth, the prediction, and where they differ. */

import type { ClassList, LabelMap } from "labelmap";
import { encodeCanvas, makeCanvas } from "../../overlay/canvas.js";

/** The longest side of a picture, in pixels. */
export const MOST_SIDE = 400;

/** `0xRRGGBB`. */
const DIFFERENT = 0xe5322d;
/** Pixels that the truth leaves open. */
const OPEN = 0x5f87c4;
const NO_CLASS = 0x14171c;
/** What the colours of pixels that are right fade to. */
const FADED = 0xd4d8de;
const FADING = 0.75;

export interface Pictures {
  readonly width: number;
  readonly height: number;
  /** Whether the pictures have fewer pixels than the masks. */
  readonly isReduced: boolean;
  /** PNG files. */
  readonly truth: Uint8Array;
  readonly prediction: Uint8Array;
  readonly difference: Uint8Array;
}

/**
 * @param colors the colour of each class, `#rrggbb`, in the order of the list.
 * @throws {DecodeError} OUT_OF_MEMORY
 */
export function drawPictures(
  { truth, prediction }: { readonly truth: LabelMap; readonly prediction: LabelMap },
  classes: ClassList,
  colors: readonly string[],
): Pictures {
  const { width, height } = truth;
  const scale = Math.min(1, MOST_SIDE / Math.max(width, height));
  const size = {
    width: Math.max(1, Math.round(width * scale)),
    height: Math.max(1, Math.round(height * scale)),
  };
  const colorOfClass = colors.map((color) => Number.parseInt(color.slice(1), 16));
  const [a, b] = [classPlaces(truth, classes), classPlaces(prediction, classes)];
  const colorOf = (place: number) => (place < 0 ? NO_CLASS : colorOfClass[place]!);
  const sums = { truth: new Average(size), prediction: new Average(size), same: new Average(size) };
  const wrong = new Uint32Array(size.width * size.height);
  const columns = Uint32Array.from({ length: width }, (_, x) => Math.floor((x * size.width) / width));
  const faded = colorOfClass.map(fade);
  for (let y = 0, pixel = 0; y < height; y++) {
    const row = Math.floor((y * size.height) / height) * size.width;
    for (let x = 0; x < width; x++, pixel++) {
      const target = row + columns[x]!;
      const expected = a[truth.data[pixel]! + 1]!;
      const found = b[prediction.data[pixel]! + 1]!;
      sums.truth.add(target, colorOf(expected));
      sums.prediction.add(target, colorOf(found));
      if (expected < 0) sums.same.add(target, OPEN);
      else if (expected === found) sums.same.add(target, faded[expected]!);
      else wrong[target]!++;
    }
  }
  return {
    ...size,
    isReduced: scale < 1,
    truth: sums.truth.encode(),
    prediction: sums.prediction.encode(),
    difference: sums.same.encode(wrong),
  };
}

/** The place of each label's class in the list, by its index plus 1; -1 if it has none. */
function classPlaces({ labels }: LabelMap, classes: ClassList): Int32Array {
  const placeOf = new Map(classes.classes.map(({ id }, place) => [id, place]));
  return Int32Array.from([
    -1,
    ...labels.map(({ className }) => placeOf.get(classes.idOf(className) ?? -1) ?? -1),
  ]);
}

/** Adds up the colours of the pixels that become one pixel of a picture. */
class Average {
  readonly #width: number;
  readonly #height: number;
  readonly #sums: Float64Array;
  readonly #counts: Uint32Array;

  constructor({ width, height }: { readonly width: number; readonly height: number }) {
    this.#width = width;
    this.#height = height;
    this.#sums = new Float64Array(width * height * 3);
    this.#counts = new Uint32Array(width * height);
  }

  add(target: number, color: number): void {
    const place = target * 3;
    this.#sums[place]! += color >> 16;
    this.#sums[place + 1]! += (color >> 8) & 255;
    this.#sums[place + 2]! += color & 255;
    this.#counts[target]!++;
  }

  /** @param wrong how many pixels are wrong besides those that were added. */
  encode(wrong?: Uint32Array): Uint8Array {
    const canvas = makeCanvas(this.#width, this.#height);
    for (let target = 0; target < this.#counts.length; target++) {
      const count = this.#counts[target]!;
      const missed = wrong?.[target] ?? 0;
      // The root makes thin lines of errors visible that would fade in a small picture.
      const share = missed === 0 ? 0 : Math.sqrt(missed / (count + missed));
      for (let channel = 0; channel < 3; channel++) {
        const mean = count === 0 ? 0 : this.#sums[target * 3 + channel]! / count;
        const red = (DIFFERENT >> (16 - 8 * channel)) & 255;
        canvas.data[target * 3 + channel] = Math.round(mean + (red - mean) * share);
      }
    }
    return encodeCanvas(canvas);
  }
}

/** Light and nearly grey, so that no red class looks like a difference. */
function fade(color: number): number {
  const channels = [color >> 16, (color >> 8) & 255, color & 255] as const;
  // The brightness of Rec. 601.
  const grey = 0.299 * channels[0] + 0.587 * channels[1] + 0.114 * channels[2];
  return channels.reduce((rgb, _, place) => {
    const base = (FADED >> (16 - 8 * place)) & 255;
    return rgb * 256 + Math.round(grey + (base - grey) * FADING);
  }, 0);
}

/**
 * What an encoding is: how the samples of a pixel stand for a class and an object.
 *
 * A mask of ids has few different pixels, so everything here is computed once for each of them, not for each pixel.
 */

import type { SegmentationResult } from "../../legend/result.js";

/** A legend that has been read, of colours or ids. */
export type Source = Pick<SegmentationResult, "legend" | "instances" | "issues">;

/** `[x, y, width, height]` in pixels. */
export type Box = readonly [x: number, y: number, width: number, height: number];

/** A built-in encoding by its name, or one of your own. */
export type EncodingInput = EncodingName | CustomEncoding;

export type EncodingName =
  | "colors"
  | "palette-index"
  | "grey"
  | "rgb-id"
  | "rgba-id"
  | "segments-ai"
  | "cityscapes-instance"
  | "kitti"
  | "vistas-instance"
  | "mots"
  | "ade20k"
  | "bdd100k-bitmask"
  | "synthia"
  | "carla";

/**
 * An encoding of your own. The channels make one number, which says the class, and perhaps the object.
 *
 * `{ channels: "grey", divisor: 1000 }`: the class is the number / 1000, the object is the remainder.
 * `{ channels: "rgb", classBits: [0, 8], instanceBits: [8, 16] }`: the class is in R, the object is G + 256 B.
 */
export interface CustomEncoding {
  /**
   * `"grey"`, `"index"` (of the palette), or one to four different letters of `rgba`, the lowest first: `"rg"` is
   * R + 256 G. With samples of 16 bits it is R + 65536 G, and there can be two letters.
   */
  readonly channels: string;
  /** The number is class × divisor + object. Object 0 is none. Default: the number is the class. */
  readonly divisor?: number;
  /** The bits of the number that are the class: the lowest, counted from 0, and how many. Not with `divisor`. */
  readonly classBits?: readonly [lowest: number, count: number];
  /** The bits of the number that are the object. Object 0 is none. Not with `divisor`. */
  readonly instanceBits?: readonly [lowest: number, count: number];
  /** Classes that mean that nobody labelled the pixel. A legend that has one makes it a class like others. Default: none. */
  readonly unlabelled?: readonly number[];
}

/** What a pixel stands for. */
export interface Meaning {
  readonly classId: number;
  /** The object as the encoding counts it; `undefined` if the encoding has no objects. */
  readonly object?: number;
  readonly isCrowd?: boolean;
  readonly attributes?: readonly string[];
}

/** A checked encoding. */
export interface Encoding {
  /** `custom` for one of your own. */
  readonly name: string;
  /** What a pixel is, in a line. */
  readonly pixel: string;
  /** Where the convention is written down. */
  readonly source: string;
  /** `grey`, `index`, or letters of `rgba`: the samples that `meaning` gets. */
  readonly channels: string;
  /** Whether 8 bits would hold no class, only the number of an object. */
  readonly needs16Bits?: boolean;
  /** Classes that mean that nobody labelled the pixel, unless the legend has them. */
  readonly unlabelled: readonly number[];
  /**
   * Which objects there are. `number`: those whose number is above 0. `all`: every labelled pixel is in an object, and
   * they count from 0. `from 0`: classes of things count from 0, and all others are 0.
   */
  readonly objects: "none" | "number" | "all" | "from 0";
  /** The built-in legend that names its classes, if there is one. */
  readonly legend?: string;
  /** @param id the samples as one number. @param samples one for each of `channels`, 0 to 255 or 65535. */
  readonly meaning: (id: number, samples: readonly number[]) => Meaning;
}

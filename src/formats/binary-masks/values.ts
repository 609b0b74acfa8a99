/** The PNG of a binary mask to its pixels: 1 for on, and 0 for off. */

import { kindOf, quote } from "../../checks/describe.js";
import { invalid } from "../../checks/invalid.js";
import { withMemoryFor } from "../../checks/memory.js";
import { decodeIds } from "../../decode/decode-ids.js";
import type { LimitOptions } from "../../decode/limits.js";
import { ColorType } from "../../decode/png/container.js";
import { type PngInput, toBytes } from "../../decode/png-input.js";
import { DecodeError, FormatError, type Issue } from "../../errors.js";
import type { DenseMap } from "../../maps/dense-map.js";
import type { AbortableOptions } from "../shared/abortable.js";

export const FORMAT = "binary mask";

/** A mask has two values. Photos have many more. */
const MOST_VALUES = 65_536;
const MOST_LISTED = 5;

export interface OnOff extends DenseMap<Uint8Array> {
  /** Pixels that are neither 0 nor the largest value, nor 1. Only a threshold allows them. */
  readonly between: number;
  readonly issues: readonly Issue[];
}

/**
 * @param name what messages call the mask
 * @throws {FormatError} FORMAT_INVALID: a value that is neither 0, nor 1 or the largest sample, and no threshold; or colours
 *   whose channels differ. FORMAT_UNSUPPORTED: the PNG has alpha that is not opaque.
 * @throws {PngError} the file is damaged or exceeds the limits.
 */
export async function readOnOff(
  png: PngInput,
  name: string,
  threshold: number | undefined,
  limits: LimitOptions & AbortableOptions,
): Promise<OnOff> {
  const bytes = toBytes(png);
  const { width, height, data, ids, segments, issues } = await decodeFew(bytes, name, limits);
  const [bitDepth, colorType] = [bytes[24]!, bytes[25]!];
  const isGrey = colorType === ColorType.grey;
  const hasAlpha = colorType === ColorType.greyAlpha || colorType === ColorType.rgba;
  if (colorType === ColorType.greyAlpha || (hasAlpha && ids.some((id) => id >>> 24 !== 255))) {
    const problem = "the PNG has alpha, so it may mean two things which pixels are on; remove its alpha";
    throw new FormatError("FORMAT_UNSUPPORTED", FORMAT, `${name}: ${problem}.`);
  }
  const most = isGrey ? 2 ** bitDepth - 1 : 255;
  const values = Array.from(ids, (id) => (isGrey ? id : greyOf(id)));
  const isColoured = values.includes(null);
  if (isColoured && (colorType !== ColorType.palette || threshold !== undefined)) {
    throw wrong(name, "the channels of its colours differ; a binary mask is black and white");
  }
  const isBetween = (value: number | null) => value !== null && value !== 0 && value !== 1 && value !== most;
  const on =
    threshold === undefined ? onOfTwo(values, ids, most, name) : values.map((value) => value! >= threshold);
  const table = Uint8Array.from(on, Number);
  const pixels = withMemoryFor(`${width}×${height} pixels`, () => new Uint8Array(data.length));
  for (let pixel = 0; pixel < pixels.length; pixel++) pixels[pixel] = table[data[pixel]!]!;
  return {
    width,
    height,
    data: pixels,
    between: segments.reduce(
      (sum, { pixelCount }, place) => sum + (isBetween(values[place]!) ? pixelCount : 0),
      0,
    ),
    issues,
  };
}

async function decodeFew(bytes: Uint8Array, name: string, limits: LimitOptions & AbortableOptions) {
  try {
    return await decodeIds(bytes, { ...limits, alpha: true, maxIds: MOST_VALUES });
  } catch (cause) {
    if (!(cause instanceof DecodeError) || cause.code !== "IDS_TOO_MANY") throw cause;
    const problem = `${name}: has more than ${MOST_VALUES} colours; is it a photo? A binary mask has two`;
    throw new FormatError("FORMAT_INVALID", FORMAT, `${problem}.`, { cause });
  }
}

/** The level of a grey colour, or null if the channels differ. */
function greyOf(id: number): number | null {
  const red = id & 255;
  return red === ((id >> 8) & 255) && red === ((id >> 16) & 255) ? red : null;
}

/** Which values are on, if there are two. A palette may have any colour beside black. */
function onOfTwo(
  values: readonly (number | null)[],
  ids: Uint32Array,
  most: number,
  name: string,
): readonly boolean[] {
  const others = [...new Set(Array.from(ids, (id, place) => (values[place] === 0 ? 0 : id)))].filter(
    (id) => id > 0,
  );
  if (others.length > 1) {
    const listed = [...values]
      .sort((a, b) => (a ?? 0) - (b ?? 0))
      .slice(0, MOST_LISTED)
      .map((value) => value ?? "a colour");
    const more = values.length > MOST_LISTED ? " …" : "";
    const problem = `has ${values.length} values (${listed.join(", ")}${more}), but a binary mask has 0 and one other`;
    throw wrong(
      name,
      `${problem}; pass a threshold such as ${Math.ceil(most / 2)}, or read it as a label map`,
    );
  }
  const [value] = values.filter((each) => each !== 0);
  if (value !== undefined && value !== null && value !== 1 && value !== most) {
    const problem = `its pixels are ${value} instead of 1 or ${most}, so it may be a map of class ids`;
    throw wrong(name, `${problem}; pass threshold: ${value} if it is a binary mask`);
  }
  return values.map((each) => each !== 0);
}

/** @throws {DecodeError} OPTION_INVALID */
export function checkThreshold(threshold: unknown): number | undefined {
  if (threshold === undefined) return undefined;
  if (Number.isInteger(threshold) && (threshold as number) >= 1 && (threshold as number) <= 65_535) {
    return threshold as number;
  }
  const found =
    typeof threshold === "number"
      ? threshold
      : typeof threshold === "string"
        ? quote(threshold)
        : kindOf(threshold);
  throw invalid(`threshold is ${found}; give an integer from 1 to 65535: the least value that is on.`);
}

const wrong = (name: string, problem: string) =>
  new FormatError("FORMAT_INVALID", FORMAT, `${name}: ${problem}.`);

/**
 * The colours of a mask that are in no legend, and whether they come from blending: smooth edges lie between two colours of
 * the legend, and JPEG scatters colours around each of them.
 */

import { LabelMapError } from "labelmap";
import { decodeIds } from "labelmap/ids";
import { parseColor } from "labelmap/legend";
import type { SeenImage } from "../inspect-set/walk.js";
import { pngFacts } from "./png-facts.js";

export interface ColourCount {
  /** 0xRRGGBB */
  readonly rgb: number;
  readonly pixels: number;
}

/** All colours of a PNG, the most frequent first; `null` if it cannot be decoded, or has a million colours. */
export async function coloursOf(png: Uint8Array): Promise<readonly ColourCount[] | null> {
  const facts = pngFacts(png);
  if (facts === null) return null;
  const isGrey = facts.colourType === 0 || facts.colourType === 4;
  const most = 2 ** facts.bitDepth - 1;
  try {
    const { segments } = await decodeIds(png);
    return segments
      .map(({ id, pixelCount }) => {
        const grey = Math.round((id * 255) / most) * 0x010101;
        const colour = ((id & 255) << 16) | (id & 0xff00) | (id >>> 16);
        return { rgb: isGrey ? grey : colour, pixels: pixelCount };
      })
      .sort((a, b) => b.pixels - a.pixels || a.rgb - b.rgb);
  } catch (error) {
    if (error instanceof LabelMapError && error.code !== "INTERNAL") return null;
    throw error;
  }
}

/** The colours of an image. */
export interface ImageColours {
  /** The colours of the legend, 0xRRGGBB. */
  readonly legend: readonly number[];
  /** The colours of the legend that have pixels. */
  readonly known: readonly ColourCount[];
  readonly unknown: readonly ColourCount[];
}

/**
 * Which colours of an image are in its legend. Each image is decoded once more if it has unlabelled pixels.
 *
 * @returns `null` if the image has no unlabelled colours, or is not read by its colours
 */
export async function splitColours({ map, files }: SeenImage): Promise<ImageColours | null> {
  if (map === null || map.unlabelled.colors.length === 0 || files[0] === undefined) return null;
  const all = await coloursOf(files[0].bytes);
  const known = map.labels
    .filter(({ pixelCount }) => pixelCount > 0)
    .map(({ color, pixelCount }) => ({ rgb: parseColor(color), pixels: pixelCount }));
  const legend = map.labels.map(({ color }) => parseColor(color)).filter((rgb) => rgb >= 0);
  const inLegend = new Set(legend);
  const unknown =
    all?.filter(({ rgb }) => !inLegend.has(rgb)) ??
    map.unlabelled.colors.map(({ color, count }) => ({ rgb: parseColor(color), pixels: count }));
  return { legend, known, unknown };
}

/** Fewer unknown colours may just be missing in the legend. */
const LEAST_BLENDED = 8;
/** Blended colours are rare: each has at most this share of the mask, or a few pixels. */
const MOST_SHARE = 0.01;
const FEW_PIXELS = 4;
/** JPEG moves colours at edges up to about this far, in RGB. */
const SCATTER = 48;
/** JPEG moves the colour of a whole region by rounding: red becomes #fe0000. */
const ROUNDING = 12;
/** Rounding, and the gamma of the tool that blended. */
const LINE_WIDTH = 8;
/** So many colours are compared in pairs. */
const MOST_ENDS = 16;
/** So many colours of the legend are compared with each unknown colour. */
const MOST_ANCHORS = 1024;
/** The share of the unknown pixels that blending must explain. */
const EXPLAINED = 0.8;
/** The share of the mask that has nearly a colour of the legend. In a photo it is less. */
const CORE = 0.5;

/** Whether colours come from smooth edges (`edges`) or from JPEG (`scatter`); `null` if from neither. */
export function blendOf({ legend, known, unknown }: ImageColours): "edges" | "scatter" | null {
  const sumOf = (colours: readonly ColourCount[]) => colours.reduce((sum, { pixels }) => sum + pixels, 0);
  const total = sumOf(known) + sumOf(unknown);
  const isRare = ({ pixels }: ColourCount) => pixels <= Math.max(FEW_PIXELS, total * MOST_SHARE);
  const anchors = legend.slice(0, MOST_ANCHORS).map(channels);
  const frequent = [...known].sort((a, b) => b.pixels - a.pixels).map(({ rgb }) => rgb);
  const ends = (frequent.length > 1 ? frequent : legend).slice(0, MOST_ENDS).map(channels);
  let [near, between, core, colours] = [0, 0, sumOf(known), 0];
  for (const colour of unknown) {
    const { rgb, pixels } = colour;
    const point = channels(rgb);
    const nearest = anchors.reduce((least, anchor) => Math.min(least, distance(anchor, point)), 442);
    if (nearest <= ROUNDING) core += pixels;
    if (nearest <= (isRare(colour) ? SCATTER : ROUNDING)) near += pixels;
    else if (isRare(colour) && isBetween(point, ends)) between += pixels;
    else continue;
    colours++;
  }
  if (colours < LEAST_BLENDED || core < total * CORE) return null;
  if (near + between < sumOf(unknown) * EXPLAINED) return null;
  return between > near / 4 ? "edges" : "scatter";
}

type Point = readonly [number, number, number];

function channels(rgb: number): Point {
  return [rgb >> 16, (rgb >> 8) & 255, rgb & 255];
}

/** The distance of two colours in RGB, as `--snap` measures it. */
export function colourDistance(a: number, b: number): number {
  return distance(channels(a), channels(b));
}

function distance(a: Point, b: Point): number {
  return Math.hypot(a[0] - b[0], a[1] - b[1], a[2] - b[2]);
}

/** Whether a colour is on the line between two of the points. */
function isBetween(point: Point, points: readonly Point[]): boolean {
  for (let first = 0; first < points.length; first++) {
    for (let second = first + 1; second < points.length; second++) {
      const [a, b] = [points[first]!, points[second]!];
      const line = [0, 1, 2].map((axis) => b[axis]! - a[axis]!);
      const square = line.reduce((sum, length) => sum + length * length, 0);
      const along = line.reduce((sum, length, axis) => sum + length * (point[axis]! - a[axis]!), 0) / square;
      if (!(along >= 0 && along <= 1)) continue;
      const foot = a.map((start, axis) => start + along * line[axis]!) as unknown as Point;
      if (distance(foot, point) <= LINE_WIDTH) return true;
    }
  }
  return false;
}

export function hexOf(rgb: number): string {
  return `#${rgb.toString(16).padStart(6, "0")}`;
}

/** Draws a label map for people: its labels, over the photo if there is one, their names, and a legend below. */
import { DecodeError, type LabelMap, LabelMapError } from "labelmap";
import type { Coloring } from "labelmap/colors";
import { resize } from "labelmap/geometry";
import { type Canvas, copyCanvas, fillRectangle, makeCanvas } from "./canvas.js";
import { colorsOf } from "./label-colors.js";
import { drawNames } from "./label-names.js";
import { drawStrip, legendItems } from "./legend-strip.js";
import { GROUND, paintLabels } from "./paint-labels.js";
import type { Picture } from "./picture-file.js";
import { resizePhoto } from "./read-photo.js";

export interface DrawOptions {
  /** What the colours say. */
  readonly colors: Coloring;
  /** The classes of the data set, for the same colours in all its pictures. */
  readonly classNames: readonly string[];
  /** From 0 to 1: how strongly the labels cover the photo. */
  readonly opacity: number;
  /** Whether to draw only lines around the labels. */
  readonly outline: boolean;
  /** Pixels of the picture per pixel of the mask, in each direction. */
  readonly scale: number;
  readonly legend: boolean;
  readonly names: boolean;
}

/** The type grows with the picture, because large pictures are shown smaller. */
const TYPE_SHARE = 1 / 84;
const SMALLEST_TYPE = 12;
/** A larger picture needs several gigabytes while it is drawn. */
const MOST_PIXELS = 2 ** 29;
/** Half the thickness of a line, as a share of the picture's longer side. */
const LINE_SHARE = 1 / 2000;
/** How much thicker lines are if there is nothing else. */
const OUTLINE = 2;

/**
 * @param photo a photo of the map's shape, or `null`. If its size is another, it is scaled.
 * @returns a picture of the map's size, times the scale, plus the legend. It is wider if the map is too narrow for a line
 *   of the legend.
 * @throws {LabelMapError} SIZE_MISMATCH: the photo does not have the map's shape. @throws {DecodeError} OUT_OF_MEMORY
 */
export async function drawOverlay(
  map: LabelMap,
  photo: Canvas | null,
  options: DrawOptions,
): Promise<Picture> {
  if (photo !== null && !hasSameShape(photo, map)) {
    const sizes = `${photo.width}×${photo.height} pixels, but the mask has ${map.width}×${map.height}`;
    const remedy = "give the annotated image in the same shape, or --no-photo";
    throw new LabelMapError("SIZE_MISMATCH", `the image has ${sizes}; ${remedy}`);
  }
  const { scale } = options;
  const width = Math.max(1, Math.round(map.width * scale));
  const height = Math.max(1, Math.round(map.height * scale));
  if (width * height > MOST_PIXELS) {
    const problem = `a picture of ${width}×${height} has more than ${MOST_PIXELS} pixels; use a smaller --scale`;
    throw new DecodeError("OUT_OF_MEMORY", problem);
  }
  const colors = colorsOf(map, options.colors, options.classNames);
  const painted = await paint(map, photo, colors, { ...options, width, height });
  const size = Math.max(SMALLEST_TYPE, Math.max(width, height) * TYPE_SHARE);
  const names = options.names ? drawNames(map, scale, size * 1.15) : "";
  if (!options.legend) return { canvas: painted, drawing: names };
  const strip = drawStrip(legendItems(map, colors), size, { width, height });
  const canvas = makeCanvas(strip.width, height + strip.height);
  fillRectangle(canvas, { x: 0, y: 0, width: canvas.width, height: canvas.height }, GROUND);
  copyCanvas(canvas, painted, 0, 0);
  return { canvas, drawing: `${names}<g transform="translate(0 ${height})">${strip.svg}</g>` };
}

/** A larger picture is painted in its own size, so that its lines are fine. A smaller one is reduced. */
async function paint(
  map: LabelMap,
  photo: Canvas | null,
  colors: readonly number[],
  {
    opacity,
    outline,
    scale,
    width,
    height,
  }: DrawOptions & { readonly width: number; readonly height: number },
): Promise<Canvas> {
  const isSame = width === map.width && height === map.height;
  const isLarger = scale > 1 && !isSame;
  const pixels = isLarger ? resize(map, { width, height }) : map;
  const isFitting = photo === null || (photo.width === pixels.width && photo.height === pixels.height);
  const shown = isFitting ? photo : await resizePhoto(photo, pixels.width, pixels.height);
  const lines = Math.max(1, Math.round(Math.max(width, height) * LINE_SHARE)) * (outline ? OUTLINE : 1);
  // Reduced lines are soft, so that they look thinner than they are.
  const thickness = isLarger || isSame ? lines : Math.max(1, Math.round((lines * 0.6) / scale));
  const painted = paintLabels(pixels, { photo: shown, colors, opacity, isOutline: outline, thickness });
  return isSame || isLarger ? painted : resizePhoto(painted, width, height);
}

/**
 * Whether the photo and the map are the same picture in two sizes. The sides of the smaller one are whole pixels, so one of
 * them may be up to a pixel longer or shorter than its share of the larger one.
 */
function hasSameShape(photo: Canvas, { width, height }: LabelMap): boolean {
  const longest = Math.max(width, height, photo.width, photo.height);
  return Math.abs(photo.width * height - photo.height * width) <= longest;
}

/** Draws a label map for people: its labels, over the photo if there is one, and a legend strip below. */
import { type LabelMap, LabelMapError } from "labelmap";
import { type Canvas, makeCanvas } from "./canvas.js";
import { drawStrip, layOutStrip } from "./legend-strip.js";
import { type PaintOptions, paintLabels } from "./paint-labels.js";

/**
 * @returns a picture of the map's size plus the strip. It is wider than the map if the map is too narrow for a line of text.
 * @throws {LabelMapError} SIZE_MISMATCH: the photo does not have the map's size. @throws {DecodeError} OUT_OF_MEMORY
 */
export function drawOverlay(map: LabelMap, options: PaintOptions): Canvas {
  const { photo } = options;
  if (photo !== null && (photo.width !== map.width || photo.height !== map.height)) {
    const sizes = `${photo.width}×${photo.height} pixels, but the mask has ${map.width}×${map.height}`;
    throw new LabelMapError("SIZE_MISMATCH", `the image has ${sizes}; give the annotated image in full size`);
  }
  const layout = layOutStrip(map);
  const canvas = makeCanvas(layout.width, map.height + layout.height);
  paintLabels(canvas, map, options);
  drawStrip(canvas, map.height, map, layout);
  return canvas;
}

/** A label map to a picture for people: its labels, over the photo where there is one, and the legend strip below. */
import { type LabelMap, LabelMapError } from "labelmap";
import { type Canvas, makeCanvas } from "./canvas.js";
import { drawStrip, layOutStrip } from "./legend-strip.js";
import { type PaintOptions, paintLabels } from "./paint-labels.js";

/**
 * @returns the map's size and the strip below; wider than the map where that has too few pixels for a line of text.
 * @throws {LabelMapError} SIZE_MISMATCH: the photo is not of the map's size. @throws {DecodeError} OUT_OF_MEMORY
 */
export function drawOverlay(map: LabelMap, options: PaintOptions): Canvas {
  const { photo } = options;
  if (photo !== null && (photo.width !== map.width || photo.height !== map.height)) {
    const sizes = `${photo.width}×${photo.height} pixels, the mask ${map.width}×${map.height}`;
    throw new LabelMapError("SIZE_MISMATCH", `the image has ${sizes}: is it another one, or made smaller?`);
  }
  const layout = layOutStrip(map);
  const canvas = makeCanvas(layout.width, map.height + layout.height);
  paintLabels(canvas, map, options);
  drawStrip(canvas, map.height, map, layout);
  return canvas;
}

/** Connected areas for formats whose polygons have no holes and are painted one over the other. */

import type { Label } from "../../maps/label.js";
import type { LabelledPixels } from "../../maps/labelled-map.js";
import { allOutlines, type Polygon } from "../../objects/outlines.js";
import { forEachRowInside, ringArea } from "./pixel-rings.js";

/** A connected area of a label. */
export interface LabelledArea {
  readonly label: Label;
  readonly polygon: Polygon;
}

/**
 * The areas in the order in which they must be painted. If an area has holes, the larger areas come first. So whatever lies
 * in a hole is painted over the area around it.
 */
export function areasToPaint(map: LabelledPixels): readonly LabelledArea[] {
  const areas = allOutlines(map).flatMap(({ value, polygons }) =>
    polygons.map((polygon) => ({ label: map.labels[value]!, polygon })),
  );
  if (areas.every(({ polygon }) => polygon.holes.length === 0)) return areas;
  const sizes = new Map(areas.map((area) => [area, ringArea(area.polygon.outer)]));
  return areas.sort((a, b) => sizes.get(b)! - sizes.get(a)!);
}

/** Counts the unlabelled pixels that painting covers, by the class that they get: the class of the smallest area around them. */
export function pixelsInHoles(
  { width, height, data }: LabelledPixels,
  areas: readonly LabelledArea[],
): ReadonlyMap<string, number> {
  const filled = new Map<string, number>();
  if (areas.every(({ polygon }) => polygon.holes.length === 0)) return filled;
  const owners = new Int32Array(width * height).fill(-1);
  areas.forEach(({ polygon }, place) => {
    for (const hole of polygon.holes) {
      forEachRowInside(hole, (y, left, right) => owners.fill(place, y * width + left, y * width + right));
    }
  });
  owners.forEach((place, index) => {
    if (place < 0 || data[index] !== -1) return;
    const { className } = areas[place]!.label;
    filled.set(className, (filled.get(className) ?? 0) + 1);
  });
  return filled;
}

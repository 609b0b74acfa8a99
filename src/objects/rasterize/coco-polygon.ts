/**
 * The pixels of a polygon by the rule of COCO: `rleFrPoly` in maskApi.c of pycocotools 2.0.11 (common/maskApi.c of
 * github.com/cocodataset/cocoapi at 8c9bcc3).
 *
 * The outline is drawn on a grid with five points per pixel, so the pixel column c has the grid columns 5c to 5c + 4.
 * Wherever the outline steps between the grid columns 5c + 2 and 5c + 3, the mask toggles, from a pixel of the column c
 * down. pycocotools visits every grid point. Here each edge is solved for its steps, so that the work depends on the
 * pixel columns that an edge crosses, and not on its length.
 */
import { GrowingArray } from "../../maps/growing-array.js";
import type { RangeCollector } from "./pixel-runs.js";

/** Grid points per pixel. */
const SCALE = 5;
/** The mask toggles between this grid column of a pixel and the next one. */
const MIDDLE = 2;

/**
 * Adds the pixels inside a ring, numbered down the columns. A ring without area has no pixels, and parts of the ring that
 * it surrounds twice are outside.
 *
 * @param ring `[x1, y1, x2, y2, …]` in pixels; (0, 0) is the image's top left corner
 * @param spend is told how many steps an edge has before they are found, and may throw
 */
export function addCocoRing(
  ring: readonly number[],
  { width, height }: { readonly width: number; readonly height: number },
  into: RangeCollector,
  spend: (steps: number) => void = () => {},
): void {
  const points = ring.map((coordinate) => Math.trunc(SCALE * coordinate + 0.5));
  const toggles = new GrowingArray(Uint32Array);
  for (let point = 0; point < points.length; point += 2) {
    const next = (point + 2) % points.length;
    const edge = makeEdge(points[point]!, points[point + 1]!, points[next]!, points[next + 1]!);
    const first = Math.max(Math.ceil((edge.left - MIDDLE) / SCALE), 0);
    const last = Math.min(Math.floor((edge.right - MIDDLE - 1) / SCALE), width - 1);
    if (first > last) continue;
    spend(last - first + 1);
    for (let x = first; x <= last; x++) {
      const gridY = edge.isFlat ? stepOfFlat(edge, x) : stepOfSteep(edge, x);
      const y = Math.ceil(Math.min(Math.max((gridY + 0.5) / SCALE - 0.5, 0), height));
      toggles.push(x * height + y);
    }
  }
  const sorted = toggles.toArray().sort();
  for (let i = 0; i + 1 < sorted.length; i += 2) into.add(sorted[i]!, sorted[i + 1]!);
}

/** An edge on the grid. It is computed from its low end, so that rings that share an edge share its points. */
interface Edge {
  readonly left: number;
  readonly right: number;
  /** Whether it is at least as wide as it is high. Then the low end is the left one, and otherwise the upper one. */
  readonly isFlat: boolean;
  readonly lowX: number;
  readonly lowY: number;
  /** The number of points after the low end, one for each grid column (flat) or grid row (steep). */
  readonly span: number;
  /** How far the edge moves across from one point to the next. */
  readonly slope: number;
}

function makeEdge(startX: number, startY: number, endX: number, endY: number): Edge {
  const spanX = Math.abs(endX - startX);
  const spanY = Math.abs(endY - startY);
  const isFlat = spanX >= spanY;
  const isBackward = isFlat ? startX > endX : startY > endY;
  const [lowX, lowY, highX, highY] = isBackward ? [endX, endY, startX, startY] : [startX, startY, endX, endY];
  const span = Math.max(spanX, spanY);
  const slope = span === 0 ? 0 : (isFlat ? highY - lowY : highX - lowX) / span;
  return { left: Math.min(startX, endX), right: Math.max(startX, endX), isFlat, lowX, lowY, span, slope };
}

/** The upper grid row of the step in the middle of pixel column x. */
function stepOfFlat({ lowX, lowY, slope }: Edge, x: number): number {
  const along = SCALE * x + MIDDLE - lowX;
  const rowAt = (point: number) => Math.trunc(lowY + slope * point + 0.5);
  return Math.min(rowAt(along), rowAt(along + 1));
}

/** The same for a steep edge, which has the step between two neighbouring rows. */
function stepOfSteep({ lowX, lowY, slope, span }: Edge, x: number): number {
  const column = SCALE * x + MIDDLE;
  const hasStepped = (point: number) => {
    const gridX = Math.trunc(lowX + slope * point + 0.5);
    return slope > 0 ? gridX > column : gridX <= column;
  };
  // The division may round to a neighbour of the first point behind the step.
  let point = Math.min(Math.max(Math.ceil((column + 0.5 - lowX) / slope), 1), span);
  while (point > 1 && hasStepped(point - 1)) point--;
  while (point < span && !hasStepped(point)) point++;
  return lowY + point - 1;
}

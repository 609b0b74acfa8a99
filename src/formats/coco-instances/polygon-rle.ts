/**
 * COCO's polygons to a run-length code, by the rule of pycocotools 2.0.11 (`rleFrPoly` and `rleMerge` in maskApi.c), so
 * that the masks are equal.
 *
 * The outline is drawn on a grid with five points per pixel. At some points it steps from one grid column to the next. If
 * such a step lies in the middle of a pixel column, the mask toggles from that pixel on. Pixels are counted down the
 * columns, one column after the other.
 */
import { FormatError } from "../../errors.js";
import type { Rle } from "../../objects/rle.js";

/** Grid points per pixel. */
const SCALE = 5;
/**
 * The most grid points of all outlines of an image, which take a tenth of a second to draw. A few bytes of JSON can ask
 * for any number of them.
 */
const MAX_GRID_POINTS = 2 ** 25;

/** How much of one image's outlines has been drawn. */
export interface Drawn {
  gridPoints: number;
}

/**
 * The mask of all pixels that are in any of the rings.
 *
 * @param rings `[x1, y1, x2, y2, …]` in pixels; (0, 0) is the image's top left corner
 * @param path where the rings are, for the message
 * @param drawn counts the grid points that are drawn; pass the same object for all polygons of an image
 * @throws {FormatError} FORMAT_UNSUPPORTED: the outlines are longer than 2^25 / 5 pixels, because a coordinate is huge.
 */
export function rleOfPolygons(
  rings: readonly (readonly number[])[],
  width: number,
  height: number,
  path: string,
  drawn: Drawn = { gridPoints: 0 },
): Rle<number[]> {
  const runs = rings.flatMap((ring, place) => runsOfRing(ring, width, height, `${path}[${place}]`, drawn));
  runs.sort((a, b) => a.start - b.start);
  const counts: number[] = [];
  let reached = 0;
  for (const { start, end } of runs) {
    const from = Math.max(start, reached);
    if (end <= from) continue;
    counts.push(from - reached, end - from);
    reached = end;
  }
  if (reached < width * height) counts.push(width * height - reached);
  return { size: [height, width], counts };
}

/** Pixels of the mask, counted down the columns: from `start` up to, but not including, `end`. */
interface Run {
  readonly start: number;
  readonly end: number;
}

function runsOfRing(
  ring: readonly number[],
  width: number,
  height: number,
  path: string,
  drawn: Drawn,
): Run[] {
  const toggles: number[] = [];
  forEachStep(ring, path, drawn, (gridX, gridY) => {
    const x = (gridX + 0.5) / SCALE - 0.5;
    if (!Number.isInteger(x) || x < 0 || x > width - 1) return;
    const y = Math.ceil(Math.min(Math.max((gridY + 0.5) / SCALE - 0.5, 0), height));
    toggles.push(x * height + y);
  });
  toggles.sort((a, b) => a - b);
  const runs: Run[] = [];
  for (let index = 0; index < toggles.length; index += 2) {
    const start = toggles[index]!;
    const end = toggles[index + 1] ?? width * height;
    if (start < end) runs.push({ start, end });
  }
  return runs;
}

/** Calls back for each step of the outline to another grid column, with the left column and the upper row of the step. */
function forEachStep(
  ring: readonly number[],
  path: string,
  drawn: Drawn,
  callback: (gridX: number, gridY: number) => void,
): void {
  const points = ring.map((coordinate) => Math.trunc(SCALE * coordinate + 0.5));
  let previousX: number | undefined;
  let previousY = 0;
  const visit = (x: number, y: number) => {
    if (previousX !== undefined && x !== previousX) callback(Math.min(x, previousX), Math.min(y, previousY));
    previousX = x;
    previousY = y;
  };
  for (let point = 0; point < points.length; point += 2) {
    const next = (point + 2) % points.length;
    const [startX, startY, endX, endY] = [
      points[point]!,
      points[point + 1]!,
      points[next]!,
      points[next + 1]!,
    ];
    drawn.gridPoints += Math.max(Math.abs(endX - startX), Math.abs(endY - startY));
    if (!(drawn.gridPoints <= MAX_GRID_POINTS)) {
      const most = Math.floor(MAX_GRID_POINTS / SCALE);
      const message = `${path}: makes the outlines longer than ${most} pixels; check that the coordinates are pixels.`;
      throw new FormatError("FORMAT_UNSUPPORTED", "COCO polygon", message);
    }
    drawLine(startX, startY, endX, endY, visit);
  }
}

/**
 * Visits the grid points from one end to the other, one for each step along the longer side. They are computed from the
 * left or upper end in both directions, so rings that share an edge share its points.
 */
function drawLine(
  startX: number,
  startY: number,
  endX: number,
  endY: number,
  visit: (x: number, y: number) => void,
): void {
  const spanX = Math.abs(endX - startX);
  const spanY = Math.abs(endY - startY);
  const isFlat = spanX >= spanY;
  const isBackward = isFlat ? startX > endX : startY > endY;
  const [lowX, lowY, highX, highY] = isBackward ? [endX, endY, startX, startY] : [startX, startY, endX, endY];
  const span = Math.max(spanX, spanY);
  const slope = span === 0 ? 0 : (isFlat ? highY - lowY : highX - lowX) / span;
  for (let step = 0; step <= span; step++) {
    const along = isBackward ? span - step : step;
    const across = Math.trunc((isFlat ? lowY : lowX) + slope * along + 0.5);
    if (isFlat) visit(lowX + along, across);
    else visit(across, lowY + along);
  }
}

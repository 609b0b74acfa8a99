/**
 * The pixels of polygons by the rule of OpenCV: `fillPoly` with lines of the kind `LINE_8` and a `shift` of 0, in
 * modules/imgproc/src/drawing.cpp (`CollectPolyEdges`, `FillEdgeCollection` and `LineIterator`). The pixels are those of
 * OpenCV 4.12, 4.14 and 5.0. Older versions may draw others at edges: OpenCV corrected the rule in 2023 and 2024 (its pull
 * requests 23076 and 26187).
 *
 * Each edge is drawn as a line of pixels. Then each row is filled between its first and second crossing with an edge,
 * between the third and fourth, and so on. All rings of a call share these crossings, so a ring within a ring is a hole
 * (the even-odd rule), but the line around the hole is filled.
 *
 * OpenCV follows the edges down from row to row, also above the image. Here each edge is solved for its rows in the
 * image, so the work does not depend on where the polygon reaches to.
 */
import { clipLine, type Line } from "./clip-line.js";
import type { RangeCollector } from "./pixel-runs.js";

/** Crossings are in 1/65,536 of a pixel. */
const ONE = 2 ** 16;

/** An edge that crosses rows: at row y its column is `x + (y - rowOfX) * slope`, in units of `1 / ONE`. */
interface Edge {
  /** The first row in the image that the edge crosses. */
  readonly top: number;
  /** The row behind the last one. */
  readonly bottom: number;
  readonly x: number;
  readonly rowOfX: number;
  readonly slope: number;
}

/**
 * Adds the pixels of one call of `fillPoly`, numbered along the rows.
 *
 * @param rings `[x1, y1, x2, y2, …]`: integers from -2^25 to 2^25, with which no product here exceeds 2^53
 * @param spend is told how many rows or columns an edge crosses before it is drawn, and may throw
 */
export function addFillPoly(
  rings: readonly (readonly number[])[],
  { width, height }: { readonly width: number; readonly height: number },
  into: RangeCollector,
  spend: (steps: number) => void = () => {},
): void {
  const edges: Edge[] = [];
  for (const ring of rings) {
    for (let end = 0; end < ring.length; end += 2) {
      const start = (end || ring.length) - 2;
      const [startY, endY] = [ring[start + 1]!, ring[end + 1]!];
      const line: Line = { startX: ring[start]!, startY, endX: ring[end]!, endY };
      if (clipLine(line, width, height)) {
        spend(Math.max(Math.abs(line.endX - line.startX), Math.abs(line.endY - line.startY)) + 1);
        drawLine(line, width, into);
      }
      const edge = makeEdge(startY, endY, line, height);
      if (edge.top >= edge.bottom) continue;
      spend(edge.bottom - edge.top);
      edges.push(edge);
    }
  }
  fillRows(edges, width, into);
}

/** @param clipped the line, clipped to the image */
function makeEdge(startY: number, endY: number, clipped: Line, height: number): Edge {
  const isDown = startY < endY;
  const [upperY, lowerY] = isDown ? [startY, endY] : [endY, startY];
  const [upperX, lowerX] = isDown ? [clipped.startX, clipped.endX] : [clipped.endX, clipped.startX];
  // If clipping leaves a single row, OpenCV takes the columns of the clipped line and the rows of the whole one.
  const isOneRow = clipped.startY === clipped.endY;
  const [upperRow, lowerRow] = isOneRow
    ? [upperY, lowerY]
    : isDown
      ? [clipped.startY, clipped.endY]
      : [clipped.endY, clipped.startY];
  return {
    top: Math.max(upperY, 0),
    bottom: Math.min(lowerY, height),
    x: upperX * ONE,
    rowOfX: upperRow,
    slope: upperY === lowerY ? 0 : Math.trunc(((lowerX - upperX) * ONE) / (lowerRow - upperRow)),
  };
}

/** Bresenham's line from left to right: `LineIterator` with eight neighbours. */
function drawLine({ startX, startY, endX, endY }: Line, width: number, into: RangeCollector): void {
  const [leftX, leftY, rightX, rightY] =
    endX < startX ? [endX, endY, startX, startY] : [startX, startY, endX, endY];
  const spanX = rightX - leftX;
  const spanY = Math.abs(rightY - leftY);
  const down = rightY < leftY ? -1 : 1;
  const isSteep = spanY > spanX;
  const [long, short] = isSteep ? [spanY, spanX] : [spanX, spanY];
  let [x, y] = [leftX, leftY];
  let error = long - 2 * short;
  let runStart = leftX;
  for (let step = 0; step < long; step++) {
    const movesAcross = error < 0;
    error += (movesAcross ? 2 * long : 0) - 2 * short;
    const lastX = x;
    const lastY = y;
    if (isSteep || movesAcross) y += down;
    if (!isSteep || movesAcross) x++;
    if (y === lastY) continue;
    into.add(lastY * width + runStart, lastY * width + lastX + 1);
    runStart = x;
  }
  into.add(y * width + runStart, y * width + x + 1);
}

/** Fills each row between its crossings. */
function fillRows(edges: readonly Edge[], width: number, into: RangeCollector): void {
  let [top, bottom] = [Number.POSITIVE_INFINITY, 0];
  for (const edge of edges) {
    top = Math.min(top, edge.top);
    bottom = Math.max(bottom, edge.bottom);
  }
  if (top >= bottom) return;
  // Where the crossings of each row start, counted from the row `top`, then where they end.
  const places = new Uint32Array(bottom - top + 1);
  for (const edge of edges) for (let y = edge.top; y < edge.bottom; y++) places[y - top + 1]!++;
  for (let row = 1; row < places.length; row++) places[row]! += places[row - 1]!;
  const crossings = new Float64Array(places[bottom - top]!);
  const next = places.slice();
  for (const { top: first, bottom: end, x, rowOfX, slope } of edges) {
    for (let y = first; y < end; y++) crossings[next[y - top]!++] = x + (y - rowOfX) * slope;
  }
  for (let y = top; y < bottom; y++) {
    const ofRow = crossings.subarray(places[y - top]!, places[y - top + 1]!).sort();
    for (let i = 0; i + 1 < ofRow.length; i += 2) {
      const left = Math.max(Math.ceil(ofRow[i]! / ONE), 0);
      const right = Math.min(Math.floor(ofRow[i + 1]! / ONE), width - 1);
      if (left <= right) into.add(y * width + left, y * width + right + 1);
    }
  }
}

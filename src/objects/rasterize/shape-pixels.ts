/** The pixels of one shape, by either rule, in the order in which the rule finds them: rows for OpenCV, columns for COCO. */
import { forEachRun, type RleMask, transpose } from "../rle-mask.js";
import { addCocoRing } from "./coco-polygon.js";
import { addFillPoly } from "./fill-poly.js";
import { addWithoutHoles, type Canvas, type PixelRuns, type RangeCollector } from "./pixel-runs.js";
import type { Drawing, Ring } from "./shapes.js";
import type { WorkLimit } from "./work-limit.js";

export type Rule = "coco" | "opencv";

/** Draws rings together and returns their pixels. */
export type DrawRings = (rings: readonly Ring[]) => PixelRuns;

/** @param wholePixels moves a coordinate to a whole pixel, which only OpenCV needs */
export function ringDrawer(
  rule: Rule,
  canvas: Canvas,
  wholePixels: (coordinate: number) => number,
  collector: RangeCollector,
  limit: WorkLimit,
): DrawRings {
  return (rings) => {
    if (rule === "coco") {
      for (const { points, path } of rings) {
        addCocoRing(points, canvas, collector, (steps) => limit.spend(steps, path));
      }
    } else if (rings.length > 0) {
      const whole = rings.map(({ points }) => points.map(wholePixels));
      addFillPoly(whole, canvas, collector, (steps) => limit.spend(steps, rings[0]!.path));
    }
    return collector.take();
  };
}

/** The pixels in any of the drawings. */
export function pixelsOfDrawings(
  drawings: readonly Drawing[],
  draw: DrawRings,
  collector: RangeCollector,
): PixelRuns {
  const parts = drawings.map(({ rings, holes }) => {
    const filled = draw(rings);
    if (holes.length === 0) return filled;
    // Each hole on its own: of two that overlap, none is a hole in the other.
    const cuts = holes.map((hole) => draw([hole]));
    for (const cut of cuts) addRuns(cut, collector);
    addWithoutHoles(filled, collector.take(), collector);
    return collector.take();
  });
  for (const part of parts) addRuns(part, collector);
  return collector.take();
}

function addRuns(runs: PixelRuns, into: RangeCollector): void {
  for (let i = 0; i < runs.length; i += 2) into.add(runs[i]!, runs[i + 1]!);
}

/**
 * The pixels of a run-length code, which counts down the columns.
 *
 * @param spend is told how many pixels must be turned into rows before they are, and may throw
 */
export function pixelsOfRle(
  mask: RleMask,
  canvas: Canvas,
  collector: RangeCollector,
  spend: (pixels: number) => void,
): PixelRuns {
  if (canvas.order === "columns") forEachRun(mask, (start, end) => collector.add(start, end));
  else addRows(mask, collector, spend);
  return collector.take();
}

/** Turns the columns that a mask covers into rows. */
function addRows(mask: RleMask, into: RangeCollector, spend: (pixels: number) => void): void {
  const { width, height } = mask;
  let [left, right] = [width, 0];
  forEachRun(mask, (start, end) => {
    left = Math.min(left, Math.floor(start / height));
    right = Math.ceil(end / height);
  });
  if (left >= right) return;
  const size = { width: right - left, height };
  spend(size.width * height);
  const columns = new Uint8Array(size.width * height);
  forEachRun(mask, (start, end) => columns.fill(1, start - left * height, end - left * height));
  const { data } = transpose(size, columns, new Uint8Array(columns.length));
  for (let y = 0; y < height; y++) {
    const row = y * size.width;
    for (let x = 0; x < size.width; x++) {
      if (data[row + x] === 0) continue;
      const start = x;
      while (x < size.width && data[row + x] === 1) x++;
      into.add(y * width + left + start, y * width + left + x);
    }
  }
}

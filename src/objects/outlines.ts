/**
 * The areas of a value as polygons along the edges of their pixels, at whole coordinates: the pixel (x, y) is the square
 * from (x, y) to (x + 1, y + 1), so that filling the rings gives back just the pixels.
 *
 * Each side of a run is a piece of a ring that goes up (left side) or down (right side); `traceRings` joins the pieces
 * where neighbouring bands differ. Rings of one area meet in its runs, which have one on each side: so a hole finds the
 * ring around it.
 */

import { checkOptions, invalid } from "../checks/arguments.js";
import type { LabelRuns, RunsInput } from "../maps/label-runs.js";
import { rankValues } from "../maps/rank-values.js";
import { runsOf } from "../maps/runs-of.js";
import { countsToStarts } from "./counting-sort.js";
import { checkValue } from "./options.js";
import { simplifyRing } from "./simplify-ring.js";
import { traceRings } from "./trace-rings.js";
import { findFirst, makeSets, unite } from "./union-find.js";

/** A closed line as `[x1, y1, x2, y2, …]`, the form of COCO; the last point is joined to the first, not repeated. */
export type Ring = number[];

/** One area: pixels that hang together by their sides. */
export interface Polygon {
  /**
   * Clockwise as seen, with y downwards. Reckoned as if y went upwards that is the counter-clockwise order that GeoJSON
   * wants (RFC 7946, section 3.1.6), and the shoelace formula gives a positive area.
   */
  readonly outer: Ring;
  /** The other way round. Holes that meet at a corner only are one ring, which visits the corner twice. */
  readonly holes: readonly Ring[];
}

export interface OutlineOptions {
  /**
   * How far in pixels a point that is left out may be from the line that is drawn instead (Douglas and Peucker, 1973).
   * Default 0: the exact outline. A ring keeps at least three points. Rings are simplified one by one, so that they can
   * cross each other, and neighbours no longer share all of their borders.
   */
  readonly simplify?: number;
}

export interface AllOutlinesOptions extends OutlineOptions {
  /** Whether -1, the pixels without a label, is a value like any other. Default false: it is left out. */
  readonly unlabelled?: boolean;
}

/** A value and the areas that its pixels make. */
export interface ValueOutlines {
  readonly value: number;
  readonly polygons: readonly Polygon[];
}

/**
 * The areas of one value, in the order of their first pixels, row by row; none where the value does not occur.
 *
 * @throws {DecodeError} OPTION_INVALID.
 */
export function outlines(map: RunsInput, value: number, options: OutlineOptions = {}): Polygon[] {
  checkValue(value);
  const tolerance = checkTolerance(options);
  const runs = runsOf(map);
  const chosen: number[] = [];
  runs.values.forEach((candidate, run) => {
    if (candidate === value) chosen.push(run);
  });
  return makePolygons(runs, bandsOfRuns(runs), Uint32Array.from(chosen), tolerance);
}

/**
 * The areas of all values that occur, ascending by value; each as `outlines` gives them.
 *
 * @throws {DecodeError} OPTION_INVALID.
 */
export function allOutlines(map: RunsInput, options: AllOutlinesOptions = {}): ValueOutlines[] {
  const tolerance = checkTolerance(options);
  checkOptions(options, "unlabelled");
  const runs = runsOf(map);
  const { distinct, ranks } = rankValues(runs.values);
  // A counting sort of the runs by value.
  const ends = new Uint32Array(distinct.length);
  for (const rank of ranks) ends[rank]!++;
  const order = new Uint32Array(countsToStarts(ends));
  ranks.forEach((rank, run) => {
    order[ends[rank]!++] = run;
  });
  const bands = bandsOfRuns(runs);
  const all: ValueOutlines[] = [];
  distinct.forEach((value, rank) => {
    if (value === -1 && options.unlabelled !== true) return;
    const chosen = order.subarray(rank === 0 ? 0 : ends[rank - 1], ends[rank]);
    all.push({ value, polygons: makePolygons(runs, bands, chosen, tolerance) });
  });
  return all;
}

/** @param chosen the runs of one value, ascending. */
function makePolygons(
  runs: LabelRuns,
  bands: Uint32Array,
  chosen: Uint32Array,
  tolerance: number,
): Polygon[] {
  const { rings, links } = traceRings(runs, bands, chosen);
  const sets = makeSets(rings.length);
  for (let i = 0; i < links.length; i += 2) unite(sets, links[i]!, links[i + 1]!);
  // Rings are numbered from above, and no hole begins above the ring around it: that one is the first of its set.
  const polygons = new Map<number, { outer: Ring; holes: Ring[] }>();
  rings.forEach((exact, number) => {
    const ring = tolerance > 0 ? simplifyRing(exact, tolerance) : exact;
    const first = findFirst(sets, number);
    if (first === number) polygons.set(number, { outer: ring, holes: [] });
    else polygons.get(first)!.holes.push(ring);
  });
  return [...polygons.values()];
}

/** Each run's band. */
function bandsOfRuns({ bandRuns, values }: LabelRuns): Uint32Array {
  const bands = new Uint32Array(values.length);
  for (let band = 0; band + 1 < bandRuns.length; band++) bands.fill(band, bandRuns[band], bandRuns[band + 1]);
  return bands;
}

function checkTolerance(options: OutlineOptions): number {
  checkOptions(options);
  const { simplify = 0 } = options;
  if (!Number.isFinite(simplify) || simplify < 0) {
    throw invalid("simplify must be a number of pixels of at least 0.");
  }
  return simplify;
}

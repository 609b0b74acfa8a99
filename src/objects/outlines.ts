/**
 * Turns the areas of a value into polygons along the edges of their pixels, at whole coordinates. The pixel (x, y) is
 * the square from (x, y) to (x + 1, y + 1), so filling the rings gives back exactly the same pixels.
 *
 * Each side of a run is a piece of a ring: the left side goes up, the right side goes down. `traceRings` joins the
 * pieces where neighbouring bands differ. A run has a ring on each side, and both rings belong to the same area. This
 * is how a hole finds the ring around it.
 */

import { checkOptions } from "../checks/arguments.js";
import { invalid } from "../checks/invalid.js";
import type { LabelRuns, RunsInput } from "../maps/label-runs.js";
import { rankValues } from "../maps/rank-values.js";
import { runsOf } from "../maps/runs-of.js";
import { countsToStarts } from "./counting-sort.js";
import { checkValue } from "./options.js";
import { simplifyRing } from "./simplify-ring.js";
import { traceRings } from "./trace-rings.js";
import { findFirst, makeSets, unite } from "./union-find.js";

/**
 * A closed line as `[x1, y1, x2, y2, …]` in pixels, as COCO writes it. The last point is joined to the first and does
 * not repeat it.
 */
export type Ring = number[];

/** One area: pixels that are connected by their sides. */
export interface Polygon {
  /**
   * Clockwise on the screen, where y points down. If you read the same numbers with y pointing up, this is the
   * counter-clockwise order that GeoJSON requires (RFC 7946, section 3.1.6), and the shoelace formula gives a positive
   * area.
   */
  readonly outer: Ring;
  /**
   * Counter-clockwise on the screen. Holes that touch only at a corner form one ring, which visits the corner twice.
   */
  readonly holes: readonly Ring[];
}

export interface OutlineOptions {
  /**
   * The tolerance in pixels: points are removed if they are no farther than this from the line that replaces them
   * (Douglas and Peucker, 1973). Default 0: the exact outline. A ring keeps at least three points. Each ring is
   * simplified on its own, so rings may cross, and the borders of neighbours may no longer match.
   */
  readonly simplify?: number;
}

export interface AllOutlinesOptions extends OutlineOptions {
  /** Whether to outline -1, the pixels without a label, like any other value. Default false. */
  readonly unlabelled?: boolean;
}

/** A value and the areas that its pixels form. */
export interface ValueOutlines {
  readonly value: number;
  readonly polygons: readonly Polygon[];
}

/**
 * The areas of one value, in the order of their first pixels, row by row. The list is empty if the value does not
 * occur. Coordinates are in pixels, from the top left corner of the map.
 *
 * @param map runs (the cheapest), or H×W pixels, row-major, as an Int32Array, Uint8Array or Uint16Array.
 * @throws {DecodeError} OPTION_INVALID: not a map, `value` is not a signed 32-bit integer, or an invalid option;
 *   OUT_OF_MEMORY.
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
 * The areas of all values that occur, ascending by value. Each value's areas are as `outlines` returns them.
 *
 * @param map runs (the cheapest), or H×W pixels, row-major, as an Int32Array, Uint8Array or Uint16Array.
 * @throws {DecodeError} OPTION_INVALID: not a map, or an invalid option; OUT_OF_MEMORY.
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
  // Rings are numbered from top to bottom, and no hole begins above the ring around it. So the first ring of a set is
  // the outer one.
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
    throw invalid("simplify must be a number of at least 0: a tolerance in pixels.");
  }
  return simplify;
}

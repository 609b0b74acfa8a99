/**
 * Turns the runs of one value into the closed lines around them, in one sweep from top to bottom.
 *
 * Each run has a left side (stored at even places) and a right side (at odd places). If two neighbouring bands both
 * have the same kind of side at some x, the line goes straight on. If only one of them has it, the line turns there:
 *
 *        ┌─── a side below starts here      left sides go up, right sides go down, so
 *   ─────┘                                  the pixels are always on the right of the line
 *
 * From left to right, each pair of turns is the two ends of a horizontal piece. If two pixels touch only at a corner,
 * the line turns twice there. Each turn stays with its own pixel, so the two pixels are not joined.
 */
import type { LabelRuns } from "../maps/label-runs.js";

export interface Rings {
  /** `[x1, y1, …]`. A ring starts at its topmost corner, or the leftmost of these. Rings are sorted by that corner. */
  readonly rings: number[][];
  /** In pairs: the rings on the left and right side of each run. */
  readonly links: number[];
}

/** The sides of a band's runs from left to right, and for each side the corner at its top. */
interface Sides {
  readonly xs: number[];
  readonly corners: number[];
}

/** Corners in the order in which they are found: from top to bottom, then left to right. `next` follows the ring. */
interface Corners {
  readonly xs: number[];
  readonly ys: number[];
  readonly next: number[];
}

/**
 * @param bands the band of each run.
 * @param chosen the numbers of the value's runs, ascending.
 */
export function traceRings(runs: LabelRuns, bands: Uint32Array, chosen: Uint32Array): Rings {
  const { bandTops, bandRuns, runEnds } = runs;
  const corners: Corners = { xs: [], ys: [], next: [] };
  const cornerLinks: number[] = [];
  const none: Sides = { xs: [], corners: [] };
  let above = none;
  let bandAbove = -1;
  for (let i = 0; i < chosen.length; ) {
    const band = bands[chosen[i]!]!;
    const below: Sides = { xs: [], corners: [] };
    for (; i < chosen.length && bands[chosen[i]!] === band; i++) {
      const run = chosen[i]!;
      below.xs.push(run === bandRuns[band] ? 0 : runEnds[run - 1]!, runEnds[run]!);
    }
    if (bandAbove >= 0 && bandAbove + 1 < band) {
      joinSides(above, none, bandTops[bandAbove + 1]!, corners);
      above = none;
    }
    joinSides(above, below, bandTops[band]!, corners);
    for (const corner of below.corners) cornerLinks.push(corner);
    above = below;
    bandAbove = band;
  }
  if (bandAbove >= 0) joinSides(above, none, bandTops[bandAbove + 1]!, corners);
  return followRings(corners, cornerLinks);
}

/**
 * Walks along the border at `y` between two bands: each side goes on from one to the other, or the line turns there.
 */
function joinSides(above: Sides, below: Sides, y: number, { xs, ys, next }: Corners): void {
  let i = 0;
  let j = 0;
  /** The corner where the current horizontal piece began, or -1 if there is none. */
  let open = -1;
  let leavesOpen = false;
  while (i < above.xs.length || j < below.xs.length) {
    const aboveX = above.xs[i] ?? Infinity;
    const belowX = below.xs[j] ?? Infinity;
    const isRightAbove = i % 2 === 1;
    const isRightBelow = j % 2 === 1;
    if (aboveX === belowX && isRightAbove === isRightBelow) {
      below.corners.push(above.corners[i]!);
      i++;
      j++;
      continue;
    }
    // If two pixels touch at this corner, the turn of the left one comes first.
    const isAbove = aboveX < belowX || (aboveX === belowX && isRightAbove);
    const corner = xs.length;
    xs.push(isAbove ? aboveX : belowX);
    ys.push(y);
    next.push(-1);
    if (isAbove) {
      const top = above.corners[i++]!;
      if (isRightAbove) next[top] = corner;
      else next[corner] = top;
    } else {
      below.corners.push(corner);
      j++;
    }
    // Whether the line arrives along the side and leaves along the row.
    const leaves = isAbove ? isRightAbove : !isRightBelow;
    if (open < 0) {
      open = corner;
      leavesOpen = leaves;
    } else {
      if (leavesOpen) next[open] = corner;
      else next[corner] = open;
      open = -1;
    }
  }
}

function followRings({ xs, ys, next }: Corners, cornerLinks: number[]): Rings {
  const rings: number[][] = [];
  const ringOf = new Int32Array(xs.length).fill(-1);
  for (let first = 0; first < xs.length; first++) {
    if (ringOf[first] !== -1) continue;
    const ring: number[] = [];
    for (let corner = first; ringOf[corner] === -1; corner = next[corner]!) {
      ringOf[corner] = rings.length;
      ring.push(xs[corner]!, ys[corner]!);
    }
    rings.push(ring);
  }
  return { rings, links: cornerLinks.map((corner) => ringOf[corner]!) };
}

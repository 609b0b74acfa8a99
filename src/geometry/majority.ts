/**
 * A map to another size where each target pixel gets the value that covers most of its box, and thin or small objects
 * are kept nevertheless: first every box is won by the majority, then thin lines take the boxes along their ridge, then
 * values that have lost everywhere get one box each. Works on runs: it costs by edges and target pixels.
 */

import { invalid } from "../checks/arguments.js";
import { isSize } from "../checks/describe.js";
import { withMemoryFor } from "../checks/memory.js";
import type { DenseMap } from "../maps/dense-map.js";
import type { LabelRuns, RunsInput } from "../maps/label-runs.js";
import { rankValues } from "../maps/rank-values.js";
import { runsOf } from "../maps/runs-of.js";
import { type BoxShares, boxShares } from "./box-shares.js";
import { checkTargetSize, contentAs } from "./new-map.js";

export interface MajorityOptions {
  /** The target's width in pixels. */
  readonly width: number;
  /** The target's height in pixels. */
  readonly height: number;
  /**
   * From which share of its box on a line is kept though another value covers more: above 0; 1 keeps none. Default 1/8:
   * of a line a quarter of a box wide that runs between two columns of boxes each has an eighth. So poles of 2 pixels
   * stay whole from 3840×2160 to 512×512 at each of 24 angles (with 1/4 at 2), while the labels of the street scene
   * there that get 200 pixels or more grow by less than 0.1 % in sum, smaller ones by 0.5 % (by plain majority 0.2 %).
   */
  readonly thinShare?: number;
  /** The value that is no object: it votes like any other, but is never kept as a line or at all. Default -1. */
  readonly voidId?: number;
}

/**
 * A new map of `height` × `width` int32 values, row-major. "Rarer" means fewer pixels in the whole source, and of equally
 * many the smaller value.
 *
 * 1. Majority: a box's value is the one that covers the largest area of it, exactly, also where pixels are cut. Of
 *    several with the same area the one under the box's centre, if it is among them, else the rarest.
 * 2. Lines: a rarer value takes a box from the majority where it covers at least `thinShare` of it, and more than of the
 *    box to the left and no less than of the one to the right, or the same of above and below. But where it comes to an
 *    end, with less than `thinShare` in the next box along the line, what it comes from must not be two boxes wide, of
 *    the box before and one beside that: there it is an outline. The rarest such value gets the box. So a line takes one
 *    box per row (or column) that it crosses, and outlines of what is wider stay where they are. With the default, lines
 *    from a quarter of a box wide stay whole; thinner ones can become dots.
 * 3. Nothing vanishes: each value but `voidId` that occurs in the source occurs in the result, unless each box that it
 *    touches holds the only pixel of another value. Such a value takes, of the boxes that it may, the one where its
 *    share is the largest (the first of them in scan order); rarer values choose first.
 *
 * @param map runs (the cheapest), or any map.
 * @throws {DecodeError} OPTION_INVALID: also where the source has 2^32 pixels or more. OUT_OF_MEMORY.
 */
export function resizeByMajority(
  map: RunsInput,
  options: MajorityOptions,
): DenseMap<Int32Array<ArrayBuffer>> {
  const source = runsOf(map);
  checkTargetSize(options);
  const { width, height, thinShare = 1 / 8, voidId = -1 } = options;
  if (typeof thinShare !== "number" || !(thinShare > 0 && thinShare <= 1)) {
    throw invalid("thinShare must be a number above 0 and at most 1: a share of a target pixel's box.");
  }
  if (!Number.isInteger(voidId)) throw invalid("voidId must be an integer.");
  // Areas are exact as uint32 and edges as doubles: see box-shares.ts.
  const longest = Math.max(source.width * width, source.height * height);
  if (!isSize(source.width * source.height) || source.width * source.height >= 2 ** 32 || longest > 2 ** 53) {
    throw invalid("The map or its target is too large to be resized by majority; resize in two steps.");
  }

  const { values, runRanks } = rankByRarity(source);
  const voidRank = values.indexOf(voidId);
  const shares = withMemoryFor("the target's boxes", () =>
    boxShares(source, runRanks, values.length, width, height),
  );
  const result = shares.winners.slice();
  keepLines(shares, width, Math.ceil(thinShare * source.width * source.height), voidRank, result);
  keepAll(shares, voidRank, result);
  for (let box = 0; box < result.length; box++) result[box] = values[result[box]!]!;
  return { ...contentAs(map), width, height, data: result };
}

/** The values that occur, the rarest first, and for each run the place of its value among them. */
function rankByRarity(source: LabelRuns): { values: Int32Array; runRanks: Uint32Array } {
  const { bandTops, bandRuns, runEnds } = source;
  const { distinct, ranks } = rankValues(source.values);
  const pixels = new Uint32Array(distinct.length);
  for (let band = 0; band + 1 < bandTops.length; band++) {
    const rows = bandTops[band + 1]! - bandTops[band]!;
    let start = 0;
    for (let run = bandRuns[band]!; run < bandRuns[band + 1]!; run++) {
      pixels[ranks[run]!]! += rows * (runEnds[run]! - start);
      start = runEnds[run]!;
    }
  }
  const byRarity = Uint32Array.from(distinct.keys()).sort((a, b) => pixels[a]! - pixels[b]! || a - b);
  const places = new Uint32Array(distinct.length);
  byRarity.forEach((rank, place) => {
    places[rank] = place;
  });
  const values = Int32Array.from(byRarity, (rank) => distinct[rank]!);
  return { values, runRanks: ranks.map((rank) => places[rank]!) };
}

/**
 * Step 2, value by value, the rarest first. A rank's boxes ascend, and so do those above and below them: three places in
 * the list go through it side by side. Looks at the shares and the majority's winners alone.
 */
function keepLines(
  { winners, isMixed, starts, boxes, areas }: BoxShares,
  width: number,
  minimum: number,
  voidRank: number,
  result: Int32Array,
): void {
  for (let rank = 0; rank + 1 < starts.length; rank++) {
    if (rank === voidRank) continue;
    const first = starts[rank]!;
    const end = starts[rank + 1]!;
    /** The rank's area in a box, of which `share` is the place in the list, if it is there. */
    const areaOf = (box: number, share: number) => {
      if (box < 0 || box >= winners.length) return 0;
      if (isMixed[box] === 0) return winners[box] === rank ? Number.POSITIVE_INFINITY : 0;
      return share >= first && share < end && boxes[share] === box ? areas[share]! : 0;
    };
    /** Whether the rank has won a box and one beside it: what ends here is an outline, and no line. */
    const isThick = (box: number, x: number, step: number) =>
      winners[box] === rank &&
      (((step > 1 || x > 0) && winners[box - step] === rank) ||
        ((step > 1 || x + 1 < width) && winners[box + step] === rank));
    let above = first;
    let below = first;
    for (let share = first; share < end; share++) {
      const box = boxes[share]!;
      const area = areas[share]!;
      // Where a rarer one has taken the box, it stays.
      if (rank >= result[box]! || area < minimum) continue;
      while (boxes[above]! < box - width) above++;
      while (below < end && boxes[below]! < box + width) below++;
      const x = box % width;
      const left = x > 0 ? areaOf(box - 1, share - 1) : 0;
      const right = x + 1 < width ? areaOf(box + 1, share + 1) : 0;
      const up = areaOf(box - width, above);
      const down = areaOf(box + width, below);
      const isAcrossRow =
        area > left &&
        area >= right &&
        !(down < minimum && isThick(box - width, x, 1)) &&
        !(up < minimum && isThick(box + width, x, 1));
      const isAcrossColumn =
        area > up &&
        area >= down &&
        !(right < minimum && x > 0 && isThick(box - 1, x, width)) &&
        !(left < minimum && x + 1 < width && isThick(box + 1, x, width));
      if (isAcrossRow || isAcrossColumn) result[box] = rank;
    }
  }
}

/** Step 3. A value without a pixel is in mixed boxes alone: where it is by itself it has won. */
function keepAll({ starts, boxes, areas }: BoxShares, voidRank: number, result: Int32Array): void {
  const pixels = new Uint32Array(starts.length - 1);
  for (const rank of result) pixels[rank]!++;
  for (let rank = 0; rank < pixels.length; rank++) {
    if (pixels[rank]! > 0 || rank === voidRank) continue;
    let best = -1;
    let most = 0;
    for (let share = starts[rank]!; share < starts[rank + 1]!; share++) {
      const holder = result[boxes[share]!]!;
      const isFree = pixels[holder]! > 1 || holder === voidRank;
      if (!isFree || areas[share]! <= most) continue;
      best = boxes[share]!;
      most = areas[share]!;
    }
    if (best < 0) continue;
    pixels[result[best]!]!--;
    pixels[rank]!++;
    result[best] = rank;
  }
}

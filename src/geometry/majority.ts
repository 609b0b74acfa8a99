/**
 * Resizes a map so that each target pixel gets the value that covers most of its box, but thin and small objects stay.
 * First, the majority wins every box. Then thin lines take the boxes along their ridge. Last, values that lost
 * everywhere get one box each. It works on runs, so the cost is the number of edges and target pixels.
 */

import { isSize } from "../checks/describe.js";
import { invalid } from "../checks/invalid.js";
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
   * The share of a box that a thin line must cover to be kept although another value covers more. Above 0 and at most
   * 1; 1 keeps no lines. Default 1/8: if a line a quarter of a box wide runs between two columns of boxes, each box has
   * an eighth of its area covered.
   *
   * Measured from 3840×2160 to 512×512: poles 2 pixels wide stay whole at each of 24 angles (with 1/4, at 2 of them).
   * In the street scene, labels that get 200 pixels or more grow by less than 0.1 % in sum. Smaller labels grow by 0.5
   * % (by plain majority 0.2 %).
   */
  readonly thinShare?: number;
  /**
   * The value of pixels without an object. It counts in the majority like any other, but steps 2 and 3 never keep it.
   * Default -1.
   */
  readonly voidId?: number;
}

/**
 * Resizes a map to `height` × `width` int32 values, row-major, and keeps thin and small objects. A value is "rarer"
 * than another if it has fewer pixels in the whole source. If both have the same number, the smaller value is rarer.
 *
 * 1. Majority. A box gets the value that covers the largest area of it. Areas are exact, even if a box cuts through
 *    pixels. If several values cover the same area, the one under the box's centre wins if it is among them, otherwise
 *    the rarest.
 * 2. Lines. A rarer value takes a box from the majority if it covers at least `thinShare` of the box, and the box is on
 *    the line's ridge: the value covers more of it than of the box to the left, and no less than of the box to the
 *    right (or the same with above and below). There is one exception. The line may end here: the value covers less
 *    than `thinShare` of the next box along the line. If the value then won the box before this one and also a box
 *    beside that, it is the outline of a wider object, not a line, and does not take the box. If several values
 *    qualify, the rarest gets the box. So a line takes one box per row (or column) that it crosses, and the outlines of
 *    wider objects stay where they are. With the default `thinShare`, lines at least a quarter of a box wide stay
 *    whole; thinner ones can become dots.
 * 3. Nothing vanishes. Each value except `voidId` that occurs in the source also occurs in the result, unless every box
 *    that it touches holds the only pixel of another value. A value that lost everywhere takes the box where its share
 *    is largest (the first one in scan order), but never the only pixel of another value. Rarer values choose first.
 *
 * @param map runs (the cheapest), or H×W pixels, row-major, as an Int32Array, Uint8Array or Uint16Array.
 * @throws {DecodeError} OPTION_INVALID: not a map, an invalid option, or a source of 2^32 pixels or more;
 *   OUT_OF_MEMORY.
 */
export function resizeByMajority(
  map: RunsInput,
  options: MajorityOptions,
): DenseMap<Int32Array<ArrayBuffer>> {
  const source = runsOf(map);
  checkTargetSize(options);
  const { width, height, thinShare = 1 / 8, voidId = -1 } = options;
  if (typeof thinShare !== "number" || !(thinShare > 0 && thinShare <= 1)) {
    throw invalid("thinShare must be a number above 0 and at most 1: the share of a target pixel's box.");
  }
  if (!Number.isInteger(voidId)) throw invalid("voidId must be an integer.");
  // With these limits areas are exact as uint32, and edges as doubles: see box-shares.ts.
  const longest = Math.max(source.width * width, source.height * height);
  if (!isSize(source.width * source.height) || source.width * source.height >= 2 ** 32 || longest > 2 ** 53) {
    throw invalid("The map or its target is too large to be resized by majority; use resize instead.");
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

/** The values that occur, rarest first, and for each run the index of its value in that list. */
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
 * Step 2, value by value, rarest first. A rank's boxes ascend in the list, and so do the boxes above and below them, so
 * three positions move through the list side by side. Reads only the shares and the majority's winners.
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
    /** The rank's area in a box. `share` is the box's place in the list, if the list has it. */
    const areaOf = (box: number, share: number) => {
      if (box < 0 || box >= winners.length) return 0;
      if (isMixed[box] === 0) return winners[box] === rank ? Number.POSITIVE_INFINITY : 0;
      return share >= first && share < end && boxes[share] === box ? areas[share]! : 0;
    };
    /** Whether the rank has won a box and one beside it. Then an outline ends here, not a line. */
    const isThick = (box: number, x: number, step: number) =>
      winners[box] === rank &&
      (((step > 1 || x > 0) && winners[box - step] === rank) ||
        ((step > 1 || x + 1 < width) && winners[box + step] === rank));
    let above = first;
    let below = first;
    for (let share = first; share < end; share++) {
      const box = boxes[share]!;
      const area = areas[share]!;
      // If a rarer value has taken the box, it keeps it.
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

/** Step 3. A value without a pixel occurs only in mixed boxes: if it were alone in a box, it would have won it. */
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

/**
 * Finds what each pixel of a smaller (or larger) grid covers of a map. Each target pixel is a box over the map; for
 * every box this gives the values in it and their exact areas, computed from the map's edges. Values are identified by
 * their rank: 0 is the rarest in the whole map.
 *
 * Along a row of boxes the areas change only at edges. The sweep from left to right keeps each rank's area in the
 * current box. It assumes that the value left of an edge, `u`, fills the rest of the box. At an edge, at `offset` in
 * its box, it takes what is right of the edge from `u` and gives it to the next value, `v`:
 *
 *   box      |     X     |    X+1    |      u loses and v gains  box X:   height * (size - offset)
 *   band     | u u u v v | v v v v v |                           box X+1: height * offset, now height * size in all
 *               offset ^
 *
 * Areas are integers, so nothing is rounded: each source pixel is cut into `targetWidth` × `targetHeight` parts, and a
 * box then covers `source.width` × `source.height` parts.
 */
import { GrowingArray } from "../maps/growing-array.js";
import type { LabelRuns } from "../maps/label-runs.js";
import { sourcePlaces } from "./sampling.js";

/** Shares are listed only for boxes with several ranks. A box with one rank belongs entirely to its winner. */
export interface BoxShares {
  /** For each box, row-major, the rank that covers most of it. */
  readonly winners: Int32Array<ArrayBuffer>;
  /** For each box, 1 if it has several ranks. */
  readonly isMixed: Uint8Array;
  /** Where each rank's shares start in `boxes` and `areas`, then the number of shares. */
  readonly starts: Uint32Array;
  /** The boxes in which a rank has a share, ascending within the rank. */
  readonly boxes: Uint32Array;
  /** The area of each share, in parts. A whole box has as many parts as the source has pixels. */
  readonly areas: Uint32Array;
}

/**
 * The areas of all values in all boxes, and the value that covers most of each box. If several values cover the same
 * area, the one at the box's centre (where `"nearest-exact"` takes its pixel) wins if it is among them, otherwise the
 * rarest.
 *
 * @param runRanks the rank of each run's value.
 * @param rankCount the number of ranks.
 */
export function boxShares(
  source: LabelRuns,
  runRanks: Uint32Array,
  rankCount: number,
  width: number,
  height: number,
): BoxShares {
  const { bandTops } = source;
  const winners = new Int32Array(width * height);
  const isMixed = new Uint8Array(width * height);
  const boxes = new GrowingArray(Uint32Array);
  const ranks = new GrowingArray(Uint32Array);
  const areas = new GrowingArray(Uint32Array);
  const row = new RowSweep(source, runRanks, rankCount, width);
  const centreColumns = sourcePlaces(source.width, width, "nearest-exact");
  const centreRows = sourcePlaces(source.height, height, "nearest-exact");

  let firstBand = 0;
  let centreBand = 0;
  for (let y = 0, box = 0; y < height; y++) {
    const top = y * source.height;
    const bottom = top + source.height;
    while (bandTops[firstBand + 1]! * height <= top) firstBand++;
    for (let band = firstBand; band + 1 < bandTops.length && bandTops[band]! * height < bottom; band++) {
      const bandTop = Math.max(top, bandTops[band]! * height);
      row.add(band, Math.min(bottom, bandTops[band + 1]! * height) - bandTop);
    }
    while (bandTops[centreBand + 1]! <= centreRows[y]!) centreBand++;
    for (let x = 0; x < width; x++, box++) {
      const present = row.step(x);
      let winner = present[0]!;
      if (present.length > 1) {
        isMixed[box] = 1;
        let most = 0;
        let isTie = false;
        for (let place = 0; place < present.length; place++) {
          const rank = present[place]!;
          const area = row.areas[rank]!;
          boxes.push(box);
          ranks.push(rank);
          areas.push(area);
          if (area > most || (area === most && rank < winner)) winner = rank;
          isTie ||= area === most;
          most = Math.max(most, area);
        }
        const centre = isTie ? rankAt(source, runRanks, centreBand, centreColumns[x]!) : winner;
        if (row.areas[centre] === most) winner = centre;
      }
      winners[box] = winner;
    }
    row.reset();
  }
  return { winners, isMixed, ...sortByRank(boxes, ranks, areas, rankCount) };
}

/** One row of boxes. Add the bands in it, then step through the boxes from left to right. */
class RowSweep {
  /** The area of each rank in the box of the last `step`. */
  readonly areas: Float64Array;
  readonly #source: LabelRuns;
  readonly #runRanks: Uint32Array;
  readonly #width: number;
  /** The ranks with an area above 0, in any order. */
  readonly #present: number[] = [];
  readonly #isPresent: Uint8Array;
  /** The changes at each box, as linked lists: `first` per box, `next` per change. -1 ends a list. */
  readonly #first: Int32Array;
  readonly #next = new GrowingArray(Int32Array);
  /** Each change takes an area from the loser and gives it to the gainer. */
  readonly #gainer = new GrowingArray(Uint32Array);
  readonly #loser = new GrowingArray(Uint32Array);
  readonly #area = new GrowingArray(Uint32Array);
  /** The loser at the start of a band, where there is no value to the left: one number above all ranks. */
  readonly #noRank: number;

  constructor(source: LabelRuns, runRanks: Uint32Array, rankCount: number, width: number) {
    this.#source = source;
    this.#runRanks = runRanks;
    this.#width = width;
    this.#noRank = rankCount;
    this.areas = new Float64Array(rankCount + 1);
    this.#isPresent = new Uint8Array(rankCount);
    this.#first = new Int32Array(width + 1).fill(-1);
  }

  /** @param height how many parts of the row's height the band covers. */
  add(band: number, height: number): void {
    const { width: size, bandRuns, runEnds } = this.#source;
    const last = bandRuns[band + 1]! - 1;
    let rank = this.#runRanks[bandRuns[band]!]!;
    this.#change(0, rank, this.#noRank, height * size);
    for (let run = bandRuns[band]!; run < last; run++) {
      const edge = runEnds[run]! * this.#width;
      const x = Math.floor(edge / size);
      const offset = edge - x * size;
      const left = rank;
      rank = this.#runRanks[run + 1]!;
      this.#change(x, rank, left, height * (size - offset));
      if (offset > 0) this.#change(x + 1, rank, left, height * offset);
    }
  }

  /** Moves to box `x`, the next one. Returns the ranks in it; the list is valid until the next step. */
  step(x: number): readonly number[] {
    const present = this.#present;
    let change = this.#first[x]!;
    if (change < 0) return present;
    const { areas } = this;
    for (; change >= 0; change = this.#next.array[change]!) {
      // The loser has gained before, in this box or further left, so it is already in the list.
      const gainer = this.#gainer.array[change]!;
      const area = this.#area.array[change]!;
      areas[gainer]! += area;
      areas[this.#loser.array[change]!]! -= area;
      if (this.#isPresent[gainer] === 1) continue;
      this.#isPresent[gainer] = 1;
      present.push(gainer);
    }
    let kept = 0;
    for (let place = 0; place < present.length; place++) {
      const rank = present[place]!;
      if (areas[rank]! > 0) present[kept++] = rank;
      else this.#isPresent[rank] = 0;
    }
    present.length = kept;
    return present;
  }

  /** Prepares for the next row. */
  reset(): void {
    for (const rank of this.#present) {
      this.areas[rank] = 0;
      this.#isPresent[rank] = 0;
    }
    this.#present.length = 0;
    for (const list of [this.#next, this.#gainer, this.#loser, this.#area]) list.length = 0;
    this.#first.fill(-1);
  }

  #change(x: number, gainer: number, loser: number, area: number): void {
    const change = this.#next.length;
    this.#next.push(this.#first[x]!);
    this.#first[x] = change;
    this.#gainer.push(gainer);
    this.#loser.push(loser);
    this.#area.push(area);
  }
}

/** A counting sort: it keeps the boxes of each rank in order. */
function sortByRank(
  boxes: GrowingArray<Uint32Array>,
  ranks: GrowingArray<Uint32Array>,
  areas: GrowingArray<Uint32Array>,
  rankCount: number,
): Pick<BoxShares, "starts" | "boxes" | "areas"> {
  const { length } = ranks;
  const starts = new Uint32Array(rankCount + 1);
  for (let share = 0; share < length; share++) starts[ranks.array[share]! + 1]!++;
  for (let rank = 0; rank < rankCount; rank++) starts[rank + 1]! += starts[rank]!;
  const next = starts.slice();
  const sortedBoxes = new Uint32Array(length);
  const sortedAreas = new Uint32Array(length);
  for (let share = 0; share < length; share++) {
    const place = next[ranks.array[share]!]!++;
    sortedBoxes[place] = boxes.array[share]!;
    sortedAreas[place] = areas.array[share]!;
  }
  return { starts, boxes: sortedBoxes, areas: sortedAreas };
}

/** The rank of the pixel in a band at column `x`: the rank of the first run that ends behind it. */
function rankAt(source: LabelRuns, runRanks: Uint32Array, band: number, x: number): number {
  let low = source.bandRuns[band]!;
  let high = source.bandRuns[band + 1]! - 1;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (source.runEnds[middle]! > x) high = middle;
    else low = middle + 1;
  }
  return runRanks[low]!;
}

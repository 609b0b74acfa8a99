/**
 * Repairs blended edges: gives pixels whose colour is not in the legend the label of a neighbour.
 *
 * Between red and black an edge is maroon. If maroon is a colour of the legend, the nearest colour makes the edge a class of
 * its own. But no maroon region lies beside it, so here it becomes red or black.
 *
 *   in the mask   red red ?    ?    black        ?: colours between red and black
 *   after pass 1  red red red  black black
 *
 * The rule:
 * 1. Only pixels whose colour is not in the legend change. Pixels that are unlabelled because they are transparent stay.
 * 2. A pass gives each of these pixels that has no label yet the label of one of its neighbours. It sees the labels that
 *    were there before the pass, and none of its own. So the order of the pixels does not matter.
 * 3. The neighbours are the eight pixels around. Along a slanted edge, a blended pixel may touch one of its two regions
 *    only at a corner.
 * 4. Of the neighbours' labels within the largest distance, the one with the nearest colour wins. Of equally near colours
 *    the smaller label wins.
 * 5. After four passes, the pixels that are left stay unlabelled. Edges of up to eight pixels are then closed from both
 *    sides. A region whose colour is missing in the legend loses no more than four pixels at its edge.
 */
import { withMemoryFor } from "../checks/memory.js";
import type { DenseMap } from "../maps/dense-map.js";
import { GrowingArray } from "../maps/growing-array.js";
import type { Decoded, DecodeRequest } from "./engines/engine.js";
import { putLabels } from "./engines/put-labels.js";
import { squareDistance } from "./rgb.js";
import type { ColorCounts, Measures } from "./wasm/measures.js";

/**
 * A pixel of an unknown colour gets a label of the eight pixels around it: the one with the nearest colour, or the smaller
 * label if two are equally near. So the maroon between red and black becomes red or black, even if maroon is a class.
 *
 * Labels spread by one pixel in each of four passes. A pass sees only the labels of the passes before, so the order of the
 * pixels does not matter. Edges of up to eight pixels are closed; pixels farther inside stay unlabelled. Pixels whose
 * colour is in the legend never change.
 */
export interface SnapToNeighbours {
  readonly to: "neighbours";
  /** As in `SnapToNearest`; labels of colours that are farther away do not count. Default: no limit. */
  readonly maxDistance?: number;
}

/** How often labels spread by one pixel. */
const MAX_PASSES = 4;
/** As many as the module lists. */
const MAX_LISTED_COLORS = 16;
/** In a map of labels, -1 is unlabelled, -2 an index that the palette lacks, and a smaller number an unknown colour. */
const FIRST_COLOR = -3;

/** What stands for an unknown colour in the map that `snapToNeighbours` takes. */
export function numberOfColor(rgb: number): number {
  return FIRST_COLOR - rgb;
}

/**
 * Decodes the whole mask, gives blended pixels the labels of neighbours, and fills the request's output.
 *
 * @param request its `unknown` must answer with `numberOfColor`.
 * @param decode an engine.
 */
export function decodeToNeighbours(
  request: DecodeRequest,
  snap: SnapToNeighbours,
  decode: (request: DecodeRequest) => Decoded,
): Decoded {
  const { output, container, colors } = request;
  const { width, height } = container.header;
  return withMemoryFor(`${width}×${height} pixels`, () => {
    const map = { width, height, data: new Int32Array(width * height) };
    const all = { width, height, dense: [{ into: map.data, values: null }], runs: null, sampled: null };
    const { issues, ...found } = decode({ ...request, output: all });
    const measures = snapToNeighbours(map, colors, snap, found);
    putLabels(map, output);
    return { ...measures, issues };
  });
}

/**
 * Replaces unknown colours in the map by labels of neighbours, or by -1.
 *
 * @param map a label for each pixel, -1, or what `numberOfColor` returns. It is changed.
 * @param colors 0xRRGGBB for each label, -1 for a label that no pixel has.
 * @param found what was counted in the map, with all unknown colours as unlabelled.
 * @returns the counts of the changed map. A colour that became several labels is listed once with each.
 */
export function snapToNeighbours(
  map: DenseMap<Int32Array>,
  colors: ArrayLike<number>,
  { maxDistance = Number.POSITIVE_INFINITY }: SnapToNeighbours,
  found: Measures,
): Measures {
  const { width, data } = map;
  const places = placesOfColors(data);
  const rgbs = places.map((place) => FIRST_COLOR - data[place]!);
  spread(map, places, rgbs, colors, maxDistance * maxDistance);

  const counts = found.counts.slice();
  const boxes = Int32Array.from(found.boxes);
  const snapped = new ListedColors();
  const left = new ListedColors();
  // The map does not have the colours of transparent pixels. They are what was counted beside the unknown colours, and
  // are listed last.
  const transparent = new Map(found.unlabelled.colors.map(({ rgb, count }) => [rgb, count]));
  places.forEach((place, index) => {
    const rgb = rgbs[index]!;
    const label = data[place]!;
    const listed = transparent.get(rgb);
    if (listed !== undefined) transparent.set(rgb, listed - 1);
    if (label >= 0) {
      snapped.add(rgb, label);
      counts[label]!++;
      widenBox(boxes.subarray(label * 4, label * 4 + 4), place % width, Math.floor(place / width));
    } else {
      left.add(rgb);
      data[place] = -1;
    }
  });
  for (const [rgb, count] of transparent) if (count > 0) left.add(rgb, -1, count);
  const unlabelled = { count: found.unlabelled.count - snapped.count, colors: left.colors };
  return {
    ...found,
    counts,
    boxes: [...boxes],
    unlabelled,
    snapped: { count: snapped.count, colors: snapped.colors },
  };
}

function placesOfColors(data: Int32Array): Uint32Array {
  const places = new GrowingArray(Uint32Array);
  for (let place = 0; place < data.length; place++) if (data[place]! <= FIRST_COLOR) places.push(place);
  return places.toArray();
}

/** Lets the labels spread to the places, pass by pass. */
function spread(
  map: DenseMap<Int32Array>,
  places: Uint32Array,
  rgbs: Uint32Array,
  colors: ArrayLike<number>,
  maxSquare: number,
): void {
  const { data } = map;
  let open = places.map((_, index) => index);
  for (let pass = 0; pass < MAX_PASSES; pass++) {
    const labels = new Int32Array(open.length);
    for (let at = 0; at < open.length; at++) {
      labels[at] = nearestAround(map, places[open[at]!]!, rgbs[open[at]!]!, colors, maxSquare);
    }
    // Only now, so that the pass does not see its own labels.
    for (let at = 0; at < open.length; at++) if (labels[at]! >= 0) data[places[open[at]!]!] = labels[at]!;
    const before = open.length;
    open = open.filter((_, at) => labels[at]! < 0);
    if (open.length === before) return;
  }
}

/** The label around a place whose colour is nearest to `rgb`; -1 if none is near enough. */
function nearestAround(
  { width, data }: DenseMap<Int32Array>,
  place: number,
  rgb: number,
  colors: ArrayLike<number>,
  maxSquare: number,
): number {
  const x = place % width;
  const left = x > 0 ? 1 : 0;
  const right = x + 1 < width ? 1 : 0;
  let nearest = -1;
  let least = maxSquare;
  for (let middle = place - width; middle <= place + width; middle += width) {
    if (middle < 0 || middle >= data.length) continue;
    for (let at = middle - left; at <= middle + right; at++) {
      const label = data[at]!;
      if (label < 0 || label === nearest) continue;
      const square = squareDistance(colors[label]!, rgb);
      if (square > least || (square === least && nearest >= 0 && label > nearest)) continue;
      nearest = label;
      least = square;
    }
  }
  return nearest;
}

/** Counts pixels by colour and label, and lists the first few pairs. */
class ListedColors implements ColorCounts {
  count = 0;
  readonly colors: { readonly rgb: number; readonly label: number; count: number }[] = [];
  readonly #entries = new Map<number, { count: number }>();

  add(rgb: number, label = -1, count = 1): void {
    this.count += count;
    const key = rgb * 0x20000 + label + 1;
    const known = this.#entries.get(key);
    if (known !== undefined) known.count += count;
    else if (this.colors.length < MAX_LISTED_COLORS) {
      const entry = { rgb, label, count };
      this.colors.push(entry);
      this.#entries.set(key, entry);
    }
  }
}

/** Widens `x, y, width, height` by a pixel. There is a box: the label comes from a pixel of its own colour. */
function widenBox(box: Int32Array, x: number, y: number): void {
  const [left, top, width, height] = box as unknown as [number, number, number, number];
  box[0] = Math.min(left, x);
  box[1] = Math.min(top, y);
  box[2] = Math.max(left + width, x + 1) - box[0];
  box[3] = Math.max(top + height, y + 1) - box[1];
}

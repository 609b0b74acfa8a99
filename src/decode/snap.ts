/**
 * Repairs blended masks: finds the colour of the legend that is nearest to a colour that is not in it.
 *
 * There are three ways to find it, and all give the same answer. The first few unknown colours are compared with all
 * colours of the legend, so clean masks pay for no preparation. (Even they ask for one colour: the black that PNG's filters
 * assume around an image.) Later colours are looked up in a tree, which is fast with almost every legend. But some legends
 * have many colours at nearly the same distance, for example on a sphere around a mask's colours. Then the tree saves
 * little. Once it has done as much work as a table of all colours costs, the table replaces it.
 */
import { ColorTable } from "./color-table.js";
import { ColorTree } from "./color-tree.js";
import { numberOfColor, type SnapToNeighbours } from "./neighbours.js";
import { squareDistance } from "./rgb.js";

/** How colours that are not in the legend become colours of the legend. */
export type SnapOptions = SnapToNearest | SnapToNeighbours;

/** An unknown colour becomes the nearest colour of the whole legend, wherever its pixels are. */
export interface SnapToNearest {
  readonly to?: "nearest";
  /**
   * The largest distance to the nearest colour: Euclidean, in steps of the 8-bit channels R, G and B. It must be above 0.
   * All colours are less than 442 apart.
   */
  readonly maxDistance: number;
}

/** The number of unknown colours after which the tree is built. */
const FEW_COLORS = 8;
/** How many answers are remembered. Gradients have thousands of colours, noise has millions. */
const MAX_REMEMBERED = 65_536;
/** The number of distances after which a table replaces the tree. They take about as long as filling the table. */
const MAX_TREE_WORK = 2 ** 24;

/**
 * A function from 0xRRGGBB to what the engines write for an unknown colour: the label of the nearest colour, or -1, or the
 * number that `snapToNeighbours` replaces later.
 */
export function answerTo(colors: ArrayLike<number>, snap: SnapOptions): (rgb: number) => number {
  return snap.to === "neighbours" ? numberOfColor : nearestLabel(colors, snap);
}

/**
 * A function from 0xRRGGBB to the label of the nearest colour, or -1 if none is within the distance. If several colours
 * are equally near, the first in the legend wins.
 *
 * @param colors 0xRRGGBB for each label, -1 for a label that no pixel can have; at most 65,536 labels.
 * @param maxTreeWork the number of distances after which a table replaces the tree.
 */
export function nearestLabel(
  colors: ArrayLike<number>,
  { maxDistance }: SnapToNearest,
  maxTreeWork: number = MAX_TREE_WORK,
): (rgb: number) => number {
  const maxSquare = maxDistance * maxDistance;
  const remembered = new Map<number, number>();
  let tree: ColorTree | undefined;
  let table: ColorTable | undefined;
  const find = (rgb: number): number => {
    if (table !== undefined) return table.findNearest(rgb, maxSquare);
    if (tree === undefined) {
      if (remembered.size < FEW_COLORS) return compareAll(colors, rgb, maxSquare);
      tree = new ColorTree(colors);
    }
    const label = tree.findNearest(rgb, maxSquare);
    if (tree.work > maxTreeWork) table = new ColorTable(colors);
    return label;
  };
  return (rgb) => {
    const known = remembered.get(rgb);
    if (known !== undefined) return known;
    const label = find(rgb);
    if (remembered.size === MAX_REMEMBERED) remembered.clear();
    remembered.set(rgb, label);
    return label;
  };
}

function compareAll(colors: ArrayLike<number>, rgb: number, maxSquare: number): number {
  let nearest = -1;
  let least = Number.POSITIVE_INFINITY;
  for (let label = 0; label < colors.length; label++) {
    const square = colors[label]! < 0 ? Number.POSITIVE_INFINITY : squareDistance(colors[label]!, rgb);
    if (square > maxSquare || square >= least) continue;
    nearest = label;
    least = square;
  }
  return nearest;
}

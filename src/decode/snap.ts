/**
 * Repairs blended masks: finds the colour of the legend that is nearest to a colour that is not in it.
 *
 * The colours form a k-d tree (Bentley 1975) in an array. The middle element of a range is its median by red, green or
 * blue in turn, and the colours that are darker in that channel lie before it. The tree is built only after a few unknown
 * colours. For the first few, all colours of the legend are compared, so clean masks do not pay for a tree. (Even they ask
 * for one colour: the black that PNG's filters assume around an image.)
 */
export interface SnapOptions {
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

/**
 * A function from 0xRRGGBB to the label of the nearest colour, or -1 if none is within the distance. If several colours
 * are equally near, the first in the legend wins.
 *
 * @param colors 0xRRGGBB for each label, -1 for a label that no pixel can have.
 */
export function nearestLabel(colors: Int32Array, { maxDistance }: SnapOptions): (rgb: number) => number {
  const remembered = new Map<number, number>();
  let tree: Int32Array | undefined;
  return (rgb) => {
    const known = remembered.get(rgb);
    if (known !== undefined) return known;
    if (remembered.size >= FEW_COLORS) tree ??= buildTree(colors);
    const maxSquare = maxDistance * maxDistance;
    const label = tree ? findNearest(tree, colors, rgb, maxSquare) : compareAll(colors, rgb, maxSquare);
    if (remembered.size === MAX_REMEMBERED) remembered.clear();
    remembered.set(rgb, label);
    return label;
  };
}

function compareAll(colors: Int32Array, rgb: number, maxSquare: number): number {
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

/** The labels that have a colour, in the tree's order. */
function buildTree(colors: Int32Array): Int32Array {
  const labels = Int32Array.from(colors.keys()).filter((label) => colors[label]! >= 0);
  const arrange = (start: number, end: number, channel: number): void => {
    if (end - start < 2) return;
    labels.subarray(start, end).sort((a, b) => level(colors[a]!, channel) - level(colors[b]!, channel));
    const middle = (start + end) >> 1;
    arrange(start, middle, (channel + 1) % 3);
    arrange(middle + 1, end, (channel + 1) % 3);
  };
  arrange(0, labels.length, 0);
  return labels;
}

function findNearest(labels: Int32Array, colors: Int32Array, rgb: number, maxSquare: number): number {
  let nearest = -1;
  let least = maxSquare;
  const search = (start: number, end: number, channel: number): void => {
    if (start >= end) return;
    const middle = (start + end) >> 1;
    const label = labels[middle]!;
    const square = squareDistance(colors[label]!, rgb);
    if (square < least || (square === least && (nearest < 0 || label < nearest))) {
      nearest = label;
      least = square;
    }
    const beyond = level(rgb, channel) - level(colors[label]!, channel);
    const next = (channel + 1) % 3;
    if (beyond <= 0) search(start, middle, next);
    else search(middle + 1, end, next);
    // Nothing on the other side of the plane is nearer than the plane itself.
    if (beyond * beyond > least) return;
    if (beyond <= 0) search(middle + 1, end, next);
    else search(start, middle, next);
  };
  search(0, labels.length, 0);
  return nearest;
}

/** Red, green or blue. */
function level(rgb: number, channel: number): number {
  return (rgb >> (16 - channel * 8)) & 0xff;
}

function squareDistance(a: number, b: number): number {
  let sum = 0;
  for (let channel = 0; channel < 3; channel++) sum += (level(a, channel) - level(b, channel)) ** 2;
  return sum;
}

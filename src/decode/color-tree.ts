/**
 * Finds nearest colours in a k-d tree (Bentley 1975).
 *
 * Each node is a range of the list of labels. Its two halves are separated at the median of the channel in which its
 * colours differ most. Every node knows the box around its colours, so a search skips a node if even the nearest corner of
 * its box is too far. The planes between the halves alone would not do: all colours of a legend may lie in one plane, and
 * then they say nothing about the distance from that plane.
 */
import { labelsByColor, level, squareDistance } from "./rgb.js";

/** A node of up to this many colours is not divided. */
const LEAF_COLORS = 8;
/** Least red, green and blue, then most. */
const BOX_LEVELS = 6;

export class ColorTree {
  /** The number of colours and boxes whose distances all searches have calculated. */
  work = 0;
  readonly #colors: ArrayLike<number>;
  readonly #labels: Int32Array;
  /** The box of each node. The root is node 1, and the halves of node n are 2n and 2n + 1. */
  readonly #boxes: Uint8Array;
  #rgb = 0;
  #nearest = -1;
  #least = 0;

  /** @param colors 0xRRGGBB for each label, -1 for a label that has no colour; at most 65,536 labels. */
  constructor(colors: ArrayLike<number>) {
    this.#colors = colors;
    this.#labels = labelsByColor(colors);
    const leaves = 2 ** Math.ceil(Math.log2(Math.max(1, this.#labels.length / LEAF_COLORS)));
    this.#boxes = new Uint8Array(2 * leaves * BOX_LEVELS);
    this.#arrange(1, 0, this.#labels.length);
  }

  /** The first of the labels with the least distance; -1 if its square is above `maxSquare`. */
  findNearest(rgb: number, maxSquare: number): number {
    this.#rgb = rgb;
    this.#nearest = -1;
    this.#least = maxSquare;
    if (this.#labels.length > 0) this.#search(1, 0, this.#labels.length);
    return this.#nearest;
  }

  #arrange(node: number, start: number, end: number): void {
    const labels = this.#labels.subarray(start, end);
    const box = this.#boxes.subarray(node * BOX_LEVELS, (node + 1) * BOX_LEVELS);
    box.fill(255, 0, 3);
    for (const label of labels) {
      for (let channel = 0; channel < 3; channel++) {
        const value = level(this.#colors[label]!, channel);
        if (value < box[channel]!) box[channel] = value;
        if (value > box[channel + 3]!) box[channel + 3] = value;
      }
    }
    if (labels.length <= LEAF_COLORS) return;
    const extents = [0, 1, 2].map((channel) => box[channel + 3]! - box[channel]!);
    const channel = extents.indexOf(Math.max(...extents));
    // By level and then by label, as plain numbers.
    labels.forEach((label, place) => {
      labels[place] = (level(this.#colors[label]!, channel) << 16) | label;
    });
    labels.sort();
    labels.forEach((key, place) => {
      labels[place] = key & 0xffff;
    });
    const middle = (start + end) >> 1;
    this.#arrange(2 * node, start, middle);
    this.#arrange(2 * node + 1, middle, end);
  }

  #search(node: number, start: number, end: number): void {
    if (end - start <= LEAF_COLORS) {
      this.work += end - start;
      for (let place = start; place < end; place++) this.#compare(this.#labels[place]!);
      return;
    }
    this.work += 2;
    const middle = (start + end) >> 1;
    const before = this.#distanceToBox(2 * node);
    const after = this.#distanceToBox(2 * node + 1);
    // At the same distance there may be a label that comes first in the legend.
    if (before <= after) {
      if (before <= this.#least) this.#search(2 * node, start, middle);
      if (after <= this.#least) this.#search(2 * node + 1, middle, end);
    } else {
      if (after <= this.#least) this.#search(2 * node + 1, middle, end);
      if (before <= this.#least) this.#search(2 * node, start, middle);
    }
  }

  #compare(label: number): void {
    const square = squareDistance(this.#colors[label]!, this.#rgb);
    if (square > this.#least || (square === this.#least && this.#nearest >= 0 && label > this.#nearest))
      return;
    this.#nearest = label;
    this.#least = square;
  }

  /** The square of the distance to the nearest corner, edge or face; 0 inside of the box. */
  #distanceToBox(node: number): number {
    let sum = 0;
    for (let channel = 0, at = node * BOX_LEVELS; channel < 3; channel++, at++) {
      const value = level(this.#rgb, channel);
      const beyond = Math.max(this.#boxes[at]! - value, value - this.#boxes[at + 3]!, 0);
      sum += beyond * beyond;
    }
    return sum;
  }
}

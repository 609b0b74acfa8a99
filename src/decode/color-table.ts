/**
 * The nearest colour of each of the 16,777,216 colours, for legends on which a tree does too much work.
 *
 * The table is filled in three steps: the nearest colour along blue, then along green, then along red. Every step goes
 * along lines, and each line takes time in proportion to its length, whatever the legend is (Felzenszwalb and Huttenlocher
 * 2012: distance transforms of sampled functions). The table takes 32 MiB.
 */
import { labelsByColor, squareDistance } from "./rgb.js";

const LEVELS = 256;
/** The distance in the table between neighbours along green, and along red. */
const GREEN = LEVELS;
const RED = LEVELS * LEVELS;

export class ColorTable {
  readonly #colors: ArrayLike<number>;
  /** By 0xRRGGBB; `null` if no label has a colour. */
  readonly #nearest: Uint16Array | null;

  /** @param colors 0xRRGGBB for each label, -1 for a label that has no colour; at most 65,536 labels. */
  constructor(colors: ArrayLike<number>) {
    this.#colors = colors;
    const labels = labelsByColor(colors);
    this.#nearest = labels.length === 0 ? null : nearestOfAll(labels, colors);
  }

  /** The first of the labels with the least distance; -1 if its square is above `maxSquare`. */
  findNearest(rgb: number, maxSquare: number): number {
    const label = this.#nearest?.[rgb];
    if (label === undefined) return -1;
    return squareDistance(this.#colors[label]!, rgb) <= maxSquare ? label : -1;
  }
}

/** @param labels at least one, in the order of their colours, which are all different. */
function nearestOfAll(labels: Int32Array, colors: ArrayLike<number>): Uint16Array {
  const table = new Uint16Array(LEVELS * RED);
  const line = new NearestOnLine();
  // 0xRRGG of the rows and 0xRR of the slices that have a colour of the legend.
  const rows = new Set<number>();
  const slices = new Set<number>();

  for (let place = 0; place < labels.length; ) {
    const row = colors[labels[place]!]! >> 8;
    rows.add(row);
    slices.add(row >> 8);
    line.clear();
    for (; place < labels.length && colors[labels[place]!]! >> 8 === row; place++) {
      line.add(colors[labels[place]!]! & 0xff, 0, labels[place]!);
    }
    line.write(table, row * GREEN, 1);
  }
  const levels = Array.from({ length: LEVELS }, (_, value) => value);
  for (const slice of slices) {
    const greens = levels.filter((green) => rows.has((slice << 8) | green));
    for (let blue = 0; blue < LEVELS; blue++) {
      const start = slice * RED + blue;
      line.clear();
      for (const green of greens) {
        const label = table[start + green * GREEN]!;
        line.add(green, squareDistance(colors[label]! & 0x0000ff, blue), label);
      }
      line.write(table, start, GREEN);
    }
  }
  const reds = levels.filter((red) => slices.has(red));
  for (let start = 0; start < RED; start++) {
    line.clear();
    for (const red of reds) {
      const label = table[start + red * RED]!;
      line.add(red, squareDistance(colors[label]! & 0x00ffff, start), label);
    }
    line.write(table, start, RED);
  }
  return table;
}

/**
 * For each place on a line, 0 to 255, the candidate with the least square distance: the square of the distance along the
 * line, plus the square that the candidate has already. Of equally near candidates the one with the smaller label wins. So
 * of two candidates the later one wins from a certain place on, and the earlier one wins before that place.
 */
export class NearestOnLine {
  #count = 0;
  /** The candidates that win somewhere, in the order of their places. Each wins from `from` until the next one wins. */
  readonly #from = new Int32Array(LEVELS);
  readonly #places = new Int32Array(LEVELS);
  readonly #squares = new Int32Array(LEVELS);
  readonly #labels = new Int32Array(LEVELS);

  clear(): void {
    this.#count = 0;
  }

  /** Adds a candidate. Its place must be after the places of all others. */
  add(place: number, square: number, label: number): void {
    let from = 0;
    while (this.#count > 0) {
      from = this.#firstWin(this.#count - 1, place, square, label);
      if (from > this.#from[this.#count - 1]!) break;
      this.#count--;
      from = 0;
    }
    if (from >= LEVELS) return;
    this.#from[this.#count] = from;
    this.#places[this.#count] = place;
    this.#squares[this.#count] = square;
    this.#labels[this.#count] = label;
    this.#count++;
  }

  /** Writes the winner of each place to `into[start + place * step]`. There must be a candidate. */
  write(into: Uint16Array, start: number, step: number): void {
    let end = LEVELS;
    for (let winner = this.#count - 1; winner >= 0; winner--) {
      const from = this.#from[winner]!;
      const label = this.#labels[winner]!;
      for (let place = from; place < end; place++) into[start + place * step] = label;
      end = from;
    }
  }

  /** The first place at which a new candidate wins against an earlier one. */
  #firstWin(earlier: number, place: number, square: number, label: number): number {
    const earlierPlace = this.#places[earlier]!;
    const difference = place * place + square - earlierPlace * earlierPlace - this.#squares[earlier]!;
    const equallyNear = difference / (2 * (place - earlierPlace));
    return label < this.#labels[earlier]! ? Math.ceil(equallyNear) : Math.floor(equallyNear) + 1;
  }
}

/**
 * Finds a place for the name of each label: a box inside the label's own box that is nearly filled by the label. Large
 * labels choose first, and no two names overlap. A label without such a place gets no name.
 */
import type { LabelMap } from "labelmap";

export interface Box {
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
}

/** A name that may be drawn, with the sizes that it may have, the preferred one first. Lengths are in pixels of the map. */
export interface Wanted {
  readonly label: number;
  readonly boxes: readonly { readonly width: number; readonly height: number }[];
}

export interface Placed {
  readonly label: number;
  /** Which of the sizes fits. */
  readonly size: number;
  readonly box: Box;
}

/** How much of a name's box must be pixels of its label. */
const LEAST_SHARE = 0.9;
/** How many rows of samples a name has. More find better places, and need more time. */
const ROWS_PER_NAME = 5;

export function placeNames(map: LabelMap, wanted: readonly Wanted[]): Placed[] {
  const bySize = [...wanted].sort(
    (a, b) => map.labels[b.label]!.pixelCount - map.labels[a.label]!.pixelCount || a.label - b.label,
  );
  const placed: Placed[] = [];
  for (const { label, boxes } of bySize) {
    for (const [size, { width, height }] of boxes.entries()) {
      const box = placeOf(map, label, width, height, placed);
      if (box === null) continue;
      placed.push({ label, size, box });
      break;
    }
  }
  return placed;
}

function placeOf(
  map: LabelMap,
  label: number,
  width: number,
  height: number,
  placed: readonly Placed[],
): Box | null {
  const { bbox } = map.labels[label]!;
  if (bbox === null || bbox[2] < width || bbox[3] < height) return null;
  const samples = new Samples(map, label, bbox, Math.max(1, Math.floor(height / ROWS_PER_NAME)));
  const { step } = samples;
  const [centreX, centreY] = samples.centre();
  let best: { readonly box: Box; readonly score: number } | null = null;
  for (let y = bbox[1]; y + height <= bbox[1] + bbox[3]; y += step) {
    for (let x = bbox[0]; x + width <= bbox[0] + bbox[2]; x += step) {
      const box = { x, y, width, height };
      const share = samples.shareIn(box);
      if (share < LEAST_SHARE || placed.some((other) => overlaps(other.box, box))) continue;
      // Away from the border, and near the middle.
      const around = { x: x - height, y: y - height, width: width + 2 * height, height: 3 * height };
      const away =
        Math.hypot(x + width / 2 - centreX, y + height / 2 - centreY) / Math.hypot(bbox[2], bbox[3]);
      const score = share + samples.shareIn(around) - away;
      if (best === null || score > best.score) best = { box, score };
    }
  }
  return best?.box ?? null;
}

/** Which pixels of a box belong to a label, sampled, as a table of sums: the share in any part of it takes four look-ups. */
class Samples {
  readonly step: number;
  readonly #left: number;
  readonly #top: number;
  readonly #columns: number;
  readonly #rows: number;
  readonly #sums: Int32Array;
  #sumX = 0;
  #sumY = 0;
  #count = 0;

  constructor({ width, data }: LabelMap, label: number, bbox: readonly number[], step: number) {
    const [left, top, across, down] = bbox as [number, number, number, number];
    this.step = step;
    [this.#left, this.#top] = [left, top];
    this.#columns = Math.ceil(across / step);
    this.#rows = Math.ceil(down / step);
    const stride = this.#columns + 1;
    this.#sums = new Int32Array(stride * (this.#rows + 1));
    for (let row = 0; row < this.#rows; row++) {
      let inRow = 0;
      // The middle of the sample's square, or the last pixel of the box.
      const y = Math.min(top + row * step + (step >> 1), top + down - 1);
      for (let column = 0; column < this.#columns; column++) {
        const x = Math.min(left + column * step + (step >> 1), left + across - 1);
        if (data[y * width + x] === label) {
          inRow++;
          this.#count++;
          this.#sumX += x;
          this.#sumY += y;
        }
        const place = (row + 1) * stride + column + 1;
        this.#sums[place] = this.#sums[place - stride]! + inRow;
      }
    }
  }

  /** The mean position of the label's samples. */
  centre(): [x: number, y: number] {
    const count = Math.max(1, this.#count);
    return [this.#sumX / count, this.#sumY / count];
  }

  /** What is outside the label's box counts as other pixels. */
  shareIn({ x, y, width, height }: Box): number {
    const inside = (value: number, most: number) => Math.min(most, Math.max(0, value));
    const column = (at: number) => Math.round((at - this.#left) / this.step);
    const row = (at: number) => Math.round((at - this.#top) / this.step);
    const [left, right] = [column(x), Math.max(column(x) + 1, column(x + width))];
    const [top, bottom] = [row(y), Math.max(row(y) + 1, row(y + height))];
    const stride = this.#columns + 1;
    const sumAt = (atColumn: number, atRow: number) =>
      this.#sums[inside(atRow, this.#rows) * stride + inside(atColumn, this.#columns)]!;
    const sum = sumAt(right, bottom) - sumAt(left, bottom) - sumAt(right, top) + sumAt(left, top);
    return sum / ((right - left) * (bottom - top));
  }
}

function overlaps(a: Box, b: Box): boolean {
  return a.x < b.x + b.width && b.x < a.x + a.width && a.y < b.y + b.height && b.y < a.y + a.height;
}

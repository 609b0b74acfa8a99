/** Small pictures of many images on one sheet, with their names below them, and one legend for all. */
import type { LabelMap } from "labelmap";
import { type Canvas, copyCanvas, fillRectangle, makeCanvas } from "./canvas.js";
import type { DrawOptions } from "./draw-overlay.js";
import { colorsOf } from "./label-colors.js";
import { drawStrip, type LegendItem, legendItems } from "./legend-strip.js";
import { GROUND } from "./paint-labels.js";
import type { Picture } from "./picture-file.js";
import { drawLine, shorten } from "./text.js";

/** A sheet of more pictures is larger than any screen. */
export const MOST_ON_SHEET = 120;

/** In pixels, before `--scale`. */
const CELL = { width: 320, height: 240 };
const GAP = 16;
const CAPTION_SIZE = 14;
const CAPTION_HEIGHT = 26;
const CAPTION_COLOR = "#c9ccd1";
/** A small mask is enlarged, but not so much that it is only squares. */
const MOST_ENLARGED = 4;

interface Cell {
  readonly name: string;
  readonly canvas: Canvas;
}

export class ContactSheet {
  readonly #options: DrawOptions;
  readonly #cells: Cell[] = [];
  readonly #legend = new Map<string, { pixels: number; colors: Set<number> | null }>();
  #pixels = 0;

  constructor(options: DrawOptions) {
    this.#options = options;
  }

  /** How to draw an image for the sheet. */
  optionsFor({ width, height }: LabelMap): DrawOptions {
    const { scale } = this.#options;
    const fit = Math.min(CELL.width / width, CELL.height / height, MOST_ENLARGED);
    return { ...this.#options, scale: fit * scale, legend: false, names: false };
  }

  add(name: string, map: LabelMap, { canvas }: Picture): void {
    this.#cells.push({ name, canvas });
    const pixels = map.width * map.height;
    this.#pixels += pixels;
    for (const { name: className, share, colors } of legendItems(
      map,
      colorsOf(map, this.#options.colors, this.#options.classNames),
    )) {
      const known = this.#legend.get(className) ?? { pixels: 0, colors: colors && new Set() };
      known.pixels += share * pixels;
      for (const color of colors ?? []) known.colors?.add(color);
      this.#legend.set(className, known);
    }
  }

  /** @throws {DecodeError} OUT_OF_MEMORY */
  finish(): Picture {
    const { scale, legend } = this.#options;
    const px = (length: number) => Math.round(length * scale);
    const [gap, caption, cellWidth] = [px(GAP), px(CAPTION_HEIGHT), px(CELL.width)];
    const columns = Math.max(1, Math.ceil(Math.sqrt(this.#cells.length)));
    const rows: Cell[][] = [];
    for (let start = 0; start < this.#cells.length; start += columns) {
      rows.push(this.#cells.slice(start, start + columns));
    }
    const heights = rows.map((row) => Math.max(...row.map(({ canvas }) => canvas.height)));
    const width = gap + columns * (cellWidth + gap);
    const height = heights.reduce((sum, row) => sum + row + caption + gap, gap);
    const size = CAPTION_SIZE * scale;
    const strip = drawStrip(legend ? this.#items() : [], size, { width, height });
    const isLegend = legend && strip.svg !== "";
    const canvas = makeCanvas(isLegend ? strip.width : width, height + (isLegend ? strip.height : 0));
    fillRectangle(canvas, { x: 0, y: 0, width: canvas.width, height: canvas.height }, GROUND);
    const drawn: string[] = [];
    let top = gap;
    for (const [row, cells] of rows.entries()) {
      for (const [column, cell] of cells.entries()) {
        const left = gap + column * (cellWidth + gap);
        const below = heights[row]! - cell.canvas.height;
        copyCanvas(canvas, cell.canvas, left + ((cellWidth - cell.canvas.width) >> 1), top + (below >> 1));
        const name = shorten(cell.name, cellWidth / size);
        drawn.push(
          drawLine(name, { x: left, y: top + heights[row]! + size * 1.3, size, color: CAPTION_COLOR }),
        );
      }
      top += heights[row]! + caption + gap;
    }
    if (isLegend) drawn.push(`<g transform="translate(0 ${height})">${strip.svg}</g>`);
    return { canvas, drawing: drawn.join("") };
  }

  #items(): LegendItem[] {
    return Array.from(this.#legend, ([name, { pixels, colors }]) => ({
      name,
      share: pixels / this.#pixels,
      colors: colors === null ? null : [...colors].slice(0, 4),
    })).sort((a, b) => b.share - a.share);
  }
}

/**
 * The legend below a picture: for each class a swatch, its name and its share of the pixels, the largest share first, in as
 * many columns as fit. If the labels of a class have several colours, the swatch shows those of the largest labels.
 */
import type { LabelMap } from "labelmap";
import { stripe } from "./paint-labels.js";
import { CAP_HEIGHT, drawLine, shapeLine, shorten } from "./text.js";

export interface LegendItem {
  readonly name: string;
  /** Its part of all pixels, from 0 to 1. */
  readonly share: number;
  /** The colours of the swatch, 0xRRGGBB, side by side; `null` for unlabelled pixels. */
  readonly colors: readonly number[] | null;
}

export interface Strip {
  /** The width that a column needs. It is larger than the picture's width if the picture is very narrow. */
  readonly width: number;
  readonly height: number;
  /** SVG elements; the strip's top left corner is at (0, 0). */
  readonly svg: string;
}

const NAME_COLOR = "#e9ebee";
const SHARE_COLOR = "#9ba1aa";

/** As shares of the size of the type. */
const PADDING = 1.1;
const ROW_HEIGHT = 1.75;
const SWATCH = { width: 1.7, height: 1 };
const GAP = 0.6;
const COLUMN_GAP = 2;
const LONGEST_NAME = 15;
const SHORTEST_NAME = 5;
const MOST_SWATCH_COLORS = 4;
/** The strip may be as high as the picture, and may always have this many rows. */
const FEWEST_ROWS = 8;

/** The classes that have pixels, and the unlabelled pixels, sorted by number of pixels, the largest first. */
export function legendItems(map: LabelMap, colors: readonly number[]): LegendItem[] {
  const total = map.width * map.height;
  const classes = new Map<string, { pixels: number; readonly labels: { color: number; pixels: number }[] }>();
  for (const { index, className, pixelCount: pixels } of map.labels) {
    if (pixels === 0) continue;
    const known = classes.get(className) ?? { pixels: 0, labels: [] };
    known.pixels += pixels;
    known.labels.push({ color: colors[index]!, pixels });
    classes.set(className, known);
  }
  const items = Array.from(classes, ([name, { pixels, labels }]): LegendItem => {
    const largest = labels.sort((a, b) => b.pixels - a.pixels).map(({ color }) => color);
    const swatch = [...new Set(largest)].slice(0, MOST_SWATCH_COLORS);
    return { name, share: pixels / total, colors: swatch };
  });
  if (map.unlabelled.count > 0) {
    items.push({ name: "unlabelled", share: map.unlabelled.count / total, colors: null });
  }
  return items.sort((a, b) => b.share - a.share);
}

/**
 * @param size the size of the type, in pixels
 * @param room the size of the picture above, in pixels
 */
export function drawStrip(
  all: readonly LegendItem[],
  size: number,
  room: { readonly width: number; readonly height: number },
): Strip {
  const shareWidth = Math.max(...all.map(({ share }) => shapeLine(percent(share)).width), 0);
  const columnWidth = (name: number) => SWATCH.width + GAP + name + GAP + shareWidth;
  const width = Math.max(room.width, Math.ceil((2 * PADDING + columnWidth(SHORTEST_NAME)) * size));
  const free = width / size - 2 * PADDING;
  const longest = Math.max(SHORTEST_NAME, ...all.map(({ name }) => shapeLine(name).width));
  const nameWidth = Math.min(longest, LONGEST_NAME, free - columnWidth(0));
  const most = Math.max(1, Math.floor((free + COLUMN_GAP) / (columnWidth(nameWidth) + COLUMN_GAP)));
  const mostRows = Math.max(FEWEST_ROWS, Math.floor(room.height / size / ROW_HEIGHT));
  const rows = Math.max(1, Math.min(Math.ceil(all.length / most), mostRows));
  // The last place shows how many items do not fit.
  const items = all.length > rows * most ? all.slice(0, rows * most - 1) : all;
  const hidden = all.length - items.length;
  const baseline = (ROW_HEIGHT + CAP_HEIGHT) / 2;
  const cornerOf = (place: number) => ({
    x: PADDING + Math.floor(place / rows) * (columnWidth(nameWidth) + COLUMN_GAP),
    y: PADDING + (place % rows) * ROW_HEIGHT,
  });
  const line = (text: string, x: number, y: number, color: string) =>
    drawLine(text, { x: x * size, y: (y + baseline) * size, size, color });
  const drawn = items.map(({ name, share, colors }, place) => {
    const { x, y } = cornerOf(place);
    const start = x + SWATCH.width + GAP;
    const end = x + columnWidth(nameWidth) - shapeLine(percent(share)).width;
    return [
      drawSwatch(x * size, (y + (ROW_HEIGHT - SWATCH.height) / 2) * size, size, colors),
      line(shorten(name, nameWidth), start, y, NAME_COLOR),
      line(percent(share), end, y, SHARE_COLOR),
    ].join("");
  });
  if (hidden > 0) {
    const { x, y } = cornerOf(items.length);
    drawn.push(line(`+ ${hidden} more`, x + SWATCH.width + GAP, y, SHARE_COLOR));
  }
  return { width, height: Math.ceil((2 * PADDING + rows * ROW_HEIGHT) * size), svg: drawn.join("") };
}

function percent(share: number): string {
  return `${(100 * share).toFixed(1)} %`;
}

function drawSwatch(x: number, y: number, size: number, colors: readonly number[] | null): string {
  const [left, top] = [Math.round(x), Math.round(y)];
  const [width, height] = [Math.round(SWATCH.width * size), Math.round(SWATCH.height * size)];
  const parts = colors ?? Array.from({ length: 6 }, (_, place) => stripe(place, 0, 1));
  const part = width / parts.length;
  return parts
    .map((color, place) => {
      const from = left + Math.round(place * part);
      const to = left + Math.round((place + 1) * part);
      return `<rect x="${from}" y="${top}" width="${to - from}" height="${height}" fill="${hex(color)}" shape-rendering="crispEdges"/>`;
    })
    .join("");
}

function hex(color: number): string {
  return `#${color.toString(16).padStart(6, "0")}`;
}

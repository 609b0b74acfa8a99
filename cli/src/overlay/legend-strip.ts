/**
 * The legend strip below a picture. It shows for each class a swatch, its name and its share of the pixels, the largest
 * share first, in as many columns as fit. If the objects of a class have their own colours, the swatch shows the colours of
 * the largest objects.
 */
import type { LabelMap } from "labelmap";
import { parseColor } from "labelmap/legend";
import { type Canvas, charactersOf, drawText, fillRectangle, type Rectangle, setPixel } from "./canvas.js";
import { GLYPH_HEIGHT, GLYPH_WIDTH } from "./font.js";
import { stripe } from "./paint-labels.js";

interface Item {
  readonly name: string;
  readonly pixels: number;
  /** The colours of the swatch, 0xRRGGBB, side by side; `null` for unlabelled pixels. */
  readonly colors: readonly number[] | null;
}

/** The layout of the strip. Lengths are in pixels. */
export interface StripLayout {
  /** The width of the whole picture. It is larger than the map's width if the map is too narrow for a column. */
  readonly width: number;
  /** The height of the strip. */
  readonly height: number;
  readonly scale: number;
  readonly columns: number;
  readonly rows: number;
  /** The most characters of a name. */
  readonly nameLength: number;
  /** The items to show; `hidden` more do not fit. */
  readonly items: readonly Item[];
  readonly hidden: number;
}

const BACKGROUND = 0x1b1c1f;
const NAME_COLOR = 0xf0f0f0;
const SHARE_COLOR = 0xa8abb0;
const FRAME_COLOR = 0x6a6d73;

/** These lengths are in pixels of the glyphs, and are multiplied by the scale. */
const PADDING = 10;
const ROW_HEIGHT = 19;
const SWATCH = { width: 24, height: 13 };
const GAP = 7;
const COLUMN_GAP = 22;
/** The length of `100.0 %`. */
const SHARE_LENGTH = 7;
const LONGEST_NAME = 28;
const SHORTEST_NAME = 10;
const MOST_SWATCH_COLORS = 4;
/** The strip may be as high as the picture, and may always have this many rows. */
const FEWEST_ROWS = 8;

/** The width of a column with names of `nameLength` characters. */
function columnWidth(nameLength: number): number {
  return SWATCH.width + GAP + (nameLength + SHARE_LENGTH) * GLYPH_WIDTH + GAP;
}

export function layOutStrip(map: LabelMap): StripLayout {
  const all = itemsOf(map);
  // Scale the text with the picture.
  const scale = Math.max(1, Math.round(map.width / 960));
  const width = Math.max(map.width, (2 * PADDING + columnWidth(SHORTEST_NAME)) * scale);
  const room = Math.floor(width / scale) - 2 * PADDING;
  const longest = all.reduce((most, { name }) => Math.max(most, charactersOf(name).length), SHORTEST_NAME);
  const widest = Math.floor((room - columnWidth(0)) / GLYPH_WIDTH);
  const nameLength = Math.min(longest, LONGEST_NAME, widest);
  const most = Math.floor((room + COLUMN_GAP) / (columnWidth(nameLength) + COLUMN_GAP));
  const mostRows = Math.max(FEWEST_ROWS, Math.floor(map.height / scale / ROW_HEIGHT));
  const rows = Math.min(Math.ceil(all.length / most), mostRows);
  const places = rows * most;
  // The last place shows how many items do not fit.
  const items = all.length > places ? all.slice(0, places - 1) : all;
  const hidden = all.length - items.length;
  const columns = Math.ceil((items.length + Math.sign(hidden)) / rows);
  const height = (2 * PADDING + rows * ROW_HEIGHT) * scale;
  return { width, height, scale, columns, rows, nameLength, items, hidden };
}

/** Draws the strip from row `top` down, and the background beside a narrower map. */
export function drawStrip(canvas: Canvas, top: number, map: LabelMap, layout: StripLayout): void {
  const { scale, rows, nameLength, items, hidden } = layout;
  fillRectangle(canvas, { x: 0, y: top, width: canvas.width, height: layout.height }, BACKGROUND);
  fillRectangle(canvas, { x: map.width, y: 0, width: canvas.width - map.width, height: top }, BACKGROUND);
  const total = map.width * map.height;
  const cornerOf = (place: number) => {
    const column = Math.floor(place / rows);
    return {
      x: (PADDING + column * (columnWidth(nameLength) + COLUMN_GAP)) * scale,
      y: top + (PADDING + (place % rows) * ROW_HEIGHT) * scale,
    };
  };
  const textAt = ({ x, y }: { x: number; y: number }, offset: number) => ({
    x: x + offset * scale,
    y: y + Math.floor((ROW_HEIGHT - GLYPH_HEIGHT) / 2) * scale,
    scale,
  });
  const nameOffset = SWATCH.width + GAP;
  for (const [place, { name, pixels, colors }] of items.entries()) {
    const corner = cornerOf(place);
    drawSwatch(canvas, corner, colors, scale);
    drawText(canvas, textAt(corner, nameOffset), shorten(name, nameLength), NAME_COLOR);
    const share = `${((100 * pixels) / total).toFixed(1)} %`.padStart(SHARE_LENGTH);
    drawText(canvas, textAt(corner, nameOffset + nameLength * GLYPH_WIDTH + GAP), share, SHARE_COLOR);
  }
  if (hidden > 0) {
    const corner = cornerOf(items.length);
    drawText(canvas, textAt(corner, nameOffset), shorten(`+ ${hidden} more`, nameLength), SHARE_COLOR);
  }
}

/** The classes that have pixels, and the unlabelled pixels, sorted by number of pixels, the largest first. */
function itemsOf({ labels, unlabelled }: LabelMap): Item[] {
  const classes = new Map<string, { pixels: number; labels: { color: number; pixels: number }[] }>();
  for (const { className, color, pixelCount } of labels) {
    if (pixelCount === 0) continue;
    const known = classes.get(className) ?? { pixels: 0, labels: [] };
    known.pixels += pixelCount;
    known.labels.push({ color: parseColor(color), pixels: pixelCount });
    classes.set(className, known);
  }
  const items = Array.from(classes, ([name, { pixels, labels }]): Item => {
    const largest = labels.sort((a, b) => b.pixels - a.pixels).slice(0, MOST_SWATCH_COLORS);
    return { name, pixels, colors: largest.map(({ color }) => color) };
  });
  if (unlabelled.count > 0) items.push({ name: "unlabelled", pixels: unlabelled.count, colors: null });
  return items.sort((a, b) => b.pixels - a.pixels);
}

function drawSwatch(
  canvas: Canvas,
  corner: { x: number; y: number },
  colors: readonly number[] | null,
  scale: number,
): void {
  const frame: Rectangle = {
    x: corner.x,
    y: corner.y + Math.floor((ROW_HEIGHT - SWATCH.height) / 2) * scale,
    width: SWATCH.width * scale,
    height: SWATCH.height * scale,
  };
  fillRectangle(canvas, frame, FRAME_COLOR);
  const inner = {
    x: frame.x + scale,
    y: frame.y + scale,
    width: frame.width - 2 * scale,
    height: frame.height - 2 * scale,
  };
  for (let x = 0; x < inner.width; x++) {
    for (let y = 0; y < inner.height; y++) {
      const color =
        colors === null ? stripe(x, y, 3 * scale) : colors[Math.floor((x * colors.length) / inner.width)]!;
      setPixel(canvas, inner.x + x, inner.y + y, color);
    }
  }
}

/** Cuts a text to `length` characters, and marks the cut with an ellipsis. */
function shorten(text: string, length: number): string {
  const characters = charactersOf(text);
  return characters.length <= length ? text : `${characters.slice(0, length - 1).join("")}…`;
}

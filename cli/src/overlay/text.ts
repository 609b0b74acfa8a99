/// <reference types="node" />
/**
 * Text as SVG paths. HarfBuzz shapes it in the font that comes with the command, so pictures look the same on every
 * machine, with fonts or without.
 */
import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import * as harfbuzz from "harfbuzzjs";
import stringWidth from "string-width";

/** From src/overlay and from dist/chunks, where the build puts this file, it is in the folder beside. */
const FONT = new URL("../fonts/Inter-Medium.ttf", import.meta.url);

/** The height of a capital letter as a share of the size. Text is centred by it. */
export const CAP_HEIGHT = 0.727;

/** A line of text. Lengths are shares of the size: for a size of 20 pixels, multiply by 20. */
export interface Line {
  readonly width: number;
  /** SVG, with the baseline's start at (0, 0). */
  readonly svg: string;
  /** Whether the font lacks letters of it, so that a font of the machine is used. */
  readonly isForeign?: true;
}

interface Loaded {
  readonly font: harfbuzz.Font;
  readonly unitsPerSize: number;
  /** The path of each glyph that was used. */
  readonly paths: Map<number, string>;
}

let loaded: Loaded | undefined;
const lines = new Map<string, Line>();

/** No picture has room for a longer line. Without this limit, a name of a megabyte would need gigabytes as paths. */
const MOST_CHARACTERS = 500;

/** Shapes one line, or the start of a very long one. Each text is shaped once. */
export function shapeLine(text: string): Line {
  const known = lines.get(text);
  if (known !== undefined) return known;
  loaded ??= load();
  const line = shapeWith(loaded, text.slice(0, MOST_CHARACTERS));
  lines.set(text, line);
  return line;
}

/** The longest start of a text that is at most `width` wide, as a share of the size. An ellipsis marks the cut. */
export function shorten(text: string, width: number): string {
  if (shapeLine(text).width <= width) return text;
  const characters = Array.from(text.slice(0, MOST_CHARACTERS));
  const startOf = (count: number) => `${characters.slice(0, count).join("").trimEnd()}…`;
  // The longest start that fits has from `fewest` to `most` characters.
  let [fewest, most] = [0, characters.length - 1];
  while (fewest < most) {
    const middle = Math.ceil((fewest + most) / 2);
    if (shapeLine(startOf(middle)).width <= width) fewest = middle;
    else most = middle - 1;
  }
  return startOf(fewest);
}

export interface TextStyle {
  /** The left end of the baseline, in pixels. */
  readonly x: number;
  readonly y: number;
  /** In pixels. */
  readonly size: number;
  /** `#rrggbb` */
  readonly color: string;
  /** A line around the letters; its width is in pixels. */
  readonly halo?: { readonly color: string; readonly width: number; readonly opacity: number };
}

/** A line as SVG. */
export function drawLine(text: string, { x, y, size, color, halo }: TextStyle): string {
  const around =
    halo === undefined
      ? ""
      : ` stroke="${halo.color}" stroke-opacity="${halo.opacity}" stroke-width="${round(halo.width / size)}" stroke-linejoin="round" paint-order="stroke"`;
  const place = `translate(${round(x)} ${round(y)}) scale(${round(size)})`;
  const { svg, isForeign } = shapeLine(text);
  if (isForeign) foreign.add(text);
  return `<g transform="${place}" fill="${color}"${around}>${svg}</g>`;
}

function load(): Loaded {
  const face = new harfbuzz.Face(new harfbuzz.Blob(readFileSync(fileURLToPath(FONT))));
  return { font: new harfbuzz.Font(face), unitsPerSize: face.upem, paths: new Map() };
}

function shapeWith({ font, unitsPerSize, paths }: Loaded, text: string): Line {
  const buffer = new harfbuzz.Buffer();
  buffer.addText(text);
  buffer.guessSegmentProperties();
  harfbuzz.shape(font, buffer);
  const infos = buffer.getGlyphInfos();
  const positions = buffer.getGlyphPositions();
  if (infos.some(({ codepoint }) => codepoint === 0)) return systemLine(text);
  let right = 0;
  // A stroke of the group is scaled with the letters, so that its width must be given in units of the size.
  const glyphs = infos.map(({ codepoint: glyph }, place) => {
    const { xAdvance, xOffset, yOffset } = positions[place]!;
    const path = paths.get(glyph) ?? inSizes(font.glyphToPath(glyph), unitsPerSize);
    paths.set(glyph, path);
    const [x, y] = [round((right + xOffset) / unitsPerSize), round(-yOffset / unitsPerSize)];
    right += xAdvance;
    return path === "" ? "" : `<path transform="translate(${x} ${y})" d="${path}"/>`;
  });
  return { width: right / unitsPerSize, svg: glyphs.join("") };
}

/** A path whose numbers are shares of the size, with y downwards. The numbers of a path alternate between x and y. */
function inSizes(path: string, unitsPerSize: number): string {
  let count = 0;
  return path.replace(/-?\d+(?:\.\d+)?/g, (number) => {
    const value = Number(number) / unitsPerSize;
    return `${round(count++ % 2 === 0 ? value : -value)}`;
  });
}

/** Texts that were drawn in a font of the machine. */
const foreign = new Set<string>();

/** What to tell people about the letters that a font of the machine was needed for; `undefined` if there were none. */
export function foreignLetters(): string | undefined {
  const [first] = foreign;
  if (first === undefined) return undefined;
  const others = foreign.size > 1 ? ` and ${foreign.size - 1} more` : "";
  return `${first}${others}: the font of labelmap lacks letters of this, so a font of this machine is used; if the picture shows boxes or gaps, install a font that has them, such as Noto Sans CJK or Noto Emoji`;
}

/** XML has no way to write control characters, halves of surrogate pairs, U+FFFE and U+FFFF. */
const NOT_IN_XML = /[\p{Cc}\p{Cs}\ufffe\uffff]/gu;

/** The font has no letters for this text, for example for Chinese. So it is drawn in a font of the machine. */
function systemLine(text: string): Line {
  const shown = text.replace(NOT_IN_XML, "\ufffd");
  // A column of a terminal is about half as wide as it is high.
  const width = stringWidth(shown) * 0.58;
  const svg = `<text font-family="sans-serif" font-size="1">${escapeText(shown)}</text>`;
  return { width, svg, isForeign: true };
}

function escapeText(text: string): string {
  return text.replace(/[&<>]/g, (character) =>
    character === "&" ? "&amp;" : character === "<" ? "&lt;" : "&gt;",
  );
}

function round(value: number): number {
  return Math.round(value * 1e4) / 1e4;
}

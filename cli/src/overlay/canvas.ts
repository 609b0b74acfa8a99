/** A picture of RGB pixels. Besides single pixels, rectangles and text can be drawn on it. */
import { withMemoryFor } from "labelmap/checks";
import { ColorType, writePng } from "labelmap/png";
import { GLYPH_HEIGHT, GLYPH_WIDTH, readGlyphs } from "./font.js";

/** Pixel (x, y) is the three bytes R, G, B from `(y * width + x) * 3`: H×W×3, row-major. */
export interface Canvas {
  readonly width: number;
  readonly height: number;
  readonly data: Uint8Array<ArrayBuffer>;
}

export interface Rectangle {
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
}

/** A black picture. @throws {DecodeError} OUT_OF_MEMORY */
export function makeCanvas(width: number, height: number): Canvas {
  const data = withMemoryFor(`a picture of ${width}×${height}`, () => new Uint8Array(width * height * 3));
  return { width, height, data };
}

/** @throws {DecodeError} OUT_OF_MEMORY */
export function encodeCanvas({ width, height, data }: Canvas): Uint8Array {
  const header = { width, height, bitDepth: 8, colorType: ColorType.rgb };
  return withMemoryFor(`the PNG of ${width}×${height}`, () => writePng(header, data));
}

/** @param color 0xRRGGBB. The part outside the picture is cut off. */
export function fillRectangle(canvas: Canvas, { x, y, width, height }: Rectangle, color: number): void {
  const right = Math.min(x + width, canvas.width);
  const bottom = Math.min(y + height, canvas.height);
  for (let row = y; row < bottom; row++) {
    for (let column = x; column < right; column++) setPixel(canvas, column, row, color);
  }
}

export function setPixel({ width, data }: Canvas, x: number, y: number, color: number): void {
  const place = (y * width + x) * 3;
  data[place] = color >> 16;
  data[place + 1] = color >> 8;
  data[place + 2] = color;
}

/** Splits a text into characters. Accents stored separately are first combined with their letters. */
export function charactersOf(text: string): string[] {
  return Array.from(text.normalize("NFC"));
}

let glyphs: Map<string, Uint8Array> | undefined;

/**
 * Draws one line of text. Its top left corner is at (x, y).
 *
 * @param scale the size of a glyph's pixel, in pixels of the picture.
 * @param color 0xRRGGBB.
 */
export function drawText(
  canvas: Canvas,
  { x, y, scale }: { readonly x: number; readonly y: number; readonly scale: number },
  text: string,
  color: number,
): void {
  glyphs ??= readGlyphs();
  for (const [place, character] of charactersOf(text).entries()) {
    const rows = glyphs.get(character) ?? glyphs.get("\ufffd")!;
    for (let row = 0; row < GLYPH_HEIGHT; row++) {
      for (let column = 0; column < GLYPH_WIDTH; column++) {
        if (((rows[row]! >> (GLYPH_WIDTH - 1 - column)) & 1) === 0) continue;
        const left = x + (place * GLYPH_WIDTH + column) * scale;
        fillRectangle(canvas, { x: left, y: y + row * scale, width: scale, height: scale }, color);
      }
    }
  }
}

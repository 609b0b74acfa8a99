/** A picture of RGB pixels. Single pixels, rectangles and other pictures can be drawn on it. */
import { withMemoryFor } from "labelmap/checks";
import { ColorType, writePng } from "labelmap/png";

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

/** Copies a picture to the place whose top left corner is (left, top). It must fit. */
export function copyCanvas(target: Canvas, { width, height, data }: Canvas, left: number, top: number): void {
  for (let y = 0; y < height; y++) {
    const row = data.subarray(y * width * 3, (y + 1) * width * 3);
    target.data.set(row, ((top + y) * target.width + left) * 3);
  }
}

export function setPixel({ width, data }: Canvas, x: number, y: number, color: number): void {
  const place = (y * width + x) * 3;
  data[place] = color >> 16;
  data[place + 1] = color >> 8;
  data[place + 2] = color;
}

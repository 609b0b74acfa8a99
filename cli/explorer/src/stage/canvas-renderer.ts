/**
 * Draws with a plain canvas, if there is no WebGL2. It looks up only the pixels that are on the screen. It does the same as
 * the shader (shaders.ts), written out.
 */
import type { Camera, Size } from "./camera.js";
import { insideOf, type LabelImage, readRow } from "./label-image.js";
import { CHECKER_SIDE, type Color, checkerColor, mixBytes, mixPalette } from "./mixed-palette.js";
import { brightenedBytes, drawPhoto, PHOTO_LIMIT } from "./photo-pixels.js";
import type { DrawOptions, Renderer } from "./renderer.js";
import { type Sampling, sample } from "./sampling.js";
import { places, valuesAround } from "./values-around.js";

export function createCanvasRenderer(): Renderer {
  return new CanvasRenderer();
}

class CanvasRenderer implements Renderer {
  readonly name = "canvas";
  readonly tapsWhileMoving = 1;
  readonly canvas = document.createElement("canvas");
  private readonly context = this.canvas.getContext("2d", { alpha: false })!;
  private image: LabelImage | null = null;
  private palette = new Uint8Array(4);
  private photo: PhotoPixels | null = null;
  private onReady: (() => void) | undefined;
  private mixed = new Uint32Array(1);
  private mixedFor = "";
  private hasHidden = false;
  private pixels: ImageData | null = null;

  canShow() {
    return true;
  }

  setImage(image: LabelImage | null, onReady?: () => void) {
    this.image = image;
    this.onReady = onReady;
  }

  setPalette(palette: Uint8Array) {
    this.palette = new Uint8Array(palette);
    this.mixedFor = "";
  }

  setPhoto(photo: ImageBitmap | null) {
    this.photo = photo && readPhoto(photo);
    this.mixedFor = "";
  }

  draw(camera: Camera, options: DrawOptions) {
    const { canvas, image } = this;
    const [top, bottom] = options.rows;
    if (canvas.width === 0 || bottom <= top) return;
    this.mix(options.opacity, options.background);
    // Reused for every draw: allocating it would cost as much as the drawing.
    if (this.pixels?.width !== canvas.width || this.pixels.height !== canvas.height) {
      this.pixels = this.context.createImageData(canvas.width, canvas.height);
    }
    const all = new Uint32Array(this.pixels.data.buffer);
    const target = all.subarray(top * canvas.width, bottom * canvas.width);
    const background = pack(options.background);
    if (image === null) {
      target.fill(background);
    } else {
      const drawing: Drawing = {
        image,
        colors: this.mixed,
        fills: options.edgeWidth > 0 ? this.clear(background) : this.mixed,
        photo: this.photo,
        brightness: brightenedBytes(options.brightness),
        background,
        checker: this.hasHidden && options.edgeWidth === 0 ? pack(checkerColor(options.background)) : null,
        checkerSide: CHECKER_SIDE * options.lineWidth,
        sampling: sample(camera, canvas, options),
        screen: canvas,
        target,
        top,
        bottom,
      };
      if (drawing.sampling.taps > 1) drawAveraged(drawing);
      else drawCrisp(drawing);
      if (options.edgeWidth > 0) drawEdges(drawing, options.edgeWidth);
      if (options.outlined >= 0) drawOutline(drawing, options.outlined, options.lineWidth);
    }
    this.context.putImageData(this.pixels, 0, 0, 0, top, canvas.width, bottom - top);
    this.onReady?.();
    this.onReady = undefined;
  }

  finish() {}

  dispose() {
    this.image = null;
    this.photo = null;
  }

  private mix(opacity: number, background: Color) {
    const mixedFor = `${opacity} ${background}`;
    if (mixedFor === this.mixedFor) return;
    this.mixedFor = mixedFor;
    const mixed = mixPalette(this.palette, opacity, this.photo ? null : background);
    this.mixed = new Uint32Array(mixed.buffer);
    this.hasHidden = !this.photo && this.mixed.some((color) => color >>> 24 === 0);
  }

  /** Colours of labels of which only the outlines are drawn: what is under them is seen. */
  private clear(background: number): Uint32Array {
    return new Uint32Array(this.mixed.length).fill(this.photo ? 0 : background);
  }
}

/** The inputs of a draw. Colours are four bytes in one number, red lowest, as in image data. */
interface Drawing {
  readonly image: LabelImage;
  readonly colors: Uint32Array;
  /** The same, between outlines. */
  readonly fills: Uint32Array;
  readonly photo: PhotoPixels | null;
  /** The brightened byte for each byte of the photo. */
  readonly brightness: Uint8ClampedArray;
  readonly background: number;
  /** The second colour of the checkerboard in place of hidden labels; `null` if no label is hidden. */
  readonly checker: number | null;
  readonly checkerSide: number;
  readonly sampling: Sampling;
  readonly screen: Size;
  readonly target: Uint32Array;
  readonly top: number;
  readonly bottom: number;
}

interface PhotoPixels extends Size {
  readonly pixels: Uint32Array;
}

function readPhoto(photo: ImageBitmap): PhotoPixels {
  const context = drawPhoto(photo, PHOTO_LIMIT);
  const { width, height } = context.canvas;
  return { width, height, pixels: new Uint32Array(context.getImageData(0, 0, width, height).data.buffer) };
}

function drawCrisp(drawing: Drawing) {
  const { sampling, screen, target, top, bottom } = drawing;
  const columns = places(sampling.x, sampling, screen.width, 0);
  const rows = places(sampling.y, sampling, bottom - top, top);
  for (let row = 0, at = 0; row < rows.length; row++, at += columns.length) {
    if (row > 0 && rows[row] === rows[row - 1]) target.copyWithin(at, at - columns.length, at);
    else paintRow(drawing, columns, rows[row]!, target, at);
  }
  if (drawing.checker !== null) {
    for (let row = 0, at = 0; row < rows.length; row++, at += columns.length) {
      checkRow(drawing, target.subarray(at, at + columns.length), top + row, 1);
    }
  }
  if (sampling.hasGrid) drawGrid(drawing, columns, rows);
}

/** Replaces the pixels of hidden labels in one row of the screen, which may have several taps for each pixel. */
function checkRow(
  { background, checker, checkerSide }: Drawing,
  colors: Uint32Array,
  y: number,
  taps: number,
) {
  const squareY = Math.floor(y / checkerSide);
  for (let at = 0; at < colors.length; at++) {
    if (colors[at]! >>> 24 !== 0) continue;
    const square = squareY + Math.floor(at / (taps * checkerSide));
    colors[at] = square % 2 === 0 ? background : checker!;
  }
}

/** Lines between the pixels of the image, lighter on dark colours and darker on light ones. */
function drawGrid({ image, sampling, target, top }: Drawing, columns: Int32Array, rows: Int32Array) {
  const [columnBefore] = places(sampling.x, sampling, 1, -1);
  const [rowBefore] = places(sampling.y, sampling, 1, top - 1);
  for (let row = 0, at = 0; row < rows.length; row++) {
    const y = rows[row]!;
    const isRow = y !== (row > 0 ? rows[row - 1] : rowBefore);
    for (let column = 0; column < columns.length; column++, at++) {
      const x = columns[column]!;
      if (x < 0 || x >= image.width || y < 0 || y >= image.height) continue;
      if (!isRow && x === (column > 0 ? columns[column - 1] : columnBefore)) continue;
      target[at] = withLine(target[at]!);
    }
  }
}

function withLine(color: number): number {
  const [red, green, blue] = [color & 255, (color >> 8) & 255, (color >> 16) & 255];
  const line = red * 2 + green * 5 + blue < 1024 ? 255 : 0;
  const lined = (channel: number) => (channel * 3 + line + 2) >> 2;
  return pack([lined(red), lined(green), lined(blue)]);
}

function drawAveraged(drawing: Drawing) {
  const { sampling, screen, target, top, bottom } = drawing;
  const { taps } = sampling;
  const columns = places(sampling.x, sampling, screen.width, 0);
  const rows = places(sampling.y, sampling, bottom - top, top);
  const colors = new Uint32Array(columns.length);
  // Sums of red and blue in one number, 16 bits each, and sums of green.
  const redBlue = new Uint32Array(screen.width);
  const green = new Uint32Array(screen.width);
  const half = (taps * taps) / 2;
  const bits = taps === 4 ? 4 : 2;
  for (let row = 0, at = 0; row < rows.length; row += taps) {
    redBlue.fill(half | (half << 16));
    green.fill(half);
    for (let y = row; y < row + taps; y++) {
      paintRow(drawing, columns, rows[y]!, colors, 0);
      if (drawing.checker !== null) checkRow(drawing, colors, top + row / taps, taps);
      for (let pixel = 0, tap = 0; pixel < screen.width; pixel++) {
        for (let x = 0; x < taps; x++) {
          const color = colors[tap++]!;
          redBlue[pixel]! += color & 0xff00ff;
          green[pixel]! += (color >> 8) & 255;
        }
      }
    }
    for (let pixel = 0; pixel < screen.width; pixel++) {
      target[at++] =
        ((redBlue[pixel]! >> bits) & 0xff00ff) | (((green[pixel]! >> bits) & 255) << 8) | 0xff000000;
    }
  }
}

/** White inside the label's edge and black outside: one of the two is visible on any colour. */
function drawOutline(drawing: Drawing, outlined: number, lineWidth: number) {
  const { screen, target, top, bottom } = drawing;
  const { values, stride } = valuesAround(drawing, lineWidth);
  for (let row = 0, to = 0; row < bottom - top; row++) {
    for (let column = 0; column < screen.width; column++, to++) {
      const at = (row + lineWidth) * stride + column + lineWidth;
      const here = values[at] === outlined;
      const isEdge =
        (values[at - lineWidth] === outlined) !== here ||
        (values[at + lineWidth] === outlined) !== here ||
        (values[at - lineWidth * stride] === outlined) !== here ||
        (values[at + lineWidth * stride] === outlined) !== here;
      if (isEdge) target[to] = here ? 0xffffffff : 0xff000000;
    }
  }
}

/** Each label's own colour along its edge: between two labels, both have a line. */
function drawEdges(drawing: Drawing, edgeWidth: number) {
  const { image, screen, target, top, bottom, colors, photo, background } = drawing;
  const { values, stride, columns, rows } = valuesAround(drawing, edgeWidth);
  for (let row = 0, to = 0; row < bottom - top; row++) {
    for (let column = 0; column < screen.width; column++, to++) {
      const at = (row + edgeWidth) * stride + column + edgeWidth;
      const here = values[at]!;
      const isEdge =
        values[at - edgeWidth] !== here ||
        values[at + edgeWidth] !== here ||
        values[at - edgeWidth * stride] !== here ||
        values[at + edgeWidth * stride] !== here;
      if (here < 0 || !isEdge) continue;
      const color = colors[here]!;
      if (photo !== null) {
        const x = stretched(columns[column + edgeWidth]!, image.width, photo.width);
        const y = stretched(rows[row + edgeWidth]!, image.height, photo.height);
        target[to] = mix(brightened(drawing, photo.pixels[photo.width * y + x]!), color);
      } else target[to] = color >>> 24 === 0 ? background : color;
    }
  }
}

/** Writes the colours of one image row at the given columns to `target`, from `at` on. */
function paintRow(drawing: Drawing, columns: Int32Array, y: number, target: Uint32Array, at: number) {
  const { image, fills: colors, photo, background } = drawing;
  const { width, height } = image;
  if (y < 0 || y >= height) {
    target.fill(background, at, at + columns.length);
    return;
  }
  const { from, end } = insideOf(columns, image);
  target.fill(background, at, at + from);
  target.fill(background, at + end, at + columns.length);
  // First the values, and then the colours in their place.
  readRow(image, y, columns, target, { from, end, at });
  if (photo === null) {
    for (let place = at + from; place < at + end; place++) target[place] = colors[target[place]!]!;
    return;
  }
  const photoStart = photo.width * stretched(y, height, photo.height);
  for (let column = from; column < end; column++) {
    const under = photo.pixels[photoStart + stretched(columns[column]!, width, photo.width)]!;
    target[at + column] = mix(brightened(drawing, under), colors[target[at + column]!]!);
  }
}

/** The photo's column (or row) under the middle of the image's. */
function stretched(place: number, side: number, photoSide: number): number {
  return side === photoSide ? place : Math.floor(((2 * place + 1) * photoSide) / (2 * side));
}

function brightened({ brightness }: Drawing, color: number): number {
  return (
    brightness[color & 255]! |
    (brightness[(color >> 8) & 255]! << 8) |
    (brightness[(color >> 16) & 255]! << 16)
  );
}

/** Mixes the photo's colour with the label's, whose alpha is its share. */
function mix(under: number, over: number): number {
  const share = over >>> 24;
  const red = mixBytes(under & 255, over & 255, share);
  const green = mixBytes((under >> 8) & 255, (over >> 8) & 255, share);
  const blue = mixBytes((under >> 16) & 255, (over >> 16) & 255, share);
  return (red | (green << 8) | (blue << 16) | 0xff000000) >>> 0;
}

function pack([red, green, blue]: Color): number {
  return (red | (green << 8) | (blue << 16) | 0xff000000) >>> 0;
}

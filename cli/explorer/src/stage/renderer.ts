/**
 * What draws a label map. There are two: with WebGL2, and with a plain canvas where that is missing. Both reckon in whole
 * numbers from the same places (sampling.ts) and colours (mixed-palette.ts), so they draw the same, to the last bit.
 */
import type { Camera } from "./camera.js";
import type { Color } from "./mixed-palette.js";

/** H×W, row-major; the values are places in the palette. */
export interface LabelImage {
  readonly width: number;
  readonly height: number;
  readonly data: Uint8Array<ArrayBuffer> | Uint16Array<ArrayBuffer>;
}

export interface DrawOptions {
  /** How much of the labels' colours lies over the photo: 0 to 1. Without a photo they lie on the background. */
  readonly opacity: number;
  /** A label whose outline is drawn: the one under the pointer, or the isolated one; -1 for none. */
  readonly outlined: number;
  /** How wide each of the outline's two lines is, in screen pixels. */
  readonly lineWidth: number;
  /** What lies around and behind the image. */
  readonly background: Color;
  /** So many places in a row, and in as many rows, are averaged for a pixel that shows more than one of the image's. */
  readonly taps: 1 | 2 | 4;
  /** The screen's rows that are drawn, from the first to before the last; the others stay as they are. */
  readonly rows: readonly [number, number];
}

export interface Renderer {
  readonly name: "WebGL2" | "canvas";
  readonly canvas: HTMLCanvasElement;
  /** As many as it can average in a frame's time. */
  readonly tapsWhileMoving: 1 | 2;
  /** Whether a map is not too large for it. */
  canShow(image: LabelImage): boolean;
  /** Takes over a map. It may be uploaded a tile a draw; `onReady` says when all is there. */
  setImage(image: LabelImage | null, onReady?: () => void): void;
  /**
   * Four bytes (R, G, B, A from 0 to 255, not premultiplied) for each value up to the type's largest. A is 0 for what is
   * hidden and less than 255 for what is dimmed. Nothing else is drawn anew or uploaded.
   */
  setPalette(palette: Uint8Array): void;
  /** Stretched over the whole image; must not be closed before another is set. */
  setPhoto(photo: ImageBitmap | null): void;
  /** Draws into the canvas, whose size is the screen's. */
  draw(camera: Camera, options: DrawOptions): void;
  /** Waits until what was drawn is there, for whoever measures it. */
  finish(): void;
  dispose(): void;
}

/** Called when a renderer has more to show than was drawn: another tile, or all of it after its context was lost. */
export type NeedsDraw = () => void;

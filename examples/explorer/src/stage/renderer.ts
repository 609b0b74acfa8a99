/** What draws a label map. There are two, which draw the same: with WebGL2, and with a plain canvas where that is missing. */
import type { Camera } from "./camera.js";

/** H×W, row-major; the values are places in the palette. */
export interface LabelImage {
  readonly width: number;
  readonly height: number;
  readonly data: Uint8Array | Uint16Array;
}

export interface DrawOptions {
  /** How much of the labels' colours lies over the photo: 0 to 1. Without a photo they lie on the background. */
  readonly opacity: number;
  /** A label whose outline is drawn: the one under the pointer, or the isolated one; -1 for none. */
  readonly outlined: number;
  /** Whether the picture moves: then it may be a little coarser where that is faster. */
  readonly isMoving: boolean;
  /** What lies around and behind the image: R, G, B from 0 to 255. */
  readonly background: readonly [number, number, number];
}

export interface Renderer {
  readonly name: "WebGL2" | "canvas";
  /** Takes over a map. Large ones are uploaded tile by tile in the frames that follow; `onReady` says when all is there. */
  setImage(image: LabelImage, onReady?: () => void): void;
  /**
   * Four bytes (R, G, B, A from 0 to 255, not premultiplied) for each value up to the type's largest. A is 0 for what is
   * hidden and less than 255 for what is dimmed. Nothing else is drawn anew or uploaded.
   */
  setPalette(palette: Uint8Array): void;
  /** Stretched over the whole image. */
  setPhoto(photo: ImageBitmap | null): void;
  /** Draws into the canvas, whose size is the screen's. */
  draw(camera: Camera, options: DrawOptions): void;
  dispose(): void;
}

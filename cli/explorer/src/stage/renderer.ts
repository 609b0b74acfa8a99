/**
 * Draws a label map. There are two renderers: WebGL2, and a plain canvas if WebGL2 is missing. Both compute in integers from
 * the same places (sampling.ts) and colours (mixed-palette.ts), so they draw exactly the same.
 */
import type { Camera } from "./camera.js";
import type { LabelImage } from "./label-image.js";
import type { Color } from "./mixed-palette.js";

export interface DrawOptions {
  /** How much of the labels' colours lies over the photo: 0 to 1. Without a photo they lie on the background. */
  readonly opacity: number;
  /** The label whose outline is drawn: the one under the pointer, or the isolated one; -1 for none. */
  readonly outlined: number;
  /** Width of each of the outline's two lines, in screen pixels. */
  readonly lineWidth: number;
  /**
   * Not 0: only the outlines of labels are drawn, each in its label's colour and so many screen pixels wide, inside the
   * label. The photo or the background is seen through all else.
   */
  readonly edgeWidth: number;
  /** What the photo's colours are multiplied by: 1 leaves them as they are. At most 4. */
  readonly brightness: number;
  /** The colour around and behind the image. */
  readonly background: Color;
  /** A screen pixel that shows several image pixels is the average of `taps` × `taps` places. */
  readonly taps: 1 | 2 | 4;
  /** The screen rows to draw: the first, and the one after the last. All others stay as they are. */
  readonly rows: readonly [number, number];
}

export interface Renderer {
  readonly name: "WebGL2" | "canvas";
  readonly canvas: HTMLCanvasElement;
  /** As many taps as it can average within a frame. */
  readonly tapsWhileMoving: 1 | 2;
  /** Whether the renderer can draw a map of this size. */
  canShow(image: LabelImage): boolean;
  /** Sets the map. It may be uploaded in parts, one per draw. `onReady` is called when all of it is there. */
  setImage(image: LabelImage | null, onReady?: () => void): void;
  /**
   * Four bytes (R, G, B, A from 0 to 255, not premultiplied) for each value up to the type's largest. A is 0 for hidden
   * labels and less than 255 for dimmed ones. Nothing else is uploaded.
   */
  setPalette(palette: Uint8Array): void;
  /** Stretched over the whole image. Do not close it before another photo is set. */
  setPhoto(photo: ImageBitmap | null): void;
  /** Draws into the canvas, which has the size of the screen. */
  draw(camera: Camera, options: DrawOptions): void;
  /** Waits until drawing has finished, to measure it. */
  finish(): void;
  dispose(): void;
}

/** Called when a renderer has more to draw: another part of the map, or everything after its context was restored. */
export type NeedsDraw = () => void;
